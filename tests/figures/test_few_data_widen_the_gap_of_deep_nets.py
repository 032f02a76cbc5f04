"""Gaps of deep and shallow nets on few digits and many, against training and counting anew."""

from itertools import pairwise

import pytest
import torch

from dlbook.training import stats
from tests.scripts import accepted, claims, replace, script, small

NAME = "few_data_widen_the_gap_of_deep_nets"


def test_the_two_nets_are_of_one_size():
    cfg = script(NAME).Config()
    sizes = []
    for shape in ("deep", "wide"):
        widths = script(NAME).shape_of(shape, cfg)
        layers = [torch.nn.Linear(a, b, device="meta") for a, b in pairwise(widths)]
        sizes.append(sum(p.numel() for layer in layers for p in layer.parameters()))
    assert sizes == [accepted(NAME)["parameters"][shape] for shape in ("deep", "wide")]
    assert sizes[0] == pytest.approx(sizes[1], rel=0.01)


def test_few_images_are_the_first_of_many_and_new_ones_are_the_same():
    loaded, cfg = script(NAME), script(NAME).SMALL
    (few, labels), (new, answers) = loaded.split([3, 4], 60, cfg)
    (many, more), (same, right) = loaded.split([3, 4], 300, cfg)
    assert torch.equal(few, many[:, :60])
    assert torch.equal(labels, more[:, :60])
    assert torch.equal(new, same)
    assert torch.equal(answers, right)


def test_accuracies_are_those_of_nets_trained_alone():
    loaded, cfg = script(NAME), script(NAME).SMALL
    rows = loaded.accuracies("deep", 60, cfg)
    (x, y), (unseen, answers) = loaded.split(range(cfg.seeds), 60, cfg)
    for steps, (seen, new) in ((cfg.steps, rows[:2]), (cfg.steps // 2, rows[2:])):
        run = loaded.replay(loaded.Replay(train=60), replace(cfg, steps=steps))
        stack = run.fit(range(cfg.seeds)).stack
        assert torch.equal(seen, (stack.predict(x).argmax(-1) == y).double().mean(1))
        found = (stack.predict(unseen).argmax(-1) == answers).double().mean(1)
        torch.testing.assert_close(new, found)


def test_effects_are_differences_of_gaps_seed_by_seed():
    res = small(NAME)
    gaps = res.by_seed
    for shape in ("deep", "wide"):
        assert res.few[shape] == stats.mean(gaps[shape, 60] - gaps[shape, 300])
    for train in (60, 300):
        assert res.deeper[train] == stats.mean(gaps["deep", train] - gaps["wide", train])
        share = res.training["deep", train].mean - res.new["deep", train].mean
        assert res.gaps["deep", train].mean == pytest.approx(100 * share)


@pytest.mark.parametrize(
    ("points", "change", "outcome"),
    [((5.0, 4.0), 0.1, "supported"), ((0.1, 0.2), 0.1, "refuted"),
     ((5.0, 0.2), 0.1, "conditional"), ((5.0, 4.0), -2.0, "inconclusive")],
)  # fmt: skip
def test_each_shape_is_judged_by_itself_while_steps_do_not_turn_it(points, change, outcome):
    res = replace(
        small(NAME), few=[stats.exact(each, 16) for each in points],
        few_changes=[stats.exact(change, 16)] * 2,
    )  # fmt: skip
    assert claims(NAME)["A14"].judge(res).outcome == outcome


def test_a_shape_that_there_is_not_is_refused_and_so_is_an_impossible_gap():
    loaded = script(NAME)
    with pytest.raises(ValueError, match="no shape 'tall'"):
        loaded.replay(loaded.Replay(shape="tall"), loaded.SMALL)
    loaded.check(small(NAME))
    wrong = [row + 200 for row in small(NAME).by_seed]
    with pytest.raises(AssertionError, match="between -100 and 100"):
        loaded.check(replace(small(NAME), by_seed=wrong))


def test_few_data_widen_every_gap():
    found = accepted(NAME)
    assert all(few["low"] > 0 for few in found["few"])
    assert found["new"]["deep", 200]["low"] > 0.8
