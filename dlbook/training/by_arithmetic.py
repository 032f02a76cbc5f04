"""Training a stack by the book's own arithmetic, as :mod:`dlbook.training.train` does by torch.

The numbers are those of :mod:`dlbook.arithmetic.one_model`, whatever the machine. They part from
those of torch by rounding, which training amplifies.
"""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from dlbook.arithmetic.one_model import Training
from dlbook.arithmetic.prediction import mean_losses
from dlbook.arithmetic.specification import Doubles
from dlbook.arithmetic.stack import Trainer
from dlbook.base import progress
from dlbook.mathematics import losses, optim
from dlbook.mathematics.nets import MLP, Stack
from dlbook.mathematics.optim import Optimiser
from dlbook.training.train import DivergedError, Fit

_STRETCHES = 100  # between two words on the progress


def fit_by_arithmetic(
    stack: Stack,
    x: Tensor,
    y: Tensor,
    *,
    loss: str,
    optimiser: Optimiser,
    steps: int,
    batch: int | None = None,
    weight: Tensor | None = None,
    l1: float = 0.0,
    l2: float = 0.0,
    at: Sequence[int] = (),
    watch: Callable[[Stack], Tensor] | None = None,
    tolerate: bool = False,
    what: str = "training",
) -> Fit:
    """Train every network of a stack; the arguments are those of :func:`dlbook.training.train.fit`.

    A run ends with its first step after which a parameter is not finite; its numbers stay.

    Raises:
        ValueError: shapes, labels, weights or settings that do not fit, or another precision than
            float64.
        DivergedError: a run has ended, and ``tolerate`` is not set.
        ArithmeticError: see :func:`dlbook.arithmetic.compiled.refuse_flushing`.
    """
    if steps < 0 or any(not 0 <= step <= steps for step in at):
        raise ValueError(f"{what}: note steps from 0 to {steps}, not {list(at)}")
    if stack.flat.dtype != torch.float64:
        raise ValueError(f"{what}: a stack of {stack.flat.dtype}; the arithmetic is of float64")
    optimiser.start(stack.flat[:, :1].clone())  # it refuses rates that do not fit
    training = described(stack.net, loss, optimiser, l1, l2)
    inputs = x.to(torch.float64).numpy()
    targets = losses.loss(loss).target(y, stack.net.widths[-1], torch.float64).numpy()
    counts = None if weight is None else _of_mean_one(weight.to(torch.float64).numpy())
    trainer = Trainer(
        training, stack.flat.numpy(), inputs, targets, counts, batch=batch,
        seeds=stack.seeds if batch is not None else (), rate=_rates(optimiser),
    )  # fmt: skip
    notes, seen = [], []

    def note() -> Tensor:
        values = mean_losses(training, trainer.parameters, inputs, targets, counts)
        if not tolerate:
            _refuse_ended(trainer.ended, values, trainer.made, what)
        return torch.from_numpy(values)

    wanted = frozenset(at)
    places = sorted(
        {0, steps, *wanted, *np.linspace(0, steps, _STRETCHES + 1).astype(int).tolist()}
    )
    for number in progress.steps(len(places), what):
        trainer.advance(places[number] - trainer.made)
        if places[number] in wanted:
            notes.append(note())
            if watch is not None:
                seen.append(watch(_now(stack, trainer)).clone())
    return Fit(
        _now(stack, trainer),
        note(),
        torch.tensor(sorted(wanted), dtype=torch.int64),
        torch.stack(notes, 1) if notes else stack.flat.new_empty(len(stack), 0),
        torch.stack(seen, 1) if seen else None,
    )


def described(net: MLP, loss: str, optimiser: Optimiser, l1: float, l2: float) -> Training:
    """A training as the arithmetic is told of it; the rate is that of the first network.

    Raises:
        ValueError: an optimiser that the arithmetic does not have.
    """
    first, second, eps = 0.0, 0.0, 0.0  # of which the patterns below set what there is
    match optimiser:
        case optim.SGD():
            pass
        case optim.Momentum(decay=first):
            pass
        case optim.Adagrad(eps=eps):
            pass
        case optim.RMSProp(decay=first, eps=eps):
            pass
        case optim.Adam(beta1=first, beta2=second, eps=eps):
            pass
        case _:
            raise ValueError(f"no optimiser {type(optimiser).__name__} in the arithmetic")
    name, rate = type(optimiser).__name__.lower(), float(_rates(optimiser)[0])
    return Training(net.widths, net.activation, loss, name, rate, first, second, eps, l1, l2)


def _rates(optimiser: Optimiser) -> Doubles:
    """The learning rates of an optimiser, one or one for each network."""
    rates: Doubles = np.asarray(optimiser.rate, dtype=np.float64).reshape(-1)  # type: ignore[attr-defined]
    return rates


def _of_mean_one(weight: Doubles) -> Doubles:
    """The samples' weights over their mean, which is a sum in order.

    Raises:
        ValueError: one is negative, or all are 0.
    """
    total = np.add.accumulate(weight, axis=-1)[..., -1:]
    if (weight < 0).any() or not (total > 0).all():
        raise ValueError("sample weights must not be negative, nor all zero")
    scaled: Doubles = weight / (total * (1.0 / weight.shape[-1]))
    return scaled


def _now(stack: Stack, trainer: Trainer) -> Stack:
    return Stack(stack.net, torch.from_numpy(trainer.parameters), stack.seeds)


def _refuse_ended(ended: NDArray[np.int64], values: Doubles, step: int, what: str) -> None:
    lost = np.flatnonzero((ended > 0) | ~np.isfinite(values)).tolist()
    if lost:
        names = ", ".join(map(str, lost[:5])) + (", …" if len(lost) > 5 else "")
        first = min([int(made) for made in ended if made > 0], default=step)
        raise DivergedError(
            f"{what}: replicas {names} ({len(lost)} of {len(ended)}) are not finite by step "
            f"{first}; lower the learning rate, or pass tolerate=True to keep them"
        )
