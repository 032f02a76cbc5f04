"""Stacks of wide models, trained by compiled code one after the other: the bits of the text."""

import ctypes
from collections.abc import Sequence
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from dlbook.arithmetic import compiled
from dlbook.arithmetic.eights import (
    LANES,
    Indices,
    description,
    layer_rows,
    room,
    rooms_of,
)
from dlbook.arithmetic.one_model import Training
from dlbook.arithmetic.specification import Doubles
from dlbook.arithmetic.stack import Trainer

_TILE = 64
_FITTING = 2000  # so many parameters of eight replicas, with gradient and memory, fit that cache
_KINDS = (ctypes.c_void_p,) * 10


def suits(training: Training, models: int) -> bool:
    """Whether so many models are trained faster by :class:`WideTrainer` than eight at once.

    Eight replicas take eight times the room, and where they leave the second cache, half as long
    again; a layer whose width is no multiple of eight takes as long as one whose width is.
    """
    layers = list(pairwise(training.widths))
    here = models * sum(inputs * _filled(outputs) * LANES for inputs, outputs in layers)
    there = -(-models // LANES) * LANES * sum(inputs * outputs for inputs, outputs in layers)
    return here < there * (1.5 if training.parameters > _FITTING else 1.0)


def fitting(training: Training, models: int) -> type[Trainer]:
    """The trainer that is faster for so many models; the numbers are those of either."""
    return WideTrainer if suits(training, models) else Trainer


class WideTrainer(Trainer):
    """The same as a :class:`dlbook.arithmetic.stack.Trainer`, with a net's outputs in the lanes."""

    def _lay_out(self, starts: Doubles, data: dict[str, Doubles]) -> None:
        self._rows = self._training.rows
        self._starts = [0, *accumulate(high * _row(width) for high, width in self._rows.blocks)]
        self._vectors = self._starts[-1]
        self._w = room(self._models, self._vectors * LANES)
        for padded, dense in zip(self._padded(self._w), self._dense(starts), strict=True):
            padded[..., : dense.shape[-1]] = dense
        self._made = np.zeros(self._models, dtype=np.intp)
        self._parts = [np.ascontiguousarray(part, dtype=np.float64) for part in data.values()]
        self._work = room(self._room(), LANES)
        self._work[1] = self._training.batch_norm or 0.0

    def _padded(self, rows: Doubles) -> list[Doubles]:
        """Each block's ``(s, height, vectors · 8)`` of padded rows, as views."""
        starts = [LANES * start for start in self._starts]
        shapes = [(high, _row(width) * LANES) for high, width in self._rows.blocks]
        return _blocks(rows, starts, shapes)

    def _dense(self, rows: Doubles) -> list[Doubles]:
        """Each block's ``(s, height, width)``, as views."""
        return _blocks(rows, self._rows.starts, self._rows.blocks)

    def _fresh(self) -> None:
        self._memory = room(self._models, 2 * self._vectors + 1, LANES)
        self._memory[:, -1] = 1.0
        own, weighted = self._training, float(self._weighted)
        self._constants = np.array([
            (rate, own.first, own.second, own.eps, l1, l2, weighted)
            for rate, l1, l2 in self._strengths.T
        ])  # fmt: skip

    @property
    def parameters(self) -> Doubles:
        """Those of each model now, or when its run ended, ``(s, P)``."""
        pairs = zip(self._padded(self._w), self._rows.blocks, strict=True)
        dense = [part[..., :width].reshape(self._models, -1) for part, (_, width) in pairs]
        return np.concatenate(dense, 1)

    @property
    def ended(self) -> NDArray[np.int64]:
        """The steps that each model had made when its run ended ``(s,)``; 0 where it goes on."""
        return self._made.astype(np.int64)

    def _stretch(self, steps: int) -> None:
        train = compiled.function("train_outputs", *_KINDS)
        first, drawn = (self.made - self._begun) * self._size, 0
        starts = np.zeros(self._models, dtype=np.intp)
        if self._ahead is not None:
            starts = self._ahead.starts(first, first + steps * self._size)
            drawn = self._ahead.drawn.ctypes.data
        what, work = self._described(steps), self._work.ctypes.data
        for model in np.flatnonzero(self._made == 0):
            seen = drawn + int(starts[model]) * starts.itemsize
            data = [(part[model] if part.ndim == 3 else part).ctypes.data for part in self._parts]
            own = [part[model].ctypes.data for part in (self._w, self._memory)]
            ended = self._made[model:].ctypes.data
            train(
                what.ctypes.data, self._constants[model].ctypes.data, seen, *data, *own, work, ended
            )

    def _described(self, steps: int) -> Indices:
        """The description that :mod:`dlbook.arithmetic.kernels.layers` reads, with sizes as here.

        These are the vectors of all parameters and derivatives, those that the widest layer takes
        for a tile, and the samples of a tile.
        """
        training, widths, size = self._training, self._training.widths, self._tile
        what = description(training, self._size, steps, self.made, self._ahead is not None)
        along = [_row(width) for width in widths]
        what[5], what[6], what[8] = self._vectors, size * max(along), size
        what[12:14] = self._uses()
        rows = layer_rows(training, along, self._starts)
        what[-len(rows) :] = rows
        return what

    @property
    def _tile(self) -> int:
        return min(self._size, _TILE) if self._training.batch_norm is None else self._size

    def _uses(self) -> tuple[int, int]:
        """The vectors of :func:`dlbook.arithmetic.eights.uses_of`."""
        layers = pairwise(self._training.widths)
        dense = sum((inputs + 1) * _row(outputs) for inputs, outputs in layers)
        hidden = self._training.widths[1:-1] if self._rows.scales else ()
        return dense, dense + sum(map(_row, hidden))

    def _room(self) -> int:
        """The vectors of the room that :mod:`dlbook.arithmetic.kernels.wide_nets` works in."""
        widths, size = self._training.widths, self._tile
        turned = sum(outputs * _row(inputs) for inputs, outputs in pairwise(widths[1:]))
        samples = _filled(size * widths[0]) + _filled(size) * (2 * widths[-1] + 1)
        row, rooms = _row(max(widths)), rooms_of(self._training) * (len(widths) - 1)
        return 2 + row + self._uses()[1] + turned + samples + (rooms + 1) * size * row


def _filled(width: int) -> int:
    """How many vectors hold that many numbers."""
    return -(-width // LANES)


def _row(width: int) -> int:
    """How many vectors a row takes: an odd number, see the kernels."""
    return _filled(width) | 1


def _blocks(
    rows: Doubles, starts: Sequence[int], shapes: Sequence[tuple[int, int]]
) -> list[Doubles]:
    """The blocks ``(s, height, width)`` of rows of parameters, as views."""
    ends = zip(starts, starts[1:], shapes, strict=False)
    return [rows[:, first:last].reshape(len(rows), *shape) for first, last, shape in ends]
