"""``[[play]]``: every explorable of the book on one page, in the order of its chapters."""

from dlbook.site.pages.explorables import explore_section
from dlbook.site.reading import inline
from dlbook.site.reading.book import Book, Place, placed
from dlbook.site.reading.late import Piece
from dlbook.site.reading.words import word

BLOCK = "play"


def play(book: Book, place: Place) -> Piece:
    """Each explorable with its picture, ready to be opened, and the way to where it is explained.

    Raises:
        PageError: a figure gives nothing to an explorable that a chapter places.
    """
    found = [
        (name, page) for page in book.chapters for name, _ in placed(book.pages[page], "explore")
    ]
    scriptless = f'<p class="dl-scriptless">{word("explore_scriptless", book.lang)}</p>'
    html = "\n".join(
        explore_section(name, book, place, level=2, foot=_way(name, page, book, place))
        for name, page in found
    )
    return Piece("", f"{scriptless}\n{html}", anchors=tuple(f"explore-{name}" for name, _ in found))


def _way(name: str, page: str, book: Book, place: Place) -> str:
    title = inline.to_html(book.title(page), book.typesetter)
    link = f'<a href="{place.link(page)}#explore-{name}">{title}</a>'
    return f'<p class="dl-explore__chapter">{word("explore_chapter", book.lang, title=link)}</p>'
