"""The grid of a figure's conventions: every cell trained, judged, and written down.

A cell that was trained stays in the cache by its key, so an interrupted grid goes on where it was,
and a changed bound judges anew without training. A condition that was found by looking at the cells
is tried on fresh seeds: the same cells, every random stream of another seed.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dlbook.base.whole import write
from dlbook.engine import files, store
from dlbook.engine.key import Key, Keys
from dlbook.engine.outcome import Done, FigureOutcome
from dlbook.engine.report import print_line
from dlbook.engine.store import DamagedError
from dlbook.engine.work import blamed
from dlbook.engine.workpiece import Workpiece, refuse_moved, restore, take, train_piece, within
from dlbook.figures import contract, gridding
from dlbook.figures.blaming import place_of
from dlbook.mathematics import rng
from dlbook.record.grids import read_grid
from dlbook.record.records import Project
from dlbook.record.scripts import GRID_BUDGET

_FRESH = 2**63  # what no figure counts its seeds up to


def _fresh_seeds(seeds: int | Sequence[int], name: tuple[str | int, ...]) -> rng.Stream:
    """The stream of the same name for seeds that no figure has."""
    if isinstance(seeds, int):
        return rng.Stream((seeds + _FRESH) % 2**64, name)
    return rng.Stream([(seed + _FRESH) % 2**64 for seed in seeds], name)


@dataclass(frozen=True)
class TrainedCell:
    """One setting of the grid: its result's SHA-256, CPU-seconds, and what claims come to in it."""

    sha256: str
    cpu_seconds: float
    judged: dict[str, dict[str, Any]]


def grid_figure(project: Project, name: str, key: Key, fresh: bool = False) -> FigureOutcome:
    """Judge the claims of one figure in every cell of their grids; write ``grids/NAME.json``.

    With ``fresh`` every cell is judged on fresh seeds as well.
    """
    return blamed(project, name, lambda warnings: _grid(take(project, name, key), warnings, fresh))


def _grid(piece: Workpiece, warnings: list[str], fresh: bool) -> Done:
    runs = gridding.trainings(piece.script)
    if not runs:
        warnings.append(f"{piece.name}: no claim has conventions, so there is no grid")
        return "gridded"
    keys = Keys(piece.project)
    pieces = _pieces(keys, piece, runs)
    keys.remember(others=True)
    grid = _written(piece, runs, _every(piece, pieces, runs, warnings, fresh=False))
    if fresh:
        _add_fresh(grid, piece, _every(piece, pieces, runs, warnings, fresh=True))
    refuse_moved(piece.project, piece.name, piece.key)
    _forget_others(piece, pieces)
    path = piece.project.grid(piece.name)
    write(path, files.to_json(grid))
    seconds = grid["cpu_seconds"] + grid.get("fresh_cpu_seconds", 0.0)
    print_line(f"{piece.project.shown(path)}: {len(runs)} cells, {seconds:.3g} CPU-seconds")
    return "gridded"


def _every(
    piece: Workpiece,
    pieces: list[Workpiece],
    runs: list[gridding.Fields],
    warnings: list[str],
    *,
    fresh: bool,
) -> list[TrainedCell]:
    """All cells, within the budget."""
    trained, spent = [], 0.0
    for own, cell in zip(pieces, runs, strict=True):
        trained.append(_trained(own, cell, _kept(own, cell, warnings, fresh)))
        spent += trained[-1].cpu_seconds
        _refuse_dear(piece, spent, len(trained), len(runs))
    return trained


def _add_fresh(grid: dict[str, Any], piece: Workpiece, trained: list[TrainedCell]) -> None:
    """Beside every cell what it comes to on fresh seeds.

    Raises:
        FigureError: a cell comes out the same to the bit, so nothing in it hangs on seeds.
    """
    for place, (cell, each) in enumerate(zip(grid["cells"], trained, strict=True)):
        if cell["sha256"] == each.sha256:
            raise contract.FigureError(
                f"{piece.shown}: cell {place} is the same on fresh seeds, which confirms nothing;"
                " draw its chance from dlbook.mathematics.rng"
            )
        cell["fresh_sha256"] = each.sha256
    grid["fresh_cpu_seconds"] = _seconds(trained)
    for claim in grid["claims"]:
        for cell in claim["cells"]:
            cell["fresh"] = trained[cell["run"]].judged[claim["id"]]


