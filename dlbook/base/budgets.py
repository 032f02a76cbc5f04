"""Whether more steps could turn a verdict: a share at some number of steps is a point of a curve.

A net that has not learned yet has not failed. A verdict on what a budget of steps comes to stands
if the curve is flat by then, or runs on away from the bound; while it still runs towards the other
side, nothing is decided.
"""

from dataclasses import replace

from dlbook.base.along import Along
from dlbook.base.evidence import Bound, Budgeted, Estimate, Outcome, Verdict, together


def within_budget(verdict: Verdict, budget: Budgeted) -> Verdict:
    """The verdict, inconclusive where the curve still runs towards the other side of the bound.

    Raises:
        ValueError: the changes lie along other settings than the verdict.
    """
    change = budget.change
    if not isinstance(change, Along) and verdict.settings is None:
        return replace(verdict, outcome=_outcome(verdict, change, budget.within), budget=budget)
    axes = verdict.settings and verdict.settings.axes
    if not isinstance(change, Along) or verdict.settings is None or change.axes != axes:
        raise ValueError(
            "the change over the last doubling lies along other settings than what is measured"
        )
    pairs = zip(verdict.settings, change, strict=True)
    each = Along(change.axes, tuple(_one(one, its, budget.within) for one, its in pairs))
    outcome = together(one.outcome for one in each)
    estimate = verdict.bound.deciding(outcome, list(each)).estimate
    return replace(verdict, outcome=outcome, estimate=estimate, settings=each, budget=budget)


def _one(verdict: Verdict, change: Estimate, within: float) -> Verdict:
    return replace(verdict, outcome=_outcome(verdict, change, within))


def _outcome(verdict: Verdict, change: Estimate, within: float) -> Outcome:
    flat = -within <= change.low and change.high <= within
    if flat or verdict.outcome not in ("supported", "refuted"):
        return verdict.outcome
    inwards = _inwards(verdict.bound, change)
    return verdict.outcome if inwards is (verdict.outcome == "supported") else "inconclusive"


def _inwards(bound: Bound, change: Estimate) -> bool | None:
    """Whether a quantity runs into what the bound allows, or out of it; ``None`` if neither is."""
    sign = {"at least": 1, "at most": -1}.get(bound.direction)
    if sign is None or change.low < 0 < change.high:
        return None
    return sign * change.mean > 0
