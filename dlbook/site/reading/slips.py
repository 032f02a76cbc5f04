r"""What Markdown takes without a word, and shows as nobody meant it, with its line.

Markdown knows no errors: a fence that is never closed is code to the end, `p<q and r>s` loses its
middle, brackets of another alphabet stand in the text. Each check here is a pattern or a short
walk over what :class:`dlbook.site.reading.source.Source` calls prose.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain, pairwise

from dlbook.record.numbers import CITATION
from dlbook.site.reading.html_slips import html_slips
from dlbook.site.reading.problems import Problem
from dlbook.site.reading.source import Source

_CJK = "\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef“”‘’…—"
_ENDS, _BEGINS = re.compile(f"[{_CJK}]$"), re.compile(f"[{_CJK}]")
_VERBS = "figure|claims|explore|ref|verdict|eq|citep?"
_OPEN, _CLOSED, _WIDE = "[\\[［【〔]", "[\\]］】〕]", "[［【〔]"
_PATTERNS = (
    (
        rf"{_WIDE}{{2}}|(?:\[{_WIDE}|{_WIDE}\[)(?=(?:{_VERBS}) |[a-z]\w*\.)",
        "are not the book's brackets; write [[ and ]]",
    ),
    (
        rf"(?<!\[){_OPEN}(?:{_VERBS}) +[\w./-]+{_CLOSED}(?![\](\[:])"
        rf"|(?<!{_WIDE}){_WIDE}[a-z]\w*\.[a-z]\w*[^\n\]］】〕]{{0,40}}{_CLOSED}",
        "has not the book's brackets; write [[…]]",
    ),
    (
        r"(?:\]|］)（[^（）\n]*(?:\.md|\.html|://|#)[^（）\n]*）|］\([^()\n]*\)",
        "is not a link; write [text](page.md) with narrow brackets",
    ),
    (r"^[ \t>]*(?:--8<--|-{1,2}8<-{1,2})", "includes nothing here; write the text itself"),
    (r"^[ \t>]*(?::::|=== \"|\?\?\?\+? *$)", "means nothing here; write plain Markdown"),
    (r"\{[%{][^{}\n]*[%}]\}", "is no template here; cite a number as [[name.field]]"),
    (r"^[ \t>]*[-*+] \[[ xX]\] ", "is no list of tasks here; write a plain list"),
    (r"^[ \t>]*\*\[[^\]\n]+\]:", "defines no abbreviation here; add a term to docs/terms.yml"),
    (r"(?<!~)~~[^~\n]+~~(?!~)", "strikes nothing out here; delete the words"),
    (r"(?<![=\w])==[^=\s][^=\n]*==(?!=)", "marks nothing here; write **bold**"),
    (r"(?<!\w):(?:material|fontawesome|octicons|simple)-[\w-]+:", "shows no icon here; delete it"),
    (r"^＃{1,6}", "is no heading; write #"),
    (r"＄|＊＊|｀", "is a wide sign; write the narrow one, $ * `"),
    (r"^#{1,6}(?=[^#\s])", "lacks a blank behind it; write '# ' before a heading, \\# for a sign"),
    (r"^ {0,3}(?:\d+\)|[•‣●▪]) ", "begins no list; write '1. ' or '- '"),
    (r"(?<!\\)`", "is never closed; close the code, or write \\` for the sign itself"),
)
_Patterns = list[tuple[re.Pattern[str], str]]
_OF_PAGES: _Patterns = [(re.compile(each, re.MULTILINE), message) for each, message in _PATTERNS]
# The lines of a text are joined, so that what makes a block of a page's line does not.
_OF_TEXTS: _Patterns = [(re.compile(each), message) for each, message in _PATTERNS]
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
_PARAGRAPH = re.compile(r"(?:^[^\n]*\S[^\n]*\n?)+", re.MULTILINE)
_UNDERLINE = re.compile(r"^(?P<text>[^\n]*\S[^\n]*)\n(?P<line>=+|-+)[ \t]*$", re.MULTILINE)
_FENCE = re.compile(r"[ \t>]*(`{3,}|~{3,})")
_NO_TEXT = re.compile(r"[ \t>]*(?:#{1,6}\s|[|<]|[-*+] |\d+[.)] |\[\^|!!!|\?\?\?|$)")


def slips(source: Source) -> list[Problem]:
    """A problem for each line of a page that holds one, in order."""
    prose = source.prose()
    return _one_a_line(
        html_slips(source),
        _matches(source, prose, _OF_PAGES),
        _open_fences(source),
        _footnotes(source, prose),
        _references(source, prose),
        _headings(source, prose),
        _stars(source, prose),
        _lists(source),
        _broken_lines(source, prose),
    )


def text_slips(source: Source) -> list[Problem]:
    """The same of a short text: one paragraph, which may stand on any page."""
    prose = source.prose()
    return _one_a_line(
        html_slips(source),
        _matches(source, prose, _OF_TEXTS),
        _brackets(source),
        _footnotes(source, prose),
        _references(source, prose),
        _stars(source, prose),
        _text_matches(source, prose),
    )


def _one_a_line(*found: Iterable[Problem]) -> list[Problem]:
    """The first on each line; the others are often what follows from it."""
    first: dict[int, Problem] = {}
    for problem in chain.from_iterable(found):
        first.setdefault(problem.line, problem)
    return sorted(first.values())


def _matches(source: Source, prose: str, patterns: _Patterns) -> Iterator[Problem]:
    for pattern, message in patterns:
        for match in pattern.finditer(prose):
            yield _problem(source, match.start(), f"'{match[0].strip()[:60]}' {message}")


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


def _stars(source: Source, prose: str) -> Iterator[Problem]:
    """Products that are taken for emphasis, and bold text that nobody ends."""
    for paragraph in _PARAGRAPH.finditer(prose):
        double = list(re.finditer(r"(?<![\\*])\*\*(?!\*)", paragraph[0]))
        if len(double) % 2:
            offset = paragraph.start() + double[-1].start()
            yield _problem(source, offset, r"'**' is never closed; close it, or write \*\*")
        single = list(re.finditer(r"(?<![\\*])\*(?![*\s])|(?<![\\*\s])\*(?!\*)", paragraph[0]))
        for star, end in zip(single[::2], single[1::2], strict=False):
            if re.match(r"[A-Za-z0-9)]", paragraph[0][star.start() - 1 : star.start()] or " "):
                shown = " ".join(paragraph[0][star.start() - 1 : end.end() + 1].split())
                message = f"'{shown[:40]}' loses its stars; write a formula, $2 \\times 3$"
                yield _problem(source, paragraph.start() + star.start(), message)


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


def _headings(source: Source, prose: str) -> Iterator[Problem]:
    for match in _UNDERLINE.finditer(prose):
        message = "a line makes a heading of the text above it; write '## text {#name}'"
        yield _problem(source, match.start("line"), f"'{match['line'][:10]}': {message}")
    for heading in source.headings:
        end = source.text.find("\n", heading.start)
        line = prose[heading.start : end if end >= 0 else len(prose)]
        if re.search(r"[{｛].*[{｛]|｛|\}\s*\S|\{[^}]*$", line):
            message = (
                "a heading ends in one {#name} and has no other braces; write sets as $\\{x\\}$"
            )
            yield Problem(source.path, heading.line, message)


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