def _refuse_dear(piece: Workpiece, spent: float, done: int, total: int) -> None:
    budget = getattr(piece.script, GRID_BUDGET)
    if spent > budget:
        raise contract.FigureError(
            f"{place_of(piece.script, GRID_BUDGET)}: {done} of {total} cells took {spent:.3g}"
            f" CPU-seconds of {budget:g}; take fewer seeds in GRID, or raise GRID_BUDGET"
        )


def _kept(
    own: Workpiece, cell: gridding.Fields, warnings: list[str], fresh: bool
) -> tuple[bytes, store.Circumstances]:
    """The trained result of a cell, from the cache or put there."""
    path = _place(own, fresh)
    try:
        return store.opened_result(path.read_bytes(), own.key.run)
    except FileNotFoundError:
        pass
    except DamagedError as error:
        files.discard(path)
        warnings.append(f"{own.project.shown(path)} {error}; discarded and trained again")
    payload, circumstances = _train(own, cell, fresh)
    write(path, store.sealed_result(payload, circumstances))
    return payload, circumstances


def _place(own: Workpiece, fresh: bool) -> Path:
    return own.project.cell(own.name, f"{own.key.run}{'-fresh' if fresh else ''}")


def _train(own: Workpiece, cell: gridding.Fields, fresh: bool) -> tuple[bytes, store.Circumstances]:
    with _naming(cell), rng.drawing_from(_fresh_seeds) if fresh else nullcontext():
        return train_piece(own, gridding.configured(own.script, cell), own.budget)


@contextmanager
def _naming(cell: gridding.Fields) -> Iterator[None]:
    """Inside the block an error says in which cell it arose."""
    try:
        yield
    except contract.FigureError as error:
        fields = gridding.plain_fields(cell)
        settings = ", ".join(f"{name} {value}" for name, value in fields.items())
        raise contract.FigureError(f"{error}; in the cell {settings or 'of the book'}") from error


def _trained(
    own: Workpiece, cell: gridding.Fields, kept: tuple[bytes, store.Circumstances]
) -> TrainedCell:
    """A cell with the judgements of all claims in it.

    Raises:
        FigureError: a claim cannot be judged in it.
    """
    payload, circumstances = kept
    with _naming(cell), within(own.budget, own.path, own.shown, "check and judge"):
        result = restore(own, gridding.configured(own.script, cell), payload)
        judged = gridding.judged_in(own.script, result)
    return TrainedCell(hashlib.sha256(payload).hexdigest(), circumstances.cpu_seconds, judged)


def _pieces(keys: Keys, piece: Workpiece, runs: list[gridding.Fields]) -> list[Workpiece]:
    """The figure with the key of each cell, which counts the cell's fields as settings."""
    scale = gridding.seeds_in(piece.script)

    def key(cell: gridding.Fields) -> Key:
        fields = {**scale, **gridding.plain_fields(cell)}
        return keys.of(piece.name, {name: str(fields[name]) for name in sorted(fields)})

    return [replace(piece, key=key(cell)) for cell in runs]


def _forget_others(piece: Workpiece, pieces: list[Workpiece]) -> None:
    """Cells of the grid as it was before it was changed."""
    kept = {_place(own, fresh) for own in pieces for fresh in (False, True)}
    for path in piece.project.cell(piece.name, "any").parent.glob("*.bin"):
        if path not in kept:
            files.discard(path)


