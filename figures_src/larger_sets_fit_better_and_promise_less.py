"""The larger a set of functions, the better it fits the sample and the less that fit promises."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import comb

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, along, each
from dlbook.base.evidence import EVERY, Estimate, at_least, at_most
from dlbook.base.seeds import seeds_from
from dlbook.figures.idioms import direct_label, powers
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, mosaic
from dlbook.mathematics import rng, sums
from dlbook.mathematics.elementary import exp
from dlbook.record.claims import Claim, Convention, Remark
from dlbook.training import stats


@dataclass(frozen=True)
class Config:
    """``seeds`` samples of each number in ``samples``; nested sets of ``sizes`` thresholds.

    Inputs are uniform on [0, 1]. The label is whether an input is above ``cut``, turned over with
    probability ``flip``. ``gaps`` are the distances of sample and truth that bounds are asked for.
    """

    sizes: tuple[int, ...] = (2, 10, 100)
    samples: tuple[int, ...] = (20, 50, 100, 200, 500)
    gaps: tuple[float, ...] = (0.05, 0.1, 0.2, 0.3)
    seeds: int = 4000
    cut: float = 1 / 3
    flip: float = 0.2
    first_seed: int = 0


SMALL = Config(samples=(20, 100, 500), seeds=200)
GRID = Config(seeds=1000)
GRID_BUDGET = 20.0

WORDS = {
    "sample": ("$N={samples}$", "$N={samples}$"),
    "size": ("候选函数 $|H|$", "candidates $|H|$"),
    "error": ("错误率", "error rate"),
    "training": ("训练", "training"),
    "new": ("新数据", "new data"),
    "ideal": ("理想", "ideal"),
    "probability": ("有一个差出 {gap} 以上的概率", "chance that one is off by {gap}"),
    "candidates": ("$|H|={size}$", "$|H|={size}$"),
    "samples": ("样本数 $N$", "samples $N$"),
    "bound": ("上界", "bound"),
    "unrelated": ("互不相干", "unrelated"),
    "thresholds": ("门槛", "thresholds"),
}

_GAP = 0.1  # the distance whose probabilities are drawn
_FINEST = 100  # thresholds, of which all sets are parts; each larger set holds the smaller ones


@dataclass(frozen=True)
class Result:
    """Along the number of candidates ``size`` and of ``samples``; of the candidate chosen.

    ``training``: its error on the sample, the least of the set. ``new``: its true error.
    ``ideal``: the least true error of the set. In percentage points: ``gap``, ``new`` minus
    ``training``; ``excess``, ``new`` minus ``ideal``; ``less`` and ``wider``, by how much
    ``training`` of the largest set lies below that of the smallest, and its ``gap`` above;
    ``worse``, by how much its ``new`` lies above that of every smaller set, all sample by sample.
    ``exceeded``: how often some candidate's two errors are further apart than ``gap``; ``bound``
    what Hoeffding's inequality and the union bound allow, ``unrelated`` the exact probability for
    so many candidates that guess independently. ``telling`` of the ``cells`` bounds are below 1.
    ``nested`` says of every sample and every step to a larger set whether its best error there is
    no larger.
    """

    config: Config
    ideal: Along[float]
    training: Along[Estimate]
    new: Along[Estimate]
    gap: Along[Estimate]
    excess: Along[Estimate]
    less: Along[Estimate]
    wider: Along[Estimate]
    worse: Along[Estimate]
    exceeded: Along[float]
    bound: Along[float]
    unrelated: Along[float]
    cells: int
    telling: int
    nested: Tensor


def members(size: int) -> Tensor:
    """Which of the 100 thresholds belong to a set: the middle one of every part, ``(size,)``."""
    step = _FINEST // size
    return torch.arange(size) * step + (step - 1) // 2


def thresholds(size: int) -> Tensor:
    """Where they lie: 100 of them are the middles of 100 equal parts of [0, 1], ``(size,)``."""
    return (2 * members(size) + 1).double() / (2 * _FINEST)


def true_errors(at: Tensor, cfg: Config) -> Tensor:
    """Between threshold and cut the label is guessed against; elsewhere only flips are errors."""
    return cfg.flip + (1 - 2 * cfg.flip) * (at - cfg.cut).abs()


def errors(samples: int, cfg: Config) -> Tensor:
    """How many of its labels each of the 100 thresholds misses, for every seed, ``(seeds, 100)``.

    A threshold calls 1 what lies above it, so it misses the 1s below and the 0s above.
    """
    stream = rng.streams(seeds_from(cfg.first_seed, cfg.seeds), "samples", samples)
    x, luck = stream.uniform(samples), stream.uniform(samples)
    label = (x > cfg.cut) != (luck < cfg.flip)
    place = torch.searchsorted(thresholds(_FINEST), x)  # how many thresholds lie below
    counts = torch.zeros(2, cfg.seeds, _FINEST + 1, dtype=torch.int64)
    for kind in (0, 1):
        counts[kind].scatter_add_(1, place, (label == kind).long())
    zeros, ones = counts.cumsum(2)[..., :_FINEST]
    missed: Tensor = ones + (sums.total(counts[0], 1)[:, None] - zeros)
    return missed


@dataclass(frozen=True)
class Chosen:
    """Of a set, seed by seed: training and true error of the best candidate, and the widest gap."""

    training: Tensor
    new: Tensor
    widest: Tensor


def chosen(missed: Tensor, size: int, samples: int, cfg: Config) -> Chosen:
    """The candidate with the fewest misses, one of them by lot if there are several."""
    own = missed[:, members(size)]
    seeds = seeds_from(cfg.first_seed, cfg.seeds)
    lot = rng.streams(seeds, "ties", samples, size).uniform(size)
    best = (own + lot).argmin(1)
    true = true_errors(thresholds(size), cfg)
    share = own.double() / samples
    return Chosen(share.gather(1, best[:, None])[:, 0], true[best], (share - true).abs().amax(1))


def allowed(size: int, samples: int, gap: float) -> float:
    """Hoeffding's inequality for one candidate, added up over all: 2|H| exp(-2Nε²)."""
    return 2 * size * exp(-2.0 * samples * gap * gap)


