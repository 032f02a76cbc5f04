"""Progress of long work: a loop reports, whoever runs it decides where the report goes."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Report:
    """Where a loop stands: ``done`` of ``total`` steps of ``what``, and the seconds left."""

    what: str
    done: int
    total: int
    left: float


Listener = Callable[[Report], None]
_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)
_PERIOD = 1.0


@contextmanager
def listen(listener: Listener) -> Iterator[None]:
    """Send every report made inside the block to ``listener``."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def steps(total: int, what: str) -> Iterator[int]:
    """Count ``0 .. total - 1`` and report about once a second how far the count is."""
    listener = _listener.get()
    start = last = time.monotonic()
    for step in range(total):
        yield step
        if listener is None:
            continue
        now = time.monotonic()
        if now - last >= _PERIOD:
            last, done = now, step + 1
            listener(Report(what, done, total, (now - start) / done * (total - done)))