def _written(
    piece: Workpiece, runs: list[gridding.Fields], trained: list[TrainedCell]
) -> dict[str, Any]:
    cells = [
        {
            "fields": gridding.plain_fields(cell),
            "sha256": each.sha256,
            "cpu_seconds": each.cpu_seconds,
        }
        for cell, each in zip(runs, trained, strict=True)
    ]
    script = piece.script
    return {
        "figure": piece.name,
        "config": gridding.scale_of(script),
        "seeds": gridding.seeds_in(script),
        "budget": getattr(script, GRID_BUDGET),
        "cpu_seconds": _seconds(trained),
        "cells": cells,
        "claims": [
            {
                **gridding.declared(claim),
                "cells": [
                    {"choice": list(choice), "run": place, **trained[place].judged[claim.id]}
                    for choice, cell in gridding.cells_of(script, claim)
                    for place in [gridding.place_in(runs, cell)]
                ],
            }
            for claim in gridding.varied_claims(script)
        ],
    }


def _seconds(trained: list[TrainedCell]) -> float:
    return float(f"{sum(each.cpu_seconds for each in trained):.3g}")


def _drawn(commit: str, name: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{commit} {name}".encode()).digest())


def chosen_by(commit: str, name: str, count: int) -> int:
    """The cell that a commit's hash chooses of ``count``: nobody can, and all take turns."""
    return _drawn(commit, name) % count


def in_turn(cell_seconds: Mapping[str, float], commit: str, most: float) -> list[str]:
    """The grids whose turn it is with this commit, sorted by name.

    The commit's hash puts them in an order, and whoever still fits is in. A grid that comes first
    fits by itself, so all take their turns, dear ones less often.

    Args:
        cell_seconds: by the name of a grid, the CPU-seconds of one of its cells.
        commit: The commit's hash.
        most: The CPU-seconds of all that are in.

    Raises:
        ValueError: a cell takes more than ``most``, so its grid would never be in.
    """
    kept, left = [], most
    for name in sorted(cell_seconds, key=lambda name: _drawn(commit, f"turn of {name}")):
        if cell_seconds[name] > most:
            raise ValueError(f"{name}: a cell takes {cell_seconds[name]:.3g} of {most:g} CPU-s")
        if cell_seconds[name] <= left:
            kept.append(name)
            left -= cell_seconds[name]
    return sorted(kept)


def retrain_cell(project: Project, name: str, commit: str) -> list[str]:
    """Train one cell of a committed grid from nothing and compare it to the bit; a line per error.

    Cells on fresh seeds, where there are some, take their turns too.

    Raises:
        FigureError: the script is not as the contract wants it, or fails.
        RecordError: there is no such grid, or it is damaged.
    """
    grid, shown = read_grid(project, name), project.shown(project.grid(name))
    keys = Keys(project)
    piece = take(project, name, keys.of(name))
    if grid is None:
        return [f"{shown}: there is no grid; dlbook grid {name}"]
    errors = list(gridding.outdated(piece.script, grid))
    if errors:
        return [f"{shown}: {each}; dlbook grid {name}" for each in errors]
    turns = [(place, False) for place in range(len(grid["cells"]))]
    turns += [(place, True) for place, cell in enumerate(grid["cells"]) if "fresh_sha256" in cell]
    place, fresh = turns[chosen_by(commit, name, len(turns))]
    cell = gridding.trainings(piece.script)[place]
    (own,) = _pieces(keys, piece, [cell])
    again = _trained(own, cell, _train(own, cell, fresh))
    called = f"cell {place}{' on fresh seeds' if fresh else ''}"
    return [
        f"{shown}: {called}: {each}; if this is right: dlbook grid {name}"
        for each in _moved(grid, place, fresh, again)
    ]


def _moved(grid: dict[str, Any], place: int, fresh: bool, again: TrainedCell) -> Iterator[str]:
    if grid["cells"][place]["fresh_sha256" if fresh else "sha256"] != again.sha256:
        yield "trained again, its result is another"
    for claim in grid["claims"]:
        for cell in claim["cells"]:
            said = cell["fresh"] if fresh else {key: cell[key] for key in ("outcome", "estimate")}
            if cell["run"] == place and said != again.judged[claim["id"]]:
                yield f"claim {claim['id']} comes to another verdict or estimate in it"
