"""Of nets of one size, trained on sixteen alternating points, deeper ones get no more right."""

from dataclasses import dataclass

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, each
from dlbook.base.evidence import Estimate, at_least
from dlbook.base.seeds import seeds_from
from dlbook.figures.idioms import bare, direct_label, level_line
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, panels
from dlbook.mathematics import measure, sums
from dlbook.mathematics.elementary import sqrt
from dlbook.mathematics.explicit import Layers, dense_parameters, evaluate
from dlbook.mathematics.grids import linspace
from dlbook.record.claims import Budget, Claim, Convention
from dlbook.training import data, stats
from dlbook.training.replay import Dataset, Run


@dataclass(frozen=True)
class Config:
    """``2**folds`` points; hidden layers of shapes of about equally many parameters, by depth.

    Each shape learns at the best of ``rates``, chosen on ``choosing_seeds`` others.
    ``scaled`` points have mean 0 and variance 1.
    """

    folds: int = 4
    shapes: tuple[tuple[int, ...], ...] = (
        (50,),
        (10, 11),
        (7, 7, 9),
        (6, 6, 6, 7),
        (5, 5, 5, 5, 7),
    )
    scaled: bool = False
    start: str = "fan_in_uniform"
    rates: tuple[float, ...] = (1e-1, 3e-2, 1e-2, 3e-3)
    steps: int = 16000
    choosing_seeds: int = 16
    seeds: int = 64
    first_seed: int = 0


SMALL = Config(
    folds=3,
    shapes=((11,), (4, 4), (3, 2, 2, 3)),
    steps=64,
    rates=(3e-2, 1e-2),
    choosing_seeds=6,
    seeds=6,
)
GRID = Config(seeds=16, choosing_seeds=8)
GRID_BUDGET = 90.0

WORDS = {
    "after": ("训练之后", "After training"),
    "course": ("平均正确率与步数", "Mean accuracy against steps"),
    "layers": ("隐藏层数", "hidden layers"),
    "accuracy": ("正确率", "accuracy"),
    "steps": ("步数", "steps"),
    "written": ("写出的权重", "written down"),
    "constant": ("恒定预测", "constant"),
}

_DOUBLINGS = 4  # of the steps, that the curve shows
_HALF = 0.5
_ROLES = ("shallow", "muted", "extra", "deep", "ink")
_MARKERS = "osD^v"
_CLOSE = 0.03  # shapes are of one size if they differ by less than this share


@dataclass(frozen=True)
class Result:
    """By the number of ``layers``: ``parameters``, the ``chosen`` rate, accuracies after training.

    ``perfect``: share of nets with every point right; ``written``: accuracy of weights that are
    written down for the very shape; ``pieces``: the median of what trained nets draw on [0, 1).
    ``gains``: accuracy less that of one layer, paired by seed, and ``changes`` what the second half
    of the steps added to it. ``course``: mean accuracies after so many steps; ``by_seed``
    ``(seeds,)`` those at the end.
    """

    config: Config
    points: int
    parameters: Along[int]
    chosen: Along[float]
    accuracy: Along[Estimate]
    perfect: Along[Estimate]
    written: Along[float]
    pieces: Along[Estimate]
    gains: Along[Estimate]
    changes: Along[Estimate]
    course: Along[Estimate]
    by_seed: Along[Tensor]


@dataclass(frozen=True)
class Replay:
    """What a reader may choose: the number of hidden layers, and the rate."""

    seed: int = 0
    layers: int = 4
    rate: float = 3e-3


def replay(choice: Replay, cfg: Config) -> Run:
    """The shape of so many layers at one rate."""
    hidden = by_depth(cfg).get(choice.layers)
    if hidden is None:
        raise ValueError(f"no net of {choice.layers} layers; there are {list(by_depth(cfg))}")
    return Run(
        widths=(1, *hidden, 1),
        activation="relu",
        init=(cfg.start,) * (len(hidden) + 1),
        data=Dataset("alternating points", *points(cfg)),
        points=0,
        loss="binary_cross_entropy",
        optimiser="adam",
        rate=choice.rate,
        steps=cfg.steps,
    )


def by_depth(cfg: Config) -> dict[int, tuple[int, ...]]:
    """The shapes by their number of hidden layers."""
    return {len(shape): shape for shape in cfg.shapes}


