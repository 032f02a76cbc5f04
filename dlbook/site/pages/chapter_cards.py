"""``[[chapters]]``: each chapter by its picture, its question and what it asks for."""

from html import escape

from dlbook.site.pages.reading_time import minutes
from dlbook.site.reading import inline
from dlbook.site.reading.book import Book, Place, placed
from dlbook.site.reading.chapter_entry import LISTED, Chapter
from dlbook.site.reading.late import Piece
from dlbook.site.reading.pictures import images
from dlbook.site.reading.problems import PageError, Problem
from dlbook.site.reading.shelf import Figure
from dlbook.site.reading.source import Source
from dlbook.site.reading.typed_numbers import typed_numbers
from dlbook.site.reading.words import word

BLOCK = "chapters"
_FRONT = {
    "question": "the question that it answers",
    "summary": "a sentence or two on what it is about",
    "needs": "what its reader has to know",
}


def chapter_cards(book: Book, place: Place) -> Piece:
    """The chapters that are written, in order; the title's link covers the picture.

    Raises:
        PageError: a chapter lacks a text, or has one that is more than words, or the figure that
            stands for it is not one of its own.
    """
    cards = "\n".join(_card(page, book, place) for page in book.chapters)
    plain = " ".join(said(book.pages[page], "question") for page in book.chapters)
    return Piece(plain, f'<ol class="dl-gallery dl-chapters">\n{cards}\n</ol>')


def said(source: Source, key: str) -> str:
    """One of the texts in the front matter of a chapter.

    Raises:
        PageError: there is none, or it is more than words.
    """
    text = source.front.get(key)
    if not isinstance(text, str):
        wants = f"{source.path} needs '{key}: …' in its front matter"
        raise PageError(f"[[{BLOCK}]]: {wants}, {_FRONT[key]}")
    words = Source(text, source.path)
    if words.tokens or typed_numbers(words):
        raise PageError(f"[[{BLOCK}]]: the {key} of {source.path} is words only, no results")
    return text


def picture_of(page: str, book: Book) -> str:
    """The figure that stands for a chapter: the one that the list names, or the first placed.

    Raises:
        PageError: the list names one that the page does not place.
    """
    entry = entry_of(page, book)
    names = [name for name, _ in placed(book.pages[page], "figure")]
    if entry.picture and entry.picture not in names:
        message = f"'{entry.picture}' stands for '{entry.name}', whose page does not place it"
        error = PageError(f"{message}; name one of {', '.join(names) or 'its figures'}")
        error.problem = Problem(LISTED, entry.line, str(error))
        raise error
    return entry.picture or next(iter(names), "")


def entry_of(page: str, book: Book) -> Chapter:
    """What the list of chapters says of a page."""
    return next(
        (each for each in book.thread if each.page == page), Chapter(page.removesuffix(".md"), 0)
    )


def _card(page: str, book: Book, place: Place) -> str:
    source, lang = book.pages[page], book.lang
    name = picture_of(page, book)
    picture = _picture(book.shelf.figure(name), lang, place.root) if name else ""
    title = inline.to_html(book.title(page), book.typesetter)
    question, summary = (escape(said(source, key)) for key in ("question", "summary"))
    return (
        f'<li class="dl-card"><div class="dl-card__head">{picture}\n'
        f'<h3 id="chapter-{page.removesuffix(".md")}"><a href="{place.link(page)}">{title}</a></h3>'
        "</div>\n"
        f'<p class="dl-card__question">{question}</p>\n<p>{summary}</p>\n'
        f"{_facts(page, book, place)}</li>"
    )


def _picture(figure: Figure, lang: str, root: str) -> str:
    return images(figure, lang, root, inline.attribute(figure.text("title", lang)))


def _facts(page: str, book: Book, place: Place) -> str:
    """How long it takes, what it asks for, and what is read before it."""
    lang = book.lang
    time = word("reading_time", lang, minutes=minutes(book.pages[page]))
    rows = [("takes", escape(time)), ("needs", escape(said(book.pages[page], "needs")))]
    before = [f"{name}.md" for name in entry_of(page, book).after]
    links = [
        f'<a href="{place.link(each)}">{inline.to_html(book.title(each), book.typesetter)}</a>'
        for each in before
        if each in book.chapters
    ]
    if links:
        rows.append(("read_before", word("list", lang).join(links)))
    return "".join(
        f"<div><dt>{word(key, lang)}</dt><dd>{html}</dd></div>" for key, html in rows
    ).join(('<dl class="dl-card__facts">', "</dl>"))
