"""What the lab of a chapter says: the scripts of its figures, cell by cell, and how to run them."""

from collections.abc import Callable
from dataclasses import dataclass

from dlbook.site.labs.exercises import chapter_exercises
from dlbook.site.labs.figure_section import dollars, section
from dlbook.site.labs.notebook import Cell, Code, Prose
from dlbook.site.reading.address import ARCHIVE
from dlbook.site.reading.anchors import EXERCISES, exercise_anchor
from dlbook.site.reading.book import Book, placed
from dlbook.site.reading.problems import PageError
from dlbook.site.reading.shelf import Figure
from dlbook.site.reading.words import writer

Link = Callable[[str], str]
ABOUT = "lab"  # the first cell, and the anchor of its heading

_START = """\
from dlbook.figures.lab import Lab

lab = Lab("{lang}")
QUICK = False  # {quick}"""


@dataclass(frozen=True)
class ChapterLab:
    """The lab of one chapter in one language; ``figures`` with their numbers in the chapter."""

    lang: str
    title: str
    figures: tuple[tuple[int, Figure], ...]
    cells: tuple[Cell, ...]


def lab_figures(book: Book, page: str) -> tuple[tuple[int, Figure], ...]:
    """The figures that a chapter places, with their numbers; the page says which it cannot have."""
    found = []
    for number, (name, _) in enumerate(placed(book.pages[page], "figure"), 1):
        try:
            figure = book.shelf.figure(name)
        except PageError:
            continue
        if not figure.failure:
            found.append((number, figure))
    return tuple(found)


def chapter_lab(book: Book, page: str, link: Link, root: str = "") -> ChapterLab:
    """The lab of a chapter.

    ``link`` leads to a page by its Markdown path, ``root`` to the root of the site.

    Raises:
        PageError: a script cannot be read.
    """
    drawn = lab_figures(book, page)
    cells: list[Cell] = [
        _about(book, page, link, root),
        Code("start", _START.format(lang=book.lang, quick=writer(book.lang)("lab_quick"))),
    ]
    for number, figure in drawn:
        cells += section(book, figure, number, link(page))
    cells += _exercises(book, page, link)
    title = writer(book.lang)("lab", title=book.title(page))
    return ChapterLab(book.lang, title, drawn, tuple(cells))


def _about(book: Book, page: str, link: Link, root: str) -> Prose:
    word, title = writer(book.lang), dollars(book.title(page))
    known = [f"[{way}]({way})" for way in book.address.known]
    return Prose(
        ABOUT,
        (
            f"# {word('lab', title=title)}",
            word("lab_about", title=title, chapter=link(page)),
            word("lab_run", archive=root + ARCHIVE),
            word("lab_order"),
            *([word("lab_where", addresses=word("list").join(known))] if known else []),
        ),
    )


def _exercises(book: Book, page: str, link: Link) -> list[Cell]:
    """The chapter's exercises, each with its answer folded."""
    found = chapter_exercises(book, page, link)
    if not found:
        return []
    word = writer(book.lang)
    way = f"{link(page)}#{EXERCISES}"
    cells: list[Cell] = [
        Prose(EXERCISES, (f"## {word('exercises')}", word("lab_exercises", way=way)))
    ]
    for number, each in enumerate(found, 1):
        name = exercise_anchor(number)
        cells.append(Prose(name, (f"### {word('exercise', number=number)}", *each.asks)))
        if each.answer:
            cells.append(Prose(f"{name}-answer", each.answer, folded=each.title))
    return cells
