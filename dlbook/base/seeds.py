"""Which seeds a figure takes: those that follow from what was written down before it was run.

Each registration has a room of a million seeds, so that those of one figure are nobody else's:
``481516000007`` is the eighth of the figure whose room begins at ``481516000000``. A figure without
a registration has the room that begins at 0.
"""

ROOM = 1_000_000
_PART = ROOM // 10
_ROOMS = 1_000_000  # so that every seed is below 2**53, which the page can count to


def first_seed(digest: str) -> int:
    """The first seed of the room that follows from a digest (hexadecimal); never 0."""
    return (1 + int(digest, 16) % (_ROOMS - 1)) * ROOM


def seeds_from(first: int, count: int, *, apart: int = 0) -> range:
    """``count`` seeds of the room that begins at ``first``.

    With ``apart`` from 1 to 9 they are others, for what has to be chosen on seeds that judge
    nothing, such as a learning rate.

    Raises:
        ValueError: the room has not so many.
    """
    if not 0 <= apart < ROOM // _PART:
        raise ValueError(f"apart is {apart}; take 0 to {ROOM // _PART - 1}")
    if not 1 <= count <= _PART:
        raise ValueError(f"{count} seeds; take 1 to {_PART}")
    start = first + apart * _PART
    return range(start, start + count)


def seed_called(first: int, seed: int) -> int:
    """The seed of the room that a reader calls 7; one that is written in full stays."""
    return first + seed if seed < ROOM else seed


def in_room(seed: int, first: int) -> bool:
    """Whether a seed belongs to the room that begins at ``first``."""
    return first <= seed < first + ROOM
