"""Pieces of random and trained nets, against exact polylines in fractions."""

from fractions import Fraction

import pytest
import torch

from dlbook.mathematics import initial, nets, polylines
from dlbook.training import stats
from tests.scripts import accepted, claims, replace, script, small

NAME = "nets_draw_hardly_more_pieces_than_units"


def test_random_pieces_are_those_of_the_exact_polyline():
    loaded, cfg = script(NAME), script(NAME).SMALL
    for layers in cfg.layers:
        net = nets.MLP((1, *loaded.hidden(layers, cfg), 1), "relu")
        stack = nets.init(net, range(cfg.seeds), loaded.he_with_biases(cfg.bias))
        counted = [
            polylines.trace(
                [(W[k], b[k, 0]) for W, b in stack.layers],
                Fraction(-cfg.reach),
                Fraction(cfg.reach),
            ).pieces
            for k in range(cfg.seeds)
        ]
        assert loaded.random_pieces(layers, cfg).tolist() == counted


def test_he_with_biases_has_the_weights_of_he_and_normal_biases():
    loaded = script(NAME)
    net = nets.MLP((1, 200, 1), "relu")
    mine = nets.init(net, range(20), loaded.he_with_biases(0.5))
    his = nets.init(net, range(20), initial.he_normal)
    assert torch.equal(mine.layers[0][0], his.layers[0][0])
    assert float(mine.layers[0][1].std()) == pytest.approx(0.5, rel=0.05)


def test_pieces_after_training_are_those_of_the_exact_polyline():
    loaded, cfg, res = script(NAME), script(NAME).SMALL, small(NAME)
    x, _ = loaded.points(cfg)
    ends = Fraction(float(x[0, 0])), Fraction(float(x[-1, 0]))
    stack = loaded.replay(loaded.Replay(layers=2), cfg).fit(range(cfg.seeds)).stack
    counted = [
        polylines.trace([(W[k], b[k, 0]) for W, b in stack.layers], *ends).pieces
        for k in range(cfg.seeds)
    ]
    assert res.by_seed[2].tolist() == counted
    assert res.after_ratio[2] == stats.mean(torch.tensor(counted).double() / cfg.units)
    assert res.deeper[2] == stats.mean((res.by_seed[2] - res.by_seed[1]) / cfg.units)


def test_units_that_do_not_fill_the_layers_are_refused():
    loaded = script(NAME)
    with pytest.raises(ValueError, match="do not fill 3 layers"):
        loaded.hidden(3, loaded.Config())
    with pytest.raises(AssertionError, match="no random net draws more"):
        loaded.check(replace(small(NAME), largest=[99] * 3))


@pytest.mark.parametrize(
    ("ratios", "outcome"),
    [((1.0, 0.9, 0.8), "supported"), ((3.0, 0.1, 2.5), "refuted"),
     ((1.0, 0.9, 0.1), "conditional")],
)  # fmt: skip
def test_about_is_a_factor_of_two(ratios, outcome):
    res = replace(small(NAME), ratio=[stats.exact(ratio, 64) for ratio in ratios])
    assert claims(NAME)["X05"].judge(res).outcome == outcome


@pytest.mark.parametrize(
    ("ratio", "change", "outcome"),
    [(0.8, 0.0, "supported"), (3.0, 0.0, "refuted"), (1.9, 0.5, "inconclusive")],
)
def test_far_beyond_is_two_pieces_a_unit(ratio, change, outcome):
    res = replace(small(NAME), after_ratio=[stats.exact(ratio, 64)] * 2,
                  after_change=[stats.exact(change, 64)] * 2)  # fmt: skip
    assert claims(NAME)["X17"].judge(res).outcome == outcome


@pytest.mark.parametrize(("more", "outcome"), [(0.3, "supported"), (-0.1, "refuted")])
def test_more_turns_are_a_piece_for_ten_units(more, outcome):
    res = replace(small(NAME), deeper=[stats.exact(more, 64)],
                  deeper_change=[stats.exact(0.0, 64)])  # fmt: skip
    assert claims(NAME)["E02d"].judge(res).outcome == outcome


def test_in_the_book_no_depth_comes_near_what_its_shape_allows():
    found = accepted(NAME)
    assert found["largest"][10] < found["most"][10] / 1000
    assert all(one["high"] < 2 for one in found["after_ratio"])
