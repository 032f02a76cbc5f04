"""The same net, data and optimiser: steep first layers learn soon, whether or not kinks spread."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, along
from dlbook.base.evidence import Estimate, at_least
from dlbook.base.lookup import lookup
from dlbook.base.seeds import seeds_from
from dlbook.figures.checksum import checksum
from dlbook.figures.fields import significant
from dlbook.figures.idioms import bare, direct_label, level_line, powers
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, mosaic
from dlbook.mathematics import nets, sums
from dlbook.mathematics.grids import linspace
from dlbook.record.claims import Claim, Convention, Factor, Remark
from dlbook.training import data, stats
from dlbook.training.page_run import PageRun, page_run
from dlbook.training.replay import Begun, Run, geometric
from dlbook.training.train import Fit


@dataclass(frozen=True)
class Config:
    """``units`` sigmoids from four starts; failures are counted after each of the ``budgets``.

    The last budget is four times the source's, which is the second, and twice the one before it.
    """

    points: int = 100
    units: int = 32
    start: str = "xavier_uniform_with_biases"
    seeds: int = 32
    rate: float = 3e-3
    budgets: tuple[int, ...] = (6000, 10_000, 20_000, 40_000)
    first_seed: int = 0


SMALL = Config(seeds=8, budgets=(60, 120))
GRID = Config(seeds=16)
GRID_BUDGET = 150.0

WORDS = {
    "usual": ("Xavier", "Xavier"),
    "spread": ("只撒开", "spread only"),
    "steep": ("只变陡", "steep only"),
    "both": ("都变", "both"),
    "steps": ("步数", "steps"),
    "after": ("{steps} 步之后", "after {steps} steps"),
    "error": ("MSE", "MSE"),
    "constant": ("最好的常数", "best constant"),
    "failed": ("误差仍大于 {most} 的比例", "share with an error above {most}"),
}

# Written down before the run.
_FAILED = 0.1  # a mean squared error above this: a fifth of the variance of sin 12x is left

_BAND = (0.0, 0.1, 0.5, 0.9, 1.0)  # the quantiles over seeds that a page draws a run on

_CURVE = "sin 12x"
_SPREAD = "spread_kinks"  # slopes N(0, 20²), kinks uniform on [-1, 1)
# Of each start: whether its slopes, and whether its kinks, are those of the spread start.
_STARTS = {
    "usual": (False, False),
    "spread": (False, True),
    "steep": (True, False),
    "both": (True, True),
}
_CHANGED = ("spread", "steep", "both")
_PLAIN = ("usual", "both")  # starts that an initialisation gives
_LOOKS = (("extra", "--"), ("ink", ":"), ("shallow", "-"), ("exact", "-."))
_TILL = 1e-9  # rounding, of a kink that is a ratio


@dataclass(frozen=True)
class Result:
    """``failed``, ``medians``: by start and by number of steps.

    ``effects``: how much smaller than from the usual start the share of failures is, paired by
    seed; ``decided``: the same for both changes together. ``learned``: the median first recorded
    step with an error of ``threshold`` at most, the last step where there is none, and ``sooner``
    the median over seeds of how many times as many steps the usual start takes. ``kept``: the
    largest relative distance of slopes and kinks from those that a start is to have. ``still``: the
    share of failures that goes in the last doubling of steps. ``drawn`` is the seed whose error
    from the usual start is the (lower) median at the first budget, ``curves`` ``(4, 201)`` its
    outputs on [-1, 1] then. ``courses`` ``(4, seeds, k)``: errors before the updates ``recorded``.
    """

    config: Config
    threshold: float
    constant: float
    failed: Along[Estimate]
    medians: Along[Estimate]
    effects: Along[Estimate]
    decided: Along[Estimate]
    learned: Along[Estimate]
    sooner: Along[Estimate]
    still: Along[Estimate]
    kinks_inside: float
    kept: float
    same_output_layer: bool
    drawn: int
    curves: Tensor
    recorded: Tensor
    courses: Along[Tensor]


@dataclass(frozen=True)
class Replay:
    """What a reader may choose of a run."""

    seed: int = 0
    width: int = Config.units
    start: str = "usual"
    steps: int = Config.budgets[0]


def replay(choice: Replay, cfg: Config) -> Run:
    return planned(cfg, choice.width, choice.start, choice.steps)


def planned(cfg: Config, width: int, start: str, steps: int) -> Run:
    """A run from one start; layers draw from streams of their own, so the second starts alike."""
    steep, spread = lookup("start", start, _STARTS)
    mixed = steep != spread
    return Run(
        widths=(1, width, 1),
        activation="sigmoid",
        init=() if mixed else (_SPREAD if steep else cfg.start, cfg.start),
        data=_CURVE,
        points=cfg.points,
        loss="mean_squared_error",
        optimiser="adam",
        rate=cfg.rate,
        steps=steps,
        start=mixture(cfg, width, start) if mixed else None,
    )


def mixture(cfg: Config, width: int, start: str) -> Begun:
    """The slopes of one plain start and the kinks of the other, unit by unit."""

    def flat(seeds: Sequence[int]) -> Tensor:
        stacks = [planned(cfg, width, plain, 0).stack(seeds) for plain in _PLAIN]
        steep, spread = _STARTS[start]
        slopes, kinks = slopes_of(stacks[steep]), kinks_of(stacks[spread])
        rest = stacks[0].flat[:, 2 * width :]
        return torch.cat([slopes, -slopes * kinks, rest], 1)

    return Begun(f"slopes and kinks of two starts: {start}", flat)


def slopes_of(stack: nets.Stack) -> Tensor:
    """The first layer's weights, ``(s, units)``."""
    return stack.layers[0][0][:, 0]


