"""What moved, as a page: commit by commit, newest first, what a reader was told before and is now.

First the verdicts that changed and the sentences that read otherwise, in words; fields, raw numbers
and registrations are folded below. What the folder holds beyond the last commit is shown too, and
said to be not committed: the page speaks of the numbers that the rest of the site shows.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape

from dlbook.record.moves import Record
from dlbook.record.registrations import Registration
from dlbook.site.pages.moved_fields import fields_html, title_html, title_of
from dlbook.site.pages.moved_sentences import MovedSentences, Told
from dlbook.site.pages.turned import KINDS, Reasoned, joined, kind_of, turns_html
from dlbook.site.reading import inline
from dlbook.site.reading.book import Book, Place
from dlbook.site.reading.book_moves import BookMoves, Turn
from dlbook.site.reading.git_history import Commit, History, read_history
from dlbook.site.reading.late import Piece
from dlbook.site.reading.sentences import Sentence
from dlbook.site.reading.turn_reasons import read_turn_reasons
from dlbook.site.reading.words import word

_OPEN = 6  # sentences shown of a commit before the rest is folded
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
        parts.insert(0, writer.pending(history.pending))
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
        self._sentences = MovedSentences(book)

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
            for formula in inline.formulas(title_of(record, self._book.lang))
        )
        said = [
            turn.said.get("statement", {}).get(self._book.lang, "")
            for moves in all_moves
            for each in moves.figures
            for turn in each.turns
        ]
        said += [text for moves in all_moves for _, text in self._sentences.of(moves)]
        self._book.typesetter.prepare(formula for text in said for formula in inline.formulas(text))

    def pending(self, moves: BookMoves) -> str:
        """What is not committed yet."""
        heading = f'<h2 id="not-committed">{word("pending", self._book.lang)}</h2>'
        return f"{heading}\n{self._moves(moves, _NONE, '')}"

    def commit(self, commit: Commit) -> str:
        """A commit: when, what it changed for readers, and, folded, what a developer asks for."""
        key = (
            f'<span lang="en">{escape(commit.subject)}</span>'
            f" <code>{commit.key[:_HASH_SHOWN]}</code>"
        )
        return (
            f'<h2 class="dl-changes__commit" id="{_anchor(commit)}">'
            f'<time datetime="{commit.day}">{commit.day}</time></h2>\n'
            f"{self._moves(commit.moves, commit.registered, key)}"
        )

    def _moves(self, moves: BookMoves, registered: Mapping[str, Registration], key: str) -> str:
        """In words what a reader is told otherwise, then, folded, every field."""
        lang = self._book.lang
        turns = joined(
            [
                (turn, self._why(turn, figure.registration))
                for figure in moves.figures
                for turn in figure.turns
            ]
        )
        told = self._sentences.of(moves)
        parts = [
            f'<p class="dl-changes__sum">{_sum(moves, turns, len(told), lang)}</p>',
            turns_html(turns, self._book, self._place),
            self._figures(moves),
            self._told(told),
            fields_html(moves, registered, key, self._book, self._place),
        ]
        return "\n".join(filter(None, parts))

    def _why(self, turn: Turn, registration: str) -> Mapping[str, str] | None:
        """As it was registered, or as its author says."""
        return self._registered.get(registration) or self._reasons.get(turn.key)

    def _figures(self, moves: BookMoves) -> str:
        """Figures that came and went."""
        items = [
            f"<li>{word(key, self._book.lang)}"
            f"<ul>{''.join(self._title_item(*it) for it in there)}</ul></li>"
            for key, there in (
                ("added", moves.added.items()),
                ("removed", moves.removed.items()),
            )
            if there
        ]
        return f'<ul class="dl-changes">{"".join(items)}</ul>' if items else ""

    def _told(self, told: Sequence[Told]) -> str:
        """Sentences that read otherwise now, the first of them open."""
        lang, items = self._book.lang, [self._sentence(*each) for each in told]
        if not items:
            return ""
        shown = f'<ul class="dl-changes">{"".join(items[:_OPEN])}</ul>'
        rest = "".join(items[_OPEN:])
        if rest:
            label = word("more_sentences", lang, count=len(items) - _OPEN)
            shown += (
                f'<details><summary>{label}</summary><ul class="dl-changes">{rest}</ul></details>'
            )
        return f"<p>{word('sentences', lang)}</p>\n{shown}"

    def _sentence(self, sentence: Sentence, text: str) -> str:
        title = inline.to_html(self._book.title(sentence.page), self._book.typesetter)
        way = f"{self._place.link(sentence.page)}#{sentence.anchor}"
        said = inline.to_html(text, self._book.typesetter)
        return f'<li>{said} <span class="dl-changes__id"><a href="{way}">{title}</a></span></li>'

    def _title_item(self, name: str, record: Record) -> str:
        return f"<li>{title_html(name, record, self._book, self._place)}</li>"


def _sum(moves: BookMoves, turns: Sequence[Reasoned], sentences: int, lang: str) -> str:
    """In one line what a reader is told otherwise."""
    kinds = Counter(kind_of(turn) for turn, _ in turns)
    counts = {f"sum_{kind}": kinds[kind] for kind in KINDS} | {
        "sum_sentences": sentences,
        "sum_added": len(moves.added),
        "sum_removed": len(moves.removed),
    }
    parts = [word(key, lang, count=count) for key, count in counts.items() if count]
    if not parts:
        behind = any(figure.moves for figure in moves.figures)
        return word("sum_behind" if behind else "sum_registered", lang)
    return word("stopped", lang, text=word("semicolon", lang).join(parts))
