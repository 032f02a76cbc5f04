"""With x² as activation a hidden layer of any width draws parabolas only; ReLUs go further."""

from dataclasses import dataclass

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, along
from dlbook.base.evidence import EVERY, Estimate, at_least, at_most
from dlbook.base.seeds import seeds_from
from dlbook.figures.idioms import direct_label, level_line, powers
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, mosaic
from dlbook.mathematics import explicit, nets, polylines, sums
from dlbook.mathematics.grids import geomspace, linspace
from dlbook.record.claims import Claim, Convention, Remark
from dlbook.training import data, stats
from dlbook.training.replay import Run
from dlbook.training.train import Fit


@dataclass(frozen=True)
class Config:
    """Nets of ``units`` hidden units, x² or ReLU, on ``points`` points; floors up to ``degree``."""

    points: int = 100
    units: int = 64
    start: str = "fan_in_uniform"
    seeds: int = 32
    rate: float = 3e-3
    steps: int = 10_000
    degree: int = 20
    first_seed: int = 0


SMALL = Config(seeds=8, steps=100)
GRID = Config(seeds=16)
GRID_BUDGET = 90.0

WORDS = {
    "square": ("$x^2$", "$x^2$"),
    "relu": ("ReLU", "ReLU"),
    "curves": ("训练之后（种子 0）", "after training (seed 0)"),
    "best": ("最好的二次函数", "best quadratic"),
    "training": ("{units} 个单元", "{units} units"),
    "floors": ("再多单元也过不了的下界", "no width goes below this"),
    "steps": ("步数", "steps"),
    "degree": ("激活 $x^p$ 的次数 $p$", "degree $p$ of $x^p$"),
    "error": ("MSE", "MSE"),
    "constructed": ("构造", "built"),
}

_REACHED = 0.01  # "reaches the best quadratic": within one per cent of its error
_ROUNDING = 1e-12  # of a mean of float64 squares


@dataclass(frozen=True)
class Result:
    """``losses`` ``(2, seeds, k)``: mean squared errors of x² and ReLU nets at ``steps`` ``(k,)``.

    ``floor``: the least mean squared error of any quadratic, ``floors`` ``(degree,)`` of any
    polynomial of degree 1, 2, …; ``worst_gap``: how far above it the worst x² net ends.
    ``parabolic``: the largest distance of an x² net from the parabola that its weights add up to.
    ``curves`` ``(4, 201)`` on [-1, 1]: target, best quadratic, x² net and ReLU net of seed 0.
    """

    config: Config
    floor: float
    constant: float
    squares: Estimate
    relus: Estimate
    below: Estimate
    reached: Estimate
    worst_gap: float
    lowest: float
    difference: Estimate
    constructed: float
    parabolic: float
    floors: Tensor
    steps: Tensor
    losses: Along[Tensor]
    curves: Tensor


def target(points: int) -> tuple[Tensor, Tensor]:
    """``points`` places on [-1, 1] and sin 12x there, both ``(points, 1)``."""
    x = linspace(-1, 1, points)[:, None]
    return x, data.CURVES["sin 12x"](x)


def polynomial(x: Tensor, y: Tensor, degree: int, at: Tensor) -> Tensor:
    """The least-squares polynomial of ``(x, y)`` at ``at``; all ``(…, 1)``, on [-1, 1].

    By modified Gram–Schmidt on the Chebyshev polynomials: 1, x, then 2 x times the last less the
    one before it. LAPACK's answer depends, in its last bits, on where its arrays happen to lie in
    memory; plain sums do not.
    """

    def features(places: Tensor) -> list[Tensor]:
        x = places[:, 0]
        found = [torch.ones_like(x), x]
        while len(found) <= degree:
            found.append(2 * x * found[-1] - found[-2])
        return found[: degree + 1]

    rest, fitted = y[:, 0], torch.zeros_like(at[:, 0])
    done: list[tuple[Tensor, Tensor]] = []
    for here, there in zip(features(x), features(at), strict=True):
        for unit, drawn in done:
            share = sums.total(unit * here)
            here, there = here - share * unit, there - share * drawn
        length = sums.norm(here)
        done.append((here / length, there / length))
        share = sums.total(done[-1][0] * rest)
        rest, fitted = rest - share * done[-1][0], fitted + share * done[-1][1]
    return fitted[:, None]


