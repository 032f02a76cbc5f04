"""Training the runs of an experiment by autograd and ``torch.optim``.

:class:`Autograd` takes the place of the book's own trainer while an experiment runs, see
:func:`dlbook.training.replay.trained_by`. Initial weights, the order of samples and whatever an
experiment draws for its data come from generators of torch, on seeds that were never used before.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.optim import Optimizer

from dlbook.base import progress
from dlbook.by_torch.criteria import CRITERIA, aimed_at
from dlbook.by_torch.draws import TorchStream
from dlbook.by_torch.networks import Networks
from dlbook.by_torch.starts import started
from dlbook.training.fitted import DivergedError, Fit
from dlbook.training.replay import PRECISIONS, Dataset, Run, Watch

OPTIMIZERS: dict[str, Callable[[list[Tensor], float], Optimizer]] = {
    "sgd": lambda w, rate: torch.optim.SGD(w, rate, fused=True),
    "momentum": lambda w, rate: torch.optim.SGD(w, rate, momentum=0.9, fused=True),
    "adagrad": lambda w, rate: torch.optim.Adagrad(w, rate, fused=True),
    "rmsprop": lambda w, rate: torch.optim.RMSprop(w, rate),
    "adam": lambda w, rate: torch.optim.Adam(w, rate, fused=True),
}


@dataclass(frozen=True)
class Autograd:
    """The second trainer.

    Args:
        draw: which of all draws of random numbers.
    """

    draw: int

    def stream(self, seeds: int | Sequence[int], name: tuple[str | int, ...]) -> TorchStream:
        """What an experiment draws its data from."""
        return TorchStream(self.draw, seeds, name)

    def start(self, run: Run, seeds: Sequence[int]) -> Tensor:
        """Parameters ``(s, P)`` to start from, of the laws that the run names."""
        return started(run, seeds, self.draw).to(PRECISIONS[run.precision])

    def fit(
        self, run: Run, seeds: Sequence[int], found: Dataset, at: Sequence[int],
        watch: Watch | None, what: str, tolerate: bool, noted: bool,
    ) -> Fit:  # fmt: skip
        """Train the networks of these seeds; see :meth:`dlbook.training.replay.Run.fit`.

        Raises:
            ValueError: a step to look at that is not made.
            DivergedError: a network ends with a loss that is not finite, and that is not tolerated.
        """
        looks = set(at)
        if not looks <= set(range(run.total + 1)):
            raise ValueError(f"{what}: look at steps from 0 to {run.total}, not at {sorted(at)}")
        begun, losses, watched = run.stack(seeds), [], []
        training = _Training(run, begun.flat, found, self.stream(seeds, ("batches",)))
        for made in progress.steps(run.total + 1, what):  # a look before each step, and one after
            if made in looks:
                if noted:
                    losses.append(training.losses())
                if watch is not None:
                    watched.append(watch(replace(begun, flat=training.flat())).clone())
            if made < run.total:
                training.make_step()
        loss = training.losses()
        if not tolerate and not bool(loss.isfinite().all()):
            raise DivergedError(f"{what}: a network trained by torch ends without a finite loss")
        return Fit(
            replace(begun, flat=training.flat()),
            loss,
            torch.tensor(sorted(looks), dtype=torch.int64),
            torch.stack(losses, 1) if losses else loss.new_empty(len(loss), 0),
            torch.stack(watched, 1) if watched else None,
        )


class _Training:
    """Networks on their way."""

    def __init__(self, run: Run, flat: Tensor, found: Dataset, order: TorchStream) -> None:
        self._run, self._networks = run, Networks(run, flat)
        y = aimed_at(run.loss, found.y, run.widths[-1], flat.dtype)
        self._x, self._y = (_for_each(part, len(flat), flat.dtype) for part in (found.x, y))
        weight = torch.ones(self._x.shape[1]) if found.weight is None else found.weight
        weight = weight.to(flat.dtype).expand(self._x.shape[:2])
        self._weight = weight / weight.mean(-1, keepdim=True)
        samples = self._x.shape[1]
        self._batches = None if run.batch is None else _batches(order, samples, run.batch)
        self._updates = self._phases()

    def flat(self) -> Tensor:
        """The parameters now, a copy."""
        return self._networks.flat.detach().clone()

    @torch.no_grad()
    def losses(self) -> Tensor:
        """The mean loss of each network over all its data ``(s,)``, without penalties."""
        return self._of_each(self._x, self._y, self._weight)

    def make_step(self) -> None:
        """One update of every network."""
        next(self._updates)

    def _of_each(self, x: Tensor, y: Tensor, weight: Tensor) -> Tensor:
        return (CRITERIA[self._run.loss](self._networks(x), y) * weight).mean(-1)

    def _phases(self) -> Iterator[None]:
        run = self._run
        for rate, steps in run.phases:
            optimizer = OPTIMIZERS[run.optimiser]([self._networks.flat], rate)
            for _ in range(steps):
                total = self._of_each(*self._seen()).sum()
                if run.l1 or run.l2:
                    total = total + self._networks.penalty(run.l1, run.l2)
                (self._networks.flat.grad,) = torch.autograd.grad(total, [self._networks.flat])
                optimizer.step()
                yield

    def _seen(self) -> tuple[Tensor, Tensor, Tensor]:
        """What the next step sees."""
        if self._batches is None:
            return self._x, self._y, self._weight
        rows, index = torch.arange(len(self._x))[:, None], next(self._batches)
        return self._x[rows, index], self._y[rows, index], self._weight[rows, index]


def _for_each(data: Tensor, networks: int, dtype: torch.dtype) -> Tensor:
    """Data ``(n, …)`` that all share, or ``(s, n, …)``, as ``(s, n, …)``."""
    shared = data if data.dim() == 3 else data[None]
    return shared.to(dtype).expand(networks, -1, -1).contiguous()


def _batches(order: TorchStream, samples: int, size: int) -> Iterator[Tensor]:
    """Sample numbers ``(s, size)``, shuffle after shuffle without a gap, each network its own."""
    left = order.permutation(samples)
    while True:
        missing = math.ceil(max(size - left.shape[1], 0) / samples)
        left = torch.cat([left, *(order.permutation(samples) for _ in range(missing))], 1)
        yield left[:, :size]
        left = left[:, size:]
