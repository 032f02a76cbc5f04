"""56 layers learn as well as 20 if they begin by passing on; residual connections alone do not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, each
from dlbook.base.evidence import Estimate, at_least
from dlbook.base.lookup import lookup
from dlbook.base.seeds import seeds_from
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, panels
from dlbook.mathematics import batch_statistics, measure, nets, rng, sums
from dlbook.mathematics.grids import linspace
from dlbook.mathematics.nets import Stack
from dlbook.record.claims import Budget, Claim, Convention, Factor
from dlbook.training import data, stats
from dlbook.training.replay import Begun, Dataset, Drawn, Run


@dataclass(frozen=True)
class Config:
    """Nets of ``many`` hidden layers of ``width`` ReLUs on ``train`` digits, and of ``few``.

    Each learns at the best of ``rates``, chosen on ``choosing_seeds`` others. ``quiet`` is how the
    last layer of a branch begins where branches begin near 0; ``eps`` is that of batch
    normalisation.
    """

    few: int = 20
    many: int = 56
    width: int = 16
    train: int = 400
    start: str = "he_normal"
    quiet: str = "normal_0_01"
    eps: float = 1e-5
    rates: tuple[float, ...] = (3e-3, 1e-3)
    batch: int = 32
    steps: int = 2000
    choosing_seeds: int = 4
    seeds: int = 16
    first_seed: int = 0


SMALL = Config(few=2, many=6, width=4, train=40, steps=24, choosing_seeds=2, seeds=6)
GRID = Config(seeds=8, choosing_seeds=2)
GRID_BUDGET = 150.0
BUDGET = 1800.0  # seconds of wall time, on a busy machine

WORDS = {
    "training": ("训练图", "Training images"),
    "course": ("平均正确率与步数", "Mean against steps"),
    "accuracy": ("正确率", "accuracy"),
    "steps": ("步数", "steps"),
    "few": ("{few} 层", "{few} layers"),
    "plain": ("{many} 层", "{many} layers"),
    "linked": ("残差", "residual"),
    "normed": ("标准化", "batch norm"),
    "both": ("残差、标准化", "residual,\nbatch norm"),
    "passing": ("先传递", "passing on"),
    "quiet": ("残差、先传递", "residual,\npassing on"),
}

_NETS = ("few", "plain", "linked", "normed", "both", "passing", "quiet")
_LOOKS = {
    "few": ("ink", "s"),
    "plain": ("muted", "X"),
    "linked": ("deep", "o"),
    "normed": ("muted", "^"),
    "both": ("deep", "P"),
    "passing": ("exact", "D"),
    "quiet": ("deep", "v"),
}
_DOUBLINGS = 3  # of the steps, that the curve shows


@dataclass(frozen=True)
class Result:
    """By ``net``: few layers, many plain ones, and many with what may mend them.

    ``linked`` has residual connections, ``normed`` batch normalisation, ``both`` both; ``passing``
    has neither, and all its layers between first and last begin by passing on; ``quiet`` has
    residual connections around branches that begin near 0. ``training``: accuracies on training
    images at the end; ``course``: after so many steps. ``gap``: training accuracy less that of the
    few, paired by seed; ``gap_changes`` what the second half of the steps added. ``by_seed``
    ``(seeds,)`` the accuracies, ``chosen`` the rates.
    """

    config: Config
    parameters: Along[int]
    chosen: Along[float]
    training: Along[Estimate]
    course: Along[Estimate]
    gap: Along[Estimate]
    gap_changes: Along[Estimate]
    by_seed: Along[Tensor]


@dataclass(frozen=True)
class Replay:
    """What a reader may choose: which net, and the rate."""

    seed: int = 0
    net: str = "quiet"
    rate: float = 3e-3


def links(layers: int) -> tuple[tuple[int, int], ...]:
    """Residual connections past two layers each, from the first on."""
    return tuple((begin, begin + 2) for begin in range(1, layers - 1, 2))


def passes(cfg: Config, width: int, layers: int) -> Callable[[Sequence[int]], Tensor]:
    """The start of which all layers between the first and the last hidden one pass on."""

    def flat(seeds: Sequence[int]) -> Tensor:
        ends = nets.init(nets.MLP((64, width, width, 10)), seeds, cfg.start)
        first, last, output = ends.layers
        same = torch.eye(width, dtype=torch.float64).expand(len(seeds), width, width)
        silent = torch.zeros(len(seeds), 1, width, dtype=torch.float64)
        parts = [first, *[(same, silent)] * (layers - 2), last, output]
        return torch.cat([part.flatten(1) for layer in parts for part in layer], 1)

    return flat


def images(cfg: Config) -> Callable[[Sequence[int]], Dataset]:
    """The training digits that each seed draws."""

    def drawn(seeds: Sequence[int]) -> Dataset:
        (x, y), _ = data.digits(cfg.train, 0, rng.streams(seeds, "data"))
        return Dataset("digits", x, y)

    return drawn


def replay(choice: Replay, cfg: Config) -> Run:
    layers = lookup("net", choice.net, {net: cfg.few if net == "few" else cfg.many
                                        for net in _NETS})  # fmt: skip
    begins = choice.net == "passing"
    linked = links(layers) if choice.net in ("linked", "both", "quiet") else ()
    init = [cfg.start] * (layers + 1)
    if choice.net == "quiet":
        for _, end in linked:
            # Not at 0: a sum that is added after the ReLU leaves it without a slope there, and the
            # branch would never move.
            init[end - 1] = cfg.quiet
    name = f"the start of 2 layers, and {layers - 2} between them that pass on"
    return Run(
        widths=(64, *[cfg.width] * layers, 10),
        activation="relu",
        init=() if begins else tuple(init),
        start=Begun(name, passes(cfg, cfg.width, layers)) if begins else None,
        data=Drawn("digits", images(cfg)),
        points=0,
        loss="cross_entropy",
        optimiser="adam",
        rate=choice.rate,
        steps=cfg.steps,
        batch=cfg.batch,
        skips=linked,
        batch_norm=cfg.eps if choice.net in ("normed", "both") else None,
    )


def times(cfg: Config) -> list[int]:
    """The numbers of steps at which the curve is seen, the last of them all."""
    return [cfg.steps // 2**k for k in range(_DOUBLINGS, -1, -1)]


def course(net: str, rate: float, cfg: Config, *, choosing: bool = False) -> Tensor:
    """Accuracies on the training images ``(seeds, times)``, normalised by all of these."""
    seeds = (
        seeds_from(cfg.first_seed, cfg.choosing_seeds, apart=1)
        if choosing
        else seeds_from(cfg.first_seed, cfg.seeds)
    )
    found, run = images(cfg)(seeds), replay(Replay(net=net, rate=rate), cfg)

    def right(stack: Stack) -> Tensor:
        rests = stack if run.batch_norm is None else batch_statistics.at_rest(stack, found.x)
        return measure.accuracy(rests.predict(found.x), found.y)

    fit = run.fit(seeds, at=times(cfg), watch=right, what=f"digits, {net}")
    assert fit.watched is not None
    return fit.watched


def best_rate(net: str, cfg: Config) -> float:
    """The rate with which others are most accurate on their training images."""
    return max(
        cfg.rates, key=lambda rate: float(sums.mean(course(net, rate, cfg, choosing=True)[:, -1]))
    )


def run(cfg: Config) -> Result:
    chosen = each(lambda net: best_rate(net, cfg), net=_NETS)
    courses = each(lambda net: course(net, chosen[net], cfg), net=_NETS)

    def behind(net: str, time: int) -> Tensor:
        return courses[net][:, time] - courses["few"][:, time]

    return Result(
        config=cfg,
        parameters=each(lambda net: replay(Replay(net=net), cfg).net.parameters, net=_NETS),
        chosen=chosen,
        training=courses.map(lambda found: stats.mean(found[:, -1])),
        course=each(
            lambda net, steps: stats.mean(courses[net][:, times(cfg).index(steps)]),
            net=_NETS,
            steps=times(cfg),
        ),
        gap=each(lambda net: stats.mean(behind(net, -1)), net=_NETS[1:]),
        gap_changes=each(
            lambda net: stats.difference(behind(net, -1), behind(net, -2)), net=_NETS[1:]
        ),
        by_seed=courses.map(lambda found: found[:, -1]),
    )


def check(res: Result) -> None:
    cfg = res.config
    seeds = seeds_from(cfg.first_seed, 2)
    x = linspace(0, 1, 8 * 64).reshape(8, 64)
    passing = replay(Replay(net="passing"), cfg).stack(seeds)
    short = nets.init(nets.MLP((64, cfg.width, cfg.width, 10)), seeds, cfg.start)
    assert torch.equal(passing.predict(x), short.predict(x)), "what passes on is as if not there"
    assert len({res.parameters[net] for net in ("plain", "linked", "passing", "quiet")}) == 1
    assert all((row >= 0).all() and (row <= 1).all() for row in res.by_seed), "shares"


def draw(res: Result, t: Words) -> Figure:
    figure, axes = panels(1, 2, height=3.5)
    _rows(res, axes[0, 0], t)
    _course(res, axes[0, 1], t)
    return figure


def _rows(res: Result, ax: Axes, t: Words) -> None:
    for place, net in enumerate(reversed(_NETS)):
        row, mean, (role, marker) = res.by_seed[net], res.training[net], _LOOKS[net]
        ax.plot(row, place + linspace(-0.25, 0.25, len(row)), "o", color=colour("line"),
                markersize=3)  # fmt: skip
        ax.plot((mean.low, mean.high), (place, place), color=colour(role), linewidth=2)
        ax.plot(mean.mean, place, marker, color=colour(role), markersize=6)
    names = [t[net].format(few=res.config.few, many=res.config.many) for net in reversed(_NETS)]
    ax.set_yticks(range(len(names)), names)
    ax.axvline(res.training["few"].mean, color=colour("muted"), linestyle=":", linewidth=1)
    ax.set(title=t["training"], xlabel=t["accuracy"], xlim=(-0.02, 1.04), xticks=(0, 0.5, 1))


def _course(res: Result, ax: Axes, t: Words) -> None:
    steps = times(res.config)
    for net in _NETS:
        role, marker = _LOOKS[net]
        row = [res.course[net, step].mean for step in steps]
        ax.plot(steps, row, f"{marker}-", color=colour(role), markersize=4, linewidth=1.1)
    ax.set(title=t["course"], xlabel=t["steps"], xscale="log", ylim=(0, 1.04), yticks=(0, 0.5, 1))
    ax.set_xticks(steps, [t.number(step) for step in steps])
    ax.minorticks_off()


_AS_WELL = at_least(
    -0.05,
    because=(
        "差不到五个百分点，就算差不多一样好。",
        "Less than five percentage points behind is about as well.",
    ),
)
_FLAT = 0.1  # at this pace a gap of half of the images would close in no fewer than five doublings
_VARIED = (
    Convention("start", ("初始化", "start"), ({"start": "fan_in_uniform"},)),
    Convention("rate", ("学习率：最好的，或同一个", "rate: best, or one"), ({"rates": (1e-3,)},)),
)
_LINKS = Factor[Result](("残差连接", "residual connections"), lambda res: res.gap["linked"], False)

CLAIMS: list[Claim[Result]] = [
    Claim(
        id="C17/mended",
        source="this book, after Source C §16",
        kind="finding",
        statement=(
            "56 层，残差连接，各支路从接近零的地方开始：训练图拟合得和普通的 20 层差不多一样好。",
            "56 layers with residual connections around branches that begin near 0 fit their "
            "training images about as well as 20 plain ones.",
        ),
        measure=lambda res: res.gap["quiet"],
        bound=_AS_WELL,
        budget=Budget(change=lambda res: res.gap_changes["quiet"], within=_FLAT),
        conventions=_VARIED,
    ),
    Claim(
        id="C17/residual",
        source="this book, after He et al. 2016",
        kind="cause",
        statement=(
            "使 56 层不比 20 层差的，是残差连接。",
            "What makes 56 layers as good as 20 is their residual connections.",
        ),
        measure=lambda res: res.gap["quiet"],
        bound=_AS_WELL,
        factors=(
            _LINKS,
            Factor(("起点：先传递", "start: passing on"), lambda res: res.gap["passing"]),
        ),
        budget=Budget(change=lambda res: res.gap_changes["quiet"], within=_FLAT),
        conventions=_VARIED,
    ),
    Claim(
        id="C17/normalised",
        source="this book, after He et al. 2016",
        kind="cause",
        statement=(
            "残差连接加上批标准化，56 层不比 20 层差；起作用的是残差连接。",
            "With residual connections and batch normalisation 56 layers are as good as 20, and "
            "it is the residual connections that do it.",
        ),
        measure=lambda res: res.gap["both"],
        bound=_AS_WELL,
        factors=(
            _LINKS,
            Factor(("批归一化", "batch normalisation"), lambda res: res.gap["normed"]),
        ),
        budget=Budget(change=lambda res: res.gap_changes["both"], within=_FLAT),
        conventions=_VARIED,
    ),
]

if __name__ == "__main__":
    show(__name__)
