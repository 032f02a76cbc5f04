"""Toy data of the sources.

Functions that draw take a :class:`dlbook.mathematics.rng.Stream`: the stream of one seed gives one
data set ``x`` ``(n, d)``, ``y`` ``(n)``; the streams of ``s`` seeds give one per seed,
``(s, n, d)`` and ``(s, n)``. Inputs are float64, class labels int64.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from dlbook.mathematics.elementary import cos, sin
from dlbook.mathematics.rng import Stream
from dlbook.mathematics.sums import norm, product

Samples = tuple[Tensor, Tensor]

CURVES: dict[str, Callable[[Tensor], Tensor]] = {
    "sin 12x": lambda x: sin(12 * x),
    "-2x^4 + x^3 + x^2 - 2x": lambda x: (((-2 * x + 1) * x + 1) * x - 2) * x,
    "|x|": torch.abs,
}
"""The three targets of Source E §1, to be fitted on [-1, 1]; the polynomial by Horner's rule."""


def alternating(n: int) -> Samples:
    """The points i/n, i = 0 … n - 1, labelled 0, 1, 0, 1, … (Source E §2, after Telgarsky 2015)."""
    i = torch.arange(n)
    return (i.double() / n)[:, None], i % 2


def truth_table(bits: int) -> Tensor:
    """All 0/1 vectors, ``(2**bits, bits)``; row r holds the binary digits of r, highest first."""
    rows, places = torch.arange(2**bits)[:, None], torch.arange(bits - 1, -1, -1)
    return ((rows >> places) & 1).double()


def boolean(number: int, bits: int) -> Tensor:
    """The labels ``(2**bits,)`` of one Boolean function: its value at row r is bit r of ``number``.

    Raises:
        ValueError: there are not so many functions of that many bits.
    """
    if not 0 <= number < 2 ** (2**bits):
        raise ValueError(f"function {number} of {bits} bits: they are numbered 0 … 2^2^{bits} - 1")
    return torch.tensor([(number >> row) & 1 for row in range(2**bits)])


def xor() -> Samples:
    """The four inputs of two bits and whether they differ."""
    return truth_table(2), boolean(0b0110, 2)


def moons(n: int, noise: float, draw: Stream) -> Samples:
    """Two interleaved half circles of radius 1 with normal noise (Source E §7).

    Class 0 is (cos t, sin t), class 1 is (1 - cos t, ½ - sin t), as in scikit-learn; here t is
    uniform on [0, π), so that training and test points differ even without noise. The first half
    of the samples is class 0. Draws n angles, then 2n normals.
    """
    t = math.pi * draw.uniform(n)
    y = (torch.arange(n) >= n - n // 2).long().expand(t.shape)
    x = torch.stack([cos(t), sin(t)], -1)
    x = torch.where(y[..., None] == 1, torch.tensor([1.0, 0.5]).double() - x, x)
    return x + noise * draw.normal(n, 2), y


@dataclass(frozen=True, eq=False)
class Mixture:
    """Two normal classes of one covariance CᵀC, their means ``gap`` apart.

    Args:
        root: C ``(…, d, d)``.
        gap: the mean of class 1 minus that of class 0, which is 0, ``(d)``.
    """

    root: Tensor
    gap: Tensor

    @property
    def distance(self) -> Tensor:
        """Δ = √(gapᵀ (CᵀC)⁻¹ gap), the distance of the means in standard deviations, ``(…)``."""
        gap = self.gap.expand(self.root.shape[:-1])[..., None]
        whitened: Tensor = torch.linalg.solve(self.root.mT, gap)
        return norm(whitened[..., 0], -1)

    @property
    def bayes_accuracy(self) -> Tensor:
        """Φ(Δ/2), the best accuracy of any classifier when the classes are equally frequent."""
        accuracy: Tensor = torch.special.ndtr(self.distance / 2)
        return accuracy

    def draw(self, zeros: int, ones: int, draw: Stream) -> Samples:
        """``zeros`` samples of class 0, then ``ones`` of class 1; one normal per coordinate."""
        n, d = zeros + ones, len(self.gap)
        y = (torch.arange(n) >= zeros).long()
        x = product(draw.normal(n, d), self.root, y[:, None] * self.gap)
        return x, y.expand(x.shape[:-1])


def mixture(d: int, draw: Stream, gap: Tensor | None = None) -> Mixture:
    """Seed 004's generator: C uniform on [0, 1), means 1/i apart in dimension i = 1 … d.

    Its text says 1 apart for some experiments; pass ``gap`` ``(d)`` for other means.
    """
    standard = 1.0 / torch.arange(1, d + 1, dtype=torch.float64)
    return Mixture(draw.uniform(d, d), standard if gap is None else gap)


def digits(train: int, test: int, draw: Stream) -> tuple[Samples, Samples]:
    """Training and test sets from the 1,797 scans of 8 by 8 pixels that come with scikit-learn.

    Grey values 0 … 16 become 0 … 1. A permutation decides: its first ``train`` images train, the
    next ``test`` test.

    Raises:
        ValueError: more images are asked for than there are.
    """
    from sklearn.datasets import load_digits  # slow to import, and few figures need it

    pixels, numbers = load_digits(return_X_y=True)
    if train + test > len(numbers):
        raise ValueError(f"{train} + {test} digits: there are {len(numbers)}")
    x, y = torch.from_numpy(pixels).double() / 16, torch.from_numpy(numbers).long()
    order = draw.permutation(len(y))
    parts = order[..., :train], order[..., train : train + test]
    return (x[parts[0]], y[parts[0]]), (x[parts[1]], y[parts[1]])
