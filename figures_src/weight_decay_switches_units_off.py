"""Weight decay makes weights small, and the units of a hidden layer fewer, not busier."""

from dataclasses import dataclass
from itertools import product

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, each
from dlbook.base.evidence import Estimate, at_least, at_most, between
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, mosaic
from dlbook.mathematics import sums
from dlbook.mathematics.elementary import sigmoid
from dlbook.mathematics.nets import Stack
from dlbook.record.claims import Claim, Remark
from dlbook.training import data, stats
from dlbook.training.replay import XOR, Run
from dlbook.training.train import Fit


@dataclass(frozen=True)
class Config:
    """Nets 2-w-1 on XOR with Adam, cross-entropy and λ/2 Σ w²; a seed starts alike for every λ.

    ``strengths`` are the λ: none, the one that is judged, and a strong one.
    """

    seeds: int = 1024
    strengths: tuple[float, float, float] = (0.0, 1e-3, 1e-2)
    rate: float = 0.05
    steps: int = 2000


SMALL = Config(seeds=32, steps=300)

WORDS = {
    "decay": ("$\\lambda={strength}$", "$\\lambda={strength}$"),
    "nets": ("{width} 个 {name}", "{width} {name}"),
    "working": ("工作的单元", "working units"),
}

_WIDTHS, _ACTIVATIONS = (4, 8), ("relu", "tanh")
_SHOWN = {"relu": "ReLU", "tanh": "tanh"}

# A unit works if its share of the logit varies over the four inputs by at least a twentieth of
# what the strongest unit's does, and by as much as could be seen in a probability (about 1 %).
_VISIBLE = 0.05
_LEAST = 0.05
_CLEAR = 0.05  # an answer is right if its probability is on the right side of 1/2 by this much
_WEIGHTS = [0, 1, 3]  # of the four numbers of a drawn unit: not its bias


@dataclass(frozen=True)
class Result:
    """What the units do.

    For each width, activation and strength: ``active`` (mean number of working units),
    ``participation`` (mean of (Σ s)² / Σ s² over the sizes s = |v| ‖w‖ of the units), ``largest``
    (median of the largest weight), ``solved`` (share that learns XOR) and ``counts`` ``(seeds,)``
    of working units. ``two_relu`` and ``two_tanh`` are the working units of four, without decay, in
    the seeds that learn XOR.

    From no decay to the first strength, averaged over the four nets: ``change`` in working units,
    ``off`` in the share of idle ones, ``shrinkage``, the ratio of the largest weights;
    ``change_if_solved`` averages over those nets of a seed that learn XOR both times.
    ``strong_change`` and ``strong_off`` go up to the last strength.

    For four ReLUs without decay: ``order`` is the change in working units if samples come one by
    one in random order, ``order_matters`` how often that changes the number, ``start_matters`` how
    often it differs between one seed and the next. ``drawn`` are the eight tanh units of one seed,
    the first one nearest to the median numbers: weights in, bias, weight out, ``(8, 4)``, and
    ``drawn_work`` ``(8,)`` which of them work.
    """

    config: Config
    visible: float
    active: Along[Estimate]
    participation: Along[Estimate]
    largest: Along[Estimate]
    solved: Along[Estimate]
    two_relu: Estimate
    two_tanh: Estimate
    change: Estimate
    change_if_solved: Estimate
    off: Estimate
    strong_change: Estimate
    strong_off: Estimate
    shrinkage: Estimate
    order: Estimate
    order_matters: Estimate
    start_matters: Estimate
    counts: Along[Tensor]
    drawn: Along[Tensor]
    drawn_work: Along[Tensor]


