"""The one way in which a file is written: whole or not at all, whoever is killed meanwhile."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MARK = ".unfinished-"


def unfinished(path: Path) -> Path:
    """A name of one's own beside ``path``, for what will be renamed to it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.with_name(f"{MARK}{os.urandom(8).hex()}-{path.name}")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A name of one's own to write to; what is there after the block takes the place of ``path``.

    Readers see the old file or the new one. After an exception the old one stays.
    """
    mine = unfinished(path)
    try:
        yield mine
        mine.replace(path)
    finally:
        mine.unlink(missing_ok=True)


def write(path: Path, data: bytes) -> None:
    """Put ``data`` at ``path`` in one step; readers see the old file or the new one."""
    with replacing(path) as mine:
        mine.write_bytes(data)


def create(path: Path, data: bytes) -> None:
    """Put ``data`` in a place where there is nothing, even if somebody else writes there just now.

    Raises:
        FileExistsError: there is something.
    """
    mine = unfinished(path)
    try:
        mine.write_bytes(data)
        os.link(mine, path)
    finally:
        mine.unlink(missing_ok=True)
