"""Weight decay makes weights small, and the units of a hidden layer fewer, not busier."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, along
from dlbook.base.evidence import Estimate, at_least, at_most, between
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, mosaic
from dlbook.mathematics.nets import Stack
from dlbook.record.claims import Claim, Remark
from dlbook.training import data, stats
from dlbook.training.replay import XOR, Run


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

_NETS = tuple(product((4, 8), ("relu", "tanh")))
_SHOWN = {"relu": "ReLU", "tanh": "tanh"}

# A unit works if its share of the logit varies over the four inputs by at least a twentieth of
# what the strongest unit's does, and by as much as could be seen in a probability (about 1 %).
_VISIBLE = 0.05
_LEAST = 0.05
_CLEAR = 0.05  # an answer is right if its probability is on the right side of 1/2 by this much


_WIDTHS, _ACTIVATIONS = (4, 8), ("relu", "tanh")


@dataclass(frozen=True)
class Result:
    """What the units do.

    Twelve entries, for 4 ReLUs, 4 tanh, 8 ReLUs, 8 tanh, each with the three ``strengths``, have
    ``active`` (mean number of working units), ``participation`` (mean of (Σ s)² / Σ s² over the
    sizes s = |v| ‖w‖ of the units), ``largest`` (median of the largest weight) and ``solved``
    (share that learns XOR). ``two_relu`` and ``two_tanh`` are the working units of four, without
    decay, in the seeds that learn XOR.

    From no decay to the first strength, averaged over the four nets: ``change`` in working units,
    ``off`` in the share of idle ones, ``shrinkage``, the ratio of the largest weights;
    ``change_if_solved`` averages over those nets of a seed that learn XOR both times.
    ``strong_change`` and ``strong_off`` go up to the last strength.

    For four ReLUs without decay: ``order`` is the change in working units if samples come one by
    one in random order, ``order_matters`` how often that changes the number, ``start_matters`` how
    often it differs between one seed and the next. ``counts`` ``(4, 3, seeds)`` are working units;
    ``drawn`` the eight tanh units of one seed, the first one nearest to the median numbers: weights
    in, bias, weight out, ``(3, 8, 4)``, and ``drawn_work`` ``(3, 8)`` which of them work.
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
    counts: Tensor
    drawn: Tensor
    drawn_work: Tensor


@dataclass(frozen=True)
class Replay:
    """What a reader may choose of a run; a ``batch`` of 4 is all of XOR."""

    seed: int = 0
    width: int = 8
    activation: str = "tanh"
    strength: float = Config.strengths[1]
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


def trained(cfg: Config, width: int, name: str, batch: int = 4) -> Stack:
    """Replicas of every seed, first all without decay, then with each strength."""
    strengths = cfg.strengths if batch == 4 else cfg.strengths[:1]
    runs = [replay(Replay(0, width, name, strength, batch), cfg) for strength in strengths]
    what = f"XOR with decay, {width} {name}"
    stacks = [run.fit(range(cfg.seeds), what=what).stack for run in runs]
    flat = torch.cat([stack.flat for stack in stacks])
    return Stack(stacks[0].net, flat, tuple(seed for stack in stacks for seed in stack.seeds))


def work(stack: Stack) -> Tensor:
    """Which units work, ``(s, w)``."""
    hidden = stack.signals(data.xor()[0])[0]
    shares = hidden * stack.layers[1][0].transpose(1, 2)
    moves = shares.amax(1) - shares.amin(1)
    strongest = moves.amax(1, keepdim=True)
    return (moves >= _VISIBLE * strongest) & (moves >= _LEAST)


def working(stack: Stack) -> Tensor:
    """How many units work, float64 ``(s,)``."""
    return work(stack).double().sum(1)


def participation(stack: Stack) -> Tensor:
    """(Σ s)² / Σ s² with s = |v| ‖w‖, ``(s,)``: 1 if one unit has it all, w if all are alike."""
    (first, _), (second, _) = stack.layers
    sizes: Tensor = first.norm(dim=1) * second[..., 0].abs()
    return sizes.sum(1).square() / sizes.square().sum(1)


def largest(stack: Stack) -> Tensor:
    """The largest weight in size, ``(s,)``."""
    return torch.stack([W.abs().amax((1, 2)) for W, _ in stack.layers]).amax(0)


def solved(stack: Stack) -> Tensor:
    """Whether all four answers are clearly right, ``(s,)``."""
    x, y = data.xor()
    ahead = (stack.predict(x)[..., 0].sigmoid() - 0.5) * (2 * y - 1)
    return (ahead > _CLEAR).all(1)


