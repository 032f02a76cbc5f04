"""More hidden units mostly lower the median training error; failures grow fewer with the steps."""

import math
from collections.abc import Callable
from dataclasses import dataclass
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
from dlbook.figures.idioms import bare, direct_label, level_line, powers
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, mosaic
from dlbook.mathematics import rng, sums
from dlbook.mathematics.grids import geomspace, linspace
from dlbook.record.claims import Budget, Claim, Convention, Remark
from dlbook.training import data, stats
from dlbook.training.page_run import PageRun, page_run
from dlbook.training.replay import Run, geometric


@dataclass(frozen=True)
class Config:
    """As the code of Source E; nets of ``long_widths`` go on with the sine for ``longer`` steps."""

    points: int = 100
    widths: tuple[int, ...] = (1, 2, 4, 8, 16, 32, 64)
    trend: tuple[int, int] = (2, 16)
    long_widths: tuple[int, ...] = (2, 16, 64)
    start: str = "xavier_uniform_with_biases"
    seeds: int = 32
    rate: float = 3e-3
    steps: int = 10_000
    longer: int = 40_000
    first_seed: int = 0


SMALL = Config(seeds=8, steps=60, longer=240)
GRID = Config(seeds=16)
GRID_BUDGET = 200.0

BUDGET = 900.0  # seconds: the largest figure of the book, on a busy machine

WORDS = {
    "sine": ("$\\sin 12x$", "$\\sin 12x$"),
    "polynomial": ("$-2x^4+x^3+x^2-2x$", "$-2x^4+x^3+x^2-2x$"),
    "absolute": ("$|x|$", "$|x|$"),
    "units": ("隐藏单元数", "hidden units"),
    "error": ("MSE", "MSE"),
    "constant": ("最好的常数", "best constant"),
    "monotone": ("最好的单调函数", "best monotone"),
    "failed": ("失败率", "share of failures"),
    "median": ("中位数", "median"),
    "steps": ("步数", "steps"),
    "course": (
        "$\\sin 12x$：失败率随步数的变化",
        "$\\sin 12x$: share of failures as the steps go on",
    ),
    "wide": ("{units} 个单元", "{units} units"),
}

# Written down before the run. Failed: a fifth of the target's variance or more is left (an error of
# 0.1 for sin 12x, whose variance is 0.5). Stuck: nine tenths of it are left.
_FAILED, _STUCK = 0.2, 0.9
_FLAT = 0.1  # a share of failures that changes by less over a doubling of the steps

_SINGLE = (2, 4, 16)  # the widths that the source trained once each

_BAND = (0.0, 0.1, 0.5, 0.9, 1.0)  # the quantiles over seeds that a page draws a run on

_CURVES = {"sine": "sin 12x", "polynomial": "-2x^4 + x^3 + x^2 - 2x", "absolute": "|x|"}


@dataclass(frozen=True)
class Result:
    """Nested tuples go function by function (sine, polynomial, absolute value), then width.

    ``errors`` ``(3, widths, seeds)``: mean squared errors after ``steps``; ``courses`` has one more
    axis, the same before the updates ``recorded`` ``(k,)``. ``long_course``
    ``(long_widths, seeds, l)``: those of the sine, before the updates ``long_recorded``.
    ``long_failed``: the share of failures after so many steps, ``change`` that after ``longer``
    less that after half of them, paired by seed. ``failures``: the errors of the widest nets that
    fail on the sine after ``steps``. ``trends``: the ratio of the medians at the two widths
    ``trend``, on the sine after ``longer``; ``doublings``: the ratio of the median at a width to
    that at the one before. ``ordered``: the share of seeds whose three single runs (2, 4, 16 units)
    fall in that order. ``lines``: the error of the best straight line.
    """

    config: Config
    constants: Along[float]
    lines: Along[float]
    monotone: Along[float]
    medians: Along[Estimate]
    failed: Along[Estimate]
    stuck: Along[Estimate]
    failures: Along[float]
    sine_means: Along[float]
    ordered: Along[Estimate]
    trends: Along[Estimate]
    doublings: Along[Estimate]
    long_failed: Along[Estimate]
    long_medians: Along[Estimate]
    change: Along[Estimate]
    errors: Tensor
    recorded: Tensor
    courses: Tensor
    long_recorded: Tensor
    long_course: Tensor


