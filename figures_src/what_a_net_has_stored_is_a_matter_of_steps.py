"""A net said to memorise 150 points stores 300: what was counted were its steps."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, along, each
from dlbook.base.evidence import Estimate, at_most
from dlbook.base.seeds import seeds_from
from dlbook.figures.idioms import direct_label, level_line
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, panels
from dlbook.mathematics import measure, rng
from dlbook.mathematics.explicit import dense_parameters
from dlbook.mathematics.sums import mean
from dlbook.record.claims import Claim
from dlbook.training import data, stats
from dlbook.training.replay import Dataset, Drawn, Run


@dataclass(frozen=True)
class Config:
    """The net of Source E's code, three layers of ``width``, and random labels.

    Sigmoids are trained for ``steps``, the source's budget, with each number of ``points``; with
    the last of them they go on for as many again. ReLUs take ``relu_steps``, with the last.
    """

    inputs: int = 6
    width: int = 200
    layers: int = 3
    points: tuple[int, ...] = (100, 150, 200, 300)
    rate: float = 3e-3
    batch: int = 64
    steps: int = 2500
    relu_steps: int = 1000
    seeds: int = 3
    first_seed: int = 0


SMALL = Config(width=16, layers=2, points=(20, 70), steps=60, relu_steps=60)

WORDS = {
    "right": ("训练正确率", "training accuracy"),
    "steps": ("步数", "steps"),
    "labels": ("$n={points}$", "$n={points}$"),
    "relu": ("$n={points}$，ReLU", "$n={points}$, ReLUs"),
    "budget": ("材料 E 停在这里", "Source E stops here"),
    "chance": ("瞎猜", "guessing"),
}

_SIGMOID, _RELU = "sigmoid", "relu"
_STARTS = {_SIGMOID: "xavier_uniform_with_biases", _RELU: "he_normal"}
_LOOKED_AT = 20  # places at which a course is noted
_ALL_BUT = 0.95  # the share of labels by which a course is timed


@dataclass(frozen=True)
class Result:
    """``right``: the share of labels that the sigmoids give after the source's steps, by points.

    ``later``: with the most points after twice those steps, ``by_relu`` by ReLUs after their own.
    ``least`` the worst net of each of the two. ``reached``: the step by which nets give 95 % of
    their labels, the last where they do not; for every number of points, and for ReLUs.
    ``stored``: the largest number of points whose labels some net gave without exception.
    ``course`` ``(seeds, k)``, by points, and ``relu_course`` ``(seeds, l)``: the share of labels
    before the updates ``recorded`` and ``relu_recorded``.
    """

    config: Config
    parameters: int
    right: Along[Estimate]
    later: Estimate
    by_relu: Estimate
    least: Along[float]
    reached: Along[float]
    relu_reached: float
    stored: int
    recorded: Along[Tensor]
    course: Along[Tensor]
    relu_recorded: Tensor
    relu_course: Tensor


@dataclass(frozen=True)
class Replay:
    """What a reader may choose of a run."""

    seed: int = 0
    activation: str = _SIGMOID
    points: int = 300
    steps: int = 5000


def replay(choice: Replay, cfg: Config) -> Run:
    """The source's net on random labels; further points leave the first ones as they are."""

    def draw(seeds: Sequence[int]) -> Dataset:
        return Dataset("random labels", *samples(seeds, choice.points, cfg))

    return Run(
        widths=(cfg.inputs, *[cfg.width] * cfg.layers, 2),
        activation=choice.activation,
        init=(_STARTS[choice.activation],) * (cfg.layers + 1),
        data=Drawn("random labels", draw),
        points=0,
        loss="cross_entropy",
        optimiser="adam",
        rate=cfg.rate,
        steps=choice.steps,
        batch=min(cfg.batch, choice.points),
    )


