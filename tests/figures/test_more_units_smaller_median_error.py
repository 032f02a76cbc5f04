import numpy as np
import pytest
import torch
from sklearn.isotonic import IsotonicRegression

from dlbook.base.evidence import Estimate
from dlbook.mathematics import nets, rng
from tests.scripts import claims, measured, replace, script

NAME = "more_units_smaller_median_error"
CURVES = ("sine", "polynomial", "absolute")


def curves(points):
    x = np.linspace(-1, 1, points)
    return x, [np.sin(12 * x), -2 * x**4 + x**3 + x**2 - 2 * x, np.abs(x)]


def test_constant_line_and_monotone_errors_agree_with_numpy_and_scikit_learn():
    res = measured(NAME)
    x, values = curves(res.config.points)
    for name, y in zip(CURVES, values, strict=True):
        assert res.constants[name] == pytest.approx(np.var(y), rel=1e-12)
        _, residual, *_ = np.polyfit(x, y, 1, full=True)
        assert res.lines[name] == pytest.approx(residual[0] / len(x), rel=1e-12)
        fits = [IsotonicRegression(increasing=up).fit_transform(x, y) for up in (True, False)]
        best = min(np.mean((fit - y) ** 2) for fit in fits)
        assert res.monotone[name] == pytest.approx(best, rel=1e-10)


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
    x, values = curves(cfg.points)
    x, y = (torch.tensor(part)[:, None] for part in (x, values[row]))
    descent = torch.optim.Adam(parts, lr=cfg.rate)
    for _ in range(cfg.steps):
        descent.zero_grad()
        (torch.sigmoid(x @ W + b) @ V + c - y).square().mean().backward()
        descent.step()
    with torch.no_grad():
        final = (torch.sigmoid(x @ W + b) @ V + c - y).square().mean().item()
    column = cfg.widths.index(4)
    assert measured(NAME).errors[row, column, 5].item() == pytest.approx(final, rel=1e-10)


@pytest.mark.parametrize(
    ("choice", "row", "width"),
    [({"seed": 3}, 0, 16), ({"seed": 7, "curve": "polynomial", "width": 64}, 1, 64),
     ({"seed": 0, "curve": "absolute", "width": 1}, 2, 1)],
)  # fmt: skip
def test_a_replay_is_the_very_run_of_the_figure_to_the_bit(choice, row, width):
    loaded, res = script(NAME), measured(NAME)
    replay = loaded.Replay(**choice)
    run = loaded.replay(replay, loaded.Config())
    assert (run.steps, run.rate, run.points) == (10_000, 0.003, 100)
    fit = replace(run, steps=loaded.SMALL.steps).fit([replay.seed], res.recorded.tolist())
    place = res.config.widths.index(width)
    assert torch.equal(fit.losses[0], res.courses[row, place, replay.seed])
    assert fit.loss[0] == res.errors[row, place, replay.seed]


def test_the_long_runs_of_the_sine_go_on_where_the_others_stop():
    loaded, res = script(NAME), measured(NAME)
    for place, width in enumerate(res.config.long_widths):
        run = loaded.replay(loaded.Replay(width=width, steps=res.config.longer), loaded.Config())
        fit = run.fit([2], res.long_recorded.tolist())
        assert torch.equal(fit.losses[0], res.long_course[place, 2])
        column = res.config.widths.index(width)
        begun = res.long_course[place, :, : len(res.recorded)]
        assert torch.equal(begun, res.courses[0, column])


def test_a_curve_that_does_not_exist_is_refused_with_those_that_do():
    with pytest.raises(ValueError, match="no curve 'jump'; there are sine, polynomial, absolute"):
        script(NAME).replay(script(NAME).Replay(curve="jump"), script(NAME).Config())


def test_the_explorable_gets_run_band_and_errors_of_every_cell():
    loaded, res = script(NAME), measured(NAME)
    given = loaded.explorable(res)
    assert given["steps"] == res.recorded.tolist()
    assert (given["steps"][0], given["steps"][-1]) == (0, loaded.SMALL.steps)
    assert given["first_seed"] == loaded.SMALL.first_seed == 0
    assert len(given["cells"]) == 3 * 7
    chosen = {"curve": "absolute", "width": 4, "points": 100}
    (cell,) = (each for each in given["cells"] if chosen.items() <= each.items())
    assert cell["run"] == loaded.replay(loaded.Replay(**chosen, steps=60), res.config).to_json()
    courses = res.courses[2, 2].numpy()
    np.testing.assert_allclose(
        cell["band"], np.quantile(courses, [0, 0.1, 0.5, 0.9, 1], axis=0), rtol=5e-3
    )
    assert cell["band"][4] == [float(f"{worst:.3g}") for worst in courses.max(0)]
    assert cell["errors"] == [float(f"{error:.4g}") for error in res.errors[2, 2].tolist()]
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
    for row, name in enumerate(CURVES):
        medians = [cell.mean for cell in res.medians.at(curve=name)]
        np.testing.assert_allclose(medians, np.median(errors[row], -1), rtol=1e-12)
        failed = [cell.mean for cell in res.failed.at(curve=name)]
        np.testing.assert_array_equal(failed, (left[row] > 0.2).mean(-1))
        stuck = [cell.mean for cell in res.stuck.at(curve=name)]
        np.testing.assert_array_equal(stuck, (left[row] > 0.9).mean(-1))
        two, four, sixteen = (errors[row, res.config.widths.index(width)] for width in (2, 4, 16))
        assert res.ordered[name].mean == ((two > four) & (four > sixteen)).mean()