@dataclass(frozen=True)
class Replay:
    """What a reader may choose of a run."""

    seed: int = 0
    width: int = 16
    curve: str = "sine"
    points: int = Config.points
    steps: int = Config.steps


def replay(choice: Replay, cfg: Config) -> Run:
    return planned(cfg, choice.curve, choice.width, choice.steps, choice.points)


def planned(cfg: Config, curve: str, width: int, steps: int, points: int) -> Run:
    """The run of one cell: a net of so many units on so many points of a curve."""
    return Run(
        widths=(1, width, 1),
        activation="sigmoid",
        init=(cfg.start, cfg.start),
        data=lookup("curve", curve, _CURVES),
        points=points,
        loss="mean_squared_error",
        optimiser="adam",
        rate=cfg.rate,
        steps=steps,
    )


def targets(points: int) -> tuple[Tensor, Tensor]:
    """Inputs ``(points, 1)`` on [-1, 1] and the three curves ``(3, points, 1)``."""
    x = linspace(-1, 1, points)[:, None]
    return x, torch.stack([data.CURVES[name](x) for name in _CURVES.values()])


def recorded(cfg: Config) -> list[int]:
    """Steps in geometric progression up to ``steps``, and nine from there to ``longer``."""
    beyond = geomspace(cfg.steps, cfg.longer, 9).round().int().tolist()
    return sorted({*geometric(cfg.steps), *beyond, cfg.longer // 2, cfg.longer})


def trained(curve: str, width: int, cfg: Config) -> Tensor:
    """Mean squared errors at the recorded steps as far as this net goes, ``(seeds, k)``."""
    goes_on = curve == "sine" and width in cfg.long_widths
    steps = cfg.longer if goes_on else cfg.steps
    run = planned(cfg, curve, width, steps, cfg.points)
    seeds = seeds_from(cfg.first_seed, cfg.seeds)
    at = [step for step in recorded(cfg) if step <= steps]
    return run.fit(seeds, at, what=f"{curve}, {width} units").losses


def monotone_error(y: Tensor) -> float:
    """The least mean squared error of any monotone function on the values ``y`` ``(n,)``.

    Isotonic regression by its max-min formula (Barlow, Bartholomew, Bremner, Brunk 1972): the fit
    at i is the largest, over starts j <= i, of the least mean of y from j to some k >= i.
    """
    n = len(y)
    heights = torch.cat([y.new_zeros(1), y.cumsum(0)])
    start, end = torch.arange(n)[:, None], torch.arange(n)
    apart = (end - start + 1).clamp(min=1)
    means = torch.where(end >= start, (heights[1:] - heights[:-1, None]) / apart, math.inf)
    least = means.flip(1).cummin(1).values.flip(1)
    rising = torch.where(end >= start, least, -math.inf).amax(0)
    return float(sums.mean((rising - y).square()))


def line_error(x: Tensor, y: Tensor) -> float:
    """The least mean squared error of any straight line; ``x`` and ``y`` ``(n, 1)``."""
    along = x - sums.mean(x)
    slope = sums.total(along * y) / sums.total(along.square())
    return float(sums.mean((sums.mean(y) + slope * along - y).square()))


def ratio(one: Tensor, other: Tensor, cfg: Config) -> Estimate:
    """The median error of ``one`` over that of ``other``, resampled by seed, ``(seeds,)`` each."""
    both = torch.stack([one, other])

    def of(picked: Tensor) -> Tensor:
        middle = sums.quantile(both[:, picked.long()], 0.5)
        return middle[0] / middle[1]

    seeds = torch.arange(len(one), dtype=torch.float64)
    return stats.bootstrap(seeds, of, rng.stream(cfg.first_seed, "bootstrap"), resamples=2000)


def table(errors: Tensor, of: Callable[[Tensor], Estimate]) -> list[Estimate]:
    """One estimate per curve and width, or width and step: ``(r, w, seeds)``, row by row."""
    return [of(cell) for row in errors for cell in row]


def summary(errors: Tensor, failed: Tensor, constant: float) -> list[float]:
    """The least, the median and the most of the errors that failed; the constant's if none did."""
    found = errors[failed] if bool(failed.any()) else torch.tensor([constant]).double()
    return [float(found.min()), float(sums.quantile(found, 0.5)), float(found.max())]


def run(cfg: Config) -> Result:
    x, curves = targets(cfg.points)
    constants = sums.variance(curves.flatten(1), 1)
    fits = {(curve, width): trained(curve, width, cfg) for curve in _CURVES for width in cfg.widths}
    steps = recorded(cfg)
    short = [step for step in steps if step <= cfg.steps]
    courses = torch.stack(
        [torch.stack([fits[c, w][:, : len(short)] for w in cfg.widths]) for c in _CURVES]
    )
    long_course = torch.stack([fits["sine", width] for width in cfg.long_widths])
    errors = courses[..., -1]
    left = errors / constants[:, None, None]
    counted = (cfg.steps, cfg.longer // 2, cfg.longer)
    ends = long_course[..., [steps.index(step) for step in counted]].transpose(1, 2)
    lost = ends > _FAILED * float(constants[0])
    last = dict(zip(cfg.long_widths, ends[:, -1], strict=True))
    at = {width: errors[:, place] for place, width in enumerate(cfg.widths)}
    few, many = cfg.trend
    wide = left[0, -1] > _FAILED
    single = errors[:, [cfg.widths.index(width) for width in _SINGLE]]
    return Result(
        config=cfg,
        constants=along(constants.tolist(), curve=_CURVES),
        lines=along((line_error(x, curve) for curve in curves), curve=_CURVES),
        monotone=along(
            (min(monotone_error(curve), monotone_error(-curve)) for curve in curves[..., 0]),
            curve=_CURVES,
        ),
        medians=along(table(errors, stats.median), curve=_CURVES, width=cfg.widths),
        failed=along(table(left > _FAILED, stats.rate), curve=_CURVES, width=cfg.widths),
        stuck=along(table(left > _STUCK, stats.rate), curve=_CURVES, width=cfg.widths),
        failures=along(
            summary(errors[0, -1], wide, float(constants[0])), of=("least", "median", "most")
        ),
        sine_means=along(sums.mean(errors[0], -1).tolist(), width=cfg.widths),
        ordered=along((stats.rate((row.diff(dim=0) < 0).all(0)) for row in single), curve=_CURVES),
        trends=along(
            (
                ratio(last[many], last[few], cfg),
                *(ratio(at[many][row], at[few][row], cfg) for row in (1, 2)),
            ),
            curve=_CURVES,
        ),
        doublings=along(
            (
                ratio(row[place + 1], row[place], cfg)
                for row in errors
                for place in range(len(cfg.widths) - 1)
            ),
            curve=_CURVES,
            width=cfg.widths[1:],
        ),
        long_failed=along(table(lost, stats.rate), width=cfg.long_widths, steps=counted),
        long_medians=along(table(ends, stats.median), width=cfg.long_widths, steps=counted),
        change=along(
            (stats.paired_rates(each[-1], each[-2]) for each in lost), width=cfg.long_widths
        ),
        errors=errors,
        recorded=torch.tensor(short),
        courses=courses,
        long_recorded=torch.tensor(steps),
        long_course=long_course,
    )


def check(res: Result) -> None:
    assert res.config.widths[0] == 1, "the first column is a single unit"
    bounds = torch.tensor(res.monotone.values(), dtype=torch.float64)[:, None]
    assert (res.errors[:, 0] >= bounds).all(), "one sigmoid is monotone, so its error is bounded"


def draw(res: Result, t: Words) -> Figure:
    rows = [["sine"] * 2, ["polynomial", "absolute"], ["course"] * 2]
    figure, axes = mosaic(rows, 7.4, [1.2, 1, 0.8])
    for name in _CURVES:
        _panel(res, name, axes[name], t)
        axes[name].set_title(t[name])
    for name in ("sine", "polynomial"):
        axes[name].set_ylabel(t["error"])
    _labels(res, axes, t)
    _course(res, axes["course"], t)
    return figure


def _course(res: Result, ax: Axes, t: Words) -> None:
    """The share of failures on the sine against steps, as far as the longest runs go."""
    looks = (("extra", "--"), ("ink", "-"))
    widths, last = res.config.long_widths[1:], int(res.long_recorded[-1])
    shares = [
        sums.mean((course > _FAILED * res.constants["sine"]).double(), 0)
        for course in res.long_course[1:]
    ]
    ends = [float(share[-1]) for share in shares]
    upper = ends.index(max(ends))
    for place, (width, share, (role, dash)) in enumerate(zip(widths, shares, looks, strict=True)):
        ax.plot(res.long_recorded, share, color=colour(role), linestyle=dash, linewidth=1.8)
        name, side = t["wide"].format(units=width), "bottom" if place == upper else "top"
        direct_label(ax, 1.04 * last, ends[place], name, role, va=side)
    ax.axvline(res.config.steps, color=colour("grid"), linewidth=0.8, zorder=-1)
    ax.set(xscale="log", xlabel=t["steps"], xlim=(last / 100, 3 * last), ylim=(-0.03, 1.3))
    ax.set_yticks((0, 0.5, 1), ["0", "½", "1"])
    ax.set_title(t["course"])
    powers(ax)


def _panel(res: Result, curve: str, ax: Axes, t: Words) -> None:
    row = list(_CURVES).index(curve)
    aside = linspace(-0.3, 0.3, res.errors.shape[-1])
    places = torch.arange(len(res.config.widths), dtype=torch.float64)[:, None] + aside
    failed = res.errors[row] > _FAILED * res.constants[curve]
    good, bad = ((places[kind], res.errors[row][kind]) for kind in (~failed, failed))
    ax.plot(*_strokes(*good, 0.005, 1), color=colour("shallow"), linewidth=2.5)
    width, growth = (
        (0.03, 1.08) if curve == "sine" else (0.06, 1.12)
    )  # of a cross, in both sizes of panel
    for slope in (growth, 1 / growth):
        ax.plot(*_strokes(*bad, width, slope), color=colour("extra"), linewidth=0.9)
    ax.plot([cell.mean for cell in res.medians.at(curve=curve)], color=colour("ink"), linewidth=1.4)
    level_line(ax, res.constants[curve])
    ax.plot((-0.4, 0.4), (res.monotone[curve],) * 2, color=colour("exact"), linewidth=2.5)
    ax.set(yscale="log", xlabel=t["units"], xlim=(-0.5, len(places) - 0.5))
    ax.set_xticks(range(len(places)), [str(width) for width in res.config.widths])
    bare(ax, "x", line=True)
    ax.set_yticks([10.0**power for power in ((-3, -2, -1, 0) if curve == "sine" else (-5, -3, -1))])
    powers(ax)


def _strokes(x: Tensor, y: Tensor, width: float, growth: float) -> tuple[Tensor, Tensor]:
    """One path of short strokes through the points: a marker each would make a heavy picture."""
    gap = torch.full_like(x, torch.nan)
    across, up = (x - width, x + width, gap), (y / growth, y * growth, gap)
    return torch.stack(across, 1).flatten(), torch.stack(up, 1).flatten()


def _labels(res: Result, axes: dict[str, Axes], t: Words) -> None:
    sine, wide = axes["sine"], axes["absolute"]
    sine.set_ylim(top=6)
    for place, share in enumerate(res.failed.at(curve="sine")):
        direct_label(
            sine, place, 1.2, t.number(share.mean, ".0%"), "extra", ha="center", va="bottom"
        )
    direct_label(sine, -0.4, 2.6, t["failed"], "extra", va="bottom")
    sine.text(4.2, 0.14, t["median"], va="center")
    direct_label(
        axes["polynomial"],
        6.4,
        0.55 * res.constants["polynomial"],
        t["constant"],
        "muted",
        ha="right",
        va="top",
    )
    direct_label(wide, 1.1, 0.8 * res.monotone["absolute"], t["monotone"], "exact", va="top")


class Cell(TypedDict):
    """One net on one curve: its run, a row of errors for each quantile, and where seeds ended.

    ``checksum`` is that of these last errors before they are rounded.
    """

    curve: str
    width: int
    points: int
    run: PageRun
    band: list[list[float]]
    errors: list[float]
    checksum: str


class Limits(TypedDict):
    """Errors of a curve: of its best constant and monotone function, and the least of a failure."""

    constant: float
    monotone: float
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
    """Of every cell: its run, how the errors of its seeds fell, and where each of them ended."""
    cfg = res.config
    bounds = zip(_CURVES, res.constants, res.monotone, strict=True)
    return {
        "first_seed": cfg.first_seed,
        "steps": res.recorded.tolist(),
        "quantiles": _BAND,
        "curves": {
            curve: {"constant": constant, "monotone": monotone, "failed": _FAILED * constant}
            for curve, constant, monotone in bounds
        },
        "cells": [
            {
                "curve": curve,
                "width": width,
                "points": cfg.points,
                "run": page_run(planned(cfg, curve, width, cfg.steps, cfg.points)),
                "band": significant(sums.quantiles(losses, _BAND), 3),
                "errors": significant(losses[:, -1], 4),
                "checksum": checksum(losses[:, -1]),
            }
            for curve, row in zip(_CURVES, res.courses, strict=True)
            for width, losses in zip(cfg.widths, row, strict=True)
        ],
    }


_HALF = at_most(
    0.5,
    because=(
        "“更小”：从 2 个单元到 16 个，每条曲线的中位误差至少减半。",
        "“Smaller”: from 2 to 16 units the median at least halves, for every curve.",
    ),
)

_NO_RISE = at_most(
    1.25,
    because=(
        "“每一步都是”：允许一次加倍让中位数因噪声上升四分之一。",
        "“At every step”: a doubling may raise a median by a quarter, for noise.",
    ),
)

_RARELY = at_most(
    0.05,
    because=(
        "“找得到最好的”：二十次里最多一次落空。",
        "“Finds the best”: at most one run in twenty misses.",
    ),
)

_FOUND = at_least(
    0.95,
    because=(
        "“神经元够多就能得到这个函数”：二十次里有十九次找得到。",
        "“Enough neurons produce the function”: 19 of 20 runs find it.",
    ),
)

_CONVENTIONS = (
    Convention("start", ("起点", "start"), ({"start": "fan_in_uniform"},)),
    Convention("rate", ("学习率", "rate"), ({"rate": 0.01},)),
)


def _widest(found: Along[Estimate], cfg: Config) -> Estimate:
    return found[cfg.long_widths[-1]]


def _complement(share: Estimate) -> Estimate:
    return Estimate(1 - share.mean, 1 - share.high, 1 - share.low, share.n)


def _opposite(change: Estimate) -> Estimate:
    return Estimate(0.0 - change.mean, 0.0 - change.high, 0.0 - change.low, change.n)


CLAIMS: list[Claim[Result] | Remark] = [
    Remark(
        id="E01b",
        source="Source E §1",
        kind="definition",
        statement=(
            "从每条曲线取 50 个点来训练和计算误差（代码取 100 个）。",
            "Fifty points of each curve serve to train and to measure (the code takes 100).",
        ),
    ),
    Claim(
        id="E01c",
        source="Source E §1",
        kind="finding",
        statement=(
            "隐藏单元越多，训练误差一般越小。",
            "With more hidden units the training error generally falls.",
        ),
        measure=lambda res: res.trends,
        bound=_HALF,
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="E01c/every-step",
        source="Source E §1",
        kind="finding",
        statement=(
            "每把单元数翻倍一次，误差都不会变大。",
            "No doubling of the hidden units makes the error larger.",
        ),
        measure=lambda res: res.doublings,
        bound=_NO_RISE,
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="D08/curve",
        source="Source D",
        kind="finding",
        statement=(
            "用梯度下降找到最好的一组参数。",
            "Gradient descent finds the best set of parameters.",
        ),
        measure=lambda res: res.long_failed[res.config.long_widths[-1], res.config.longer],
        bound=_RARELY,
        conventions=_CONVENTIONS,
        budget=Budget(change=lambda res: _widest(res.change, res.config), within=_FLAT),
    ),
    Claim(
        id="A08/found",
        source="Source A §2.1",
        kind="finding",
        statement=(
            "神经元足够多，就能产生任何曲线；这里问训练是否也找得到。",
            "With enough neurons any curve can be produced; the question here is whether training "
            "finds it.",
        ),
        measure=lambda res: _complement(
            res.long_failed[res.config.long_widths[-1], res.config.longer]
        ),
        bound=_FOUND,
        conventions=_CONVENTIONS,
        budget=Budget(change=lambda res: _opposite(_widest(res.change, res.config)), within=_FLAT),
    ),
]

if __name__ == "__main__":
    show(__name__)
