import errno
import fcntl
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dlbook.site.building.staging import NoPlaceError, Staging


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "index.html").write_text("old")
    return folder


def killed_number() -> int:
    """The number of a process that is no more."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


@pytest.fixture
def other_build(site: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that is building the same site."""
    code = (
        "import pathlib, sys; from dlbook.site.building.staging import Staging\n"
        "staging = Staging(pathlib.Path(sys.argv[1])); print(staging.folder, flush=True)\n"
        "input()"
    )
    command = [sys.executable, "-c", code, str(site)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        yield process
        process.kill()


def test_the_new_site_takes_the_place_of_the_old_one(site: Path):
    (site / "old.html").write_text("a page that is no more")
    staging = Staging(site)
    (staging.folder / "index.html").write_text("new")
    assert (site / "old.html").exists()
    staging.publish()
    assert (site / "index.html").read_text() == "new"
    assert [path.name for path in site.iterdir()] == ["index.html"]
    assert [path.name for path in site.parent.iterdir()] == ["site"]


def test_the_first_site_is_published_too(tmp_path: Path):
    staging = Staging(tmp_path / "deep" / "site")
    staging.publish()
    assert (tmp_path / "deep" / "site").is_dir()


def test_what_is_discarded_leaves_the_old_site_untouched(site: Path):
    staging = Staging(site)
    (staging.folder / "index.html").write_text("new")
    staging.discard()
    assert [path.name for path in site.parent.iterdir()] == ["site"]
    assert (site / "index.html").read_text() == "old"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_builds_is_left_alone_and_what_was_killed_is_swept(
    site: Path, other_build: subprocess.Popen[str]
):
    assert other_build.stdout is not None
    other = Path(other_build.stdout.readline().strip())
    Staging(site).discard()
    assert other.exists()
    other_build.kill()
    other_build.wait()
    Staging(site).discard()
    assert names(site.parent) == ["site"]


@pytest.mark.parametrize("state", ["building", "previous"])
def test_the_number_of_another_living_process_keeps_nothing(site: Path, state: str):
    for number in (os.getppid(), os.getpid(), 0, 10**30):
        site.with_name(f".site.{state}-{number}").mkdir()
    Staging(site).discard()
    assert names(site.parent) == ["site"]


@pytest.mark.parametrize("name", ["building-abc", "building-", "building", "previous-1a", "x-1"])
def test_what_was_not_left_by_a_build_is_not_touched(site: Path, name: str):
    other = site.with_name(f".site.{name}")
    other.mkdir()
    Staging(site).publish()
    assert names(site.parent) == sorted(["site", other.name])


def test_where_a_file_system_has_no_locks_a_build_publishes_and_sweeps_nothing(
    site: Path, monkeypatch: pytest.MonkeyPatch
):
    def refuse(opened: int, operation: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    other = site.with_name(f".site.building-{killed_number()}")
    other.mkdir()
    Staging(site).publish()
    assert names(site.parent) == sorted(["site", other.name])
    assert names(site) == []


def test_a_dead_link_that_was_left_is_swept(site: Path):
    site.with_name(f".site.previous-{killed_number()}").symlink_to("nowhere")
    Staging(site).discard()
    assert names(site.parent) == ["site"]


def test_a_name_with_brackets_is_swept_too(tmp_path: Path):
    site = tmp_path / "书 [1] *"
    site.with_name(f".{site.name}.building-{killed_number()}").mkdir()
    Staging(site).publish()
    assert names(tmp_path) == [site.name]


def test_a_link_is_followed(site: Path, tmp_path: Path):
    link = tmp_path / "deep" / "link"
    link.parent.mkdir()
    link.symlink_to("../site")
    for content in ("first", "second"):
        staging = Staging(link)
        (staging.folder / "index.html").write_text(content)
        staging.publish()
    assert link.is_symlink()
    assert (site / "index.html").read_text() == "second"
    assert names(site.parent) == ["deep", "site"]
    assert names(link.parent) == ["link"]


def test_a_link_to_a_site_that_is_not_there_yet_is_followed(tmp_path: Path):
    (tmp_path / "link").symlink_to("served/site")
    Staging(tmp_path / "link").publish()
    assert (tmp_path / "served" / "site").is_dir()


@pytest.mark.parametrize(
    ("cause", "what"),
    [
        (errno.EBUSY, "Device or resource busy"),
        (errno.EPERM, "Operation not permitted"),
        (errno.EXDEV, "Invalid cross-device link"),
    ],
)
def test_what_cannot_be_renamed_is_told_before_anything_is_built(
    site: Path, monkeypatch: pytest.MonkeyPatch, cause: int, what: str
):
    def refuse(self: Path, target: Path) -> Path:
        raise OSError(cause, os.strerror(cause))

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(NoPlaceError, match=rf"^\S+site: a finished .+\({what}\).+--site-dir \S+$"):
        Staging(site)
    assert names(site.parent) == ["site"]
    assert names(site) == ["index.html"]


def test_a_mount_point_is_told_before_anything_is_built():
    with pytest.raises(NoPlaceError, match=r"^/proc: "):
        Staging(Path("/proc"))
    assert not [name for name in names(Path("/")) if name.startswith(".proc.")]


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (lambda place: place.write_text("a file"), "Not a directory"),
        (lambda place: place.symlink_to(place.name), "Too many levels of symbolic links"),
        (lambda place: place.symlink_to("/dev/null/site"), "File exists"),
    ],
    ids=["file", "loop", "below a file"],
)
def test_what_is_no_folder_is_told(tmp_path: Path, make: Callable[[Path], object], what: str):
    make(tmp_path / "site")
    with pytest.raises(NoPlaceError, match=f"{what}; build elsewhere"):
        Staging(tmp_path / "site")
    assert names(tmp_path) == ["site"]


