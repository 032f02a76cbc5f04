"""Errors of chords, against numpy, parabolas worked out by hand, and what no network can reach."""

import math

import numpy as np
import pytest
import torch

from dlbook.figures import contract
from dlbook.training import stats
from tests.scripts import measured, replace, script

NAME = "error_falls_with_the_square_of_the_pieces"
CURVES = {
    "sin 12x": lambda x: np.sin(12 * x),
    "-2x^4 + x^3 + x^2 - 2x": lambda x: np.polyval([-2, 1, 1, -2, 0], x),
    "|x|": np.abs,
    "sqrt|x|": lambda x: np.sqrt(np.abs(x)),
}
X = np.linspace(-1, 1, 20_001)


def verdict(claim, result):
    [judged] = [c for c in script(NAME).CLAIMS if c.id == claim]
    return judged.judge(result)


def by_numpy(f, pieces):
    knots = np.linspace(-1, 1, pieces + 1)
    return np.abs(np.interp(X, knots, f(knots)) - f(X)).max()


@pytest.mark.parametrize("name", CURVES)
def test_the_errors_are_those_numpy_finds_on_a_finer_grid(name):
    loaded, result = script(NAME), measured(NAME)
    smooth = name in loaded.SMOOTH
    table, curves = (result.smooth, loaded.SMOOTH) if smooth else (result.rough, loaded.ROUGH)
    row = table[list(curves).index(name)]
    for j, pieces in enumerate((2, 4, 8, 16, 32)):
        # The nearest point of a piece that is checked lies a 64th of it away from the extreme one.
        error = by_numpy(CURVES[name], pieces if smooth else pieces + 1)
        assert float(row[j]) == pytest.approx(error, rel=0.004)


def test_a_parabola_is_missed_by_an_eighth_of_the_curvature_times_the_width_squared():
    loaded = script(NAME)
    for pieces in (1, 2, 7):
        assert loaded.chord_error(torch.square, pieces) == pytest.approx((2 / pieces) ** 2 * 2 / 8)
        assert loaded.network_error(torch.square, pieces) == pytest.approx(1 / pieces**2)


@pytest.mark.parametrize(("name", "most"), [("sin 12x", 144), ("-2x^4 + x^3 + x^2 - 2x", 28)])
def test_the_curvatures_are_the_largest_second_differences(name, most):
    second = np.abs(np.diff(CURVES[name](X), 2)) / (X[1] - X[0]) ** 2
    assert second.max() == pytest.approx(most, rel=2e-3)
    index = list(script(NAME).SMOOTH).index(name)
    assert script(NAME).CURVATURES[index] == most


@pytest.mark.parametrize("name", CURVES)
def test_no_curve_changes_more_than_its_modulus_of_continuity(name):
    modulus = script(NAME).MODULI[list(CURVES).index(name)]
    values = CURVES[name](X)
    for steps in (1, 10, 100, 1000):
        change = np.abs(values[steps:] - values[:-steps]).max()
        h = steps * (X[1] - X[0])
        assert change <= modulus(h) + 1e-12
        assert change > 0.6 * modulus(h) or steps == 1000, "and it is not far too generous"


def test_the_limits_are_the_bounds_of_the_spacing():
    for j, pieces in enumerate(measured(NAME).pieces.tolist()):
        assert measured(NAME).limits[:, j].tolist() == pytest.approx(
            [72 / pieces**2, 14 / pieces**2]
        )
        assert measured(NAME).moduli[:, j].tolist() == pytest.approx(
            [24 / pieces, 14 / pieces, 2 / (pieces + 1), math.sqrt(2 / (pieces + 1))]
        )


def test_corners_in_the_middle_of_a_piece_fall_by_their_closed_forms():
    rough = measured(NAME).rough
    for j, pieces in enumerate(measured(NAME).pieces.tolist()):
        n = pieces + 1
        assert rough[:, j].tolist() == pytest.approx([1 / n, n**-0.5, 0.5])


def test_the_slope_is_the_power_of_a_power_law_at_its_end():
    n = 2 ** torch.arange(1, 11)
    row = 3 * n.double() ** -1.5
    assert script(NAME).slope(n, row) == pytest.approx(-1.5)
    row[:6] = 1.0  # what comes before the last four does not count
    assert script(NAME).slope(n, row) == pytest.approx(-1.5)
    assert script(NAME).slope(n, torch.full((10,), 0.5).double()) == 0


def test_every_slope_is_numpys_fit_to_its_own_curve():
    result = measured(NAME)
    found = [result.sine_slope, result.quartic_slope]
    found += [result.abs_slope, result.root_slope, result.jump_slope]
    n = result.pieces.numpy()[-4:]
    for k, (row, slope) in enumerate(zip([*result.smooth, *result.rough], found, strict=True)):
        x = np.log(n if k < 2 else n + 1)
        fitted = np.polyfit(x, np.log(row.numpy()[-4:]), 1)[0]
        assert slope == pytest.approx(fitted, abs=1e-9)


