"""All claims of a book with their verdicts, as a table for a terminal."""

from collections.abc import Iterator
from typing import Any

from dlbook.record.grids import STATES
from dlbook.record.records import Project, RecordError, read_accepted, read_made


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

    Raises:
        RecordError: a record is damaged.
    """
    rows = [
        _row(project, name, claim, lang)
        for name, claim in judged_claims(project)
        if figure in (None, name) and verdict in (None, claim.get("verdict"))
    ]
    rows.sort()
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(4)]
    return [
        "  ".join([*(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False)), row[4]])
        for row in rows
    ]


def _row(project: Project, name: str, claim: dict[str, Any], lang: str) -> tuple[str, ...]:
    try:
        statement = str(claim["statement"][lang])
        return (claim["id"], _standing(claim), name, _interval(claim), statement)
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise RecordError(
            f"{project.shown(project.accepted(name))}: not a record: claim '{claim['id']}' is not"
            f" as records have it; restore it, or dlbook build {name}"
        ) from error


def _standing(claim: dict[str, Any]) -> str:
    """The verdict; a remark, which has none, is told by its kind."""
    return str(claim["verdict"] or claim["kind"])


def _interval(claim: dict[str, Any]) -> str:
    estimate = claim["estimate"]
    if estimate is None:
        return ""
    low, mean, high = (f"{estimate[end]:.4g}" for end in ("low", "mean", "high"))
    told = f"{mean} [{low}, {high}] n={estimate['n']} vs {claim['bound']['value']:.4g}"
    if "settings" in claim:
        told += f" (decides of {len(claim['outcomes'])} settings)"
    return told + (_grid(claim["grid"]) if "grid" in claim else "")


def _grid(grid: dict[str, Any] | None) -> str:
    """How many cells of the grid agree, and on which conventions a verdict hangs."""
    if grid is None:
        return "; no grid"
    states = [cell["state"] for cell in grid["cells"]]
    told = ", ".join(f"{states.count(state)} {state}" for state in STATES if state in states)
    names = [grid["conventions"][place]["name"]["en"] for place in grid["separated_by"]]
    return f"; grid: {told}{', by ' + ' and '.join(names) if names else ''}"
