"""Products of matrices, compiled: the bits of :func:`dlbook.arithmetic.specification.product`."""

import ctypes
import math

import numpy as np

from dlbook.arithmetic import compiled
from dlbook.arithmetic.eights import LANES, room
from dlbook.arithmetic.specification import Doubles

_KINDS = (ctypes.c_void_p,) * 4


def product(a: Doubles, b: Doubles, start: Doubles) -> Doubles:
    """``start + a @ b`` for ``a`` ``(…, n, k)`` and ``b`` ``(…, k, m)``, which are broadcast.

    Args:
        a: the left factors.
        b: the right factors.
        start: the start value of every sum, broadcast to ``(…, n, m)``.

    Raises:
        ArithmeticError: see :func:`dlbook.arithmetic.compiled.refuse_flushing`.
    """
    compiled.refuse_flushing()
    n, m = a.shape[-2], b.shape[-1]
    if _vectors(n) * m < _vectors(m) * n:  # fewer lanes are left empty by the transposed product
        turned = np.swapaxes(np.broadcast_to(start, _shape(a, b)), -1, -2)
        found = _product(np.swapaxes(b, -1, -2), np.swapaxes(a, -1, -2), turned)
        return np.ascontiguousarray(np.swapaxes(found, -1, -2))
    return _product(a, b, start)


def _product(a: Doubles, b: Doubles, start: Doubles) -> Doubles:
    (*stacks, n, m), terms = _shape(a, b), a.shape[-1]
    vectors, pairs = _vectors(m), math.prod(stacks)
    left, right, sums = _spread(a, stacks), _spread(b, stacks), room(pairs, n, vectors * LANES)
    padded = room(len(right), terms, vectors * LANES)
    padded[..., :m] = right
    sums.reshape(*stacks, n, vectors * LANES)[..., :m] = start
    between = [part[0].size if len(part) > 1 else 0 for part in (left, padded)]
    shape = np.array([pairs, n, terms, vectors, *between], dtype=np.intp)
    given = (shape, left, padded, sums)
    compiled.function("add_matrices", *_KINDS)(*(part.ctypes.data for part in given))
    return np.ascontiguousarray(sums[..., :m]).reshape(*stacks, n, m)


def _shape(a: Doubles, b: Doubles) -> tuple[int, ...]:
    return *np.broadcast_shapes(a.shape[:-2], b.shape[:-2]), a.shape[-2], b.shape[-1]


def _spread(part: Doubles, stacks: list[int]) -> Doubles:
    """Its matrices one after the other; one for all where there is but one."""
    if math.prod(part.shape[:-2]) != 1:
        part = np.broadcast_to(part, (*stacks, *part.shape[-2:]))
    count = math.prod(part.shape[:-2])
    return np.ascontiguousarray(part.reshape(count, *part.shape[-2:]))


def _vectors(numbers: int) -> int:
    return -(-numbers // LANES)
