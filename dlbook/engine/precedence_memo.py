"""Whether registrations came before results, kept by all that the answer follows from.

History is long and a build that finds nothing to do is asked for it every time: what one commit,
the files of two folders and the code that compares them once said, they say again.
"""

import hashlib

from dlbook.engine.memo import Facts, Memo
from dlbook.record.git import GitError, git
from dlbook.record.precedence import RESULTS, not_written_before
from dlbook.record.records import Project
from dlbook.record.registrations import REGISTERED

# Those whose code finds the answer.
_FINDERS = (
    "base/readable.py", "base/seeds.py", "base/trouble.py", "engine/precedence_memo.py",
    "record/chronicle.py", "record/git.py", "record/precedence.py", "record/records.py",
    "record/registrations.py", "record/shape.py",
)  # fmt: skip
_COMMIT = ("rev-parse", "HEAD", "--is-shallow-repository", "--show-cdup")


def remembered(project: Project) -> tuple[list[str], str | None]:
    """What :func:`dlbook.record.precedence.not_written_before` says.

    Nothing is kept where git fails, where there is no history, or where a file cannot be read.
    """
    given = _given(project)
    if given is None:
        return not_written_before(project)
    memo = Memo(project.cache / "precedence.json", _FINDERS)
    found = memo.facts(given, "precedence", lambda: _asked(project))
    memo.save()
    return found["late"], found["untold"]


def _asked(project: Project) -> Facts:
    late, untold = not_written_before(project)
    return {"late": late, "untold": untold}


def _given(project: Project) -> bytes | None:
    """The commit, and names and contents of all files in the two folders; if all can be read."""
    try:
        commit = git(project.root, *_COMMIT)
        folders = [project.root / name for name in (REGISTERED, RESULTS)]
        files = [path for folder in folders if folder.is_dir() for path in sorted(folder.iterdir())]
        sums = [
            f"{project.shown(path)} {hashlib.sha256(path.read_bytes()).hexdigest()}"
            for path in files
        ]
    except (GitError, OSError):
        return None
    return None if commit is None else commit + "\n".join(sums).encode()
