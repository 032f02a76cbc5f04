"""Models in blocks of eight, as the compiled code takes them: a number of each in every vector."""

import math
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from dlbook.arithmetic.one_model import LOSSES_OF_SAMPLES, OPTIMISERS, UNITS, Training
from dlbook.arithmetic.specification import Doubles
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


def work_size(training: Training) -> int:
    """The vectors that a step works in: zero, gradient, a tile's data, errors, and its signals."""
    widths = training.widths
    data = TILE * (widths[0] + widths[-1] + 1)
    return 1 + training.parameters + data + TILE * max(widths) * (4 * len(widths) - 3)


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
    depth, widest = len(training.widths) - 1, TILE * max(training.widths)
    head = (depth, *numbers_of(training), samples, training.parameters, widest, steps, TILE, made)
    sources = {end: begin for begin, end in training.skips}
    rows = []
    for number in range(1, depth + 1):
        units = numbers_of(training)[0] if number < depth else _NUMBERS["activation"]["identity"]
        rows += [*training.widths[number - 1 : number + 1], units, sources.get(number, -1)]
    return np.array([*head, picks, bool(sources), *rows], dtype=np.intp)


def refuse_skips(training: Training) -> None:
    """Refuse residual connections that do not fit the net.

    Raises:
        ValueError: one does not.
    """
    last, widths = len(training.widths) - 1, training.widths
    ends = [end for _, end in training.skips]
    for begin, end in training.skips:
        if not 0 <= begin < end <= last:
            raise ValueError(
                f"a skip from layer {begin} to {end}; they run 0 <= from < to <= {last}"
            )
        if widths[begin] != widths[end]:
            raise ValueError(
                f"a skip from layer {begin}, {widths[begin]} wide, to layer {end}, {widths[end]}"
                " wide; they must be as wide"
            )
        if ends.count(end) > 1:
            raise ValueError(f"{ends.count(end)} skips end at layer {end}; one may")


def refuse(training: Training, rows: Doubles, data: dict[str, Doubles], samples: int) -> None:
    """Refuse what compiled code would not notice: parameters and data of shapes that do not fit.

    Raises:
        ValueError: they do not.
    """
    refuse_skips(training)
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
