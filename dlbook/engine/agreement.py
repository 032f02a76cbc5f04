"""Whether two trainers come to the same verdict on a claim, and how far their estimates differ."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from dlbook.base.evidence import Estimate, Outcome

Standing = Literal["disagrees", "not covered", "agrees"]
Scale = Literal["the grid's", "the book's"]  # which number of seeds
STANDINGS: tuple[Standing, ...] = get_args(Standing)
ALLOWED = 3.0  # standard errors
COVERED = 0.9  # of the findings, at least
_NEARLY = 1e-6  # of the larger value: what rounding leaves of a number that has no spread
_PER_SIDE = 1.9599639845400536  # standard errors from a value to the end of a 95 % interval


@dataclass(frozen=True)
class Judgement:
    """What one side says of a claim."""

    outcome: Outcome
    estimate: Estimate


@dataclass(frozen=True)
class Agreement:
    """How a claim of a figure stands after a second opinion, and why.

    ``book`` and ``other`` are the two judgements, as far as there are any; ``apart`` is the
    distance of their estimates in standard errors, and ``seeds`` says of how many the other is.
    """

    figure: str
    claim: str
    standing: Standing
    why: str = ""
    book: Judgement | None = None
    other: Judgement | None = None
    apart: float | None = None
    seeds: Scale | None = None


def agreement(figure: str, claim: str, book: Judgement, other: Judgement) -> Agreement:
    """Two judgements agree in the verdict, and in the estimates within three standard errors."""
    distance = apart(book.estimate, other.estimate)
    reasons = []
    if book.outcome != other.outcome:
        reasons.append("another verdict")
    if distance > ALLOWED:
        reasons.append("another estimate")
    standing: Standing = "disagrees" if reasons else "agrees"
    return Agreement(figure, claim, standing, ", ".join(reasons), book, other, distance)


def agreement_along(
    figure: str, claim: str, pairs: Mapping[str, tuple[Judgement, Judgement]]
) -> Agreement:
    """Of a claim about several settings each is held against itself; the furthest apart is told.

    Which setting decides a verdict may hang on chance, so the two that decide are of two settings
    now and then, and their distance says nothing.
    """
    found = {setting: agreement(figure, claim, *pair) for setting, pair in pairs.items()}

    def far(setting: str) -> tuple[bool, float]:
        return found[setting].standing == "disagrees", found[setting].apart or 0.0

    setting = max(found, key=far)
    furthest = found[setting]
    if len(found) == 1:
        return furthest
    where = f"at {setting}, of {len(found)} settings"
    return replace(furthest, why=" ".join(filter(None, (furthest.why, where))))


def apart(one: Estimate, other: Estimate) -> float:
    """The distance of two independent estimates in standard errors of their difference.

    An interval need not be symmetric: of each, the side counts on which the other lies. Values that
    are equal up to rounding are 0 apart, whatever their intervals.
    """
    lower, higher = sorted((one, other), key=lambda estimate: estimate.mean)
    gap = higher.mean - lower.mean
    if gap <= _NEARLY * max(abs(lower.mean), abs(higher.mean)):
        return 0.0
    reach = math.hypot(lower.high - lower.mean, higher.mean - higher.low)
    return gap / (reach / _PER_SIDE) if reach else math.inf


def covered(found: Iterable[Agreement]) -> float:
    """The share of findings on which there is a second opinion."""
    there = [each.standing != "not covered" for each in found]
    return sum(there) / len(there) if there else 1.0


def side_by_side(found: Iterable[Agreement]) -> list[str]:
    """The table for a terminal: those that disagree first, a line each, and a line of sums."""
    ordered = sorted(found, key=lambda each: (STANDINGS.index(each.standing), each.claim))
    if not ordered:
        return ["no finding among them"]
    head = ("", "claim", "figure", "the book", "by torch", "apart", "seeds", "")
    rows = [head, *map(_row, ordered)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    return [*lines, _summed(ordered)]


def told(each: Agreement) -> str:
    """One line about a finding by itself."""
    return "  ".join(filter(None, _row(each)))


def _row(each: Agreement) -> tuple[str, ...]:
    distance = "" if each.apart is None else f"{each.apart:.1f} SE"
    sides = _side(each.book), _side(each.other)
    return each.standing, each.claim, each.figure, *sides, distance, each.seeds or "", each.why


def _side(judgement: Judgement | None) -> str:
    if judgement is None:
        return ""
    found = judgement.estimate
    low, mean, high = (f"{value:.3g}" for value in (found.low, found.mean, found.high))
    return f"{judgement.outcome} {mean} [{low}, {high}]"


def _summed(found: Sequence[Agreement]) -> str:
    count = Counter(each.standing for each in found)
    sums = ", ".join(f"{standing} {count[standing]}" for standing in reversed(STANDINGS))
    return f"{len(found)} findings: {sums} ({covered(found):.0%} covered)"
