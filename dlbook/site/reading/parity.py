r"""Whether two pages are the same page in two languages: the first difference, with both lines.

Alike must be, in order: headings (level and ``{#anchor}``), figures, tables of claims, explorables,
display formulas with their labels (the words in ``\text{…}`` apart). Within each section, in any
order: the numbers cited (formats apart) and those written in digits, verdicts, works cited,
references to figures and equations, and links.
"""

import re
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from dlbook.site.reading.problems import Problem
from dlbook.site.reading.source import Source, Token

_LINK = re.compile(r"\]\(\s*<?([^)\s>]+)")
_NUMERAL = re.compile(r"(?<![A-Za-z0-9_.])\d+(?:\.\d+)*")
_PLACED = ("figure ", "claims ", "explore ")
_TEXT = re.compile(r"\\text\s*\{[^{}]*\}")


class Mark(NamedTuple):
    """Something that both languages must have: ``what`` it is, and its line."""

    what: str
    line: int


def order(source: Source) -> list[Mark]:
    """What must stand in the same order: headings, what is placed, display formulas."""
    marks = []
    for heading in source.headings:
        anchor = f" {{#{heading.anchor}}}" if heading.anchor else " without an anchor"
        marks.append((heading.start, f"a level {heading.level} heading{anchor}", heading.line))
    for token in source.tokens:
        if token.kind == "display":
            marks.append((token.start, f"the formula {_same_tex(token.body)}", token.line))
        elif token.kind == "bracket" and token.body.startswith(_PLACED):
            marks.append((token.start, f"[[{token.body.strip()}]]", token.line))
    return [Mark(what, line) for _, what, line in sorted(marks)]


def sections(source: Source) -> list[list[Mark]]:
    """What must stand in the same section: citations, numerals, verdicts, references, links."""
    starts = [heading.start for heading in source.headings]
    found: list[list[Mark]] = [[] for _ in range(len(starts) + 1)]

    def note(offset: int, what: str) -> None:
        found[sum(start <= offset for start in starts)].append(Mark(what, source.line_of(offset)))

    for token in source.tokens:
        for what in _inline_marks(token):
            note(token.start, what)
    prose = source.prose()
    for match in _LINK.finditer(prose):
        note(match.start(), f"a link to {match[1]}")
    for match in _NUMERAL.finditer(prose):
        note(match.start(), f"the number {match[0]}")
    return found


def first_difference(zh: Source, en: Source) -> Problem | None:
    """The first place where the pages differ, or ``None``."""
    ours, theirs = order(zh), order(en)
    for left, right in zip(ours, theirs, strict=False):
        if left.what != right.what:
            return _differ(zh, left, f"{left.what} stands against {right.what}", en, right.line)
    if len(ours) > len(theirs):
        left = ours[len(theirs)]
        return _differ(zh, left, f"{left.what} is missing", en, None)
    if len(theirs) > len(ours):
        right = theirs[len(ours)]
        return _differ(en, right, f"{right.what} is missing", zh, None)
    return _section_difference(zh, en)


def missing_pages(zh: Mapping[str, Source], en: Mapping[str, Source]) -> list[Problem]:
    """A problem for each page that only one language has."""
    alone = [(zh[name], "en", name) for name in zh.keys() - en.keys()]
    alone += [(en[name], "zh", name) for name in en.keys() - zh.keys()]
    return sorted(
        Problem(source.path, 1, f"has no translation; write docs/{lack}/{name}")
        for source, lack, name in alone
    )


def _section_difference(zh: Source, en: Source) -> Problem | None:
    for ours, theirs in zip(sections(zh), sections(en), strict=True):
        for have, lack, marks, others in ((zh, en, ours, theirs), (en, zh, theirs, ours)):
            extra = Counter(mark.what for mark in marks) - Counter(mark.what for mark in others)
            for mark in marks:
                if mark.what in extra:
                    end = others[-1].line if others else None
                    return _differ(have, mark, f"{mark.what} is missing", lack, end)
    return None


def _differ(source: Source, mark: Mark, what: str, other: Source, line: int | None) -> Problem:
    where = f"{other.path}:{line}" if line else other.path
    return Problem(source.path, mark.line, f"{what} in {where}; make the two pages alike")


def _inline_marks(token: Token) -> list[str]:
    if token.kind == "bracket" and not token.body.startswith(_PLACED):
        return [f"[[{_without_format(token.body)}]]"]
    if token.kind in ("display", "inline", "plain"):
        cited = re.findall(r"\[\[([a-z][^\[\]]*\.[^\[\]]*)\]\]", token.body)
        links = _LINK.findall(token.body) if token.kind == "plain" else []
        return [f"[[{_without_format(body)}]]" for body in cited] + [
            f"a link to {target}" for target in links
        ]
    return []


def _without_format(body: str) -> str:
    return " ".join(body.partition("|")[0].split())


def _same_tex(tex: str) -> str:
    without_formats = re.sub(r"\|[^\]|]*\]\]", "]]", _TEXT.sub(r"\\text{…}", tex))
    return re.sub(r"\s+", " ", without_formats).strip()
