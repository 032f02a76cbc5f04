"""What callers give, asked before anything is computed from it: one line for whoever wrote it.

Python and torch take much that nobody means (``True`` for 1, a seed twice), and refuse the rest in
words of their own, far from the line that gave it.
"""

from collections.abc import Iterable, Sequence
from numbers import Integral, Real

import torch
from torch import Tensor


def _is(kind: type, value: object) -> bool:
    """Python holds ``True`` and ``False`` for numbers too."""
    return isinstance(value, kind) and not isinstance(value, bool)


def refuse_no_whole(what: str, *numbers: object) -> None:
    """Whole numbers are wanted, and ``True`` is none.

    Raises:
        ValueError: one of them is something else.
    """
    for number in numbers:
        if not _is(Integral, number):
            raise ValueError(f"{what}: {number!r} is no whole number; give one, as in 3")


def refuse_twice(what: str, numbers: Iterable[int]) -> None:
    """Whole numbers are wanted, each once.

    Raises:
        ValueError: one is something else, or stands twice.
    """
    seen = set[int]()
    for number in numbers:
        refuse_no_whole(what, number)
        if number in seen:
            raise ValueError(f"{what}: {number} stands twice; give each once")
        seen.add(number)


def refuse_no_number(what: str, number: object) -> None:
    """A number is wanted.

    Raises:
        ValueError: it is something else.
    """
    if not _is(Real, number):
        raise ValueError(f"{what}: {number!r} is no number; give one, as in 0.1")


def refuse_no_rates(rate: float | Sequence[float] | Tensor) -> None:
    """A learning rate is wanted, or one for each replica.

    Raises:
        ValueError: it is none, or not positive and finite.
    """
    try:
        rates = torch.as_tensor(rate)
    except (TypeError, ValueError, RuntimeError):
        rates = torch.empty(0, dtype=torch.bool)
    if rates.dtype == torch.bool or rates.is_complex():
        raise ValueError(f"learning rates are numbers, not {rate!r}; give one, as in 0.1")
    if not bool((rates > 0).all()) or not bool(rates.isfinite().all()):
        raise ValueError(f"learning rates must be positive and finite, not {rate}")


def refuse_no_tensor(what: str, values: object) -> None:
    """A tensor is wanted.

    Raises:
        ValueError: it is something else.
    """
    if not _is(Tensor, values):
        raise ValueError(f"{what}: a {type(values).__name__} is no tensor; give torch.tensor(…)")


def refuse_no_verdicts(cases: Iterable[object] | Tensor) -> None:
    """Verdicts are wanted, true or false: any other number would count as passed.

    Raises:
        ValueError: one of them is something else.
    """
    if isinstance(cases, Tensor) and cases.dtype == torch.bool:
        return
    for place, case in enumerate(cases):
        if torch.as_tensor(case).dtype != torch.bool:
            told = case.tolist() if isinstance(case, Tensor) else case
            raise ValueError(f"case {place} is {told!r}; give True or False, as in errors < 0.1")
