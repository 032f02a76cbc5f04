"""An interrupt of a build: one line, the code that shells expect, and the site as it was."""

import signal
import sys
import threading
from types import FrameType

from dlbook.site.building.publication import Publication

INTERRUPTED = 130  # 128 and the number of the signal, as shells count


def tell_of_interrupts(site: Publication) -> None:
    """From now on an interrupt ends the build with one line, and ``site`` publishes nothing.

    MkDocs itself would say "Aborted!" and exit with 1, as for a page that is wrong.
    """

    def end(_signal: int, _frame: FrameType | None) -> None:
        finish()
        site.fail()
        print("mkdocs: interrupted; nothing was published", file=sys.stderr)
        raise SystemExit(INTERRUPTED)

    if _hears():
        signal.signal(signal.SIGINT, end)


def finish() -> None:
    """What is left takes a moment, and half of it would be worse: interrupts come too late."""
    if _hears():
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _hears() -> bool:
    """Whether interrupts are heard: not in a thread, nor where a shell has switched them off."""
    main = threading.current_thread() is threading.main_thread()
    return main and signal.getsignal(signal.SIGINT) not in (signal.SIG_IGN, None)
