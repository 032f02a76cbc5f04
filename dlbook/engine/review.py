"""Which accepted numbers have moved, and which pages cite them."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from dlbook.base.hidden import is_hidden
from dlbook.record.moves import Move, Record, compare
from dlbook.record.numbers import along_of
from dlbook.record.precedence import lacks_registration
from dlbook.record.records import Project, RecordError, read_accepted
from dlbook.record.scripts import place_of_claim

_NEARLY = 1e-6  # what rounding leaves between two kinds of machine
_TRAINED = 0.1  # what the best of many trained runs, which has no interval, may differ by
_WRITTEN = ("statement", "quantity", "truth", "control")
_LONG = 40  # a longer text is not quoted
_NUMERAL = re.compile(r"[-−]?\d[\d.,]*(×10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?")


def moved(accepted: Record, made: Record) -> list[Move]:
    """What moved between the accepted record and the one just made.

    Any difference counts. Only where the machine decides bits of a record does it name the kind of
    machine that it was made on. Between two kinds an estimate has moved if either value lies
    outside the other's interval, a number without interval if it differs by more than 1e-6 of
    itself, or 10 % where seeds were trained: rounding parts their runs, and the best of them has
    no interval. Integers, verdicts, settings and words must still be equal, numerals in texts
    aside.
    """
    kinds = {accepted.get("made_on"), made.get("made_on")}
    if len(kinds) == 1 or None in kinds:
        return compare(accepted, made)
    slack = _TRAINED if "seeds" in accepted.get("config", {}) else _NEARLY
    return compare(_without_numerals(accepted), _without_numerals(made), slack)


def _without_numerals(record: Record) -> Record:
    """The record with every numeral of its texts masked."""
    claims = [
        {**claim, **{key: _masked(claim[key]) for key in _WRITTEN if key in claim}}
        for claim in record.get("claims", ())
    ]
    return {**record, "claims": claims, "texts": _masked(record.get("texts"))}


def _masked(texts: Any) -> str:
    return _NUMERAL.sub("#", json.dumps(texts, ensure_ascii=False, sort_keys=True))


def in_one_line(move: Move) -> str:
    """A move as a line tells it."""
    if move.before is None or move.after is None:
        return f"{move.field} is {'gone' if move.after is None else 'new'}"
    if isinstance(move.before, str) and max(len(move.before), len(str(move.after))) > _LONG:
        return f"{move.field} changed"
    return f"{move.field} moved from {_shown(move.before)} to {_shown(move.after)}"


def _shown(value: Any) -> str:
    if isinstance(value, dict) and "mean" in value:
        return f"{value['mean']} [{value['low']}, {value['high']}] (n = {value['n']})"
    axes = along_of(value)
    if axes:
        return f"values along {', '.join(name for name, _ in axes)}"
    return f'"{value}"' if isinstance(value, str) and _NUMERAL.fullmatch(value) else str(value)


def cited_by(project: Project, name: str, field: str) -> list[str]:
    """The places in the pages, ``docs/zh/x.md:42``, that show a field of a figure's record."""
    pattern = _citation(name, field)
    places = []
    for page in sorted((project.root / "docs").rglob("*.md")):
        if not page.is_file():
            continue
        lines = page.read_text(encoding="utf-8", errors="replace").splitlines()
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


def is_accepted(project: Project, name: str, checksum: str) -> bool:
    """Whether the accepted record is, to the byte, the one of this checksum (SHA-256)."""
    try:
        accepted = project.accepted(name).read_bytes()
    except OSError:
        return False
    return hashlib.sha256(accepted).hexdigest() == checksum


def review(project: Project, name: str, record: Record) -> list[str]:
    """Compare a record that was just made with the accepted one: a line for each difference."""
    shown = project.shown(project.accepted(name))
    try:
        accepted = read_accepted(project, name)
    except RecordError as error:
        return [str(error)]
    if accepted is None:
        if lacking := lacks_registration(project, name, record):
            return [lacking]
        return [f"{shown}: {name} has no accepted record; look at it, then dlbook accept {name}"]
    try:
        moves = moved(accepted, record)
        told = [(in_one_line(move), move.field) for move in moves]
    except (TypeError, KeyError, ValueError, AttributeError, IndexError) as error:
        why = " ".join(str(error).split())
        return [
            f"{shown}: not a record: what it holds cannot be compared ({why}); restore it, or"
            f" dlbook accept {name}"
        ]
    return [
        f"{shown}: {line}{_places(project, name, field)}; if this is right: dlbook accept {name}"
        for line, field in told
    ]


def taken(project: Project, name: str, record: Record) -> list[str]:
    """A line for each claim of a record whose id stands in the accepted record of another figure.

    To accept the record would be to have two claims of one id.
    """
    scripts = project.scripts()
    path = scripts[name][0]
    own = {claim["id"] for claim in record["claims"]}
    found = []
    for other in sorted(scripts.keys() - {name}):
        try:
            accepted = read_accepted(project, other) or {}
        except RecordError:
            continue  # said where that figure is reviewed
        twice = own & {claim["id"] for claim in accepted.get("claims", ())}
        where = project.shown(scripts[other][0])
        found += [
            f"{_place(project, path, each)}: claim '{each}' is judged in {where} already; give it"
            " an id of its own"
            for each in sorted(twice)
        ]
    return found


def _place(project: Project, path: Path, claim: str) -> str:
    shown, line = place_of_claim(path.read_bytes(), project.shown(path), claim)
    return f"{shown}:{line}"


def _places(project: Project, name: str, field: str) -> str:
    places = cited_by(project, name, field)
    return f"; cited by {', '.join(places)}" if places else ""


def orphans(project: Project, names: set[str]) -> list[str]:
    """A line for each accepted record, each grid, and each file of texts, whose figure is gone."""
    texts = [
        f"{project.shown(path)}: there is no script beside these texts; delete them, or write"
        f" {project.shown(path.with_suffix('.py'))}"
        for path in sorted(project.scripts_folder.rglob("*.md"))
        if not path.with_suffix(".py").exists() and not is_hidden(path.relative_to(project.root))
    ]
    return texts + [
        f"{project.shown(path)}: there is no figure '{path.stem}'; delete this {what}, or restore"
        f" figures_src/{path.stem}.py"
        for folder, what in (("results", "record"), ("grids", "grid"))
        for path in sorted((project.root / folder).glob("*.json"))
        if path.stem not in names and not is_hidden(path.relative_to(project.root))
    ]
