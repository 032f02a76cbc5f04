"""The sentences of the book in which numbers are cited, and what each says of a given record."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from dlbook.record import numbers
from dlbook.record.moves import Record
from dlbook.site.reading.book import COMMAND, Book
from dlbook.site.reading.formulas import number_to_tex
from dlbook.site.reading.source import Source, Token
from dlbook.site.reading.words import word

_PARAGRAPH = re.compile(r"\n[ \t]*\n|\n[ \t]*(?:\?\?\?|#)[^\n]*\n|\n(?=[ \t]*(?:[-*|]|\d+\.) ?)")
_END = re.compile(r"[。！？][”’）]*|[.!?][”’)]*(?=\s)")
_MARKER = re.compile(r"\s*(?:[-*>] |\d+\. |\| ?)*")
_LINK = re.compile(r"\[([^\[\]]*)\]\([^()]*\)(?:\{[^}]*\})?")


@dataclass(frozen=True)
class Sentence:
    """A sentence on a page, below the heading ``anchor``: its source, in pieces.

    A piece is text, or a token that a record or the book fills in.
    """

    page: str
    anchor: str
    parts: tuple[str | Token, ...]

    def told(self, book: Book, write: Callable[[Token], str | None]) -> str:
        """The sentence as one line of Markdown; ``write`` may say what stands for a token."""
        found = (part if isinstance(part, str) else _told(part, book, write) for part in self.parts)
        return " ".join(_LINK.sub(r"\1", "".join(found).replace("**", "")).split()).strip(" |")


def citing(book: Book) -> Mapping[str, list[Sentence]]:
    """By the name of a figure, the sentences that cite a number of it, in the order of the book."""
    found: dict[str, list[Sentence]] = defaultdict(list)
    for page, source in book.pages.items():
        tokens, seen = source.tokens, set[int]()
        masked = _masked(source)
        for token in tokens:
            names = figures_of(token)
            start, end = _around(masked, token)
            if not names or start in seen:
                continue
            seen.add(start)
            inside = [each for each in tokens if start <= each.start < end]
            sentence = Sentence(page, _anchor(source, start), _parts(source, start, end, inside))
            for name in {name for each in inside for name in figures_of(each)}:
                found[name].append(sentence)
    return found


def figures_of(token: Token) -> set[str]:
    """The figures whose numbers a token cites, alone or in a formula."""
    if token.kind not in ("bracket", "inline", "display"):
        return set()
    return {match["figure"] for match in numbers.CITATION.finditer(_written(token))} - {None}


def with_record(token: Token, lookup: Callable[[str | None], Record], lang: str) -> str:
    """What a token with citations reads, its numbers taken from the records of ``lookup``.

    Raises:
        CitationError: a record has no such number.
    """
    write = number_to_tex if token.kind in ("inline", "display") else str
    return numbers.resolve(_written(token), lookup, lang, write)


def _written(token: Token) -> str:
    marks = {"bracket": "[[{}]]", "inline": r"\({}\)", "display": r"\({}\)"}
    return marks.get(token.kind, "{}").replace("{}", token.body)


def _told(token: Token, book: Book, write: Callable[[Token], str | None]) -> str:
    said = write(token)
    if said is not None:
        return said
    if token.kind != "bracket":
        return _written(token)
    match = COMMAND.fullmatch(token.body)
    places = book.figures.get(match["name"], ()) if match and match["verb"] == "ref" else ()
    return word("figure", book.lang, number=places[0][1]) if places else "…"


def _masked(source: Source) -> str:
    """The text with every token blotted out, so that no full stop in one ends a sentence."""
    parts, last = [], 0
    for token in source.tokens:
        hidden = re.sub(r"[^\n]", "x", source.text[token.start : token.end])
        parts += [source.text[last : token.start], hidden]
        last = token.end
    return "".join([*parts, source.text[last:]])


def _around(masked: str, token: Token) -> tuple[int, int]:
    """Where the sentence around a token begins and ends, in its paragraph, item or row."""
    first = max((m.end() for m in _PARAGRAPH.finditer(masked, 0, token.start)), default=0)
    after = _PARAGRAPH.search(masked, token.end)
    last = after.start() if after else len(masked)
    ends = [match.end() for match in _END.finditer(masked, first, last)]
    start = max((end for end in ends if end <= token.start), default=first)
    marker = _MARKER.match(masked, start)
    return (
        marker.end() if marker else start,
        min((end for end in ends if end >= token.end), default=last),
    )


def _parts(source: Source, start: int, end: int, inside: list[Token]) -> tuple[str | Token, ...]:
    def each() -> Iterator[str | Token]:
        last = start
        for token in inside:
            yield source.text[last : token.start]
            yield token
            last = token.end
        yield source.text[last:end]

    return tuple(each())


def _anchor(source: Source, start: int) -> str:
    return next((each.anchor for each in reversed(source.headings) if each.start < start), "")
