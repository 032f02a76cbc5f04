"""Least squares in closed form, and of all exact fits the shortest; the same bits everywhere.

Everything is sums, products, quotients and square roots in a fixed order, which
``web/src/explore/capacity/fits.ts`` repeats.
"""

from torch import Tensor

from dlbook.mathematics.elementary import sqrt
from dlbook.mathematics.sums import product


def minimum_norm(features: Tensor, targets: Tensor) -> Tensor:
    """The coefficients w ``(s, p)`` with the least error, and of several the shortest.

    With fewer features than points it is (ΦᵀΦ)⁻¹ Φᵀy, else Φᵀ(ΦΦᵀ)⁻¹ y, which fits exactly.

    Args:
        features: Φ ``(s, n, p)``, of full rank.
        targets: y ``(s, n)``.

    Raises:
        ArithmeticError: the rank is not full, as far as rounding lets one see.
    """
    points, count = features.shape[-2:]
    turned, column = features.mT, targets[..., None]
    if count < points:
        return solve(product(turned, features), product(turned, column)[..., 0])
    return product(turned, solve(product(features, turned), targets)[..., None])[..., 0]


def solve(matrix: Tensor, right: Tensor) -> Tensor:
    """``x`` ``(s, m)`` with A x = b, for symmetric positive definite A ``(s, m, m)``, b ``(s, m)``.

    By Cholesky's factors A = L Lᵀ; every element is reduced by one product after the other, in
    ascending order.

    Raises:
        ArithmeticError: a pivot is not positive.
    """
    left, x, size = matrix.clone(), right.clone(), matrix.shape[-1]
    for k in range(size):
        if not bool((left[:, k, k] > 0).all()):
            raise ArithmeticError(f"pivot {k} of {size} is not positive: the rank is not full")
        root = sqrt(left[:, k, k])
        below = left[:, k + 1 :, k] / root[:, None]
        left[:, k, k], left[:, k + 1 :, k] = root, below
        left[:, k + 1 :, k + 1 :] -= below[:, :, None] * below[:, None, :]
        x[:, k] = x[:, k] / left[:, k, k]
        x[:, k + 1 :] -= below * x[:, k, None]
    for k in reversed(range(size)):
        x[:, k] = x[:, k] / left[:, k, k]
        x[:, :k] -= left[:, k, :k] * x[:, k, None]
    return x