def samples(seeds: Sequence[int], count: int, cfg: Config) -> tuple[Tensor, Tensor]:
    """Points of the source's mixture in turn from both classes, and a coin for each.

    Each seed has a mixture of its own; class 0 and class 1 take turns, so that further points leave
    the first ones as they are.
    """
    roots = rng.streams(seeds, "mixture").uniform(cfg.inputs, cfg.inputs)
    gap = 1.0 / torch.arange(1, cfg.inputs + 1, dtype=torch.float64)
    own = data.Mixture(roots, gap)
    zeros, ones = ((count + 1) // 2, count // 2)
    first, _ = own.draw(zeros, 0, rng.streams(seeds, "inputs", 0))
    second, _ = own.draw(0, ones, rng.streams(seeds, "inputs", 1))
    x = torch.empty(len(seeds), count, cfg.inputs, dtype=torch.float64)
    x[:, 0::2], x[:, 1::2] = first, second
    return x, (rng.streams(seeds, "labels").uniform(count) < 0.5).long()


def trained(activation: str, points: int, steps: int, cfg: Config) -> tuple[list[int], Tensor]:
    """The recorded steps, and the share of labels that each net gives then, ``(seeds, k)``."""
    seeds = seeds_from(cfg.first_seed, cfg.seeds)
    x, y = samples(seeds, points, cfg)
    at = [round(steps * k / _LOOKED_AT) for k in range(_LOOKED_AT + 1)]
    fit = replay(Replay(activation=activation, points=points, steps=steps), cfg).fit(
        seeds,
        at,
        watch=lambda now: measure.accuracy(now.predict(x), y),
        what=f"{points} random labels, {activation}",
    )
    assert fit.watched is not None
    return at, fit.watched


def first_at(steps: Sequence[int], course: Tensor) -> float:
    """The median over nets of the first recorded step with 95 % of the labels."""
    there = course >= _ALL_BUT
    marks = torch.tensor(steps)
    found = torch.where(there.any(1), marks[there.int().argmax(1)], marks[-1])
    return float(found.double().sort().values[len(found) // 2])


def run(cfg: Config) -> Result:
    most = max(cfg.points)
    fits = {
        points: trained(_SIGMOID, points, cfg.steps * (2 if points == most else 1), cfg)
        for points in cfg.points
    }
    relu_steps, relu = trained(_RELU, most, cfg.relu_steps, cfg)
    at_budget = {
        points: found[:, steps.index(cfg.steps)] for points, (steps, found) in fits.items()
    }
    whole = {points: bool((found == 1).any()) for points, (_, found) in fits.items()}
    whole[most] = whole[most] or bool((relu == 1).any())
    return Result(
        config=cfg,
        parameters=dense_parameters((cfg.inputs, *[cfg.width] * cfg.layers, 2)),
        right=each(lambda points: stats.mean(at_budget[points]), points=cfg.points),
        later=stats.mean(fits[most][1][:, -1]),
        by_relu=stats.mean(relu[:, -1]),
        least=along((float(fits[most][1][:, -1].min()), float(relu[:, -1].min())),
                    of=(_SIGMOID, _RELU)),
        reached=each(lambda points: first_at(*fits[points]), points=cfg.points),
        relu_reached=first_at(relu_steps, relu),
        stored=max((points for points, done in whole.items() if done), default=0),
        recorded=each(lambda points: torch.tensor(fits[points][0]), points=cfg.points),
        course=each(lambda points: fits[points][1], points=cfg.points),
        relu_recorded=torch.tensor(relu_steps),
        relu_course=relu,
    )  # fmt: skip


def check(res: Result) -> None:
    assert all(bool((each >= 0).all()) for each in res.course), "a share is no less than none"
    assert res.stored in (0, *res.config.points), "one of the numbers of points, or none"


def draw(res: Result, t: Words) -> Figure:
    figure, ax = panels(1, 1, 3.6)
    cfg, looks = res.config, (":", "-.", "--", "-")
    for steps, course, dash in zip(res.recorded, res.course, looks, strict=False):
        _line(ax, steps, course, "deep", dash)
    _line(ax, res.relu_recorded, res.relu_course, "extra", "-")
    level_line(ax, 0.5, t["chance"])
    level_line(ax, cfg.steps, along="y", role="ink", dash="dashed")
    direct_label(ax, 1.03 * cfg.steps, 0.56, t["budget"], "ink")
    for place, (points, step) in enumerate(res.reached.items()):
        height = 1.02 + 0.045 * (place % 2)
        direct_label(ax, step, height, t["labels"].format(points=points), "deep", ha="center")
    most = t["relu"].format(points=max(cfg.points))
    direct_label(ax, 0.2 * res.relu_reached, 1.1, most, "extra")
    ax.set(xlabel=t["steps"], ylabel=t["right"], ylim=(0.45, 1.14), xlim=(0, 2.1 * cfg.steps))
    ax.set_yticks((0.5, 0.6, 0.7, 0.8, 0.9, 1.0))
    return figure


def _line(ax: Axes, steps: Tensor, course: Tensor, role: str, dash: str) -> None:
    """The mean of the nets, and each of them thin behind it."""
    for net in course:
        ax.plot(steps[1:], net[1:], color=colour("line"), linewidth=0.6)
    ax.plot(steps[1:], mean(course[:, 1:], 0), color=colour(role), linestyle=dash)


CLAIMS: list[Claim[Result]] = [
    Claim(
        id="E05a",
        source="Source E §5",
        kind="construction",
        statement=(
            "神经网络的记忆能力约为 150 个训练点。",
            "The net can memorise about 150 training points.",
        ),
        measure=lambda res: stats.exact(float(res.stored)),
        bound=at_most(
            225.0,
            because=(
                "“约 150”：不到它的一倍半。只要有一个网络一个不差地记住更多，它就装得下更多。",
                "“About 150” is less than one and a half times that. One net that gives more "
                "labels without exception shows that it can hold more.",
            ),
        ),
    ),
]

if __name__ == "__main__":
    show(__name__)
