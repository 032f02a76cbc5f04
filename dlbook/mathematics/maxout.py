"""Maxout units: the largest of k affine functions, a convex shape that is learned.

Goodfellow, Warde-Farley, Mirza, Courville and Bengio, "Maxout networks" (ICML 2013). A group is
``W`` ``(…, in, k)`` with ``b`` ``(…, k)``; leading dimensions are replicas, computed side by side.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction

import torch
from torch import Tensor

from dlbook.mathematics.sums import product

Group = tuple[Tensor, Tensor]


def evaluate(group: Group, x: Tensor) -> Tensor:
    """The unit's output ``(…, n)`` for ``x`` ``(n, in)``."""
    return _sums(group, x).amax(-1)


def gradient(group: Group, x: Tensor, error: Callable[[Tensor], Tensor]) -> Group:
    """∂L/∂W ``(…, in, k)`` and ∂L/∂b ``(…, k)``; ``error`` maps outputs ``(…, n)`` to ∂L/∂output.

    For a given input the unit is the one affine function that is largest there (of equal ones the
    first), and no other receives anything.
    """
    outputs, first = (sums := _sums(group, x)).max(-1, keepdim=True)
    won = torch.zeros_like(sums).scatter_(-1, first, error(outputs[..., 0])[..., None])
    both = product(torch.cat([x, torch.ones_like(x[..., :1])], -1).mT, won)
    return both[..., :-1, :], both[..., -1, :]


def relu(weights: Tensor, bias: float) -> Group:
    """The group ``(w, b, 0, 0)``: its maximum is the ReLU of ``w x + b``, for w ``(in,)``."""
    W = torch.stack([weights, torch.zeros_like(weights)], -1)
    return W, torch.tensor([bias, 0.0], dtype=W.dtype)


def tangents(points: Tensor, values: Tensor, slopes: Tensor) -> Group:
    """The lines of these slopes through ``(points, values)``, ``(k,)`` each.

    For tangents of a convex function the maximum lies below it everywhere and touches it at the
    points. Two neighbours of z², ``h`` apart, are farthest below it half-way: by ``h² / 4``.
    """
    return slopes[None], values - slopes * points


def difference(knots: Tensor, values: Tensor) -> tuple[Group, Group]:
    """Two groups whose outputs differ by the polyline through the knots, whatever its shape.

    The first starts as the polyline's first piece and makes all bends upwards, the second starts
    level and makes the others, turned round. Shapes: ``(p + 1,)`` both.
    """
    slopes = values.diff() / knots.diff()
    bends, places = slopes.diff(), knots[1:-1]
    start = slopes[:1], values[:1] - slopes[:1] * knots[:1]
    level = torch.zeros_like(slopes[:1]), torch.zeros_like(slopes[:1])
    up = bends > 0
    return _bent(start, bends[up], places[up]), _bent(level, -bends[~up], places[~up])


def pieces(group: Group) -> int:
    """How many straight pieces the unit draws on the whole line, exactly (floats are rationals).

    The upper envelope of the lines: in the order of their slopes, one is dropped if its successor
    overtakes its predecessor before it does.

    Raises:
        ValueError: the group has more than one input, or replicas.
    """
    W, b = group
    if b.dim() != 1 or len(W) != 1:
        raise ValueError(f"pieces are counted for one group of one input, not W {tuple(W.shape)}")
    highest = dict(sorted(zip(W[0].tolist(), b.tolist(), strict=True)))
    kept: list[tuple[Fraction, Fraction]] = []
    for line in ((Fraction(slope), Fraction(height)) for slope, height in highest.items()):
        while len(kept) > 1 and _hidden(kept[-2], kept[-1], line):
            kept.pop()
        kept.append(line)
    return len(kept)


def _sums(group: Group, x: Tensor) -> Tensor:
    W, b = group
    return product(x, W, b[..., None, :])


def _bent(start: Group, bends: Tensor, places: Tensor) -> Group:
    """The pieces of a convex polyline as lines: each adds ``bend * (x - place)`` to the last."""
    slopes = torch.cat([start[0], bends]).cumsum(0)
    return slopes[None], torch.cat([start[1], -bends * places]).cumsum(0)


def _hidden(
    before: Sequence[Fraction], line: Sequence[Fraction], after: Sequence[Fraction]
) -> bool:
    (p, a), (q, b), (r, c) = before, line, after
    return (a - c) * (q - p) <= (a - b) * (r - p)
