"""Training eight nets at once, one in each lane: narrow nets of one shape, a replica to a lane.

The beats are those of :mod:`dlbook.arithmetic.one_model`: forward, error, gradient, step. Samples
go through the net in tiles that stay in the first cache; since each sum over the samples goes on
where the tile before it stopped, the numbers do not know of tiles. Within a tile several sums run
side by side, because a sum must wait for itself.

Everything is counted in vectors. ``shape`` holds the whole numbers of a run, ``constants`` the
others, in the order in which they are read below; :mod:`dlbook.arithmetic.stack` fills them in.
"""

from dlbook.arithmetic.kernels.elementary import NAN, decay, sigmoid, tanh
from dlbook.arithmetic.kernels.lanes import (
    LANES,
    Pointer,
    Vector,
    Wholes,
    at,
    every,
    fetch,
    kernel,
    put,
    select,
    spread,
    sqrt,
)

IDENTITY, RELU, SIGMOID, TANH = 0, 1, 2, 3
SQUARED, BINARY, SOFTMAX = 0, 1, 2
SGD, MOMENTUM, ADAGRAD, RMSPROP, ADAM = 0, 1, 2, 3, 4


@kernel
def _sums(
    C: Pointer,
    c: int,
    S: Pointer,
    sa: int,
    sb: int,
    A: Pointer,
    aa: int,
    ak: int,
    B: Pointer,
    bb: int,
    bk: int,
    na: int,
    nb: int,
    nk: int,
) -> None:
    """C[i c + j] = S[i sa + j sb] + Σₖ A[i aa + k ak] · B[j bb + k bk], for i < na, j < nb."""
    for i in range(0, na - 1, 2):
        for j in range(0, nb - 1, 2):
            c00, c01 = fetch(S, i * sa + j * sb), fetch(S, i * sa + (j + 1) * sb)
            c10, c11 = fetch(S, (i + 1) * sa + j * sb), fetch(S, (i + 1) * sa + (j + 1) * sb)
            for k in range(nk):
                a0, a1 = fetch(A, i * aa + k * ak), fetch(A, (i + 1) * aa + k * ak)
                b0, b1 = fetch(B, j * bb + k * bk), fetch(B, (j + 1) * bb + k * bk)
                c00, c01 = c00 + a0 * b0, c01 + a0 * b1
                c10, c11 = c10 + a1 * b0, c11 + a1 * b1
            put(C, i * c + j, c00)
            put(C, i * c + j + 1, c01)
            put(C, (i + 1) * c + j, c10)
            put(C, (i + 1) * c + j + 1, c11)
    if nb % 2 == 1:
        _column(
            at(C, nb - 1), c, at(S, (nb - 1) * sb), sa, A, aa, ak, at(B, (nb - 1) * bb), bk, na, nk
        )
    if na % 2 == 1:  # a row is a column of the transposed
        last = na - 1
        _column(
            at(C, last * c),
            1,
            at(S, last * sa),
            sb,
            B,
            bb,
            bk,
            at(A, last * aa),
            ak,
            nb - nb % 2,
            nk,
        )


@kernel
def _column(
    C: Pointer,
    c: int,
    S: Pointer,
    s: int,
    A: Pointer,
    aa: int,
    ak: int,
    B: Pointer,
    bk: int,
    na: int,
    nk: int,
) -> None:
    """C[i c] = S[i s] + Σₖ A[i aa + k ak] · B[k bk], for i < na."""
    whole = na - na % 4
    for i in range(0, whole, 4):
        c0, c1 = fetch(S, i * s), fetch(S, (i + 1) * s)
        c2, c3 = fetch(S, (i + 2) * s), fetch(S, (i + 3) * s)
        for k in range(nk):
            b = fetch(B, k * bk)
            c0 = c0 + fetch(A, i * aa + k * ak) * b
            c1 = c1 + fetch(A, (i + 1) * aa + k * ak) * b
            c2 = c2 + fetch(A, (i + 2) * aa + k * ak) * b
            c3 = c3 + fetch(A, (i + 3) * aa + k * ak) * b
        put(C, i * c, c0)
        put(C, (i + 1) * c, c1)
        put(C, (i + 2) * c, c2)
        put(C, (i + 3) * c, c3)
    for i in range(whole, na):
        total = fetch(S, i * s)
        for k in range(nk):
            total = total + fetch(A, i * aa + k * ak) * fetch(B, k * bk)
        put(C, i * c, total)


@kernel
def _activate(kind: int, z: Pointer, a: Pointer, n: int) -> None:
    """Write a = f(z).

    Not in place: a selection between a constant and what stands where it is written would become a
    masked store, which some processors take ten times as long for.
    """
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
def _slope(kind: int, d: Pointer, a: Pointer, n: int) -> None:
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
def _error(loss: int, o: Pointer, y: Pointer, n: int, outputs: int, per_sample: float) -> None:
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


