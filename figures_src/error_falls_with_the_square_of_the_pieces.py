"""Twice the pieces leave a quarter of a smooth curve's error, and all of that of a jump."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NotRequired, TypedDict

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, along
from dlbook.base.evidence import EVERY, Estimate, at_most
from dlbook.base.lookup import lookup
from dlbook.base.seeds import seeds_from
from dlbook.figures.fields import significant
from dlbook.figures.idioms import direct_label, powers
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, mosaic
from dlbook.mathematics import polylines, rng, sums
from dlbook.mathematics.elementary import log, sqrt
from dlbook.mathematics.explicit import Layers, evaluate
from dlbook.mathematics.grids import linspace
from dlbook.mathematics.nets import from_layers
from dlbook.record.claims import Claim, Remark
from dlbook.training import data, stats
from dlbook.training.replay import Run


@dataclass(frozen=True)
class Config:
    """Join up to ``2^doublings`` pieces; try ``seeds`` random networks on what none can do."""

    doublings: int = 12
    seeds: int = 64
    first_seed: int = 0


SMALL = Config(doublings=10, seeds=8)

WORDS = {
    "rates": ("最大误差和斜率", "Largest error and its slope"),
    "pieces": ("段数 $n$", "pieces $n$"),
    "quartic": ("四次式", "quartic"),
    "jump": ("跳跃", "Jump"),
    "pole": ("$1/x$", "$1/x$"),
    "network": ("网络", "network"),
}

_SLOPE = -2.0
_SLOPE_TOLERANCE = 0.02
_FITTED = 4  # doublings, the last ones: before them the pieces are wider than the waves
_AGREE = 1e-9  # rounding, in sums of hundreds of ReLUs
_WIDE = 64  # ReLUs of the random networks, and pieces at which networks are compared with chords
_NEAR = 1 / 128  # where the polylines for 1/x begin
_PARTS = 32  # points checked per piece; even, so that the middle is one of them
_HIGH = 11  # of the panel for 1/x
_SHOWN = (5, 17)  # pieces of the two polylines drawn across the jump
_WIDTH = 2.0  # of [-1, 1]
_FAR = 2**20  # waves of sin 12x from the origin, far beyond every bend
_NEAR_ONE = 1 - 1e-6

_FEW = 8  # doublings for which networks are built: up to 256 ReLUs

Curve = Callable[[Tensor], Tensor]


def jump(x: Tensor) -> Tensor:
    """0 left of the origin, 1 from it on."""
    return (x >= 0).to(x.dtype)


SMOOTH = {name: data.CURVES[name] for name in ("sin 12x", "-2x^4 + x^3 + x^2 - 2x")}
CURVATURES = (144.0, 28.0)  # max |f''|: 12² for the sine; |-24x² + 6x + 2| is largest at x = -1
ROUGH: dict[str, Curve] = {"|x|": torch.abs, "sqrt|x|": lambda x: sqrt(x.abs()), "jump": jump}
# |f(x) - f(y)| <= modulus(|x - y|) for sine, quartic (the largest |f'| is 7, at -1), |x|, sqrt|x|.
MODULI: tuple[Callable[[float], float], ...] = (
    lambda h: 12 * h,
    lambda h: 7 * h,
    lambda h: h,
    math.sqrt,
)


@dataclass(frozen=True)
class Result:
    """Errors are the largest at ``_PARTS + 1`` points of every piece; d doublings.

    ``smooth`` ``(2, d)``: sine and quartic at 2, 4, 8, ... pieces; ``limits`` their bounds.
    ``rough`` ``(3, d)``: |x|, its root and the jump at 3, 5, 9, ... pieces, 0 in the middle of one.
    ``moduli`` ``(4, d)``: what continuity alone allows, for all but the jump. ``network_errors``
    ``(2, 4)``: by chords and by the network of ReLUs, at 64 and 65 pieces. ``jump_errors``,
    ``pole_errors`` and ``line_errors`` (sin 12x on the whole line): every network that was tried,
    built ones first. ``reach``: the least of the largest errors, function by function;
    ``growth``: what some steps to more pieces add to the largest error.
    """

    config: Config
    sine_slope: float
    quartic_slope: float
    abs_slope: float
    root_slope: float
    jump_slope: float
    sine_errors: Along[float]
    abs_on_a_knot: float
    jump_best: float
    jump_tried: int
    reach: Along[Estimate]
    growth: Along[Estimate]
    pieces: Tensor
    smooth: Tensor
    limits: Tensor
    rough: Tensor
    moduli: Tensor
    network_errors: Tensor
    jump_errors: Tensor
    pole_errors: Tensor
    line_errors: Tensor


def samples(pieces: int) -> tuple[Tensor, Tensor]:
    """The knots of equal pieces on [-1, 1], ``(pieces + 1,)``, and points ``(pieces, m)``."""
    knots = linspace(-1, 1, pieces + 1)
    share = torch.arange(_PARTS + 1, dtype=torch.float64) / _PARTS
    return knots, knots[:-1, None] + share * knots.diff()[:, None]


def chord_error(f: Curve, pieces: int) -> float:
    """The largest distance of f from the chords over equal pieces of [-1, 1]."""
    knots, x = samples(pieces)
    left, right = f(knots)[:-1, None], f(knots)[1:, None]
    share = torch.arange(_PARTS + 1, dtype=torch.float64) / _PARTS
    return float((left + share * (right - left) - f(x)).abs().max())


def network_error(f: Curve, pieces: int) -> float:
    """The same distance, from the network of ReLUs that draws these chords."""
    knots, x = samples(pieces)
    outputs = evaluate(polylines.relus(knots, f(knots)), x.reshape(-1, 1))
    return float((outputs[:, 0] - f(x).flatten()).abs().max())


def errors(curves: Mapping[str, Curve], pieces: Tensor) -> Tensor:
    """Chord errors, ``(curves, d)``."""
    rows = [[chord_error(f, n) for n in pieces.tolist()] for f in curves.values()]
    return torch.tensor(rows, dtype=torch.float64)


def slope(pieces: Tensor, row: Tensor) -> float:
    """The least-squares slope of log error against log pieces over the last doublings."""
    x, y = log(pieces[-_FITTED:]), log(row[-_FITTED:])
    x, y = x - sums.mean(x), y - sums.mean(y)
    return float(sums.total(x * y) / sums.total(x * x))


def random_layer(seed: int) -> Layers:
    """One hidden layer of ReLUs, each with its bend in [-1, 1]."""
    draw = rng.stream(seed, "rivals")
    bends, sides = draw.uniform(_WIDE, low=-1, high=1), draw.normal(_WIDE).sign()
    return [(sides[None], -sides * bends), (draw.normal(_WIDE, 1), draw.normal(1))]


def miss_of_the_jump(layers: Layers) -> float:
    """The larger of the one-sided errors at 0, where a network has one value instead of two."""
    g = float(evaluate(layers, torch.zeros(1, 1).double()))
    return max(abs(g), abs(1 - g))


def miss_of_the_pole(layers: Layers) -> float:
    """The error for 1/x at one point of (0, 1], so near 0 that 1/x tops all of the network by 1.

    A polyline is highest at a bend or at an end.
    """
    W, b = layers[0]
    places = torch.cat([(-b / W[0]).clamp(0, 1), torch.tensor([0.0, 1.0]).double()])
    top = float(evaluate(layers, places[:, None]).max().clamp(min=0))
    x = torch.tensor([[1 / (top + 1)]]).double()
    return float((1 / x - evaluate(layers, x)).item())


def miss_of_the_line(layers: Layers) -> float:
    """The larger error for sin 12x at a crest and the next trough, far from all bends.

    There a network is a straight line: level it misses one of them by 1, else it has left both.
    """
    places = [math.pi * (2 * _FAR + half) / 12 for half in (0.5, 1.5)]
    crest, trough = evaluate(layers, torch.tensor(places).double()[:, None])[:, 0].tolist()
    return float(max(abs(1 - crest), abs(-1 - trough)))


def level() -> Layers:
    """A network that gives 0 everywhere: nothing is nearer to a wave that never ends."""
    one, none = torch.ones(1, 1).double(), torch.zeros(1, 1).double()
    return [(one, none[0]), (none, none[0])]


def rivals(f: Curve, low: float, cfg: Config) -> list[Layers]:
    """Networks through f at equal parts of ``[low, 1]``, and random ones."""
    counts = [2**j + 1 for j in range(1, _FEW + 1)]
    knots = [linspace(low, 1, n + 1) for n in counts]
    return [polylines.relus(k, f(k)) for k in knots] + [
        random_layer(s) for s in seeds_from(cfg.first_seed, cfg.seeds)
    ]


def run(cfg: Config) -> Result:
    if cfg.doublings < _FITTED:
        raise ValueError(f"needs {_FITTED} doublings or more, not {cfg.doublings}")
    pieces = 2 ** torch.arange(1, cfg.doublings + 1)
    smooth, rough = errors(SMOOTH, pieces), errors(ROUGH, pieces + 1)
    spacings = [(_WIDTH / n).tolist() for n in (pieces, pieces, pieces + 1, pieces + 1)]
    limits = [
        [polylines.interpolation_bound(most, h) for h in row]
        for most, row in zip(CURVATURES, spacings[:2], strict=True)
    ]
    moduli = [[bound(h) for h in row] for bound, row in zip(MODULI, spacings, strict=True)]
    continuous = [(f, _WIDE) for f in SMOOTH.values()]
    continuous += [(f, _WIDE + 1) for f in list(ROUGH.values())[:2]]
    built = [[way(*case) for case in continuous] for way in (chord_error, network_error)]
    jumps = [miss_of_the_jump(net) for net in rivals(jump, -1, cfg)]
    poles = [miss_of_the_pole(net) for net in rivals(torch.reciprocal, _NEAR, cfg)]
    lines = [miss_of_the_line(net) for net in [level(), *rivals(SMOOTH["sin 12x"], -1, cfg)]]
    on_a_knot = [chord_error(torch.abs, n) for n in pieces.tolist()]
    most = [float(row[-1]) for row in (*smooth, *rough[:2])]
    return Result(
        config=cfg,
        sine_slope=slope(pieces, smooth[0]),
        quartic_slope=slope(pieces, smooth[1]),
        abs_slope=slope(pieces + 1, rough[0]),
        root_slope=slope(pieces + 1, rough[1]),
        jump_slope=slope(pieces + 1, rough[2]),
        sine_errors=along(smooth[0].tolist(), pieces=(2**d for d in range(1, cfg.doublings + 1))),
        abs_on_a_knot=max(on_a_knot),
        jump_best=min(jumps),
        jump_tried=len(jumps),
        reach=along(
            (
                *(stats.exact(error) for error in most),
                *(stats.exact(min(found), len(found)) for found in (jumps, poles, lines)),
            ),
            function=("sine", "quartic", "corner", "root", "jump", "pole", "whole line"),
        ),
        growth=along(
            map(
                stats.exact,
                (
                    float(smooth[0, 1] - smooth[0, 0]),
                    float(smooth[0, -1] - smooth[0, -2]),
                    float(smooth[1, -1] - smooth[1, -2]),
                    float(rough[1, -1] - rough[1, -2]),
                    float(rough[0, 0]) - on_a_knot[0],
                ),
            ),
            step=("sine 2 to 4", "sine last", "quartic last", "root last", "corner 2 to 3"),
        ),
        pieces=pieces,
        smooth=smooth,
        limits=torch.tensor(limits, dtype=torch.float64),
        rough=rough,
        moduli=torch.tensor(moduli, dtype=torch.float64),
        network_errors=torch.tensor(built, dtype=torch.float64),
        jump_errors=torch.tensor(jumps, dtype=torch.float64),
        pole_errors=torch.tensor(poles, dtype=torch.float64),
        line_errors=torch.tensor(lines, dtype=torch.float64),
    )


def check(res: Result) -> None:
    assert bool((res.smooth <= res.limits).all()), "a chord strays by h² max|f''| / 8 at most"
    assert bool((continuous(res) <= res.moduli).all()), "and by the modulus of continuity"
    assert res.abs_on_a_knot == 0, "|x| is a polyline of any even number of pieces"
    assert res.sine_errors[4] > res.sine_errors[2], "more pieces are not always closer"
    assert bool((res.jump_errors >= 0.5).all()), "a continuous function misses half the jump"
    assert bool((res.pole_errors > 1 - _AGREE).all()), "no network is as high as 1/x"
    assert bool((res.line_errors > _NEAR_ONE).all()), "no network waves for ever"


def continuous(res: Result) -> Tensor:
    """The errors of all but the jump, ``(4, d)``."""
    return torch.cat([res.smooth, res.rough[:2]])


def _smooth_slopes(res: Result) -> tuple[float, float]:
    return res.sine_slope, res.quartic_slope


def draw(res: Result, t: Words) -> Figure:
    figure, axes = mosaic([["rates", "rates", "jump"], ["rates", "rates", "pole"]], 3.9)
    _rates(axes["rates"], res, t)
    _jump(axes["jump"])
    _pole(axes["pole"], t)
    for name, ax in axes.items():
        ax.set_title(t[name])
    return figure


def _rates(ax: Axes, res: Result, t: Words) -> None:
    looks = (
        ("$\\sin 12x$", res.pieces, res.smooth[0], "extra", "o", res.sine_slope),
        (t["quartic"], res.pieces, res.smooth[1], "ink", "s", res.quartic_slope),
        ("$|x|$", res.pieces + 1, res.rough[0], "muted", "^", res.abs_slope),
        ("$\\sqrt{|x|}$", res.pieces + 1, res.rough[1], "muted", "D", res.root_slope),
        (t["jump"], res.pieces + 1, res.rough[2], "muted", "X", res.jump_slope),
    )
    end = int(res.pieces[-1])
    for limit in res.limits:
        ax.plot(res.pieces, limit, color=colour("exact"), linestyle=(0, (3, 2)), linewidth=1.2)
    for name, pieces, row, role, marker, steepness in looks:
        ax.plot(pieces, row, marker=marker, color=colour(role), markersize=3.5, linewidth=0.8)
        label = f"{name}  {t.number(steepness, '.1')}"
        direct_label(ax, 1.5 * end, float(row[-1]), label, role, va="center")
    direct_label(ax, 4, 14, "$h^2\\max|f''|/8$", "exact", va="center")
    ax.set(xscale="log", yscale="log", xlabel=t["pieces"], xlim=(1.5, 45 * end), ylim=(None, 40))
    ax.set_xticks((10, 100, 1000), ("10", "100", "1000"))
    ax.set_yticks([10.0**k for k in (0, -2, -4, -6)])
    powers(ax)


def _jump(ax: Axes) -> None:
    for start, level in ((-1, 0), (0, 1)):
        ax.plot((start, start + 1), (level, level), color=colour("line"), linewidth=3.5)
    for n, look in zip(_SHOWN, (":", "-"), strict=True):
        ax.plot((-1, -1 / n, 1 / n, 1), (0, 0, 1, 1), look, color=colour("exact"))
    ax.plot(0, 0.5, "o", color=colour("exact"))
    direct_label(ax, 0.12, 0.5, "½", "exact", va="center")
    ax.set(xlabel="$x$", xticks=(-1, 0, 1), yticks=(0, 1))


def _pole(ax: Axes, t: Words) -> None:
    x = linspace(1 / _HIGH, 1, 60)
    corners = torch.arange(1, 9) / 8
    ax.plot(x, 1 / x, color=colour("line"), linewidth=3.5)
    ax.plot([0, *corners], [8, *(1 / corners)], color=colour("exact"))
    direct_label(ax, 0.2, 8, t["network"], "exact", va="center")
    ax.set(xlabel="$x$", xlim=(-0.03, 1), ylim=(0, _HIGH), xticks=(0, 1), yticks=(0, 10))


@dataclass(frozen=True)
class Replay:
    """A polyline that a reader has laid along a curve, and how training is to move it.

    There is no chance in it, so no seed.
    """

    curve: str = "sine"
    knots: tuple[float, ...] = tuple(k / 4 for k in range(-4, 5))
    steps: int = 2000
    rate: float = 3e-3
    points: int = 100


_TARGETS = dict(zip(("sine", "quartic"), SMOOTH, strict=True))
_ROUGH = ("absolute", "root", "jump")


def replay(choice: Replay, _cfg: Config) -> Run:
    """Training from the ReLUs that draw the polyline, of which it may change every number."""
    target = lookup("curve", choice.curve, _TARGETS)
    knots = torch.tensor(choice.knots, dtype=torch.float64)
    if len(knots) < 2 or not bool((knots.diff() > 0).all()) or not bool((knots.abs() <= 1).all()):
        raise ValueError(f"knots {choice.knots}: give two or more that ascend within [-1, 1]")
    drawn = from_layers(polylines.relus(knots, SMOOTH[target](knots)))
    return Run(
        widths=drawn.net.widths,
        activation=drawn.net.activation,
        init=(),
        data=target,
        points=choice.points,
        loss="mean_squared_error",
        optimiser="adam",
        rate=choice.rate,
        steps=choice.steps,
        start=tuple(drawn.flat[0].tolist()),
    )


class Measured(TypedDict):
    """The largest errors of equal pieces of one curve, and the bounds if it has them."""

    pieces: list[int]
    errors: list[float]
    curvature: NotRequired[float]
    bounds: NotRequired[list[float]]


class Explorable(TypedDict):
    """Curves by the names that the page has for them."""

    curves: dict[str, Measured]


def explorable(res: Result) -> Explorable:
    """The largest error of equal pieces of each curve, and the bound of the smooth ones."""
    curves: dict[str, Measured] = {
        name: {"pieces": pieces.tolist(), "errors": significant(row, 4)}
        for names, pieces, rows in (
            (_TARGETS, res.pieces, res.smooth),
            (_ROUGH, res.pieces + 1, res.rough),
        )
        for name, row in zip(names, rows, strict=True)
    }
    for name, curvature, bounds in zip(_TARGETS, CURVATURES, res.limits, strict=True):
        curves[name]["curvature"] = curvature
        curves[name]["bounds"] = significant(bounds, 4)
    return {"curves": curves}


_CLOSE = at_most(
    0.1,
    because=(
        "这里的函数都至少起伏 1；“做得出”，处处至多差十分之一。",
        "Each of these functions varies by 1 at least; to “produce” it is to be within a tenth.",
    ),
)
_NO_WORSE = at_most(
    0.0,
    because=(
        "“越多越接近”：增加段数，最大误差至少不变大。",
        "“More come closer”: with more pieces the largest error does not grow.",
    ),
)
CLAIMS: list[Claim[Result] | Remark] = [
    Claim(
        id="A03",
        source="Source A §2.1",
        kind="theorem",
        statement=(
            "一个隐藏层就能制造出所有可能的函数。",
            "One hidden layer can produce all possible functions.",
        ),
        measure=lambda res: res.reach,
        bound=_CLOSE,
    ),
    Claim(
        id="A04",
        source="Source A §2.1",
        kind="theorem",
        statement=(
            "把曲线等分、连接端点，得到的折线近似曲线；段数越多越接近。",
            "Cut the curve into equal parts and join the ends: the polyline approximates the "
            "curve, and more pieces come closer.",
        ),
        measure=lambda res: res.growth,
        bound=_NO_WORSE,
    ),
    Claim(
        id="A04/bound",
        source="Source A §2.1",
        kind="theorem",
        statement=(
            "若 f″ 连续，误差不超过 h² max|f″|/8，最终每翻一倍降到四分之一。",
            "If f″ is continuous, the error is at most h² max|f″|/8, and in the end each doubling "
            "quarters it.",
        ),
        measure=lambda res: stats.share(
            [
                *(res.smooth <= res.limits).flatten().tolist(),
                *(abs(steepness - _SLOPE) <= _SLOPE_TOLERANCE for steepness in _smooth_slopes(res)),
            ]
        ),
        bound=EVERY,
    ),
    Claim(
        id="A06",
        source="Source A §2.1",
        kind="theorem",
        statement=(
            "分段线性函数可以逼近任何函数，所以任何函数都可以由网络表示。",
            "Piecewise linear functions approximate any function, so a network can represent any "
            "function.",
        ),
        measure=lambda res: res.reach,
        bound=_CLOSE,
    ),
    Claim(
        id="A06/continuous",
        source="Source A §2.1",
        kind="theorem",
        statement=(
            "闭区间上的连续函数，等分连线的误差不超过 f 在宽 h 内的最大变化；"
            "ReLU 网络画得出同一条折线。",
            "For a continuous function on a closed interval, joining equal parts errs by the "
            "largest change of f over h at most, and a network of ReLUs draws the same polyline.",
        ),
        measure=lambda res: stats.share(
            [
                *(continuous(res) <= res.moduli).flatten().tolist(),
                *(res.network_errors.diff(dim=0).abs() <= _AGREE).flatten().tolist(),
            ]
        ),
        bound=EVERY,
    ),
    Claim(
        id="A08",
        source="Source A §2.1",
        kind="theorem",
        statement=(
            "每个神经元制造一个斜坡，加起来再加常数就是折线；神经元足够多，就能产生任何函数。",
            "Each neuron makes one ramp; added up with a constant they give the polyline, and "
            "enough of them give any function.",
        ),
        measure=lambda res: res.reach,
        bound=_CLOSE,
    ),
    Claim(
        id="A10",
        source="Source A §2.2",
        kind="theorem",
        statement=(
            "足够多的 ReLU 组合起来就是分段线性曲线，从而可以逼近任何函数。",
            "Enough ReLUs combine into any piecewise linear curve and so approximate any function.",
        ),
        measure=lambda res: res.reach,
        bound=_CLOSE,
    ),
    Remark(
        id="E01e",
        source="Source E Q1",
        kind="citation",
        statement=(
            "逼近给定的函数需要多少神经元，可以从理论上算出来（Mhaskar 1996）。",
            "How many neurons a given function takes can be computed in theory (Mhaskar 1996).",
        ),
    ),
]

if __name__ == "__main__":
    show(__name__)
