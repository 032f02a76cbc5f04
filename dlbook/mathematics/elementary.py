"""Elementary functions of tensors with the same bits on every processor.

They are those of :mod:`dlbook.arithmetic.specification`, compiled. They give float64 of the same
shape, or the dtype of a tensor of another precision, rounded once; of a number they give a number.
Autograd does not follow them. torch's own functions choose their method by the processor, and so
does the library of C behind Python's ``math``.
"""

from typing import TypeVar

import numpy as np
import torch
from torch import Tensor

from dlbook.arithmetic.elementwise import elementwise

Number = TypeVar("Number", float, Tensor)


def _of(name: str, x: Number) -> Number:
    if not isinstance(x, Tensor):
        return float(elementwise(name, np.array(x, dtype=np.float64)))
    found = torch.from_numpy(elementwise(name, x.detach().double().numpy()))
    return found.to(x.dtype) if x.is_floating_point() else found


def exp(x: Number) -> Number:
    """The exponential."""
    return _of("exp", x)


def log(x: Number) -> Number:
    """The natural logarithm; -∞ at 0, NaN below."""
    return _of("log", x)


def log1p(x: Number) -> Number:
    """The natural logarithm of 1 + x."""
    return _of("log1p", x)


def sigmoid(x: Number) -> Number:
    """The logistic function 1 / (1 + exp(-x))."""
    return _of("sigmoid", x)


def tanh(x: Number) -> Number:
    """The hyperbolic tangent."""
    return _of("tanh", x)


def sin(x: Number) -> Number:
    """The sine for |x| <= 2^20, NaN beyond."""
    return _of("sin", x)


def cos(x: Number) -> Number:
    """The cosine for |x| <= 2^20, NaN beyond."""
    return _of("cos", x)


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
