"""A tile of samples through all layers, and the errors back: the beats of the text on eight nets.

``shape`` describes the nets in whole numbers: a head, whose places have names here, then a row for
each layer. What a kind of layer needs one day is a further place in its row, which those that do
without it leave alone. Everything is counted in vectors.
"""

from dlbook.arithmetic.kernels.lanes import Pointer, Wholes, at, fetch, kernel, put
from dlbook.arithmetic.kernels.pointwise import IDENTITY, KEEPS_SUMS, activate, descend
from dlbook.arithmetic.kernels.products import add_errors, add_products

# The head: how many layers; the number of the hidden layers' activation; of the loss; of the
# optimiser; the samples of a step; the parameters; the vectors that the widest layer takes for a
# tile; how many steps; the samples of a tile; the steps made before; whether samples are picked;
# whether there are skips.
DEPTH, HIDDEN, LOSS, OPTIMISER, SAMPLES, PARAMETERS, WIDEST, STEPS, TILE, MADE, PICKS, SKIPS = (
    range(12)
)
HEAD = 12
# A layer's row: its inputs and outputs; its activation; the layer whose signals are added to its
# own, 0 for the inputs of the net, -1 if there is none.
ROW = 4
INPUTS, OUTPUTS, UNITS_OF, SOURCE = range(ROW)


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
def forward_tile(shape: Wholes, w: Pointer, a: Pointer, d: Pointer, x: Pointer, n: int) -> Pointer:
    """Write the signals of all layers for n samples to a; return where the last layer's are.

    Behind the signals there is as much room again, three times: for the sums of layers whose slope
    is taken there, for f(z) where a skip ends, and for errors that a skip carries back. d is lost.
    """
    depth, room = shape[DEPTH], shape[DEPTH] * shape[WIDEST]
    h, above, W = x, a, w
    for layer in range(depth):
        inputs, outputs = of_layer(shape, layer, INPUTS), of_layer(shape, layer, OUTPUTS)
        units, source = of_layer(shape, layer, UNITS_OF), of_layer(shape, layer, SOURCE)
        b, z = at(W, inputs * outputs), d
        if units == IDENTITY:
            z = above
        elif units >= KEEPS_SUMS:
            z = at(above, room)
        add_products(z, outputs, 1, b, 0, 1, h, inputs, 1, W, 1, outputs, n, outputs, inputs)
        own = above
        if units != IDENTITY:
            own = above if source < 0 else at(above, 2 * room)
            activate(units, z, own, n * outputs)
        if source >= 0:
            add(above, own, signals_at(shape, x, a, source), n * outputs)
        h, above, W = above, at(above, shape[TILE] * outputs), at(b, outputs)
    return h


@kernel
def backward_tile(
    shape: Wholes, w: Pointer, g: Pointer, e: Pointer, a: Pointer, d: Pointer, x: Pointer,
    zero: Pointer, n: int,
) -> None:  # fmt: skip
    """Add to the gradient g what n samples give; e, the errors of the outputs, stand over them."""
    depth, room = shape[DEPTH], shape[DEPTH] * shape[WIDEST]
    G, W = at(g, shape[PARAMETERS]), at(w, shape[PARAMETERS])
    if shape[SKIPS] > 0:
        copy(
            at(signals_at(shape, x, a, depth), 3 * room), e, n * of_layer(shape, depth - 1, OUTPUTS)
        )
    for layer in range(depth - 1, -1, -1):
        inputs, outputs = of_layer(shape, layer, INPUTS), of_layer(shape, layer, OUTPUTS)
        G, W = at(G, -(inputs + 1) * outputs), at(W, -(inputs + 1) * outputs)
        h = signals_at(shape, x, a, layer)
        add_products(G, 1, outputs, G, 1, outputs, e, 1, outputs, h, 1, inputs, outputs, inputs, n)
        add_errors(at(G, inputs * outputs), e, n, outputs)
        if layer > 0:
            add_products(d, inputs, 1, zero, 0, 0, e, outputs, 1, W, outputs, 1, n, inputs, outputs)
            units = of_layer(shape, layer - 1, UNITS_OF)
            own = h
            if shape[SKIPS] > 0:
                _add_carried(shape, a, d, x, layer, 3 * room, n * inputs)
                if of_layer(shape, layer - 1, SOURCE) >= 0 and units != IDENTITY:
                    own = at(h, 2 * room)
            descend(units, d, own, at(h, room), n * inputs)
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
