"""What a figure found, as lines of text: the values of its record and the verdicts on its claims.

A notebook prints it from a run and the site from the record, so that both
print the same.
"""

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dlbook.base.along import Axes, keys
from dlbook.record.bound_words import bound_words
from dlbook.record.numbers import along_of

# What carries the effect that a cause is named for, by :data:`dlbook.base.causes.CARRIERS`.
CARRIED = {
    "alone": "the named factor alone",
    "rival": "a rival alone",
    "each": "the named factor alone, and a rival alone",
    "together": "no factor alone, only together",
    "undecided": "undecided",
}
_WIDTH = 88
_INDENT = "    "


def transcript(
    values: Mapping[str, Any], claims: Iterable[Mapping[str, Any]], lang: str = "en"
) -> str:
    """The ``values`` of a record by name, then the claims with what decided them.

    Of each claim it reads ``id``, ``verdict``, ``estimate`` and ``bound``, as records hold them,
    ``settings`` where the claim is about several, ``budget``, ``factors`` and ``carrier`` of a
    cause; remarks, which have no verdict, are left out. A claim with a grid is told as the run
    alone judges it. ``lang`` is the language of the script's own words: a notebook has but one.
    """
    lines = [f"{name} = {_write(value)}" for name, value in sorted(values.items())]
    judged = [
        line for claim in claims if claim["verdict"] is not None for line in _judged(claim, lang)
    ]
    if judged:
        lines += ["", "claims", *judged]
    return "\n".join(map(_wrap, lines))


def _judged(claim: Mapping[str, Any], lang: str) -> Iterator[str]:
    measured = claim.get("settings") or claim["estimate"]
    yield (
        f"{claim['id']:<12}  {claim.get('book', claim['verdict']):<12}  {_write(measured)}"
        f", against {_bound(claim)}"
    )
    if claim["bound"].get("because"):
        yield f"  because     {claim['bound']['because'][lang]}"
    for factor in claim.get("factors", ()):
        role = "rival" if factor["rival"] else "named"
        yield (
            f"  {role:<10}  {factor['verdict']:<12}  {_write(factor['estimate'])}"
            f", {factor['name'][lang]} alone"
        )
    if "budget" in claim:
        told = "flat" if claim["budget"]["flat"] else "still changing"
        yield f"  last doubling of steps: {_write(claim['budget']['change'])}, {told}"
    if claim.get("carrier"):
        yield f"  carried by  {CARRIED[claim['carrier']]}"


def _bound(claim: Mapping[str, Any]) -> str:
    return bound_words(claim["bound"], "en", claim["estimate"], _write)


def _write(value: Any) -> str:
    axes = along_of(value)
    if axes is not None:
        return _along(axes, value["cells"])
    if isinstance(value, Mapping):
        mean, low, high = (_write(value[key]) for key in ("mean", "low", "high"))
        return f"{mean} [{low}, {high}] (n = {value['n']})"
    if isinstance(value, list):
        return f"({', '.join(map(_write, value))})"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _along(axes: Axes, cells: list[Any]) -> str:
    """Every cell with what finds it: ``[2] 0.1, [3] 0.9``."""
    rows = zip(keys(axes), map(_write, cells), strict=True)
    return ", ".join(f"[{place}] {cell}" for place, cell in rows)


def _wrap(line: str) -> str:
    return textwrap.fill(
        line,
        _WIDTH,
        subsequent_indent=_INDENT,
        break_long_words=False,
        break_on_hyphens=False,
    )
