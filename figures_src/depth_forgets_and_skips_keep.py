"""Random layers forget their input, by ReLU as by pooling; skip connections keep it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, each
from dlbook.base.evidence import EVERY, Estimate, at_least
from dlbook.base.seeds import seeds_from
from dlbook.figures.idioms import direct_label, interval, level_line, powers
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, panels
from dlbook.mathematics import initial, rng, sums
from dlbook.mathematics.elementary import xlogy
from dlbook.record.claims import Claim, Convention, Factor, Remark
from dlbook.training import data, stats


@dataclass(frozen=True)
class Config:
    """Layers of ``width`` units with random weights, on ``samples`` inputs of as many numbers.

    ``branch`` is what a layer with a skip connection adds to its input, times its own output.
    """

    width: int = 16
    depths: tuple[int, ...] = (1, 2, 4, 8, 16, 32)
    judged: int = 8
    samples: int = 1000
    branch: float = 1.0
    start: str = "he_normal"
    seeds: int = 32
    first_seed: int = 0


SMALL = Config(width=4, depths=(1, 2, 8), samples=40, seeds=4)
GRID = Config(seeds=12)
GRID_BUDGET = 30.0

WORDS = {
    "layers": ("层数", "layers"),
    "left": ("还读得出的输入（$R^2$）", "input still read ($R^2$)"),
    "linear": ("线性", "linear"),
    "relu": ("ReLU", "ReLU"),
    "pool": ("只池化", "pooling only"),
    "both": ("ReLU + 池化", "ReLU + pooling"),
    "skip": ("ReLU + 跳跃", "ReLU + skip"),
    "both skip": ("再加池化", "and pooling"),
    "variants": ("还分得开的状态数", "states still apart"),
    "entropy": ("熵（比特）", "entropy (bits)"),
}

_STATES, _BITS = 8, 3
_WAYS = ("relu", "pool", "both", "skip", "both skip")
_WHOLE = 1.0  # what a linear layer of full rank leaves
_LOOKS = {
    "relu": ("deep", "o", "-"),
    "pool": ("muted", "s", "-"),
    "both": ("deep", "v", "--"),
    "skip": ("extra", "D", "-"),
    "both skip": ("extra", "d", "--"),
}
_LOG2 = 0.6931471805599453
_ROUNDING = 1e-12
_GONE = 1e-9  # a column this short after projection says nothing that others have not said


@dataclass(frozen=True)
class Result:
    """``left``: adjusted R² of the inputs by a linear readout of a layer, by way and depth.

    ``lost`` and its like are what is missing of 1 at ``judged`` layers, with ReLU and pooling, and
    with either alone; ``kept``: with a skip connection less
    without, by depth. ``sizes`` ``(k, 8)`` are all ways to merge eight states by the sizes of their
    groups, ``entropies`` ``(k,)`` in bits; ``falls``: of each two groups merged further, whether
    the entropy falls. ``told`` ``(4, 256)``: what the first bits of a state tell of each function.
    """

    config: Config
    left: Along[Estimate]
    lost: Estimate
    by_pooling: Estimate
    by_relu: Estimate
    kept: Along[Estimate]
    one_pool: Estimate
    merged_functions: Along[int]
    sizes: Tensor
    entropies: Tensor
    falls: Tensor
    told: Tensor


def layers(cfg: Config, way: str, seeds: Sequence[int]) -> dict[int, Tensor]:
    """Signals ``(s, n, width)`` after each of the depths, from the inputs of every seed."""
    h = inputs(cfg, seeds)
    found = {}
    for layer in range(1, cfg.depths[-1] + 1):
        draw = rng.streams(seeds, "init", layer)
        W, b = initial.scheme(cfg.start)(draw, cfg.width, cfg.width)
        z = sums.product(h, W, b)
        if way != "pool":
            z = torch.where(z > 0, z, 0.0)
        if way in ("pool", "both", "both skip"):
            z = torch.maximum(z, z.roll(1, -1))  # of each unit and its neighbour, the larger
        h = h + cfg.branch * z if way.endswith("skip") else z
        h = h / h.abs().amax((1, 2), keepdim=True)  # readouts do not see the scale
        if layer in cfg.depths:
            found[layer] = h
    return found


def inputs(cfg: Config, seeds: Sequence[int]) -> Tensor:
    """Normal inputs, ``(s, n, width)``."""
    return rng.streams(seeds, "inputs").normal(cfg.samples, cfg.width)


def read(x: Tensor, h: Tensor) -> Tensor:
    """Adjusted R² of inputs ``(s, n, d)`` by the best affine readout of signals ``(s, n, k)``.

    Columns are made orthogonal one after the other, twice (Gram and Schmidt); one that the others
    explain is left out. Adjusted by n - 1 over n - 1 less the columns used, so that signals that
    have nothing to do with the inputs have 0 on average. ``-> (s,)``
    """
    n = x.shape[1]
    rest = x - sums.mean(x, 1)[:, None]
    whole = sums.total(rest * rest, 1)
    h = h - sums.mean(h, 1)[:, None]
    basis: list[Tensor] = []
    used = torch.zeros(len(x), dtype=torch.float64)
    for column in h.unbind(2):
        length = sums.norm(column, 1)
        for _ in range(2):
            for other in basis:
                column = column - sums.total(column * other, 1)[:, None] * other
        left = sums.norm(column, 1)
        new = left > _GONE * length
        unit = torch.where(new[:, None], column / torch.where(new, left, 1.0)[:, None], 0.0)
        used += new
        basis.append(unit)
        rest = rest - sums.total(rest * unit[..., None], 1)[:, None] * unit[..., None]
    unexplained = sums.mean(sums.total(rest * rest, 1) / whole, 1)
    return 1.0 - unexplained * (n - 1) / (n - 1 - used)


def partitions(n: int, most: int) -> Iterator[list[int]]:
    """The ways to write n as a sum of whole numbers up to ``most``, largest first."""
    if n == 0:
        yield []
    for part in range(min(n, most), 0, -1):
        yield from ([part, *rest] for rest in partitions(n - part, part))


def entropy(sizes: Sequence[int]) -> float:
    """The entropy in bits of a group, when eight states are equally likely."""
    p = torch.tensor(sizes, dtype=torch.float64) / sum(sizes)
    return -float(sums.total(xlogy(p, p))) / _LOG2


def merging() -> tuple[list[list[int]], list[bool]]:
    """The ways to group eight states, by sizes; whether merging two groups lowers the entropy."""
    ways = list(partitions(_STATES, _STATES))
    falls = []
    for sizes in ways:
        for i, j in combinations(range(len(sizes)), 2):
            rest = [size for k, size in enumerate(sizes) if k not in (i, j)]
            falls.append(entropy([sizes[i] + sizes[j], *rest]) < entropy(sizes) - _ROUNDING)
    return ways, falls


@cache
def told_by_bits() -> Tensor:
    """I(Y; T) in bits for each function Y and T the first 0 … 3 bits of the state, ``(4, 256)``."""
    rows = []
    for bits in range(_BITS + 1):
        groups = torch.arange(_STATES) // 2 ** (_BITS - bits)
        row = []
        for number in range(2**_STATES):
            y = data.boolean(number, _BITS)
            ones = [int(sums.total(y[groups == group])) for group in range(2**bits)]
            size = _STATES // 2**bits
            inside = sum(entropy([one, size - one]) for one in ones) / len(ones)
            ones_all = int(sums.total(y))
            row.append(entropy([ones_all, _STATES - ones_all]) - inside)
        rows.append(row)
    return torch.tensor(rows, dtype=torch.float64)


def run(cfg: Config) -> Result:
    seeds = seeds_from(cfg.first_seed, cfg.seeds)
    x = inputs(cfg, seeds)
    signals = {way: layers(cfg, way, seeds) for way in _WAYS}
    left = each(lambda way, depth: read(x, signals[way][depth]), way=_WAYS, depth=cfg.depths)
    at = cfg.judged
    ways, falls = merging()
    return Result(
        config=cfg,
        left=left.map(stats.mean),
        lost=stats.mean(_WHOLE - left["both", at]),
        by_pooling=stats.mean(_WHOLE - left["pool", at]),
        by_relu=stats.mean(_WHOLE - left["relu", at]),
        kept=each(
            lambda depth: stats.difference(left["both skip", depth], left["both", depth]),
            depth=[depth for depth in cfg.depths if depth >= at],
        ),
        one_pool=stats.mean(read(x, torch.maximum(x[..., 0::2], x[..., 1::2]))),
        merged_functions=each(lambda groups: 2**groups, groups=range(1, _STATES + 1)),
        sizes=torch.tensor([[*sizes, *[0] * (_STATES - len(sizes))] for sizes in ways]),
        entropies=torch.tensor([entropy(sizes) for sizes in ways], dtype=torch.float64),
        falls=torch.tensor(falls),
        told=told_by_bits(),
    )


def check(res: Result) -> None:
    assert all(one.mean <= _WHOLE for one in res.left), "no readout explains more than all"
    assert res.falls.all(), "what is merged is less uncertain"
    most = torch.arange(_BITS + 1, dtype=torch.float64)[:, None]
    assert (res.told <= most + _ROUNDING).all(), "no more is told of Y than is known of X"
    assert (res.told.diff(dim=0) >= -_ROUNDING).all(), "and what is forgotten tells nothing"


def draw(res: Result, t: Words) -> Figure:
    figure, axes = panels(1, 2, height=3.4, width_ratios=[1.6, 1])
    _left(res, axes[0, 0], t)
    _entropies(res, axes[0, 1], t)
    return figure


def _left(res: Result, ax: Axes, t: Words) -> None:
    depths = res.config.depths
    for way, (role, marker, dash) in _LOOKS.items():
        row = [res.left[way, depth] for depth in depths]
        ax.plot(depths, [one.mean for one in row], color=colour(role), linestyle=dash)
        for depth, one in zip(depths, row, strict=True):
            interval(ax, one, depth, role=role, marker=marker)
    level_line(ax, _WHOLE, t["linear"])
    places = {
        "skip": (2.6, 0.7),
        "both skip": (9, 0.44),
        "relu": (1.6, 0.5),
        "pool": (1.0, 0.11),
        "both": (1.0, 0.03),
    }
    for way, (x, y) in places.items():
        direct_label(ax, x, y, t[way], _LOOKS[way][0], va="center")
    ax.set(xscale="log", xlabel=t["layers"], ylabel=t["left"], ylim=(-0.05, 1.15))
    ax.set_xticks(depths, [t.number(depth) for depth in depths])
    powers(ax)


def _entropies(res: Result, ax: Axes, t: Words) -> None:
    groups = sums.total(res.sizes > 0, 1)
    ax.plot(groups, res.entropies, "o", color=colour("exact"), markersize=4)
    ax.set(xlabel=t["variants"], ylabel=t["entropy"], xticks=range(1, 9), yticks=range(4))


_FIFTH = at_least(
    0.2,
    because=(
        "至少丢掉输入方差的五分之一，才说得上“信息逐渐丢失”。",
        "A fifth of the variance of the input at least, or nothing much is lost.",
    ),
)
_CONVENTIONS = (
    Convention("start", ("初始化", "start"), ({"start": "fan_in_uniform"},)),
    Convention("output", ("跳跃时分支的分量", "weight of the branch"), ({"branch": 0.3},)),
)

CLAIMS: list[Claim[Result] | Remark] = [
    Claim(
        id="B47/pooling",
        source="Source B, summary 4",
        kind="cause",
        statement=(
            "很深的 CNN 因为有 max pooling，信息会逐渐丢失。",
            "A very deep CNN gradually loses information, because of max pooling.",
        ),
        measure=lambda res: res.lost,
        bound=_FIFTH,
        factors=(
            Factor(("max pooling", "max pooling"), lambda res: res.by_pooling, rival=False),
            Factor(("ReLU", "ReLU"), lambda res: res.by_relu),
        ),
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="B47/skip",
        source="Source B, summary 4",
        kind="finding",
        statement=(
            "residual network 使迭代的先验重新满足（跳跃连接留住输入）。",
            "A residual network restores the prior of iteration (its skip connections keep the "
            "input).",
        ),
        measure=lambda res: res.kept,
        bound=_FIFTH,
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="B22",
        source="Source B, way 3",
        kind="theorem",
        statement=("变体越少，熵越低。", "The fewer variants, the lower the entropy."),
        measure=lambda res: stats.share(res.falls),
        bound=EVERY,
    ),
    Remark(
        id="B43",
        source="Source B, way 4",
        kind="definition",
        statement=(
            "学习的过程是关系的拆分、变体的消除、不确定性的缩减。",
            "To learn is to split relations, to remove variants, to reduce uncertainty.",
        ),
    ),
    Remark(
        id="B45",
        source="Source B, summary 2",
        kind="definition",
        statement=(
            "学习的本质是把变体拆分成因素和知识：稀疏表达、独热向量。",
            "The essence of learning is to disentangle factors of variation: sparse codes, one-hot "
            "vectors.",
        ),
    ),
    Remark(
        id="B30",
        source="Source B, conditions of use",
        kind="opinion",
        statement=(
            "浅层网络可以分开几乎所有自然界的关联，因为它由生物进化而来。",
            "Shallow nets can part nearly all relations in nature, since living things evolved "
            "them.",
        ),
    ),
    Remark(
        id="B33",
        source="Source B, conditions of use",
        kind="analogy",
        statement=(
            "时间顺流：一个状态可以独立发展到多个状态，如氧原子变成氧分子和臭氧。",
            "Forwards in time one state may become several, as oxygen atoms become oxygen and "
            "ozone.",
        ),
    ),
    Remark(
        id="B34",
        source="Source B, conditions of use",
        kind="analogy",
        statement=(
            "时间倒流：宏观自然界中难以找到多个状态收回到一个状态的例子。",
            "Backwards in time: in nature at large several states hardly ever become one again.",
        ),
    ),
    Remark(
        id="B49",
        source="Source B, entropy",
        kind="opinion",
        statement=(
            "概率是因为无法确定状态才不得不用的衡量手段。",
            "Probability is used only because the state cannot be determined.",
        ),
    ),
]

if __name__ == "__main__":
    show(__name__)
