"""Infinitely many sigmoids add up to a softplus, which comes near the ReLU and never equals it."""

import math
from dataclasses import dataclass

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, along
from dlbook.base.evidence import at_most
from dlbook.figures.idioms import direct_label, powers
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, panels
from dlbook.mathematics.elementary import exp, log, sigmoid, softplus
from dlbook.mathematics.grids import linspace
from dlbook.mathematics.sigmoids import hard_sigmoid, sigmoid_sum
from dlbook.record.claims import Claim, Remark
from dlbook.training import stats


@dataclass(frozen=True)
class Config:
    """Sums at every spacing, softplus at every steepness, on ``per_unit`` points a unit of z."""

    spacings: tuple[float, ...] = (1.0, 0.5, 0.25, 0.1)
    steepness: tuple[float, ...] = (1.0, 4.0, 16.0)
    per_unit: int = 64


SMALL = Config(spacings=(1.0, 0.5, 0.25), steepness=(1.0, 4.0), per_unit=16)

WORDS = {
    "one": ("一个 sigmoid", "One sigmoid"),
    "many": ("许多 sigmoid 之和", "A sum of sigmoids"),
    "gaps": ("和与 softplus 的最大差", "Sum short of softplus by"),
    "steep": ("越来越陡", "Ever steeper"),
    "spacing": ("间隔 $h$", "spacing $h$"),
    "ramp": ("斜坡", "ramp"),
}

_EXACT = 1e-12
_SUM_GAP = 0.0107  # at spacing 1
_SHARE = 0.03  # the next term of the midpoint rule, h⁴, is smaller than this from h = 1/2 on
_FINE = 0.5
_REACH = 20  # z runs over ±20: beyond, sigmoid and step agree to 1e-8
_DELTAS = (0.25, 0.5, 1.0, 2.0)
_LOW, _HIGH, _TERMS = -3.0, 5.0, 5  # drawn
_AIR = 0.1  # a label does not fit between the axis and a curve that is lower


@dataclass(frozen=True)
class Result:
    """Gaps are the largest over ``±20``.

    ``sum_gaps``: softplus minus the sum at each spacing; ``shares`` the same over ``h² / 96``.
    ``relu_gaps``: softplus of each steepness minus ReLU, with ``relu_at`` where. ``sum_to_relu``
    belongs to spacing 1. ``curves`` ``(4, n)``: z, sigmoid, ramp, ReLU; ``partial`` ``(5, n)``: the
    first sigmoids added up; ``plus``: softplus of each steepness.
    """

    config: Config
    sum_gaps: Along[float]
    shares: Along[float]
    relu_gaps: Along[float]
    relu_at: Along[float]
    sum_to_relu: float
    single_gap: float
    single_at: float
    tuned_slope: float
    tuned_gap: float
    step_holds: bool
    curves: Tensor
    partial: Tensor
    plus: Tensor


def tuned_gap(slope: float) -> float:
    """The largest gap between the sigmoid and ``clip(slope z + 1/2, 0, 1)``, for slopes up to 1/4.

    It is reached at the ramp's corner, or where the sigmoid, still above the ramp, is as steep:
    ``s (1 - s) = slope`` with ``s = sigmoid(z)``.
    """
    at_corner = 1 / (1 + exp(1 / (2 * slope)))
    s = (1 + math.sqrt(1 - 4 * slope)) / 2
    return max(at_corner, s - 0.5 - slope * log(s / (1 - s)))


def step_holds(steepness: tuple[float, ...]) -> bool:
    """Whether ``sigmoid(β z)`` is a step to within ``exp(-β δ)`` wherever ``|z| > δ``."""
    beta, delta = torch.tensor(steepness).double(), torch.tensor(_DELTAS).double()
    far = beta[:, None] * delta
    return bool((sigmoid(-far) <= exp(-far)).all())


