"""Files that are there whole or not at all, whoever is killed and however many build at once."""

import json
import os
import shutil
import time
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

from dlbook.base.whole import MARK, unfinished

_STALE = 600.0  # seconds; a write takes less than one, so nobody is still at it


def to_json(value: Any) -> bytes:
    """JSON as it is committed: sorted keys, one space, Chinese as it is, a newline at the end."""
    return (json.dumps(value, sort_keys=True, indent=1, ensure_ascii=False) + "\n").encode()


def discard(path: Path) -> None:
    """Remove a file or a folder in one step: it is renamed first, so nobody reads half of it."""
    mine = unfinished(path)
    try:
        path.rename(mine)
    except FileNotFoundError:
        return
    _remove(mine)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)  # another build may be removing it too
    else:
        path.unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Remove what killed builds left unfinished anywhere below ``folder``."""
    for path in _unfinished_below(folder):
        try:
            age = time.time() - path.lstat().st_mtime
        except FileNotFoundError:
            continue
        if age > _STALE:
            _remove(path)


def _unfinished_below(folder: Path) -> Iterator[Path]:
    """In every build, of all that a cache holds: so without an object for each file."""
    for parent, folders, names in os.walk(folder):
        yield from (Path(parent, name) for name in (*folders, *names) if name.startswith(MARK))


def keep_newest(paths: Iterable[Path], count: int, always: Collection[Path]) -> None:
    """Discard all but the ``count`` paths used last and those to be kept ``always``."""
    whole = [path for path in paths if not path.name.startswith(MARK)]
    for path in sorted(whole, key=_used, reverse=True)[count:]:
        if path not in always:
            discard(path)


def touch(path: Path) -> None:
    """Note that a path was used now."""
    os.utime(path)


def _used(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
