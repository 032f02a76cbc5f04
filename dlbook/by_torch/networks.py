"""Many networks of one shape as one ``torch.nn.Module``.

None has anything to do with another, so the gradient of the sum of their losses is that of each.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

ACTIVATION_MODULES: dict[str, Callable[[Tensor], Tensor]] = {
    "identity": nn.Identity(),
    "sigmoid": nn.Sigmoid(),
    "tanh": nn.Tanh(),
    "relu": nn.ReLU(),
    "hard_tanh": nn.Hardtanh(),
    "abs": torch.abs,
    "square": torch.square,
    "sin": torch.sin,
    "softplus": nn.Softplus(threshold=40),  # above it is the input, to the last bit of a double
    "sign": torch.sign,
}


class Networks(nn.Module):
    """``s`` perceptrons whose parameters are the rows of ``flat`` ``(s, P)``.

    Layer by layer a row holds weights ``(in, out)``, then biases.

    Args:
        widths: inputs, hidden layers, outputs.
        activation: of the hidden layers, a name of :data:`ACTIVATION_MODULES`.
        flat: the parameters to begin with, which are copied.
    """

    def __init__(self, widths: Sequence[int], activation: str, flat: Tensor) -> None:
        super().__init__()
        self.flat = nn.Parameter(flat.detach().clone())
        self._shapes = list(pairwise(widths))
        self._sizes = [size for i, o in self._shapes for size in (i * o, o)]
        self._activation = ACTIVATION_MODULES[activation]

    def layers(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Weights ``(s, in, out)`` and biases ``(s, 1, out)`` of every layer."""
        parts = iter(torch.split(self.flat, self._sizes, 1))
        for (fan_in, fan_out), W, b in zip(self._shapes, parts, parts, strict=True):
            yield W.view(-1, fan_in, fan_out), b.view(-1, 1, fan_out)

    def forward(self, x: Tensor) -> Tensor:
        """Outputs ``(s, n, out)`` for inputs ``(s, n, in)``."""
        *hidden, (last, biases) = self.layers()
        for W, b in hidden:
            x = self._activation(torch.baddbmm(b, x, W))
        return torch.baddbmm(biases, x, last)

    def penalty(self, l1: float, l2: float) -> Tensor:
        """λ Σ|w| and λ/2 Σ w² over the weights of all networks, and no biases."""
        parts = [l1 * W.abs().sum() + l2 / 2 * W.square().sum() for W, _ in self.layers()]
        return torch.stack(parts).sum()
