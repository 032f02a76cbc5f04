"""The parabola x² on [0, 1] by depth and by width, with errors known exactly.

Depth: Yarotsky, "Error bounds for approximations with deep ReLU networks" (Neural Networks 2017),
``f_m(x) = x - sum_{s=1..m} g_s(x) / 4^s``, where ``g_s`` is the s-th iterate of the hat
``g(x) = 1 - |2x - 1|`` (0 at both ends, 1 in the middle: the fold of
:mod:`dlbook.mathematics.folds` upside down). ``f_m`` joins the points of the parabola above
``i / 2^m`` and misses it by at most ``4^-(m+1)``, in the middle of every piece.

Width: a straight piece of width h strays from x² by at least h²/8, reached when it lies
``h²/8`` below the parabola at both its ends.
"""

from fractions import Fraction
from itertools import pairwise

from dlbook.mathematics.explicit import Layers, layer
from dlbook.mathematics.polylines import Polyline


def deep(m: int) -> Layers:
    """``f_m`` as m hidden layers of three ReLUs, ``1 -> 3 -> ... -> 3 -> 1``: 12 m - 2 numbers.

    Layer s holds ``relu(g)``, ``relu(g - 1/2)`` and ``relu(f)`` for ``g = g_{s-1}, f = f_{s-1}``.
    The next hat is ``2 relu(g) - 4 relu(g - 1/2)``; the third unit carries the sum so far, which a
    ReLU leaves alone because ``f >= x² >= 0``.

    Raises:
        ValueError: ``m`` is below 1.
    """
    if m < 1:
        raise ValueError(f"the parabola needs at least one hidden layer, not {m}")
    bias = [0, -0.5, 0]
    layers = [layer([[1, 1, 1]], bias)]
    for s in range(1, m):
        rows = [[hat, hat, total] for hat, total in zip(_HAT, _total(s), strict=True)]
        layers.append(layer(rows, bias))
    return [*layers, layer([[total] for total in _total(m)], [0])]


_HAT = (2.0, -4.0, 0.0)


def _total(s: int) -> tuple[float, float, float]:
    """``f_s = f_{s-1} - g_s / 4^s`` read off the three units of layer s."""
    return -_HAT[0] / 4**s, -_HAT[1] / 4**s, 1.0


def best_polyline(pieces: int) -> Polyline:
    """The polyline of so many pieces that is closest to x²: its error is :func:`piece_error`.

    Equal pieces, every knot ``1 / (8 pieces²)`` below the parabola. As a network it takes
    ``pieces - 1`` ReLUs beside a linear skip connection, or ``pieces`` ReLUs without one.
    """
    shift = piece_error(pieces)
    knots = tuple(Fraction(i, pieces) for i in range(pieces + 1))
    return Polyline(knots, tuple(x * x - shift for x in knots))


def piece_error(pieces: int) -> Fraction:
    """``1 / (8 pieces²)``: no polyline of so many pieces comes closer to x² on [0, 1].

    n ReLUs make at most n + 1 pieces, so n ReLUs miss by ``1 / (8 (n + 1)²)`` at least.
    """
    return Fraction(1, 8 * pieces**2)


def best_relu_polyline(units: int) -> Polyline:
    """The closest that n ReLUs come to x² without a skip connection: error :func:`relu_error`.

    All units look right, so the first piece is flat; it is half as wide as the others, and the
    network is ``c + sum d_i relu(x - t_i)`` over the n inner knots.
    """
    error, width = relu_error(units), Fraction(2, 2 * units + 1)
    knots = (Fraction(0), *(width / 2 + i * width for i in range(units + 1)))
    return Polyline(knots, (error, *(x * x - error for x in knots[1:])))


def relu_error(units: int) -> Fraction:
    """``1 / (2 (2n + 1)²)``: what n ReLUs in one layer, without a skip connection, must miss x² by.

    Let the error be e, so that the network minus x² stays in ``[-e, e]``. On a stretch of width L
    where the network is concave, the difference stands in the middle at least ``L²/4`` above the
    mean of its ends; hence ``L <= sqrt(8e)``. If all n kinks lie inside (0, 1), apart, and turn the
    slope upwards, then the first slope (minus the changes made by the units that look left) is at
    most 0; on its piece the difference falls by at least ``L²``, hence ``L <= sqrt(2e)``. Together
    ``(n + 1/2) sqrt(8e) >= 1``. Any other arrangement leaves at most n concave stretches, which is
    worse.
    """
    return Fraction(1, 2 * (2 * units + 1) ** 2)


def square_error(polyline: Polyline) -> Fraction:
    """The largest ``|f(x) - x²|`` on the polyline's interval, exactly.

    On a piece of slope s the difference is a parabola with its vertex at s/2, so only the ends and
    that vertex, where it lies inside, can be extreme.
    """
    largest = Fraction(0)
    corners = pairwise(zip(polyline.knots, polyline.values, strict=True))
    for ((a, level), (b, _)), slope in zip(corners, polyline.slopes, strict=True):
        for x in (a, b, min(max(slope / 2, a), b)):
            largest = max(largest, abs(level + slope * (x - a) - x * x))
    return largest
