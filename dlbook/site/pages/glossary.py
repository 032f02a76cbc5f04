"""The glossary: every term with its names, its definition, and the chapters that use it."""

from html import escape

from dlbook.base.language import LANGUAGES, Pair, say
from dlbook.site.reading import inline
from dlbook.site.reading.anchors import term_anchor
from dlbook.site.reading.book import Book, Place
from dlbook.site.reading.late import Piece, Section
from dlbook.site.reading.mentions import mentioned
from dlbook.site.reading.terms import Term
from dlbook.site.reading.words import word

BLOCK = "glossary"
_HTML_LANG: Pair = ("zh-Hans", "en")


def glossary(book: Book, place: Place) -> Piece:
    """The list of the book's terms, as its language sorts them."""
    terms = sorted(book.terms, key=lambda term: term.sort_key(book.lang))
    uses = {page: mentioned(book.pages[page], terms, book.lang) for page in book.chapters}
    entries = []
    for term in terms:
        pages = [page for page, used in uses.items() if term.id in used]
        entries.append(_entry(term, book, place, pages))
    return Piece(
        "",
        f'<dl class="dl-glossary">\n{"".join(entries)}</dl>',
        anchors=tuple(term_anchor(term.id) for term in terms),
        sections=tuple(_section(term, book.lang) for term in terms),
    )


def other_name(term: Term, lang: str) -> str:
    """The term's name in the other language, marked as such; ``""`` if it is the same."""
    other = next(each for each in LANGUAGES if each != lang)
    name = escape(term.names[other])
    if term.names[other] == term.names[lang]:
        return ""
    return f'<span class="dl-glossary__other" lang="{say(_HTML_LANG, other)}">{name}</span>'


def _section(term: Term, lang: str) -> Section:
    """What the search finds: the name, the definition, and the other names in both languages."""
    others = dict.fromkeys(form for each in LANGUAGES for form in term.forms(each))
    names = " · ".join(form for form in others if form != term.names[lang])
    return Section(
        term_anchor(term.id), term.names[lang], f"{term.definition[lang]} {names}".strip()
    )


def _entry(term: Term, book: Book, place: Place, pages: list[str]) -> str:
    name, definition = escape(term.names[book.lang]), escape(term.definition[book.lang])
    links = " ".join(
        f'<a href="{place.link(page)}">{escape(inline.to_plain(book.title(page)))}</a>'
        for page in pages
    )
    if links:
        used = word("used-in", book.lang)
        definition += f'<span class="dl-glossary__uses">{used} {links}</span>'
    return (
        f'<div id="{term_anchor(term.id)}"><dt><dfn>{name}</dfn> {other_name(term, book.lang)}</dt>'
        f"<dd>{definition}</dd></div>\n"
    )
