"""A layer that is applied again and again gets more of sixteen points right, up to a number."""

from dataclasses import dataclass

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, each
from dlbook.base.evidence import Estimate, at_least
from dlbook.base.seeds import seeds_from
from dlbook.figures.idioms import direct_label, level_line
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, panels
from dlbook.mathematics import measure, sums
from dlbook.mathematics.elementary import sqrt
from dlbook.mathematics.explicit import Layers, evaluate
from dlbook.mathematics.grids import linspace
from dlbook.record.claims import Budget, Claim, Convention
from dlbook.training import data, stats
from dlbook.training.replay import Dataset, Run


@dataclass(frozen=True)
class Config:
    """A layer of ``width`` ReLUs, then another that is applied ``applications`` times, two outputs.

    Each number of applications learns at the best of ``rates``, chosen on ``choosing_seeds``
    others. The source ran those of ``source``, and called them so many layers; with the first layer
    they are one more. ``scaled`` points have mean 0 and variance 1.
    """

    folds: int = 4
    width: int = 10
    applications: tuple[int, ...] = (1, 2, 3, 4, 6, 9)
    source: tuple[int, ...] = (1, 2, 3)
    further: tuple[int, ...] = (6, 9)
    scaled: bool = False
    start: str = "fan_in_uniform"
    rates: tuple[float, ...] = (3e-2, 1e-2, 3e-3, 1e-3)
    steps: int = 6000
    choosing_seeds: int = 8
    seeds: int = 128
    first_seed: int = 0


SMALL = Config(
    folds=3,
    width=6,
    applications=(1, 2, 3, 4),
    source=(1, 2, 3),
    further=(4,),
    steps=64,
    rates=(3e-2, 1e-2),
    choosing_seeds=6,
    seeds=6,
)
GRID = Config(seeds=24, choosing_seeds=4)
GRID_BUDGET = 120.0

WORDS = {
    "after": ("训练之后", "After training"),
    "course": ("平均正确率与步数", "Mean accuracy against steps"),
    "applications": ("同一层用了几次", "times the layer is applied"),
    "accuracy": ("正确率", "accuracy"),
    "steps": ("步数", "steps"),
    "written": ("写出的权重", "written down"),
    "constant": ("恒定预测", "constant"),
}

_DOUBLINGS = 4  # of the steps, that the curve shows
_HALF = 0.5
_LINES = 4  # that the curve shows
_LOOKS = (("muted", "o"), ("extra", "s"), ("deep", "D"), ("ink", "^"))


@dataclass(frozen=True)
class Result:
    """By how often the layer is applied: the ``chosen`` rate, the accuracy after training.

    ``parameters`` of every net; ``imperfect``: share of nets with a point wrong, and
    ``imperfect_changes`` what the second half of the steps added to it. ``written``: accuracy of
    weights that are written down. ``gains``: accuracy less that with the fewest applications of the
    source; ``last``: what the last of the source's adds to the one before; ``beyond`` less that
    with most of the source's; all paired by seed; ``…_changes`` what the second half of the steps
    added to these. ``course``: mean accuracies after so many
    steps; ``by_seed`` ``(seeds,)`` those at the end.
    """

    config: Config
    points: int
    parameters: Along[int]
    chosen: Along[float]
    accuracy: Along[Estimate]
    imperfect: Along[Estimate]
    imperfect_changes: Along[Estimate]
    written: Along[float]
    gains: Along[Estimate]
    gain_changes: Along[Estimate]
    last: Estimate
    beyond: Along[Estimate]
    beyond_changes: Along[Estimate]
    course: Along[Estimate]
    by_seed: Along[Tensor]


@dataclass(frozen=True)
class Replay:
    """What a reader may choose: how often the layer is applied, and the rate."""

    seed: int = 0
    applications: int = 4
    rate: float = 3e-3


def replay(choice: Replay, cfg: Config) -> Run:
    """The net that applies its layer so often, at one rate."""
    times = choice.applications
    if times < 1:
        raise ValueError(f"a layer applied {times} times; take 1 or more")
    return Run(
        widths=(1, *(cfg.width,) * (times + 1), 2),
        activation="relu",
        init=(cfg.start,) * 3,
        data=Dataset("alternating points", *points(cfg)),
        points=0,
        loss="cross_entropy",
        optimiser="adam",
        rate=choice.rate,
        steps=cfg.steps,
        ties=tuple((2, again) for again in range(3, times + 2)),
    )


def points(cfg: Config) -> tuple[Tensor, Tensor]:
    """The points i/n, or the same with mean 0 and variance 1, and their labels."""
    x, y = data.alternating(2**cfg.folds)
    return ((x - sums.mean(x, 0)) / sqrt(sums.variance(x, 0)) if cfg.scaled else x), y


