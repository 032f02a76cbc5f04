"""Multilayer perceptrons, and stacks of them that compute as one.

A stack holds ``s`` networks of one shape in one flat buffer ``(s, P)``: replica by replica, layer
by X
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor

from dlbook.arithmetic import prediction
from dlbook.arithmetic.one_model import Training
from dlbook.arithmetic.structure import Links, refuse_links
from dlbook.mathematics import given, initial, rng
from dlbook.mathematics.activations import activation
from dlbook.mathematics.affine import Affine, aligned, padded

Layer = tuple[Tensor, Tensor]
Recipe = str | initial.Scheme


@dataclass(frozen=True)
class MLP:
    """The shape of a network: ``MLP((2, 30, 30, 2), "tanh")`` has two hidden layers of 30 units.

    Args:
        widths: inputs, hidden layers, outputs.
        activation: of the hidden layers, a name of :mod:`dlbook.mathematics.activations`.
        skips: residual connections ``(from, to)``: the signals of layer ``from``, 0 for the inputs,
            are added to those of layer ``to``, which is as wide.
        ties: shared parameters ``(first, again)``: hidden layer ``again``, counted from 1, applies
            those of layer ``first``.
        batch_norm: ε of the batch normalisation of every hidden layer, between its sums and its
            activation (:mod:`dlbook.arithmetic.batch_norm`); there is none if ``None``.

    Raises:
        ValueError: fewer than two widths, a width below 1 or no whole number, an unknown
            activation, connections or ties that do not fit, or an ε that is not finite.
    """

    widths: tuple[int, ...]
    activation: str = "relu"
    skips: Links = ()
    ties: Links = ()
    batch_norm: float | None = None

    def __post_init__(self) -> None:
        given.refuse_no_whole("widths", *self.widths)
        if len(self.widths) < 2 or min(self.widths) < 1:
            raise ValueError(f"widths {self.widths}: give inputs, hidden layers, outputs, all >= 1")
        activation(self.activation)
        refuse_links(self.widths, self.skips, self.ties)
        if self.batch_norm is not None:
            given.refuse_no_number("batch_norm", self.batch_norm)
            if not 0 <= self.batch_norm < math.inf:
                raise ValueError(f"batch_norm: {self.batch_norm}; give an ε from 0 up, or None")

    @property
    def only_dense(self) -> bool:
        """Whether a layer is an affine map of the one below and an activation, and no more."""
        return not self.skips and self.batch_norm is None

    @property
    def training(self) -> Training:
        """The net as the arithmetic is told of it."""
        return Training(
            self.widths, self.activation, "constant",
            skips=self.skips, ties=self.ties, batch_norm=self.batch_norm,
        )  # fmt: skip

    @property
    def own(self) -> list[int]:
        """The layers, counted from 0, that have parameters of their own."""
        return sorted(set(self.training.rows.owners))

    @property
    def shapes(self) -> list[tuple[int, int]]:
        """``(in, out)`` of every layer."""
        return list(pairwise(self.widths))

    @property
    def parameters(self) -> int:
        """How many weights, biases and scales one network has."""
        return self.training.parameters

    def layers(self, flat: Tensor) -> list[Layer]:
        """Views W ``(s, in, out)`` and b ``(s, 1, out)`` of a flat buffer ``(s, P)``.

        Layers that are tied have the same views.
        """
        blocks = self._blocks(flat)
        found = [blocks[number] for number in self.training.rows.dense]
        return [(block[:, :-1], block[:, -1:]) for block in found]

    def scales(self, flat: Tensor) -> list[Tensor]:
        """Views γ ``(s, 1, out)`` of every hidden layer; none without batch normalisation."""
        blocks = self._blocks(flat)
        return [blocks[number] for number in self.training.rows.scales]

    def _blocks(self, flat: Tensor) -> list[Tensor]:
        rows = self.training.rows
        parts = torch.split(flat, [height * width for height, width in rows.blocks], 1)
        shapes = zip(parts, rows.blocks, strict=True)
        return [part.view(-1, height, width) for part, (height, width) in shapes]


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

        Raises:
            ValueError: the shape of ``x`` is neither, or the nets normalise.
        """
        inputs(self.net, x, len(self))
        if self.net.batch_norm is not None:
            raise ValueError(
                "what a net with batch normalisation answers depends on the data of its means; ask "
                "dlbook.mathematics.batch_statistics.at_rest(stack, x), with x of training"
            )
        rows, places = (part.detach().double().numpy() for part in (self.flat, x))
        found = prediction.signals(self.net.training, rows, places)
        return [torch.from_numpy(part).to(self.flat.dtype) for part in found]

    def predict(self, x: Tensor) -> Tensor:
        """Outputs ``(s, n, out)`` for inputs ``(n, in)``, shared, or ``(s, n, in)``.

        Raises:
            ValueError: see :meth:`signals`.
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
    float64, so a seed always has the same network, whatever else runs. A layer that is tied draws
    nothing. One that is normalised starts with the weights that it would have, scales of 1 and
    biases of 0, as Ioffe & Szegedy (2015) and torch do.

    Args:
        net: the shape.
        seeds: one per replica, each once: two replicas that are alike are no two cases.
        scheme: a name or a scheme of :mod:`dlbook.mathematics.initial`; or a list of them, one per
            layer that has parameters of its own.
        dtype: the precision that the stack computes in.

    Raises:
        ValueError: an unknown name, a list of other length than there are layers, or a seed twice.
    """
    if not seeds:
        raise ValueError("no seeds for a stack; give at least one")
    given.refuse_twice("seeds of a stack", seeds)
    depth = len(net.own)
    recipes = [scheme] * depth if isinstance(scheme, str) or callable(scheme) else list(scheme)
    if len(recipes) != depth:
        raise ValueError(f"{len(recipes)} initialisations for {depth} layers; give 1 or {depth}")
    parts, last = [], len(net.shapes) - 1
    for layer, recipe in zip(net.own, recipes, strict=True):
        draw = initial.scheme(recipe) if isinstance(recipe, str) else recipe
        W, b = draw(rng.streams(seeds, "init", layer), *net.shapes[layer])
        normed = net.batch_norm is not None and layer < last
        parts += [W.flatten(1), (torch.zeros_like(b) if normed else b).flatten(1)]
    dense = torch.cat(parts, 1)
    scales = dense.new_ones(len(seeds), net.parameters - dense.shape[1])
    return Stack(net, torch.cat([dense, scales], 1).to(dtype), tuple(seeds))


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
    """Outputs ``(s, n, out)`` of the parameters ``(s, P)``, through which autograd can follow.

    What is normalised has means over the samples ``x``.
    """
    f, last = activation(net.activation).function, len(net.shapes)
    signals, ends = [inputs(net, x, len(flat))], {end: begin for begin, end in net.skips}
    scales = net.scales(flat)
    for number, (W, b) in enumerate(net.layers(flat), 1):
        if scales and number < last:
            z = (
                _differentiable_norm(signals[-1] @ W, net.batch_norm or 0.0) * scales[number - 1]
                + b
            )
        else:
            z = torch.baddbmm(b, signals[-1], W)
        a = f(z) if number < last else z
        signals.append(a + signals[ends[number]] if number in ends else a)
    return signals[-1]


def _differentiable_norm(z: Tensor, eps: float) -> Tensor:
    apart = z - z.mean(1, keepdim=True)
    return apart / (apart.square().mean(1, keepdim=True) + eps).sqrt()
