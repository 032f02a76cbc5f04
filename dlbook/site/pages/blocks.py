"""The blocks that a page places by a single word, ``[[tally]]``: made from the book as a whole.

A block is a function of the book and of the place where it stands, to a piece of HTML or to text,
which is Markdown. A new one gets a module of its own and a line here.
"""

from collections.abc import Callable, Mapping

from dlbook.site.labs.lab_html import BLOCK as LAB
from dlbook.site.labs.lab_html import link as lab
from dlbook.site.pages.chapter_cards import BLOCK as CHAPTERS
from dlbook.site.pages.chapter_cards import chapter_cards
from dlbook.site.pages.citations import BIBLIOGRAPHY, SOURCES, bibliography, sources
from dlbook.site.pages.claim_lines import LEDGER
from dlbook.site.pages.colophon import BLOCK as ARCHIVE
from dlbook.site.pages.colophon import archive_way
from dlbook.site.pages.contested import BLOCK as CONTESTED
from dlbook.site.pages.contested import contested
from dlbook.site.pages.gallery import gallery
from dlbook.site.pages.glossary import BLOCK as GLOSSARY
from dlbook.site.pages.glossary import glossary
from dlbook.site.pages.ledger import ledger
from dlbook.site.pages.play import BLOCK as PLAY
from dlbook.site.pages.play import play
from dlbook.site.pages.seed_map import seed_map
from dlbook.site.pages.tally import tally
from dlbook.site.pages.thread_map import BLOCK as THREAD
from dlbook.site.pages.thread_map import heart, thread_map
from dlbook.site.pages.what_moved import what_moved
from dlbook.site.reading.book import Book, Place
from dlbook.site.reading.late import Piece

Block = Callable[[Book, Place], Piece | str]


BLOCKS: Mapping[str, Block] = {
    "tally": tally,
    CHAPTERS: chapter_cards,
    THREAD: thread_map,
    "heart": heart,
    "seed-map": seed_map,
    CONTESTED: contested,
    LEDGER: ledger,
    "gallery": gallery,
    "changes": what_moved,
    SOURCES: sources,
    BIBLIOGRAPHY: bibliography,
    GLOSSARY: glossary,
    LAB: lab,
    ARCHIVE: archive_way,
    PLAY: play,
}
