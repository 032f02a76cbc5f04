"""Batch normalisation, to the bit that of :mod:`dlbook.arithmetic.batch_norm`.

All samples of a step are one tile here. A unit has a vector or a lane; rows of signals are ``row``
vectors apart, of which the first ``width`` are gone through.
"""

from dlbook.arithmetic.kernels.lanes import Pointer, fetch, kernel, put, spread, sqrt


@kernel
def normalise(
    z: Pointer, unit: Pointer, roots: Pointer, scale: Pointer, shift: Pointer, eps: Pointer,
    n: int, row: int, width: int,
) -> None:  # fmt: skip
    """Write γ ẑ + β over the sums z of n samples, and keep ẑ and 1 / √(v + ε)."""
    share = 1.0 / n
    for j in range(width):
        total = spread(0.0)
        for s in range(n):
            total = total + fetch(z, s * row + j)
        mean, square = total * share, spread(0.0)
        for s in range(n):
            apart = fetch(z, s * row + j) - mean
            square = square + apart * apart
        root = 1.0 / sqrt(square * share + fetch(eps, 0))
        put(roots, j, root)
        for s in range(n):
            value = (fetch(z, s * row + j) - mean) * root
            put(unit, s * row + j, value)
            put(z, s * row + j, value * fetch(scale, j) + fetch(shift, j))


@kernel
def descend_norm(
    e: Pointer, unit: Pointer, roots: Pointer, scale: Pointer, by_scale: Pointer,
    by_shift: Pointer, n: int, row: int, width: int,
) -> None:  # fmt: skip
    """Write the errors of z over those of γ ẑ + β, and the derivatives by γ and β."""
    share = 1.0 / n
    for j in range(width):
        of_shift, of_scale = spread(0.0), spread(0.0)
        for s in range(n):
            error = fetch(e, s * row + j)
            of_shift = of_shift + error
            of_scale = of_scale + error * fetch(unit, s * row + j)
        put(by_shift, j, of_shift)
        put(by_scale, j, of_scale)
        slope, mean, along = fetch(scale, j) * fetch(roots, j), of_shift * share, of_scale * share
        for s in range(n):
            rest = (fetch(e, s * row + j) - mean) - fetch(unit, s * row + j) * along
            put(e, s * row + j, slope * rest)
