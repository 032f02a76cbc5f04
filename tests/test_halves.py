"""The halves of the tests: all in one of them, and the early one knows no built book."""

import re
import subprocess
import sys

import pytest

from tests import halves, turns

ROOT = halves.TESTS.parent


def collected(*arguments):
    """The files that pytest would run, by its own account."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-qq", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return re.findall(r"^(tests/\S+\.py): \d+$", done.stdout, re.MULTILINE)


def test_whatever_is_not_early_is_late():
    files = sorted(halves.TESTS.rglob("test_*.py"))
    early = {path for path in files if halves.half_of(path) == "early"}
    named = {halves.TESTS / name for name in halves.EARLY}
    assert {path for path in named if named & {*path.parents}} == set(), "named once"
    assert {path for each in early for path in (each, *each.parents) if path in named} == named
    assert all(named & {path, *path.parents} for path in early)
    assert {halves.half_of(path) for path in set(files) - early} == {"late"}


def test_a_file_is_collected_in_its_half_and_in_no_other(monkeypatch):
    monkeypatch.setenv(turns.ALL, "all")
    found = {
        half: {*collected("--half", half, "tests/base", "tests/press")} for half in halves.HALVES
    }
    for half, folder in zip(halves.HALVES, ("base", "press"), strict=True):
        files = (halves.TESTS / folder).glob("test_*.py")
        assert found[half] == {path.relative_to(ROOT).as_posix() for path in files}


def test_a_folder_may_have_files_of_both_halves():
    halfs = [
        halves.half_of(halves.TESTS / name) for name in ("site", "site/test_cut.py", "site/toy")
    ]
    assert halfs == [None, "early", "late"]


def test_the_gate_runs_either_half_the_late_one_after_the_book():
    text = (ROOT / "Makefile").read_text("utf-8")
    (gate,) = re.findall(
        r"^test: .*\n(?:\t.*\n)*\t@\$\(MAKE\) .*--jobs 2 (.*)\n", text, re.MULTILINE
    )
    assert gate.split()[0] == "book", "the longest begins first"
    rules = re.findall(r"^(\w+):(.*)\n\t(.*)\$\(TESTS\) .*--half (\w+)$", text, re.MULTILINE)
    assert rules == [
        ("early", " compiled", "nice -n 5 ", "early"),
        ("late", " book early", "", "late"),
    ]
    assert re.search(r"^page: book compiled$", text, re.MULTILINE)
    assert gate.split().index("compiled") < gate.split().index("early")
    assert {*halves.HALVES} <= {*gate.split()}


@pytest.mark.parametrize("made", ["site/index.html", "site", ".cache/dlbook/made/a.json"])
def test_an_early_test_that_opens_what_a_build_makes_is_told(made):
    with pytest.raises(AssertionError, match=rf"^{re.escape(made)} is the build's"):
        halves.refuse_the_book("open", (ROOT / made,))


# The bare name is how a folder that is open, and removed, has its entries opened.
@pytest.mark.parametrize(
    "path", [".cache/dlbook/syntax.json", "sites/a", "tests/site/conftest.py", "site", 3]
)
def test_it_may_open_anything_else(path, monkeypatch):
    monkeypatch.chdir(ROOT)
    halves.refuse_the_book("open", (path, "r", 0))
    halves.refuse_the_book("os.mkdir", (ROOT / "site", 0o777, -1))
