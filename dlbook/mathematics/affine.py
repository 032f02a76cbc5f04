"""The affine layers of a stack, in buffers laid out for speed and for equal rounding.

The matrix routines (MKL under torch) round differently when a matrix starts at an address that is
no multiple of 16 bytes; then a replica's numbers would depend on its place in the stack. They are
also up to six times slower when the last axis of a right factor or a result is short, or when the
matrices of a result do not follow one another without a gap. So layers are padded with units that
are connected to nothing, and W is copied to a buffer whose last axis is its longer side. What the
padding adds to a sum is 0.
"""

from itertools import pairwise

import torch
from torch import Tensor

_ALIGNMENT = 16  # bytes
_OWN_LOOP = 400  # torch multiplies matrices itself, not by MKL, below so many multiplications


def padded(widths: tuple[int, ...], samples: int, element_size: int) -> tuple[int, ...]:
    """The widths that leave no gap between aligned matrices; inputs stay as they are.

    Every matrix that a product writes, outputs ``samples x out`` and gradients ``in x out``, then
    fills a multiple of 16 bytes. Very small nets need no padding.
    """
    if all(samples * fan_in * fan_out < _OWN_LOOP for fan_in, fan_out in pairwise(widths)):
        return widths
    unit = _ALIGNMENT // element_size
    *body, last = widths[0], *(-(-width // unit) * unit for width in widths[1:-1]), widths[-1]
    if samples * last % unit or body[-1] * last % unit:
        last = -(-last // unit) * unit
    return (*body, last)


def aligned(matrices: Tensor) -> Tensor:
    """The matrices ``(s, rows, columns)``, copied if one does not start at a multiple of 16 bytes.

    A view that repeats one matrix, as ``expand`` makes it, stays one.
    """
    step = matrices.stride(0) * matrices.element_size() if len(matrices) > 1 else 0
    if matrices.data_ptr() % _ALIGNMENT == 0 and step % _ALIGNMENT == 0:
        return matrices
    return _zeros(matrices, *matrices.shape).copy_(matrices)


def _zeros(like: Tensor, s: int, rows: int, columns: int) -> Tensor:
    unit = _ALIGNMENT // like.element_size()
    whole = like.new_zeros(s, -(-rows * columns // unit) * unit)
    return whole[:, : rows * columns].view(s, rows, columns)


class Affine:
    """z = h W + b for ``s`` replicas and a fixed number of samples, and its gradients.

    Args:
        weights: W ``(s, in, out)``, read at every pass.
        biases: b ``(s, 1, out)``, read at every pass.
        samples: ``n``.
        fan_in: the padded number of inputs; ``h`` is ``(s, n, fan_in)``.
        fan_out: the padded number of outputs; ``z`` is ``(s, n, fan_out)``.
    """

    def __init__(
        self, weights: Tensor, biases: Tensor, samples: int, fan_in: int, fan_out: int
    ) -> None:
        self._weights, self._biases = weights, biases
        s, real_in, real_out = weights.shape
        self._turned = fan_out < fan_in
        self._W, self._b = weights, biases
        if self._turned:
            self._W = _zeros(weights, s, fan_out, fan_in).mT
        elif (real_in, real_out) != (fan_in, fan_out) or aligned(weights) is not weights:
            self._W = _zeros(weights, s, fan_in, fan_out)
        if real_out != fan_out:
            self._b = biases.new_zeros(s, 1, fan_out)
        self.z = weights.new_empty(s, samples, fan_out)
        self._product = weights.new_empty(self._W.mT.shape if self._turned else self._W.shape)

    def forward(self, h: Tensor) -> Tensor:
        """``z``, overwritten by the next call."""
        for copy, original in ((self._W, self._weights), (self._b, self._biases)):
            if copy is not original:
                _corner(copy, original).copy_(original)
        return torch.baddbmm(self._b, h, self._W, out=self.z)

    def gradients(self, h: Tensor, error: Tensor, weights: Tensor, biases: Tensor) -> None:
        """Write ∂L/∂W = hᵀ e and ∂L/∂b = Σₙ e, from e = ∂L/∂z ``(s, n, fan_out)``."""
        product = self._product
        if self._turned:
            product = torch.bmm(error.mT, h, out=product).mT
        else:
            torch.bmm(h.mT, error, out=product)
        weights.copy_(_corner(product, weights))
        biases.copy_(_corner(torch.sum(error, 1, keepdim=True), biases))

    def below(self, error: Tensor, out: Tensor) -> Tensor:
        """Write ∂L/∂h = e Wᵀ into ``out`` ``(s, n, fan_in)`` and return it."""
        if error.shape[-1] == 1:  # an outer product: one multiplication each
            return torch.mul(error, self._W.mT, out=out)
        return torch.bmm(error, self._W.mT, out=out)


def _corner(large: Tensor, small: Tensor) -> Tensor:
    return large[:, : small.shape[1], : small.shape[2]]
