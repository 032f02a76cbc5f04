"""What the machine code offers: each entry by its name, with the function that it is made of."""

from collections.abc import Callable
from typing import Any

from numba.core import types

from dlbook.arithmetic.kernels import (
    elementary,
    matrices,
    measuring,
    orders,
    predicting,
    replicas,
    wide_nets,
)
from dlbook.arithmetic.kernels.lanes import Pointer, fetch, put
from dlbook.arithmetic.kernels.lowering import pointer

_NUMBER = types.intp
_NUMBERS = types.CPointer(_NUMBER)
_EACH = types.void(pointer, pointer, _NUMBER)
_TRAIN = types.void(
    _NUMBERS, pointer, pointer, pointer, pointer, pointer, _NUMBERS, _NUMBERS, *(pointer,) * 5
)
_WIDE = types.void(_NUMBERS, pointer, _NUMBERS, *(pointer,) * 6, _NUMBERS)
_PREDICT = types.void(_NUMBERS, _NUMBER, *(pointer,) * 4)
_MEASURE = types.void(_NUMBER, pointer, pointer, pointer, _NUMBER, _NUMBER)
_MATRICES = types.void(_NUMBERS, pointer, pointer, pointer)
_ORDERS = types.void(_NUMBER, _NUMBERS, *(_NUMBER,) * 4, *(_NUMBERS,) * 4)


def _each(function: Callable[..., Any]) -> Callable[[Pointer, Pointer, int], None]:
    def each(x: Pointer, y: Pointer, n: int) -> None:
        for i in range(n):
            put(y, i, function(fetch(x, i)))

    return each


NAMES = ("exp", "decay", "sigmoid", "tanh", "log", "log1p", "sin", "cos")
ENTRIES: dict[str, tuple[Callable[..., None], Any]] = {
    **{name: (_each(getattr(elementary, name)), _EACH) for name in NAMES},
    "train_replicas": (replicas.train_replicas, _TRAIN),
    "train_outputs": (wide_nets.train_outputs, _WIDE),
    "predict_replicas": (predicting.predict_replicas, _PREDICT),
    "measure_samples": (measuring.measure_samples, _MEASURE),
    "add_matrices": (matrices.add_matrices, _MATRICES),
    "draw_orders": (orders.draw_orders, _ORDERS),
}
