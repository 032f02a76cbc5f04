"""If bits only add, n + 1 samples fix all 2^n outputs; a single interaction breaks it."""

import math
from dataclasses import dataclass
from itertools import combinations

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.evidence import Verdict
from dlbook.figures.figure import show
from dlbook.figures.style import Words, colour, mosaic
from dlbook.mathematics import rng
from dlbook.record.claims import Claim
from dlbook.training import data, stats


@dataclass(frozen=True)
class Config:
    """Random targets of so many bits, ``seeds`` of each; the last is drawn."""

    bits: tuple[int, ...] = (3, 8, 12)
    seeds: int = 64


SMALL = Config(bits=(3, 4, 6), seeds=8)

WORDS = {
    "title": ("可加的目标只需少数样本", "Additive targets need few samples"),
    "caption": (
        "上左：输出是各位贡献之和。知道实心的 [[.cube_samples]] 个顶点，其余全部推得出。"
        "上右：再加上前两位的异或。同样的样本给出同样的推法，前两位都是 1 的顶点就错了"
        "（括号里是真值）。下：[[.most_bits]] 位共 [[.most_outputs]] 个输出，"
        "若影响彼此的位每次至多 \\(k\\) 个，需要的样本是 \\(\\sum_{i\\le k}\\binom{n}{i}\\) 个："
        "可加时 [[.needed.1]] 个，最大误差 [[.worst_error|.1e]]；两两相互影响时 [[.needed.2]] 个；"
        "任意的目标则要全部。只要多出一个异或，[[.needed.1]] 个样本就让 [[.wrong.2|%]] "
        "的输出出错。",
        "Top left: the output is the sum of what each bit contributes. From the "
        "[[.cube_samples]] filled corners all the others follow. Top right: the same plus the "
        "exclusive or of the first two bits. The same samples give the same kind of guess, which "
        "is wrong where both bits are 1 (true values in brackets). Bottom: [[.most_outputs]] "
        "outputs of [[.most_bits]] bits. If at most \\(k\\) bits act on one another, "
        "\\(\\sum_{i\\le k}\\binom{n}{i}\\) samples are needed: [[.needed.1]] if the target is "
        "additive (largest error [[.worst_error|.1e]]), [[.needed.2]] with pairs, and all of them "
        "for an arbitrary target. Add one exclusive or, and [[.needed.1]] samples leave "
        "[[.wrong.2|%]] of the outputs wrong.",
    ),
    "alt": (
        "上排两个立方体，顶点标着输出值；原点和与它相邻的三个顶点是实心的，其余是空心的。"
        "右边的立方体有两个顶点打叉，括号里写着真值。下图：对数轴上，所需样本数随 k "
        "从 1 升到输出总数，先陡后缓。",
        "Top: two cubes with output values at their corners; the origin and its three neighbours "
        "are filled, the others hollow. Two corners of the right cube are crossed out, with the "
        "true value in brackets. Bottom: on a log axis the samples needed rise with k from 1 to "
        "the number of all outputs, steeply at first.",
    ),
    "additive": ("可加：四个顶点就够", "Additive: four corners do"),
    "interaction": ("加一个异或：推错两个", "One XOR more: two wrong"),
    "known": ("已知", "known"),
    "orders": ("{bits} 位：固定全部输出所需的样本", "{bits} bits: samples that fix every output"),
    "order": ("相互影响的位数，至多 $k$", "at most $k$ bits act on one another"),
    "samples": ("样本数", "samples"),
    "sum": ("可加：{n}", "additive: {n}"),
    "pairs": ("两两影响：{n}", "pairs: {n}"),
    "any": ("任意：{n}", "arbitrary: {n}"),
}

_EXACT = 1e-13  # float64 sums of a dozen terms of size 1
_PLANE = 1e-12  # the plane's inputs are a few units long
_WRONG = 1e-6  # an output that misses by more than this did not follow
_CUBE = (1.0, 2.0, 3.0, 5.0)  # the drawn target: a constant and what each of three bits adds
_XOR = 4.0  # what the exclusive or of two of the bits adds


