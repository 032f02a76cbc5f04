"""Sums of sigmoids and their limits, against scipy, direct summation and closed forms."""

import math

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.special import expit

from tests.scripts import measured, replace, script

NAME = "many_sigmoids_make_a_softplus"
Z = np.linspace(-20, 20, 40_001)


def verdict(claim, result):
    [judged] = [c for c in script(NAME).CLAIMS if c.id == claim]
    return judged.judge(result)


def summed(spacing):
    centres = (np.arange(round(60 / spacing)) + 0.5) * spacing
    return spacing * sum(expit(Z - centre) for centre in centres)


@pytest.mark.parametrize("index", [0, 1, 2])
def test_the_sum_falls_short_of_softplus_as_it_does_term_by_term(index):
    result = measured(NAME)
    h = result.config.spacings[index]
    short = np.logaddexp(0, Z) - summed(h)
    assert result.sum_gaps[h] == pytest.approx(short.max(), rel=1e-9)
    assert result.shares[h] == pytest.approx(96 * short.max() / h**2, rel=1e-9)


def test_the_sum_stays_away_from_the_relu():
    gap = np.abs(summed(1.0) - np.maximum(Z, 0)).max()
    assert measured(NAME).sum_to_relu == pytest.approx(gap, rel=1e-9)
    assert gap == pytest.approx(math.log(2) - measured(NAME).sum_gaps[1.0], abs=1e-9)


def test_a_steeper_softplus_lies_log_two_over_its_steepness_above_the_relu():
    result = measured(NAME)
    for beta, gap in zip(result.config.steepness, result.relu_gaps, strict=True):
        above = np.logaddexp(0, beta * Z) / beta - np.maximum(Z, 0)
        assert gap == pytest.approx(above.max(), abs=1e-12)
        assert abs(Z[above.argmax()]) < 1e-9


def test_the_single_sigmoid_is_farthest_from_the_ramp_at_its_corner():
    gap = np.abs(expit(Z) - np.clip(Z / 4 + 0.5, 0, 1))
    assert measured(NAME).single_gap == pytest.approx(gap.max(), abs=1e-12)
    assert measured(NAME).single_at == pytest.approx(abs(Z[gap.argmax()]))


@pytest.mark.parametrize("slope", [0.1, 0.15, 0.1771, 0.2, 0.25])
def test_the_gap_at_a_slope_is_the_one_on_a_grid(slope):
    fine = np.linspace(0, 20, 200_001)  # the ramp's corner lies within 1e-4 of a point
    gap = np.abs(expit(fine) - np.clip(slope * fine + 0.5, 0, 1)).max()
    assert script(NAME).tuned_gap(slope) == pytest.approx(gap, abs=1e-4 * slope)


def test_no_other_slope_is_better_than_the_one_that_was_found():
    found = minimize_scalar(script(NAME).tuned_gap, bounds=(0.05, 0.25), method="bounded")
    assert measured(NAME).tuned_slope == pytest.approx(found.x, abs=1e-4)
    assert measured(NAME).tuned_gap == pytest.approx(found.fun, abs=1e-4)
    assert measured(NAME).tuned_gap >= found.fun - 1e-9
    steeper = np.abs(expit(Z) - np.clip(0.3 * Z + 0.5, 0, 1)).max()
    assert steeper > measured(NAME).single_gap


def test_steps_that_are_blunter_than_promised_are_noticed(monkeypatch):
    loaded = script(NAME)
    assert loaded.step_holds((0.5, 3.0, 20.0))
    monkeypatch.setattr(loaded, "exp", lambda far: 0.9 * far.exp())
    assert loaded.step_holds((0.5,))  # 1 / (1 + exp(-far)) <= 0.9 while far is small
    assert not loaded.step_holds((0.5, 20.0))


def test_the_curves_drawn_are_sums_of_the_first_sigmoids():
    result = measured(NAME)
    z, sigmoid, ramp, relu = result.curves.numpy()
    assert sigmoid == pytest.approx(expit(z))
    assert ramp == pytest.approx(np.clip(z / 4 + 0.5, 0, 1))
    assert relu.tolist() == np.maximum(z, 0).tolist()
    assert result.partial[2].numpy() == pytest.approx(sum(expit(z - c) for c in (0.5, 1.5, 2.5)))
    assert len(result.partial) == 5
    for beta, plus in zip(result.config.steepness, result.plus, strict=True):
        assert plus.numpy() == pytest.approx(np.logaddexp(0, beta * z) / beta)


def test_equal_is_refuted_and_approximate_hangs_on_the_slope():
    assert verdict("C24c", measured(NAME)).outcome == "refuted"
    assert verdict("A07", measured(NAME)).outcome == "conditional"
    assert verdict("C24c", replace(measured(NAME), sum_to_relu=0.05)).outcome == "supported"
    assert verdict("A07", replace(measured(NAME), single_gap=0.09)).outcome == "supported"
    assert verdict("A07", replace(measured(NAME), tuned_gap=0.11)).outcome == "refuted"


@pytest.mark.parametrize(
    "change",
    [
        {"sum_gaps": (0.0108, 0.0026, 0.0006)},
        {"shares": (1.0, 1.0, 0.96)},
        {"relu_gaps": (0.7, 0.1732)},
        {"relu_at": (0.0, 0.5)},
        {"single_at": 1.9},
        {"single_gap": 0.12},
        {"tuned_gap": 0.2},
        {"step_holds": False},
    ],
)
def test_what_cannot_be_is_refused(change):
    script(NAME).check(measured(NAME))
    with pytest.raises(AssertionError):
        script(NAME).check(replace(measured(NAME), **change))


def test_the_three_per_cent_are_held_from_half_spacing_on_only():
    loose = replace(measured(NAME), shares=(1.04, 1.0, 1.0))
    script(NAME).check(loose)
