"""Training in a precision that the book's own arithmetic does not have, by matrices of torch.

Single precision may be what an experiment is about. Its numbers depend on the processor.
"""

import torch
from torch import Tensor

from dlbook.arithmetic.structure import refuse_lone
from dlbook.base import progress
from dlbook.mathematics import losses
from dlbook.mathematics.backprop import passes
from dlbook.mathematics.nets import Stack, differentiable
from dlbook.training.batches import Batch, Feed, Order
from dlbook.training.fitted import Fit, Plan

_CHECK = 100  # steps between two looks for numbers that are not finite


def fit_by_matrices(stack: Stack, data: Batch, plan: Plan) -> Fit:
    """Train every network of a stack; see :func:`dlbook.training.train.fit`.

    Parameters are looked at every 100 steps. A replica that diverges goes on with what it has.
    """
    work = stack[[0, 0]] if len(stack) == 1 else stack[:]  # twins: torch rounds one otherwise
    shown = Stack(stack.net, work.flat[: len(stack)], stack.seeds)
    step, notes, seen = _Updates(work, data, plan), [], []

    def note(made: int) -> Tensor:
        values = losses.mean_loss(plan.loss, _outputs(shown, data.x), data.y, data.weight)
        plan.refuse(values.isfinite(), made)
        return values

    def visit(made: int) -> None:
        if made in plan.at:
            if plan.noted:
                notes.append(note(made))
            if plan.watch is not None:
                seen.append(plan.watch(shown).clone())
        if made % _CHECK == 0:
            plan.refuse(shown.flat.isfinite().all(1), made)

    for made in progress.steps(plan.steps, plan.what):
        visit(made)
        step.make()
    visit(plan.steps)
    return Fit(
        shown,
        note(plan.steps),
        torch.tensor(sorted(plan.at), dtype=torch.int64),
        torch.stack(notes, 1) if notes else shown.flat.new_empty(len(stack), 0),
        torch.stack(seen, 1) if seen else None,
    )


class _Updates:
    """The updates of a stack's parameters, one after the other."""

    def __init__(self, stack: Stack, data: Batch, plan: Plan) -> None:
        samples = data.x.shape[-2]
        self._size = samples if plan.batch is None else plan.batch
        refuse_lone(stack.net.batch_norm, self._size)
        order = None if plan.batch is None else Order(stack.seeds, samples, self._size)
        self._feed = Feed(_of_each(data, len(stack)), order)
        self._net, self._criterion = passes(stack, self._size), losses.loss(plan.loss)
        self._step = plan.optimiser.start(stack.flat)
        self._flat = stack.flat
        self._l1, self._l2 = (_on_weights(strength, stack) for strength in (plan.l1, plan.l2))

    def make(self) -> None:
        """Make the next."""
        now, net = self._feed.next(), self._net
        self._criterion.gradient(net.forward(now.x), now.y, net.error)
        net.error.mul_(1.0 / self._size)
        if now.weight is not None:
            net.error.mul_(now.weight)
        gradient = net.backward()
        if self._l1 is not None:
            gradient.add_(self._l1 * self._flat.sign())
        if self._l2 is not None:
            gradient.add_(self._l2 * self._flat)
        self._step(gradient)


@torch.no_grad()
def _outputs(stack: Stack, x: Tensor) -> Tensor:
    """Outputs for all the data, over which what is normalised has its means."""
    if stack.net.batch_norm is None:
        return stack.predict(x)
    return differentiable(stack.net, stack.flat, x)


def _of_each(data: Batch, copies: int) -> Batch:
    """Data that are each replica's own, for twins too."""
    parts = (data.x, data.y, data.weight)
    x, y, weight = (
        part if part is None or part.dim() == 2 else part.expand(copies, -1, -1).contiguous()
        for part in parts
    )
    assert x is not None
    assert y is not None
    return Batch(x, y, weight)


def _on_weights(strength: float, stack: Stack) -> Tensor | None:
    """λ at every weight and 0 at every bias, ``(s, P)``; ``None`` if there is no penalty."""
    if strength == 0:
        return None
    spread = torch.zeros_like(stack.flat)
    for weights, _ in stack.net.layers(spread):
        weights.fill_(strength)  # once, where several layers have one's
    return spread
