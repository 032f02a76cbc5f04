"""Training a stack: one loop for every experiment of the book."""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor

from dlbook.base import progress
from dlbook.mathematics import losses
from dlbook.mathematics.backprop import Backprop
from dlbook.mathematics.losses import Loss
from dlbook.mathematics.nets import Stack, inputs
from dlbook.mathematics.optim import Optimiser
from dlbook.mathematics.sums import mean
from dlbook.training.batches import Batch, Feed, Order

_CHECK = 100  # steps between two looks for numbers that are not finite


class DivergedError(ArithmeticError):
    """Some replica's parameters or loss ceased to be finite; the message says which and when."""


@dataclass(frozen=True, eq=False)
class Fit:
    """What training leaves behind.

    Args:
        stack: the trained networks; the stack that was handed in is unchanged.
        loss: the final loss over all the data ``(s,)``, without penalties.
        steps: the recorded steps ``(k,)``; 0 is before the first update.
        losses: the loss over all the data at those steps ``(s, k)``, without penalties.
        watched: what ``watch`` returned at those steps, stacked ``(s, k, …)``; else ``None``.
    """

    stack: Stack
    loss: Tensor
    steps: Tensor
    losses: Tensor
    watched: Tensor | None


@contextmanager
def _one_thread() -> Iterator[None]:
    """One torch thread inside the block: for stacks of small nets two are slower than one."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


@_one_thread()
def fit(
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
    """Train every network of a stack on the mean loss of its samples.

    A replica's result does not depend, to the bit, on which others are trained with it. One torch
    thread is used, however many are allowed.

    Args:
        stack: the networks to start from; they decide the precision.
        x: inputs ``(n, in)``, shared by all replicas, or ``(s, n, in)``.
        y: targets ``(n, out)`` or ``(s, n, out)``, or integer labels ``(n)`` or ``(s, n)``.
        loss: a name of :data:`dlbook.mathematics.losses.LOSSES`.
        optimiser: one of :mod:`dlbook.mathematics.optim`.
        steps: how many updates.
        batch: samples per update, in the order of :mod:`dlbook.training.batches`; all of them by
            default.
        weight: one non-negative weight per sample, ``(n)`` or ``(s, n)``. They are scaled to mean
            1 over the data, so the loss over all the data is the weighted mean.
        l1: λ of a penalty λ Σ|w|; weights only, no biases.
        l2: λ of a penalty λ/2 Σ w² (seed 001), likewise.
        at: the steps, 0 … ``steps``, before whose update the loss is noted.
        watch: called with the stack at those steps; returns a tensor ``(s, …)`` of one shape.
        tolerate: keep replicas that diverge, with the values they have, instead of raising.
        what: the name under which progress is reported.

    Raises:
        ValueError: shapes, labels, weights or settings that do not fit, in one line.
        DivergedError: a parameter or loss is not finite. Parameters are looked at every 100 steps,
            the loss at the recorded steps and at the end.
    """
    if steps < 0 or any(not 0 <= step <= steps for step in at):
        raise ValueError(f"{what}: note steps from 0 to {steps}, not {list(at)}")
    criterion = losses.loss(loss)
    work = stack[[0, 0]] if len(stack) == 1 else stack[:]  # twins: see Stack.signals
    data = _data(stack, x, y, weight, criterion, len(work))
    update = _updates(work, data, criterion, optimiser, batch, (l1, l2))
    shown = Stack(stack.net, work.flat[: len(stack)], stack.seeds)
    wanted, notes, seen = frozenset(at), [], []

    def note(step: int) -> Tensor:
        values = losses.mean_loss(loss, work.predict(data.x), data.y, data.weight)[: len(stack)]
        if not tolerate:
            _refuse(values.isfinite(), step, what)
        return values

    def visit(step: int) -> None:
        if step in wanted:
            notes.append(note(step))
            if watch is not None:
                seen.append(watch(shown).clone())
        if step % _CHECK == 0 and not tolerate:
            _refuse(shown.flat.isfinite().all(1), step, what)

    for step in progress.steps(steps, what):
        visit(step)
        update()
    visit(steps)
    return Fit(
        shown,
        note(steps),
        torch.tensor(sorted(wanted), dtype=torch.int64),
        torch.stack(notes, 1) if notes else shown.flat.new_empty(len(stack), 0),
        torch.stack(seen, 1) if seen else None,
    )


def _data(
    stack: Stack, x: Tensor, y: Tensor, weight: Tensor | None, criterion: Loss, copies: int
) -> Batch:
    """The data in the stack's precision, checked, weights of mean 1, own data for each copy."""
    dtype, samples = stack.flat.dtype, inputs(stack.net, x, len(stack)).shape[1]
    parts = {"inputs": x, "targets": criterion.target(y, stack.net.widths[-1], dtype)}
    if weight is not None:
        if bool((weight < 0).any()) or not bool((weight > 0).any(-1).all()):
            raise ValueError("sample weights must not be negative, nor all zero")
        precise = weight.to(dtype)
        parts["weights"] = (precise / mean(precise, -1, keepdim=True))[..., None]
    for name, part in parts.items():
        if part.shape[-2] != samples or (part.dim() == 3 and len(part) != len(stack)):
            want = f"{samples} samples and {len(stack)} replicas"
            raise ValueError(f"{name} of shape {tuple(part.shape)} do not fit {want}")
    own = (part.expand(copies, -1, -1) if part.dim() == 3 else part for part in parts.values())
    ready = [part.to(dtype).contiguous() for part in own]
    return Batch(ready[0], ready[1], ready[2] if len(ready) == 3 else None)


def _updates(
    stack: Stack,
    data: Batch,
    criterion: Loss,
    optimiser: Optimiser,
    batch: int | None,
    strengths: tuple[float, float],
) -> Callable[[], None]:
    """A function that makes one update of the stack's parameters."""
    samples = data.x.shape[-2]
    size = samples if batch is None else batch
    feed = Feed(data, None if batch is None else Order(stack.seeds, samples, size))
    net, step = Backprop(stack, size), optimiser.start(stack.flat)
    l1, l2 = (_on_weights(strength, stack) for strength in strengths)

    def update() -> None:
        now = feed.next()
        criterion.gradient(net.forward(now.x), now.y, net.error)
        net.error.mul_(1.0 / size)
        if now.weight is not None:
            net.error.mul_(now.weight)
        gradient = net.backward()
        if l1 is not None:
            gradient.addcmul_(l1, stack.flat.sign())
        if l2 is not None:
            gradient.addcmul_(l2, stack.flat)
        step(gradient)

    return update


def _on_weights(strength: float, stack: Stack) -> Tensor | None:
    """λ at every weight and 0 at every bias, ``(s, P)``; ``None`` if there is no penalty."""
    if not 0 <= strength < math.inf:
        raise ValueError(f"a penalty of {strength}; take a finite number from 0 up")
    if strength == 0:
        return None
    spread = torch.zeros_like(stack.flat)
    for weights, _ in stack.net.layers(spread):
        weights += strength
    return spread


def _refuse(finite: Tensor, step: int, what: str) -> None:
    if not bool(finite.all()):
        lost = (~finite).nonzero().flatten().tolist()
        names = ", ".join(map(str, lost[:5])) + (", …" if len(lost) > 5 else "")
        raise DivergedError(
            f"{what}: replicas {names} ({len(lost)} of {len(finite)}) are not finite by step "
            f"{step}; lower the learning rate, or pass tolerate=True to keep them"
        )
