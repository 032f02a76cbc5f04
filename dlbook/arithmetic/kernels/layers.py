"""A tile of samples through all layers, and the errors back: the beats of the text on eight nets.

``shape`` describes the nets in whole numbers: a head, whose places have names here, then a row for
each layer. What a kind of layer needs one day is a further place in its row, which those that do
without it leave alone. Everything is counted in vectors.
"""

from dlbook.arithmetic.kernels.lanes import Pointer, Wholes, at, fetch, kernel, put
from dlbook.arithmetic.kernels.normalising import descend_norm, normalise
from dlbook.arithmetic.kernels.pointwise import IDENTITY, KEEPS_SUMS, activate, descend
from dlbook.arithmetic.kernels.products import add_errors, add_products

# The head: how many layers; the number of the hidden layers' activation; of the loss; of the
# optimiser; the samples of a step; the parameters; the vectors that the widest layer takes for a
# tile; how many steps; the samples of a tile; the steps made before; whether samples are picked;
# whether there are skips; the vectors of the derivatives by the weights and biases of all layers,
# by their scales too, and whether some share parameters.
(
    DEPTH, HIDDEN, LOSS, OPTIMISER, SAMPLES, PARAMETERS, WIDEST, STEPS, TILE, MADE, PICKS, SKIPS,
    DENSE, USES, TIES,
) = range(15)  # fmt: skip
HEAD = 15
# A layer's row: its inputs and outputs; its activation; the layer whose signals are added to its
# own, 0 for the inputs of the net, -1 if there is none; the vectors that a row of its outputs
# takes; the layer whose parameters it applies; the vectors before its weights among the
# parameters, and before its scales, -1 if it is not normalised.
ROW = 8
INPUTS, OUTPUTS, UNITS_OF, SOURCE, ALONG, OWNER, WEIGHTS, SCALES = range(ROW)
# The rooms behind the signals, each as large: for the sums of layers whose slope is taken there,
# for f(z) where a skip ends, for errors that a skip carries back, and, where there is batch
# normalisation, for what it keeps: signals of mean 0 and mean square 1, and the divisors' inverses.
SUMS, OWN, CARRIED, UNIT, ROOTS = 1, 2, 3, 4, 5


@kernel
def of_layer(shape: Wholes, layer: int, place: int) -> int:
    """What the row of a layer, counted from 0, holds at that place."""
    return shape[HEAD + ROW * layer + place]


@kernel
def signals_at(shape: Wholes, x: Pointer, a: Pointer, number: int) -> Pointer:
    """Where the signals of a layer stand, counted from 1; 0 are the inputs of the net."""
    if number == 0:
        return x
    start = 0
    for layer in range(number - 1):
        start += shape[TILE] * of_layer(shape, layer, OUTPUTS)
    return at(a, start)


@kernel
def add(target: Pointer, first: Pointer, second: Pointer, n: int) -> None:
    """Write the sums of n vectors and n vectors."""
    for i in range(n):
        put(target, i, fetch(first, i) + fetch(second, i))


@kernel
def copy(target: Pointer, source: Pointer, n: int) -> None:
    """Write n vectors as they are."""
    for i in range(n):
        put(target, i, fetch(source, i))


@kernel
def join_uses(shape: Wholes, g: Pointer) -> None:
    """Sum what layers that share parameters give, the first one first, where the gradient stands.

    At first the derivatives of every layer stand there, one layer after the other.
    """
    found, scales = g, at(g, shape[DENSE])
    for layer in range(shape[DEPTH]):
        count = (of_layer(shape, layer, INPUTS) + 1) * of_layer(shape, layer, ALONG)
        _join(shape, layer, at(g, of_layer(shape, layer, WEIGHTS)), found, count)
        found = at(found, count)
    for layer in range(shape[DEPTH]):
        if of_layer(shape, layer, SCALES) >= 0:
            count = of_layer(shape, layer, ALONG)
            _join(shape, layer, at(g, of_layer(shape, layer, SCALES)), scales, count)
            scales = at(scales, count)


@kernel
def _join(shape: Wholes, layer: int, total: Pointer, found: Pointer, count: int) -> None:
    if of_layer(shape, layer, OWNER) == layer:
        copy(total, found, count)  # which stands there or further behind
    else:
        add(total, total, found, count)


