"""The figure scripts of the repository, loaded once for every test."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from dlbook.figures import contract, figure
from dlbook.record.records import Project

ROOT = Path(__file__).parent.parent
PATHS = [path for paths in Project(ROOT).scripts().values() for path in paths]
NAMES = [path.stem for path in PATHS]


@cache
def script(name: str) -> contract.Script:
    """The script of that name."""
    return contract.load(next(path for path in PATHS if path.stem == name))


@cache
def small(name: str) -> object:
    """Its result at the tests' scale."""
    loaded = script(name)
    return figure.execute(loaded, loaded.SMALL)


def values(name: str) -> dict[str, Any]:
    """What prose may cite of the accepted record of that name."""
    record = ROOT / "results" / f"{name}.json"
    found: dict[str, Any] = json.loads(record.read_text(encoding="utf-8"))["values"]
    return found
