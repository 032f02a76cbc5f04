r"""What Markdown takes without a word, and shows as nobody meant it, with its line.

Markdown knows no errors: a fence that is never closed is code to the end, `p<q and r>s` loses its
middle, brackets of another alphabet stand in the text. Each check here is a pattern or a short
walk over what :class:`dlbook.site.reading.source.Source` calls prose.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from dlbook.record.numbers import CITATION
from dlbook.site.reading.box_slips import box_slips
from dlbook.site.reading.emphasis_slips import emphasis_slips
from dlbook.site.reading.foreign_markup import foreign_markup
from dlbook.site.reading.heading_slips import heading_slips
from dlbook.site.reading.html_slips import html_slips
from dlbook.site.reading.list_slips import broken_lines, list_slips
from dlbook.site.reading.odd_lines import merge_marks, odd_characters
from dlbook.site.reading.problems import Problem
from dlbook.site.reading.prose_lines import Line, lines_of_code, prose_lines, runs_of_lines
from dlbook.site.reading.source import Source
from dlbook.site.reading.table_slips import table_slips

CLOSE = {
    "[[": "close it with ]]",
    "\\[": "close it with \\]",
    "\\(": "close it with \\)",
    "$": "close it with $, or write \\$ for the sign itself",
}
_BLOCK = re.compile(r"(?:[-*+]|\d+\.) +(?=\S)|>|#{1,6} |\||`{3}|~{3}|!!! |\?\?\?|---$")
_WAY = re.compile(
    r"(?:\]\(|^ {0,3}\[[^\[\]\n^][^\[\]\n]*\]:)\s*+<?+(?P<target>(?!https?:|mailto:)[^()\s>]*)",
    re.MULTILINE,
)
_FOOTNOTE = re.compile(r"\[\^(?P<name>[^\]\s]+)\](?P<defines>:)?")
_REFERENCE = re.compile(r"(?<![\]!\\])\[(?P<text>[^\[\]\n^][^\[\]\n]*)\]\[(?P<key>[^\[\]\n]*)\]")
_DEFINITION = re.compile(r"^ {0,3}\[([^\]^\n]+)\]:", re.MULTILINE)
_FENCE = re.compile(r"[ \t>]*(`{3,}|~{3,})")


def slips(source: Source) -> list[Problem]:
    """A problem for each line of a page that holds one, in order."""
    if merged := merge_marks(source.text, source.path, source.first_line, lines_of_code(source)):
        return merged  # the rest follows from it
    prose, lines = source.prose(), prose_lines(source)
    return _one_a_line(
        odd_characters(source.text, source.path, source.first_line),
        box_slips(lines, source.path),
        html_slips(source),
        heading_slips(source, prose),
        _placed(source, foreign_markup(source, prose, is_page=True)),
        _open_fences(source),
        _footnotes(source, prose),
        _references(source, prose),
        _tables(lines, source.path),
        list_slips(source, lines),
        _placed(source, emphasis_slips(prose)),
        broken_lines(source, prose),
    )


def text_slips(source: Source) -> list[Problem]:
    """The same of a short text: one paragraph, which may stand on any page."""
    prose = source.prose()
    return _one_a_line(
        merge_marks(source.text, source.path, source.first_line),
        odd_characters(source.text, source.path, source.first_line),
        html_slips(source),
        _placed(source, foreign_markup(source, prose, is_page=False)),
        _brackets(source),
        _footnotes(source, prose),
        _references(source, prose),
        _placed(source, emphasis_slips(prose)),
        _text_matches(source, prose),
    )


def _one_a_line(*found: Iterable[Problem]) -> list[Problem]:
    """The first on each line; the others are often what follows from it."""
    first: dict[int, Problem] = {}
    for problem in chain.from_iterable(found):
        first.setdefault(problem.line, problem)
    return sorted(first.values())


def _placed(source: Source, found: Iterable[tuple[int, str]]) -> Iterator[Problem]:
    for offset, message in found:
        yield _problem(source, offset, message)


def _tables(lines: list[Line], path: str) -> Iterator[Problem]:
    for run in runs_of_lines(lines):
        yield from table_slips(run, path)


def _text_matches(source: Source, prose: str) -> Iterator[Problem]:
    if found := _BLOCK.match(prose):
        message = "begins no block here: a text is one paragraph; write a sentence"
        yield _problem(source, 0, f"'{found[0].strip()}' {message}")
    for match in _WAY.finditer(source.text):
        if prose[match.start()] != " ":  # nor code, nor within brackets
            message = "leads to one page, and the text stands on several; link to it from the page"
            yield _problem(source, match.start(), f"'{match['target']}' {message}")
    for token in source.tokens:
        if token.kind == "plain" and token.body.startswith("!"):
            yield Problem(source.path, token.line, "a text holds no picture; draw it in the figure")


def _brackets(source: Source) -> Iterator[Problem]:
    """Brackets that are never closed, and those that mean something on pages alone."""
    for token in source.tokens:
        written = source.text[token.start : token.end]
        if token.kind == "open":
            yield Problem(source.path, token.line, f"'{written}' is never closed; {CLOSE[written]}")
        elif token.kind == "bracket" and CITATION.fullmatch(written) is None:
            message = "means nothing in a figure's text; cite its own numbers as [[.field]]"
            yield Problem(source.path, token.line, f"'{written}' {message}")


def _open_fences(source: Source) -> Iterator[Problem]:
    for token in source.tokens:
        body = token.body.rstrip("\n")
        mark = _FENCE.match(body) if token.kind == "code" else None
        if mark is None or ("\n" not in body and body.endswith(mark[1]) and body != mark[0]):
            continue  # code within a line
        last = body.rpartition("\n")[2].strip(" \t>") if "\n" in body else ""
        if last.strip("`~") or not last.startswith(mark[1]):
            yield Problem(source.path, token.line, f"'{mark[1]}' is never closed; close the code")


def _footnotes(source: Source, prose: str) -> Iterator[Problem]:
    defined: set[str] = set()
    used: dict[str, int] = {}
    for match in _FOOTNOTE.finditer(prose):
        begins = not prose[prose.rfind("\n", 0, match.start()) + 1 : match.start()].strip(" >")
        if not (match["defines"] and begins):
            used.setdefault(match["name"], match.start())
        elif match["name"] in defined:
            message = f"the footnote '[^{match['name']}]' stands twice; rename one"
            yield _problem(source, match.start(), message)
        else:
            defined.add(match["name"])
            if f"[^{match['name']}]" not in prose.replace(match[0], ""):
                message = f"no text refers to the footnote '[^{match['name']}]'; refer to it"
                yield _problem(source, match.start(), message)
    for name in used.keys() - defined:
        message = f"there is no footnote '[^{name}]'; write '[^{name}]: …' on a line of its own"
        yield _problem(source, used[name], message)


def _references(source: Source, prose: str) -> Iterator[Problem]:
    known = {match[1].casefold() for match in _DEFINITION.finditer(prose)}
    rest = _DEFINITION.sub("", prose).casefold()
    for match in _DEFINITION.finditer(prose):
        if f"[{match[1].casefold()}]" not in rest:
            message = f"no text refers to '[{match[1]}]:'; write [text][{match[1]}], or delete it"
            yield _problem(source, match.start(), message)
    for match in _REFERENCE.finditer(prose):
        name = match["key"] or match["text"]
        if name.casefold() not in known:
            message = f"'{match[0]}' leads nowhere; write [{match['text']}](page.md)"
            yield _problem(source, match.start(), message)


def _problem(source: Source, offset: int, message: str) -> Problem:
    return Problem(source.path, source.line_of(offset), message)
