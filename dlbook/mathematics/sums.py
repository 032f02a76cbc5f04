"""Sums, and what is made of them, in ascending order of the index: ((0 + a0) + a1) + a2.

torch and numpy add in an order that depends on the width of the processor's vectors, and their
matrix products fuse multiplications with additions where the processor can. Here they are apart.
Whole numbers and truth values have one sum in any order. Autograd does not follow.
"""

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from dlbook.arithmetic import matrices, specification
from dlbook.mathematics.elementary import exp, sqrt

_FEW = 8  # terms


def total(x: Tensor, dim: int | None = None) -> Tensor:
    """The sum along a dimension, or of all elements, row by row."""
    if not x.is_floating_point():
        return x.sum() if dim is None else x.sum(dim)
    values = x.detach().numpy()
    along, axis = (values.reshape(-1), 0) if dim is None else (values, dim)
    if along.shape[axis] == 0:
        return torch.from_numpy(np.asarray(along.sum(axis)))
    found = np.take(np.add.accumulate(along, axis=axis), -1, axis=axis)
    return torch.from_numpy(np.asarray(found + found.dtype.type(0)))  # -0 becomes 0


def mean(x: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """The sum divided by the number of elements, in floating point."""
    count = x.numel() if dim is None else x.shape[dim]
    found = total(x, dim) / count if x.is_floating_point() else total(x, dim).double() / count
    return found.unsqueeze(dim) if keepdim and dim is not None else found


def variance(x: Tensor, dim: int | None = None) -> Tensor:
    """The mean squared deviation from the mean."""
    return mean((x - mean(x, dim, keepdim=True)).square(), dim)


def norm(x: Tensor, dim: int | None = None) -> Tensor:
    """The length √Σ x² of vectors along a dimension."""
    return sqrt(total(x * x, dim))


def product(a: Tensor, b: Tensor, start: Tensor | float = 0.0) -> Tensor:
    """The matrix product ``a @ b`` of tensors, its sums begun at ``start``; vectors as in torch.

    Stacks of matrices ``(…, n, k)`` and ``(…, k, m)`` are broadcast.

    Raises:
        ValueError: the inner dimensions differ.
    """
    left, right = (a[None] if a.dim() == 1 else a), (b[:, None] if b.dim() == 1 else b)
    if left.shape[-1] != right.shape[-2]:
        raise ValueError(f"no product of {tuple(a.shape)} and {tuple(b.shape)}")
    shape = (
        *np.broadcast_shapes(left.shape[:-2], right.shape[:-2]), left.shape[-2], right.shape[-1],
    )  # fmt: skip
    dtype = torch.promote_types(left.dtype, right.dtype)
    first, second = (part.detach().to(dtype).numpy() for part in (left, right))
    begin = torch.as_tensor(start, dtype=dtype).detach().expand(shape).numpy()
    few = left.shape[-1] <= _FEW and begin.size <= _FEW**3  # the text is quicker than a call
    compiled = dtype == torch.float64 and not few
    of = matrices.product if compiled else specification.product
    found = torch.from_numpy(of(first, second, begin))
    rows = found[..., 0] if b.dim() == 1 else found
    return rows if a.dim() > 1 else rows[..., 0] if b.dim() == 1 else rows[..., 0, :]


def softmax(x: Tensor) -> Tensor:
    """exp(xⱼ - m) / Σ exp(xⱼ - m) along the last dimension, m the greatest."""
    powers = exp(x - x.amax(-1, keepdim=True))
    return powers / total(powers, -1)[..., None]


def quantile(x: Tensor, share: float, dim: int = -1) -> Tensor:
    """The value below which that share lies, interpolated between neighbours in order.

    Raises:
        ValueError: a share outside 0 .. 1.
    """
    if not 0.0 <= share <= 1.0:
        raise ValueError(f"a quantile at {share}; take 0 to 1")
    ordered = x.sort(dim).values
    place = share * (x.shape[dim] - 1)
    below = math.floor(place)
    low = ordered.select(dim, below)
    high = ordered.select(dim, min(below + 1, x.shape[dim] - 1))
    return low + (high - low) * (place - below)


def quantiles(x: Tensor, shares: Sequence[float]) -> Tensor:
    """Several along the first dimension, ``(n, …) -> (shares, …)``."""
    return torch.stack([quantile(x, share, 0) for share in shares])
