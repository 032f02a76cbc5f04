"""Built by hand, every further layer quarters the error for x²; training does not find this."""

import math
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, along
from dlbook.base.evidence import EVERY, Estimate, at_most
from dlbook.base.lookup import lookup
from dlbook.base.seeds import seeds_from
from dlbook.figures.idioms import direct_label, level_line, powers
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, mosaic
from dlbook.mathematics import bounds, polylines, squares
from dlbook.mathematics.elementary import sqrt
from dlbook.mathematics.explicit import Layers, dense_parameters, evaluate, layer, parameters
from dlbook.mathematics.grids import linspace
from dlbook.record.claims import Budget, Claim, Convention, Remark
from dlbook.training import stats
from dlbook.training.replay import Dataset, Run


@dataclass(frozen=True)
class Config:
    """Constructions of up to ``layers`` layers; two trained shapes of exactly equal size.

    ``steps`` are those at each rate; every number of them is a training of its own.
    """

    layers: int = 12
    shallow: tuple[int, ...] = (48,)
    deep: tuple[int, ...] = (6, 6, 6, 6)
    seeds: int = 32
    points: int = 129
    start: str = "fan_in_uniform"  # with biases: of zero ones all kinks would start at x = 0
    rates: tuple[float, ...] = (3e-3, 3e-4)  # one after the other: the second settles
    steps: tuple[int, ...] = (1500, 3000, 6000, 12000)
    first_seed: int = 0


SMALL = Config(layers=6, seeds=8, points=33, steps=(75, 150))
GRID = Config(seeds=12)
GRID_BUDGET = 160.0

WORDS = {
    "sums": ("$f_m$ 与 $x^2$", "$f_m$ and $x^2$"),
    "errors": ("误差 $f_m-x^2$", "Error $f_m-x^2$"),
    "exact": ("可以做到（精确）", "What is possible"),
    "trained": ("训练得到", "Trained"),
    "steps": ("步数", "steps"),
    "size": ("参数个数", "parameters"),
    "error": ("最大误差", "largest error"),
    "by depth": ("深：构造", "deep,\nconstructed"),
    "by width": ("浅：最优", "shallow,\noptimal"),
    "line": ("一条直线", "straight line"),
    "shallow": ("浅", "shallow"),
    "deep": ("深", "deep"),
    "shallow built": ("浅：最优", "best shallow"),
    "deep built": ("深：写出", "deep, built"),
}

_TARGET = Fraction(1, 10**6)


_ERRORS = ("largest", "root mean square")


@dataclass(frozen=True)
class Result:
    """Errors are the largest ``|f(x) - x²|`` on [0, 1], found in fractions, without a grid.

    ``sizes``, ``errors``, ``centred``, ``best_shallow`` and ``ahead`` belong to the constructions
    of 1, 2, ... layers. ``centred`` are the errors after half of each was taken off the output's
    bias, ``best_shallow`` the least error of any single hidden layer with no more parameters, and
    ``ahead`` says where the former are smaller. ``built_error`` is that of weights written down for
    the trained deep shape; ``shallow_limit`` and ``deep_limit`` are what no net of the trained
    shapes can come below. ``sums`` ``(3, 65)`` holds f_0, f_1, f_2 at ``i / 64``; ``trained``
    ``(2, seeds)`` the errors after the most steps, shallow first. ``by_steps`` holds their medians
    after every number of steps, and ``ratios`` those of the deep net's error over the shallow
    net's; of the ratio after the most steps, the largest error and the root mean square at the
    data are told apart, and ``ratio_change`` is what the last doubling of the steps changed.
    """

    config: Config
    sizes: Along[int]
    errors: Along[float]
    centred: Along[float]
    best_shallow: Along[float]
    quarters: Along[bool]
    ahead: Along[bool]
    target: float
    deep_needs: int
    shallow_needs: int
    trained_size: int
    trained_sizes_equal: bool
    shallow_limit: float
    deep_limit: float
    built_size: int
    built_pieces: int
    built_error: float
    most_steps: int
    shallow_trained: Estimate
    deep_trained: Estimate
    by_steps: Along[Estimate]
    ratios: Along[Estimate]
    ratio: Along[Estimate]
    ratio_change: Along[Estimate]
    deep_wins: Estimate
    line_error: float
    shallow_unlearned: Estimate
    deep_unlearned: Estimate
    shallow_mse: Estimate
    deep_mse: Estimate
    shallow_pieces: Estimate
    deep_pieces: Estimate
    sums: Tensor
    trained: Along[Tensor]


