"""Every committed grid is that of its script, and one cell of each comes out the same to the bit.

Which cell, the commit's hash says: nobody chooses it, and all take their turns.
"""

import subprocess

import pytest

from dlbook.engine.grid_cells import retrain_cell
from dlbook.figures import gridding
from dlbook.record.grids import read_grid
from dlbook.record.records import Project
from tests.scripts import NAMES, ROOT, script

PROJECT = Project(ROOT)
GRIDS = sorted(path.stem for path in (ROOT / "grids").glob("*.json"))


def commit() -> str:
    """The hash of the commit; of an archive without history, its name for what it is."""
    done = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or "no history"


def test_every_figure_with_conventions_has_its_grid_and_no_other_has_one():
    varied = [name for name in NAMES if gridding.varied_claims(script(name))]
    assert varied == GRIDS


def test_every_grid_is_of_what_its_script_declares_now():
    found = {name: list(gridding.outdated(script(name), read_grid(PROJECT, name) or {}))
             for name in GRIDS}  # fmt: skip
    assert not any(found.values()), found


@pytest.mark.parametrize("name", GRIDS)
def test_one_cell_of_each_grid_comes_out_the_same_to_the_bit(name):
    assert list(retrain_cell(PROJECT, name, commit())) == []


def test_every_grid_kept_to_its_budget():
    for name in GRIDS:
        grid = read_grid(PROJECT, name)
        assert grid is not None
        for spent in ("cpu_seconds", "fresh_cpu_seconds"):
            assert grid.get(spent, 0.0) <= grid["budget"], name
