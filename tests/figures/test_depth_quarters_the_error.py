import math
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
import torch

from dlbook.mathematics import measure, nets, optim, squares
from dlbook.mathematics.explicit import evaluate, parameters
from dlbook.training import stats, train
from tests.scripts import claims, measured, replace, script

NAME = "depth_quarters_the_error"


def test_each_construction_is_as_good_as_joining_the_points_of_the_parabola():
    """Numpy's own interpolation through 2^m + 1 points, on a grid that holds every middle."""
    x = np.linspace(0, 1, 2**12 + 1)
    for m, error in enumerate(measured(NAME).errors, 1):
        knots = np.linspace(0, 1, 2**m + 1)
        assert error == np.abs(np.interp(x, knots, knots**2) - x**2).max()


def test_the_three_sums_join_the_points_of_the_parabola():
    x = np.linspace(0, 1, 65)
    for m, line in enumerate(measured(NAME).sums):
        knots = np.linspace(0, 1, 2**m + 1)
        np.testing.assert_array_equal(line.numpy(), np.interp(x, knots, knots**2))


@pytest.mark.parametrize("error", [1e-2, 1e-4, 1e-6])
def test_the_parameters_needed_follow_from_the_inverted_formulas(error):
    layers = math.ceil(math.log(1 / (2 * error), 4)) - 1
    units = math.ceil((math.sqrt(1 / (2 * error)) - 1) / 2)
    assert script(NAME).needs(Fraction(error)) == (12 * layers - 2, 3 * units + 1)


def test_the_best_shallow_error_does_not_use_a_parameter_too_many():
    """46 parameters hold 15 units (3 each, and the constant); so do 47 and 48, and 49 hold 16."""
    best = script(NAME).best_shallow
    assert best(46) == best(47) == best(48) == Fraction(1, 2 * 31**2)
    assert best(49) == Fraction(1, 2 * 33**2)


def test_the_book_compares_shapes_of_equal_size():
    cfg = script(NAME).Config()
    for hidden in (cfg.shallow, cfg.deep):
        widths = [1, *hidden, 1]
        net = [torch.nn.Linear(a, b, device="meta") for a, b in pairwise(widths)]
        assert sum(p.numel() for layer in net for p in layer.parameters()) == 145
    assert measured(NAME).trained_size == 145


def test_the_error_of_a_trained_net_agrees_with_a_fine_grid():
    cfg = script(NAME).SMALL
    steps = max(cfg.steps)
    errors, mse, pieces = script(NAME).trained(cfg.deep, cfg, steps)
    x = torch.linspace(0, 1, cfg.points, dtype=torch.float64)[:, None]
    stack = nets.init(nets.MLP((1, *cfg.deep, 1)), range(cfg.seeds), "fan_in_uniform")
    for rate in cfg.rates:
        stack = train.fit(stack, x, x**2, loss="mean_squared_error", optimiser=optim.Adam(rate),
                          steps=steps).stack  # fmt: skip
    fine = torch.linspace(0, 1, 20_001, dtype=torch.float64)[:, None]
    outputs = stack.predict(fine)[..., 0]
    seen = (outputs - fine[:, 0] ** 2).abs().amax(1)
    assert (errors >= seen - 1e-12).all(), "a grid cannot see more than there is"
    torch.testing.assert_close(errors, seen, rtol=0, atol=2e-4)
    at_data = (stack.predict(x) - x**2).square().mean((1, 2))
    torch.testing.assert_close(mse, at_data, rtol=1e-12, atol=0)
    assert torch.equal(pieces, measure.pieces(stack, 0, 1)), "counted in floats, by another way"


def test_summaries_describe_the_net_they_are_named_after():
    """After 40 steps at each rate some shallow nets beat the best line's 1/8, and no deep one."""
    cfg = replace(script(NAME).SMALL, steps=(20, 40))
    res = script(NAME).run(cfg)
    assert res.line_error == 1 / 8
    for name, hidden in (("shallow", cfg.shallow), ("deep", cfg.deep)):
        errors, mse, pieces = script(NAME).trained(hidden, cfg, 40)
        assert torch.equal(res.trained[name], errors)
        assert getattr(res, f"{name}_trained").mean == np.median(errors)
        assert getattr(res, f"{name}_mse").mean == np.median(mse)
        assert getattr(res, f"{name}_pieces").mean == np.median(pieces)
        assert getattr(res, f"{name}_unlearned").mean == np.mean(errors.numpy() > 1 / 8)


def test_check_refuses_to_compare_shapes_of_different_size():
    cfg = replace(script(NAME).SMALL, shallow=(47,), steps=(1, 2))
    with pytest.raises(AssertionError, match="equally many"):
        script(NAME).check(script(NAME).run(cfg))


