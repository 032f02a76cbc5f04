"""Named random streams from a counter-based generator, reproducible in any language.

Every stream is addressed, never shared: ``stream(7, "init", 3)`` gives the same numbers whatever
else a program draws, so adding a width or a seed disturbs no other run.

The recipe, for another implementation:

1. Generator: Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as
   1, 2, 3", SC 2011). The 64-bit seed is its key, low word first. The stream's name, its parts
   joined by ``/`` and encoded as UTF-8, is hashed by FNV-1a (64 bit); the hash fills counter words
   2 (low) and 3 (high). Counter words 0 and 1 (low, high) count blocks from 0.
2. Words: each block gives four 32-bit words, taken in order. Two consecutive words (a, b) make one
   53-bit integer ``(a >> 5) * 2**26 + (b >> 6)``, so a block gives two. A draw of ``m`` numbers
   takes ``m`` of these, in row-major order; a stream carries on where the last draw stopped.
3. Uniform on [0, 1): that integer times 2**-53.
4. Integer below ``n``: ``floor(uniform * n)``, for ``n`` up to 2**32 (the bias is below 2**-21).
5. Permutation of ``n``: draw ``n`` 53-bit integers and sort the positions by them, stably.
6. Normal: the inverse normal distribution function (Wichura 1988, algorithm AS 241, PPND16) at
   ``((integer >> 1) + 1/2) * 2**-52``, which a double holds exactly and which lies inside (0, 1).
   One 53-bit integer per normal, no rejection.

All steps are exact but the last, which follows a formula to the bit: its logarithm is that of
:mod:`dlbook.arithmetic.specification`, its square root is rounded exactly.
"""

import math
import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np
import torch
from numpy.typing import NDArray

from dlbook.arithmetic import elementwise, normals

_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = 0x9E3779B9, 0xBB67AE85
_LOW = np.uint64(0xFFFFFFFF)
_32 = np.uint64(32)
_ROUNDS = 10

Words = NDArray[np.uint64]


