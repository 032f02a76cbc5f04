"""What a core can do at most with multiplications and additions that are not fused."""

import ctypes
import statistics
import time

from numba.core import types

from dlbook.arithmetic import compiled
from dlbook.arithmetic.kernels import emit, exports
from dlbook.arithmetic.kernels.lanes import LANES, Pointer, fetch, put
from dlbook.arithmetic.kernels.lowering import pointer

_TURNS, _SUMS = 200_000, 6


def multiply_and_add(x: Pointer, turns: int) -> None:
    """Six vectors, each many times halved and raised: enough to keep the units busy."""
    a, b, c, d, e, f = (
        fetch(x, 0), fetch(x, 1), fetch(x, 2), fetch(x, 3), fetch(x, 4), fetch(x, 5),
    )  # fmt: skip
    for _ in range(turns):
        a, b, c = a * 0.5 + 1.0, b * 0.5 + 1.0, c * 0.5 + 1.0
        d, e, f = d * 0.5 + 1.0, e * 0.5 + 1.0, f * 0.5 + 1.0
    put(x, 0, ((a + b) + (c + d)) + (e + f))


def rate(rounds: int = 9) -> float:
    """Operations per second of one thread, float64, the median of some rounds."""
    exports.ENTRIES["multiply_and_add"] = (multiply_and_add, types.void(pointer, types.intp))
    engine = compiled.in_memory(emit.object_file(*compiled.target(), "multiply_and_add"))
    address = engine.get_function_address("multiply_and_add")
    work = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_ssize_t)(address)
    numbers = (ctypes.c_double * (_SUMS * LANES))()
    taken = []
    for _ in range(rounds):
        start = time.thread_time()
        work(ctypes.addressof(numbers), _TURNS)
        taken.append(time.thread_time() - start)
    return 2.0 * _SUMS * LANES * _TURNS / statistics.median(taken)
