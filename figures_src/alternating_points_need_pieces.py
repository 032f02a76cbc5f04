"""Few pieces cannot follow alternating labels: a bound for width, no obstacle for depth."""

from dataclasses import dataclass

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, along
from dlbook.base.evidence import EVERY, Estimate
from dlbook.base.lookup import lookup
from dlbook.figures.idioms import bare, direct_label, level_line
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, mosaic
from dlbook.mathematics import bounds, folds, measure, nets, polylines
from dlbook.mathematics.elementary import sigmoid
from dlbook.mathematics.explicit import Layers, evaluate, parameters
from dlbook.mathematics.grids import linspace
from dlbook.record.claims import Claim, Remark
from dlbook.training import data, stats
from dlbook.training.replay import Dataset, Run


@dataclass(frozen=True)
class Config:
    """``2**folds`` points; three shapes trained; constructions of up to ``most_folds`` layers."""

    folds: int = 6
    most_folds: int = 10
    narrow: int = 10
    wide: int = 20
    layers: int = 3
    seeds: int = 64
    rate: float = 3e-3
    steps: int = 6000


SMALL = Config(folds=4, most_folds=6, seeds=8, steps=150)

WORDS = {
    "task": ("{points} 个点与两个深网络", "{points} points and two deep nets"),
    "built": ("构造", "constructed"),
    "learned": ("训练（最好的一次）", "trained (best run)"),
    "label": ("标签", "label"),
    "accuracy": ("正确率", "accuracy"),
    "runs": (
        "各训练 {runs} 次（段数：中位数）",
        "Each shape trained {runs} times (pieces: the median)",
    ),
    "constant": ("恒定预测", "constant"),
    "bound": ("上限", "bound"),
    "one": ("一层 {width}", "one layer of {width}"),
    "three": ("{layers} 层，各 {width}", "{layers} layers of {width}"),
    "two": ("{layers} 层，各 2", "{layers} layers of 2"),
    "pieces": ("{pieces} 段", "{pieces} pieces"),
}

_ABOVE_CHANCE = 0.05  # "better than a constant": five points of accuracy


_SHAPES = ("narrow", "wide", "deep")


@dataclass(frozen=True)
class Result:
    """Tuples and rows of tensors go: narrow, wide, deep.

    ``accuracies`` and ``own_bounds`` ``(3, seeds)``: what each trained net reaches, and the most
    that its own number of pieces allows. ``units_needed`` and ``built_right`` belong to 2, 4, 8,
    ... points: the fewest units of one hidden layer that the bound lets be perfect, and the
    accuracy of the construction with twice the logarithm. ``learned`` ``(1025,)``: the best deep
    net's probability of label 1 on [0, 1]; ``built`` ``(points + 1,)`` the construction at
    ``i/points``, and ``labels`` ``(points,)`` what it ought to be there.
    """

    config: Config
    points: int
    bounds: Along[float]
    means: Along[Estimate]
    best: Along[float]
    above_chance: Along[Estimate]
    pieces: Along[Estimate]
    most_pieces: Along[int]
    parameters: Along[int]
    exact_accuracy: float
    exact_units: int
    exact_parameters: int
    exact_pieces: int
    units_needed: Along[int]
    built_right: Along[float]
    accuracies: Along[Tensor]
    own_bounds: Tensor
    labels: Tensor
    learned: Tensor
    built: Tensor


def alternating_net(k: int) -> Layers:
    """Two ReLUs a layer, k layers: positive at ``i / 2^k`` for odd i, negative for even."""
    *hidden, (W, b) = folds.deep(k)
    return [*hidden, (-W, 0.5 - b)]


def built_accuracy(k: int) -> float:
    """Its share of ``2^k`` alternating points."""
    x, y = data.alternating(2**k)
    return float(measure.accuracy(evaluate(alternating_net(k), x)[None], y))


def units_needed(points: int) -> int:
    """The fewest ReLUs in one hidden layer for which the bound allows every point."""
    units = 0
    while bounds.alternating_accuracy([units], points) < 1:
        units += 1
    return units


