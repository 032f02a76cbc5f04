"""The same k folds cost 6 k + 1 parameters in depth and 3 * 2^k + 1 in one hidden layer."""

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TypedDict

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, along
from dlbook.base.evidence import EVERY, Estimate
from dlbook.base.seeds import seeds_from
from dlbook.figures.idioms import direct_label, powers
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, panels
from dlbook.mathematics import folds, polylines, rng
from dlbook.mathematics.explicit import Layers, dense_parameters, evaluate, parameters
from dlbook.record.claims import Claim, Remark
from dlbook.training import stats


@dataclass(frozen=True)
class Config:
    """Count up to ``folds`` folds; draw ``seeds`` random hidden layers of ``units`` ReLUs."""

    folds: int = 10
    units: int = 20
    seeds: int = 64
    first_seed: int = 0


SMALL = Config(folds=4, units=6, seeds=8)

WORDS = {
    "cost": ("参数个数", "Parameters"),
    "folds": ("折叠次数 $k$", "folds $k$"),
    "deep": ("深：$6k+1$", "deep: $6k+1$"),
    "shallow": ("浅：$3\\cdot2^k+1$", "shallow:\n$3\\cdot2^k+1$"),
    "slopes": ("$2^k-1$ 个 ReLU 的首段斜率", "First slope of $2^k-1$ ReLUs"),
    "slope": ("首段斜率 ÷ $2^k$", "first slope ÷ $2^k$"),
    "needed": ("需要 −1", "needed: −1"),
}

_CHEAPER_FROM = 3  # 6 k + 1 < 3 * 2^k + 1 means 2 k < 2^k: equal at 1 and 2, true from 3 on
_ROWS = 3  # the eight dots of k = 3 still stand apart on a phone
_SPAN = 3  # the interval [-3, 3] holds most bends of a random unit, though not all


@dataclass(frozen=True)
class Result:
    """``slopes`` ``(n, 2)``: rows ``(k, first slope / 2^k)`` that ``2^k - 1`` ReLUs can give.

    ``slope_gaps`` are in units of ``2^k`` too. ``random_pieces`` counts on [-3, 3], ``line_pieces``
    ``(seeds,)`` on the whole line. ``line_parameters`` belong to a straight line, which a single
    ReLU in each hidden layer draws; no network of as many layers is smaller.
    """

    config: Config
    deep_parameters: Along[int]
    shallow_parameters: Along[int]
    line_parameters: Along[int]
    cheaper_from: int
    ratio: float
    same_function: Along[bool]
    slope_gaps: Along[float]
    random_pieces: Estimate
    random_most: int
    line_pieces: Tensor
    slopes: Tensor


def draws_the_folds(layers: Layers, k: int) -> bool:
    """Whether a network whose bends are multiples of ``2^-k`` is the k-fold on [0, 1], exactly.

    Two polylines with these bends agree if they agree at the bends and halfway between them.
    """
    x = torch.arange(2 ** (k + 1) + 1, dtype=torch.float64) / 2 ** (k + 1)
    return torch.equal(evaluate(layers, x[:, None])[:, 0], folds.fold(x, k))


def random_layer(seed: int, units: int) -> Layers:
    """One hidden layer of ReLUs; He's normal weights, biases uniform on [-1, 1]."""
    draw = rng.stream(seed, "random layer", units)
    hidden = draw.normal(1, units) * math.sqrt(2), draw.uniform(units, low=-1, high=1)
    return [hidden, (draw.normal(units, 1) * math.sqrt(2 / units), torch.zeros(1).double())]


def pieces_of_the_line(layers: Layers) -> int:
    """Pieces on the whole line: between one step left of the first bend and right of the last."""
    W, b = layers[0]
    weights, biases = (map(Fraction, row.tolist()) for row in (W[0], b))
    bends = [-bias / weight for weight, bias in zip(weights, biases, strict=True)]
    return polylines.trace(layers, min(bends) - 1, max(bends) + 1).pieces


def run(cfg: Config) -> Result:
    if cfg.folds < _CHEAPER_FROM:
        raise ValueError(f"needs {_CHEAPER_FROM} folds or more, not {cfg.folds}")
    ks = range(1, cfg.folds + 1)
    deep, shallow = ([make(k) for k in ks] for make in (folds.deep, folds.shallow))
    costs = [tuple(map(parameters, networks)) for networks in (deep, shallow)]
    both = list(zip(ks, deep, shallow, strict=True))
    layers = [random_layer(seed, cfg.units) for seed in seeds_from(cfg.first_seed, cfg.seeds)]
    pieces = [polylines.trace(layer, -_SPAN, _SPAN).pieces for layer in layers]
    return Result(
        config=cfg,
        deep_parameters=along(costs[0], folds=range(1, cfg.folds + 1)),
        shallow_parameters=along(costs[1], folds=range(1, cfg.folds + 1)),
        line_parameters=along(
            (dense_parameters((1, *[1] * layers, 1)) for layers in (1, 2)), layers=(1, 2)
        ),
        cheaper_from=next(k for k, a, b in zip(ks, *costs, strict=True) if a < b),
        ratio=costs[1][-1] / costs[0][-1],
        same_function=along(
            (draws_the_folds(a, k) and draws_the_folds(b, k) for k, a, b in both),
            folds=range(1, cfg.folds + 1),
        ),
        slope_gaps=along((folds.slope_gap(k) / 2**k for k in ks), folds=range(1, cfg.folds + 1)),
        random_pieces=stats.mean(pieces),
        random_most=max(pieces),
        line_pieces=torch.tensor([pieces_of_the_line(layer) for layer in layers]),
        slopes=torch.tensor(
            [(k, slope / 2**k) for k in range(1, _ROWS + 1) for slope in folds.first_slopes(k)]
        ),
    )


