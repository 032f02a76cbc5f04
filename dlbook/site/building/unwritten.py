"""What an author has still to write: every TODO in pages, scripts, their texts and their tests.

A draft may be built and looked at; what is published by a strict build has none.
"""

import logging
import re
from itertools import chain
from pathlib import Path

from mkdocs.exceptions import Abort

from dlbook.base.counting import counted
from dlbook.site.reading.problems import Problem

_PLACES = (
    "docs/*/**/*.md",
    "figures_src/**/*.py",
    "figures_src/**/*.md",
    "tests/figures/test_*.py",
    "tests/test_*_page.py",
)
# Not beside Latin letters; a Chinese sentence leaves no space around it.
_TODO = re.compile(r"(?<![A-Za-z0-9_])TODO(?![A-Za-z0-9_])[:：]?[ \t]*(?P<what>.*?)[\s\"',)>-]*$")
_log = logging.getLogger("mkdocs.hooks.dlbook")


def todos(root: Path) -> list[Problem]:
    """A problem for each line that holds the word, in order of file and line."""
    found = []
    for path in sorted(set(chain.from_iterable(map(root.glob, _PLACES)))):
        shown = path.relative_to(root).as_posix()
        for number, line in enumerate(_lines(path), 1):
            match = _TODO.search(line)
            if match:
                found.append(Problem(shown, number, f"still to do: {match['what'] or 'this'}"))
    return found


def _lines(path: Path) -> list[str]:
    """What of a file can be read; whoever checks it says what is wrong with the rest."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []


def tell_todos(root: Path, *, refuse: bool) -> None:
    """Say what is left to write, before anything is trained.

    Raises:
        Abort: something is, and that is to be refused.
    """
    found = todos(root)
    for problem in found:
        (_log.error if refuse else _log.warning)(str(problem))
    if found and refuse:
        owed = counted(len(found), "line is", "lines are")
        raise Abort(f"{owed} still to be written. Nothing was published.")
