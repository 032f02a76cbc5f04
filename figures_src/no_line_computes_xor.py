"""One unit learns OR from any start; no line computes XOR, and training one ends at one half."""

from dataclasses import dataclass

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, along
from dlbook.base.evidence import EVERY, Estimate, at_least, at_most
from dlbook.base.lookup import lookup
from dlbook.figures.idioms import level_line
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, panels
from dlbook.mathematics import circuits, measure, separability, sums
from dlbook.mathematics.elementary import sigmoid
from dlbook.record.claims import Claim, Remark
from dlbook.training import stats
from dlbook.training.replay import Dataset, Run
from dlbook.training.train import Fit


@dataclass(frozen=True)
class Config:
    """``seeds`` units for each gate, trained for ``steps`` by plain gradient descent."""

    seeds: int = 1024
    rate: float = 1.0
    steps: int = 300


SMALL = Config(seeds=16)

WORDS = {
    "or": ("或：一条线分得开", "OR: a line parts them"),
    "xor": ("异或：两类相交", "XOR: the classes meet"),
    "train_or": ("训练：或", "Training on OR"),
    "train_xor": ("训练：异或", "Training on XOR"),
    "step": ("步", "step"),
    "output": ("输出的概率", "probability"),
}

_HALF = 1e-3  # "the output is one half": the catalogue's tolerance
_POINTS = 31  # of a training curve, closer together at the start


_STATES = ("00", "01", "10", "11")


@dataclass(frozen=True)
class Result:
    """States go 00, 01, 10, 11.

    ``curves_or``, ``curves_xor`` ``(31, 4, 3)``: least, median and greatest probability over the
    seeds at ``steps`` ``(31,)``. ``right_xor`` and ``off_xor`` ``(seeds,)``: the accuracy of each
    unit trained on XOR and the distance of its furthest output from one half. ``line`` ``(3,)``:
    w and b of the first unit trained on OR. ``weights`` are those with which the classes meet.
    """

    config: Config
    updates: int
    accurate_or: Estimate
    least_sure_or: float
    margin_or: float
    xor_separable: bool
    weights: Along[float]
    realisable: int
    most_right: int
    mean_xor: Estimate
    three_quarters_xor: Estimate
    furthest_xor: float
    single_inputs: Along[bool]
    steps: Tensor
    curves_or: Tensor
    curves_xor: Tensor
    right_xor: Tensor
    off_xor: Tensor
    line: Tensor


@dataclass(frozen=True)
class Replay:
    """What a reader may choose of a run."""

    seed: int = 0
    function: str = "xor"


def functions() -> dict[str, Tensor]:
    """The labels ``(4,)`` of OR and XOR."""
    ones = sums.total(circuits.states(2), 1)
    return {"or": ones > 0, "xor": ones == 1}


def replay(choice: Replay, cfg: Config) -> Run:
    """A logistic unit on the four states."""
    labels = lookup("function", choice.function, functions())
    return Run(
        widths=(2, 1),
        activation="relu",
        init=("fan_in_uniform",),
        data=Dataset(choice.function, circuits.states(2), labels.long()),
        points=0,
        loss="binary_cross_entropy",
        optimiser="sgd",
        rate=cfg.rate,
        steps=cfg.steps,
    )


