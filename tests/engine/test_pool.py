import ctypes
import os
import re
import signal
import sys
import threading
import time

import distributed
import pytest

from dlbook.engine import pool
from dlbook.engine.key import Key
from dlbook.engine.outcome import FigureOutcome
from dlbook.engine.pool import Pool, WorkersError, make_in_worker
from tests.turns import turn

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
    """The first figure takes longest: until the others are done."""

    def act(project, name, key):
        others = [project.root / "b", project.root / "c"]
        while name == "a" and not all(other.exists() for other in others):
            time.sleep(0.01)
        time.sleep(0.5 if name == "a" else 0)  # what they gave has arrived
        (project.root / name).touch()
        return FigureOutcome(name, "trained")

    return act


@pytest.fixture
def die():
    """Take the worker process down with figure b, in the way that is asked for."""

    def dying(how):
        def act(project, name, key):
            if name == "b":
                how()
            return FigureOutcome(name, "trained")

        return act

    return dying


def outcomes(act, project, **options):
    return list(Pool(**options).each(act, project, FIGURES))


def test_only_when_asked_to_it_works_in_this_process(desk, tell):
    found = outcomes(tell, desk.project, backend="here")
    assert [outcome.name for outcome in found] == ["a", "b", "c"]
    assert {outcome.warnings[0] for outcome in found} == {str(os.getpid())}


def test_one_job_is_one_other_process(desk, tell):
    found = outcomes(tell, desk.project, jobs=1)
    assert [outcome.name for outcome in found] == ["a", "b", "c"]
    assert len({outcome.warnings[0] for outcome in found} | {str(os.getpid())}) == 2


def test_several_jobs_work_elsewhere_and_report_as_they_finish(desk, tell, sleepy):
    found = outcomes(tell, desk.project, jobs=2)
    assert {outcome.name for outcome in found} == {"a", "b", "c"}
    assert str(os.getpid()) not in {outcome.warnings[0] for outcome in found}
    assert [outcome.name for outcome in outcomes(sleepy, desk.project, jobs=2)][-1] == "a"


DEATHS = [
    (lambda: os._exit(9), r"its process died \(exit code EXIT\(9\)\)"),
    (lambda: ctypes.string_at(0), r"its process died \(exit code SIGSEGV\(-11\)\)"),
    (lambda: os.abort(), r"its process died \(exit code SIGABRT\(-6\)\)"),
    (lambda: os._exit(98), "a stage took longer than its budget, and what ends it is swallowed"),
    (lambda: os.kill(os.getpid(), signal.SIGKILL), "its process was killed, perhaps for want of"),
]


@pytest.mark.parametrize(
    ("how", "line", "jobs"),
    [*((*death, 1) for death in DEATHS), *((*death, 2) for death in turn("deaths", DEATHS))],
)
def test_a_figure_that_takes_its_process_along_is_told_and_no_other_is_blamed(
    desk, die, how, line, jobs
):
    found = {outcome.name: outcome for outcome in outcomes(die(how), desk.project, jobs=jobs)}
    assert {name: outcome.done for name, outcome in found.items()} == {
        "a": "trained", "b": "failed", "c": "trained",
    }  # fmt: skip
    (told,) = found["b"].errors
    assert re.match(rf"^figures_src/b.py: {line}", told)


def test_a_crash_names_the_line_of_the_script_and_prints_nothing(desk, capfd):
    crash = ("line = squares(cfg.length)", "line = __import__('ctypes').string_at(0)")
    script = desk.script("a", crash)
    line = next(n for n, text in enumerate(script.read_text().splitlines(), 1) if crash[1] in text)
    (outcome,) = Pool(jobs=1).each(make_in_worker, desk.project, [("a", desk.key())])
    assert outcome.errors[0].startswith(
        f"figures_src/a.py:{line}: its process died (exit code SIGS"
    )
    assert "Fatal Python error" not in capfd.readouterr().err


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


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="signals cannot wait here")
def test_an_interrupt_while_processes_start_is_heard_here_and_not_in_them(desk):
    def act(project, name, key):
        deaf = signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, set())
        return FigureOutcome(name, "trained", warnings=(f"deaf: {deaf}",))

    before, warnings = signal.signal(signal.SIGINT, lambda *_: warnings.append("heard")), []
    try:
        outcomes = list(Pool(2).each(act, desk.project, FIGURES))
        with pool._deaf():
            os.kill(os.getpid(), signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)
    assert [outcome.warnings for outcome in outcomes] == [("deaf: True",)] * len(FIGURES)
    assert warnings == ["heard"]


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM])
def test_a_process_half_begun_is_finished_whichever_thread_the_request_reaches(asked):
    """The system gives a signal that one thread blocks to another, such as one of a library."""
    done, end = [], threading.Event()
    other = threading.Thread(target=end.wait)
    other.start()

    def stop(*_):
        done.append("stopped")
        raise KeyboardInterrupt

    def begin():
        with pool._deaf():
            os.kill(os.getpid(), asked)
            time.sleep(0.05)
            done.append("begun")

    before = signal.signal(asked, stop)
    try:
        with pytest.raises(KeyboardInterrupt):
            begin()
        assert done == ["begun", "stopped"]
        assert signal.getsignal(asked) is stop
    finally:
        signal.signal(asked, before)
        end.set()
        other.join()


def test_an_interrupt_that_nobody_hears_is_no_error():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with pool._deaf():
            os.kill(os.getpid(), signal.SIGINT)
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
