"""The figures in the order of the gallery: by chapter, each where a page places it first."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from dlbook.site.reading.book import Book

FOLDER = "figures"


@dataclass(frozen=True)
class Exhibit:
    """A figure and the page that places it first, with its number there; ``""`` and 0 if none."""

    name: str
    page: str = ""
    number: int = 0


def own_page(name: str) -> str:
    """The page that belongs to a figure, by its Markdown path."""
    return f"{FOLDER}/{name}.md"


def exhibits(book: Book) -> list[Exhibit]:
    """Every figure that has a script, those that no page places at the end."""
    names = book.shelf.names
    shown = [Exhibit(name, *book.figures[name][0]) for name in book.figures if name in names]
    return shown + [Exhibit(name) for name in names if name not in book.figures]


def by_page(shown: Sequence[Exhibit]) -> list[tuple[str, list[Exhibit]]]:
    """The same, with the page that each group stands on."""
    return [(page, list(group)) for page, group in groupby(shown, lambda each: each.page)]
