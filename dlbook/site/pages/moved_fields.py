"""What moved, field by field: registrations, every number before and after, and the commit.

It is folded under what a reader is told in words.
"""

from collections.abc import Mapping
from html import escape
from typing import Any

from dlbook.record import numbers
from dlbook.record.moves import VALUES, Move, Record
from dlbook.record.registrations import Registration
from dlbook.site.reading import inline
from dlbook.site.reading.book import Book, Place
from dlbook.site.reading.book_moves import BookMoves, FigureMoves
from dlbook.site.reading.words import estimate, word

_MOST = 12  # numbers shown of one figure; the rest is counted


def title_of(record: Record, lang: str) -> str:
    """The title of a figure's record, as it is written; ``""`` if it has none."""
    title: str = record.get("texts", {}).get("title", {}).get(lang, "")
    return title


def title_html(name: str, record: Record, book: Book, place: Place) -> str:
    """The title of a figure, which leads to its place if a page shows it."""
    html = inline.to_html(title_of(record, book.lang), book.typesetter) or escape(name)
    if name not in book.figures:
        return html
    page, _ = book.figures[name][0]
    return f'<a href="{place.link(page)}#fig-{name}">{html}</a>'


def fields_html(
    moves: BookMoves, registered: Mapping[str, Registration], key: str, book: Book, place: Place
) -> str:
    """All of it, folded; ``key`` tells the commit, as HTML."""
    items = [f"<li>{_registration(*each, book.lang)}</li>" for each in registered.items()]
    items += [_figure(figure, book, place) for figure in moves.figures if figure.moves]
    if not items and not key:
        return ""
    listed = f'<ul class="dl-changes">{"".join(items)}</ul>' if items else ""
    about = f"<p>{key}</p>" if key else ""
    label = word("fields", book.lang)
    return f"<details><summary>{label}</summary>{about}{listed}</details>"


def _registration(name: str, registration: Registration, lang: str) -> str:
    """What was written down before it was run: of which claims, and why anew."""
    claims = word("list", lang).join(
        word("of_known", lang, claim=each) if each in registration.known else each
        for each in sorted(registration.claims)
    )
    shown = f"<code>{escape(name)}</code>"
    what = word("registered_claims", lang, figure=shown, claims=escape(claims))
    why = registration.content.get("because")
    if why is None:
        return word("registered_first", lang, what=what)
    return word("registered_anew", lang, what=what, why=escape(why[lang]))


def _figure(figure: FigureMoves, book: Book, place: Place) -> str:
    items = [_move(move, book.lang) for move in figure.moves[:_MOST]]
    rest = len(figure.moves) - _MOST
    if rest > 0:
        items.append(word("more_moved", book.lang, count=rest))
    listed = "".join(f"<li>{item}</li>" for item in items)
    title = title_html(figure.name, figure.record, book, place)
    return f"<li>{title}<ul>{listed}</ul></li>"


def _move(move: Move, lang: str) -> str:
    what, part = escape(move.name), move.inner.partition(".")[0]
    shown = f"<code>{what}</code>" if move.part == VALUES else what
    label = word(f"moved_{part or 'value'}", lang, what=shown)
    before, after = _before_and_after(move.before, move.after, lang)
    return f"{label}{word('colon', lang)}{escape(before)} → {escape(after)}"


def _before_and_after(before: Any, after: Any, lang: str) -> tuple[str, str]:
    """Both values as pages write them, or in full where that would hide the difference."""
    shown = _value(before, lang), _value(after, lang)
    return shown if shown[0] != shown[1] else (_in_full(before), _in_full(after))


def _value(value: Any, lang: str) -> str:
    if isinstance(value, list):
        return word("entries", lang, count=len(value))
    if isinstance(value, Mapping):
        return estimate(value, lang)
    return numbers.format_value(value, None, lang)


def _in_full(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"{value['mean']} [{value['low']}, {value['high']}]"
    return str(value)
