"""Sixteen points by how often a layer is applied: weights written down, and accuracies anew."""

import pytest
import torch

from dlbook.training import stats
from tests.scripts import accepted, claims, replace, script, small

NAME = "a_layer_used_again_gets_more_points_right"


def test_a_net_has_152_parameters_however_often_its_layer_is_applied():
    loaded = script(NAME)
    parts = [
        torch.nn.Linear(1, 10, device="meta"),
        torch.nn.Linear(10, 10, device="meta"),
        torch.nn.Linear(10, 2, device="meta"),
    ]
    size = sum(p.numel() for part in parts for p in part.parameters())
    assert size == 152
    for times in loaded.Config().applications:
        run = loaded.replay(loaded.Replay(applications=times), loaded.Config())
        assert run.net.parameters == size
        assert len(run.widths) - 2 == times + 1, "with the first, one hidden layer more"


def test_weights_written_down_give_the_labels_with_one_layer_again_and_again():
    """Evaluated by torch, from one weight matrix, in float64."""
    loaded, cfg = script(NAME), script(NAME).Config()
    x = torch.arange(16, dtype=torch.float64)[:, None] / 16
    for times in cfg.applications:
        (W0, b0), *again, (W1, b1) = loaded.written(times, cfg)
        assert len(again) == times
        h = torch.relu(x @ W0 + b0)
        W, b = again[0]
        for _ in range(times):
            h = torch.relu(h @ W + b)
        assert (h @ W1 + b1).argmax(1).tolist() == [i % 2 for i in range(16)]
        assert all(torch.equal(each[0], W) and torch.equal(each[1], b) for each in again)


def test_a_layer_too_narrow_for_its_zigzags_is_refused():
    loaded = script(NAME)
    with pytest.raises(ValueError, match="6 units for zigzags of 4 and 4 pieces"):
        loaded.written(1, replace(loaded.Config(), width=6))
    with pytest.raises(ValueError, match="applied 0 times"):
        loaded.replay(loaded.Replay(applications=0), loaded.SMALL)


def test_the_trained_layer_is_one_and_the_same():
    """A net with one matrix in a loop, in torch, gives the outputs of the trained one."""
    loaded, cfg = script(NAME), script(NAME).SMALL
    x, _ = loaded.points(cfg)
    run = loaded.replay(loaded.Replay(applications=3), cfg)
    stack = run.fit([cfg.first_seed]).stack
    layers = [(W[0], b[0]) for W, b in stack.layers]
    assert len(layers) == 5
    h = torch.relu(x @ layers[0][0] + layers[0][1])
    for _ in range(3):
        h = torch.relu(h @ layers[1][0] + layers[1][1])
    assert torch.allclose(h @ layers[-1][0] + layers[-1][1], stack.predict(x)[0], atol=1e-12)


def test_accuracies_are_those_of_nets_trained_alone():
    loaded, cfg, res = script(NAME), script(NAME).SMALL, small(NAME)
    x, y = loaded.points(cfg)
    for times in (1, 3):
        run = loaded.replay(loaded.Replay(applications=times, rate=res.chosen[times]), cfg)
        outputs = run.fit(range(cfg.seeds)).stack.predict(x)
        rows = (outputs.argmax(-1) == y).double().mean(1)
        assert torch.equal(res.by_seed[times], rows)
    assert res.gains[3] == stats.mean(res.by_seed[3] - res.by_seed[1])
    assert res.beyond[4] == stats.mean(res.by_seed[4] - res.by_seed[3])


@pytest.mark.parametrize(
    ("gain", "change", "outcome"),
    [(0.1, 0.0, "supported"), (0.0, 0.0, "refuted"), (0.0, 0.1, "inconclusive")],
)
def test_a_gain_is_half_a_point_and_no_longer_moving(gain, change, outcome):
    gains, changes = [stats.exact(gain, 64)] * 2, [stats.exact(change, 64)] * 2
    res = replace(small(NAME), gains=gains, gain_changes=changes)
    assert claims(NAME)["E02c"].judge(res).outcome == outcome


def test_in_the_book_three_applications_get_more_right_than_one():
    found = accepted(NAME)
    assert all(gain["low"] > 0 for gain in found["gains"])
    assert set(found["written"]) == {1.0}
    with pytest.raises(AssertionError, match="get all points right"):
        script(NAME).check(replace(small(NAME), written=[1.0, 1.0, 1.0, 0.9]))
