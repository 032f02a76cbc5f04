"""On the way back changes shrink while weights are new, and grow once training has raised them."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, each
from dlbook.base.evidence import Estimate, at_least
from dlbook.base.lookup import lookup
from dlbook.base.seeds import seeds_from
from dlbook.figures.idioms import direct_label, level_line
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, panels
from dlbook.mathematics import losses, rng, sums
from dlbook.mathematics.elementary import exp, log, sqrt
from dlbook.mathematics.nets import Stack
from dlbook.record.claims import Claim, Convention
from dlbook.training import data, stats
from dlbook.training.replay import Dataset, Drawn, Run, geometric


@dataclass(frozen=True)
class Config:
    """Three hidden layers of ``width`` units on a mixture in twelve dimensions, as in Source E."""

    width: int = 50
    samples: int = 400
    start: str = "xavier_uniform_with_biases"
    rate: float = 3e-3
    batch: int = 64
    steps: int = 500
    seeds: int = 16
    first_seed: int = 0


SMALL = Config(width=6, samples=40, batch=20, steps=20, seeds=3)
GRID = Config(seeds=8)
GRID_BUDGET = 60.0

WORDS = {
    "factor": ("往回一层，变化乘以", "Factor of a layer on the way back"),
    "steps": ("步数", "steps"),
    "sigmoid": ("sigmoid", "sigmoid"),
    "tanh": ("tanh", "tanh"),
    "relu": ("ReLU", "ReLU"),
    "same": ("不变", "no change"),
}

_ACTIVATIONS = ("sigmoid", "tanh", "relu")
_LOOKS = {"sigmoid": ("ink", "o"), "tanh": ("extra", "s"), "relu": ("deep", "^")}
_MOMENTS = 11


@dataclass(frozen=True)
class Result:
    """``factors``: of one layer on the way back, by activation, before and after training.

    ``amplified`` are their logarithms. ``course`` ``(activations, k)``: the geometric mean over
    seeds before the updates ``recorded``, ``low`` and ``high`` are what a tenth of
    the seeds lie below and above.
    """

    config: Config
    factors: Along[Estimate]
    amplified: Along[Estimate]
    recorded: Tensor
    course: Tensor
    low: Tensor
    high: Tensor


@dataclass(frozen=True)
class Replay:
    """What a reader may choose of a run."""

    seed: int = 0
    activation: str = "sigmoid"


def replay(choice: Replay, cfg: Config) -> Run:
    """The net of Source E §11 on the mixture of its seed."""
    lookup("activation", choice.activation, dict.fromkeys(_ACTIVATIONS))
    return Run(
        widths=(12, *(cfg.width,) * 3, 2),
        activation=choice.activation,
        init=(cfg.start,) * 4,
        data=Drawn("a mixture of two Gaussians", lambda seeds: mixture(seeds, cfg)),
        points=0,
        loss="cross_entropy",
        optimiser="adam",
        rate=cfg.rate,
        steps=cfg.steps,
        batch=cfg.batch,
    )


def mixture(seeds: Sequence[int], cfg: Config) -> Dataset:
    """Samples of each seed's own mixture, half of either class."""
    half = cfg.samples // 2
    drawn = data.mixture(12, rng.streams(seeds, "mixture"))
    x, y = drawn.draw(cfg.samples - half, half, rng.streams(seeds, "inputs"))
    return Dataset("mixture", x, y.contiguous())


def factor(stack: Stack, found: Dataset) -> Tensor:
    """The logarithm of what a layer does to the size of ∂L/∂z on the way back, ``(s,)``.

    From the sums z of the last hidden layer to those of the first, the mean of a layer; the size is
    the root mean square over units and samples.
    """
    values = stack.signals(found.x)
    hot = losses.loss("cross_entropy").target(found.y, 2, torch.float64)
    error, sizes = losses.by_outputs("cross_entropy", values[-1], hot), []
    for depth in range(len(values) - 1, 0, -1):
        error = slope(stack.net.activation, values[depth - 1]) * sums.product(
            error, stack.layers[depth][0].mT
        )
        sizes.append(log(sqrt(sums.mean(error.square().flatten(1), 1))))
    return (sizes[-1] - sizes[0]) / (len(sizes) - 1)