def run(cfg: Config) -> Result:
    stacks = [trained(cfg, width, name) for width, name in _NETS]

    def table(values: Callable[[Stack], Tensor]) -> Tensor:
        return torch.stack([values(stack).view(len(cfg.strengths), -1) for stack in stacks])

    counts, right, sizes = table(working), table(solved), table(largest)
    ratios = table(participation)
    widths = torch.tensor([width for width, _ in _NETS], dtype=torch.float64)[:, None]
    change, strong = counts[:, 1] - counts[:, 0], counts[:, 2] - counts[:, 0]
    both = (right[:, 1] & right[:, 0]).double()
    four = counts[0, 0]
    one_by_one = working(trained(cfg, 4, "relu", batch=1))
    typical = int((counts[3] - counts[3].median(1, keepdim=True).values).abs().sum(0).argmin())
    drawn = stacks[3][[typical + k * cfg.seeds for k in range(len(cfg.strengths))]]
    (W, b), (v, _) = drawn.layers
    return Result(
        config=cfg,
        visible=_VISIBLE,
        active=along(
            map(stats.mean, counts.flatten(0, 1)),
            width=_WIDTHS,
            activation=_ACTIVATIONS,
            strength=cfg.strengths,
        ),
        participation=along(
            map(stats.mean, ratios.flatten(0, 1)),
            width=_WIDTHS,
            activation=_ACTIVATIONS,
            strength=cfg.strengths,
        ),
        largest=along(
            map(stats.median, sizes.flatten(0, 1)),
            width=_WIDTHS,
            activation=_ACTIVATIONS,
            strength=cfg.strengths,
        ),
        solved=along(
            map(stats.rate, right.flatten(0, 1)),
            width=_WIDTHS,
            activation=_ACTIVATIONS,
            strength=cfg.strengths,
        ),
        two_relu=stats.mean(counts[0, 0][right[0, 0]]),
        two_tanh=stats.mean(counts[1, 0][right[1, 0]]),
        change=stats.mean(change.mean(0)),
        change_if_solved=stats.mean(((change * both).sum(0) / both.sum(0))[both.any(0)]),
        off=stats.mean((-change / widths).mean(0)),
        strong_change=stats.mean(strong.mean(0)),
        strong_off=stats.mean((-strong / widths).mean(0)),
        shrinkage=stats.mean((sizes[:, 1] / sizes[:, 0]).mean(0)),
        order=stats.difference(one_by_one, four),
        order_matters=stats.rate(one_by_one != four),
        start_matters=stats.rate(four[::2] != four[1::2]),
        counts=counts,
        drawn=torch.cat([W, b, v.transpose(1, 2)], 1).transpose(1, 2),
        drawn_work=work(drawn),
    )


def check(res: Result) -> None:
    widths = torch.tensor([width for width, _ in _NETS])[:, None, None]
    assert bool((res.counts <= widths).all()), "no more units work than there are"
    limits = widths.flatten().repeat_interleave(len(res.config.strengths)).tolist()
    for ratio, width in zip(res.participation, limits, strict=True):
        assert 1 <= ratio.mean <= width, "a participation ratio lies between 1 and the width"


def draw(res: Result, t: Words) -> Figure:
    names = ["a", "b", "c", "d"]
    rows = [["0"] * 4 + ["1"] * 4 + ["2"] * 4, [name for name in names for _ in range(3)]]
    figure, axes = mosaic(rows, 4.6, [1, 1.25])
    thickest = float(res.drawn[..., (0, 1, 3)].abs().max())
    for place, strength in enumerate(res.config.strengths):
        ax = axes[str(place)]
        _network(res.drawn[place] / thickest, res.drawn_work[place], ax)
        ax.set_title(t["decay"].format(strength=t.number(strength)))
    for name, (width, kind), counts in zip(names, _NETS, res.counts, strict=True):
        _working(counts, width, axes[name])
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


def _working(counts: Tensor, width: int, ax: Axes) -> None:
    """For each strength, bars centred on its column: the share of seeds with so many units."""
    for place, row in enumerate(counts):
        units, seeds = row.unique(return_counts=True)
        share = 0.9 * seeds / len(row)
        ax.barh(units, share, left=place - share / 2, height=0.6, color=colour("line"))
    ax.plot(range(len(counts)), counts.mean(1), "o-", color=colour("shallow"))
    ax.set(
        xlim=(-0.55, len(counts) - 0.45),
        ylim=(-0.5, width + 0.5),
        yticks=range(0, width + 1, width // 4),
        xlabel="$\\lambda$",
    )


_SOLVED_BOTH = (
    "只看两次都学会 XOR 的训练：工作单元的变化是 [[.change_if_solved|ci]]。",
    "Only runs that learn XOR both times: working units change by [[.change_if_solved|ci]].",
)

_QUARTER = (
    "平均个数变了四分之一个单元以上才算数。",
    "Of a mean number of units, a change of a quarter of a unit counts.",
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

_TWO = between(
    1.5,
    2.5,
    because=(
        "“两个单元在工作”：平均个数离二比离别的整数近。",
        "“Two units work”: their mean number is nearer to two than to any other.",
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
        bound=at_most(-0.25, because=_QUARTER),
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
        bound=at_least(0.25, because=_QUARTER),
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
        bound=at_least(0.25, because=_QUARTER),
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
