"""On small digits more layers do not give what more training images give."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, each
from dlbook.base.evidence import Estimate, at_least
from dlbook.base.lookup import lookup
from dlbook.base.seeds import seeds_from
from dlbook.figures.idioms import bare, direct_label
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, panels
from dlbook.mathematics import measure, rng, sums
from dlbook.mathematics.explicit import dense_parameters
from dlbook.record.claims import Budget, Claim, Convention
from dlbook.training import data, stats
from dlbook.training.replay import Dataset, Drawn, Run


@dataclass(frozen=True)
class Config:
    """Nets of 1 to 7 hidden ReLU layers on few digits and on more.

    They have ``width`` units in every layer; or the widths ``equal``, which make all of them about
    as large as two such layers. ``train`` are the numbers of training images; the first of a seed's
    are the same in all. Each net learns from each number at the best of ``rates``, chosen on
    ``choosing_seeds`` others.
    """

    layers: tuple[int, ...] = (1, 2, 4, 7)
    width: int = 32
    equal: tuple[int, ...] = (46, 32, 23, 18)
    train: tuple[int, ...] = (100, 200, 800)
    test: int = 797
    start: str = "he_normal"
    rates: tuple[float, ...] = (1e-2, 3e-3, 1e-3)
    batch: int = 16
    steps: int = 1200
    choosing_seeds: int = 4
    seeds: int = 16
    first_seed: int = 0


SMALL = Config(layers=(1, 2, 3), width=12, equal=(14, 12, 11), train=(40, 80, 160), test=100,
               rates=(1e-2, 3e-3), steps=30, choosing_seeds=2, seeds=6)  # fmt: skip
GRID = Config(seeds=8, choosing_seeds=2)
GRID_BUDGET = 100.0

WORDS = {
    "width": ("每层宽度相同", "Layers of one width"),
    "parameters": ("参数一样多", "Equally many parameters"),
    "layers": ("隐藏层数", "hidden layers"),
    "accuracy": ("新图上的正确率", "accuracy on new images"),
    "images": ("{images} 张图", "{images} images"),
}

_WHAT = ("width", "parameters")
_POINT = 1.0  # of accuracy: a percentage point
_LOOKS = (("muted", "o"), ("extra", "s"), ("ink", "D"))
_NEW, _HALF, _TRAINING = range(3)  # the rows of accuracies


@dataclass(frozen=True)
class Result:
    """Along ``what`` is the same in all depths, ``width`` or number of ``parameters``; by layers.

    ``units`` of each layer; ``parameters`` of each net. ``new`` and ``training``: accuracies by
    number of training images ``train``; ``chosen`` the rates; ``linear`` those of nets without a
    hidden layer. In percentage points, paired by seed: ``deeper``, the accuracy on new images less
    that of one layer; ``twice``, of nets of one width, that with the second number of images less
    that of one layer with the first; ``images``, what the second number of images adds to the
    first in one layer of the width. ``…_changes``: what the second half of the steps added.
    """

    config: Config
    units: Along[int]
    parameters: Along[int]
    mismatch: float
    chosen: Along[float]
    new: Along[Estimate]
    training: Along[Estimate]
    linear: Along[Estimate]
    deeper: Along[Estimate]
    deeper_changes: Along[Estimate]
    twice: Along[Estimate]
    twice_changes: Along[Estimate]
    images: Estimate
    by_seed: Along[Tensor]


@dataclass(frozen=True)
class Replay:
    """What a reader may choose of a run."""

    seed: int = 0
    layers: int = 7
    width: int = Config.width
    train: int = Config.train[0]
    rate: float = 3e-3


def units(what: str, layers: int, cfg: Config) -> int:
    """The units of every hidden layer where ``what`` is the same in all depths."""
    equal = dict(zip(cfg.layers, cfg.equal, strict=True))
    return lookup("what", what, {"width": cfg.width, "parameters": equal[layers]})


def split(seeds: Sequence[int], train: int, cfg: Config) -> tuple[data.Samples, data.Samples]:
    """Training and test digits of every seed; test digits do not depend on ``train``."""
    (x, y), unseen = data.digits(max(cfg.train), cfg.test, rng.streams(seeds, "data"))
    return (x[:, :train], y[:, :train]), unseen


def replay(choice: Replay, cfg: Config) -> Run:
    """One shape on the digits; a seed has its own split."""

    def images(seeds: Sequence[int]) -> Dataset:
        return Dataset("digits", *split(seeds, choice.train, cfg)[0])

    return Run(
        widths=(64, *[choice.width] * choice.layers, 10),
        activation="relu",
        init=(cfg.start,) * (choice.layers + 1),
        data=Drawn("digits", images),
        points=0,
        loss="cross_entropy",
        optimiser="adam",
        rate=choice.rate,
        steps=cfg.steps,
        batch=min(cfg.batch, choice.train),
    )


def accuracies(choice: Replay, seeds: Sequence[int], cfg: Config) -> Tensor:
    """On new images, the same after half of the steps, on training images: ``(3, seeds)``."""
    (x, y), (unseen, answers) = split(seeds, choice.train, cfg)
    fit = replay(choice, cfg).fit(
        seeds,
        at=[cfg.steps // 2, cfg.steps],
        watch=lambda now: measure.accuracy(now.predict(unseen), answers),
        what=f"{choice.train} digits, {choice.layers} layers of {choice.width}",
    )
    assert fit.watched is not None
    half, new = fit.watched.unbind(1)
    return torch.stack([new, half, measure.accuracy(fit.stack.predict(x), y)])


def at_best(layers: int, width: int, train: int, cfg: Config) -> tuple[float, Tensor]:
    """The rate with which other seeds get most new images right, and the accuracies at it."""
    others = seeds_from(cfg.first_seed, cfg.choosing_seeds, apart=1)

    def at(rate: float) -> Replay:
        return Replay(layers=layers, width=width, train=train, rate=rate)

    best = max(cfg.rates, key=lambda rate: float(sums.mean(accuracies(at(rate), others, cfg)[0])))
    return best, accuracies(at(best), seeds_from(cfg.first_seed, cfg.seeds), cfg)


def run(cfg: Config) -> Result:
    one, *more = cfg.layers
    least, next_, *_ = cfg.train
    found: dict[tuple[int, int, int], tuple[float, Tensor]] = {}

    def of(what: str, layers: int, train: int) -> tuple[float, Tensor]:
        key = layers, units(what, layers, cfg), train
        if key not in found:  # two shapes are the same net
            found[key] = at_best(*key, cfg)
        return found[key]

    ends = each(of, what=_WHAT, layers=cfg.layers, train=cfg.train)

    def deeper(what: str, layers: int, train: int, time: int) -> Tensor:
        rows, single = ends[what, layers, train][1], ends[what, one, train][1]
        return 100 * (rows[time] - single[time])

    def twice(layers: int, time: int) -> Tensor:
        rows, single = ends["width", layers, next_][1], ends["width", one, least][1]
        return 100 * (rows[time] - single[time])

    sizes = each(
        lambda what, layers: dense_parameters((64, *[units(what, layers, cfg)] * layers, 10)),
        what=_WHAT,
        layers=cfg.layers,
    )
    alike = [sizes["parameters", layers] for layers in cfg.layers]
    return Result(
        config=cfg,
        units=each(lambda what, layers: units(what, layers, cfg), what=_WHAT, layers=cfg.layers),
        parameters=sizes,
        mismatch=max(alike) / min(alike) - 1,
        chosen=ends.map(lambda end: end[0]),
        new=ends.map(lambda end: stats.mean(end[1][_NEW])),
        training=ends.map(lambda end: stats.mean(end[1][_TRAINING])),
        linear=each(
            lambda train: stats.mean(at_best(0, cfg.width, train, cfg)[1][_NEW]), train=cfg.train
        ),
        deeper=each(
            lambda what, layers, train: stats.mean(deeper(what, layers, train, _NEW)),
            what=_WHAT,
            layers=more,
            train=cfg.train,
        ),
        deeper_changes=each(
            lambda what, layers, train: stats.difference(
                deeper(what, layers, train, _NEW), deeper(what, layers, train, _HALF)
            ),
            what=_WHAT,
            layers=more,
            train=cfg.train,
        ),
        twice=each(lambda layers: stats.mean(twice(layers, _NEW)), layers=more),
        twice_changes=each(
            lambda layers: stats.difference(twice(layers, _NEW), twice(layers, _HALF)), layers=more
        ),
        images=stats.mean(twice(one, _NEW)),
        by_seed=ends.map(lambda end: end[1][_NEW]),
    )


def check(res: Result) -> None:
    cfg = res.config
    assert res.mismatch < 0.1, "nets of equal size differ by less than a tenth"
    sizes = [res.parameters["width", layers] for layers in cfg.layers]
    assert sizes == sorted(sizes), "at one width every layer adds parameters"
    assert all((row >= 0).all() and (row <= 1).all() for row in res.by_seed), "shares"


def draw(res: Result, t: Words) -> Figure:
    figure, axes = panels(1, 2, height=3.4)
    low = min(float(one.low) for rows in (res.new, res.linear) for one in rows)
    for ax, what in zip(axes[0], _WHAT, strict=True):
        _depths(res, ax, what)
        ax.set(title=t[what], xlabel=t["layers"], ylim=(low - 0.01, 1))
    _names(res, axes[0, 0], low, t)
    axes[0, 0].set_ylabel(t["accuracy"])
    axes[0, 1].set_yticklabels([])
    return figure


def _depths(res: Result, ax: Axes, what: str) -> None:
    """A line for each number of images, over the depths; without a hidden layer a mark alone."""
    cfg = res.config
    places = range(1, len(cfg.layers) + 1)
    for train, (role, marker) in zip(cfg.train, _LOOKS, strict=True):
        row = [res.new[what, layers, train] for layers in cfg.layers]
        shade, linear = colour(role), res.linear[train]
        for place, one in zip((0, *places), (linear, *row), strict=True):
            ax.plot((place, place), (one.low, one.high), color=shade, linewidth=1.8)
        ax.plot(0, linear.mean, marker, color=shade, markerfacecolor="none", markersize=5)
        ax.plot(places, [one.mean for one in row], f"{marker}-", color=shade, markersize=4.5)
    ax.set_xticks([0, *places], ["0", *map(str, cfg.layers)])
    ax.set_xlim(-0.4, places[-1] + 0.4)
    bare(ax, "x", line=True)


def _names(res: Result, ax: Axes, low: float, t: Words) -> None:
    """The number of images above each line's end, from the lowest, each clear of the one below."""
    layers, ends, height = res.config.layers, [], 0.0
    for train, (role, _) in zip(res.config.train, _LOOKS, strict=True):
        highest = max(res.new["width", depth, train].high for depth in layers[-2:])
        ends.append((highest, t["images"].format(images=t.number(train)), role))
    for highest, text, role in sorted(ends):
        height = max(height + 0.09 * (1 - low), highest + 0.03 * (1 - low))
        direct_label(ax, len(layers) + 0.3, height, text, role, ha="right", va="bottom")


