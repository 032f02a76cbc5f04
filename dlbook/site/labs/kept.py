"""What was made of a figure's script for its pages, kept in the cache from build to build.

An entry is found by the text that it was made from and by the code that makes it, and is believed
only with its checksum.
"""

import hashlib
import json
import platform
from collections.abc import Callable
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from dlbook.base.whole import write
from dlbook.record.records import Project
from dlbook.site.labs.cut import Cells, cut

_PACKAGE = Path(__file__).parents[2]
_MAKERS = ("base", "record", "site/labs", "site/pages/code_html.py")


def _makers() -> str:
    """The code that decides what is made, as this process has loaded it."""
    found = (path for name in _MAKERS[:-1] for path in sorted((_PACKAGE / name).glob("*.py")))
    texts = [path.read_bytes() for path in (*found, _PACKAGE / _MAKERS[-1])]
    others = (version("pygments"), platform.python_version())
    return hashlib.sha256(b"\0".join([*texts, *(other.encode() for other in others)])).hexdigest()


_MADE_BY = _makers()  # now, and not when it is asked for: a server may see the files edited


def kept(project: Project, kind: str, text: str, make: Callable[[str], str]) -> str:
    """``make(text)``, made once; ``kind`` tells apart what is made of one text."""
    name = _checksum("\0".join((_MADE_BY, kind, text)))
    path = project.cache / "scripts" / f"{name}.txt"
    try:
        checksum, _, made = path.read_bytes().decode().partition("\n")
    except (FileNotFoundError, UnicodeDecodeError):
        checksum = made = ""
    if checksum != _checksum(made):  # a damaged entry is simply made again
        made = make(text)
        write(path, f"{_checksum(made)}\n{made}".encode())
    return made


def cells(project: Project, source: str, lang: str) -> Cells:
    """The cells of a script, as :func:`dlbook.site.labs.cut.cut` cuts it."""

    def make(text: str) -> str:
        return json.dumps(asdict(cut(text, lang)), ensure_ascii=False)

    return Cells(**json.loads(kept(project, f"cells {lang}", source, make)))


def _checksum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
