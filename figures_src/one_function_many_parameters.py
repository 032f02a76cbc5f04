"""A structure fixes a set of functions, and each function in it has many parameter vectors."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, along
from dlbook.base.evidence import EVERY, Estimate
from dlbook.base.seeds import seeds_from
from dlbook.figures.idioms import bare, level_line
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, mosaic
from dlbook.mathematics import initial, measure, nets, polylines, rng, symmetries
from dlbook.mathematics.elementary import tanh
from dlbook.mathematics.explicit import Layers, dense_parameters, evaluate
from dlbook.mathematics.grids import linspace
from dlbook.mathematics.sums import total
from dlbook.record.claims import Claim, Remark
from dlbook.training import stats


@dataclass(frozen=True)
class Config:
    """``functions`` random parameter vectors of ``1 - width - 1``; symmetries of ``seeds`` nets."""

    first_seed: int = 0
    functions: int = 200
    seeds: int = 64


SMALL = Config(functions=60, seeds=8)

WORDS = {
    "set": ("结构：一个函数集", "Structure: a set of functions"),
    "one": ("参数：其中一个函数", "Parameters: one of them"),
    "original": ("一组参数", "One vector"),
    "permuted": ("换次序", "Another order"),
    "rescaled": ("换尺度", "Another scale"),
    "value": ("值", "value"),
}

_WIDTH = 4
_SHOWN = 24  # functions in the picture
_FACTORS = (2.0, 0.5, 0.5, 2.0)  # powers of two change no bit of a product
_ORDER = (2, 0, 3, 1)
_REACH = 2  # [-2, 2] holds every kink, and room on both sides
_ROUNDING = 1e-15  # of the largest value: a sum in another order
_MOST_WIDTH = 8
_BENT = 1e-9  # a second difference above it is no rounding
_SHAPES = ((1, 4, 1), (2, 30, 30, 2), (64, 32, 32, 32, 10), (6, 200, 200, 200, 2))


@dataclass(frozen=True)
class Result:
    """Functions and parameters of ``1 - 4 - 1``, and how many networks keep their function.

    ``curves`` ``(24, 241)`` on ``grid`` ``(241,)``; ``same`` ``(3, 241)`` is one function, drawn
    from each row of ``vectors`` ``(3, 13)``: four w, four b, four v, one c.
    ``counted`` and ``elements``: parameters of some shapes, by the formula and one by one.
    ``most_pieces``: of 1, 2, ... 8 ReLUs in one layer, the most pieces that was drawn. The rest are
    counts of ``seeds`` networks whose function stays: ``ordered`` and ``scaled`` exactly, as
    polylines in fractions; ``to_rounding`` in another order, in floats, to 1e-15; ``to_the_bit``
    by factors that are powers of two; ``flipped`` to the bit, tanh with signs turned.
    ``tanh_scaled`` counts tanh networks that keep their function under those factors, and
    ``idle_kept`` those whose first unit gives nothing on and gets other weights in.
    ``polylines``: the share of ``functions`` networks of one shape, by activation, that are
    polylines of no more pieces than so many ReLUs can draw.
    """

    config: Config
    width: int
    shown: int
    distinct: int
    repeated: int
    orders: int
    signs: int
    furthest: float
    ordered: int
    scaled: int
    to_rounding: int
    to_the_bit: int
    flipped: int
    tanh_scaled: int
    idle_kept: int
    polylines: Along[Estimate]
    counted: Along[int]
    elements: Along[int]
    most_pieces: Along[int]
    grid: Tensor
    curves: Tensor
    same: Tensor
    vectors: Tensor


def networks(seeds: Sequence[int], width: int = _WIDTH) -> nets.Stack:
    """Standard normal weights, kinks uniform on [-1, 1]."""
    schemes = [initial.spread_kinks(1.0), initial.normal(1.0, biases=True)]
    return nets.init(nets.MLP((1, width, 1)), seeds, schemes)


def layers_of(stack: nets.Stack, k: int) -> Layers:
    return [(W[k], b[k, 0]) for W, b in stack.layers]


def kept(layers: Layers, seed: int, x: Tensor) -> tuple[bool, ...]:
    """Which symmetries keep one network's function: see the counts of :class:`Result`."""
    stream = rng.stream(seed, "symmetry")
    other = symmetries.permuted(layers, stream.permutation(_WIDTH))
    factors = 2.0 ** (stream.integers(7, _WIDTH) - 3)
    scaled = symmetries.rescaled(layers, factors.double())
    flipped = symmetries.rescaled(layers, 1 - 2 * stream.integers(2, _WIDTH).double())
    y, z = evaluate(layers, x), evaluate(layers, x, tanh)
    idle, others = idle_unit(layers, stream.normal(2))
    line, moved, stretched = (
        polylines.trace(one, -_REACH, _REACH) for one in (layers, other, scaled)
    )
    return (
        moved == line,
        stretched == line,
        bool((evaluate(other, x) - y).abs().max() <= _ROUNDING * y.abs().max()),
        torch.equal(evaluate(scaled, x), y),
        torch.equal(evaluate(flipped, x, tanh), z),
        torch.equal(evaluate(scaled, x, tanh), z),
        torch.equal(evaluate(others, x, tanh), evaluate(idle, x, tanh)),
    )


