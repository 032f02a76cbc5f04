"""A stack of wide models trained by compiled code, one after the other: the bits of the text."""

import ctypes
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dlbook.arithmetic import compiled
from dlbook.arithmetic.one_model import Training
from dlbook.arithmetic.specification import Doubles
from dlbook.arithmetic.stack import _constants, _refuse, _shape

_LANES, _TILE = 8, 64
_FITTING = 2000  # so many parameters of eight replicas, with gradient and memory, fit that cache
_KINDS = (ctypes.c_void_p,) * 10


def train_wide(
    training: Training,
    starts: Doubles,
    x: Doubles,
    y: Doubles,
    steps: int,
    weight: Doubles | None = None,
    picks: NDArray[np.intp] | None = None,
) -> tuple[Doubles, NDArray[np.int64]]:
    """The same as :func:`dlbook.arithmetic.stack.train_stack`, faster where layers are wide.

    Args:
        training: see there, as for all arguments but the last.
        starts: parameters ``(s, P)``.
        x: inputs ``(n, in)`` or ``(s, n, in)``.
        y: targets ``(n, out)`` or ``(s, n, out)``.
        steps: how many.
        weight: of the samples, ``(n,)`` or ``(s, n)``.
        picks: the numbers of the samples that each step sees, ``(steps, batch)``, for all models,
            or ``(s, steps, batch)``; all samples in their order if ``None``.

    Raises:
        ValueError: see there; or picks of samples that there are not.
        ArithmeticError: see there.
    """
    compiled.refuse_flushing()
    train = compiled.function("train_outputs", *_KINDS)
    models, samples = len(starts), x.shape[-2]
    weights = np.ones((samples, 1)) if weight is None else weight[..., None]
    _refuse(training, starts, (x, y, weights), steps)
    picks = np.arange(samples, dtype=np.intp)[None] if picks is None else picks
    _refuse_picks(picks, models, steps, samples)
    shape = _wide_shape(training, picks, steps)
    constants = _constants(training, weighted=weight is not None)
    found, made = np.empty_like(starts, dtype=np.float64), np.zeros(models, dtype=np.intp)
    work = _aligned(_room(training.widths, shape) * _LANES)
    for model in range(models):
        data = [np.ascontiguousarray(part[model] if part.ndim == 3 else part, dtype=np.float64)
                for part in (x, y, weights)]  # fmt: skip
        w = _padded(training.widths, starts[model])
        memory = _aligned(2 * w.size + _LANES)
        memory[-_LANES:] = 1.0
        own = np.ascontiguousarray(picks[model] if picks.ndim == 3 else picks, dtype=np.intp)
        arrays = (shape, constants, own, *data, w, memory, work, made[model : model + 1])
        train(*(array.ctypes.data for array in arrays))
        found[model] = _dense(training.widths, w)
    return found, made


def suits(training: Training, models: int) -> bool:
    """Whether that many models are trained faster here than eight at once, one in each lane.

    Eight replicas take eight times the room, and where they leave the second cache, half as long
    again; a layer whose width is no multiple of eight takes as long as one whose width is.
    """
    layers = list(pairwise(training.widths))
    here = models * sum(inputs * _filled(outputs) * _LANES for inputs, outputs in layers)
    there = -(-models // _LANES) * _LANES * sum(inputs * outputs for inputs, outputs in layers)
    return here < there * (1.5 if training.parameters > _FITTING else 1.0)


def _refuse_picks(picks: NDArray[np.intp], models: int, steps: int, samples: int) -> None:
    """Refuse what compiled code would not notice."""
    *most, batch = picks.shape
    if most not in ([1], [steps], [models, 1], [models, steps]) or batch == 0:
        want = f"({steps}, batch) or ({models}, {steps}, batch)"
        raise ValueError(f"picks of shape {picks.shape}: they must be {want}")
    if steps > 0 and not 0 <= picks.min() <= picks.max() < samples:
        raise ValueError(f"picks from {picks.min()} to {picks.max()}, of {samples} samples")


def _filled(width: int) -> int:
    return -(-width // _LANES)


def _row(width: int) -> int:
    return _filled(width) | 1


def _wide_shape(training: Training, picks: NDArray[np.intp], steps: int) -> NDArray[np.intp]:
    widths, batch = training.widths, picks.shape[-1]
    parameters = sum((inputs + 1) * _row(outputs) for inputs, outputs in pairwise(widths))
    tile = min(batch, _TILE)
    stride = batch if picks.shape[-2] > 1 else 0
    kinds = _shape(training, batch, steps)[:4]
    sizes = (batch, parameters, tile * _row(max(widths)), steps, tile, stride)
    return np.array([*kinds, *sizes, *widths], dtype=np.intp)


def _room(widths: tuple[int, ...], shape: NDArray[np.intp]) -> int:
    """The vectors of the room that the kernel works in."""
    _, _, _, _, _, parameters, widest, _, tile, _ = shape[:10]
    turned = sum(outputs * _row(inputs) for inputs, outputs in pairwise(widths[1:]))
    samples = _filled(tile * widths[0]) + _filled(tile) * (2 * widths[-1] + 1)
    return int(
        1 + widest // tile + parameters + turned + widest + samples + 2 * len(widths) * widest
    )


def _aligned(size: int) -> Doubles:
    """So many zeros; no vector of them lies in two lines of the cache, which takes longer."""
    line = _LANES * 8
    room = np.zeros(size + _LANES)
    first = -room.ctypes.data % line // 8
    return room[first : first + size]


def _padded(widths: tuple[int, ...], row: Doubles) -> Doubles:
    """Of a row of parameters the layers ``(in + 1, out)``, each row filled up with zeros."""
    size = sum((inputs + 1) * _row(outputs) for inputs, outputs in pairwise(widths))
    padded, start, place = _aligned(size * _LANES), 0, 0
    for inputs, outputs in pairwise(widths):
        end, next_place = (
            start + (inputs + 1) * outputs,
            place + (inputs + 1) * _row(outputs) * _LANES,
        )
        rows = padded[place:next_place].reshape(inputs + 1, -1)
        rows[:, :outputs] = row[start:end].reshape(inputs + 1, outputs)
        start, place = end, next_place
    return padded


def _dense(widths: tuple[int, ...], padded: Doubles) -> Doubles:
    """The row of parameters that :func:`_padded` was given."""
    parts, start = [], 0
    for inputs, outputs in pairwise(widths):
        end = start + (inputs + 1) * _row(outputs) * _LANES
        parts.append(padded[start:end].reshape(inputs + 1, -1)[:, :outputs].reshape(-1))
        start = end
    return np.concatenate(parts)