@dataclass(frozen=True)
class Result:
    """Tuples follow ``bits``: 3, 8, 12.

    ``errors`` ``(b, seeds)``: largest error over all 2^n outputs of additive targets, each known
    at n + 1 inputs. ``wrong``: share of outputs wrong when one exclusive or is added. ``needed``
    belongs to orders 0 … n of the most bits, and ``order_errors`` to the same.
    ``two_bits`` ``(seeds,)`` are such errors for n = 2, and ``alternatives`` ``(64,)`` says whether
    another Boolean function of two bits agrees on three samples. ``plane`` ``(seeds,)``: errors of
    affine maps guessed from three samples; ``plane_control``: of the size of forces.
    ``cube`` and ``cube_guess`` ``(2, 8)``: the drawn targets and what four corners say.
    """

    most_bits: int
    most_outputs: int
    cube_samples: int
    worst_error: float
    wrong: tuple[float, ...]
    needed: tuple[int, ...]
    order_errors: tuple[float, ...]
    errors: Tensor
    two_bits: Tensor
    alternatives: Tensor
    plane: Tensor
    plane_control: Tensor
    cube: Tensor
    cube_guess: Tensor


def terms(values: Tensor, sign: float) -> Tensor:
    """Values ``(…, 2^n)`` at all bit vectors to coefficients of products of bits, or back.

    With ``sign`` -1 the Möbius transform: the coefficient of a set of bits is the alternating sum
    of the values over its subsets. With +1 its inverse, the sum of coefficients over subsets.
    """
    n = int(math.log2(values.shape[-1]))
    result = values.clone()
    for bit in range(n):
        view = result.view(*values.shape[:-1], -1, 2, 2**bit)
        view[..., 1, :] += sign * view[..., 0, :]
    return result


def follow(values: Tensor, order: int) -> Tensor:
    """All outputs ``(…, 2^n)`` as they follow from those at inputs of at most ``order`` ones.

    Assumes that no more than ``order`` bits act on one another: every other coefficient is 0. The
    coefficient of a set depends on its subsets only, so no other value is looked at.
    """
    ones = data.truth_table(int(math.log2(values.shape[-1]))).sum(1)
    return terms(torch.where(ones <= order, terms(values, -1), 0.0), 1)


def additive(weights: Tensor) -> Tensor:
    """``w0 + Σ w_i x_i`` at all bit vectors: ``(…, n + 1) -> (…, 2^n)``."""
    return weights[..., :1] + weights[..., 1:] @ data.truth_table(weights.shape[-1] - 1).T


def exclusive(bits: int) -> Tensor:
    """The exclusive or of the first two bits at all bit vectors, ``(2^n,)``."""
    x = data.truth_table(bits)
    return (x[:, 0] != x[:, 1]).double()


def target_of_order(bits: int, order: int) -> Tensor:
    """A random target ``(2^n,)`` in which at most ``order`` bits act on one another."""
    whole = rng.stream(0, "interactions", order).integers(19, 2**bits).double() - 9
    return terms(torch.where(data.truth_table(bits).sum(1) <= order, whole, 0.0), 1)


def alternatives(samples: int) -> list[bool]:
    """Each function of two bits known at each choice of so many inputs: does another agree there?

    16 functions, ``binom(4, samples)`` choices for each.
    """
    tables = [data.boolean(number, 2) for number in range(16)]
    choices = [list(choice) for choice in combinations(range(4), samples)]
    return [
        any(torch.equal(f[known], g[known]) and not torch.equal(f, g) for g in tables)
        for f in tables
        for known in choices
    ]


def plane(seeds: int) -> tuple[Tensor, Tensor]:
    """Affine maps of the plane from three samples, and a law that does not add: errors ``(s,)``.

    The guess is the sum of what two components do alone. The control is the length of a force.
    """
    draw = rng.streams(range(seeds), "plane")
    A, b = draw.uniform(2, 2, low=-1, high=1), draw.uniform(1, 2, low=-1, high=1)
    x = draw.normal(100, 2)
    along = torch.eye(2, dtype=torch.float64) @ A + b
    guess = b + x[..., :1] * (along[:, :1] - b) + x[..., 1:] * (along[:, 1:] - b)
    parts = x.abs().sum(-1)
    return (guess - (x @ A + b)).abs().amax((1, 2)), (parts - x.norm(dim=-1)).abs().amax(1)


