"""Showing a toy figure: its numbers and verdicts, its pictures, and how it fails."""

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from dlbook.base.language import LANGUAGES
from dlbook.figures import showing
from tests.toy import TEXTS, executed, line_of, refused

ROOT = Path(__file__).parent.parent.parent


# Pictures


def test_pictures_are_written_whole_or_not_at_all(load, tmp_path):
    script = load(("input $x$", "\\U0001f600"))
    result = executed(script)
    out = tmp_path / "deep" / "out"
    refused(lambda: showing.write_pictures(showing.drawn_files(script, result), out))
    assert not out.exists()
    paths = showing.write_pictures(showing.drawn_files(load(), result), out)
    assert sorted(out.iterdir()) == sorted(paths)
    assert [path.name for path in paths] == ["toy.zh.svg", "toy.en.svg"]
    for path in paths:
        assert "var(" not in path.read_text(encoding="utf-8")
        ET.parse(path)


# Showing


SLOW = (
    "    x = linspace",
    "    import time\n    for _ in progress.steps(3, 'counting'):\n        time.sleep(0.51)\n"
    "    x = linspace",
)


def run_elsewhere(path, folder):
    folder.mkdir()
    return subprocess.run(
        [sys.executable, os.path.relpath(path, folder)],
        cwd=folder, capture_output=True, encoding="utf-8", check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip


def test_a_script_shows_itself_from_any_directory(write, tmp_path):
    shown = run_elsewhere(write(SLOW), tmp_path / "elsewhere")
    assert shown.returncode == 0, shown.stderr
    lines = shown.stdout.splitlines()
    assert lines[0] == "toy"
    assert "twice = 0.3" in lines
    assert (
        "A01/toy       supported     2.001 [1.912, 2.099] (n = 64), against at least 1.5" in lines
    )
    assert lines[-2:] == ["  out/toy.zh.svg", "  out/toy.en.svg"]
    assert re.search(r"^  counting: step [123]/3, 0:0\d left$", shown.stderr, re.MULTILINE)
    for lang in LANGUAGES:
        ET.parse(tmp_path / "elsewhere" / "out" / f"toy.{lang}.svg")


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (
            ("x, 2 * x, rows)", "x, 3 * x, rows)"),
            f"py:{line_of('torch.equal')}: check raised AssertionError: ",
        ),
        (("# alt", "# all"), f"md:{line_of('# alt', TEXTS)}: '# all' is no section"),
    ],
)
def test_a_script_that_fails_exits_with_one_line(write, tmp_path, edit, message):
    shown = run_elsewhere(write(edit), tmp_path / "elsewhere")
    assert shown.returncode == 1
    assert len(shown.stderr.splitlines()) == 1
    assert shown.stderr.startswith(f"figures_src/toy.{message}")


def test_a_folder_that_cannot_be_written_ends_show_in_one_line(load, tmp_path, monkeypatch):
    script = load()
    monkeypatch.chdir(tmp_path)
    Path("out").write_text("in the way")
    with pytest.raises(SystemExit, match=r"^\[Errno 17\] File exists: 'out'$"):
        showing.show(script.__name__)


def test_progress_tells_minutes_and_seconds(capsys):
    showing.print_progress(showing.progress.Report("training", 5, 100, 83.4))
    assert capsys.readouterr().err == "  training: step 5/100, 1:23 left\n"