def kinks_of(stack: nets.Stack) -> Tensor:
    """Where the units have their middle, -b/w, ``(s, units)``."""
    W, b = stack.layers[0]
    return -b[:, 0] / W[:, 0]


def target(points: int) -> tuple[Tensor, Tensor]:
    """``points`` places on [-1, 1] and sin 12x there, both ``(points, 1)``."""
    x = linspace(-1, 1, points)[:, None]
    return x, data.CURVES[_CURVE](x)


def started(start: str, cfg: Config) -> nets.Stack:
    """The nets of all seeds before training."""
    seeds = seeds_from(cfg.first_seed, cfg.seeds)
    return planned(cfg, cfg.units, start, 0).stack(seeds)


def trained(start: str, cfg: Config) -> Fit:
    """On all points at every step; keeps errors, and outputs ``(seeds, k, 201)``."""
    grid = linspace(-1, 1, 201)[:, None]
    return planned(cfg, cfg.units, start, cfg.budgets[-1]).fit(
        seeds_from(cfg.first_seed, cfg.seeds),
        recorded(cfg),
        watch=lambda now: now.predict(grid)[..., 0],
        what=f"{start} start",
    )


def recorded(cfg: Config) -> list[int]:
    """Steps in geometric progression, and the budgets."""
    return sorted({*geometric(cfg.budgets[-1], 61), *cfg.budgets})


def learned_at(course: Tensor, steps: Tensor) -> Tensor:
    """The first recorded step without a failure, the last where there is none: ``-> (seeds,)``."""
    learned = course <= _FAILED
    return torch.where(learned.any(-1), steps[learned.int().argmax(-1)], steps[-1]).double()


def strayed(starts: Mapping[str, nets.Stack]) -> float:
    """How far slopes and kinks of the four starts are from the two that each is made of."""
    apart = torch.tensor(0.0, dtype=torch.float64)
    for name, (steep, spread) in _STARTS.items():
        for part, chosen in ((slopes_of, steep), (kinks_of, spread)):
            wanted, found = part(starts[_PLAIN[chosen]]), part(starts[name])
            apart = torch.maximum(apart, ((found - wanted) / wanted).abs().max())
    return float(apart)


