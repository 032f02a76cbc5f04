"""A page line by line, as Markdown makes blocks of it: without quote marks, code blanked out."""

import re
from typing import NamedTuple

from dlbook.site.reading.source import Source

_QUOTE = re.compile(r"^(?:(?: {0,3}> ?)+)")
_ALONE = re.compile(r" *(?:#{1,6} |!!! ?\w|\?\?\?\+? ?\w)")  # the next line begins a block anew
_FENCED = ("`" * 3, "~" * 3, "<!--")


class Line(NamedTuple):
    """A line: its number, its text as ``written``, and ``seen`` with ``x`` for what is no prose."""

    number: int
    written: str
    seen: str


def prose_lines(source: Source) -> list[Line]:
    """Every line of a page. Of fenced code, comments and front matter nothing is seen."""
    parts, last = [], 0
    for token in source.tokens:
        hidden = source.text[token.start : token.end]
        is_block = token.kind == "code" and (hidden.startswith(_FENCED) or token.start == 0)
        stands = " " if is_block and "\n" in hidden else "x"
        parts += [source.text[last : token.start], re.sub(r"[^\s]", stands, hidden)]
        last = token.end
    seen = "".join([*parts, source.text[last:]]).split("\n")
    written = source.text.split("\n")
    return [
        Line(number, _QUOTE.sub("", ours), _QUOTE.sub("", theirs))
        for number, (ours, theirs) in enumerate(
            zip(written, seen, strict=True), source.first_line
        )
    ]  # fmt: skip


def runs_of_lines(lines: list[Line]) -> list[list[Line]]:
    """The lines that Markdown takes together; a heading and the head of a box stand alone."""
    found: list[list[Line]] = [[]]
    for line in lines:
        if not line.seen.strip():
            found.append([])
        elif _ALONE.match(line.seen):
            found += [[line], []]
        else:
            found[-1].append(line)
    return [block for block in found if block]


def lines_of_code(source: Source) -> set[int]:
    """The numbers of the lines within code, formulas and the like; of all of code's own."""
    found: set[int] = set()
    for token in source.tokens:
        first = token.line + (token.kind != "code")
        found |= set(range(first, source.line_of(token.end - 1) + 1))
    return found
