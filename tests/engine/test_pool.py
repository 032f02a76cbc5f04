import os
import sys
import time

import distributed
import pytest

from dlbook.engine import pool
from dlbook.engine.key import Key
from dlbook.engine.outcome import FigureOutcome
from dlbook.engine.pool import Pool, WorkersError

KEY = Key("r", "d", {}, {})
FIGURES = [(name, KEY) for name in ("a", "b", "c")]


@pytest.fixture
def tell():
    """Say which process did it. (A function inside another travels to the workers by value.)"""

    def act(project, name, key):
        return FigureOutcome(name, "trained", warnings=(str(os.getpid()),))

    return act


@pytest.fixture
def sleepy():
    """The first figure takes longest."""

    def act(project, name, key):
        time.sleep(0.5 if name == "a" else 0.0)
        return FigureOutcome(name, "trained")

    return act


@pytest.fixture
def die():
    """Take the worker process down, as a lack of memory does."""

    def act(project, name, key):
        os._exit(9)

    return act


def outcomes(act, project, **options):
    return list(Pool(**options).each(act, project, FIGURES))


def test_one_job_works_in_this_process(desk, tell):
    found = outcomes(tell, desk.project, jobs=1)
    assert [outcome.name for outcome in found] == ["a", "b", "c"]
    assert {outcome.warnings[0] for outcome in found} == {str(os.getpid())}


def test_several_jobs_work_elsewhere_and_report_as_they_finish(desk, tell, sleepy):
    found = outcomes(tell, desk.project, jobs=2)
    assert {outcome.name for outcome in found} == {"a", "b", "c"}
    assert str(os.getpid()) not in {outcome.warnings[0] for outcome in found}
    assert [outcome.name for outcome in outcomes(sleepy, desk.project, jobs=2)][-1] == "a"


def test_a_worker_that_dies_is_one_line(desk, die):
    with pytest.raises(WorkersError, match=r"^a worker process died.*--jobs 1$"):
        outcomes(die, desk.project, jobs=2)


def test_nothing_to_do_starts_nothing(desk, tell):
    assert (
        list(Pool(backend="dask", scheduler="tcp://nowhere:1").each(tell, desk.project, [])) == []
    )


def test_a_running_cluster_does_the_work(desk, tell):
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=2, processes=False, dashboard_address=":0"
    ) as cluster:
        found = outcomes(tell, desk.project, backend="dask", scheduler=cluster.scheduler_address)
    assert {outcome.name for outcome in found} == {"a", "b", "c"}


def test_without_a_cluster_dask_starts_workers_here(desk, tell):
    found = outcomes(tell, desk.project, jobs=2, backend="dask")
    assert {outcome.name for outcome in found} == {"a", "b", "c"}
    assert str(os.getpid()) not in {outcome.warnings[0] for outcome in found}


def test_a_scheduler_that_is_not_there_is_one_line(desk, tell, monkeypatch):
    monkeypatch.setattr(pool, "PATIENCE", 0.5)
    with pytest.raises(WorkersError, match=r"^no Dask scheduler at tcp://127.0.0.1:9: "):
        outcomes(tell, desk.project, backend="dask", scheduler="tcp://127.0.0.1:9")


def test_an_address_that_is_none_is_one_line(desk, tell):
    with pytest.raises(WorkersError, match=r"^no Dask scheduler at nonsense://x: "):
        outcomes(tell, desk.project, backend="dask", scheduler="nonsense://x")


def test_dask_without_its_package_says_what_to_install(desk, tell, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(
        WorkersError, match=r"^the dask backend needs: pip install 'dlbook\[dask\]'$"
    ):
        outcomes(tell, desk.project, backend="dask")