def philox(counter: Sequence[Words], key: tuple[Words, Words]) -> list[Words]:
    """Ten rounds of Philox4x32 on arrays of 32-bit words held in uint64, broadcast together."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(_ROUNDS):
        p0, p1 = _M0 * c0, _M1 * c2
        c0, c1, c2, c3 = (p1 >> _32) ^ c1 ^ k0, p1 & _LOW, (p0 >> _32) ^ c3 ^ k1, p0 & _LOW
        k0, k1 = (k0 + np.uint64(_W0)) & _LOW, (k1 + np.uint64(_W1)) & _LOW
    return [c0, c1, c2, c3]


def name_hash(*name: str | int) -> int:
    """FNV-1a, 64 bit, of the parts joined by ``/``.

    Raises:
        ValueError: the name is empty, or a part is empty or contains ``/``.
    """
    parts = [str(part) for part in name]
    if not parts or any(not part or "/" in part for part in parts):
        raise ValueError(f"a stream's name needs non-empty parts without '/', not {name!r}")
    value = 0xCBF29CE484222325
    for byte in "/".join(parts).encode():
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return value


class Stream:
    """The numbers of one name, for one seed or for a stack of seeds.

    A stack draws arrays of shape ``(len(seeds), *shape)`` whose row ``i`` equals, bit for bit, what
    the single stream of ``seeds[i]`` draws.

    Raises:
        ValueError: no seed, a seed outside 0 .. 2**64 - 1, or a malformed name.
    """

    def __init__(self, seeds: int | Sequence[int], name: tuple[str | int, ...]) -> None:
        self._single = not isinstance(seeds, Iterable)
        given = seeds if isinstance(seeds, Iterable) else [seeds]
        whole = [operator.index(seed) for seed in given]
        if not whole or min(whole) < 0 or max(whole) >= 2**64:
            raise ValueError(f"seeds must be one or more integers in 0 .. 2**64 - 1, not {seeds}")
        keys = np.array(whole, dtype=np.uint64)
        self._key = (keys[:, None] & _LOW, keys[:, None] >> _32)
        hashed = name_hash(*name)
        self._name = np.uint64(hashed & 0xFFFFFFFF), np.uint64(hashed >> 32)
        self._position = 0

    def _draw(self, shape: tuple[int, ...]) -> NDArray[np.uint64]:
        """53-bit integers of shape ``(s, *shape)``."""
        count = math.prod(shape)
        first, self._position = self._position, self._position + count
        blocks = np.arange(first // 2, (first + count + 1) // 2, dtype=np.uint64)[None]
        zero = np.zeros_like(blocks)
        words = philox(
            [blocks & _LOW, blocks >> _32, zero + self._name[0], zero + self._name[1]], self._key
        )
        a, b = np.stack(words[0::2], -1), np.stack(words[1::2], -1)
        whole = ((a >> np.uint64(5)) << np.uint64(26)) | (b >> np.uint64(6))
        row = whole.reshape(len(whole), 2 * blocks.shape[1])
        return row[:, first % 2 : first % 2 + count].reshape(len(whole), *shape)

    def _give(self, values: NDArray[np.float64] | NDArray[np.int64]) -> torch.Tensor:
        stacked = torch.from_numpy(np.ascontiguousarray(values))
        return stacked[0] if self._single else stacked

    def uniform(self, *shape: int, low: float = 0.0, high: float = 1.0) -> torch.Tensor:
        """Uniform on [low, high), float64, ``() -> (*shape)`` or ``(s, *shape)`` for a stack."""
        unit = self._draw(shape).astype(np.float64) * 2.0**-53
        return self._give(low + (high - low) * unit)

    def normal(self, *shape: int) -> torch.Tensor:
        """Standard normal, float64, ``(*shape)`` or ``(s, *shape)``."""
        half = (self._draw(shape) >> np.uint64(1)).astype(np.float64) + 0.5
        return self._give(inverse_normal(half * 2.0**-52))

    def integers(self, below: int, *shape: int) -> torch.Tensor:
        """Integers in ``0 .. below - 1``, int64.

        Raises:
            ValueError: ``below`` is not in 1 .. 2**32.
        """
        if not 1 <= below <= 2**32:
            raise ValueError(f"integers below {below}: the bound must lie in 1 .. 2**32")
        unit = self._draw(shape).astype(np.float64) * 2.0**-53
        return self._give(np.floor(unit * below).astype(np.int64))

    def permutation(self, n: int) -> torch.Tensor:
        """A shuffle of ``0 .. n - 1``, int64, ``(n)`` or ``(s, n)``."""
        return self._give(np.argsort(self._draw((n,)), axis=-1, kind="stable").astype(np.int64))


StreamSource = Callable[[int | Sequence[int], tuple[str | int, ...]], Stream]
_source: ContextVar[StreamSource] = ContextVar("source", default=Stream)


@contextmanager
def drawing_from(source: StreamSource) -> Iterator[None]:
    """Inside the block streams are what ``source`` makes of seeds and name: other random numbers.

    For trying whether what was found depends on them; no figure is made so.
    """
    token = _source.set(source)
    try:
        yield
    finally:
        _source.reset(token)


def stream(seed: int, *name: str | int) -> Stream:
    """The stream of one seed: ``stream(7, "init", 3).normal(2, 5)`` has shape ``(2, 5)``."""
    return _source.get()(seed, name)


def streams(seeds: Sequence[int], *name: str | int) -> Stream:
    """The streams of many seeds: ``streams(range(64), "init").normal(5)`` is ``(64, 5)``."""
    return _source.get()(list(seeds), name)


def inverse_normal(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """The normal quantile of ``p`` in (0, 1), elementwise; see :mod:`dlbook.arithmetic.normals`."""
    return normals.inverse_normal(p, elementwise.log)
