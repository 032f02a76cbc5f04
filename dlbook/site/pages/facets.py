"""The ways to divide the ledger, by verdict, source and chapter: its sums and its filters."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import get_args

from dlbook.base.evidence import OUTCOMES
from dlbook.record.claims import RemarkKind
from dlbook.site.pages import provenance
from dlbook.site.pages.claim_html import badge
from dlbook.site.pages.entries import REMARK, Entry
from dlbook.site.reading import inline
from dlbook.site.reading.book import Book
from dlbook.site.reading.words import word

VERDICT = "verdict"  # the facet of it, as addresses name it
ORDER, ORDERS = "order", ("chapter", "claim", "verdict", "evidence")  # columns, and the book's own


@dataclass(frozen=True)
class Facet:
    """One way to divide: its name in addresses and on the page, and its choices with their labels.

    ``keys`` maps an entry to the choices that it belongs to.
    """

    name: str
    title: str
    labels: Mapping[str, str]
    keys: Callable[[Entry], tuple[str, ...]]


def facets(book: Book, found: Sequence[Entry]) -> tuple[Facet, Facet, Facet]:
    """By chapter, by source, by verdict; only choices that some entry has."""
    pages = {entry.chapter: _title(book, entry.page) for entry in found}
    used = sorted({key for entry in found for key in entry.sources})
    given = {entry.verdict for entry in found}
    names = {key: provenance.name(book, key) for key in used}
    verdicts: dict[str, str] = {
        outcome: word(outcome, book.lang) for outcome in OUTCOMES if outcome in given
    }
    if REMARK in given:
        verdicts[REMARK] = word("remarks", book.lang)
        kinds = {entry.claim["kind"] for entry in found if entry.verdict == REMARK}
        verdicts |= {kind: word(kind, book.lang) for kind in get_args(RemarkKind) if kind in kinds}
    return (
        Facet("chapter", word("chapter", book.lang), pages, lambda entry: (entry.chapter,)),
        Facet("source", word("said_in", book.lang), names, lambda entry: entry.sources),
        Facet(VERDICT, word("verdict", book.lang), verdicts, lambda entry: entry.standings),
    )


def _title(book: Book, page: str) -> str:
    return inline.to_plain(book.title(page)) if page else word("unplaced", book.lang)


def sums_html(facet: Facet, found: Sequence[Entry], lang: str) -> str:
    """A table of how many claims of each choice have which verdict."""
    columns = _columns(found)
    rows = [
        _sum(escape(label), [e for e in found if key in facet.keys(e)], columns)
        for key, label in facet.labels.items()
    ]
    rows.append(_sum(word("total", lang), found, columns))
    heads = [_head(verdict, lang) for verdict in _columns(found)] + [word("total", lang)]
    head = "".join(f'<th scope="col">{cell}</th>' for cell in heads)
    return (
        f'<table class="dl-sum"><caption>{word(f"by_{facet.name}", lang)}</caption>'
        f'<thead><tr><th scope="col">{facet.title}</th>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def _columns(found: Iterable[Entry]) -> list[str]:
    """The verdicts that the book gives, and a column for remarks where there are any."""
    given = {entry.verdict for entry in found}
    rare = ("conditional", REMARK)
    return [verdict for verdict in (*OUTCOMES, REMARK) if verdict in given or verdict not in rare]


def _head(verdict: str, lang: str) -> str:
    return word("remarks", lang) if verdict == REMARK else badge(verdict, lang)


def _sum(label: str, found: Iterable[Entry], columns: Iterable[str]) -> str:
    verdicts = Counter(entry.verdict for entry in found)
    counts = [*(verdicts[column] for column in columns), verdicts.total()]
    cells = "".join(f"<td>{count}</td>" for count in counts)
    return f'<tr><th scope="row">{label}</th>{cells}</tr>'


def filters_html(shown: Iterable[Facet], found: Sequence[Entry], lang: str) -> str:
    """The filters, which ``book.js`` works; the style sheet hides them where there are no scripts.

    A choice says how many claims it would leave, and the last line how many there are.
    """
    selects = "".join(_select(facet, found, lang) for facet in shown)
    pattern = word("shown", lang, shown="{shown}", all=len(found))
    return (
        f'<form class="dl-filters" aria-label="{word("filters", lang)}" autocomplete="off">'
        f'{selects}{_orders(lang)}<button type="button">{word("reset", lang)}</button>'
        f'<p role="status" data-pattern="{pattern}">{pattern.format(shown=len(found))}</p></form>'
    )


def _orders(lang: str) -> str:
    """In which order the rows stand; a column's head asks for its own (``book.js``)."""
    options = "".join(
        f'<option value="{"" if key == "chapter" else key}">{word(f"order_{key}", lang)}</option>'
        for key in ORDERS
    )
    select = f'<select name="{ORDER}">{options}</select>'
    return f"<label><span>{word('order', lang)}</span>{select}</label>"


def _select(facet: Facet, found: Sequence[Entry], lang: str) -> str:
    counts = Counter(key for entry in found for key in facet.keys(entry))
    choices = [("", word("all", lang), len(found))]
    choices += [(key, label, counts[key]) for key, label in facet.labels.items()]
    pattern = word("choice", lang, label="{label}", count="{count}")
    options = "".join(
        f'<option value="{escape(key)}" data-label="{escape(label)}">'
        f"{escape(pattern.format(label=label, count=count))}</option>"
        for key, label, count in choices
    )
    return (
        f"<label><span>{facet.title}</span>"
        f'<select name="{facet.name}" data-pattern="{pattern}">{options}</select></label>'
    )
