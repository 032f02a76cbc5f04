"""Everything that can be wrong with the pages of both languages, found before a page is built."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

from dlbook.base.language import LANGUAGES
from dlbook.record.records import Project
from dlbook.site.building.navigation import navigation_problems
from dlbook.site.building.places import Places, as_converted
from dlbook.site.pages.chapter_cards import BLOCK as CHAPTERS
from dlbook.site.pages.citations import BIBLIOGRAPHY, CITE
from dlbook.site.pages.cloth import Cloth, woven_once
from dlbook.site.pages.glossary import BLOCK as GLOSSARY
from dlbook.site.pages.weave import Woven, page_formulas
from dlbook.site.reading.book import Book
from dlbook.site.reading.chapter_entry import LISTED, Chapter
from dlbook.site.reading.chapter_order import (
    Pages,
    chapters_without_page,
    misnamed_pages,
    read_pages,
    read_thread,
)
from dlbook.site.reading.figure_texts import text_formulas, text_problems
from dlbook.site.reading.formulas import Typesetter
from dlbook.site.reading.heading_slips import anchor_problems, untitled
from dlbook.site.reading.input_file import InputError
from dlbook.site.reading.parity import first_difference, missing_pages
from dlbook.site.reading.problems import Problem
from dlbook.site.reading.shelf import Shelf
from dlbook.site.reading.slips import slips
from dlbook.site.reading.source import Source
from dlbook.site.reading.typed_numbers import typed_numbers
from dlbook.site.reading.yaml_source import compose

_SHOWN_BY = {LISTED: CHAPTERS, "docs/terms.yml": GLOSSARY, "docs/references.bib": BIBLIOGRAPHY}

_WOVEN = "that a figure, claim, formula or list of this page has already"


@dataclass(frozen=True)
class Manuscript:
    """The pages of a project as they are now, with what they may refer to.

    ``pages`` maps a language to its pages, by their Markdown path in that language, the
    ``chapters`` first, which are those of the ``thread`` that are written. ``disagreements`` are
    between the lists of the book and its pages; ``unread`` says which of the files that all pages
    lean on could not be read; ``places`` tells where the pages will be. ``kept`` holds, for
    languages of whose pages nothing has changed, what
    they were woven into.
    """

    project: Project
    shelf: Shelf
    typesetter: Typesetter
    pages: Pages
    chapters: tuple[str, ...]
    thread: tuple[Chapter, ...] = ()
    disagreements: tuple[Problem, ...] = ()
    unread: tuple[Problem, ...] = ()
    places: Places = field(default_factory=Places)
    kept: Mapping[str, Mapping[str, Cloth]] = field(default_factory=dict)

    @cached_property
    def books(self) -> dict[str, Book]:
        """For each language, what its pages may refer to."""
        return {
            lang: Book(
                lang,
                self.shelf,
                self.typesetter,
                pages,
                self._chapters_in(pages),
                self.thread,
                self.places.address,
            )
            for lang, pages in self.pages.items()
        }

    def _lacking(self) -> Iterator[Problem]:
        """Pages and works that cannot be read, and files that are shown and not there."""
        library = self.books["zh"].library
        yield from () if library.works else library.problems
        if not library.works and not library.problems and self._cites():
            message = "holds no work, and pages cite some; put the file back"
            yield Problem("docs/references.bib", 1, message)
        most = max(map(len, self.pages.values()))
        for lang, pages in self.pages.items():
            if not pages and most > 1:
                message = f"no page can be read here; put the folder docs/{lang} back"
                yield Problem(f"docs/{lang}", 1, message)
                return
            for source in pages.values():
                if not source.fault and not source.text[source.body_start :]:
                    message = "the page is empty; write it, or delete it in both languages"
                    yield Problem(source.path, 1, message)
        yield from misnamed_pages(self.project.root)
        yield from missing_pages(self.pages["zh"], self.pages["en"])
        for pages in self.pages.values():
            yield from (source.fault for source in pages.values() if source.fault)
        for shown, block in _SHOWN_BY.items():
            path, home = self.project.root / shown, self.books["zh"].home(block)
            if home and not (path.exists() or path.is_symlink()):
                message = f"missing, and docs/zh/{home} shows it, [[{block}]]; put the file back"
                yield Problem(shown, 1, message)
            elif home and block == GLOSSARY and _holds_nothing(path, shown):
                message = f"holds no term, and docs/zh/{home} shows them; put the file back"
                yield Problem(shown, 1, message)

    def _cites(self) -> bool:
        tokens = (token for source in self.pages["zh"].values() for token in source.tokens)
        return any(CITE.fullmatch(token.body) for token in tokens if token.kind == "bracket")

    def _chapters_in(self, pages: Mapping[str, Source]) -> tuple[str, ...]:
        return tuple(page for page in self.chapters if page in pages)

    @cached_property
    def cloths(self) -> Mapping[str, Mapping[str, Cloth]]:
        """For each language, what its pages are woven into, as Markdown will be given them."""
        stale = [lang for lang in LANGUAGES if lang not in self.kept]
        pages = (
            formula
            for lang in stale
            for source in self.pages[lang].values()
            for formula in page_formulas(source, self.books[lang])
        )
        self.typesetter.prepare([*pages, *text_formulas(self.shelf)])
        _ = self.texts  # before a page asks for a formula that stands in one
        return {**self.kept, **{lang: self._woven(lang) for lang in stale}}

    def _woven(self, lang: str) -> Mapping[str, Cloth]:
        book = self.books[lang]
        return {
            page: woven_once(book, as_converted(source), self.places.of(lang, page))
            for page, source in self.pages[lang].items()
        }

    @cached_property
    def texts(self) -> list[Problem]:
        """What is wrong with the texts of figures."""
        return text_problems(self.shelf, self.typesetter)

    @cached_property
    def problems(self) -> list[Problem]:
        """Every problem of every page, in order of file and line.

        Where a file cannot be read or is missing only that is said, not what follows from it.
        """
        if unread := {*self.unread, *self._lacking()}:
            return sorted(unread)
        cloths = self.cloths  # first, so that all formulas are typeset in one process
        found = [*self.disagreements, *self.shelf.clashes, *self.texts]
        found += self.books["zh"].library.problems
        for lang, pages in self.pages.items():
            for page in self._chapters_in(pages):
                found += untitled(self.pages[lang][page])
        for lang in LANGUAGES:
            for page, source in self.pages[lang].items():
                woven = cloths[lang][page].woven
                found += [*_problems_of_text(source), *woven.problems]
                found += anchor_problems(source, self._generated(lang, woven))
        for page in self.pages["zh"].keys() & self.pages["en"].keys():
            difference = _first_difference(self.pages["zh"][page], self.pages["en"][page])
            found += [difference] if difference else []
        return sorted(set(found))

    def _generated(self, lang: str, woven: Woven) -> dict[str, str]:
        """The anchors that a page has of what is woven into it."""
        tips = (f"tip-{term.id}" for term in self.books[lang].terms)
        anchors = (anchor for piece in woven.pieces for anchor in piece.anchors)
        return dict.fromkeys(tips, "of a term's tip") | dict.fromkeys(anchors, _WOVEN)

    def problems_of(self, path: str) -> list[Problem]:
        """The problems of one file, ``docs/zh/folding.md``."""
        return [problem for problem in self.problems if problem.path == path]


def _holds_nothing(path: Path, shown: str) -> bool:
    """Whether a file of YAML has nothing but remarks; one that cannot be read is told elsewhere."""
    try:
        tree = compose(path, shown)
    except InputError:
        return False
    return tree is None or not tree.value


def read_manuscript(
    root: Path,
    places: Places | None = None,
    kept: Mapping[str, Mapping[str, Cloth]] | None = None,
) -> Manuscript:
    """The pages under ``root/docs`` and the figures made for them."""
    thread, problems = read_thread(root)
    listed = [chapter for chapter in thread if not chapter.is_to_come]
    pages = {lang: read_pages(root, lang, listed) for lang in LANGUAGES}
    unread = tuple(problems)  # what a chapter that is not listed lacks would only follow
    problems += chapters_without_page(thread, pages)
    problems += navigation_problems(root, pages, listed)
    project = Project(root)
    written = tuple(
        each.page for each in listed if any(each.page in found for found in pages.values())
    )
    return Manuscript(
        project, Shelf(project), Typesetter(project), pages, written, tuple(thread),
        tuple(problems), unread, places or Places(), kept or {},
    )  # fmt: skip


_first_difference = lru_cache(maxsize=512)(first_difference)


@lru_cache(maxsize=512)  # by the page as it was read: of a server's edit one page is read again
def _problems_of_text(source: Source) -> tuple[Problem, ...]:
    """What is wrong with a page whatever it refers to."""
    front = [source.front_problem] if source.front_problem else []
    return (*front, *slips(source), *typed_numbers(source))
