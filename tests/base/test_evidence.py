import dataclasses
import math

import pytest

from dlbook.base.along import along
from dlbook.base.evidence import (
    EVERY,
    OUTCOMES,
    Bound,
    Estimate,
    Verdict,
    at_least,
    at_most,
    between,
    equal,
    together,
)


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


WHY = ("因为", "because")


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_verdict_is_one_of_four_outcomes(outcome):
    estimate, bound = Estimate(1, 0, 2, 3), at_least(0.5, because=WHY)
    verdict = Verdict(outcome, estimate, bound)
    assert (verdict.outcome, verdict.estimate, verdict.bound) == (outcome, estimate, bound)


def test_another_outcome_is_refused_with_the_ones_there_are():
    with pytest.raises(ValueError, match="'true' is no outcome; use one of supported, cond"):
        Verdict("true", Estimate(1, 0, 2, 3), EVERY)


@pytest.mark.parametrize(
    "record", [Estimate(1, 0, 2, 3), Verdict("refuted", Estimate(1, 0, 2, 3), EVERY), EVERY]
)
def test_evidence_cannot_be_changed_afterwards(record):
    field = dataclasses.fields(record)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(record, field, 0)


ESTIMATE = Estimate(2.0, 1.0, 3.0, 8)


@pytest.mark.parametrize(
    ("value", "least", "most"),
    [
        (0.5, "supported", "refuted"),
        (1.0, "supported", "inconclusive"),  # the ends belong to what is allowed
        (1.5, "inconclusive", "inconclusive"),
        (3.0, "inconclusive", "supported"),
        (3.5, "refuted", "supported"),
    ],
)
def test_an_interval_is_judged_only_as_a_whole(value, least, most):
    for bound, outcome in ((at_least, least), (at_most, most)):
        verdict = bound(value, because=WHY).judge(ESTIMATE)
        assert (verdict.outcome, verdict.estimate, verdict.bound.value) == (
            outcome,
            ESTIMATE,
            value,
        )


@pytest.mark.parametrize(("value", "outcome"), [(1.9, "refuted"), (2, "supported")])
def test_an_exact_value_always_decides(value, outcome):
    exact = Estimate(2, 2, 2, 1)
    assert at_most(value, because=WHY).judge(exact).outcome == outcome
    assert equal(value, because=WHY).judge(exact).outcome == outcome


@pytest.mark.parametrize(
    ("low", "high", "outcome"),
    [
        (1.0, 3.0, "supported"),
        (0.0, 2.5, "inconclusive"),
        (3.0, 4.0, "inconclusive"),  # 3 belongs to both
        (3.5, 4.0, "refuted"),
        (-1.0, 0.5, "refuted"),
    ],
)
def test_an_interval_lies_between_two_ends_only_as_a_whole(low, high, outcome):
    bound = between(low, high, because=WHY)
    assert bound.judge(ESTIMATE).outcome == outcome
    assert bound.value == (low + high) / 2


def test_a_theorem_is_refuted_by_a_single_case():
    assert EVERY.judge(Estimate(1, 1, 1, 72)).outcome == "supported"
    assert EVERY.judge(Estimate(71 / 72, 71 / 72, 71 / 72, 72)).outcome == "refuted"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: at_least(math.nan, because=WHY), "a bound from nan to inf allows nothing"),
        (lambda: between(2, 1, because=WHY), "a bound from 2 to 1 allows nothing"),
        (lambda: at_most(2, because=("只有中文", "")), r"needs a \(zh, en\) pair"),
        (lambda: Bound("above", 1, 2), "'above' is no direction"),
    ],
)
def test_a_bound_that_says_nothing_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def four(*means):
    """An estimate for each of four networks."""
    return along([Estimate(m, m - 0.05, m + 0.05, 64) for m in means], net=("a", "b", "c", "d"))


def test_settings_of_opposite_signs_are_conditional_whatever_their_mean_says():
    """The mean of these four lies beyond the bound, whole interval and all."""
    measured = four(0.12, -0.22, -0.66, -0.97)
    bound = at_most(0, because=WHY)
    pooled = sum(each.mean for each in measured) / 4
    assert bound.judge(Estimate(pooled, pooled - 0.05, pooled + 0.05, 64)).outcome == "supported"
    verdict = bound.judge(measured)
    assert verdict.outcome == "conditional"
    assert [each.outcome for each in verdict.settings] == ["refuted", *["supported"] * 3]
    assert verdict.estimate == measured["a"], "the case in which it fails"


@pytest.mark.parametrize(
    ("means", "outcome", "decides"),
    [
        ((-0.1, -0.2, -0.3, -0.4), "supported", "a"),
        ((0.1, 0.2, 0.3, 0.4), "refuted", "a"),
        ((-0.1, 0.02, -0.3, -0.4), "inconclusive", "b"),
        ((0.1, 0.02, 0.3, 0.4), "inconclusive", "b"),
        ((0.0, 0.01, -0.01, 0.03), "inconclusive", "d"),
    ],
)
def test_a_claim_about_settings_stands_if_it_stands_in_each(means, outcome, decides):
    verdict = at_most(0, because=WHY).judge(four(*means))
    assert verdict.outcome == outcome
    assert verdict.estimate == four(*means)[decides]
    assert verdict.settings is not None
    assert len(verdict.settings) == 4


def test_settings_that_are_conditional_themselves_make_the_whole_so():
    assert together(["supported", "conditional"]) == "conditional"
    assert together(["inconclusive", "supported", "refuted"]) == "conditional"
