"""What the lab of a chapter says: the scripts of its figures, cell by cell, and how to run them."""

from collections.abc import Callable
from dataclasses import dataclass

from dlbook.record.bound_words import bound_and_reason
from dlbook.record.records import RecordError
from dlbook.record.registrations import FIRST_SEED
from dlbook.site.labs import kept
from dlbook.site.labs.notebook import Cell, Code, Prose
from dlbook.site.reading.address import ARCHIVE
from dlbook.site.reading.anchors import claim_anchor
from dlbook.site.reading.book import Book, placed
from dlbook.site.reading.problems import PageError
from dlbook.site.reading.said_in import said_in
from dlbook.site.reading.shelf import Figure
from dlbook.site.reading.source import Source
from dlbook.site.reading.words import writer

Link = Callable[[str], str]
ABOUT = "lab"  # the first cell, and the anchor of its heading

_START = """\
from dlbook.figures.lab import Lab

lab = Lab("{lang}")
QUICK = False"""
_RUN = """\
config = SMALL if QUICK else Config({seeds})
result = run(config)
check(result)
lab.show("{name}", result, JUDGES, draw, LABELS)"""


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
        Code("start", _START.format(lang=book.lang)),
    ]
    for number, figure in drawn:
        cells += _section(book, figure, number, link(page))
    title = writer(book.lang)("lab", title=book.title(page))
    return ChapterLab(book.lang, title, drawn, tuple(cells))


def _about(book: Book, page: str, link: Link, root: str) -> Prose:
    word, title = writer(book.lang), _dollars(book.title(page))
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


def _section(book: Book, figure: Figure, number: int, chapter: str) -> list[Cell]:
    name, lang, word = figure.name, book.lang, writer(book.lang)
    try:
        source = book.shelf.script(name).read_text(encoding="utf-8")
    except RecordError as error:
        raise PageError(str(error)) from error
    cells, label = kept.cells(book.shelf.project, source, lang), word("figure", number=number)
    opening = (
        f"## {label}{word('numbered')}{_dollars(figure.text('title', lang))}",
        _dollars(figure.text("caption", lang)),
        word("lab_figure", number=number, place=f"{chapter}#fig-{name}"),
    )
    return [
        Prose(f"fig-{name}", opening),
        Code(f"{name}-setup", cells.setup),
        Code(f"{name}-experiment", cells.experiment),
        Code(f"{name}-drawing", cells.drawing, folded=True),
        *_claims(figure, book, chapter),
        Code(f"{name}-judging", cells.judging),
        Code(f"{name}-run", _RUN.format(name=name, seeds=_seeds(figure)), figure),
    ]


def _seeds(figure: Figure) -> str:
    """What a lab tells ``Config`` so that it trains the book's own runs: their registered seeds."""
    config = figure.record["config"]
    return f"{FIRST_SEED}={config[FIRST_SEED]}" if config.get(FIRST_SEED) else ""


def _claims(figure: Figure, book: Book, chapter: str) -> list[Prose]:
    lang, word = book.lang, writer(book.lang)
    items = [
        word(
            "lab_claim",
            id=claim["id"],
            place=f"{chapter}#{claim_anchor(claim['id'])}",
            source=said_in(claim["source"], book.library, lang),
            statement=_dollars(claim["statement"][lang]),
            quantity=_dollars(claim["quantity"][lang]),
            bound=_dollars(bound_and_reason(claim["bound"], lang, claim["estimate"])),
        )
        for claim in figure.claims
        if claim["verdict"] is not None
    ]
    listed = "\n".join(f"- {item}" for item in items)
    return [Prose(f"{figure.name}-claims", (word("lab_claims"), listed))] if items else []


def _dollars(text: str) -> str:
    r"""A text of a record as notebooks read it: one line, formulas between dollar signs."""
    parts, last = [], 0
    for token in Source(text, "").tokens:
        if token.kind in ("display", "inline"):
            parts += [text[last : token.start], f"${token.body.strip()}$"]
            last = token.end
    return " ".join("".join([*parts, text[last:]]).split())
