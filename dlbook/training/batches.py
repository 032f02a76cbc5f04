"""Which samples each step sees.

Replica ``k`` sees the data in the order of permutation after permutation, all drawn one after the
other from the stream ``(seed of k, "batches")``; step ``t`` takes the ``b`` samples from place
``t b`` on in that endless sequence. So every sample is used equally often, no batch is short, and
a batch may reach over the seam of two epochs.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from dlbook.mathematics import rng


class Order:
    """The sample numbers of ``s`` replicas, batch by batch.

    Args:
        seeds: one per replica; equal seeds share one order.
        samples: how many samples there are.
        size: how many each batch takes.

    Raises:
        ValueError: the size is not in 1 .. samples.
    """

    def __init__(self, seeds: Sequence[int], samples: int, size: int) -> None:
        if not 1 <= size <= samples:
            raise ValueError(f"a batch of {size} from {samples} samples; take 1 to {samples}")
        distinct = sorted(set(seeds))
        self._streams = rng.streams(distinct, "batches")
        self._rows = torch.tensor([distinct.index(seed) for seed in seeds])
        self._samples, self._size = samples, size
        self._left = torch.empty(len(distinct), 0, dtype=torch.int64)

    def take(self) -> Tensor:
        """The next batch, int64 ``(s, size)``."""
        if self._left.shape[1] < self._size:
            fresh = self._streams.permutation(self._samples)
            self._left = torch.cat([self._left, fresh], 1)
        batch, self._left = self._left[:, : self._size], self._left[:, self._size :]
        return batch.index_select(0, self._rows)


@dataclass(frozen=True)
class Batch:
    """Inputs, targets and, where samples are weighted, weights ``(…, n, 1)`` of one step."""

    x: Tensor
    y: Tensor
    weight: Tensor | None


class Feed:
    """Gathers the batches of an :class:`Order` from data shared, ``(n, …)``, or own, ``(s, n, …)``.

    The tensors of a batch are overwritten by the next.
    """

    def __init__(self, data: Batch, order: Order | None) -> None:
        self._data, self._order = data, order
        self._buffers: dict[str, Tensor] = {}

    def next(self) -> Batch:
        """The batch of the next step; without an order, all the data."""
        if self._order is None:
            return self._data
        index, data = self._order.take(), self._data
        weight = None if data.weight is None else self._gather("weight", data.weight, index)
        return Batch(self._gather("x", data.x, index), self._gather("y", data.y, index), weight)

    def _gather(self, name: str, source: Tensor, index: Tensor) -> Tensor:
        width = source.shape[-1]
        if source.dim() == 3:  # row i of replica k stands at k n + i
            index = index + source.shape[1] * torch.arange(len(source))[:, None]
        out = self._buffers.get(name)
        if out is None:
            out = self._buffers[name] = source.new_empty(index.numel(), width)
        torch.index_select(source.reshape(-1, width), 0, index.reshape(-1), out=out)
        return out.view(*index.shape, width)
