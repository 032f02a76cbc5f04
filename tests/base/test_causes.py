"""A cause has its control: what a confounded experiment would have called the cause is not."""

import pytest

from dlbook.base.causes import CARRIERS, Varied, attributed, carrier_of
from dlbook.base.evidence import Estimate, at_least

BOUND = at_least(0.5, because=("一半。", "Half."))
CROSSES, SHORT, OPEN = (
    BOUND.judge(Estimate(mean, mean - 0.1, mean + 0.1, 64)) for mean in (0.8, 0.1, 0.5)
)


def varied(named, *rivals):
    """The factor that a claim names, and its rivals, each varied alone."""
    factors = [Varied(("陡", "steepness"), False, named)]
    return factors + [Varied(("撒开", "spreading"), True, each) for each in rivals]


@pytest.mark.parametrize(
    ("named", "rivals", "carrier", "outcome"),
    [
        (CROSSES, [SHORT], "alone", "supported"),
        (CROSSES, [SHORT, SHORT], "alone", "supported"),
        (SHORT, [CROSSES], "rival", "refuted"),
        (OPEN, [CROSSES], "rival", "refuted"),
        (SHORT, [SHORT, CROSSES], "rival", "refuted"),
        (CROSSES, [CROSSES], "each", "refuted"),
        (CROSSES, [SHORT, CROSSES], "each", "refuted"),
        (SHORT, [SHORT], "together", "conditional"),
        (CROSSES, [OPEN], "undecided", "inconclusive"),
        (OPEN, [SHORT], "undecided", "inconclusive"),
        (SHORT, [OPEN], "undecided", "inconclusive"),
    ],
)
def test_a_factor_carries_an_effect_if_alone_it_crosses_and_no_rival_does(
    named, rivals, carrier, outcome
):
    factors = varied(named, *rivals)
    assert carrier_of(factors) == carrier
    verdict = attributed(CROSSES, factors)
    assert (verdict.outcome, verdict.carrier) == (outcome, carrier)
    assert verdict.factors == tuple(factors)
    assert verdict.estimate == CROSSES.estimate


@pytest.mark.parametrize("effect", [SHORT, OPEN])
def test_an_effect_that_is_not_there_is_carried_by_nothing(effect):
    verdict = attributed(effect, varied(CROSSES, SHORT))
    assert (verdict.outcome, verdict.carrier) == (effect.outcome, None)


def test_every_carrier_has_an_outcome():
    assert len(CARRIERS) == 5
    for carrier in CARRIERS:
        assert any(
            carrier_of(varied(named, rival)) == carrier
            for named in (CROSSES, SHORT, OPEN)
            for rival in (CROSSES, SHORT, OPEN)
        )


def test_a_confounded_cause_is_found_out_by_its_control():
    """Both first layers of the book's own case: the effect is there, and spreading is not it."""

    def failed(slopes, kinks):
        """How many fewer runs fail than from the usual start: all of it is the steep slopes'."""
        return 0.82 * (slopes == "steep") + 0.02 * (kinks == "spread")

    def measured(value):
        return BOUND.judge(Estimate(value, value - 0.05, value + 0.05, 64))

    both = measured(failed("steep", "spread"))
    spread, steep = measured(failed("usual", "spread")), measured(failed("steep", "usual"))
    assert both.outcome == "supported"
    named = (Varied(("撒开", "spreading"), False, spread), Varied(("陡", "slopes"), True, steep))
    assert attributed(both, named).outcome == "refuted"
    right = (Varied(("陡", "slopes"), False, steep), Varied(("撒开", "spreading"), True, spread))
    assert attributed(both, right).outcome == "supported"
