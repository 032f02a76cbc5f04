"""One unit learns OR from any start; no line computes XOR, and training one ends at one half."""

from dataclasses import dataclass

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, along
from dlbook.base.evidence import EVERY, Estimate, at_least, at_most
from dlbook.base.lookup import lookup
from dlbook.base.seeds import seeds_from
from dlbook.figures.idioms import level_line
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, panels
from dlbook.mathematics import circuits, separability, sums
from dlbook.mathematics.elementary import sigmoid
from dlbook.record.claims import Budget, Claim, Convention, Remark
from dlbook.training import stats
from dlbook.training.replay import Dataset, Run
from dlbook.training.train import Fit


@dataclass(frozen=True)
class Config:
    """``seeds`` units for each gate, all four states in every one of ``steps`` steps.

    ``start`` is an initialisation, ``rate`` that of gradient descent (Adam takes a tenth of it),
    and ``loss`` is the cross-entropy of one sigmoid or the squared error of two softmax outputs.
    """

    first_seed: int = 0
    seeds: int = 1024
    start: str = "fan_in_uniform"
    rate: float = 1.0
    optimiser: str = "sgd"
    loss: str = "binary_cross_entropy"
    steps: int = 4800


SMALL = Config(seeds=16, steps=600)
GRID = Config(seeds=512)  # so many that, if all agree, their interval lies above 0.99
GRID_BUDGET = 60.0

WORDS = {
    "or": ("或：一条线分得开", "OR: a line parts them"),
    "xor": ("异或：两类相交", "XOR: the classes meet"),
    "train_or": ("训练：或", "Training on OR"),
    "train_xor": ("训练：异或", "Training on XOR"),
    "step": ("步", "step"),
    "output": ("输出的概率", "probability"),
}

_HALF = 1e-3  # "the output is one half": the catalogue's tolerance
_ROUNDING = 1e-12  # many times what the sums of a few doubles near one half are rounded by
_POINTS = 31  # of a training curve, the first two in one place, closer together at the start
_DRAWN_STEPS = 300  # beyond, nothing moves that an eye could see
_ADAM = 0.1  # its steps are about as long as its rate, however small the gradient
_OUTPUTS = {"binary_cross_entropy": 1, "softmax_squared_error": 2}


_STATES = ("00", "01", "10", "11")


@dataclass(frozen=True)
class Result:
    """States go 00, 01, 10, 11.

    ``curves_or``, ``curves_xor`` ``(k, 4, 3)``: least, median and greatest probability over the
    seeds at ``steps`` ``(k,)``. ``right_or``, ``right_xor`` and ``off_xor`` ``(seeds, 2)``, half
    way and at the end: the accuracy of each unit on its own gate, and on XOR the distance of its
    furthest output from one half. ``line`` ``(3,)``: w and b of the first unit trained on OR.
    ``weights`` are those with which the classes meet. ``…_drawn`` is what it was at the last step
    that is drawn; ``least_margin_xor`` is how far from zero, at the end, what the sigmoid takes
    still is where it is farthest, least over the seeds.
    """

    config: Config
    halfway: int
    drawn_steps: int
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
    mean_xor_drawn: Estimate
    furthest_xor_drawn: float
    least_margin_xor: float
    single_inputs: Along[bool]
    steps: Tensor
    curves_or: Tensor
    curves_xor: Tensor
    right_or: Tensor
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
    adam = cfg.optimiser == "adam"
    return Run(
        widths=(2, lookup("loss", cfg.loss, _OUTPUTS)),
        activation="relu",
        init=(cfg.start,),
        data=Dataset(choice.function, circuits.states(2), labels.long()),
        points=0,
        loss=cfg.loss,
        optimiser=cfg.optimiser,
        rate=cfg.rate * _ADAM if adam else cfg.rate,
        steps=cfg.steps,
    )


def margin(outputs: Tensor) -> Tensor:
    """What the sigmoid takes, of one output or of two: ``(…, c) -> (…)``."""
    return outputs[..., -1] - outputs[..., 0] if outputs.shape[-1] == 2 else outputs[..., 0]


