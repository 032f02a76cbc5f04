"""Back-propagation finds the gradient that two other ways find, for the price of three passes."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from torch import Tensor

from dlbook.arithmetic import specification
from dlbook.base.along import Along, each
from dlbook.base.evidence import EVERY, Estimate, at_least
from dlbook.base.seeds import seeds_from
from dlbook.figures.idioms import direct_label, level_line, powers
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, panels
from dlbook.mathematics import losses, nets, rng, sums
from dlbook.mathematics.elementary import cos, sigmoid, sin, tanh
from dlbook.mathematics.grids import linspace
from dlbook.mathematics.nets import MLP, Stack
from dlbook.record.claims import Claim, Remark
from dlbook.training import stats


@dataclass(frozen=True)
class Config:
    """Nets of ``shapes`` on ``samples`` samples; the price is counted for ``priced`` as well."""

    shapes: tuple[tuple[int, ...], ...] = ((2, 4, 1), (3, 8, 8, 2), (6, 10, 10, 10, 3))
    priced: tuple[tuple[int, ...], ...] = ((12, 20, 20, 2), (12, 50, 50, 2), (12, 100, 100, 2))
    samples: int = 5
    seeds: int = 4
    step: float = 1e-5
    fan_in: int = 50
    first_seed: int = 0


SMALL = Config(shapes=((2, 3, 1),), samples=3, seeds=2)

WORDS = {
    "agreement": ("与反向传播相差", "Difference from backpropagation"),
    "price": ("代价（前向几遍）", "Price in forward passes"),
    "parameters": ("参数个数", "parameters"),
    "forward": ("前向模式", "forward mode"),
    "differences": ("差商", "differences"),
    "back": ("反向传播", "backpropagation"),
}

_ACTIVATIONS: dict[str, tuple[Callable[[Tensor], Tensor], Callable[[Tensor], Tensor]]] = {
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))),
    "tanh": (tanh, lambda z: 1 - tanh(z) * tanh(z)),
    "sin": (sin, cos),
    "square": (torch.square, lambda z: 2 * z),
}
_WAYS = ("forward", "differences")
_CLOSE = {"forward": 1e-12, "differences": 1e-8}
_LOOKS = {"forward": ("extra", "s"), "differences": ("muted", "o"), "back": ("ink", "^")}
_UNITS: dict[str, Callable[[NDArray[np.float64]], NDArray[np.float64]]] = {
    "relu": lambda z: np.where(z < 0, 0.0, z),
    "sigmoid": specification.sigmoid,
    "tanh": specification.tanh,
}
_LEAST = 1e-18  # what a difference of nothing is drawn at
_SHOWN = 40  # differences of each size and way that are drawn, from the least to the greatest


@dataclass(frozen=True)
class Result:
    """``agrees`` ``(ways, derivatives)``: whether a way gives what back-propagation gives.

    ``off``: by how much it differs, beside 1 plus the derivative's size. ``price``: multiplications
    of back-propagation, its forward pass included, in those of a forward pass, by number of
    parameters, and ``within``: whether they are three passes at most. ``passes``: forward passes
    that differences take. ``operations``: of an activation, on one number; ``cheaper``: those of a
    sigmoid over those of a ReLU; ``share``: of all operations of a unit with ``fan_in`` inputs, the
    part of its activation.
    """

    config: Config
    agrees: Tensor
    off: Tensor
    sizes: Tensor
    price: Along[float]
    passes: Along[int]
    within: Tensor
    operations: Along[int]
    cheaper: Estimate
    share: Along[float]
    worst: Along[float]


@dataclass
class Counter:
    """Products of matrices, and how many multiplications they have taken."""

    multiplications: int = field(default=0)

    def product(self, a: Tensor, b: Tensor) -> Tensor:
        """``a @ b``, ``(…, n, k)`` and ``(…, k, m)``."""
        found = sums.product(a, b)
        self.multiplications += found.numel() * a.shape[-1]
        return found


def backwards(stack: Stack, x: Tensor, y: Tensor, count: Counter) -> tuple[Tensor, int]:
    """The gradient ``(s, P)`` of the mean squared error; multiplications of its forward pass.

    Forwards h = f(z), z = h' W + b, with every h and z kept; then from the output back, e = ∂L/∂z:
    ∂L/∂W = h'ᵀ e, ∂L/∂b = Σ e, and below f'(z') (e Wᵀ).
    """
    f, slope = _ACTIVATIONS[stack.net.activation]
    signals, totals = [x], []
    for W, b in stack.layers:
        totals.append(count.product(signals[-1], W) + b)
        signals.append(f(totals[-1]))
    forward = count.multiplications
    error = losses.by_outputs("mean_squared_error", totals[-1], y) / x.shape[1]
    parts = []
    for depth in range(len(totals) - 1, -1, -1):
        W, _ = stack.layers[depth]
        parts += [sums.total(error, 1), count.product(signals[depth].mT, error).flatten(1)]
        if depth:
            error = slope(totals[depth - 1]) * count.product(error, W.mT)
    return torch.cat(parts[::-1], 1), forward


def forwards(stack: Stack, x: Tensor, y: Tensor) -> Tensor:
    """The same ``(s, P)`` by the chain rule from the inputs on, a pass for every parameter."""
    f, slope = _ACTIVATIONS[stack.net.activation]
    total = stack.net.parameters
    moves = stack.net.layers(torch.eye(total, dtype=torch.float64))
    h = x[:, None]
    moved = torch.zeros(len(stack), total, *x.shape[1:], dtype=torch.float64)
    for (W, b), (dW, db) in zip(stack.layers, moves, strict=True):
        moved = sums.product(moved, W[:, None]) + sums.product(h, dW[None]) + db[None]
        z = sums.product(h, W[:, None]) + b[:, None]
        out, h, moved = (z, moved), f(z), slope(z) * moved
    z, moved = out
    error = losses.by_outputs("mean_squared_error", z[:, 0], y) / x.shape[1]
    return sums.total((error[:, None] * moved).flatten(2), 2)


def differences(stack: Stack, x: Tensor, y: Tensor, step: float) -> Tensor:
    """The same ``(s, P)`` by central differences, two passes for every parameter."""
    total, rows = stack.net.parameters, []
    for k in range(len(stack)):
        ends = []
        for sign in (1, -1):
            flat = stack.flat[k] + sign * step * torch.eye(total, dtype=torch.float64)
            moved = Stack(stack.net, flat, (0,) * total)
            outputs = moved.predict(x[k])
            ends.append(losses.mean_loss("mean_squared_error", outputs, y[k].expand_as(outputs)))
        rows.append((ends[0] - ends[1]) / (2 * step))
    return torch.stack(rows)


class Counted(np.ndarray):
    """An array that counts the operations on it, one for each function called."""

    calls = 0

    def __array_ufunc__(self, ufunc, method, *inputs, **options):  # type: ignore[no-untyped-def]
        """Count, and compute on plain arrays."""
        Counted.calls += 1
        plain = [np.asarray(each) if isinstance(each, Counted) else each for each in inputs]
        return np.asarray(getattr(ufunc, method)(*plain, **options)).view(Counted)

    def __array_function__(self, func, types, args, options):  # type: ignore[no-untyped-def]
        """Count a choice between two values as one operation, and nothing else."""
        Counted.calls += func is np.where
        plain = [np.asarray(each) if isinstance(each, Counted) else each for each in args]
        return np.asarray(func(*plain, **options)).view(Counted)


def operations(name: str) -> int:
    """How many operations the arithmetic of the book takes for an activation of one number."""
    Counted.calls = 0
    _UNITS[name](np.array([0.3]).view(Counted))
    return Counted.calls


def run(cfg: Config) -> Result:
    seeds = seeds_from(cfg.first_seed, cfg.seeds)
    agrees, off, sizes = [], [], []
    for widths in cfg.shapes:
        draw = rng.streams(seeds, "data", *widths)
        x, y = draw.normal(cfg.samples, widths[0]), draw.normal(cfg.samples, widths[-1])
        for name in _ACTIVATIONS:
            stack = nets.init(MLP(widths, name), seeds, "fan_in_uniform")
            exact, _ = backwards(stack, x, y, Counter())
            found = {"forward": forwards(stack, x, y),
                     "differences": differences(stack, x, y, cfg.step)}  # fmt: skip
            errors = {way: (found[way] - exact).abs() / (1 + exact.abs()) for way in _WAYS}
            off.append(torch.stack([errors[way].flatten() for way in _WAYS]))
            agrees.append(torch.stack([errors[way].flatten() <= _CLOSE[way] for way in _WAYS]))
            sizes.append(torch.full((off[-1].shape[1],), stack.net.parameters))
    prices: dict[int, float] = {}
    for widths in (*cfg.shapes, *cfg.priced):
        stack = nets.init(MLP(widths, "tanh"), seeds[:1], "fan_in_uniform")
        count = Counter()
        x = torch.ones(1, cfg.samples, widths[0], dtype=torch.float64)
        y = torch.zeros(1, cfg.samples, widths[-1], dtype=torch.float64)
        _, forward = backwards(stack, x, y, count)
        prices[stack.net.parameters] = count.multiplications / forward
    counted = {name: operations(name) for name in _UNITS}
    apart = torch.cat(off, 1)
    return Result(
        config=cfg,
        agrees=torch.cat(agrees, 1),
        off=apart,
        sizes=torch.cat(sizes),
        price=each(lambda parameters: prices[parameters], parameters=prices),
        passes=each(lambda parameters: parameters + 1, parameters=prices),
        within=torch.tensor([price <= 3 for price in prices.values()]),
        operations=each(lambda activation: counted[activation], activation=_UNITS),
        cheaper=stats.exact(counted["sigmoid"] / counted["relu"]),
        share=each(
            lambda activation: counted[activation] / (counted[activation] + 2 * cfg.fan_in),
            activation=_UNITS,
        ),
        worst=each(lambda way: float(apart[_WAYS.index(way)].max()), way=_WAYS),
    )


def check(res: Result) -> None:
    assert res.agrees.all(), "three ways to one gradient"
    assert res.within.all(), "back-propagation costs three forward passes at most"


def draw(res: Result, t: Words) -> Figure:
    figure, axes = panels(1, 2, height=3.2)
    _agreement(res, axes[0, 0], t)
    _price(res, axes[0, 1], t)
    return figure


def _agreement(res: Result, ax: Axes, t: Words) -> None:
    for row, way in zip(res.off, _WAYS, strict=True):
        role, marker = _LOOKS[way]
        for size in sorted(set(res.sizes.tolist())):
            mine = row[res.sizes == size].clamp(min=_LEAST).sort().values
            shown = mine[linspace(0, len(mine) - 1, _SHOWN).long()]  # of each size alike many
            ax.plot([size] * _SHOWN, shown, marker, color=colour(role), markersize=2)
    direct_label(ax, float(res.sizes.min()), 1e-7, t["differences"], "muted")
    direct_label(ax, float(res.sizes.min()), 1e-20, t["forward"], "extra")
    ax.set(xscale="log", yscale="log", ylim=(1e-21, 1e-6), title=t["agreement"])
    ax.set(xlabel=t["parameters"])
    powers(ax)


def _price(res: Result, ax: Axes, t: Words) -> None:
    sizes = list(res.price.keys())
    role, marker = _LOOKS["back"]
    ax.plot(sizes, list(res.price), marker, color=colour(role))
    role, marker = _LOOKS["differences"]
    ax.plot(sizes, list(res.passes), marker, color=colour(role))
    level_line(ax, 3)
    direct_label(ax, min(sizes), 4.5, t["back"], "ink")
    direct_label(ax, min(sizes), 3000, t["differences"], "muted")
    ax.set(xscale="log", yscale="log", xlabel=t["parameters"], title=t["price"], ylim=(1, 3e4))
    powers(ax)


CLAIMS: list[Claim[Result] | Remark] = [
    Claim(
        id="C06",
        source="Source C ¶6",
        kind="theorem",
        statement=(
            "BP 算法给出梯度下降所需的梯度。",
            "The BP algorithm gives the gradient that gradient descent needs.",
        ),
        measure=lambda res: stats.share(res.agrees),
        bound=EVERY,
    ),
    Claim(
        id="D11",
        source="Source D, backpropagation",
        kind="theorem",
        statement=(
            "参数很多时，反向传播是算微分的有效办法。",
            "Where parameters are many, backpropagation is an efficient way to differentiate.",
        ),
        measure=lambda res: stats.share(res.within),
        bound=EVERY,
    ),
    Claim(
        id="C24a",
        source="Source C ¶21",
        kind="construction",
        statement=("ReLU 计算快速。", "ReLUs are fast to compute."),
        measure=lambda res: res.cheaper,
        bound=at_least(
            4,
            because=(
                "运算只有 sigmoid 的四分之一以下，才说得上“快速”。",
                "“Fast” is a quarter of the operations of a sigmoid at most.",
            ),
        ),
    ),
    Remark(
        id="D10",
        source="Source D, backpropagation",
        kind="definition",
        statement=(
            "“前馈”这个名词是相对于反向传播而言的。",
            "“Feedforward” is so called in contrast to backpropagation.",
        ),
    ),
    Remark(
        id="D11/descent",
        source="Source D, backpropagation",
        kind="definition",
        statement=(
            "反向传播就是一种求微分比较有效率的梯度下降。",
            "Backpropagation is a gradient descent that differentiates efficiently.",
        ),
    ),
    Remark(
        id="D02",
        source="Source D",
        kind="definition",
        statement=(
            "神经元的连接方式决定结构；所有权重和偏置的集合是参数 θ。",
            "How neurons are connected decides the structure; θ is all weights and biases.",
        ),
    ),
    Remark(
        id="D03",
        source="Source D",
        kind="definition",
        statement=(
            "网络分为输入层、隐藏层和输出层。",
            "A network has an input layer, hidden layers and an output layer.",
        ),
    ),
    Remark(
        id="D06",
        source="Source D",
        kind="definition",
        statement=(
            "深度学习分三步：建立网络，定义函数的好坏，挑出最好的函数。",
            "Deep learning takes three steps: build a network, say how good a function is, pick "
            "the best.",
        ),
    ),
]

if __name__ == "__main__":
    show(__name__)
