"""Training one net at a time, eight outputs of a layer in the lanes: for nets that are wide.

Eight wide replicas do not fit the cache; one does. The beats, the order of every sum and so all
numbers are those of :mod:`dlbook.arithmetic.kernels.replicas`. What differs is where numbers lie:

- a row of a layer's signals, or of its weights ``(in + 1, out)``, biases last, fills whole vectors,
  an odd number of them, lest the rows of one column meet at one place of the cache. What is beyond
  the outputs starts as 0, and no output is a function of it;
- the sums over a layer's outputs run along rows of the transposed weights, made once a step;
- the loss takes a sample per lane, as if samples were replicas, so that it is the same function.

:mod:`dlbook.arithmetic.wide` fills in

- ``shape``: how many layers; the numbers of the activation, the loss and the optimiser; how many
  samples a step sees; the vectors of all parameters, and those that the widest layer takes for a
  tile; how many steps; the samples of a tile; how far the picks of a step are from those of the
  next; then the widths, inputs first;
- ``constants``: as for replicas;
- ``picks``, the samples of each step, by their numbers; ``x`` ``(n, in)``, ``y`` ``(n, out)`` and
  the samples' weights ``(n)``, each number once; the parameters ``w`` and the ``memory``;
- ``work``, zeros, and ``made``, for the number of steps that the run made.
"""

from dlbook.arithmetic.kernels.lanes import LANES, Pointer, Wholes, at, every, kernel, put
from dlbook.arithmetic.kernels.optimising import add_penalties, optimise
from dlbook.arithmetic.kernels.pointwise import KEEPS_SUMS, activate, descend, differentiate, weigh
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
    W, T = at(w, (shape[10] + 1) * _row(shape[11])), turned
    for layer in range(1, shape[0]):
        inputs, outputs = shape[10 + layer], shape[11 + layer]
        row, long = _row(outputs), _row(inputs)
        for first in range(0, inputs, LANES):
            lanes = min(LANES, inputs - first)
            for j in range(outputs):
                for lane in range(lanes):
                    T[j * long * LANES + first + lane] = W[(first + lane) * row * LANES + j]
        W, T = at(W, (inputs + 1) * row), at(T, outputs * long)


@kernel
def _gather(picks: Wholes, start: int, n: int, width: int, source: Pointer, rows: Pointer) -> None:
    """Write the rows of the samples that are picked, one after the other."""
    for s in range(n):
        pick = picks[start + s]
        for i in range(width):
            rows[s * width + i] = source[pick * width + i]


