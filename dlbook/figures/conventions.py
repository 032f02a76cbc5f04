"""Whether the conventions of a script make a grid: its scale, its budget, its different ways."""

import math
from collections.abc import Iterator
from typing import Any

from dlbook.figures.blaming import line_of_claim, place_of
from dlbook.figures.contract import FigureError, Script, where
from dlbook.figures.gridding import seeds_in, varied_claims
from dlbook.record.claims import TRAINED, Claim, Convention
from dlbook.record.scripts import GRID, GRID_BUDGET, REPLAY

_FEWEST, _MOST = 2, 4  # conventions of a claim


def refuse_gridless(script: Script) -> None:
    """A script with conventions says at what scale and at what cost they are varied.

    Raises:
        FigureError: it does not, or its conventions make no grid.
    """
    offered = [name for name in (GRID, GRID_BUDGET) if hasattr(script, name)]
    claims = varied_claims(script)
    if claims and len(offered) < 2:
        line = line_of_claim(script, claims[0].id, "conventions")
        raise FigureError(
            f"{where(script, line)}: claim {claims[0].id} has conventions; say at what scale they"
            " are varied, GRID = Config(seeds=…), and what that may cost, GRID_BUDGET ="
            " CPU-seconds"
        )
    if offered and not claims:
        place = place_of(script, offered[0])
        raise FigureError(f"{place}: no claim has conventions, so nobody reads {offered[0]}")
    if claims:
        _check_scale(script)
        for claim in claims:
            for told in _wrong_grid(script, claim):
                line = line_of_claim(script, claim.id, "conventions")
                raise FigureError(f"{where(script, line)}: claim {claim.id}: {told}")


def _check_scale(script: Script) -> None:
    own, budget = getattr(script, GRID), getattr(script, GRID_BUDGET)
    place = place_of(script, GRID)
    if not isinstance(own, script.Config):
        raise FigureError(f"{place}: GRID must be a Config")
    for name in seeds_in(script):
        if "seed" not in name:
            raise FigureError(
                f"{place}: GRID.{name} is not Config's; a cell differs from the book in its"
                " conventions and in the number of seeds"
            )
        if not getattr(own, name) < getattr(script.Config(), name):
            raise FigureError(f"{place}: GRID.{name} is no smaller number of seeds than Config's")
    is_number = isinstance(budget, int | float) and not isinstance(budget, bool)
    if not is_number or not 0 < budget < math.inf:
        raise FigureError(
            f"{place_of(script, GRID_BUDGET)}: GRID_BUDGET is {budget!r}; give CPU-seconds"
        )


def _wrong_grid(script: Script, claim: Claim[Any]) -> Iterator[str]:
    """What keeps the conventions of a claim from being a grid."""
    if not _FEWEST <= len(claim.conventions) <= _MOST:
        yield f"{len(claim.conventions)} conventions; declare {_FEWEST} to {_MOST}"
    about = {each.about for each in claim.conventions}
    if hasattr(script, REPLAY[0]) and claim.kind in ("finding", "cause"):
        for owed in TRAINED:
            if owed not in about:
                yield f"what is trained hangs on its {owed}; add Convention({owed!r}, …)"
    yield from _wrong_ways(claim.conventions, getattr(script, GRID))


def _wrong_ways(conventions: tuple[Convention, ...], own: Any) -> Iterator[str]:
    """Every way differs from the others, and no two conventions vary the same."""
    varied = [{name for way in each.alternatives for name in way} for each in conventions]
    for name in sorted(set[str]().union(*varied)):
        if "seed" in name:
            yield f"a convention varies {name}; seeds are chance, not a choice"
        if sum(name in names for names in varied) > 1:
            yield f"two conventions vary {name}; let one of them"
    for each in conventions:
        changed = [{k: v for k, v in way.items() if v != getattr(own, k)} for way in each.ways]
        if len(changed) < 2:
            yield f"the convention '{each.name[1]}' has no alternative"
        if any(changed.count(way) > 1 for way in changed):
            yield f"two ways of '{each.name[1]}' are one and the same"
