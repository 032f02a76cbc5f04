"""Two hidden units can compute XOR, but whether training finds it is luck; width is insurance."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import TypedDict

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, along, each
from dlbook.base.evidence import Estimate, at_least
from dlbook.base.lookup import lookup
from dlbook.figures.idioms import bare, direct_label, interval, level_line
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, mosaic
from dlbook.mathematics import sums
from dlbook.mathematics.elementary import log, sigmoid
from dlbook.mathematics.nets import Stack
from dlbook.record.claims import Claim, Remark
from dlbook.training import data, stats
from dlbook.training.page_run import PageRun, page_run
from dlbook.training.replay import XOR, Run
from dlbook.training.train import Fit


@dataclass(frozen=True)
class Config:
    """Nets 2-w-1 on the four inputs of XOR; a seed starts alike under every loss and optimiser.

    ``rates`` of gradient descent belong to cross-entropy and squared error. The squared error of an
    affine output has curvature 2 in the output's bias alone, so that a rate of 1 could not settle.
    """

    seeds: int = 1024
    widths: tuple[int, ...] = (2, 3, 4, 8, 16)
    adam_rate: float = 0.05
    adam_steps: int = 2000
    rates: tuple[float, float] = (1.0, 0.1)
    steps: int = 10_000


SMALL = Config(seeds=48, adam_steps=300, steps=600)

WORDS = {
    "losses": (
        "最后的交叉熵：种子从小到大",
        "Final cross-entropy: the seeds of a column, sorted",
    ),
    "solved": ("学会：0", "solved: 0"),
    "pair": ("分不清两个：½ ln 2", "two confused: ½ ln 2"),
    "three": ("三个：¾ H(1/3)", "three: ¾ H(1/3)"),
    "four": ("四个：ln 2", "all four: ln 2"),
    "success": ("两个单元：学会 XOR 的种子（%）", "Two units: seeds that learn XOR (%)"),
    "adam cross_entropy": ("Adam，交叉熵", "Adam, cross-entropy"),
    "adam squared": ("Adam，平方误差", "Adam, squared error"),
    "descent cross_entropy": ("梯度下降，交叉熵", "descent, cross-entropy"),
    "descent squared": ("梯度下降，平方误差", "descent, squared error"),
}

_OPTIMISERS = {"adam": "adam", "descent": "sgd"}
_LOSSES = {"cross_entropy": "binary_cross_entropy", "squared": "mean_squared_error"}
_DRAWN = ("adam", "cross_entropy")  # the method whose losses the picture shows
_LOOKS = {
    "sigmoid": ("extra", "o", "sigmoid"),
    "tanh": ("ink", "s", "tanh"),
    "relu": ("shallow", "^", "ReLU"),
}
_COLUMN = 0.84  # how much of its room a column of seeds takes
_APART = 17  # percentage points between the middles of two labels

# Success: each of the four predictions is nearer than this to its target. Half of the way to the
# undecided 1/2, so that neither a lucky rounding nor a slow finish decides.
_MARGIN = 0.25
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

    ``by_width`` are ReLU nets. ``sigmoid``, ``tanh`` and ``relu`` have two units. ``levels`` are
    the least loss if two opposite inputs, three, or all four get one answer. Of the failed runs of
    two units with Adam and cross-entropy: how many they are (``failures``), the share
    ``on_a_level`` and the share on the first one (``pairs``). A ReLU that is 0 on all inputs is
    dead. ``losses`` and ``solved`` ``(settings, seeds)``: all that was trained, in the order of
    :func:`settings`.
    """

    config: Config
    by_width: Along[Estimate]
    sigmoid: Along[Estimate]
    tanh: Along[Estimate]
    relu: Along[Estimate]
    worst: Estimate
    best: Estimate
    levels: Along[float]
    failures: Along[int]
    on_a_level: Along[float]
    pairs: Along[float]
    dead_in_failures: Estimate
    dead_in_successes: int
    width_losses: Along[Tensor]
    activation_losses: Along[Tensor]
    losses: Tensor
    solved: Tensor


