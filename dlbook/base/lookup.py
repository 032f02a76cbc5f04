"""Names that are looked up: what a table holds, or one line that says what there is."""

import difflib
from collections.abc import Iterable, Mapping
from typing import TypeVar

T = TypeVar("T")


def lookup(kind: str, name: str, table: Mapping[str, T]) -> T:
    """What a table holds under a name; ``kind`` is the word for what it is.

    Raises:
        ValueError: it holds nothing there; the message names the closest, or lists what there is.
    """
    if name not in table:
        raise ValueError(unknown(kind, name, table))
    return table[name]


def unknown(kind: str, name: str, known: Iterable[str]) -> str:
    """The message for an unknown name."""
    names = list(known)
    close = difflib.get_close_matches(name, names, n=1)
    name = visible(name)
    if not names:
        return f"no {kind} '{name}'; there is none yet"
    hint = f"did you mean '{close[0]}'? " if close else ""
    return f"no {kind} '{name}'; {hint}there are {', '.join(names)}"


def visible(text: str) -> str:
    """A text as it is, but for what nobody can see in it, which is escaped, as in Python."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )
