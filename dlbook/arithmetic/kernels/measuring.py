"""What a loss says of each sample, for eight nets at once."""

from dlbook.arithmetic.kernels.elementary import decay, log, log1p
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
from dlbook.arithmetic.kernels.pointwise import (
    ABSOLUTE,
    BINARY,
    CONSTANT,
    CROSS_ENTROPY,
    FOURTH,
    HINGE,
    SOFTMAX_SQUARED,
    to_probabilities,
)


def measure_samples(
    loss: int, o: Pointer, y: Pointer, values: Pointer, n: int, outputs: int
) -> None:
    """Write the loss of each of n samples; the outputs o may be lost."""
    share = 1.0 / outputs
    for s in range(n):
        first, labels, total = at(o, s * outputs), at(y, s * outputs), spread(0.0)
        if loss == CROSS_ENTROPY:
            total = _cross_entropy(first, labels, outputs)
        elif loss == CONSTANT:
            total = spread(1.0)
        else:
            if loss == SOFTMAX_SQUARED:
                to_probabilities(first, outputs)
            for j in range(outputs):
                total = total + _of_output(loss, fetch(first, j), fetch(labels, j))
            total = total * share
        put(values, s, total)


@kernel
def _of_output(loss: int, o: Vector, y: Vector) -> Vector:
    t = o - y
    if loss == BINARY:
        t = (select(o < 0.0, 0.0, o) - y * o) + log1p(decay(-absolute(o)))
    elif loss == ABSOLUTE:
        t = absolute(t)
    elif loss == HINGE:
        margin = 1.0 - y * o
        t = select(margin < 0.0, 0.0, margin)
    else:
        t = t * t
        if loss == FOURTH:
            t = t * t
    return t


@kernel
def _cross_entropy(o: Pointer, y: Pointer, outputs: int) -> Vector:
    """Log Σ exp(oⱼ - m) + m - Σ yⱼ oⱼ, where m is the greatest oⱼ."""
    top, total, right = fetch(o, 0), spread(0.0), spread(0.0)
    for j in range(1, outputs):
        top = select(fetch(o, j) > top, fetch(o, j), top)
    for j in range(outputs):
        total = total + decay(fetch(o, j) - top)
        right = right + fetch(y, j) * fetch(o, j)
    return (log(total) + top) - right
