"""Verdicts that changed, in words: what a claim says, how it was judged, how it is judged now, why.

What was judged before and is judged otherwise stands open. Claims that were judged for the first
time, that are no longer judged and that are gone are folded, each kind by itself.
"""

from collections.abc import Mapping, Sequence
from html import escape

from dlbook.site.pages.claim_html import badge, standing
from dlbook.site.reading import inline
from dlbook.site.reading.anchors import claim_anchor
from dlbook.site.reading.book import Book, Place
from dlbook.site.reading.book_moves import Turn
from dlbook.site.reading.words import word

WhyInBoth = Mapping[str, str] | None  # in both languages, if somebody gave it
Reasoned = tuple[Turn, WhyInBoth]
CHANGED, FIRST, REMARKED, GONE = KINDS = ("changed", "first", "remarked", "gone")


def kind_of(turn: Turn) -> str:
    """How a verdict changed: to another, for the first time, to none, or with its claim."""
    if turn.before is None:
        return FIRST
    if turn.after is not None:
        return CHANGED
    return REMARKED if turn.is_there and "kind" in turn.said else GONE


def joined(turns: Sequence[Reasoned]) -> list[Reasoned]:
    """The same with one turn for a claim that only went from one figure to another.

    It is none if its verdict went along.
    """
    gone = {turn.claim: (turn, why) for turn, why in turns if kind_of(turn) == GONE}
    come = {turn.claim: turn for turn, _ in turns if kind_of(turn) == FIRST}
    told = [each for each in turns if each[0].claim not in gone.keys() & come.keys()]
    for claim in (claim for claim in come if claim in gone):
        (old, why), new = gone[claim], come[claim]
        if old.before != new.after:
            told.append((Turn(claim, old.before, new.after, new.said), why))
    return told


def turns_html(turns: Sequence[Reasoned], book: Book, place: Place) -> str:
    """All of them."""
    by_kind = {kind: [each for each in turns if kind_of(each[0]) == kind] for kind in KINDS}
    parts = []
    for kind, found in by_kind.items():
        if not found:
            continue
        listed = f'<ul class="dl-changes">{_items(found, book, place)}</ul>'
        if kind != CHANGED:
            label = word(f"turns_{kind}", book.lang, count=len(found))
            listed = f"<details><summary>{label}</summary>{listed}</details>"
        parts.append(listed)
    return "\n".join(parts)


def _items(turns: Sequence[Reasoned], book: Book, place: Place) -> str:
    """An item each; those that changed for one reason share the words that say it."""
    by_reason: dict[str, list[str]] = {}
    for turn, why in turns:
        by_reason.setdefault(_reason(turn, why, book), []).append(_told(turn, book, place))
    items = [item for reason, told in by_reason.items() for item in (*told[:-1], told[-1] + reason)]
    return "".join(f"<li>{item}</li>" for item in items)


def _told(turn: Turn, book: Book, place: Place) -> str:
    lang = book.lang
    says = turn.said.get("statement", {}).get(lang, "")
    what = inline.to_html(says, book.typesetter) if says else escape(turn.claim)
    after = badge(turn.after, lang) if turn.after else ""
    if kind_of(turn) == REMARKED:
        after = standing(turn.said, lang)
    before = badge(turn.before, lang) if turn.before else ""
    told = word(f"turned_{kind_of(turn)}", lang, statement=what, before=before, after=after)
    return f'{told} <span class="dl-changes__id">{_id(turn, book, place)}</span>'


def _id(turn: Turn, book: Book, place: Place) -> str:
    shown, pages = escape(turn.claim), book.tables.get(turn.claim, ())
    if not pages:
        return shown
    return f'<a href="{place.link(pages[0])}#{claim_anchor(turn.claim)}">{shown}</a>'


def _reason(turn: Turn, why: WhyInBoth, book: Book) -> str:
    if turn.before is None:
        return ""  # new, or judged for the first time
    lang = book.lang
    told = inline.to_html(why[lang], book.typesetter) if why else word("no_why", lang)
    return f'<span class="dl-changes__why">{word("why", lang, why=told)}</span>'
