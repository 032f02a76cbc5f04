"""Training eight nets at once, one in each lane: narrow nets of one shape, a replica to a lane.

The beats are those of :mod:`dlbook.arithmetic.one_model`: forward, error, gradient, step. Samples
go through the net in tiles that stay in the first cache; since each sum over the samples goes on
where the tile before it stopped, the numbers do not know of tiles. Within a tile several sums run
side by side, because a sum must wait for itself.

Everything is counted in vectors. :mod:`dlbook.arithmetic.stack` fills in

- ``shape``, see :mod:`dlbook.arithmetic.kernels.layers`;
- ``constants``: the optimiser's rate, first and second decay, and ε; the penalties' λ, l1 and l2,
  above 0 where a replica has one; 1 where samples have weights, else 0;
- ``strengths``: of each replica the rate, and the penalties' λ, l1 and l2;
- ``x`` ``(n, in)``, ``y`` ``(n, out)`` and the samples' weights ``(n)``; where samples are picked,
  all data of all replicas, each number once;
- where samples are picked, ``order``, their numbers, and ``places``: for each lane, where in the
  order its next step begins, and where in x, y and the weights its data do;
- the parameters ``w``, the optimiser's ``memory``, and ``work``: a vector of 0, one of the ε of
  batch normalisation, and room for gradient and signals;
- ``result``, for the parameters of each replica whose run ends, and ``ended``, 0 at first, for the
  number of steps that it made.
"""

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
)
from dlbook.arithmetic.kernels.layers import (
    DEPTH,
    INPUTS,
    LOSS,
    MADE,
    OPTIMISER,
    OUTPUTS,
    OWNER,
    PARAMETERS,
    PICKS,
    SAMPLES,
    STEPS,
    TIES,
    TILE,
    USES,
    WEIGHTS,
    WIDEST,
    backward_tile,
    forward_tile,
    join_uses,
    of_layer,
)
from dlbook.arithmetic.kernels.optimising import add_penalties, optimise
from dlbook.arithmetic.kernels.pointwise import differentiate, weigh


@kernel
def _pick(
    source: Pointer, width: int, order: Wholes, places: Wholes, what: int, first: int, n: int,
    target: Pointer,
) -> None:  # fmt: skip
    """Write the rows of the n samples that the order names from ``first`` on, lane by lane."""
    for lane in range(LANES):
        start, picks = places[what * LANES + lane], places[lane] + first
        for s in range(n):
            row = start + order[picks + s] * width
            for j in range(width):
                target[(s * width + j) * LANES + lane] = source[row + j]


@kernel
def _penalise(shape: Wholes, l1: Vector, l2: Vector, w: Pointer, g: Pointer) -> None:
    """Add to the gradient what the penalties give, at weights and not at biases."""
    for layer in range(shape[DEPTH]):
        if of_layer(shape, layer, OWNER) == layer:
            inputs, outputs = of_layer(shape, layer, INPUTS), of_layer(shape, layer, OUTPUTS)
            start = of_layer(shape, layer, WEIGHTS)
            add_penalties(l1, l2, at(w, start), at(g, start), inputs * outputs)


@kernel
def _end(lost: Vector, made: int, count: int, w: Pointer, result: Pointer, ended: Pointer) -> None:
    """Keep what the replicas are that are lost now, and the number of steps that they made."""
    put(result, count, lost)
    for lane in range(LANES):
        now = result[count * LANES + lane]
        if now != now and ended[lane] == 0.0:
            ended[lane] = made
            for p in range(count):
                result[p * LANES + lane] = w[p * LANES + lane]


def train_replicas(
    shape: Wholes, constants: Pointer, strengths: Pointer, x: Pointer, y: Pointer,
    weights: Pointer, order: Wholes, places: Wholes, w: Pointer, memory: Pointer, work: Pointer,
    result: Pointer, ended: Pointer,
) -> None:  # fmt: skip
    """Train eight replicas; the head of the module says what the arguments hold."""
    depth, samples, parameters, tile = shape[DEPTH], shape[SAMPLES], shape[PARAMETERS], shape[TILE]
    inputs, outputs = of_layer(shape, 0, INPUTS), of_layer(shape, depth - 1, OUTPUTS)
    weighted, penalised = constants[6] > 0.0, constants[4] > 0.0 or constants[5] > 0.0
    still, g = work, at(work, 2)
    tx = at(g, shape[USES])
    ty = at(tx, tile * inputs)
    counts = at(ty, tile * outputs)
    d = at(counts, tile)
    a = at(d, shape[WIDEST])
    for step in range(shape[STEPS]):
        for p in range(shape[USES]):
            put(g, p, 0.0)
        first = 0
        while first < samples:  # a range whose step is no constant could raise
            n = min(tile, samples - first)
            if shape[PICKS] > 0:
                seen = step * samples + first
                _pick(x, inputs, order, places, 1, seen, n, tx)
                _pick(y, outputs, order, places, 2, seen, n, ty)
                if weighted:
                    _pick(weights, 1, order, places, 3, seen, n, counts)
            else:
                tx, ty, counts = at(x, first * inputs), at(y, first * outputs), at(weights, first)
            e = forward_tile(shape, w, a, d, tx, still, n)
            differentiate(shape[LOSS], e, ty, n, outputs, 1.0 / samples)
            if weighted:
                weigh(e, counts, n, outputs)
            backward_tile(shape, w, g, e, a, d, tx, still, n)
            first += n
        if shape[TIES] > 0:
            join_uses(shape, g)
        if penalised:
            _penalise(shape, fetch(strengths, 1), fetch(strengths, 2), w, g)
        powers = at(memory, 2 * parameters)
        lost = optimise(
            shape[OPTIMISER], fetch(strengths, 0), constants, powers, w, g, memory,
            at(memory, parameters), parameters,
        )  # fmt: skip
        if not every(lost < 1.0):
            _end(lost, shape[MADE] + step + 1, parameters, w, result, ended)
