"""Losses by the names the sources give them, with their gradients written out.

A loss maps outputs ``o`` ``(s, n, c)`` and targets ``y`` ``(n, c)`` or ``(s, n, c)`` to one number
per sample ``(s, n)``; the loss of a net is the mean over its samples. Losses of single components
are averaged over the ``c`` outputs, as ``torch.nn`` does.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from dlbook.arithmetic.one_model import LOSSES_OF_SAMPLES
from dlbook.arithmetic.specification import Doubles
from dlbook.mathematics.activations import sigmoid_
from dlbook.mathematics.sums import total


@dataclass(frozen=True)
class Loss:
    """A loss and its gradient.

    Args:
        name: what :func:`dlbook.training.train.fit` calls it.
        values: ``(o, y) -> (s, n)``, differentiable.
        gradient: ``(o, y, out)`` writes the derivative of each sample's loss by its outputs into
            ``out`` ``(s, n, c)``, which may not be ``o``.
        labels: how integer class labels become targets: one column per class holding 0 and 1, or
            -1 and 1. A net with one output sees label 1 as 1 and label 0 as 0 or -1.
        classes: the least number of outputs for which the loss means anything.
    """

    name: str
    values: Callable[[Tensor, Tensor], Tensor]
    gradient: Callable[[Tensor, Tensor, Tensor], Tensor]
    labels: Literal["0 and 1", "-1 and 1"] = "0 and 1"
    classes: int = 1

    def target(self, y: Tensor, outputs: int, dtype: torch.dtype) -> Tensor:
        """Targets ``(…, n, outputs)`` from floating point targets or integer labels ``(…, n)``.

        Raises:
            ValueError: the shape or the labels do not fit a net with that many outputs, or the
                loss needs more outputs.
        """
        if outputs < self.classes:
            raise ValueError(f"loss '{self.name}' needs {self.classes} outputs or more: {outputs}")
        if y.is_floating_point():
            if y.dim() not in (2, 3) or y.shape[-1] != outputs:
                want = f"(n, {outputs}) or (s, n, {outputs})"
                raise ValueError(f"targets of shape {tuple(y.shape)}: the net wants {want}")
            return y.to(dtype)
        if y.dim() not in (1, 2):
            raise ValueError(f"labels of shape {tuple(y.shape)}: they must be (n) or (s, n)")
        numbers = torch.arange(outputs) if outputs > 1 else torch.ones(1, dtype=torch.int64)
        low, high, top = int(y.min()), int(y.max()), max(outputs - 1, 1)
        if low < 0 or high > top:
            raise ValueError(f"labels {low} … {high}: a net of {outputs} outputs wants 0 … {top}")
        hot = (y[..., None] == numbers).to(dtype)
        return hot if self.labels == "0 and 1" else 2 * hot - 1


def _softmax(o: Tensor, out: Tensor) -> Tensor:
    torch.sub(o, o.amax(-1, keepdim=True), out=out).exp_()
    return out.div_(out.sum(-1, keepdim=True))


def _squared_gradient(o: Tensor, y: Tensor, out: Tensor) -> Tensor:
    return torch.sub(o, y, out=out).mul_(2.0 / o.shape[-1])


def _fourth_gradient(o: Tensor, y: Tensor, out: Tensor) -> Tensor:
    difference = o - y
    return torch.mul(difference, difference, out=out).mul_(difference).mul_(4.0 / o.shape[-1])


def _cross_entropy(o: Tensor, y: Tensor) -> Tensor:
    return torch.logsumexp(o, -1) - (y * o).sum(-1)  # the targets of a sample add to 1


def _cross_entropy_gradient(o: Tensor, y: Tensor, out: Tensor) -> Tensor:
    return _softmax(o, out).sub_(y)


def _softmax_squared_gradient(o: Tensor, y: Tensor, out: Tensor) -> Tensor:
    p = _softmax(o, torch.empty_like(o))
    _squared_gradient(p, y, out)
    return out.sub_((out * p).sum(-1, keepdim=True)).mul_(p)


def _binary_cross_entropy(o: Tensor, y: Tensor) -> Tensor:
    return (o.clamp(min=0.0) - y * o + torch.log1p(torch.exp(-o.abs()))).mean(-1)


def _binary_cross_entropy_gradient(o: Tensor, y: Tensor, out: Tensor) -> Tensor:
    return sigmoid_(o, out).sub_(y).div_(o.shape[-1])


def _hinge_gradient(o: Tensor, y: Tensor, out: Tensor) -> Tensor:
    return torch.mul(y * o < 1.0, y, out=out).mul_(-1.0 / o.shape[-1])


_ALL = (
    Loss("mean_squared_error", lambda o, y: (o - y).square().mean(-1), _squared_gradient),
    Loss(
        "mean_absolute_error",
        lambda o, y: (o - y).abs().mean(-1),
        lambda o, y, out: torch.sub(o, y, out=out).sign_().div_(o.shape[-1]),
    ),
    Loss("fourth_power", lambda o, y: (o - y).square().square().mean(-1), _fourth_gradient),
    Loss("cross_entropy", _cross_entropy, _cross_entropy_gradient, classes=2),
    Loss(
        "softmax_squared_error",
        lambda o, y: (torch.softmax(o, -1) - y).square().mean(-1),
        _softmax_squared_gradient,
        classes=2,
    ),
    Loss("binary_cross_entropy", _binary_cross_entropy, _binary_cross_entropy_gradient),
    Loss(
        "hinge",
        lambda o, y: (1.0 - y * o).clamp(min=0.0).mean(-1),
        _hinge_gradient,
        labels="-1 and 1",
    ),
    Loss(
        "constant",  # the negative control: whatever the net says, it is told nothing
        lambda o, _y: (0.0 * o).mean(-1) + 1.0,
        lambda _o, _y, out: out.zero_(),
    ),
)

LOSSES = {loss.name: loss for loss in _ALL}


def loss(name: str) -> Loss:
    """The loss of that name.

    Raises:
        ValueError: there is none; the message lists those there are.
    """
    if name not in LOSSES:
        raise ValueError(f"no loss '{name}'; there are {', '.join(LOSSES)}")
    return LOSSES[name]


def mean_loss(name: str, o: Tensor, y: Tensor, weight: Tensor | None = None) -> Tensor:
    """The mean loss over the samples ``(s,)``, as the trainer's specification has it.

    Args:
        name: of the loss.
        o: outputs ``(s, n, c)``.
        y: targets as :meth:`Loss.target` gives them.
        weight: a factor for each sample, ``(n, 1)`` or ``(s, n, 1)``.
    """
    outputs, targets = _flat(name, o, y)
    with np.errstate(all="ignore"):
        values = torch.from_numpy(LOSSES_OF_SAMPLES[name][0](outputs, targets)).view(o.shape[:-1])
    if weight is not None:
        values = values * weight[..., 0]
    return (total(values, -1) * (1.0 / o.shape[-2])).to(o.dtype)


def by_outputs(name: str, o: Tensor, y: Tensor) -> Tensor:
    """The derivative of each sample's loss by its outputs ``(s, n, c)``, by the same arithmetic."""
    outputs, targets = _flat(name, o, y)
    return torch.from_numpy(LOSSES_OF_SAMPLES[name][1](outputs, targets)).view(o.shape)


def differentiable(name: str, o: Tensor, y: Tensor) -> Tensor:
    """The mean loss over the samples ``(s,)``, through which autograd can follow."""
    return loss(name).values(o, y).mean(-1)


def _flat(name: str, o: Tensor, y: Tensor) -> tuple[Doubles, Doubles]:
    """Outputs and targets of a loss that there is, sample by sample."""
    loss(name)
    outputs, targets = (
        part.detach().double().reshape(-1, o.shape[-1]).numpy() for part in (o, y.expand_as(o))
    )
    return outputs, targets