def run(cfg: Config) -> Result:
    stacks = each(
        lambda **choice: trained(Replay(**choice), cfg),
        width=_WIDTHS,
        activation=_ACTIVATIONS,
        strength=cfg.strengths,
    )
    counts, right, sizes = stacks.map(working), stacks.map(solved), stacks.map(largest)
    none, judged, _ = cfg.strengths
    before, after, strongest = (over_nets(counts, strength) for strength in cfg.strengths)
    change, strong = after - before, strongest - before
    widths = torch.tensor([w for w, _ in product(_WIDTHS, _ACTIVATIONS)]).double()[:, None]
    both = (over_nets(right, none) & over_nets(right, judged)).double()
    of_solved = sums.total(change * both, 0) / sums.total(both, 0)
    four = counts[4, "relu", none]
    one_by_one = working(trained(Replay(0, 4, "relu", none, batch=1), cfg))
    seed = typical(torch.stack(counts.at(width=8, activation="tanh").values()))
    drawn = stacks.at(width=8, activation="tanh").map(lambda stack: stack[[seed]])
    return Result(
        config=cfg,
        visible=_VISIBLE,
        active=counts.map(stats.mean),
        participation=stacks.map(participation).map(stats.mean),
        largest=sizes.map(stats.median),
        solved=right.map(stats.rate),
        two_relu=stats.mean(four[right[4, "relu", none]]),
        two_tanh=stats.mean(counts[4, "tanh", none][right[4, "tanh", none]]),
        change=stats.mean(sums.mean(change, 0)),
        change_if_solved=stats.mean(of_solved[both.any(0)]),
        off=stats.mean(sums.mean(-change / widths, 0)),
        strong_change=stats.mean(sums.mean(strong, 0)),
        strong_off=stats.mean(sums.mean(-strong / widths, 0)),
        shrinkage=stats.mean(sums.mean(over_nets(sizes, judged) / over_nets(sizes, none), 0)),
        order=stats.difference(one_by_one, four),
        order_matters=stats.rate(one_by_one != four),
        start_matters=stats.rate(four[::2] != four[1::2]),
        counts=counts,
        drawn=drawn.map(by_unit),
        drawn_work=drawn.map(lambda stack: work(stack).squeeze(0)),
    )


def trained(choice: "Replay", cfg: Config) -> Stack:
    """The networks of every seed after training."""
    what = f"XOR with decay {choice.strength}, {choice.width} {choice.activation}"
    return replay(choice, cfg).fit(range(cfg.seeds), what=what).stack


def over_nets(table: Along[Tensor], strength: float) -> Tensor:
    """The values of all nets at one strength, ``(4, seeds)``."""
    return torch.stack(table.at(strength=strength).values())


def typical(counts: Tensor) -> int:
    """The first seed whose numbers ``(strengths, seeds)`` are nearest to the medians."""
    away = sums.total((counts - counts.median(1, keepdim=True).values).abs(), 0)
    return int(away.argmin())


def by_unit(stack: Stack) -> Tensor:
    """Weights in, bias and weight out of every unit of a lone net, ``(w, 4)``."""
    (W, b), (v, _) = stack.layers
    return torch.cat([W, b, v.transpose(1, 2)], 1).squeeze(0).T


def work(stack: Stack) -> Tensor:
    """Which units work, ``(s, w)``."""
    hidden = stack.signals(data.xor()[0])[0]
    shares = hidden * stack.layers[1][0].transpose(1, 2)
    moves = shares.amax(1) - shares.amin(1)
    strongest = moves.amax(1, keepdim=True)
    return (moves >= _VISIBLE * strongest) & (moves >= _LEAST)


def working(stack: Stack) -> Tensor:
    """How many units work, float64 ``(s,)``."""
    return sums.total(work(stack), 1).double()


def participation(stack: Stack) -> Tensor:
    """(Σ s)² / Σ s² with s = |v| ‖w‖, ``(s,)``: 1 if one unit has it all, w if all are alike."""
    (first, _), (second, _) = stack.layers
    sizes = sums.norm(first, 1) * second[..., 0].abs()
    return sums.total(sizes, 1).square() / sums.total(sizes.square(), 1)


def largest(stack: Stack) -> Tensor:
    """The largest weight in size, ``(s,)``."""
    return torch.stack([W.abs().amax((1, 2)) for W, _ in stack.layers]).amax(0)


