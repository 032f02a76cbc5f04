"""More hidden units mostly lower the median training error, while single runs still fail."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypedDict

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, along
from dlbook.base.evidence import Estimate, at_most
from dlbook.base.lookup import lookup
from dlbook.figures.fields import significant
from dlbook.figures.idioms import bare, direct_label, level_line, powers
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, mosaic
from dlbook.mathematics import rng, sums
from dlbook.mathematics.elementary import log
from dlbook.mathematics.grids import linspace
from dlbook.record.claims import Claim, Remark
from dlbook.training import data, stats
from dlbook.training.page_run import PageRun, page_run
from dlbook.training.replay import Run, geometric


@dataclass(frozen=True)
class Config:
    """As the code of seed 004 (``points``), once more as its text (``text_points``)."""

    points: int = 100
    text_points: int = 50
    widths: tuple[int, ...] = (1, 2, 4, 8, 16, 32, 64)
    seed_widths: tuple[int, ...] = (2, 4, 16)
    seeds: int = 32
    rate: float = 3e-3
    steps: int = 10_000


SMALL = Config(seeds=8, steps=60)

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
    "half": ("{points} 个点", "{points} points"),
}

# Written down before the run. Failed: a fifth of the target's variance or more is left (an error of
# 0.1 for sin 12x, whose variance is 0.5). Stuck: nine tenths of it are left.
_FAILED, _STUCK = 0.2, 0.9
_JUDGED = (1, 6)  # widths 2, 4, 8, 16, 32

_BAND = (0.0, 0.1, 0.5, 0.9, 1.0)  # the quantiles over seeds that a page draws a run on

_CURVES = {"sine": "sin 12x", "polynomial": "-2x^4 + x^3 + x^2 - 2x", "absolute": "|x|"}


@dataclass(frozen=True)
class Result:
    """Nested tuples go function by function (sine, polynomial, absolute value), then width.

    ``errors`` ``(3, widths, seeds)`` and ``text_errors`` ``(3, seed_widths, seeds)``: final mean
    squared errors with ``points`` and with ``text_points``; ``courses`` and ``text_courses`` have
    one more axis, the same before the updates ``recorded`` ``(k,)``. ``ordered``: the share of
    seeds whose three single runs (2, 4, 16 units) fall in that order. ``lines``: the error of the
    best straight line, at which stuck runs stand.
    """

    config: Config
    constants: Along[float]
    lines: Along[float]
    monotone: Along[float]
    medians: Along[Estimate]
    text_medians: Along[Estimate]
    failed: Along[Estimate]
    stuck: Along[Estimate]
    sine_means: Along[float]
    sine_most: Along[float]
    sine_least: Along[float]
    ordered: Along[Estimate]
    trend: Estimate
    trends: Along[Estimate]
    text_failed: Along[Estimate]
    worst_doubling: Estimate
    text_shift: Estimate
    errors: Tensor
    text_errors: Tensor
    recorded: Tensor
    courses: Tensor
    text_courses: Tensor


@dataclass(frozen=True)
class Replay:
    """What a reader may choose of a run."""

    seed: int = 0
    width: int = 16
    curve: str = "sine"
    points: int = Config.points


def replay(choice: Replay, cfg: Config) -> Run:
    return planned(cfg, choice.curve, choice.width, choice.points)


def planned(cfg: Config, curve: str, width: int, points: int) -> Run:
    """The run of one cell: a net of so many units on so many points of a curve."""
    return Run(
        widths=(1, width, 1),
        activation="sigmoid",
        init=("xavier_uniform_with_biases", "xavier_uniform_with_biases"),
        data=lookup("curve", curve, _CURVES),
        points=points,
        loss="mean_squared_error",
        optimiser="adam",
        rate=cfg.rate,
        steps=cfg.steps,
    )


def targets(points: int) -> tuple[Tensor, Tensor]:
    """Inputs ``(points, 1)`` on [-1, 1] and the three curves ``(3, points, 1)``."""
    x = linspace(-1, 1, points)[:, None]
    return x, torch.stack([data.CURVES[name](x) for name in _CURVES.values()])


def trained(widths: tuple[int, ...], points: int, cfg: Config) -> Tensor:
    """Mean squared errors at the recorded steps, ``(3, widths, seeds, k)``."""

    def course(curve: str, width: int) -> Tensor:
        what = f"{curve}, {width} units, {points} points"
        run = planned(cfg, curve, width, points)
        return run.fit(range(cfg.seeds), geometric(cfg.steps), what=what).losses

    rows = [torch.stack([course(curve, width) for width in widths]) for curve in _CURVES]
    return torch.stack(rows)


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


def trend(medians: Tensor) -> Tensor:
    """The last width's median over the first's, for the worst curve: ``(3, w, r) -> (r,)``."""
    return (medians[:, -1] / medians[:, 0]).amax(0)


def worst_rise(medians: Tensor) -> Tensor:
    """The largest factor from one width's median to the next: ``(3, w, r) -> (r,)``."""
    return (medians[:, 1:] / medians[:, :-1]).amax((0, 1))


