"""Few pieces cannot follow alternating labels: a bound that width attains and depth passes by."""

from dataclasses import dataclass
from itertools import pairwise

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, along
from dlbook.base.evidence import EVERY, Estimate, at_least
from dlbook.base.lookup import lookup
from dlbook.base.seeds import seeds_from
from dlbook.figures.idioms import bare, direct_label, level_line
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, mosaic
from dlbook.mathematics import bounds, folds, measure, nets, polylines
from dlbook.mathematics.elementary import sigmoid
from dlbook.mathematics.explicit import Layers, evaluate, layer, parameters
from dlbook.mathematics.grids import linspace
from dlbook.record.claims import Budget, Claim, Convention, Remark
from dlbook.training import data, stats
from dlbook.training.replay import Dataset, Run


@dataclass(frozen=True)
class Config:
    """``2**folds`` points; three shapes trained; constructions of up to ``most_folds`` layers.

    A net has learned the points if it gets the share ``learned`` of them right.
    """

    folds: int = 6
    most_folds: int = 10
    narrow: int = 10
    wide: int = 20
    layers: int = 3
    seeds: int = 64
    start: str = "fan_in_uniform"  # with biases: of zero ones all kinks would start at x = 0
    rate: float = 3e-3
    steps: int = 24000
    learned: float = 0.95
    first_seed: int = 0


SMALL = Config(folds=4, most_folds=6, seeds=8, steps=160)
GRID = Config(seeds=16)
GRID_BUDGET = 120.0

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
    "attained": ("写出的一层", "a layer written down"),
    "curve": ("平均正确率与步数", "Mean accuracy against steps"),
    "steps": ("步数", "steps"),
}

_ABOVE_CHANCE = 0.05  # "better than a constant": five points of accuracy


_SHAPES = ("narrow", "wide", "deep")
_FEWEST = 3  # ReLUs in one layer for which weights that attain the bound are written down
_DOUBLINGS = 4  # of the steps, that the curve shows