def solved(stack: Stack) -> Tensor:
    """Whether all four answers are clearly right, ``(s,)``."""
    x, y = data.xor()
    ahead = (sigmoid(stack.predict(x)[..., 0]) - 0.5) * (2 * y - 1)
    return (ahead > _CLEAR).all(1)


def check(res: Result) -> None:
    for (width, *_), counts in res.counts.items():
        assert bool((counts <= width).all()), "no more units work than there are"
    for (width, *_), ratio in res.participation.items():
        assert 1 <= ratio.mean <= width, "a participation ratio lies between 1 and the width"


def draw(res: Result, t: Words) -> Figure:
    names = ["a", "b", "c", "d"]
    rows = [["0"] * 4 + ["1"] * 4 + ["2"] * 4, [name for name in names for _ in range(3)]]
    figure, axes = mosaic(rows, 4.6, [1, 1.25])
    thickest = max(float(units[:, _WEIGHTS].abs().max()) for units in res.drawn)
    for place, strength in zip("012", res.config.strengths, strict=True):
        _network(res.drawn[strength] / thickest, res.drawn_work[strength], axes[place])
        axes[place].set_title(t["decay"].format(strength=t.number(strength)))
    nets = product(_WIDTHS, _ACTIVATIONS)
    for name, (width, kind) in zip(names, nets, strict=True):
        _working(res.counts.at(width=width, activation=kind), width, axes[name])
        axes[name].set_title(t["nets"].format(width=width, name=_SHOWN[kind]))
        axes[name].set_xticks(range(3), ["0", "$10^{-3}$", "$10^{-2}$"])
    axes["a"].set_ylabel(t["working"])
    return figure


def _network(units: Tensor, works: Tensor, ax: Axes) -> None:
    """Two inputs below, the output above; weights of size 1 at most set the width of the lines."""
    middle = (len(units) - 1) / 2
    inputs, output = (middle - 1.6, middle + 1.6), middle
    for place, (first, second, _, out) in enumerate(units.tolist()):
        for source, weight in zip(inputs, (first, second), strict=True):
            ax.plot((source, place), (0, 1), color=colour("shallow"), linewidth=5 * abs(weight))
        ax.plot((place, output), (1, 2), color=colour("shallow"), linewidth=5 * abs(out))
    ax.plot((*inputs, output), (0, 0, 2), "o", color=colour("ink"), markersize=4)
    for place, on in enumerate(works.tolist()):
        ax.plot(place, 1, "o", color=colour("ink"), markersize=5,
                markerfacecolor=colour("ink" if on else "paper"))  # fmt: skip
    ax.set(ylim=(-0.15, 2.15))
    ax.set_axis_off()


