"""What differs between two records of one figure, place by place.

Git remembers records of an older shape, and they are compared as well: a list whose entries were
found by their position with values along axes, and an ``effect`` with the bound that it became.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dlbook.base.along import keys
from dlbook.record.numbers import along_of

Record = Mapping[str, Any]

VALUES, CLAIMS = "values", "claims"
_APART = (VALUES, CLAIMS, "made_on")  # the last of which is no part of what was found
_ENDS = ("mean", "low", "high")
_ROUNDING = 1e-12  # between two machines, what is smaller than this is nothing
_NEARLY = 1e-6  # between two machines, what an estimate's ends may differ by, of themselves


@dataclass(frozen=True)
class Move:
    """One place at which two records differ; ``None`` is what a record lacks.

    ``part`` is a key of the record. In ``values``, ``name`` is a field as pages cite it
    (``pieces[3]``); in ``claims`` it is the id of a claim, and ``inner`` says what of it moved
    (``verdict``, ``bound.value``); elsewhere ``name`` is the way to the place (``alt.zh``).
    """

    part: str
    name: str
    before: Any
    after: Any
    inner: str = ""

    @property
    def field(self) -> str:
        """The place in one word: ``pieces[3]``, ``claim A25.verdict``, ``config.seeds``."""
        first = {VALUES: "", CLAIMS: f"claim {self.name}"}.get(self.part, self.part)
        return ".".join(filter(None, (first, self.inner if self.part == CLAIMS else self.name)))


def compare(before: Record, after: Record, slack: float = 0.0) -> list[Move]:
    """Every place at which two records differ, values first, then claims, then the rest.

    With ``slack`` numbers of two machines are compared: an estimate has moved if either value lies
    outside the other's interval, a number without interval if it differs by more than ``slack`` of
    itself. What was settled before the run, and what is no measured number, must still be equal.
    """
    moves = []
    for name, old, new in _differing(before.get(VALUES, {}), after.get(VALUES, {})):
        moves += [Move(VALUES, *place) for place in _places(name, old, new, slack)]
    for name, old, new in _differing(_claims(before), _claims(after)):
        for where, was, now in _claim_places(*_in_one_shape(old, new), slack):
            moves.append(Move(CLAIMS, name, was, now, where))
    for part, old, new in _differing(_rest(before), _rest(after)):
        slack_here = 0.0 if part == "config" else slack
        moves += [Move(part, *place) for place in _places("", old, new, slack_here)]
    return moves


def _paired(before: Record, after: Record) -> Iterator[tuple[str, Any, Any]]:
    return ((key, before.get(key), after.get(key)) for key in dict.fromkeys([*before, *after]))


def _differing(before: Record, after: Record) -> Iterator[tuple[str, Any, Any]]:
    """Those that are not written alike, number for number: most of a book are, and are large."""
    return (each for each in _paired(before, after) if repr(each[1]) != repr(each[2]))


def _rest(record: Record) -> Record:
    return {part: told for part, told in record.items() if part not in _APART}


def _claims(record: Record) -> dict[str, Record]:
    return {claim["id"]: _with_bound(claim) for claim in record.get(CLAIMS, ())}


def _with_bound(claim: Record) -> Record:
    """The claim with its bound where records have it now."""
    if "effect" not in claim:
        return claim
    rest = {key: part for key, part in claim.items() if key != "effect"}
    return {**rest, "bound": {"value": claim["effect"]}}


def _in_one_shape(old: Any, new: Any) -> tuple[Any, Any]:
    if old is None or new is None:
        return old, new
    return {**old, "bound": _like(old, new)}, {**new, "bound": _like(new, old)}


def _like(claim: Record, other: Record) -> Any:
    """The bound of a claim; one that was a bare number once has all that the other's has."""
    bound, shape = claim.get("bound"), other.get("bound")
    if not bound or bound.keys() != {"value"} or shape is None:
        return bound if shape else None  # a judgement that is a remark on one side has no bound
    number = bound["value"]
    if number == shape["value"]:
        return shape
    return {**shape, "value": number, **{end: number for end in ("low", "high") if end in shape}}


def _claim_places(old: Any, new: Any, slack: float) -> Iterator[tuple[str, Any, Any]]:
    """Where two judgements of a claim differ; what was settled before the run has no slack."""
    if old is None or new is None:
        yield "", old, new
        return
    for key, was, now in _paired(old, new):
        yield from _places(key, was, now, 0.0 if key == "bound" else slack)


def _places(name: str, old: Any, new: Any, slack: float) -> Iterator[tuple[str, Any, Any]]:
    """Where two values differ, with both: the values themselves, or what they hold."""
    cells = _cells(old, new)
    if cells is not None:
        for key, was, now in cells:
            yield from _places(f"{name}[{key}]", was, now, slack)
    elif _is_estimate(old) and _is_estimate(new):
        if not _same_estimate(old, new, slack):
            yield name, old, new
    elif isinstance(old, dict) and isinstance(new, dict) and not _lie_along(old, new):
        for key, was, now in _paired(old, new):
            yield from _places(f"{name}.{key}" if name else key, was, now, slack)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (was, now) in enumerate(zip(old, new, strict=True)):
            yield from _places(f"{name}.{index}", was, now, slack)
    elif not _same(old, new, slack):
        yield name, old, new


def _cells(old: Any, new: Any) -> list[tuple[str, Any, Any]] | None:
    """Both cells for every value of the axes; ``None`` if nothing can be compared like that."""
    axes, older = along_of(new), along_of(old)
    if axes is None:
        return None
    after = dict(zip(keys(axes), new["cells"], strict=True))
    if older is not None and [name for name, _ in older] == [name for name, _ in axes]:
        return list(_paired(dict(zip(keys(older), old["cells"], strict=True)), after))
    flat = old if isinstance(old, list) else None
    while flat and len(flat) != len(after):
        flat = [each for part in flat for each in part] if _is_nested(flat) else None
    return list(_paired(dict(zip(after, flat, strict=True)), after)) if flat else None


def _lie_along(old: Any, new: Any) -> bool:
    """Whether either holds values along axes, which are nothing without them."""
    return along_of(old) is not None or along_of(new) is not None


def _is_nested(values: list[Any]) -> bool:
    return all(isinstance(part, list) for part in values)


def _is_estimate(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == {*_ENDS, "n"}


def _same(old: Any, new: Any, slack: float) -> bool:
    if isinstance(old, float) and isinstance(new, float) and slack:
        return math.isclose(old, new, rel_tol=slack, abs_tol=_ROUNDING)
    return type(old) is type(new) and bool(old == new)


def _same_estimate(old: Record, new: Record, slack: float) -> bool:
    if not slack or old["n"] != new["n"]:
        return dict(old) == dict(new)
    inside = old["low"] <= new["mean"] <= old["high"] and new["low"] <= old["mean"] <= new["high"]
    return inside or all(_same(float(old[end]), float(new[end]), _NEARLY) for end in _ENDS)
