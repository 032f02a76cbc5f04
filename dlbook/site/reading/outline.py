"""The sections of every page with their headings in both languages, side by side."""

from itertools import zip_longest
from pathlib import Path
from unicodedata import east_asian_width

from dlbook.base.language import LANGUAGES
from dlbook.site.reading.chapter_order import read_chapters, read_pages
from dlbook.site.reading.source import Heading, Source

_GAP = "  "
_LACKING = "–"


def outline(root: Path) -> list[str]:
    """A line for each section, the chapters first: its anchor, Chinese, English.

    Sections are paired as they stand; the build refuses pages whose sections differ.
    """
    chapters, _ = read_chapters(root)
    pages = [read_pages(root, lang, chapters) for lang in LANGUAGES]
    names = dict.fromkeys(name for written in pages for name in written)
    rows = [row for name in names for row in _rows(name, pages)]
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    return [_GAP.join(map(_padded, row, widths)).rstrip() for row in rows]


def _rows(name: str, pages: list[dict[str, Source]]) -> list[tuple[str, ...]]:
    """The rows of one page; its own is that of its file."""
    found = [written[name].headings if name in written else () for written in pages]
    rows = [(name, *("" if name in written else _LACKING for written in pages))]
    for pair in zip_longest(*found):
        anchor = next(heading.anchor for heading in pair if heading)
        rows.append((f"{_GAP}#{anchor}", *map(_text, pair)))
    return rows


def _text(heading: Heading | None) -> str:
    return _GAP * (heading.level - 1) + heading.text if heading else _LACKING


def _width(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
