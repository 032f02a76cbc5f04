"""Networks whose weights are written down instead of trained."""

from collections.abc import Callable, Sequence
from itertools import pairwise

import torch
from torch import Tensor

from dlbook.mathematics.sums import product

Layers = list[tuple[Tensor, Tensor]]
"""Weights ``(in, out)`` and bias ``(out,)`` of every layer, float64; the last layer is affine."""

Activation = Callable[[Tensor], Tensor]


def layer(weights: Sequence[Sequence[float]], bias: Sequence[float]) -> tuple[Tensor, Tensor]:
    """One layer from numbers: ``weights[i][j]`` leads from input ``i`` to output ``j``."""
    return torch.tensor(weights, dtype=torch.float64), torch.tensor(bias, dtype=torch.float64)


def step(z: Tensor) -> Tensor:
    """The threshold unit: 1 where ``z > 0``, else 0."""
    return (z > 0).to(z.dtype)


def ramp(z: Tensor) -> Tensor:
    """The hard sigmoid of slope 1: 0 up to 0, ``z`` in between, 1 from 1 on."""
    return z.clamp(0, 1)


def evaluate(layers: Layers, x: Tensor, activation: Activation = torch.relu) -> Tensor:
    """The network's output, ``(n, in) -> (n, out)``, with one activation for all hidden layers."""
    *hidden, (W, b) = layers
    for V, c in hidden:
        x = activation(product(x, V, c))
    return product(x, W, b)


def parameters(layers: Layers) -> int:
    """How many numbers the network consists of, zeros included."""
    return sum(W.numel() + b.numel() for W, b in layers)


def dense_parameters(widths: Sequence[int], *, biases: bool = True) -> int:
    """Parameters of a fully connected network, ``sum (in + 1) * out``, or ``sum in * out``.

    ``widths`` runs from the input to the output. Comparisons in the literature often leave the
    biases out: Seide, Li and Yu, "Conversational speech transcription using context-dependent deep
    neural networks" (Interspeech 2011), match 429 -> 5 x 2048 -> 9304 to 429 -> 3772 -> 9304 by
    their weights alone.

    Raises:
        ValueError: fewer than two widths, or a width below 1.
    """
    if len(widths) < 2 or min(widths) < 1:
        raise ValueError(f"a network needs an input and an output width of 1 or more, not {widths}")
    return sum((a + biases) * b for a, b in pairwise(widths))
