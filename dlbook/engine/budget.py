"""A limit of wall time that holds for sleeping, looping and computing alike."""

import ctypes
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_AGAIN = 1.0  # seconds until the alarm rings again, for code that swallowed the first


class OverrunError(BaseException):
    """The limit has passed. No ``Exception``, so that a script's own handlers let it through."""


@contextmanager
def limit(seconds: float) -> Iterator[None]:
    """Raise :class:`OverrunError` inside the block once ``seconds`` of wall time have passed.

    In the main thread an alarm interrupts even a sleep. Elsewhere (a thread of a cluster's worker,
    or Windows) Python can only interrupt between two bytecodes, so a sleep ends first.
    """
    main = threading.current_thread() is threading.main_thread()
    with _alarm(seconds) if main and hasattr(signal, "setitimer") else _watch(seconds):
        yield


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    def ring(_signal: int, _frame: FrameType | None) -> None:
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
