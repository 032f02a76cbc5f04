"""The figure scripts of the repository, loaded once for every test."""

import dataclasses
import fcntl
import pickle
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from dlbook.base import whole
from dlbook.base.along import Along
from dlbook.engine import store
from dlbook.figures import contract, fields, judging, loading, picture
from dlbook.record import records
from dlbook.record.claims import Claim, Remark
from dlbook.record.numbers import along_of
from dlbook.record.records import Project
from tests.turns import turn

ROOT = Path(__file__).parent.parent
PATHS = [path for paths in Project(ROOT).scripts().values() for path in paths]
NAMES = [path.stem for path in PATHS]


def _holding(pattern: str) -> list[str]:
    return [
        path.stem for path in PATHS if re.search(pattern, path.read_text("utf-8"), re.MULTILINE)
    ]


# Read without loading a script, which no process should do that only collects tests; that they are
# right is tested by ``test_every_figure.py``.
REPLAYED = _holding(r"^class Replay\b")
FINDING = _holding(r'^ +kind="finding",$')
# The gate trains every figure and compares it with its record. At the tests' scale a sixth runs
# once more with the seeds of before, and as many others with those of another registration
# (``test_registered.py``).
TWICE = turn("twice", NAMES, (len(NAMES) + 5) // 6)


@cache
def script(name: str) -> contract.Script:
    """The script of that name."""
    return loading.load(next(path for path in PATHS if path.stem == name))


# Where the processes of one run of the tests leave for one another what each would make anew.
shelf: list[Path] = []


def shared(name: str, make: Callable[[], bytes]) -> bytes:
    """What ``make`` gives, made by the first of the run's processes that asks."""
    if not shelf:
        return make()
    path = shelf[0] / name
    if not path.exists():
        with alone(path):
            if not path.exists():
                whole.write(path, make())
    return path.read_bytes()


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Let one process make what is shared; the others wait instead of making it too."""
    path.parent.mkdir(exist_ok=True)
    with path.with_name(f"{path.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@cache
def small(name: str) -> Any:
    """Its result at the tests' scale."""
    loaded = script(name)

    def trained() -> bytes:
        result = judging.execute(loaded, loaded.SMALL)
        return store.pack(*fields.packed(lambda field: f"{name}.{field}", result))

    unpacked = store.unpack(shared(f"{name}.result", trained))
    return fields.rebuild(name, loaded.Result, loaded.SMALL, *unpacked)


@cache
def shown(name: str, lang: str) -> picture.Picture:
    """The picture of that result."""

    def drawn() -> bytes:
        return pickle.dumps(picture.picture(script(name), small(name), lang))

    found: picture.Picture = pickle.loads(shared(f"{name}.{lang}.picture", drawn))
    return found


def claims(name: str) -> dict[str, Claim[Any] | Remark]:
    """Its claims and remarks by their ids."""
    return {claim.id: claim for claim in script(name).CLAIMS}


def verdict(name: str, claim_id: str, result: Any) -> str:
    """The verdict on that claim; a remark stands as long as the script's own check holds."""
    claim = claims(name)[claim_id]
    if isinstance(claim, Claim):
        return claim.judge(result).outcome
    try:
        script(name).check(result)
    except AssertionError:
        return "refuted"
    return "supported"


class Comparable(Along[Any]):
    """Values along axes that are compared with what an oracle gives, in the order of the axes."""

    @property
    def stacked(self) -> Tensor:
        """Tensors along one axis as one tensor."""
        return torch.stack(list(self.cells))

    def __eq__(self, other: object) -> bool:
        return self.cells == tuple(other) if isinstance(other, Along | tuple | list) else False

    __hash__ = None  # type: ignore[assignment]


@cache
def measured(name: str) -> Any:
    """Its result at the tests' scale, values along axes :class:`Comparable`."""
    found = fields.of(small(name))
    axes = {
        key: Comparable(each.axes, each.cells)
        for key, each in found.items()
        if isinstance(each, Along)
    }
    return dataclasses.replace(small(name), **axes)


def replace(record: Any, **changed: Any) -> Any:
    """A record with some fields changed; a plain sequence takes the axes of what was there."""
    for key, value in changed.items():
        before = getattr(record, key)
        if isinstance(before, Along) and not isinstance(value, Along):
            changed[key] = Comparable(before.axes, tuple(value))
    return dataclasses.replace(record, **changed)


@cache
def record(name: str) -> dict[str, Any]:
    """The accepted record of that name."""
    found = records.read_accepted(Project(ROOT), name)
    assert found is not None, f"{name} has no accepted record"
    return found


def accepted(name: str) -> dict[str, Any]:
    """The accepted values of that name; those that lie along axes are found by their values."""
    return {field: _found_by_value(value) for field, value in record(name)["values"].items()}


def _found_by_value(value: Any) -> Any:
    axes = along_of(value)
    return value if axes is None else Along(axes, tuple(value["cells"]))
