"""Models in blocks of eight, as the compiled code takes them: a number of each in every vector."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from dlbook.arithmetic.one_model import LOSSES_OF_SAMPLES, OPTIMISERS, UNITS, Training
from dlbook.arithmetic.specification import Doubles
from dlbook.arithmetic.structure import refuse_links
from dlbook.base.lookup import lookup

LANES = 8
TILE = 8  # samples that go through the net together; the results do not know of it
_LINE = 64
Indices = NDArray[np.intp]
Which = Literal["activation", "loss", "optimiser"]
_NUMBERS: dict[Which, dict[str, int]] = {
    "activation": {name: number for number, name in enumerate(UNITS)},
    "loss": {name: number for number, name in enumerate(LOSSES_OF_SAMPLES)},
    "optimiser": {name: number for number, name in enumerate(OPTIMISERS)},
}


def room(*sizes: int) -> Doubles:
    """Zeros that begin where a line of the cache does, so that no vector lies across two."""
    whole = np.zeros(math.prod(sizes) * 8 + _LINE, dtype=np.uint8)
    skip = -whole.ctypes.data % _LINE
    return whole[skip : skip + math.prod(sizes) * 8].view(np.float64).reshape(sizes)


def in_lanes(values: Doubles) -> Doubles:
    """Of values ``(8, …)`` or ``(1, …)`` the eight of each place side by side: ``(…, 8)``, flat."""
    spread = np.broadcast_to(values.reshape(len(values), -1), (LANES, values[0].size))
    found = room(values[0].size, LANES)
    found[:] = spread.T
    return found


def in_blocks(values: Doubles) -> Doubles:
    """Of values ``(8 b, …)`` those of each block as :func:`in_lanes` has them: ``(b, …, 8)``."""
    rows = values.reshape(-1, LANES, values[0].size)
    found = room(len(rows), values[0].size, LANES)
    found[:] = rows.transpose(0, 2, 1)
    return found


def out_of_blocks(values: Doubles) -> Doubles:
    """What :func:`in_blocks` was given, ``(8 b, n)``."""
    return values.transpose(0, 2, 1).reshape(-1, values.shape[1])


def places_of(values: NDArray[Any]) -> range:
    """Where each block's part begins."""
    first, size = values.ctypes.data, values[0].nbytes
    return range(first, first + len(values) * size, size)


def of_block(first: int, models: int) -> Indices:
    """The models of the block that begins with ``first``; the last one fills it up."""
    return np.minimum(np.arange(first, first + LANES), models - 1)


def tile_of_step(training: Training, samples: int) -> int:
    """The samples that go through the net together: all, where a layer's are normalised."""
    return TILE if training.batch_norm is None else samples


def uses_of(training: Training) -> tuple[int, int]:
    """The derivatives that all layers give: by weights and biases, and by scales too."""
    layers = list(pairwise(training.widths))
    dense = sum((inputs + 1) * outputs for inputs, outputs in layers)
    normed = 0 if training.batch_norm is None else sum(training.widths[1:-1])
    return dense, dense + normed


def rooms_of(training: Training) -> int:
    """How many rooms as large as the signals of a tile there are, they included."""
    return 4 if training.batch_norm is None else 6


def work_size(training: Training, samples: int) -> int:
    """The vectors that a step works in: 0, ε, derivatives, a tile's data, errors, and signals."""
    widths, tile = training.widths, tile_of_step(training, samples)
    data, rooms = tile * (widths[0] + widths[-1] + 1), rooms_of(training) * (len(widths) - 1)
    return 2 + uses_of(training)[1] + data + tile * max(widths) * (rooms + 1)


def numbers_of(training: Training) -> tuple[int, int, int]:
    """Those of activation, loss and optimiser.

    Raises:
        ValueError: a name is unknown.
    """
    names: dict[Which, str] = {
        "activation": training.units, "loss": training.loss, "optimiser": training.optimiser,
    }  # fmt: skip
    found = [lookup(kind, name, _NUMBERS[kind]) for kind, name in names.items()]
    return found[0], found[1], found[2]


def description(
    training: Training, samples: int, steps: int = 0, made: int = 0, picks: bool = False
) -> Indices:
    """The description that :mod:`dlbook.arithmetic.kernels.layers` reads."""
    tile = tile_of_step(training, samples)
    head = (
        len(training.widths) - 1, *numbers_of(training), samples, training.parameters,
        tile * max(training.widths), steps, tile, made, picks, bool(training.skips),
        *uses_of(training), bool(training.ties),
    )  # fmt: skip
    return np.array([*head, *layer_rows(training, training.widths, training.rows.starts)], np.intp)


def layer_rows(training: Training, along: Sequence[int], starts: Sequence[int]) -> list[int]:
    """The rows of the layers, in that description.

    Args:
        training: the net.
        along: of each layer's signals, the inputs first, the vectors that those of a sample take.
        starts: of each block of the parameters the vectors before it.
    """
    rows, sources = training.rows, {end: begin for begin, end in training.skips}
    depth, found = len(training.widths) - 1, []
    for number in range(1, depth + 1):
        units = numbers_of(training)[0] if number < depth else _NUMBERS["activation"]["identity"]
        normed = bool(rows.scales) and number < depth
        found += [
            *training.widths[number - 1 : number + 1], units, sources.get(number, -1),
            along[number], rows.owners[number - 1], starts[rows.dense[number - 1]],
            starts[rows.scales[number - 1]] if normed else -1,
        ]  # fmt: skip
    return found


def refuse(training: Training, rows: Doubles, data: dict[str, Doubles], samples: int) -> None:
    """Refuse what compiled code would not notice: parameters and data of shapes that do not fit.

    Raises:
        ValueError: they do not.
    """
    refuse_links(training.widths, training.skips, training.ties)
    models = len(rows)
    if rows.shape != (models, training.parameters) or models == 0:
        want = f"(s, {training.parameters}) for widths {training.widths}"
        raise ValueError(f"parameters of shape {rows.shape}: they must be {want}")
    if samples == 0:
        raise ValueError("no samples; take 1 or more")
    widths = {"inputs": training.widths[0], "targets": training.widths[-1], "weights": 1}
    for what, part in data.items():
        width = widths[what]
        if part.shape not in ((samples, width), (models, samples, width)):
            want = f"({samples}, {width}) or ({models}, {samples}, {width})"
            raise ValueError(f"{what} of shape {part.shape}: they must be {want}")
