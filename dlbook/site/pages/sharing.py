"""What stands for a page where its link is shared: the card of one of its figures."""

from dlbook.site.labs import lab_html
from dlbook.site.pages.chapter_cards import picture_of
from dlbook.site.pages.exhibits import FOLDER
from dlbook.site.reading import inline
from dlbook.site.reading.book import Book, placed
from dlbook.site.reading.pictures import card_path
from dlbook.site.reading.problems import PageError

HOME = "index.md"
_PICTURE = "picture"  # in the front matter of a page that is no chapter


def shared_card(book: Book, uri: str) -> tuple[str, str]:
    """The way to a page's card from the site's root, and what it shows; ``""`` twice if none.

    ``uri`` is the path of any page: written, generated, or a lab's.
    """
    name = _figure(book, uri) or _figure(book, HOME)
    try:
        figure = book.shelf.figure(name)
    except PageError:
        return "", ""  # said where a page places it
    return card_path(name, book.lang), inline.to_plain(figure.text("title", book.lang))


def _figure(book: Book, uri: str) -> str:
    """The figure that stands for a page, ``""`` if none does."""
    folder, _, file = uri.rpartition("/")
    if folder == FOLDER:
        return file.removesuffix(".md")
    page = lab_html.chapters(book).get(uri, uri)
    if page in book.chapters:
        return _of_chapter(book, page)
    if page not in book.pages:
        return ""
    source = book.pages[page]
    first = next((name for name, _ in placed(source, "figure")), "")
    return str(source.front.get(_PICTURE, first))


def _of_chapter(book: Book, page: str) -> str:
    try:
        return picture_of(page, book)
    except PageError:
        return ""  # said of the list
