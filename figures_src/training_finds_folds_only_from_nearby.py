"""From random starts training misses the folding net; it comes home only from near the weights."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, along, each
from dlbook.base.evidence import Estimate, at_least, at_most
from dlbook.base.lookup import lookup
from dlbook.base.seeds import seeds_from
from dlbook.figures.checksum import checksum
from dlbook.figures.fields import significant
from dlbook.figures.idioms import direct_label, powers
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, mosaic
from dlbook.mathematics import folds, measure, polylines, rng, sums
from dlbook.mathematics.explicit import parameters
from dlbook.mathematics.grids import linspace
from dlbook.record.claims import Budget, Claim, Convention
from dlbook.training import stats
from dlbook.training.replay import Begun, Dataset, Run


@dataclass(frozen=True)
class Config:
    """Nets that are to fold [0, 1] so many times, as many layers as ``folds``.

    Disturbed starts are the exact weights and ``2^-j`` times normal noise, for j from ``nearest``
    down to 1. A net has come home if its mean squared error is below ``close``. Random starts learn
    at the best of ``rates``, chosen on ``tuned`` other seeds; disturbed ones at ``near_rate``.
    """

    folds: tuple[int, ...] = (1, 2, 3, 4, 5)
    wide: int = 10
    points: int = 65
    nearest: int = 9
    near: int = 7
    relative: bool = False
    start: str = "fan_in_uniform"
    rates: tuple[float, ...] = (1e-2, 3e-3, 1e-3)
    near_rate: float = 3e-3
    steps: int = 6000
    close: float = 1e-3
    tuned: int = 8
    seeds: int = 64
    first_seed: int = 0


SMALL = Config(folds=(1, 2), wide=3, points=17, nearest=3, near=3, steps=32, tuned=6, seeds=6)
GRID = Config(seeds=32)
GRID_BUDGET = 120.0

WORDS = {
    "random": ("从随机的起点出发", "From random starts"),
    "near": ("从受扰动的精确权重出发", "From disturbed exact weights"),
    "course": (
        "没到的比例与步数（折 {folds} 次）",
        "Share not there against steps ({folds} folds)",
    ),
    "folds": ("折叠次数 $k$", "folds $k$"),
    "found": ("到达的比例", "share that arrives"),
    "missed": ("没到的比例", "share not there"),
    "noise": ("扰动的大小", "size of the disturbance"),
    "steps": ("步数", "steps"),
    "narrow": ("每层 2 个", "2 a layer"),
    "wide": ("每层 {width} 个", "{width} a layer"),
    "disturbed": ("扰动 {noise}", "disturbed by {noise}"),
}

_NETS = ("narrow", "wide")
_DOUBLINGS = 5  # of the steps, that the curve shows
_LOOKS = {"narrow": ("deep", "o-"), "wide": ("extra", "s--")}
_SHADES = ("shallow", "muted", "exact", "deep", "ink")


@dataclass(frozen=True)
class Result:
    """``missed``: share of random starts that have not come home, by ``net`` and number of folds.

    ``missed_changes``: what the second half of the steps added to it. ``left``: the median error of
    these nets over that of the best constant, ``chosen`` the rates. ``home``: share of disturbed
    starts that come home, by folds and by j, the noise being ``2^-j``; ``near_home`` and
    ``near_changes`` at j = ``near``. ``radii``: how many of the sizes of noise, each twice the one
    before, a seed comes home from, on average; ``untrained`` and ``untrained_radii``: what
    ``near_home`` and ``radii`` are before any training; ``shrinks``: what one fold more adds to
    that number, seed by seed, by the number of folds after it, and ``shrink_changes`` what the
    second half of the steps added to this. ``course``: share not there after so many steps, of the
    most folds; ``disturbed``: the same from noise of ``2^-near``. ``written`` are the errors of the
    exact weights and ``pieces`` what they draw. ``random_ends`` and ``near_ends``: the last errors
    ``(seeds)`` of which these are the shares.
    """

    config: Config
    parameters: Along[int]
    written: Along[float]
    pieces: Along[int]
    chosen: Along[float]
    missed: Along[Estimate]
    missed_changes: Along[Estimate]
    left: Along[Estimate]
    home: Along[Estimate]
    near_noise: float
    near_home: Along[Estimate]
    near_changes: Along[Estimate]
    radii: Along[Estimate]
    untrained: Along[Estimate]
    untrained_radii: Along[Estimate]
    shrinks: Along[Estimate]
    shrink_changes: Along[Estimate]
    course: Along[Estimate]
    disturbed: Along[Estimate]
    random_ends: Along[Tensor]
    near_ends: Along[Tensor]


@dataclass(frozen=True)
class Replay:
    """What a reader may choose: the folds, the net, and how its weights begin.

    ``noise`` is that on the exact weights; a negative one stands for a random start.
    """

    seed: int = 0
    folds: int = Config.folds[-1]
    net: str = "narrow"
    noise: float = -1.0


def replay(choice: Replay, cfg: Config) -> Run:
    return planned(choice, cfg, cfg.rates[1 % len(cfg.rates)] if choice.noise < 0 else
                   cfg.near_rate)  # fmt: skip


def planned(choice: Replay, cfg: Config, rate: float) -> Run:
    """One net from one kind of start, at one rate."""
    if choice.noise >= 0 and choice.net != "narrow":
        raise ValueError(f"exact weights are those of the narrow net, not of '{choice.net}'")
    width = lookup("net", choice.net, {"narrow": 2, "wide": cfg.wide})
    hidden = (width,) * choice.folds
    random = choice.noise < 0
    return Run(
        widths=(1, *hidden, 1),
        activation="relu",
        init=(cfg.start,) * (len(hidden) + 1) if random else (),
        start=None if random else disturbed(choice.folds, choice.noise, cfg.relative),
        data=Dataset(f"the line [0, 1] folded {choice.folds} times", *target(choice.folds, cfg)),
        points=0,
        loss="mean_squared_error",
        optimiser="adam",
        rate=rate,
        steps=cfg.steps,
    )


def target(k: int, cfg: Config) -> tuple[Tensor, Tensor]:
    """Equally spaced points of [0, 1] and their images, ``(points, 1)`` each."""
    x = linspace(0, 1, cfg.points)[:, None]
    return x, folds.fold(x, k)


def disturbed(k: int, noise: float, relative: bool) -> Begun:
    """The exact weights and noise, each number's own; ``relative`` to the number, if asked."""

    def start(seeds: Sequence[int]) -> Tensor:
        exact = flat(k)
        sizes = exact.abs() if relative else torch.ones_like(exact)
        return exact + noise * sizes * rng.streams(seeds, "noise").normal(len(exact))

    return Begun(f"the exact weights of {k} folds and noise of {noise}", start)


