"""Two hidden units can compute XOR, but whether training finds it is luck; width is insurance."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product
from typing import TypedDict

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, along, each
from dlbook.base.evidence import Estimate, at_least
from dlbook.base.lookup import lookup
from dlbook.base.seeds import seeds_from
from dlbook.figures.checksum import checksum
from dlbook.figures.idioms import bare, direct_label, interval, level_line, powers
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, mosaic
from dlbook.mathematics import sums
from dlbook.mathematics.elementary import log, sigmoid
from dlbook.mathematics.nets import Stack
from dlbook.record.claims import Budget, Claim, Convention, Factor, Remark
from dlbook.training import data, stats
from dlbook.training.page_run import PageRun, page_run
from dlbook.training.replay import XOR, Dataset, Run
from dlbook.training.train import Fit


@dataclass(frozen=True)
class Config:
    """Nets 2-w-1 on the four inputs of XOR; a seed starts alike under every loss and optimiser.

    ``rates`` of gradient descent belong to cross-entropy and squared error. The squared error of an
    affine output has curvature 2 in the output's bias alone, so that a rate of 1 could not settle.

    Learned, in all of the chapter: each of the four predictions is nearer than ``margin`` to its
    target, half of the way to an undecided 1/2, so that neither rounding nor a slow finish decides.
    """

    first_seed: int = 0
    seeds: int = 1024
    widths: tuple[int, ...] = (2, 3, 4, 8, 16)
    init: str = "xavier_uniform"
    margin: float = 0.25
    adam_rate: float = 0.05
    adam_steps: int = 8000
    rates: tuple[float, float] = (1.0, 0.1)
    steps: int = 40_000


SMALL = Config(seeds=48, adam_steps=300, steps=600)
GRID = Config(seeds=192)
GRID_BUDGET = 120.0

WORDS = {
    "losses": (
        "最后的交叉熵：各种子由小到大",
        "Final cross-entropy: the seeds of a column, sorted",
    ),
    "solved": ("学会：0", "learned: 0"),
    "pair": ("两个输入分不清：½ ln 2", "two inputs alike: ½ ln 2"),
    "three": ("三个输入：¾ H(1/3)", "three inputs: ¾ H(1/3)"),
    "four": ("四个输入：ln 2", "all four: ln 2"),
    "success": ("两个单元：学会 XOR 的种子（%）", "Two units: seeds that learn XOR (%)"),
    "adam cross_entropy": ("Adam，交叉熵", "Adam, cross-entropy"),
    "adam squared": ("Adam，平方误差", "Adam, squared error"),
    "descent cross_entropy": ("梯度下降，交叉熵", "descent, cross-entropy"),
    "descent squared": ("梯度下降，平方误差", "descent, squared error"),
    "course": ("逐步学会的种子（%）", "Two units: seeds that have learned (%) by step"),
}

_OPTIMISERS = {"adam": "adam", "descent": "sgd"}
_LOSSES = {"cross_entropy": "binary_cross_entropy", "squared": "mean_squared_error"}
_DRAWN = ("adam", "cross_entropy")  # the method whose losses the picture shows
_LOOKS = {
    "sigmoid": ("extra", "o", "sigmoid"),
    "tanh": ("ink", "s", "tanh"),
    "relu": ("shallow", "^", "ReLU"),
}
_HALVINGS = 9  # moments of a course
_COLUMN = 0.84  # how much of its room a column of seeds takes
_APART = 17  # percentage points between the middles of two labels

# Of two outputs: what follows them, and the loss. Between neighbours one of the two is varied.
_HEADS = {
    "softmax cross_entropy": "cross_entropy",
    "softmax squared": "softmax_squared_error",
    "affine squared": "mean_squared_error",
}
_NEAR = 0.01  # a failed run within so much of a level counts as standing on it

_ENDINGS = (
    "solved",
    "two inputs confused",
    "three inputs confused",
    "all four inputs confused",
    "stopped elsewhere",
)


@dataclass(frozen=True)
class Result:
    """Success rates, and final losses ``(seeds,)`` of the runs with Adam and cross-entropy.

    ``by_width`` are ReLU nets, ``by_width_default`` the same from torch's default start.
    ``sigmoid``, ``tanh`` and ``relu`` have two units. ``levels`` are the least loss if two opposite
    inputs, three, or all four get one answer. Of the failed runs of two units with Adam and
    cross-entropy: how many they are (``failures``), the share ``on_a_level`` and the share on the
    first one (``pairs``); ``on_a_level_descent`` with gradient descent. A ReLU that is 0 on all
    inputs is dead. ``losses`` and ``solved`` ``(settings, seeds)``: all that was trained, in the
    order of :func:`settings`.

    ``two`` are the shares of two units under every way of training, ``halfway`` those after half of
    the steps, ``change`` the paired difference; ``course`` the share at ``times`` of each method.
    ``heads``: two units and two outputs, by activation and by what follows the outputs. Of
    sigmoids, paired: ``loss_alone``, squared error minus cross-entropy after one softmax;
    ``output_alone``, squared error of affine outputs minus that after softmax; ``both`` of them.
    ``heads_change``: that effect at the end minus the one after half of the steps.
    """

    config: Config
    by_width: Along[Estimate]
    by_width_default: Along[Estimate]
    sigmoid: Along[Estimate]
    tanh: Along[Estimate]
    relu: Along[Estimate]
    worst: Estimate
    best: Estimate
    levels: Along[float]
    failures: Along[int]
    on_a_level: Along[float]
    pairs: Along[float]
    on_a_level_descent: Along[float]
    dead_in_failures: Estimate
    dead_in_successes: int
    width_losses: Along[Tensor]
    activation_losses: Along[Tensor]
    losses: Tensor
    solved: Tensor
    two: Along[Estimate]
    halfway: Along[Estimate]
    change: Along[Estimate]
    times: Along[Tensor]
    course: Along[Tensor]
    heads: Along[Estimate]
    loss_alone: Estimate
    output_alone: Estimate
    both: Estimate
    heads_change: Estimate


def run(cfg: Config) -> Result:
    found = {choice: trained(choice, cfg) for choice in settings(cfg)}
    default = replace(cfg, init="fan_in_uniform")
    wide = each(lambda width: found[Replay(width=width)], width=cfg.widths)
    two = each(lambda activation: found[Replay(activation=activation)], activation=_LOOKS)
    failed = two.map(lambda trained: trained.loss[~trained.solved])
    ways = each(
        lambda **way: found[Replay(**way)], activation=_LOOKS, method=_OPTIMISERS, loss=_LOSSES
    )
    rates = ways.map(lambda trained: stats.rate(trained.solved))
    descent = ways.at(method="descent", loss="cross_entropy").map(lambda t: t.loss[~t.solved])
    heads = each(lambda **head: headed(cfg, **head), activation=("sigmoid", "tanh"), head=_HEADS)
    cross, squared, affine = heads.at(activation="sigmoid")
    worst, *_, best = sorted(rates, key=lambda rate: rate.mean)
    pair, *_ = levels()
    relu, dead = two["relu"], has_dead_unit(two["relu"].stack)
    return Result(
        config=cfg,
        by_width=wide.map(lambda trained: stats.rate(trained.solved)),
        by_width_default=each(
            lambda width: stats.rate(trained(Replay(width=width), default).solved),
            width=cfg.widths,
        ),
        sigmoid=rates.at(activation="sigmoid"),
        tanh=rates.at(activation="tanh"),
        relu=rates.at(activation="relu"),
        worst=worst,
        best=best,
        levels=along(levels(), confused=(2, 3, 4)),
        failures=failed.map(len),
        on_a_level=failed.map(lambda losses: _share(near(losses, levels()).any(1))),
        pairs=failed.map(lambda losses: _share(near(losses, [pair]).any(1))),
        on_a_level_descent=descent.map(lambda losses: _share(near(losses, levels()).any(1))),
        dead_in_failures=stats.rate(dead[~relu.solved]),
        dead_in_successes=int(sums.total(dead[relu.solved])),
        width_losses=wide.map(lambda trained: trained.loss),
        activation_losses=two.map(lambda trained: trained.loss),
        losses=torch.stack([trained.loss for trained in found.values()]),
        solved=torch.stack([trained.solved for trained in found.values()]),
        two=rates,
        halfway=ways.map(lambda trained: stats.rate(trained.half)),
        change=ways.map(lambda trained: stats.paired_rates(trained.solved, trained.half)),
        times=each(lambda method: torch.tensor(moments(cfg, method)), method=_OPTIMISERS),
        course=ways.map(lambda trained: sums.mean(trained.course, 0)),
        heads=heads.map(lambda found: stats.rate(found.last)),
        loss_alone=stats.paired_rates(squared.last, cross.last),
        output_alone=stats.paired_rates(affine.last, squared.last),
        both=stats.paired_rates(affine.last, cross.last),
        heads_change=stats.difference(
            affine.last.double() - cross.last.double(), affine.half.double() - cross.half.double()
        ),
    )


@dataclass(frozen=True)
class Replay:
    """What a reader may choose of a run."""

    seed: int = 0
    width: int = 2
    activation: str = "relu"
    method: str = "adam"
    loss: str = "cross_entropy"


def replay(choice: Replay, cfg: Config) -> Run:
    adam, rates = choice.method == "adam", dict(zip(_LOSSES, cfg.rates, strict=True))
    return Run(
        widths=(2, choice.width, 1),
        activation=choice.activation,
        init=(cfg.init,) * 2,
        data=XOR,
        points=0,
        loss=lookup("loss", choice.loss, _LOSSES),
        optimiser=lookup("method", choice.method, _OPTIMISERS),
        rate=cfg.adam_rate if adam else rates[choice.loss],
        steps=cfg.adam_steps if adam else cfg.steps,
    )


def settings(cfg: Config) -> list[Replay]:
    """What is trained: two units in every way, ReLUs of the other widths in one."""
    ways = product(_LOOKS, _OPTIMISERS, _LOSSES)
    two = [Replay(activation=name, method=method, loss=loss) for name, method, loss in ways]
    return two + [Replay(width=width) for width in cfg.widths if width != 2]


@dataclass(frozen=True, eq=False)
class Trained:
    """One setting after training: which seeds solve XOR ``(s,)``, their losses ``(s,)``, nets.

    ``course`` ``(s, times)``: which seeds have solved it at :func:`moments`; ``half`` ``(s,)``
    after half of the steps.
    """

    solved: Tensor
    loss: Tensor
    stack: Stack
    course: Tensor
    half: Tensor


def trained(choice: Replay, cfg: Config) -> Trained:
    """All seeds of one setting."""
    what = f"XOR, {choice.width} {choice.activation}, {choice.method} {choice.loss}"
    times = moments(cfg, choice.method)
    fit = replay(choice, cfg).fit(
        seeds_from(cfg.first_seed, cfg.seeds),
        at=times,
        watch=lambda stack: solves(stack, choice.loss, cfg.margin),
        what=what,
    )
    assert fit.watched is not None, "who has learned was recorded"
    course = fit.watched
    return Trained(course[:, -1], fit.loss, fit.stack, course, course[:, -2])


def moments(cfg: Config, method: str) -> list[int]:
    """The steps at which it is looked who has learned: each twice the one before, to the last."""
    last = cfg.adam_steps if method == "adam" else cfg.steps
    return [last >> halvings for halvings in reversed(range(_HALVINGS))]


def solves(stack: Stack, loss: str, margin: float) -> Tensor:
    """Which networks give all four answers ``(s,)``; under cross-entropy outputs are logits."""
    x, y = data.xor()
    outputs = stack.predict(x)[..., 0]
    return solved(outputs if loss == "squared" else sigmoid(outputs), y, margin)


def solved(predictions: Tensor, y: Tensor, margin: float) -> Tensor:
    """Whether all four predictions ``(s, 4)`` come nearer than the margin to ``y``, ``(s,)``."""
    return ((predictions - y).abs() < margin).all(-1)


@dataclass(frozen=True, eq=False)
class Headed:
    """Which nets of two outputs have learned XOR ``(s,)``: at the end, and after half the steps."""

    last: Tensor
    half: Tensor


def two_outputs(activation: str, head: str, cfg: Config) -> Run:
    """Two hidden units and an output for each class, so that only what follows them differs."""
    x, y = data.xor()
    targets = torch.stack([1 - y, y], 1).double() if head == "affine squared" else y
    return Run(
        widths=(2, 2, 2),
        activation=activation,
        init=(cfg.init,) * 2,
        data=Dataset("XOR, an output for each class", x, targets),
        points=0,
        loss=_HEADS[head],
        optimiser="adam",
        rate=cfg.adam_rate,
        steps=cfg.adam_steps,
    )


def headed(cfg: Config, activation: str, head: str) -> Headed:
    """All seeds with two outputs, from the starts of :data:`_HEADS`'s other ways."""
    x, y = data.xor()

    def watch(stack: Stack) -> Tensor:
        outputs = stack.predict(x)
        if head == "affine squared":
            return (outputs - torch.stack([1 - y, y], 1)).abs().amax((1, 2)) < cfg.margin
        return solved(sigmoid(outputs[..., 1] - outputs[..., 0]), y, cfg.margin)

    fit = two_outputs(activation, head, cfg).fit(
        seeds_from(cfg.first_seed, cfg.seeds),
        at=[cfg.adam_steps // 2, cfg.adam_steps],
        watch=watch,
        what=f"XOR, two outputs, {activation}, {head}",
    )
    assert fit.watched is not None, "who has learned was recorded"
    half, last = fit.watched.unbind(1)
    return Headed(last, half)


def entropy(p: float) -> float:
    """The mean cross-entropy of the best single answer to inputs of which a share ``p`` is 1."""
    return -p * log(p) - (1 - p) * log(1 - p)


def variance(p: float) -> float:
    """The mean squared error of that answer."""
    return p * (1 - p)


def levels(cost: Callable[[float], float] = entropy) -> tuple[float, float, float]:
    """The mean loss over four inputs if two, three or four of them share the best answer."""
    return cost(1 / 2) * 2 / 4, cost(1 / 3) * 3 / 4, cost(1 / 2)


def near(losses: Tensor, levels: Sequence[float]) -> Tensor:
    """Which of the losses ``(n,)`` stand on which of the levels: ``(n, levels)``."""
    return (losses[:, None] - torch.tensor(levels, dtype=torch.float64)).abs() < _NEAR


def has_dead_unit(stack: Stack) -> Tensor:
    """Whether some ReLU is 0 on all four inputs, ``(s,)``."""
    hidden, _ = stack.signals(data.xor()[0])
    return (hidden == 0).all(1).any(1)


def _share(holds: Tensor) -> float:
    return sums.mean(holds).item() if len(holds) else 0.0


def check(res: Result) -> None:
    assert res.dead_in_successes == 0, "one ReLU follows one line monotonically, XOR does not"
    assert list(res.levels) == sorted(res.levels), "confusing more inputs costs more"
    assert min(map(float, map(torch.min, res.width_losses))) >= 0, "cross-entropy is not negative"


def draw(res: Result, t: Words) -> Figure:
    figure, axes = mosaic([["losses"], ["rates"], ["course"]], 7.4, [1.25, 1, 1])
    _losses(res, axes["losses"], t)
    _rates(res, axes["rates"], t)
    _course(res, axes["course"], t)
    return figure


def _losses(res: Result, ax: Axes, t: Words) -> None:
    for level in res.levels:
        level_line(ax, level, role="exact", dash="dashed", width=0.9)
    columns = list(_columns(res))
    middles = [place + _COLUMN / 2 for place in range(len(columns))]
    for place, (_, role, rate, losses) in enumerate(columns):
        _column(ax, losses, place, role)
        shown = t.number(rate.mean, ".0%")
        direct_label(ax, middles[place], 0.02, shown, role, ha="center", va="bottom")
    ax.set_xticks(middles, [name for name, *_ in columns])
    ax.set_yticks((0, *res.levels), [t[name] for name in ("solved", "pair", "three", "four")])
    ax.set(title=t["losses"], ylim=(-0.03, 0.75), xlim=(-0.15, len(columns)))
    bare(ax, line=True)


def _columns(res: Result) -> Iterator[tuple[str, str, Estimate, Tensor]]:
    """Name, role, success rate and losses of every column."""
    role, _, shown = _LOOKS["relu"]
    for width, rate in res.by_width.items():
        yield f"{width}\n{shown}", role, rate, res.width_losses[width]
    for name, rates in (("sigmoid", res.sigmoid), ("tanh", res.tanh)):
        role, _, shown = _LOOKS[name]
        yield f"2\n{shown}", role, rates[_DRAWN], res.activation_losses[name]


def _column(ax: Axes, losses: Tensor, place: float, role: str) -> None:
    """Losses sorted from left to right, joined as long as they are as good as equal."""
    ordered = losses.sort().values
    edges = place + _COLUMN * torch.arange(len(ordered) + 1) / len(ordered)
    jumps = (ordered.diff() > _NEAR).nonzero().flatten() + 1
    for first, last in pairwise([0, *jumps.tolist(), len(ordered)]):
        heights = ordered[[*range(first, last), last - 1]]
        ax.plot(edges[first : last + 1], heights, color=colour(role), linewidth=3.5)


def _rates(res: Result, ax: Axes, t: Words) -> None:
    right = -math.inf
    found = {"sigmoid": res.sigmoid, "tanh": res.tanh, "relu": res.relu}
    for name, rates in sorted(found.items(), key=lambda item: item[1][_DRAWN].mean):
        role, marker, shown = _LOOKS[name]
        for row, rate in enumerate(rates):
            interval(ax, rate, row, along="x", role=role, marker=marker, scale=100)
        right = max(right + _APART, 100 * rates[_DRAWN].mean)
        direct_label(ax, right, -0.35, shown, role, ha="center", va="baseline")
    methods = [f"{method} {loss}" for method, loss in product(_OPTIMISERS, _LOSSES)]
    ax.set_yticks(range(len(methods)), [t[method] for method in methods])
    ax.set(title=t["success"], xlim=(0, 100), ylim=(len(methods) - 0.5, -0.9))
    bare(ax, "y")


def _course(res: Result, ax: Axes, t: Words) -> None:
    lines = {"sigmoid": "-.", "tanh": ":", "relu": "-"}
    for (activation, method, _), shares in res.course.items():
        role, _, _ = _LOOKS[activation]
        ax.plot(res.times[method], 100 * shares, lines[activation], color=colour(role))
    ax.set(title=t["course"], xscale="log", ylim=(0, 104))
    ax.set(xlim=(30, 1.1 * float(res.times["descent"].max())), yticks=(0, 50, 100))
    powers(ax)


_COSTS = {"cross_entropy": entropy, "squared": variance}


def outcome(choice: Replay, fit: Fit) -> str:
    """How the run of one seed ended, and whether it lost a ReLU on the way."""
    right = solves(fit.stack, choice.loss, Config.margin)
    (ending,) = endings(choice.loss, fit.loss, right)
    dead = choice.activation == "relu" and bool(has_dead_unit(fit.stack))
    return _ENDINGS[ending] + (", a unit is 0 on every input" if dead else "")


def endings(loss: str, losses: Tensor, solved: Tensor) -> list[int]:
    """How each run ended, see ``_ENDINGS``; one that fails, by the level that its loss is near."""
    on = near(losses, levels(_COSTS[loss]))
    failed = torch.where(on.any(1), 1 + on.long().argmax(1), len(_ENDINGS) - 1)
    ends: list[int] = torch.where(solved, 0, failed).tolist()
    return ends


class Setting(TypedDict):
    """One way to train: its run, and a digit for every seed, the place in ``_ENDINGS``.

    ``checksum`` is that of the final losses, seed by seed.
    """

    activation: str
    width: int
    method: str
    loss: str
    run: PageRun
    ends: str
    checksum: str


class Levels(TypedDict):
    """The least losses if two, three or four inputs share one answer."""

    cross_entropy: tuple[float, float, float]
    squared: tuple[float, float, float]


class Explorable(TypedDict):
    """An answer is right within ``margin``; a failure stands on a level that is ``near``.

    The page's seed 7 is ``first_seed`` + 7.
    """

    first_seed: int
    seeds: int
    margin: float
    near: float
    levels: Levels
    settings: list[Setting]


def explorable(res: Result) -> Explorable:
    """Of every setting: its run, and a digit for every seed that says how it ended."""
    rows = zip(settings(res.config), res.losses, res.solved, strict=True)
    return {
        "first_seed": res.config.first_seed,
        "seeds": res.config.seeds,
        "margin": res.config.margin,
        "near": _NEAR,
        "levels": {"cross_entropy": levels(entropy), "squared": levels(variance)},
        "settings": [
            {
                "activation": choice.activation,
                "width": choice.width,
                "method": choice.method,
                "loss": choice.loss,
                "run": page_run(replay(choice, res.config)),
                "ends": "".join(map(str, endings(choice.loss, losses, solved))),
                "checksum": checksum(losses),
            }
            for choice, losses, solved in rows
        ],
    }


# One rule for shares of runs: below one in twenty it does not happen, from nineteen on it is sure.
_LEARNED = at_least(
    0.95,
    because=(
        "二十次里失败超过一次，就没有人会说训练找得到它。",
        "If more than one run in twenty fails, nobody would say that training finds it.",
    ),
)

_SOMETIMES = at_least(
    0.05,
    because=(
        "二十次里成功不到一次，就没有人会说训练能找到它。",
        "If fewer than one run in twenty succeeds, nobody would say that it can.",
    ),
)

_EFFECT = at_least(
    0.05,
    because=(
        "二十次里多成功一次，才值得立一条规矩：与“有时学会”同一把尺。",
        "One success more in twenty runs is worth a rule: the measure of “sometimes” too.",
    ),
)

_CONVENTIONS = (
    Convention(
        "start",
        (
            "起点：Xavier 且偏置为零，或 torch 的默认",
            "start: Xavier with zero biases, or torch's default",
        ),
        ({"init": "fan_in_uniform"},),
    ),
    Convention(
        "rate",
        ("学习率：书中的，或小一半左右", "rates: the book's, or about half of them"),
        ({"adam_rate": 0.02, "rates": (0.5, 0.05)},),
    ),
    Convention(
        "measure",
        ("学会：离目标不到 ¼，或在 ½ 的正确一侧", "learned: within ¼, or on the right side of ½"),
        ({"margin": 0.5},),
    ),
)

CLAIMS: list[Claim[Result] | Remark] = [
    Claim(
        id="B19",
        source="Source B, way 3",
        kind="finding",
        statement=(
            "加上两个隐藏节点，训练就学会 XOR。",
            "With two hidden nodes training learns XOR.",
        ),
        measure=lambda res: res.two,
        bound=_LEARNED,
        conventions=_CONVENTIONS,
        budget=Budget(change=lambda res: res.change, within=0.05),
    ),
    Claim(
        id="B19/sometimes",
        source="Source B, way 3",
        kind="finding",
        statement=(
            "两个隐藏节点可以训练到学会 XOR（原文的预测表是一次成功的训练）。",
            "Two hidden nodes can be trained to compute XOR (the source prints one such run).",
        ),
        measure=lambda res: res.two,
        bound=_SOMETIMES,
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="D08/xor",
        source="Source D, step 3",
        kind="finding",
        statement=(
            "用梯度下降找到使损失最小的那组参数（在 XOR 上）。",
            "Gradient descent finds the parameters of least loss (on XOR).",
        ),
        measure=lambda res: res.two.at(method="descent"),
        bound=_LEARNED,
        conventions=_CONVENTIONS,
        budget=Budget(change=lambda res: res.change.at(method="descent"), within=0.05),
    ),
    Claim(
        id="C19/xor",
        source="Source C ¶18",
        kind="cause",
        statement=(
            "在 XOR 上平方误差比交叉熵更容易学会，是因为损失不同。",
            "On XOR squared error succeeds more often than cross-entropy because of the loss.",
        ),
        measure=lambda res: res.both,
        bound=_EFFECT,
        factors=(
            Factor(
                ("损失（都在 softmax 之后）", "the loss (after softmax both times)"),
                lambda res: res.loss_alone,
                rival=False,
            ),
            Factor(
                ("输出单元（都用平方误差）", "the output unit (squared error both times)"),
                lambda res: res.output_alone,
            ),
        ),
        conventions=_CONVENTIONS,
        budget=Budget(change=lambda res: res.heads_change, within=0.05),
    ),
]

if __name__ == "__main__":
    show(__name__)