def test_a_network_misses_the_jump_by_half_and_more_unless_it_crosses_half_way():
    relu = torch.ones(1, 1).double()
    for level in (-2.0, 0.3, 0.5, 0.9):
        net = [(relu, torch.zeros(1).double()), (relu, torch.tensor([level]).double())]
        expected = max(abs(level), abs(1 - level))
        assert script(NAME).miss_of_the_jump(net) == pytest.approx(expected)


def test_the_pole_is_missed_by_one_at_the_point_where_it_tops_the_network():
    # relu(x) - 3 relu(x - 1/2) + 6 is highest, 6.5, at x = 1/2.
    net = [
        (torch.ones(1, 2).double(), torch.tensor([0, -0.5]).double()),
        (torch.tensor([[1], [-3]]).double(), torch.tensor([6]).double()),
    ]
    x = 1 / 7.5
    assert script(NAME).miss_of_the_pole(net) == pytest.approx(7.5 - (x + 6))


def test_random_networks_bend_inside_the_interval_and_differ():
    (W, b), _ = script(NAME).random_layer(3)
    bends = -b / W[0]
    assert W.abs().eq(1).all()
    assert {-1.0, 1.0} == set(W[0].tolist())
    assert -1 <= float(bends.min()) < -0.5 < 0.5 < float(bends.max()) <= 1
    assert not torch.equal(script(NAME).random_layer(4)[0][1], b)


def test_the_rivals_are_built_through_the_curve_and_drawn_at_random():
    loaded = script(NAME)
    nets = loaded.rivals(loaded.jump, -1, loaded.Config(seeds=3))
    assert [len(net[0][1]) for net in nets] == [3, 5, 9, 17, 33, 65, 129, 257, 64, 64, 64]
    assert measured(NAME).jump_tried == len(measured(NAME).jump_errors) == 8 + 8
    assert len(measured(NAME).pole_errors) == 8 + 8
    assert measured(NAME).jump_errors[:8].tolist() == pytest.approx([0.5] * 8)
    assert float(measured(NAME).jump_errors[8:].min()) > 0.5


def test_networks_are_as_far_off_as_their_polylines():
    chords, networks = measured(NAME).network_errors
    assert networks.tolist() == pytest.approx(chords.tolist(), abs=1e-12)
    assert float(chords[3]) == pytest.approx(65**-0.5)


ANY = ("A03", "A06", "A08", "A10")  # four places where a source says "any function"


def test_any_function_gets_one_verdict_wherever_it_is_said():
    """Continuous functions on a closed interval are reached, others are not."""
    for claim in ANY:
        found = verdict(claim, measured(NAME))
        assert found.outcome == "conditional"
        outcomes = dict(zip(found.settings.axis("function"), found.settings, strict=True))
        assert {name for name, one in outcomes.items() if one.outcome == "supported"} == {
            "sine", "quartic", "corner", "root"
        }  # fmt: skip
        assert {name for name, one in outcomes.items() if one.outcome == "refuted"} == {
            "jump", "pole", "whole line"
        }  # fmt: skip


def test_any_function_is_told_in_the_same_words_wherever_it_is_said():
    shown = contract.texts(script(NAME))
    assert len({shown[f"{claim} truth"] for claim in ANY}) == 1
    assert len({shown[f"{claim} quantity"] for claim in ANY}) == 1


def test_more_pieces_come_closer_in_the_end_and_not_at_every_step():
    found = verdict("A04", measured(NAME))
    assert found.outcome == "conditional"
    worse = {
        step
        for step, one in zip(found.settings.axis("step"), found.settings, strict=True)
        if one.outcome == "refuted"
    }
    assert worse == {"sine 2 to 4", "corner 2 to 3"}
    assert verdict("A04/bound", measured(NAME)).estimate.n == 2 * 10 + 2
    assert verdict("A06/continuous", measured(NAME)).estimate.n == 4 * 10 + 4


def test_beyond_its_last_bend_a_network_misses_a_wave_by_one_at_least():
    loaded = script(NAME)
    assert loaded.miss_of_the_line(loaded.level()) == 1
    knots = torch.linspace(-1, 1, 9, dtype=torch.float64)
    assert loaded.miss_of_the_line(loaded.polylines.relus(knots, torch.sin(12 * knots))) > 1
    assert measured(NAME).line_errors.min() == 1


@pytest.mark.parametrize(
    ("claim", "change"),
    [
        ("A04/bound", lambda r: {"limits": r.limits * 0.9}),
        ("A04/bound", lambda r: {"quartic_slope": -1.97}),
        ("A04/bound", lambda r: {"sine_slope": -2.03}),
        ("A06/continuous", lambda r: {"moduli": r.moduli * 0.5}),
        (
            "A06/continuous",
            lambda r: {"network_errors": r.network_errors + torch.tensor([[0], [1e-6]])},
        ),
    ],
)
def test_one_case_that_fails_refutes_a_claim(claim, change):
    result = measured(NAME)
    assert verdict(claim, replace(result, **change(result))).outcome == "refuted"


