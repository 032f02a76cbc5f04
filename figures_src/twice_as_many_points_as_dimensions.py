"""Up to two points per parameter a unit fits random labels, and the fit settles little."""

from dataclasses import dataclass

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, along, each
from dlbook.base.evidence import EVERY, Estimate, at_least
from dlbook.figures.idioms import direct_label
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, panels
from dlbook.mathematics import circuits, rng, separability
from dlbook.mathematics.elementary import sqrt
from dlbook.mathematics.grids import linspace
from dlbook.mathematics.sums import product
from dlbook.record.claims import Claim, Remark
from dlbook.training import stats


@dataclass(frozen=True)
class Config:
    """Units of ``sizes`` parameters; ``draws`` sets of random points for each number of points.

    Besides units on ``bits`` bits, which see ``times`` as many corners as they have parameters.
    """

    first_seed: int = 0
    sizes: tuple[int, ...] = (5, 10, 20)
    draws: int = 200
    bits: int = 8
    times: tuple[int, ...] = (1, 2, 3)


SMALL = Config(draws=6)

WORDS = {
    "fits": ("随机标签分得对的概率", "Probability that random labels can be fitted"),
    "open": ("分对之后，新点的答案仍未定的概率", "Probability that the next answer is still open"),
    "ratio": ("每个参数的点数 $n/d$", "points per parameter $n/d$"),
    "size": ("$d={size}$", "$d={size}$"),
    "limit": ("$d\\to\\infty$", "$d\\to\\infty$"),
}

_STEPS, _PER_PARAMETER = 11, 5  # n/d goes from 1 to 3 in fifths
_TWICE = 5  # the step at which n = 2d; from there on there are few fits left to ask
_ERRORS = 4  # standard errors that a frequency may be off, or one draw where that is more
_EXACT = 200  # parameters up to which the one half is confirmed in whole numbers
_LABELS = ("by lot", "by a unit")


@dataclass(frozen=True)
class Result:
    """Rows go by number of parameters, columns by ``n/d`` from 1 to 3 in fifths.

    ``points``, ``fits``, ``fitted``, ``chance`` ``(3, 11)``: how many points, the number and the
    share of draws whose labels a unit gives, and Cover's probability. ``open`` ``(3, 6)``, up to
    ``n = 2d``: the share of fits whose next answer is open; ``open_chance`` ``(3, 11)`` how
    probable that is.
    Corners of a cube, labelled by lot or by some unit, ``corners`` in all: ``given`` is the share
    of draws in which a unit gives all labels that were seen, ``taught`` of those in which these
    also settle its answer at a corner not yet seen.
    ``halves``: for how many d, from 1 on, exactly half of all labelings of 2d points can be given.
    """

    config: Config
    halves: int
    fitted_at_twice: Along[Estimate]
    open_at_twice: Along[float]
    corners: int
    given: Along[Estimate]
    taught: Along[Estimate]
    points: Tensor
    fits: Tensor
    fitted: Tensor
    chance: Tensor
    open: Tensor
    open_chance: Tensor


def answers(x: Tensor, labels: Tensor) -> tuple[list[bool], list[bool]]:
    """Of each set of points ``(k, n + 1, d)`` with ``n`` labels: are they given, and one more open?

    The unit found gives the last point one answer; it is open if some unit gives it the other.
    """
    units = separability.separators(x[:, :-1], labels)
    fitted = [place for place, unit in enumerate(units) if unit is not None]
    other = [product(x[place, -1], *unit) <= 0 for place, unit in enumerate(units) if unit]
    is_open = [False] * len(units)
    if fitted:
        turned = torch.cat([labels[fitted], torch.stack(other)[:, None]], 1)
        for place, unit in zip(fitted, separability.separators(x[fitted], turned), strict=True):
            is_open[place] = unit is not None
    return [unit is not None for unit in units], is_open


