"""Activations, their slopes, and the errors of a loss, over the signals of some samples.

Nothing is selected between a constant and what stands where it is written: that would become a
masked store, for which some processors take ten times as long.
"""

from dlbook.arithmetic.kernels.elementary import (
    cos,
    decay,
    grown,
    log1p,
    sigmoid,
    sigmoid_joined,
    sigmoid_reduced,
    sin,
    tanh_joined,
    tanh_reduced,
)
from dlbook.arithmetic.kernels.lanes import (
    Pointer,
    Vector,
    absolute,
    at,
    fetch,
    kernel,
    put,
    select,
    spread,
)

# In the order of the text's tables.
IDENTITY, RELU, SIGMOID, TANH, HARD_TANH, SIGN, ABS, SQUARE, SIN, SOFTPLUS = range(10)
SQUARED, BINARY, CROSS_ENTROPY, ABSOLUTE, FOURTH, SOFTMAX_SQUARED, HINGE, CONSTANT = range(8)
KEEPS_SUMS = ABS  # from here on, the slope is taken at z


@kernel
def sign_of(x: Vector) -> Vector:
    """The sign as 1 or -1; 0 and NaN stay."""
    return select(x > 0.0, 1.0, select(x < 0.0, -1.0, x))


@kernel
def activate(kind: int, z: Pointer, a: Pointer, n: int) -> None:
    """Write a = f(z), elsewhere than z; where slopes are taken from a, z is lost.

    Sigmoid and tanh go over the signals three times: each of the short passes has several signals
    under way at once, where one long pass would wait for its own results.
    """
    if kind == RELU:
        for i in range(n):
            put(a, i, select(fetch(z, i) < 0.0, 0.0, fetch(z, i)))
    elif kind == SIGMOID:
        for i in range(n):
            r, t = sigmoid_reduced(fetch(z, i))
            put(z, i, r)
            put(a, i, t)
        _grow(z, n)
        for i in range(n):
            put(a, i, sigmoid_joined(fetch(z, i), fetch(a, i)))
    elif kind == TANH:
        for i in range(n):
            r, t = tanh_reduced(fetch(z, i))
            put(z, i, r)
            put(a, i, t)
        _grow(z, n)
        for i in range(n):
            put(a, i, tanh_joined(fetch(z, i), fetch(a, i)))
    elif kind == IDENTITY:
        for i in range(n):
            put(a, i, fetch(z, i))
    else:
        _activate_rarely(kind, z, a, n)


@kernel
def _grow(r: Pointer, n: int) -> None:
    for i in range(n):
        put(r, i, grown(fetch(r, i)))


@kernel
def _activate_rarely(kind: int, z: Pointer, a: Pointer, n: int) -> None:
    for i in range(n):
        x = fetch(z, i)
        if kind == HARD_TANH:
            x = select(x < -1.0, -1.0, x)
            x = select(x > 1.0, 1.0, x)
        elif kind == SIGN:
            x = sign_of(x)
        elif kind == ABS:
            x = absolute(x)
        elif kind == SQUARE:
            x = x * x
        elif kind == SIN:
            x = sin(x)
        else:
            x = select(x < 0.0, 0.0, x) + log1p(decay(-absolute(x)))
        put(a, i, x)


@kernel
def descend(kind: int, d: Pointer, a: Pointer, z: Pointer, n: int) -> None:
    """Write the error below f over a = f(z); d is the error above."""
    if kind == RELU:
        for i in range(n):
            put(a, i, select(fetch(a, i) > 0.0, fetch(d, i), 0.0))
    elif kind == SIGMOID:
        for i in range(n):
            f = fetch(a, i)
            put(a, i, fetch(d, i) * (f * (1.0 - f)))
    elif kind == TANH:
        for i in range(n):
            f = fetch(a, i)
            put(a, i, fetch(d, i) * (1.0 - f * f))
    elif kind == IDENTITY:
        for i in range(n):
            put(a, i, fetch(d, i))
    else:
        _descend_rarely(kind, d, a, z, n)


@kernel
def _descend_rarely(kind: int, d: Pointer, a: Pointer, z: Pointer, n: int) -> None:
    for i in range(n):
        e = fetch(d, i)
        if kind == HARD_TANH:
            e = select(fetch(a, i) > -1.0, select(fetch(a, i) < 1.0, e, 0.0), 0.0)
        elif kind == SIGN:
            e = spread(0.0)
        elif kind == ABS:
            e = e * sign_of(fetch(z, i))
        elif kind == SQUARE:
            e = e * fetch(z, i) * 2.0
        elif kind == SIN:
            e = e * cos(fetch(z, i))
        else:
            e = e * sigmoid(fetch(z, i))
        put(a, i, e)


@kernel
def differentiate(
    loss: int, o: Pointer, y: Pointer, n: int, outputs: int, per_sample: float
) -> None:
    """Write the derivative of the mean loss by the outputs o of n samples over them."""
    share = 1.0 / outputs
    if loss == SQUARED:
        share = 2.0 / outputs
    elif loss == FOURTH:
        share = 4.0 / outputs
    elif loss == HINGE:
        share = -1.0 / outputs
    if loss in (CROSS_ENTROPY, SOFTMAX_SQUARED):
        for s in range(n):
            first, labels = at(o, s * outputs), at(y, s * outputs)
            to_probabilities(first, outputs)
            if loss == SOFTMAX_SQUARED:
                _through_probabilities(first, labels, outputs, per_sample)
            else:
                for j in range(outputs):
                    put(first, j, (fetch(first, j) - fetch(labels, j)) * per_sample)
    else:
        for i in range(n * outputs):
            put(o, i, _of_output(loss, fetch(o, i), fetch(y, i)) * share * per_sample)


@kernel
def weigh(e: Pointer, counts: Pointer, n: int, outputs: int) -> None:
    """Multiply the errors of n samples by the samples' weights."""
    for s in range(n):
        for j in range(s * outputs, (s + 1) * outputs):
            put(e, j, fetch(e, j) * fetch(counts, s))


@kernel
def _of_output(loss: int, o: Vector, y: Vector) -> Vector:
    t = o - y
    if loss == BINARY:
        t = sigmoid(o) - y
    elif loss == ABSOLUTE:
        t = sign_of(t)
    elif loss == FOURTH:
        t = (t * t) * t
    elif loss == HINGE:
        t = select(y * o < 1.0, y, 0.0)
    elif loss == CONSTANT:
        t = spread(0.0)
    return t


@kernel
def to_probabilities(o: Pointer, outputs: int) -> None:
    """Write softmax(o) over o."""
    top, total = fetch(o, 0), spread(0.0)
    for j in range(1, outputs):
        top = select(fetch(o, j) > top, fetch(o, j), top)
    for j in range(outputs):
        power = decay(fetch(o, j) - top)
        put(o, j, power)
        total = total + power
    for j in range(outputs):
        put(o, j, fetch(o, j) / total)


@kernel
def _through_probabilities(p: Pointer, y: Pointer, outputs: int, per_sample: float) -> None:
    """Write the derivative of the squared error of p = softmax(o) by o over p."""
    share, total = 2.0 / outputs, spread(0.0)
    for j in range(outputs):
        total = total + (fetch(p, j) - fetch(y, j)) * share * fetch(p, j)
    for j in range(outputs):
        g = (fetch(p, j) - fetch(y, j)) * share
        put(p, j, (g - total) * fetch(p, j) * per_sample)
