"""The ledger: every claim that the book has judged, in one table with sums and filters.

Filters and the way to each chapter stay in sight while the table scrolls; sums are folded above.
The page is complete without scripts; ``book.js`` only hides rows, and keeps the choice in the
address. The search is given nothing: it finds each claim in its chapter.
"""

from html import escape
from itertools import groupby

from dlbook.site.pages.claim_html import claim_row, claims_table_html
from dlbook.site.pages.entries import Entry, entries
from dlbook.site.pages.evidence_html import holds_everywhere
from dlbook.site.pages.exhibits import own_page
from dlbook.site.pages.facets import Facet, facets, filters_html, sums_html
from dlbook.site.pages.foreknown import sum_of_bounds, when_bound
from dlbook.site.pages.interval import interval_svg
from dlbook.site.pages.provenance import Write, writer_of_sources
from dlbook.site.reading import inline
from dlbook.site.reading.anchors import CLAIMS_DATA, claim_anchor, ledger_anchor
from dlbook.site.reading.book import Book, Place
from dlbook.site.reading.late import Piece
from dlbook.site.reading.words import word

# What an address asks for is all that is ever painted; book.js, which comes later, takes over.
_BEFORE_PAINT = """<script>{
const asked = new URLSearchParams(location.search);
const fits = [...document.querySelectorAll(".dl-filters select")]
  .filter(({name}) => name !== "order")
  .map(({name, options}) => [name, [...options].map(({value}) => value), asked.get(name)])
  .filter(([, values, value]) => value ? values.includes(value) : false)
  .map(([name, , value]) => `[data-${name}~=${JSON.stringify(value)}]`).join("");
const rows = `.dl-claims tr[data-verdict]:not(${fits}), .dl-claims tbody:not(:has(${fits}))`;
const style = document.createElement("style");
style.id = "dl-asked";
style.textContent = fits ? `${rows} { display: none }` : "";
document.currentScript.after(style);
}</script>"""


def ledger(book: Book, place: Place) -> Piece:
    """Sums by chapter and by source, filters, ways to the chapters, and the table.

    Raises:
        PageError: a formula in a claim is refused.
    """
    found = entries(book)
    book.typesetter.prepare(
        formula
        for figure in {entry.figure.name: entry.figure for entry in found}.values()
        for sentence in figure.sentences(book.lang)
        for formula in inline.formulas(sentence)
    )
    by_chapter, by_source, by_verdict = facets(book, found)
    judged = ((entry.figure, entry.claim) for entry in found)
    sums = (
        f'<p class="dl-bounds">{sum_of_bounds(judged, book.lang)}</p>'
        f'<div class="dl-sums">{sums_html(by_chapter, found, book.lang)}'
        f"{sums_html(by_source, found, book.lang)}</div>"
    )
    filters = filters_html((by_verdict, by_source, by_chapter), found, book.lang)
    parts = (
        f"<details><summary>{word('sums', book.lang)}</summary>{sums}</details>",
        f'<p class="dl-ledger-data">{_data(place, book.lang)}</p>',
        f'<div class="dl-ledger-bar">{filters}{_jumps(by_chapter, book.lang)}</div>',
        _BEFORE_PAINT,
        _table(found, book, place),
    )
    anchors = (*map(_group_anchor, by_chapter.labels), *map(_anchor, found))
    return Piece("", "\n".join(parts), anchors=anchors)


def _jumps(by_chapter: Facet, lang: str) -> str:
    """The way to the claims of each chapter."""
    links = "".join(
        f'<a href="#{_group_anchor(key)}" data-chapter="{escape(key)}">{escape(label)}</a>'
        for key, label in by_chapter.labels.items()
    )
    return f'<nav class="dl-jumps" aria-label="{word("jumps", lang)}">{links}</nav>'


def _data(place: Place, lang: str) -> str:
    file = f'<a href="{place.root}{CLAIMS_DATA}" download=""><code>claims.json</code></a>'
    return word("ledger_data", lang, file=file)


def _table(found: list[Entry], book: Book, place: Place) -> str:
    said_in = writer_of_sources(book, place)
    bodies = (
        f'<tbody role="rowgroup">\n{_heading(chapter, page, book, place)}\n'
        + "\n".join(_row(entry, book, place, said_in) for entry in group)
        + "\n</tbody>"
        for (chapter, page), group in groupby(found, lambda entry: (entry.chapter, entry.page))
    )
    return claims_table_html(word("ledger", book.lang), "\n".join(bodies), book.lang)


def _heading(chapter: str, page: str, book: Book, place: Place) -> str:
    title = word("unplaced", book.lang)
    if page:
        text = inline.to_html(book.title(page), book.typesetter)
        title = f'<a href="{place.link(page)}">{text}</a>'
    return (
        f'<tr role="row" class="dl-claims__group" id="{_group_anchor(chapter)}">'
        f'<th role="rowheader" scope="rowgroup" colspan="4">{title}</th></tr>'
    )


def _row(entry: Entry, book: Book, place: Place, said_in: Write) -> str:
    claim = entry.claim
    attributes = (
        f'id="{_anchor(entry)}" data-verdict="{" ".join(entry.standings)}"'
        f' data-kind="{claim["kind"]}" data-source="{" ".join(entry.sources)}"'
        f' data-chapter="{escape(entry.chapter)}"'
    )
    picture = ""
    if claim["verdict"] and "settings" not in claim and not holds_everywhere(claim):
        picture = interval_svg(claim["estimate"], claim["bound"], book.lang)
    note = _note(entry, book, place, said_in)
    return claim_row(claim, book.lang, book.typesetter, note, attributes, picture)


def _note(entry: Entry, book: Book, place: Place, said_in: Write) -> str:
    """Where the claim was made, where the book judges it, and the page of what judged it."""
    claim, lang = entry.claim, book.lang
    parts = [escape(claim["id"]), word(claim["kind"], lang), said_in(claim["source"])]
    if entry.page:
        way = f"{place.link(entry.page)}#{claim_anchor(claim['id'])}"
        parts[0] = f'<a href="{way}">{parts[0]}</a>'
    if entry.number:
        figure = word("figure", lang, number=entry.number)
        parts.append(f'<a href="{place.link(entry.page)}#fig-{entry.figure.name}">{figure}</a>')
    own = place.link(own_page(entry.figure.name))
    parts.append(f'<a href="{own}">{word("own_page", lang)}</a>')
    parts.append(when_bound(entry.figure, claim, lang))
    here = word("claim_link", lang)
    parts.append(f'<a href="#{_anchor(entry)}" title="{here}" aria-label="{here}">#</a>')
    return " · ".join(filter(None, parts))


def _anchor(entry: Entry) -> str:
    return ledger_anchor(entry.claim["id"])


def _group_anchor(chapter: str) -> str:
    return f"claims-of-{chapter}"
