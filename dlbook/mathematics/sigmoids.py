"""How sigmoids relate to the ramp and to the ReLU."""

import math

import torch
from torch import Tensor

from dlbook.mathematics.elementary import sigmoid
from dlbook.mathematics.sums import total


def hard_sigmoid(z: Tensor) -> Tensor:
    """The ramp with the sigmoid's slope at 0: ``clip(z / 4 + 1/2, 0, 1)``.

    It differs from the sigmoid by ``1 - sigmoid(2) = 0.1192`` at most, at ``z = ±2``.
    """
    return (z / 4 + 0.5).clamp(0, 1)


def sigmoid_sum(z: Tensor, spacing: float = 1.0) -> Tensor:
    """Infinitely many sigmoids, ``h sum_{i>=1} sigmoid(z - (i - 1/2) h)``, elementwise.

    It is the midpoint rule for ``softplus(z)``, the integral of the sigmoid up to z (Nair and
    Hinton, "Rectified linear units improve restricted Boltzmann machines", ICML 2010). For small
    h it falls short by ``sigmoid'(z) h² / 24``, which is most at z = 0: ``h² / 96``. Terms that add
    up to less than 1e-16 are left out.

    Raises:
        ValueError: the spacing is not positive.
    """
    if not spacing > 0:
        raise ValueError(f"the sigmoids' spacing must be positive, not {spacing}")
    terms = math.ceil((max(float(z.max()), 0.0) + 37) / spacing)
    shifts = (torch.arange(terms, dtype=z.dtype) + 0.5) * spacing
    return spacing * total(sigmoid(z[..., None] - shifts), -1)