def sample(parameters: int, points: int, cfg: Config, *, ask: bool) -> tuple[int, int]:
    """How many of the draws can be fitted and, if asked, how many of these leave one more open."""
    stream = rng.stream(cfg.first_seed, "random labels", parameters, points)
    x = stream.normal(cfg.draws, points + 1, parameters - 1)
    labels = stream.uniform(cfg.draws, points) < 0.5
    if not ask:
        units = separability.separators(x[:, :-1], labels)
        return sum(unit is not None for unit in units), 0
    fitted, is_open = answers(x, labels)
    return sum(fitted), sum(is_open)


def corners(labels: str, samples: int, cfg: Config) -> tuple[Estimate, Estimate]:
    """How often labels of so many random corners can be given, and settle that of one more."""
    stream = rng.stream(cfg.first_seed, "corners", labels, samples)
    cube = circuits.states(cfg.bits)
    seen, given = [], []
    for _ in range(cfg.draws):
        x = cube[stream.permutation(len(cube))[: samples + 1]]
        w, b, lot = stream.normal(cfg.bits), stream.normal(1), stream.uniform(samples + 1)
        y = product(x, w, b) > 0 if labels == "by a unit" else lot < 0.5
        seen.append(x)
        given.append(y[:-1])
    fitted, is_open = answers(torch.stack(seen), torch.stack(given))
    settled = [fits and not other for fits, other in zip(fitted, is_open, strict=True)]
    return stats.rate(fitted), stats.rate(settled)