def looked_at(cfg: Config) -> list[int]:
    """The steps that are drawn, each once, then the middle and the end of training."""
    drawn = min(_DRAWN_STEPS, cfg.steps)
    early = {drawn * i**2 // (_POINTS - 1) ** 2 for i in range(_POINTS)}
    return sorted({*early, cfg.steps // 2, cfg.steps})


def trained(function: str, cfg: Config) -> Fit:
    """All seeds; watches the margins ``(s, n, 4)``."""
    x = circuits.states(2)
    return replay(Replay(function=function), cfg).fit(
        seeds_from(cfg.first_seed, cfg.seeds),
        at=looked_at(cfg),
        watch=lambda s: margin(s.predict(x)),
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
    seen = [fit.watched for fit in fits if fit.watched is not None]
    steps = fits[0].steps
    drawn = int(sums.total(steps <= _DRAWN_STEPS))
    early = [sigmoid(each[:, :drawn]) for each in seen]
    spreads = [sums.quantiles(each, (0.0, 0.5, 1.0)).permute(1, 2, 0) for each in early]
    ends = [int((steps == step).nonzero()) for step in (cfg.steps // 2, cfg.steps)]
    late = [each[:, ends] for each in seen]
    right = [
        sums.mean((z > 0) == labels, -1)
        for z, labels in zip(late, functions().values(), strict=True)
    ]
    last = seen[1][:, drawn - 1]
    sure = sigmoid(late[0][:, -1])
    off = (sigmoid(late[1]) - 0.5).abs().amax(2)
    W, b = fits[0].stack[0].layers[0]
    return Result(
        config=cfg,
        halfway=cfg.steps // 2,
        drawn_steps=min(_DRAWN_STEPS, cfg.steps),
        accurate_or=stats.rate(right[0][:, -1] == 1),
        least_sure_or=float(torch.where(either, sure, 1 - sure).min()),
        margin_or=float((sums.product(x, *gate).abs() / sums.norm(gate[0])).min()),
        xor_separable=separability.separable(x, xor),
        weights=along(map(float, weights), state=_STATES),
        realisable=int(sums.total(separability.realisable(x))),
        most_right=separability.most_right(x, xor),
        mean_xor=stats.mean(right[1][:, -1]),
        three_quarters_xor=stats.rate(right[1][:, -1] == 0.75),
        furthest_xor=float(off[:, -1].max()),
        mean_xor_drawn=stats.mean(sums.mean((last > 0) == xor, -1)),
        furthest_xor_drawn=float((sigmoid(last) - 0.5).abs().max()),
        least_margin_xor=float(late[1][:, -1].abs().amax(1).min()),
        single_inputs=along(map(reads_one_input, range(2)), input=(1, 2)),
        steps=steps[:drawn],
        curves_or=spreads[0],
        curves_xor=spreads[1],
        right_or=right[0],
        right_xor=right[1],
        off_xor=off,
        line=torch.cat([margin(W).flatten(), margin(b).flatten()]),
    )


def check(res: Result) -> None:
    assert not res.xor_separable, "no unit computes XOR"
    assert set(res.weights) == {0.5}, "the classes meet in the middle of the square"
    assert res.most_right == 3, "the best unit is right at three states"
    beyond_rounding = res.off_xor > _ROUNDING  # or the signs of its outputs are those of rounding
    right = res.right_xor[beyond_rounding]
    assert (right <= 0.75).all(), "and so no trained unit exceeds three quarters"
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
CONVENTIONS = (
    Convention("start", ("起点", "start"), ({"start": "xavier_uniform"},)),
    Convention("rate", ("学习率", "learning rate"), ({"rate": 0.1},)),
    Convention("optimiser", ("优化器", "optimiser"), ({"optimiser": "adam"},)),
    Convention("loss", ("损失", "loss"), ({"loss": "softmax_squared_error"},)),
)


def _learned(res: Result, place: int) -> Tensor:
    """Which units are right at all four states of OR, half way (0) or at the end (1)."""
    return res.right_or[:, place] == 1


def _at_half(res: Result, place: int) -> Tensor:
    return res.off_xor[:, place] <= _HALF


CLAIMS: list[Claim[Result] | Remark] = [
    Claim(
        id="B11",
        source="Source B, way 2",
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
        source="Source B, way 2",
        kind="finding",
        statement=(
            "或门训练后很接近但有误差；以 0.5 为界可以完美分开。",
            "Trained on OR, a unit comes close, with some error; the threshold 0.5 parts the "
            "classes perfectly.",
        ),
        measure=lambda res: stats.rate(_learned(res, 1)),
        bound=_ALWAYS,
        conventions=CONVENTIONS,
        budget=Budget(
            change=lambda res: stats.paired_rates(_learned(res, 1), _learned(res, 0)),
            within=0.01,
        ),
    ),
    Claim(
        id="B13",
        source="Source B, way 2",
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
        source="Source B, way 2",
        kind="finding",
        statement=(
            "在异或上训练没有隐藏层的网络，四个预测值都收拢到 ½，分不开两类。",
            "Trained on XOR, all four predictions of a network without a hidden layer gather at ½ "
            "and do not part the classes.",
        ),
        measure=lambda res: stats.rate(_at_half(res, 1)),
        bound=_ALWAYS,
        conventions=CONVENTIONS,
        budget=Budget(
            change=lambda res: stats.paired_rates(_at_half(res, 1), _at_half(res, 0)),
            within=0.01,
        ),
    ),
]

if __name__ == "__main__":
    show(__name__)
