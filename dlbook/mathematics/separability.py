"""Which labelings of points one unit can give: linear programs that prove either answer.

A unit answers 1 on one side of a hyperplane, where ``w . x + b > 0``. Points ``(n, d)`` are
float64 and a labeling is a bool tensor ``(n,)``. Either some unit gives it, or the convex hulls of
the two classes meet, never both (Farkas).
"""

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import torch
from scipy import sparse
from scipy.optimize import linprog
from torch import Tensor

from dlbook.mathematics import circuits
from dlbook.mathematics.sums import product, total

_FOUND, _INFEASIBLE = 0, 2  # how linprog ends
_TOGETHER = 25  # sets in one program; many more and its own work grows
_DENOMINATOR = 100_000  # more than a few small whole coordinates need, less than rounding blurs


def cover_count(points: int, parameters: int) -> int:
    """How many labelings of points in general position a unit can give.

    ``C(n, d) = 2 sum_{k < d} binom(n - 1, k)``, with the bias counted among the d parameters:
    Cover, "Geometrical and statistical properties of systems of linear inequalities with
    applications in pattern recognition" (1965).

    Raises:
        ValueError: fewer than one point or parameter.
    """
    if points < 1 or parameters < 1:
        raise ValueError(f"counts start at 1, not {points} points and {parameters} parameters")
    return 2 * sum(math.comb(points - 1, k) for k in range(parameters))


def open_share(points: int, parameters: int) -> Fraction:
    """How likely the answer at one more point is still open when a unit has fitted random labels.

    Open means that some units with these labels call the new point true and others false. Of the
    ``C(n, d)`` labelings, those of a hyperplane that can be turned through the new point are
    ``C(n, d - 1)`` (Cover 1965). With fewer points than parameters it is 1; for large d it tends to
    1 up to n = 2d, and to ``1 / (n/d - 1)`` from there.

    Raises:
        ValueError: fewer than one point or parameter.
    """
    through = cover_count(points, parameters - 1) if parameters > 1 else 0
    return Fraction(through, cover_count(points, parameters))


def separators(points: Tensor, labels: Tensor) -> list[tuple[Tensor, Tensor] | None]:
    """For each of several sets of points ``(k, n, d)`` a unit that gives its labeling ``(k, n)``.

    Of the units with all weights and the bias in [-1, 1] it is the one whose ``|w . x + b|`` is
    largest at the point where it is least: ``w (d,)`` and ``b ()``, or ``None`` if no unit gives
    the labeling. A unit that is returned has been tried on the points; one whose least value is
    within the solver's tolerance (10^-7) of zero can be missed.

    The sets have nothing to do with each other. They are asked together, as one program of many
    blocks, because calling the solver takes longer than its answer.

    Raises:
        ValueError: the labels do not fit the points.
        ArithmeticError: the solver gave up.
    """
    if points.dim() != 3 or labels.shape != points.shape[:2]:
        raise ValueError(
            f"sets of points {tuple(points.shape)} need labels {tuple(points.shape[:2])}, "
            f"not {tuple(labels.shape)}"
        )
    starts = range(0, len(points), _TOGETHER)
    parts = (slice(start, start + _TOGETHER) for start in starts)
    return [unit for part in parts for unit in _separators(points[part], labels[part])]


def _separators(points: Tensor, labels: Tensor) -> list[tuple[Tensor, Tensor] | None]:
    d = points.shape[2] + 1
    blocks = []
    for x, y in zip(points, labels, strict=True):
        signed = _signs(x, y)[:, None] * torch.cat([x, torch.ones_like(x[:, :1])], 1)
        blocks.append(torch.cat([-signed, torch.ones_like(signed[:, :1])], 1).numpy())
    slack = {"A_ub": sparse.block_diag(blocks, "csc"), "b_ub": [0.0] * labels.numel()}
    cost = torch.zeros(len(points), d + 1, dtype=torch.float64)
    cost[:, -1] = -1
    found = _solve(cost.flatten(), slack, ([(-1, 1)] * d + [(0, None)]) * len(points))
    assert found is not None, "all weights zero is always allowed"
    units = [(row[: d - 1], row[d - 1]) for row in found.reshape(len(points), d + 1)]
    return [
        unit if torch.equal(product(x, *unit) > 0, y) else None
        for unit, x, y in zip(units, points, labels, strict=True)
    ]


