"""The gallery: every figure that a page places, by chapter, for those who want to take one along.

The pictures are files that are loaded near the screen, so the page stays light. The search is given
nothing: it finds each figure in its chapter.
"""

from collections.abc import Mapping
from contextlib import suppress
from html import escape
from typing import Any

from dlbook.site.pages.claim_html import standing
from dlbook.site.pages.exhibits import by_page, exhibits, own_page
from dlbook.site.pages.figure_html import downloads, licence_html
from dlbook.site.reading import inline
from dlbook.site.reading.address import Address
from dlbook.site.reading.anchors import claim_anchor
from dlbook.site.reading.book import Book, Place
from dlbook.site.reading.late import Piece
from dlbook.site.reading.pictures import images
from dlbook.site.reading.problems import PageError
from dlbook.site.reading.shelf import Figure
from dlbook.site.reading.words import word


def gallery(book: Book, place: Place) -> Piece:
    """The figures of each page in its order; a figure stands where it is placed first.

    Raises:
        PageError: a picture is damaged, or a formula in a title is refused.
    """
    shown = _by_page(book)
    book.typesetter.prepare(
        formula
        for figures in shown.values()
        for figure, _ in figures
        for formula in inline.formulas(figure.text("title", book.lang))
    )
    html = "\n".join(_section(page, figures, book, place) for page, figures in shown.items())
    anchors = [_section_anchor(page) for page in shown]
    anchors += [_card_anchor(figure) for figures in shown.values() for figure, _ in figures]
    return Piece("", html, anchors=tuple(anchors))


def _by_page(book: Book) -> dict[str, list[tuple[Figure, int]]]:
    """For each page that shows figures first, these with their numbers there."""
    found: dict[str, list[tuple[Figure, int]]] = {}
    for page, shown in by_page([each for each in exhibits(book) if each.page]):
        for each in shown:
            with suppress(PageError):  # said where the page places the figure
                found.setdefault(page, []).append((book.shelf.figure(each.name), each.number))
    return found


def _section(page: str, figures: list[tuple[Figure, int]], book: Book, place: Place) -> str:
    title = inline.to_html(book.title(page), book.typesetter)
    cards = "\n".join(_card(figure, page, number, book, place) for figure, number in figures)
    return (
        f'<h2 id="{_section_anchor(page)}"><a href="{place.link(page)}">{title}</a></h2>\n'
        f'<ul class="dl-gallery">\n{cards}\n</ul>'
    )


def _section_anchor(page: str) -> str:
    return f"figures-{page.removesuffix('.md').replace('/', '-')}"


def _card_anchor(figure: Figure) -> str:
    return f"card-{figure.name}"


def _card(figure: Figure, page: str, number: int, book: Book, place: Place) -> str:
    """A figure's picture, title, verdicts and files; the title's link covers the picture."""
    lang = book.lang
    chapter = f"{place.link(page)}#fig-{figure.name}"
    label = word("figure", lang, number=number)
    title = inline.to_html(figure.text("title", lang), book.typesetter)
    ways = _ways(figure, chapter, label, lang, place.root, book.address)
    picture = images(figure, lang, place.root, inline.attribute(figure.text("alt", lang)))
    return (
        f'<li class="dl-card"><div class="dl-card__head">{picture}\n'
        f'<h3 id="{_card_anchor(figure)}"><a href="{place.link(own_page(figure.name))}">'
        f'<span class="dl-figure__number">{label}{word("numbered", lang)}</span>{title}</a></h3>'
        "</div>\n"
        f"{_verdicts(figure, book, place)}\n{ways}</li>"
    )


def _verdicts(figure: Figure, book: Book, place: Place) -> str:
    def item(claim: Mapping[str, Any]) -> str:
        shown = f"{standing(claim, book.lang)} {escape(claim['id'])}"
        pages = book.tables.get(claim["id"], ())
        if pages:
            shown = f'<a href="{place.link(pages[0])}#{claim_anchor(claim["id"])}">{shown}</a>'
        return f"<li>{shown}</li>"

    return f'<ul class="dl-card__verdicts">{"".join(map(item, figure.claims))}</ul>'


def _ways(figure: Figure, chapter: str, label: str, lang: str, root: str, address: Address) -> str:
    """To its place in the text, and to its files."""
    files = "".join(
        f'<li><a href="{root}{path}" download>{word(key, lang)}</a></li>'
        for key, path in downloads(figure.name, lang)
    )
    return (
        f'<ul class="dl-card__files">'
        f'<li><a href="{chapter}">{word("in_text", lang, figure=label)}</a></li>{files}</ul>'
        f'<p class="dl-card__licence">{licence_html(figure, lang, address)}</p>'
    )
