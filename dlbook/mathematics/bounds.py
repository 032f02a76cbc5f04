"""What a ReLU network of a given shape cannot do on a line, by counting its pieces."""

import math
from collections.abc import Sequence
from fractions import Fraction


def most_pieces(hidden: Sequence[int]) -> int:
    """The straight pieces that a ReLU network ``1 -> hidden -> 1`` can have, ``prod (w + 1)``.

    On each piece of what it receives, a unit is affine before the ReLU and bends at most once; a
    layer of w units therefore cuts every piece into at most w + 1.
    """
    return math.prod(width + 1 for width in hidden)


def alternating_accuracy(hidden: Sequence[int], points: int) -> Fraction:
    """The accuracy that no ReLU network can exceed on points whose labels alternate.

    After Telgarsky, "Representation benefits of deep feedforward networks" (2015,
    arXiv:1509.08101). The network decides by which side of a threshold its output lies on. With p
    pieces it crosses the threshold at most p times, so its decisions form at most p + 1 runs. A run
    of L points with alternating labels has at most ``(L + 1) / 2`` right answers; added up over the
    runs that is ``(n + p + 1) / 2`` of n. One hidden layer of H units has p = H + 1, which gives
    ``1/2 + (H + 2) / (2n)``; here it is rounded down to a whole number of points.
    """
    return Fraction(min(points, (points + most_pieces(hidden) + 1) // 2), points)