def separator(points: Tensor, labels: Tensor) -> tuple[Tensor, Tensor] | None:
    """A unit that gives the labeling of one set of points; see :func:`separators`."""
    _signs(points, labels)
    return separators(points[None], labels[None])[0]


def separable(points: Tensor, labels: Tensor) -> bool:
    """Whether some unit gives the labeling; raises as :func:`separator`."""
    return separator(points, labels) is not None


def meeting(points: Tensor, labels: Tensor) -> tuple[Fraction, ...] | None:
    """Proof that no unit gives the labeling: where the hulls of the two classes meet.

    One weight per point, none negative, which add up to 1 in each class, so that both classes have
    the same weighted mean. A unit would have to be positive and not positive there. ``None`` if the
    classes do not meet. The proof is confirmed in fractions, which asks for points with few digits,
    such as codes of states.

    Raises:
        ValueError: the labels do not fit the points.
        ArithmeticError: the solver gave up, or its answer is no simple fraction.
    """
    signs = _signs(points, labels)
    sides = torch.stack([labels, ~labels]).double()
    equations = torch.cat([sides, (signs[:, None] * points).T])
    totals = torch.cat([torch.ones(2), torch.zeros(points.shape[1])]).double()
    wanted = {"A_eq": equations.numpy(), "b_eq": totals.numpy()}
    found = _solve(torch.zeros_like(signs), wanted, [(0, None)])
    if found is None:
        return None
    weights = tuple(Fraction(x).limit_denominator(_DENOMINATOR) for x in found.tolist())
    if min(weights) < 0 or any(
        sum(Fraction(a) * w for a, w in zip(row, weights, strict=True)) != Fraction(total)
        for row, total in zip(equations.tolist(), totals.tolist(), strict=True)
    ):
        raise ArithmeticError("the solver's weights are no fractions; give points with few digits")
    return weights


def realisable(points: Tensor) -> Tensor:
    """Which of all labelings one unit can give, ``(n, d) -> (2^n,)`` bool.

    Labelings come in the order of ``circuits.states(n)``. Each answer is proved: by a unit, or by
    a point where the classes meet.

    Raises:
        ArithmeticError: a labeling has neither proof; see :func:`meeting`.
    """
    every = circuits.states(len(points)).bool()
    half = torch.tensor([_proved(points, labels) for labels in every[: len(every) // 2]])
    return torch.cat([half, half.flip(0)])  # the other half are the opposites, from last to first


def most_right(points: Tensor, labels: Tensor) -> int:
    """How many of the labels the best unit gives, found by trying all labelings."""
    _signs(points, labels)
    given = circuits.states(len(points)).bool()[realisable(points)]
    return int(total(given == labels, 1).max())


def _proved(points: Tensor, labels: Tensor) -> bool:
    if separable(points, labels):
        return True
    if meeting(points, labels) is None:
        raise ArithmeticError(f"no proof for or against the labels {labels.int().tolist()}")
    return False


def _signs(points: Tensor, labels: Tensor) -> Tensor:
    """The labels as -1 and 1."""
    if points.dim() != 2 or labels.shape != points.shape[:1] or labels.dtype != torch.bool:
        raise ValueError(
            f"points {tuple(points.shape)} need one bool label each, "
            f"not {labels.dtype} {tuple(labels.shape)}"
        )
    return 2 * labels.double() - 1


def _solve(
    cost: Tensor, constraints: dict[str, Any], bounds: Sequence[tuple[float, float | None]]
) -> Tensor | None:
    """The cheapest point, or ``None`` where the constraints contradict one another."""
    end = linprog(cost.numpy(), **constraints, bounds=bounds, method="highs")
    if end.status not in (_FOUND, _INFEASIBLE):
        raise ArithmeticError(f"the linear program was not solved: {end.message}")
    return torch.from_numpy(end.x) if end.status == _FOUND else None
