"""Training one net at a time, eight outputs of a layer in the lanes: for nets that are wide.

Eight wide replicas do not fit the cache; one does. The beats, the order of every sum and so all
numbers are those of :mod:`dlbook.arithmetic.kernels.replicas`. What differs is where numbers lie:

- a row of a layer's signals, or of its weights ``(in + 1, out)``, biases last, fills whole vectors,
  an odd number of them, lest the rows of one column meet at one place of the cache. What is beyond
  the outputs starts as 0, and no output is a function of it;
- the sums over a layer's outputs run along rows of the transposed weights, made once a step;
- the loss takes a sample per lane, as if samples were replicas, so that it is the same function.

:mod:`dlbook.arithmetic.wide` fills in

- ``shape``, see :mod:`dlbook.arithmetic.kernels.layers`, but for the vectors of all parameters and
  of the widest layer's tile, which are as here;
- ``constants``: the optimiser's rate, first and second decay, and ε; the penalties' λ, l1 and l2;
  1 where samples have weights, else 0;
- where samples are picked, ``order``, the numbers of those that the next steps see;
- ``x`` ``(n, in)``, ``y`` ``(n, out)`` and the samples' weights ``(n)``, each number once;
- the parameters ``w``, the optimiser's ``memory``, and ``work``, zeros at first;
- ``ended``, for the number of steps that the run made, should it end.
"""

from dlbook.arithmetic.kernels.lanes import (
    LANES,
    Pointer,
    Wholes,
    at,
    beyond,
    every,
    kernel,
    put,
    spread,
)
from dlbook.arithmetic.kernels.layers import (
    ALONG,
    CARRIED,
    DENSE,
    DEPTH,
    INPUTS,
    LOSS,
    MADE,
    OPTIMISER,
    OUTPUTS,
    OWN,
    OWNER,
    PARAMETERS,
    PICKS,
    ROOTS,
    SAMPLES,
    SCALES,
    SKIPS,
    SOURCE,
    STEPS,
    SUMS,
    TIES,
    TILE,
    UNIT,
    UNITS_OF,
    USES,
    WEIGHTS,
    WIDEST,
    add,
    copy,
    join_uses,
    of_layer,
)
from dlbook.arithmetic.kernels.normalising import descend_norm, normalise
from dlbook.arithmetic.kernels.optimising import add_penalties, optimise
from dlbook.arithmetic.kernels.pointwise import (
    IDENTITY,
    KEEPS_SUMS,
    activate,
    descend,
    differentiate,
    weigh,
)
from dlbook.arithmetic.kernels.wide_products import add_wide_products


@kernel
def _filled(width: int) -> int:
    """How many vectors hold that many numbers."""
    return (width + LANES - 1) // LANES


@kernel
def _row(width: int) -> int:
    """How many vectors a row takes: an odd number."""
    return _filled(width) | 1


@kernel
def _transpose(shape: Wholes, w: Pointer, turned: Pointer) -> None:
    """Write each layer's weights ``(out, in)`` but for the first layer's, which no sum needs."""
    T = turned
    for layer in range(1, shape[DEPTH]):
        inputs, outputs = of_layer(shape, layer, INPUTS), of_layer(shape, layer, OUTPUTS)
        row, long = _row(outputs), _row(inputs)
        W = at(w, of_layer(shape, layer, WEIGHTS))
        for first in range(0, inputs, LANES):
            lanes = min(LANES, inputs - first)
            for j in range(outputs):
                for lane in range(lanes):
                    T[j * long * LANES + first + lane] = W[(first + lane) * row * LANES + j]
        T = at(T, outputs * long)


@kernel
def _seen(shape: Wholes, order: Wholes, step: int, number: int) -> int:
    """The sample that a step sees as the ``number``-th."""
    if shape[PICKS] > 0:
        return order[step * shape[SAMPLES] + number]
    return number


@kernel
def _gather(
    shape: Wholes, order: Wholes, step: int, first: int, n: int, x: Pointer, rows: Pointer
) -> None:
    """Write the inputs of n samples, row by row."""
    width = of_layer(shape, 0, INPUTS)
    for s in range(n):
        place = _seen(shape, order, step, first + s) * width
        for i in range(width):
            rows[s * width + i] = x[place + i]


@kernel
def _gather_lanes(
    shape: Wholes, order: Wholes, step: int, first: int, n: int, width: int, source: Pointer,
    lanes: Pointer,
) -> None:  # fmt: skip
    """Write rows of n samples, each sample in a lane."""
    for s in range(n):
        place = _seen(shape, order, step, first + s) * width
        to = _lane(s, width)
        for j in range(width):
            lanes[to + j * LANES] = source[place + j]


