"""Sixteen points by depth: weights written down, and accuracies against counting anew."""

from itertools import pairwise

import pytest
import torch

from dlbook.training import stats
from tests.scripts import accepted, claims, replace, script, small

NAME = "depth_gains_nothing_on_sixteen_points"


def test_the_shapes_are_of_one_size():
    cfg = script(NAME).Config()
    sizes = []
    for shape in cfg.shapes:
        layers = [torch.nn.Linear(a, b, device="meta") for a, b in pairwise((1, *shape, 1))]
        sizes.append(sum(p.numel() for layer in layers for p in layer.parameters()))
    assert sizes == list(accepted(NAME)["parameters"])
    assert max(sizes) - min(sizes) <= 3
    assert [len(shape) for shape in cfg.shapes] == [1, 2, 3, 4, 5]


def test_weights_written_down_give_the_labels_alternately():
    """Evaluated by torch's own layers, in float64."""
    loaded = script(NAME)
    x = torch.arange(16, dtype=torch.float64)[:, None] / 16
    for shape in loaded.Config().shapes:
        layers = loaded.written(shape, 4)
        assert [W.shape[1] for W, _ in layers] == [*shape, 1]
        h = x
        for W, b in layers[:-1]:
            h = torch.relu(h @ W + b)
        W, b = layers[-1]
        assert ((h @ W + b)[:, 0] > 0).tolist() == [i % 2 == 1 for i in range(16)]


def test_too_few_units_for_a_zigzag_are_refused():
    with pytest.raises(ValueError, match="3 units for 4 pieces"):
        script(NAME).written((4, 3), 4)


def test_accuracies_are_those_of_nets_trained_alone():
    loaded, cfg, res = script(NAME), script(NAME).SMALL, small(NAME)
    x, y = loaded.points(cfg)
    for layers in (1, 2, 4):
        run = loaded.replay(loaded.Replay(layers=layers, rate=res.chosen[layers]), cfg)
        outputs = run.fit(range(cfg.seeds)).stack.predict(x)[..., 0]
        rows = ((outputs > 0) == (y == 1)).double().mean(1)
        assert torch.equal(res.by_seed[layers], rows)
    assert res.gains[2] == stats.mean(res.by_seed[2] - res.by_seed[1])


def test_scaled_points_have_mean_0_and_variance_1():
    x, _ = script(NAME).points(replace(script(NAME).Config(), scaled=True))
    assert float(x.mean()) == pytest.approx(0, abs=1e-12)
    assert float(x.var()) == pytest.approx(1, rel=0.1)


def test_a_depth_that_there_is_not_is_refused():
    loaded = script(NAME)
    with pytest.raises(ValueError, match="no net of 9 layers"):
        loaded.replay(loaded.Replay(layers=9), loaded.SMALL)
    with pytest.raises(AssertionError, match="all points right"):
        loaded.check(replace(small(NAME), written=[1.0, 1.0, 0.9]))


@pytest.mark.parametrize(
    ("gain", "change", "outcome"),
    [(0.1, 0.0, "supported"), (-0.1, 0.0, "refuted"), (-0.1, 0.1, "inconclusive")],
)
def test_a_gain_is_half_a_point_and_no_longer_moving(gain, change, outcome):
    res = replace(
        small(NAME), gains=[stats.exact(gain, 64)] * 2, changes=[stats.exact(change, 64)] * 2
    )
    assert claims(NAME)["E02c/unshared"].judge(res).outcome == outcome


def test_in_the_book_every_depth_is_below_one_layer():
    found = accepted(NAME)
    assert all(gain["high"] < 0 for gain in found["gains"])
    assert set(found["written"]) == {1.0}
