"""The index of the search of one language, in parts: a query needs few of them.

``index.js`` is what every query needs: the pages, and the other names of terms. ``k….js`` say for
each key (``dlbook/site/reading/search_words.py``) which sections have it, ``t….js`` hold the
sections' titles and texts. All are classic scripts, since a page that is opened from a folder can
load nothing else; each hands its content to ``dlSearch``, which ``web/src/search`` defines. Parts
lie in a folder that is named by their content, so that no browser mixes two builds.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from dlbook.site.reading.anchors import term_anchor
from dlbook.site.reading.late import Section
from dlbook.site.reading.search_words import is_han, part, plain_form, search_keys
from dlbook.site.reading.terms import Term

FOLDER = "search"
PARTS = 256  # a part has one or two kilobytes at thirteen chapters, compressed
TEXT = 4000  # bytes of text in a part, before they are compressed
# How a section has a key: in its text once or more often, in its title, or in both.
ONCE, OFTEN, TITLE, BOTH = range(4)


@dataclass(frozen=True)
class Indexed:
    """A page: its address from the root of its language, and by what its score is multiplied."""

    url: str
    sections: tuple[Section, ...]
    boost: float = 1.0


def index(pages: Sequence[Indexed], terms: Iterable[Term], lang: str) -> dict[str, bytes]:
    """Every file of the index, by its path from the root of the language."""
    sections = [section for page in pages for section in page.sections]
    texts, firsts = _texts(sections)
    found = _found(sections)
    parts: dict[str, object] = {f"k{number}": held for number, held in enumerate(_key_parts(found))}
    parts |= {f"t{number}": held for number, held in enumerate(texts)}
    scripts = {name: _script(name, content) for name, content in parts.items()}
    version = hashlib.sha256(b"".join(scripts.values())).hexdigest()[:8]
    whole = {
        "version": version,
        "parts": PARTS,
        "sections": len(sections),
        "texts": firsts,
        "pages": list(_pages(pages)),
        "names": list(called_names(terms, lang, found, sections)),
    }
    files = {f"{FOLDER}/{version}/{name}.js": script for name, script in scripts.items()}
    return {**files, f"{FOLDER}/index.js": _script("index", whole)}


def called_names(
    terms: Iterable[Term],
    lang: str,
    found: Mapping[str, Sequence[int]],
    sections: Sequence[Section],
) -> Iterator[list[Any]]:
    """Of each term all its names, those by which pages call it, and the section that explains it.

    Names are compared without blanks and hyphens. The glossary has every form, so that one which
    nothing else has is no way to a page. The section is -1 if there is none.
    """
    explained = {section.anchor: place for place, section in enumerate(sections)}
    for term in terms:
        both = [form for names in (term.names, term.also) for form in _forms(names)]
        name, *others = term.forms(lang)
        called = [name, *(form for form in others if len(_having(form, found)) > 1)]
        forms = list(dict.fromkeys(map(squeezed, both)))
        if _having(name, found):
            entry = explained.get(term_anchor(term.id), -1)
            yield [forms, list(dict.fromkeys(called)), entry]


def _having(form: str, found: Mapping[str, Sequence[int]]) -> set[int]:
    """The sections that have every key of a form."""
    places = [{place // 4 for place in found.get(key, ())} for key in _inner(form)]
    return set.intersection(*places) if places else set()


def _inner(form: str) -> list[str]:
    """The keys of a form wherever it stands, which may be within a run of Chinese."""
    keys = list(search_keys(form))
    return [key for key in keys if len(key) > 1 or not is_han(key)] or keys


def squeezed(name: str) -> str:
    """A name without what different writers put between its parts."""
    return "".join(plain_form(name).replace("-", " ").split())


def _forms(names: Mapping[str, Any]) -> list[str]:
    return [form for each in names.values() for form in ([each] if isinstance(each, str) else each)]


def _pages(pages: Sequence[Indexed]) -> Iterator[list[Any]]:
    first = 0
    for page in pages:
        yield [page.url, page.sections[0].title, first, page.boost]
        first += len(page.sections)


def _found(sections: Sequence[Section]) -> dict[str, list[int]]:
    """For each key the sections that have it, four times their place plus how they have it."""
    found: dict[str, list[int]] = {}
    for place, section in enumerate(sections):
        for key, how in _how(section.title, section.text):
            found.setdefault(key, []).append(4 * place + how)
    return found


@lru_cache(maxsize=8192)  # in a server, most sections are what they were
def _how(title: str, text: str) -> tuple[tuple[str, int], ...]:
    in_title, in_text = (
        set(search_keys(title)),
        Counter(search_keys(text)),
    )
    often = {key: OFTEN if count > 1 else ONCE for key, count in in_text.items()}
    named = {key: BOTH if key in in_text else TITLE for key in in_title}
    return tuple({**often, **named}.items())


def _key_parts(found: Mapping[str, Sequence[int]]) -> list[dict[str, list[int]]]:
    """The keys by their parts, the first section as it is, each further one by its distance."""
    parts: list[dict[str, list[int]]] = [{} for _ in range(PARTS)]
    for key in sorted(found):
        places = found[key]
        steps = [4 * (b // 4 - a // 4) + b % 4 for a, b in zip([0, *places], places, strict=False)]
        parts[part(key, PARTS)][key] = steps
    return parts


def _texts(sections: Sequence[Section]) -> tuple[list[list[list[str]]], list[int]]:
    """The sections in parts of about equal weight, and the place of the first of each part."""
    parts: list[list[list[str]]] = []
    firsts: list[int] = []
    weight = TEXT
    for place, section in enumerate(sections):
        if weight >= TEXT:
            parts.append([])
            firsts.append(place)
            weight = 0
        parts[-1].append([section.anchor, section.title, section.text])
        weight += len(f"{section.anchor}{section.title}{section.text}".encode())
    return parts, firsts


def _script(name: str, content: object) -> bytes:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return f"dlSearch({json.dumps(name)},{text});\n".encode()
