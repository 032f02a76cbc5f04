"""A curve's polyline is a sum of ramps, and so of ReLUs, with weights that are simply read off."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, along
from dlbook.base.evidence import EVERY, Estimate
from dlbook.base.seeds import seeds_from
from dlbook.figures.idioms import bare, direct_label
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, mosaic
from dlbook.mathematics import polylines, rng
from dlbook.mathematics.explicit import Activation, Layers, evaluate, ramp
from dlbook.mathematics.grids import linspace
from dlbook.mathematics.sums import product, total
from dlbook.record.claims import Claim, Remark
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
    first_seed: int = 0


SMALL = Config(seeds=8, tolerances=(0.1, 0.01), doublings=7)

WORDS = {
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

    config: Config
    cases: int
    rounding: float
    same_on_dyadic: bool
    same_anywhere: bool
    sine_needs: Along[int]
    quartic_needs: Along[int]
    abs_needs: Along[int]
    gaps: Along[Tensor]
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
    knots = linspace(low, high, pieces + 1)
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
    return V * activation(product(x[:, None], W, b)).T


def split(z: Tensor) -> Tensor:
    """A ramp of slope 1 as two ReLUs."""
    return torch.relu(z) - torch.relu(z - 1)


def run(cfg: Config) -> Result:
    random = [random_polyline(seed, cfg.pieces) for seed in seeds_from(cfg.first_seed, cfg.seeds)]
    cases = random + [through(name, n) for name in data.CURVES for n in (cfg.pieces, _FINE)]
    ramps = [polylines.ramps(*case) for case in cases]
    sums = [
        [gap(net, case, ramp) for net, case in zip(ramps, cases, strict=True)],
        [gap(polylines.ramps_as_relus(net), c) for net, c in zip(ramps, cases, strict=True)],
        [gap(polylines.relus(*case), case) for case in cases],
    ]
    neurons = [one_per_incline(points) for points in random]
    dyadic = torch.arange(-(2**12), 2**12 + 1, dtype=torch.float64) / 2**10
    anywhere = rng.stream(cfg.first_seed, "anywhere").uniform(10_000, low=-4, high=4)
    needed = [needs(name, cfg.tolerances, cfg.doublings) for name in data.CURVES]
    knots, values = through(_CURVE, cfg.drawn, _LOW, _HIGH)
    x = linspace(_LOW, _HIGH, 121)
    return Result(
        config=cfg,
        cases=len(cases),
        rounding=_ROUNDING,
        same_on_dyadic=torch.equal(ramp(dyadic), split(dyadic)),
        same_anywhere=bool(((ramp(anywhere) - split(anywhere)).abs() <= _RAMP_ROUNDING).all()),
        sine_needs=along(needed[0], tolerance=cfg.tolerances),
        quartic_needs=along(needed[1], tolerance=cfg.tolerances),
        abs_needs=along(needed[2], tolerance=cfg.tolerances),
        gaps=along(torch.tensor(sums), units=("ramps", "pairs", "relus")),
        neuron_gaps=torch.tensor(
            [gap(net, points, ramp) for net, points in zip(neurons, random, strict=True)]
        ),
        neurons=torch.tensor([len(net[1][0]) for net in neurons]),
        inclines=torch.tensor([int(total(values.diff() != 0)) for _, values in random]),
        curve=torch.stack([x, data.CURVES[_CURVE](x)]),
        knots=knots,
        values=values,
        ramps=terms(polylines.ramps(knots, values), knots, ramp),
        relus=terms(polylines.relus(knots, values), knots),
    )


def check(res: Result) -> None:
    assert all(bool((gaps <= res.rounding).all()) for gaps in res.gaps), (
        "polyline, ramps and ReLUs are one function"
    )
    assert res.same_on_dyadic, "a ramp is the difference of two ReLUs, to the bit"
    constant, *_ = res.values
    for units in (res.ramps, res.relus):
        drawn = constant + total(units, 0)
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
    direct_label(ax, _LOW, 1.35, "$\\sin 12x$", "muted", va="center")
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
    bare(ax, "y")
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
        direct_label(ax, 2.6, y, text, role, va="center")
    ax.set(xlim=(-1, 4), ylim=(-1.9, 2.9), xticks=(0, 1), yticks=(0, 1), xlabel="$z$")


def _same(units: str) -> Callable[[Result], Estimate]:
    return lambda res: stats.share(res.gaps[units] <= res.rounding)


CLAIMS: list[Claim[Result] | Remark] = [
    Claim(
        id="A05",
        source="Source A §2.1",
        kind="construction",
        statement=(
            "分段线性曲线等于一个常数加上一堆阶梯形的函数（hard sigmoid）。",
            "A piecewise linear curve is a constant plus a number of ramps (hard sigmoids).",
        ),
        measure=_same("ramps"),
        bound=EVERY,
    ),
    Claim(
        id="A08/ramps",
        source="Source A §2.1",
        kind="construction",
        statement=(
            "每个神经元制造一个斜坡，加起来再加常数就是折线。",
            "Each neuron makes one ramp; added up with a constant they give the polyline.",
        ),
        measure=lambda res: stats.share(
            (res.neuron_gaps <= res.rounding) & (res.neurons == res.inclines)
        ),
        bound=EVERY,
    ),
    Claim(
        id="A09",
        source="Source A §2.2",
        kind="construction",
        statement=(
            "Hard sigmoid 可以由两个 ReLU 组成。",
            "A hard sigmoid is made of two ReLUs.",
        ),
        measure=lambda res: stats.share(
            [res.same_on_dyadic, res.same_anywhere, *(res.gaps["pairs"] <= res.rounding).tolist()]
        ),
        bound=EVERY,
    ),
    Claim(
        id="A10/relus",
        source="Source A §2.2",
        kind="construction",
        statement=(
            "足够多的 ReLU 组合起来就是分段线性曲线。",
            "Enough ReLUs combine into any piecewise linear curve.",
        ),
        measure=_same("relus"),
        bound=EVERY,
    ),
    Claim(
        id="E01a",
        source="Source E Q1",
        kind="theorem",
        statement=(
            "只要单个隐藏层的单元足够多，就能近似任何连续函数。",
            "One hidden layer with enough units approximates any continuous function.",
        ),
        measure=lambda res: stats.share(
            [units > 0 for units in (*res.sine_needs, *res.quartic_needs, *res.abs_needs)]
        ),
        bound=EVERY,
    ),
]

if __name__ == "__main__":
    show(__name__)
