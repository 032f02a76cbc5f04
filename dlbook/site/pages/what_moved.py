"""What moved, as a page: commit by commit, newest first, each number before and after.

What the folder holds beyond the last commit is shown too, and said to be not committed: the page
speaks of the numbers that the rest of the site shows.
"""

from collections.abc import Mapping
from html import escape
from typing import Any

from dlbook.record import numbers
from dlbook.record.moves import VALUES, Move, Record
from dlbook.record.registrations import Registration
from dlbook.site.pages.claim_html import badge, standing
from dlbook.site.reading import inline
from dlbook.site.reading.book import Book, Place
from dlbook.site.reading.book_moves import BookMoves, FigureMoves, Turn
from dlbook.site.reading.git_history import Commit, History, read_history
from dlbook.site.reading.late import Piece
from dlbook.site.reading.turn_reasons import read_turn_reasons
from dlbook.site.reading.words import estimate, word

_MOST = 12  # numbers shown of one figure; the rest is counted
_NONE: Mapping[str, Registration] = {}
_HASH_SHOWN, _HASH_UNIQUE = 7, 12


def what_moved(book: Book, place: Place) -> Piece:
    """Every commit that moved a figure, a verdict or a number."""
    history = read_history(book.shelf.project)
    if history is None:
        return Piece("", _note("no_history", book.lang))
    writer = _Writer(book, place, history)
    writer.prepare(history)
    parts = [writer.commit(commit) for commit in history.commits]
    if history.pending:
        heading = f'<h2 id="not-committed">{word("pending", book.lang)}</h2>'
        parts.insert(0, f"{heading}\n{writer.moves(history.pending)}")
    if history.is_cut:
        parts.append(_note("cut", book.lang))
    anchors = tuple(_anchor(commit) for commit in history.commits)
    return Piece("", "\n".join(parts) or _note("nothing_moved", book.lang), anchors=anchors)


def _note(key: str, lang: str) -> str:
    return f'<p class="dl-changes__note">{word(key, lang)}</p>'


def _anchor(commit: Commit) -> str:
    return f"commit-{commit.key[:_HASH_UNIQUE]}"


class _Writer:
    def __init__(self, book: Book, place: Place, history: History) -> None:
        self._book, self._place = book, place
        self._reasons = read_turn_reasons(book.shelf.project.root)
        self._registered = history.reasons

    def prepare(self, history: History) -> None:
        """Typeset the formulas of all titles and statements in one go."""
        all_moves = (history.pending, *(commit.moves for commit in history.commits))
        self._book.typesetter.prepare(
            formula
            for moves in all_moves
            for record in (
                *moves.added.values(),
                *moves.removed.values(),
                *(figure.record for figure in moves.figures),
            )
            for formula in inline.formulas(self._text(record))
        )
        turns = (turn for moves in all_moves for each in moves.figures for turn in each.turns)
        self._book.typesetter.prepare(
            formula
            for turn in turns
            for formula in inline.formulas(turn.said.get("statement", {}).get(self._book.lang, ""))
        )

    def commit(self, commit: Commit) -> str:
        """A commit: when, why, which, and what it moved."""
        return (
            f'<h2 class="dl-changes__commit" id="{_anchor(commit)}">'
            f'<time datetime="{commit.day}">{commit.day}</time>'
            f'<span lang="en">{escape(commit.subject)}</span>'
            f"<code>{commit.key[:_HASH_SHOWN]}</code></h2>\n"
            f"{self.moves(commit.moves, commit.registered)}"
        )

    def moves(self, moves: BookMoves, registered: Mapping[str, Registration] = _NONE) -> str:
        """What was registered, figures that came and went, then what moved in the others."""
        lang = self._book.lang
        items = [f"<li>{self._registration(*each)}</li>" for each in registered.items()]
        items += [
            f"<li>{word(key, lang)}<ul>{''.join(self._title_item(*it) for it in there)}</ul></li>"
            for key, there in (
                ("added", moves.added.items()),
                ("removed", moves.removed.items()),
            )
            if there
        ]
        items += map(self._figure, moves.figures)
        return f'<ul class="dl-changes">{"".join(items)}</ul>'

    def _registration(self, name: str, registration: Registration) -> str:
        """What was written down before it was run: of which claims, and why anew."""
        lang = self._book.lang
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

    def _title_item(self, name: str, record: Record) -> str:
        return f"<li>{self._title(name, record)}</li>"

    def _figure(self, figure: FigureMoves) -> str:
        turned = (self._turn(turn, figure.registration) for turn in figure.turns)
        items = [*turned, *map(self._move, figure.moves[:_MOST])]
        rest = len(figure.moves) - _MOST
        if rest > 0:
            items.append(word("more_moved", self._book.lang, count=rest))
        listed = "".join(f"<li>{item}</li>" for item in items)
        return f"<li>{self._title(figure.name, figure.record)}<ul>{listed}</ul></li>"

    def _title(self, name: str, record: Record) -> str:
        html = inline.to_html(self._text(record), self._book.typesetter) or escape(name)
        if name not in self._book.figures:
            return html
        page, _ = self._book.figures[name][0]
        return f'<a href="{self._place.link(page)}#fig-{name}">{html}</a>'

    def _text(self, record: Record) -> str:
        title: str = record.get("texts", {}).get("title", {}).get(self._book.lang, "")
        return title

    def _turn(self, turn: Turn, registration: str) -> str:
        """Which statement, from what to what, and why: as registered, or as its author says."""
        lang = self._book.lang
        says = turn.said.get("statement", {}).get(lang, "")
        statement = inline.to_html(says, self._book.typesetter) if says else ""
        shown = word("turned", lang, claim=escape(turn.claim), statement=statement)
        before = badge(turn.before, lang) if turn.before else word("unjudged", lang)
        told = f"{shown if statement else escape(turn.claim)}{word('colon', lang)}{before} → "
        told += _after(turn, lang)
        if turn.before is None:
            return told  # new, or judged for the first time
        why = self._registered.get(registration) or self._reasons.get(turn.key)
        reason = inline.to_html(why[lang], self._book.typesetter) if why else word("no_why", lang)
        return f'{told}<span class="dl-changes__why">{word("why", lang, why=reason)}</span>'

    def _move(self, move: Move) -> str:
        lang = self._book.lang
        what, part = escape(move.name), move.inner.partition(".")[0]
        shown = f"<code>{what}</code>" if move.part == VALUES else what
        label = word(f"moved_{part or 'value'}", lang, what=shown)
        before, after = _before_and_after(move.before, move.after, lang)
        return f"{label}{word('colon', lang)}{escape(before)} → {escape(after)}"


def _after(turn: Turn, lang: str) -> str:
    """How a claim stands since it turned: its verdict, or what kind of remark it is now."""
    if turn.after:
        return badge(turn.after, lang)
    if turn.is_there and "kind" in turn.said:
        return standing(turn.said, lang)
    return word("unjudged", lang)


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
