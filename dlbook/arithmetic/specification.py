"""The arithmetic of the book, as text that runs: slow, obvious, and the reference for every bit.

Numbers are IEEE 754 doubles, subnormals included. A result may depend on nothing but its inputs, so
only such operations occur as every processor and every language rounds alike: + - * /, the square
root, comparisons, and products with powers of two. What follows from it:

1. A sum is taken in ascending order of its index, its start value first: ((s + a0) + a1) + a2.
   Nothing is reassociated, and no product is fused with a sum.
2. An elementary function is a reduction of its argument and a polynomial, written out below; no
   library's ``exp`` is called. An integer power is a product repeated.
3. NaN and -0 pass where the formula passes them: ReLU is ``0 if x < 0 else x``. NaNs count as one.

Functions take arrays of any shape and work element by element. Errors are in units of the last
place of a normal result: at most 1.0 for exp and log, 1.2 for log1p, 2.1 for sigmoid, 2.5 for tanh.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]

# Coefficients, lowest power first, of least greatest relative error on the reduced argument.
EXP = (
    0.5000000000000011, 0.16666666666666413, 0.041666666666530155, 0.008333333333494274,
    0.0013888888943629305, 0.00019841269506999014, 2.4801493100227834e-05,
    2.7557585988664117e-06, 2.7630247801258214e-07, 2.5000185719685602e-08,
)  # fmt: skip  # (exp r - 1 - r) / r² for |r| <= ln 2 / 2
LOG = (
    0.6666666666666666, 0.4000000000000622, 0.2857142856909258, 0.22222222646003564,
    0.18181775717072302, 0.15387088885594158, 0.13250153723427613, 0.1325105318981738,
)  # fmt: skip  # (ln((1 + s) / (1 - s)) - 2 s) / s³ in powers of s², for |s| <= 3 - √8
SIN = (
    -0.16666666666666632, 0.00833333333332241, -0.00019841269829804905, 2.755731369107648e-06,
    -2.5050758000850778e-08, 1.5896789739034432e-10,
)  # fmt: skip  # (sin r - r) / r³ in powers of r², for |r| <= π / 4
COS = (
    0.0416666666666666, -0.0013888888888874127, 2.480158728948359e-05, -2.75573143527163e-07,
    2.087572332279803e-09, -1.135965025492404e-11,
)  # fmt: skip  # (cos r - 1 + r² / 2) / r⁴ in powers of r²
PER_LN2, PER_QUARTER = 1.4426950408889634, 0.6366197723675814  # 1 / ln 2, 2 / π
LN2 = 0.6931471805598903, 5.497923018708371e-14  # their sum is ln 2; k times the first is exact
QUARTER = 1.5707963267341256, 6.077100506303966e-11, 2.0222662487959506e-21  # π / 2, likewise
FARTHEST = 1048576.0  # sin and cos answer NaN beyond ±2^20, where π / 2 has no more digits


def polynomial(coefficients: tuple[float, ...], x: Doubles) -> Doubles:
    """Σ cᵢ xⁱ: even and odd powers apart, each by Horner's rule in x², then odd · x + even."""
    z, halves = x * x, []
    for part in (coefficients[0::2], coefficients[1::2]):
        value = np.full_like(x, part[-1])
        for coefficient in reversed(part[:-1]):
            value = value * z + coefficient
        halves.append(value)
    return halves[1] * x + halves[0]


def ascending(terms: Doubles, start: Doubles | float = 0.0) -> Doubles:
    """The sum over the first axis, ((start + t0) + t1) + t2 and so on."""
    total: Doubles = np.broadcast_to(start, terms[0].shape)
    for term in terms:
        total = total + term
    return total


def product(a: NDArray[Any], b: NDArray[Any], start: NDArray[Any] | float = 0.0) -> NDArray[Any]:
    """``start + a @ b`` for ``a`` ``(…, n, k)`` and ``b`` ``(…, k, m)``, k from the first on."""
    shape = (*np.broadcast_shapes(a.shape[:-2], b.shape[:-2]), a.shape[-2], b.shape[-1])
    total = np.full(shape, start, dtype=np.result_type(a, b))
    for k in range(a.shape[-1]):
        total = total + a[..., :, k, None] * b[..., k, None, :]
    return total


