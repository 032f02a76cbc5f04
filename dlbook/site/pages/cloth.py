"""What a page was woven into, kept so that the check and the builder need to weave it only once.

It is laid down for the builder only where weaving again would give the same: for the same text,
at a place with the same ways from it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dlbook.site.pages.weave import Weaver, Woven
from dlbook.site.reading.book import Book, Place
from dlbook.site.reading.source import Source

_HELD = re.compile("\x02held:(\\d+)\x03")  # no page holds these characters; Markdown drops them


@dataclass(frozen=True)
class Cloth:
    """A woven page. ``held`` is what is kept from Markdown, ``ways`` what links were asked for."""

    source: Source
    root: str
    ways: Mapping[str, str]
    held: tuple[str, ...]
    woven: Woven

    def fits(self, source: Source, place: Place) -> bool:
        """Whether this is what weaving ``source`` at ``place`` would give."""
        mine = self.source
        return (
            (mine.text, mine.path, mine.first_line) == (source.text, source.path, source.first_line)
            and self.root == place.root
            and all(place.link(target) == way for target, way in self.ways.items())
        )

    def lay(self, hold: Callable[[str], str]) -> Woven:
        """The woven page; what was kept from Markdown is handed to ``hold``, in its order."""
        text = _HELD.sub(lambda match: hold(self.held[int(match[1])]), self.woven.text)
        return Woven(text, self.woven.pieces, self.woven.problems)


def woven_once(book: Book, source: Source, place: Place) -> Cloth:
    """Weave a page, and keep what it takes to tell where the result fits."""
    held: list[str] = []
    ways: dict[str, str] = {}

    def hold(html: str) -> str:
        held.append(html)
        return f"\x02held:{len(held) - 1}\x03"

    def link(target: str) -> str:
        ways[target] = place.link(target)
        return ways[target]

    woven = Weaver(book, source, Place(place.page, place.root, link), hold).weave()
    return Cloth(source, place.root, ways, tuple(held), woven)