def run(cfg: Config) -> Result:
    errors, wrong = [], []
    for n in cfg.bits:
        weights = rng.streams(range(cfg.seeds), "weights", n).uniform(n + 1, low=-1, high=1)
        target = additive(weights)
        errors.append((follow(target, 1) - target).abs().amax(1))
        mixed = target + exclusive(n)
        wrong.append(float(((follow(mixed, 1) - mixed).abs() > _WRONG).double().mean()))
    n = cfg.bits[-1]
    targets = [target_of_order(n, k) for k in range(n + 1)]
    two = additive(rng.streams(range(cfg.seeds), "weights", 2).uniform(3, low=-1, high=1))
    cube = additive(torch.tensor(_CUBE, dtype=torch.float64))
    cubes = torch.stack([cube, cube + _XOR * exclusive(3)])
    forces, lengths = plane(cfg.seeds)
    return Result(
        most_bits=n,
        most_outputs=2**n,
        cube_samples=len(_CUBE),
        worst_error=float(errors[-1].max()),
        wrong=tuple(wrong),
        needed=tuple(int((data.truth_table(n).sum(1) <= k).sum()) for k in range(n + 1)),
        order_errors=tuple(float((follow(f, k) - f).abs().max()) for k, f in enumerate(targets)),
        two_bits=(follow(two, 1) - two).abs().amax(1),
        alternatives=torch.tensor(alternatives(samples=3)),
        plane=forces,
        plane_control=lengths,
        errors=torch.stack(errors),
        cube=cubes,
        cube_guess=follow(cubes, 1),
    )


def check(res: Result) -> None:
    assert (res.errors <= _EXACT).all(), "additive targets follow from n + 1 samples"
    assert (res.plane_control > _WRONG).all(), "sizes of forces do not add"
    assert set(res.wrong) == {0.25}, "with one exclusive or a quarter is wrong"
    assert res.needed == tuple(
        sum(math.comb(res.most_bits, i) for i in range(k + 1)) for k in range(res.most_bits + 1)
    ), "the samples are counted by binomials"
    assert set(res.order_errors) == {0.0}, "and they fix targets of their order, exactly"


def draw(res: Result, t: Words) -> Figure:
    figure, axes = mosaic([["additive", "interaction"], ["orders", "orders"]], 5.0, [1.25, 1])
    for place, name in enumerate(("additive", "interaction")):
        axes[name].set_title(t[name])
        _cube(axes[name], res.cube[place], res.cube_guess[place], t)
    _orders(axes["orders"], res, t)
    return figure


def _cube(ax: Axes, truth: Tensor, guess: Tensor, t: Words) -> None:
    """Bit one goes right, bit two up, bit three back; known corners are filled."""
    x = data.truth_table(3)
    places = (x @ torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.42, 0.34]]).double()).tolist()
    for i, a in enumerate(places):
        for j in (i | 1, i | 2, i | 4):
            if j > i:
                b = places[j]
                ax.plot((a[0], b[0]), (a[1], b[1]), color=colour("grid"), zorder=0)
    ones = x.sum(1).tolist()
    rows = zip(places, ones, truth.tolist(), guess.tolist(), x.long().tolist(), strict=True)
    for (across, up), count, true, said, bits in rows:
        wrong = abs(true - said) > _WRONG
        role, marker = ("shallow", "X") if wrong else ("deep", "o")
        fill = colour(role) if count <= 1 else colour("paper")
        ax.plot(across, up, marker, color=colour(role), markersize=9, markerfacecolor=fill)
        label = t.number(said) + (f" ({t.number(true)})" if wrong else "")
        ax.text(across + 0.09, up + 0.04, label, va="bottom", color=colour(role))
        ax.text(across + 0.09, up - 0.04, "".join(map(str, bits)), va="top",
                color=colour("muted"), size=9.5)  # fmt: skip
    ax.set(xlim=(-0.12, 2.0), ylim=(-0.22, 1.6))
    ax.set_axis_off()


def _orders(ax: Axes, res: Result, t: Words) -> None:
    ax.plot(range(1, len(res.needed)), res.needed[1:], "o-", color=colour("exact"))
    for order, name, aside in ((1, "sum", (0.3, 0.8)), (2, "pairs", (0.3, 0.75))):
        label = t[name].format(n=t.number(res.needed[order]))
        ax.text(order + aside[0], res.needed[order] * aside[1], label, va="top",
                color=colour("exact"))  # fmt: skip
    last = len(res.needed) - 1
    ax.text(last, res.needed[-1] / 2, t["any"].format(n=t.number(res.needed[-1])), va="top",
            ha="right", color=colour("exact"))  # fmt: skip
    ax.set(title=t["orders"].format(bits=res.most_bits), xlabel=t["order"], ylabel=t["samples"])
    ax.set(yscale="log", ylim=(2, 2 * res.needed[-1]), xticks=range(1, last + 1))
    ax.set_yticks((10, 100, 1000), ("10", "100", "1000"))
    ax.minorticks_off()


