"""Which labelings of points one unit can give: linear programs that prove either answer.

A unit answers 1 on one side of a hyperplane, where ``w . x + b > 0``. Points ``(n, d)`` are
float64 and a labeling is a bool tensor ``(n,)``. Either some unit gives it, or the convex hulls of
the two classes meet, never both (Farkas).
"""

import math
from collections.abc import Sequence
from fractions import Fraction

import torch
from scipy.optimize import linprog
from torch import Tensor

from dlbook.mathematics import circuits
from dlbook.mathematics.sums import product, total

_FOUND, _INFEASIBLE = 0, 2  # how linprog ends
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


def separator(points: Tensor, labels: Tensor) -> tuple[Tensor, Tensor] | None:
    """A unit that gives the labeling: ``w (d,)`` and ``b ()``, or ``None`` if there is none.

    Of the units with all weights and the bias in [-1, 1] it is the one whose ``|w . x + b|`` is
    largest at the point where it is least. A unit that is returned has been tried on the points;
    one whose least value is within the solver's tolerance (10^-7) of zero can be missed.

    Raises:
        ValueError: the labels do not fit the points.
        ArithmeticError: the solver gave up.
    """
    signs = _signs(points, labels)
    signed = signs[:, None] * torch.cat([points, torch.ones_like(points[:, :1])], 1)
    d = points.shape[1] + 1
    slack = {"A_ub": torch.cat([-signed, torch.ones_like(signed[:, :1])], 1), "b_ub": 0 * signs}
    cost = torch.zeros(d + 1, dtype=torch.float64)
    cost[-1] = -1
    found = _solve(cost, slack, [(-1, 1)] * d + [(0, None)])
    assert found is not None, "all weights zero is always allowed"
    w, b = found[: d - 1], found[d - 1]
    return (w, b) if torch.equal(product(points, w, b) > 0, labels) else None


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
    found = _solve(torch.zeros_like(signs), {"A_eq": equations, "b_eq": totals}, [(0, None)])
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
    cost: Tensor, constraints: dict[str, Tensor], bounds: Sequence[tuple[float, float | None]]
) -> Tensor | None:
    """The cheapest point, or ``None`` where the constraints contradict one another."""
    arrays = {name: part.numpy() for name, part in constraints.items()}
    end = linprog(cost.numpy(), **arrays, bounds=bounds, method="highs")
    if end.status not in (_FOUND, _INFEASIBLE):
        raise ArithmeticError(f"the linear program was not solved: {end.message}")
    return torch.from_numpy(end.x) if end.status == _FOUND else None
