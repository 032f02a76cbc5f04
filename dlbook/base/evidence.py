"""What a run leaves behind: estimates with intervals, bounds, and verdicts on claims.

These records are the bottom of the house. Every layer may hold them, so they know nobody.
"""

import math
from dataclasses import dataclass
from typing import Literal, get_args

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

    def judge(self, estimate: Estimate) -> "Verdict":
        """Supported if the whole interval is allowed, refuted if none of it is, else inconclusive.

        The ends of a bound belong to what it allows.
        """
        if self.low <= estimate.low and estimate.high <= self.high:
            return Verdict("supported", estimate, self)
        missed = estimate.high < self.low or estimate.low > self.high
        return Verdict("refuted" if missed else "inconclusive", estimate, self)


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
class Verdict:
    """The outcome of a claim: an estimate, held against the bound that was written down before."""

    outcome: Outcome
    estimate: Estimate
    bound: Bound

    def __post_init__(self) -> None:
        if self.outcome not in OUTCOMES:
            raise ValueError(f"'{self.outcome}' is no outcome; use one of {', '.join(OUTCOMES)}")
