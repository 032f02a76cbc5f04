"""The source of the book as one file of its site, so that a reader needs no other host to run it.

It holds what the commit holds, lock files and records too; of a folder that was changed since, its
files as they are, and it says so. A copy without git packs what lies there, less what tools make.
Equal sources give equal bytes.
"""

import io
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

from dlbook.record.git import git
from dlbook.site.building.making import FileStates, file_states
from dlbook.site.reading.address import Address

NOTE = "SOURCE.txt"
# What .gitignore names, for a copy that has no git to read it.
MADE = (
    *(".cache", ".git", ".import_linter_cache", ".mypy_cache", ".pytest_cache", ".ruff_cache"),
    *(".venv", "__pycache__", "node_modules"),
)
MADE_HERE = ("out", "site", "web/src/records", "web/src/engine/binaries.ts")  # from the root
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can hold
_SHOWN = 12  # digits of a commit that tell versions apart
_packed: dict[Path, tuple[FileStates, str, bytes]] = {}  # by a server's build before this one


def commit(root: Path) -> str:
    """The commit that the folder holds, with ``+`` if it was changed since; empty if unknown."""
    if not (root / ".git").exists():
        note = root / NOTE
        lines = note.read_text(encoding="utf-8").splitlines() if note.is_file() else []
        said = (line.removeprefix("commit ") for line in lines if line.startswith("commit "))
        return next(said, "")
    head = git(root, "rev-parse", "--verify", "--quiet", "HEAD") or b""
    is_changed = bool(git(root, "status", "--porcelain"))
    return head.decode().strip() + "+" * (is_changed and bool(head))


def source_archive(root: Path, address: Address) -> bytes:
    """The archive: one folder, named by the commit.

    Raises:
        OSError: a file cannot be read.
    """
    names = sorted({*_names(root), NOTE})
    states, note = file_states(root / name for name in names), _note(address)
    before = _packed.get(root)
    if before is None or before[:2] != (states, note):
        before = _packed[root] = (states, note, _zipped(root, names, note, address))
    return before[2]


def _zipped(root: Path, names: list[str], note: str, address: Address) -> bytes:
    folder = "-".join(filter(None, ("why-deep", address.commit[:_SHOWN])))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in names:
            path = root / name
            entry = zipfile.ZipInfo(f"{folder}/{name}", _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            runs = name != NOTE and path.stat().st_mode & 0o100
            entry.external_attr = (0o100755 if runs else 0o100644) << 16
            archive.writestr(entry, note.encode() if name == NOTE else path.read_bytes())
    return buffer.getvalue()


def _note(address: Address) -> str:
    lines = ["Why deep? · 为什么要深"]
    lines += [f"commit {address.commit}"] if address.commit else []
    return "\n".join([*lines, *address.known]) + "\n"


def _names(root: Path) -> Iterator[str]:
    """The files of the source, by their paths from the root."""
    if (root / ".git").exists():
        listed = git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard") or b""
        names = filter(None, listed.decode().split("\0"))
        yield from (name for name in names if (root / name).is_file())
        return
    for folder, below, files in os.walk(root):
        here = Path(folder).relative_to(root)
        below[:] = [name for name in below if not _is_made(here / name)]
        ways = (here / name for name in files)
        yield from (way.as_posix() for way in ways if not _is_made(way))


def _is_made(path: Path) -> bool:
    is_built = path.name.startswith(".site.") or path.suffix == ".egg-info"
    return is_built or path.name in MADE or path.as_posix() in MADE_HERE
