"""A curve's polyline is a sum of ramps, and so of ReLUs, with weights that are simply read off."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.evidence import Verdict
from dlbook.figures.figure import show
from dlbook.figures.style import Words, colour, mosaic
from dlbook.mathematics import polylines, rng
from dlbook.mathematics.explicit import Activation, Layers, evaluate, ramp
from dlbook.record.claims import Claim
from dlbook.training import data, stats

Points = tuple[Tensor, Tensor]
"""Knots, ascending, and the values there, ``(pieces + 1,)`` each."""


@dataclass(frozen=True)
class Config:
    """Draw ``drawn`` pieces; check the chain on ``seeds`` random polylines of ``pieces`` pieces."""

    drawn: int = 5
    pieces: int = 8
    seeds: int = 64
    tolerances: tuple[float, ...] = (0.1, 0.01, 0.001)
    doublings: int = 9  # up to 512 ReLUs


SMALL = Config(seeds=8, tolerances=(0.1, 0.01), doublings=7)

WORDS = {
    "title": ("曲线 = 折线 = 斜坡之和 = ReLU 之和", "Curve, polyline, ramps, ReLUs"),
    "caption": (
        "左：连接曲线（灰）上的点，得到 [[.drawn]] 段折线。它等于一个常数加上 [[.drawn]] 个斜坡"
        "（hard sigmoid）：每段一个，只在自己那一段升降。虚线是只加了前几个的样子：停在原处。"
        "右：同一条折线也等于一个常数加上 [[.drawn]] 个 ReLU，后一个把前面的直线再折一次；"
        "只加前几个，就沿直线继续走（右边各行的纵向比例较小）。下：一个斜坡就是两个 ReLU 之差。"
        "所有权重都从端点读出，不用训练；"
        "在 [[.cases]] 条折线上，每一步的差都不超过 [[.rounding]]。",
        "Left: joining points of a curve (grey) gives a polyline of [[.drawn]] pieces, which is a "
        "constant plus [[.drawn]] ramps (hard sigmoids), one for each piece, which climbs or falls "
        "there and nowhere else. Dashed: broken off early, the sum stays where it is. Right: the "
        "same polyline is a constant plus [[.drawn]] ReLUs, each of which bends the line before "
        "it once; broken off early, the sum runs straight on (its rows are drawn to a smaller "
        "scale). Bottom: a ramp is the difference of two ReLUs. All weights are read off the "
        "corners, nothing is trained. On [[.cases]] polylines no step is off by more than "
        "[[.rounding]].",
    ),
    "alt": (
        "左上：一条先升后降再升的灰色曲线，折线穿过把它分成 [[.drawn]] 等份的点，每个折点引出"
        "一条水平虚线；左下：常数和 [[.drawn]] 个斜坡，每行一个，错开排列。"
        "右上：同一条折线，每个折点引出一条沿原方向的虚线；"
        "右下：常数和 [[.drawn]] 个 ReLU，每行一个，从各自的折点起升降。"
        "最下：斜坡等于一个 ReLU 减去右移 1 的 ReLU。",
        "Top left: a grey curve that rises, falls and rises, with a polyline through evenly spaced "
        "points; a level dashed line leaves every corner. Below it the constant and [[.drawn]] "
        "ramps, one a row, each starting where the last one ends. Top right: the same polyline "
        "with dashed lines that carry each piece straight on; below, the constant and [[.drawn]] "
        "ReLUs, each rising or falling from its own corner. Bottom: a ramp as one ReLU minus "
        "another one moved right by 1.",
    ),
    "ramps": ("常数 + 斜坡", "Constant + ramps"),
    "relus": ("常数 + ReLU", "Constant + ReLUs"),
    "each ramp": ("每段一个斜坡", "One ramp for each piece"),
    "each relu": ("每次转折一个 ReLU", "One ReLU for each bend"),
    "split": ("一个斜坡 = 两个 ReLU 之差", "One ramp = the difference of two ReLUs"),
    "constant": ("常数", "const."),
    "ramp": ("斜坡", "ramp"),
}

_ROUNDING = 1e-12  # far above what float64 loses in these sums, far below what an error would be
_RAMP_ROUNDING = 1e-15  # one subtraction of numbers below 8
_CURVE, _LOW, _HIGH = "sin 12x", -0.15, 0.5  # rises, falls, rises again, and starts near -1
_DASHED = (0, (3, 2))
_FINE = 64  # pieces through each curve of the book
_BETWEEN = 16  # points checked on every piece, beside its ends


@dataclass(frozen=True)
class Result:
    """The chain of identities, and the pieces that are drawn.

    ``gaps`` ``(3, cases)``: how far the ramps, the same ramps made of two ReLUs each, and the ReLUs
    stray from the polyline. ``neuron_gaps``, ``neurons``, ``inclines`` ``(seeds,)``: the gap of the
    network with one ramp for each piece that is not flat, its neurons, and those pieces. ``curve``
    ``(2, n)`` holds x and f(x); ``ramps`` and ``relus`` ``(p, p + 1)`` each unit's term at the
    knots.
    """

    drawn: int
    cases: int
    rounding: float
    same_on_dyadic: bool
    same_anywhere: bool
    tolerances: tuple[float, ...]
    sine_needs: tuple[int, ...]
    quartic_needs: tuple[int, ...]
    abs_needs: tuple[int, ...]
    gaps: Tensor
    neuron_gaps: Tensor
    neurons: Tensor
    inclines: Tensor
    curve: Tensor
    knots: Tensor
    values: Tensor
    ramps: Tensor
    relus: Tensor


def random_polyline(seed: int, pieces: int) -> Points:
    """Uneven knots and normal values; one piece is flat."""
    draw = rng.stream(seed, "polyline", pieces)
    widths, values = draw.uniform(pieces, low=0.5, high=1.5), draw.normal(pieces + 1)
    flat = seed % pieces
    values[flat + 1] = values[flat]
    return torch.cat([torch.zeros(1).double(), widths.cumsum(0)]), values


def through(name: str, pieces: int, low: float = -1, high: float = 1) -> Points:
    """Equally spaced knots on a curve of the book, and its values there."""
    knots = torch.linspace(low, high, pieces + 1, dtype=torch.float64)
    return knots, data.CURVES[name](knots)


def between(knots: Tensor) -> Tensor:
    """The knots and ``_BETWEEN`` points on every piece, ``(n,)``."""
    shares = torch.arange(_BETWEEN + 1, dtype=torch.float64) / (_BETWEEN + 1)
    inner = knots[:-1, None] + shares * knots.diff()[:, None]
    return torch.cat([inner.flatten(), knots[-1:]])


def gap(layers: Layers, points: Points, activation: Activation = torch.relu) -> float:
    """How far a network strays from the polyline, which numpy interpolates."""
    x = between(points[0])
    line = torch.from_numpy(np.interp(x.numpy(), points[0].numpy(), points[1].numpy()))
    return float((evaluate(layers, x[:, None], activation)[:, 0] - line).abs().max())


def one_per_incline(points: Points) -> Layers:
    """The sum of ramps without those that would climb by nothing."""
    (W, b), (V, c) = polylines.ramps(*points)
    kept = V[:, 0] != 0
    return [(W[:, kept], b[kept]), (V[kept], c)]


def needs(name: str, tolerances: Sequence[float], doublings: int) -> tuple[int, ...]:
    """ReLUs, a power of two, that stay this close to a curve of the book; 0 where none do."""
    errors = {}
    for units in (2**j for j in range(1, doublings + 1)):
        points = through(name, units)
        x = between(points[0])
        network = evaluate(polylines.relus(*points), x[:, None])[:, 0]
        errors[units] = float((network - data.CURVES[name](x)).abs().max())
    return tuple(next((n for n, error in errors.items() if error < e), 0) for e in tolerances)


def terms(layers: Layers, x: Tensor, activation: Activation = torch.relu) -> Tensor:
    """What every hidden unit adds to the output, ``(n,) -> (units, n)``."""
    (W, b), (V, _) = layers
    return V * activation(x[:, None] @ W + b).T


def split(z: Tensor) -> Tensor:
    """A ramp of slope 1 as two ReLUs."""
    return torch.relu(z) - torch.relu(z - 1)


def run(cfg: Config) -> Result:
    random = [random_polyline(seed, cfg.pieces) for seed in range(cfg.seeds)]
    cases = random + [through(name, n) for name in data.CURVES for n in (cfg.pieces, _FINE)]
    ramps = [polylines.ramps(*case) for case in cases]
    sums = [
        [gap(net, case, ramp) for net, case in zip(ramps, cases, strict=True)],
        [gap(polylines.ramps_as_relus(net), c) for net, c in zip(ramps, cases, strict=True)],
        [gap(polylines.relus(*case), case) for case in cases],
    ]
    neurons = [one_per_incline(points) for points in random]
    dyadic = torch.arange(-(2**12), 2**12 + 1, dtype=torch.float64) / 2**10
    anywhere = rng.stream(0, "anywhere").uniform(10_000, low=-4, high=4)
    needed = [needs(name, cfg.tolerances, cfg.doublings) for name in data.CURVES]
    knots, values = through(_CURVE, cfg.drawn, _LOW, _HIGH)
    x = torch.linspace(_LOW, _HIGH, 121, dtype=torch.float64)
    return Result(
        drawn=cfg.drawn,
        cases=len(cases),
        rounding=_ROUNDING,
        same_on_dyadic=torch.equal(ramp(dyadic), split(dyadic)),
        same_anywhere=bool(((ramp(anywhere) - split(anywhere)).abs() <= _RAMP_ROUNDING).all()),
        tolerances=cfg.tolerances,
        sine_needs=needed[0],
        quartic_needs=needed[1],
        abs_needs=needed[2],
        gaps=torch.tensor(sums),
        neuron_gaps=torch.tensor(
            [gap(net, points, ramp) for net, points in zip(neurons, random, strict=True)]
        ),
        neurons=torch.tensor([len(net[1][0]) for net in neurons]),
        inclines=torch.tensor([int((values.diff() != 0).sum()) for _, values in random]),
        curve=torch.stack([x, data.CURVES[_CURVE](x)]),
        knots=knots,
        values=values,
        ramps=terms(polylines.ramps(knots, values), knots, ramp),
        relus=terms(polylines.relus(knots, values), knots),
    )


def check(res: Result) -> None:
    assert bool((res.gaps <= res.rounding).all()), "polyline, ramps and ReLUs are one function"
    assert res.same_on_dyadic, "a ramp is the difference of two ReLUs, to the bit"
    for units in (res.ramps, res.relus):
        drawn = res.values[0] + units.sum(0)
        assert bool(((drawn - res.values).abs() <= res.rounding).all()), "the units drawn add up"


def draw(res: Result, t: Words) -> Figure:
    rows = [["ramps", "relus"], ["each ramp", "each relu"], ["split", "split"]]
    figure, axes = mosaic(rows, 6.0, [1.2, 1.5, 0.75])
    for name, units, role in (("ramp", res.ramps, "extra"), ("relu", res.relus, "exact")):
        _broken_off(axes[f"{name}s"], res, units, role)
        _one_by_one(axes[f"each {name}"], res, units, role, t["constant"])
        for ax in (axes[f"{name}s"], axes[f"each {name}"]):
            ax.vlines(res.knots, 0, 1, color=colour("grid"), zorder=-1,
                      linewidth=0.8, transform=ax.get_xaxis_transform())  # fmt: skip
            ax.set(xlim=(_LOW - 0.02, _HIGH + 0.02), xticks=(0, 0.25, 0.5))
        axes[f"{name}s"].tick_params(labelbottom=False)
    for name, ax in axes.items():
        ax.set_title(t[name])
    _split(axes["split"], t)
    return figure


def _broken_off(ax: Axes, res: Result, units: Tensor, role: str) -> None:
    """The curve, the polyline, and every partial sum from where it leaves the polyline."""
    sums = res.values[0] + units.cumsum(0)
    for k in range(1, len(sums)):
        ax.plot(res.knots[k:], sums[k - 1, k:], color=colour(role), linewidth=1, linestyle=_DASHED)
    ax.plot(*res.curve, color=colour("line"), linewidth=3.5, zorder=1)
    ax.plot(res.knots, res.values, "o-", color=colour(role), markersize=4.5)
    ax.text(_LOW, 1.35, "$\\sin 12x$", color=colour("muted"), va="center")
    ax.set(ylim=(-1.6, 1.6), yticks=(-1, 0, 1))


def _one_by_one(ax: Axes, res: Result, units: Tensor, role: str, constant: str) -> None:
    """The constant and every term, each from its own base line, in the order of adding."""
    level = torch.full_like(res.knots, float(res.values[0]))
    air = 0.2 * float(units.abs().max())
    base, rows = 0.0, []
    for term, line in ((level, "ink"), *((unit, role) for unit in units)):
        base -= float(term.max().clamp(min=0)) + air
        rows.append(base + float(term[-1]) / 2)
        ax.fill_between(res.knots, base, base + term, color=colour("grid"))
        ax.plot(res.knots[[0, -1]], [base] * 2, color=colour("line"), linewidth=0.8)
        ax.plot(res.knots, base + term, color=colour(line))
        base += float(term.min().clamp(max=0))
    ax.set_yticks(rows, [constant, *map(str, range(1, len(rows)))])
    ax.tick_params(axis="y", length=0)
    ax.spines.left.set_visible(False)
    ax.set(ylim=(base - air, 0), xlabel="$x$")


def _split(ax: Axes, t: Words) -> None:
    """A ramp of slope 1 (wide) and the two ReLUs that it is the sum of."""
    z = torch.tensor([-1.0, 0.0, 1.0, 2.5])
    ax.plot(z, ramp(z), color=colour("extra"), linewidth=3.5)
    for line in (torch.relu(z), -torch.relu(z - 1)):
        ax.plot(z, line, color=colour("exact"), linestyle=_DASHED, linewidth=1.4)
    for y, text, role in (
        (2.5, "$\\mathrm{relu}(z)$", "exact"),
        (1.0, t["ramp"], "extra"),
        (-1.5, "$-\\mathrm{relu}(z-1)$", "exact"),
    ):
        ax.text(2.6, y, text, color=colour(role), va="center")
    ax.set(xlim=(-1, 4), ylim=(-1.9, 2.9), xticks=(0, 1), yticks=(0, 1), xlabel="$z$")


def _same(row: int) -> Callable[[Result], Verdict]:
    return lambda res: stats.always(res.gaps[row] <= res.rounding)


CLAIMS = [
    Claim(
        id="A05",
        source="seed 000 §2.1",
        kind="construction",
        statement=(
            "分段线性曲线等于一个常数加上一堆阶梯形的函数（hard sigmoid）。",
            "A piecewise linear curve is a constant plus a number of ramps (hard sigmoids).",
        ),
        quantity=(
            "斜坡之和与折线处处相差不超过 10⁻¹² 的折线所占比例",
            "share of polylines that the sum of ramps meets everywhere to within 10⁻¹²",
        ),
        truth=(
            "在有界区间上恰好成立，是恒等式：每段一个斜坡，斜坡在自己那一段之外是平的，"
            "高度是这一段两端的差。两个端点之外，斜坡之和保持不变，折线却未必。",
            "An identity on a bounded interval: one ramp for each piece, flat outside it, as high "
            "as the piece rises. Beyond the last corners the sum stays level, whatever the curve "
            "does.",
        ),
        judge=_same(0),
    ),
    Claim(
        id="A08",
        source="seed 000 §2.1",
        kind="construction",
        statement=(
            "每个神经元制造一个斜坡，加起来再加常数就是折线；神经元足够多，就能产生任何函数。",
            "Each neuron makes one ramp; added up with a constant they give the polyline, and "
            "enough of them give any function.",
        ),
        quantity=(
            "神经元数恰为不平的段数、且与折线相差不超过 10⁻¹² 的网络所占比例",
            "share of networks with one neuron for each piece that is not flat and a gap of at "
            "most 10⁻¹²",
        ),
        truth=(
            "折线恰好成立，神经元数等于不平的段数。其它函数只能逼近，而且必须是闭区间上的连续函数。",
            "Exact for polylines, with as many neurons as there are pieces that are not flat. "
            "Other functions are approximated only, and only continuous ones on a closed interval.",
        ),
        judge=lambda res: stats.always(
            (res.neuron_gaps <= res.rounding) & (res.neurons == res.inclines)
        ),
    ),
    Claim(
        id="A09",
        source="seed 000 §2.2",
        kind="construction",
        statement=(
            "Hard sigmoid 可以由两个 ReLU 组成。",
            "A hard sigmoid is made of two ReLUs.",
        ),
        quantity=("成立的检验所占比例", "share of checks that hold"),
        truth=(
            "clip(z, 0, 1) = relu(z) − relu(z − 1)：在二进分数上逐位相等，在其它浮点数上只差舍入，"
            "换进整个网络后仍是同一条折线。",
            "clip(z, 0, 1) = relu(z) − relu(z − 1): bit for bit on binary fractions, up to "
            "rounding on other floats, and a network rebuilt this way draws the same polyline.",
        ),
        judge=lambda res: stats.always(
            [res.same_on_dyadic, res.same_anywhere, *(res.gaps[1] <= res.rounding).tolist()]
        ),
    ),
    Claim(
        id="A10",
        source="seed 000 §2.2",
        kind="construction",
        statement=(
            "足够多的 ReLU 组合起来就是分段线性曲线，从而可以逼近任何函数。",
            "Enough ReLUs combine into any piecewise linear curve and so approximate any function.",
        ),
        quantity=(
            "ReLU 之和与折线处处相差不超过 10⁻¹² 的折线所占比例",
            "share of polylines that the sum of ReLUs meets everywhere to within 10⁻¹²",
        ),
        truth=(
            "f(t₀) + Σ δᵢ relu(x − tᵢ)，δ₀ 是首段斜率，其余是各折点处斜率的改变：p 段用 p 个 ReLU。"
            "能逼近的是闭区间上的连续函数。",
            "f(t₀) + Σ δᵢ relu(x − tᵢ), where δ₀ is the first slope and the others are the "
            "changes of slope: p ReLUs for p pieces. What they approximate are continuous "
            "functions on a closed interval.",
        ),
        judge=_same(2),
    ),
    Claim(
        id="E01a",
        source="seed 004 Q1",
        kind="theorem",
        statement=(
            "只要单个隐藏层的单元足够多，就能近似任何连续函数。",
            "One hidden layer with enough units approximates any continuous function.",
        ),
        quantity=(
            "找到足够宽的网络的（曲线，误差）组合所占比例",
            "share of pairs (curve, error) for which a wide enough network was found",
        ),
        truth=(
            "在闭区间上成立，且可以直接构造：把曲线上足够密的点连起来，折线就是网络。"
            "[-1, 1] 上的 sin 12x 要使误差小于 [[.tolerances.0]]、[[.tolerances.1]]，分别用 "
            "[[.sine_needs.0]]、[[.sine_needs.1]] 个 ReLU 就够（只试 2 的幂）。"
            "定理没有说训练能否找到它们。",
            "True on a closed interval, and by construction: join points that lie close enough. "
            "For sin 12x on [-1, 1], [[.sine_needs.0]] and [[.sine_needs.1]] ReLUs are enough for "
            "errors below [[.tolerances.0]] and [[.tolerances.1]] (powers of two tried). Whether "
            "training finds them is another question.",
        ),
        judge=lambda res: stats.always(
            [units > 0 for units in res.sine_needs + res.quartic_needs + res.abs_needs]
        ),
    ),
]

if __name__ == "__main__":
    show(__name__)
