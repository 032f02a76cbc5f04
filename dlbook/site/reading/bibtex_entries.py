"""The entries of a BibTeX file as they are written, each with its lines."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pybtex.database.input.bibtex import LowLevelParser
from pybtex.scanner import PybtexSyntaxError
from pybtex.textutils import normalize_whitespace

from dlbook.site.reading.problems import Problem

_TEXT = "no part of an entry; begin an entry with @type{key, or a remark with %"


@dataclass(frozen=True)
class BibtexEntry:
    """One entry: its type and fields in small letters, values as written, lines of the fields."""

    type: str
    key: str
    fields: Mapping[str, str]
    lines: Mapping[str, int]
    line: int
    shown: str


def read_entries(text: str, shown: str) -> tuple[list[BibtexEntry], list[Problem]]:
    """The entries of a text, none if it is no BibTeX, and what is wrong with how it is written."""
    entries: list[BibtexEntry] = []
    problems: list[Problem] = []
    parser, end = _Parser(text, macros=dict(_MONTHS)), 0
    try:
        for command, body in parser:
            problems += _between(text, end, parser.command_start, shown)
            end = parser.pos
            line = text.count("\n", 0, parser.command_start) + 1
            if command.lower() not in ("string", "preamble"):
                problems += _repeated(parser.fields, shown)
                entries.append(_entry(command, body, parser.fields, line, shown))
    except PybtexSyntaxError as error:
        return [], [*problems, Problem(shown, error.lineno, f"not valid BibTeX: {error}")]
    return entries, problems + _between(text, end, len(text), shown)


class _Parser(LowLevelParser):  # type: ignore[misc]
    """Notes the line of every field of an entry."""

    def parse_command(self) -> Any:
        self.fields: list[tuple[str, int]] = []
        return super().parse_command()

    def parse_field(self) -> None:
        self.eat_whitespace()
        line = self.lineno
        super().parse_field()
        if self.current_field_name:
            self.fields.append((self.current_field_name.lower(), line))


_MONTHS = LowLevelParser("").macros


def _entry(
    command: str, body: Any, fields: list[tuple[str, int]], line: int, shown: str
) -> BibtexEntry:
    key, values = body
    written = {name.lower(): normalize_whitespace("".join(parts)) for name, parts in values}
    return BibtexEntry(command.lower(), key, written, dict(fields), line, shown)


def _repeated(fields: list[tuple[str, int]], shown: str) -> list[Problem]:
    first: dict[str, int] = {}
    problems = []
    for name, line in fields:
        if name in first:
            message = f"the field '{name}' stands in line {first[name]} already; keep one"
            problems.append(Problem(shown, line, message))
        first.setdefault(name, line)
    return problems


def _between(text: str, start: int, end: int, shown: str) -> list[Problem]:
    """A problem if something stands between two entries that BibTeX would read over in silence."""
    part, first = text[start:end], text.count("\n", 0, start) + 1
    if "@comment" in part.lower():
        return []
    for number, line in enumerate(part.split("\n"), first):
        if line.strip() and not line.lstrip().startswith("%"):
            return [Problem(shown, number, f"'{line.strip()[:40]}' is {_TEXT}")]
    return []
