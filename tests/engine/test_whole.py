"""The command line on a copy of the package, in processes of its own: what a build promises."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dlbook.record.records import FILES, read_made
from tests.engine.conftest import MEASURED, copy_package
from tests.turns import turn


@pytest.fixture
def shelf(book):
    """Two figures; only ``a`` reaches the module ``measuring``."""
    fill(book)
    return book


def fill(book):
    book.script("a", *MEASURED)
    book.script("b")


def fill_and_build(book):
    copy_package(book)
    fill(book)
    assert told(book, "--jobs", "1").startswith("trained 2, up to date 0")


@pytest.fixture
def built(after):
    """The same after its first build, by one worker."""
    return after(fill_and_build)


def told(book, *arguments):
    """The last line of a build that goes well."""
    done = book.dlbook("build", *arguments)
    assert done.code == 0, done.err
    return [line for line in done.err.splitlines() if not line.startswith("WARNING")][-1]


def test_an_edit_of_a_module_retrains_what_reaches_it_and_a_remark_retrains_nothing(built):
    first = built.bytes()
    measuring = built.package / "measuring.py"
    built.edit(measuring, ("return 2.0", "# Two.\n    return 2.0"))
    built.edit(built.root / "figures_src/b.py", ("Squares add up.", "Squares do add up."))
    assert told(built) == "2 figures up to date, nothing trained"
    built.edit(measuring, ("return 2.0", "return 2.5"))
    assert built.dlbook("why", "a").out == "a: retrain\n  dlbook.measuring.double changed\n"
    assert built.dlbook("why", "b").out == "b: up to date\n"
    assert told(built).startswith("trained 1, up to date 1")
    built.edit(measuring, ("return 2.5", "return 2.0"))
    assert told(built).startswith("redrawn 1, up to date 1")
    current = {place: data for place, data in built.bytes().items() if place in first}
    assert current == first


def test_one_worker_two_workers_and_a_cluster_give_the_same_bytes(built):
    found = built.bytes()
    assert len(found) == 2 * (len(FILES) + 1)
    for number, options in enumerate([("--jobs", "2"), ("--jobs", "1", "--backend", "dask")]):
        built.project.cache.rename(built.root / f"cache-{number}")
        assert told(built, *options).startswith("trained 2")
        assert built.bytes() == found


def test_two_builds_at_once_do_not_harm_each_other(shelf):
    builds = [
        subprocess.Popen(shelf.command("build", "--jobs", "1"), cwd=shelf.root,
                         env=shelf.environment, stderr=subprocess.PIPE)
        for _ in range(2)
    ]  # fmt: skip
    for build in builds:
        _, err = build.communicate(timeout=300)
        assert build.returncode == 0, err
        assert b"Traceback" not in err
    assert told(shelf) == "2 figures up to date, nothing trained"
    assert not list(shelf.project.cache.rglob(".unfinished-*"))


SLOW = ("    line = squares(cfg.length)",
        "    import os, time\n    os.mkfifo(__file__ + '.running')\n"  # a pipe: no file is written
        "    time.sleep(60)\n    line = squares(cfg.length)")  # fmt: skip


def children(pid: int) -> set[int]:
    """All living descendants of a process."""
    found: set[int] = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            child = int(stat.parent.name)
            found |= {child} | children(child)
    return found


def alive(pids):
    return {pid for pid in pids if Path(f"/proc/{pid}/cmdline").exists()}


def hear_interrupts() -> None:
    """A shell that runs the tests in the background makes them deaf to interrupts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def started(shelf, *names):
    """A build of slow figures with a worker for each, once all of them run."""
    for name in names:
        shelf.edit(shelf.root / f"figures_src/{name}.py", SLOW)
    build = subprocess.Popen(
        shelf.command("build", *names, "--jobs", str(len(names))),
        cwd=shelf.root, env=shelf.environment, stderr=subprocess.PIPE, text=True,
        start_new_session=True, preexec_fn=hear_interrupts,
    )  # fmt: skip
    marks = [shelf.root / "figures_src" / f"{name}.py.running" for name in names]
    deadline = time.monotonic() + 60
    while not all(mark.exists() for mark in marks):
        assert time.monotonic() < deadline, "the figures did not start"
        time.sleep(0.05)
    return build


@pytest.mark.parametrize("wait", turn("interrupt", [0.0, 0.3, 0.7, 1.1, 1.5], 3))
def test_an_interrupt_is_one_line_whatever_is_still_loading(shelf, wait):
    build = subprocess.Popen(
        [sys.executable, "-m", "dlbook.entry", "build", "--jobs", "2"],
        cwd=shelf.root, env=shelf.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, start_new_session=True, preexec_fn=hear_interrupts,
    )  # fmt: skip
    # Python itself has begun once what the command imports is being loaded.
    while "lib-dynload" not in Path(f"/proc/{build.pid}/maps").read_text():
        time.sleep(0.01)
    time.sleep(wait)
    os.killpg(build.pid, signal.SIGINT)
    out, _ = build.communicate(timeout=60)
    assert out == "dlbook: interrupted\n"
    # Where it came while Python ran code that is a string, Python ends by the signal in the end.
    assert build.returncode in (130, -signal.SIGINT)  # 130 to a shell, either way


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")
@pytest.mark.parametrize(("how", "names"), [("interrupt", "ab"), ("terminate", "b"), ("kill", "b")])
def test_a_build_that_is_ended_half_way_leaves_nothing_behind(shelf, how, names):
    build = started(shelf, *names)
    workers = children(build.pid)
    assert len(workers) >= len(names)
    if how == "interrupt":
        os.killpg(build.pid, signal.SIGINT)  # as a terminal does
    elif how == "terminate":
        build.terminate()
    else:
        build.kill()
    _, err = build.communicate(timeout=30)
    expected = {"interrupt": 130, "terminate": 143, "kill": -9}
    assert build.returncode == expected[how], err
    deadline = time.monotonic() + 10
    while alive(workers) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not alive(workers)
    if how != "kill":
        assert "Traceback" not in err
    assert all(read_made(shelf.project, name) is None for name in names)
    assert not list(shelf.project.cache.glob("results/*"))
