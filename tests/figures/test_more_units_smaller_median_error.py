import numpy as np
import pytest
import torch
from sklearn.isotonic import IsotonicRegression

from dlbook.base.evidence import Estimate
from dlbook.mathematics import nets, rng
from tests.scripts import claims, measured, replace, script

NAME = "more_units_smaller_median_error"


def curves(points):
    x = np.linspace(-1, 1, points)
    return x, [np.sin(12 * x), -2 * x**4 + x**3 + x**2 - 2 * x, np.abs(x)]


def test_constant_line_and_monotone_errors_agree_with_numpy_and_scikit_learn():
    res = measured(NAME)
    x, values = curves(res.config.points)
    for row, y in enumerate(values):
        assert res.constants[row] == pytest.approx(np.var(y), rel=1e-12)
        _, residual, *_ = np.polyfit(x, y, 1, full=True)
        assert res.lines[row] == pytest.approx(residual[0] / len(x), rel=1e-12)
        fits = [IsotonicRegression(increasing=up).fit_transform(x, y) for up in (True, False)]
        best = min(np.mean((fit - y) ** 2) for fit in fits)
        assert res.monotone[row] == pytest.approx(best, rel=1e-10)


def test_a_monotone_curve_costs_nothing_and_a_fall_is_levelled_by_hand():
    error = script(NAME).monotone_error
    assert error(torch.tensor([1.0, 2.0, 2.0, 5.0])) == 0
    assert error(torch.tensor([0.0, 3.0, 1.0, 4.0])) == pytest.approx(2 / 4)  # 3 and 1 become 2


@pytest.mark.parametrize("row", [0, 1, 2])
def test_a_cell_is_what_torch_trains_from_the_same_weights(row):
    cfg = script(NAME).SMALL
    start = nets.init(nets.MLP((1, 4, 1), "sigmoid"), [5], "xavier_uniform_with_biases")
    parts = [part[0].clone().requires_grad_() for layer in start.layers for part in layer]
    W, b, V, c = parts
    x, values = curves(cfg.text_points)
    x, y = (torch.tensor(part)[:, None] for part in (x, values[row]))
    descent = torch.optim.Adam(parts, lr=cfg.rate)
    for _ in range(cfg.steps):
        descent.zero_grad()
        (torch.sigmoid(x @ W + b) @ V + c - y).square().mean().backward()
        descent.step()
    with torch.no_grad():
        final = (torch.sigmoid(x @ W + b) @ V + c - y).square().mean().item()
    column = cfg.seed_widths.index(4)
    assert measured(NAME).text_errors[row, column, 5].item() == pytest.approx(final, rel=1e-10)


@pytest.mark.parametrize(
    ("choice", "row", "width"),
    [({"seed": 3}, 0, 16), ({"seed": 7, "curve": "polynomial", "width": 64}, 1, 64),
     ({"seed": 0, "curve": "absolute", "width": 1}, 2, 1),
     ({"seed": 5, "width": 2, "points": 50}, 0, 2)],
)  # fmt: skip
def test_a_replay_is_the_very_run_of_the_figure_to_the_bit(choice, row, width):
    loaded, res = script(NAME), measured(NAME)
    replay = loaded.Replay(**choice)
    run = loaded.replay(replay, loaded.Config())
    assert (run.steps, run.rate, run.points) == (10_000, 0.003, replay.points)
    fit = replace(run, steps=loaded.SMALL.steps).fit([replay.seed], res.recorded.tolist())
    text = replay.points == res.config.text_points
    widths, courses = (
        (res.config.seed_widths, res.text_courses) if text else (res.config.widths, res.courses)
    )
    assert torch.equal(fit.losses[0], courses[row, widths.index(width), replay.seed])
    errors = res.text_errors if text else res.errors
    assert fit.loss[0] == errors[row, widths.index(width), replay.seed]


def test_a_curve_that_does_not_exist_is_refused_with_those_that_do():
    with pytest.raises(ValueError, match="no curve 'jump'; there are sine, polynomial, absolute"):
        script(NAME).replay(script(NAME).Replay(curve="jump"), script(NAME).Config())


def test_the_explorable_gets_run_band_and_errors_of_every_cell():
    loaded, res = script(NAME), measured(NAME)
    given = loaded.explorable(res)
    assert given["steps"] == res.recorded.tolist()
    assert (given["steps"][0], given["steps"][-1]) == (0, loaded.SMALL.steps)
    assert len(given["cells"]) == 3 * 7 + 3 * 3
    chosen = {"curve": "absolute", "width": 4, "points": 50}
    (cell,) = (each for each in given["cells"] if chosen.items() <= each.items())
    assert cell["run"] == loaded.replay(loaded.Replay(**chosen), res.config).to_json()
    courses = res.text_courses[2, 1].numpy()
    np.testing.assert_allclose(
        cell["band"], np.quantile(courses, [0, 0.1, 0.5, 0.9, 1], axis=0), rtol=5e-3
    )
    assert cell["band"][4] == [float(f"{worst:.3g}") for worst in courses.max(0)]
    assert cell["errors"] == [float(f"{error:.4g}") for error in res.text_errors[2, 1].tolist()]
    sine = given["curves"]["sine"]
    assert sine == {
        "constant": res.constants["sine"],
        "monotone": res.monotone["sine"],
        "failed": 0.2 * res.constants["sine"],
    }  # fmt: skip


