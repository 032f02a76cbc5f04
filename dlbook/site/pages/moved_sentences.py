"""Which sentences of the book read otherwise since a figure's numbers moved, before and after.

Only what a reader sees counts: a number that moved behind its last printed digit changed nothing,
and one that has moved again since is told by the later commit.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress

from dlbook.record.moves import Record
from dlbook.record.numbers import CitationError
from dlbook.site.reading.book import Book
from dlbook.site.reading.book_moves import BookMoves
from dlbook.site.reading.problems import PageError
from dlbook.site.reading.sentences import Sentence, citing, figures_of, with_record
from dlbook.site.reading.source import Token
from dlbook.site.reading.words import word

Lookup = Callable[[str | None], Record]
Told = tuple[Sentence, str]  # a sentence, and how it reads now, as Markdown


class MovedSentences:
    """Finds them in the pages of a book."""

    def __init__(self, book: Book) -> None:
        self._book, self._citing = book, citing(book)

    def of(self, moves: BookMoves) -> list[Told]:
        """The sentences that these moves changed, each once, in the order of the book."""
        before = {figure.name: figure.earlier for figure in moves.figures}
        after = {figure.name: figure.record for figure in moves.figures}
        order = {page: rank for rank, page in enumerate(self._book.pages)}
        found = {
            (sentence.page, sentence.parts): self._told(sentence, before, after)
            for name in after
            for sentence in self._citing.get(name, ())
        }
        told = [each for each in found.values() if each is not None]
        return sorted(told, key=lambda each: order[each[0].page])

    def _told(
        self, sentence: Sentence, before: Mapping[str, Record], after: Mapping[str, Record]
    ) -> Told | None:
        has_moved = False

        def write(token: Token) -> str | None:
            nonlocal has_moved
            if not figures_of(token):
                return None
            now = self._read(token, self._now)
            if now is None:
                return "…"
            old, new = (self._read(token, self._over(each)) for each in (before, after))
            if old is None or old == new or new != now:
                return now
            has_moved = True
            return f"<mark>{now}</mark>{word('was', self._book.lang, value=old)}"

        text = sentence.told(self._book, write).replace("） ", "）")  # no space after a full width
        return (sentence, text) if has_moved else None

    def _now(self, name: str | None) -> Record:
        return self._book.shelf.figure(name or "").record

    def _over(self, records: Mapping[str, Record]) -> Lookup:
        def record(name: str | None) -> Record:
            return records.get(name or "") or self._now(name)

        return record

    def _read(self, token: Token, lookup: Lookup) -> str | None:
        """What the token reads; ``None`` if the records, which may be old, have no such number."""
        with suppress(CitationError, PageError, KeyError):
            return with_record(token, lookup, self._book.lang)
        return None