def points(cfg: Config) -> tuple[Tensor, Tensor]:
    """The points i/n, or the same with mean 0 and variance 1, and their labels."""
    x, y = data.alternating(2**cfg.folds)
    return ((x - sums.mean(x, 0)) / sqrt(sums.variance(x, 0)) if cfg.scaled else x), y


def written(hidden: tuple[int, ...], folds: int) -> Layers:
    """Weights of a shape that get all ``2**folds`` points i/n right.

    A layer of p units draws a zigzag of p pieces, ``relu(x - j/p)`` being unit j, and zigzags of
    zigzags have as many pieces as the product. The folds are dealt out over the layers; one that
    gets none passes its input on, and units to spare have weights 0.

    Raises:
        ValueError: a layer has fewer units than its zigzag has pieces.
    """
    pieces = [1] * len(hidden)
    for k in range(folds):
        pieces[k % len(hidden)] *= 2
    layers: Layers = []
    inputs = torch.ones(1, dtype=torch.float64)  # how much of each unit below the zigzag takes
    for width, p in zip(hidden, pieces, strict=True):
        if width < p:
            raise ValueError(f"{width} units for {p} pieces; take {p} or more")
        mine = torch.zeros(width, dtype=torch.float64)
        mine[:p] = 1
        bias = torch.zeros(width, dtype=torch.float64)
        bias[:p] = -torch.arange(p) / p
        layers.append((inputs[:, None] * mine, bias))
        inputs = torch.zeros(width, dtype=torch.float64)
        turns = [1.0, *(2.0 * (-1) ** j for j in range(1, p))]
        inputs[:p] = p * torch.tensor(turns, dtype=torch.float64)
    return [*layers, (inputs[:, None], torch.tensor([-_HALF], dtype=torch.float64))]


def right(layers: Layers, folds: int) -> float:
    """The share of the alternating points that a network gets right."""
    x, y = data.alternating(2**folds)
    return float(measure.accuracy(evaluate(layers, x)[None], y))


