"""Independent figures at once, in joblib's processes or on a Dask cluster.

Workers alone load torch, and what processes need is loaded with them: a build that finds everything
up to date does neither.
"""

import faulthandler
import os
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Literal

from dlbook.engine import budget
from dlbook.engine.key import Key
from dlbook.engine.outcome import FigureOutcome
from dlbook.record.records import Project

if TYPE_CHECKING:
    from concurrent.futures import Future

Backend = Literal["loky", "dask", "here"]
PATIENCE = 10  # seconds that a scheduler has to answer
_GLANCE = 0.5  # seconds between two looks at whether the build still runs
Act = Callable[[Project, str, Key], FigureOutcome]


_THREADS = (
    "OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS", "NUMEXPR_NUM_THREADS", "NUMBA_NUM_THREADS",
)  # fmt: skip  # a worker computes on one thread, whatever its libraries would like
_FRAME = re.compile(r'File "([^"]+)", line (\d+)')
_EXIT = re.compile(r"\{([^{}]+)\}")


class WorkersError(Exception):
    """The workers cannot be had, or died; the message is one line."""


def make_in_worker(project: Project, name: str, key: Key) -> FigureOutcome:
    """Bring one figure up to date (in a worker)."""
    from dlbook.engine import work

    return work.make_figure(project, name, key)


def verify_in_worker(project: Project, name: str, key: Key) -> FigureOutcome:
    """Train one figure again and compare (in a worker)."""
    from dlbook.engine import work

    return work.verify_figure(project, name, key)


def ask_in_worker(project: Project, name: str, key: Key, draw: int) -> FigureOutcome:
    """Train one figure's runs by another trainer and compare verdicts (in a worker)."""
    from dlbook.engine import second_opinion

    return second_opinion.ask_torch(project, name, key, draw)


def grid_in_worker(project: Project, name: str, key: Key, fresh: bool) -> FigureOutcome:
    """Judge one figure's claims in every cell of their grids (in a worker)."""
    from dlbook.engine import grid_cells

    return grid_cells.grid_figure(project, name, key, fresh)


def _call(master: int, act: Act, project: Project, name: str, key: Key) -> FigureOutcome:
    _leave_with(master)
    return act(project, name, key)


@cache
def _leave_with(master: int) -> None:
    """End this worker process once the build that started it is gone, even if it was killed."""
    if os.getppid() != master:
        return  # the building process itself, or a worker of a cluster
    budget.serve()
    faulthandler.disable()  # loky's would print where a crash was; the figure is told in one line

    def watch() -> None:
        while os.getppid() == master:
            time.sleep(_GLANCE)
        os._exit(1)

    threading.Thread(target=watch, name="leave with the build", daemon=True).start()


def alone(act: Act, project: Project, name: str, key: Key) -> FigureOutcome:
    """The outcome of one figure in a process for itself; if this dies, the figure has failed."""
    import tempfile
    from concurrent.futures.process import BrokenProcessPool

    from joblib.externals.loky import ProcessPoolExecutor

    with tempfile.TemporaryDirectory() as folder:
        last_words = Path(folder) / "fault"
        executor = ProcessPoolExecutor(1, env=dict.fromkeys(_THREADS, "1"))
        try:
            with _deaf():
                task = executor.submit(
                    _call_told, str(last_words), os.getpid(), act, project, name, key
                )
            outcome: FigureOutcome = task.result()
        except BrokenProcessPool as error:
            place = _place(project, name, last_words)
            return FigureOutcome(name, "failed", (f"{place}: {_death(str(error))}",))
        finally:
            executor.shutdown(wait=True, kill_workers=True)
    return outcome


@contextmanager
def _deaf() -> Iterator[None]:
    """Processes that start in the block hear no interrupt of a terminal; who began them ends them.

    One that was still loading its libraries would print where it was. An interrupt, or a request to
    end, that comes meanwhile waits for the end of the block: nobody can end a process half begun.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may say what a process hears
        return
    heard: list[int] = []
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    handlers = {number: act for number, act in before.items() if callable(act)}
    for number in handlers:
        signal.signal(number, lambda came, _: heard.append(came))
    try:
        with _blocked():
            yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        if heard:
            handlers[signal.Signals(heard[0])](heard[0], None)


@contextmanager
def _blocked() -> Iterator[None]:
    """Block the interrupt for what starts in the block, which inherits that.

    A handler of Python's is not inherited. Nor is the block enough for this process itself: the
    system gives a signal to any thread that takes it, such as one of a library of algebra.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # which, when it starts, unblocks the signal
    held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)


