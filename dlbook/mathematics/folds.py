"""Folding the interval [0, 1] in half, again and again: 2^k pieces by depth and by width.

The fold is the V of the lecture, ``fold(x) = |2x - 1| = 2 relu(x - 1/2) + 2 relu(1/2 - x)``: 1 at
both ends, 0 in the middle. (The construction of x² in :mod:`~dlbook.mathematics.squares` needs the
hat
``1 - fold(x)``.) Its k-th iterate has 2^k pieces of slope ``-2^k, +2^k, -2^k, ...``, and takes the
values 1, 0, 1, 0, ... at ``i / 2^k``: Telgarsky, "Representation benefits of deep feedforward
networks" (2015, arXiv:1509.08101).
"""

from fractions import Fraction
from itertools import pairwise
from typing import TypeVar

import torch
from torch import Tensor

from dlbook.mathematics import polylines
from dlbook.mathematics.explicit import Layers, layer

Number = TypeVar("Number", float, Fraction, Tensor)


def fold(x: Number, times: int = 1) -> Number:
    """Fold ``x`` in [0, 1] so many times; exact for fractions and for multiples of 2^-53."""
    for _ in range(times):
        x = abs(2 * x - 1)
    return x


def deep(k: int) -> Layers:
    """The k-fold as k hidden layers of two ReLUs, ``1 -> 2 -> ... -> 2 -> 1``: 6 k + 1 numbers.

    Raises:
        ValueError: ``k`` is below 1.
    """
    _refuse_below_one(k)
    first = layer([[1, -1]], [-0.5, 0.5])
    later = [layer([[2, -2], [2, -2]], [-0.5, 0.5]) for _ in range(k - 1)]
    return [first, *later, layer([[2], [2]], [0])]


def shallow(k: int) -> Layers:
    """The same function as one hidden layer of 2^k ReLUs, ``1 -> 2^k -> 1``: 3 * 2^k + 1 numbers.

    The first unit, ``relu(x)``, is linear on [0, 1] and makes no kink there: it only supplies the
    first slope. A linear skip connection could take its place; see :func:`first_slopes`.

    Raises:
        ValueError: ``k`` is below 1.
    """
    _refuse_below_one(k)
    knots = torch.arange(2**k + 1, dtype=torch.float64) / 2**k
    return polylines.relus(knots, fold(knots, k))


def first_slopes(k: int) -> list[int]:
    """Every slope before the first kink that ``2^k - 1`` ReLUs without a skip can give the k-fold.

    The k-fold bends at ``2^k - 1`` places, so each of that many units must supply one kink, with
    the slope change ``d`` that is found there. A unit that is active right of its kink adds nothing
    to the first slope; one that is active left of it adds ``-d``. The first slope is therefore the
    sum of ``-d`` over some subset of the kinks. Collecting the subset sums kink by kink covers all
    ``2^(2^k - 1)`` orientations. And for any k: ``d`` is ``2^(k+1)`` and ``-2^(k+1)`` in turn, so
    every sum is a multiple of ``2^(k+1)``, while the slope needed is ``-2^k``.
    """
    slopes = polylines.trace(deep(k)).slopes
    changes = [int(after - before) for before, after in pairwise(slopes)]
    reachable = {0}
    for change in changes:
        reachable |= {slope - change for slope in reachable}
    return sorted(reachable)


def slope_gap(k: int) -> int:
    """How far the closest of :func:`first_slopes` stays from the slope needed; it is ``2^k``."""
    needed = int(polylines.trace(deep(k)).slopes[0])
    return min(abs(slope - needed) for slope in first_slopes(k))


def _refuse_below_one(k: int) -> None:
    if k < 1:
        raise ValueError(f"fold at least once, not {k} times")
