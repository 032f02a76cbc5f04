"""What moved between two states of the book: figures, verdicts and numbers, but not words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from dlbook.record.moves import CLAIMS, VALUES, Move, Record, compare
from dlbook.record.numbers import along_of
from dlbook.record.registrations import REGISTERED
from dlbook.site.reading.turn_reasons import GONE, REMARKED

Records = Mapping[str, Record]
_ENDS = ("bound.low", "bound.high")
_OF_CLAIMS = (*_ENDS, "bound.value", "estimate")


@dataclass(frozen=True)
class Turn:
    """A verdict that changed; ``None`` stands for a claim that was not judged.

    ``said`` is the claim as the record holds it now, or held it last, and ``is_there`` whether it
    is still made.
    """

    claim: str
    before: str | None
    after: str | None
    said: Record = field(default_factory=dict, compare=False)
    is_there: bool = field(default=True, compare=False)

    @property
    def key(self) -> tuple[str, str, str]:
        """By which its reason is found: claim, and how it stood before and after."""
        after = self.after or (REMARKED if self.is_there else GONE)
        return self.claim, self.before or REMARKED, after


@dataclass(frozen=True)
class FigureMoves:
    """What moved in one figure; ``record`` is how it is now, ``earlier`` how it was.

    ``registration`` is the digest of what it was registered by, if it was registered anew.
    """

    name: str
    record: Record
    turns: tuple[Turn, ...]
    moves: tuple[Move, ...]
    registration: str = ""
    earlier: Record = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class BookMoves:
    """Figures that came, figures that went (with their last records), and what moved in others."""

    added: Records
    removed: Records
    figures: tuple[FigureMoves, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.figures)


def book_moves(before: Records, after: Records) -> BookMoves:
    """What a reader of ``before`` should know about ``after``, in the order of names."""
    # Most records of a commit are those of the one before it.
    both = sorted(n for n in before.keys() & after.keys() if before[n] != after[n])
    figures = (_figure(name, before[name], after[name]) for name in both)
    return BookMoves(
        added={name: after[name] for name in sorted(after.keys() - before.keys())},
        removed={name: before[name] for name in sorted(before.keys() - after.keys())},
        figures=tuple(figure for figure in figures if figure.turns or figure.moves),
    )


def _figure(name: str, before: Record, after: Record) -> FigureMoves:
    moves = compare(before, after)
    values = (move for move in moves if _is_number(move))
    judged = [move for move in moves if move.part == CLAIMS]
    said = [{claim["id"]: claim for claim in each.get(CLAIMS, ())} for each in (before, after)]
    turns = sorted(_turns(judged, *said), key=lambda turn: turn.claim)
    old, new = (each.get(REGISTERED, {}).get("sha256", "") for each in (before, after))
    moved = (*values, *_of_claims(judged))
    return FigureMoves(name, after, tuple(turns), moved, "" if old == new else new, before)


def _is_number(move: Move) -> bool:
    """Whether a value moved. What came or went, or is another quantity now, has not."""
    return (
        move.part == VALUES
        and move.before is not None
        and move.after is not None
        and along_of(move.before) is along_of(move.after) is None
        and isinstance(move.before, list) == isinstance(move.after, list)
    )


def _turns(
    moves: list[Move], earlier: Mapping[str, Record], later: Mapping[str, Record]
) -> Iterator[Turn]:
    """Verdicts that changed, and those of claims that came or went."""
    for move in moves:
        before, after = move.before, move.after
        if not move.inner:
            before, after = (claim and claim.get("verdict") for claim in (before, after))
        if move.inner in ("", "verdict") and before != after:
            is_there = move.name in later
            said = (later if is_there else earlier)[move.name]
            yield Turn(move.name, before, after, said, is_there)


def _of_claims(moves: list[Move]) -> Iterator[Move]:
    """A bound that moved matters most: it was to be written down before.

    That a remark is no longer judged, or is judged now, is a turn and nothing else.
    """
    told = [
        move for move in moves if move.inner in _OF_CLAIMS and None not in (move.before, move.after)
    ]
    ended = {move.name for move in told if move.inner in _ENDS}
    for move in sorted(told, key=lambda move: (move.name, _OF_CLAIMS.index(move.inner))):
        if move.inner != "bound.value" or move.name not in ended:  # the middle says less
            yield move
