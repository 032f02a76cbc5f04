"""Activation functions by name: value, derivative, and where a piecewise linear one bends.

Each is written thrice. ``function`` is torch's own and differentiable, for analysis and as the
tests' oracle. ``values`` is the arithmetic of the book, for what is measured. ``forward`` and
``backward`` work in place on the buffers of a stack and use only operations whose result for an
element does not depend on its neighbours: ``torch.sigmoid`` and ``softplus`` round differently in
the last, incomplete vector of an array, so a replica trained alone would differ from the same
replica in a stack. They are composed of ``exp`` here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional

from dlbook.mathematics import elementary

_aten = torch.ops.aten


@dataclass(frozen=True)
class Activation:
    """A scalar function f, applied to each unit.

    Args:
        name: what an :class:`dlbook.mathematics.nets.MLP` calls it.
        function: ``z -> f(z)``, differentiable.
        values: ``z -> f(z)``, the same bits on every processor.
        forward: ``(z, out)`` writes f(z) into ``out``, which may be ``z``, and returns it.
        backward: ``(grad, kept)`` multiplies ``grad`` by f' in place and returns it.
        keeps: whether ``backward`` wants f(z) (then z may be overwritten) or z itself.
        kinks: the inputs where a continuous piecewise linear f bends; ``None`` if it is not one.
    """

    name: str
    function: Callable[[Tensor], Tensor]
    values: Callable[[Tensor], Tensor]
    forward: Callable[[Tensor, Tensor], Tensor]
    backward: Callable[[Tensor, Tensor], Tensor]
    keeps: Literal["output", "input"] = "output"
    kinks: tuple[float, ...] | None = None


def _relu(z: Tensor) -> Tensor:
    return torch.where(z < 0, 0.0, z)


def _sign(z: Tensor) -> Tensor:
    return torch.where(z > 0, 1.0, torch.where(z < 0, -1.0, z))  # torch's takes NaN for 0


def _nothing(grad: Tensor, _kept: Tensor) -> Tensor:
    return grad


def _copy(z: Tensor, out: Tensor) -> Tensor:
    return out if out is z else out.copy_(z)


def sigmoid_(z: Tensor, out: Tensor) -> Tensor:
    """Write 1 / (1 + exp(-z)) into ``out``, the same bits at every position of the array."""
    return torch.neg(z, out=out).exp_().add_(1.0).reciprocal_()


def _softplus(z: Tensor, out: Tensor) -> Tensor:
    correction = z.abs().neg_().exp_().log1p_()  # ln(1 + exp z) = max(z, 0) + ln(1 + exp(-|z|))
    return torch.clamp(z, min=0.0, out=out).add_(correction)


def _softplus_backward(grad: Tensor, a: Tensor) -> Tensor:
    return grad.mul_(torch.neg(a).expm1_().neg_())  # the logistic function of z is 1 - exp(-a)


_ALL = (
    Activation("identity", lambda z: z, lambda z: z, _copy, _nothing, kinks=()),
    Activation(
        "sigmoid",
        torch.sigmoid,
        elementary.sigmoid,
        sigmoid_,
        lambda grad, a: _aten.sigmoid_backward.grad_input(grad, a, grad_input=grad),
    ),
    Activation(
        "tanh",
        torch.tanh,
        elementary.tanh,
        lambda z, out: torch.tanh(z, out=out),
        lambda grad, a: _aten.tanh_backward.grad_input(grad, a, grad_input=grad),
    ),
    Activation(
        "relu",
        torch.relu,
        _relu,
        lambda z, out: torch.clamp(z, min=0.0, out=out),
        lambda grad, a: _aten.threshold_backward.grad_input(grad, a, 0, grad_input=grad),
        kinks=(0.0,),
    ),
    Activation(
        "hard_tanh",
        functional.hardtanh,
        lambda z: z.clamp(-1.0, 1.0),
        lambda z, out: torch.clamp(z, -1.0, 1.0, out=out),
        lambda grad, a: _aten.hardtanh_backward.grad_input(grad, a, -1, 1, grad_input=grad),
        kinks=(-1.0, 1.0),
    ),
    Activation(
        "abs",
        torch.abs,
        torch.abs,
        lambda z, out: torch.abs(z, out=out),
        lambda grad, z: grad.mul_(z.sign()),
        keeps="input",
        kinks=(0.0,),
    ),
    Activation(
        "square",
        torch.square,
        torch.square,
        lambda z, out: torch.mul(z, z, out=out),
        lambda grad, z: grad.mul_(z).mul_(2.0),
        keeps="input",
    ),
    Activation(
        "sin",
        torch.sin,
        elementary.sin,
        lambda z, out: torch.sin(z, out=out),
        lambda grad, z: grad.mul_(z.cos()),
        keeps="input",
    ),
    Activation(
        "softplus",
        lambda z: torch.logaddexp(z, torch.zeros_like(z)),  # torch's softplus is cut off at 20
        elementary.softplus,
        _softplus,
        _softplus_backward,
    ),
    Activation(
        "sign",
        torch.sign,
        _sign,
        lambda z, out: torch.sign(z, out=out),
        lambda grad, _a: grad.zero_(),
    ),
)

ACTIVATIONS = {activation.name: activation for activation in _ALL}


def activation(name: str) -> Activation:
    """The activation of that name.

    Raises:
        ValueError: there is none; the message lists those there are.
    """
    if name not in ACTIVATIONS:
        raise ValueError(f"no activation '{name}'; there are {', '.join(ACTIVATIONS)}")
    return ACTIVATIONS[name]
