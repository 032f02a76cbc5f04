"""Everything that can be wrong with the pages of both languages, found before a page is built."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from dlbook.base.language import LANGUAGES
from dlbook.record.records import Project
from dlbook.site.building.navigation import navigation_problems
from dlbook.site.building.places import Places, as_converted
from dlbook.site.pages.cloth import Cloth, woven_once
from dlbook.site.pages.weave import page_formulas
from dlbook.site.reading.book import Book
from dlbook.site.reading.chapter_order import (
    Pages,
    chapters_without_page,
    read_chapters,
    read_pages,
)
from dlbook.site.reading.formulas import Typesetter
from dlbook.site.reading.parity import first_difference, missing_pages
from dlbook.site.reading.problems import Problem
from dlbook.site.reading.shelf import Shelf
from dlbook.site.reading.source import Source
from dlbook.site.reading.typed_numbers import typed_numbers


@dataclass(frozen=True)
class Manuscript:
    """The pages of a project as they are now, with what they may refer to.

    ``pages`` maps a language to its pages, by their Markdown path in that language, the
    ``chapters`` first. ``disagreements`` are between the lists of the book and its pages;
    ``places`` tells where the pages will be. ``kept`` holds, for languages of whose pages nothing
    has changed, what they were woven into.
    """

    project: Project
    shelf: Shelf
    typesetter: Typesetter
    pages: Pages
    chapters: tuple[str, ...]
    disagreements: tuple[Problem, ...] = ()
    places: Places = field(default_factory=Places)
    kept: Mapping[str, Mapping[str, Cloth]] = field(default_factory=dict)

    @cached_property
    def books(self) -> dict[str, Book]:
        """For each language, what its pages may refer to."""
        return {
            lang: Book(lang, self.shelf, self.typesetter, self.pages[lang], self.chapters)
            for lang in LANGUAGES
        }

    @cached_property
    def cloths(self) -> Mapping[str, Mapping[str, Cloth]]:
        """For each language, what its pages are woven into, as Markdown will be given them."""
        stale = [lang for lang in LANGUAGES if lang not in self.kept]
        self.typesetter.prepare(
            formula
            for lang in stale
            for source in self.pages[lang].values()
            for formula in page_formulas(source, self.books[lang])
        )
        return {**self.kept, **{lang: self._woven(lang) for lang in stale}}

    def _woven(self, lang: str) -> Mapping[str, Cloth]:
        book = self.books[lang]
        return {
            page: woven_once(book, as_converted(source), self.places.of(lang, page))
            for page, source in self.pages[lang].items()
        }

    @cached_property
    def problems(self) -> list[Problem]:
        """Every problem of every page, in order of file and line."""
        found = [*self.disagreements, *missing_pages(self.pages["zh"], self.pages["en"])]
        found += self.shelf.clashes
        found += self.books["zh"].library.problems
        for lang in LANGUAGES:
            for page, source in self.pages[lang].items():
                found += self.cloths[lang][page].woven.problems
                found += [*_anchor_problems(source), *typed_numbers(source)]
        for page in self.pages["zh"].keys() & self.pages["en"].keys():
            difference = first_difference(self.pages["zh"][page], self.pages["en"][page])
            found += [difference] if difference else []
        return sorted(set(found))

    def problems_of(self, path: str) -> list[Problem]:
        """The problems of one file, ``docs/zh/folding.md``."""
        return [problem for problem in self.problems if problem.path == path]


def read_manuscript(
    root: Path,
    places: Places | None = None,
    kept: Mapping[str, Mapping[str, Cloth]] | None = None,
) -> Manuscript:
    """The pages under ``root/docs`` and the figures made for them."""
    listed, problems = read_chapters(root)
    pages = {lang: read_pages(root, lang, listed) for lang in LANGUAGES}
    problems += chapters_without_page(listed, pages)
    problems += navigation_problems(root, pages, listed)
    project = Project(root)
    written = tuple(each.page for each in listed if each.page in pages["zh"])
    return Manuscript(
        project, Shelf(project), Typesetter(project), pages, written, tuple(problems),
        places or Places(), kept or {},
    )  # fmt: skip


def _anchor_problems(source: Source) -> list[Problem]:
    found = []
    counts = Counter(heading.anchor for heading in source.headings)
    for heading in source.headings:
        if heading.level > 1 and not heading.anchor:
            message = f"the heading '{heading.text}' needs an anchor; add {{#name}}"
            found.append(Problem(source.path, heading.line, message))
        elif heading.anchor and counts[heading.anchor] > 1:
            message = f"the anchor {{#{heading.anchor}}} stands twice on this page; rename one"
            found.append(Problem(source.path, heading.line, message))
    return found
