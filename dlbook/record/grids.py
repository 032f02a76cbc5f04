"""Whether a verdict survives conventions: the rule, and the committed grids as plain data.

A convention is a choice of the setting that a reasonable author could have made otherwise. A claim
is judged in every cell of the grid of its conventions, at a stated smaller number of seeds::

    grids/NAME.json    {"figure", "config", "seeds", "budget", "cpu_seconds",
                        "cells": [{"fields", "sha256", "cpu_seconds"}],
                        "claims": [{"id", "bound", "conventions": [{"about", "name", "ways"}],
                                    "cells": [{"choice", "run", "outcome", "estimate"}]}]}

A condition that was found by looking at the cells is confirmed by cells on fresh seeds: then the
``cells`` above have a ``fresh_sha256`` too, and those of the claims a ``fresh`` outcome and
estimate.

``choice`` holds for each convention which of its ways was taken, 0 being the book's own, and
``run`` is the place of the training in the figure's ``cells``, which several claims may share;
``sha256`` is that of its result, to the bit. The share of cells that agree is a count of settings
that somebody thought of, never a probability.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any, Literal

from dlbook.base.evidence import Outcome
from dlbook.base.readable import NotTextError, decoded
from dlbook.base.trouble import refusal
from dlbook.record.records import Project, RecordError
from dlbook.record.scripts import claims
from dlbook.record.shape import ShapeError, record_in
from dlbook.record.statements import parse, statements

CellState = Literal["agrees", "contradicts", "undecided", "divided"]
_STATES: dict[Outcome, CellState] = {
    "supported": "agrees",
    "refuted": "contradicts",
    "inconclusive": "undecided",
    "conditional": "divided",
}
STATES = tuple(_STATES.values())
_NEARLY_ALL = 0.9  # of the decided cells, where there are ten or more; else all
_MANY = 10

WaysTaken = tuple[int, ...]


@dataclass(frozen=True)
class GridCell:
    """A claim in one setting: which way each convention went, and what its interval says there.

    A claim about several settings, or about a cause, can be ``divided`` inside one cell.
    """

    choice: WaysTaken
    state: CellState


@dataclass(frozen=True)
class Survival:
    """What is left of a verdict in the grid.

    ``separated_by`` are the places of the conventions on which a conditional verdict hangs: the
    smallest set of them whose choice settles whether a cell agrees or contradicts.
    """

    outcome: Outcome
    separated_by: tuple[int, ...] = ()


def state_of(outcome: Outcome) -> CellState:
    """A verdict on one cell, as a state of the cell."""
    return _STATES[outcome]


def survival(book: Outcome, cells: Sequence[GridCell]) -> Survival:
    """The verdict on a claim from the book's own setting and from every cell of its grid.

    Supported if the book's setting is, no cell contradicts, and nine tenths of the decided cells
    agree (all, if there are fewer than ten); refuted as the mirror of it; conditional if cells are
    decided both ways; else inconclusive.
    """
    count = {state: sum(cell.state == state for cell in cells) for state in STATES}
    agree, contradict = count["agrees"], count["contradicts"]
    if book == "conditional" or count["divided"] or (agree and contradict):
        return Survival("conditional", separating(cells))
    if book == "supported" and not contradict and _nearly_all(agree, agree + contradict):
        return Survival("supported")
    if book == "refuted" and not agree and _nearly_all(contradict, agree + contradict):
        return Survival("refuted")
    return Survival("inconclusive")


def _nearly_all(those: int, decided: int) -> bool:
    return decided > 0 and those >= (_NEARLY_ALL * decided if decided >= _MANY else decided)


def separating(cells: Sequence[GridCell]) -> tuple[int, ...]:
    """The smallest set of conventions whose choice settles every decided cell; of equals the first.

    Nothing where no cell is decided otherwise than another.
    """
    decided = [cell for cell in cells if cell.state in ("agrees", "contradicts")]
    if len({cell.state for cell in decided}) < 2:
        return ()
    places = range(len(decided[0].choice))
    sets = (chosen for size in places for chosen in combinations(places, size + 1))
    return next(chosen for chosen in sets if _settles(chosen, decided))


def confirmed(cells: Sequence[GridCell], fresh: Sequence[GridCell]) -> bool:
    """Whether cells on fresh seeds hang on the same conventions, and none is decided otherwise."""
    flipped = (
        {one.state, other.state} == {"agrees", "contradicts"}
        for one, other in zip(cells, fresh, strict=True)
    )
    found = separating(cells)
    return bool(found) and separating(fresh) == found and not any(flipped)


def _settles(places: Iterable[int], decided: Sequence[GridCell]) -> bool:
    said: dict[WaysTaken, CellState] = {}
    own = tuple(places)
    return all(
        said.setdefault(tuple(cell.choice[place] for place in own), cell.state) == cell.state
        for cell in decided
    )


def read_grid(project: Project, name: str) -> dict[str, Any] | None:
    """The committed grid of a figure, or ``None`` if there is none.

    Raises:
        RecordError: it is not a grid, for example after a merge conflict.
    """
    path, remedy = project.grid(name), f"restore it, or dlbook grid {name}"
    shown = project.shown(path)
    try:
        found = record_in(decoded(path.read_bytes()))
        _refuse_cut(found)
        for claim in found["claims"]:
            _refuse_incomplete(claim, len(found["cells"]))
    except FileNotFoundError:
        return None
    except NotTextError as error:
        raise RecordError(f"{shown}:{error.line}: {error}; {remedy}") from error
    except ShapeError as error:
        raise RecordError(f"{shown}:{error.line}: not a grid: {error}; {remedy}") from error
    except OSError as error:
        raise RecordError(refusal(error, project.root)) from error
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise RecordError(f"{shown}: not a grid; {remedy}") from error
    return found


def _refuse_cut(grid: Mapping[str, Any]) -> None:
    """What verdicts and scripts are compared with is there, each part of its kind.

    Raises:
        KeyError: a part is missing.
        ValueError: one is of another kind.
    """
    cells = [cell for claim in grid["claims"] for cell in claim["cells"]]
    judged = [each for cell in cells for each in (cell, cell.get("fresh", cell))]
    parts = [grid["config"], *(claim["bound"] for claim in grid["claims"])]
    parts += [run["fields"] for run in grid["cells"]] + [each["estimate"] for each in judged]
    if not all(isinstance(part, dict) for part in parts):
        raise ValueError("an object is wanted")
    if not all(each["outcome"] in _STATES for each in judged) or "seeds" not in grid:
        raise ValueError("no outcome, or no seeds")


def _refuse_incomplete(claim: Mapping[str, Any], runs: int) -> None:
    """Each combination of the ways stands there once, with a training that there is.

    Raises:
        ValueError: one does not.
    """
    sizes = [len(each["ways"]) for each in claim["conventions"]]
    found = [tuple(cell["choice"]) for cell in claim["cells"]]
    if found != list(combined(sizes)) or any(
        not 0 <= cell["run"] < runs for cell in claim["cells"]
    ):
        raise ValueError(claim["id"])


def combined(sizes: Sequence[int]) -> Iterator[WaysTaken]:
    """Every cell of a grid with so many ways for each convention, the last one fastest."""
    return product(*map(range, sizes))


def of_claim(grid: Mapping[str, Any] | None, declared: Mapping[str, Any]) -> dict[str, Any] | None:
    """What a grid holds of a claim, if it is still what the claim declares; else ``None``.

    ``declared`` are the claim's ``id``, ``bound`` and ``conventions`` as a grid writes them.
    """
    for claim in grid["claims"] if grid else ():
        if all(claim[key] == value for key, value in declared.items()):
            return dict(claim)
    return None


def declares_conventions(project: Project, name: str) -> bool:
    """Whether a script writes conventions down, or computes its claims, so that only it knows."""
    path = project.script(name)
    said = claims(statements(parse(path.read_bytes(), project.shown(path))))
    return said is None or any("conventions" in each.given for each in said)


def gridless(project: Project, name: str, record: Mapping[str, Any]) -> list[str]:
    """A line for each claim of a record that has conventions and no grid that fits them."""
    lacking = [claim["id"] for claim in record["claims"] if claim.get("grid", {}) is None]
    shown = project.shown(project.script(name)) if lacking else ""
    return [
        f"{shown}: claim {claim} has conventions, and no grid fits them; dlbook grid {name}"
        for claim in lacking
    ]