def floor_of(x: Tensor, y: Tensor, degree: int) -> float:
    """The least mean squared error of any polynomial of that degree."""
    return float(sums.mean((polynomial(x, y, degree, x) - y).square()))


def parabola(stack: nets.Stack, x: Tensor) -> Tensor:
    """What nets with activation x² compute, from three numbers each: ``(n, 1) -> (s, n)``.

    sum v (w x + b)² + c = (sum v w²) x² + (2 sum v w b) x + (sum v b² + c).
    """
    (W, b), (V, c) = stack.layers
    w, b, v = W[:, 0], b[:, 0], V[:, :, 0]
    second, first = sums.total(v * w * w, 1), 2 * sums.total(v * w * b, 1)
    zeroth = sums.total(v * b * b, 1) + c[:, 0, 0]
    return second[:, None] * x[:, 0] ** 2 + first[:, None] * x[:, 0] + zeroth[:, None]


def constructed_error(cfg: Config) -> float:
    """The error of a polyline of as many ReLUs through sin 12x at equal distances."""
    knots = linspace(-1, 1, cfg.units + 1)
    layers = polylines.relus(knots, data.CURVES["sin 12x"](knots))
    x, y = target(cfg.points)
    return float(sums.mean((explicit.evaluate(layers, x) - y).square()))


@dataclass(frozen=True)
class Replay:
    """What a reader may choose of a run."""

    seed: int = 0
    activation: str = "square"


def replay(choice: Replay, cfg: Config) -> Run:
    """From the same initial weights for both activations."""
    return Run(
        widths=(1, cfg.units, 1),
        activation=choice.activation,
        init=(cfg.start,) * 2,
        data="sin 12x",
        points=cfg.points,
        loss="mean_squared_error",
        optimiser="adam",
        rate=cfg.rate,
        steps=cfg.steps,
    )


def trained(activation: str, cfg: Config) -> Fit:
    """All seeds under one activation, their errors at steps in geometric progression."""
    spread = geomspace(1, cfg.steps, 41).round().int().tolist()
    run = replay(Replay(activation=activation), cfg)
    return run.fit(
        seeds_from(cfg.first_seed, cfg.seeds), at=sorted({*spread, cfg.steps}), what=activation
    )


def run(cfg: Config) -> Result:
    x, y = target(cfg.points)
    square, relu = (trained(activation, cfg) for activation in ("square", "relu"))
    floor = floor_of(x, y, 2)
    gaps = square.loss / floor - 1
    grid, curve = target(201)
    drawn = [fit.stack[0].predict(grid)[0, :, 0] for fit in (square, relu)]
    summed = square.stack.predict(grid)[..., 0] - parabola(square.stack, grid)
    return Result(
        config=cfg,
        floor=floor,
        constant=float(sums.variance(y)),
        squares=stats.median(square.loss),
        relus=stats.median(relu.loss),
        below=stats.rate(relu.loss < floor),
        reached=stats.rate(gaps < _REACHED),
        worst_gap=float(gaps.max()) * floor,
        lowest=float(torch.stack([square.losses.min(), square.loss.min()]).min()),
        difference=stats.difference(square.loss, relu.loss),
        constructed=constructed_error(cfg),
        parabolic=float(summed.abs().max()),
        floors=torch.tensor([floor_of(x, y, p) for p in range(1, cfg.degree + 1)]).double(),
        steps=square.steps,
        losses=along([square.losses, relu.losses], activation=("square", "relu")),
        curves=torch.stack([curve[:, 0], polynomial(x, y, 2, grid)[:, 0], *drawn]),
    )


def check(res: Result) -> None:
    assert res.losses["square"].min() >= res.floor - _ROUNDING, (
        "no x² net is below the best quadratic"
    )
    assert res.parabolic < 1e-9, "an x² net is a parabola"
    assert (res.floors.diff() <= 1e-12).all(), "a higher degree never fits worse"
    assert res.constructed < res.floor, "the ReLU construction is below the floor of x²"


def draw(res: Result, t: Words) -> Figure:
    figure, axes = mosaic([["curves"] * 2, ["steps", "degree"]], 5.0, [1, 1.3])
    _curves(res, axes["curves"], t)
    _steps(res, axes["steps"], t)
    _degrees(res, axes["degree"], t)
    return figure