def shift(medians: Tensor) -> Tensor:
    """The largest distance of two sets of medians in doublings: ``(2, 3, w, r) -> (r,)``."""
    return (log(medians[0] / medians[1]).abs() / log(2)).amax((0, 1))


def resampled(errors: Tensor, statistic: Callable[[Tensor], Tensor]) -> Estimate:
    """A statistic of medians over the last axis, with its interval over resampled seeds."""

    def of(picked: Tensor) -> Tensor:
        return statistic(sums.quantile(errors[..., picked.long()], 0.5))

    seeds = torch.arange(errors.shape[-1], dtype=torch.float64)
    return stats.bootstrap(seeds, of, rng.stream(0, "bootstrap"), resamples=2000)


def table(errors: Tensor, of: Callable[[Tensor], Estimate]) -> tuple[tuple[Estimate, ...], ...]:
    """One estimate per curve and width: ``(3, w, seeds)`` to rows."""
    return tuple(tuple(of(cell) for cell in row) for row in errors)


def run(cfg: Config) -> Result:
    x, curves = targets(cfg.points)
    constants = sums.variance(curves.flatten(1), 1)
    courses = trained(cfg.widths, cfg.points, cfg)
    text_courses = trained(cfg.seed_widths, cfg.text_points, cfg)
    errors, text_errors = courses[..., -1], text_courses[..., -1]
    chosen = errors[:, [cfg.widths.index(width) for width in cfg.seed_widths]]
    left = errors / constants[:, None, None]
    return Result(
        config=cfg,
        constants=along(constants.tolist(), curve=_CURVES),
        lines=along((line_error(x, curve) for curve in curves), curve=_CURVES),
        monotone=along(
            (min(monotone_error(curve), monotone_error(-curve)) for curve in curves[..., 0]),
            curve=_CURVES,
        ),
        medians=along(
            (cell for row in table(errors, stats.median) for cell in row),
            curve=_CURVES,
            width=cfg.widths,
        ),
        text_medians=along(
            (cell for row in table(text_errors, stats.median) for cell in row),
            curve=_CURVES,
            width=cfg.seed_widths,
        ),
        failed=along(
            (cell for row in table(left > _FAILED, stats.rate) for cell in row),
            curve=_CURVES,
            width=cfg.widths,
        ),
        stuck=along(
            (cell for row in table(left > _STUCK, stats.rate) for cell in row),
            curve=_CURVES,
            width=cfg.widths,
        ),
        sine_means=along(sums.mean(errors[0], -1).tolist(), width=cfg.widths),
        sine_most=along(errors[0].amax(-1).tolist(), width=cfg.widths),
        sine_least=along(errors[0].amin(-1).tolist(), width=cfg.widths),
        ordered=along((stats.rate((row.diff(dim=0) < 0).all(0)) for row in chosen), curve=_CURVES),
        trend=resampled(chosen, trend),
        trends=along(
            (resampled(chosen[[row]], trend) for row in range(len(curves))), curve=_CURVES
        ),
        text_failed=along(
            (
                cell
                for row in table(text_errors / constants[:, None, None] > _FAILED, stats.rate)
                for cell in row
            ),
            curve=_CURVES,
            width=cfg.seed_widths,
        ),
        worst_doubling=resampled(errors[:, slice(*_JUDGED)], worst_rise),
        text_shift=resampled(torch.stack([chosen, text_errors]), shift),
        errors=errors,
        text_errors=text_errors,
        recorded=torch.tensor(geometric(cfg.steps)),
        courses=courses,
        text_courses=text_courses,
    )


def check(res: Result) -> None:
    assert res.config.widths[0] == 1, "the first column is a single unit"
    bounds = torch.tensor(res.monotone.values(), dtype=torch.float64)[:, None]
    assert (res.errors[:, 0] >= bounds).all(), "one sigmoid is monotone, so its error is bounded"


