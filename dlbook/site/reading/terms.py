"""The field's terms in both languages: for the glossary, the tooltips and the search.

``docs/terms.yml`` is a list; each entry has an ``id``, its names ``zh`` and ``en``, a ``pinyin`` by
which Chinese lists are sorted, a one-line ``definition: {zh, en}``, and may have
``also: {zh: […], en: […]}``, other forms of the names, and ``never: {zh: […], en: […]}``, phrases
in which they mean something else.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from dlbook.base.language import LANGUAGES
from dlbook.site.reading.input_file import InputError, read_text
from dlbook.site.reading.odd_lines import odd_characters
from dlbook.site.reading.problems import Problem
from dlbook.site.reading.term_slips import term_slips
from dlbook.site.reading.yaml_source import compose_text, constructed

_NAME = re.compile(r"[a-z][a-z0-9-]*")
_TEXTS = ("id", *LANGUAGES, "pinyin")
_PHRASES = ("also", "never")
_FORM = "{id: …, zh: …, en: …, pinyin: …, definition: {zh: …, en: …}}"
Phrases = Mapping[str, tuple[str, ...]]
_NONE: Phrases = dict.fromkeys(LANGUAGES, ())


@dataclass(frozen=True)
class Term:
    """One notion, its names and its definition by language."""

    id: str
    names: Mapping[str, str]
    definition: Mapping[str, str]
    pinyin: str
    also: Phrases = field(default_factory=lambda: _NONE)
    never: Phrases = field(default_factory=lambda: _NONE)

    def forms(self, lang: str) -> tuple[str, ...]:
        """What the term is called in one language, its name first."""
        return (self.names[lang], *self.also[lang])

    def sort_key(self, lang: str) -> str:
        """By which lists in one language are sorted."""
        return (self.pinyin if lang == "zh" else self.names["en"]).casefold()


def read_terms(path: Path, shown: str) -> tuple[list[Term], list[Problem]]:
    """The terms of a file, and what is wrong with it; ``shown`` is how messages call it.

    No file is no terms.
    """
    if not (path.exists() or path.is_symlink()):
        return [], []
    try:
        terms, problems = _read(read_text(path, shown), shown)
    except InputError as error:
        return [], [error.problem]
    return [*terms], [*problems]


@lru_cache(maxsize=4)  # a build asks several times, and a server after every edit
def _read(text: str, shown: str) -> tuple[list[Term], list[Problem]]:
    terms: list[Term] = []
    tree = compose_text(text, shown)
    problems = [*odd_characters(text, shown)]
    if not isinstance(tree, yaml.SequenceNode):
        return [], [Problem(shown, 1, f"not a list; write entries, '- {_FORM}', or '[]' for none")]
    for node in tree.value:
        try:
            entry = constructed(node, shown)
        except InputError as error:
            problems.append(error.problem)
            continue
        wrong = _wrong(entry) or _clash(_term(entry), terms)
        if wrong:
            problems.append(Problem(shown, node.start_mark.line + 1, wrong))
        else:
            problems += term_slips(entry, node, shown)
            terms.append(_term(entry))
    return terms, problems


def _wrong(entry: Any) -> str:
    """What is wrong with one entry, ``""`` if nothing is."""
    if not isinstance(entry, dict):
        return f"an entry is {_FORM}"
    called = f"entry '{entry.get('id') or entry.get('zh') or entry.get('en')}'"
    lacking = _lacking(entry)
    if lacking:
        return f"{called} needs {', '.join(lacking)} (text, in quotes if it looks like more)"
    unknown = entry.keys() - {*_TEXTS, "definition", *_PHRASES}
    if unknown:
        return f"{called} has the unknown field {', '.join(sorted(unknown))}"
    if not _NAME.fullmatch(entry["id"]):
        return f"{called}: an id is made of small letters, digits and -"
    for name in _PHRASES:
        if not _are_phrases(entry.get(name, {})):
            return f"{called}: write {name} as {{zh: [form, …], en: [form, …]}}"
    return ""


def _lacking(entry: Mapping[str, Any]) -> list[str]:
    given = entry.get("definition")
    definition = given if isinstance(given, dict) else {}
    return [
        *(name for name in _TEXTS if not _is_text(entry.get(name))),
        *(f"definition.{lang}" for lang in LANGUAGES if not _is_text(definition.get(lang))),
    ]


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _are_phrases(value: object) -> bool:
    return isinstance(value, dict) and all(
        lang in LANGUAGES and isinstance(forms, list) and all(map(_is_text, forms))
        for lang, forms in value.items()
    )


def _term(entry: Mapping[str, Any]) -> Term:
    def phrases(name: str) -> Phrases:
        return {lang: tuple(entry.get(name, {}).get(lang, ())) for lang in LANGUAGES}

    return Term(
        id=entry["id"],
        names={lang: entry[lang] for lang in LANGUAGES},
        definition=entry["definition"],
        pinyin=entry["pinyin"],
        also=phrases("also"),
        never=phrases("never"),
    )


def _clash(term: Term, others: list[Term]) -> str:
    """What the term shares with an earlier one that should be its own."""
    for other in others:
        if other.id == term.id:
            return f"the id '{term.id}' stands twice; rename one"
        for form in _shared(term, other):
            return f"'{form}' is a form of '{other.id}' already"
    return ""


def _shared(term: Term, other: Term) -> Iterator[str]:
    for lang in LANGUAGES:
        theirs = {form.casefold() for form in other.forms(lang)}
        yield from (form for form in term.forms(lang) if form.casefold() in theirs)
