"""Which commit brought which version of a file, and which commits came before it.

Of a merge only what it holds and none of its parents held is its own, so that a file that came by a
branch belongs to the commit of that branch.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from dlbook.record.git import blobs, git

_LOG = (
    *("log", "--full-history", "-m", "--root", "--raw", "--no-abbrev", "--no-renames"),
    *("--no-color", "--no-notes", "--format=%x00%H%x1f%P"),
)
_NO_BLOB = "0" * 40


@dataclass(frozen=True)
class Version:
    """What a commit brought."""

    commit: str
    data: bytes


@dataclass(frozen=True)
class Chronicle:
    """The versions of files by ``folder/name``; ``is_cut``: this copy lacks older commits."""

    versions: Mapping[str, Sequence[Version]]
    parents: Mapping[str, Sequence[str]]
    is_cut: bool
    _ancestors: dict[str, set[str]] = field(default_factory=dict, repr=False, compare=False)

    def of(self, path: str) -> Sequence[Version]:
        """Every version of a file."""
        return self.versions.get(path, ())

    def within(self, folder: str) -> Iterator[Version]:
        """Every version of every file in a folder."""
        for path, versions in self.versions.items():
            if path.startswith(f"{folder}/"):
                yield from versions

    def before(self, commit: str) -> set[str]:
        """The commits that a commit was made on, itself not among them."""
        if commit not in self._ancestors:
            self._ancestors[commit] = self._before(commit)
        return self._ancestors[commit]

    def _before(self, commit: str) -> set[str]:
        seen: set[str] = set()
        waiting = list(self.parents[commit])
        while waiting:
            this = waiting.pop()
            if this not in seen:
                seen.add(this)
                waiting += self.parents.get(this, ())
        return seen


def read_chronicle(root: Path, *folders: str) -> Chronicle | None:
    """What the history of this copy says of the files in these folders; ``None`` without one.

    A copy that lies unknown in a repository of something else has none.

    Raises:
        GitError: git fails in the repository that there is.
    """
    head = git(root, "log", "-1", "--format=%H", "--no-color")
    if head is None:
        return None
    found = _chronicle(root.resolve(), head.decode().strip(), folders)
    is_top = (git(root, "rev-parse", "--show-cdup") or b"").strip() == b""
    return found if found.versions or is_top else None


@lru_cache(maxsize=4)
def _chronicle(root: Path, head: str, folders: tuple[str, ...]) -> Chronicle:
    log = (git(root, *_LOG, head, "--", *folders) or b"").decode(errors="replace")
    brought = list(_brought(log))
    data = blobs(root, {blob for _, _, blob in brought})
    versions = defaultdict(list)
    for commit, path, blob in brought:
        if blob in data:
            versions[path].append(Version(commit, data[blob]))
    lines = (git(root, "rev-list", "--parents", head) or b"").decode().splitlines()
    parents = {commit: rest for commit, *rest in map(str.split, lines)}
    is_cut = git(root, "rev-parse", "--is-shallow-repository") == b"true\n"
    return Chronicle(versions, parents, is_cut)


def _brought(log: str) -> Iterator[tuple[str, str, str]]:
    r"""Commit, file and blob of all that differs from every parent.

    Git tells a merge once for each parent from which it differs. A line of ``--raw`` is
    ``:mode mode blob blob status\tpath``.
    """
    against: dict[tuple[str, int], list[dict[str, str]]] = defaultdict(list)
    for entry in log.split("\0")[1:]:
        head, *lines = entry.split("\n")
        commit, parents = head.split("\x1f")
        fields = (line.split("\t", 1) for line in lines if line.startswith(":"))
        told = {"/".join(Path(path).parts[-2:]): raw.split()[3] for raw, path in fields}
        against[commit, max(1, len(parents.split()))].append(told)
    for (commit, parents_count), differing in against.items():
        if len(differing) == parents_count:
            own = set.intersection(*(set(told.items()) for told in differing))
            yield from ((commit, path, blob) for path, blob in sorted(own) if blob != _NO_BLOB)
