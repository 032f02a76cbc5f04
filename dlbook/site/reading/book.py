"""A book in one language, and the place of a page in it: what whoever writes a page may ask."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from dlbook.site.reading.address import NOWHERE, Address
from dlbook.site.reading.bibtex import read_library
from dlbook.site.reading.chapter_entry import Chapter
from dlbook.site.reading.formulas import Typesetter
from dlbook.site.reading.literature import Library
from dlbook.site.reading.problems import PageError
from dlbook.site.reading.shelf import Shelf
from dlbook.site.reading.source import Source, Token
from dlbook.site.reading.terms import Term, read_terms

COMMAND = re.compile(r"(?P<verb>figure|claims|explore|ref|verdict|eq|count) +(?P<name>\S+) *")


@dataclass(frozen=True)
class Place:
    """Where a page stands.

    ``page`` is its Markdown path in its language, ``root`` the way from it to the site's root, and
    ``link`` maps the Markdown path of a page of this language to the way from here to there.
    """

    page: str
    root: str = ""
    link: Callable[[str], str] = str


def placed(source: Source, verb: str) -> list[tuple[str, Token]]:
    """The names that a page places with one verb (``figure`` or ``claims``), in order."""
    found = []
    for token in source.tokens:
        match = COMMAND.fullmatch(token.body) if token.kind == "bracket" else None
        if match and match["verb"] == verb:
            found.append((match["name"], token))
    return found


def relative(page: str, target: str) -> str:
    """The way from one page to another, both by their Markdown paths."""
    return "../" * page.count("/") + target


@dataclass(frozen=True)
class Book:
    """What a page may refer to, in one language.

    ``pages`` are by Markdown path, the chapters first; ``chapters`` are the paths of the chapters,
    in the order in which they are read; ``thread`` holds all that the book will have,
    ``address`` says where it can be had.
    """

    lang: str
    shelf: Shelf
    typesetter: Typesetter
    pages: Mapping[str, Source]
    chapters: tuple[str, ...] = ()
    thread: tuple[Chapter, ...] = ()
    address: Address = NOWHERE

    @cached_property
    def tables(self) -> dict[str, tuple[str, ...]]:
        """For each claim's id, the pages that show its table."""
        found: dict[str, tuple[str, ...]] = {}
        for page, source in self.pages.items():
            for name, _ in placed(source, "claims"):
                for claim in self._claims(name):
                    found[claim] = (*found.get(claim, ()), page)
        return found

    @cached_property
    def figures(self) -> dict[str, tuple[tuple[str, int], ...]]:
        """For each figure's name, the pages that place it, with its number there."""
        found: dict[str, tuple[tuple[str, int], ...]] = {}
        for page, source in self.pages.items():
            for number, (name, _) in enumerate(placed(source, "figure"), 1):
                found[name] = (*found.get(name, ()), (page, number))
        return found

    @cached_property
    def library(self) -> Library:
        """The works that pages may cite."""
        shown = "docs/references.bib"
        return read_library(self.shelf.project.root / shown, shown)

    @cached_property
    def terms(self) -> list[Term]:
        """The field's terms that are in order; the builder says what is wrong with others."""
        shown = "docs/terms.yml"
        return read_terms(self.shelf.project.root / shown, shown)[0]

    def home(self, block: str) -> str | None:
        """The first page that places a block of :mod:`dlbook.site.pages.blocks`, if one does."""
        return next((page for page in self.pages if self.has(page, block)), None)

    def has(self, page: str, block: str) -> bool:
        """Whether a page places that block."""
        return block in self.pages[page].brackets

    def title(self, page: str) -> str:
        """The page's first heading, or its path if it has none."""
        return next((h.text for h in self.pages[page].headings if h.level == 1), page)

    def _claims(self, name: str) -> list[str]:
        try:
            return [claim["id"] for claim in self.shelf.figure(name).claims]
        except PageError:
            return []  # said when that page is woven
