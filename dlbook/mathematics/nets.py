"""Multilayer perceptrons, and stacks of them that compute as one.

A stack holds ``s`` networks of one shape in one flat buffer ``(s, P)``: replica by replica, layer
by layer, weights ``(in, out)`` in row-major order, then biases. A hidden layer is
``h = f(h W + b)``; the last layer is affine.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor

from dlbook.arithmetic import prediction
from dlbook.arithmetic.one_model import Training
from dlbook.mathematics import given, initial, rng
from dlbook.mathematics.activations import activation
from dlbook.mathematics.affine import Affine, aligned, padded

Layer = tuple[Tensor, Tensor]
Recipe = str | initial.Scheme


@dataclass(frozen=True)
class MLP:
    """The shape of a network: ``MLP((2, 30, 30, 2), "tanh")`` has two hidden layers of 30 units.

    Raises:
        ValueError: fewer than two widths, a width below 1 or no whole number, or an unknown
            activation.
    """

    widths: tuple[int, ...]
    activation: str = "relu"

    def __post_init__(self) -> None:
        given.refuse_no_whole("widths", *self.widths)
        if len(self.widths) < 2 or min(self.widths) < 1:
            raise ValueError(f"widths {self.widths}: give inputs, hidden layers, outputs, all >= 1")
        activation(self.activation)

    @property
    def shapes(self) -> list[tuple[int, int]]:
        """``(in, out)`` of every layer."""
        return list(pairwise(self.widths))

    @property
    def parameters(self) -> int:
        """How many weights and biases one network has."""
        return sum((fan_in + 1) * fan_out for fan_in, fan_out in self.shapes)

    def layers(self, flat: Tensor) -> list[Layer]:
        """Views W ``(s, in, out)`` and b ``(s, 1, out)`` of a flat buffer ``(s, P)``."""
        views, start = [], 0
        for fan_in, fan_out in self.shapes:
            middle = start + fan_in * fan_out
            weights = flat[:, start:middle].view(-1, fan_in, fan_out)
            start = middle + fan_out
            views.append((weights, flat[:, middle:start].view(-1, 1, fan_out)))
        return views


@dataclass(frozen=True, eq=False)
class Stack:
    """``s`` networks of one shape; ``flat`` ``(s, P)`` holds their parameters.

    ``seeds`` name the replicas' random streams, one each, and may repeat: replicas of one seed
    under different settings start alike and see their samples in the same order.
    """

    net: MLP
    flat: Tensor
    seeds: tuple[int, ...]

    def __post_init__(self) -> None:
        if self.flat.shape != (len(self.seeds), self.net.parameters):
            want = (len(self.seeds), self.net.parameters)
            raise ValueError(f"parameters {tuple(self.flat.shape)}: {self.net} wants {want}")

    def __len__(self) -> int:
        return len(self.seeds)

    def __getitem__(self, replicas: int | slice | Sequence[int]) -> "Stack":
        """A stack of some replicas, as a copy: ``stack[3]``, ``stack[:8]``, ``stack[[0, 5]]``."""
        index = torch.arange(len(self))[replicas].reshape(-1)
        return Stack(self.net, self.flat[index], tuple(self.seeds[i] for i in index.tolist()))

    @property
    def layers(self) -> list[Layer]:
        """W ``(s, in, out)`` and b ``(s, 1, out)`` of every layer, as views."""
        return self.net.layers(self.flat)

    def to(self, dtype: torch.dtype) -> "Stack":
        """The same networks in another precision."""
        return Stack(self.net, self.flat.to(dtype), self.seeds)

    def signals(self, x: Tensor) -> list[Tensor]:
        """The outputs ``(s, n, width)`` of every layer, for ``x`` as in :meth:`predict`.

        They are computed in float64, and have the same bits on every processor.
        """
        inputs(self.net, x, len(self))
        shape = Training(self.net.widths, self.net.activation, "constant")
        rows, places = (part.detach().double().numpy() for part in (self.flat, x))
        found = prediction.signals(shape, rows, places)
        return [torch.from_numpy(part).to(self.flat.dtype) for part in found]

    def predict(self, x: Tensor) -> Tensor:
        """Outputs ``(s, n, out)`` for inputs ``(n, in)``, shared, or ``(s, n, in)``.

        Raises:
            ValueError: the shape of ``x`` is neither.
        """
        return self.signals(x)[-1]


def affine_layers(net: MLP, flat: Tensor, samples: int) -> list[Affine]:
    """The layers of parameters ``(s, P)``, ready to compute on so many samples per replica."""
    widths = pairwise(padded(net.widths, samples, flat.element_size()))
    pairs = zip(net.layers(flat), widths, strict=True)
    return [Affine(W, b, samples, *shape) for (W, b), shape in pairs]


def inputs(net: MLP, x: Tensor, replicas: int) -> Tensor:
    """See ``x``, ``(n, in)`` or ``(s, n, in)``, as one input per replica, ``(s, n, in)``, aligned.

    Raises:
        ValueError: the shape of ``x`` is neither.
    """
    fits = x.dim() == 2 or (x.dim() == 3 and len(x) == replicas)
    if not fits or x.shape[-1] != net.widths[0]:
        want = f"(n, {net.widths[0]}) or ({replicas}, n, {net.widths[0]})"
        raise ValueError(f"inputs of shape {tuple(x.shape)}: the net wants {want}")
    return aligned(x if x.dim() == 3 else x[None]).expand(replicas, -1, -1)


def init(
    net: MLP,
    seeds: Sequence[int],
    scheme: Recipe | Sequence[Recipe] = "xavier_uniform",
    dtype: torch.dtype = torch.float64,
) -> Stack:
    """A stack with one network per seed.

    Layer ``l`` (from 0) of the network of seed ``k`` draws from the stream ``(k, "init", l)``, in
    float64, so a seed always has the same network, whatever else runs.

    Args:
        net: the shape.
        seeds: one per replica, each once: two replicas that are alike are no two cases.
        scheme: a name or a scheme of :mod:`dlbook.mathematics.initial`; or a list of them, one per
            layer.
        dtype: the precision that the stack computes in.

    Raises:
        ValueError: an unknown name, a list that is not as long as the net is deep, or a seed twice.
    """
    if not seeds:
        raise ValueError("no seeds for a stack; give at least one")
    given.refuse_twice("seeds of a stack", seeds)
    depth = len(net.shapes)
    recipes = [scheme] * depth if isinstance(scheme, str) or callable(scheme) else list(scheme)
    if len(recipes) != depth:
        raise ValueError(f"{len(recipes)} initialisations for {depth} layers; give 1 or {depth}")
    parts = []
    for layer, (recipe, shape) in enumerate(zip(recipes, net.shapes, strict=True)):
        draw = initial.scheme(recipe) if isinstance(recipe, str) else recipe
        parts += [part.flatten(1) for part in draw(rng.streams(seeds, "init", layer), *shape)]
    return Stack(net, torch.cat(parts, 1).to(dtype), tuple(seeds))


def from_layers(layers: Sequence[Layer], activation: str = "relu") -> Stack:
    """A stack of one network with given weights ``(in, out)`` and biases ``(out)``.

    ``h W + b``: a matrix of a textbook that multiplies columns, W h + b, must be transposed.

    Raises:
        ValueError: the shapes do not chain.
    """
    widths = (layers[0][0].shape[0], *(W.shape[1] for W, _ in layers))
    for number, ((W, b), shape) in enumerate(zip(layers, pairwise(widths), strict=True)):
        if W.shape != shape or b.numel() != shape[1]:
            raise ValueError(f"layer {number}: W {tuple(W.shape)}, b {tuple(b.shape)}; not {shape}")
    flat = torch.cat([part.reshape(1, -1) for layer in layers for part in layer], 1)
    return Stack(MLP(widths, activation), flat, (0,))


def differentiable(net: MLP, flat: Tensor, x: Tensor) -> Tensor:
    """Outputs ``(s, n, out)`` of the parameters ``(s, P)``, through which autograd can follow."""
    f = activation(net.activation).function
    h = inputs(net, x, len(flat))
    *hidden, (weights, biases) = net.layers(flat)
    for W, b in hidden:
        h = f(torch.baddbmm(b, h, W))
    return torch.baddbmm(biases, h, weights)
