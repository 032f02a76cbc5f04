"""The signals of eight nets at once for many samples, which go through them in tiles."""

from dlbook.arithmetic.kernels.lanes import Pointer, Wholes, at, fetch, put
from dlbook.arithmetic.kernels.layers import (
    DEPTH,
    INPUTS,
    OUTPUTS,
    SAMPLES,
    TILE,
    WIDEST,
    forward_tile,
    of_layer,
    signals_at,
)


def predict_replicas(
    shape: Wholes, first: int, w: Pointer, x: Pointer, work: Pointer, found: Pointer
) -> None:
    """Write the signals ``(n, width)`` of the layers from ``first`` on, one layer after the other.

    Layers are counted from 1. ``work`` is a vector of 0, one of the ε of batch normalisation, and
    room for a tile's sums and signals.
    """
    depth, samples = shape[DEPTH], shape[SAMPLES]
    still, d = work, at(work, 2)
    a, done = at(d, shape[WIDEST]), 0
    while done < samples:
        n = min(shape[TILE], samples - done)
        tile = at(x, done * of_layer(shape, 0, INPUTS))
        forward_tile(shape, w, a, d, tile, still, n)
        target = found
        for number in range(first, depth + 1):
            width = of_layer(shape, number - 1, OUTPUTS)
            signals, place = signals_at(shape, tile, a, number), at(target, done * width)
            for i in range(n * width):
                put(place, i, fetch(signals, i))
            target = at(target, samples * width)
        done += n
