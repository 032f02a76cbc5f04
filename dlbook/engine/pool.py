"""Independent figures at once, in joblib's processes or on a Dask cluster.

Workers alone load torch: a build that finds everything up to date never does.
"""

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from dlbook.engine.key import Key
from dlbook.engine.outcome import FigureOutcome
from dlbook.record.records import Project

Backend = Literal["loky", "dask"]
PATIENCE = 10  # seconds that a scheduler has to answer
_GLANCE = 0.5  # seconds between two looks at whether the build still runs
Act = Callable[[Project, str, Key], FigureOutcome]


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


def _call(master: int, act: Act, project: Project, name: str, key: Key) -> FigureOutcome:
    _leave_with(master)
    return act(project, name, key)


@cache
def _leave_with(master: int) -> None:
    """End this worker process once the build that started it is gone, even if it was killed."""
    if os.getppid() != master:
        return  # the building process itself, or a worker of a cluster

    def watch() -> None:
        while os.getppid() == master:
            time.sleep(_GLANCE)
        os._exit(1)

    threading.Thread(target=watch, name="leave with the build", daemon=True).start()


@dataclass(frozen=True)
class Pool:
    """How many workers, and where.

    ``jobs`` is the number of processes (default: one for each core, and never more than there are
    figures). ``scheduler`` is the address of a Dask cluster whose workers see the project at the
    same path; without it the backend ``dask`` starts workers on this machine. One process, or a
    cluster of one thread, means that joblib works in the calling process.
    """

    jobs: int | None = None
    backend: Backend = "loky"
    scheduler: str | None = None

    def each(
        self, act: Act, project: Project, keys: Sequence[tuple[str, Key]]
    ) -> Iterator[FigureOutcome]:
        """Outcomes of ``act`` for every figure, as they finish.

        Raises:
            WorkersError: there is no cluster at the address, or a worker process died.
        """
        if not keys:
            return
        import joblib

        jobs = min(self.jobs or joblib.cpu_count(), len(keys))
        with self._backend(jobs) as options:
            parallel = joblib.Parallel(
                return_as="generator_unordered", batch_size=1, pre_dispatch="all", **options
            )
            call = joblib.delayed(_call)
            tasks = (call(os.getpid(), act, project, name, key) for name, key in keys)
            try:
                with closing(parallel(tasks)) as outcomes:
                    yield from outcomes
            except BrokenProcessPool as error:
                raise WorkersError(
                    "a worker process died, perhaps for want of memory; try --jobs 1"
                ) from error

    @contextmanager
    def _backend(self, jobs: int) -> Iterator[dict[str, int]]:
        import joblib

        if self.backend == "dask":
            with _cluster(self.scheduler, jobs), joblib.parallel_config(backend="dask"):
                yield {"n_jobs": -1}
        else:
            with joblib.parallel_config(backend="loky", inner_max_num_threads=1):
                yield {"n_jobs": jobs}


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