def times(cfg: Config) -> list[int]:
    """The numbers of steps at which the curve is seen, the last of them all."""
    return [cfg.steps // 2**k for k in range(_DOUBLINGS, -1, -1)]


def best_rate(layers: int, cfg: Config) -> float:
    """The rate with which the shape is right most often on other seeds."""
    x, y = points(cfg)
    seeds = seeds_from(cfg.first_seed, cfg.choosing_seeds, apart=1)

    def reached(rate: float) -> float:
        fit = replay(Replay(layers=layers, rate=rate), cfg).fit(seeds, what=f"{layers} layers")
        return float(sums.mean(measure.accuracy(fit.stack.predict(x), y)))

    return max(cfg.rates, key=reached)


def trained(layers: int, rate: float, cfg: Config) -> tuple[Tensor, Tensor]:
    """Accuracies ``(seeds, times)`` and the pieces ``(seeds,)`` of what is drawn at the end."""
    x, y = points(cfg)
    fit = replay(Replay(layers=layers, rate=rate), cfg).fit(
        seeds_from(cfg.first_seed, cfg.seeds),
        at=times(cfg),
        watch=lambda stack: measure.accuracy(stack.predict(x), y),
        what=f"alternating points, {layers} layers",
    )
    assert fit.watched is not None
    return fit.watched, measure.pieces(fit.stack, float(x[0, 0]), float(x[-1, 0]))


def run(cfg: Config) -> Result:
    shapes = by_depth(cfg)
    chosen = each(lambda layers: best_rate(layers, cfg), layers=shapes)
    found = each(lambda layers: trained(layers, chosen[layers], cfg), layers=shapes)
    courses = found.map(lambda pair: pair[0])
    least, more = min(shapes), sorted(shapes)[1:]

    def gain(layers: int, time: int) -> Tensor:
        return courses[layers][:, time] - courses[least][:, time]

    return Result(
        config=cfg,
        points=2**cfg.folds,
        parameters=each(lambda layers: dense_parameters((1, *shapes[layers], 1)), layers=shapes),
        chosen=chosen,
        accuracy=courses.map(lambda course: stats.mean(course[:, -1])),
        perfect=courses.map(lambda course: stats.rate(course[:, -1] == 1)),
        written=each(lambda layers: right(written(shapes[layers], cfg.folds), cfg.folds),
                     layers=shapes),
        pieces=found.map(lambda pair: stats.median(pair[1])),
        gains=each(lambda layers: stats.mean(gain(layers, -1)), layers=more),
        changes=each(
            lambda layers: stats.difference(gain(layers, -1), gain(layers, -2)), layers=more
        ),
        course=each(
            lambda layers, steps: stats.mean(courses[layers][:, times(cfg).index(steps)]),
            layers=shapes,
            steps=times(cfg),
        ),
        by_seed=courses.map(lambda course: course[:, -1]),
    )  # fmt: skip


def check(res: Result) -> None:
    assert set(res.written) == {1.0}, "every shape has weights that get all points right"
    sizes = res.parameters.values()
    assert max(sizes) - min(sizes) <= _CLOSE * max(sizes), "the shapes are of one size"
    for row in res.by_seed:
        counted = row * res.points
        assert (counted == counted.round()).all(), "points are right or wrong"


def draw(res: Result, t: Words) -> Figure:
    figure, axes = panels(1, 2, height=3.3)
    _after(res, axes[0, 0], t)
    _course(res, axes[0, 1], t)
    return figure


def _after(res: Result, ax: Axes, t: Words) -> None:
    for place, ((layers, row), role) in enumerate(zip(res.by_seed.items(), _ROLES, strict=False)):
        mean = res.accuracy[layers]
        ax.plot(place + linspace(-0.28, 0.28, len(row)), row, "o", color=colour("line"),
                markersize=2.5)  # fmt: skip
        ax.plot((place, place), (mean.low, mean.high), color=colour(role), linewidth=2.5)
        ax.plot((place - 0.3, place + 0.3), (mean.mean,) * 2, color=colour(role))
        ax.plot(place, res.written[layers], "D", color=colour("exact"), markersize=7)
    direct_label(ax, 0, 1.04, t["written"], "exact", va="bottom")
    level_line(ax, _HALF, "")
    ax.set_xticks(range(len(res.by_seed)), [str(layers) for layers, _ in res.by_seed.items()])
    ax.set(title=t["after"], xlabel=t["layers"], ylabel=t["accuracy"], ylim=(0.42, 1.14))
    ax.set(yticks=(0.5, 0.75, 1))
    bare(ax, "x", line=True)


def _course(res: Result, ax: Axes, t: Words) -> None:
    steps, places = times(res.config), []
    for layers, role, marker in zip(res.by_seed.keys(), _ROLES, _MARKERS, strict=False):
        row = [res.course[layers, step] for step in steps]
        ax.plot(steps, [one.mean for one in row], f"{marker}-", color=colour(role), markersize=3)
        places.append((row[-1].mean, str(layers), role))
    height = 0.0
    for mean, name, role in sorted(places):  # from the lowest, each clear of the one below
        height = max(height + 0.045, mean)
        direct_label(ax, steps[-1] * 1.15, height, name, role, va="center")
    level_line(ax, _HALF)
    direct_label(ax, steps[0], _HALF - 0.012, t["constant"], "muted", va="top")
    ax.set(title=t["course"], xlabel=t["steps"], xscale="log", ylim=(0.42, 1.14))
    ax.set(yticks=(0.5, 0.75, 1))
    ax.set_xticks(steps, [t.number(step) for step in steps])
    ax.minorticks_off()


_HALF_A_POINT = 0.03125
CLAIMS: list[Claim[Result]] = [
    Claim(
        id="E02c/unshared",
        source="Source E §2",
        kind="finding",
        statement=(
            "参数个数不变，层数越多，困难的分类问题的正确率越高（换成不共享权重的网络）。",
            "With a fixed number of parameters, accuracy on a hard problem rises with the number "
            "of layers (of nets that share no weights).",
        ),
        measure=lambda res: res.gains,
        bound=at_least(
            _HALF_A_POINT,
            because=(
                "十六个点里平均连半个都多不了，就谈不上提高。",
                "Of sixteen points half a point more on average is the least that is a rise.",
            ),
        ),
        budget=Budget(change=lambda res: res.changes, within=_HALF_A_POINT),
        conventions=(
            Convention("start", ("初始化", "start"), ({"start": "he_normal"},)),
            Convention(
                "rate",
                ("学习率：各自最好的，或同一个", "rate: each one's best, or one"),
                ({"rates": (3e-3,)},),
            ),
            Convention(
                "data", ("输入：原样，或标准化", "inputs: raw or scaled"), ({"scaled": True},)
            ),
        ),
    ),
]  # fmt: skip

if __name__ == "__main__":
    show(__name__)
