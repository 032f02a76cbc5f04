"""Eight doubles as one value, and the dozen operations on it that the kernels are written in.

The compiler's own vectoriser does not see that a stack of small nets is eight times the same sum,
so the kernels say it: a :class:`Vector` holds the numbers of eight replicas (or of eight outputs of
one net), and ``a * b + c`` on vectors is eight products and eight sums. It becomes one register of
512 bits, two of 256, or four of 128, whatever the processor has; the numbers are the same.

How it works. numba learns a type whose machine form is LLVM's ``<8 x double>``, and for each
operation below how a call is typed and which instruction of LLVM it is
(:mod:`dlbook.arithmetic.kernels.lowering`). A number beside a vector is spread over the lanes.
The same function, called with numbers, is the scalar version: every operation takes either.

What is promised. Only instructions that round once, as IEEE 754 says, are emitted (``fadd``,
``fsub``, ``fmul``, ``fdiv``, ``llvm.sqrt``), and some that move bits and round nothing. None has a
fast-math flag, so the compiler may neither reassociate nor fuse.

The functions have bodies for the reader and the type checker alone: there is nothing to run outside
compiled code, and compiled code checks no index. What can be stepped through is
:mod:`dlbook.arithmetic.specification`.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit

LANES = 8
F = TypeVar("F", bound=Callable[..., Any])


def kernel(function: F) -> F:
    """A function of the kernels: always inlined, division as IEEE 754 says, no Python inside."""
    settings = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}  # called by kernels alone
    decorated: F = njit(error_model="numpy", forceinline=True, **settings)(function)
    return decorated


def _outside() -> NotImplementedError:
    return NotImplementedError("exists in compiled code only; dlbook.arithmetic.specification runs")


class Mask:
    """Eight answers to a comparison; what is compared with NaN gets no."""


class Vector:
    """Eight doubles. Beside one, a number stands for eight equal ones."""

    def __add__(self, other: "Vector | float") -> "Vector":
        raise _outside()

    __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __add__

    def __neg__(self) -> "Vector":
        raise _outside()

    def __lt__(self, other: "Vector | float") -> Mask:
        raise _outside()

    __gt__ = __lt__


class Pointer:
    """The address of doubles; ``p[i]`` is the ``i``-th of them."""

    def __getitem__(self, index: int) -> float:
        raise _outside()

    def __setitem__(self, index: int, value: float) -> None:
        raise _outside()


class Wholes:
    """The address of whole numbers; ``p[i]`` is the ``i``-th of them."""

    def __getitem__(self, index: int) -> int:
        raise _outside()

    def __setitem__(self, index: int, value: int) -> None:
        raise _outside()


Real = TypeVar("Real", float, Vector)


def sqrt(x: Real) -> Real:
    """√x, rounded once; NaN below 0."""
    raise _outside()


def absolute(x: Real) -> Real:
    """|x|: the bit of the sign cleared."""
    raise _outside()


def copysign(x: Real, sign: Real) -> Real:
    """|x| with the sign of ``sign``, be they zeros or NaN."""
    raise _outside()


def select(condition: Mask | bool, yes: Real | float, no: Real | float) -> Real:
    """``yes`` in the lanes where the condition holds, ``no`` in the others."""
    raise _outside()


def power_of_two(t: Real) -> Real:
    """2^k, exactly, for t = 1.5 · 2^52 + 1023 + k, where -1022 <= k <= 1023.

    The last bits of such a t are the bits of the exponent of 2^k: they move to their place.
    """
    raise _outside()


def exponent(x: Real) -> Real:
    """2^52 + the eleven bits of the exponent of x > 0, as a number."""
    raise _outside()


def mantissa(x: Real) -> Real:
    """The m in [1, 2) of x = m 2^k, for x > 0 that is not subnormal."""
    raise _outside()


def fetch(source: Pointer, index: int) -> Vector:
    """The ``index``-th vector: the doubles from ``source[8 * index]`` on."""
    raise _outside()


def put(target: Pointer, index: int, value: Vector | float) -> None:
    """Write the ``index``-th vector."""
    raise _outside()


def at(source: Pointer, index: int) -> Pointer:
    """The address of the ``index``-th vector."""
    raise _outside()


def beyond(source: Pointer, index: int) -> Pointer:
    """The address of the ``index``-th number."""
    raise _outside()


def add_tile(
    C: Pointer, ca: int, cb: int, S: Pointer, sa: int, sb: int, A: Pointer, aa: int, ak: int,
    B: Pointer, bb: int, bk: int, nk: int,
) -> None:  # fmt: skip
    """C[i ca + j cb] = S[i sa + j sb] + Σₖ A[i aa + k ak] · B[j bb + k bk] for a tile of i and j.

    The sums of a tile (:mod:`dlbook.arithmetic.kernels.tiles`) stay in registers; 0 < nk.
    """
    raise _outside()


def add_pair(
    C: Pointer, ca: int, cb: int, S: Pointer, sa: int, sb: int, A: Pointer, aa: int, ak: int,
    B: Pointer, bb: int, bk: int, nk: int,
) -> None:  # fmt: skip
    """The same for two columns."""
    raise _outside()


def add_line(
    C: Pointer, ca: int, cb: int, S: Pointer, sa: int, sb: int, A: Pointer, aa: int, ak: int,
    B: Pointer, bb: int, bk: int, nk: int,
) -> None:  # fmt: skip
    """The same for one column."""
    raise _outside()


def every(condition: Mask) -> bool:
    """Whether the condition holds in all lanes."""
    raise _outside()


def spread(value: float) -> Vector:
    """Eight times the same."""
    raise _outside()
