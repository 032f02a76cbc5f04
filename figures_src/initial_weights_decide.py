"""The same net, data and optimiser: where the first layer starts decides whether it learns."""

from dataclasses import dataclass
from typing import TypedDict

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, along
from dlbook.base.evidence import Estimate, at_least
from dlbook.base.lookup import lookup
from dlbook.figures.fields import significant
from dlbook.figures.idioms import bare, direct_label, level_line, powers
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, mosaic
from dlbook.mathematics import nets, sums
from dlbook.mathematics.grids import linspace
from dlbook.record.claims import Claim, Remark
from dlbook.training import data, stats
from dlbook.training.page_run import PageRun, page_run
from dlbook.training.replay import Run, geometric
from dlbook.training.train import Fit


@dataclass(frozen=True)
class Config:
    """Two widths for ``steps`` updates; the wide nets of the usual start for ``longer``."""

    points: int = 100
    narrow: int = 32
    wide: int = 64
    seeds: int = 64
    rate: float = 3e-3
    steps: int = 6000
    longer: int = 10_000


SMALL = Config(seeds=8, steps=60, longer=100)

WORDS = {
    "usual": ("Xavier", "Xavier"),
    "spread": ("转折点撒开", "kinks spread"),
    "units": ("{units} 个单元", "{units} units"),
    "steps": ("{steps} 步", "{steps} steps"),
    "panel": ("{start}：MSE {error}", "{start}: MSE {error}"),
    "error": ("MSE", "MSE"),
    "constant": ("最好的常数", "best constant"),
    "failed": ("失败率", "share of failures"),
}

# Written down before the run.
_FAILED = 0.1  # a mean squared error above this: a fifth of the variance of sin 12x is left

_BAND = (0.0, 0.1, 0.5, 0.9, 1.0)  # the quantiles over seeds that a page draws a run on

_CURVE = "sin 12x"
_OUTPUT = "xavier_uniform_with_biases"
_STARTS = {"usual": "xavier_uniform_with_biases", "spread": "spread_kinks"}


@dataclass(frozen=True)
class Result:
    """``errors`` ``(5, seeds)`` and tuples have one entry per column of the picture.

    Narrow usual, narrow spread, wide usual, wide spread, wide usual after ``longer`` steps.
    ``drawn`` is the seed whose error with the usual start is the (lower) median of the narrow
    nets, ``curves`` ``(2, 201)`` its outputs from both starts on [-1, 1]. ``decided``: how much
    larger the share of failures is from the usual start, paired by seed, for both widths;
    ``recovered``: how many wide nets succeed only between ``steps`` and ``longer``. ``courses``
    ``(4, seeds, k)``: the errors of the first four columns before the updates ``recorded``, as far
    as ``steps``; ``long_course`` ``(seeds, l)``: those of the last, before all ``recorded``.
    """

    config: Config
    threshold: float
    constant: float
    failed: Along[Estimate]
    medians: Along[Estimate]
    least: Along[float]
    most: Along[float]
    decided: Along[Estimate]
    recovered: int
    same_output_layer: bool
    drawn: int
    curves: Tensor
    errors: Along[Tensor]
    recorded: Tensor
    courses: Tensor
    long_course: Tensor


@dataclass(frozen=True)
class Replay:
    """What a reader may choose of a run."""

    seed: int = 0
    width: int = Config.narrow
    start: str = "usual"
    steps: int = Config.steps


def replay(choice: Replay, cfg: Config) -> Run:
    return planned(cfg, choice.width, choice.start, choice.steps)


def planned(cfg: Config, width: int, start: str, steps: int) -> Run:
    """The run of one column; layers draw from streams of their own, so the second starts alike."""
    return Run(
        widths=(1, width, 1),
        activation="sigmoid",
        init=(lookup("start", start, _STARTS), _OUTPUT),
        data=_CURVE,
        points=cfg.points,
        loss="mean_squared_error",
        optimiser="adam",
        rate=cfg.rate,
        steps=steps,
    )


def target(points: int) -> tuple[Tensor, Tensor]:
    """``points`` places on [-1, 1] and sin 12x there, both ``(points, 1)``."""
    x = linspace(-1, 1, points)[:, None]
    return x, data.CURVES[_CURVE](x)


def started(width: int, start: str, cfg: Config) -> nets.Stack:
    """The nets of all seeds before training."""
    return planned(cfg, width, start, cfg.steps).stack(range(cfg.seeds))


