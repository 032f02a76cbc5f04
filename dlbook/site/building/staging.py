"""A site appears whole or not at all: it is built beside its place and renamed onto it."""

import errno
import itertools
import os
import re
import shutil
from contextlib import suppress
from pathlib import Path

from dlbook.site.building.folder_lock import held, locked

_BUILDING, _PREVIOUS = "building", "previous"
_TAKEN = (errno.ENOTEMPTY, errno.EEXIST)


class NoPlaceError(Exception):
    """A site cannot be put where it should be; the message says why and what to do."""


class Staging:
    """The folder in which one process builds what will be ``site``.

    It lies beside ``site``, or beside what ``site`` is a link to, so that a rename suffices. What
    killed builds left behind is swept away first; a site that was caught between its two renames is
    put back. A build holds a lock on its folder for as long as it lives: the number in a name tells
    nothing about that, since numbers of processes come again.

    Raises:
        NoPlaceError: no folder can be made there, none renamed onto ``site``, or it is no site.
    """

    def __init__(self, site: Path) -> None:
        try:
            self.site = _followed(site)
            if _holds_something_else(self.site):
                raise NoPlaceError(
                    f"{site}: holds files and no index.html, so it is no site, and a site would"
                    " take its place; build elsewhere with --site-dir, or move the files away"
                )
            self.site.parent.mkdir(parents=True, exist_ok=True)
            _sweep(self.site)
            self.folder, self._lock = _claim(self.site)
        except OSError as error:
            raise NoPlaceError(
                f"{site}: {_cause(error)}; build elsewhere with --site-dir"
            ) from error
        self._previous = _beside(self.site, _PREVIOUS, self.folder.name.rpartition("-")[2])
        try:
            _try_rename(self.site, self.folder)
        except OSError as error:
            self.discard()
            raise NoPlaceError(
                f"{site}: a finished site cannot be renamed onto it ({_cause(error)}), as onto a"
                f" mount point; build into a folder within it: --site-dir {site / 'book'}"
            ) from error

    def publish(self) -> None:
        """Put what was built in the place of the site; of several builds the last one stays.

        Raises:
            OSError: it cannot be renamed any more; the site is as it was.
        """
        is_published = False
        while not is_published:
            with held(self.site):
                is_published = self._has_replaced()
                shutil.rmtree(self._previous, ignore_errors=True)
        os.close(self._lock)

    def discard(self) -> None:
        """Drop what was built; the site stays as it is."""
        shutil.rmtree(self.folder, ignore_errors=True)
        os.close(self._lock)

    def _has_replaced(self) -> bool:
        """False if another build put its site there between the two renames."""
        with suppress(FileNotFoundError):  # no site, or another build has just moved it
            self.site.rename(self._previous)
        try:
            self.folder.rename(self.site)
        except OSError as error:
            if error.errno in _TAKEN:
                return False
            with suppress(OSError):
                self._previous.rename(self.site)
            raise
        return True


def _followed(site: Path) -> Path:
    try:
        place = site.resolve()
    except RuntimeError as error:  # a link to itself, before Python 3.13
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP)) from error
    if place.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    if place.exists() and not place.is_dir():
        raise OSError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    return place


def _holds_something_else(site: Path) -> bool:
    """Whether what a site would replace was never one; whoever mistyped a folder keeps it."""
    return site.is_dir() and any(site.iterdir()) and not (site / "index.html").is_file()


def _beside(site: Path, state: str, number: int | str) -> Path:
    return site.with_name(f".{site.name}.{state}-{number}")


def _claim(site: Path) -> tuple[Path, int]:
    """A new folder, and the open file that is the lock on it."""
    for number in itertools.count(os.getpid()):  # which another container's build may have
        folder = _beside(site, _BUILDING, number)
        with suppress(FileExistsError, FileNotFoundError):  # swept before it was locked
            folder.mkdir()
            lock = locked(folder, is_new=True)
            if lock is not None:
                return folder, lock
    raise AssertionError("numbers have no end")


def _try_rename(site: Path, folder: Path) -> None:
    """Raise what a rename of the site would, without a moment in which there is none.

    No folder is renamed onto one that holds something; what else forbids it is told first.
    """
    if not site.exists():
        return
    content = folder / "content"
    content.touch()
    try:
        site.rename(folder)
    except OSError as error:
        if error.errno not in _TAKEN:
            raise
    content.unlink()


def _sweep(site: Path) -> None:
    for state in (_PREVIOUS, _BUILDING):
        for left in _left(site, state):
            if left.is_symlink() or not left.is_dir():
                with suppress(OSError):
                    left.unlink()
                continue
            with held(left) as is_free:
                if is_free and state == _PREVIOUS and not site.exists():
                    left.rename(site)
                elif is_free:
                    shutil.rmtree(left, ignore_errors=True)


def _left(site: Path, state: str) -> list[Path]:
    name = re.compile(rf"{re.escape(_beside(site, state, '').name)}[0-9]+")
    return sorted(path for path in site.parent.iterdir() if name.fullmatch(path.name))


def _cause(error: OSError) -> str:
    return error.strerror or str(error)
