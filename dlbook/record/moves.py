"""What moved between two sets of records: figures, verdicts and numbers, but not words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, Literal

from dlbook.base.along import keys
from dlbook.record.numbers import along_of

Record = Mapping[str, Any]
Records = Mapping[str, Record]
_OUTSIDE: Record = {}


@dataclass(frozen=True)
class Turn:
    """A verdict that changed; ``None`` stands for a claim that was not judged."""

    claim: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Move:
    """A number that changed.

    ``what`` is a field as pages cite it (``pieces.3``) or a claim's id, and ``role`` says what of
    it moved. The values are as in a record; a list that grew or shrank is one move.
    """

    what: str
    role: Literal["value", "estimate", "bound"]
    before: Any
    after: Any


@dataclass(frozen=True)
class FigureMoves:
    """What moved in one figure; ``record`` is how it is now."""

    name: str
    record: Record
    turns: tuple[Turn, ...]
    moves: tuple[Move, ...]


@dataclass(frozen=True)
class Moves:
    """Figures that came, figures that went (with their last records), and what moved in others."""

    added: Records
    removed: Records
    figures: tuple[FigureMoves, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.figures)


def compare(before: Records, after: Records) -> Moves:
    """What a reader of ``before`` should know about ``after``, in the order of names."""
    both = sorted(before.keys() & after.keys())
    figures = (_figure(name, before[name], after[name]) for name in both)
    return Moves(
        added={name: after[name] for name in sorted(after.keys() - before.keys())},
        removed={name: before[name] for name in sorted(before.keys() - after.keys())},
        figures=tuple(figure for figure in figures if figure.turns or figure.moves),
    )


def _figure(name: str, before: Record, after: Record) -> FigureMoves:
    old, new = (
        {claim["id"]: claim for claim in record.get("claims", ())} for record in (before, after)
    )
    turns = (_turn(claim, old, new) for claim in sorted(old.keys() | new.keys()))
    moves = chain(_values(before.get("values", {}), after.get("values", {})), _of_claims(old, new))
    return FigureMoves(name, after, tuple(filter(None, turns)), tuple(moves))


def _turn(claim: str, old: Records, new: Records) -> Turn | None:
    before, after = (claims.get(claim, _OUTSIDE).get("verdict") for claims in (old, new))
    return Turn(claim, before, after) if before != after else None


def _of_claims(old: Records, new: Records) -> Iterator[Move]:
    """A bound that moved matters most: it was to be written down before."""
    for claim in sorted(old.keys() & new.keys()):
        before, after = old[claim], new[claim]
        if before.get("verdict") is None or after.get("verdict") is None:
            continue  # that a remark is no longer judged, or is judged now, is a turn
        if _bound(before) != _bound(after):
            yield Move(claim, "bound", _bound(before), _bound(after))
        if before.get("estimate") != after.get("estimate"):
            yield Move(claim, "estimate", before.get("estimate"), after.get("estimate"))


def _bound(claim: Record) -> Any:
    """The bound as a number; records that git remembers hold it under another name."""
    bound = claim.get("bound")
    return claim.get("effect") if bound is None else bound["value"]


def _values(before: Record, after: Record) -> Iterator[Move]:
    """Values that both records have; one that came or went has not moved."""
    for name in sorted(before.keys() & after.keys()):
        yield from _leaves(name, before[name], after[name])


def _leaves(name: str, before: Any, after: Any) -> Iterator[Move]:
    axes = along_of(after)
    if axes is not None:
        cells = before["cells"] if along_of(before) == axes else _flat(before)
        if len(cells) == len(after["cells"]):
            for key, old, new in zip(keys(axes), cells, after["cells"], strict=True):
                yield from _leaves(f"{name}[{key}]", old, new)
        return
    if isinstance(before, list) != isinstance(after, list):
        return  # another quantity under the old name
    if isinstance(before, list) and len(before) == len(after):
        for index, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from _leaves(f"{name}.{index}", old, new)
    elif before != after:
        yield Move(name, "value", before, after)


def _flat(value: Any) -> list[Any]:
    """The numbers of nested lists in their order, as records of old held values along axes."""
    return [cell for part in value for cell in _flat(part)] if isinstance(value, list) else [value]
