"""Random and trained nets draw hardly more pieces than they have units, however deep they are."""

from dataclasses import dataclass
from math import prod

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, each
from dlbook.base.evidence import Estimate, at_least, at_most, between
from dlbook.base.lookup import lookup
from dlbook.base.seeds import seeds_from
from dlbook.figures.idioms import bare, direct_label, interval, level_line, powers
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, panels
from dlbook.mathematics import bounds, initial, measure, nets, sums
from dlbook.mathematics.elementary import sqrt
from dlbook.mathematics.rng import Stream
from dlbook.record.claims import Budget, Claim, Convention
from dlbook.training import data, stats
from dlbook.training.replay import Dataset, Run


@dataclass(frozen=True)
class Config:
    """Nets of ``units`` units in 1, 2, ... layers of equal width; ``learning`` of them are trained.

    Random weights are normal with He's variance, and biases normal with deviation ``bias``; where
    that is 0, both are torch's default. Pieces are counted from ``-reach`` to ``reach``. Nets are
    trained on ``2**folds`` alternating points, which are ``scaled`` to mean 0 and variance 1;
    there pieces are counted between the outermost.
    """

    units: int = 20
    layers: tuple[int, ...] = (1, 2, 4, 5, 10)
    learning: tuple[int, ...] = (1, 2, 4, 5)
    bias: float = 0.5
    reach: float = 3.0
    folds: int = 4
    scaled: bool = True
    start: str = "fan_in_uniform"
    rate: float = 3e-3
    steps: int = 16000
    seeds: int = 64
    first_seed: int = 0


SMALL = Config(units=4, layers=(1, 2, 4), learning=(1, 2), folds=3, steps=32, seeds=8)
GRID = Config(seeds=24)
GRID_BUDGET = 60.0

WORDS = {
    "random": ("随机的权重", "Random weights"),
    "trained": ("训练前（空心）与训练后", "Before training (hollow), after"),
    "layers": ("层数（共 {units} 个单元）", "layers ({units} units in all)"),
    "pieces": ("段数", "pieces"),
    "most": ("最多能有", "the most possible"),
    "units": ("单元数", "units"),
}

_HALF = 0.5


@dataclass(frozen=True)
class Result:
    """By the number of layers. ``most``: pieces that such a shape can have.

    ``random`` and ``ratio``: mean pieces of random nets, and over the number of units; ``largest``
    the most that one of them drew. ``before``, ``after`` and ``after_ratio``: medians of pieces
    before and after training, and means of those after over the units; ``after_change`` what the
    second half of the steps added to the latter. ``deeper``: that ratio less that of one layer,
    paired by seed, and ``deeper_change`` what the second half of the steps added. ``by_seed``
    ``(seeds,)``: pieces after training.
    """

    config: Config
    most: Along[int]
    random: Along[Estimate]
    ratio: Along[Estimate]
    largest: Along[int]
    before: Along[Estimate]
    after: Along[Estimate]
    after_ratio: Along[Estimate]
    after_change: Along[Estimate]
    deeper: Along[Estimate]
    deeper_change: Along[Estimate]
    accuracy: Along[Estimate]
    by_seed: Along[Tensor]


@dataclass(frozen=True)
class Replay:
    """What a reader may choose: into how many layers the units are put."""

    seed: int = 0
    layers: int = 4


