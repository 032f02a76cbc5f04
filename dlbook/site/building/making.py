"""Making the figures before the pages: the engine in a process of its own.

A process of its own, because a server that had imported the package would go on running the old
code after an edit. The server asks the engine again only when something that it reads has changed.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from mkdocs.exceptions import Abort

from dlbook.record.records import Project

FileStates = frozenset[tuple[str, int, int]]


def file_states(paths: Iterable[Path]) -> FileStates:
    """Name, time and size of every file under ``paths``: differs when something was written."""
    found = set()
    for top in paths:
        for path in (top, *(top.rglob("*") if top.is_dir() else ())):
            if path.is_file() and path.suffix != ".pyc":
                state = path.stat()
                found.add((str(path), state.st_mtime_ns, state.st_size))
    return frozenset(found)


def figure_inputs(project: Project) -> FileStates:
    """Everything on which the figures and their records depend, and what was made of it."""
    root = project.root
    pointers = sorted((project.cache / "made").glob("*.json"))
    sources = (root / name for name in ("figures_src", "dlbook", "registered", "grids", "results"))
    return file_states([*sources, root / "web" / "package-lock.json", *pointers])


def make_figures(project: Project, strict: bool) -> bool:
    """Make what is missing or stale, say so on the terminal, and say whether all went well.

    An interrupt of the terminal reaches both processes; this one tells it and ends the other.
    """
    command = [sys.executable, "-m", "dlbook.entry", "build", "--project", str(project.root)]
    making = subprocess.Popen(
        [*command, "--strict"] if strict else command,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=_deaf if os.name == "posix" else None,
    )
    try:
        return making.wait() == 0
    except BaseException:
        making.terminate()  # it ends its own workers
        making.wait()
        raise


def _deaf() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


class Figures:
    """The figures of one process. What they were made of is all that it remembers."""

    def __init__(self) -> None:
        self._made: FileStates | None = None

    def make(self, project: Project, strict: bool, serving: bool) -> None:
        """Make what is missing or stale. A server asks only if something that is read has changed.

        Raises:
            Abort: a figure is not in order, and this is not a server.
        """
        if serving and self._made == figure_inputs(project):
            return
        sound = make_figures(project, strict)
        self._made = figure_inputs(project)
        if not sound and not serving:
            raise Abort("The figures are not in order (see above). Nothing was published.")
