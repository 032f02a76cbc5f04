r"""What Markdown takes without a word, and shows as nobody meant it, with its line.

Markdown knows no errors: a fence that is never closed is code to the end, `p<q and r>s` loses its
middle, brackets of another alphabet stand in the text. Each check here is a pattern or a short
walk over what :class:`dlbook.site.reading.source.Source` calls prose.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain, pairwise

from dlbook.record.numbers import CITATION
from dlbook.site.reading.box_slips import box_slips
from dlbook.site.reading.emphasis_slips import emphasis_slips
from dlbook.site.reading.foreign_markup import foreign_markup
from dlbook.site.reading.heading_slips import heading_slips
from dlbook.site.reading.html_slips import html_slips
from dlbook.site.reading.odd_lines import merge_marks, odd_characters
from dlbook.site.reading.problems import Problem
from dlbook.site.reading.prose_lines import Line, blocks, prose_lines
from dlbook.site.reading.source import Source
from dlbook.site.reading.table_slips import table_slips

_CJK = "\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef“”‘’…—"
_ENDS, _BEGINS = re.compile(f"[{_CJK}]$"), re.compile(f"[{_CJK}]")
CLOSE = {
    "[[": "close it with ]]",
    "\\[": "close it with \\]",
    "\\(": "close it with \\)",
    "$": "close it with $, or write \\$ for the sign itself",
}
_BLOCK = re.compile(r"(?:[-*+]|\d+\.) +(?=\S)|>|#{1,6} |\||`{3}|~{3}|!!! |\?\?\?|---$")
_WAY = re.compile(r"\]\(\s*<?(?P<target>(?!https?:|mailto:)[^()\s>]*)")
_FOOTNOTE = re.compile(r"\[\^(?P<name>[^\]\s]+)\](?P<defines>:)?")
_REFERENCE = re.compile(r"(?<![\]!\\])\[(?P<text>[^\[\]\n^][^\[\]\n]*)\]\[(?P<key>[^\[\]\n]*)\]")
_DEFINITION = re.compile(r"^ {0,3}\[([^\]^\n]+)\]:", re.MULTILINE)
_ITEM = re.compile(r"(?P<indent> *)(?:[-*+]|\d+[.)])(?P<gap> +)\S")
_QUOTE = re.compile(r"^(?: {0,3}> ?)+")
# As Chinese counts, as dashes list, and with the blank forgotten.
_COUNTED = re.compile(
    r"\s*(?:\d+[．、]|\d+\.(?=[^\s\d])|[（(]\d+[)）]|[①-⑳]|[–—－·◦○]{1,2}\s?|-(?=[^\s\d-]))"
)
_FENCE = re.compile(r"[ \t>]*(`{3,}|~{3,})")
_NO_TEXT = re.compile(r"[ \t>]*(?:#{1,6}\s|[|<]|[-*+] |\d+[.)] |\[\^|!!!|\?\?\?|$)")


def slips(source: Source) -> list[Problem]:
    """A problem for each line of a page that holds one, in order."""
    if merged := merge_marks(source.text, source.path, source.first_line, _lines_of_code(source)):
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
        _blocks(lines, source.path),
        _placed(source, emphasis_slips(prose)),
        _lists(source),
        _broken_lines(source, prose),
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


def _blocks(lines: list[Line], path: str) -> Iterator[Problem]:
    """What is wrong with what Markdown takes together: tables, and lines that run together."""
    for block in blocks(lines):
        yield from table_slips(block, path)
        for line, after in pairwise(block):
            is_broken = line.written.endswith(("  ", "\\", "<br>", "<br/>", "<br />"))
            if not is_broken and all(_COUNTED.match(each.seen) for each in (line, after)):
                message = "begins no list, and the lines run together; write '1. ' or '- '"
                mark = _COUNTED.match(line.seen)
                yield Problem(path, line.number, f"'{mark[0].strip() if mark else ''}' {message}")
                break


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
    for match in _REFERENCE.finditer(prose):
        name = match["key"] or match["text"]
        if name.casefold() not in known:
            message = f"'{match[0]}' leads nowhere; write [{match['text']}](page.md)"
            yield _problem(source, match.start(), message)


def _lists(source: Source) -> Iterator[Problem]:
    """What is meant to belong to a list and does not, for want of blanks."""
    inside, before = False, ""
    hidden = _lines_of_code(source)
    for number, written in enumerate(source.text.split("\n"), source.first_line):
        line = _QUOTE.sub("", written)
        if number in hidden:
            before = "code"
            continue
        indent, item = len(line) - len(line.lstrip(" ")), _ITEM.match(line)
        if inside and indent % 4 and (item or not before) and line.strip():
            message = f"{indent} blanks end the list here; what goes on with its entry has 4 or 8"
            yield Problem(source.path, number, message)
        elif item and not inside and before and not _NO_TEXT.match(before) and before != "code":
            yield Problem(source.path, number, "a list needs an empty line before it")
        if line.strip():
            inside = bool(item) or (inside and (indent > 0 or bool(before)))
        before = line.strip()


def _lines_of_code(source: Source) -> set[int]:
    found: set[int] = set()
    for token in source.tokens:
        first = token.line + (token.kind != "code")
        found |= set(range(first, source.line_of(token.end - 1) + 1))
    return found


def _broken_lines(source: Source, prose: str) -> Iterator[Problem]:
    """A line that ends in a Chinese character before one: HTML makes a space of the break."""
    lines = list(zip(source.text.split("\n"), prose.split("\n"), strict=True))
    for number, ((line, seen), (after, next_seen)) in enumerate(pairwise(lines), source.first_line):
        inner = next_seen.lstrip(" \t>")
        if _NO_TEXT.match(line) and not _ITEM.match(line.lstrip(" >")):
            continue
        if _NO_TEXT.match(after) or not seen.strip() or not inner or line.endswith("  "):
            continue
        if (
            re.search(f"[{_CJK}]$", line)
            and seen.endswith(line[-1])
            and re.match(f"[{_CJK}]", inner)
        ):
            message = "a line break between Chinese characters shows as a space; join the lines"
            yield Problem(source.path, number + 1, message)


def _problem(source: Source, offset: int, message: str) -> Problem:
    return Problem(source.path, source.line_of(offset), message)
