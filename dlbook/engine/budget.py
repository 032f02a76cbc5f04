"""A limit of wall time that holds for sleeping, looping and computing alike."""

import ctypes
import faulthandler
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from types import FrameType

_AGAIN = 1.0  # seconds until the alarm rings again, for code that swallowed the first
PATIENCE = 10  # times that it rings before the process ends
EXIT_CODE = 98  # of a worker that had to end so
SWALLOWED = (
    "took longer than its budget, and what ends it is swallowed; let BaseException through, as"
    " `except Exception` does"
)
_served: list[int | None] = []  # whether this process works for another, and its last words


class OverrunError(BaseException):
    """The limit has passed. No ``Exception``, so that a script's own handlers let it through."""


def serve(last_words: int | None = None) -> None:
    """This process works for another, which learns from its exit code how it ended.

    ``last_words`` is a file's handle for the line that was at work then.
    """
    _served[:] = [last_words]


def end(told: str) -> None:
    """End this process at once, whatever is at work in it; a person is told why."""
    if not _served:
        print(told, file=sys.stderr, flush=True)
    elif _served[0] is not None:
        faulthandler.dump_traceback(_served[0], all_threads=False)
    os._exit(EXIT_CODE if _served else 1)


def _go_on() -> None:
    """What is done about code that swallows every alarm, if nobody says more."""


@contextmanager
def limit(seconds: float, give_up: Callable[[], None] = _go_on) -> Iterator[None]:
    """Raise :class:`OverrunError` inside the block once ``seconds`` of wall time have passed.

    In the main thread an alarm interrupts even a sleep. Elsewhere (a thread of a cluster's worker,
    or Windows) Python can only interrupt between two bytecodes, so a sleep ends first.

    Code that swallows even this is left to ``give_up``, after :data:`PATIENCE` alarms; it is called
    where that code runs.
    """
    main = threading.current_thread() is threading.main_thread()
    with _alarm(seconds, give_up) if main and hasattr(signal, "setitimer") else _watch(seconds):
        yield


@contextmanager
def _alarm(seconds: float, give_up: Callable[[], None]) -> Iterator[None]:
    rings = count(1)

    def ring(_signal: int, _frame: FrameType | None) -> None:
        if next(rings) > PATIENCE:
            give_up()
        raise OverrunError

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _watch(seconds: float) -> Iterator[None]:
    thread = ctypes.c_ulong(threading.get_ident())
    interrupt = ctypes.pythonapi.PyThreadState_SetAsyncExc
    finished = threading.Event()
    lock = threading.Lock()

    def wait() -> None:
        pause = seconds
        while not finished.wait(pause):
            with lock:
                if not finished.is_set():
                    interrupt(thread, ctypes.py_object(OverrunError))
            pause = _AGAIN

    watcher = threading.Thread(target=wait, name="budget", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        with lock:
            finished.set()
            interrupt(thread, None)  # one that was sent and has not arrived
        watcher.join()