def test_training_is_judged_by_the_deep_error_over_the_shallow_one():
    res = measured(NAME)
    wide, tall = res.trained
    assert res.ratio["largest"] == stats.median((tall / wide).tolist())
    assert res.ratio["largest"] == res.ratios[max(res.config.steps)]
    assert res.deep_wins.mean == (tall / wide < 1).double().mean()


@pytest.mark.parametrize(
    ("ratios", "outcome"),
    [((0.3, 0.4), "supported"), ((0.7, 3.0), "refuted"), ((0.3, 3.0), "conditional")],
)
def test_training_supports_the_claim_only_with_half_of_both_errors(ratios, outcome):
    flat = [stats.exact(0.0, 8)] * 2
    found = [stats.exact(ratio, 8) for ratio in ratios]
    res = replace(measured(NAME), ratio=found, ratio_change=flat)
    assert claims(NAME)["A29/training"].judge(res).outcome == outcome


def test_a_ratio_that_still_falls_refutes_nothing():
    falling = [stats.exact(-0.6, 8)] * 2
    res = replace(measured(NAME), ratio=[stats.exact(2.0, 8)] * 2, ratio_change=falling)
    assert claims(NAME)["A29/training"].judge(res).outcome == "inconclusive"


def test_the_change_over_the_last_doubling_is_that_of_each_seed():
    cfg = script(NAME).SMALL
    ends = [[script(NAME).trained(hidden, cfg, steps)[0] for hidden in (cfg.shallow, cfg.deep)]
            for steps in cfg.steps[-2:]]  # fmt: skip
    then, now = (deep / shallow for shallow, deep in ends)
    assert measured(NAME).ratio_change["largest"] == stats.median(now - then)


def test_steps_that_do_not_end_with_a_doubling_are_refused():
    with pytest.raises(ValueError, match="a number and its double"):
        script(NAME).run(replace(script(NAME).SMALL, steps=(100, 150)))


def test_up_to_three_layers_the_best_shallow_net_is_closer_and_from_four_on_the_construction():
    """In fractions: 4^-(m+1) / 2 against 1 / (2 (2n + 1)^2) for the n units that 12 m - 2 hold."""
    res = measured(NAME)
    assert res.ahead.values() == (False, False, False, True, True, True)
    for m, ahead in res.ahead.items():
        units = (12 * int(m) - 3) // 3
        assert ahead == (4 ** (int(m) + 1) > (2 * units + 1) ** 2)
    assert res.centred[4] == 2.0**-11
    verdict = claims(NAME)["A29/construction"].judge(res)
    assert verdict.outcome == "conditional"
    assert [each.outcome for each in verdict.settings] == ["refuted"] * 3 + ["supported"] * 3


def test_moving_the_sum_down_costs_no_parameter():
    for m in (1, 2, 5):
        assert parameters(script(NAME).centred(m)) == parameters(squares.deep(m))


@pytest.mark.parametrize("hidden", [(5,), (3, 3), (4, 4, 4), (6, 6, 6, 6), (8, 8, 8), (2, 4, 3)])
def test_the_weights_written_down_join_the_points_of_the_parabola(hidden):
    """Numpy's own interpolation through P + 1 points, moved down by half of its error."""
    layers = script(NAME).built(hidden)
    assert [W.shape[1] for W, _ in layers] == [*hidden, 1]
    pieces = hidden[0] * math.prod(width - 1 for width in hidden[1:])
    knots, x = np.arange(pieces + 1) / pieces, np.linspace(0, 1, 3001)
    seen = evaluate(layers, torch.from_numpy(x)[:, None])[:, 0].numpy()
    expected = np.interp(x, knots, knots**2) - 1 / (8 * pieces**2)
    np.testing.assert_allclose(seen, expected, rtol=0, atol=1e-11)


def test_the_trained_shape_has_weights_far_better_than_any_trained_net():
    res = measured(NAME)
    assert res.built_size == res.trained_size == 145
    assert res.built_pieces == 750
    assert res.built_error == pytest.approx(1 / (8 * 750**2), rel=1e-6)
    assert res.deep_limit < res.built_error < res.trained["deep"].min() / 1000


@pytest.mark.parametrize("row", [0, 1])
def test_check_refuses_a_trained_net_that_beats_its_shape(row):
    trained = measured(NAME).trained.stacked
    trained[row, 0] = 1e-9
    with pytest.raises(AssertionError, match="no net beats"):
        script(NAME).check(replace(measured(NAME), trained=trained))