@dataclass(frozen=True)
class Replay:
    """What a reader may choose of a run."""

    seed: int = 0
    shape: str = "deep"


def replay(choice: Replay, cfg: Config) -> Run:
    """Torch's default initialisation: with biases of zero all kinks would start at x = 0."""
    hidden = lookup("shape", choice.shape, shapes(cfg))
    return Run(
        widths=(1, *hidden, 1),
        activation="relu",
        init=("fan_in_uniform",) * (len(hidden) + 1),
        data=Dataset("alternating points", *data.alternating(2**cfg.folds)),
        points=0,
        loss="binary_cross_entropy",
        optimiser="adam",
        rate=cfg.rate,
        steps=cfg.steps,
    )


def shapes(cfg: Config) -> dict[str, tuple[int, ...]]:
    """The hidden layers of the three shapes."""
    return {"narrow": (cfg.narrow,), "wide": (cfg.wide,), "deep": (cfg.wide,) * cfg.layers}


def trained(shape: str, cfg: Config) -> nets.Stack:
    """All seeds of one shape."""
    fit = replay(Replay(shape=shape), cfg).fit(
        range(cfg.seeds), what=f"alternating points, {shape}"
    )
    return fit.stack


def run(cfg: Config) -> Result:
    n = 2**cfg.folds
    x, y = data.alternating(n)
    stacks = [trained(shape, cfg) for shape in _SHAPES]
    accuracies = [measure.accuracy(stack.predict(x), y) for stack in stacks]
    pieces = [measure.pieces(stack, 0, 1) for stack in stacks]
    best = stacks[-1][int(accuracies[-1].argmax())]
    grid = linspace(0, 1, 1025)[:, None]
    ends = torch.arange(n + 1, dtype=torch.float64)[:, None] / n
    ks = range(1, cfg.most_folds + 1)
    return Result(
        config=cfg,
        points=n,
        bounds=along(
            (float(bounds.alternating_accuracy(hidden, n)) for hidden in shapes(cfg).values()),
            shape=_SHAPES,
        ),
        means=along(map(stats.mean, accuracies), shape=_SHAPES),
        best=along((float(row.max()) for row in accuracies), shape=_SHAPES),
        above_chance=along(
            (stats.rate(row > 0.5 + _ABOVE_CHANCE) for row in accuracies), shape=_SHAPES
        ),
        pieces=along(map(stats.median, pieces), shape=_SHAPES),
        most_pieces=along(map(bounds.most_pieces, shapes(cfg).values()), shape=_SHAPES),
        parameters=along((stack.net.parameters for stack in stacks), shape=_SHAPES),
        exact_accuracy=built_accuracy(cfg.folds),
        exact_units=2 * cfg.folds,
        exact_parameters=parameters(alternating_net(cfg.folds)),
        exact_pieces=polylines.trace(alternating_net(cfg.folds)).pieces,
        units_needed=along(
            (units_needed(2**k) for k in ks), points=(2**k for k in range(1, cfg.most_folds + 1))
        ),
        built_right=along(
            map(built_accuracy, ks), points=(2**k for k in range(1, cfg.most_folds + 1))
        ),
        accuracies=along(accuracies, shape=_SHAPES),
        # p pieces are what one layer of p - 1 units can draw
        own_bounds=torch.tensor(
            [
                [float(bounds.alternating_accuracy([p - 1], n)) for p in row.tolist()]
                for row in pieces
            ],
            dtype=torch.float64,
        ),
        labels=y,
        learned=sigmoid(best.predict(grid)[0, :, 0]),
        built=evaluate(alternating_net(cfg.folds), ends)[:, 0] + 0.5,
    )


def check(res: Result) -> None:
    for shape, reached in res.accuracies.items():
        assert (reached <= res.bounds[shape]).all(), "no net exceeds the bound of its shape"
    assert (torch.stack(list(res.accuracies)) <= res.own_bounds).all(), (
        "nor that of the pieces it draws"
    )
    assert res.exact_accuracy == 1, "the construction gets every point right"
    assert set(res.built_right) == {1.0}, "and so it does for every number of points"
    for points, units in res.units_needed.items():
        assert units == int(points) - 2, "one layer needs n - 2 units, a deep net 2 log n"


