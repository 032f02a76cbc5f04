"""Elementary functions of tensors with the same bits on every processor.

They are those of :mod:`dlbook.arithmetic.specification`, compiled. They give float64 of the same
shape, or the dtype of a tensor of another precision, rounded once; of a number they give a number.
Autograd does not follow them. torch's own functions choose their method by the processor, and so
does the library of C behind Python's ``math``.
"""

from collections.abc import Callable
from typing import TypeVar

import numpy as np
import torch
from torch import Tensor

from dlbook.arithmetic import elementwise
from dlbook.arithmetic.specification import Doubles

_Number = TypeVar("_Number", float, Tensor)


def _of(function: Callable[[Doubles], Doubles], x: _Number) -> _Number:
    if not isinstance(x, Tensor):
        return float(function(np.array(x, dtype=np.float64)))
    found = torch.from_numpy(function(x.detach().double().numpy()))
    return found.to(x.dtype) if x.is_floating_point() else found


def exp(x: _Number) -> _Number:
    """The exponential."""
    return _of(elementwise.exp, x)


def log(x: _Number) -> _Number:
    """The natural logarithm; -∞ at 0, NaN below."""
    return _of(elementwise.log, x)


def log1p(x: _Number) -> _Number:
    """The natural logarithm of 1 + x."""
    return _of(elementwise.log1p, x)


def sigmoid(x: _Number) -> _Number:
    """The logistic function 1 / (1 + exp(-x))."""
    return _of(elementwise.sigmoid, x)


def tanh(x: _Number) -> _Number:
    """The hyperbolic tangent."""
    return _of(elementwise.tanh, x)


def sin(x: _Number) -> _Number:
    """The sine for |x| <= 2^20, NaN beyond."""
    return _of(elementwise.sin, x)


def cos(x: _Number) -> _Number:
    """The cosine for |x| <= 2^20, NaN beyond."""
    return _of(elementwise.cos, x)


def sqrt(x: Tensor) -> Tensor:
    """The square root, rounded exactly, which ``torch.sqrt`` does not everywhere."""
    wide = x.detach() if x.is_floating_point() else x.double()
    with np.errstate(invalid="ignore"):
        return torch.from_numpy(np.asarray(np.sqrt(wide.numpy())))


def softplus(x: Tensor) -> Tensor:
    """ln(1 + exp x) as max(x, 0) + ln(1 + exp(-|x|))."""
    return torch.where(x < 0, 0.0, x) + log1p(exp(-x.abs()))


def xlogy(x: Tensor, y: Tensor) -> Tensor:
    """X ln y, and 0 wherever x is 0."""
    return torch.where(x == 0, 0.0, x * log(torch.where(x == 0, 1.0, y)))
