"""Every committed grid is that of its script, and cells come out the same to the bit.

One of each grid whose cells are cheap, and of as many dear ones as the limit below allows. Which
grids and which cells, the commit's hash says: nobody chooses, and all take their turns. ``make
grids`` on a machine that has trained none does all.
"""

from functools import cache

import pytest

from dlbook.engine.grid_cells import in_turn, retrain_cell
from dlbook.figures import gridding
from dlbook.record.grids import read_grid
from dlbook.record.records import Project
from tests import turns
from tests.scripts import NAMES, ROOT, script

PROJECT = Project(ROOT)
GRIDS = sorted(path.stem for path in (ROOT / "grids").glob("*.json"))
CHEAP = 4.0  # CPU-seconds of a cell that is retrained with every commit
TURNS = 36.0  # CPU-seconds for the dearer ones, which take turns


@cache
def cell_seconds(name: str) -> float:
    """The CPU-seconds of a cell of that grid, as they were when it was made."""
    grid = read_grid(PROJECT, name)
    assert grid is not None
    return sum(cell["cpu_seconds"] for cell in grid["cells"]) / len(grid["cells"])


def retrained() -> list[str]:
    """The grids of which this commit retrains a cell."""
    dear = {name: cell_seconds(name) for name in GRIDS if cell_seconds(name) > CHEAP}
    most = sum(dear.values()) if turns.of_all() else TURNS
    return sorted({*GRIDS} - {*dear} | {*in_turn(dear, turns.commit(), most)})


def test_every_figure_with_conventions_has_its_grid_and_no_other_has_one():
    varied = [name for name in NAMES if gridding.varied_claims(script(name))]
    assert varied == GRIDS


def test_every_grid_is_of_what_its_script_declares_now():
    found = {name: list(gridding.outdated(script(name), read_grid(PROJECT, name) or {}))
             for name in GRIDS}  # fmt: skip
    assert not any(found.values()), found


@pytest.mark.parametrize("name", retrained())
def test_a_cell_of_the_grid_comes_out_the_same_to_the_bit(name):
    assert list(retrain_cell(PROJECT, name, turns.commit())) == []


def test_every_grid_kept_to_its_budget():
    for name in GRIDS:
        grid = read_grid(PROJECT, name)
        assert grid is not None
        for spent in ("cpu_seconds", "fresh_cpu_seconds"):
            assert grid.get(spent, 0.0) <= grid["budget"], name
