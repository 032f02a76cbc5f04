"""The optimisers' steps, and what penalties add to a gradient, on vectors of parameters."""

from dlbook.arithmetic.kernels.lanes import (
    Pointer,
    Vector,
    fetch,
    kernel,
    put,
    select,
    spread,
    sqrt,
)
from dlbook.arithmetic.kernels.pointwise import sign_of

_NOTHING = -0.0  # what may be added to any number, -0 too, without a change
SGD, MOMENTUM, ADAGRAD, RMSPROP, ADAM = 0, 1, 2, 3, 4


@kernel
def optimise(
    optimiser: int,
    rate: Vector,
    constants: Pointer,
    powers: Pointer,
    w: Pointer,
    g: Pointer,
    m: Pointer,
    v: Pointer,
    count: int,
) -> Vector:
    """The optimiser's step on ``count`` parameters; 0 where all are finite afterwards, else NaN."""
    first, second, eps = constants[1], constants[2], constants[3]
    lost = spread(0.0)
    if optimiser == ADAM:
        powers[0], powers[1] = powers[0] * first, powers[1] * second
        rate, stretch = rate / (1.0 - powers[0]), 1.0 / sqrt(1.0 - powers[1])
        rest1, rest2 = 1.0 - first, 1.0 - second
        for p in range(count):
            d = fetch(g, p)
            mean = first * fetch(m, p) + rest1 * d
            square = second * fetch(v, p) + rest2 * (d * d)
            put(m, p, mean)
            put(v, p, square)
            new = fetch(w, p) - rate * (mean / (sqrt(square) * stretch + eps))
            put(w, p, new)
            lost = lost + new * 0.0
    elif optimiser == SGD:
        for p in range(count):
            new = fetch(w, p) - rate * fetch(g, p)
            put(w, p, new)
            lost = lost + new * 0.0
    elif optimiser == MOMENTUM:
        for p in range(count):
            mean = first * fetch(m, p) + fetch(g, p)
            put(m, p, mean)
            new = fetch(w, p) - rate * mean
            put(w, p, new)
            lost = lost + new * 0.0
    else:
        for p in range(count):
            d = fetch(g, p)
            square = fetch(v, p)
            if optimiser == ADAGRAD:
                square = square + d * d
            else:
                square = first * square + (1.0 - first) * (d * d)
            put(v, p, square)
            new = fetch(w, p) - rate * (d / (sqrt(square) + eps))
            put(w, p, new)
            lost = lost + new * 0.0
    return lost


@kernel
def add_penalties(l1: Vector, l2: Vector, w: Pointer, g: Pointer, count: int) -> None:
    """Add to the gradient g of ``count`` weights what the penalties give."""
    for p in range(count):
        weight = fetch(w, p)
        total = fetch(g, p) + select(l1 > 0.0, l1 * sign_of(weight), _NOTHING)
        put(g, p, total + select(l2 > 0.0, l2 * weight, _NOTHING))