@kernel
def _lane(s: int, width: int) -> int:
    """Where the first number of a sample stands when each sample has a lane."""
    return (s // LANES) * width * LANES + s % LANES


@kernel
def _derive(shape: Wholes, o: Pointer, y: Pointer, counts: Pointer, turned: Pointer, n: int,
    weighted: bool) -> None:  # fmt: skip
    """Write the derivatives of the loss over the outputs o of n samples."""
    width, blocks = of_layer(shape, shape[DEPTH] - 1, OUTPUTS), _filled(n)
    row = _row(width) * LANES
    for s in range(n):
        place = _lane(s, width)
        for j in range(width):
            turned[place + j * LANES] = o[s * row + j]
    differentiate(shape[LOSS], turned, y, blocks, width, 1.0 / shape[SAMPLES])
    if weighted:
        weigh(turned, counts, blocks, width)
    for s in range(n):
        place = _lane(s, width)
        for j in range(width):
            o[s * row + j] = turned[place + j * LANES]


@kernel
def _signals_at(shape: Wholes, a: Pointer, number: int) -> Pointer:
    """Where the signals of a layer stand, counted from 1."""
    start = 0
    for layer in range(number - 1):
        start += shape[TILE] * _row(of_layer(shape, layer, OUTPUTS))
    return at(a, start)


@kernel
def _add_source(
    shape: Wholes, layer: int, above: Pointer, own: Pointer, a: Pointer, x: Pointer, n: int
) -> None:
    """Write over a layer's signals its own answers and the signals of the source of its skip."""
    number, width = of_layer(shape, layer, SOURCE), of_layer(shape, layer, OUTPUTS)
    row = _row(width) * LANES
    source, along = x, width
    if number > 0:
        source, along = _signals_at(shape, a, number), row
    for s in range(n):
        for j in range(width):
            above[s * row + j] = own[s * row + j] + source[s * along + j]


@kernel
def _forward(
    shape: Wholes, w: Pointer, a: Pointer, d: Pointer, x: Pointer, zero: Pointer, eps: Pointer,
    n: int,
) -> Pointer:  # fmt: skip
    """Write all signals of n samples; return where the outputs are.

    Behind the signals there is as much room again, several times, as for replicas.
    """
    depth, room = shape[DEPTH], shape[DEPTH] * shape[WIDEST]
    h, along, above = x, of_layer(shape, 0, INPUTS), a
    for layer in range(depth):
        inputs, outputs = of_layer(shape, layer, INPUTS), of_layer(shape, layer, OUTPUTS)
        W, scales = at(w, of_layer(shape, layer, WEIGHTS)), of_layer(shape, layer, SCALES)
        row, b = _row(outputs), at(W, inputs * _row(outputs))
        units, z = of_layer(shape, layer, UNITS_OF), d
        if units == IDENTITY:
            z = above
        elif units >= KEEPS_SUMS:
            z = at(above, SUMS * room)
        first = b if scales < 0 else zero
        add_wide_products(z, row, first, 0, h, along, 1, W, row, n, _filled(outputs), inputs)
        if scales >= 0:
            normalise(
                z, at(above, UNIT * room), at(above, ROOTS * room), at(w, scales), b, eps, n, row,
                _filled(outputs),
            )  # fmt: skip
        own = above
        if units != IDENTITY:
            own = above if of_layer(shape, layer, SOURCE) < 0 else at(above, OWN * room)
            activate(units, z, own, n * row)
        if of_layer(shape, layer, SOURCE) >= 0:
            _add_source(shape, layer, above, own, a, x, n)
        h, along, above = above, row * LANES, at(above, shape[TILE] * row)
    return h


@kernel
def _backward(
    shape: Wholes, w: Pointer, g: Pointer, turned_end: Pointer, e: Pointer, d: Pointer,
    x: Pointer, zero: Pointer, one: Pointer, n: int, begin: bool,
) -> None:  # fmt: skip
    """Begin the gradient g with what the errors e of the outputs of n samples give, or add it.

    It goes through g and the turned weights from their ends. A bias is the weight of an input 1.
    """
    depth, room = shape[DEPTH], shape[DEPTH] * shape[WIDEST]
    G, scales_end, T, h = at(g, shape[DENSE]), at(g, shape[USES]), turned_end, e
    if shape[SKIPS] > 0:
        copy(at(h, CARRIED * room), e, n * _row(of_layer(shape, depth - 1, OUTPUTS)))
    for layer in range(depth - 1, -1, -1):
        inputs, outputs = of_layer(shape, layer, INPUTS), of_layer(shape, layer, OUTPUTS)
        row, long, full = _row(outputs), _row(inputs), _filled(outputs)
        G, above, scales = at(G, -(inputs + 1) * row), h, of_layer(shape, layer, SCALES)
        h, along = at(h, -shape[TILE] * long), long * LANES
        if layer == 0:
            h, along = x, inputs
        b = at(G, inputs * row)
        if scales >= 0:
            scales_end = at(scales_end, -row)
            descend_norm(
                e, at(above, UNIT * room), at(above, ROOTS * room), at(w, scales), scales_end, b,
                n, row, full,
            )  # fmt: skip
        S, B, s = (zero, zero, 0) if begin else (G, b, row)
        add_wide_products(G, row, S, s, h, 1, along, e, row, inputs, full, n)
        if scales < 0:
            add_wide_products(b, row, B, 0, one, 0, 0, e, row, 1, full, n)
        if layer > 0:
            T = at(T, -outputs * long)
            add_wide_products(
                d, long, zero, 0, e, row * LANES, 1, T, long, n, _filled(inputs), outputs
            )
            units, e = of_layer(shape, layer - 1, UNITS_OF), h
            if shape[SKIPS] > 0:
                _add_carried(shape, d, h, layer, n * long)
                if of_layer(shape, layer - 1, SOURCE) >= 0 and units != IDENTITY:
                    e = at(h, OWN * room)
            descend(units, d, e, at(h, SUMS * room), n * long)


@kernel
def _add_carried(shape: Wholes, d: Pointer, h: Pointer, number: int, n: int) -> None:
    """Add to d, the errors of a layer's signals h, those at the ends of its skips; keep the sum."""
    room = CARRIED * shape[DEPTH] * shape[WIDEST]
    above = h
    for end in range(number, shape[DEPTH]):
        above = at(above, shape[TILE] * _row(of_layer(shape, end - 1, OUTPUTS)))
        if of_layer(shape, end, SOURCE) == number:
            add(d, d, at(above, room), n)
    copy(at(h, room), d, n)


@kernel
def _penalise(shape: Wholes, l1: float, l2: float, w: Pointer, g: Pointer) -> None:
    for layer in range(shape[DEPTH]):
        if of_layer(shape, layer, OWNER) == layer:
            start = of_layer(shape, layer, WEIGHTS)
            weights = of_layer(shape, layer, INPUTS) * of_layer(shape, layer, ALONG)
            add_penalties(spread(l1), spread(l2), at(w, start), at(g, start), weights)


@kernel
def _all_finite(shape: Wholes, w: Pointer) -> bool:
    """Whether the parameters are, whatever is beyond them: ε = 0 makes 0 / 0 of it."""
    for layer in range(shape[DEPTH]):
        outputs, row = of_layer(shape, layer, OUTPUTS), of_layer(shape, layer, ALONG)
        for i in range(of_layer(shape, layer, INPUTS) + 1):
            if not _is_finite(at(w, of_layer(shape, layer, WEIGHTS) + i * row), outputs):
                return False
        scales = of_layer(shape, layer, SCALES)
        if scales >= 0 and not _is_finite(at(w, scales), outputs):
            return False
    return True


@kernel
def _is_finite(w: Pointer, n: int) -> bool:
    lost = 0.0
    for j in range(n):
        lost += w[j] * 0.0
    return lost == 0.0


def train_outputs(
    shape: Wholes, constants: Pointer, order: Wholes, x: Pointer, y: Pointer, weights: Pointer,
    w: Pointer, memory: Pointer, work: Pointer, ended: Wholes,
) -> None:  # fmt: skip
    """Train one net; the head of the module says what the arguments hold."""
    depth, samples, parameters, tile = shape[DEPTH], shape[SAMPLES], shape[PARAMETERS], shape[TILE]
    inputs, outputs = of_layer(shape, 0, INPUTS), of_layer(shape, depth - 1, OUTPUTS)
    weighted, penalised = constants[6] > 0.0, constants[4] > 0.0 or constants[5] > 0.0
    turns = 0
    for layer in range(1, depth):
        turns += of_layer(shape, layer, OUTPUTS) * _row(of_layer(shape, layer, INPUTS))
    one, eps, zero = work, at(work, 1), at(work, 2)  # zero: a row as long as the widest layer's
    g = at(zero, shape[WIDEST] // tile)
    turned = at(g, shape[USES])
    d = at(turned, turns)
    tx = at(d, shape[WIDEST])
    ty = at(tx, _filled(tile * inputs))
    lanes = at(ty, _filled(tile) * outputs)
    counts = at(lanes, _filled(tile) * outputs)
    a = at(counts, _filled(tile))
    put(one, 0, 1.0)
    for step in range(shape[STEPS]):
        _transpose(shape, w, turned)
        first = 0
        while first < samples:  # a range whose step is no constant could raise
            n = min(tile, samples - first)
            h = tx
            if shape[PICKS] > 0:
                _gather(shape, order, step, first, n, x, tx)
            else:
                h = beyond(x, first * inputs)
            _gather_lanes(shape, order, step, first, n, outputs, y, ty)
            if weighted:
                _gather_lanes(shape, order, step, first, n, 1, weights, counts)
            e = _forward(shape, w, a, d, h, zero, eps, n)
            _derive(shape, e, ty, counts, lanes, n, weighted)
            _backward(shape, w, g, d, e, d, h, zero, one, n, first == 0)
            first += n
        if shape[TIES] > 0:
            join_uses(shape, g)
        if penalised:
            _penalise(shape, constants[4], constants[5], w, g)
        powers = at(memory, 2 * parameters)
        lost = optimise(
            shape[OPTIMISER], spread(constants[0]), constants, powers, w, g, memory,
            at(memory, parameters), parameters,
        )  # fmt: skip
        if not every(lost < 1.0) and not _all_finite(shape, w):
            ended[0] = shape[MADE] + step + 1
            return
