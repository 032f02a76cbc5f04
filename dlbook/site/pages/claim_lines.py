"""The claims of a section, a line each: its verdict and what it says; what decided unfolds below.

The whole table is the ledger's, and that of the figure's own page. A line is a ``<details>``, which
works without scripts and by the keyboard; ``book.js`` opens the one that an address names.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from dlbook.record.registrations import REGISTERED
from dlbook.site.pages.claim_html import permalink, proof_html, standing, truth_html
from dlbook.site.pages.foreknown import when_bound
from dlbook.site.pages.provenance import writer_of_sources
from dlbook.site.reading import inline
from dlbook.site.reading.anchors import claim_anchor, ledger_anchor
from dlbook.site.reading.book import Book, Place
from dlbook.site.reading.shelf import Figure
from dlbook.site.reading.words import word

LEDGER = "ledger"  # the block that holds every claim
_FIRST = ("refuted", "conditional", "inconclusive", "supported", None)


def in_order(claims: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """What does not simply hold first, remarks last; among equals as the script has them."""
    return sorted(claims, key=lambda claim: _FIRST.index(claim["verdict"]))


def claim_lines_html(figure: Figure, book: Book, place: Place) -> str:
    """Every claim that a figure judges, folded.

    Raises:
        PageError: a formula in a claim is refused.
    """
    label = word("claims", book.lang, figure=inline.to_plain(figure.text("title", book.lang)))
    lines = "\n".join(_line(claim, figure, book, place) for claim in in_order(figure.claims))
    return (
        f'<ul class="dl-claim-lines" role="list" aria-label="{inline.attribute(label)}">\n'
        f"{lines}\n</ul>"
    )


def _line(claim: Mapping[str, Any], figure: Figure, book: Book, place: Place) -> str:
    statement = inline.to_html(claim["statement"][book.lang], book.typesetter)
    facts = (
        ("evidence", proof_html(claim, book.lang, book.typesetter)),
        ("truth", truth_html(claim, book.lang, book.typesetter)),
    )
    rows = "".join(
        f"<div><dt>{word(key, book.lang)}</dt><dd>{html}</dd></div>" for key, html in facts if html
    )
    listed = f'<dl class="dl-claim__facts">{rows}</dl>' if rows else ""
    return (
        f'<li><details class="dl-claim" id="{claim_anchor(claim["id"])}">'
        f"<summary>{standing(claim, book.lang)} <span>{statement}</span></summary>"
        f'{listed}<p class="dl-claims__note">{_note(claim, figure, book, place)}</p>'
        "</details></li>"
    )


def _note(claim: Mapping[str, Any], figure: Figure, book: Book, place: Place) -> str:
    """Its number, kind and source, when its bound was written down, and the way to the ledger."""
    parts = [
        permalink(claim, claim_anchor(claim["id"]), book.lang),
        word(claim["kind"], book.lang),
        writer_of_sources(book, place)(claim["source"]),
    ]
    if REGISTERED in figure.record and claim["verdict"]:
        parts.append(when_bound(figure, claim, book.lang))
    home = book.home(LEDGER)
    if home is not None:
        way = f"{place.link(home)}#{ledger_anchor(claim['id'])}"
        parts.append(f'<a href="{way}">{word("in_ledger", book.lang)}</a>')
    return " · ".join(parts)
