"""Nets with batch normalisation after training: what they answer is that of nets without."""

import torch
from torch import Tensor

from dlbook.arithmetic import prediction
from dlbook.mathematics.elementary import sqrt
from dlbook.mathematics.nets import MLP, Stack, inputs
from dlbook.mathematics.sums import mean, product


def at_rest(stack: Stack, x: Tensor) -> Stack:
    """The nets with the means and mean squares of ``x`` for good: nets without normalisation.

    Every layer's becomes part of its weights, W γ / √(v + ε), and biases, β - m γ / √(v + ε). So
    layers that were tied part. With the training set they are what is measured on other data (see
    :mod:`dlbook.arithmetic.batch_norm`).

    Args:
        stack: the trained nets; without normalisation they are handed back.
        x: inputs ``(n, in)`` or ``(s, n, in)``, as a rule all that the nets were trained on.

    Raises:
        ValueError: the shape of ``x`` is neither.
    """
    net = stack.net
    if net.batch_norm is None:
        return stack
    rows, places = stack.flat.detach().double(), inputs(net, x, len(stack)).double()
    found = prediction.signals(net.training, rows.numpy(), x.detach().double().numpy())
    below = [places, *(torch.from_numpy(part) for part in found)]
    layers, parts = net.layers(rows), []
    for (W, b), scale, h in zip(layers, net.scales(rows), below, strict=False):
        z = product(h, W)
        m = mean(z, 1, keepdim=True)
        spread = mean((z - m) * (z - m), 1, keepdim=True)
        slope = scale / sqrt(spread + net.batch_norm)
        parts += [(W * slope).flatten(1), (b - m * slope).flatten(1)]
    parts += [part.flatten(1) for part in layers[-1]]
    flat = torch.cat(parts, 1).to(stack.flat.dtype)
    return Stack(MLP(net.widths, net.activation, net.skips), flat, stack.seeds)
