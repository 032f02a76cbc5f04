"""The works that the book cites, and what a sentence calls them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property

from dlbook.base.lookup import unknown
from dlbook.site.reading.problems import PageError, Problem
from dlbook.site.reading.words import word

_WORD = re.compile(r"\w+")
_NAMED = 3  # authors named before "et al."


@dataclass(frozen=True)
class Author:
    """A person, or a body without a given name."""

    family: str
    given: str = ""

    @property
    def listed(self) -> str:
        """As lists of works call them: ``Telgarsky, M.``."""
        parts = re.split(r"([ -])", self.given)
        initials = "".join(f"{part[0]}." if part.strip(" -") else part for part in parts if part)
        return f"{self.family}, {initials}" if initials else self.family


@dataclass(frozen=True)
class CitableWork:
    """A work that can be cited. ``suffix`` tells works of one year and the same authors apart."""

    key: str
    authors: tuple[Author, ...]
    fields: Mapping[str, str]
    suffix: str = ""
    has_others: bool = False  # more authors than are named

    @property
    def shorthand(self) -> str:
        """The name that claims give to it, or ``""``."""
        return self.fields.get("shorthand", "")

    def called(self, lang: str) -> str:
        """That name in ``lang``: ``材料 A``, ``Source A``."""
        return self.fields.get(f"shorthand_{lang}", self.shorthand)

    def year(self, lang: str) -> str:
        """The year with its suffix, or the word for no date."""
        year = self.fields["year"]
        return word("undated", lang) if year == "n.d." else f"{year}{self.suffix}"

    def title(self, lang: str) -> str:
        """The title in ``lang`` if there is one, else as published."""
        return self.fields.get(f"title_{lang}", self.fields["title"])

    def title_lang(self, lang: str) -> str:
        """The language of that title, as HTML calls it."""
        chinese = self.fields.get("langid") == "chinese"
        if f"title_{lang}" in self.fields:
            chinese = lang == "zh"
        return "zh-Hans" if chinese else "en"

    def names(self, lang: str, last: str) -> str:
        """The authors' family names: at most three, the last after ``last``, else the first."""
        families = [author.family for author in self.authors]
        if lang == "zh" and "author_zh" in self.fields:
            return self.fields["author_zh"]
        if len(families) > _NAMED or self.has_others:
            return word("et-al", lang, name=families[0])
        before = word("list", lang).join(families[:-1])
        return f"{before}{last}{families[-1]}" if before else families[0]

    def narrative(self, lang: str) -> str:
        """As a part of the sentence: ``Telgarsky (2016)``, or what its shorthand is called."""
        if self.shorthand:
            return self.called(lang)
        names = self.names(lang, word("and", lang))
        return word("narrative", lang, names=names, year=self.year(lang))

    def parenthetical(self, lang: str) -> str:
        """As it stands within brackets: ``Telgarsky, 2016``, or what its shorthand is called."""
        if self.shorthand:
            return self.called(lang)
        names = self.names(lang, word("ampersand", lang))
        return word("parenthetical", lang, names=names, year=self.year(lang))


@dataclass(frozen=True)
class Library:
    """The works by key, in the order of lists, and what is wrong with their file."""

    works: Mapping[str, CitableWork] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def work(self, key: str) -> CitableWork:
        """The work of a key.

        Raises:
            PageError: there is none.
        """
        if key not in self.works:
            raise PageError(f"{unknown('work', key, self.works)} in docs/references.bib")
        return self.works[key]

    def sources(self, source: str) -> tuple[CitableWork, ...]:
        """The works that a claim's source names.

        By shorthand, ``Source A §6``; by authors and year, ``Telgarsky (2015), Lemma 1``; or by
        arXiv or DOI number, ``arXiv:1503.00036``.
        """
        return self._sources(source)

    @cached_property
    def _sources(self) -> Callable[[str], tuple[CitableWork, ...]]:
        return cache(self._named_in)

    def _named_in(self, source: str) -> tuple[CitableWork, ...]:
        said = without_signs(source)
        words = {"", *_WORD.findall(said)}
        named = {work for word in words for name, work in self._names.get(word, ())
                 if re.search(name, said)}  # fmt: skip
        return tuple(work for key, work in self.works.items() if key in named)

    @cached_property
    def _names(self) -> Mapping[str, list[tuple[str, str]]]:
        """By their first words, what claims call the works: a pattern, and the work's key."""
        found: dict[str, list[tuple[str, str]]] = {}
        for key, work in self.works.items():
            for name in map(without_signs, _called(work)):
                first = _WORD.match(name)
                pair = (rf"\b{re.escape(name)}\b", key)
                found.setdefault(first[0] if first else "", []).append(pair)
        return found


def _called(work: CitableWork) -> tuple[str, ...]:
    addresses = [work.fields[name] for name in ("eprint", "doi") if name in work.fields]
    return (work.narrative("en"), work.parenthetical("en"), *addresses)


def without_signs(name: str) -> str:
    """A name without the signs that sentences put in or leave out."""
    return re.sub(r"[(),]", "", name)