def centred(m: int) -> Layers:
    """``f_m``, whose error lies in [0, 4^-(m+1)], moved down by half of that: the same size."""
    *hidden, (W, b) = squares.deep(m)
    return [*hidden, (W, b - 0.5 / 4 ** (m + 1))]


def folds_of(hidden: tuple[int, ...]) -> list[int]:
    """Into how many pieces each layer folds: one unit of every later layer carries the sum."""
    return [hidden[0], *(width - 1 for width in hidden[1:])]


def built(hidden: tuple[int, ...]) -> Layers:
    """Weights of a shape that join the points of x² above ``i / P``, and centre the error.

    A layer that folds its input into p equal pieces is a zigzag, and ``P`` is the product of all p.
    On each piece x² differs from its chord by ``t (t - 1) / P²``, t being how far one is along it,
    from whichever end: so every layer adds the chords of its own zigzag. Inputs run from 0 to p and
    sums are multiples of ``1 / P²``, so that nothing but the output's weights is rounded.
    """
    folds = folds_of(hidden)
    shares = [math.prod(p * p for p in folds[k:]) for k in range(1, len(folds) + 1)]
    layers = [layer([[folds[0]] * folds[0]], [-j for j in range(folds[0])])]
    for k, (p, q) in enumerate(pairwise(folds)):
        zigzag = [q, *(2 * q * (-1) ** j for j in range(1, p))]
        rows = [[z] * q + [c] for z, c in zip(zigzag, _chords(k, p, shares[k]), strict=True)]
        carry = [[0] * q + [1]] if k else []
        layers.append(layer(rows + carry, [*(-j for j in range(q)), 0]))
    whole = math.prod(folds) ** 2
    ends = _chords(len(folds) - 1, folds[-1], 1) + ([1] if len(folds) > 1 else [])
    return [*layers, layer([[end / whole] for end in ends], [-1 / (8 * whole)])]


def _chords(k: int, p: int, share: int) -> list[int]:
    """What layer k adds to the sum for each unit: x² above its knots, less what was there before.

    The first layer finds nothing there, every later one the straight line.
    """
    return [share * c for c in [1 - p if k else 1, *([2] * (p - 1))]]


