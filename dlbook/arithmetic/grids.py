"""Grids: places between two ends, equally far apart, or each as many times the one before it."""

import numpy as np

from dlbook.arithmetic.specification import Doubles, exp, log


def linspace(low: float, high: float, points: int) -> Doubles:
    """The places ((n - 1 - i) low + i high) / (n - 1), i = 1 … n - 2, between the ends as they are.

    The grid between -a and a is symmetric, and where the ends are whole numbers each place is the
    double nearest to the true one. One point is ``low``.

    Raises:
        ValueError: fewer than one point.
    """
    if points < 1:
        raise ValueError(f"a grid of {points} points; take 1 or more")
    right = np.arange(points, dtype=np.float64)
    places = (right[::-1] * low + right * high) / max(points - 1.0, 1.0)
    places[-1], places[0] = high, low
    return places


def geomspace(low: float, high: float, points: int) -> Doubles:
    """The exponentials of equally spaced logarithms, between exact ends.

    Raises:
        ValueError: fewer than one point, or an end that is not positive and finite.
    """
    if not (0.0 < low < np.inf and 0.0 < high < np.inf):
        raise ValueError(f"a geometric grid from {low} to {high}; take positive finite ends")
    ends = log(np.array([low, high]))
    places = exp(linspace(float(ends[0]), float(ends[1]), points))
    places[-1], places[0] = high, low
    return places
