"""The elementary functions, compiled: the formulas of the specification, on vectors and numbers.

What differs is how exact steps are made. A number is rounded to a whole one by adding 1.5 · 2^52
and taking it away; an even number added on top leaves ties as they are, and the sum's last bits
are then the exponent of a power of two. A product with a power of two that leaves the range of
doubles is taken in two steps, of which only the last may round.
"""

from dlbook.arithmetic import specification
from dlbook.arithmetic.kernels.lanes import (
    Real,
    absolute,
    copysign,
    exponent,
    kernel,
    mantissa,
    power_of_two,
    select,
)

_PER_LN2, _PER_QUARTER = specification.PER_LN2, specification.PER_QUARTER
_HIGH, _LOW = specification.LN2
_QUARTER_0, _QUARTER_1, _QUARTER_2 = specification.QUARTER
_FARTHEST = specification.FARTHEST
_E, _L, _S, _C = specification.EXP, specification.LOG, specification.SIN, specification.COS

WHOLE = 1.5 * 2.0**52
_RAISED = WHOLE + 1023.0 - 1.0  # power_of_two(k + _RAISED) is 2^(k - 1)
_LOWERED = WHOLE + 1023.0 + 61.0
_SMALL, _LARGE = 2.0**-61, 2.0**61
_SIGMOID, _TANH = WHOLE + 1023.0 - 61.0, WHOLE + 1023.0 + 1.0
_EXPONENT = 2.0**52 + 1023.0
_SQRT2, _LEAST, _INFINITE, NAN = 1.4142135623730951, 2.0**-1022, float("inf"), float("nan")


@kernel
def _clamped(low: float, x: Real, high: float) -> Real:
    x = select(x < low, low, x)
    return select(x > high, high, x)


@kernel
def _rest(x: Real, k: Real) -> Real:
    """The r in x = k ln 2 + r."""
    return (x - k * _HIGH) - k * _LOW


@kernel
def grown(r: Real) -> Real:
    """Exp r - 1."""
    z = r * r
    even = (((_E[8] * z + _E[6]) * z + _E[4]) * z + _E[2]) * z + _E[0]
    odd = (((_E[9] * z + _E[7]) * z + _E[5]) * z + _E[3]) * z + _E[1]
    return r + z * (odd * r + even)


@kernel
def exp(x: Real) -> Real:
    """See the specification. The scale is 2^(k + 61) / 2^61 below 0, 2^(k - 1) · 2 above."""
    x = _clamped(-746.0, x, 710.0)
    below = x < 0.0
    shift, rest = select(below, _LOWERED, _RAISED), select(below, _SMALL, 2.0)
    t = x * _PER_LN2 + shift
    return ((1.0 + grown(_rest(x, t - shift))) * power_of_two(t)) * rest


@kernel
def decay(x: Real) -> Real:
    """Exp x for x <= 0 alone, where one scale serves all."""
    x = select(x < -746.0, -746.0, x)
    t = x * _PER_LN2 + _LOWERED
    return ((1.0 + grown(_rest(x, t - _LOWERED))) * power_of_two(t)) * _SMALL


@kernel
def sigmoid_reduced(x: Real) -> tuple[Real, Real]:
    """What the sigmoid takes from x: the rest r, and the t whose last bits are the scale's."""
    y = _clamped(-600.0, -x, 746.0)
    t = y * _PER_LN2 + _SIGMOID
    return _rest(y, t - _SIGMOID), t


@kernel
def sigmoid_joined(more: Real, t: Real) -> Real:
    """The sigmoid from exp r - 1 and t."""
    return _SMALL / (_SMALL + (1.0 + more) * power_of_two(t))


@kernel
def sigmoid(x: Real) -> Real:
    """See the specification."""
    r, t = sigmoid_reduced(x)
    return sigmoid_joined(grown(r), t)


@kernel
def tanh_reduced(x: Real) -> tuple[Real, Real]:
    """What tanh takes from x: the rest r, and a t with the scale's last bits and the sign of x."""
    y = -2.0 * absolute(x)
    y = select(y < -100.0, -100.0, y)
    t = y * _PER_LN2 + _TANH
    return _rest(y, t - _TANH), copysign(t, x)


@kernel
def tanh_joined(more: Real, t: Real) -> Real:
    """Tanh from exp r - 1 and t; here quotient and divisor are twice those of the specification."""
    scale = power_of_two(t)
    fallen = more * scale + (scale - 2.0)
    return copysign(-fallen / (4.0 + fallen), t)


@kernel
def tanh(x: Real) -> Real:
    """See the specification."""
    r, t = tanh_reduced(x)
    return tanh_joined(grown(r), t)


@kernel
def log(x: Real) -> Real:
    """See the specification. A subnormal number is made normal first, by 2^61."""
    tiny = x < _LEAST
    normal = select(tiny, x * _LARGE, x)
    m = mantissa(normal)
    k = exponent(normal) - select(tiny, _EXPONENT + 61.0, _EXPONENT)
    high = m < _SQRT2
    f = select(high, m, 0.5 * m) - 1.0
    k = select(high, k, k + 1.0)
    s = f / (2.0 + f)
    half, z = 0.5 * (f * f), s * s
    w = z * z
    even = ((_L[6] * w + _L[4]) * w + _L[2]) * w + _L[0]
    odd = ((_L[7] * w + _L[5]) * w + _L[3]) * w + _L[1]
    value = k * _HIGH - ((half - (s * (half + z * (odd * z + even)) + k * _LOW)) - f)
    value = select(x > 0.0, value, select(x < 0.0, NAN, x * 0.0 - _INFINITE))
    return select(x < _INFINITE, value, x)


@kernel
def log1p(x: Real) -> Real:
    """See the specification."""
    u = 1.0 + x
    value = log(u)
    exact = value + (x - (u - 1.0)) / u
    return select(x > -1.0, select(x < _INFINITE, exact, value), value)


@kernel
def _turned(x: Real, quarters: float) -> Real:
    x = select(absolute(x) > _FARTHEST, NAN, x)
    k = (x * _PER_QUARTER + WHOLE) - WHOLE
    r = ((x - k * _QUARTER_0) - k * _QUARTER_1) - k * _QUARTER_2
    z = r * r
    w = z * z
    even, odd = (_S[4] * w + _S[2]) * w + _S[0], (_S[5] * w + _S[3]) * w + _S[1]
    sine = r + (r * z) * (odd * z + even)
    even, odd = (_C[4] * w + _C[2]) * w + _C[0], (_C[5] * w + _C[3]) * w + _C[1]
    cosine = (1.0 - 0.5 * z) + w * (odd * z + even)
    turn = k + quarters
    turn = turn - 4.0 * ((turn * 0.25 - 0.375 + WHOLE) - WHOLE)  # 0, 1, 2 or 3, as floor would
    odd_turn = absolute(turn - 2.0)  # 1 for 1 and 3
    value = select(absolute(odd_turn - 1.0) < 0.5, cosine, sine)
    return select(turn > 1.5, -value, value)


@kernel
def sin(x: Real) -> Real:
    """See the specification."""
    return _turned(x, 0.0)


@kernel
def cos(x: Real) -> Real:
    """See the specification."""
    return _turned(x, 1.0)
