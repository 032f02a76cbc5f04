"""Which of the dear tests wait: all have their turn, cheap ones always, and costs are measured."""

import json
import subprocess
import sys

import pytest

from tests import dear

COSTS = {"tests/test_a.py::test_dear": 9.0, "tests/test_every_grid.py::test_a_cell": 9.0}
MANY = [f"tests/test_a.py::test_dear[{number}]" for number in range(90)]


def tried(nodeid):
    return [share for share in range(dear.SHARES) if not dear.waits(nodeid, COSTS, share)]


def test_a_dear_test_is_tried_with_one_share_and_shares_are_alike():
    turns = [tried(nodeid) for nodeid in MANY]
    assert {len(shares) for shares in turns} == {1}
    each = [turns.count([share]) for share in range(dear.SHARES)]
    assert min(each) > len(MANY) / dear.SHARES / 2, each


@pytest.mark.parametrize(
    "nodeid",
    ["tests/test_a.py::test_cheap", "tests/test_every_grid.py::test_a_cell[folding]"],
)
def test_what_is_cheap_unknown_or_draws_for_itself_never_waits(nodeid):
    assert tried(nodeid) == [*range(dear.SHARES)]


def test_costs_are_means_and_what_did_not_run_keeps_its_own(tmp_path):
    path = tmp_path / "costs.json"
    dear.write([("a.py::test_b[1]", 2.0), ("a.py::test_b[2]", 3.0), ("a.py::test_c", 1.0)], path)
    dear.write([("a.py::test_c", 0.2), ("a.py::test_d", 0.69)], path)
    assert json.loads(path.read_text("utf-8")) == {"a.py::test_b": 2.5, "a.py::test_d": 0.7}


def test_processes_that_a_test_starts_are_its_cost():
    before = dear.seconds()
    work = "import time\nwhile time.process_time() < 0.5: pass"
    subprocess.run([sys.executable, "-c", work], check=True)
    assert dear.seconds() - before > 0.4


@pytest.mark.parametrize("share", range(dear.SHARES))
def test_most_of_what_is_measured_waits_and_some_of_it_is_tried(share):
    """Tests are renamed and removed; a list that nobody brings up to date is noticed here."""
    costs = dear.measured()
    waiting = [name for name in costs if dear.waits(name, costs, share)]
    assert len(costs) / 3 < len(waiting) < len(costs)


def test_every_test_whose_cost_is_known_exists():
    lost = []
    for name in dear.measured():
        file, _, function = name.partition("::")
        path = dear.COSTS.parent.parent / file
        known = path.read_text("utf-8") if path.is_file() else ""
        if f"def {function.rpartition('::')[2]}(" not in known:
            lost.append(name)
    assert lost == [], "make costs"