def draw(res: Result, t: Words) -> Figure:
    figure, axes = mosaic([["sine"] * 2, ["polynomial", "absolute"]], 5.6, [1.2, 1])
    for name in _CURVES:
        _panel(res, name, axes[name], t)
        axes[name].set_title(t[name])
    for name in ("sine", "polynomial"):
        axes[name].set_ylabel(t["error"])
    _labels(res, axes, t)
    return figure


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
    halved = [cell.mean for cell in res.text_medians.at(curve=curve)]
    ax.plot(_columns(res), halved, "D", color=colour("ink"), ms=4.5, mfc="none")
    level_line(ax, res.constants[curve])
    ax.plot((-0.4, 0.4), (res.monotone[curve],) * 2, color=colour("exact"), linewidth=2.5)
    ax.set(yscale="log", xlabel=t["units"], xlim=(-0.5, len(places) - 0.5))
    ax.set_xticks(range(len(places)), [str(width) for width in res.config.widths])
    bare(ax, "x", line=True)
    ax.set_yticks([10.0**power for power in ((-3, -2, -1, 0) if curve == "sine" else (-5, -3, -1))])
    powers(ax)


def _columns(res: Result) -> list[int]:
    return [res.config.widths.index(width) for width in res.config.seed_widths]


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
    sine.text(3.7, 0.105, t["median"], va="center")
    place, middle = _columns(res)[-1], res.text_medians["sine", res.config.seed_widths[-1]].mean
    half = t["half"].format(points=res.config.text_points)
    sine.text(place + 0.15, middle, half, va="center")
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
    """One net on one curve: its run, a row of errors for each quantile, and where seeds ended."""

    curve: str
    width: int
    points: int
    run: PageRun
    band: list[list[float]]
    errors: list[float]


class Limits(TypedDict):
    """Errors of a curve: of its best constant and monotone function, and the least of a failure."""

    constant: float
    monotone: float
    failed: float


class Explorable(TypedDict):
    """Cells, their ``band`` at the recorded ``steps``, and what errors mean on each curve."""

    steps: list[int]
    quantiles: tuple[float, ...]
    curves: dict[str, Limits]
    cells: list[Cell]


def explorable(res: Result) -> Explorable:
    """Of every cell: its run, how the errors of its seeds fell, and where each of them ended."""
    trained = (
        (res.config.points, res.config.widths, res.courses),
        (res.config.text_points, res.config.seed_widths, res.text_courses),
    )
    bounds = zip(_CURVES, res.constants, res.monotone, strict=True)
    return {
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
                "points": points,
                "run": page_run(planned(res.config, curve, width, points)),
                "band": significant(sums.quantiles(losses, _BAND), 3),
                "errors": significant(losses[:, -1], 4),
            }
            for points, widths, courses in trained
            for curve, row in zip(_CURVES, courses, strict=True)
            for width, losses in zip(widths, row, strict=True)
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

_TWOFOLD = at_most(
    1.0,
    because=(
        "“点数减半也一样”：中位数相差不到一倍（以 2 为底的对数不超过 1）。",
        "“The same with half the points”: medians within a factor 2, a binary logarithm of 1.",
    ),
)

_RARELY = at_most(
    0.05,
    because=(
        "“找得到最好的”：二十次里最多一次落空。",
        "“Finds the best”: at most one run in twenty misses.",
    ),
)
CLAIMS: list[Claim[Result] | Remark] = [
    Claim(
        id="E01b",
        source="seed 004 §1",
        kind="finding",
        statement=(
            "从每条曲线取 50 个点来训练和计算误差（代码取 100 个）。",
            "Fifty points of each curve serve to train and to measure (the code takes 100).",
        ),
        measure=lambda res: res.text_shift,
        bound=_TWOFOLD,
    ),
    Claim(
        id="E01c",
        source="seed 004 §1",
        kind="finding",
        statement=(
            "隐藏单元越多，训练误差一般越小。",
            "With more hidden units the training error generally falls.",
        ),
        measure=lambda res: res.trend,
        bound=_HALF,
    ),
    Claim(
        id="E01c/every-step",
        source="seed 004 §1",
        kind="finding",
        statement=(
            "每把单元数翻倍一次，误差都不会变大。",
            "No doubling of the hidden units makes the error larger.",
        ),
        measure=lambda res: res.worst_doubling,
        bound=_NO_RISE,
    ),
    Claim(
        id="D08/curve",
        source="seed 003",
        kind="finding",
        statement=(
            "用梯度下降找到最好的一组参数。",
            "Gradient descent finds the best set of parameters.",
        ),
        measure=lambda res: res.failed["sine", res.config.widths[-1]],
        bound=_RARELY,
    ),
]

if __name__ == "__main__":
    show(__name__)
