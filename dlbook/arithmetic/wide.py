"""Stacks of wide models, trained by compiled code one after the other: the bits of the text."""

import ctypes
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dlbook.arithmetic import compiled
from dlbook.arithmetic.eights import LANES, Indices, description, room
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
        widths = self._training.widths
        self._vectors = sum((inputs + 1) * _row(outputs) for inputs, outputs in pairwise(widths))
        self._w = room(self._models, self._vectors * LANES)
        for padded, dense in zip(self._layers(self._w), _layers(widths, starts), strict=True):
            padded[..., : dense.shape[-1]] = dense
        self._made = np.zeros(self._models, dtype=np.intp)
        self._parts = [np.ascontiguousarray(part, dtype=np.float64) for part in data.values()]
        self._work = room(self._room(), LANES)

    def _layers(self, rows: Doubles) -> list[Doubles]:
        """Each layer's ``(s, in + 1, vectors · 8)``, biases last, of padded rows, as views."""
        widths = self._training.widths
        return _layers(widths, rows, [_row(outputs) * LANES for outputs in widths[1:]])

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
        pairs = zip(self._layers(self._w), self._training.widths[1:], strict=True)
        dense = [layer[..., :width].reshape(self._models, -1) for layer, width in pairs]
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

        The sixth number are the vectors of all parameters, the seventh those that the widest layer
        takes for a tile, the ninth are the samples of a tile.
        """
        what = description(self._training, self._size, steps, self.made, self._ahead is not None)
        size = min(self._size, _TILE)
        what[5], what[6], what[8] = self._vectors, size * _row(max(self._training.widths)), size
        return what

    def _room(self) -> int:
        """The vectors of the room that :mod:`dlbook.arithmetic.kernels.wide_nets` works in."""
        widths, size = self._training.widths, min(self._size, _TILE)
        turned = sum(outputs * _row(inputs) for inputs, outputs in pairwise(widths[1:]))
        samples = _filled(size * widths[0]) + _filled(size) * (2 * widths[-1] + 1)
        row = _row(max(widths))
        return 1 + row + self._vectors + turned + samples + (4 * len(widths) - 3) * size * row


def _filled(width: int) -> int:
    """How many vectors hold that many numbers."""
    return -(-width // LANES)


def _row(width: int) -> int:
    """How many vectors a row takes: an odd number, see the kernels."""
    return _filled(width) | 1


def _layers(
    widths: tuple[int, ...], rows: Doubles, outputs: list[int] | None = None
) -> list[Doubles]:
    """Each layer's ``(s, in + 1, out)``, biases last, as views of rows of parameters."""
    found, start = [], 0
    for inputs, width in zip(widths, outputs or widths[1:], strict=False):
        end = start + (inputs + 1) * width
        found.append(rows[:, start:end].reshape(len(rows), inputs + 1, width))
        start = end
    return found
