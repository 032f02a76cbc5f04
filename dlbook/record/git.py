"""What git answers about the repository of a book, whatever its user has set.

Settings are what a reader of git's output likes to see; a page is the same for everyone. What the
user chose for reaching a server (of a partial copy) or for finding the repository stays.
"""

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

_SETTINGS = (
    ("core.quotePath", "false"),
    ("diff.orderFile", "/dev/null"),
    ("i18n.logOutputEncoding", "UTF-8"),
    ("log.diffMerges", "separate"),  # what -m means
    ("log.follow", "false"),
    ("log.showSignature", "false"),
    # A build runs the folder's own code already; whose it is decides nothing about its history.
    ("safe.directory", "*"),
)
# Those of ``git rev-parse --local-env-vars``, which git sets for its hooks and which would show
# another repository, and those that change what a path or an answer means.
_NOT_OURS = (
    *("GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_COMMON_DIR", "GIT_CONFIG", "GIT_CONFIG_COUNT"),
    *("GIT_CONFIG_PARAMETERS", "GIT_DIR", "GIT_GRAFT_FILE", "GIT_IMPLICIT_WORK_TREE"),
    *("GIT_INDEX_FILE", "GIT_NAMESPACE", "GIT_NO_REPLACE_OBJECTS", "GIT_OBJECT_DIRECTORY"),
    *("GIT_PREFIX", "GIT_REPLACE_REF_BASE", "GIT_SHALLOW_FILE", "GIT_WORK_TREE"),
    *("GIT_GLOB_PATHSPECS", "GIT_ICASE_PATHSPECS", "GIT_LITERAL_PATHSPECS", "GIT_NOGLOB_PATHSPECS"),
    *("GIT_DIFF_OPTS", "GIT_EXTERNAL_DIFF", "GIT_NOTES_REF", "GIT_NOTES_DISPLAY_REF"),
)
_NO_REPOSITORY = b"not a git repository (or any"  # parent directory, or parent up to a mount point
_NO_COMMIT = b"does not have any commits yet"


class GitError(Exception):
    """Git fails in the repository that there is; the message is git's own line."""


def git(root: Path, *arguments: str, send: bytes = b"") -> bytes | None:
    """What git answers, or ``None`` where there is no git, no repository or no commit.

    Raises:
        GitError: git fails in the repository that there is.
    """
    settings = (part for key, value in _SETTINGS for part in ("-c", f"{key}={value}"))
    try:
        finished = subprocess.run(
            ["git", "--no-pager", "-C", str(root), *settings, *arguments],
            env=_environment(),
            input=send,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        return None
    if finished.returncode == 0:
        return finished.stdout
    said = finished.stderr
    if _NO_COMMIT in said or (_NO_REPOSITORY in said and not (root / ".git").exists()):
        return None
    raise GitError(f"the history of the records cannot be read; git says: {_line(said)}")


def _environment() -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key not in _NOT_OURS}
    return {**kept, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}


def _line(said: bytes) -> str:
    """The line in which git names the cause: the first that is fatal, or else an error."""
    lines = said.decode(errors="replace").strip().splitlines() or ["nothing"]
    causes = (line for kind in ("fatal: ", "error: ") for line in lines if line.startswith(kind))
    return next(causes, lines[-1])


def blobs(root: Path, keys: Iterable[str]) -> dict[str, bytes]:
    """The contents of those blobs, by key; what the repository has lost is left out.

    Raises:
        GitError: as :func:`git`.
    """
    answer = git(root, "cat-file", "--batch", send="\n".join(sorted(keys)).encode()) or b""
    found, place = {}, 0
    while place < len(answer):
        end = answer.index(b"\n", place)
        key, _, size = answer[place:end].decode().rpartition(" ")
        place = end + 1
        if not size.isdigit():  # "KEY missing"
            continue
        found[key.removesuffix(" blob")] = answer[place : place + int(size)]
        place += int(size) + 1
    return found