def idle_unit(layers: Layers, entering: Tensor) -> tuple[Layers, Layers]:
    """The network whose first unit gives nothing on, and again with another weight and bias in."""
    (W, b), (V, c) = layers
    V = torch.cat([torch.zeros_like(V[:1]), V[1:]])
    other = torch.cat([entering[:1, None], W[:, 1:]], 1), torch.cat([entering[1:], b[1:]])
    return [(W, b), (V, c)], [other, (V, c)]


def is_polyline(values: Tensor) -> Tensor:
    """Which rows ``(n, k)`` at equal distances bend in no more places than the units can, ``(n,)``.

    A kink shows in two second differences at most.
    """
    bent = (values.diff(n=2, dim=-1).abs() > _BENT).long()
    return total(bent, -1) <= 2 * _WIDTH


def _dashed(widths: tuple[int, ...]) -> str:
    return "-".join(map(str, widths))


def run(cfg: Config) -> Result:
    grid = linspace(-1.5, 1.5, 241)
    x = grid[:, None]
    seeds = seeds_from(cfg.first_seed, cfg.functions)
    stack = networks(seeds)
    curves = stack.predict(x)[..., 0]
    again = networks(seeds).predict(x)[..., 0]
    smooth = [evaluate(layers_of(stack, k), x, tanh)[:, 0] for k in range(cfg.functions)]
    turns = measure.sign_changes(curves[:_SHOWN].diff(dim=1))
    drawn = int(turns.argmax())  # of those shown, the liveliest
    first = layers_of(stack, drawn)
    factors = torch.tensor(_FACTORS, dtype=torch.float64)
    versions = [
        first,
        symmetries.permuted(first, torch.tensor(_ORDER)),
        symmetries.rescaled(first, factors),
    ]
    vectors = torch.stack([symmetries.vector(layers) for layers in versions])
    tried = enumerate(seeds[: cfg.seeds])
    counts = total(torch.tensor([kept(layers_of(stack, k), seed, x) for k, seed in tried]), 0)
    ordered, scaled, to_rounding, to_the_bit, flipped, tanh_scaled, idle = counts.tolist()
    shapes = [nets.init(nets.MLP(widths), seeds[:1]) for widths in _SHAPES]
    return Result(
        config=cfg,
        width=_WIDTH,
        shown=_SHOWN,
        distinct=len(set(map(tuple, curves.tolist()))),
        repeated=int(total((curves == again).all(1))),
        orders=math.factorial(_WIDTH),
        signs=2**_WIDTH,
        furthest=float((vectors[1:] - vectors[0]).abs().max()),
        ordered=ordered,
        scaled=scaled,
        to_rounding=to_rounding,
        to_the_bit=to_the_bit,
        flipped=flipped,
        tanh_scaled=tanh_scaled,
        idle_kept=idle,
        polylines=along(
            (stats.share(is_polyline(one)) for one in (curves, torch.stack(smooth))),
            activation=("relu", "tanh"),
        ),
        counted=along(map(dense_parameters, _SHAPES), shape=map(_dashed, _SHAPES)),
        elements=along(
            (sum(part.numel() for layer in s.layers for part in layer) for s in shapes),
            shape=map(_dashed, _SHAPES),
        ),
        most_pieces=along(
            (
                int(measure.pieces(networks(seeds, width), -_REACH, _REACH).max())
                for width in range(1, _MOST_WIDTH + 1)
            ),
            units=range(1, _MOST_WIDTH + 1),
        ),
        grid=grid,
        curves=curves[:_SHOWN],
        same=torch.stack([evaluate(layers, x)[:, 0] for layers in versions]),
        vectors=vectors,
    )


