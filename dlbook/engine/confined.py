"""What a script may do while it runs: compute and return, and leave no file behind.

What a stage writes elsewhere nobody would find again: the key does not know it, no page shows it,
and a build that finds the figure up to date does not write it.
"""

import os
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, wraps
from pathlib import Path
from types import FrameType
from typing import Any, ParamSpec

import matplotlib
import torch

from dlbook.figures.contract import FigureError

P = ParamSpec("P")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_SAVED = "dlbook.saved"
# Events of Python's audit that change files, and how a message calls it.
_CHANGES = {
    "os.mkdir": "made", "os.rename": "renamed", "os.remove": "removed", "os.rmdir": "removed",
    "os.link": "linked", "os.symlink": "linked", "os.truncate": "cut off",
    "shutil.rmtree": "removed", "sqlite3.connect": "written", _SAVED: "written",
}  # fmt: skip
_PROGRAMS = ("os.system", "subprocess.Popen")
_ITS_WAYS = ("os", "subprocess", "collections.abc")  # modules through which a script may do so
# What would hold for whatever this process does after, and how a message calls it.
_LASTING = {
    "os.chdir": "goes to another folder",
    "os.putenv": "changes the environment",
    "os.unsetenv": "changes the environment",
}


@dataclass
class _Watch:
    """A stage of one script that is watched, in one thread or, in a process of its own, in all."""

    script: Path
    shown: str
    stage: str
    thread: int | None
    told: list[FigureError] = field(default_factory=list)

    def is_here(self) -> bool:
        """Whether this thread is watched."""
        return self.thread in (None, threading.get_ident())

    def refused(self, frame: FrameType, what: str) -> FigureError:
        """The error for the script's line that is at work."""
        error = FigureError(
            f"{self.shown}{_line(frame, self.script)}: {self.stage}: {what}; a figure keeps what"
            " run returns and nothing else: return it, or delete this"
        )
        self.told.append(error)
        return error

    def hear_thread(self, ended: threading.ExceptHookArgs) -> None:
        """Keep the error in which a thread of the script ended."""
        if isinstance(ended.exc_value, FigureError):
            return  # told already
        frames = traceback.extract_tb(ended.exc_traceback)
        lines = [f":{each.lineno}" for each in frames if Path(each.filename) == self.script]
        what = " ".join(str(ended.exc_value).split()) or "no message"
        self.told.append(
            FigureError(
                f"{self.shown}{lines[-1] if lines else ''}: {self.stage}: a thread raised"
                f" {ended.exc_type.__name__}: {what}"
            )
        )


_watches: list[_Watch] = []


@contextmanager
def confined(script: Path, shown: str, stage: str) -> Iterator[None]:
    """Refuse whatever changes a file or calls a program inside the block, in any of its threads.

    Raises:
        FigureError: something did, even if the script took the refusal for an error of its own; or
            a thread of the script ended in an error, which Python would only print.
    """
    _install()
    alone = threading.current_thread() is threading.main_thread()
    watch = _Watch(script, shown, stage, None if alone else threading.get_ident())
    before = threading.excepthook
    _watches.append(watch)
    if alone:
        threading.excepthook = watch.hear_thread
    try:
        yield
    except BaseException as error:
        if watch.told and not isinstance(error, KeyboardInterrupt):
            raise watch.told[0] from error
        raise
    finally:
        threading.excepthook = before
        _watches.remove(watch)
    if watch.told:
        raise watch.told[0]


@cache
def _install() -> None:
    """For good: a hook cannot be taken off."""
    sys.addaudithook(_hear)
    torch.save, torch.jit.save = _audited(torch.save), _audited(torch.jit.save)


def _audited(save: Callable[P, None]) -> Callable[P, None]:
    """Torch writes past Python, which would not hear of it."""

    @wraps(save)
    def audited(*given: P.args, **named: P.kwargs) -> None:
        sys.audit(_SAVED, [*given, *named.values()][1])
        save(*given, **named)

    return audited


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    known = event == "open" or event in _CHANGES or event in _PROGRAMS or event in _LASTING
    if not (_watches and known):
        return
    watch = next((each for each in reversed(_watches) if each.is_here()), None)
    if watch is None:
        return
    frame, path = sys._getframe(1), arguments[0]
    if event in _LASTING:
        if _calls_itself(frame, watch.script):
            raise watch.refused(frame, f"{_LASTING[event]}, for other figures too")
        return
    if event in _PROGRAMS:
        if _calls_itself(frame, watch.script):  # a library may ask the system something
            raise watch.refused(frame, f"calls the program '{_program(path)}'")
        return
    harmless = event == "open" and not arguments[2] & _WRITING
    if harmless or not isinstance(path, str | bytes | os.PathLike):
        return
    if not _is_allowed(os.fsdecode(path)) and not _is_importing(frame, watch.script):
        does = _CHANGES.get(event, "written")
        raise watch.refused(frame, f"'{os.fsdecode(path)}' is {does}")


def _calls_itself(frame: FrameType | None, script: Path) -> bool:
    """Whether the script does it, by a function of the standard library."""
    while frame is not None and frame.f_globals.get("__name__") in _ITS_WAYS:
        frame = frame.f_back
    return frame is not None and Path(frame.f_code.co_filename) == script


def _program(command: Any) -> str:
    first = command if isinstance(command, str | bytes | os.PathLike) else command[0]
    return os.fsdecode(first).split()[0]


def _is_importing(frame: FrameType | None, script: Path) -> bool:
    """Whether a library writes as it is loaded, which may be late: torch makes folders then."""
    while frame is not None and Path(frame.f_code.co_filename) != script:
        if frame.f_code.co_filename == "<frozen importlib._bootstrap>":
            return True
        frame = frame.f_back
    return False


def _is_allowed(path: str) -> bool:
    """What Python and matplotlib keep for themselves, and what is no file."""
    whole = Path(path).absolute()
    own = Path(matplotlib.get_cachedir()).absolute()
    return "__pycache__" in whole.parts or whole.is_relative_to("/dev") or whole.is_relative_to(own)


def _line(frame: FrameType | None, script: Path) -> str:
    while frame is not None:
        if Path(frame.f_code.co_filename) == script:
            return f":{frame.f_lineno}"
        frame = frame.f_back
    return ""
