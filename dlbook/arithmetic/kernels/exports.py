"""What the machine code offers: each entry by its name, with the function that it is made of."""

from collections.abc import Callable
from typing import Any

from numba.core import types

from dlbook.arithmetic.kernels import elementary, outputs, replicas
from dlbook.arithmetic.kernels.lanes import Pointer, fetch, put
from dlbook.arithmetic.kernels.lowering import pointer

_NUMBERS = types.CPointer(types.intp)
_WIDE = types.void(_NUMBERS, pointer, _NUMBERS, *(pointer,) * 6, _NUMBERS)
_EACH = types.void(pointer, pointer, types.intp)


def _each(function: Callable[..., Any]) -> Callable[[Pointer, Pointer, int], None]:
    def each(x: Pointer, y: Pointer, n: int) -> None:
        for i in range(n):
            put(y, i, function(fetch(x, i)))

    return each


NAMES = ("exp", "decay", "sigmoid", "tanh", "log", "log1p", "sin", "cos")
ENTRIES: dict[str, tuple[Callable[..., None], Any]] = {
    **{name: (_each(getattr(elementary, name)), _EACH) for name in NAMES},
    "train_replicas": (replicas.train_replicas, types.void(_NUMBERS, *(pointer,) * 9)),
    "train_outputs": (outputs.train_outputs, _WIDE),
}
