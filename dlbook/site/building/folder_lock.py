"""A lock on a folder: kept until it is closed or its process ends, however that ends."""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# What flock says where a file system, as some over a network, has no locks on folders.
_NO_LOCKS = (errno.ENOLCK, errno.EBADF, errno.EINVAL, errno.ENOSYS, errno.ENOTSUP)


@contextmanager
def held(folder: Path) -> Iterator[bool]:
    """Hold the lock on a folder; false if somebody else does or may, or if the folder is gone."""
    try:
        lock = locked(folder)
    except OSError:
        lock = None
    try:
        yield lock is not None
    finally:
        if lock is not None:
            os.close(lock)


def locked(folder: Path, is_new: bool = False) -> int | None:
    """The open file that is a lock on the folder until it is closed, or its process ends.

    ``None`` if another build holds the lock. Renaming the folder takes the lock along. Where there
    are no locks a new folder counts as locked; of an older one nobody can tell.

    Raises:
        OSError: the folder is gone or cannot be read, or there are no locks here.
    """
    opened = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(opened), folder.stat()):
            return opened
    except BlockingIOError:
        pass
    except OSError as error:
        if is_new and error.errno in _NO_LOCKS:
            return opened
        os.close(opened)
        raise
    os.close(opened)
    return None