def check(res: Result) -> None:
    assert res.ordered == res.scaled == res.config.seeds, "symmetries keep the function exactly"
    assert res.to_the_bit == res.flipped == res.config.seeds, (
        "powers of two and signs change no bit"
    )
    assert res.idle_kept == res.config.seeds, "what a unit does that gives nothing on is free"
    assert res.counted == res.elements, "the formula counts the parameters"
    assert all(n == w + 1 for w, n in res.most_pieces.items()), "w ReLUs, w + 1 pieces, no more"
    original, _, rescaled = res.same
    assert torch.equal(original, rescaled), "the scaled vector draws the same line"
    assert res.distinct == res.config.functions, "each vector of parameters fixes a function"
    assert res.repeated == res.config.functions, "the same one every time"


def draw(res: Result, t: Words) -> Figure:
    rows = [["set"] * 3 + ["one"] * 3, ["original"] * 2 + ["permuted"] * 2 + ["rescaled"] * 2]
    figure, axes = mosaic(rows, 4.3, [1.3, 1])
    for name, ax in axes.items():
        ax.set_title(t[name])
    for curve in res.curves:
        axes["set"].plot(res.grid, curve, color=colour("line"), linewidth=0.6)
    axes["set"].plot(res.grid, res.same[0], color=colour("shallow"))
    looks = (("shallow", "-", 5.0), ("extra", (0, (4, 2)), 2.2), ("ink", (0, (1, 3)), 2.2))
    for curve, (role, dashes, width) in zip(res.same, looks, strict=True):
        axes["one"].plot(res.grid, curve, color=colour(role), linestyle=dashes, linewidth=width)
    for name in rows[0][::3]:
        axes[name].set(xlabel="$x$", xticks=(-1, 0, 1))
    axes["set"].set(ylabel="$f(x)$", ylim=(-4, 4))  # a few run out of the picture
    most = float(res.vectors.abs().max())
    for name, vector, (role, _, _) in zip(rows[1][::2], res.vectors, looks, strict=True):
        _bars(axes[name], vector, role, most)
    axes["original"].set_ylabel(t["value"])
    return figure


def _bars(ax: Axes, vector: Tensor, role: str, most: float) -> None:
    """Weights in, biases, weights out and the last bias, in groups with a gap between them."""
    places = [i + i // _WIDTH for i in range(len(vector))]
    ax.bar(places, vector.tolist(), color=colour(role), width=0.8)
    level_line(ax, 0, dash="solid", width=0.8)
    ax.set_xticks((1.5, 6.5, 11.5, 15), ("$w$", "$b$", "$v$", "$c$"))
    ax.set(ylim=(-1.1 * most, 1.1 * most))
    bare(ax, "x")


def _symmetric(res: Result) -> Estimate:
    counts = res.ordered, res.scaled, res.to_rounding, res.to_the_bit, res.flipped
    return stats.share([k < count for count in counts for k in range(res.config.seeds)])


CLAIMS: list[Claim[Result] | Remark] = [
    Remark(
        id="C01",
        source="Source C ¶1",
        kind="definition",
        statement=(
            "权重和偏置是参数；神经元个数、层数、连接方式是超参数，由人设置。",
            "Weights and biases are parameters; the number of units, of layers and the way they "
            "are connected are hyper-parameters, set by people.",
        ),
    ),
    Remark(
        id="C03",
        source="Source C ¶3",
        kind="definition",
        statement=(
            "网络结构确定一个函数集，特定的参数确定其中一个函数。",
            "The structure fixes a set of functions; particular parameters fix one of them.",
        ),
    ),
    Claim(
        id="X16",
        source="Sussmann 1992",
        kind="theorem",
        statement=(
            "隐藏单元换次序、进出的权重乘以 c 与 1/c（ReLU），函数不变。",
            "Hidden units in another order, or weights in and out times c and 1/c (ReLU), leave "
            "the function as it is.",
        ),
        measure=_symmetric,
        bound=EVERY,
    ),
    Claim(
        id="D05",
        source="Source D",
        kind="theorem",
        statement=(
            "函数集由输入维度、输出维度和网络结构三个元素决定。",
            "The set of functions is settled by input dimension, output dimension and structure.",
        ),
        measure=lambda res: res.polylines,
        bound=EVERY,
    ),
]

if __name__ == "__main__":
    show(__name__)
