"""Every judged claim of a book with its figure and its place, in the order of reading."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dlbook.site.pages import provenance
from dlbook.site.reading.book import Book
from dlbook.site.reading.shelf import Figure

_NOWHERE = ""
REMARK = "remark"


@dataclass(frozen=True)
class Entry:
    """A judged claim and its figure.

    ``page`` is the first page that shows the claim's row, ``""`` if none does; ``number`` is the
    figure's number on that page, 0 if it is not placed there.
    """

    claim: Mapping[str, Any]
    figure: Figure
    page: str
    number: int

    @property
    def verdict(self) -> str:
        """One of the verdicts, or ``"remark"`` for what has none."""
        return self.claim["verdict"] or REMARK

    @property
    def standings(self) -> tuple[str, ...]:
        """What it is looked up by: its verdict, or ``"remark"`` and of which kind."""
        return (REMARK, self.claim["kind"]) if self.verdict == REMARK else (self.verdict,)

    @property
    def sources(self) -> tuple[str, ...]:
        """The keys of what the claim was said in."""
        return provenance.source_keys(self.claim["source"])

    @property
    def chapter(self) -> str:
        """The page's name in an address: ``folding``; ``unplaced`` if there is none."""
        return self.page.removesuffix(".md") or "unplaced"


def entries(book: Book) -> list[Entry]:
    """Every judged claim, in the order of pages and of the figures on them; homeless ones last."""
    order = {page: rank for rank, page in enumerate((*book.pages, _NOWHERE))}
    found = []
    for claim_id, (figure, claim) in book.shelf.claims.items():
        page = book.tables.get(claim_id, (_NOWHERE,))[0]
        number = dict(book.figures.get(figure.name, ())).get(page, 0)
        found.append(Entry(claim, figure, page, number))
    return sorted(found, key=lambda entry: (order[entry.page], entry.number))
