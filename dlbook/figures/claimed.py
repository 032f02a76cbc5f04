"""Whether what a script claims can be judged: each claim has a measure, a bound and its reason."""

import dataclasses
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from dlbook.base.evidence import EVERY, Bound
from dlbook.figures.bilingual import misplaced
from dlbook.figures.blaming import line_of_claim, place_of
from dlbook.figures.contract import FigureError, Script, where
from dlbook.figures.hints import hints_of, misfit
from dlbook.record.claims import Budget, Claim, Convention, Factor, Remark

Found = Iterator[tuple[str, str]]  # an argument, and what is wrong with it
_A_BOUND = 'at_least(0.95, because=("…", "…")), at_most, between, equal, or EVERY'


def refuse_unjudged(script: Script) -> None:
    """Every claim has an id of its own, and arguments of the right kind.

    Raises:
        FigureError: one has not.
    """
    said = script.CLAIMS
    if not isinstance(said, Sequence) or not all(isinstance(c, Claim | Remark) for c in said):
        raise FigureError(
            f"{place_of(script, 'CLAIMS')}: CLAIMS must be a list of Claim(...) and Remark(...)"
        )
    _check_ids(script)
    for claim in said:
        for argument, told in _wrong(claim, script):
            place = where(script, line_of_claim(script, claim.id, argument))
            raise FigureError(f"{place}: claim {claim.id}: {argument} {told}")


def _check_ids(script: Script) -> None:
    ids = [claim.id for claim in script.CLAIMS]
    for name in ids:
        if ids.count(name) > 1:
            place = where(script, line_of_claim(script, name))
            raise FigureError(
                f"{place}: {name} is the id of {ids.count(name)} claims; give each its own"
            )


def _wrong(claim: Claim[Any] | Remark, script: Script) -> Found:
    yield from _pair("statement", claim.statement)
    if not (isinstance(claim.source, str) and claim.source.strip()):
        yield "source", f"is {claim.source!r}; say where it is claimed, as in 'Source A §6'"
    if isinstance(claim, Claim):
        yield from _callable("measure", claim.measure, "lambda res: res.rate")
        yield from _bound(claim.bound)
        yield from _factors(claim.factors)
        yield from _conventions(claim.conventions, script)
        yield from _budget(claim.budget)


def _pair(argument: str, pair: Any, of: str = "") -> Found:
    told = misplaced(pair)
    if told:
        yield argument, f"{of}{told[1]}"


def _callable(argument: str, given: Any, example: str, of: str = "") -> Found:
    if not isinstance(given, Callable):  # type: ignore[arg-type]  # an abstract class
        yield argument, f"{of}is {_shown(given)}; give a function of the result: {example}"


def _bound(bound: Any) -> Found:
    if not isinstance(bound, Bound):
        yield "bound", f"is {_shown(bound)}; write {_A_BOUND}"
        return
    for end in (bound.low, bound.high):
        if isinstance(end, bool) or not isinstance(end, int | float):
            yield "bound", f"lies at {_shown(end)}; give a number"
    if bound.because is not None:
        yield from _pair("bound", bound.because, "because: ")
    elif bound != EVERY:
        yield "bound", f"has no reason; write {_A_BOUND}"


def _factors(factors: Any) -> Found:
    if not _is_tuple_of(factors, Factor):
        yield "factors", f"is {_shown(factors)}; write (Factor(…), Factor(…)), a tuple"
        return
    for factor in factors:
        yield from _pair("factors", factor.name, "name: ")
        yield from _callable("factors", factor.effect, "lambda res: res.effect", "effect ")


def _budget(budget: Any) -> Found:
    if budget is None:
        return
    if not isinstance(budget, Budget):
        yield (
            "budget",
            f"is {_shown(budget)}; write Budget(change=lambda res: res.change, within=…)",
        )
        return
    yield from _callable("budget", budget.change, "lambda res: res.change", "change ")
    is_number = isinstance(budget.within, int | float) and not isinstance(budget.within, bool)
    if not is_number or not 0 < budget.within < math.inf:
        yield "budget", f"within is {_shown(budget.within)}; give the size of a change that is none"


def _conventions(conventions: Any, script: Script) -> Found:
    if not _is_tuple_of(conventions, Convention):
        yield "conventions", f"is {_shown(conventions)}; write (Convention(…),), a tuple"
        return
    hints = hints_of(script.Config)
    known = [field.name for field in dataclasses.fields(script.Config)]
    for convention in conventions:
        yield from _pair("conventions", convention.name, "name: ")
        ways = convention.alternatives
        if not _is_tuple_of(ways, dict):
            yield "conventions", f"alternatives is {_shown(ways)}; write ({{'width': 4}},), a tuple"
            return
        for name, given in ((name, given) for way in ways for name, given in way.items()):
            if name not in known:
                told = f"names '{name}', and Config has no such field; it has {', '.join(known)}"
                yield "conventions", told
            elif told := misfit(given, hints.get(name, Any)) or "":
                yield "conventions", f"{name}{told}"


def _is_tuple_of(given: Any, kind: type) -> bool:
    return isinstance(given, tuple) and all(isinstance(each, kind) for each in given)


def _shown(given: Any) -> str:
    simple = given is None or isinstance(given, bool | int | float | str)
    return repr(given) if simple else f"a {type(given).__name__}"
