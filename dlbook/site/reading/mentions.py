"""Where a text mentions the field's terms: the longest form wins, each term counts once."""

import re
from collections.abc import Iterator, Sequence

from dlbook.base.language import Pair, say
from dlbook.site.reading.source import Source
from dlbook.site.reading.terms import Term

_NO_PROSE = re.compile(r"\[[^\[\]\n]*\]\([^()\n]*\)|\{:?[^{}\n]*\}")  # links, {#anchor}
_PLURAL: Pair = ("", "(?:s|es)?")


class Mentions:
    """Finds terms in the texts of one page, each the first time only."""

    def __init__(self, terms: Sequence[Term], lang: str) -> None:
        forms: list[tuple[str, Term | None]] = []
        for term in terms:
            forms += [(form, term) for form in term.forms(lang)]
            forms += [(phrase, None) for phrase in term.never[lang]]
        forms.sort(key=lambda pair: len(pair[0]), reverse=True)
        self._terms = [term for _, term in forms]
        pattern = "|".join(_pattern(form, lang) for form, _ in forms)
        self._pattern = re.compile(pattern or "(?!)", re.IGNORECASE)
        self._seen: set[str] = set()

    def find(self, text: str) -> Iterator[tuple[int, int, Term]]:
        """Start, end and term of each first mention."""
        for match in self._pattern.finditer(text):
            term = self._terms[(match.lastindex or 1) - 1]
            if term is not None and term.id not in self._seen:
                self._seen.add(term.id)
                yield match.start(), match.end(), term


def mentioned(source: Source, terms: Sequence[Term], lang: str) -> set[str]:
    """The ids of the terms in the prose of a page: not in headings, links and code."""
    lines = {heading.line for heading in source.headings}
    prose = "\n".join(
        "" if number in lines else line
        for number, line in enumerate(source.prose().split("\n"), source.first_line)
    )
    return {term.id for _, _, term in Mentions(terms, lang).find(_NO_PROSE.sub(" ", prose))}


def _pattern(form: str, lang: str) -> str:
    """A group that matches a form. Letters end where words end; Chinese characters need no edge."""
    words = r"[\s-]+".join(map(re.escape, form.split()))
    before = r"(?<![A-Za-z0-9])" if form[0].isascii() else ""
    after = r"(?![A-Za-z0-9])" if form[-1].isascii() else ""
    return f"{before}({words}{say(_PLURAL, lang)}){after}"
