"""What a claim was said in: lettered material (``Source A §6``) or a paper (``Telgarsky 2015``)."""

import re
from collections.abc import Callable
from html import escape

from dlbook.site.pages.citations import BIBLIOGRAPHY
from dlbook.site.reading.book import Book, Place
from dlbook.site.reading.literature import CitableWork
from dlbook.site.reading.said_in import said_in
from dlbook.site.reading.words import word, writer

PAPERS = "beyond"
Write = Callable[[str], str]
_MATERIAL = re.compile(r"\bSource ([A-Z])\b")


def source_keys(source: str) -> tuple[str, ...]:
    """What a claim's source belongs to: the letters of material, or else :data:`PAPERS`."""
    return tuple(dict.fromkeys(_MATERIAL.findall(source))) or (PAPERS,)


def name(book: Book, key: str) -> str:
    """A key of :func:`source_keys` in words, with author and title if the library knows it."""
    if key == PAPERS:
        return word("papers", book.lang)
    shorthand = f"Source {key}"
    works = (_in_words(work, book.lang) for work in book.library.sources(shorthand))
    return " · ".join([said_in(shorthand, book.library, book.lang), *works])


def writer_of_sources(book: Book, place: Place) -> Write:
    """A function that writes a claim's source as HTML.

    It leads to the bibliography, if a page holds it, and carries author and title as a tooltip.
    """
    home = book.home(BIBLIOGRAPHY)

    def write(source: str) -> str:
        works = book.library.sources(source)
        said = escape(said_in(source, book.library, book.lang))
        if not works:
            return said
        title = escape("; ".join(_in_words(work, book.lang) for work in works))
        if home is None:
            return f'<abbr title="{title}">{said}</abbr>'
        way = f"{place.link(home)}#work-{works[0].key}"
        return f'<a href="{way}" title="{title}">{said}</a>'

    return write


def _in_words(work: CitableWork, lang: str) -> str:
    say = writer(lang)
    names = work.names(lang, say("and"))
    return say("work", names=names, title=work.title(lang))
