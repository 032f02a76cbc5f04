"""The exercises of a chapter as its lab gives them: what is asked, and the answer, to be folded.

Numbers, formulas and links become what a notebook understands.
"""

import re
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dlbook.record import numbers
from dlbook.record.moves import Record
from dlbook.site.reading.anchors import EXERCISES
from dlbook.site.reading.book import COMMAND, Book
from dlbook.site.reading.equation_numbers import numbered
from dlbook.site.reading.formulas import number_to_tex
from dlbook.site.reading.problems import PageError
from dlbook.site.reading.source import Source, Token
from dlbook.site.reading.words import word

_ITEM = re.compile(r"^\d+\. +", re.M)
_ANSWER = re.compile(r'^\?\?\?\+? *\w+ +"([^"\n]*)"\n', re.M)
_LINK = re.compile(r"\]\(([\w-]+\.md)")
_UNKNOWN = "…"  # what the chapter says is wrong, at its place


@dataclass(frozen=True)
class Exercise:
    """What is asked, and the answer with its title, in blocks of Markdown; formulas in dollars."""

    asks: tuple[str, ...]
    title: str
    answer: tuple[str, ...]


def chapter_exercises(book: Book, page: str, link: Callable[[str], str]) -> list[Exercise]:
    """The exercises of a chapter, in order; ``link`` leads to a page by its Markdown path."""
    source = book.pages[page]
    writer = _Writer(book, page, link)
    return [writer.exercise(text) for text in _items(_section(source))]


def _section(source: Source) -> str:
    """The text below the heading of the exercises."""
    starts = [heading.start for heading in source.headings if heading.anchor == EXERCISES]
    if not starts:
        return ""
    after = (each.start for each in source.headings if each.start > starts[0] and each.level < 3)
    return source.text[starts[0] : next(after, len(source.text))]


def _items(text: str) -> Iterator[str]:
    for each in _ITEM.split(text)[1:]:
        first, _, rest = each.partition("\n")
        yield f"{first}\n{textwrap.dedent(rest)}"


class _Writer:
    def __init__(self, book: Book, page: str, link: Callable[[str], str]) -> None:
        self._book, self._page, self._link = book, page, link
        self._equations = numbered(book.pages[page])

    def exercise(self, text: str) -> Exercise:
        match = _ANSWER.search(text)
        if match is None:
            return Exercise(self._blocks(text), "", ())
        answer = textwrap.dedent(text[match.end() :])
        return Exercise(self._blocks(text[: match.start()]), match[1], self._blocks(answer))

    def _blocks(self, text: str) -> tuple[str, ...]:
        parts, last = [], 0
        for token in Source(text, self._page).tokens:
            parts += [self._prose(text[last : token.start]), self._token(token, text)]
            last = token.end
        whole = "".join([*parts, self._prose(text[last:])])
        return tuple(block.strip() for block in re.split(r"\n\s*\n", whole) if block.strip())

    def _prose(self, text: str) -> str:
        return _LINK.sub(lambda match: f"]({self._link(match[1])}", text)

    def _token(self, token: Token, text: str) -> str:
        if token.kind in ("inline", "display"):
            return f"${self._resolved(token.body, number_to_tex).strip()}$"
        if token.kind != "bracket":
            return text[token.start : token.end]
        match = COMMAND.fullmatch(token.body)
        if match is None:
            return self._resolved(f"[[{token.body}]]", str)
        return self._linked(match["verb"], match["name"])

    def _linked(self, verb: str, name: str) -> str:
        """A reference to an equation or a figure, which stands in the chapter."""
        places = dict(self._book.figures.get(name, ()))
        here = self._page if self._page in places else next(iter(places), "")
        if verb == "eq" and name in self._equations:
            label = word("equation", self._book.lang, number=self._equations[name])
            return f"[{label}]({self._link(self._page)}#eq-{name})"
        if verb == "ref" and here:
            label = word("figure", self._book.lang, number=places[here])
            return f"[{label}]({self._link(here)}#fig-{name})"
        return _UNKNOWN

    def _resolved(self, text: str, write: Callable[[str], str]) -> str:
        def record(figure: str | None) -> Record:
            return self._book.shelf.figure(figure or "").record

        try:
            return numbers.resolve(text, record, self._book.lang, write)
        except (numbers.CitationError, PageError):
            return _UNKNOWN
