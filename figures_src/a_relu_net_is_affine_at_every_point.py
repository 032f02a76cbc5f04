"""At every input a net of ReLUs is an affine map, that of the units which are on there."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.evidence import EVERY, Estimate
from dlbook.base.seeds import seeds_from
from dlbook.figures.idioms import direct_label, level_line
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, panels
from dlbook.mathematics import rng, sums
from dlbook.mathematics.grids import linspace
from dlbook.mathematics.nets import Stack
from dlbook.record.claims import Claim, Remark
from dlbook.training import data, stats
from dlbook.training.replay import Dataset, Drawn, Run


@dataclass(frozen=True)
class Config:
    """Two layers of ``width`` ReLUs on two moons; statements are checked at ``asked`` inputs.

    The net is drawn on a ``grid``, and cut at ``height``.
    """

    width: int = 12
    points: int = 200
    noise: float = 0.1
    start: str = "he_normal"
    rate: float = 1e-2
    steps: int = 600
    seeds: int = 16
    asked: int = 200
    height: float = 0.25
    grid: int = 80
    first_seed: int = 0


SMALL = Config(width=4, points=20, steps=10, seeds=3, asked=10, grid=12)

WORDS = {
    "plane": ("平面上的碎片", "Pieces of the plane"),
    "cut": ("沿虚线切开", "Cut along the dashed line"),
    "x1": ("$x_1$", "$x_1$"),
    "x2": ("$x_2$", "$x_2$"),
    "output": ("输出", "output"),
    "affine": ("这一点的仿射函数", "affine map of this point"),
}

_STEP = 1e-6  # of differences
_CLOSE = 1e-8
_ROUNDING = 1e-12
_LOW, _HIGH = (-1.6, -1.1), (2.6, 1.6)
_CUTS = 401
_SHOWN = (0.2, 0.52, 0.83)  # places along the cut whose affine maps are drawn


@dataclass(frozen=True)
class Result:
    """``affine``: whether A x + c is what the net gives; ``slopes``: whether A is its derivative.

    ``thin``: whether a net without the units that are off gives the very same bits. ``active``: the
    share of units that are on at the points of the data, after training, and ``active_start``
    before; ``maps``: how many different affine maps the points have. The net of the
    first seed: ``sums_of_units`` ``(units, grid, grid)``, ``outputs`` ``(grid, grid)``, ``cut``
    its output along a line, ``tangents`` ``(3, cuts)``; its data ``x``, ``labels``.
    """

    config: Config
    affine: Tensor
    slopes: Tensor
    thin: Tensor
    active: Estimate
    active_start: Estimate
    maps: Estimate
    sums_of_units: Tensor
    outputs: Tensor
    cut: Tensor
    tangents: Tensor
    x: Tensor
    labels: Tensor


@dataclass(frozen=True)
class Replay:
    """What a reader may choose of a run."""

    seed: int = 0
    width: int = 12


def replay(choice: Replay, cfg: Config) -> Run:
    """A net on the moons of its seed."""

    def drawn(seeds: Sequence[int]) -> Dataset:
        x, y = data.moons(cfg.points, cfg.noise, rng.streams(seeds, "moons"))
        return Dataset("moons", x, y.contiguous())

    return Run(
        widths=(2, choice.width, choice.width, 1),
        activation="relu",
        init=(cfg.start,) * 3,
        data=Drawn("two moons", drawn),
        points=0,
        loss="binary_cross_entropy",
        optimiser="adam",
        rate=cfg.rate,
        steps=cfg.steps,
    )


def maps(stack: Stack, x: Tensor) -> tuple[Tensor, Tensor]:
    """A ``(s, n, in)`` and c ``(s, n)`` of the affine map of every input ``(s, n, in)``.

    The product of the weight matrices, the columns of units that are off set to 0.
    """
    signals, layers = stack.signals(x), stack.layers
    A = layers[0][0][:, None].expand(-1, x.shape[1], -1, -1)
    c = layers[0][1][:, None].expand(-1, x.shape[1], -1, -1)
    for depth, (W, b) in enumerate(layers[1:]):
        on = (signals[depth] > 0).double()[:, :, None]
        A = sums.product(A * on, W[:, None])
        c = sums.product(c * on, W[:, None]) + b[:, None]
    return A[..., 0], c[..., 0, 0]


def value(A: Tensor, c: Tensor, x: Tensor) -> Tensor:
    """A x + c, ``(s, n)``."""
    return sums.total(A * x, -1) + c


def thinned(stack: Stack, x: Tensor) -> Tensor:
    """What the net gives when the units that are off are taken out, input by input, ``(s, n)``."""
    signals, rows = stack.signals(x), []
    for k in range(len(stack)):
        layers = [(W[k], b[k]) for W, b in stack.layers]
        row = []
        for n in range(x.shape[1]):
            h, kept = x[k, n][None], torch.arange(x.shape[2])
            for depth, (W, b) in enumerate(layers):
                last = depth == len(layers) - 1
                on = (
                    torch.arange(W.shape[1]) if last else (signals[depth][k, n] > 0).nonzero()[:, 0]
                )
                h = sums.product(h, W[kept][:, on], b[:, on])
                kept = on
            row.append(h[0, 0])
        rows.append(torch.stack(row))
    return torch.stack(rows)


def same_side(stack: Stack, a: Tensor, b: Tensor) -> Tensor:
    """Whether no unit is switched between two inputs, ``(s, n)``."""
    pairs = zip(stack.signals(a)[:-1], stack.signals(b)[:-1], strict=True)
    return torch.stack([((p > 0) == (q > 0)).all(-1) for p, q in pairs]).all(0)


def slopes(stack: Stack, x: Tensor) -> Tensor:
    """Whether A is the quotient of differences, at inputs with no kink between, ``(cases,)``."""
    A, _ = maps(stack, x)
    found = []
    for way in range(x.shape[-1]):
        step = torch.zeros(x.shape[-1], dtype=torch.float64)
        step[way] = _STEP
        ends = [stack.predict(x + sign * step)[..., 0] for sign in (1, -1)]
        quotient = (ends[0] - ends[1]) / (2 * _STEP)
        close = (quotient - A[..., way]).abs() <= _CLOSE * (1 + A[..., way].abs())
        found.append(close[same_side(stack, x - step, x + step)])
    return torch.cat(found)


def run(cfg: Config) -> Result:
    seeds = seeds_from(cfg.first_seed, cfg.seeds)
    plan = replay(Replay(width=cfg.width), cfg)
    begun, found = plan.stack(seeds), plan.samples(seeds)
    stack = plan.fit(seeds, what="two moons").stack
    width = torch.tensor(_HIGH).double() - torch.tensor(_LOW).double()
    x = rng.streams(seeds, "asked").uniform(cfg.asked, 2) * width + torch.tensor(_LOW).double()
    A, c = maps(stack, x)
    given = stack.predict(x)[..., 0]
    off = (value(A, c, x) - given).abs()
    on = [torch.cat([h > 0 for h in net.signals(found.x)[:-1]], 2) for net in (begun, stack)]
    first = stack[0]
    across, up = (linspace(_LOW[i], _HIGH[i], cfg.grid) for i in range(2))
    places = torch.cartesian_prod(across, up)
    hidden = [
        sums.product(h, W, b)
        for h, (W, b) in zip(
            (places[None], first.signals(places)[0]), first.layers[:2], strict=True
        )
    ]
    line = torch.stack([linspace(_LOW[0], _HIGH[0], _CUTS), torch.full((_CUTS,), cfg.height)], 1)
    line = line.double()
    chosen = [round(share * (_CUTS - 1)) for share in _SHOWN]
    A_cut, c_cut = maps(first, line[None, chosen])
    return Result(
        config=cfg,
        affine=off <= _ROUNDING * (1 + given.abs()),
        slopes=slopes(stack, x),
        thin=thinned(stack, x) == given,
        active=stats.mean(sums.mean(on[1].flatten(1), 1)),
        active_start=stats.mean(sums.mean(on[0].flatten(1), 1)),
        maps=stats.mean([len({tuple(row) for row in net.tolist()}) for net in on[1]]),
        sums_of_units=torch.cat(hidden, 2)[0].T.reshape(-1, cfg.grid, cfg.grid),
        outputs=first.predict(places)[0, :, 0].view(cfg.grid, cfg.grid),
        cut=first.predict(line)[0, :, 0],
        tangents=torch.stack([value(A_cut[0, k], c_cut[0, k], line) for k in range(len(chosen))]),
        x=found.x[0],
        labels=found.y[0],
    )


def check(res: Result) -> None:
    assert res.affine.all(), "a net of ReLUs is an affine map at every input"
    assert res.thin.all(), "units that are off add nothing"


def draw(res: Result, t: Words) -> Figure:
    figure, axes = panels(1, 2, height=3.2, width_ratios=[1.25, 1])
    _plane(res, axes[0, 0], t)
    _cut(res, axes[0, 1], t)
    return figure


def _plane(res: Result, ax: Axes, t: Words) -> None:
    across, up = (linspace(_LOW[i], _HIGH[i], res.config.grid).tolist() for i in range(2))
    for unit, plane in enumerate(res.sums_of_units):
        role = "line" if unit < res.config.width else "extra"
        ax.contour(across, up, plane.T, levels=[0], colors=[colour(role)], linewidths=0.9)
    ax.contour(across, up, res.outputs.T, levels=[0], colors=[colour("ink")], linewidths=2)
    for label, marker in ((0, "o"), (1, "s")):
        mine = res.x[res.labels == label]
        role = ("ink", "muted")[label]
        ax.plot(mine[:, 0], mine[:, 1], marker, color=colour(role), markersize=2)
    level_line(ax, res.config.height, dash="dashed", role="muted")
    ax.set(title=t["plane"], xlabel=t["x1"], ylabel=t["x2"])


def _cut(res: Result, ax: Axes, t: Words) -> None:
    x = linspace(_LOW[0], _HIGH[0], _CUTS)
    ax.plot(x, res.cut, color=colour("ink"))
    for share, row in zip(_SHOWN, res.tangents, strict=True):
        place = round(share * (_CUTS - 1))
        near = slice(max(place - 70, 0), place + 71)
        ax.plot(x[near], row[near], color=colour("exact"), linestyle="--", linewidth=1.2)
        ax.plot(x[place], row[place], "o", color=colour("exact"))
    low, high = float(res.cut.min()), float(res.cut.max())
    direct_label(ax, 0.02, 0.88, t["affine"], "exact", transform=ax.transAxes)
    ax.set(
        title=t["cut"],
        xlabel=t["x1"],
        ylabel=t["output"],
        ylim=(1.4 * low - 0.4 * high, 1.6 * high - 0.6 * low),
    )


CLAIMS: list[Claim[Result] | Remark] = [
    Claim(
        id="C25",
        source="Source C ¶22",
        kind="theorem",
        statement=(
            "使用 ReLU 后，网络变成线性网络，并且随输入的不同而不同。",
            "With ReLUs the net becomes a linear net, which changes with the input.",
        ),
        measure=lambda res: stats.share(torch.cat([res.affine.flatten(), res.slopes])),
        bound=EVERY,
    ),
    Claim(
        id="D15/thin",
        source="Source D, tip 1",
        kind="theorem",
        statement=(
            "拿掉输出为 0 的神经元，整个网络变成瘦长的线性网络。",
            "Without the neurons that give 0 the whole net becomes a thin linear net.",
        ),
        measure=lambda res: stats.share(res.thin),
        bound=EVERY,
    ),
    Remark(
        id="C24b",
        source="Source C ¶21",
        kind="analogy",
        statement=(
            "ReLU 的激活机制与生理类似。",
            "ReLUs are activated much as living neurons are.",
        ),
    ),
]

if __name__ == "__main__":
    show(__name__)
