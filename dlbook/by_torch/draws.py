"""Random streams by name, as experiments ask for them, from torch's own generators.

They have the laws of :mod:`dlbook.mathematics.rng` and none of its numbers.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence

import torch
from torch import Tensor

from dlbook.mathematics.rng import Stream


class TorchStream(Stream):
    """The numbers of one name, for one seed or for a stack of seeds.

    The same name of the same seed gives the same numbers, whatever else is drawn. Shapes are those
    of :class:`dlbook.mathematics.rng.Stream`.

    Args:
        draw: which of all draws; another number gives other streams throughout.
        seeds: one seed, or one for each network of a stack.
        name: of the stream.
    """

    def __init__(self, draw: int, seeds: int | Sequence[int], name: tuple[str | int, ...]) -> None:
        self._single = not isinstance(seeds, Iterable)
        given = seeds if isinstance(seeds, Iterable) else [seeds]
        self._generators = [generator(draw, seed, *name) for seed in given]

    def uniform(self, *shape: int, low: float = 0.0, high: float = 1.0) -> Tensor:
        """Uniform on [low, high), float64."""
        unit = self._of_each(lambda own: torch.rand(shape, generator=own, dtype=torch.float64))
        return low + (high - low) * unit

    def normal(self, *shape: int) -> Tensor:
        """Standard normal, float64."""
        return self._of_each(lambda own: torch.randn(shape, generator=own, dtype=torch.float64))

    def integers(self, below: int, *shape: int) -> Tensor:
        """Integers in ``0 .. below - 1``, int64."""
        return self._of_each(lambda own: torch.randint(below, shape, generator=own))

    def permutation(self, n: int) -> Tensor:
        """A shuffle of ``0 .. n - 1``, int64."""
        return self._of_each(lambda own: torch.randperm(n, generator=own))

    def _of_each(self, drawn: Callable[[torch.Generator], Tensor]) -> Tensor:
        rows = [drawn(own) for own in self._generators]
        return rows[0] if self._single else torch.stack(rows)


def generator(draw: int, seed: int, *name: str | int) -> torch.Generator:
    """Torch's generator for one name of one seed."""
    told = "/".join(map(str, (draw, seed, *name)))
    digest = hashlib.sha256(told.encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:8], "big"))