def zigzag(pieces: int) -> Tensor:
    """How much of each ``relu(z - j/p)`` makes a zigzag of p pieces on [0, 1] that begins at 0."""
    turns = [1.0, *(2.0 * (-1) ** j for j in range(1, pieces))]
    return pieces * torch.tensor(turns, dtype=torch.float64)


def nothing(*shape: int) -> Tensor:
    return torch.zeros(*shape, dtype=torch.float64)


def written(times: int, cfg: Config) -> Layers:
    """Weights that get all ``2**folds`` points i/n right, their second layer applied so often.

    The first layer draws a zigzag of p pieces with p units, the other one of q with q others, so
    that p q^times pieces meet on [0, 1]. Where q = 2 makes too many, the first layer shrinks its
    input, which then meets fewer of them.

    Raises:
        ValueError: the layer is too narrow for both zigzags.
    """
    power = max(1, cfg.folds // (times + 1))
    left = cfg.folds - times * power
    second, first = 2**power, 2 ** max(0, left)
    if first + second > cfg.width:
        raise ValueError(f"{cfg.width} units for zigzags of {first} and {second} pieces")
    mine, other = slice(0, first), slice(first, first + second)
    W0, b0 = nothing(1, cfg.width), nothing(cfg.width)
    W0[0, mine] = 2.0 ** min(0, left)
    b0[mine] = -torch.arange(first) / first
    W, b = nothing(cfg.width, cfg.width), nothing(cfg.width)
    W[mine, other] = zigzag(first)[:, None]
    W[other, other] = zigzag(second)[:, None]
    b[other] = -torch.arange(second) / second
    out, signs = nothing(cfg.width, 2), torch.tensor([-1.0, 1.0], dtype=torch.float64)
    out[other] = zigzag(second)[:, None] * signs
    last = (out, -_HALF * signs)
    return [(W0, b0), *[(W, b)] * times, last]


def right(times: int, cfg: Config) -> float:
    """The share of the points that weights written down get right."""
    x, y = data.alternating(2**cfg.folds)
    return float(measure.accuracy(evaluate(written(times, cfg), x)[None], y))


def times_seen(cfg: Config) -> list[int]:
    """The numbers of steps at which the curve is seen, the last of them all."""
    return [cfg.steps // 2**k for k in range(_DOUBLINGS, -1, -1)]


def best_rate(times: int, cfg: Config) -> float:
    """The rate with which the net is right most often on other seeds."""
    x, y = points(cfg)
    seeds = seeds_from(cfg.first_seed, cfg.choosing_seeds, apart=1)

    def reached(rate: float) -> float:
        fit = replay(Replay(applications=times, rate=rate), cfg).fit(
            seeds, what=f"{times} applications"
        )
        return float(sums.mean(measure.accuracy(fit.stack.predict(x), y)))

    return max(cfg.rates, key=reached)


def course(times: int, rate: float, cfg: Config) -> Tensor:
    """Accuracies ``(seeds, times seen)``."""
    x, y = points(cfg)
    fit = replay(Replay(applications=times, rate=rate), cfg).fit(
        seeds_from(cfg.first_seed, cfg.seeds),
        at=times_seen(cfg),
        watch=lambda stack: measure.accuracy(stack.predict(x), y),
        what=f"alternating points, {times} applications",
    )
    assert fit.watched is not None
    return fit.watched


def run(cfg: Config) -> Result:
    often = cfg.applications
    chosen = each(lambda times: best_rate(times, cfg), times=often)
    courses = each(lambda times: course(times, chosen[times], cfg), times=often)
    wrong = courses.map(lambda found: found < 1)
    seen, (least, *more) = times_seen(cfg), cfg.source
    most = more[-1]

    def gain(times: int, less: int, time: int) -> Tensor:
        return courses[times][:, time] - courses[less][:, time]

    return Result(
        config=cfg,
        points=2**cfg.folds,
        parameters=each(
            lambda times: replay(Replay(applications=times), cfg).net.parameters, times=often
        ),
        chosen=chosen,
        accuracy=courses.map(lambda found: stats.mean(found[:, -1])),
        imperfect=wrong.map(lambda found: stats.rate(found[:, -1])),
        imperfect_changes=wrong.map(lambda found: stats.paired_rates(found[:, -1], found[:, -2])),
        written=each(lambda times: right(times, cfg), times=often),
        gains=each(lambda times: stats.mean(gain(times, least, -1)), times=more),
        gain_changes=each(
            lambda times: stats.difference(gain(times, least, -1), gain(times, least, -2)),
            times=more,
        ),
        last=stats.mean(gain(most, more[-2], -1)),
        beyond=each(lambda times: stats.mean(gain(times, most, -1)), times=cfg.further),
        beyond_changes=each(
            lambda times: stats.difference(gain(times, most, -1), gain(times, most, -2)),
            times=cfg.further,
        ),
        course=each(
            lambda times, steps: stats.mean(courses[times][:, seen.index(steps)]),
            times=often,
            steps=seen,
        ),
        by_seed=courses.map(lambda found: found[:, -1]),
    )


def check(res: Result) -> None:
    assert set(res.written) == {1.0}, "weights are written down that get all points right"
    assert len(set(res.parameters)) == 1, "every net has as many parameters"
    for row in res.by_seed:
        counted = row * res.points
        assert (counted == counted.round()).all(), "points are right or wrong"


def draw(res: Result, t: Words) -> Figure:
    figure, axes = panels(1, 2, height=3.3)
    _after(res, axes[0, 0], t)
    _course(res, axes[0, 1], t)
    return figure


def _after(res: Result, ax: Axes, t: Words) -> None:
    often = res.config.applications
    for times in often:
        row, mean = res.by_seed[times], res.accuracy[times]
        ax.plot(times + linspace(-0.28, 0.28, len(row)), row, "o", color=colour("line"),
                markersize=2)  # fmt: skip
        ax.plot((times, times), (mean.low, mean.high), color=colour("deep"), linewidth=2.5)
        ax.plot((times - 0.3, times + 0.3), (mean.mean,) * 2, color=colour("deep"))
        ax.plot(times, res.written[times], "D", color=colour("exact"), markersize=5)
    direct_label(ax, often[0], 1.04, t["written"], "exact", va="bottom")
    level_line(ax, _HALF, "")
    ax.set(title=t["after"], xlabel=t["applications"], ylabel=t["accuracy"], ylim=(0.42, 1.14))
    ax.set(yticks=(0.5, 0.75, 1), xticks=often)


def _course(res: Result, ax: Axes, t: Words) -> None:
    steps, places = times_seen(res.config), []
    often = res.config.applications
    shown = [times for times in often if times in (1, 2, 3)] + [often[-1]]
    for times, (role, marker) in zip(shown[-_LINES:], _LOOKS, strict=False):
        row = [res.course[times, step] for step in steps]
        ax.plot(steps, [one.mean for one in row], f"{marker}-", color=colour(role), markersize=3.5)
        places.append((row[-1].mean, str(times), role))
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
_RISE = at_least(
    _HALF_A_POINT,
    because=(
        "十六个点里平均连半个都多不了，就谈不上提高。",
        "Of sixteen points half a point more on average is the least that is a rise.",
    ),
)
_VARIED = (
    Convention(
        "start",
        ("初始化", "start"),
        ({"start": "he_normal"}, {"start": "xavier_uniform_with_biases"}),
    ),
    Convention(
        "rate",
        ("学习率：各自最好的，或同一个", "rate: each one's best, or one"),
        ({"rates": (3e-3,)},),
    ),
    Convention("data", ("输入：原样，或标准化", "inputs: raw or scaled"), ({"scaled": True},)),
)

CLAIMS: list[Claim[Result]] = [
    Claim(
        id="E02c",
        source="Source E §2",
        kind="finding",
        statement=(
            "参数个数不变，层数越多，困难的分类问题的正确率越高（各层共享权重的网络，材料试过的层数）。",
            "With a fixed number of parameters, accuracy on a hard problem rises with the number "
            "of layers (of nets whose layers share weights, for the numbers that the source ran).",
        ),
        measure=lambda res: res.gains,
        bound=_RISE,
        budget=Budget(change=lambda res: res.gain_changes, within=_HALF_A_POINT),
        conventions=_VARIED,
    ),
    Claim(
        id="E02c/further",
        source="this book, after Source E §2",
        kind="finding",
        statement=(
            "层数比材料试过的还多，正确率也更高。",
            "With more layers than the source ran, accuracy is higher still.",
        ),
        measure=lambda res: res.beyond,
        bound=_RISE,
        budget=Budget(change=lambda res: res.beyond_changes, within=_HALF_A_POINT),
        conventions=_VARIED,
    ),
    Claim(
        id="E02c/missed",
        source="this book, after Source E §2",
        kind="finding",
        statement=(
            "十六个点全部分对的权重写得出来，训练多半到不了（各层共享权重的网络）。",
            "Weights that get all sixteen points right can be written down, and training mostly "
            "misses them (of nets whose layers share weights).",
        ),
        measure=lambda res: res.imperfect,
        bound=at_least(
            0.5,
            because=("“多半到不了”：一半以上。", "“Mostly” is more than half of the runs."),
        ),
        budget=Budget(change=lambda res: res.imperfect_changes, within=0.1),
        conventions=_VARIED,
    ),
]

if __name__ == "__main__":
    show(__name__)
