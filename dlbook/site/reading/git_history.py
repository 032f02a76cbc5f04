"""What moved in the committed records, commit by commit, read from git.

A commit that changed only words, configurations or machines moved nothing. A merge counts as what
it brought to the line of work that it was merged into.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from dlbook.record.git import GitError, blobs, git
from dlbook.record.moves import Record
from dlbook.record.records import Project
from dlbook.record.registrations import REGISTERED, Registration, registration_in
from dlbook.site.reading.book_moves import BookMoves, Records, book_moves
from dlbook.site.reading.problems import PageError

_LOG = (
    *("log", "--first-parent", "-m", "--reverse", "--root", "--encoding=UTF-8", "--no-notes"),
    *("--raw", "--no-abbrev", "--no-renames", "--no-color"),
    "--format=%x00%H%x1f%cs%x1f%s",  # no message holds a NUL
)
_RECORDS = (":(glob)results/*.json", f":(glob){REGISTERED}/*.json")
_NO_BLOB = "0" * 40


@dataclass(frozen=True)
class Commit:
    """A commit that moved or registered something.

    ``key`` is its whole hash, ``day`` is YYYY-MM-DD, ``registered`` holds what it registered, by
    the figure's name.
    """

    key: str
    day: str
    subject: str
    moves: BookMoves
    registered: Mapping[str, Registration] = field(default_factory=dict)


@dataclass(frozen=True)
class History:
    """The commits that moved something, newest first.

    ``pending`` is what the records in the folder would move if they were committed; ``is_cut`` says
    that this copy lacks older commits.
    """

    commits: tuple[Commit, ...]
    pending: BookMoves
    is_cut: bool

    @property
    def reasons(self) -> Mapping[str, Mapping[str, str]]:
        """Why a figure was registered anew, by the digest of that registration."""
        registered = (each for commit in self.commits for each in commit.registered.values())
        found = ((each.digest, each.content.get("because")) for each in registered)
        return {digest: because for digest, because in found if because}


def read_history(project: Project) -> History | None:
    """The history of the records, or ``None`` if this copy of the project has none.

    What is committed is read once for each state of the repository; the rest every time. A copy
    that lies unknown in a repository of something else has no history.

    Raises:
        PageError: git fails in the repository that there is.
    """
    try:
        return _history(project)
    except GitError as error:
        raise PageError(str(error)) from error


def _history(project: Project) -> History | None:
    head = git(project.root, "log", "-1", "--format=%H", "--no-color")
    if head is None:
        return None
    commits, committed, is_cut = _committed(project.root.resolve(), head.decode().strip())
    if not commits and not committed and not _is_top(project.root):
        return None
    paths = sorted((project.root / "results").glob("[!.]*.json"))
    written = {path.stem: _record(path.read_bytes()) or committed.get(path.stem) for path in paths}
    present = {name: record for name, record in written.items() if record is not None}
    return History(commits, book_moves(committed, present), is_cut)


def _is_top(root: Path) -> bool:
    """Whether the repository is the book's own, not one of a folder around it."""
    return (git(root, "rev-parse", "--show-cdup") or b"").strip() == b""


class _Change(NamedTuple):
    folder: str
    name: str
    blob: str


@lru_cache(maxsize=4)
def _committed(root: Path, head: str) -> tuple[tuple[Commit, ...], Records, bool]:
    """The commits up to ``head``, newest first, and the records that it holds."""
    log = list(_changes((git(root, *_LOG, head, "--", *_RECORDS) or b"").decode(errors="replace")))
    keys = {change.blob for _, changes in log for change in changes} - {_NO_BLOB}
    contents = blobs(root, keys)
    records = {key: _record(data) for key, data in contents.items()}
    state: Records = {}
    commits = []
    for (key, day, subject), changes in log:
        after = dict(state)
        registered: dict[str, Registration] = {}
        for folder, name, blob in changes:
            if folder == REGISTERED:
                if found := registration_in(contents.get(blob, b"")):
                    registered[name] = found
            elif blob == _NO_BLOB:
                after.pop(name, None)
            elif (record := records.get(blob)) is not None:
                after[name] = record
        moves = book_moves(state, after)
        if moves or registered:
            commits.append(Commit(key, day, subject, moves, registered))
        state = after
    is_cut = git(root, "rev-parse", "--is-shallow-repository") == b"true\n"
    return tuple(reversed(commits)), state, is_cut


def _changes(log: str) -> Iterator[tuple[tuple[str, str, str], list[_Change]]]:
    r"""Each commit's hash, day and subject, and the files that it wrote.

    A line of git's ``--raw`` is ``:mode mode blob blob status\tpath``; deleting writes no blob.
    """
    for entry in log.split("\0")[1:]:
        head, *lines = entry.split("\n")
        key, day, subject = head.split("\x1f", 2)
        fields = (line.split("\t", 1) for line in lines if line.startswith(":"))
        yield (
            (key, day, subject),
            [
                _Change(Path(path).parent.name, Path(path).stem, raw.split()[3])
                for raw, path in fields
            ],
        )


def _record(content: bytes) -> Record | None:
    try:
        record = json.loads(content)
    except ValueError:
        return None
    return record if isinstance(record, dict) and _has_claims(record) else None


def _has_claims(record: Record) -> bool:
    """Whether its claims, if it has any, are told by their ids."""
    claims = record.get("claims", ())
    return isinstance(claims, list | tuple) and all(
        isinstance(claim, dict) and isinstance(claim.get("id"), str) for claim in claims
    )
