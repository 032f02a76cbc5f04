"""Piecewise-linear functions of one variable: from knots to units, and exactly from units back.

A float is a rational number, so the polyline that a ReLU network draws can be found without any
rounding: :func:`trace` returns its break points and values as fractions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import torch
from torch import Tensor

from dlbook.mathematics.explicit import Layers

Point = tuple[Fraction, list[Fraction]]


@dataclass(frozen=True)
class Polyline:
    """The straight pieces between ``(knots[i], values[i])``, with no knot that is not a bend.

    ``knots`` ascend; the first and the last are the ends of the interval.
    """

    knots: tuple[Fraction, ...]
    values: tuple[Fraction, ...]

    @property
    def pieces(self) -> int:
        """The number of straight pieces."""
        return len(self.knots) - 1

    @property
    def slopes(self) -> tuple[Fraction, ...]:
        """The slope of each piece, ``(pieces,)``."""
        points = pairwise(zip(self.knots, self.values, strict=True))
        return tuple((d - b) / (c - a) for (a, b), (c, d) in points)

    def tensors(self) -> tuple[Tensor, Tensor]:
        """Knots and values, rounded to float64, ``(pieces + 1,)`` each."""
        knots, values = ([float(x) for x in row] for row in (self.knots, self.values))
        return torch.tensor(knots, dtype=torch.float64), torch.tensor(values, dtype=torch.float64)


def ramps(knots: Tensor, values: Tensor) -> Layers:
    """A constant plus one ramp (hard sigmoid) per piece, for ``activation=explicit.ramp``.

    Ramp ``i`` is flat outside its own piece and climbs ``values[i + 1] - values[i]`` on it, so the
    network passes through the knots and is constant beyond them. Shapes: ``(p + 1,)`` both, giving
    ``1 -> p -> 1``.
    """
    widths, rises = knots.diff(), values.diff()
    return [((1 / widths)[None], -knots[:-1] / widths), (rises[:, None], values[:1])]


def relus(knots: Tensor, values: Tensor) -> Layers:
    """The same polyline from ReLUs: ``f(t_0) + sum_i d_i relu(x - t_i)``, for ``x >= t_0``.

    ``d_0`` is the first slope and every other ``d_i`` the change of slope at knot ``i``; the last
    piece runs on beyond the last knot. Shapes as in :func:`ramps`.
    """
    slopes = values.diff() / knots.diff()
    changes = torch.cat([slopes[:1], slopes.diff()])
    return [(torch.ones_like(changes)[None], -knots[:-1]), (changes[:, None], values[:1])]


def ramps_as_relus(layers: Layers) -> Layers:
    """Replace every ramp by two ReLUs, ``ramp(z) = relu(z) - relu(z - 1)``: ``p`` units to 2 p."""
    (W, b), (V, c) = layers
    return [(W.repeat(1, 2), torch.cat([b, b - 1])), (torch.cat([V, -V]), c)]


def interpolation_bound(curvature: float, spacing: float) -> float:
    """``h² max|f''| / 8``: how far a chord of width ``spacing`` may stray from a C² function."""
    return spacing * spacing * curvature / 8


def trace(layers: Layers, low: Fraction | int = 0, high: Fraction | int = 1) -> Polyline:
    """The polyline that a ReLU network ``1 -> ... -> 1`` draws on ``[low, high]``, exactly.

    Layer by layer: between two knots every unit is affine, so its sign changes at most once; these
    zeros become knots, and the ReLU is affine between them.

    Raises:
        ValueError: the network has more than one input or output, or the interval is empty.
    """
    if layers[0][0].shape[0] != 1 or layers[-1][0].shape[1] != 1:
        raise ValueError("only a network of one input and one output draws a polyline")
    if not low < high:
        raise ValueError(f"the interval [{low}, {high}] is empty")
    points: list[Point] = [(x, [x]) for x in (Fraction(low), Fraction(high))]
    for W, b in layers[:-1]:
        bent = _with_zeros(_affine(points, W, b))
        points = [(x, [max(value, Fraction(0)) for value in values]) for x, values in bent]
    return _straightened(_affine(points, *layers[-1]))


def _affine(points: Sequence[Point], W: Tensor, b: Tensor) -> list[Point]:
    columns = [[Fraction(w) for w in column] for column in W.T.tolist()]
    shifts = [Fraction(shift) for shift in b.tolist()]

    def mapped(values: list[Fraction]) -> list[Fraction]:
        pairs = zip(columns, shifts, strict=True)
        return [sum(map(Fraction.__mul__, values, column), shift) for column, shift in pairs]

    return [(x, mapped(values)) for x, values in points]


def _with_zeros(points: Sequence[Point]) -> list[Point]:
    """Add a knot wherever a unit passes through zero between two knots."""
    bent = [points[0]]
    for (a, left), (b, right) in pairwise(points):
        shares = {p / (p - q) for p, q in zip(left, right, strict=True) if p * q < 0}
        for share in sorted(shares):
            between = [p + share * (q - p) for p, q in zip(left, right, strict=True)]
            bent.append((a + share * (b - a), between))
        bent.append((b, right))
    return bent


def _straightened(points: Sequence[Point]) -> Polyline:
    """Drop the knots that lie on the straight line between their neighbours."""
    kept = [(x, values[0]) for x, values in points[:1]]
    for (x, (y,)), (later, (after,)) in pairwise(points[1:]):
        before, level = kept[-1]
        if (y - level) * (later - x) != (after - y) * (x - before):
            kept.append((x, y))
    kept.append((points[-1][0], points[-1][1][0]))
    return Polyline(*zip(*kept, strict=True))