def trained(function: str, cfg: Config) -> Fit:
    """All seeds; watches the probabilities ``(s, 31, 4)``."""
    x = circuits.states(2)
    return replay(Replay(function=function), cfg).fit(
        range(cfg.seeds),
        at=[cfg.steps * i**2 // (_POINTS - 1) ** 2 for i in range(_POINTS)],
        watch=lambda s: sigmoid(s.predict(x)[..., 0]),
        what="one unit",
    )


def reads_one_input(which: int) -> bool:
    """Whether weights 0 and 1 alone give the value of one input at every state."""
    x = circuits.states(2)
    w = torch.eye(2, dtype=torch.float64)[which]
    return torch.equal(sums.product(x, w), x[:, which])


def run(cfg: Config) -> Result:
    x = circuits.states(2)
    either, xor = functions().values()
    gate = separability.separator(x, either)
    weights = separability.meeting(x, xor)
    assert gate is not None, "some unit computes OR"
    assert weights is not None, "the classes of XOR meet"
    fits = [trained(function, cfg) for function in functions()]
    spreads = []
    for fit in fits:
        assert fit.watched is not None
        spreads.append(sums.quantiles(fit.watched, (0.0, 0.5, 1.0)).permute(1, 2, 0))
    outputs = [fit.stack.predict(x) for fit in fits]
    right = [measure.accuracy(out, y.long()) for out, y in zip(outputs, (either, xor), strict=True)]
    sure = sigmoid(outputs[0][..., 0])
    off = (sigmoid(outputs[1][..., 0]) - 0.5).abs().amax(1)
    W, b = fits[0].stack[0].layers[0]
    return Result(
        config=cfg,
        updates=cfg.steps,
        accurate_or=stats.rate(right[0] == 1),
        least_sure_or=float(torch.where(either, sure, 1 - sure).min()),
        margin_or=float((sums.product(x, *gate).abs() / sums.norm(gate[0])).min()),
        xor_separable=separability.separable(x, xor),
        weights=along(map(float, weights), state=_STATES),
        realisable=int(sums.total(separability.realisable(x))),
        most_right=separability.most_right(x, xor),
        mean_xor=stats.mean(right[1]),
        three_quarters_xor=stats.rate(right[1] == 0.75),
        furthest_xor=float(off.max()),
        single_inputs=along(map(reads_one_input, range(2)), input=(1, 2)),
        steps=fits[0].steps,
        curves_or=spreads[0],
        curves_xor=spreads[1],
        right_xor=right[1],
        off_xor=off,
        line=torch.cat([W.flatten(), b.flatten()]),
    )


def check(res: Result) -> None:
    assert not res.xor_separable, "no unit computes XOR"
    assert set(res.weights) == {0.5}, "the classes meet in the middle of the square"
    assert res.most_right == 3, "the best unit is right at three states"
    assert (res.right_xor <= 0.75).all(), "and so no trained unit exceeds three quarters"
    assert res.margin_or > 0, "OR has room on both sides of a line"
    assert all(res.single_inputs), "weights 0 and 1 read one input"


def draw(res: Result, t: Words) -> Figure:
    figure, axes = panels(2, 2, 4.6, gridspec_kw={"height_ratios": (1, 1)})
    _corners(axes[0, 0], (False, True, True, True))
    _corners(axes[0, 1], (False, True, True, False))
    _line(axes[0, 0], res.line)
    axes[0, 1].plot((0, 1), (1, 0), color=colour("ink"))
    axes[0, 1].plot((0, 1), (0, 1), color=colour("ink"), linestyle=(0, (4, 2)))
    axes[0, 1].plot(0.5, 0.5, "X", color=colour("exact"), markersize=11)
    titles = ("or", "xor", "train_or", "train_xor")
    for ax, title in zip(axes.flat, titles, strict=True):
        ax.set_title(t[title])
    _curves(axes[1, 0], res.steps, res.curves_or, (False, True, True, True))
    _curves(axes[1, 1], res.steps, res.curves_xor, (False, True, True, False))
    for ax in axes[1]:
        ax.set(xlabel=t["step"], ylim=(0, 1), xlim=(0, int(res.steps[-1])))
        ax.set_yticks((0, 0.5, 1), ("0", "½", "1"))
        ax.set_xticks((0, int(res.steps[-1])))
    axes[1, 0].set_ylabel(t["output"])
    return figure


def _corners(ax: Axes, labels: tuple[bool, ...]) -> None:
    for state, filled in enumerate(labels):
        face = colour("ink") if filled else colour("paper")
        ax.plot(state >> 1, state & 1, "o", markersize=11, color=colour("ink"), mfc=face, mew=1.4)
    ax.set(xlim=(-0.35, 1.35), ylim=(-0.35, 1.35), xticks=(0, 1), yticks=(0, 1), aspect="equal")
    ax.set_xlabel("$x_1$", labelpad=-6)
    ax.set_ylabel("$x_2$", labelpad=-2)


def _line(ax: Axes, line: Tensor) -> None:
    """Where ``w . x + b = 0``, with the side of label 1 tinted; the line is not vertical."""
    w1, w2, b = line.tolist()
    ends = (-0.35, 1.35)
    heights = [-(b + w1 * x) / w2 for x in ends]
    ax.fill_between(ends, heights, 1.35, color=colour("shallowwash"), zorder=0)
    ax.plot(ends, heights, color=colour("shallow"), zorder=1)


def _curves(ax: Axes, steps: Tensor, curves: Tensor, labels: tuple[bool, ...]) -> None:
    """Bands over all seeds; a marker at the end tells which answer was asked for."""
    level_line(ax, 0.5)
    for (low, middle, high), filled in zip(curves.permute(1, 2, 0), labels, strict=True):
        ax.fill_between(steps, low, high, color=colour("shallow"), alpha=0.15)
        dashes = "-" if filled else (0, (4, 2))
        ax.plot(steps, middle, color=colour("shallow"), linestyle=dashes, linewidth=1.4)
        face = colour("ink") if filled else colour("paper")
        end = -1 if filled else -2  # apart, where two curves end in one place
        ax.plot(steps[end], middle[end], "o", markersize=7, color=colour("ink"), mfc=face, mew=1.2,
                clip_on=False, zorder=3)  # fmt: skip


_ALWAYS = at_least(
    0.99,
    because=(
        "“学会了 OR”：一百个起点里至少有九十九个。",
        "“It learns OR”: at least 99 of 100 starts.",
    ),
)
CLAIMS: list[Claim[Result] | Remark] = [
    Claim(
        id="B11",
        source="seed 001, way 2",
        kind="construction",
        statement=(
            "如果关联只取其中一位的值，一条权重为 1、另一条为 0 就能表达。",
            "Where only one of the two bits matters, weights 1 and 0 express it.",
        ),
        measure=lambda res: stats.share(res.single_inputs),
        bound=EVERY,
    ),
    Claim(
        id="B12",
        source="seed 001, way 2",
        kind="finding",
        statement=(
            "或门训练后很接近但有误差；以 0.5 为界可以完美分开。",
            "Trained on OR, a unit comes close, with some error; the threshold 0.5 parts the "
            "classes perfectly.",
        ),
        measure=lambda res: res.accurate_or,
        bound=_ALWAYS,
    ),
    Claim(
        id="B13",
        source="seed 001, way 2",
        kind="theorem",
        statement=(
            "没有隐藏层，连异或的分类都无法分开。",
            "Without a hidden layer XOR cannot even be classified.",
        ),
        measure=lambda res: stats.exact(res.most_right / 4, res.realisable),
        bound=at_most(
            3 / 4,
            because=(
                "四个输入里至少错一个。",
                "At least one of the four inputs is answered wrongly.",
            ),
        ),
    ),
    Claim(
        id="B13/training",
        source="seed 001, way 2",
        kind="finding",
        statement=(
            "在异或上训练没有隐藏层的网络，得到的预测值分不开两类。",
            "Trained on XOR, a network without a hidden layer predicts values that do not part the "
            "classes.",
        ),
        measure=lambda res: stats.rate(res.off_xor <= _HALF),
        bound=_ALWAYS,
    ),
]

if __name__ == "__main__":
    show(__name__)
