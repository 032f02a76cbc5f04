"""What the system refuses, as one line for a person: which file, what is wrong, what to do."""

import errno
import os
from pathlib import Path

_REMEDIES = {
    errno.ENOSPC: "make room on the disk",
    errno.EDQUOT: "make room: your quota of the disk is used up",
    errno.EFBIG: "raise the limit of the size of files (ulimit -f)",
    errno.EROFS: "the disk can only be read; work in a copy that can be written",
    errno.EACCES: "give yourself the right to it (ls -ld shows who has it)",
    errno.EPERM: "give yourself the right to it (ls -ld shows who has it)",
    errno.EISDIR: "there is a folder where a file belongs; move it away",
    errno.ENOTDIR: "there is a file where a folder belongs; move it away",
    errno.EEXIST: "something else stands in its place; move it away",
    errno.ENOENT: "restore it",
    errno.ELOOP: "a link leads back to itself; remove it",
    errno.EMFILE: "raise the limit of open files (ulimit -n), or use fewer processes",
    errno.ENAMETOOLONG: "choose a shorter name",
    errno.EIO: "the disk fails; try a copy on another one",
}


def refusal(error: OSError, root: Path) -> str:
    """``place: what is wrong; what to do``; the place from ``root``, where it lies below it."""
    what = error.strerror or " ".join(str(error).split()) or type(error).__name__
    remedy = _REMEDIES.get(error.errno or 0, "mend this, then try again")
    place = error.filename
    if not isinstance(place, str | bytes | os.PathLike):
        return f"{what}; {remedy}"  # a write that fails half-way names no file
    path = Path(os.fsdecode(place))
    shown = path.relative_to(root) if path.is_relative_to(root) else path
    return f"{shown.as_posix()}: {what}; {remedy}"
