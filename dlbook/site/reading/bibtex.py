"""Reads ``docs/references.bib``, the one place for the works that the book cites or judges.

Beside BibTeX's own fields an entry may have ``author_zh`` and ``title_zh`` or ``title_en``, how the
other language calls it, and ``howpublished_zh``; ``langid = {chinese}`` if its title is Chinese;
and ``shorthand``, the name that claims give to a source, such as ``seed 000``. The year may be
``n.d.``.
"""

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from string import ascii_lowercase

from pybtex.database import BibliographyData, BibliographyDataError, Entry, Person, parse_string
from pybtex.richtext import Text
from pybtex.scanner import PybtexSyntaxError

from dlbook.site.reading.literature import Author, CitableWork, Library
from dlbook.site.reading.problems import Problem

_ENTRY = re.compile(r"^@\w+\{\s*(?P<key>[^\s,]+)", re.MULTILINE)
_NEEDED = ("author", "title", "year")
_YEAR = re.compile(r"\d{4}|n\.d\.")


def read_library(path: Path, shown: str) -> Library:
    """The works of a file; ``shown`` is how messages call it. No file is an empty library."""
    if not path.is_file():
        return Library()
    text = path.read_text(encoding="utf-8")
    lines = {
        match["key"]: text.count("\n", 0, match.start()) + 1 for match in _ENTRY.finditer(text)
    }
    try:
        data: BibliographyData = parse_string(text, "bibtex")
    except PybtexSyntaxError as error:
        return Library(problems=(Problem(shown, error.lineno, f"not valid BibTeX: {error}"),))
    except BibliographyDataError as error:
        key = str(error).rpartition(" ")[2]
        return Library(problems=(Problem(shown, lines.get(key, 1), f"{error}; rename one"),))
    works, problems = [], []
    for key, entry in data.entries.items():
        lacking = _lacking(entry)
        if lacking:
            problems.append(Problem(shown, lines.get(key, 1), f"entry '{key}' needs {lacking}"))
        else:
            works.append(_work(key, entry))
    return Library({work.key: work for work in _in_order(works)}, tuple(problems))


def _lacking(entry: Entry) -> str:
    """What an entry lacks, in words; ``""`` if it lacks nothing."""
    have = {"author": entry.persons.get("author"), **entry.fields}
    lacking = [name for name in _NEEDED if not have.get(name)]
    if not lacking and not _YEAR.fullmatch(entry.fields["year"]):
        return "a year of four digits, or n.d."
    return ", ".join(lacking)


def _work(key: str, entry: Entry) -> CitableWork:
    fields = {name.lower(): _plain(value) for name, value in entry.fields.items()}
    authors = tuple(_author(person) for person in entry.persons["author"])
    return CitableWork(key, authors, {**fields, "type": entry.type})


def _author(person: Person) -> Author:
    family = " ".join(map(_plain, [*person.prelast_names, *person.last_names]))
    return Author(family, " ".join(map(_plain, [*person.first_names, *person.middle_names])))


def _plain(tex: str) -> str:
    return str(Text.from_latex(tex))  # render_as() looks for its renderer anew each time


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
