import dataclasses
import math

import pytest

from dlbook.base.evidence import OUTCOMES, Estimate, Verdict


def test_an_estimate_is_exact_when_its_interval_is_one_point():
    assert Estimate(2, 2, 2, 1).exact
    assert not Estimate(2, 1, 2, 1).exact
    assert not Estimate(2, 2, 3, 1).exact


@pytest.mark.parametrize("interval", [(2, 3), (0, 0.5), (3, 0), (math.nan, 2), (0, math.nan)])
def test_an_interval_that_does_not_hold_its_value_is_refused(interval):
    with pytest.raises(ValueError, match=r"the interval .* does not hold 1"):
        Estimate(1, *interval, 5)


def test_an_estimate_that_is_not_a_number_is_refused():
    with pytest.raises(ValueError, match="does not hold nan"):
        Estimate(math.nan, math.nan, math.nan, 5)


@pytest.mark.parametrize("n", [0, -1])
def test_an_estimate_without_a_case_is_refused(n):
    with pytest.raises(ValueError, match=f"at least one case, not {n}"):
        Estimate(1, 0, 2, n)


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_verdict_is_one_of_three_outcomes(outcome):
    estimate = Estimate(1, 0, 2, 3)
    verdict = Verdict(outcome, estimate, 0.5)
    assert (verdict.outcome, verdict.estimate, verdict.effect) == (outcome, estimate, 0.5)


def test_another_outcome_is_refused_with_the_ones_there_are():
    with pytest.raises(ValueError, match="'true' is no outcome; use one of supported, refuted, in"):
        Verdict("true", Estimate(1, 0, 2, 3), 0.5)


@pytest.mark.parametrize(
    "record", [Estimate(1, 0, 2, 3), Verdict("refuted", Estimate(1, 0, 2, 3), 1)]
)
def test_evidence_cannot_be_changed_afterwards(record):
    field = dataclasses.fields(record)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(record, field, 0)
