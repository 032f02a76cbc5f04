"""Training a stack in double precision by the book's own arithmetic.

The numbers are those of :mod:`dlbook.arithmetic.one_model`, whatever the machine.
"""

import numpy as np
import torch
from torch import Tensor

from dlbook.arithmetic.one_model import Training
from dlbook.arithmetic.prediction import mean_losses
from dlbook.arithmetic.specification import Doubles
from dlbook.arithmetic.wide import fitting
from dlbook.base import progress
from dlbook.mathematics import optim
from dlbook.mathematics.nets import MLP, Stack
from dlbook.mathematics.optim import Optimiser
from dlbook.training.batches import Batch
from dlbook.training.fitted import Fit, Plan

_LOOKS = 100  # for runs that have ended


def fit_by_arithmetic(stack: Stack, data: Batch, plan: Plan) -> Fit:
    """Train every network of a stack; see :func:`dlbook.training.train.fit`.

    A run ends with its first step after which a parameter is not finite; its numbers stay.

    Raises:
        DivergedError: a run has ended, or a loss is not finite, and that is not tolerated.
        ArithmeticError: see :func:`dlbook.arithmetic.compiled.refuse_flushing`.
    """
    models = _Models(stack, data, plan)
    stretch = max(1, plan.steps // _LOOKS)
    notes, seen = [], []

    def visit(made: int) -> None:
        models.advance(made)
        if made in plan.at:
            if plan.noted:
                notes.append(models.loss())
            if plan.watch is not None:
                seen.append(plan.watch(models.stack()).clone())

    for made in progress.steps(plan.steps, plan.what):
        if made % stretch == 0 or made in plan.at:
            visit(made)
    visit(plan.steps)
    return Fit(
        models.stack(),
        models.loss(),
        torch.tensor(sorted(plan.at), dtype=torch.int64),
        torch.stack(notes, 1) if notes else stack.flat.new_empty(len(stack), 0),
        torch.stack(seen, 1) if seen else None,
    )


class _Models:
    """A stack on its way, in the trainer that is fastest for it."""

    def __init__(self, stack: Stack, data: Batch, plan: Plan) -> None:
        plan.optimiser.start(stack.flat[:, :1].clone())  # it refuses rates that do not fit
        self._start, self._plan = stack, plan
        self._training = described(stack.net, plan)
        self._x, self._y = data.x.numpy(), data.y.numpy()
        self._weight = None if data.weight is None else data.weight[..., 0].numpy()
        self._trainer = fitting(self._training, len(stack))(
            self._training, stack.flat.numpy(), self._x, self._y, self._weight, batch=plan.batch,
            seeds=stack.seeds if plan.batch is not None else (), rate=_rates(plan.optimiser),
        )  # fmt: skip

    def advance(self, made: int) -> None:
        """Go on until so many steps are made."""
        self._trainer.advance(made - self._trainer.made)
        ended = torch.from_numpy(self._trainer.ended)
        if (ended > 0).any():
            self._plan.refuse(ended == 0, int(ended[ended > 0].min()))

    def stack(self) -> Stack:
        """The networks now; one that was not finite at the start stays as it was."""
        began = self._start.flat.isfinite().all(1, keepdim=True)
        now = torch.from_numpy(self._trainer.parameters)
        flat = torch.where(began, now, self._start.flat)
        return Stack(self._start.net, flat, self._start.seeds)

    def loss(self) -> Tensor:
        """The mean loss of each over all the data ``(s,)``."""
        rows = self.stack().flat.numpy()
        values = torch.from_numpy(mean_losses(self._training, rows, self._x, self._y, self._weight))
        self._plan.refuse(values.isfinite(), self._trainer.made)
        return values


def described(net: MLP, plan: Plan) -> Training:
    """A training as the arithmetic is told of it; the rate is that of the first network.

    Raises:
        ValueError: an optimiser that the arithmetic does not have.
    """
    first, second, eps = 0.0, 0.0, 0.0  # of which the patterns below set what there is
    match plan.optimiser:
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
            raise ValueError(f"no optimiser {type(plan.optimiser).__name__} in the arithmetic")
    name, rate = type(plan.optimiser).__name__.lower(), float(_rates(plan.optimiser)[0])
    return Training(
        net.widths, net.activation, plan.loss, name, rate, first, second, eps, plan.l1, plan.l2,
        net.skips, net.ties, net.batch_norm,
    )  # fmt: skip


def _rates(optimiser: Optimiser) -> Doubles:
    """The learning rates of an optimiser, one or one for each network."""
    rates: Doubles = np.asarray(optimiser.rate, dtype=np.float64).reshape(-1)  # type: ignore[attr-defined]
    return rates
