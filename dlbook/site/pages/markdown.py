"""The Python-Markdown extension: the one way in which figures, numbers and formulas enter pages.

It needs nothing but Python-Markdown::

    markdown.markdown(text, extensions=["dlbook.site.pages.markdown"], extension_configs={
        "dlbook.site.pages.markdown": {"root": ".", "lang": "zh", "page": "docs/zh/folding.md"}})

A page with problems is refused (:class:`FaultyPageError`, every problem with its line). A site
builder that checks pages first, fills them late and wants the problems shown gives a :class:`Desk`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import HTML_PLACEHOLDER

from dlbook.record.records import Project
from dlbook.site.pages.cloth import Cloth
from dlbook.site.pages.exercise_links import Exercises
from dlbook.site.pages.weave import Weaver, Woven
from dlbook.site.reading.book import Book, Place
from dlbook.site.reading.formulas import Typesetter
from dlbook.site.reading.late import fill
from dlbook.site.reading.problems import FaultyPageError
from dlbook.site.reading.shelf import Shelf
from dlbook.site.reading.source import Source

_HELD = re.compile(rf"\s*{HTML_PLACEHOLDER % '([0-9]+)'}")


@dataclass
class Desk:
    """One page on a builder's desk.

    ``path`` is the page as messages call it, ``first_line`` where the text starts in the file.
    ``cloth`` is what the page was woven into before, if it was; it is used where it fits.
    After the conversion ``woven`` holds the late pieces, for :func:`dlbook.site.reading.late.fill`,
    and problems.
    """

    book: Book
    path: str
    place: Place
    first_line: int = 1
    cloth: Cloth | None = None
    woven: Woven | None = None

    def weave(self, text: str, hold: Callable[[str], str]) -> Woven:
        """The page woven, now or before."""
        source = Source(text, self.path, self.first_line)
        if self.cloth and self.cloth.fits(source, self.place):
            return self.cloth.lay(hold)
        return Weaver(self.book, source, self.place, hold).weave()

    def lay(self) -> None:
        """Have what was woven before without a conversion, where its result is known."""
        self.woven = self.cloth.lay(lambda _: "") if self.cloth else None


class _Weave(Preprocessor):
    """Weaves the page after whitespace is normalised (30) and before fenced code is taken (25)."""

    def __init__(self, md: Markdown, extension: "PageExtension") -> None:
        super().__init__(md)
        self._extension = extension

    def run(self, lines: list[str]) -> list[str]:
        woven = self._extension.weave("\n".join(lines), self.md.htmlStash.store)
        return woven.text.split("\n")


class _End(Treeprocessor):
    """Frees blocks of paragraphs around them, and notes that the tree is finished.

    Python-Markdown takes a block that was held out of the paragraph that stands for it, but not if
    a line end is left beside it, as in quotes, or a footnote's way back. The note is for the table
    of contents, which runs postprocessors too.
    """

    def __init__(self, md: Markdown, extension: "PageExtension") -> None:
        super().__init__(md)
        self._extension = extension

    def run(self, root: Element) -> Element:
        for parent in root.iter():
            for paragraph in [child for child in parent if child.tag == "p"]:
                self._free(parent, paragraph)
        self._extension.tree_is_finished = True
        return root

    def _free(self, parent: Element, paragraph: Element) -> None:
        match = _HELD.match(paragraph.text or "")
        if match is None or not self._is_block(int(match[1])):
            return
        rest = (paragraph.text or "")[match.end() :]
        paragraph.text = match[0].strip()
        if rest.strip() or len(paragraph):
            block = Element("p")
            block.text, paragraph.text = paragraph.text, rest.lstrip()
            parent.insert(list(parent).index(paragraph), block)

    def _is_block(self, number: int) -> bool:
        html = str(self.md.htmlStash.rawHtmlBlocks[number])
        tag = re.match(r"<([a-z]+)", html)
        return tag is not None and self.md.is_block_level(tag[1])


class _Tables(Treeprocessor):
    """Lays a table into the box that scrolls it where a page is narrow.

    Without a class, the theme's script would do it, and the whole page be laid out once more.
    """

    def run(self, root: Element) -> Element:
        for parent in list(root.iter()):
            for place, table in enumerate(parent):
                if table.tag == "table" and not table.get("class"):
                    table.set("class", "dl-table")
                    scrolled = Element("div", {"class": "md-typeset__scrollwrap"})
                    boxed = SubElement(scrolled, "div", {"class": "md-typeset__table"})
                    table.tail, scrolled.tail = None, table.tail
                    parent[place] = scrolled
                    boxed.append(table)
        return root


class _Fill(Postprocessor):
    def __init__(self, md: Markdown, extension: "PageExtension") -> None:
        super().__init__(md)
        self._extension = extension

    def run(self, text: str) -> str:
        woven = self._extension.to_fill
        return fill(text, woven.pieces) if woven else text


class PageExtension(Extension):
    """Citations, figures, claims and formulas; see the module."""

    def __init__(self, **configs: Any) -> None:
        self.config = {
            "root": [".", "the project's folder"],
            "lang": ["zh", "the page's language, zh or en"],
            "page": ["", "the page's file, from the project's folder"],
            "desk": ["", "a Desk, from a site builder"],
        }
        self.tree_is_finished = False
        self._woven: Woven | None = None
        super().__init__(**configs)

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (Python-Markdown's name)
        """Register the processors."""
        md.registerExtension(self)
        md.preprocessors.register(_Weave(md, self), "dlbook-weave", 28)
        exercises = Exercises(md, self.getConfig("lang"))
        md.treeprocessors.register(exercises, "dlbook-exercises", 6)  # attr_list 8, toc 5
        md.treeprocessors.register(_Tables(md), "dlbook-tables", -5)
        md.treeprocessors.register(_End(md, self), "dlbook-end", -10)
        md.postprocessors.register(_Fill(md, self), "dlbook-fill", -10)

    def reset(self) -> None:
        """Forget the last page."""
        self.tree_is_finished = False
        self._woven = None

    @property
    def to_fill(self) -> Woven | None:
        """The woven page once it is to be filled here; a desk is filled by its builder."""
        is_mine = self.tree_is_finished and not self.getConfig("desk")
        return self._woven if is_mine else None

    def weave(self, text: str, hold: Callable[[str], str]) -> Woven:
        """Weave one page.

        Raises:
            FaultyPageError: the page has problems, and there is no desk to leave them on.
        """
        desk = self.getConfig("desk") or self._own_desk(text)
        desk.woven = desk.weave(text, hold)
        if desk.woven.problems and not self.getConfig("desk"):
            raise FaultyPageError(desk.woven.problems)
        self._woven = desk.woven
        return desk.woven

    def _own_desk(self, text: str) -> Desk:
        project = Project(Path(self.getConfig("root")))
        shelf, path = Shelf(project), self.getConfig("page")
        pages = {path: Source(text, path)}
        book = Book(self.getConfig("lang"), shelf, Typesetter(project), pages)
        return Desk(book, path, Place(path))


def makeExtension(**configs: Any) -> PageExtension:  # noqa: N802 (Python-Markdown's name)
    """The extension, as Python-Markdown asks for it."""
    return PageExtension(**configs)
