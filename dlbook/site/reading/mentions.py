"""Where a text mentions the field's terms: the longest form wins, each term counts once."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from dlbook.base.language import Pair, say
from dlbook.site.reading.source import Source
from dlbook.site.reading.terms import Term

_NO_PROSE = re.compile(r"\[[^\[\]\n]*\]\([^()\n]*\)|\{:?[^{}\n]*\}")  # links, {#anchor}
_WORD = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9]+")
_PLURAL: Pair = ("", "(?:s|es)?")

Forms = tuple[tuple[str, str], ...]


class _Dictionary:
    """Finds forms in a text in one pass: only those are tried that begin as this place does."""

    def __init__(self, forms: Forms, lang: str) -> None:
        self._lang = lang
        self._forms: dict[str, list[tuple[str, str]]] = {}
        self._compiled: dict[str, re.Pattern[str]] = {}
        # The longest form wins; of equally long ones the first.
        for form, term in sorted(forms, key=lambda pair: len(pair[0]), reverse=True):
            for key in _beginnings(form, lang):
                self._forms.setdefault(key, []).append((form, term))
        single = {key for key in self._forms if _WORD.fullmatch(key) is None}
        signs = "".join(re.escape(each) for key in single for each in {key, key.upper()})
        self._places = re.compile(f"{_WORD.pattern}|[{signs}]" if signs else _WORD.pattern)

    def find(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Start, end and term of every mention; the term of a phrase that is none is ``""``."""
        place = self._places.search(text)
        while place:
            end, key = place.end(), place[0].lower()
            found = self._pattern(key).match(text, place.start()) if key in self._forms else None
            if found:
                end = found.end()
                yield found.start(), end, self._forms[key][(found.lastindex or 1) - 1][1]
            place = self._places.search(text, end)

    def _pattern(self, key: str) -> re.Pattern[str]:
        if key not in self._compiled:
            pattern = "|".join(_pattern(form, self._lang) for form, _ in self._forms[key])
            self._compiled[key] = re.compile(pattern, re.IGNORECASE)
        return self._compiled[key]


class Mentions:
    """Finds terms in the texts of one page, each the first time only."""

    def __init__(self, terms: Sequence[Term], lang: str) -> None:
        self._terms = {term.id: term for term in terms}
        self._dictionary = _dictionary(_forms(terms, lang), lang)
        self._seen: set[str] = set()

    def find(self, text: str) -> Iterator[tuple[int, int, Term]]:
        """Start, end and term of each first mention."""
        for start, end, term in self._dictionary.find(text):
            if term and term not in self._seen:
                self._seen.add(term)
                yield start, end, self._terms[term]


def mentioned(source: Source, terms: Sequence[Term], lang: str) -> set[str]:
    """The ids of the terms in the prose of a page: not in headings, links and code."""
    lines = {heading.line for heading in source.headings}
    prose = "\n".join(
        "" if number in lines else line
        for number, line in enumerate(source.prose().split("\n"), source.first_line)
    )
    return set(_mentioned(prose, _forms(terms, lang), lang))


@cache  # across the builds of a server: of an edit only the page that it touches is read again
def _mentioned(prose: str, forms: Forms, lang: str) -> frozenset[str]:
    found = _dictionary(forms, lang).find(_NO_PROSE.sub(" ", prose))
    return frozenset(term for _, _, term in found if term)


_dictionary = cache(_Dictionary)


def _forms(terms: Sequence[Term], lang: str) -> Forms:
    """Every form with the id of its term, and with ``""`` the phrases that mention none."""
    return tuple(
        pair
        for term in terms
        for pair in (
            *((form, term.id) for form in term.forms(lang)),
            *((phrase, "") for phrase in term.never[lang]),
        )
    )


def _beginnings(form: str, lang: str) -> Iterator[str]:
    """What a place in a text is looked up by, where the form may stand: its word or its sign."""
    word = _WORD.match(form)
    yield word[0].lower() if word else form[0].lower()
    if word and word[0] == form and lang == "en":
        yield from (f"{form.lower()}{ending}" for ending in ("s", "es"))


def _pattern(form: str, lang: str) -> str:
    """A group that matches a form. Letters end where words end; Chinese characters need no edge."""
    words = r"[\s-]+".join(map(re.escape, form.split()))
    before = r"(?<![A-Za-z0-9])" if form[0].isascii() else ""
    after = r"(?![A-Za-z0-9])" if form[-1].isascii() else ""
    return f"{before}({words}{say(_PLURAL, lang)}){after}"
