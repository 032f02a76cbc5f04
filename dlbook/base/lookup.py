"""Names that are looked up: what a table holds, or one line that says what there is."""

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import TypeVar

from dlbook.base.visible import visible

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
    names, name = list(known), visible(name)
    close = difflib.get_close_matches(_bare(name), names, n=1)
    if not names:
        return f"no {kind} '{name}'; there is none yet"
    hint = f"did you mean '{close[0]}'? " if close else ""
    return f"no {kind} '{name}'; {hint}there are {', '.join(names)}"


def _bare(name: str) -> str:
    return re.sub(r"\\(?:x..|u....|U.{8})", "", name)
