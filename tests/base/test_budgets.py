"""A verdict on a budget of steps stands only where its curve cannot turn it."""

import pytest

from dlbook.base.along import along
from dlbook.base.budgets import within_budget
from dlbook.base.evidence import (
    Budgeted,
    Estimate,
    at_least,
    at_most,
    between,
)

WHY = ("随便", "any")
MANY, FEW = at_least(0.5, because=WHY), at_most(0.5, because=WHY)
AMONG = between(0.4, 0.6, because=WHY)


def estimate(low, high):
    return Estimate((low + high) / 2, low, high, 64)


def changing(low, high, within=0.05):
    return Budgeted(estimate(low, high), within)


@pytest.mark.parametrize(
    ("bound", "value", "change", "outcome"),
    [
        # A flat curve decides, whichever way it leans.
        (FEW, (0.6, 0.7), (-0.04, 0.01), "refuted"),
        (FEW, (0.1, 0.2), (-0.01, 0.04), "supported"),
        # Of a share of failures that still falls "too many fail" is not concluded, "few fail" is.
        (FEW, (0.6, 0.7), (-0.20, -0.10), "inconclusive"),
        (FEW, (0.1, 0.2), (-0.20, -0.10), "supported"),
        (FEW, (0.6, 0.7), (0.10, 0.20), "refuted"),
        (FEW, (0.1, 0.2), (0.10, 0.20), "inconclusive"),
        # Of a share that learned, likewise.
        (MANY, (0.1, 0.2), (0.10, 0.20), "inconclusive"),
        (MANY, (0.6, 0.7), (0.10, 0.20), "supported"),
        (MANY, (0.1, 0.2), (-0.20, -0.10), "refuted"),
        # A change of unknown sign that may be large, and one across a bound with two ends.
        (FEW, (0.6, 0.7), (-0.10, 0.10), "inconclusive"),
        (AMONG, (0.45, 0.5), (0.10, 0.20), "inconclusive"),
        # What was open stays open.
        (FEW, (0.4, 0.6), (-0.01, 0.01), "inconclusive"),
    ],
)
def test_a_curve_that_still_runs_to_the_other_side_decides_nothing(bound, value, change, outcome):
    verdict = within_budget(bound.judge(estimate(*value)), changing(*change))
    assert verdict.outcome == outcome
    assert verdict.estimate == estimate(*value)


def test_a_curve_that_only_looks_flat_is_not():
    """Its mean changes by nothing to speak of; its interval holds what would turn the verdict."""
    refuted = FEW.judge(estimate(0.51, 0.53))
    seen = Budgeted(Estimate(-0.01, -0.09, 0.07, 16), within=0.05)
    assert not seen.flat
    assert within_budget(refuted, seen).outcome == "inconclusive"
    assert within_budget(refuted, changing(-0.02, 0.0)).outcome == "refuted"


def test_each_setting_has_its_own_curve():
    values = along([estimate(0.6, 0.7), estimate(0.6, 0.7)], width=(16, 64))
    changes = along([estimate(-0.01, 0.01), estimate(-0.3, -0.2)], width=(16, 64))
    verdict = within_budget(FEW.judge(values), Budgeted(changes, 0.05))
    assert [each.outcome for each in verdict.settings] == ["refuted", "inconclusive"]
    assert verdict.outcome == "inconclusive"
    assert not verdict.budget.flat


def test_a_change_along_other_settings_is_refused():
    values = along([estimate(0.6, 0.7), estimate(0.6, 0.7)], width=(16, 64))
    others = along([estimate(0, 0), estimate(0, 0)], width=(16, 32))
    for change in (others, estimate(0, 0)):
        with pytest.raises(ValueError, match="along other settings"):
            within_budget(FEW.judge(values), Budgeted(change, 0.05))
    with pytest.raises(ValueError, match="along other settings"):
        within_budget(FEW.judge(estimate(0.6, 0.7)), Budgeted(others, 0.05))


def test_a_size_of_nothing_is_refused():
    with pytest.raises(ValueError, match="small enough to be none"):
        changing(0, 0, within=0.0)
