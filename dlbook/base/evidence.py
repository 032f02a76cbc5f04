"""What a run leaves behind: estimates with intervals, and verdicts on claims.

These two records are the bottom of the house. Every layer may hold them, so they know nobody.
"""

from dataclasses import dataclass
from typing import Literal

Outcome = Literal["supported", "refuted", "inconclusive"]
OUTCOMES: tuple[Outcome, ...] = ("supported", "refuted", "inconclusive")


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
class Verdict:
    """The outcome of a claim, with the quantity that decided it.

    ``effect`` is the bound that was written down before the run; ``estimate`` is compared to it.
    """

    outcome: Outcome
    estimate: Estimate
    effect: float

    def __post_init__(self) -> None:
        if self.outcome not in OUTCOMES:
            raise ValueError(f"'{self.outcome}' is no outcome; use one of {', '.join(OUTCOMES)}")
