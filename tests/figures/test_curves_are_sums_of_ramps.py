"""The chain from curve to ReLUs, against polylines and sums worked out with numpy and by hand."""

import math

import numpy as np
import pytest
import torch

from dlbook.mathematics import polylines
from dlbook.mathematics.explicit import ramp
from tests.scripts import measured, replace, script

NAME = "curves_are_sums_of_ramps"


def verdict(claim, result):
    [judged] = [c for c in script(NAME).CLAIMS if c.id == claim]
    return judged.judge(result)


@pytest.mark.parametrize("step", [0, 1, 2], ids=["ramps", "pairs of ReLUs", "ReLUs"])
def test_a_step_that_is_off_by_a_millionth_is_seen(step):
    gaps = measured(NAME).gaps.stacked
    assert float(gaps.max()) <= 1e-12
    gaps[step, 3] = 1e-6
    broken = replace(measured(NAME), gaps=gaps)
    outcomes = {row: verdict(row, broken).outcome for row in ("A05", "A09", "A10/relus")}
    spoilt = ("A05", "A09", "A10/relus")[step]
    assert outcomes == {row: "refuted" if row == spoilt else "supported" for row in outcomes}
    with pytest.raises(AssertionError):
        script(NAME).check(broken)


def test_the_gap_is_what_a_network_was_shifted_by():
    points = script(NAME).random_polyline(5, 8)
    (W, b), (V, c) = polylines.ramps(*points)
    assert script(NAME).gap([(W, b), (V, c - 0.25)], points, ramp) == pytest.approx(0.25)
    V = V.clone()
    V[-1] += 0.5  # off on the last piece only, and most at its end
    assert script(NAME).gap([(W, b), (V, c)], points, ramp) == pytest.approx(0.5)


def test_the_points_checked_are_the_knots_and_sixteen_on_every_piece():
    x = script(NAME).between(torch.tensor([0.0, 17.0, 18.7]).double())
    assert x.tolist() == pytest.approx([*range(18), *(17 + 0.1 * i for i in range(1, 18))])


def test_random_polylines_have_one_flat_piece_and_uneven_widths():
    for seed in range(16):
        knots, values = script(NAME).random_polyline(seed, 8)
        assert (values.diff() == 0).nonzero().flatten().tolist() == [seed % 8]
        assert 0.5 <= float(knots.diff().min()) < float(knots.diff().max()) <= 1.5
        assert len(knots) == len(values) == 9


def test_a_flat_piece_costs_no_neuron():
    result = measured(NAME)
    assert result.neurons.tolist() == result.inclines.tolist() == [7] * 8
    assert float(result.neuron_gaps.max()) <= 1e-12
    points = torch.arange(5.0).double(), torch.tensor([1.0, 3, 3, 3, 0]).double()
    (W, b), (V, c) = script(NAME).one_per_incline(points)
    assert W.tolist() == [[1, 1]]
    assert b.tolist() == [0, -3]
    assert V.flatten().tolist() == [2, -3]
    assert c.tolist() == [1]


@pytest.mark.parametrize(
    "change",
    [{"neurons": torch.tensor([8] * 8)}, {"neuron_gaps": torch.full((8,), 1e-6)}],
    ids=["a neuron too many", "a gap"],
)
def test_a_neuron_too_many_or_a_gap_refutes_the_count(change):
    assert verdict("A08/ramps", replace(measured(NAME), **change)).outcome == "refuted"


def test_the_terms_drawn_are_the_rises_and_the_rays_of_the_points():
    result = measured(NAME)
    knots, values = result.knots.numpy(), result.values.numpy()
    assert values == pytest.approx([math.sin(12 * x) for x in knots])
    assert knots == pytest.approx(np.linspace(-0.15, 0.5, 6))
    slopes = np.diff(values) / np.diff(knots)
    for i in range(result.config.drawn):
        rise = np.where(knots > knots[i], values[i + 1] - values[i], 0)
        assert result.ramps[i].numpy() == pytest.approx(rise, abs=1e-14)
        bend = slopes[i] - (slopes[i - 1] if i else 0)
        assert result.relus[i].numpy() == pytest.approx(bend * np.maximum(knots - knots[i], 0))


@pytest.mark.parametrize(
    ("name", "f"), [("sin 12x", lambda x: np.sin(12 * x)), ("|x|", np.abs)], ids=["sine", "abs"]
)
def test_the_units_needed_are_the_first_power_of_two_that_numpy_finds(name, f):
    def error(pieces):
        knots = np.linspace(-1, 1, pieces + 1)
        x = np.linspace(-1, 1, 100 * pieces + 1)
        return np.abs(np.interp(x, knots, f(knots)) - f(x)).max()

    found = script(NAME).needs(name, (0.1, 0.01), 7)
    for tolerance, units in zip((0.1, 0.01), found, strict=True):
        powers = [n for n in (2, 4, 8, 16, 32, 64, 128) if error(n) < tolerance]
        assert units == powers[0]


def test_units_that_do_not_suffice_count_as_none_and_refute_the_theorem():
    assert script(NAME).needs("sin 12x", (0.1, 0.01), 5) == (32, 0)
    assert verdict("E01a", replace(measured(NAME), sine_needs=(32, 0))).outcome == "refuted"
    assert verdict("E01a", measured(NAME)).estimate.n == 6


def test_two_relus_that_are_not_the_ramp_refute_the_hard_sigmoid():
    for field in ("same_on_dyadic", "same_anywhere"):
        assert verdict("A09", replace(measured(NAME), **{field: False})).outcome == "refuted"
    z = torch.tensor([-3.0, 0, 0.25, 1, 7])
    assert script(NAME).split(z).tolist() == [0, 0, 0.25, 1, 1]


def test_every_claim_is_supported_on_every_case():
    result = measured(NAME)
    assert result.cases == 8 + 3 * 2
    estimates = {c.id: c.judge(result) for c in script(NAME).CLAIMS}
    assert {v.outcome for v in estimates.values()} == {"supported"}
    assert {row: v.estimate.n for row, v in estimates.items()} == {
        "A05": 14, "A08/ramps": 8, "A09": 16, "A10/relus": 14, "E01a": 6,
    }  # fmt: skip
