"""One model, trained by the arithmetic of the book: the text that the compiled trainer is held to.

Every sum over an index is a loop in which the index ascends, and arrays hold the rest side by side.
Parameters lie in one row: layer by layer the weights ``(in, out)``, row by row, then the biases;
behind them, where layers are normalised, their scales (:mod:`dlbook.arithmetic.structure`).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dlbook.arithmetic.batch_norm import below_norm, normalised
from dlbook.arithmetic.specification import (
    Doubles,
    ascending,
    clamped,
    cos,
    exp,
    log,
    log1p,
    sigmoid,
    sin,
    tanh,
)
from dlbook.arithmetic.structure import Links, Rows, rows_of

Elements = Callable[[Doubles], Doubles]
Slope = Callable[[Doubles, Doubles, Doubles], Doubles]
OnOutputs = Callable[[Doubles, Doubles], Doubles]


def sign(x: Doubles) -> Doubles:
    """The sign as 1 or -1; 0 and NaN stay."""
    return np.where(x > 0.0, 1.0, np.where(x < 0.0, -1.0, x))


def _relu(z: Doubles) -> Doubles:
    return np.where(z < 0.0, 0.0, z)


# f(z), and the error below it from the error d above it, a = f(z) and z.
UNITS: dict[str, tuple[Elements, Slope]] = {
    "identity": (lambda z: z, lambda d, _a, _z: d),
    "relu": (_relu, lambda d, a, _z: np.where(a > 0.0, d, 0.0)),
    "sigmoid": (sigmoid, lambda d, a, _z: d * (a * (1.0 - a))),
    "tanh": (tanh, lambda d, a, _z: d * (1.0 - a * a)),
    "hard_tanh": (
        lambda z: clamped(-1.0, z, 1.0),
        lambda d, a, _z: np.where(a > -1.0, np.where(a < 1.0, d, 0.0), 0.0),
    ),
    "sign": (sign, lambda d, _a, _z: np.zeros_like(d)),
    "abs": (np.abs, lambda d, _a, z: d * sign(z)),
    "square": (lambda z: z * z, lambda d, _a, z: d * z * 2.0),
    "sin": (sin, lambda d, _a, z: d * cos(z)),
    "softplus": (
        lambda z: _relu(z) + log1p(exp(-np.abs(z))),
        lambda d, _a, z: d * sigmoid(z),
    ),
}
OPTIMISERS = ("sgd", "momentum", "adagrad", "rmsprop", "adam")


def _softmax(o: Doubles) -> tuple[Doubles, Doubles, Doubles]:
    """The powers exp(oⱼ - m), their sum over the outputs j, and m, the greatest oⱼ."""
    top = o[:, 0]
    for column in o.T:
        top = np.where(column > top, column, top)
    powers = exp(o - top[:, None])
    return powers, ascending(powers.T), top


def _softmax_error(o: Doubles, y: Doubles) -> Doubles:
    return _probabilities(o) - y


def _softmax_loss(o: Doubles, y: Doubles) -> Doubles:
    _, total, top = _softmax(o)
    return (log(total) + top) - ascending((y * o).T)


def _binary_loss(o: Doubles, y: Doubles) -> Doubles:
    return _shared((_relu(o) - y * o) + log1p(exp(-np.abs(o))))


def _shared(values: Doubles) -> Doubles:
    """The mean over the outputs."""
    return ascending(values.T) * (1.0 / len(values.T))


def _squared(x: Doubles) -> Doubles:
    return x * x


def _probabilities(o: Doubles) -> Doubles:
    powers, total, _ = _softmax(o)
    return np.divide(powers, total[:, None])


def _softmax_squared_error(o: Doubles, y: Doubles) -> Doubles:
    p = _probabilities(o)
    g = (p - y) * (2.0 / len(o.T))
    return (g - ascending((g * p).T)[:, None]) * p


# Of each sample's outputs (n, c) and targets (n, c): the loss (n,), and its derivative (n, c).
LOSSES_OF_SAMPLES: dict[str, tuple[OnOutputs, OnOutputs]] = {
    "mean_squared_error": (
        lambda o, y: _shared(_squared(o - y)),
        lambda o, y: (o - y) * (2.0 / len(o.T)),
    ),
    "binary_cross_entropy": (
        _binary_loss,
        lambda o, y: (sigmoid(o) - y) * (1.0 / len(o.T)),
    ),
    "cross_entropy": (_softmax_loss, _softmax_error),
    "mean_absolute_error": (
        lambda o, y: _shared(np.abs(o - y)),
        lambda o, y: sign(o - y) * (1.0 / len(o.T)),
    ),
    "fourth_power": (
        lambda o, y: _shared(_squared(_squared(o - y))),
        lambda o, y: (_squared(o - y) * (o - y)) * (4.0 / len(o.T)),
    ),
    "softmax_squared_error": (
        lambda o, y: _shared(_squared(_probabilities(o) - y)),
        _softmax_squared_error,
    ),
    "hinge": (
        lambda o, y: _shared(_relu(1.0 - y * o)),
        lambda o, y: np.where(y * o < 1.0, y, 0.0) * (-1.0 / len(o.T)),
    ),
    "constant": (lambda o, _y: np.ones(len(o)), lambda o, _y: np.zeros_like(o)),
}


@dataclass(frozen=True)
class Training:
    """What is trained and how, but for the start, the data and the number of steps.

    Args:
        widths: inputs, hidden layers, outputs.
        units: the activation of the hidden layers, a name of :data:`UNITS`.
        loss: a name of :data:`LOSSES_OF_SAMPLES`.
        optimiser: one of :data:`OPTIMISERS`.
        rate: the learning rate η.
        first: of momentum μ, of RMSProp α, of Adam β₁.
        second: of Adam β₂.
        eps: what keeps a division by a root defined.
        l1: λ of a penalty λ Σ|w| on the weights, not on the biases.
        l2: λ of a penalty λ/2 Σ w², likewise.
        skips: residual connections ``(from, to)``: the signals of layer ``from``, 0 for the
            inputs, are added to those of layer ``to``, which is as wide; one at most ends at each.
        ties: pairs ``(first, again)``: hidden layer ``again`` applies the parameters of layer
            ``first``, and has none of its own.
        batch_norm: ε of the batch normalisation of every hidden layer, between its sums and its
            activation (:mod:`dlbook.arithmetic.batch_norm`); there is none if ``None``.
    """

    widths: tuple[int, ...]
    units: str
    loss: str
    optimiser: str = "adam"
    rate: float = 0.01
    first: float = 0.9
    second: float = 0.999
    eps: float = 1e-8
    l1: float = 0.0
    l2: float = 0.0
    skips: Links = ()
    ties: Links = ()
    batch_norm: float | None = None

    @property
    def rows(self) -> Rows:
        """What a row of parameters consists of."""
        return rows_of(self.widths, self.ties, self.batch_norm is not None)

    @property
    def parameters(self) -> int:
        """How many there are."""
        return self.rows.starts[-1]

    def blocks(self, row: Doubles) -> list[Doubles]:
        """The blocks of a row of parameters, ``(height, width)``, as views."""
        starts = self.rows.starts
        return [
            row[start : start + height * width].reshape(height, width)
            for start, (height, width) in zip(starts, self.rows.blocks, strict=False)
        ]

    def layers(self, row: Doubles) -> list[tuple[Doubles, Doubles, Doubles | None]]:
        """Weights ``(in, out)``, biases ``(out,)`` and, of what is normalised, scales, as views."""
        rows, blocks = self.rows, self.blocks(row)
        scales = [*(blocks[number][0] for number in rows.scales), None] if rows.scales else []
        scales += [None] * (len(rows.dense) - len(scales))
        return [
            (blocks[number][:-1], blocks[number][-1], scale)
            for number, scale in zip(rows.dense, scales, strict=True)
        ]


def _sums(training: Training, h: Doubles, W: Doubles, b: Doubles, scale: Doubles | None) -> Doubles:
    """The sums b + Σᵢ hᵢ Wᵢ; where a layer is normalised, what becomes of Σᵢ hᵢ Wᵢ, and b."""
    terms = h.T[:, :, None] * W[:, None, :]
    if scale is None or training.batch_norm is None:
        return ascending(terms, b)
    return normalised(ascending(terms), training.batch_norm)[0] * scale + b


def forward(training: Training, row: Doubles, x: Doubles) -> tuple[list[Doubles], list[Doubles]]:
    """Sums ``(n, width)`` z of every layer, and signals: x, then a = f(z).

    Where a skip ends, the signals are f(z) + those where it begins. Normalisation is over the
    samples x.
    """
    sums, signals, ends = [], [x], {end: begin for begin, end in training.skips}
    for W, b, scale in training.layers(row):
        sums.append(_sums(training, signals[-1], W, b, scale))
        layer = len(signals)
        last = layer == len(training.widths) - 1
        a = sums[-1] if last else UNITS[training.units][0](sums[-1])
        signals.append(a + signals[ends[layer]] if layer in ends else a)
    return sums, signals


def mean_loss_of(
    training: Training, row: Doubles, x: Doubles, y: Doubles, weight: Doubles | None = None
) -> float:
    """The mean over the samples, without penalties; each counts as its ``weight`` ``(n,)`` says."""
    values = LOSSES_OF_SAMPLES[training.loss][0](forward(training, row, x)[1][-1], y)
    if weight is not None:
        values = values * weight
    return float(ascending(values) * (1.0 / len(x)))


def backward(
    training: Training, row: Doubles, x: Doubles, y: Doubles, weight: Doubles | None = None
) -> Doubles:
    """The derivatives of mean loss and penalties: by W, Σₙ h e, by b, Σₙ e, by h, Σₒ e W.

    Where skips begin, that by h goes on with those at their ends. A sample's loss counts as often
    as its ``weight`` ``(n,)`` says.
    """
    (sums, signals), layers = forward(training, row, x), training.layers(row)
    e = LOSSES_OF_SAMPLES[training.loss][1](signals[-1], y) * (1.0 / len(x))
    if weight is not None:
        e = e * weight[:, None]
    uses: dict[int, tuple[Doubles, Doubles, Doubles | None]] = {}
    by_signals, (f, slope) = {len(layers): e}, UNITS[training.units]
    for depth in reversed(range(len(layers))):
        h, (W, _, scale) = signals[depth], layers[depth]
        by_scales, by_biases = None, ascending(e)
        if scale is not None and training.batch_norm is not None:
            z = ascending(h.T[:, :, None] * W[:, None, :])
            e, by_scales = below_norm(e, *normalised(z, training.batch_norm), scale)
        uses[depth] = ascending(h[:, :, None] * e[:, None, :]), by_biases, by_scales
        if depth > 0:
            d = ascending(e.T[:, :, None] * W.T[:, None, :])
            for begin, end in sorted(training.skips):
                d = d + by_signals[end] if begin == depth else d
            by_signals[depth] = d
            e = slope(d, f(sums[depth - 1]), sums[depth - 1])
    return _joined(training, row, uses)


def _joined(
    training: Training, row: Doubles, uses: dict[int, tuple[Doubles, Doubles, Doubles | None]]
) -> Doubles:
    """The gradient from what each layer gives: of what layers share the sum, the first one first.

    Penalties come last, and once.
    """
    gradient, owners = np.empty_like(row), training.rows.owners
    of_weights, found = training.layers(row), training.layers(gradient)
    for depth, owner in enumerate(owners):
        for total, part in zip(found[depth], uses[depth], strict=True):
            if total is not None and part is not None:
                total[...] = part if owner == depth else total + part
    for depth in sorted(set(owners)):
        weights, W = found[depth][0], of_weights[depth][0]
        if training.l1 > 0.0:
            weights[...] = weights + training.l1 * sign(W)
        if training.l2 > 0.0:
            weights[...] = weights + training.l2 * W
    return gradient


class Memory:
    """What an optimiser keeps from step to step, and its step."""

    def __init__(self, training: Training) -> None:
        self._training = training
        self._mean, self._square = np.zeros(training.parameters), np.zeros(training.parameters)
        self._power1 = self._power2 = 1.0

    def step(self, w: Doubles, g: Doubles) -> Doubles:
        """The parameters after the step that follows from the gradient g."""
        r, root = self._training, np.sqrt
        if r.optimiser == "sgd":
            return w - r.rate * g
        if r.optimiser == "momentum":
            self._mean = r.first * self._mean + g
            return w - r.rate * self._mean
        if r.optimiser == "adagrad":
            self._square = self._square + g * g
            return w - r.rate * (g / (root(self._square) + r.eps))
        if r.optimiser == "rmsprop":
            self._square = r.first * self._square + (1.0 - r.first) * (g * g)
            return w - r.rate * (g / (root(self._square) + r.eps))
        self._mean = r.first * self._mean + (1.0 - r.first) * g
        self._square = r.second * self._square + (1.0 - r.second) * (g * g)
        self._power1, self._power2 = self._power1 * r.first, self._power2 * r.second
        rate, stretch = r.rate / (1.0 - self._power1), 1.0 / math.sqrt(1.0 - self._power2)
        return w - rate * (self._mean / (root(self._square) * stretch + r.eps))


class Learner:
    """A model on its way: its parameters, and what its run remembers from step to step.

    Args:
        training: what is trained and how.
        start: the parameters ``(P,)`` before the first step.
        x: inputs ``(n, in)``.
        y: targets ``(n, out)``.
        weight: how often each sample counts ``(n,)``; once if ``None``.
        order: sample numbers, of which each step takes the next ``batch``; if ``None``, each step
            takes all samples as they stand.
        batch: the samples of a step, where there is an order.
    """

    def __init__(
        self,
        training: Training,
        start: Sequence[float] | Doubles,
        x: Doubles,
        y: Doubles,
        weight: Doubles | None = None,
        order: NDArray[np.int64] | None = None,
        batch: int = 0,
    ) -> None:
        self.parameters: Doubles = np.array(start, dtype=np.float64)
        self.made = self._begun = 0  # steps, and those before this phase
        self.ended = False
        self._training, self._memory = training, Memory(training)
        self._data, self._order, self._batch = (x, y, weight), order, batch

    def restart(self, rate: float) -> None:
        """Go on with another learning rate, a fresh optimiser, and the order from its beginning."""
        self._begun, self._training = self.made, replace(self._training, rate=rate)
        self._memory = Memory(self._training)

    def advance(self, steps: int) -> None:
        """Make so many steps; the run ends with the first after which a parameter is not finite."""
        for _ in range(steps):
            if self.ended:
                return
            x, y, weight = self._next()
            g = backward(self._training, self.parameters, x, y, weight)
            self.parameters = self._memory.step(self.parameters, g)
            self.made += 1
            self.ended = not np.isfinite(self.parameters).all()

    def _next(self) -> tuple[Doubles, Doubles, Doubles | None]:
        """The samples of the next step."""
        x, y, weight = self._data
        if self._order is None:
            return self._data
        first = (self.made - self._begun) * self._batch
        seen = self._order[first : first + self._batch]
        return x[seen], y[seen], None if weight is None else weight[seen]


def trained(
    training: Training,
    start: Sequence[float] | Doubles,
    x: Doubles,
    y: Doubles,
    steps: int,
    weight: Doubles | None = None,
) -> tuple[Doubles, int]:
    """The parameters ``(P,)`` after so many steps, and the steps that were made."""
    learner = Learner(training, start, x, y, weight)
    with np.errstate(all="ignore"):
        learner.advance(steps)
    return learner.parameters, learner.made