@pytest.mark.parametrize("content", ["saw.json", ".git/config", "docs/index.html"])
def test_a_folder_that_is_no_site_is_not_replaced(tmp_path: Path, content: str):
    kept = tmp_path / "results" / content
    kept.parent.mkdir(parents=True)
    kept.write_text("somebody's work")
    with pytest.raises(NoPlaceError, match=r"results: holds files .+--site-dir, or move the files"):
        Staging(tmp_path / "results")
    assert kept.read_text() == "somebody's work"
    assert names(tmp_path) == ["results"]


def test_of_two_builds_at_once_the_later_stays(site: Path, monkeypatch: pytest.MonkeyPatch):
    mine, other = Staging(site), Staging(site)
    for staging, content in ((mine, "mine"), (other, "other")):
        (staging.folder / "index.html").write_text(content)
    rename, quicker = Path.rename, [other]

    def between(self: Path, target: Path) -> Path:
        if self == mine.folder and quicker:
            quicker.pop().publish()
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", between)
    mine.publish()
    assert (site / "index.html").read_text() == "mine"
    assert names(site.parent) == ["site"]


def test_a_site_that_cannot_be_replaced_any_more_stays(site: Path, monkeypatch: pytest.MonkeyPatch):
    staging, rename = Staging(site), Path.rename

    def fail(self: Path, target: Path) -> Path:
        if self == staging.folder:
            raise OSError(errno.EACCES, "Permission denied")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(OSError, match="Permission denied"):
        staging.publish()
    assert (site / "index.html").exists()


def test_a_site_caught_between_two_renames_is_put_back(site: Path):
    site.rename(site.with_name(f".site.previous-{killed_number()}"))
    Staging(site).discard()
    assert (site / "index.html").read_text() == "old"


def test_a_previous_site_that_was_replaced_is_swept(site: Path):
    previous = site.with_name(f".site.previous-{killed_number()}")
    previous.mkdir()
    Staging(site).discard()
    assert not previous.exists()
    assert (site / "index.html").exists()