def unrelated(size: int, samples: int, gap: float) -> float:
    """How probably one of so many independent coins strays so far, exactly."""
    wide = Fraction(gap).limit_denominator(1000)
    far = sum(
        comb(samples, k) for k in range(samples + 1) if abs(2 * k - samples) > 2 * wide * samples
    )
    return float(1 - (1 - Fraction(far, 2**samples)) ** size)


def paired(
    few: Along[Chosen], many: Along[Chosen], effect: Callable[[Chosen, Chosen], Tensor]
) -> Along[Estimate]:
    """The mean effect of the larger set on the same samples, in percentage points."""
    pairs = zip(few, many, strict=True)
    return along((stats.mean(100 * effect(*pair)) for pair in pairs), samples=few.axis("samples"))


def run(cfg: Config) -> Result:
    missed = {samples: errors(samples, cfg) for samples in cfg.samples}
    found = each(
        lambda size, samples: chosen(missed[samples], size, samples, cfg),
        size=cfg.sizes,
        samples=cfg.samples,
    )
    ideal = each(lambda size: float(true_errors(thresholds(size), cfg).min()), size=cfg.sizes)
    few, many = (found.at(size=size) for size in (cfg.sizes[0], cfg.sizes[-1]))
    exceeded = along(
        (
            float(sums.mean(cell.widest > gap))
            for cell in found
            for gap in cfg.gaps
        ),
        size=cfg.sizes, samples=cfg.samples, gap=cfg.gaps,
    )  # fmt: skip
    bound = each(allowed, size=cfg.sizes, samples=cfg.samples, gap=cfg.gaps)
    best = torch.stack([cell.training for cell in found])
    best = best.view(len(cfg.sizes), len(cfg.samples), cfg.seeds)
    return Result(
        config=cfg,
        ideal=ideal,
        training=found.map(lambda cell: stats.mean(cell.training)),
        new=found.map(lambda cell: stats.mean(cell.new)),
        gap=found.map(lambda cell: stats.mean(100 * (cell.new - cell.training))),
        excess=along(
            (stats.mean(100 * (cell.new - ideal[size])) for (size, _), cell in found.items()),
            size=cfg.sizes,
            samples=cfg.samples,
        ),
        less=paired(few, many, lambda a, b: a.training - b.training),
        wider=paired(few, many, lambda a, b: (b.new - b.training) - (a.new - a.training)),
        worse=along(
            (
                stats.mean(100 * (found[cfg.sizes[-1], samples].new - found[size, samples].new))
                for size in cfg.sizes[:-1]
                for samples in cfg.samples
            ),
            size=cfg.sizes[:-1],
            samples=cfg.samples,
        ),
        exceeded=exceeded,
        bound=bound,
        unrelated=each(unrelated, size=cfg.sizes, samples=cfg.samples, gap=cfg.gaps),
        cells=len(bound),
        telling=sum(value < 1 for value in bound),
        nested=best.diff(dim=0) <= 0,
    )


