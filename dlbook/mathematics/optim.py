"""Five optimisers, each written as its formula, in place on the parameters of a stack.

``g`` is the gradient, ``w`` the parameters, η the learning rate; the divisions, roots and squares
go element by element. An optimiser is a frozen record of its constants; ``start`` gives the
function that makes one step and owns the memory between steps.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from dlbook.mathematics import given

Rate = float | Sequence[float] | Tensor
Step = Callable[[Tensor], None]


class Optimiser(Protocol):
    """What :func:`dlbook.training.train.fit` asks of an optimiser."""

    def start(self, w: Tensor) -> Step:
        """A function that takes the gradient ``(s, P)`` and changes ``w`` ``(s, P)`` in place."""


def _descent(rate: Rate, w: Tensor) -> Tensor:
    """-η, spread over the parameters ``(s, P)``; a single number and ``s`` equal ones agree."""
    column = torch.as_tensor(rate, dtype=w.dtype).reshape(-1, 1)
    if len(column) not in (1, len(w)):
        raise ValueError(f"{len(column)} learning rates for {len(w)} replicas; give 1 or one each")
    if not bool((column > 0).all()) or not bool(column.isfinite().all()):
        raise ValueError(f"learning rates must be positive and finite, not {rate}")
    return column.neg().expand_as(w).contiguous()


class _Constants:
    """The constants of an optimiser, looked at where they are written.

    Raises:
        ValueError: a rate is not positive, a share of the past not in [0, 1), or one is no number.
    """

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if name == "rate":
                given.refuse_no_rates(value)
                continue
            given.refuse_no_number(name, value)
            below = math.inf if name == "eps" else 1
            if not 0 <= value < below:
                wanted = f"give a number from 0 up, below {below}"
                raise ValueError(f"{name}: {value} does not do; {wanted}")


@dataclass(frozen=True, eq=False)
class SGD(_Constants):
    """w ← w - η g (steepest descent; stochastic when g comes from a batch).

    Args:
        rate: η, one number or one per replica.
    """

    rate: Rate

    def start(self, w: Tensor) -> Step:
        """See :class:`Optimiser`."""
        descent = _descent(self.rate, w)

        def step(g: Tensor) -> None:
            w.addcmul_(descent, g)

        return step


@dataclass(frozen=True, eq=False)
class Momentum(_Constants):
    """v ← μ v + g,  w ← w - η v (Polyak 1964, "Some methods of speeding up the convergence…").

    Args:
        rate: η, one number or one per replica.
        decay: μ, the share of the last move that is kept.
    """

    rate: Rate
    decay: float = 0.9

    def start(self, w: Tensor) -> Step:
        """See :class:`Optimiser`."""
        descent, v = _descent(self.rate, w), torch.zeros_like(w)

        def step(g: Tensor) -> None:
            v.mul_(self.decay).add_(g)
            w.addcmul_(descent, v)

        return step


@dataclass(frozen=True, eq=False)
class Adagrad(_Constants):
    """G ← G + g²,  w ← w - η g / (√G + ε) (Duchi, Hazan & Singer 2011, JMLR 12).

    Args:
        rate: η, one number or one per replica.
        eps: ε, which keeps the division defined.
    """

    rate: Rate
    eps: float = 1e-10

    def start(self, w: Tensor) -> Step:
        """See :class:`Optimiser`."""
        descent, total, move = _descent(self.rate, w), torch.zeros_like(w), torch.empty_like(w)

        def step(g: Tensor) -> None:
            total.addcmul_(g, g)
            torch.sqrt(total, out=move).add_(self.eps)
            w.addcmul_(descent, torch.div(g, move, out=move))

        return step


@dataclass(frozen=True, eq=False)
class RMSProp(_Constants):
    """G ← α G + (1 - α) g²,  w ← w - η g / (√G + ε) (Tieleman & Hinton 2012, lecture 6.5).

    Args:
        rate: η, one number or one per replica.
        decay: α, the weight of the past.
        eps: ε, which keeps the division defined.
    """

    rate: Rate
    decay: float = 0.99
    eps: float = 1e-8

    def start(self, w: Tensor) -> Step:
        """See :class:`Optimiser`."""
        descent, average, move = _descent(self.rate, w), torch.zeros_like(w), torch.empty_like(w)

        def step(g: Tensor) -> None:
            average.mul_(self.decay).addcmul_(g, g, value=1.0 - self.decay)
            torch.sqrt(average, out=move).add_(self.eps)
            w.addcmul_(descent, torch.div(g, move, out=move))

        return step


@dataclass(frozen=True, eq=False)
class Adam(_Constants):
    """Momentum and RMSProp, both averages corrected for their start at 0 (Kingma & Ba 2015).

    m ← β₁ m + (1 - β₁) g,  G ← β₂ G + (1 - β₂) g²,
    w ← w - η m̂ / (√Ĝ + ε)  with  m̂ = m / (1 - β₁ᵗ),  Ĝ = G / (1 - β₂ᵗ).

    Args:
        rate: η, one number or one per replica.
        beta1: β₁, the memory of the mean.
        beta2: β₂, the memory of the square.
        eps: ε, which keeps the division defined.
    """

    rate: Rate
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8

    def start(self, w: Tensor) -> Step:
        """See :class:`Optimiser`."""
        descent, move = _descent(self.rate, w), torch.empty_like(w)
        mean, square = torch.zeros_like(w), torch.zeros_like(w)
        steps = 0

        def step(g: Tensor) -> None:
            nonlocal steps
            steps += 1
            mean.lerp_(g, 1.0 - self.beta1)
            square.mul_(self.beta2).addcmul_(g, g, value=1.0 - self.beta2)
            torch.sqrt(square, out=move).mul_((1.0 - self.beta2**steps) ** -0.5).add_(self.eps)
            torch.div(mean, move, out=move)
            w.addcmul_(descent, move, value=1.0 / (1.0 - self.beta1**steps))

        return step
