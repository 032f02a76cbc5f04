"""A claim: one sentence of a source, what measures it, and the bound that decides.

Beside claims a source makes remarks, which nothing can decide: definitions, analogies, opinions
and citations. They are shown as what they are, and have no verdict.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar, get_args

from dlbook.base.evidence import Bound, Estimate, Verdict

Kind = Literal["theorem", "construction", "finding"]
RemarkKind = Literal["definition", "analogy", "opinion", "citation"]
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
class Convention:
    """A choice of the setting that a reasonable author could have made otherwise.

    Args:
        name: what was chosen, in Chinese and in English.
        alternatives: for every way to choose, the fields of ``Config`` that differ in it.
    """

    name: Pair
    alternatives: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Claim(Generic[R]):
    """One statement that can be wrong, for experiments whose result is an ``R``.

    Args:
        id: the catalogue's id (``"A25"``); two experiments that judge two halves of one row add a
            part: ``"A25/pieces"``.
        source: where it is said, ``"seed 000 §6"``.
        kind: what sort of evidence it asks for.
        statement: the claim itself, in Chinese and in English.
        measure: maps the experiment's result to the estimate that decides.
        bound: where that estimate has to lie, written down before the run.
        factors: for a claim about a cause, its effect alone and that of each rival.
        conventions: what a reasonable author could have chosen otherwise.

    Raises:
        ValueError: the id is malformed, the kind unknown, or a text lacks one language.
    """

    id: str
    source: str
    kind: Kind
    statement: Pair
    measure: Callable[[R], Estimate]
    bound: Bound
    factors: tuple[Factor[R], ...] = ()
    conventions: tuple[Convention, ...] = ()

    def __post_init__(self) -> None:
        _check(self.id, self.kind, get_args(Kind), self.statement)

    @property
    def row(self) -> str:
        """The catalogue row, without the part."""
        return row(self.id)

    def judge(self, result: R) -> Verdict:
        """The verdict on one result."""
        return self.bound.judge(self.measure(result))


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


def _check(claim_id: str, kind: str, kinds: tuple[str, ...], statement: Pair) -> None:
    if not _ID.fullmatch(claim_id):
        raise ValueError(f"claim id '{claim_id}' is not like 'A25' or 'A25/pieces'")
    if kind not in kinds:
        raise ValueError(f"claim {claim_id}: kind '{kind}' is not in {', '.join(kinds)}")
    if not (len(statement) == 2 and all(statement)):
        raise ValueError(f"claim {claim_id}: 'statement' needs a (zh, en) pair")