def run(cfg: Config) -> Result:
    z = torch.arange(-_REACH * cfg.per_unit, _REACH * cfg.per_unit + 1).double() / cfg.per_unit
    sums = {h: sigmoid_sum(z, h) for h in cfg.spacings}
    sum_gaps = [float((softplus(z) - total).abs().max()) for total in sums.values()]
    above = [softplus(beta * z) / beta - torch.relu(z) for beta in cfg.steepness]
    single = (sigmoid(z) - hard_sigmoid(z)).abs()
    slopes = [i / 10_000 for i in range(1000, 2501)]
    best = min(slopes, key=tuned_gap)
    x = linspace(_LOW, _HIGH, 161)
    shifted = sigmoid(x - torch.arange(_TERMS)[:, None] - 0.5)
    return Result(
        config=cfg,
        sum_gaps=along(sum_gaps, spacing=cfg.spacings),
        shares=along(
            (96 * gap / (h * h) for gap, h in zip(sum_gaps, cfg.spacings, strict=True)),
            spacing=cfg.spacings,
        ),
        relu_gaps=along((float(gap.max()) for gap in above), beta=cfg.steepness),
        relu_at=along((float(z[gap.argmax()]) for gap in above), beta=cfg.steepness),
        sum_to_relu=float((sums[cfg.spacings[0]] - torch.relu(z)).abs().max()),
        single_gap=float(single.max()),
        single_at=abs(float(z[single.argmax()])),
        tuned_slope=best,
        tuned_gap=tuned_gap(best),
        step_holds=step_holds(cfg.steepness),
        curves=torch.stack([x, sigmoid(x), hard_sigmoid(x), torch.relu(x)]),
        partial=shifted.cumsum(0),
        plus=torch.stack([softplus(beta * x) / beta for beta in cfg.steepness]),
    )


def check(res: Result) -> None:
    assert res.sum_gaps[1.0] <= _SUM_GAP, "at spacing 1 the sum is a softplus to .0107"
    for h, share in zip(res.config.spacings, res.shares, strict=True):
        assert h > _FINE or abs(share - 1) <= _SHARE, "and misses h² / 96 when it is finer"
    for beta, gap, at in zip(res.config.steepness, res.relu_gaps, res.relu_at, strict=True):
        assert at == 0, "softplus and ReLU are farthest apart at 0"
        assert abs(gap - log(2) / beta) <= _EXACT, "by ln 2 / β"
    assert res.single_at == 2, "sigmoid and ramp are farthest apart at the corners"
    assert abs(res.single_gap - 1 / (1 + exp(2))) <= _EXACT, "by 1 - sigmoid(2)"
    assert res.tuned_gap < res.single_gap, "another slope fits better"
    assert res.step_holds, "a steep sigmoid is a step away from 0"


def draw(res: Result, t: Words) -> Figure:
    figure, [[one, many], [gaps, steep]] = panels(2, 2, height=4.8)
    _one(one, res, t)
    _many(many, res)
    _gaps(gaps, res, t)
    _steep(steep, res, t)
    for name, ax in (("one", one), ("many", many), ("gaps", gaps), ("steep", steep)):
        ax.set_title(t[name])
    return figure


def _one(ax: Axes, res: Result, t: Words) -> None:
    z, smooth, ramp, _ = res.curves
    ax.plot(z, ramp, color=colour("line"), linewidth=3.5)
    ax.plot(z, smooth, color=colour("extra"))
    corner, below = res.single_at, 1 - res.single_gap
    ax.plot((corner, corner), (below, 1), color=colour("ink"), linewidth=1)
    ax.text(corner + 0.2, below - 0.04, t.number(res.single_gap, ".3"), va="top")
    direct_label(ax, -0.4, 0.62, "$\\sigma(z)$", "extra", ha="right", va="center")
    direct_label(ax, 0.3, 0.36, t["ramp"], "muted", va="center")
    ax.set(xlabel="$z$", xlim=(_LOW - 0.5, _HIGH), xticks=(-2, 0, 2), yticks=(0, 1))