def run(cfg: Config) -> Result:
    steps = torch.tensor(recorded(cfg))
    fits = [trained(start, cfg) for start in _STARTS]
    starts = {start: started(start, cfg) for start in _STARTS}
    courses = torch.stack([fit.losses for fit in fits])
    rows = [steps.tolist().index(budget) for budget in cfg.budgets]
    errors = courses[..., rows]  # (4, seeds, budgets)
    failed = errors > _FAILED
    less = [
        [stats.paired_rates(failed[0, :, row], each[:, row]) for row in range(len(rows))]
        for each in failed[1:]
    ]
    times = [learned_at(course, steps) for course in courses]
    drawn = int(errors[0, :, 0].argsort()[(cfg.seeds - 1) // 2])
    watched = [fit.watched for fit in fits if fit.watched is not None]
    inside = kinks_of(starts["usual"]).abs() < 1
    return Result(
        config=cfg,
        threshold=_FAILED,
        constant=float(sums.variance(target(cfg.points)[1])),
        failed=along(
            (stats.rate(cell) for start in failed for cell in start.T),
            start=_STARTS,
            steps=cfg.budgets,
        ),
        medians=along(
            (stats.median(cell) for start in errors for cell in start.T),
            start=_STARTS,
            steps=cfg.budgets,
        ),
        effects=along((each for row in less for each in row), start=_CHANGED, steps=cfg.budgets),
        decided=along(less[-1], steps=cfg.budgets),
        learned=along(map(stats.median, times), start=_STARTS),
        sooner=along((stats.median(times[0] / each) for each in times[1:]), start=_CHANGED),
        still=along(
            (stats.paired_rates(each[:, -2], each[:, -1]) for each in failed), start=_STARTS
        ),
        kinks_inside=float(sums.mean(inside.double().flatten())),
        kept=strayed(starts),
        same_output_layer=all(
            torch.equal(starts["usual"].flat[:, 2 * cfg.units :], each.flat[:, 2 * cfg.units :])
            for each in starts.values()
        ),
        drawn=drawn,
        curves=torch.stack([outputs[drawn, rows[0]] for outputs in watched]),
        recorded=steps,
        courses=along(courses, start=_STARTS),
    )


def check(res: Result) -> None:
    assert res.same_output_layer, "the starts differ in the first layer only"
    assert res.kept < _TILL, "each takes its slopes from one start and its kinks from another"


def draw(res: Result, t: Words) -> Figure:
    rows = [list(_STARTS), ["failed", "failed", "errors", "errors"]]
    figure, axes = mosaic(rows, 5.0, [1, 1.7])
    for place, start in enumerate(_STARTS):
        _curve(res, place, axes[start])
        axes[start].set_title(t[start])
        axes[start].tick_params(labelleft=place == 0)
    _failures(res, axes["failed"], t)
    _errors(res, axes["errors"], t)
    return figure


def _curve(res: Result, place: int, ax: Axes) -> None:
    ax.plot(*target(201), color=colour("line"), linewidth=3)
    role, dash = _LOOKS[place]
    grid = linspace(-1, 1, res.curves.shape[1])
    ax.plot(grid, res.curves[place], color=colour(role), linestyle=dash, linewidth=1.5)
    ax.set(xlabel="$x$", xticks=(-1, 0, 1), yticks=(-1, 0, 1), ylim=(-1.3, 1.3))


def _failures(res: Result, ax: Axes, t: Words) -> None:
    """The share of failures as the steps go on."""
    for course, (role, dash) in zip(res.courses, _LOOKS, strict=True):
        shares = sums.mean((course > _FAILED).double(), 0)
        ax.plot(res.recorded, shares, color=colour(role), linestyle=dash, linewidth=1.8)
    for budget in res.config.budgets:
        ax.axvline(budget, color=colour("grid"), linewidth=0.8, zorder=-1)
    last = int(res.recorded[-1])
    ax.set(xscale="log", xlabel=t["steps"], xlim=(last / 400, last), ylim=(-0.02, 1.04))
    ax.set_yticks((0, 0.5, 1), ["0", "½", "1"])
    ax.set_title(t["failed"].format(most=t.number(res.threshold)))
    powers(ax)


def _errors(res: Result, ax: Axes, t: Words) -> None:
    """Every seed after the first of the budgets."""
    first = res.config.budgets[0]
    at = res.recorded.tolist().index(first)
    aside = linspace(-0.32, 0.32, res.config.seeds)
    lowest = 1e-2
    for place, start in enumerate(_STARTS):
        runs, role = res.courses[start][:, at], _LOOKS[place][0]
        lowest = min(lowest, float(runs.min()) / 2)
        bad = runs > _FAILED
        ax.plot((place + aside)[~bad], runs[~bad], ".", color=colour(role), ms=3.5)
        ax.plot((place + aside)[bad], runs[bad], "x", color=colour(role), ms=3.5, mew=0.9)
        middle, share = res.medians[start, first].mean, res.failed[start, first].mean
        ax.plot((place - 0.4, place + 0.4), (middle,) * 2, color=colour("ink"))
        direct_label(ax, place, 1.0, t.number(share, ".0%"), role, ha="center", va="bottom")
    level_line(ax, res.constant)
    direct_label(ax, 3.45, 0.47, t["constant"], "muted", ha="right", va="top")
    ax.set(yscale="log", ylabel=t["error"], xlim=(-0.5, 3.5), ylim=(lowest, 3))
    ax.set_xticks(range(len(_STARTS)), [t[start].replace(" ", "\n", 1) for start in _STARTS])
    ax.set_title(t["after"].format(steps=t.number(first)))
    bare(ax, "x", line=True)
    powers(ax)


class Cell(TypedDict):
    """One start: its run, a row of errors for each quantile, and where the seeds ended.

    ``checksum`` is that of these last errors before they are rounded.
    """

    start: str
    width: int
    steps: int
    run: PageRun
    band: list[list[float]]
    errors: list[float]
    checksum: str


class Limits(TypedDict):
    """Errors of a curve: of its best constant, and the least of a failure."""

    constant: float
    failed: float


class Explorable(TypedDict):
    """Cells, their ``band`` at the recorded ``steps``, and what errors mean on each curve.

    The page calls the ``first_seed`` 0, and so on.
    """

    first_seed: int
    steps: list[int]
    quantiles: tuple[float, ...]
    curves: dict[str, Limits]
    cells: list[Cell]


def explorable(res: Result) -> Explorable:
    """Of the starts that an initialisation gives, as far as the first of the budgets."""
    cfg = res.config
    end = res.recorded.tolist().index(cfg.budgets[0]) + 1
    courses = {start: res.courses[start][:, :end] for start in _PLAIN}
    return {
        "first_seed": cfg.first_seed,
        "steps": res.recorded[:end].tolist(),
        "quantiles": _BAND,
        "curves": {"sine": {"constant": res.constant, "failed": _FAILED}},
        "cells": [
            {
                "start": start,
                "width": cfg.units,
                "steps": cfg.budgets[0],
                "run": page_run(planned(cfg, cfg.units, start, cfg.budgets[0])),
                "band": significant(sums.quantiles(course, _BAND), 3),
                "errors": significant(course[:, -1], 4),
                "checksum": checksum(course[:, -1]),
            }
            for start, course in courses.items()
        ],
    }


_DECIDES = at_least(
    0.5,
    because=(
        "“只有起点不同”：它要改变至少一半种子的结局。",
        "“Only the start differs”: it has to change the fate of at least half of the seeds.",
    ),
)

_SOONER = at_least(
    4.0,
    because=(
        "我们训练到原文预算的四倍；起点若要紧，至少省下四分之三的步数。",
        "We train for four times the source’s budget; a start that matters saves three quarters of"
        " the steps at least.",
    ),
)

_CONVENTIONS = (
    Convention("start", ("常用的起点", "the usual start"), ({"start": "fan_in_uniform"},)),
    Convention("rate", ("学习率", "rate"), ({"rate": 0.01},)),
)
CLAIMS: list[Claim[Result] | Remark] = [
    Claim(
        id="E01d",
        source="Source E §1",
        kind="finding",
        statement=(
            "通用逼近定理没有说参数能不能用梯度下降学到。",
            "The universal approximation theorem does not say whether gradient descent can learn "
            "the parameters.",
        ),
        measure=lambda res: res.decided,
        bound=_DECIDES,
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="E01d/steep",
        source="this book, after Source E §1",
        kind="cause",
        statement=(
            "起点之所以管用，是因为第一层够陡，不是因为转折点撒开。",
            "The start helps because the first layer is steep, not because its kinks are spread.",
        ),
        measure=lambda res: res.sooner["both"],
        bound=_SOONER,
        factors=(
            Factor(("够陡", "steep slopes"), lambda res: res.sooner["steep"], rival=False),
            Factor(("转折点撒开", "spread kinks"), lambda res: res.sooner["spread"]),
        ),
        conventions=_CONVENTIONS,
    ),
]

if __name__ == "__main__":
    show(__name__)
