"""The grid of a script's conventions: what is trained in it, and what each cell says of a claim.

A script with conventions has ``GRID``, its ``Config`` at a smaller number of seeds, and
``GRID_BUDGET``, the CPU-seconds that all cells may take.
"""

import dataclasses
import json
from collections.abc import Iterator, Mapping
from typing import Any

from dlbook.base.evidence import Verdict
from dlbook.base.language import LANGUAGES
from dlbook.figures import fields
from dlbook.figures.blaming import blame
from dlbook.figures.configuring import configure
from dlbook.figures.contract import Script
from dlbook.figures.judgements import bound_json
from dlbook.figures.judging import Survived, judge
from dlbook.record.claims import Claim, Remark
from dlbook.record.grids import (
    GridCell,
    WaysTaken,
    combined,
    confirmed,
    of_claim,
    state_of,
    survival,
)
from dlbook.record.scripts import GRID

Fields = dict[str, Any]  # of Config, that differ from GRID


def varied_claims(script: Script) -> list[Claim[Any]]:
    """The claims that are judged in a grid: those with conventions."""
    return [each for each in script.CLAIMS if isinstance(each, Claim) and each.conventions]


def declared(claim: Claim[Any]) -> dict[str, Any]:
    """What a grid has to say of a claim to be the grid of that claim, as JSON data."""
    conventions = [
        {
            "about": each.about,
            "name": dict(zip(LANGUAGES, each.name, strict=True)),
            "ways": [plain_fields(way) for way in each.ways],
        }
        for each in claim.conventions
    ]
    return {"id": claim.id, "bound": bound_json(claim.bound), "conventions": conventions}


def plain_fields(way: Mapping[str, Any]) -> Fields:
    """Fields of ``Config`` as JSON data."""
    return {name: fields.plain(value) for name, value in way.items()}


def cells_of(script: Script, claim: Claim[Any]) -> Iterator[tuple[WaysTaken, Fields]]:
    """Every choice of ways with the fields of ``Config`` in which it differs from ``GRID``."""
    own: Any = getattr(script, GRID)
    for choice in combined([len(each.ways) for each in claim.conventions]):
        taken = zip(claim.conventions, choice, strict=True)
        given = {name: v for each, way in taken for name, v in each.ways[way].items()}
        yield choice, {name: v for name, v in given.items() if v != getattr(own, name)}


def trainings(script: Script) -> list[Fields]:
    """What has to be trained for all claims, each setting once."""
    found = (cell for claim in varied_claims(script) for _, cell in cells_of(script, claim))
    return list({_name(cell): cell for cell in found}.values())


def _name(cell: Fields) -> str:
    return json.dumps(plain_fields(cell), sort_keys=True)


def place_in(runs: list[Fields], cell: Fields) -> int:
    """Which of the trainings is that of a cell."""
    return [_name(each) for each in runs].index(_name(cell))


def configured(script: Script, cell: Fields) -> Any:
    """The ``Config`` of one cell: the one that the book is made with, at the seeds of ``GRID``.

    Raises:
        FigureError: ``Config`` refuses it.
    """
    few = {name: getattr(getattr(script, GRID), name) for name in seeds_in(script)}
    with blame(script, f"the cell {_name(cell)} of the grid"):
        return dataclasses.replace(configure(script, {}), **few, **cell)


def judged_in(script: Script, result: Any) -> dict[str, dict[str, Any]]:
    """The outcome and the estimate, in full precision, of every claim with conventions.

    Raises:
        FigureError: as :func:`dlbook.figures.judging.judge`.
    """
    wanted = {claim.id for claim in varied_claims(script)}
    return {
        claim.id: {"outcome": verdict.outcome, "estimate": dataclasses.asdict(verdict.estimate)}
        for claim, verdict in judge(script, result)
        if claim.id in wanted and verdict is not None
    }


def scale_of(script: Script) -> Fields:
    """The cell in which no convention goes another way, as JSON data."""
    return {name: fields.plain(v) for name, v in fields.of(configured(script, {})).items()}


def survived_in(script: Script, grid: Mapping[str, Any] | None) -> Survived:
    """What a committed grid, if there is one, makes of the verdict on a claim with conventions.

    ``verdict`` in the record becomes that of :func:`dlbook.record.grids.survival`, ``grid`` holds
    the cells and ``book`` the verdict in the book's own setting. Without a grid, or with one of
    another scale or other conventions than the script has now, ``grid`` is ``None`` and nothing has
    survived: inconclusive.
    """

    def survived(claim: Claim[Any] | Remark, verdict: Verdict | None) -> dict[str, Any]:
        if verdict is None or not (isinstance(claim, Claim) and claim.conventions):
            return {}
        fits = grid is not None and grid["config"] == scale_of(script)
        found = of_claim(grid, declared(claim)) if fits else None
        if grid is None or found is None:
            return {"verdict": "inconclusive", "book": verdict.outcome, "grid": None}
        cells = [GridCell(tuple(c["choice"]), state_of(c["outcome"])) for c in found["cells"]]
        left = survival(verdict.outcome, cells)
        shown = [
            {"choice": list(cell.choice), "state": cell.state, "estimate": fields.rounded(estimate)}
            for cell, estimate in zip(cells, (c["estimate"] for c in found["cells"]), strict=True)
        ]
        told = {"seeds": grid["seeds"], "conventions": found["conventions"], "cells": shown}
        told["separated_by"] = list(left.separated_by)
        if left.separated_by:
            told["confirmed"] = _is_confirmed(cells, found["cells"])
        return {"verdict": left.outcome, "book": verdict.outcome, "grid": told}

    return survived


def _is_confirmed(cells: list[GridCell], found: list[Mapping[str, Any]]) -> bool:
    if not all("fresh" in cell for cell in found):
        return False
    fresh = [GridCell(tuple(c["choice"]), state_of(c["fresh"]["outcome"])) for c in found]
    return confirmed(cells, fresh)


def outdated(script: Script, grid: Mapping[str, Any]) -> Iterator[str]:
    """What a committed grid has otherwise than the script declares it now."""
    if grid["config"] != scale_of(script):
        yield "it is of another Config than GRID is now"
    known = {claim["id"] for claim in grid["claims"]}
    for claim in varied_claims(script):
        if of_claim(grid, declared(claim)) is None:
            told = "has other conventions or another bound now" if claim.id in known else "is new"
            yield f"claim {claim.id} {told}"
    for gone in sorted(known - {claim.id for claim in varied_claims(script)}):
        yield f"claim {gone} has no conventions any more"
    if [cell["fields"] for cell in grid["cells"]] != list(map(plain_fields, trainings(script))):
        yield "its cells are others than the conventions make now"


def seeds_in(script: Script) -> Fields:
    """The fields of ``GRID`` that differ from the book's own: fewer seeds."""
    book, own = script.Config(), getattr(script, GRID)
    pairs = ((f.name, getattr(book, f.name), getattr(own, f.name)) for f in dataclasses.fields(own))
    return {name: fields.plain(few) for name, many, few in pairs if few != many}
