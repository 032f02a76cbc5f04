"""All claims of a book with their verdicts, as a table for a terminal."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from dlbook.base.along import keys
from dlbook.record.bound_words import bound_and_reason
from dlbook.record.grids import STATES
from dlbook.record.numbers import along_of
from dlbook.record.records import Project, RecordError, read_accepted, read_made
from dlbook.record.transcript import CARRIED


def judged_claims(project: Project) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every claim with the name of its figure, from the made records, else the accepted ones.

    Raises:
        RecordError: a record is damaged.
    """
    for name in project.scripts():
        made = read_made(project, name)
        record = made.record() if made else read_accepted(project, name)
        for claim in record.get("claims", ()) if record else ():
            yield name, claim


def table(project: Project, figure: str | None, verdict: str | None, lang: str) -> list[str]:
    """Lines for the claims of one figure, or with one verdict, or all of both.

    Of each claim one for what it says and how it stands, and below it what decides.

    Raises:
        RecordError: a record is damaged.
    """
    rows = [
        _row(project, name, claim, lang)
        for name, claim in judged_claims(project)
        if figure in (None, name) and verdict in (None, claim.get("verdict"))
    ]
    rows.sort()
    widths = [max((len(row.cells[column]) for row in rows), default=0) for column in range(4)]
    return [line for row in rows for line in _lines(row, widths)]


class _Row(NamedTuple):
    cells: tuple[str, ...]
    below: tuple[str, ...]


def _lines(row: _Row, widths: list[int]) -> Iterator[str]:
    """A claim, and indented below it what decides."""
    *cells, statement = row.cells
    yield "  ".join([*map(str.ljust, cells, widths), statement])
    for line in row.below:
        yield f"{' ' * widths[0]}  {line}"


def _row(project: Project, name: str, claim: dict[str, Any], lang: str) -> _Row:
    try:
        statement = str(claim["statement"][lang])
        cells = (claim["id"], _standing(claim), name, _measured(claim), statement)
        return _Row(cells, tuple(_below(claim, lang)) if claim["bound"] else ())
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise RecordError(
            f"{project.shown(project.accepted(name))}: not a record: claim '{claim['id']}' is not"
            f" as records have it; restore it, or dlbook build {name}"
        ) from error


def _standing(claim: dict[str, Any]) -> str:
    """The verdict; a remark, which has none, is told by its kind."""
    return str(claim["verdict"] or claim["kind"])


def _measured(claim: dict[str, Any]) -> str:
    """The estimate; of several settings, which have no mean, how many there are."""
    if claim["estimate"] is None:
        return ""
    return f"{len(claim['outcomes'])} settings" if "settings" in claim else _interval(claim)


def _interval(judged: Mapping[str, Any]) -> str:
    estimate = judged["estimate"]
    low, mean, high = (f"{estimate[end]:.4g}" for end in ("low", "mean", "high"))
    return f"{mean} [{low}, {high}] n={estimate['n']}"


def _below(claim: dict[str, Any], lang: str) -> Iterator[str]:
    """The bound with its reason, then settings, factors and the grid, as far as there are any."""
    yield bound_and_reason(
        claim["bound"], lang, estimate=claim["estimate"], write=lambda value: f"{value:.4g}"
    )
    if "settings" in claim:
        settings, outcomes = claim["settings"], claim["outcomes"]
        named = keys(along_of(settings) or ())
        for place, cell, outcome in zip(named, settings["cells"], outcomes, strict=True):
            yield f"[{place}] {_interval({'estimate': cell})}: {outcome}"
    if "budget" in claim:
        yield _budget(claim["budget"])
    for factor in claim.get("factors", ()):
        role = "rival" if factor["rival"] else "named"
        yield f"{role}: {factor['name'][lang]} alone {_interval(factor)}: {factor['verdict']}"
    if claim.get("carrier"):
        yield f"carried by {CARRIED[claim['carrier']]}"
    if "grid" in claim:
        yield _grid(claim["grid"], lang)


def _budget(budget: Mapping[str, Any]) -> str:
    """Whether what was measured still changed over the last doubling of steps."""
    change, axes = budget["change"], along_of(budget["change"])
    cells = change["cells"] if axes else [change]
    places = [f"[{place}] " for place in keys(axes)] if axes else [""]
    told = ", ".join(
        f"{place}{_interval({'estimate': cell})}" for place, cell in zip(places, cells, strict=True)
    )
    state = "flat" if budget["flat"] else "still changing"
    return f"last doubling of steps: {told}, {state} (within {budget['within']:g})"


def _grid(grid: dict[str, Any] | None, lang: str) -> str:
    """How many cells of the grid agree, and on which conventions a verdict hangs."""
    if grid is None:
        return "no grid"
    states = [cell["state"] for cell in grid["cells"]]
    told = ", ".join(f"{states.count(state)} {state}" for state in STATES if state in states)
    names = [grid["conventions"][place]["name"][lang] for place in grid["separated_by"]]
    return f"grid: {told}{', by ' + ' and '.join(names) if names else ''}"
