"""Lines for the person who waits, all on standard error."""

import sys
import time

from dlbook.base.progress import Report

_PERIOD = 5.0  # seconds between two lines of one figure


def print_line(line: str) -> None:
    """Write one line, at once and in one piece, since several processes write."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


class Progress:
    """Listens to the loops of one figure: name, step, time left, now and then."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._next = 0.0

    def __call__(self, report: Report) -> None:
        """Say where a loop stands, unless something was said just now."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + _PERIOD
        minutes, seconds = divmod(round(report.left), 60)
        print_line(
            f"{self._name}…  {report.what} {report.done}/{report.total}"
            f"  {minutes}:{seconds:02d} left"
        )