def hidden(layers: int, cfg: Config) -> tuple[int, ...]:
    """So many layers of equal width.

    Raises:
        ValueError: the units cannot be shared out evenly.
    """
    if cfg.units % layers:
        raise ValueError(f"{cfg.units} units do not fill {layers} layers evenly")
    return (cfg.units // layers,) * layers


def replay(choice: Replay, cfg: Config) -> Run:
    known = {str(layers): layers for layers in cfg.layers}
    shape = hidden(lookup("number of layers", str(choice.layers), known), cfg)
    return Run(
        widths=(1, *shape, 1),
        activation="relu",
        init=(cfg.start,) * (len(shape) + 1),
        data=Dataset("alternating points", *points(cfg)),
        points=0,
        loss="binary_cross_entropy",
        optimiser="adam",
        rate=cfg.rate,
        steps=cfg.steps,
    )


def points(cfg: Config) -> tuple[Tensor, Tensor]:
    """The points i/n, or the same with mean 0 and variance 1, and their labels."""
    x, y = data.alternating(2**cfg.folds)
    return ((x - sums.mean(x, 0)) / sqrt(sums.variance(x, 0)) if cfg.scaled else x), y


def he_with_biases(bias: float) -> initial.Scheme:
    """He's normal weights, and normal biases: with biases of 0 every kink would lie at 0."""

    def scheme(stream: Stream, fan_in: int, fan_out: int) -> tuple[Tensor, Tensor]:
        weights, _ = initial.he_normal(stream, fan_in, fan_out)
        return weights, bias * stream.normal(1, fan_out)

    return scheme


def random_pieces(layers: int, cfg: Config) -> Tensor:
    """Pieces of untrained nets, ``(seeds,)``."""
    net = nets.MLP((1, *hidden(layers, cfg), 1), "relu")
    scheme = he_with_biases(cfg.bias) if cfg.bias else initial.fan_in_uniform
    stack = nets.init(net, seeds_from(cfg.first_seed, cfg.seeds), scheme)
    return measure.pieces(stack, -cfg.reach, cfg.reach)


def learned(layers: int, cfg: Config) -> tuple[Tensor, Tensor]:
    """Pieces before, half way and after training, ``(seeds, 3)``, and accuracies ``(seeds,)``."""
    x, y = points(cfg)
    ends = float(x[0, 0]), float(x[-1, 0])
    fit = replay(Replay(layers=layers), cfg).fit(
        seeds_from(cfg.first_seed, cfg.seeds),
        at=[0, cfg.steps // 2, cfg.steps],
        watch=lambda stack: measure.pieces(stack, *ends).double(),
        what=f"alternating points, {layers} layers",
    )
    assert fit.watched is not None
    return fit.watched, measure.accuracy(fit.stack.predict(x), y)


def run(cfg: Config) -> Result:
    drawn = each(lambda layers: random_pieces(layers, cfg), layers=cfg.layers)
    found = each(lambda layers: learned(layers, cfg), layers=cfg.learning)
    courses = found.map(lambda pair: pair[0] / cfg.units)
    one, more = cfg.learning[0], cfg.learning[1:]

    def ahead(layers: int, time: int) -> Tensor:
        return courses[layers][:, time] - courses[one][:, time]

    return Result(
        config=cfg,
        most=each(lambda layers: bounds.most_pieces(hidden(layers, cfg)), layers=cfg.layers),
        random=drawn.map(lambda row: stats.mean(row.double())),
        ratio=drawn.map(lambda row: stats.mean(row.double() / cfg.units)),
        largest=drawn.map(lambda row: int(row.max())),
        before=found.map(lambda pair: stats.median(pair[0][:, 0])),
        after=found.map(lambda pair: stats.median(pair[0][:, -1])),
        after_ratio=courses.map(lambda course: stats.mean(course[:, -1])),
        after_change=courses.map(lambda course: stats.difference(course[:, -1], course[:, -2])),
        deeper=each(lambda layers: stats.mean(ahead(layers, -1)), layers=more),
        deeper_change=each(
            lambda layers: stats.difference(ahead(layers, -1), ahead(layers, -2)), layers=more
        ),
        accuracy=found.map(lambda pair: stats.mean(pair[1])),
        by_seed=found.map(lambda pair: pair[0][:, -1]),
    )


def check(res: Result) -> None:
    for layers, most in res.most.items():
        width = res.config.units // int(layers)
        assert most == prod([width + 1] * int(layers)), "a layer of w units cuts a piece in w + 1"
        assert res.largest[layers] <= most, "no random net draws more pieces than its shape can"
    for layers, row in res.by_seed.items():
        assert (row <= res.most[layers]).all(), "nor does a trained one"


def draw(res: Result, t: Words) -> Figure:
    figure, axes = panels(1, 2, height=3.3)
    _random(res, axes[0, 0], t)
    _trained(res, axes[0, 1], t)
    return figure


def _random(res: Result, ax: Axes, t: Words) -> None:
    places = range(len(res.config.layers))
    ax.plot(places, res.most.values(), "D--", color=colour("exact"), markersize=5)
    for place, (layers, one) in enumerate(res.random.items()):
        interval(ax, one, place, role="deep")
        ax.plot(place, res.largest[layers], "_", color=colour("deep"), markersize=10)
    level_line(ax, res.config.units)
    direct_label(ax, 0, 0.8 * res.config.units, t["units"], "muted", va="top")
    direct_label(ax, 0.6, 0.6 * res.most.values()[-1], t["most"], "exact", va="center")
    ax.set(title=t["random"], yscale="log", ylabel=t["pieces"])
    _layers(res, ax, t, res.config.layers)
    powers(ax)


def _trained(res: Result, ax: Axes, t: Words) -> None:
    for place, (layers, row) in enumerate(res.by_seed.items()):
        spread = torch.arange(len(row)) / max(1, len(row) - 1) - _HALF
        ax.plot(place + 0.4 * spread, row, "o", color=colour("line"), markersize=2.5)
        ends = (res.before[layers].low, res.before[layers].high)
        ax.plot((place - 0.3,) * 2, ends, color=colour("muted"))
        ax.plot(place - 0.3, res.before[layers].mean, "s", color=colour("muted"), markersize=5,
                markerfacecolor=colour("paper"))  # fmt: skip
        interval(ax, res.after[layers], place + 0.3, role="deep", marker="o")
    level_line(ax, res.config.units)
    ax.set(title=t["trained"], ylim=(0, None))
    _layers(res, ax, t, res.config.learning)


def _layers(res: Result, ax: Axes, t: Words, layers: tuple[int, ...]) -> None:
    ax.set_xticks(range(len(layers)), [t.number(one) for one in layers])
    ax.set_xlabel(t["layers"].format(units=res.config.units))
    bare(ax, "x", line=True)


_TWICE = 2.0
_STARTS = (
    Convention("start", ("初始化", "start"), ({"start": "he_normal"},)),
    Convention("rate", ("学习率", "rate"), ({"rate": 1e-2},)),
    Convention("data", ("输入：标准化，或原样", "inputs: scaled or raw"), ({"scaled": False},)),
)
CLAIMS: list[Claim[Result]] = [
    Claim(
        id="X05",
        source="this book, after Hanin & Rolnick 2019",
        kind="finding",
        statement=(
            "随机的 ReLU 网络，段数约等于神经元数，不是层数的指数。",
            "A random ReLU net draws about as many pieces as it has units, not exponentially many "
            "in its layers.",
        ),
        measure=lambda res: res.ratio,
        bound=between(
            _HALF,
            _TWICE,
            because=(
                "“约等于”指相差不到一倍。",
                "“About” is within a factor of two.",
            ),
        ),
        conventions=(
            Convention("start", ("初始化与偏置", "start and biases"), ({"bias": 0.0},)),
            Convention("measure", ("数段的区间", "where pieces are counted"), ({"reach": 1.0},)),
            Convention("rate", ("学习率", "rate"), ({"rate": 1e-2},)),
        ),
    ),
    Claim(
        id="X17",
        source="this book, after Hanin & Rolnick 2019",
        kind="finding",
        statement=(
            "训练也不会让段数远远超过神经元数。",
            "Nor does training take the number of pieces far beyond that of units.",
        ),
        measure=lambda res: res.after_ratio,
        bound=at_most(
            _TWICE,
            because=(
                "超过神经元数的两倍，才说得上“远远超过”。",
                "It takes more than two pieces a unit to be far beyond.",
            ),
        ),
        budget=Budget(change=lambda res: res.after_change, within=0.1),
        conventions=_STARTS,
    ),
    Claim(
        id="E02d",
        source="Source E §2",
        kind="finding",
        statement=(
            "更深的层让学到的函数有更多“急弯”（单元一样多时）。",
            "Deeper layers let the learned function have more sharp turns (with equally many "
            "units).",
        ),
        measure=lambda res: res.deeper,
        bound=at_least(
            0.1,
            because=(
                "每十个单元至少多一段，才算更多。",
                "More is a piece at least for every ten units.",
            ),
        ),
        budget=Budget(change=lambda res: res.deeper_change, within=0.1),
        conventions=_STARTS,
    ),
]

if __name__ == "__main__":
    show(__name__)