@kernel
def forward_tile(
    shape: Wholes, w: Pointer, a: Pointer, d: Pointer, x: Pointer, still: Pointer, n: int
) -> Pointer:
    """Write the signals of all layers for n samples to a; return where the last layer's are.

    ``still`` are two vectors: 0, and ε of batch normalisation. d is lost.
    """
    depth, room = shape[DEPTH], shape[DEPTH] * shape[WIDEST]
    h, above = x, a
    for layer in range(depth):
        inputs, outputs = of_layer(shape, layer, INPUTS), of_layer(shape, layer, OUTPUTS)
        units, source = of_layer(shape, layer, UNITS_OF), of_layer(shape, layer, SOURCE)
        W, scales = at(w, of_layer(shape, layer, WEIGHTS)), of_layer(shape, layer, SCALES)
        b, z, s = at(W, inputs * outputs), d, 1
        if units == IDENTITY:
            z = above
        elif units >= KEEPS_SUMS:
            z = at(above, SUMS * room)
        first = b
        if scales >= 0:
            first, s = still, 0
        add_products(z, outputs, 1, first, 0, s, h, inputs, 1, W, 1, outputs, n, outputs, inputs)
        if scales >= 0:
            normalise(
                z, at(above, UNIT * room), at(above, ROOTS * room), at(w, scales), b,
                at(still, 1), n, outputs, outputs,
            )  # fmt: skip
        own = above
        if units != IDENTITY:
            own = above if source < 0 else at(above, OWN * room)
            activate(units, z, own, n * outputs)
        if source >= 0:
            add(above, own, signals_at(shape, x, a, source), n * outputs)
        h, above = above, at(above, shape[TILE] * outputs)
    return h


@kernel
def backward_tile(
    shape: Wholes, w: Pointer, g: Pointer, e: Pointer, a: Pointer, d: Pointer, x: Pointer,
    still: Pointer, n: int,
) -> None:  # fmt: skip
    """Add to the gradient g what n samples give; e, the errors of the outputs, stand over them.

    What a layer gives stands apart from what others that share its parameters give.
    """
    depth, room = shape[DEPTH], shape[DEPTH] * shape[WIDEST]
    G, scales_end = at(g, shape[DENSE]), at(g, shape[USES])
    if shape[SKIPS] > 0:
        outputs = of_layer(shape, depth - 1, OUTPUTS)
        copy(at(signals_at(shape, x, a, depth), CARRIED * room), e, n * outputs)
    for layer in range(depth - 1, -1, -1):
        inputs, outputs = of_layer(shape, layer, INPUTS), of_layer(shape, layer, OUTPUTS)
        W, scales = at(w, of_layer(shape, layer, WEIGHTS)), of_layer(shape, layer, SCALES)
        G = at(G, -(inputs + 1) * outputs)
        h, b = signals_at(shape, x, a, layer), at(G, inputs * outputs)
        if scales >= 0:
            above, scales_end = signals_at(shape, x, a, layer + 1), at(scales_end, -outputs)
            descend_norm(
                e, at(above, UNIT * room), at(above, ROOTS * room), at(w, scales), scales_end, b,
                n, outputs, outputs,
            )  # fmt: skip
        add_products(G, 1, outputs, G, 1, outputs, e, 1, outputs, h, 1, inputs, outputs, inputs, n)
        if scales < 0:
            add_errors(b, e, n, outputs)
        if layer > 0:
            add_products(
                d, inputs, 1, still, 0, 0, e, outputs, 1, W, outputs, 1, n, inputs, outputs
            )
            units = of_layer(shape, layer - 1, UNITS_OF)
            own = h
            if shape[SKIPS] > 0:
                _add_carried(shape, a, d, x, layer, CARRIED * room, n * inputs)
                if of_layer(shape, layer - 1, SOURCE) >= 0 and units != IDENTITY:
                    own = at(h, OWN * room)
            descend(units, d, own, at(h, SUMS * room), n * inputs)
            e = own


@kernel
def _add_carried(
    shape: Wholes, a: Pointer, d: Pointer, x: Pointer, number: int, room: int, n: int
) -> None:
    """Add to d, the errors of a layer's signals, those at the ends of its skips; keep the sum."""
    for end in range(number, shape[DEPTH]):
        if of_layer(shape, end, SOURCE) == number:
            add(d, d, at(signals_at(shape, x, a, end + 1), room), n)
    copy(at(signals_at(shape, x, a, number), room), d, n)
