"""Few data widen the gap between training and new data, of deep nets more than of shallow ones."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, each
from dlbook.base.evidence import Estimate, at_least
from dlbook.base.seeds import seeds_from
from dlbook.figures.idioms import bare, direct_label, interval
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, panels
from dlbook.mathematics import measure, rng
from dlbook.mathematics.explicit import dense_parameters
from dlbook.mathematics.grids import linspace
from dlbook.record.claims import Budget, Claim, Convention
from dlbook.training import data, stats
from dlbook.training.replay import Dataset, Drawn, Run


@dataclass(frozen=True)
class Config:
    """Nets of equal size on few digits and on many: ``layers`` of ``width`` ReLUs, and one layer.

    ``train`` are the numbers of training images; the first of a seed's are the same in both.
    """

    layers: int = 7
    width: int = 32
    wide: int = 116
    train: tuple[int, ...] = (200, 1000)
    test: int = 797
    seeds: int = 16
    start: str = "he_normal"
    rate: float = 3e-3
    batch: int = 64
    steps: int = 800
    first_seed: int = 0


SMALL = Config(layers=2, wide=40, train=(60, 300), test=200, seeds=6, steps=40)
GRID = Config(seeds=8)
GRID_BUDGET = 60.0

WORDS = {
    "gap": ("训练与新数据的正确率之差（百分点）", "accuracy in training less on new data (points)"),
    "images": ("{images} 张图", "{images} images"),
    "deep": ("{layers} 层", "{layers} layers"),
    "wide": ("一层", "one layer"),
}

_SHAPES = ("deep", "wide")
_POINT = 1.0  # of accuracy: a percentage point
_TRAINING, _NEW, _HALF_TRAINING, _HALF_NEW = range(4)  # the rows of accuracies


@dataclass(frozen=True)
class Result:
    """Along the ``shape`` and the number of training images ``train``; gaps in percentage points.

    ``training`` and ``new``: accuracies. ``gaps``: the former less the latter. ``few``: by how much
    the gap is wider with the fewest images than with the most, paired by seed, and ``few_changes``
    what the second half of the steps added to that; ``deeper`` and ``deeper_changes`` the same of
    the gap of the deep net beside that of the wide one. ``by_seed`` ``(seeds,)``: every gap.
    """

    config: Config
    parameters: Along[int]
    training: Along[Estimate]
    new: Along[Estimate]
    gaps: Along[Estimate]
    few: Along[Estimate]
    few_changes: Along[Estimate]
    deeper: Along[Estimate]
    deeper_changes: Along[Estimate]
    by_seed: Along[Tensor]


@dataclass(frozen=True)
class Replay:
    """What a reader may choose of a run."""

    seed: int = 0
    shape: str = "deep"
    train: int = Config.train[0]


def shape_of(name: str, cfg: Config) -> tuple[int, ...]:
    """Inputs, hidden layers, outputs."""
    hidden = (cfg.width,) * cfg.layers if name == "deep" else (cfg.wide,)
    return (64, *hidden, 10)


def split(seeds: Sequence[int], train: int, cfg: Config) -> tuple[data.Samples, data.Samples]:
    """Training and test digits of every seed; test digits do not depend on ``train``."""
    most = max(cfg.train)
    (x, y), unseen = data.digits(most, cfg.test, rng.streams(seeds, "data"))
    return (x[:, :train], y[:, :train]), unseen


def replay(choice: Replay, cfg: Config) -> Run:
    """One shape on the digits; a seed has its own split."""
    if choice.shape not in _SHAPES:
        raise ValueError(f"no shape '{choice.shape}'; there are {', '.join(_SHAPES)}")

    def images(seeds: Sequence[int]) -> Dataset:
        return Dataset("digits", *split(seeds, choice.train, cfg)[0])

    widths = shape_of(choice.shape, cfg)
    return Run(
        widths=widths,
        activation="relu",
        init=(cfg.start,) * (len(widths) - 1),
        data=Drawn("digits", images),
        points=0,
        loss="cross_entropy",
        optimiser="adam",
        rate=cfg.rate,
        steps=cfg.steps,
        batch=min(cfg.batch, choice.train),
    )


def accuracies(shape: str, train: int, cfg: Config) -> Tensor:
    """On training and new images after all steps, and after half of them, ``(4, seeds)``."""
    seeds = seeds_from(cfg.first_seed, cfg.seeds)
    (x, y), (unseen, answers) = split(seeds, train, cfg)
    fit = replay(Replay(shape=shape, train=train), cfg).fit(
        seeds,
        at=[cfg.steps // 2, cfg.steps],
        watch=lambda now: torch.stack(
            [measure.accuracy(now.predict(x), y), measure.accuracy(now.predict(unseen), answers)], 1
        ),
        what=f"{train} digits, {shape}",
    )
    assert fit.watched is not None
    half, end = fit.watched.unbind(1)
    return torch.cat([end, half], 1).T


def run(cfg: Config) -> Result:
    found = each(lambda shape, train: accuracies(shape, train, cfg), shape=_SHAPES, train=cfg.train)
    ends = found.map(lambda rows: 100 * (rows[_TRAINING] - rows[_NEW]))
    halves = found.map(lambda rows: 100 * (rows[_HALF_TRAINING] - rows[_HALF_NEW]))
    least, most = min(cfg.train), max(cfg.train)

    def fewer(gaps: Along[Tensor], shape: str) -> Tensor:
        return gaps[shape, least] - gaps[shape, most]

    def deeper(gaps: Along[Tensor], train: int) -> Tensor:
        return gaps["deep", train] - gaps["wide", train]

    return Result(
        config=cfg,
        parameters=each(lambda shape: dense_parameters(shape_of(shape, cfg)), shape=_SHAPES),
        training=found.map(lambda rows: stats.mean(rows[_TRAINING])),
        new=found.map(lambda rows: stats.mean(rows[_NEW])),
        gaps=ends.map(stats.mean),
        few=each(lambda shape: stats.mean(fewer(ends, shape)), shape=_SHAPES),
        few_changes=each(
            lambda shape: stats.difference(fewer(ends, shape), fewer(halves, shape)), shape=_SHAPES
        ),
        deeper=each(lambda train: stats.mean(deeper(ends, train)), train=cfg.train),
        deeper_changes=each(
            lambda train: stats.difference(deeper(ends, train), deeper(halves, train)),
            train=cfg.train,
        ),
        by_seed=ends,
    )


def check(res: Result) -> None:
    assert all(-100 <= float(row.min()) <= float(row.max()) <= 100 for row in res.by_seed), (
        "a gap of two shares lies between -100 and 100 points"
    )


def draw(res: Result, t: Words) -> Figure:
    figure, ax = panels(1, 1, 3.0)
    cfg = res.config
    looks = {"deep": ("deep", -0.2, "D"), "wide": ("shallow", 0.2, "s")}
    for place, train in enumerate(cfg.train):
        for shape, (role, side, marker) in looks.items():
            _column(
                ax, place + side, res.by_seed[shape, train], res.gaps[shape, train], role, marker
            )
    top = max(float(row.max()) for row in res.by_seed)
    direct_label(ax, 0.02, 0.97 * top, t["deep"].format(layers=cfg.layers), "deep", va="top")
    direct_label(ax, 0.45, res.gaps["wide", cfg.train[0]].mean, t["wide"], "shallow", va="center")
    names = [t["images"].format(images=t.number(train)) for train in cfg.train]
    ax.set_xticks(range(len(names)), names)
    ax.set(xlim=(-0.5, len(names) - 0.5), ylim=(0, 1.1 * top))
    ax.set_title(t["gap"])
    bare(ax, "x", line=True)
    return figure


def _column(ax: Axes, x: float, row: Tensor, mean: Estimate, role: str, marker: str) -> None:
    """A dot for each seed, the mean and its interval."""
    aside = linspace(-0.1, 0.1, len(row))
    ax.plot(x + aside, row, "o", color=colour("line"), markersize=2.5)
    interval(ax, mean, x, role=role, marker=marker, width=2.5)


_CONVENTIONS = (
    Convention("start", ("初始化", "start"), ({"start": "fan_in_uniform"},)),
    Convention("rate", ("学习率", "rate"), ({"rate": 1e-3},)),
)
CLAIMS: list[Claim[Result]] = [
    Claim(
        id="A14",
        source="Source A §3",
        kind="finding",
        statement=(
            "深度学习需要大量的训练资料，否则就会过拟合。",
            "Deep learning needs many training data, or else it overfits.",
        ),
        measure=lambda res: res.few,
        bound=at_least(
            _POINT,
            because=(
                "数据少到五分之一，训练与新数据之差至少要多一个百分点，才谈得上“需要”。",
                "With a fifth of the data the gap to new ones has to widen by a percentage point at"
                " least.",
            ),
        ),
        budget=Budget(change=lambda res: res.few_changes, within=_POINT),
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="A14/depth",
        source="this book, after Source A §3",
        kind="finding",
        statement=(
            "同样大小的网络，深的比浅的更容易过拟合。",
            "Of two nets of one size the deep one overfits more.",
        ),
        measure=lambda res: res.deeper,
        bound=at_least(
            _POINT,
            because=(
                "差不到一个百分点，就不必为数据少而选浅的。",
                "Below a percentage point few data would be no reason for fewer layers.",
            ),
        ),
        budget=Budget(change=lambda res: res.deeper_changes, within=_POINT),
        conventions=_CONVENTIONS,
    ),
]

if __name__ == "__main__":
    show(__name__)
