"""Training eight nets at once, one in each lane: narrow nets of one shape, a replica to a lane.

The beats are those of :mod:`dlbook.arithmetic.one_model`: forward, error, gradient, step. Samples
go through the net in tiles that stay in the first cache; since each sum over the samples goes on
where the tile before it stopped, the numbers do not know of tiles. Within a tile several sums run
side by side, because a sum must wait for itself.

Everything is counted in vectors. :mod:`dlbook.arithmetic.stack` fills in

- ``shape``: how many layers; the numbers of the activation, the loss and the optimiser; how many
  samples and parameters; the vectors that the widest layer takes for a tile; how many steps; the
  samples of a tile; then the widths, inputs first;
- ``constants``: the optimiser's rate, first and second decay, and ε; the penalties' λ, l1 and l2;
  1 where samples have weights, else 0;
- ``x`` ``(n, in)``, ``y`` ``(n, out)``, the samples' weights ``(n)``, the parameters ``w``, and the
  optimiser's ``memory``;
- ``work``, room for the gradient and the signals, ``result``, for the parameters of each replica
  when its run ended, and ``ended``, below 0 at first, for the number of steps that it made.
"""

from dlbook.arithmetic.kernels.elementary import NAN
from dlbook.arithmetic.kernels.lanes import (
    LANES,
    Pointer,
    Vector,
    Wholes,
    at,
    every,
    kernel,
    put,
    spread,
)
from dlbook.arithmetic.kernels.optimising import add_penalties, optimise
from dlbook.arithmetic.kernels.pointwise import KEEPS_SUMS, activate, descend, differentiate, weigh
from dlbook.arithmetic.kernels.products import add_errors, add_products


@kernel
def _tile(
    shape: Wholes, w: Pointer, g: Pointer, a: Pointer, d: Pointer, x: Pointer, y: Pointer,
    counts: Pointer, weighted: bool, zero: Pointer, n: int,
) -> None:  # fmt: skip
    """Add to the gradient g what n samples give; a holds all signals, and sums if need be."""
    depth, units, tile = shape[0], shape[1], shape[8]
    h, above, W = x, a, w
    for layer in range(depth):
        inputs, outputs = shape[9 + layer], shape[10 + layer]
        z = d if units < KEEPS_SUMS else at(above, depth * shape[6])
        z = z if layer < depth - 1 else above
        b = at(W, inputs * outputs)
        add_products(z, outputs, b, 0, 1, h, inputs, 1, W, 1, outputs, n, outputs, inputs)
        if layer < depth - 1:
            activate(units, z, above, n * outputs)
        h, above, W = above, at(above, tile * outputs), at(b, outputs)
    e, G = h, at(g, shape[5])
    differentiate(shape[2], e, y, n, shape[9 + depth], 1.0 / shape[4])
    if weighted:
        weigh(e, counts, n, shape[9 + depth])
    for layer in range(depth - 1, -1, -1):
        inputs, outputs = shape[9 + layer], shape[10 + layer]
        size = (inputs + 1) * outputs
        G, W = at(G, -size), at(W, -size)
        h = x if layer == 0 else at(e, -tile * inputs)
        add_products(G, outputs, G, outputs, 1, h, 1, inputs, e, 1, outputs, inputs, outputs, n)
        add_errors(at(G, inputs * outputs), e, n, outputs)
        if layer > 0:
            add_products(d, inputs, zero, 0, 0, e, outputs, 1, W, outputs, 1, n, inputs, outputs)
            descend(units, d, h, at(h, depth * shape[6]), n * inputs)
        e = h


@kernel
def _penalise(shape: Wholes, l1: float, l2: float, w: Pointer, g: Pointer) -> None:
    """Add to the gradient what the penalties give, at weights and not at biases."""
    start = 0
    for layer in range(shape[0]):
        inputs, outputs = shape[9 + layer], shape[10 + layer]
        add_penalties(l1, l2, at(w, start), at(g, start), inputs * outputs)
        start += (inputs + 1) * outputs


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
    shape: Wholes, constants: Pointer, x: Pointer, y: Pointer, weights: Pointer,
    w: Pointer, memory: Pointer, work: Pointer, result: Pointer, ended: Pointer,
) -> None:  # fmt: skip
    """Train eight replicas; the head of the module says what the arguments hold."""
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
            tx, ty, counts = at(x, first * inputs), at(y, first * outputs), at(weights, first)
            _tile(shape, w, g, a, d, tx, ty, counts, constants[6] > 0.0, zero, n)
            first += n
        if constants[4] > 0.0 or constants[5] > 0.0:
            _penalise(shape, constants[4], constants[5], w, g)
        lost = optimise(optimiser, constants, powers, w, g, m, v, parameters)
        if not every(lost < 1.0):
            _end(lost, step + 1, parameters, w, result, ended)
    _end(spread(NAN), steps, parameters, w, result, ended)