def _call_told(
    last_words: str, master: int, act: Act, project: Project, name: str, key: Key
) -> FigureOutcome:
    """As :func:`_call`; a crash of the interpreter leaves in a file where it was."""
    handle = os.open(last_words, os.O_WRONLY | os.O_CREAT)  # faulthandler writes to nothing else
    try:
        _leave_with(master)
        faulthandler.enable(handle)
        budget.serve(handle)
        return _call(master, act, project, name, key)
    finally:
        faulthandler.disable()
        os.close(handle)


def _place(project: Project, name: str, last_words: Path) -> str:
    """The line of the figure's script that ran when its process crashed, where that is known."""
    script = project.scripts()[name][0] if name in project.scripts() else Path(f"{name}.py")
    shown = project.shown(script) if script.is_absolute() else f"figures_src/{name}.py"
    try:
        told = last_words.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return shown
    for file, line in _FRAME.findall(told):
        if Path(file) == script:
            return f"{shown}:{line}"
    return shown


def _death(told: str) -> str:
    """What is to be said of a process that died, from the exit codes that loky tells."""
    code = (_EXIT.findall(told) or ["unknown"])[0]
    if re.search(rf"\b{budget.EXIT_CODE}\b", code):
        return f"a stage {budget.SWALLOWED}"
    if "SIGKILL" in code:
        return "its process was killed, perhaps for want of memory; make Config smaller"
    return f"its process died (exit code {code}); find what ends it: dlbook run shows more"


@dataclass(frozen=True)
class Pool:
    """How many workers, and where.

    ``jobs`` is the number of processes (default: one for each core, and never more than there are
    figures). ``scheduler`` is the address of a Dask cluster whose workers see the project at the
    same path; without it the backend ``dask`` starts workers on this machine. A single job has a
    process of its own too, so that a script may crash without taking the build along; only the
    backend ``here`` works in the calling process.
    """

    jobs: int | None = None
    backend: Backend = "loky"
    scheduler: str | None = None

    def each(
        self, act: Act, project: Project, keys: Sequence[tuple[str, Key]]
    ) -> Iterator[FigureOutcome]:
        """Outcomes of ``act`` for every figure, as they finish.

        Raises:
            WorkersError: there is no cluster at the address.
        """
        if not keys:
            return
        if self.backend == "here":
            yield from (act(project, name, key) for name, key in keys)
        elif self.backend == "dask":
            yield from self._on_a_cluster(act, project, keys)
        else:
            yield from self._in_processes(act, project, keys)

    def _in_processes(
        self, act: Act, project: Project, keys: Sequence[tuple[str, Key]]
    ) -> Iterator[FigureOutcome]:
        """In processes that serve one figure after the other, until one of them dies.

        Nobody knows on which figure it worked, so each of those left then has a process for itself.
        """
        from concurrent.futures.process import BrokenProcessPool

        import joblib
        from joblib.externals.loky import get_reusable_executor

        jobs = min(self.jobs or joblib.cpu_count(), len(keys))
        left = dict(keys)
        with _deaf():
            executor = get_reusable_executor(jobs, env=dict.fromkeys(_THREADS, "1"))
        try:
            with _deaf():  # they start with the first task
                tasks = [executor.submit(_call, os.getpid(), act, project, *each) for each in keys]
            finished: SimpleQueue[Future[FigureOutcome]] = SimpleQueue()
            for task in tasks:
                task.add_done_callback(finished.put)
            for _ in tasks:
                outcome = finished.get().result()
                del left[outcome.name]
                yield outcome
        except BrokenProcessPool:
            yield from (alone(act, project, name, key) for name, key in left.items())
        except BaseException:  # the build ends before its workers: they end with it
            executor.shutdown(wait=True, kill_workers=True)
            raise

    def _on_a_cluster(
        self, act: Act, project: Project, keys: Sequence[tuple[str, Key]]
    ) -> Iterator[FigureOutcome]:
        import joblib

        jobs = min(self.jobs or joblib.cpu_count(), len(keys))
        with _cluster(self.scheduler, jobs), joblib.parallel_config(backend="dask"):
            parallel = joblib.Parallel(
                n_jobs=-1, return_as="generator_unordered", batch_size=1, pre_dispatch="all"
            )
            call = joblib.delayed(_call)
            tasks = (call(os.getpid(), act, project, name, key) for name, key in keys)
            with closing(parallel(tasks)) as outcomes:
                yield from outcomes


@contextmanager
def _cluster(scheduler: str | None, jobs: int) -> Iterator[None]:
    try:
        import distributed
    except ImportError as error:
        raise WorkersError("the dask backend needs: pip install 'dlbook[dask]'") from error
    connect: Any = distributed.Client
    try:
        client = (
            connect(scheduler, timeout=PATIENCE)
            if scheduler
            else connect(n_workers=jobs, threads_per_worker=1, dashboard_address=":0")
        )
    except (OSError, ValueError) as error:
        raise WorkersError(f"no Dask scheduler at {scheduler}: {error}") from error
    with client:
        yield
