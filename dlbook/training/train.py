"""Training a stack: one way for every experiment of the book."""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor

from dlbook.mathematics import given, losses
from dlbook.mathematics.nets import Stack, inputs
from dlbook.mathematics.optim import Optimiser
from dlbook.mathematics.sums import mean
from dlbook.training.batches import Batch
from dlbook.training.by_arithmetic import fit_by_arithmetic
from dlbook.training.by_matrices import fit_by_matrices
from dlbook.training.fitted import DivergedError as DivergedError
from dlbook.training.fitted import Engine, Plan
from dlbook.training.fitted import Fit as Fit


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
    noted: bool = True,
    engine: Engine | None = None,
) -> Fit:
    """Train every network of a stack on the mean loss of its samples.

    A replica's result does not depend, to the bit, on which others are trained with it. One torch
    thread is used, however many are allowed. In double precision it does not depend on the machine
    either, see :mod:`dlbook.training.by_arithmetic`; a run then ends with its first step after
    which a parameter is not finite.

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
        l2: λ of a penalty λ/2 Σ w² (Source B), likewise.
        at: the steps, 0 … ``steps``, before whose update the loss is noted.
        watch: called with the stack at those steps; returns a tensor ``(s, …)`` of one shape.
        tolerate: keep replicas that diverge, with the values they have, instead of raising.
        what: the name under which progress is reported.
        noted: whether the loss is noted at those steps. Where an example is used once, all the data
            are many times a batch, and to look at them a few times costs more than to train.
        engine: what trains them, instead of the one for their precision.

    Raises:
        ValueError: shapes, labels, weights or settings that do not fit, in one line.
        DivergedError: a parameter or loss is not finite. Losses are looked at at the recorded steps
            and at the end.
    """
    _refuse_odd(what, (x, y), (steps, batch), (l1, l2), at)
    if steps < 0 or any(not 0 <= step <= steps for step in at):
        raise ValueError(f"{what}: note steps from 0 to {steps}, not {list(at)}")
    for strength in (l1, l2):
        if not 0 <= strength < math.inf:
            raise ValueError(f"a penalty of {strength}; take a finite number from 0 up")
    data = _data(
        stack, x, losses.loss(loss).target(y, stack.net.widths[-1], stack.flat.dtype), weight
    )
    samples = data.x.shape[-2]
    if batch is not None and not 1 <= batch <= samples:
        raise ValueError(f"a batch of {batch} from {samples} samples; take 1 to {samples}")
    plan = Plan(loss, optimiser, steps, batch, l1, l2, frozenset(at), watch, tolerate, what, noted)
    if engine is None:
        engine = fit_by_arithmetic if stack.flat.dtype == torch.float64 else fit_by_matrices
    return engine(stack, data, plan)


def _refuse_odd(
    what: str,
    samples: tuple[Tensor, Tensor],
    counts: tuple[int, int | None],
    strengths: tuple[float, float],
    at: Sequence[int],
) -> None:
    """What Python would take for something else, or refuse in words of its own."""
    for name, values in zip(("inputs", "targets"), samples, strict=True):
        given.refuse_no_tensor(f"{what}: {name}", values)
    for name, count in zip(("steps", "batch"), counts, strict=True):
        if count is not None:
            given.refuse_no_whole(f"{what}: {name}", count)
    for name, strength in zip(("l1", "l2"), strengths, strict=True):
        given.refuse_no_number(f"{what}: {name}", strength)
    given.refuse_no_whole(f"{what}: at", *at)


def _data(stack: Stack, x: Tensor, y: Tensor, weight: Tensor | None) -> Batch:
    """The data in the stack's precision, checked, weights of mean 1."""
    dtype, samples = stack.flat.dtype, inputs(stack.net, x, len(stack)).shape[1]
    parts = {"inputs": x, "targets": y}
    if weight is not None:
        if bool((weight < 0).any()) or not bool((weight > 0).any(-1).all()):
            raise ValueError("sample weights must not be negative, nor all zero")
        precise = weight.to(dtype)
        parts["weights"] = (precise / mean(precise, -1, keepdim=True))[..., None]
    for name, part in parts.items():
        if part.shape[-2] != samples or (part.dim() == 3 and len(part) != len(stack)):
            want = f"{samples} samples and {len(stack)} replicas"
            raise ValueError(f"{name} of shape {tuple(part.shape)} do not fit {want}")
    ready = [part.detach().to(dtype).contiguous() for part in parts.values()]
    return Batch(ready[0], ready[1], ready[2] if len(ready) == 3 else None)
