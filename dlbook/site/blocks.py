"""The blocks that a page places by a single word, ``[[tally]]``: made from the book as a whole.

A block is a function of the book and of the place where it stands. A new one gets a module of its
own and a line here.
"""

from collections.abc import Callable, Mapping

from dlbook.site.book import Book, Place
from dlbook.site.changes import changes
from dlbook.site.citations import BIBLIOGRAPHY, SOURCES, bibliography, sources
from dlbook.site.claim_html import tally_html
from dlbook.site.gallery import gallery
from dlbook.site.glossary import BLOCK as GLOSSARY
from dlbook.site.glossary import glossary
from dlbook.site.lab_html import BLOCK as LAB
from dlbook.site.lab_html import link as lab
from dlbook.site.late import Piece
from dlbook.site.ledger import ledger

Block = Callable[[Book, Place], Piece]


def _tally(book: Book, _: Place) -> Piece:
    return Piece("", tally_html(book.shelf, book.lang))


BLOCKS: Mapping[str, Block] = {
    "tally": _tally,
    "ledger": ledger,
    "gallery": gallery,
    "changes": changes,
    SOURCES: sources,
    BIBLIOGRAPHY: bibliography,
    GLOSSARY: glossary,
    LAB: lab,
}