_VARIED = (
    Convention("start", ("初始化", "start"), ({"start": "fan_in_uniform"},)),
    Convention("rate", ("学习率：最好的，或同一个", "rate: best, or one"), ({"rates": (1e-3,)},)),
)
_AS_GOOD = at_least(
    -_POINT,
    because=(
        "同样多的图，少对一个百分点以上，要一样好就得有更多的图。",
        "Whoever gets a percentage point less from the same images needs more of them to be as "
        "good.",
    ),
)

_BETTER = at_least(
    0.5,
    because=(
        "不到半个百分点，就不值得为形状费心。",
        "Below half a percentage point a choice of shape would not be worth the trouble.",
    ),
)

CLAIMS: list[Claim[Result]] = [
    Claim(
        id="B21",
        source="Source B, way 3",
        kind="finding",
        statement=(
            "网络变深并不需要更多数据（小小的手写数字，每层一样宽，图最少的时候）。",
            "A deeper net needs no more data (on small digits, with layers of one width and the "
            "fewest images).",
        ),
        measure=lambda res: res.deeper.at(what="width", train=res.config.train[0]),
        bound=_AS_GOOD,
        budget=Budget(
            change=lambda res: res.deeper_changes.at(what="width", train=res.config.train[0]),
            within=_POINT,
        ),
        conventions=_VARIED,
    ),
    Claim(
        id="B21/twice",
        source="this book, after Source B, way 3",
        kind="finding",
        statement=(
            "图多一倍，深的网络就不比原来的单隐层差。",
            "With twice the images a deeper net is as good as one layer was before.",
        ),
        measure=lambda res: res.twice,
        bound=at_least(
            0.0,
            because=(
                "多一倍的图若还补不上，就是要多一倍以上。",
                "If twice the images do not make up for it, more than twice are needed.",
            ),
        ),
        budget=Budget(change=lambda res: res.twice_changes, within=_POINT),
        conventions=_VARIED,
    ),
    Claim(
        id="C09",
        source="Source C ¶9",
        kind="finding",
        statement=(
            "参数一样多，加深比加宽好（小小的手写数字，图少的时候）。",
            "Of equally many parameters, more layers are better than wider ones (on small digits, "
            "with few images).",
        ),
        measure=lambda res: each(
            lambda layers, train: res.deeper["parameters", layers, train],
            layers=res.config.layers[1:],
            train=res.config.train[:-1],
        ),
        bound=_BETTER,
        budget=Budget(
            change=lambda res: each(
                lambda layers, train: res.deeper_changes["parameters", layers, train],
                layers=res.config.layers[1:],
                train=res.config.train[:-1],
            ),
            within=0.5,
        ),
        conventions=_VARIED,
    ),
    Claim(
        id="C09/many",
        source="this book, after Source C ¶9",
        kind="finding",
        statement=(
            "参数一样多，加深比加宽好（小小的手写数字，图多的时候）。",
            "Of equally many parameters, more layers are better than wider ones (on small digits, "
            "with many images).",
        ),
        measure=lambda res: res.deeper.at(what="parameters", train=res.config.train[-1]),
        bound=_BETTER,
        budget=Budget(
            change=lambda res: res.deeper_changes.at(what="parameters", train=res.config.train[-1]),
            within=0.5,
        ),
        conventions=_VARIED,
    ),
]

if __name__ == "__main__":
    show(__name__)
