"""What carries an effect: each candidate cause is varied alone, the named one and its rivals.

A factor carries the effect if alone it crosses the claim's bound and no rival alone does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from dlbook.base.evidence import Outcome, Verdict
from dlbook.base.language import Pair

# Carried by the factor alone; by a rival alone; by either; by none alone; not decided.
Carrier = Literal["alone", "rival", "each", "together", "undecided"]
CARRIERS: tuple[Carrier, ...] = get_args(Carrier)
_OUTCOMES: dict[Carrier, Outcome] = {
    "alone": "supported",
    "rival": "refuted",
    "each": "refuted",
    "together": "conditional",
    "undecided": "inconclusive",
}


@dataclass(frozen=True)
class Varied:
    """A factor that was varied alone: its name, and whether alone it crosses the bound."""

    name: Pair
    rival: bool
    verdict: Verdict


@dataclass(frozen=True)
class CauseVerdict(Verdict):
    """The verdict on a cause; ``carrier`` is ``None`` where there is no effect to be carried."""

    factors: tuple[Varied, ...] = ()
    carrier: Carrier | None = None


def carrier_of(factors: Sequence[Varied]) -> Carrier:
    """Which of the factors carries the effect of all of them together."""
    (own,) = (each.verdict.outcome for each in factors if not each.rival)
    rivals = [each.verdict.outcome for each in factors if each.rival]
    if "supported" in rivals:
        return "each" if own == "supported" else "rival"
    if set(rivals) == {"refuted"}:
        if own == "supported":
            return "alone"
        if own == "refuted":
            return "together"
    return "undecided"


def attributed(effect: Verdict, factors: Sequence[Varied]) -> CauseVerdict:
    """The verdict on a cause.

    Args:
        effect: the verdict on all factors varied together: that there is an effect at all.
        factors: each of them alone, exactly one of them no rival.

    An effect that is not supported needs no cause, and its verdict stays. Else the cause is
    supported if it carries the effect alone, refuted if a rival does (also if either does, since
    then it does not hang on the cause), conditional if only all together do, else inconclusive.
    """
    carrier = carrier_of(factors) if effect.outcome == "supported" else None
    outcome = effect.outcome if carrier is None else _OUTCOMES[carrier]
    return CauseVerdict(
        outcome,
        effect.estimate,
        effect.bound,
        effect.settings,
        effect.budget,
        tuple(factors),
        carrier,
    )
