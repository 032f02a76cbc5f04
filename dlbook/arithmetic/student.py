"""Student's t distribution for whole degrees of freedom, by its finite sums."""

import math
from functools import cache

import numpy as np

from dlbook.arithmetic.specification import cos, sin

_HALVINGS = 200  # more than a double has places


def _arctan(x: float) -> float:
    """Arctan of x >= 0 to the last places, by Newton's rule for sin a = x cos a."""
    angle = 1.0 if x > 1.0 else x / (1.0 + x)
    for _ in range(5):
        s, c = (float(f(np.array([angle]))[0]) for f in (sin, cos))
        angle = angle - (s - x * c) / (c + x * s)
    return angle


def student_within(freedom: int, t: float) -> float:
    """P(|T| <= t) for t >= 0 (Abramowitz & Stegun 26.7.3 and 26.7.4), with θ = arctan(t / √ν).

    For even ν it is sin θ (1 + 1/2 cos² θ + (1 · 3)/(2 · 4) cos⁴ θ + …), of ν / 2 terms; for odd
    ν it is (2/π) (θ + sin θ cos θ (1 + 2/3 cos² θ + (2 · 4)/(3 · 5) cos⁴ θ + …)).
    """
    squared = freedom / (freedom + t * t)
    sine, odd = t / math.sqrt(freedom + t * t), freedom % 2
    term = value = 0.0 if freedom == 1 else 1.0
    for k in range(1 + odd, freedom - 1, 2):
        term = term * (k / (k + 1.0)) * squared
        value = value + term
    if not odd:
        return sine * value
    return (_arctan(t / math.sqrt(freedom)) + sine * math.sqrt(squared) * value) * (2.0 / math.pi)


@cache
def student_quantile(freedom: int, share: float) -> float:
    """The t within which that share lies on both sides of 0, by halving.

    Raises:
        ValueError: no degree of freedom, or a share outside (0, 1).
    """
    if freedom < 1 or not 0.0 < share < 1.0:
        raise ValueError(f"no t for {freedom} degrees of freedom and a share of {share}")
    low, high = 0.0, 1.0
    while student_within(freedom, high) < share:
        low, high = high, 2.0 * high
    for _ in range(_HALVINGS):
        middle = low + (high - low) * 0.5
        if not low < middle < high:
            break
        low, high = (middle, high) if student_within(freedom, middle) < share else (low, middle)
    return high