def test_only_if_every_function_were_reached_would_any_be_supported():
    reach = measured(NAME).reach
    near = [stats.exact(0.01)] * len(reach.cells)
    outcome = verdict("A03", replace(measured(NAME), reach=replace(reach, cells=tuple(near))))
    assert outcome.outcome == "supported"


@pytest.mark.parametrize(
    "change",
    [
        lambda r: {"smooth": r.smooth * 1.2},
        lambda r: {"rough": r.rough * 3},
        lambda r: {"abs_on_a_knot": 1e-9},
        lambda r: {"jump_errors": r.jump_errors - 1e-3},
        lambda r: {"pole_errors": r.pole_errors.clamp(max=0.9)},
        lambda r: {"line_errors": r.line_errors - 1e-3},
        lambda r: {"sine_errors": sorted(r.sine_errors, reverse=True)},
    ],
)
def test_what_cannot_be_is_refused(change):
    result = measured(NAME)
    script(NAME).check(result)
    with pytest.raises(AssertionError):
        script(NAME).check(replace(result, **change(result)))


def test_too_few_doublings_for_a_slope_are_refused():
    with pytest.raises(ValueError, match="needs 4 doublings or more, not 3"):
        script(NAME).run(script(NAME).Config(doublings=3))


def test_a_replay_starts_as_the_polyline_through_its_knots():
    loaded = script(NAME)
    choice = loaded.Replay(curve="quartic", knots=(-1.0, -0.4, 0.3, 1.0), steps=0)
    run = loaded.replay(choice, loaded.Config())
    assert (run.widths, run.activation, run.init) == ((1, 3, 1), "relu", ())
    curve = CURVES["-2x^4 + x^3 + x^2 - 2x"]
    knots = np.array(choice.knots)
    outputs = run.stack([0]).predict(torch.tensor(X)[:, None])[0, :, 0].numpy()
    np.testing.assert_allclose(outputs, np.interp(X, knots, curve(knots)), atol=1e-14)
    x = np.linspace(-1, 1, 100)
    error = np.mean((np.interp(x, knots, curve(knots)) - curve(x)) ** 2)
    assert run.fit([0]).loss.item() == pytest.approx(error, rel=1e-12)


def test_a_replay_is_what_torch_trains_from_that_polyline_with_every_number_free():
    run = script(NAME).replay(script(NAME).Replay(steps=50), script(NAME).Config())
    layers = run.stack([0]).layers
    W, b, V, c = (part[0].clone().requires_grad_() for layer in layers for part in layer)
    x = torch.linspace(-1, 1, 100, dtype=torch.float64)[:, None]
    descent = torch.optim.Adam([W, b, V, c], lr=3e-3)
    for _ in range(50):
        descent.zero_grad()
        (torch.relu(x @ W + b) @ V + c - torch.sin(12 * x)).square().mean().backward()
        descent.step()
    found = run.fit([0]).stack.flat[0]
    wanted = torch.cat([part.detach().flatten() for part in (W, b, V, c)])
    torch.testing.assert_close(found, wanted, rtol=1e-9, atol=1e-9)
    assert not bool((found == torch.tensor(run.start)).any())


def test_the_book_s_own_replay_has_nine_equal_knots():
    assert script(NAME).Replay().knots == tuple(np.linspace(-1, 1, 9))


@pytest.mark.parametrize("knots", [(0.0,), (-1.0, 0.5, 0.5), (-1.0, 0.5, 0.25), (-1.5, 1.0),
                                   (-1.0, math.nan, 1.0)])  # fmt: skip
def test_knots_that_do_not_ascend_within_the_interval_are_refused(knots):
    with pytest.raises(ValueError, match="two or more that ascend within"):
        script(NAME).replay(script(NAME).Replay(knots=knots), script(NAME).Config())


def test_a_curve_without_a_bound_is_refused():
    with pytest.raises(ValueError, match="no curve 'jump'; there are sine, quartic"):
        script(NAME).replay(script(NAME).Replay(curve="jump"), script(NAME).Config())


def test_the_explorable_gets_errors_by_pieces_and_the_bounds_of_smooth_curves():
    res = measured(NAME)
    curves = script(NAME).explorable(res)["curves"]
    assert list(curves) == ["sine", "quartic", "absolute", "root", "jump"]
    assert curves["sine"]["pieces"][:3] == [2, 4, 8]
    assert curves["jump"]["pieces"][:3] == [3, 5, 9]
    rows = [*res.smooth.tolist(), *res.rough.tolist()]
    for given, row in zip(curves.values(), rows, strict=True):
        assert given["errors"] == pytest.approx(row, rel=1e-3)
    for name, row in zip(("sine", "quartic"), res.limits.tolist(), strict=True):
        bounds = [curves[name]["curvature"] * (2 / n) ** 2 / 8 for n in curves[name]["pieces"]]
        assert curves[name]["bounds"] == pytest.approx(bounds, rel=1e-3)
        assert curves[name]["bounds"] == pytest.approx(row, rel=1e-3)
    assert "bounds" not in curves["absolute"]
