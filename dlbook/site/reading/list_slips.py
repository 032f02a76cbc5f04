"""Lists that Markdown does not take for one, and lines that run together on the page."""

import re
from collections.abc import Iterator
from itertools import pairwise

from dlbook.site.reading.problems import Problem
from dlbook.site.reading.prose_lines import Line, lines_of_code, runs_of_lines
from dlbook.site.reading.source import Source

_DEEPEST = 20
_CJK = "\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef“”‘’…—"
_ITEM = re.compile(r"(?P<indent> *)(?:[-*+]|\d+[.)])(?P<gap> +)\S")
_QUOTE = re.compile(r"^(?: {0,3}> ?)+")
_NO_TEXT = re.compile(r"[ \t>]*(?:#{1,6}\s|[|<]|[-*+] |\d+[.)] |\[\^|!!!|\?\?\?|$)")
# As Chinese counts, as dashes list, and with the blank forgotten.
_COUNTED = re.compile(
    r"\s*(?:\d+[．、]|\d+\.(?=[^\s\d])|[（(]\d+[)）]|[①-⑳]|[–—－·◦○]{1,2}\s?|-(?=[^\s\d-]))"
)


def list_slips(source: Source, lines: list[Line]) -> Iterator[Problem]:
    """What is wrong with the lists of a page."""
    yield from _indented(source)
    for run in runs_of_lines(lines):
        yield from _counted(run, source.path)


def _counted(run: list[Line], path: str) -> Iterator[Problem]:
    for line, after in pairwise(run):
        is_broken = line.written.endswith(("  ", "\\", "<br>", "<br/>", "<br />"))
        mark = _COUNTED.match(line.seen)
        if mark and not is_broken and _COUNTED.match(after.seen):
            message = "begins no list, and the lines run together; write '1. ' or '- '"
            yield Problem(path, line.number, f"'{mark[0].strip()}' {message}")
            return


def _indented(source: Source) -> Iterator[Problem]:
    """What is meant to belong to a list and does not, for want of blanks."""
    inside, before = False, ""
    hidden = lines_of_code(source)
    for number, written in enumerate(source.text.split("\n"), source.first_line):
        line = _QUOTE.sub("", written)
        if number in hidden:
            before = "code"
            continue
        indent, item = len(line) - len(line.lstrip(" ")), _ITEM.match(line)
        depth = _depth(written[: len(written) - len(line)], line)
        if depth > _DEEPEST:
            message = f"stands within {depth} others, and {_DEEPEST} is the limit; end some of them"
            yield Problem(source.path, number, message)
            return
        if inside and indent % 4 and (item or not before) and line.strip():
            message = f"{indent} blanks end the list here; what goes on with its entry has 4 or 8"
            yield Problem(source.path, number, message)
        elif item and not inside and before and not _NO_TEXT.match(before) and before != "code":
            yield Problem(source.path, number, "a list needs an empty line before it")
        if line.strip():
            inside = bool(item) or (inside and (indent > 0 or bool(before)))
        before = line.strip()


def _depth(quotes: str, line: str) -> int:
    """Within how many lists, boxes and quotes a block begins; Markdown calls itself for each."""
    begins = _ITEM.match(line) or line.lstrip().startswith(("!!!", "???"))
    return quotes.count(">") + (len(line) - len(line.lstrip(" "))) // 4 * bool(begins)


def broken_lines(source: Source, prose: str) -> Iterator[Problem]:
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
