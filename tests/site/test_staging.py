import os
import subprocess
import sys
from pathlib import Path

import pytest

from dlbook.site.building.staging import Staging


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "old.html").write_text("old")
    return folder


def dead_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_the_new_site_takes_the_place_of_the_old_one(site: Path):
    staging = Staging(site)
    (staging.folder / "new.html").write_text("new")
    assert (site / "old.html").exists()
    staging.publish()
    assert [path.name for path in site.iterdir()] == ["new.html"]
    assert [path.name for path in site.parent.iterdir()] == ["site"]


def test_the_first_site_is_published_too(tmp_path: Path):
    staging = Staging(tmp_path / "deep" / "site")
    staging.publish()
    assert (tmp_path / "deep" / "site").is_dir()


def test_what_is_discarded_leaves_the_old_site_untouched(site: Path):
    staging = Staging(site)
    (staging.folder / "new.html").write_text("new")
    staging.discard()
    assert [path.name for path in site.parent.iterdir()] == ["site"]
    assert (site / "old.html").read_text() == "old"


def test_what_a_killed_build_left_is_swept_and_what_runs_is_left(site: Path):
    dead = site.with_name(f".site.building-{dead_process()}")
    running = site.with_name(f".site.building-{os.getppid()}")
    for folder in (dead, running):
        folder.mkdir()
    Staging(site)
    assert not dead.exists()
    assert running.exists()


def test_a_site_caught_between_two_renames_is_put_back(site: Path):
    site.rename(site.with_name(f".site.previous-{dead_process()}"))
    Staging(site).discard()
    assert (site / "old.html").read_text() == "old"


def test_a_previous_site_that_was_replaced_is_swept(site: Path):
    previous = site.with_name(f".site.previous-{dead_process()}")
    previous.mkdir()
    Staging(site).discard()
    assert not previous.exists()
    assert (site / "old.html").exists()