def trained(width: int, start: str, steps: int, cfg: Config) -> Fit:
    """Trained on all points at every step; the errors at the recorded steps are kept."""
    record = [step for step in recorded(cfg) if step <= steps]
    run = planned(cfg, width, start, steps)
    return run.fit(range(cfg.seeds), record, what=f"{width} units, {start} start")


def recorded(cfg: Config) -> list[int]:
    """Steps in geometric progression, with ``steps`` and ``longer`` among them."""
    return sorted({*geometric(max(cfg.steps, cfg.longer)), cfg.steps, cfg.longer})


def columns(cfg: Config) -> list[str]:
    """What each column of the picture holds: width, start, and whether it trains longer."""
    usual = [f"{width} {start}" for width in (cfg.narrow, cfg.wide) for start in _STARTS]
    return [*usual, f"{cfg.wide} usual longer"]


def run(cfg: Config) -> Result:
    steps = recorded(cfg)
    narrow = [trained(cfg.narrow, start, cfg.steps, cfg) for start in _STARTS]
    usual = trained(cfg.wide, "usual", steps[-1], cfg)
    spread = trained(cfg.wide, "spread", cfg.steps, cfg)
    at, end = steps.index(cfg.steps), steps.index(cfg.longer)
    courses = torch.stack([fit.losses[:, : at + 1] for fit in (*narrow, usual, spread)])
    errors = torch.cat([courses[..., at], usual.losses[None, :, end]])
    failed = errors > _FAILED
    drawn = int(errors[0].argsort()[(cfg.seeds - 1) // 2])
    grid = linspace(-1, 1, 201)[:, None]
    layers = [started(cfg.narrow, start, cfg).layers[1] for start in _STARTS]
    return Result(
        config=cfg,
        threshold=_FAILED,
        constant=float(sums.variance(target(cfg.points)[1])),
        failed=along(map(stats.rate, failed), nets=columns(cfg)),
        medians=along(map(stats.median, errors), nets=columns(cfg)),
        least=along(errors.amin(-1).tolist(), nets=columns(cfg)),
        most=along(errors.amax(-1).tolist(), nets=columns(cfg)),
        decided=along(
            (
                stats.difference(failed[0].double(), failed[1].double()),
                stats.difference(failed[2].double(), failed[3].double()),
            ),
            width=(cfg.narrow, cfg.wide),
        ),
        recovered=int(sums.total(failed[2] & ~failed[4])),
        same_output_layer=all(map(torch.equal, *layers)),
        drawn=drawn,
        curves=torch.stack([fit.stack[drawn].predict(grid)[0, :, 0] for fit in narrow]),
        errors=along(errors, nets=columns(cfg)),
        recorded=torch.tensor(steps),
        courses=courses,
        long_course=usual.losses,
    )


def check(res: Result) -> None:
    assert res.same_output_layer, "the two starts differ in the first layer only"


def draw(res: Result, t: Words) -> Figure:
    figure, axes = mosaic([["usual", "spread"], ["errors", "errors"]], 5.2, [1, 1.7])
    for row, start in enumerate(_STARTS):
        _curve(res, row, axes[start], t[start], t)
    axes["spread"].tick_params(labelleft=False)
    _errors(res, axes["errors"], t)
    return figure


def _curve(res: Result, row: int, ax: Axes, start: str, t: Words) -> None:
    error = res.errors[columns(res.config)[row]][res.drawn].item()
    x, y = target(201)
    ax.plot(x, y, color=colour("line"), linewidth=3)
    role, dash = ("extra", "--") if error > _FAILED else ("shallow", "-")
    grid = linspace(-1, 1, res.curves.shape[1])
    ax.plot(grid, res.curves[row], color=colour(role), linestyle=dash, linewidth=1.5)
    ax.set_title(t["panel"].format(start=start, error=t.number(error, ".4")))
    ax.set(xlabel="$x$", xticks=(-1, 0, 1), yticks=(-1, 0, 1), ylim=(-1.3, 1.3))


def _errors(res: Result, ax: Axes, t: Words) -> None:
    names = [(start, width) for width in (res.config.narrow, res.config.wide) for start in _STARTS]
    columns = [(name, res.config.steps) for name in names] + [
        (("usual", res.config.wide), res.config.longer)
    ]
    aside = linspace(-0.32, 0.32, res.config.seeds)
    rows = zip(res.errors, res.failed, res.medians, strict=True)
    for place, (runs, share, middle) in enumerate(rows):
        bad = runs > _FAILED
        ax.plot(*_dots((place + aside)[~bad], runs[~bad]), color=colour("shallow"), lw=2.5)
        ax.plot((place + aside)[bad], runs[bad], "x", color=colour("extra"), ms=3.5, mew=0.9)
        ax.plot((place - 0.38, place + 0.38), (middle.mean,) * 2, color=colour("ink"))
        direct_label(
            ax, place, 0.85, t.number(share.mean, ".0%"), "extra", ha="center", va="bottom"
        )
    level_line(ax, res.constant)
    direct_label(ax, 0.97, 0.42, t["constant"], "muted", ha="center", va="top")
    ax.set(yscale="log", ylabel=t["error"], xlim=(-0.5, 4.5))
    ax.set_ylim(min(1e-2, min(runs.min().item() for runs in res.errors) / 2), 4)
    direct_label(ax, -0.4, 1.7, t["failed"], "extra", va="bottom")
    ax.set_xticks(range(5), [_column(*name, count, t) for name, count in columns])
    bare(ax, "x", line=True)
    powers(ax)


def _dots(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Dots as one path of short strokes: a marker each would make a heavy picture."""
    gap = torch.full_like(x, torch.nan)
    return torch.stack([x, x + 0.01, gap], 1).flatten(), torch.stack([y, y, gap], 1).flatten()


def _column(start: str, width: int, steps: int, t: Words) -> str:
    units = t["units"].format(units=width)
    return "\n".join((t[start], units, t["steps"].format(steps=t.number(steps))))


class Cell(TypedDict):
    """One column: its run, a row of errors for each quantile, and where the seeds ended."""

    start: str
    width: int
    steps: int
    run: PageRun
    band: list[list[float]]
    errors: list[float]


class Limits(TypedDict):
    """Errors of a curve: of its best constant, and the least of a failure."""

    constant: float
    failed: float


class Explorable(TypedDict):
    """Cells, their ``band`` at the recorded ``steps``, and what errors mean on each curve."""

    steps: list[int]
    quantiles: tuple[float, ...]
    curves: dict[str, Limits]
    cells: list[Cell]


def explorable(res: Result) -> Explorable:
    """Of every column: its run, how the errors of its seeds fell, and where each of them ended."""
    names = [(start, width) for width in (res.config.narrow, res.config.wide) for start in _STARTS]
    columns = [
        (*name, res.config.steps, course) for name, course in zip(names, res.courses, strict=True)
    ]
    columns.append(("usual", res.config.wide, res.config.longer, res.long_course))
    return {
        "steps": res.recorded.tolist(),
        "quantiles": _BAND,
        "curves": {"sine": {"constant": res.constant, "failed": _FAILED}},
        "cells": [
            {
                "start": start,
                "width": width,
                "steps": steps,
                "run": page_run(planned(res.config, width, start, steps)),
                "band": significant(sums.quantiles(course, _BAND), 3),
                "errors": significant(errors, 4),
            }
            for (start, width, steps, course), errors in zip(columns, res.errors, strict=True)
        ],
    }


_DECIDES = at_least(
    0.5,
    because=(
        "“只有起点不同”：它要改变至少一半种子的结局。",
        "“Only the start differs”: it has to change the fate of at least half of the seeds.",
    ),
)

_FOUND = at_least(
    0.95,
    because=(
        "“神经元够多就能得到这个函数”：二十次里有十九次找得到。",
        "“Enough neurons produce the function”: 19 of 20 runs find it.",
    ),
)
CLAIMS: list[Claim[Result] | Remark] = [
    Claim(
        id="E01d",
        source="seed 004 §1",
        kind="finding",
        statement=(
            "通用逼近定理没有说参数能不能用梯度下降学到。",
            "The universal approximation theorem does not say whether gradient descent can learn "
            "the parameters.",
        ),
        measure=lambda res: res.decided[res.config.narrow],
        bound=_DECIDES,
    ),
    Claim(
        id="A08/found",
        source="seed 000 §2.1",
        kind="finding",
        statement=(
            "神经元足够多，就能产生任何曲线；这里问训练是否也找得到。",
            "With enough neurons any curve can be produced; the question here is whether training "
            "finds it.",
        ),
        measure=lambda res: stats.rate(res.errors[columns(res.config)[-1]] <= _FAILED),
        bound=_FOUND,
    ),
]

if __name__ == "__main__":
    show(__name__)
