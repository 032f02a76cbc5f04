"""What a script has to write down before it is run, and whether it still says the same.

All that decides a verdict counts: of each claim its kind, what measures it
(see :mod:`dlbook.figures.deciding`), the bound with its reason, factors, conventions and budget; of
the figure its ``Config`` and the seeds of its grid. Statement and quantity are kept as they read
then, and their wording may be mended later.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from dlbook.base.evidence import Bound
from dlbook.base.language import LANGUAGES, Pair
from dlbook.figures import fields
from dlbook.figures.blaming import line_of_claim, place_of
from dlbook.figures.contract import FigureError, Script, name_of, texts, where
from dlbook.figures.deciding import deciding_code, in_this_python
from dlbook.figures.gridding import seeds_in, varied_claims
from dlbook.figures.members import made_with_defaults
from dlbook.record.claims import Claim, Convention
from dlbook.record.registrations import FIRST_SEED, Registration
from dlbook.record.scripts import GRID

# What of a claim may not change, and the argument that says it.
_DECIDES = {
    "kind": "kind",
    "code": "measure",
    "bound": "bound",
    "factors": "factors",
    "conventions": "conventions",
    "budget": "budget",
}


def written_down(script: Script) -> dict[str, Any]:
    """What a script claims and will run, as JSON data.

    Raises:
        FigureError: a measure is not written out, or runs have seeds that no field of ``Config``
            gives.
    """
    config = fields.of(made_with_defaults(script, "Config"))
    if FIRST_SEED not in config and any(name.endswith("seeds") for name in config):
        raise FigureError(
            f"{place_of(script, 'Config')}: Config has seeds and no {FIRST_SEED}, which a"
            f" registration sets; write {FIRST_SEED}: int = 0 and run"
            f" seeds_from(cfg.{FIRST_SEED}, cfg.seeds)"
        )
    return {
        "config": {k: fields.plain(value) for k, value in config.items() if k != FIRST_SEED},
        "grid": seeds_in(script) if varied_claims(script) else {},
        "claims": {
            claim.id: _of_claim(script, claim)
            for claim in script.CLAIMS
            if isinstance(claim, Claim)
        },
    }


def refuse_departed(script: Script, registration: Registration) -> None:
    """Refuse a script that claims or runs something else than was written down.

    Raises:
        FigureError: it does; names the first place.
    """
    name, now = name_of(script), written_down(script)
    remedy = f"take it back, or dlbook register {name} --because ZH EN, for new runs"
    for place, told in _departures(script, registration.content, now):
        raise FigureError(f"{place}: {told}; {remedy}")


def _departures(
    script: Script, before: Mapping[str, Any], now: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    for field in sorted({*before["config"], *now["config"]}):
        if before["config"].get(field) != now["config"].get(field):
            told = f"Config.{field} is not what was registered"
            yield place_of(script, "Config", field), told
    if before["grid"] != now["grid"]:
        yield place_of(script, GRID), "the seeds of its grid are not what was registered"
    for claim, own in now["claims"].items():
        if claim not in before["claims"]:
            place = where(script, line_of_claim(script, claim))
            yield place, f"claim {claim} was not registered with the others"
            continue
        then = before["claims"][claim]
        for part, argument in _DECIDES.items():
            if _readable(part, then.get(part)) != own[part]:
                place = where(script, line_of_claim(script, claim, argument))
                yield place, f"claim {claim}: {_told(part, argument)} not what was registered"
    for claim in before["claims"].keys() - now["claims"].keys():
        yield place_of(script, "CLAIMS"), f"claim {claim} was registered and is gone"


def _readable(part: str, registered: Any) -> Any:
    return in_this_python(registered) if part == "code" else registered


def _told(part: str, argument: str) -> str:
    if part == "code":
        return "what measures it, or a constant or function that the measure uses, is"
    return f"its {argument} {'are' if argument.endswith('s') else 'is'}"


def _of_claim(script: Script, claim: Claim[Any]) -> dict[str, Any]:
    quantity = texts(script).get(f"{claim.id} quantity")
    return {
        "kind": claim.kind,
        "statement": _both(claim.statement),
        "quantity": quantity and _both(quantity),
        "code": deciding_code(script, claim),
        "bound": _bound(claim.bound),
        "factors": [{"name": _both(each.name), "rival": each.rival} for each in claim.factors],
        "conventions": [_convention(each) for each in claim.conventions],
        "budget": claim.budget and {"within": claim.budget.within},
    }


def _both(pair: Pair) -> dict[str, str]:
    return dict(zip(LANGUAGES, pair, strict=True))


def _bound(bound: Bound) -> dict[str, Any]:
    low, high = (None if math.isinf(end) else end for end in (bound.low, bound.high))
    because = bound.because and _both(bound.because)
    return {"direction": bound.direction, "low": low, "high": high, "because": because}


def _convention(convention: Convention) -> dict[str, Any]:
    ways = [{k: fields.plain(value) for k, value in way.items()} for way in convention.alternatives]
    return {"about": convention.about, "name": _both(convention.name), "alternatives": ways}
