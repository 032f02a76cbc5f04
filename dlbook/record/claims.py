"""A claim: one sentence of a source, and the function that judges it on a result."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

from dlbook.base.evidence import Verdict

Kind = Literal["theorem", "construction", "finding", "cited", "analogy", "definition"]
Pair = tuple[str, str]

_ID = re.compile(r"[A-Z]\d{2}[a-z]?(/[a-z-]+)?")


@dataclass(frozen=True)
class Claim:
    """One statement that can be wrong.

    Args:
        id: the catalogue's id (``"A25"``); two experiments that judge two halves of one row add a
            part: ``"A25/pieces"``.
        source: where it is said, ``"seed 000 §6"``.
        statement: the claim itself, in Chinese and in English.
        kind: what sort of evidence it asks for.
        judge: maps the experiment's ``Result`` to a :class:`Verdict`.
        quantity: what the verdict's estimate measures, in both languages.
        truth: what is true instead, or under which condition, in both languages.
        control: the negative control, in both languages, where there is one.

    Raises:
        ValueError: the id is malformed, the kind unknown, or a text lacks one language.
    """

    id: str
    source: str
    statement: Pair
    kind: Kind
    judge: Callable[[Any], Verdict]
    quantity: Pair
    truth: Pair
    control: Pair | None = None

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise ValueError(f"claim id '{self.id}' is not like 'A25' or 'A25/pieces'")
        if self.kind not in get_args(Kind):
            raise ValueError(f"claim {self.id}: kind '{self.kind}' is not in {get_args(Kind)}")
        for name in ("statement", "quantity", "truth", "control"):
            pair = getattr(self, name)
            if pair is not None and not (len(pair) == 2 and all(pair)):
                raise ValueError(f"claim {self.id}: '{name}' needs a (zh, en) pair")

    @property
    def row(self) -> str:
        """The catalogue row, without the part."""
        return self.id.partition("/")[0]
