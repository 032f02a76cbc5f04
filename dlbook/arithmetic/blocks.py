"""Models in blocks of eight, as the compiled code takes them: a number of each in every vector."""

import math
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dlbook.arithmetic.one_model import LOSSES_OF_SAMPLES, OPTIMISERS, UNITS, Training
from dlbook.arithmetic.specification import Doubles
from dlbook.base.lookup import lookup

LANES = 8
_FIRST_CACHE, _LINE = 2**15, 64
Wholes = NDArray[np.intp]
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


def out_of_lanes(values: Doubles) -> Doubles:
    """What :func:`in_lanes` was given, ``(8, n)``."""
    return values.reshape(-1, LANES).T


def members(first: int, models: int) -> Wholes:
    """The models of the block that begins with ``first``; the last one fills it up."""
    return np.minimum(np.arange(first, first + LANES), models - 1)


def tile(widths: tuple[int, ...]) -> int:
    """How many samples go through the net together: their signals fill the first cache at most.

    An even number, because sums run two samples beside two units. The results do not know of it.
    """
    vectors = sum(widths[1:]) + max(widths)
    fitting = _FIRST_CACHE // (LANES * 8 * vectors)
    return min(16, max(2, fitting - fitting % 2))


def work_size(training: Training) -> int:
    """The vectors that a step works in: zero, gradient, a tile's data, errors, and its signals."""
    widths, size = training.widths, tile(training.widths)
    data = size * (widths[0] + widths[-1] + 1)
    return 1 + training.parameters + data + size * max(widths) * (4 * len(widths) - 3)


def numbers(training: Training) -> tuple[int, int, int]:
    """Those of activation, loss and optimiser.

    Raises:
        ValueError: a name is unknown.
    """
    names: dict[Which, str] = {
        "activation": training.units, "loss": training.loss, "optimiser": training.optimiser,
    }  # fmt: skip
    found = [lookup(kind, name, _NUMBERS[kind]) for kind, name in names.items()]
    return found[0], found[1], found[2]


def shape(
    training: Training, samples: int, steps: int = 0, made: int = 0, picks: bool = False
) -> Wholes:
    """The description that :mod:`dlbook.arithmetic.kernels.layers` reads."""
    depth, size = len(training.widths) - 1, tile(training.widths)
    widest = size * max(training.widths)
    head = (depth, *numbers(training), samples, training.parameters, widest, steps, size, made)
    sources = {end: begin for begin, end in training.skips}
    rows = []
    for number in range(1, depth + 1):
        units = numbers(training)[0] if number < depth else _NUMBERS["activation"]["identity"]
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
