"""Test error peaks where there are as many features as data, and falls again beyond."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypedDict

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, along
from dlbook.base.evidence import Estimate, at_least, at_most
from dlbook.base.lookup import lookup
from dlbook.base.seeds import seeds_from
from dlbook.figures.checksum import checksum
from dlbook.figures.fields import significant
from dlbook.figures.idioms import direct_label, level_line, powers
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, mosaic
from dlbook.mathematics import rng, sums
from dlbook.mathematics.elementary import tanh
from dlbook.mathematics.grids import geomspace
from dlbook.mathematics.least_squares import minimum_norm
from dlbook.record.claims import Claim, Convention
from dlbook.training import stats


@dataclass(frozen=True)
class Config:
    """A line in ``inputs`` dimensions, seen at ``points`` with ``noise``, fitted by ``features``.

    ``mean_seeds`` are drawn at three numbers of features, to ask whether means settle; each
    ``group`` of them is looked at by itself. ``samples`` are numbers of points for as many features
    as ``points``.
    """

    inputs: int = 10
    points: int = 60
    test: int = 400
    noise: float = 0.5
    kind: str = "relu"
    features: tuple[int, ...] = (
        5, 10, 15, 20, 25, 30, 36, 42, 48, 52, 55, 58, 60, 62, 65, 69, 75, 85, 100, 130, 200, 300,
        500, 1000,
    )  # fmt: skip
    samples: tuple[int, ...] = (20, 30, 40, 50, 60, 70, 80, 120, 240)
    seeds: int = 100
    mean_seeds: int = 1000
    group: int = 20
    first_seed: int = 0


SMALL = Config(
    points=12, test=40, features=(3, 6, 12, 24, 48), samples=(6, 12, 24), seeds=8, mean_seeds=60
)
GRID = Config(seeds=60, mean_seeds=300)
GRID_BUDGET = 90.0

WORDS = {
    "features": ("特征数 $p$", "features $p$"),
    "error": ("均方误差", "mean squared error"),
    "test": ("测试", "test"),
    "train": ("训练", "training"),
    "equal": ("$p=n$", "$p=n$"),
    "noise": ("噪声", "noise"),
    "tail": ("测试误差大于 $t$ 的比例", "Share of draws above $t$"),
    "means": ("抽得越多，均值……", "The mean as draws are added"),
    "draws": ("抽样次数", "draws"),
    "mean": ("均值", "mean"),
    "median": ("中位数", "median"),
    "half": ("$p=n/2$", "$p=n/2$"),
}

_NEAR = (0.9, 1.1)  # of the points: features that are about as many
_AT_ONCE = 20  # seeds: the features of more take too much memory
_BAND = (0.1, 0.5, 0.9)
_KINDS: dict[str, Callable[[Tensor], Tensor]] = {
    "relu": lambda z: torch.where(z < 0, 0.0, z),
    "tanh": tanh,
}


@dataclass(frozen=True)
class Result:
    """Mean squared errors on ``points`` seen and on ``test`` others, both with noise.

    ``train``, ``errors`` ``(features, seeds)``. ``medians``: of the test error, by features;
    ``low`` and ``high`` its tenths. ``at_peak``: whether a draw's largest test error lies at about
    as many features as points. ``regained``: the least test error with fewer features than points
    over that with the most features, draw by draw. ``steps``: the test error with more features
    over that with fewer. ``more_data``: the same with more points over that with fewer, the number
    of features fixed. ``by_samples`` ``(samples, seeds)``: those test errors, ``sample_medians``
    their medians. ``worst``: which share of the sum of a group's test errors the worst draw has,
    with half as many features as points, as many, and twice as many; ``spread`` ``(3, mean_seeds)``
    all of them. ``means`` and ``middles``: the mean and the median of all, ``tail`` the 99th of
    100 parts over the 90th.
    """

    config: Config
    medians: Along[Estimate]
    train_medians: Along[float]
    low: Along[float]
    high: Along[float]
    at_peak: Estimate
    peak: Estimate
    regained: Estimate
    best_small: Estimate
    steps: Along[Estimate]
    sample_medians: Along[Estimate]
    more_data: Along[Estimate]
    worst: Along[Estimate]
    means: Along[float]
    middles: Along[float]
    tail: Along[float]
    exact_fit: float
    train: Tensor
    errors: Tensor
    by_samples: Tensor
    spread: Tensor


@dataclass(frozen=True)
class Drawing:
    """Points ``(s, n, inputs)`` with their answers ``(s, n)``, and directions ``(s, p, inputs)``.

    The first ``seen`` points are there to learn from.
    """

    x: Tensor
    y: Tensor
    directions: Tensor
    seen: int


def drawn(seeds: Sequence[int], points: int, features: int, cfg: Config) -> Drawing:
    """What each seed draws; more points or features leave the first ones as they are."""
    d = cfg.inputs
    beta = rng.streams(seeds, "line").normal(d)
    beta = beta / sums.norm(beta, 1)[:, None]

    def both(name: str, *shape: int) -> Tensor:
        parts = (("seen", points), ("test", cfg.test))
        return torch.cat([rng.streams(seeds, name, k).normal(n, *shape) for k, n in parts], 1)

    x, noise = both("inputs", d), both("noise")
    y = sums.product(x, beta[..., None])[..., 0] + cfg.noise * noise
    return Drawing(x, y, rng.streams(seeds, "features").normal(features, d), points)


def errors(drawing: Drawing, features: int, cfg: Config) -> tuple[Tensor, Tensor]:
    """Mean squared errors of the shortest least squares fit, seen and unseen, ``(s,)`` each."""
    bend = lookup("kind of feature", cfg.kind, _KINDS)
    phi = bend(sums.product(drawing.x, drawing.directions[:, :features].mT))
    seen = drawing.seen
    w = minimum_norm(phi[:, :seen], drawing.y[:, :seen])
    off = (sums.product(phi, w[..., None])[..., 0] - drawing.y).square()
    return sums.mean(off[:, :seen], 1), sums.mean(off[:, seen:], 1)


def fitted(
    seeds: Sequence[int], points: int, features: Sequence[int], cfg: Config
) -> tuple[Tensor, Tensor]:
    """Training and test errors for every number of features, ``(features, seeds)`` each."""
    parts = []
    for start in range(0, len(seeds), _AT_ONCE):
        drawing = drawn(seeds[start : start + _AT_ONCE], points, max(features), cfg)
        parts.append(torch.stack([torch.stack(errors(drawing, p, cfg)) for p in features], 1))
    train, test = torch.cat(parts, 2)
    return train, test


def at_three(cfg: Config) -> tuple[int, int, int]:
    """Half as many features as points, as many, and twice as many."""
    return cfg.points // 2, cfg.points, 2 * cfg.points


def shares_of_worst(row: Tensor, group: int) -> Tensor:
    """Of every group of draws, the share of its sum that the largest has, ``(groups,)``."""
    groups = row[: len(row) // group * group].view(-1, group)
    return groups.amax(1) / sums.total(groups, 1)


def ratios(rows: Tensor, sizes: Sequence[int], picked: Sequence[int]) -> Along[Estimate]:
    """The median over seeds of the error at each picked size over that at the one before."""
    found = [rows[list(sizes).index(size)] for size in picked]
    cells = (stats.median(b / a) for a, b in pairwise(found))
    return along(cells, to=picked[1:])


def run(cfg: Config) -> Result:
    seeds = seeds_from(cfg.first_seed, cfg.seeds)
    others = seeds_from(cfg.first_seed, cfg.mean_seeds, apart=1)
    train, test = fitted(seeds, cfg.points, cfg.features, cfg)
    sampled = torch.cat([fitted(seeds, n, (cfg.points,), cfg)[1] for n in cfg.samples])
    many = fitted(others, cfg.points, at_three(cfg), cfg)[1]
    few = [p < cfg.points for p in cfg.features]
    n = torch.tensor(cfg.features)[test.argmax(0)].double()
    least = test[few].amin(0)
    third = nearest(cfg.features, cfg.points / 3)
    tenths = sums.quantiles(test.T, _BAND)
    return Result(
        config=cfg,
        medians=along(map(stats.median, test), features=cfg.features),
        train_medians=along(sums.quantile(train, 0.5).tolist(), features=cfg.features),
        low=along(tenths[0].tolist(), features=cfg.features),
        high=along(tenths[2].tolist(), features=cfg.features),
        at_peak=stats.rate((n >= _NEAR[0] * cfg.points) & (n <= _NEAR[1] * cfg.points)),
        peak=stats.median(n),
        regained=stats.median(least / test[-1]),
        best_small=stats.median(least),
        steps=ratios(test, cfg.features, (third, cfg.points, max(cfg.features))),
        sample_medians=along(map(stats.median, sampled), samples=cfg.samples),
        more_data=ratios(sampled, cfg.samples, (cfg.samples[0], cfg.points, max(cfg.samples))),
        worst=along(
            (stats.mean(shares_of_worst(row, cfg.group)) for row in many), features=at_three(cfg)
        ),
        means=along(sums.mean(many, 1).tolist(), features=at_three(cfg)),
        middles=along(sums.quantile(many, 0.5).tolist(), features=at_three(cfg)),
        tail=along(
            (sums.quantile(many, 0.99) / sums.quantile(many, 0.9)).tolist(),
            features=at_three(cfg),
        ),
        exact_fit=float(train[[not each for each in few]].max()),
        train=train,
        errors=test,
        by_samples=sampled,
        spread=many,
    )


def nearest(sizes: Sequence[int], wanted: float) -> int:
    """The size that is nearest to what is wanted."""
    return min(sizes, key=lambda size: abs(size - wanted))


def check(res: Result) -> None:
    assert res.exact_fit < 1e-9, "as many features as points fit them exactly"
    falls = res.train.diff(dim=0)
    assert (falls <= 1e-9).all(), "a further feature never raises the training error"


def draw(res: Result, t: Words) -> Figure:
    figure, axes = mosaic([["errors", "errors"], ["tail", "means"]], 5.6, [1.5, 1])
    _errors(res, axes["errors"], t)
    _tail(res, axes["tail"], t)
    _means(res, axes["means"], t)
    return figure


def _errors(res: Result, ax: Axes, t: Words) -> None:
    """Test error with its tenths and one draw, and training error as long as there is one."""
    cfg, x = res.config, res.config.features
    ax.fill_between(x, res.low.values(), res.high.values(), color=colour("shallowwash"))
    ax.plot(x, [cell.mean for cell in res.medians], "o-", color=colour("shallow"), markersize=3.5)
    kept = [(p, value) for p, value in res.train_medians.items() if p < cfg.points]
    ax.plot(*zip(*kept, strict=True), "s-", color=colour("extra"), markersize=3.5)
    level_line(ax, cfg.points, along="y", role="ink", dash="dashed")
    level_line(ax, cfg.noise * cfg.noise)
    top = max(res.high)
    direct_label(ax, cfg.points * 1.06, top, t["equal"], "ink", va="top")
    last = x[-1]
    direct_label(ax, last, 1.4 * res.high[last], t["test"], "shallow", ha="right", va="bottom")
    direct_label(ax, x[0], 0.15 * kept[0][1], t["train"], "extra", va="top")
    direct_label(ax, last, 0.85 * cfg.noise * cfg.noise, t["noise"], "muted", ha="right", va="top")
    ax.set(xscale="log", yscale="log", xlabel=t["features"], ylabel=t["error"])
    ax.set(ylim=(0.01, 2 * top))
    ticks = [p for p in (5, 10, 20, 60, 100, 200, 500, 1000) if p in x or p == cfg.points]
    ax.set_xticks(ticks, [str(p) for p in ticks])
    powers(ax)


def _tail(res: Result, ax: Axes, t: Words) -> None:
    """How often a test error exceeds t, with half as many features as points and with as many."""
    looks = (("ink", "--"), ("shallow", "-"))
    for row, (role, dash) in zip(res.spread[:2], looks, strict=True):
        ordered = row.sort(descending=True).values
        shares = torch.arange(1, len(ordered) + 1).double() / len(ordered)
        ax.plot(ordered, shares, color=colour(role), linestyle=dash)
    half, same = (float(sums.quantile(row, 0.5)) for row in res.spread[:2])
    direct_label(ax, 3 * half, 2 / len(res.spread[0]), t["half"], "ink")
    direct_label(ax, 4 * same, 0.4, t["equal"], "shallow")
    ax.set(xscale="log", yscale="log", xlabel="$t$", title=t["tail"])
    ax.set(xlim=(half / 15, None), ylim=(0.5 / len(res.spread[0]), 1.5))
    powers(ax)


def _means(res: Result, ax: Axes, t: Words) -> None:
    """The mean and the median of the first draws, with as many features as points."""
    row = res.spread[1]
    count = torch.arange(1, len(row) + 1).double()
    ax.plot(count, row.cumsum(0) / count, color=colour("extra"))
    places = sorted({int(k) for k in geomspace(1, len(row), 60).round()})
    middles = [float(sums.quantile(row[:k], 0.5)) for k in places]
    ax.plot(places, middles, color=colour("shallow"), linestyle="--")
    end = res.means[res.config.points]
    direct_label(ax, 12, 0.2 * end, t["mean"], "extra", ha="center")
    direct_label(ax, len(row), 1.4 * middles[-1], t["median"], "shallow", ha="right", va="bottom")
    ax.set(xscale="log", yscale="log", xlabel=t["draws"], title=t["means"])
    powers(ax)


class Explorable(TypedDict):
    """What a draw follows from, and the test errors of the book's draws.

    ``train`` are medians, ``band`` the tenths and the median of the test errors, by ``features``.
    ``errors`` are those of every seed, rounded, ``checksums`` those of them before they are. The
    page calls the ``first_seed`` 0, and so on.
    """

    first_seed: int
    points: int
    inputs: int
    test: int
    noise: float
    features: tuple[int, ...]
    train: list[float]
    band: list[list[float]]
    errors: list[list[float]]
    checksums: list[str]


def explorable(res: Result) -> Explorable:
    cfg = res.config
    return {
        "first_seed": cfg.first_seed,
        "points": cfg.points,
        "inputs": cfg.inputs,
        "test": cfg.test,
        "noise": cfg.noise,
        "features": cfg.features,
        "train": significant(torch.tensor(res.train_medians.values()), 3),
        "band": significant(sums.quantiles(res.errors.T, _BAND), 3),
        "errors": significant(res.errors.T, 4),
        "checksums": [checksum(row) for row in res.errors.T],
    }


_CONVENTIONS = (
    Convention("data", ("噪声", "noise"), ({"noise": 0.1}, {"noise": 1.0})),
    Convention("measure", ("特征的种类", "kind of features"), ({"kind": "tanh"},)),
)
CLAIMS: list[Claim[Result]] = [
    Claim(
        id="X01",
        source="this book, after Belkin et al. 2019",
        kind="finding",
        statement=(
            "测试误差在特征和数据一样多的地方最大。",
            "The test error is largest where there are as many features as data.",
        ),
        measure=lambda res: res.at_peak,
        bound=at_least(
            0.9,
            because=(
                "十次抽样里至少九次，最大的一处与数据个数相差不到一成。",
                "In nine of ten draws at least the largest lies within a tenth of that number.",
            ),
        ),
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="X01/falls",
        source="this book, after Belkin et al. 2019",
        kind="finding",
        statement=(
            "再往后，特征多到远超过数据，测试误差比特征少时最好的还低。",
            "Far beyond, with many more features than data, it falls below the best of the few.",
        ),
        measure=lambda res: res.regained,
        bound=at_least(
            1.0,
            because=(
                "特征少时的最好，是看着测试误差挑出来的；连它都不如，才算“更低”。",
                "The best of the few is picked on the test error itself; to fall below it counts.",
            ),
        ),
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="X01/mean",
        source="this book, after Belkin et al. 2019",
        kind="finding",
        statement=(
            "特征和数据一样多时，测试误差的均值是由最坏的几次抽样决定的。",
            "Where features are as many as data, the mean test error is that of its worst draws.",
        ),
        measure=lambda res: res.worst[res.config.points],
        bound=at_least(
            0.5,
            because=(
                "二十次里最坏的一次占去总和的一半，均值就是在说它。",
                "If the worst of twenty draws has half of the sum, the mean speaks of that draw.",
            ),
        ),
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="C07",
        source="Source C ¶7",
        kind="finding",
        statement=(
            "参数增多，性能提升。",
            "With more parameters performance improves.",
        ),
        measure=lambda res: res.steps,
        bound=at_most(
            1.0,
            because=(
                "“提升”：特征多的一方，测试误差不比少的大。",
                "“Improves”: with more features the test error is no larger than with fewer.",
            ),
        ),
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="A14/more",
        source="this book, after Source A §3",
        kind="finding",
        statement=(
            "特征的个数不变，数据越多，测试误差越小。",
            "With the features given, the more data, the smaller the test error.",
        ),
        measure=lambda res: res.more_data,
        bound=at_most(
            1.0,
            because=(
                "数据多的一方，测试误差不比少的大。",
                "With more data the test error is no larger than with fewer.",
            ),
        ),
        conventions=_CONVENTIONS,
    ),
]

if __name__ == "__main__":
    show(__name__)
