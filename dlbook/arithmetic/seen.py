"""Which samples each step of minibatch training sees, drawn by compiled code, epochs ahead.

The order is that of :mod:`dlbook.training.batches`: for each seed permutation after permutation
from its stream "batches", cut into batches without regard to the seams.
"""

import ctypes
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dlbook.arithmetic import compiled
from dlbook.arithmetic.eights import Indices

BATCHES = 0xF95F3484B590C08B  # the hash of the stream's name, as the book's streams take it
_AHEAD = 2**18  # numbers that are drawn at once, if a step does not need more
_KINDS = (ctypes.c_ssize_t, ctypes.c_void_p, *(ctypes.c_ssize_t,) * 4, *(ctypes.c_void_p,) * 4)


def permutations(seeds: Sequence[int], samples: int, first: int, epochs: int) -> Indices:
    """The orders of ``epochs`` epochs from ``first`` on, ``(seeds, epochs · samples)``."""
    draw = compiled.function("draw_orders", *_KINDS)
    keys = np.array(seeds, dtype=np.uint64)
    words, boxed, ends = (
        np.empty(size, dtype=np.intp) for size in (samples + 2, samples, 2 * samples + 2)
    )
    order = np.empty((len(keys), epochs * samples), dtype=np.intp)
    rooms = (words.ctypes.data, boxed.ctypes.data, ends.ctypes.data, order.ctypes.data)
    name = ctypes.c_ssize_t(BATCHES).value
    draw(name, keys.ctypes.data, len(keys), samples, first, epochs, *rooms)
    return order


class Ahead:
    """The endless order of each seed, of which a part is drawn; equal seeds share one."""

    def __init__(self, seeds: Sequence[int], samples: int) -> None:
        self._seeds = sorted(set(seeds))
        place = {seed: number for number, seed in enumerate(self._seeds)}
        self._rows: NDArray[np.intp] = np.array([place[seed] for seed in seeds], dtype=np.intp)
        self._samples, self._first = samples, 0
        self.drawn = np.empty((len(self._seeds), 0), dtype=np.intp)

    @property
    def reach(self) -> int:
        """How far a stretch may be that is drawn at once."""
        return max(_AHEAD // len(self._seeds), self._samples)

    def starts(self, first: int, last: int) -> Indices:
        """Where in :attr:`drawn`, taken as one row, the places from ``first`` to ``last`` begin.

        One number for each model.
        """
        n, held = self._samples, self.drawn.shape[1]
        if first < self._first * n or last > self._first * n + held:
            begin, end = first // n, max(-(-last // n), first // n + self.reach // n)
            known = self._first + held // n  # the epoch after those that are drawn
            kept = (
                self.drawn[:, (begin - self._first) * n :] if begin < known else self.drawn[:, :0]
            )
            fresh = permutations(
                self._seeds, n, begin + kept.shape[1] // n, end - begin - kept.shape[1] // n
            )
            self.drawn = np.ascontiguousarray(np.concatenate([kept, fresh], 1))
            self._first = begin
        return self._rows * self.drawn.shape[1] + (first - self._first * n)
