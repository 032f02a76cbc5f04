"""The gradient of a stack's loss, by the book's arithmetic: the same bits on every processor."""

from dataclasses import replace

import torch
from torch import Tensor

from dlbook.arithmetic import stack as compiled_stack
from dlbook.mathematics import losses
from dlbook.mathematics.nets import Stack, inputs


def derivatives(stack: Stack, loss: str, x: Tensor, y: Tensor) -> Tensor:
    """The derivatives ``(s, P)`` of each network's mean loss by its parameters.

    They lie as the parameters do: ``stack.net.layers(derivatives(…))`` are those of each layer.

    Args:
        stack: the networks; what is normalised has its means over the samples ``x``.
        loss: a name of :data:`dlbook.mathematics.losses.LOSSES`.
        x: inputs ``(n, in)``, shared, or ``(s, n, in)``.
        y: targets ``(n, out)`` or ``(s, n, out)``, or integer labels ``(n)`` or ``(s, n)``.

    Raises:
        ValueError: an unknown loss, or shapes that do not fit.
    """
    inputs(stack.net, x, len(stack))
    target = losses.loss(loss).target(y, stack.net.widths[-1], torch.float64)
    rows, places, aims = (part.detach().double().numpy() for part in (stack.flat, x, target))
    told = replace(stack.net.training, loss=loss)
    found = torch.from_numpy(compiled_stack.gradients(told, rows, places, aims))
    return found.to(stack.flat.dtype)
