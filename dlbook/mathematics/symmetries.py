"""Other parameters for the same function: hidden units in another order, or on another scale."""

import torch
from torch import Tensor

from dlbook.mathematics.explicit import Layers


def permuted(layers: Layers, order: Tensor, hidden: int = 0) -> Layers:
    """The network with the units of one hidden layer in another order.

    Unit ``i`` of the new layer is unit ``order[i]`` of the old one, with what leads to it and away
    from it. The function is the same for every activation; only the order of a sum changes.

    Raises:
        ValueError: ``order`` is no permutation of the layer's units.
    """
    units = len(layers[hidden][1])
    if sorted(order.tolist()) != list(range(units)):
        raise ValueError(f"the order of {units} units cannot be {order.tolist()}")
    (W, b), (V, c) = layers[hidden], layers[hidden + 1]
    return [*layers[:hidden], (W[:, order], b[order]), (V[order], c), *layers[hidden + 2 :]]


def rescaled(layers: Layers, factors: Tensor, hidden: int = 0) -> Layers:
    """The network whose unit ``i`` receives ``factors[i]`` times as much and gives on as much less.

    The function is the same where ``f(c z) = c f(z)``: for ReLU with every c > 0, for odd
    activations such as tanh with c = -1 (Sussmann, "Uniqueness of the weights for minimal
    feedforward nets with a given input-output map", 1992). Powers of two change no bit.

    Raises:
        ValueError: not one factor per unit, or a factor of zero.
    """
    (W, b), (V, c) = layers[hidden], layers[hidden + 1]
    if factors.shape != b.shape or bool((factors == 0).any()):
        raise ValueError(
            f"{len(b)} units need as many factors other than 0, not {factors.tolist()}"
        )
    scaled = (W * factors, b * factors), (V / factors[:, None], c)
    return [*layers[:hidden], *scaled, *layers[hidden + 2 :]]


def vector(layers: Layers) -> Tensor:
    """All parameters in one row ``(P,)``: layer by layer, weights row by row, then biases."""
    return torch.cat([part.flatten() for layer in layers for part in layer])
