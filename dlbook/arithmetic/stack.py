"""A stack of models trained by compiled code: the same bits as one model after the other."""

import ctypes
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from dlbook.arithmetic import compiled
from dlbook.arithmetic.one_model import LOSSES_OF_SAMPLES, OPTIMISERS, UNITS, Training
from dlbook.arithmetic.specification import Doubles
from dlbook.base.lookup import lookup

_LANES, _FIRST_CACHE = 8, 2**15
_KINDS = (ctypes.c_void_p,) * 10
Which = Literal["activation", "loss", "optimiser"]
_NUMBERS: dict[Which, dict[str, int]] = {
    "activation": {name: number for number, name in enumerate(UNITS)},
    "loss": {name: number for number, name in enumerate(LOSSES_OF_SAMPLES)},
    "optimiser": {name: number for number, name in enumerate(OPTIMISERS)},
}


def train_stack(
    training: Training,
    starts: Doubles,
    x: Doubles,
    y: Doubles,
    steps: int,
    weight: Doubles | None = None,
) -> tuple[Doubles, NDArray[np.int64]]:
    """The parameters ``(s, P)`` after so many steps, and the steps that each model made.

    A model's run ends with the first step after which a parameter of it is not finite.

    Args:
        training: what all the models share.
        starts: their parameters ``(s, P)`` before the first step; they are not changed.
        x: inputs ``(n, in)``, shared, or ``(s, n, in)``.
        y: targets ``(n, out)`` or ``(s, n, out)``.
        steps: how many, from 0 up.
        weight: how often each sample counts, ``(n,)`` or ``(s, n)``; once if ``None``.

    Raises:
        ValueError: shapes that do not fit, or an unknown name.
        ArithmeticError: see :func:`dlbook.arithmetic.compiled.refuse_flushing`.
    """
    compiled.refuse_flushing()
    train = compiled.function("train_replicas", *_KINDS)
    models, samples = len(starts), x.shape[-2]
    weights = np.ones((samples, 1)) if weight is None else weight[..., None]
    _refuse(training, starts, (x, y, weights), steps)
    shape = _shape(training, samples, steps)
    constants = _constants(training, weighted=weight is not None)
    tile = _tile(training.widths)
    widest = tile * max(training.widths)
    work = np.empty((1 + training.parameters + 2 * len(training.widths) * widest) * _LANES)
    found = np.empty_like(starts, dtype=np.float64)
    made = np.empty(models, dtype=np.int64)
    for first in range(0, models, _LANES):
        block = np.minimum(np.arange(first, first + _LANES), models - 1)  # the last fills up
        w = _lanes(starts[block])
        memory = np.zeros((2 * training.parameters + 1) * _LANES)
        memory[-_LANES:] = 1.0
        result, ended = np.empty((training.parameters + 1) * _LANES), np.full(_LANES, -1.0)
        data = [_lanes(part[block] if part.ndim == 3 else part[None]) for part in (x, y, weights)]
        arrays = (shape, constants, *data, w, memory, work, result, ended)
        train(*(array.ctypes.data for array in arrays))
        kept = min(_LANES, models - first)
        rows = result[:-_LANES].reshape(training.parameters, _LANES).T
        found[first : first + kept], made[first : first + kept] = rows[:kept], ended[:kept]
    return found, made


def _lanes(values: Doubles) -> Doubles:
    """Of values ``(8, …)`` or ``(1, …)`` the eight of each place side by side, in one row."""
    spread = np.broadcast_to(values.reshape(len(values), -1), (_LANES, values[0].size))
    return np.ascontiguousarray(spread.T, dtype=np.float64).reshape(-1)


def _shape(training: Training, samples: int, steps: int) -> NDArray[np.intp]:
    names: dict[Which, str] = {
        "activation": training.units, "loss": training.loss, "optimiser": training.optimiser,
    }  # fmt: skip
    numbers = [lookup(kind, name, _NUMBERS[kind]) for kind, name in names.items()]
    tile = _tile(training.widths)
    widest = tile * max(training.widths)
    whole = (len(training.widths) - 1, *numbers, samples, training.parameters, widest, steps, tile)
    return np.array([*whole, *training.widths], dtype=np.intp)


def _constants(training: Training, weighted: bool) -> Doubles:
    optimiser = (training.rate, training.first, training.second, training.eps)
    return np.array([*optimiser, training.l1, training.l2, float(weighted)])


def _refuse(
    training: Training, starts: Doubles, data: tuple[Doubles, Doubles, Doubles], steps: int
) -> None:
    """Refuse what compiled code would not notice."""
    models, samples = len(starts), data[0].shape[-2]
    if starts.shape != (models, training.parameters) or models == 0:
        want = f"(s, {training.parameters}) for widths {training.widths}"
        raise ValueError(f"parameters of shape {starts.shape}: they must be {want}")
    if steps < 0 or samples == 0:
        raise ValueError(f"{steps} steps on {samples} samples; take 0 steps or more, 1 sample")
    widths = (training.widths[0], training.widths[-1], 1)
    for what, part, width in zip(("inputs", "targets", "weights"), data, widths, strict=True):
        if part.shape not in ((samples, width), (models, samples, width)):
            want = f"({samples}, {width}) or ({models}, {samples}, {width})"
            raise ValueError(f"{what} of shape {part.shape}: they must be {want}")


def _tile(widths: tuple[int, ...]) -> int:
    """How many samples go through the net together: their signals fill the first cache at most.

    An even number, because sums run two samples beside two units. The results do not know of it.
    """
    vectors = sum(widths[1:]) + max(widths)
    fitting = _FIRST_CACHE // (_LANES * 8 * vectors)
    return min(16, max(2, fitting - fitting % 2))
