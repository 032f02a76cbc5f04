"""What a stack of models answers, and what its losses are: the same bits as one after the other."""

import ctypes
from collections.abc import Iterator

import numpy as np

from dlbook.arithmetic import compiled
from dlbook.arithmetic.blocks import (
    LANES,
    Wholes,
    in_lanes,
    numbers,
    out_of_lanes,
    refuse,
    room,
    shape,
    work_size,
)
from dlbook.arithmetic.one_model import Training
from dlbook.arithmetic.specification import Doubles

_PREDICT = (ctypes.c_void_p, ctypes.c_ssize_t, *(ctypes.c_void_p,) * 4)
_MEASURE = (ctypes.c_ssize_t, *(ctypes.c_void_p,) * 3, *(ctypes.c_ssize_t,) * 2)


class _Parts:
    """Which model and which samples each lane takes.

    Eight models fill a block with all samples; where there are fewer, several lanes share a model
    and each takes a part of the samples.
    """

    def __init__(self, models: int, samples: int) -> None:
        self.cut = max(1, min(LANES // models, samples))
        self.length = -(-samples // self.cut)
        self._lanes, self._samples = models * self.cut, samples

    def blocks(self) -> Iterator[tuple[Wholes, Wholes]]:
        """For each block the models ``(8,)`` and the samples ``(8, length)`` of its lanes."""
        for first in range(0, self._lanes, LANES):
            lanes = np.minimum(np.arange(first, first + LANES), self._lanes - 1)
            starts = (lanes % self.cut * self.length)[:, None]
            yield lanes // self.cut, np.minimum(starts + np.arange(self.length), self._samples - 1)


def _chosen(part: Doubles, models: Wholes, samples: Wholes, cut: int) -> Doubles:
    """The data of a block's lanes, ``(8, length, width)``; ``(1, …)`` where all take the same."""
    if part.ndim == 3:
        return part[models] if cut == 1 else part[models[:, None], samples]
    return part[None] if cut == 1 else part[samples]


def signals(training: Training, rows: Doubles, x: Doubles, first: int = 1) -> list[Doubles]:
    """The signals ``(s, n, width)`` of the layers from ``first`` on; the last are the outputs.

    Args:
        training: what the models share.
        rows: their parameters ``(s, P)``.
        x: inputs ``(n, in)``, shared, or ``(s, n, in)``.
        first: the first layer that is asked for, counted from 1.

    Raises:
        ValueError: shapes that do not fit, or an unknown name.
        ArithmeticError: see :func:`dlbook.arithmetic.compiled.refuse_flushing`.
    """
    refuse(training, rows, {"inputs": x}, x.shape[-2])
    parts, widths = _Parts(len(rows), x.shape[-2]), training.widths[first:]
    found = [np.empty((len(rows), x.shape[-2], width)) for width in widths]
    for models, samples, lanes in _passes(training, rows, x, first, parts):
        start = 0
        for target, width in zip(found, widths, strict=True):
            end = start + parts.length * width
            values = out_of_lanes(lanes[start:end]).reshape(LANES, parts.length, width)
            if parts.cut == 1:
                target[models] = values
            else:
                target[models[:, None], samples] = values
            start = end
    return found


def _passes(
    training: Training, rows: Doubles, x: Doubles, first: int, parts: _Parts
) -> Iterator[tuple[Wholes, Wholes, Doubles]]:
    """For each block its models, its samples, and their signals in lanes; the next overwrites."""
    compiled.refuse_flushing()
    predict = compiled.function("predict_replicas", *_PREDICT)
    what = shape(training, parts.length)
    work = room(work_size(training), LANES)
    found = room(parts.length * sum(training.widths[first:]), LANES)
    shared = in_lanes(x[None]) if x.ndim == 2 and parts.cut == 1 else None
    for models, samples in parts.blocks():
        own = in_lanes(_chosen(x, models, samples, parts.cut)) if shared is None else shared
        w = in_lanes(rows[models])
        arrays = (w, own, work, found)
        predict(what.ctypes.data, first, *(array.ctypes.data for array in arrays))
        yield models, samples, found


def outputs(training: Training, rows: Doubles, x: Doubles) -> Doubles:
    """The outputs ``(s, n, out)``; see :func:`signals`."""
    return signals(training, rows, x, len(training.widths) - 1)[0]


def mean_losses(
    training: Training, rows: Doubles, x: Doubles, y: Doubles, weight: Doubles | None = None
) -> Doubles:
    """The mean loss of each model over the samples ``(s,)``, without penalties.

    Args:
        training: what the models share.
        rows: their parameters ``(s, P)``.
        x: inputs ``(n, in)``, shared, or ``(s, n, in)``.
        y: targets ``(n, out)`` or ``(s, n, out)``.
        weight: how often each sample counts, ``(n,)`` or ``(s, n)``; once if ``None``.

    Raises:
        ValueError: see :func:`signals`.
        ArithmeticError: likewise.
    """
    counts = np.ones((x.shape[-2], 1)) if weight is None else weight[..., None]
    refuse(training, rows, {"inputs": x, "targets": y, "weights": counts}, x.shape[-2])
    measure = compiled.function("measure_samples", *_MEASURE)
    parts, last = _Parts(len(rows), x.shape[-2]), len(training.widths) - 1
    values, kind = room(parts.length, LANES), numbers(training)[1]
    found = np.empty((len(rows), x.shape[-2]))
    for models, samples, lanes in _passes(training, rows, x, last, parts):
        labels = in_lanes(_chosen(y, models, samples, parts.cut))
        addresses = (array.ctypes.data for array in (lanes, labels, values))
        measure(kind, *addresses, parts.length, training.widths[-1])
        found[models[:, None], samples] = out_of_lanes(values)
    if weight is not None:
        found = found * weight
    found[:, 0] += 0.0  # the sum's start value: it makes a -0 a 0
    total = np.add.accumulate(found, axis=1)[:, -1]  # in order, as a reduction is not
    means: Doubles = total * (1.0 / x.shape[-2])
    return means
