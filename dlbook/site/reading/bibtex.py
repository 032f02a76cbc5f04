"""Reads ``docs/references.bib``, the one place for the works that the book cites or judges.

Beside BibTeX's own fields an entry may have ``author_zh`` and ``title_zh`` or ``title_en``, how the
other language calls it, and ``howpublished_zh``; ``langid = {chinese}`` if its title is Chinese;
and ``shorthand``, the name that claims give to a source, such as ``Source A`` (in Chinese
``shorthand_zh``). The year may be
``n.d.``.
"""

import re
from collections import Counter
from dataclasses import replace
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from string import ascii_lowercase

from pybtex.bibtex.utils import split_tex_string
from pybtex.database import InvalidNameString, Person
from pybtex.exceptions import PybtexError

from dlbook.base.lookup import unknown
from dlbook.site.reading.bibtex_entries import BibtexEntry, read_entries
from dlbook.site.reading.bibtex_slips import clash, entry_slips, name_slip
from dlbook.site.reading.input_file import InputError, read_text
from dlbook.site.reading.literature import Author, CitableWork, Library
from dlbook.site.reading.odd_lines import merge_marks, odd_characters
from dlbook.site.reading.problems import PageError, Problem
from dlbook.site.reading.tex_text import tex_to_text

_NEEDED = ("author", "title", "year")
_YEAR = re.compile(r"[0-9]{4}|n\.d\.")
_AND = r"\s+[Aa][Nn][Dd]\s+"
_TYPES = (
    *("article", "book", "booklet", "conference", "inbook", "incollection", "inproceedings"),
    *("manual", "mastersthesis", "misc", "phdthesis", "proceedings", "techreport", "unpublished"),
    *("collection", "dataset", "online", "report", "software", "thesis", "electronic", "patent"),
)
_OWN = (
    "author_zh",
    "title_zh",
    "title_en",
    "howpublished_zh",
    "langid",
    "shorthand",
    "shorthand_zh",
)
_SHOWN = ("journal", "booktitle", "publisher", "howpublished", "volume", "pages", *_OWN)
_ADDRESSES = ("eprint", "doi", "url")
_FIELDS = (
    *(*_NEEDED, *_SHOWN, *_ADDRESSES, "abstract", "address", "annote", "archiveprefix", "chapter"),
    *("crossref", "date", "day", "edition", "editor", "institution", "isbn", "issn", "key"),
    *("keywords", "language", "location", "month", "note", "number", "organization"),
    *("primaryclass", "school", "series", "subtitle", "type", "urldate", "version"),
)


def read_library(path: Path, shown: str) -> Library:
    """The works of a file; ``shown`` is how messages call it. No file is an empty library."""
    if not (path.exists() or path.is_symlink()):
        return Library()
    try:
        return _read(read_text(path, shown), shown)
    except InputError as error:
        return Library(problems=(error.problem,))


@lru_cache(maxsize=4)  # both languages ask, and a server after every edit
def _read(text: str, shown: str) -> Library:
    if merged := merge_marks(text, shown):
        return Library(problems=tuple(merged))
    entries, problems = read_entries(text, shown)
    problems += odd_characters(text, shown)
    keys = [entry.key for entry in entries]
    works: dict[str, CitableWork] = {}
    seen: dict[tuple[str, str], str] = {}
    for entry in entries:
        try:
            work = _checked(entry)
            if work.key.casefold() in map(str.casefold, works):
                message = f"repeated bibliography entry: {work.key}; rename one, or keep one"
                raise _wrong(entry, "", message)
            if taken := clash(work, seen):
                raise _wrong(entry, *taken)
        except InputError as error:
            problems.append(error.problem)
        else:
            works[work.key] = work
            problems += (_wrong(entry, *slip).problem for slip in entry_slips(entry, keys))
    return Library({work.key: work for work in _in_order(list(works.values()))}, tuple(problems))


def _checked(entry: BibtexEntry) -> CitableWork:
    """The work of an entry.

    Raises:
        InputError: it has not what a work needs, or what it has cannot be shown.
    """
    if entry.type not in _TYPES:
        raise _wrong(entry, "", f"entry '{entry.key}': {unknown('type', entry.type, _TYPES)}")
    for name in entry.fields:
        close = get_close_matches(name, _FIELDS, n=1, cutoff=0.8)
        if name not in _FIELDS and close:
            raise _wrong(entry, name, f"no field '{name}'; did you mean '{close[0]}'?")
    lacking = [name for name in _NEEDED if not entry.fields.get(name)]
    if lacking:
        raise _wrong(entry, "", f"entry '{entry.key}' needs {', '.join(lacking)}")
    if not _YEAR.fullmatch(entry.fields["year"]):
        raise _wrong(entry, "year", f"entry '{entry.key}' needs a year of four digits, or n.d.")
    names = split_tex_string(entry.fields["author"], _AND)
    others = len(names) > 1 and names[-1] == "others"
    authors = tuple(_author(entry, name) for name in (names[:-1] if others else names))
    rest = {name: value for name, value in entry.fields.items() if name not in Person.valid_roles}
    fields = {name: _text(entry, name, value) for name, value in rest.items()}
    return CitableWork(entry.key, authors, {**fields, "type": entry.type}, has_others=others)


def _author(entry: BibtexEntry, name: str) -> Author:
    if name.strip(" ,") in ("", "others") or re.search(r"^and\b|\sand$", name.lower()):
        raise _wrong(entry, "author", "a name between two 'and' is missing; take one 'and' away")
    if slip := name_slip(name):
        raise _wrong(entry, "author", slip)
    try:
        person = Person(name)
    except InvalidNameString as error:
        message = f"'{name}' has too many commas; write 'Family, Given and Family, Given'"
        raise _wrong(entry, "author", message) from error
    family = [*person.prelast_names, *person.last_names]
    given = [*person.first_names, *person.middle_names]
    written = [
        " ".join(_text(entry, "author", part) for part in parts) for parts in (family, given)
    ]
    return Author(*written)


def _text(entry: BibtexEntry, name: str, tex: str) -> str:
    if name in _ADDRESSES:
        return tex.replace("\\_", "_").replace("\\%", "%").replace("\\&", "&")
    try:
        return tex_to_text(tex)
    except PageError as error:
        if name in (*_NEEDED, *_SHOWN):
            raise _wrong(entry, name, f"{name}: {error}") from error
        return tex  # nobody shows it
    except PybtexError as error:
        raise _wrong(entry, name, f"{name}: {error}") from error


def _wrong(entry: BibtexEntry, field: str, message: str) -> InputError:
    return InputError(Problem(entry.shown, entry.lines.get(field, entry.line), message))


def _in_order(works: list[CitableWork]) -> list[CitableWork]:
    """By authors, year and title, what has a shorthand last; equal names and years get letters."""
    works.sort(
        key=lambda work: (
            work.shorthand,
            [author.family.casefold() for author in work.authors],
            work.fields["year"],
            work.fields["title"].casefold(),
        )
    )
    every, seen = Counter(map(_alike, works)), Counter[str]()
    found = []
    for work in works:
        alike = _alike(work)
        found.append(replace(work, suffix=ascii_lowercase[seen[alike]] if every[alike] > 1 else ""))
        seen[alike] += 1
    return found


def _alike(work: CitableWork) -> str:
    return work.parenthetical("en")