def check(res: Result) -> None:
    assert bool(res.nested.all()), "the best of a set is no worse than the best of a part of it"
    ideal = res.ideal.values()
    assert all(b <= a for a, b in pairwise(ideal)), "nor is the true best"
    assert all(a <= b for a, b in zip(res.unrelated, res.bound, strict=True)), "a bound is one"
    assert all(cell.mean >= 0 for cell in res.excess), "nothing is better than the ideal"


def draw(res: Result, t: Words) -> Figure:
    shown = [res.config.samples[k] for k in (0, len(res.config.samples) // 2, -1)]
    names = [f"errors {samples}" for samples in shown]
    rows = [[name for name in names for _ in range(2)], ["few"] * 3 + ["many"] * 3]
    figure, axes = mosaic(rows, 5.2, [1.1, 1])
    for samples, name in zip(shown, names, strict=True):
        _errors(res, samples, axes[name], t)
        axes[name].tick_params(labelleft=name == names[0])
    axes[names[0]].set_ylabel(t["error"])
    _labels(res, axes[names[0]], shown[0], t)
    for size, name in zip(
        (res.config.sizes[0], res.config.sizes[-1]), ("few", "many"), strict=True
    ):
        _probabilities(res, size, axes[name], t)
        axes[name].tick_params(labelleft=name == "few")
    axes["few"].set_ylabel(t["probability"].format(gap=_GAP))
    _names(res, axes["many"], t)
    return figure


def _errors(res: Result, samples: int, ax: Axes, t: Words) -> None:
    sizes = res.config.sizes
    looks = (("training", "extra", "s-"), ("new", "ink", "o-"))
    for what, role, style in looks:
        rows: Along[Estimate] = getattr(res, what)
        ax.plot(sizes, [rows[size, samples].mean for size in sizes], style, color=colour(role))
    ax.plot(sizes, res.ideal.values(), color=colour("exact"), linestyle=":", linewidth=1.8)
    ax.set(
        xscale="log", xlabel=t["size"], ylim=(0.1, 0.32), title=t["sample"].format(samples=samples)
    )
    ax.set(xlim=(1.3, 150), yticks=(0.1, 0.2, 0.3))
    ax.set_xticks(sizes, [str(size) for size in sizes])
    powers(ax)


def _labels(res: Result, ax: Axes, samples: int, t: Words) -> None:
    _, middle, most = res.config.sizes
    direct_label(ax, middle, res.new[middle, samples].mean + 0.015, t["new"], "ink",
                 ha="center", va="bottom")  # fmt: skip
    direct_label(ax, 1.5, res.training[middle, samples].mean - 0.02, t["training"], "extra",
                 va="top")  # fmt: skip
    direct_label(ax, most, res.ideal[most] + 0.005, t["ideal"], "exact", ha="right", va="bottom")


def _probabilities(res: Result, size: int, ax: Axes, t: Words) -> None:
    x = res.config.samples
    rows = (
        (res.bound, "exact", "--"),
        (res.unrelated, "extra", "^:"),
        (res.exceeded, "ink", "o-"),
    )
    for values, role, style in rows:
        y = [values[size, samples, _GAP] for samples in x]
        kept = [(a, b) for a, b in zip(x, y, strict=True) if b > 0]
        ax.plot(*zip(*kept, strict=True), style, color=colour(role))
    ax.axhspan(1, 1e3, color=colour("grid"), alpha=0.5, linewidth=0)
    ax.set(xscale="log", yscale="log", xlabel=t["samples"], ylim=(1e-4, 300), xlim=(15, 700))
    ax.set_xticks((20, 50, 100, 200, 500), ["20", "50", "100", "200", "500"])
    ax.set_yticks((1e-4, 1e-2, 1))
    ax.set_title(t["candidates"].format(size=size))
    powers(ax)


def _names(res: Result, ax: Axes, t: Words) -> None:
    size, x = res.config.sizes[-1], res.config.samples[0]
    direct_label(ax, 110, 0.7 * res.bound[size, x, _GAP], t["bound"], "exact")
    direct_label(ax, 22, 0.25, t["unrelated"], "extra", va="top")
    direct_label(ax, 22, 0.01, t["thresholds"], "ink", va="top")


def _held(res: Result) -> Estimate:
    """Frequencies on the thresholds and probabilities of unrelated candidates, against bounds."""
    pairs = zip(res.exceeded, res.unrelated, res.bound, strict=True)
    return stats.share([share <= most for *found, most in pairs for share in found])


_PERCENT = at_least(
    1.0,
    because=(
        "差不到一个百分点，就谈不上大小之别。",
        "Below one percentage point a larger set would not be worth a warning.",
    ),
)
_CONVENTIONS = (
    Convention("data", ("标签的噪声", "noise of the labels"), ({"flip": 0.0}, {"flip": 0.4})),
    Convention("measure", ("分界在哪里", "where the cut is"), ({"cut": 0.5},)),
)
CLAIMS: list[Claim[Result] | Remark] = [
    Claim(
        id="A01",
        source="Source A §1",
        kind="theorem",
        statement=(
            "任何一个候选函数在样本上与实际上的错误率相差超过 ε 的概率，不超过 2|H|exp(−2Nε²)。",
            "The probability that some candidate’s errors on the sample and in truth differ by "
            "more than ε is at most 2|H| exp(−2Nε²).",
        ),
        measure=_held,
        bound=EVERY,
    ),
    Claim(
        id="A01/loss",
        source="Source A §1",
        kind="finding",
        statement=(
            "可选的函数多，训练损失就小。",
            "With many candidates the training loss is small.",
        ),
        measure=lambda res: res.less,
        bound=_PERCENT,
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="A01/gap",
        source="Source A §1",
        kind="finding",
        statement=(
            "可选的函数多，理想与现实的差距就大。",
            "With many candidates ideal and reality are far apart.",
        ),
        measure=lambda res: res.wider,
        bound=_PERCENT,
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="A01/worse",
        source="this book, after Source A §1",
        kind="finding",
        statement=(
            "所以可选的函数多，在新数据上就差。",
            "So with many candidates new data are answered worse.",
        ),
        measure=lambda res: res.worse,
        bound=_PERCENT,
        conventions=_CONVENTIONS,
    ),
    Remark(
        id="A02",
        source="Source A §1",
        kind="definition",
        statement=(
            "鱼与熊掌：我们要一个损失小、可选参数也少的模型。",
            "Fish and bear’s paw: we want a model of small loss that has few parameters to choose.",
        ),
    ),
    Claim(
        id="A13",
        source="Source A §3",
        kind="theorem",
        statement=(
            "函数集越大（含住原来的），理想的损失就越低，至少不升。",
            "The larger a set that holds the former one, the lower its ideal loss; it cannot rise.",
        ),
        measure=lambda res: stats.share(res.nested),
        bound=EVERY,
    ),
    Claim(
        id="A13/data",
        source="Source A §3",
        kind="finding",
        statement=(
            "资料够多时，理想与现实相差不多。",
            "With enough data ideal and reality differ little.",
        ),
        measure=lambda res: res.excess.at(samples=res.config.samples[-1]),
        bound=at_most(
            2.0,
            because=(
                "“相差不多”：五百个样本时，比集合里最好的多错两个百分点以内。",
                "“Little”: with 500 samples, within two percentage points of the best of the set.",
            ),
        ),
        conventions=_CONVENTIONS,
    ),
]

if __name__ == "__main__":
    show(__name__)
