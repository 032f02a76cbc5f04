"""Where the book and its code can be had, on every page, and the block ``[[archive]]`` in full."""

from collections.abc import Iterator
from html import escape

from dlbook.site.reading import inline
from dlbook.site.reading.address import ARCHIVE, BOOK_LICENCE, LICENCES, Address
from dlbook.site.reading.book import Book, Place
from dlbook.site.reading.late import Piece
from dlbook.site.reading.words import word, writer

BLOCK = "archive"
_SHOWN = 12  # digits of a commit that tell versions apart


def colophon(lang: str, address: Address, root: str) -> str:
    """The foot of a page: licences, the source, and whichever addresses the book has."""
    items = "".join(f"<li>{item}</li>" for item in _items(lang, address, root))
    return f'<ul class="dl-colophon">{items}</ul>'


def _items(lang: str, address: Address, root: str) -> Iterator[str]:
    word = writer(lang)
    yield _link(root + BOOK_LICENCE, word("colophon_licence"))
    yield _link(root + LICENCES, word("colophon_notices"))
    yield _link(root + ARCHIVE, word("colophon_source"), " download")
    if address.repository:
        yield _link(address.repository, word("colophon_repository"))
    if address.site:
        yield _link(address.site, escape(_bare(address.site)))


def _link(way: str, text: str, more: str = "") -> str:
    return f'<a href="{escape(way)}"{more}>{text}</a>'


def _bare(address: str) -> str:
    return address.partition("://")[2].rstrip("/")


def archive_way(book: Book, place: Place) -> Piece:
    """The way to the source of the very site that is read, and to the repository if it has one."""
    address, lang = book.address, book.lang
    commit = address.commit[:_SHOWN] + "+" * address.commit.endswith("+")
    version = word("archive_version", lang, commit=commit) if commit else ""
    text = word("archive", lang, archive=place.root + ARCHIVE, version=version)
    if address.repository:
        text += word("archive_repository", lang, repository=address.repository)
    return Piece("", f"<p>{inline.to_html(text, book.typesetter)}</p>")


def address_html(address: Address) -> str:
    """The address by which a work of the book is cited, if it has one."""
    return next((_link(known, escape(_bare(known))) for known in address.known), "")