def test_trends_and_doublings_are_ratios_of_medians_each_by_itself():
    res = measured(NAME)
    middle = np.median(res.errors, -1)
    last = np.median(res.long_course[..., -1], -1)
    trends = [trend.mean for trend in res.trends]
    wanted = [last[1] / last[0], *(middle[1:, 4] / middle[1:, 1])]
    np.testing.assert_allclose(trends, wanted, rtol=1e-12)
    assert res.doublings.axis("width") == (2, 4, 8, 16, 32, 64)
    found = np.array([cell.mean for cell in res.doublings]).reshape(3, 6)
    np.testing.assert_allclose(found, middle[:, 1:] / middle[:, :-1], rtol=1e-12)


def test_the_interval_of_a_ratio_is_that_of_a_resampling_in_numpy():
    errors = torch.rand(2, 40, generator=torch.Generator().manual_seed(0)).double() + 0.5
    estimate = script(NAME).ratio(errors[1], errors[0], script(NAME).SMALL)
    picked = rng.stream(0, "bootstrap").integers(40, 2000, 40).numpy()
    medians = np.median(errors.numpy()[:, picked], -1)
    expected = np.quantile(medians[1] / medians[0], [0.025, 0.975])
    np.testing.assert_allclose([estimate.low, estimate.high], expected, rtol=1e-12)


def test_failures_are_counted_after_three_numbers_of_steps_and_paired_over_the_last(monkeypatch):
    """With the threshold amid the errors of the longest runs, some fail and some do not."""
    at = measured(NAME).long_recorded.tolist().index
    middle = float(measured(NAME).long_course[1, :, at(240)].median())
    monkeypatch.setattr(script(NAME), "_FAILED", middle / measured(NAME).constants["sine"])
    res = script(NAME).run(script(NAME).SMALL)
    lost = (res.long_course > middle).numpy()
    assert 0 < lost[1, :, at(240)].mean() < 1
    for place, width in enumerate(res.config.long_widths):
        for steps in (60, 120, 240):
            assert res.long_failed[width, steps].mean == lost[place, :, at(steps)].mean()
        change = lost[place, :, at(240)].mean() - lost[place, :, at(120)].mean()
        assert res.change[width].mean == pytest.approx(change)


def test_errors_of_failures_are_summed_up_and_the_constant_stands_for_none():
    errors = torch.tensor([0.3, 0.05, 0.2, 0.4]).double()
    summary = script(NAME).summary
    assert summary(errors, errors > 0.1, 0.5) == pytest.approx([0.2, 0.3, 0.4])
    assert summary(errors, errors > 1, 0.5) == [0.5, 0.5, 0.5]


def test_a_single_unit_below_the_monotone_bound_fails_the_check():
    res = measured(NAME)
    errors = res.errors.clone()
    errors[1, 0, 3] = 0.99 * res.monotone["polynomial"]
    with pytest.raises(AssertionError, match="one sigmoid is monotone"):
        script(NAME).check(replace(res, errors=errors))


@pytest.mark.parametrize(
    ("claim", "field", "effect"), [("E01c", "trends", 0.5), ("E01c/every-step", "doublings", 1.25)]
)
def test_no_setting_is_pooled_with_others(claim, field, effect):
    """All below the bound, one that reaches it, one that lies above it."""
    outcomes = []
    for low, high in ((0.5, 0.9), (0.9, 1.1), (1.1, 2)):
        found = getattr(measured(NAME), field)
        cells = [Estimate(0.5 * effect, 0.4 * effect, 0.6 * effect, 32) for _ in found]
        cells[1] = Estimate(effect * (low + high) / 2, effect * low, effect * high, 32)
        res = replace(measured(NAME), **{field: cells})
        outcomes.append(claims(NAME)[claim].judge(res).outcome)
    assert outcomes == ["supported", "inconclusive", "conditional"]


@pytest.mark.parametrize(
    ("share", "change", "outcomes"),
    [
        ((0.3, 0.2, 0.4), (0.0, -0.05, 0.05), ("refuted", "refuted")),
        ((0.01, 0.0, 0.04), (0.0, -0.05, 0.05), ("supported", "supported")),
        ((0.3, 0.2, 0.4), (-0.1, -0.2, 0.0), ("inconclusive", "inconclusive")),
    ],
)
def test_nothing_is_called_out_of_reach_while_its_curve_falls(share, change, outcomes):
    res = measured(NAME)
    cells = [Estimate(*share, 300)] * len(list(res.long_failed))
    changes = [Estimate(*change, 300)] * len(list(res.change))
    res = replace(
        res,
        long_failed=replace(res.long_failed, cells=tuple(cells)),
        change=replace(res.change, cells=tuple(changes)),
    )
    judged = [claims(NAME)[claim].judge(res).outcome for claim in ("D08/curve", "A08/found")]
    assert tuple(judged) == outcomes
