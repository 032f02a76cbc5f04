"""What a figure found, as lines of text: the values of its record and the verdicts on its claims.

Standard library only. A notebook prints it from a run and the site from the record, so that both
print the same.
"""

import textwrap
from collections.abc import Iterable, Mapping
from typing import Any

_WIDTH = 88
_INDENT = "    "


def transcript(values: Mapping[str, Any], claims: Iterable[Mapping[str, Any]]) -> str:
    """The ``values`` of a record by name, then the claims with what decided them.

    Of each claim it reads ``id``, ``verdict``, ``estimate`` and ``effect``, as records hold them.
    """
    lines = [f"{name} = {_write(value)}" for name, value in sorted(values.items())]
    judged = [
        f"{claim['id']:<12}  {claim['verdict']:<12}  {_write(claim['estimate'])}"
        f", against {_write(claim['effect'])}"
        for claim in claims
    ]
    if judged:
        lines += ["", "claims", *judged]
    return "\n".join(map(_wrap, lines))


def _write(value: Any) -> str:
    if isinstance(value, Mapping):
        mean, low, high = (_write(value[key]) for key in ("mean", "low", "high"))
        return f"{mean} [{low}, {high}] (n = {value['n']})"
    if isinstance(value, list):
        return f"({', '.join(map(_write, value))})"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _wrap(line: str) -> str:
    return textwrap.fill(
        line,
        _WIDTH,
        subsequent_indent=_INDENT,
        break_long_words=False,
        break_on_hyphens=False,
    )
