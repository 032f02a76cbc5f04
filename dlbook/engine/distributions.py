"""Versions of installed distributions, read where ``importlib.metadata`` reads them.

That module loads the whole of the package ``email`` to read a file of headers, which is a fifth of
what it costs to find that no figure is stale; it is asked where the way here does not lead there.
"""

import os
import re
import sys
from functools import cache
from pathlib import Path

_SEPARATORS = re.compile(r"[-_.]+")
_VERSION = re.compile(rb"^Version:[ \t]*(\S+)[ \t]*\r?$", re.MULTILINE)


def installed_version(distribution: str) -> str | None:
    """The installed version of a distribution, if there is one."""
    name = _SEPARATORS.sub("_", distribution).lower()
    for folder in sys.path:
        found = _listed(folder or os.curdir).get(name, ())
        if found:
            plain = len(found) == 1 and found[0].suffix == ".dist-info"
            return (_written(found[0]) if plain else None) or _asked(distribution)
    return _asked(distribution)


@cache
def _listed(folder: str) -> dict[str, list[Path]]:
    """What a folder on Python's path says of installed distributions, by their names."""
    try:
        with os.scandir(folder) as scanned:
            entries = sorted(entry.name for entry in scanned)
    except OSError:
        return {}
    found: dict[str, list[Path]] = {}
    for entry in entries:
        if entry.endswith((".dist-info", ".egg-info")):
            name = _SEPARATORS.sub("_", entry.rpartition(".")[0].partition("-")[0]).lower()
            found.setdefault(name, []).append(Path(folder, entry))
    return found


def _written(folder: Path) -> str | None:
    try:
        headers, _, _ = (folder / "METADATA").read_bytes().partition(b"\n\n")
    except OSError:
        return None
    match = _VERSION.search(headers)
    return match[1].decode() if match else None


def _asked(distribution: str) -> str | None:
    from importlib import metadata

    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None
