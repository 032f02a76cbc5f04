"""The losses that runs name, by ``torch.nn.functional``.

Each maps outputs and targets ``(s, n, c)`` to one number for each sample ``(s, n)``; where a loss
is one of single outputs, it is their mean.
"""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

Criterion = Callable[[Tensor, Tensor], Tensor]


def _cross_entropy(o: Tensor, y: Tensor) -> Tensor:
    return functional.cross_entropy(o.movedim(-1, 1), y.movedim(-1, 1), reduction="none")


CRITERIA: dict[str, Criterion] = {
    "mean_squared_error": lambda o, y: functional.mse_loss(o, y, reduction="none").mean(-1),
    "mean_absolute_error": lambda o, y: functional.l1_loss(o, y, reduction="none").mean(-1),
    "fourth_power": lambda o, y: (o - y).pow(4).mean(-1),
    "cross_entropy": _cross_entropy,
    "softmax_squared_error": lambda o, y: functional.mse_loss(
        functional.softmax(o, -1), y, reduction="none"
    ).mean(-1),
    "binary_cross_entropy": lambda o, y: functional.binary_cross_entropy_with_logits(
        o, y, reduction="none"
    ).mean(-1),
    "hinge": lambda o, y: functional.relu(1 - y * o).mean(-1),
    "constant": lambda o, _y: 1 + 0 * o.mean(-1),
}


def aimed_at(loss: str, y: Tensor, outputs: int, dtype: torch.dtype) -> Tensor:
    """Targets ``(…, n, outputs)`` of a loss, of numbers or of integer labels ``(…, n)``."""
    if y.is_floating_point():
        return y.to(dtype)
    hot = functional.one_hot(y, outputs) if outputs > 1 else y[..., None]
    return (2 * hot - 1 if loss == "hinge" else hot).to(dtype)
