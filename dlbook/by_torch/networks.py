"""Many networks of one shape as one ``torch.nn.Module``.

None has anything to do with another, so the gradient of the sum of their losses is that of each.
"""

from collections.abc import Callable
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from dlbook.training.replay import Run

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

    Layer by layer a row holds weights ``(in, out)``, then biases, of layers that are tied once;
    then the scales of normalised layers.

    Args:
        run: whose widths, activation and connections they have.
        flat: the parameters to begin with, which are copied.
    """

    def __init__(self, run: Run, flat: Tensor) -> None:
        super().__init__()
        self.flat = nn.Parameter(flat.detach().clone())
        self._again = {again: first for first, again in run.ties}
        self._from = {end: begin for begin, end in run.skips}
        self._eps = run.batch_norm
        shapes = dict(enumerate(pairwise(run.widths), 1))
        self._last = len(shapes)
        self._shapes = {n: shape for n, shape in shapes.items() if n not in self._again}
        self._sizes = [size for i, o in self._shapes.values() for size in (i * o, o)]
        if self._eps is not None:
            self._sizes += [o for n, (_, o) in self._shapes.items() if n < self._last]
        self._activation = ACTIVATION_MODULES[run.activation]

    def layers(self) -> dict[int, tuple[Tensor, Tensor]]:
        """By its number from 1 weights ``(s, in, out)`` and biases ``(s, 1, out)`` of a layer.

        Layers that apply another's are not among them.
        """
        parts = iter(torch.split(self.flat, self._sizes, 1))
        pairs = zip(self._shapes.items(), parts, parts, strict=False)
        return {n: (W.view(-1, i, o), b.view(-1, 1, o)) for (n, (i, o)), W, b in pairs}

    def forward(self, x: Tensor) -> Tensor:
        """Outputs ``(s, n, out)`` for inputs ``(s, n, in)``."""
        layers, below = self.layers(), [x]
        scales = torch.split(self.flat, self._sizes, 1)[2 * len(layers) :]
        named = dict(zip(layers, scales, strict=False))
        for number in range(1, self._last + 1):
            own = self._again.get(number, number)
            W, b = layers[own]
            if number == self._last:
                h = torch.baddbmm(b, below[-1], W)
            elif self._eps is None:
                h = self._activation(torch.baddbmm(b, below[-1], W))
            else:
                h = self._activation(_batch_norm(below[-1] @ W, named[own], b, self._eps))
            below.append(h + below[self._from[number]] if number in self._from else h)
        return below[-1]

    def penalty(self, l1: float, l2: float) -> Tensor:
        """λ Σ|w| and λ/2 Σ w² over the weights of all networks, and no biases or scales."""
        weights = [W for W, _ in self.layers().values()]
        return torch.stack([l1 * W.abs().sum() + l2 / 2 * W.square().sum() for W in weights]).sum()


def _batch_norm(z: Tensor, scale: Tensor, shift: Tensor, eps: float) -> Tensor:
    """Torch's, of ``z`` ``(s, n, c)``: each channel of each network is a channel of one batch."""
    s, n, c = z.shape
    channels = z.transpose(0, 1).reshape(n, s * c)
    given = (scale.reshape(-1), shift.reshape(-1))
    found = functional.batch_norm(channels, None, None, *given, training=True, eps=eps)
    return found.view(n, s, c).transpose(0, 1)
