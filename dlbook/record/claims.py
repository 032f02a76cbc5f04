"""A claim: one sentence of a source, what measures it, and the bound that decides.

Beside claims a source makes remarks, which nothing can decide: definitions, analogies, opinions
and citations. They are shown as what they are, and have no verdict.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar, get_args

from dlbook.base.along import Along
from dlbook.base.budgets import within_budget
from dlbook.base.causes import Varied, attributed
from dlbook.base.evidence import Bound, Budgeted, Estimate, Verdict

Kind = Literal["theorem", "construction", "finding", "cause"]
RemarkKind = Literal["definition", "analogy", "opinion", "citation"]
# What a convention is about; of everything that is trained, start and rate are to be varied.
About = Literal["start", "rate", "loss", "output", "optimiser", "width", "steps", "data", "measure"]
TRAINED: tuple[About, ...] = ("start", "rate")
Pair = tuple[str, str]
R = TypeVar("R")

_ID = re.compile(r"[A-Z]\d{2}[a-z]?(/[a-z-]+)?")


@dataclass(frozen=True)
class Factor(Generic[R]):
    """Something that may cause what a claim says: its effect when it alone is varied.

    Args:
        name: what is varied, in Chinese and in English.
        effect: maps the ``Result`` to the effect of this factor alone, in the claim's quantity.
        rival: whether it is another explanation than the one that the claim names.
    """

    name: Pair
    effect: Callable[[R], Estimate]
    rival: bool = True


@dataclass(frozen=True)
class Budget(Generic[R]):
    """That more steps would not turn the verdict on what a net has come to after so many.

    Args:
        change: maps the ``Result`` to how the measured quantity has changed over the last doubling
            of steps, seed by seed; to one for each setting, where the measure gives several.
        within: a change of this size or less, either way, is none.
    """

    change: Callable[[R], Estimate | Along[Estimate]]
    within: float


@dataclass(frozen=True)
class Convention:
    """A choice of the setting that a reasonable author could have made otherwise.

    Args:
        about: what kind of choice it is.
        name: what was chosen, in Chinese and in English.
        alternatives: for every way to choose beside the book's own, the fields of ``Config`` that
            differ in it.

    Raises:
        ValueError: there is no such kind of choice.
    """

    about: About
    name: Pair
    alternatives: tuple[dict[str, Any], ...]

    def __post_init__(self) -> None:
        if self.about not in get_args(About):
            raise ValueError(f"a convention about '{self.about}'; use {', '.join(get_args(About))}")

    @property
    def ways(self) -> tuple[dict[str, Any], ...]:
        """Every way to choose, the book's own first, which changes nothing."""
        return ({}, *self.alternatives)


@dataclass(frozen=True)
class Claim(Generic[R]):
    """One statement that can be wrong, for experiments whose result is an ``R``.

    Args:
        id: the catalogue's id (``"A25"``); two experiments that judge two halves of one row add a
            part: ``"A25/pieces"``.
        source: where it is said, ``"Source A §6"``.
        kind: what sort of evidence it asks for.
        statement: the claim itself, in Chinese and in English.
        measure: maps the experiment's result to the estimate that decides, or to one for each
            setting that the claim is about; of a cause, to the effect of all factors together.
        bound: where that estimate has to lie, written down before the run.
        factors: of a cause, and of nothing else: the effect of the one that the claim names, varied
            alone, and that of each rival.
        conventions: what a reasonable author could have chosen otherwise; the claim is judged in
            every cell of their grid, see :mod:`dlbook.record.grids`.
        budget: of what a number of steps comes to, whether more steps would turn the verdict, see
            :mod:`dlbook.base.budgets`.

    Raises:
        ValueError: the id is malformed, the kind unknown, a text lacks one language, or the factors
            are not what the kind asks for.
    """

    id: str
    source: str
    kind: Kind
    statement: Pair
    measure: Callable[[R], Estimate | Along[Estimate]]
    bound: Bound
    factors: tuple[Factor[R], ...] = ()
    conventions: tuple[Convention, ...] = ()
    budget: Budget[R] | None = None

    def __post_init__(self) -> None:
        _check(self.id, self.kind, get_args(Kind), self.statement)
        _check_factors(self.id, self.kind, self.factors)

    @property
    def row(self) -> str:
        """The catalogue row, without the part."""
        return row(self.id)

    def judge(self, result: R) -> Verdict:
        """The verdict on one result."""
        return verdict_on(result, self.measure, self.bound, self.factors, self.budget)


def verdict_on(
    result: R,
    measure: Callable[[R], Estimate | Along[Estimate]],
    bound: Bound,
    factors: tuple[Factor[R], ...] = (),
    budget: Budget[R] | None = None,
) -> Verdict:
    """The verdict on a result by what a claim is judged with, see :class:`Claim`.

    Raises:
        ValueError: a budget with other settings than the measure, or without a size.
    """
    verdict = bound.judge(measure(result))
    if budget is not None:
        verdict = within_budget(verdict, Budgeted(budget.change(result), budget.within))
    alone = [Varied(each.name, each.rival, bound.judge(each.effect(result))) for each in factors]
    return attributed(verdict, alone) if alone else verdict


@dataclass(frozen=True)
class Remark:
    """What a source says and nothing can decide, with its place in the catalogue.

    Raises:
        ValueError: the id is malformed, the kind unknown, or a text lacks one language.
    """

    id: str
    source: str
    kind: RemarkKind
    statement: Pair

    def __post_init__(self) -> None:
        _check(self.id, self.kind, get_args(RemarkKind), self.statement)

    @property
    def row(self) -> str:
        """The catalogue row, without the part."""
        return row(self.id)


def row(claim_id: str) -> str:
    """The catalogue row of a claim's id: ``A25/pieces -> A25``."""
    return claim_id.partition("/")[0]


def _check_factors(claim_id: str, kind: str, factors: Any) -> None:
    """A cause has its controls: the factor that it names, and at least one rival."""
    if not (isinstance(factors, tuple) and all(isinstance(each, Factor) for each in factors)):
        return  # told with its line where the script is loaded
    named = sum(not factor.rival for factor in factors)
    if kind == "cause" and (named != 1 or len(factors) < 2):
        raise ValueError(
            f"claim {claim_id}: a cause needs one factor with rival=False, which it names, and a"
            " Factor for each rival"
        )
    if kind != "cause" and factors:
        raise ValueError(f"claim {claim_id}: kind '{kind}' has no factors; call it a 'cause'")


def _check(claim_id: str, kind: str, kinds: tuple[str, ...], statement: Pair) -> None:
    if not _ID.fullmatch(claim_id):
        raise ValueError(f"claim id '{claim_id}' is not like 'A25' or 'A25/pieces'")
    if kind not in kinds:
        raise ValueError(f"claim {claim_id}: kind '{kind}' is not in {', '.join(kinds)}")
    if not (len(statement) == 2 and all(statement)):
        raise ValueError(f"claim {claim_id}: 'statement' needs a (zh, en) pair")
