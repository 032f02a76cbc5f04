"""Grids as tensors; see :mod:`dlbook.arithmetic.grids` for their formulas.

``torch.linspace`` and ``torch.logspace`` give other bits on other processors.
"""

import torch
from torch import Tensor

from dlbook.arithmetic import grids


def linspace(low: float, high: float, points: int) -> Tensor:
    """So many equally spaced places from ``low`` to ``high``, ends included, float64 ``(points)``.

    Raises:
        ValueError: fewer than one point.
    """
    return torch.from_numpy(grids.linspace(low, high, points))


def geomspace(low: float, high: float, points: int) -> Tensor:
    """Places in geometric progression from ``low`` to ``high``, float64 ``(points)``.

    Raises:
        ValueError: fewer than one point, or an end that is not positive and finite.
    """
    return torch.from_numpy(grids.geomspace(low, high, points))