def best_shallow(size: int) -> Fraction:
    """The least error that one hidden layer reaches with so many parameters: 3 a unit, and 1."""
    return squares.relu_error((size - 1) // 3)


def needs(target: Fraction) -> tuple[int, int]:
    """Parameters that reach the error: by depth, and in one hidden layer at its best."""
    layers, units = 1, 1
    while Fraction(1, 2 * 4 ** (layers + 1)) > target:
        layers += 1
    while squares.relu_error(units) > target:
        units += 1
    return parameters(squares.deep(layers)), dense_parameters((1, units, 1))


@dataclass(frozen=True)
class Replay:
    """What a reader may choose of a run."""

    seed: int = 0
    shape: str = "deep"


def replay(choice: Replay, cfg: Config) -> Run:
    shapes = {"deep": cfg.deep, "shallow": cfg.shallow}
    return planned(lookup("shape", choice.shape, shapes), cfg, max(cfg.steps))


def planned(hidden: tuple[int, ...], cfg: Config, steps: int) -> Run:
    """One shape, so many steps at each rate."""
    x = linspace(0, 1, cfg.points)[:, None]
    return Run(
        widths=(1, *hidden, 1),
        activation="relu",
        init=(cfg.start,) * (len(hidden) + 1),
        data=Dataset("x²", x, x**2),
        points=0,
        loss="mean_squared_error",
        optimiser="adam",
        rate=cfg.rates[0],
        steps=steps,
        later=tuple((rate, steps) for rate in cfg.rates[1:]),
    )


def trained(hidden: tuple[int, ...], cfg: Config, steps: int) -> tuple[Tensor, Tensor, Tensor]:
    """Largest error, mean squared error on the data, and pieces of every net, ``(seeds,)`` each."""
    run = planned(hidden, cfg, steps)
    fit = run.fit(seeds_from(cfg.first_seed, cfg.seeds), what=f"x², hidden layers {hidden}")
    layers = fit.stack.layers
    lines = [polylines.trace([(W[k], b[k, 0]) for W, b in layers]) for k in range(cfg.seeds)]
    errors = [float(squares.square_error(line)) for line in lines]
    return (
        torch.tensor(errors, dtype=torch.float64),
        fit.loss,
        torch.tensor([line.pieces for line in lines]),
    )


def run(cfg: Config) -> Result:
    if len(cfg.steps) < 2 or cfg.steps[-1] != 2 * cfg.steps[-2]:
        raise ValueError("steps end with a number and its double, which shows whether all is done")
    ms = range(1, cfg.layers + 1)
    errors, moved = (
        [squares.square_error(polylines.trace(make(m))) for m in ms]
        for make in (squares.deep, centred)
    )
    sizes = [parameters(squares.deep(m)) for m in ms]
    rivals = [best_shallow(size) for size in sizes]
    wide = [trained(cfg.shallow, cfg, steps) for steps in cfg.steps]
    tall = [trained(cfg.deep, cfg, steps) for steps in cfg.steps]
    (wide_errors, wide_mse, wide_pieces), (tall_errors, tall_mse, tall_pieces) = wide[-1], tall[-1]
    largest = [b[0] / a[0] for a, b in zip(wide, tall, strict=True)]
    squared = [sqrt(b[1] / a[1]) for a, b in zip(wide, tall, strict=True)]
    both = [dense_parameters((1, *hidden, 1)) for hidden in (cfg.shallow, cfg.deep)]
    grid = torch.arange(65, dtype=torch.float64)[:, None] / 64
    sums = [grid[:, 0], *(evaluate(squares.deep(m), grid)[:, 0] for m in (1, 2))]
    deep_needs, shallow_needs = needs(_TARGET)
    line = float(squares.piece_error(1))
    return Result(
        config=cfg,
        sizes=along(sizes, layers=ms),
        errors=along(map(float, errors), layers=ms),
        centred=along(map(float, moved), layers=ms),
        best_shallow=along(map(float, rivals), layers=ms),
        quarters=along(
            (error == Fraction(1, 4 ** (m + 1)) for m, error in zip(ms, errors, strict=True)),
            layers=ms,
        ),
        ahead=along((a < b for a, b in zip(moved, rivals, strict=True)), layers=ms),
        target=float(_TARGET),
        deep_needs=deep_needs,
        shallow_needs=shallow_needs,
        trained_size=both[0],
        trained_sizes_equal=both[0] == both[1],
        shallow_limit=float(best_shallow(both[0])),
        deep_limit=float(squares.piece_error(bounds.most_pieces(cfg.deep))),
        built_size=parameters(built(cfg.deep)),
        built_pieces=math.prod(folds_of(cfg.deep)),
        built_error=float(squares.square_error(polylines.trace(built(cfg.deep)))),
        most_steps=len(cfg.rates) * cfg.steps[-1],
        shallow_trained=stats.median(wide_errors),
        deep_trained=stats.median(tall_errors),
        by_steps=along(
            (stats.median(part[0]) for nets in (wide, tall) for part in nets),
            net=("shallow", "deep"),
            steps=cfg.steps,
        ),
        ratios=along(map(stats.median, largest), steps=cfg.steps),
        ratio=along((stats.median(largest[-1]), stats.median(squared[-1])), error=_ERRORS),
        ratio_change=along(
            (stats.median(each[-1] - each[-2]) for each in (largest, squared)), error=_ERRORS
        ),
        deep_wins=stats.rate(tall_errors < wide_errors),
        line_error=line,
        shallow_unlearned=stats.rate(wide_errors > line),
        deep_unlearned=stats.rate(tall_errors > line),
        shallow_mse=stats.median(wide_mse),
        deep_mse=stats.median(tall_mse),
        shallow_pieces=stats.median(wide_pieces),
        deep_pieces=stats.median(tall_pieces),
        sums=torch.stack(sums),
        trained=along([wide_errors, tall_errors], net=("shallow", "deep")),
    )


def check(res: Result) -> None:
    assert all(res.quarters), "f_m misses x² by exactly 4^-(m+1)"
    assert all(size == 12 * int(m) - 2 for m, size in res.sizes.items()), "12 m - 2"
    assert all(2 * a == b for a, b in zip(res.centred, res.errors, strict=True)), "centred: half"
    assert math.isclose(res.built_error, 1 / (8 * res.built_pieces**2), rel_tol=1e-6), (
        "and join the points of the parabola, half above and half below"
    )
    assert res.deep_limit <= res.built_error, "no weights beat the number of pieces"
    assert res.trained_sizes_equal, "the trained shapes have equally many parameters"
    assert res.built_size == res.trained_size, "weights are written down for the trained shape"
    assert res.trained["shallow"].min() >= res.shallow_limit, "no net beats the best of its shape"
    assert res.trained["deep"].min() >= res.deep_limit, "no net beats its number of pieces"


def draw(res: Result, t: Words) -> Figure:
    rows = [[name] * 7 + ["exact"] * 9 + ["trained"] * 6 for name in ("sums", "errors")]
    figure, axes = mosaic(rows, 3.9)
    _construction(res, axes["sums"], axes["errors"], t)
    _possible(res, axes["exact"], t)
    _trained(res, axes["trained"], t)
    return figure


def _construction(res: Result, sums: Axes, errors: Axes, t: Words) -> None:
    x = linspace(0, 1, res.sums.shape[1])
    sums.plot(x, x**2, color=colour("line"), linewidth=3.5)
    label: dict[str, Any] = {"ha": "center", "va": "bottom", "color": colour("deep")}
    for m, (line, style) in enumerate(zip(res.sums, (":", "--", "-"), strict=True)):
        sums.plot(x, line, style, color=colour("deep"), linewidth=1.4)
        errors.plot(x, line - x**2, style, color=colour("deep"), linewidth=1.4)
        top = (2.0 ** -(m + 1), 4.0 ** -(m + 1)) if m < 2 else (0.5, 1 / 32)
        errors.text(top[0], top[1] + 0.008, f"$f_{m}$", **label)
    sums.text(0.36, 0.5, "$f_0$", **label)
    direct_label(sums, 0.75, 0.44, "$x^2$", "muted", va="top")
    sums.set(title=t["sums"], xticks=(0, 1), yticks=(0, 1))
    errors.set(title=t["errors"], xticks=(0, 1), xlabel="$x$", ylim=(0, 0.3))
    errors.set_yticks((0, 1 / 16, 1 / 4), ["0", "1/16", "1/4"])


def _possible(res: Result, ax: Axes, t: Words) -> None:
    _error_axis(res, ax)
    ax.plot(res.sizes.values(), res.centred.values(), "o-", color=colour("deep"), markersize=4)
    ax.plot(
        res.sizes.values(), res.best_shallow.values(), "s--", color=colour("shallow"), markersize=4
    )
    layers = res.config.layers
    end, middle, late = res.sizes[layers], layers // 2 + 1, layers * 2 // 3 + 1
    direct_label(ax, end, 1.1 * res.line_error, t["line"], "muted", ha="right", va="bottom")
    direct_label(
        ax, end, 2.2 * res.best_shallow[middle], t["by width"], "shallow", ha="right", va="bottom"
    )
    direct_label(
        ax, res.sizes[late] - 6, res.centred[late], t["by depth"], "deep", ha="right", va="top"
    )
    ax.set(title=t["exact"], xlabel=t["size"], ylabel=t["error"], xlim=(0, None))


def _trained(res: Result, ax: Axes, t: Words) -> None:
    _error_axis(res, ax)
    steps = [len(res.config.rates) * each for each in res.config.steps]
    looks = (("shallow", "s--", res.shallow_limit), ("deep", "o-", res.built_error))
    for net, (role, look, limit) in zip(("shallow", "deep"), looks, strict=True):
        found = [res.by_steps[net, each] for each in res.config.steps]
        low, high = [each.low for each in found], [each.high for each in found]
        ax.fill_between(steps, low, high, color=colour(role), alpha=0.2, linewidth=0)
        ax.plot(steps, [each.mean for each in found], look, color=colour(role), markersize=3.5)
        ax.axhline(limit, color=colour(role), linewidth=2.5)
        direct_label(ax, steps[0], 1.3 * limit, t[f"{net} built"], role, va="bottom")
    above = min(1.6 * res.by_steps["deep", res.config.steps[0]].high, 0.4)
    below = res.by_steps["shallow", res.config.steps[0]].low / 2
    direct_label(ax, steps[0], above, t["deep"], "deep", va="bottom")
    direct_label(ax, steps[0], below, t["shallow"], "shallow", va="top")
    ax.set(title=t["trained"], xscale="log", xlabel=t["steps"])
    ax.set_xticks((steps[0], steps[-1]), [t.number(steps[0]), t.number(steps[-1])])
    ax.minorticks_off()
    ax.tick_params(labelleft=False)


def _least(res: Result) -> float:
    return min(res.centred[res.config.layers], res.built_error)


def _error_axis(res: Result, ax: Axes) -> None:
    """One scale for what is possible and what was learned, with the best straight line in both."""
    level_line(ax, res.line_error)
    ax.set(yscale="log", ylim=(_least(res) / 2, 1.5))
    ax.set_yticks([10.0**-n for n in range(0, 9, 2) if 10.0**-n > _least(res) / 2])
    powers(ax)


def _deep_is_closer(res: Result) -> Along[Estimate]:
    """Whether the centred construction is closer than every shallow net, layer by layer."""
    return res.ahead.map(lambda ahead: stats.share([ahead]))


_BETTER = at_most(
    0.5,
    because=(
        "“更好”指误差至多一半，这在对数轴上看得出来。",
        "“Better” means half the error or less, a factor that a plot on a log axis shows.",
    ),
)
_FLAT = 0.5  # at this pace a ratio of two would meet the bound after three doublings more
CLAIMS: list[Claim[Result] | Remark] = [
    Claim(
        id="A29/construction",
        source="Source A §7",
        kind="construction",
        statement=(
            "对 y = x²，深度网络也比浅层网络好（指能表示什么）。",
            "For y = x², too, a deep network is better than a shallow one (in what it can draw).",
        ),
        measure=_deep_is_closer,
        bound=EVERY,
    ),
    Claim(
        id="A29/training",
        source="Source A §7",
        kind="finding",
        statement=(
            "对 y = x²，训练出来的深度网络比同样大小的浅层网络好。",
            "For y = x², a trained deep network is better than a trained shallow one of its size.",
        ),
        measure=lambda res: res.ratio,
        bound=_BETTER,
        budget=Budget(change=lambda res: res.ratio_change, within=_FLAT),
        conventions=(
            Convention("start", ("初始化", "start"), ({"start": "xavier_uniform"},)),
            Convention("rate", ("学习率", "rates"), ({"rates": (1e-3, 1e-4)},)),
            Convention(
                "width",
                ("两种形状：48 对 6-6-6-6，或 56 对 8-8-8", "shapes: 48 and 6-6-6-6, 56 and 8-8-8"),
                ({"shallow": (56,), "deep": (8, 8, 8)},),
            ),
        ),
    ),
]

if __name__ == "__main__":
    show(__name__)