def _many(ax: Axes, res: Result) -> None:
    z, _, _, relu = res.curves
    ax.plot(z, relu, color=colour("line"), linewidth=3.5)
    ax.plot(z, res.plus[0], color=colour("exact"), linewidth=3)
    for count, total in enumerate(res.partial, 1):
        ax.plot(z, total, color=colour("extra"), linewidth=1)
        direct_label(ax, _HIGH + 0.15, float(total[-1]), str(count), "extra", va="center")
    direct_label(ax, 2.2, 3.6, "softplus", "exact", ha="right", va="center")
    direct_label(ax, -0.2, -0.45, "ReLU", "muted", ha="right", va="center")
    ax.set(xlabel="$z$", xlim=(_LOW, _HIGH + 0.6), ylim=(-0.8, None))
    ax.set(xticks=(0, _HIGH), yticks=(0, _HIGH))


def _gaps(ax: Axes, res: Result, t: Words) -> None:
    h = torch.tensor(res.config.spacings)
    ax.plot(h, h**2 / 96, color=colour("exact"), linestyle=(0, (3, 2)))
    ax.plot(h, res.sum_gaps.values(), "o", color=colour("extra"))
    middle = res.config.spacings[len(res.config.spacings) // 2]
    direct_label(ax, 1.25 * middle, middle**2 / 150, "$h^2/96$", "exact", va="top")
    ax.set(xlabel=t["spacing"], xscale="log", yscale="log", xlim=(0.07, 1.5), ylim=(5e-5, 3e-2))
    ax.set_xticks((0.1, 1), ("0.1", "1"))
    ax.set_yticks((1e-4, 1e-2))
    powers(ax)


def _steep(ax: Axes, res: Result, t: Words) -> None:
    z, _, _, relu = res.curves
    ax.plot(z, relu, color=colour("line"), linewidth=3.5)
    for plus, beta, gap in zip(res.plus, res.config.steepness, res.relu_gaps, strict=True):
        ax.plot(z, plus, color=colour("exact"), linewidth=1.3)
        ax.plot(0, gap, "o", color=colour("exact"), markersize=4)
        place, side = (gap + 0.03, "bottom") if gap > _AIR else (-0.06, "top")
        label = f"$\\beta={t.number(beta)}$"
        direct_label(ax, -0.15, place, label, "exact", ha="right", va=side)
    ax.set(xlabel="$z$", xlim=(-1.5, 1.2), ylim=(-0.25, 1.3), xticks=(-1, 0, 1), yticks=(0, 1))


_EQUAL = at_most(
    0.1,
    because=(
        "要算同一个函数，两者处处相差不到十分之一。",
        "Two functions that are to be the same come nearer than a tenth of a unit.",
    ),
)
_NEAR = at_most(
    0.1,
    because=(
        "斜坡高 1；近似，是处处至多差十分之一，这一章都用这个标准。",
        "A ramp is 1 high; to approximate it is to be within a tenth of it everywhere, as in the "
        "rest of this chapter.",
    ),
)
CLAIMS: list[Claim[Result] | Remark] = [
    Claim(
        id="A07",
        source="Source A §2.1",
        kind="construction",
        statement=(
            "可以用 sigmoid 近似地表示斜坡（hard sigmoid）。",
            "A sigmoid approximates the ramp (hard sigmoid).",
        ),
        measure=lambda res: along(
            map(stats.exact, (res.single_gap, res.tuned_gap)), slope=("the same", "the best")
        ),
        bound=_NEAR,
    ),
    Claim(
        id="C24c",
        source="Source C ¶21",
        kind="theorem",
        statement=(
            "ReLU 相当于无穷多个加权的 sigmoid 之和。",
            "A ReLU equals an infinite number of weighted sigmoids.",
        ),
        measure=lambda res: stats.exact(res.sum_to_relu),
        bound=_EQUAL,
    ),
]

if __name__ == "__main__":
    show(__name__)
