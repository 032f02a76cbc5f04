"""A deep net that is a shallow one: with layers that do nothing (He et al. 2016, section 1).

"Deep residual learning for image recognition": a deeper net can copy a shallower one and add layers
that are the identity, so it need not have the higher training error that training finds.
"""

import torch

from dlbook.mathematics.nets import MLP, Stack


def deepened(stack: Stack, layers: int) -> Stack:
    """The same functions by so many more hidden layers, of unit matrices and biases of 0.

    They stand before the last layer, where signals are not negative, and ReLU leaves them as they
    are: a unit's sum is its own signal and zeros, so no output differs in a bit.

    Args:
        stack: ReLU nets with a hidden layer, without skips, ties and batch normalisation.
        layers: how many more.

    Raises:
        ValueError: the nets are others, or the number is negative.
    """
    net = stack.net
    if net.activation != "relu" or len(net.widths) < 3 or net != MLP(net.widths, "relu"):
        raise ValueError(f"only ReLU nets with a plain hidden layer are deepened, not {net}")
    if layers < 0:
        raise ValueError(f"{layers} more layers; give 0 or more")
    width = net.widths[-2]
    nothing = torch.zeros(len(stack), width + 1, width, dtype=stack.flat.dtype)
    nothing[:, :width] = torch.eye(width, dtype=stack.flat.dtype)
    last = (width + 1) * net.widths[-1]
    parts = [stack.flat[:, :-last], *[nothing.flatten(1)] * layers, stack.flat[:, -last:]]
    widths = (*net.widths[:-1], *(width,) * layers, net.widths[-1])
    return Stack(MLP(widths, "relu"), torch.cat(parts, 1), stack.seeds)
