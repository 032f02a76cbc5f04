"""What training is told beside its networks and data, and what it leaves behind."""

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor

from dlbook.mathematics.nets import Stack
from dlbook.mathematics.optim import Optimiser
from dlbook.training.batches import Batch


class DivergedError(ArithmeticError):
    """Some replica's parameters or loss ceased to be finite; the message says which and when."""


@dataclass(frozen=True, eq=False)
class Fit:
    """What training leaves behind.

    Args:
        stack: the trained networks; the stack that was handed in is unchanged.
        loss: the final loss over all the data ``(s,)``, without penalties.
        steps: the recorded steps ``(k,)``; 0 is before the first update.
        losses: the loss over all the data at those steps ``(s, k)``, without penalties; ``(s, 0)``
            if it was not asked for.
        watched: what ``watch`` returned at those steps, stacked ``(s, k, …)``; else ``None``.
    """

    stack: Stack
    loss: Tensor
    steps: Tensor
    losses: Tensor
    watched: Tensor | None


@dataclass(frozen=True, eq=False)
class Plan:
    """How a stack is trained; the fields are arguments of :func:`dlbook.training.train.fit`."""

    loss: str
    optimiser: Optimiser
    steps: int
    batch: int | None
    l1: float
    l2: float
    at: frozenset[int]
    watch: Callable[[Stack], Tensor] | None
    tolerate: bool
    what: str
    noted: bool = True

    def refuse(self, finite: Tensor, step: int) -> None:
        """Refuse replicas that are not finite, unless they are tolerated.

        Raises:
            DivergedError: there are some.
        """
        lost = (~finite).nonzero().flatten().tolist()
        if lost and not self.tolerate:
            names = ", ".join(map(str, lost[:5])) + (", …" if len(lost) > 5 else "")
            raise DivergedError(
                f"{self.what}: replicas {names} ({len(lost)} of {len(finite)}) are not finite by "
                f"step {step}; lower the learning rate, or pass tolerate=True to keep them"
            )


Engine = Callable[[Stack, Batch, Plan], Fit]