def run(cfg: Config) -> Result:
    if any(d % _PER_PARAMETER for d in cfg.sizes):
        raise ValueError(f"n/d goes in fifths: sizes must be multiples of 5, not {cfg.sizes}")
    cells = [[(d, d + d * step // _PER_PARAMETER) for step in range(_STEPS)] for d in cfg.sizes]
    found = [
        [sample(d, n, cfg, ask=step <= _TWICE) for step, (d, n) in enumerate(row)] for row in cells
    ]
    fits, opens = torch.tensor(found).unbind(2)
    asked, opens = fits[:, : _TWICE + 1], opens[:, : _TWICE + 1]
    chance = [[separability.cover_count(n, d) / 2**n for d, n in row] for row in cells]
    still = [[float(separability.open_share(n, d)) for d, n in row] for row in cells]
    halves = [separability.cover_count(2 * d, d) == 2 ** (2 * d - 1) for d in range(1, _EXACT + 1)]
    cubes = each(
        lambda labels, samples: corners(labels, samples, cfg),
        labels=_LABELS,
        samples=[times * (cfg.bits + 1) for times in cfg.times],
    )
    return Result(
        config=cfg,
        halves=sum(halves),
        fitted_at_twice=along(
            (stats.rate(torch.arange(cfg.draws) < count) for count in fits[:, _TWICE]),
            size=cfg.sizes,
        ),
        open_at_twice=along((row[_TWICE] for row in still), size=cfg.sizes),
        corners=2**cfg.bits,
        given=cubes.map(lambda found: found[0]),
        taught=cubes.map(lambda found: found[1]),
        points=torch.tensor([[n for _, n in row] for row in cells]),
        fits=fits,
        fitted=fits.double() / cfg.draws,
        chance=torch.tensor(chance, dtype=torch.float64),
        open=opens.double() / asked,
        open_chance=torch.tensor(still, dtype=torch.float64),
    )


def check(res: Result) -> None:
    assert res.halves == _EXACT, "C(2d, d) is half of all labelings"
    assert (res.fitted[:, 0] == 1).all(), "d parameters fit d points, whatever the labels"
    assert (res.chance.diff(dim=1) <= 0).all(), "more points are never easier"
    assert (res.open_chance[:, 0] < 1).all(), "after d points a few answers are settled"


def draw(res: Result, t: Words) -> Figure:
    figure, grid = panels(2, 1, 4.6, sharex=True)
    axes = tuple(grid[:, 0])
    ratios = res.points / torch.tensor(res.config.sizes)[:, None]
    looks = (("s", ":"), ("^", (0, (5, 2))), ("o", "-"))
    for row, (size, (marker, dashes)) in enumerate(zip(res.config.sizes, looks, strict=True)):
        for ax, chance, share in zip(
            axes, (res.chance, res.open_chance), (res.fitted, res.open), strict=True
        ):
            ax.plot(ratios[row], chance[row], color=colour("exact"), ls=dashes, linewidth=1.3)
            ax.plot(ratios[row, : share.shape[1]], share[row], marker, color=colour("shallow"),
                    markersize=5.5, label=t["size"].format(size=size))  # fmt: skip
    axes[1].legend(loc="lower left", labelcolor=colour("shallow"), handletextpad=0.3)
    _frames(axes, t)
    return figure


def _frames(axes: tuple[Axes, Axes], t: Words) -> None:
    """The limits of many parameters in grey, the one half, titles and ticks."""
    top, bottom = axes
    top.plot((1, 2, 2, 3), (1, 1, 0, 0), color=colour("grid"), linewidth=4, zorder=0)
    beyond = linspace(2, 3, 21)
    bottom.plot([1, *beyond], [1, *(1 / (beyond - 1))], color=colour("grid"), linewidth=4, zorder=0)
    top.plot(2, 0.5, "D", color=colour("exact"), markersize=9, mfc="none", mew=1.5)
    direct_label(bottom, 2.45, 0.8, t["limit"], "muted")
    top.set_title(t["fits"])
    bottom.set_title(t["open"])
    bottom.set(xlabel=t["ratio"], xlim=(0.96, 3.04))
    bottom.set_xticks((1, 1.5, 2, 2.5, 3), ("1", "1.5", "2", "2.5", "3"))
    for ax in axes:
        ax.set_yticks((0, 0.5, 1), ("0", "½", "1"))
        ax.set_ylim(-0.04, 1.06)


def _agrees(share: Tensor, chance: Tensor, n: Tensor) -> Tensor:
    """Whether the count among n draws is as close to what is expected as luck lets it be."""
    error = _ERRORS * sqrt(n * chance * (1 - chance))
    return ((share * n).round() - n * chance).abs() <= error.clamp(min=1)


def _cover(res: Result) -> Estimate:
    draws = torch.full_like(res.chance, res.config.draws)
    return stats.share(_agrees(res.fitted, res.chance, draws).flatten())


def _open(res: Result) -> Estimate:
    fits = res.fits[:, : _TWICE + 1]
    chance = res.open_chance[:, : _TWICE + 1]
    return stats.share(_agrees(res.open, chance, fits).flatten())


_TAUGHT = at_least(
    0.5,
    because=(
        "“教会其余”：没见过的一个变体，答案多半已经确定。",
        "“Teach the others”: the answer at a variant not yet seen is settled more often than not.",
    ),
)
CLAIMS: list[Claim[Result] | Remark] = [
    Claim(
        id="X06",
        source="Cover 1965",
        kind="theorem",
        statement=(
            "d 个参数的单元分得开 n 个随机点的概率是 C(n, d)/2ⁿ。",
            "A unit of d parameters separates n random points with probability C(n, d)/2ⁿ.",
        ),
        measure=_cover,
        bound=EVERY,
    ),
    Claim(
        id="X06/half",
        source="Cover 1965",
        kind="theorem",
        statement=(
            "n = 2d 时这个概率恰好是 ½。",
            "At n = 2d this probability is exactly ½.",
        ),
        measure=lambda res: stats.share([d < res.halves for d in range(_EXACT)]),
        bound=EVERY,
    ),
    Claim(
        id="X06/open",
        source="Cover 1965",
        kind="theorem",
        statement=(
            "分对 n 个随机标签之后，新点的答案仍未定的概率是 C(n, d − 1)/C(n, d)。",
            "After n random labels are fitted, the answer at a new point is still open with "
            "probability C(n, d − 1)/C(n, d).",
        ),
        measure=_open,
        bound=EVERY,
    ),
    Claim(
        id="B44/labels",
        source="Source B, summary",
        kind="finding",
        statement=(
            "线性数量的样本就能教会其余指数多的变体，不论要学的是什么。",
            "Linearly many samples teach the exponentially many others, whatever is to be learned.",
        ),
        measure=lambda res: res.taught.at(labels="by lot"),
        bound=_TAUGHT,
    ),
]

if __name__ == "__main__":
    show(__name__)
