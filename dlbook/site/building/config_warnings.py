"""What MkDocs says against its configuration, with file and line, in one line each.

MkDocs says it before it calls any hook, and often before it imports them. So the configuration
names :func:`about_file` in a tag of YAML, which is followed while the file is read: the import
suffices. It is also the place where a build is turned away whose configuration lists no hooks of
ours: the next that MkDocs would do is to empty the site.
"""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort

from dlbook.site.building.config_file import hooks_problems, place
from dlbook.site.building.link_warnings import count_warnings
from dlbook.site.building.navigation import CONFIG
from dlbook.site.reading.problems import Problem

_ABOUT = re.compile(r"Config value '(?P<key>[^']+)': (?P<said>.*)", re.DOTALL)
_QUOTED = re.compile(r"""['"]([^'"\n]+)['"]""")
_LAST = re.compile(r"(?:: |got )(\w+)$")
_UNKNOWN = "Unrecognised configuration name: "
_logger = logging.getLogger("mkdocs.config")


class _Places(logging.Filter):
    """Puts ``mkdocs.yml:12`` before what MkDocs says of a value in its configuration."""

    shown = CONFIG

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite a record, and let it pass."""
        if match := _ABOUT.fullmatch(record.getMessage()):
            names = [match["key"], *_names(match["said"])]
            file, line = place(_root(), self.shown, names)
            message = _message(match["key"], match["said"])
            record.msg, record.args = str(Problem(file, line, message)), ()
        return True


@contextmanager
def about_file(shown: str) -> Iterator[None]:
    """Meanwhile it is this file that MkDocs reads, and not the first of the two."""
    _places.shown = shown
    try:
        yield
    finally:
        _places.shown = CONFIG


def _asked(option: str) -> Any:
    """What the command line of MkDocs says."""
    command = click.get_current_context(silent=True)
    return command.params.get(option) if command else None


def _root() -> Path:
    return Path(getattr(_asked("config_file"), "name", CONFIG)).parent


def _names(said: str) -> list[str]:
    first, last = said.splitlines()[0], said.splitlines()[-1]
    found = _QUOTED.findall(first) + (_QUOTED.findall(last) if last != first else [])
    return found + [match[1] for match in _LAST.finditer(first) if match[1] not in found]


def _message(key: str, said: str) -> str:
    """One line: of a traceback the first and the last, and what to do."""
    if said.startswith(_UNKNOWN):
        close = get_close_matches(key, [name for name, _ in MkDocsConfig()._schema], n=1)
        remedy = f"did you mean '{close[0]}'?" if close else "take it away"
        return f"MkDocs has no option '{key}'; {remedy}"
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    told = lines[0] if len(lines) == 1 else f"{lines[0]} {lines[-1]}"
    told = re.sub(r"KeyError: ('[^']*')", r"It has no option \1.", told)
    return f"{key}: {told.rstrip('.')}; mend this value"


def _refuse_without_hooks() -> None:
    """Say it where MkDocs begins.

    Raises:
        Abort: the configuration lists no hooks of ours.
    """
    for problem in hooks_problems(_root()):
        _logger.error(str(problem))
        raise Abort("Nothing was built, and the site is as it was.")


_places = _Places()
_logger.addFilter(_places)
if _asked("strict"):
    count_warnings()
if click.get_current_context(silent=True):
    _refuse_without_hooks()
