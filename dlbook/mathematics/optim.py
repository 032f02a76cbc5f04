"""Five optimisers, each written as its formula, in place on the parameters of a stack.

``g`` is the gradient, ``w`` the parameters, η the learning rate; the divisions, roots and squares
go element by element, in the order in which :mod:`dlbook.arithmetic.one_model` takes them. An
optimiser is a frozen record of its constants; ``start`` gives the function that makes one step and
owns the memory between steps.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from dlbook.mathematics import given
from dlbook.mathematics.elementary import sqrt

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
            w.add_(descent * g)

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
            w.add_(descent * v)

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
        descent, total = _descent(self.rate, w), torch.zeros_like(w)

        def step(g: Tensor) -> None:
            total.add_(g * g)
            w.add_(descent * (g / (sqrt(total) + self.eps)))

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
        descent, average = _descent(self.rate, w), torch.zeros_like(w)

        def step(g: Tensor) -> None:
            average.mul_(self.decay).add_(g * g * (1.0 - self.decay))
            w.add_(descent * (g / (sqrt(average) + self.eps)))

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
        descent = _descent(self.rate, w)
        mean, square = torch.zeros_like(w), torch.zeros_like(w)
        power1 = power2 = 1.0

        def step(g: Tensor) -> None:
            nonlocal power1, power2
            power1, power2 = power1 * self.beta1, power2 * self.beta2
            mean.mul_(self.beta1).add_(g * (1.0 - self.beta1))
            square.mul_(self.beta2).add_(g * g * (1.0 - self.beta2))
            size = sqrt(square).mul_(1.0 / math.sqrt(1.0 - power2)).add_(self.eps)
            w.add_(descent / (1.0 - power1) * (mean / size))

        return step