def _curves(res: Result, ax: Axes, t: Words) -> None:
    grid = linspace(-1, 1, res.curves.shape[1])
    looks = (("line", "-", 3.0), ("exact", "-", 3.5), ("extra", "--", 1.8), ("shallow", "-", 1.8))
    for curve, (role, dash, width) in zip(res.curves, looks, strict=True):
        ax.plot(grid, curve, color=colour(role), linestyle=dash, linewidth=width)
    ax.set(title=t["curves"], xlabel="$x$", xticks=(-1, 0, 1), yticks=(-1, 0, 1), ylim=(-1.5, 1.9))
    for x, name, role in (
        (-0.95, "best", "exact"),
        (0.0, "square", "extra"),
        (0.5, "relu", "shallow"),
    ):
        direct_label(ax, x, 1.3, t[name], role, va="bottom")


def _steps(res: Result, ax: Axes, t: Words) -> None:
    for runs, (role, dash) in zip(res.losses, (("extra", "--"), ("shallow", "-")), strict=True):
        for edge in (runs.amin(0), runs.amax(0)):
            ax.plot(res.steps, edge, color=colour(role), linewidth=0.5)
        ax.plot(res.steps, sums.quantile(runs, 0.5, 0), color=colour(role), linestyle=dash)
    last = res.steps[-1].item()
    level_line(ax, res.floor, role="exact", dash="solid")
    ax.plot(last, res.constructed, "D", color=colour("exact"), markersize=7, clip_on=False)
    direct_label(ax, last / 2, res.constructed, t["constructed"], "exact", ha="right", va="center")
    ax.set(xscale="log", yscale="log", xlabel=t["steps"], ylabel=t["error"], xlim=(10, last))
    ax.set_title(t["training"].format(units=res.config.units))
    ax.set_ylim(res.constructed / 3, 2)
    powers(ax)


def _degrees(res: Result, ax: Axes, t: Words) -> None:
    degrees = range(1, len(res.floors) + 1)
    ax.plot(degrees, res.floors, "o-", color=colour("exact"), markersize=3, linewidth=1)
    ax.plot(2, res.floors[1], "s", color=colour("extra"), markersize=6)
    ax.set(yscale="log", xlabel=t["degree"], xticks=(2, 10, 20), title=t["floors"])
    powers(ax)


_UNIVERSAL = at_most(
    0.1,
    because=(
        "任何曲线都能拟合，就最多只剩 sin 12x 方差的五分之一。",
        "If any curve could be fitted, at most a fifth of the variance of sin 12x would be left.",
    ),
)

_AHEAD = at_least(
    0.1,
    because=(
        "ReLU 要多降下方差的五分之一，才算领先。",
        "ReLU is ahead if it ends lower by a fifth of the variance.",
    ),
)
CLAIMS: list[Claim[Result] | Remark] = [
    Claim(
        id="B09",
        source="Source B",
        kind="theorem",
        statement=(
            "激活函数只要是非线性就行，ReLU 只是如今的主流。",
            "Any non-linear activation will do; ReLU is merely today's usual one.",
        ),
        measure=lambda res: stats.exact(res.floor),
        bound=_UNIVERSAL,
    ),
    Claim(
        id="B09/floor",
        source="this book, after Leshno et al. 1993",
        kind="theorem",
        statement=(
            "x² 网络的误差，训练中任何时候都不低于最好的二次函数。",
            "At no moment of training is an x² net better than the best quadratic.",
        ),
        measure=lambda res: stats.share(res.losses["square"] >= res.floor - _ROUNDING),
        bound=EVERY,
    ),
    Claim(
        id="B09/relu",
        source="this book, after Leshno et al. 1993",
        kind="finding",
        statement=(
            "同样多的单元，ReLU 网络训练后的误差明显更小。",
            "With as many units, ReLU nets train to a clearly smaller error.",
        ),
        measure=lambda res: res.difference,
        bound=_AHEAD,
        conventions=(
            Convention("start", ("起点", "start"), ({"start": "xavier_uniform"},)),
            Convention("rate", ("学习率", "rate"), ({"rate": 0.001},)),
            Convention("width", ("单元数", "units"), ({"units": 16},)),
        ),
    ),
]

if __name__ == "__main__":
    show(__name__)