def _working(counts: Along[Tensor], width: int, ax: Axes) -> None:
    """For each strength, bars centred on its column: the share of seeds with so many units."""
    for place, row in enumerate(counts):
        units, seeds = torch.unique(row, return_counts=True)
        share = 0.9 * seeds / len(row)
        ax.barh(units, share, left=place - share / 2, height=0.6, color=colour("line"))
    ax.plot(range(len(counts)), [sums.mean(row) for row in counts], "o-", color=colour("shallow"))
    ax.set(
        xlim=(-0.55, len(counts) - 0.45),
        ylim=(-0.5, width + 0.5),
        yticks=range(0, width + 1, width // 4),
        xlabel="$\\lambda$",
    )


@dataclass(frozen=True)
class Replay:
    """What a reader may choose of a run; a ``batch`` of 4 is all of XOR."""

    seed: int = 0
    width: int = 8
    activation: str = "tanh"
    strength: float = 1e-3
    batch: int = 4


def replay(choice: Replay, cfg: Config) -> Run:
    return Run(
        widths=(2, choice.width, 1),
        activation=choice.activation,
        init=("xavier_uniform",) * 2,
        data=XOR,
        points=0,
        loss="binary_cross_entropy",
        optimiser="adam",
        rate=cfg.rate,
        steps=cfg.steps,
        batch=None if choice.batch == 4 else choice.batch,
        l2=choice.strength,
    )


def outcome(choice: Replay, fit: Fit) -> str:
    """How many units work, and whether the net has learned XOR."""
    learned = "learned" if bool(solved(fit.stack).all()) else "not learned"
    return f"XOR is {learned}, {int(sums.total(working(fit.stack)))} of {choice.width} units work"


_TWO = between(
    1.5,
    2.5,
    because=(
        "“两个单元在工作”：平均个数离二比离别的整数近。",
        "“Two units work”: their mean number is nearer to two than to any other whole number.",
    ),
)
_QUARTER = 0.25
_WHY = (
    "平均个数变了四分之一个单元以上才算数。",
    "Of a mean number of units, a change of a quarter of a unit counts.",
)
_FEWER = at_most(-_QUARTER, because=_WHY)
_MORE = at_least(_QUARTER, because=_WHY)
_OTHERS = at_least(
    _QUARTER,
    because=(
        "个数是整数：四分之一的相邻种子不同，个数就平均差四分之一个单元以上。",
        "Numbers are whole: where a quarter of neighbouring seeds differ, they differ by a quarter "
        "of a unit or more on average.",
    ),
)
_SHRUNK = at_most(
    0.9,
    because=(
        "“更小”：最大的权重至少缩小十分之一。",
        "“Lower”: the largest weight loses a tenth or more.",
    ),
)
_SPARSE = at_most(
    0.05,
    because=(
        "“没有稀疏”：多关掉的单元不到二十分之一。",
        "“No sparsity”: not one unit in twenty more is off.",
    ),
)

CLAIMS: list[Claim[Result] | Remark] = [
    Claim(
        id="B23/relu",
        source="seed 001, way 3",
        kind="finding",
        statement=(
            "给四个隐藏节点，实际只有两个在工作（ReLU）。",
            "Of four hidden nodes only two do the work (ReLU).",
        ),
        measure=lambda res: res.two_relu,
        bound=_TWO,
    ),
    Claim(
        id="B23/tanh",
        source="seed 001, way 3",
        kind="finding",
        statement=(
            "给四个隐藏节点，实际只有两个在工作（tanh）。",
            "Of four hidden nodes only two do the work (tanh).",
        ),
        measure=lambda res: res.two_tanh,
        bound=_TWO,
    ),
    Claim(
        id="B24/order",
        source="seed 001, way 3",
        kind="finding",
        statement=(
            "节点闲着，是因为数据的输入顺序是随机的。",
            "Nodes stay idle because the samples come in random order.",
        ),
        measure=lambda res: res.order,
        bound=_FEWER,
    ),
    Claim(
        id="B24/start",
        source="seed 001, way 3",
        kind="finding",
        statement=(
            "哪些节点闲着，由随机的初始权重决定。",
            "Which nodes stay idle depends on the random initial weights.",
        ),
        measure=lambda res: res.start_matters,
        bound=_OTHERS,
    ),
    Claim(
        id="B27/size",
        source="seed 001, mitigation",
        kind="finding",
        statement=(
            "L2 正则化降低过大的权重。",
            "L2 regularisation lowers weights that are too large.",
        ),
        measure=lambda res: res.shrinkage,
        bound=_SHRUNK,
    ),
    Claim(
        id="B27/units",
        source="seed 001, mitigation",
        kind="finding",
        statement=(
            "L2 正则化让每个节点都工作，平摊任务。",
            "L2 regularisation makes every node work and share the task.",
        ),
        measure=lambda res: res.change,
        bound=_MORE,
    ),
    Claim(
        id="E12c/units",
        source="seed 004 §12",
        kind="finding",
        statement=(
            "L2 正则化不会导致稀疏（就单元而言）。",
            "L2 regularisation does not give sparsity (of units).",
        ),
        measure=lambda res: res.off,
        bound=_SPARSE,
    ),
]

if __name__ == "__main__":
    show(__name__)