def test_the_tables_summarise_the_errors_as_numpy_does():
    res = measured(NAME)
    errors = res.errors.numpy()
    left = errors / np.array(res.constants.cells)[:, None, None]
    for row in range(3):
        medians = [cell.mean for cell in res.medians[row]]
        np.testing.assert_allclose(medians, np.median(errors[row], -1), rtol=1e-12)
        failed = [cell.mean for cell in res.failed[row]]
        np.testing.assert_array_equal(failed, (left[row] > 0.2).mean(-1))
        stuck = [cell.mean for cell in res.stuck[row]]
        np.testing.assert_array_equal(stuck, (left[row] > 0.9).mean(-1))
        two, four, sixteen = (errors[row, res.config.widths.index(width)] for width in (2, 4, 16))
        assert res.ordered[row].mean == ((two > four) & (four > sixteen)).mean()
        halved = [cell.mean for cell in res.text_medians[row]]
        np.testing.assert_allclose(halved, np.median(res.text_errors[row], -1), rtol=1e-12)


def test_trend_doubling_and_shift_are_the_extreme_ratios_of_the_medians():
    res = measured(NAME)
    middle = np.median(res.errors, -1)
    assert res.trend.mean == pytest.approx((middle[:, 4] / middle[:, 1]).max(), rel=1e-12)
    trends = [trend.mean for trend in res.trends]
    np.testing.assert_allclose(trends, middle[:, 4] / middle[:, 1], rtol=1e-12)
    rises = middle[:, 2:6] / middle[:, 1:5]
    assert res.worst_doubling.mean == pytest.approx(rises.max(), rel=1e-12)
    shifts = np.abs(np.log2(middle[:, [1, 2, 4]] / np.median(res.text_errors, -1)))
    assert res.text_shift.mean == pytest.approx(shifts.max(), rel=1e-12)


def test_doublings_are_judged_from_2_to_32_units():
    loaded = script(NAME)
    assert loaded.SMALL.widths[slice(*loaded._JUDGED)] == (2, 4, 8, 16, 32)


def test_the_interval_of_a_trend_is_that_of_a_resampling_in_numpy():
    errors = torch.rand(1, 2, 40, generator=torch.Generator().manual_seed(0)).double() + 0.5
    estimate = script(NAME).resampled(errors, script(NAME).trend)
    picked = rng.stream(0, "bootstrap").integers(40, 2000, 40).numpy()
    medians = np.median(errors[0].numpy()[:, picked], -1)
    expected = np.quantile(medians[1] / medians[0], [0.025, 0.975])
    np.testing.assert_allclose([estimate.low, estimate.high], expected, rtol=1e-12)


def test_a_single_unit_below_the_monotone_bound_fails_the_check():
    res = measured(NAME)
    errors = res.errors.clone()
    errors[1, 0, 3] = 0.99 * res.monotone["polynomial"]
    with pytest.raises(AssertionError, match="one sigmoid is monotone"):
        script(NAME).check(replace(res, errors=errors))


@pytest.mark.parametrize(
    ("claim", "field", "effect"),
    [
        ("E01c", "trend", 0.5),
        ("E01c/every-step", "worst_doubling", 1.25),
        ("E01b", "text_shift", 1),
    ],
)
def test_the_verdict_follows_the_interval(claim, field, effect):
    outcomes = []
    for low, high in ((0.5, 0.9), (0.9, 1.1), (1.1, 2)):
        middle = effect * (low + high) / 2
        estimate = Estimate(middle, effect * low, effect * high, 32)
        outcomes.append(
            claims(NAME)[claim].judge(replace(measured(NAME), **{field: estimate})).outcome
        )
    assert outcomes == ["supported", "inconclusive", "refuted"]


def test_one_wide_run_in_twenty_may_fail_for_descent_to_find_the_best():
    res = measured(NAME)
    judge, cells = claims(NAME)["D08/curve"].judge, list(res.failed)
    last = len(res.config.widths) - 1  # of the sine
    cells[last] = Estimate(0.3, 0.2, 0.4, 32)
    assert judge(replace(res, failed=cells)).outcome == "refuted"
    cells[last] = Estimate(0.01, 0.0, 0.04, 300)
    assert judge(replace(res, failed=cells)).outcome == "supported"