def check(res: Result) -> None:
    for k, (deep, shallow) in enumerate(
        zip(res.deep_parameters, res.shallow_parameters, strict=True), 1
    ):
        assert (deep, shallow) == (6 * k + 1, 3 * 2**k + 1), "the counts follow their formulas"
    assert all(res.same_function), "both networks are the k-fold"
    assert set(res.slope_gaps) == {1.0}, "the slope needed lies halfway between two even multiples"
    assert res.random_most <= res.config.units + 1, "n ReLUs draw at most n + 1 pieces"
    assert bool((res.line_pieces <= res.config.units + 1).all()), (
        "n ReLUs draw at most n + 1 pieces"
    )


def draw(res: Result, t: Words) -> Figure:
    figure, [[cost, slopes]] = panels(1, 2, height=2.9)
    _costs(cost, res, t)
    _first_slopes(slopes, res.slopes, t)
    return figure


def _costs(ax: Axes, res: Result, t: Words) -> None:
    ks = range(1, res.config.folds + 1)
    ends = res.deep_parameters[ks[-1]], res.shallow_parameters[ks[-1]]
    ax.plot(ks, res.shallow_parameters.values(), "s--", color=colour("shallow"), markersize=4.5)
    ax.plot(ks, res.deep_parameters.values(), "o-", color=colour("deep"), markersize=4)
    for end, role in zip(ends, ("deep", "shallow"), strict=True):
        number = t.number(end)
        ax.annotate(
            number, (res.config.folds, end), (0, 7), textcoords="offset points", ha="center",
            color=colour(role),
        )  # fmt: skip
    direct_label(ax, res.config.folds, ends[0] / 3.5, t["deep"], "deep", ha="right", va="center")
    direct_label(ax, 0.8, ends[1], t["shallow"], "shallow", va="top")
    ax.set(title=t["cost"], xlabel=t["folds"], yscale="log", xticks=(1, 2, 3, res.config.folds))
    ax.set_yticks((10, 100, 1000), ("10", "100", "1000"))
    powers(ax)
    ax.set(xlim=(0.4, res.config.folds + 1.2), ylim=(5, 2.4 * ends[1]))


def _first_slopes(ax: Axes, slopes: Tensor, t: Words) -> None:
    ks = range(1, _ROWS + 1)
    green, paper = colour("exact"), colour("paper")
    ax.axvline(-1, color=green, linestyle=(0, (3, 2)), linewidth=0.9, ymax=0.85, zorder=0)
    ax.plot(slopes[:, 1], slopes[:, 0], "o", color=colour("shallow"), markersize=4)
    ax.plot([-1] * _ROWS, ks, "D", color=green, markerfacecolor=paper, markersize=4.5)
    ax.text(-1, _ROWS + 0.66, t["needed"], color=green, ha="center", va="center")
    ax.set(title=t["slopes"], xlabel=t["slope"], ylabel=t["folds"], yticks=ks)
    ax.set(xticks=range(-8, 7, 2), xlim=(-9, 7), ylim=(0.5, _ROWS + 1))


class Explorable(TypedDict):
    """Parameters by the number of folds, from 1 on."""

    deep: tuple[int, ...]
    shallow: tuple[int, ...]
    cheaper_from: int


def explorable(res: Result) -> Explorable:
    """Parameters by the number of folds, from 1 on."""
    return {
        "deep": res.deep_parameters.values(),
        "shallow": res.shallow_parameters.values(),
        "cheaper_from": res.cheaper_from,
    }


def _deep_is_cheaper(res: Result) -> Along[Estimate]:
    """Whether more than one hidden layer takes fewer parameters; 0 folds are a straight line."""
    one, two = res.line_parameters
    folded = zip(res.deep_parameters, res.shallow_parameters, strict=True)
    cheaper = [two < one, *(deep < shallow for deep, shallow in folded)]
    return along((stats.share([each]) for each in cheaper), folds=range(res.config.folds + 1))


CLAIMS: list[Claim[Result] | Remark] = [
    Claim(
        id="A25/units",
        source="Source A §6",
        kind="theorem",
        statement=(
            "要得到同样的 2ᵏ 段，只有一层的浅层网络需要 2ᵏ 个神经元。",
            "For the same 2ᵏ pieces a network of one hidden layer needs 2ᵏ neurons.",
        ),
        measure=lambda res: stats.share(
            [same and gap > 0 for same, gap in zip(res.same_function, res.slope_gaps, strict=True)]
        ),
        bound=EVERY,
    ),
    Claim(
        id="A26",
        source="Source A §6",
        kind="theorem",
        statement=(
            "每个 ReLU 制造一个直线段：n 个神经元，n 段。",
            "Each ReLU makes one straight segment: n neurons, n segments.",
        ),
        measure=lambda res: stats.share(res.line_pieces == res.config.units),
        bound=EVERY,
    ),
    Claim(
        id="A16",
        source="Source A §5",
        kind="theorem",
        statement=(
            "表示同一个函数时，深度结构更有效率，用的参数更少。",
            "To represent a given function, a deep structure is more efficient: it takes fewer "
            "parameters.",
        ),
        measure=_deep_is_cheaper,
        bound=EVERY,
    ),
]

if __name__ == "__main__":
    show(__name__)