def _all_follow(res: Result) -> Verdict:
    return stats.always((res.errors <= _EXACT).flatten())


CLAIMS = [
    Claim(
        id="B14",
        source="seed 001, way 2",
        kind="theorem",
        statement=(
            "两位输入，至少需要四个不同的数据。",
            "For an input of two bits at least four different data are needed.",
        ),
        quantity=(
            "三个样本不够的可加目标所占比例",
            "share of additive targets for which three samples are not enough",
        ),
        truth=(
            "若已知目标对两位可加，三个样本就固定第四个输出；目标任意时才要四个。",
            "If the target is known to add over the two bits, three samples fix the fourth output; "
            "it is an arbitrary target that takes four.",
        ),
        judge=lambda res: stats.always(res.two_bits > _EXACT),
    ),
    Claim(
        id="B14/arbitrary",
        source="seed 001, way 2",
        kind="theorem",
        statement=(
            "任意的两位函数，至少需要四个不同的数据。",
            "An arbitrary function of two bits takes at least four different data.",
        ),
        quantity=(
            "还有另一个函数与三个样本相符的情形所占比例（16 个布尔函数，各缺一个输入）",
            "share of cases in which another function agrees with three samples (16 Boolean "
            "functions, each input left out in turn)",
        ),
        truth=(
            "三个样本永远留下两种可能，选哪一个由先验而非数据决定。",
            "Three samples always leave two possibilities; which one is chosen is up to the prior, "
            "not to the data.",
        ),
        judge=lambda res: stats.always(res.alternatives),
    ),
    Claim(
        id="B31",
        source="seed 001, conditions of use",
        kind="analogy",
        statement=(
            "物理中的力可以分解成两个独立的分力，并行的因素也是如此。",
            "A force can be split into two independent components, and so can parallel factors.",
        ),
        quantity=(
            "由三个样本（零与两个分量）推出全部结果的平面仿射映射所占比例",
            "share of affine maps of the plane all of whose values follow from three samples (zero "
            "and the two components)",
        ),
        truth=(
            "这是类比。确切的内容是线性：力按分量相加，所以平面的仿射映射由三个样本固定。"
            "不相加的量，例如合力的大小，就推不出来。",
            "An analogy. What holds is linearity: forces add by components, and so three samples "
            "fix an affine map of the plane. What does not add, such as the size of a force, does "
            "not follow.",
        ),
        control=(
            "合力的大小，用分力的大小相加来猜：没有一次推对全部。",
            "The size of a force, guessed by adding the sizes of its components: never all right.",
        ),
        judge=lambda res: stats.always(res.plane <= _PLANE),
    ),
    Claim(
        id="B44/additive",
        source="seed 001, summary 1",
        kind="theorem",
        statement=(
            "并行的先验使线性数量的样本能学会指数数量的变体。",
            "The parallel prior lets linearly many samples teach exponentially many variants.",
        ),
        quantity=(
            "n + 1 个样本把 2ⁿ 个输出全部推对的可加目标所占比例",
            "share of additive targets whose 2ⁿ outputs all follow from n + 1 samples",
        ),
        truth=(
            "只在目标对各因素可加时成立：[[.needed.1]] 个样本固定 [[.most_outputs]] 个输出。"
            "多一个异或，就有 [[.wrong.2|%]] 推错；允许两两影响，样本数是平方级；"
            "允许任意影响，就要全部输出。",
            "True only if the target adds over the factors: then [[.needed.1]] samples fix "
            "[[.most_outputs]] outputs. One exclusive or makes [[.wrong.2|%]] of them wrong; "
            "with interactions of pairs the samples grow with the square of n, and with arbitrary "
            "ones every output has to be seen.",
        ),
        control=(
            "同样的目标加上前两位的异或。",
            "The same targets plus the exclusive or of the first two bits.",
        ),
        judge=_all_follow,
    ),
]

if __name__ == "__main__":
    show(__name__)