def slope(activation: str, a: Tensor) -> Tensor:
    """The derivative of an activation where its value is ``a``."""
    if activation == "relu":
        return (a > 0).double()
    return a * (1 - a) if activation == "sigmoid" else 1 - a * a


def run(cfg: Config) -> Result:
    seeds = seeds_from(cfg.first_seed, cfg.seeds)
    found = mixture(seeds, cfg)
    at = geometric(cfg.steps, _MOMENTS)
    courses = {}
    for name in _ACTIVATIONS:
        fit = replay(Replay(activation=name), cfg).fit(
            seeds, at=at, watch=lambda stack: factor(stack, found), what=name
        )
        assert fit.watched is not None
        courses[name] = fit.watched
    ends = {"start": 0, "end": -1}
    logs = each(
        lambda activation, when: courses[activation][:, ends[when]],
        activation=_ACTIVATIONS,
        when=ends,
    )
    rows = torch.stack([courses[name] for name in _ACTIVATIONS])
    return Result(
        config=cfg,
        factors=logs.map(lambda one: stats.mean(exp(one))),
        amplified=logs.map(stats.mean),
        recorded=torch.tensor(at),
        course=exp(sums.mean(rows, 1)),
        low=exp(sums.quantile(rows, 0.1, 1)),
        high=exp(sums.quantile(rows, 0.9, 1)),
    )


def check(res: Result) -> None:
    for key, one in res.factors.items():
        assert one.mean > 0, f"{key}: a size is positive"
    assert (res.low <= res.high).all(), "a tenth lies below nine tenths"


def draw(res: Result, t: Words) -> Figure:
    figure, ax = panels(1, 1, height=3.0)
    _courses(res, ax, t)
    return figure


def _courses(res: Result, ax: Axes, t: Words) -> None:
    x = [max(step, 0.5) for step in res.recorded.tolist()]
    for place, name in enumerate(_ACTIVATIONS):
        role, marker = _LOOKS[name]
        ax.fill_between(x, res.low[place], res.high[place], color=colour(role), alpha=0.2)
        ax.plot(x, res.course[place], color=colour(role), marker=marker, markersize=3.5)
        aside, upright = (0.1, "bottom") if name == "tanh" else (-0.08, "top")
        begin = float(res.course[place, 0])
        direct_label(ax, 0.5, begin + aside, t[name], role, va=upright)
    level_line(ax, 1, t["same"])
    ax.set(xscale="log", xlabel=t["steps"], title=t["factor"])
    ax.set_ylim(-0.3, max(1.4, 1.05 * float(res.high.max())))
    ticks = [0.5, *(tick for tick in (1, 10, 100, 1000) if tick <= res.recorded[-1])]
    ax.set_xticks(ticks, ["0", *(t.number(int(tick)) for tick in ticks[1:])])
    ax.minorticks_off()


_START = Convention("start", ("初始化", "start"), ({"start": "he_normal"},))
_RATE = Convention("rate", ("学习率", "rate"), ({"rate": 1e-3},))

CLAIMS: list[Claim[Result]] = [
    Claim(
        id="E11b",
        source="Source E §11",
        kind="finding",
        statement=(
            "后期阶段的变化在反向传播中会被放大。",
            "Changes in later stages are amplified on the way back.",
        ),
        measure=lambda res: res.amplified,
        bound=at_least(
            0.1,
            because=(
                "每往回一层至少放大十分之一，才说得上“放大”。",
                "To be amplified is to grow by a tenth at least with every layer.",
            ),
        ),
        conventions=(_START, _RATE),
    ),
]

if __name__ == "__main__":
    show(__name__)
