"""What a stack of models answers, and what its losses are: the same bits as one after the other."""

import ctypes
from collections.abc import Iterator, Sequence

import numpy as np

from dlbook.arithmetic import compiled
from dlbook.arithmetic.eights import (
    LANES,
    Indices,
    description,
    in_blocks,
    in_lanes,
    numbers_of,
    out_of_blocks,
    places_of,
    refuse,
    room,
    work_size,
)
from dlbook.arithmetic.one_model import Training
from dlbook.arithmetic.specification import Doubles

_PREDICT = (ctypes.c_void_p, ctypes.c_ssize_t, *(ctypes.c_void_p,) * 4)
_MEASURE = (ctypes.c_ssize_t, *(ctypes.c_void_p,) * 3, *(ctypes.c_ssize_t,) * 2)
_AT_ONCE = 2**18  # numbers
_NOBODY = (np.zeros(0, dtype=np.intp),) * 2


class _Parts:
    """Which model and which samples each lane takes.

    Eight models fill a block with all samples; where there are fewer, several lanes share a model
    and each takes a part of the samples.
    """

    def __init__(self, training: Training, models: int, samples: int) -> None:
        together = training.batch_norm is not None  # a layer's signals depend on all the samples
        self.cut = 1 if together else max(1, min(LANES // models, samples))
        self.length = -(-samples // self.cut)
        self._lanes, self._samples = models * self.cut, samples

    def groups(self, width: int) -> Iterator[tuple[Indices, Indices]]:
        """The models ``(l,)`` and samples ``(l, length)`` of some blocks' lanes at a time.

        So many that signals of that width for all of them are of a moderate size.
        """
        whole = -(-self._lanes // LANES) * LANES
        size = max(1, _AT_ONCE // (LANES * self.length * width)) * LANES
        for first in range(0, whole, size):
            last = min(first + size, whole)
            lanes = np.minimum(np.arange(first, last), self._lanes - 1)
            starts = (lanes % self.cut * self.length)[:, None]
            yield lanes // self.cut, np.minimum(starts + np.arange(self.length), self._samples - 1)


def _chosen(part: Doubles, models: Indices, samples: Indices, cut: int) -> Doubles:
    """The data of some lanes in blocks; one block for all where they take the same."""
    if part.ndim == 3:
        return in_blocks(part[models] if cut == 1 else part[models[:, None], samples])
    return in_lanes(part[None])[None] if cut == 1 else in_blocks(part[samples])


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
    parts, widths = _Parts(training, len(rows), x.shape[-2]), training.widths[first:]
    found = [np.empty((len(rows), x.shape[-2], width)) for width in widths]
    for models, samples, lanes in _passes(training, rows, x, first, parts):
        start = 0
        for target, width in zip(found, widths, strict=True):
            end = start + parts.length * width
            values = out_of_blocks(lanes[:, start:end]).reshape(-1, parts.length, width)
            if parts.cut == 1:
                target[models] = values
            else:
                target[models[:, None], samples] = values
            start = end
    return found


def _passes(
    training: Training, rows: Doubles, x: Doubles, first: int, parts: _Parts
) -> Iterator[tuple[Indices, Indices, Doubles]]:
    """For some blocks at a time their models, samples, and signals in lanes."""
    compiled.refuse_flushing()
    predict = compiled.function("predict_replicas", *_PREDICT)
    what, width = description(training, parts.length), sum(training.widths[first:])
    work = room(work_size(training, parts.length), LANES)
    work[1] = training.batch_norm or 0.0
    shared = _chosen(x, *_NOBODY, 1) if x.ndim == 2 and parts.cut == 1 else None
    for models, samples in parts.groups(width):
        own = _chosen(x, models, samples, parts.cut) if shared is None else shared
        w, found = in_blocks(rows[models]), room(len(models) // LANES, parts.length * width, LANES)
        head, room_at = what.ctypes.data, work.ctypes.data
        for at, data, target in zip(places_of(w), _cycled(own, w), places_of(found), strict=True):
            predict(head, first, at, data, room_at, target)
        yield models, samples, found


def _cycled(data: Doubles, blocks: Doubles) -> Sequence[int]:
    """Where each block's data begin: all at one place if they are shared."""
    found = places_of(data)
    return found if len(found) == len(blocks) else [found[0]] * len(blocks)


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
    parts, last = _Parts(training, len(rows), x.shape[-2]), len(training.widths) - 1
    kind, width = numbers_of(training)[1], training.widths[-1]
    found = np.empty((len(rows), x.shape[-2]))
    for models, samples, lanes in _passes(training, rows, x, last, parts):
        labels = _chosen(y, models, samples, parts.cut)
        values = room(len(lanes), parts.length, LANES)
        places = places_of(lanes), _cycled(labels, lanes), places_of(values)
        for own, target, value in zip(*places, strict=True):
            measure(kind, own, target, value, parts.length, width)
        found[models[:, None], samples] = out_of_blocks(values)
    if weight is not None:
        found = found * weight
    found[:, 0] += 0.0  # the sum's start value: it makes a -0 a 0
    total = np.add.accumulate(found, axis=1)[:, -1]  # in order, as a reduction is not
    means: Doubles = total * (1.0 / x.shape[-2])
    return means