def draw(res: Result, t: Words) -> Figure:
    figure, axes = mosaic([["task"], ["accuracy"]], 4.6, [1, 1.9])
    _task(res, axes["task"], t)
    _accuracy(res, axes["accuracy"], t)
    return figure


def _task(res: Result, ax: Axes, t: Words) -> None:
    steps = torch.arange(res.points + 1) / res.points
    ax.plot(steps, res.built, color=colour("exact"), linewidth=0.8)
    ax.plot(linspace(0, 1, len(res.learned)), res.learned, color=colour("deep"))
    ax.plot(steps[:-1], res.labels, "o", color=colour("ink"), markersize=3, mew=0)
    direct_label(ax, 0, 1.25, t["built"], "exact", va="bottom")
    direct_label(ax, 1, 1.25, t["learned"], "deep", va="bottom", ha="right")
    ax.set(title=t["task"].format(points=res.points), ylim=(-0.15, 1.75), xlim=(-0.01, 1.01))
    ax.set(xticks=(0, 1), yticks=(0, 1), ylabel=t["label"])
    ax.set_xlabel("$x$", labelpad=-8)


def _accuracy(res: Result, ax: Axes, t: Words) -> None:
    names = [t["one"].format(width=width) for width in (res.config.narrow, res.config.wide)]
    names.append(t["three"].format(layers=res.config.layers, width=res.config.wide))
    names.append(t["two"].format(layers=res.exact_units // 2))
    counts = [t.number(estimate.mean) for estimate in res.pieces] + [t.number(res.exact_pieces)]
    aside = linspace(-0.25, 0.25, res.config.seeds)
    looks = (("shallow", "s"), ("shallow", "s"), ("deep", "o"))
    for place, (row, bar, (role, marker)) in enumerate(
        zip(res.accuracies, res.bounds, looks, strict=True)
    ):
        ax.plot(place + aside, row, marker, color=colour(role), markersize=3, mew=0)
        ax.plot((place - 0.35, place + 0.35), (bar, bar), color=colour("exact"), linewidth=2.5)
    ax.plot(3, res.exact_accuracy, "D", color=colour("exact"), markersize=8)
    level_line(ax, 0.5)
    direct_label(ax, 3.5, 0.51, t["constant"], "muted", ha="right", va="bottom")
    direct_label(ax, 0, res.bounds["narrow"] + 0.02, t["bound"], "exact", ha="center", va="bottom")
    ax.set_title(t["runs"].format(runs=res.config.seeds))
    ax.set(ylabel=t["accuracy"], ylim=(0.42, 1.04), xlim=(-0.5, 3.5), yticks=(0.5, 0.75, 1))
    labels = [f"{a}\n{t['pieces'].format(pieces=b)}" for a, b in zip(names, counts, strict=True)]
    ax.set_xticks(range(4), labels)
    bare(ax, "x", line=True)


def _never_exceeded(res: Result) -> Estimate:
    flat = ("narrow", "wide")
    return stats.share(torch.cat([res.accuracies[shape] <= res.bounds[shape] for shape in flat]))


CLAIMS: list[Claim[Result] | Remark] = [
    Claim(
        id="X04",
        source="Telgarsky 2015",
        kind="theorem",
        statement=(
            "单隐层 H 个 ReLU 在 n 个交替的点上，正确率至多 ½ + (H + 2)/(2n)。",
            "One hidden layer of H ReLUs gets at most ½ + (H + 2)/(2n) of n alternating points "
            "right.",
        ),
        measure=_never_exceeded,
        bound=EVERY,
    ),
    Remark(
        id="E02a",
        source="seed 004 §2",
        kind="citation",
        statement=(
            "表示复合函数或径向函数，浅层网络需要指数多的参数，深层网络不需要。",
            "To express compositional or radial functions a shallow network needs exponentially "
            "many parameters, and a deep one does not.",
        ),
    ),
]

if __name__ == "__main__":
    show(__name__)
