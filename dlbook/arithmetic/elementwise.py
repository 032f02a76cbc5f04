"""The compiled elementary functions, on arrays.

Each gives the bits of that name's function in :mod:`dlbook.arithmetic.specification`.
"""

import ctypes

import numpy as np

from dlbook.arithmetic import compiled
from dlbook.arithmetic.specification import Doubles

_LANES = 8
_KINDS = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_ssize_t)


def elementwise(name: str, x: Doubles) -> Doubles:
    """One of exp, decay (exp of x <= 0), log, log1p, sigmoid, tanh, sin, cos, of every element.

    The same bits as :mod:`dlbook.arithmetic.specification`, in an array of the same shape.

    Raises:
        ValueError: there is no function of that name.
        ArithmeticError: see :func:`dlbook.arithmetic.compiled.refuse_flushing`.
    """
    compiled.refuse_flushing()
    function = compiled.function(name, *_KINDS)
    vectors = -(-x.size // _LANES)
    given, found = np.zeros(vectors * _LANES), np.empty(vectors * _LANES)
    given[: x.size] = x.reshape(-1)
    function(given.ctypes.data, found.ctypes.data, vectors)
    return found[: x.size].reshape(x.shape)


def exp(x: Doubles) -> Doubles:
    """The exponential."""
    return elementwise("exp", x)


def log(x: Doubles) -> Doubles:
    """The natural logarithm."""
    return elementwise("log", x)


def log1p(x: Doubles) -> Doubles:
    """The natural logarithm of 1 + x."""
    return elementwise("log1p", x)


def sigmoid(x: Doubles) -> Doubles:
    """1 / (1 + exp(-x))."""
    return elementwise("sigmoid", x)


def tanh(x: Doubles) -> Doubles:
    """The hyperbolic tangent."""
    return elementwise("tanh", x)


def sin(x: Doubles) -> Doubles:
    """The sine for |x| <= 2^20."""
    return elementwise("sin", x)


def cos(x: Doubles) -> Doubles:
    """The cosine for |x| <= 2^20."""
    return elementwise("cos", x)