@dataclass(frozen=True)
class Result:
    """Tuples and rows of tensors go: narrow, wide, deep.

    ``accuracies`` and ``own_bounds`` ``(3, seeds)``: what each trained net reaches, and the most
    that its own number of pieces allows. ``layer_right`` belongs to one hidden layer of 3, 4, ...,
    ``points - 2`` units: the accuracy of weights that are written down, and ``layer_bounds`` what
    counting pieces allows. ``units_needed``, ``units_right`` and ``built_right`` belong to 8, 16,
    ... points: the fewest units of one hidden layer that the bound lets be perfect, the accuracy
    of that layer written down, and that of the construction with twice the logarithm. ``by_steps``
    are mean accuracies; ``found`` is the share of deep nets that have learned the points after so
    many steps, and ``change`` what the last doubling added to their accuracy. ``learned``
    ``(1025,)``: the best deep net's probability of label 1 on [0, 1]; ``built`` ``(points + 1,)``
    the construction at ``i/points``, and ``labels`` ``(points,)`` what it ought to be there.
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
    layer_right: Along[float]
    layer_bounds: Along[float]
    by_steps: Along[Estimate]
    found: Along[Estimate]
    change: Estimate
    units_needed: Along[int]
    units_right: Along[float]
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


def attaining_layer(units: int, points: int) -> Layers:
    """One hidden layer that gets as many alternating points right as counting pieces allows.

    It bends at ``j / points`` for j from 1 to ``units`` and changes its sign between each of these
    points and the next, once on every piece. Unit j turns the slope; units 2 and 3 face left and
    supply the first slope, for which the piece after unit 3 is as steep as the two before.

    Raises:
        ValueError: there are fewer than three units, which do not attain the bound so.
    """
    if units < _FEWEST:
        raise ValueError(f"{units} units; take {_FEWEST} or more")
    heights = [-1, 1, -1, 1, -3, *(1 if j % 2 else -1 for j in range(5, units + 2))]
    slopes = [points * (b - a) for a, b in pairwise(heights[: units + 2])]
    turns = [b - a for a, b in pairwise(slopes)]
    faces = [-1 if j in (1, 2) else 1 for j in range(units)]
    bends = [(j + 1) / points for j in range(units)]
    start = sum(turn * bend for turn, bend, face in zip(turns, bends, faces, strict=True)
                if face < 0)  # fmt: skip
    hidden = layer([faces], [-face * bend for face, bend in zip(faces, bends, strict=True)])
    return [hidden, layer([[turn] for turn in turns], [heights[0] - start])]


def right(layers: Layers, points: int) -> float:
    """The share of so many alternating points that a network gets right."""
    x, y = data.alternating(points)
    return float(measure.accuracy(evaluate(layers, x)[None], y))


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
    """One shape, as the book trains it."""
    hidden = lookup("shape", choice.shape, shapes(cfg))
    return Run(
        widths=(1, *hidden, 1),
        activation="relu",
        init=(cfg.start,) * (len(hidden) + 1),
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


def times(cfg: Config) -> list[int]:
    """The numbers of steps at which the curve is seen, the last of them all."""
    return [cfg.steps // 2**k for k in range(_DOUBLINGS, -1, -1)]


def trained(shape: str, cfg: Config) -> tuple[nets.Stack, Tensor]:
    """All seeds of one shape, and their accuracies ``(seeds, times)``."""
    x, y = data.alternating(2**cfg.folds)
    fit = replay(Replay(shape=shape), cfg).fit(
        seeds_from(cfg.first_seed, cfg.seeds),
        at=times(cfg),
        watch=lambda stack: measure.accuracy(stack.predict(x), y),
        what=f"alternating points, {shape}",
    )
    assert fit.watched is not None
    return fit.stack, fit.watched


def run(cfg: Config) -> Result:
    n = 2**cfg.folds
    x, y = data.alternating(n)
    stacks, courses = zip(*(trained(shape, cfg) for shape in _SHAPES), strict=True)
    accuracies = [measure.accuracy(stack.predict(x), y) for stack in stacks]
    found = courses[-1] >= cfg.learned
    pieces = [measure.pieces(stack, 0, 1) for stack in stacks]
    best = stacks[-1][int(accuracies[-1].argmax())]
    grid = linspace(0, 1, 1025)[:, None]
    ends = torch.arange(n + 1, dtype=torch.float64)[:, None] / n
    layers = range(_FEWEST, n - 1)
    ks = range(_FEWEST, cfg.most_folds + 1)
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
        exact_accuracy=right(alternating_net(cfg.folds), n),
        exact_units=2 * cfg.folds,
        exact_parameters=parameters(alternating_net(cfg.folds)),
        exact_pieces=polylines.trace(alternating_net(cfg.folds)).pieces,
        layer_right=along((right(attaining_layer(h, n), n) for h in layers), units=layers),
        layer_bounds=along(
            (float(bounds.alternating_accuracy([h], n)) for h in layers), units=layers
        ),
        by_steps=along(
            (stats.mean(course[:, i]) for course in courses for i in range(len(times(cfg)))),
            shape=_SHAPES,
            steps=times(cfg),
        ),
        found=along((stats.rate(each) for each in found.T), steps=times(cfg)),
        change=stats.difference(courses[-1][:, -1], courses[-1][:, -2]),
        units_needed=along((units_needed(2**k) for k in ks), points=[2**k for k in ks]),
        units_right=along(
            (right(attaining_layer(units_needed(2**k), 2**k), 2**k) for k in ks),
            points=[2**k for k in ks],
        ),
        built_right=along((right(alternating_net(k), 2**k) for k in ks), points=[2**k for k in ks]),
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
    for width, share in res.layer_right.items():
        assert share <= res.layer_bounds[width], "no weights exceed the bound"
    assert set(res.units_right) == {1.0}, "n - 2 units in one layer get all of n points right"
    assert res.exact_accuracy == 1, "the construction gets every point right"
    assert set(res.built_right) == {1.0}, "and so it does for every number of points"
    for points, units in res.units_needed.items():
        assert units == int(points) - 2, "one layer needs n - 2 units, a deep net 2 log n"


def draw(res: Result, t: Words) -> Figure:
    figure, axes = mosaic([["task"], ["accuracy"], ["curve"]], 6.2, [1, 1.9, 1.1])
    _task(res, axes["task"], t)
    _accuracy(res, axes["accuracy"], t)
    _curve(res, axes["curve"], t)
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
    known = dict(res.layer_right.items())  # of no more units than get every point right
    widths = enumerate((res.config.narrow, res.config.wide))
    written = [(place, known[width]) for place, width in widths if width in known]
    for x, reached in written:
        ax.plot(x, reached, "D", color=colour("exact"), markersize=8)
        if (x, reached) == written[-1]:
            direct_label(ax, x + 0.12, reached - 0.02, t["attained"], "exact", va="top")
    ax.plot(3, res.exact_accuracy, "D", color=colour("exact"), markersize=8)
    level_line(ax, 0.5)
    direct_label(ax, 3.5, 0.51, t["constant"], "muted", ha="right", va="bottom")
    direct_label(ax, 0, res.bounds["narrow"] + 0.035, t["bound"], "exact", ha="center", va="bottom")
    ax.set_title(t["runs"].format(runs=res.config.seeds))
    ax.set(ylabel=t["accuracy"], ylim=(0.42, 1.04), xlim=(-0.5, 3.5), yticks=(0.5, 0.75, 1))
    labels = [f"{a}\n{t['pieces'].format(pieces=b)}" for a, b in zip(names, counts, strict=True)]
    ax.set_xticks(range(4), labels)
    bare(ax, "x", line=True)


def _curve(res: Result, ax: Axes, t: Words) -> None:
    steps = times(res.config)
    for shape, role, look in zip(_SHAPES, ("shallow", "shallow", "deep"), ("s:", "s--", "o-"),
                                 strict=True):  # fmt: skip
        found = [res.by_steps[shape, each] for each in steps]
        low, high = [each.low for each in found], [each.high for each in found]
        ax.fill_between(steps, low, high, color=colour(role), alpha=0.2, linewidth=0)
        ax.plot(steps, [each.mean for each in found], look, color=colour(role), markersize=3.5)
    level_line(ax, 0.5)
    ax.set(title=t["curve"], xlabel=t["steps"], ylabel=t["accuracy"], xscale="log")
    ax.set(ylim=(0.42, 1.04), yticks=(0.5, 0.75, 1))
    ax.set_xticks(steps, [t.number(each) for each in steps])
    ax.minorticks_off()


def _attained(res: Result) -> Estimate:
    """Share of widths at which weights reach the bound to the point: less would be exceeded."""
    pairs = zip(res.layer_right, res.layer_bounds, strict=True)
    return stats.share([reached == bound for reached, bound in pairs])


_LEARNED = at_least(
    Config.learned,
    because=(
        "分对百分之九十五，才算学会了这些点。",
        "The points are learned if ninety-five in a hundred are right.",
    ),
)
_FLAT = 0.05  # at this pace chance level would meet the bound after nine doublings more
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
        measure=_attained,
        bound=EVERY,
    ),
    Claim(
        id="X04/trained",
        source="this book, after Telgarsky 2015",
        kind="finding",
        statement=(
            "画得出足够多段的深网络，训练之后能把交替的点分对。",
            "A deep net that can draw enough pieces learns alternating points by training.",
        ),
        measure=lambda res: res.means["deep"],
        bound=_LEARNED,
        budget=Budget(change=lambda res: res.change, within=_FLAT),
        conventions=(
            Convention("start", ("初始化", "start"), ({"start": "he_normal"},)),
            Convention("rate", ("学习率", "rate"), ({"rate": 1e-3},)),
            Convention("data", ("点数：64 或 16", "points: 64 or 16"), ({"folds": 4},)),
        ),
    ),
    Remark(
        id="E02a",
        source="Source E §2",
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
