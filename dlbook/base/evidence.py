"""What a run leaves behind: estimates with intervals, bounds, and verdicts on claims.

These records are the bottom of the house. Every layer may hold them, so they know nobody but each
other. What was measured in several settings stays a list: no verdict rests on their mean.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from dlbook.base.along import Along

Outcome = Literal["supported", "conditional", "refuted", "inconclusive"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
Direction = Literal["at least", "at most", "between", "equal"]
Reason = tuple[str, str]


@dataclass(frozen=True)
class Estimate:
    """A value, its 95 % interval and how many independent cases it rests on.

    ``n`` counts seeds for a trained quantity and checked cases for an exact one; an exact quantity
    has ``low == mean == high``.

    Raises:
        ValueError: the interval does not contain the value, or rests on no case.
    """

    mean: float
    low: float
    high: float
    n: int

    def __post_init__(self) -> None:
        if not self.low <= self.mean <= self.high:
            raise ValueError(f"the interval [{self.low}, {self.high}] does not hold {self.mean}")
        if self.n < 1:
            raise ValueError(f"an estimate needs at least one case, not {self.n}")

    @property
    def exact(self) -> bool:
        """Whether the value is computed rather than sampled."""
        return self.low == self.high


@dataclass(frozen=True)
class Bound:
    """What was written down before the run: where an estimate has to lie, and why there.

    Written by :func:`at_least`, :func:`at_most`, :func:`between` and :func:`equal`. ``low`` and
    ``high`` are the ends of the allowed values, infinite where there is none; ``because`` is the
    reason in Chinese and in English, ``None`` only where the bound is all cases, which needs none.
    """

    direction: Direction
    low: float
    high: float
    because: Reason | None = None

    def __post_init__(self) -> None:
        if self.direction not in get_args(Direction):
            raise ValueError(f"'{self.direction}' is no direction; use {get_args(Direction)}")
        if math.isnan(self.low) or math.isnan(self.high) or self.low > self.high:
            raise ValueError(f"a bound from {self.low} to {self.high} allows nothing")
        if self.because is not None and not (len(self.because) == 2 and all(self.because)):
            raise ValueError("the reason of a bound needs a (zh, en) pair")

    @property
    def value(self) -> float:
        """The bound as one number: the middle, where there are two ends."""
        if math.isinf(self.low):
            return self.high
        if math.isinf(self.high):
            return self.low
        return self.low if self.low == self.high else (self.low + self.high) / 2

    def judge(self, measured: "Estimate | Along[Estimate]") -> "Verdict":
        """Supported if the whole interval is allowed, refuted if none of it is, else inconclusive.

        The ends of a bound belong to what it allows. Of several settings each is judged by itself,
        see :func:`together`; the verdict shows the estimate of the one that decides.
        """
        if isinstance(measured, Along):
            each = measured.map(self._judge_one)
            outcome = together(verdict.outcome for verdict in each)
            return Verdict(outcome, self.deciding(outcome, list(each)).estimate, self, each)
        return self._judge_one(measured)

    def _judge_one(self, estimate: Estimate) -> "Verdict":
        if self.low <= estimate.low and estimate.high <= self.high:
            return Verdict("supported", estimate, self)
        missed = estimate.high < self.low or estimate.low > self.high
        return Verdict("refuted" if missed else "inconclusive", estimate, self)

    def deciding(self, outcome: Outcome, each: "list[Verdict]") -> "Verdict":
        """Of several settings that decide together, the one which does; not empty.

        Where all fail, the setting that is nearest to the bound; else the farthest from it.
        """

        def inside(verdict: Verdict) -> float:
            mean = verdict.estimate.mean
            return min(mean - self.low, self.high - mean)

        if outcome == "refuted":
            return max(each, key=inside)
        open_ones = [verdict for verdict in each if verdict.outcome == "inconclusive"]
        return min(open_ones if outcome == "inconclusive" else each, key=inside)


def together(outcomes: Iterable[Outcome]) -> Outcome:
    """The outcome of one claim about several settings, which are listed and never pooled.

    Supported or refuted if every setting is; conditional as soon as whole intervals lie on opposite
    sides of the bound; else inconclusive.
    """
    found = set(outcomes)
    if "conditional" in found or found >= {"supported", "refuted"}:
        return "conditional"
    return found.pop() if len(found) == 1 else "inconclusive"


def at_least(value: float, *, because: Reason) -> Bound:
    """The quantity is ``value`` or larger."""
    return Bound("at least", value, math.inf, because)


def at_most(value: float, *, because: Reason) -> Bound:
    """The quantity is ``value`` or smaller."""
    return Bound("at most", -math.inf, value, because)


def between(low: float, high: float, *, because: Reason) -> Bound:
    """The quantity lies from ``low`` to ``high``; the ends belong to it."""
    return Bound("between", low, high, because)


def equal(value: float, *, because: Reason) -> Bound:
    """The quantity, which is exact, is this very number."""
    return Bound("equal", value, value, because)


# Of a theorem or a construction: the share of checked cases that hold is 1, and one case refutes.
EVERY = Bound("equal", 1.0, 1.0)


@dataclass(frozen=True)
class Budgeted:
    """How a measured quantity has changed over the last doubling of steps.

    Args:
        change: its value after all steps less that after half of them, seed by seed; one for each
            setting, where the claim has several.
        within: a change of this size or less, either way, is none.

    Raises:
        ValueError: ``within`` is not above 0.
    """

    change: Estimate | Along[Estimate]
    within: float

    def __post_init__(self) -> None:
        if not self.within > 0:
            raise ValueError(f"a change within {self.within}; say what is small enough to be none")

    @property
    def flat(self) -> bool:
        """Whether the whole interval, in every setting, is small enough to be none."""
        each = self.change if isinstance(self.change, Along) else (self.change,)
        return all(-self.within <= one.low and one.high <= self.within for one in each)


@dataclass(frozen=True)
class Verdict:
    """The outcome of a claim: an estimate, held against the bound that was written down before.

    Of a claim about several settings ``settings`` holds a verdict for each, and ``estimate`` is
    that of the setting which decides. ``budget`` says whether more steps would change it.
    """

    outcome: Outcome
    estimate: Estimate
    bound: Bound
    settings: "Along[Verdict] | None" = None
    budget: Budgeted | None = None

    def __post_init__(self) -> None:
        if self.outcome not in OUTCOMES:
            raise ValueError(f"'{self.outcome}' is no outcome; use one of {', '.join(OUTCOMES)}")
