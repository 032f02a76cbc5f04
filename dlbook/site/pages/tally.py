"""How many claims the book has judged so far: a count for each verdict, and of what has none.

Definitions, analogies, opinions and citations are counted each by themselves: nothing decides them,
so they add to no verdict. Every count leads to the ledger, which shows what was counted.
"""

from collections import Counter
from typing import get_args

from dlbook.base.evidence import OUTCOMES
from dlbook.record.claims import RemarkKind
from dlbook.site.pages.claim_html import badge
from dlbook.site.pages.claim_lines import LEDGER
from dlbook.site.pages.facets import VERDICT
from dlbook.site.reading.book import Book, Place
from dlbook.site.reading.late import Piece
from dlbook.site.reading.words import word

REMARK_KINDS: tuple[RemarkKind, ...] = get_args(RemarkKind)


def tally(book: Book, place: Place) -> Piece:
    """The sums, each a link if a page holds the ledger."""
    lang, judged = book.lang, book.shelf.claims.values()
    verdicts = Counter(claim["verdict"] for _, claim in judged if claim["verdict"] is not None)
    kinds = Counter(claim["kind"] for _, claim in judged if claim["verdict"] is None)
    figures = len({figure.name for figure, _ in judged})
    total = word("list", lang).join(
        (_several("claim", verdicts.total(), lang), _several("figure", figures, lang))
    )
    home = book.home(LEDGER)
    way = "" if home is None else place.link(home)
    given = [outcome for outcome in OUTCOMES if verdicts[outcome] or outcome != "conditional"]
    sums = [_count(verdicts[each], badge(each, lang), way, each) for each in given]
    apart = [
        _count(kinds[kind], _named(kind, kinds[kind], lang), way, kind)
        for kind in REMARK_KINDS
        if kinds[kind]
    ]
    rows = [f"<span>{total}</span>{''.join(sums)}"]
    if apart:
        rows.append(f"<span>{word('apart', lang)}</span>{''.join(apart)}")
    return Piece("", "".join(f'<div class="dl-tally">{row}</div>' for row in rows))


def _several(what: str, number: int, lang: str) -> str:
    return word(f"{'one' if number == 1 else 'many'}_{what}", lang, number=number)


def _named(kind: str, number: int, lang: str) -> str:
    return word(f"{'one' if number == 1 else 'many'}_{kind}", lang)


def _count(number: int, shown: str, way: str, choice: str) -> str:
    counted = f'<span class="dl-tally__count">{number}</span> {shown}'
    return f'<a href="{way}?{VERDICT}={choice}">{counted}</a>' if way else f"<span>{counted}</span>"