@kernel
def _tile(
    shape: Wholes, w: Pointer, g: Pointer, a: Pointer, d: Pointer, x: Pointer, y: Pointer,
    zero: Pointer, n: int,
) -> None:  # fmt: skip
    """Add to the gradient g what n samples give; a holds all signals, d those of one layer."""
    depth, units, tile = shape[0], shape[1], shape[8]
    h, above, W = x, a, w
    for layer in range(depth):
        inputs, outputs = shape[9 + layer], shape[10 + layer]
        z = d if layer < depth - 1 else above
        b = at(W, inputs * outputs)
        _sums(z, outputs, b, 0, 1, h, inputs, 1, W, 1, outputs, n, outputs, inputs)
        if layer < depth - 1:
            _activate(units, z, above, n * outputs)
        h, above, W = above, at(above, tile * outputs), at(b, outputs)
    e, G = h, at(g, shape[5])
    _error(shape[2], e, y, n, shape[9 + depth], 1.0 / shape[4])
    for layer in range(depth - 1, -1, -1):
        inputs, outputs = shape[9 + layer], shape[10 + layer]
        size = (inputs + 1) * outputs
        G, W = at(G, -size), at(W, -size)
        h = x if layer == 0 else at(e, -tile * inputs)
        _sums(G, outputs, G, outputs, 1, h, 1, inputs, e, 1, outputs, inputs, outputs, n)
        _totals(at(G, inputs * outputs), e, n, outputs)
        if layer > 0:
            _sums(d, inputs, zero, 0, 0, e, outputs, 1, W, outputs, 1, n, inputs, outputs)
            _slope(units, d, h, n * inputs)
        e = h


@kernel
def _totals(b: Pointer, e: Pointer, n: int, outputs: int) -> None:
    """Add to each bias's derivative the errors of n samples, four of them side by side."""
    whole = outputs - outputs % 4
    for j in range(0, whole, 4):
        b0, b1, b2, b3 = fetch(b, j), fetch(b, j + 1), fetch(b, j + 2), fetch(b, j + 3)
        for s in range(n):
            row = at(e, s * outputs + j)
            b0, b1 = b0 + fetch(row, 0), b1 + fetch(row, 1)
            b2, b3 = b2 + fetch(row, 2), b3 + fetch(row, 3)
        put(b, j, b0)
        put(b, j + 1, b1)
        put(b, j + 2, b2)
        put(b, j + 3, b3)
    for j in range(whole, outputs):
        total = fetch(b, j)
        for s in range(n):
            total = total + fetch(e, s * outputs + j)
        put(b, j, total)


@kernel
def _step(
    optimiser: int,
    constants: Pointer,
    powers: Pointer,
    w: Pointer,
    g: Pointer,
    m: Pointer,
    v: Pointer,
    count: int,
) -> Vector:
    """The optimiser's step on ``count`` parameters; 0 where all are finite afterwards, else NaN."""
    rate, first, second, eps = constants[0], constants[1], constants[2], constants[3]
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
def _end(lost: Vector, step: int, count: int, w: Pointer, result: Pointer, ended: Pointer) -> None:
    """Keep what the replicas are that are lost now, and the number of steps that they made."""
    put(result, count, lost)
    for lane in range(LANES):
        now = result[count * LANES + lane]
        if now != now and ended[lane] < 0.0:
            ended[lane] = step
            for p in range(count):
                result[p * LANES + lane] = w[p * LANES + lane]


def train_replicas(
    shape: Wholes, constants: Pointer, x: Pointer, y: Pointer,
    w: Pointer, memory: Pointer, work: Pointer, result: Pointer, ended: Pointer,
) -> None:  # fmt: skip
    """Train eight replicas; :mod:`dlbook.arithmetic.stack` says what the arguments hold."""
    depth, optimiser, samples = shape[0], shape[3], shape[4]
    parameters, widest, steps, tile = shape[5], shape[6], shape[7], shape[8]
    inputs, outputs = shape[9], shape[9 + depth]
    zero, g = work, at(work, 1)
    d = at(g, parameters)
    a = at(d, widest)
    m, v, powers = memory, at(memory, parameters), at(memory, 2 * parameters)
    put(zero, 0, 0.0)
    for step in range(steps):
        for p in range(parameters):
            put(g, p, 0.0)
        first = 0
        while first < samples:  # a range whose step is no constant could raise
            n = min(tile, samples - first)
            _tile(shape, w, g, a, d, at(x, first * inputs), at(y, first * outputs), zero, n)
            first += n
        lost = _step(optimiser, constants, powers, w, g, m, v, parameters)
        if not every(lost < 1.0):
            _end(lost, step + 1, parameters, w, result, ended)
    _end(spread(NAN), steps, parameters, w, result, ended)
