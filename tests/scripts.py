"""The figure scripts of the repository, loaded once for every test."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from dlbook.base.along import Along
from dlbook.figures import contract, judging
from dlbook.figures.picture import picture
from dlbook.record.claims import Claim, Remark
from dlbook.record.numbers import along_of

ROOT = Path(__file__).parent.parent
PATHS = sorted((ROOT / "figures_src").rglob("*.py"))
NAMES = [path.stem for path in PATHS]


@cache
def script(name: str) -> contract.Script:
    """The script of that name."""
    return contract.load(next(path for path in PATHS if path.stem == name))


@cache
def small(name: str) -> object:
    """Its result at the tests' scale."""
    loaded = script(name)
    return judging.execute(loaded, loaded.SMALL)


def claims(name: str) -> dict[str, Claim[Any] | Remark]:
    """Its claims and remarks by their ids."""
    return {claim.id: claim for claim in script(name).CLAIMS}


@cache
def recorded(name: str) -> dict[str, Any]:
    """Its record at the tests' scale."""
    loaded = script(name)
    drawn = {lang: list(picture(loaded, small(name), lang).labels) for lang in ("zh", "en")}
    return judging.record_of(loaded, small(name), drawn)


def values(name: str) -> dict[str, Any]:
    """What prose may cite of the accepted record of that name."""
    record = ROOT / "results" / f"{name}.json"
    found: dict[str, Any] = json.loads(record.read_text(encoding="utf-8"))["values"]
    return found


def accepted(name: str) -> dict[str, Any]:
    """The accepted values of that name; those that lie along axes are found by their values."""
    return {field: _found_by_value(value) for field, value in values(name).items()}


def _found_by_value(value: Any) -> Any:
    axes = along_of(value)
    return value if axes is None else Along(axes, tuple(value["cells"]))
