"""Back-propagation written out for a stack, in buffers that are allocated once.

For a layer z = h W + b, a = f(z), and e = ∂L/∂z:

    ∂L/∂W = hᵀ e      ∂L/∂b = Σₙ e      ∂L/∂h = e Wᵀ      e of the layer below = f'(z) ∂L/∂h
"""

import torch
from torch import Tensor

from dlbook.mathematics.activations import activation
from dlbook.mathematics.nets import Stack, affine_layers, differentiable, inputs


class Backprop:
    """Forward and backward pass of a stack of loose, dense layers on ``samples`` samples each.

    Args:
        stack: its parameters are read at every pass, so an optimiser may change them in place.
        samples: the number of samples ``n`` of every pass.

    Attributes:
        error: ∂L/∂outputs ``(s, n, out)``, to be filled between the passes.
        gradient: ∂L/∂parameters ``(s, P)``, laid out as they are; the backward pass fills it.
    """

    def __init__(self, stack: Stack, samples: int) -> None:
        self._net, self._replicas = stack.net, len(stack)
        self._f = activation(stack.net.activation)
        self._layers = affine_layers(stack.net, stack.flat, samples)
        self.gradient = torch.zeros_like(stack.flat)
        self._slots = stack.net.layers(self.gradient)
        self._z = [layer.z for layer in self._layers]
        self._e = [torch.zeros_like(z) for z in self._z]
        self._a = self._z[:-1]
        if self._f.keeps == "input":
            self._a = [torch.empty_like(z) for z in self._a]
        self.error = self._e[-1][..., : stack.net.widths[-1]]
        self._h: list[Tensor] = []

    def forward(self, x: Tensor) -> Tensor:
        """Outputs ``(s, n, out)`` for ``x`` ``(n, in)`` or ``(s, n, in)``; the next pass reuses it.

        Raises:
            ValueError: the shape of ``x`` does not fit.
        """
        self._h = [inputs(self._net, x, self._replicas), *self._a]
        for depth, (layer, h) in enumerate(zip(self._layers, self._h, strict=True)):
            z = layer.forward(h)
            if depth < len(self._a):
                self._f.forward(z, self._a[depth])
        return self._z[-1][..., : self._net.widths[-1]]

    def backward(self) -> Tensor:
        """``gradient`` ``(s, P)`` for the last forward pass and the ``error`` of its outputs."""
        kept = self._a if self._f.keeps == "output" else self._z
        for depth in reversed(range(len(self._layers))):
            layer, error = self._layers[depth], self._e[depth]
            layer.gradients(self._h[depth], error, *self._slots[depth])
            if depth > 0:
                self._f.backward(layer.below(error, self._e[depth - 1]), kept[depth - 1])
        return self.gradient


class ByAutograd:
    """The same for layers of any kind, followed by torch's automatic differentiation.

    Args:
        stack: as for :class:`Backprop`.
        samples: likewise.
    """

    def __init__(self, stack: Stack, samples: int) -> None:
        self._net, self._flat = stack.net, stack.flat
        self.error = stack.flat.new_zeros(len(stack), samples, stack.net.widths[-1])
        self._outputs, self._followed = self.error, stack.flat

    def forward(self, x: Tensor) -> Tensor:
        """Outputs ``(s, n, out)``; see :meth:`Backprop.forward`."""
        self._followed = self._flat.detach().requires_grad_()
        self._outputs = differentiable(self._net, self._followed, x)
        return self._outputs.detach()

    def backward(self) -> Tensor:
        """The gradient ``(s, P)``; see :meth:`Backprop.backward`."""
        return torch.autograd.grad(self._outputs, self._followed, self.error)[0]


def passes(stack: Stack, samples: int) -> Backprop | ByAutograd:
    """The faster of the two that knows all layers of a stack."""
    kind = Backprop if stack.net.only_dense and not stack.net.ties else ByAutograd
    return kind(stack, samples)
