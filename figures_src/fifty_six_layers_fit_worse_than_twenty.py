"""56 layers fit even their training data worse than 20, which they could copy to the bit."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, each
from dlbook.base.evidence import EVERY, Estimate, at_least
from dlbook.base.lookup import lookup
from dlbook.base.seeds import seeds_from
from dlbook.figures.idioms import bare, direct_label
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, panels
from dlbook.mathematics import measure, nets, rng, sums
from dlbook.mathematics.grids import linspace
from dlbook.mathematics.nets import MLP, Stack
from dlbook.record.claims import Budget, Claim, Convention, Remark
from dlbook.training import data, stats
from dlbook.training.replay import Begun, Dataset, Drawn, Run


@dataclass(frozen=True)
class Config:
    """Nets of ``few`` and of ``many`` hidden layers of ``width`` ReLUs on ``train`` digits.

    Each learns at the best of ``rates``, chosen on ``choosing_seeds`` others.
    """

    few: int = 20
    many: int = 56
    width: int = 16
    train: int = 400
    test: int = 797
    start: str = "he_normal"
    rates: tuple[float, ...] = (3e-3, 1e-3)
    batch: int = 32
    steps: int = 2000
    choosing_seeds: int = 4
    seeds: int = 16
    first_seed: int = 0


SMALL = Config(few=1, many=3, width=4, train=40, test=60, steps=32, choosing_seeds=2, seeds=6)
GRID = Config(seeds=8, choosing_seeds=2)
GRID_BUDGET = 110.0

WORDS = {
    "training": ("训练图", "Training images"),
    "test": ("没见过的图", "Images not seen"),
    "accuracy": ("正确率", "accuracy"),
    "few": ("{few} 层", "{few} layers"),
    "many": ("{many} 层", "{many} layers"),
    "passing": ("{many} 层，\n先传递", "{many}, passing\non at first"),
}

_NETS = ("few", "many", "passing")
_LOOKS = {"few": "ink", "many": "deep", "passing": "exact"}
_DOUBLINGS = 3  # of the steps, that the curve shows


@dataclass(frozen=True)
class Result:
    """By ``net``: few layers, many, and many of which those beyond the few begin by passing on.

    ``training`` and ``unseen``: accuracies at the end; ``course``: those on training images after
    so many steps. ``worse``: training accuracy of few layers less that of many, paired by seed, and
    ``worse_change`` what the second half of the steps added; ``kept`` and ``kept_change`` the same
    of the net that begins by passing on, less the few. ``copied`` ``(seeds,)``: whether the trained
    few, lengthened by layers that pass on, give every output unchanged to the bit. ``by_seed``
    ``(seeds,)``: training accuracies, ``chosen`` the rates.
    """

    config: Config
    parameters: Along[int]
    chosen: Along[float]
    training: Along[Estimate]
    unseen: Along[Estimate]
    course: Along[Estimate]
    worse: Estimate
    worse_change: Estimate
    kept: Estimate
    kept_change: Estimate
    copied: Tensor
    by_seed: Along[Tensor]
    unseen_by_seed: Along[Tensor]


@dataclass(frozen=True)
class Replay:
    """What a reader may choose: which net, and the rate."""

    seed: int = 0
    net: str = "many"
    rate: float = 3e-3


def shape(layers: int, cfg: Config) -> MLP:
    """Inputs, so many hidden layers, outputs."""
    return MLP((64, *[cfg.width] * layers, 10), "relu")


def lengthened(stack: Stack, layers: int) -> Stack:
    """The same nets with more hidden layers, each of which passes on what it gets.

    What comes out of a ReLU is not negative, so ``relu(1 h + 0) = h`` to the bit. The new layers
    stand before the output.

    Raises:
        ValueError: the nets have more layers already, or no hidden one.
    """
    *hidden, output = stack.layers
    if not 0 < len(hidden) <= layers:
        raise ValueError(f"{len(hidden)} hidden layers cannot be lengthened to {layers}")
    width = stack.net.widths[-2]
    passes = torch.eye(width, dtype=stack.flat.dtype).expand(len(stack), width, width)
    silent = torch.zeros(len(stack), 1, width, dtype=stack.flat.dtype)
    parts = [*hidden, *[(passes, silent)] * (layers - len(hidden)), output]
    widths = (*stack.net.widths[:-1], *[width] * (layers - len(hidden)), stack.net.widths[-1])
    flat = torch.cat([part.flatten(1) for layer in parts for part in layer], 1)
    return Stack(MLP(widths, stack.net.activation), flat, stack.seeds)


def split(seeds: Sequence[int], cfg: Config) -> tuple[data.Samples, data.Samples]:
    """Training and test digits of every seed."""
    return data.digits(cfg.train, cfg.test, rng.streams(seeds, "data"))


def replay(choice: Replay, cfg: Config) -> Run:
    layers = lookup("net", choice.net, {"few": cfg.few, "many": cfg.many, "passing": cfg.many})

    def images(seeds: Sequence[int]) -> Dataset:
        return Dataset("digits", *split(seeds, cfg)[0])

    def passing(seeds: Sequence[int]) -> Tensor:
        return lengthened(nets.init(shape(cfg.few, cfg), seeds, cfg.start), cfg.many).flat

    random = choice.net != "passing"
    name = f"the start of {cfg.few} layers, and {cfg.many - cfg.few} that pass on"
    return Run(
        widths=shape(layers, cfg).widths,
        activation="relu",
        init=(cfg.start,) * (layers + 1) if random else (),
        start=None if random else Begun(name, passing),
        data=Drawn("digits", images),
        points=0,
        loss="cross_entropy",
        optimiser="adam",
        rate=choice.rate,
        steps=cfg.steps,
        batch=cfg.batch,
    )


def times(cfg: Config) -> list[int]:
    """The numbers of steps at which the curve is seen, the last of them all."""
    return [cfg.steps // 2**k for k in range(_DOUBLINGS, -1, -1)]


def trained(net: str, rate: float, cfg: Config, *, choosing: bool = False) -> tuple[Stack, Tensor]:
    """Nets and accuracies on their training images ``(seeds, times)``."""
    seeds = (
        seeds_from(cfg.first_seed, cfg.choosing_seeds, apart=1)
        if choosing
        else seeds_from(cfg.first_seed, cfg.seeds)
    )
    (x, y), _ = split(seeds, cfg)
    fit = replay(Replay(net=net, rate=rate), cfg).fit(
        seeds,
        at=times(cfg),
        watch=lambda stack: measure.accuracy(stack.predict(x), y),
        what=f"digits, {net}",
    )
    assert fit.watched is not None
    return fit.stack, fit.watched


def best_rate(net: str, cfg: Config) -> float:
    """The rate with which others are most accurate on their training images."""
    return max(
        cfg.rates,
        key=lambda rate: float(sums.mean(trained(net, rate, cfg, choosing=True)[1][:, -1])),
    )


def run(cfg: Config) -> Result:
    chosen = each(lambda net: best_rate(net, cfg), net=_NETS)
    found = each(lambda net: trained(net, chosen[net], cfg), net=_NETS)
    courses = found.map(lambda pair: pair[1])
    (x, _), (new, answers) = split(seeds_from(cfg.first_seed, cfg.seeds), cfg)
    short = found["few"][0]
    long = lengthened(short, cfg.many)
    everything = torch.cat([x, new], 1)
    same = (short.predict(everything) == long.predict(everything)).all((1, 2))
    unseen = found.map(lambda pair: measure.accuracy(pair[0].predict(new), answers))

    def behind(first: str, second: str, time: int) -> Tensor:
        return courses[first][:, time] - courses[second][:, time]

    return Result(
        config=cfg,
        parameters=found.map(lambda pair: pair[0].net.parameters),
        chosen=chosen,
        training=courses.map(lambda course: stats.mean(course[:, -1])),
        unseen=unseen.map(stats.mean),
        course=each(
            lambda net, steps: stats.mean(courses[net][:, times(cfg).index(steps)]),
            net=_NETS,
            steps=times(cfg),
        ),
        worse=stats.mean(behind("few", "many", -1)),
        worse_change=stats.difference(behind("few", "many", -1), behind("few", "many", -2)),
        kept=stats.mean(behind("passing", "few", -1)),
        kept_change=stats.difference(behind("passing", "few", -1), behind("passing", "few", -2)),
        copied=same,
        by_seed=courses.map(lambda course: course[:, -1]),
        unseen_by_seed=unseen,
    )


def check(res: Result) -> None:
    assert res.copied.all(), "layers that pass on change no output"
    assert res.parameters["many"] == res.parameters["passing"], "both are of one shape"
    assert all((row >= 0).all() and (row <= 1).all() for row in res.by_seed), "shares"


def draw(res: Result, t: Words) -> Figure:
    figure, axes = panels(1, 2, height=3.2)
    _columns(res, res.by_seed, res.training, axes[0, 0], t)
    _columns(res, res.unseen_by_seed, res.unseen, axes[0, 1], t)
    axes[0, 0].set(title=t["training"], ylabel=t["accuracy"])
    axes[0, 1].set(title=t["test"])
    return figure


def _columns(res: Result, rows: Along[Tensor], means: Along[Estimate], ax: Axes, t: Words) -> None:
    for place, (net, row) in enumerate(rows.items()):
        ax.plot(place + linspace(-0.2, 0.2, len(row)), row, "o", color=colour("line"), markersize=3)
        mean, role = means[net], _LOOKS[net]
        ax.plot((place, place), (mean.low, mean.high), color=colour(role), linewidth=2.5)
        ax.plot((place - 0.25, place + 0.25), (mean.mean,) * 2, color=colour(role))
        label = t[net].format(few=res.config.few, many=res.config.many)
        direct_label(ax, place, -0.04, label, role, ha="center", va="top")
    ax.set(ylim=(0, 1.04), xlim=(-0.5, len(rows) - 0.5), yticks=(0, 0.5, 1))
    ax.set_xticks([])
    bare(ax, "x", line=True)


_POINTS = 0.05  # of accuracy
_FLAT = 0.1  # at this pace a gap of half of the images would close in no fewer than five doublings
_CONVENTIONS = (
    Convention("start", ("初始化", "start"), ({"start": "fan_in_uniform"},)),
    Convention("rate", ("学习率：最好的，或同一个", "rate: best, or one"), ({"rates": (1e-3,)},)),
)
CLAIMS: list[Claim[Result] | Remark] = [
    Claim(
        id="C16",
        source="Source C §16",
        kind="finding",
        statement=(
            "56 层不如 20 层，不是过拟合，因为它在训练资料上也更差。",
            "That 56 layers are worse than 20 is not overfitting: they are worse on the training "
            "data too.",
        ),
        measure=lambda res: res.worse,
        bound=at_least(
            _POINTS,
            because=(
                "训练图的正确率至少低五个百分点，才算“更差”。",
                "Worse is five percentage points of the training images at least.",
            ),
        ),
        budget=Budget(change=lambda res: res.worse_change, within=_FLAT),
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="C17",
        source="Source C §16",
        kind="construction",
        statement=(
            "56 层可以照抄 20 层的参数，其余的层只管传递，所以不会更差。",
            "56 layers could copy the parameters of 20, and let the others pass on what they get, "
            "so they need not be worse.",
        ),
        measure=lambda res: stats.share(res.copied),
        bound=EVERY,
    ),
    Claim(
        id="C17/start",
        source="this book, after Source C §16",
        kind="finding",
        statement=(
            "同样的 56 层，只要多出来的层一开始只管传递，就训练得和 20 层差不多一样好。",
            "The same 56 layers learn about as well as 20 if the layers more begin by passing on.",
        ),
        measure=lambda res: res.kept,
        bound=at_least(
            -_POINTS,
            because=(
                "差不到五个百分点，就算差不多一样好。",
                "Less than five percentage points behind is about as well.",
            ),
        ),
        budget=Budget(change=lambda res: res.kept_change, within=_FLAT),
        conventions=_CONVENTIONS,
    ),
    Remark(
        id="C17/optimum",
        source="Source C §16",
        kind="opinion",
        statement=(
            "56 层没有训练好，也许是停在了局部最优。",
            "56 layers are not trained well, perhaps because they rest in a local optimum.",
        ),
    ),
]

if __name__ == "__main__":
    show(__name__)
