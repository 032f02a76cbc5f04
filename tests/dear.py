"""What each test costs, and which of the dear ones a gate tries.

Half of a gate's seconds went into a twentieth of its tests. Those dearer than ``DEAR`` are dealt
into ``SHARES`` shares, each test into one and always the same; the commit's hash says which share
is tried with it. So each gate tries some of every kind, and whoever commits a few times has tried
all. What costs less is tried always, and so is everything where a file is named or nothing is
said (``pytest FILE``, ``pytest``), and with ``DLBOOK_TURNS=all``.

``costs.json`` is measured (``make costs``) and never typed: CPU-seconds of a test and of the
processes that it starts, the mean over its parameters. A test that is not in it is cheap until it
has been measured.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import psutil

from dlbook.base import whole

COSTS = Path(__file__).with_name("costs.json")
DEAR = 0.3  # CPU-seconds
SHARES = 8
# They draw for themselves: of the grids, by the rule for grids, one cell of each cheap one always.
DRAWN = ("tests/test_every_", "tests/test_registered.py")


def test_of(nodeid: str) -> str:
    """A test's name without its parameters."""
    return nodeid.partition("[")[0]


def share(nodeid: str) -> int:
    """The share into which a test is dealt."""
    return hashlib.sha256(nodeid.encode()).digest()[0] % SHARES


def waits(nodeid: str, costs: Mapping[str, float], tried: int) -> bool:
    """Whether a test leaves its turn to the share that is tried."""
    return (
        costs.get(test_of(nodeid), 0.0) >= DEAR
        and not nodeid.startswith(DRAWN)
        and share(nodeid) != tried
    )


def measured() -> dict[str, float]:
    """What was measured of the tests that cost something."""
    read: dict[str, float] = json.loads(COSTS.read_text("utf-8"))
    return read


def seconds() -> float:
    """CPU-seconds of this process and of those that it has started, ended ones too."""
    total = 0.0
    here = psutil.Process()
    for process in (here, *here.children(recursive=True)):
        try:
            used = process.cpu_times()
        except psutil.NoSuchProcess:
            continue  # it has ended, and its parent, which waited for it, counts it
        total += used.user + used.system + used.children_user + used.children_system
    return total


def write(spent: Iterable[tuple[str, float]], path: Path = COSTS) -> None:
    """Keep what these tests cost; of tests that did not run, what is known stays."""
    of: dict[str, list[float]] = {}
    for nodeid, cost in spent:
        of.setdefault(test_of(nodeid), []).append(cost)
    known = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    means = {name: round(sum(costs) / len(costs), 1) for name, costs in of.items()}
    kept = {name: cost for name, cost in {**known, **means}.items() if cost >= DEAR}
    text = json.dumps(dict(sorted(kept.items())), indent=1)
    whole.write(path, f"{text}\n".encode())
