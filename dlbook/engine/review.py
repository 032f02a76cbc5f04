"""Which accepted numbers have moved, and which pages cite them."""

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dlbook.base.along import keys
from dlbook.record.numbers import along_of
from dlbook.record.records import Project, RecordError, read_accepted

_RELATIVE, _ABSOLUTE = 1e-6, 1e-12  # between two kinds of machine; below 1e-12 is rounding
_TRAINED = 0.1  # what the best of many trained runs, which has no interval, may differ by
_WRITTEN = ("statement", "quantity", "truth", "control")
_ENDS = ("mean", "low", "high")
_NUMERAL = re.compile(r"[-−]?\d[\d.,]*(×10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?")


@dataclass(frozen=True)
class Move:
    """One field that differs between the accepted record and the one just made."""

    field: str
    old: Any
    new: Any

    def __str__(self) -> str:
        if self.old is None or self.new is None:
            return f"{self.field} is {'gone' if self.new is None else 'new'}"
        if isinstance(self.old, str) and max(len(self.old), len(str(self.new))) > 40:
            return f"{self.field} changed"
        return f"{self.field} moved from {_shown(self.old)} to {_shown(self.new)}"


def _shown(value: Any) -> str:
    if _is_estimate(value):
        return f"{value['mean']} [{value['low']}, {value['high']}] (n = {value['n']})"
    return str(value)


def compare(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Move]:
    """What moved between two records.

    Made on one kind of machine, any difference counts. Between two kinds an estimate has moved if
    either value lies outside the other's interval, a number without interval if it differs by more
    than 1e-6 of itself, or 10 % where seeds were trained: rounding parts their runs, and the best
    of them has no interval. Integers, verdicts, settings and words must still be equal, numerals
    in texts aside.
    """
    exact = old.get("made_on") == new.get("made_on")
    slack = 0.0 if exact else _TRAINED if "seeds" in old.get("config", {}) else _RELATIVE
    return list(_moves("", _comparable(old, exact), _comparable(new, exact), slack))


def _comparable(record: Mapping[str, Any], exact: bool) -> dict[str, Any]:
    """A record with its values by name and its claims by id."""
    claims = {f"claim {claim['id']}": dict(claim) for claim in record.get("claims", ())}
    values = record.get("values", {})
    rest = {key: part for key, part in record.items() if key not in ("made_on", "values", "claims")}
    if not exact:
        rest["texts"] = _masked(record.get("texts"))
        for claim in claims.values():
            claim |= {key: _masked(claim[key]) for key in _WRITTEN if key in claim}
    return {**values, **claims, **rest}


def _masked(texts: Any) -> str:
    return _NUMERAL.sub("#", json.dumps(texts, ensure_ascii=False, sort_keys=True))


def _is_estimate(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == {*_ENDS, "n"}


def _moves(field: str, old: Any, new: Any, slack: float) -> Iterator[Move]:
    if field == "config" or field.endswith(".bound"):
        slack = 0.0  # what was settled before the run is the same everywhere
    if _is_estimate(old) and _is_estimate(new):
        if not _same_estimate(old, new, slack):
            yield Move(field, old, new)
    elif _lie_alike(old, new):
        cells = zip(keys(along_of(new) or ()), old["cells"], new["cells"], strict=True)
        for key, before, after in cells:
            yield from _moves(f"{field}[{key}]", before, after, slack)
    elif isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys([*old, *new]):
            inner = f"{field}.{key}" if field else key
            yield from _moves(inner, old.get(key), new.get(key), slack)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, pair in enumerate(zip(old, new, strict=True)):
            yield from _moves(f"{field}.{index}", *pair, slack)
    elif not _same(old, new, slack):
        yield Move(field, old, new)


def _lie_alike(old: Any, new: Any) -> bool:
    """Whether both are values along the same axes."""
    axes = along_of(old)
    return axes is not None and axes == along_of(new)


def _same(old: Any, new: Any, slack: float) -> bool:
    if isinstance(old, float) and isinstance(new, float) and slack:
        return math.isclose(old, new, rel_tol=slack, abs_tol=_ABSOLUTE)
    return type(old) is type(new) and bool(old == new)


def _same_estimate(old: Mapping[str, Any], new: Mapping[str, Any], slack: float) -> bool:
    if not slack or old["n"] != new["n"]:
        return dict(old) == dict(new)
    within = old["low"] <= new["mean"] <= old["high"] and new["low"] <= old["mean"] <= new["high"]
    return within or all(_same(float(old[end]), float(new[end]), _RELATIVE) for end in _ENDS)


def cited_by(project: Project, name: str, field: str) -> list[str]:
    """The places in the pages, ``docs/zh/x.md:42``, that show a field of a figure's record."""
    pattern = _citation(name, field)
    places = []
    for page in sorted((project.root / "docs").rglob("*.md")):
        lines = page.read_text(encoding="utf-8").splitlines()
        shown = project.shown(page)
        places += [f"{shown}:{n}" for n, line in enumerate(lines, 1) if pattern.search(line)]
    return places


def _citation(name: str, field: str) -> re.Pattern[str]:
    top, _, rest = field.partition(".")
    if top.startswith("claim "):
        claim = re.escape(top.removeprefix("claim "))
        return re.compile(rf"\[\[(verdict {claim}|claims {name})\]\]")
    if top in ("texts", "figure"):
        return re.compile(rf"\[\[figure {name}\]\]")
    if top == "config":
        return re.compile(rf"\[\[(figure {name}|{name}\.{re.escape(rest)}([\[|][^\n]*)?)\]\]")
    return re.compile(rf"\[\[{name}\.{re.escape(top.partition('[')[0])}[\[|\]]")


def review(project: Project, name: str, record: Mapping[str, Any]) -> list[str]:
    """Compare a record that was just made with the accepted one: a line for each difference."""
    shown = project.shown(project.accepted(name))
    try:
        accepted = read_accepted(project, name)
    except RecordError as error:
        return [str(error)]
    if accepted is None:
        return [f"{shown}: {name} has no accepted record; look at it, then dlbook accept {name}"]
    return [
        f"{shown}: {move}{_places(project, name, move.field)};"
        f" if this is right: dlbook accept {name}"
        for move in compare(accepted, record)
    ]


def _places(project: Project, name: str, field: str) -> str:
    places = cited_by(project, name, field)
    return f"; cited by {', '.join(places)}" if places else ""


def orphans(project: Project, names: set[str]) -> list[str]:
    """A line for each accepted record whose figure is gone."""
    return [
        f"{project.shown(path)}: there is no figure '{path.stem}'; delete this record, or restore"
        f" figures_src/{path.stem}.py"
        for path in sorted((project.root / "results").glob("*.json"))
        if path.stem not in names
    ]
