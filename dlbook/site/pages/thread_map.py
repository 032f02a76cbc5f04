"""The plan: ``[[heart]]``, what the book tells apart, and ``[[thread]]``, all its chapters."""

from html import escape

from dlbook.base.language import say
from dlbook.site.pages.chapter_cards import entry_of, said
from dlbook.site.reading import inline
from dlbook.site.reading.book import Book, Place
from dlbook.site.reading.chapter_entry import SIDES, Chapter
from dlbook.site.reading.late import Piece
from dlbook.site.reading.words import word

BLOCK = "thread"


def heart(book: Book, place: Place) -> Piece:
    """Representable ≠ reachable ≠ generalising, each with its question and its chapters."""
    lang = book.lang
    sides = '<li aria-hidden="true" class="dl-heart__sign">≠</li>\n'.join(
        f"<li><strong>{word(side, lang)}</strong><span>{word(f'asks_{side}', lang)}</span>"
        f"{_about(side, book, place)}</li>\n"
        for side in SIDES
    )
    sentence = word("heart", lang)
    return Piece(sentence, f'<ul class="dl-heart" aria-label="{escape(sentence)}">\n{sides}</ul>')


def _about(side: str, book: Book, place: Place) -> str:
    links = [
        f'<a href="{place.link(page)}">{inline.to_html(book.title(page), book.typesetter)}</a>'
        for page in book.chapters
        if side in entry_of(page, book).about
    ]
    return f"<small>{word('list', book.lang).join(links)}</small>" if links else ""


def thread_map(book: Book, place: Place) -> Piece:
    """Every chapter of the plan in order: those that are written as links, the others without.

    Raises:
        PageError: a chapter has no question.
    """
    stations = "\n".join(_station(chapter, book, place) for chapter in book.thread)
    written, planned = len(book.chapters), len(book.thread)
    count = word("thread_count", book.lang, written=written, planned=planned)
    html = f'<p class="dl-thread__count">{count}</p>\n<ol class="dl-thread">\n{stations}\n</ol>'
    return Piece(count, html)


def _station(chapter: Chapter, book: Book, place: Place) -> str:
    lang = book.lang
    sides = "".join(f'<span class="dl-side">{word(side, lang)}</span>' for side in chapter.about)
    if chapter.page in book.chapters:
        title = inline.to_html(book.title(chapter.page), book.typesetter)
        title = f'<a href="{place.link(chapter.page)}">{title}</a>'
        question, state = said(book.pages[chapter.page], "question"), ""
    elif chapter.title and chapter.question:
        title = escape(say(chapter.title, lang))
        title += f' <span class="dl-thread__state">{word("to_come", lang)}</span>'
        question, state = say(chapter.question, lang), ' class="dl-thread__coming"'
    else:
        return ""  # its page is missing, which is said of the list
    return (
        f'<li{state}><span class="dl-thread__title">{title}</span>'
        f' <span class="dl-thread__question">{escape(question)}</span> {sides}</li>'
    )