def run(cfg: Config) -> Result:
    found = {choice: trained(choice, cfg) for choice in settings(cfg)}
    wide = each(lambda width: found[Replay(width=width)], width=cfg.widths)
    two = each(lambda activation: found[Replay(activation=activation)], activation=_LOOKS)
    failed = two.map(lambda trained: trained.loss[~trained.solved])
    rates = each(
        lambda activation, method, loss: stats.rate(
            found[Replay(activation=activation, method=method, loss=loss)].solved
        ),
        activation=_LOOKS,
        method=_OPTIMISERS,
        loss=_LOSSES,
    )
    worst, *_, best = sorted(rates, key=lambda rate: rate.mean)
    pair, *_ = levels()
    relu, dead = two["relu"], has_dead_unit(two["relu"].stack)
    return Result(
        config=cfg,
        by_width=wide.map(lambda trained: stats.rate(trained.solved)),
        sigmoid=rates.at(activation="sigmoid"),
        tanh=rates.at(activation="tanh"),
        relu=rates.at(activation="relu"),
        worst=worst,
        best=best,
        levels=along(levels(), confused=(2, 3, 4)),
        failures=failed.map(len),
        on_a_level=failed.map(lambda losses: _share(near(losses, levels()).any(1))),
        pairs=failed.map(lambda losses: _share(near(losses, [pair]).any(1))),
        dead_in_failures=stats.rate(dead[~relu.solved]),
        dead_in_successes=int(sums.total(dead[relu.solved])),
        width_losses=wide.map(lambda trained: trained.loss),
        activation_losses=two.map(lambda trained: trained.loss),
        losses=torch.stack([trained.loss for trained in found.values()]),
        solved=torch.stack([trained.solved for trained in found.values()]),
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
        init=("xavier_uniform", "xavier_uniform"),
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
    """One setting after training: which seeds solve XOR ``(s,)``, their losses ``(s,)``, nets."""

    solved: Tensor
    loss: Tensor
    stack: Stack


def trained(choice: Replay, cfg: Config) -> Trained:
    """All seeds of one setting."""
    what = f"XOR, {choice.width} {choice.activation}, {choice.method} {choice.loss}"
    fit = replay(choice, cfg).fit(range(cfg.seeds), what=what)
    return Trained(solves(fit, choice.loss), fit.loss, fit.stack)


def solves(fit: Fit, loss: str) -> Tensor:
    """Which networks give all four answers ``(s,)``; under cross-entropy outputs are logits."""
    x, y = data.xor()
    outputs = fit.stack.predict(x)[..., 0]
    return solved(outputs if loss == "squared" else sigmoid(outputs), y)


def solved(predictions: Tensor, y: Tensor) -> Tensor:
    """Whether all four predictions ``(s, 4)`` come nearer than the margin to ``y``, ``(s,)``."""
    return ((predictions - y).abs() < _MARGIN).all(-1)


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
    figure, axes = mosaic([["losses"], ["rates"]], 5.4, [1.25, 1])
    _losses(res, axes["losses"], t)
    _rates(res, axes["rates"], t)
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


_COSTS = {"cross_entropy": entropy, "squared": variance}


def outcome(choice: Replay, fit: Fit) -> str:
    """How the run of one seed ended, and whether it lost a ReLU on the way."""
    (ending,) = endings(choice.loss, fit.loss, solves(fit, choice.loss))
    dead = choice.activation == "relu" and bool(has_dead_unit(fit.stack))
    return _ENDINGS[ending] + (", a unit is 0 on every input" if dead else "")


def endings(loss: str, losses: Tensor, solved: Tensor) -> list[int]:
    """How each run ended, see ``_ENDINGS``; one that fails, by the level that its loss is near."""
    on = near(losses, levels(_COSTS[loss]))
    failed = torch.where(on.any(1), 1 + on.long().argmax(1), len(_ENDINGS) - 1)
    ends: list[int] = torch.where(solved, 0, failed).tolist()
    return ends


class Setting(TypedDict):
    """One way to train: its run, and a digit for every seed, the place in ``_ENDINGS``."""

    activation: str
    width: int
    method: str
    loss: str
    run: PageRun
    ends: str


class Levels(TypedDict):
    """The least losses if two, three or four inputs share one answer."""

    cross_entropy: tuple[float, float, float]
    squared: tuple[float, float, float]


class Explorable(TypedDict):
    """An answer is right within ``margin``; a failure stands on a level that is ``near``."""

    seeds: int
    margin: float
    near: float
    levels: Levels
    settings: list[Setting]


def explorable(res: Result) -> Explorable:
    """Of every setting: its run, and a digit for every seed that says how it ended."""
    rows = zip(settings(res.config), res.losses, res.solved, strict=True)
    return {
        "seeds": res.config.seeds,
        "margin": _MARGIN,
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
            }
            for choice, losses, solved in rows
        ],
    }


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

CLAIMS: list[Claim[Result] | Remark] = [
    Claim(
        id="B19",
        source="seed 001, way 3",
        kind="finding",
        statement=(
            "加上两个隐藏节点，训练就学会 XOR。",
            "With two hidden nodes training learns XOR.",
        ),
        measure=lambda res: res.best,
        bound=_LEARNED,
    ),
    Claim(
        id="B19/sometimes",
        source="seed 001, way 3",
        kind="finding",
        statement=(
            "两个隐藏节点可以训练到学会 XOR（原文的预测表是一次成功的训练）。",
            "Two hidden nodes can be trained to compute XOR (the source prints one such run).",
        ),
        measure=lambda res: res.worst,
        bound=_SOMETIMES,
    ),
    Claim(
        id="D08/xor",
        source="seed 003, step 3",
        kind="finding",
        statement=(
            "用梯度下降找到使损失最小的那组参数（在 XOR 上）。",
            "Gradient descent finds the parameters of least loss (on XOR).",
        ),
        measure=lambda res: res.sigmoid["descent", "cross_entropy"],
        bound=_LEARNED,
    ),
]

if __name__ == "__main__":
    show(__name__)
