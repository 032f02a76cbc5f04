"""The one way in which a file is written: whole or not at all, whoever is killed meanwhile."""

import secrets
from pathlib import Path

MARK = ".unfinished-"


def unfinished(path: Path) -> Path:
    """A name of one's own beside ``path``, for what will be renamed to it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.with_name(f"{MARK}{secrets.token_hex(8)}-{path.name}")


def write(path: Path, data: bytes) -> None:
    """Put ``data`` at ``path`` in one step; readers see the old file or the new one."""
    mine = unfinished(path)
    try:
        mine.write_bytes(data)
        mine.replace(path)
    finally:
        mine.unlink(missing_ok=True)
