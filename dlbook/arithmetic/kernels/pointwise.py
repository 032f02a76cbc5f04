"""Activations, their slopes, and the errors of a loss, over the signals of some samples.

Nothing is selected between a constant and what stands where it is written: that would become a
masked store, for which some processors take ten times as long.
"""

from dlbook.arithmetic.kernels.elementary import decay, sigmoid, tanh
from dlbook.arithmetic.kernels.lanes import Pointer, at, fetch, kernel, put, select, spread

IDENTITY, RELU, SIGMOID, TANH = 0, 1, 2, 3
SQUARED, BINARY, SOFTMAX = 0, 1, 2


@kernel
def activate(kind: int, z: Pointer, a: Pointer, n: int) -> None:
    """Write a = f(z), elsewhere than z."""
    if kind == RELU:
        for i in range(n):
            put(a, i, select(fetch(z, i) < 0.0, 0.0, fetch(z, i)))
    elif kind == SIGMOID:
        for i in range(n):
            put(a, i, sigmoid(fetch(z, i)))
    elif kind == TANH:
        for i in range(n):
            put(a, i, tanh(fetch(z, i)))
    else:
        for i in range(n):
            put(a, i, fetch(z, i))


@kernel
def descend(kind: int, d: Pointer, a: Pointer, n: int) -> None:
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
    else:
        for i in range(n):
            put(a, i, fetch(d, i))


@kernel
def differentiate(
    loss: int, o: Pointer, y: Pointer, n: int, outputs: int, per_sample: float
) -> None:
    """Write the derivative of the mean loss by the outputs o of n samples over them."""
    if loss == SQUARED:
        share = 2.0 / outputs
        for i in range(n * outputs):
            put(o, i, (fetch(o, i) - fetch(y, i)) * share * per_sample)
    elif loss == BINARY:
        share = 1.0 / outputs
        for i in range(n * outputs):
            put(o, i, (sigmoid(fetch(o, i)) - fetch(y, i)) * share * per_sample)
    else:
        for s in range(n):
            _softmax_error(at(o, s * outputs), at(y, s * outputs), outputs, per_sample)


@kernel
def _softmax_error(o: Pointer, y: Pointer, outputs: int, per_sample: float) -> None:
    top, total = fetch(o, 0), spread(0.0)
    for j in range(1, outputs):
        top = select(fetch(o, j) > top, fetch(o, j), top)
    for j in range(outputs):
        power = decay(fetch(o, j) - top)
        put(o, j, power)
        total = total + power
    for j in range(outputs):
        put(o, j, (fetch(o, j) / total - fetch(y, j)) * per_sample)
