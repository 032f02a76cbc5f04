"""The source that a site carries: whole, the same every time, and enough to run a figure."""

import io
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from dlbook.record.precedence import NO_HISTORY, not_written_before
from dlbook.record.records import Project
from dlbook.site.building import archive
from dlbook.site.reading.address import NOWHERE, Address
from tests.repository import git
from tests.site.conftest import ENVIRONMENT, ROOT

WHERE = Address("https://b.example/", "https://code.example/b", archive.commit(ROOT))
NEEDED = (
    *("Makefile", "README.md", "LICENSE", "mkdocs.yml", "pyproject.toml", "constraints.txt"),
    *("requirements.lock", "requirements-torch.lock"),
    *("web/package-lock.json", "press/package-lock.json", "docs/chapters.yml", archive.NOTE),
    "figures_src/no_line_computes_xor.py",
)


def unpacked(content: bytes, folder: Path) -> Path:
    """The one folder that an archive holds, unpacked."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        packed.extractall(folder)
    (top,) = folder.iterdir()
    return top


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book as a reader unpacks it."""
    return unpacked(archive.source_archive(ROOT, WHERE), tmp_path_factory.mktemp("reader"))


def test_it_holds_what_is_tracked_and_nothing_that_tools_made(copy):
    assert [name for name in NEEDED if not (copy / name).is_file()] == []
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, text=True, check=True
    )
    tracked = {name for name in filter(None, listed.stdout.split("\0")) if (ROOT / name).is_file()}
    held = {path.relative_to(copy).as_posix() for path in copy.rglob("*") if path.is_file()}
    assert tracked <= held
    assert not [name for name in held if {*Path(name).parts} & {*archive.MADE}]


def test_its_folder_and_its_note_say_which_commit_it_is(copy):
    assert WHERE.commit[:12] in copy.name
    note = (copy / archive.NOTE).read_text("utf-8")
    assert f"commit {WHERE.commit}\n" in note
    assert WHERE.site in note
    assert WHERE.repository in note
    assert archive.commit(copy) == WHERE.commit


def test_equal_sources_give_equal_bytes_and_a_copy_gives_itself(copy):
    first = archive.source_archive(ROOT, WHERE)
    archive._packed.clear()
    assert archive.source_archive(ROOT, WHERE) == first
    again = archive.source_archive(copy, WHERE)

    def content(packed):
        with zipfile.ZipFile(io.BytesIO(packed)) as opened:
            return {entry.filename: opened.read(entry) for entry in opened.infolist()}

    assert content(again) == content(first)


def test_what_git_ignores_is_left_out_of_a_copy_without_git():
    lines = (ROOT / ".gitignore").read_text("utf-8").splitlines()
    for line in lines:
        example = line.strip("/").replace("*", "x")
        assert archive._is_made(Path(example)), line


def test_a_folder_that_was_changed_says_so(tmp_path):
    book = tmp_path / "book"
    book.mkdir()
    git(book, "init", "--quiet")
    (book / "a.txt").write_text("one")
    git(book, "add", "a.txt")
    git(book, "commit", "--quiet", "--message", "First")
    key = git(book, "rev-parse", "HEAD")
    assert archive.commit(book) == key
    (book / "a.txt").write_text("two")
    assert archive.commit(book) == f"{key}+"
    held = unpacked(archive.source_archive(book, NOWHERE), tmp_path / "reader")
    assert (held / "a.txt").read_text() == "two"


def test_a_server_packs_anew_what_was_edited(tmp_path):
    (tmp_path / "a.txt").write_text("one")
    first = archive.source_archive(tmp_path, NOWHERE)
    assert archive.source_archive(tmp_path, NOWHERE) is first
    (tmp_path / "a.txt").write_text("three")
    assert archive.source_archive(tmp_path, NOWHERE) != first


def test_a_copy_is_warned_that_it_cannot_tell_what_came_first(copy):
    errors, warning = not_written_before(Project(copy))
    assert (errors, warning) == ([], NO_HISTORY)


def test_a_figure_runs_where_it_is_unpacked(copy, tmp_path):
    shutil.copytree(copy, tmp_path / "book")
    finished = subprocess.run(
        [sys.executable, "-m", "dlbook.cli", "run", "no_line_computes_xor", "--small"],
        cwd=tmp_path / "book",
        env={**ENVIRONMENT, "PYTHONPATH": str(tmp_path / "book")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    assert "no_line_computes_xor" in finished.stdout
    assert (tmp_path / "book" / "out" / "no_line_computes_xor.zh.svg").is_file()
