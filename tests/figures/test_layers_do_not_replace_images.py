"""Depths at one width and at one size on few digits and more, against training them alone."""

from itertools import pairwise

import pytest
import torch

from dlbook.training import stats
from tests.scripts import accepted, claims, replace, script, small

NAME = "layers_do_not_replace_images"


def test_nets_of_equal_size_are_as_large_as_two_layers_of_the_width():
    cfg, found = script(NAME).Config(), accepted(NAME)
    for layers in cfg.layers:
        m = script(NAME).units("parameters", layers, cfg)
        widths = (64, *[m] * layers, 10)
        parts = [torch.nn.Linear(a, b, device="meta") for a, b in pairwise(widths)]
        counted = sum(p.numel() for part in parts for p in part.parameters())
        assert counted == found["parameters"]["parameters", layers]
        assert counted == (layers - 1) * m**2 + (layers + 74) * m + 10, "the formula of the page"
        assert counted == pytest.approx(found["parameters"]["width", 2], rel=0.025)


def test_what_cannot_be_held_is_refused():
    with pytest.raises(ValueError, match="height"):
        script(NAME).units("height", 1, script(NAME).SMALL)


def test_few_images_are_the_first_of_many_and_new_ones_are_the_same():
    loaded, cfg = script(NAME), script(NAME).SMALL
    (few, labels), (new, answers) = loaded.split([3, 4], 40, cfg)
    (many, more), (same, right) = loaded.split([3, 4], 160, cfg)
    assert torch.equal(few, many[:, :40])
    assert torch.equal(labels, more[:, :40])
    assert torch.equal(new, same)
    assert torch.equal(answers, right)


def test_accuracies_are_those_of_nets_trained_alone_at_the_chosen_rate():
    loaded, cfg, res = script(NAME), script(NAME).SMALL, small(NAME)
    seeds = list(range(cfg.seeds))
    for what, layers, train in (("width", 3, 40), ("parameters", 1, 80)):
        choice = loaded.Replay(
            layers=layers, width=loaded.units(what, layers, cfg), train=train,
            rate=res.chosen[what, layers, train],
        )  # fmt: skip
        _, (unseen, answers) = loaded.split(seeds, train, cfg)
        outputs = loaded.replay(choice, cfg).fit(seeds).stack.predict(unseen)
        found = (outputs.argmax(-1) == answers).double().mean(1)
        torch.testing.assert_close(res.by_seed[what, layers, train], found)


def test_effects_are_differences_seed_by_seed():
    res = small(NAME)
    rows = res.by_seed
    for what in ("width", "parameters"):
        found = stats.mean(100 * (rows[what, 3, 80] - rows[what, 1, 80]))
        assert res.deeper[what, 3, 80].mean == pytest.approx(found.mean)
    assert res.twice[2].mean == pytest.approx(
        stats.mean(100 * (rows["width", 2, 80] - rows["width", 1, 40])).mean
    )
    assert res.images.mean == pytest.approx(
        stats.mean(100 * (rows["width", 1, 80] - rows["width", 1, 40])).mean
    )


def test_two_layers_of_the_width_are_one_net_in_both_rows():
    res = small(NAME)
    assert torch.equal(res.by_seed["width", 2, 40], res.by_seed["parameters", 2, 40])


@pytest.mark.parametrize(
    ("points", "change", "outcome"),
    [(0.0, 0.0, "supported"), (-3.0, 0.0, "refuted"), (-3.0, 2.0, "inconclusive"),
     (-3.0, -2.0, "refuted")],
)  # fmt: skip
def test_the_same_images_are_enough_or_not_while_steps_do_not_turn_it(points, change, outcome):
    res = small(NAME)
    res = replace(
        res, deeper=[stats.exact(points, 16)] * len(res.deeper),
        deeper_changes=[stats.exact(change, 16)] * len(res.deeper),
    )  # fmt: skip
    assert claims(NAME)["B21"].judge(res).outcome == outcome


def test_in_the_book_four_layers_and_seven_lose_from_few_images_at_one_width():
    deeper = accepted(NAME)["deeper"]
    assert all(deeper["width", layers, 100]["high"] < -1 for layers in (4, 7))
    assert deeper["parameters", 7, 100]["high"] < deeper["width", 7, 100]["low"]
