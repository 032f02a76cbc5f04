"""Of dear things that are of one make, those whose turn it is with this commit.

A page and its twin in the other language are woven by one program; so are two labs of a chapter,
and a compiler's answers for three processors come from one text. The commit's hash draws one of
them: nobody chooses, and all take their turns. ``DLBOOK_TURNS=all`` is everybody's turn.
"""

import hashlib
import os
import subprocess
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import TypeVar

import pytest

T = TypeVar("T")
ALL = "DLBOOK_TURNS"


@cache
def commit() -> str:
    """The hash of the commit; of an archive without history, its name for what it is."""
    done = subprocess.run(
        ["git", "rev-parse", "HEAD"],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or "no history"


def drawn(subject: str, choices: Sequence[T], count: int, commit: str) -> list[T]:
    """So many of the choices, in their order; another subject has a lot of its own."""

    def lot(place: int) -> bytes:
        return hashlib.sha256(f"{commit} {subject} {place}".encode()).digest()

    kept = sorted(range(len(choices)), key=lot)[:count]
    return [choices[place] for place in sorted(kept)]


def of_all() -> bool:
    """Whether everybody's turn was asked for."""
    return os.environ.get(ALL) == "all"


def turn(subject: str, choices: Sequence[T], count: int = 1) -> list[T]:
    """Those of the choices whose turn it is with this commit."""
    return drawn(subject, choices, len(choices) if of_all() else count, commit())


def twins(pairs: Iterable[tuple[str, Sequence[T]]]) -> list[T]:
    """Of each named pair, or longer list, the one whose turn it is."""
    return [each for name, choices in pairs for each in turn(name, choices)]


def in_a_language(test: Callable[..., None]) -> Callable[..., None]:
    """A test of a page in the language whose turn it is; ``root`` is where its half begins."""
    subject = f"{test.__module__}.{test.__qualname__}"
    marked: Callable[..., None] = pytest.mark.parametrize("root", turn(subject, ["", "en/"]))(test)
    return marked