def flat(k: int) -> Tensor:
    """The weights that fold k times, as :mod:`dlbook.mathematics.nets` has them, ``(6 k + 1)``."""
    return torch.cat([part.flatten() for layer in folds.deep(k) for part in layer])


def times(cfg: Config) -> list[int]:
    """The numbers of steps at which the curve is seen, the last of them all."""
    return [cfg.steps // 2**k for k in range(_DOUBLINGS, -1, -1)]


def errors(choice: Replay, cfg: Config, rate: float, *, tuning: bool = False) -> Tensor:
    """Mean squared errors ``(seeds, times)``; with ``tuning`` those of the other seeds."""
    x, y = target(choice.folds, cfg)
    seeds = (
        seeds_from(cfg.first_seed, cfg.tuned, apart=1)
        if tuning
        else seeds_from(cfg.first_seed, cfg.seeds)
    )
    fit = planned(choice, cfg, rate).fit(
        seeds,
        at=times(cfg),
        watch=lambda stack: measure.mean_squared_error(stack.predict(x), y),
        what=f"{choice.folds} folds, {choice.net}, noise {choice.noise}",
    )
    assert fit.watched is not None
    return fit.watched


def first_errors(k: int, j: int, cfg: Config) -> Tensor:
    """Mean squared errors ``(seeds)`` of disturbed weights before any training."""
    x, y = target(k, cfg)
    run = planned(Replay(folds=k, noise=2.0**-j), cfg, cfg.near_rate)
    stack = run.stack(seeds_from(cfg.first_seed, cfg.seeds))
    return measure.mean_squared_error(stack.predict(x), y)


def best_rate(choice: Replay, cfg: Config) -> float:
    """The rate with which most of other seeds come home, and of equals the least median error."""

    def merit(rate: float) -> tuple[float, float]:
        found = errors(choice, cfg, rate, tuning=True)[:, -1]
        return -float(sums.mean(found < cfg.close)), float(sums.quantile(found, 0.5))

    return min(cfg.rates, key=merit)


def run(cfg: Config) -> Result:
    chosen = each(
        lambda net, folds: best_rate(Replay(net=net, folds=folds), cfg), net=_NETS, folds=cfg.folds
    )
    random = each(
        lambda net, folds: errors(Replay(net=net, folds=folds), cfg, chosen[net, folds]),
        net=_NETS,
        folds=cfg.folds,
    )
    levels = range(cfg.nearest, 0, -1)
    near = each(
        lambda folds, j: errors(Replay(folds=folds, noise=2.0**-j), cfg, cfg.near_rate),
        folds=cfg.folds,
        j=levels,
    )
    arrived = near.map(lambda found: found < cfg.close)
    late = random.map(lambda found: found >= cfg.close)
    begun = each(
        lambda folds, j: first_errors(folds, j, cfg) < cfg.close, folds=cfg.folds, j=levels
    )

    def radius(k: int, time: int) -> Tensor:
        return sums.total(torch.stack([arrived[k, j][:, time] for j in levels]).double(), 0)

    constant = each(lambda folds: spread(target(folds, cfg)[1]), folds=cfg.folds)
    more = cfg.folds[1:]
    before = dict(zip(more, cfg.folds[:-1], strict=True))
    most = cfg.folds[-1]
    return Result(
        config=cfg,
        parameters=each(lambda folds: parameters(exact(folds)), folds=cfg.folds),
        written=each(lambda folds: written(folds, cfg), folds=cfg.folds),
        pieces=each(lambda folds: polylines.trace(exact(folds)).pieces, folds=cfg.folds),
        chosen=chosen,
        missed=late.map(lambda found: stats.rate(found[:, -1])),
        missed_changes=late.map(lambda found: stats.paired_rates(found[:, -1], found[:, -2])),
        left=each(
            lambda net, folds: stats.median(random[net, folds][:, -1] / constant[folds]),
            net=_NETS,
            folds=cfg.folds,
        ),
        home=arrived.map(lambda found: stats.rate(found[:, -1])),
        near_noise=2.0**-cfg.near,
        near_home=each(lambda folds: stats.rate(arrived[folds, cfg.near][:, -1]), folds=cfg.folds),
        near_changes=each(
            lambda folds: stats.paired_rates(*arrived[folds, cfg.near].unbind(1)[:-3:-1]),
            folds=cfg.folds,
        ),
        radii=each(lambda folds: stats.mean(radius(folds, -1)), folds=cfg.folds),
        untrained=each(lambda folds: stats.rate(begun[folds, cfg.near]), folds=cfg.folds),
        untrained_radii=each(
            lambda folds: stats.mean(
                sums.total(torch.stack([begun[folds, j] for j in levels]).double(), 0)
            ),
            folds=cfg.folds,
        ),
        shrinks=each(
            lambda folds: stats.difference(radius(folds, -1), radius(before[folds], -1)), folds=more
        ),
        shrink_changes=each(
            lambda folds: stats.mean(
                radius(folds, -1)
                - radius(before[folds], -1)
                - radius(folds, -2)
                + radius(before[folds], -2)
            ),
            folds=more,
        ),
        course=along(
            (stats.rate(late[net, most][:, i]) for net in _NETS for i in range(len(times(cfg)))),
            net=_NETS,
            steps=times(cfg),
        ),
        disturbed=along(
            (stats.rate(~column) for column in arrived[most, cfg.near].unbind(1)), steps=times(cfg)
        ),
        random_ends=random.map(lambda found: found[:, -1]),
        near_ends=near.map(lambda found: found[:, -1]),
    )


def exact(k: int) -> list[tuple[Tensor, Tensor]]:
    """The weights that fold k times."""
    return folds.deep(k)


def written(k: int, cfg: Config) -> float:
    """The mean squared error of the exact weights, as the training sees it."""
    x, y = target(k, cfg)
    stack = planned(Replay(folds=k, noise=0.0), cfg, cfg.near_rate).stack([cfg.first_seed])
    return float(measure.mean_squared_error(stack.predict(x), y))


def spread(y: Tensor) -> float:
    """The mean squared error of the best constant."""
    off = y - sums.mean(y, 0)
    return float(sums.mean(off * off, 0))


def check(res: Result) -> None:
    assert set(res.written) == {0.0}, "the weights that were written down make no error"
    assert all(2 ** int(k) == pieces for k, pieces in res.pieces.items()), "and draw 2^k pieces"
    assert all(6 * int(k) + 1 == size for k, size in res.parameters.items()), "with 6 k + 1 numbers"
    assert all(0 <= one.mean <= res.config.nearest for one in res.radii), "a number of the levels"


def draw(res: Result, t: Words) -> Figure:
    figure, axes = mosaic([["random", "near"], ["course", "course"]], 5.4, [1.5, 1])
    _random(res, axes["random"], t)
    _near(res, axes["near"], t)
    _course(res, axes["course"], t)
    return figure


def _named(res: Result, net: str, t: Words) -> str:
    return t[net].format(width=res.config.wide)


def _random(res: Result, ax: Axes, t: Words) -> None:
    ks = res.config.folds
    for net, (role, look) in _LOOKS.items():
        row = [res.missed[net, k] for k in ks]
        ax.plot(ks, [1 - one.mean for one in row], look, color=colour(role))
        for k, one in zip(ks, row, strict=True):
            ax.plot((k, k), (1 - one.low, 1 - one.high), color=colour(role), linewidth=1.2)
    direct_label(ax, ks[-1], 0.97, _named(res, "wide", t), "extra", ha="right", va="top")
    direct_label(ax, ks[-1], 0.09, _named(res, "narrow", t), "deep", ha="right", va="bottom")
    ax.set(title=t["random"], xlabel=t["folds"], ylabel=t["found"], ylim=(-0.04, 1.04), xticks=ks)
    ax.set(yticks=(0, 0.5, 1))


def _near(res: Result, ax: Axes, t: Words) -> None:
    levels = res.home.axis("j")
    sizes = [2.0 ** -float(j) for j in levels]
    for k, role in zip(res.config.folds, _SHADES, strict=False):
        row = [res.home[k, j] for j in levels]
        ax.plot(sizes, [one.mean for one in row], "o-", color=colour(role), markersize=3.5)
        half = next((i for i, one in enumerate(row) if one.mean < 0.5), len(row) - 1)
        direct_label(ax, sizes[half] * 1.06, row[half].mean + 0.06, f"{k}", role)
    ax.set(title=t["near"], xlabel=t["noise"], xscale="log", ylim=(-0.04, 1.04), yticks=(0, 0.5, 1))
    ticks = sizes[::2]
    ax.set_xticks(ticks, [f"1/{round(1 / size)}" for size in ticks])
    powers(ax)


def _course(res: Result, ax: Axes, t: Words) -> None:
    steps = times(res.config)
    rows = [(_named(res, net, t), [res.course[net, step] for step in steps], *_LOOKS[net])
            for net in _NETS]  # fmt: skip
    noise = f"1/{2**res.config.near}"
    rows.append((t["disturbed"].format(noise=noise), list(res.disturbed), "exact", "D-"))
    for name, row, role, look in rows:
        low, high = [one.low for one in row], [one.high for one in row]
        ax.fill_between(steps, low, high, color=colour(role), alpha=0.2, linewidth=0)
        ax.plot(steps, [one.mean for one in row], look, color=colour(role), markersize=3.5)
        if role == "exact":
            above = row[0].mean < 0.5
            place, side = (0.05, "bottom") if above else (-0.05, "top")
            direct_label(ax, steps[0], row[0].mean + place, name, role, va=side)
    ax.set(title=t["course"].format(folds=res.config.folds[-1]), xlabel=t["steps"])
    ax.set(ylabel=t["missed"], xscale="log", ylim=(-0.04, 1.1), yticks=(0, 0.5, 1))
    ax.set_xticks(steps, [t.number(step) for step in steps])
    ax.minorticks_off()


class Seeds(TypedDict):
    """The seeds of one start: ``noise`` is that on the exact weights, none where it was random.

    ``errors`` are the last ones, by seed; ``checksum`` that of all their digits. ``choices`` is how
    the command line repeats such a run, the seed apart; none where the best rate is not its rate.
    """

    folds: int
    net: str
    noise: float | None
    rate: float
    errors: list[float]
    checksum: str
    choices: str | None


class Target(TypedDict):
    """What is to be found: the weights that fold so often, and the error of the best constant."""

    folds: int
    exact: list[float]
    constant: float


class Explorable(TypedDict):
    """Where every seed of every start ended, and what all of them have in common.

    The page calls the ``first_seed`` 0, and so on; ``widths`` are units in a layer, by net.
    """

    first_seed: int
    points: int
    steps: int
    close: float
    start: str
    widths: dict[str, int]
    targets: list[Target]
    seeds: list[Seeds]


def explorable(res: Result) -> Explorable:
    cfg = res.config

    def seeds(k: int, net: str, noise: float | None, rate: float, ends: Tensor) -> Seeds:
        start = f"net={net}" if noise is None else f"noise={noise}"
        choice = Replay(folds=k, net=net, noise=-1.0 if noise is None else noise)
        return {
            "folds": k,
            "net": net,
            "noise": noise,
            "rate": rate,
            "errors": significant(ends, 4),
            "checksum": checksum(ends),
            "choices": f"folds={k} {start}" if replay(choice, cfg).rate == rate else None,
        }

    return {
        "first_seed": cfg.first_seed,
        "points": cfg.points,
        "steps": cfg.steps,
        "close": cfg.close,
        "start": cfg.start,
        "widths": {"narrow": 2, "wide": cfg.wide},
        "targets": [
            {"folds": k, "exact": flat(k).tolist(), "constant": spread(target(k, cfg)[1])}
            for k in cfg.folds
        ],
        "seeds": [
            seeds(k, net, None, res.chosen[net, k], res.random_ends[net, k])
            for net in _NETS
            for k in cfg.folds
        ]
        + [
            seeds(k, "narrow", 2.0**-j, cfg.near_rate, res.near_ends[k, j])
            for k in cfg.folds
            for j in range(cfg.nearest, 0, -1)
        ],
    }


_MOST = at_least(
    0.5,
    because=(
        "“不容易学到”是说：多数起点到不了。",
        "“Not easily learned” says that most starts do not get there.",
    ),
)
_SHARE = 0.1  # at this pace a share of nothing would meet one half after five doublings more
_RANDOM = (
    Convention("start", ("初始化", "start"), ({"start": "he_normal"},)),
    Convention("rate", ("学习率：最好的，或同一个", "rate: best, or one"), ({"rates": (3e-3,)},)),
)
_DISTURBED = (
    Convention(
        "start", ("扰动：等大，或按比例", "noise: equal or relative"), ({"relative": True},)
    ),
    Convention("rate", ("学习率", "rate"), ({"near_rate": 1e-3},)),
)

CLAIMS: list[Claim[Result]] = [
    Claim(
        id="E02b",
        source="Source E §2",
        kind="finding",
        statement=(
            "存在一组合适的参数，不等于随机梯度下降容易学到它（折叠网络，恰好的形状）。",
            "That good parameters exist does not mean that gradient descent easily learns them "
            "(folding nets of just the right shape).",
        ),
        measure=lambda res: res.missed.at(net="narrow"),
        bound=_MOST,
        budget=Budget(change=lambda res: res.missed_changes.at(net="narrow"), within=_SHARE),
        conventions=_RANDOM,
    ),
    Claim(
        id="E02b/wide",
        source="this book, after Source E §2",
        kind="finding",
        statement=(
            "给了多余的单元，折叠的解仍然不容易学到。",
            "Folds are not easily learned even where there are units to spare.",
        ),
        measure=lambda res: res.missed.at(net="wide"),
        bound=_MOST,
        budget=Budget(change=lambda res: res.missed_changes.at(net="wide"), within=_SHARE),
        conventions=_RANDOM,
    ),
    Claim(
        id="X12",
        source="this book, after Source E §2",
        kind="finding",
        statement=(
            "精确的深层解周围有一个盆地：轻轻扰动它，训练会回来。",
            "The exact deep solution lies in a basin: disturbed slightly, it is found again by "
            "training.",
        ),
        measure=lambda res: res.near_home,
        bound=at_least(
            0.8,
            because=(
                "五次里至少回来四次，才叫“会回来”。",
                "Training comes back if it does so four times in five.",
            ),
        ),
        budget=Budget(change=lambda res: res.near_changes, within=_SHARE),
        conventions=_DISTURBED,
    ),
    Claim(
        id="X12/shrinks",
        source="this book, after Source E §2",
        kind="finding",
        statement=(
            "每多折一次，盆地就小一圈。",
            "With every fold more the basin is smaller.",
        ),
        measure=lambda res: res.shrinks,
        bound=at_most(
            -0.5,
            because=(
                "扰动每级加倍：折两次至少少一级，即半径至多一半，才看得出盆地在缩小。",
                "Noise doubles from level to level: two folds have to cost a level, which halves "
                "the radius, for the basin to be seen to shrink.",
            ),
        ),
        budget=Budget(change=lambda res: res.shrink_changes, within=0.5),
        conventions=_DISTURBED,
    ),
]

if __name__ == "__main__":
    show(__name__)