def nearest(x: Doubles) -> Doubles:
    """The nearest whole number, of two the even one; 0 is +0."""
    return np.rint(x) + 0.0


def scaled(x: Doubles, k: Doubles) -> Doubles:
    """The product x 2^k, rounded once if it is subnormal; where k is NaN, so is x."""
    return np.ldexp(x, np.nan_to_num(k).astype(np.int64))


def clamped(low: float, x: Doubles, high: float) -> Doubles:
    """x, or the end of [low, high] beyond which it lies; NaN stays."""
    x = np.where(x < low, low, x)
    return np.where(x > high, high, x)


def _reduced(x: Doubles) -> tuple[Doubles, Doubles, Doubles]:
    """k, r and exp r - 1 for x = k ln 2 + r with a whole number k, ties to even."""
    k = nearest(x * PER_LN2)
    r = (x - k * LN2[0]) - k * LN2[1]
    return k, r, r + (r * r) * polynomial(EXP, r)


def exp(x: Doubles) -> Doubles:
    """The exponential: 0 at -∞, 1 at 0, ∞ at ∞, and nowhere does it fall."""
    k, _, grown = _reduced(clamped(-746.0, x, 710.0))
    return scaled(1.0 + grown, k)


def sigmoid(x: Doubles) -> Doubles:
    """1 / (1 + exp(-x)): numerator and denominator times 2⁻⁶¹, lest exp overflow."""
    k, _, grown = _reduced(clamped(-600.0, -x, 746.0))
    return 2.0**-61 / (2.0**-61 + scaled(1.0 + grown, k - 61.0))


def tanh(x: Doubles) -> Doubles:
    """-t / (2 + t) with t = exp(-2 |x|) - 1, and the sign of x."""
    k, _, grown = _reduced(clamped(-100.0, -2.0 * np.abs(x), 0.0))
    t = scaled(grown, k) + (scaled(np.ones_like(x), k) - 1.0)
    return np.copysign(-t / (2.0 + t), x)


def log(x: Doubles) -> Doubles:
    """The logarithm of x = 2^k (1 + f), 1 + f between √½ and √2; -∞ at 0, NaN below."""
    m, k = np.frexp(x)
    low = m < 0.7071067811865476
    f = np.where(low, 2.0 * m, m) - 1.0
    k = k - np.where(low, 1.0, 0.0)
    s, half = f / (2.0 + f), 0.5 * (f * f)
    z = s * s
    value = k * LN2[0] - ((half - (s * (half + z * polynomial(LOG, z)) + k * LN2[1])) - f)
    value = np.where(x > 0.0, value, np.where(x == 0.0, -np.inf, np.nan))
    return np.where(x == np.inf, x, value)


def log1p(x: Doubles) -> Doubles:
    """The logarithm of 1 + x: that of u, which is 1 + x rounded, and what was lost, over u.

    It may fall by a unit of the last place from one double to the next.
    """
    u = 1.0 + x
    value = log(u) + (x - (u - 1.0)) / u
    return np.where((x > -1.0) & (x < np.inf), value, log(u))


def _turned(x: Doubles, quarters: float) -> Doubles:
    """sin(x + quarters π / 2): the quarter k in which x lies chooses sine or cosine, and sign."""
    x = np.where(np.abs(x) > FARTHEST, np.nan, x)
    k = nearest(x * PER_QUARTER)
    r = ((x - k * QUARTER[0]) - k * QUARTER[1]) - k * QUARTER[2]
    z = r * r
    sine = r + (r * z) * polynomial(SIN, z)
    cosine = (1.0 - 0.5 * z) + (z * z) * polynomial(COS, z)
    turn = np.mod(k + quarters, 4.0)
    value = np.where((turn == 0.0) | (turn == 2.0), sine, cosine)
    return np.where(turn >= 2.0, -value, value)


def sin(x: Doubles) -> Doubles:
    """The sine for |x| <= 2^20, NaN beyond."""
    return _turned(x, 0.0)


def cos(x: Doubles) -> Doubles:
    """The cosine for |x| <= 2^20, NaN beyond."""
    return _turned(x, 1.0)