@kernel
def _gather_lanes(
    picks: Wholes, start: int, n: int, width: int, source: Pointer, lanes: Pointer
) -> None:
    """Write the same with a sample per lane."""
    for s in range(n):
        pick, place = picks[start + s], (s // LANES) * width * LANES + s % LANES
        for j in range(width):
            lanes[place + j * LANES] = source[pick * width + j]


@kernel
def _derive(shape: Wholes, o: Pointer, y: Pointer, counts: Pointer, turned: Pointer, n: int,
    weighted: bool) -> None:  # fmt: skip
    """Write the derivatives of the loss over the outputs o of n samples."""
    width, blocks = shape[10 + shape[0]], _filled(n)
    row = _row(width) * LANES
    for s in range(n):
        place = (s // LANES) * width * LANES + s % LANES
        for j in range(width):
            turned[place + j * LANES] = o[s * row + j]
    differentiate(shape[2], turned, y, blocks, width, 1.0 / shape[4])
    if weighted:
        weigh(turned, counts, blocks, width)
    for s in range(n):
        place = (s // LANES) * width * LANES + s % LANES
        for j in range(width):
            o[s * row + j] = turned[place + j * LANES]


@kernel
def _forward(shape: Wholes, w: Pointer, a: Pointer, d: Pointer, x: Pointer, n: int) -> Pointer:
    """Write all signals, and sums if need be, of n samples; the outputs' address."""
    depth, units, tile, widest = shape[0], shape[1], shape[8], shape[6]
    h, along, above, W = x, shape[10], a, w
    for layer in range(depth):
        inputs, outputs = shape[10 + layer], shape[11 + layer]
        row, b = _row(outputs), at(W, inputs * _row(outputs))
        z = d if units < KEEPS_SUMS else at(above, depth * widest)
        z = z if layer < depth - 1 else above
        add_wide_products(z, row, b, 0, h, along, 1, W, row, n, _filled(outputs), inputs)
        if layer < depth - 1:
            activate(units, z, above, n * row)
        h, along, above, W = above, row * LANES, at(above, tile * row), at(b, row)
    return h


@kernel
def _backward(
    shape: Wholes, turned_end: Pointer, g_end: Pointer, e: Pointer, d: Pointer, x: Pointer,
    zero: Pointer, one: Pointer, n: int, begin: bool,
) -> None:  # fmt: skip
    """Begin the gradient g with what the errors e of the outputs of n samples give, or add it.

    It goes through g and the turned weights from their ends. A bias is the weight of an input 1.
    """
    depth, units, tile, widest = shape[0], shape[1], shape[8], shape[6]
    G, T = g_end, turned_end
    for layer in range(depth - 1, -1, -1):
        inputs, outputs = shape[10 + layer], shape[11 + layer]
        row, long, full = _row(outputs), _row(inputs), _filled(outputs)
        G = at(G, -(inputs + 1) * row)
        h, along = at(e, -tile * long), long * LANES
        if layer == 0:
            h, along = x, inputs
        b = at(G, inputs * row)
        S, B, s = (zero, zero, 0) if begin else (G, b, row)
        add_wide_products(G, row, S, s, h, 1, along, e, row, inputs, full, n)
        add_wide_products(b, row, B, 0, one, 0, 0, e, row, 1, full, n)
        if layer > 0:
            T = at(T, -outputs * long)
            add_wide_products(
                d, long, zero, 0, e, row * LANES, 1, T, long, n, _filled(inputs), outputs
            )
            descend(units, d, h, at(h, depth * widest), n * long)
        e = h


@kernel
def _penalise(shape: Wholes, l1: float, l2: float, w: Pointer, g: Pointer) -> None:
    start = 0
    for layer in range(shape[0]):
        row = _row(shape[11 + layer])
        weights = shape[10 + layer] * row
        add_penalties(l1, l2, at(w, start), at(g, start), weights)
        start += weights + row


@kernel
def _all_finite(shape: Wholes, w: Pointer) -> bool:
    """Whether the parameters are, whatever is beyond them: ε = 0 makes 0 / 0 of it."""
    start = 0
    for layer in range(shape[0]):
        outputs = shape[11 + layer]
        for _ in range(shape[10 + layer] + 1):
            for j in range(outputs):
                if w[start + j] * 0.0 != 0.0:
                    return False
            start += _row(outputs) * LANES
    return True


def train_outputs(
    shape: Wholes, constants: Pointer, picks: Wholes, x: Pointer, y: Pointer, weights: Pointer,
    w: Pointer, memory: Pointer, work: Pointer, made: Wholes,
) -> None:  # fmt: skip
    """Train one net; the head of the module says what the arguments hold."""
    depth, samples, parameters, tile = shape[0], shape[4], shape[5], shape[8]
    inputs, outputs = shape[10], shape[10 + depth]
    weighted = constants[6] > 0.0
    turns = 0
    for layer in range(1, depth):
        turns += shape[11 + layer] * _row(shape[10 + layer])
    one, zero = work, at(work, 1)  # zero: a row as long as the widest layer's
    g = at(zero, shape[6] // tile)
    turned = at(g, parameters)
    d = at(turned, turns)
    gx = at(d, shape[6])
    gy = at(gx, _filled(tile * inputs))
    to = at(gy, _filled(tile) * outputs)
    counts = at(to, _filled(tile) * outputs)
    a = at(counts, _filled(tile))
    m, v, powers = memory, at(memory, parameters), at(memory, 2 * parameters)
    put(one, 0, 1.0)
    for step in range(shape[7]):
        _transpose(shape, w, turned)
        first = 0
        while first < samples:
            n = min(tile, samples - first)
            start = step * shape[9] + first
            _gather(picks, start, n, inputs, x, gx)
            _gather_lanes(picks, start, n, outputs, y, gy)
            _gather_lanes(picks, start, n, 1, weights, counts)
            e = _forward(shape, w, a, d, gx, n)
            _derive(shape, e, gy, counts, to, n, weighted)
            _backward(shape, d, turned, e, d, gx, zero, one, n, first == 0)
            first += n
        if constants[4] > 0.0 or constants[5] > 0.0:
            _penalise(shape, constants[4], constants[5], w, g)
        lost = optimise(shape[3], constants, powers, w, g, m, v, parameters)
        made[0] = step + 1
        if not every(lost < 1.0) and not _all_finite(shape, w):
            return
