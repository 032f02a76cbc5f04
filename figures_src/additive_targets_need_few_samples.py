"""If bits only add, n + 1 samples fix all 2^n outputs; a single interaction breaks it."""

import math
from dataclasses import dataclass
from itertools import combinations

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, along
from dlbook.base.evidence import EVERY, Estimate
from dlbook.figures.idioms import direct_label, powers
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, mosaic
from dlbook.mathematics import rng, sums
from dlbook.record.claims import Claim, Remark
from dlbook.training import data, stats


@dataclass(frozen=True)
class Config:
    """Random targets of so many bits, ``seeds`` of each; the last is drawn."""

    bits: tuple[int, ...] = (3, 8, 12)
    seeds: int = 64


SMALL = Config(bits=(3, 4, 6), seeds=8)

WORDS = {
    "additive": ("可加：四个顶点就够", "Additive: four corners do"),
    "interaction": ("加一个异或：推错两个", "One XOR more: two wrong"),
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

    config: Config
    most_bits: int
    most_outputs: int
    cube_samples: int
    worst_error: float
    wrong: Along[float]
    needed: Along[int]
    order_errors: Along[float]
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
    n = values.shape[-1].bit_length() - 1
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
    ones = sums.total(data.truth_table(values.shape[-1].bit_length() - 1), 1)
    return terms(torch.where(ones <= order, terms(values, -1), 0.0), 1)


def additive(weights: Tensor) -> Tensor:
    """``w0 + Σ w_i x_i`` at all bit vectors: ``(…, n + 1) -> (…, 2^n)``."""
    bits = data.truth_table(weights.shape[-1] - 1)
    return sums.product(weights[..., 1:], bits.T, weights[..., :1])


def exclusive(bits: int) -> Tensor:
    """The exclusive or of the first two bits at all bit vectors, ``(2^n,)``."""
    x = data.truth_table(bits)
    return (x[:, 0] != x[:, 1]).double()


def target_of_order(bits: int, order: int) -> Tensor:
    """A random target ``(2^n,)`` in which at most ``order`` bits act on one another."""
    whole = rng.stream(0, "interactions", order).integers(19, 2**bits).double() - 9
    return terms(torch.where(sums.total(data.truth_table(bits), 1) <= order, whole, 0.0), 1)


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
    along = sums.product(torch.eye(2, dtype=torch.float64), A, b)
    guess = b + x[..., :1] * (along[:, :1] - b) + x[..., 1:] * (along[:, 1:] - b)
    parts = sums.total(x.abs(), -1)
    apart = (guess - sums.product(x, A, b)).abs().amax((1, 2))
    return apart, (parts - sums.norm(x, -1)).abs().amax(1)


def run(cfg: Config) -> Result:
    errors, wrong = [], []
    for n in cfg.bits:
        weights = rng.streams(range(cfg.seeds), "weights", n).uniform(n + 1, low=-1, high=1)
        target = additive(weights)
        errors.append((follow(target, 1) - target).abs().amax(1))
        mixed = target + exclusive(n)
        wrong.append(float(sums.mean((follow(mixed, 1) - mixed).abs() > _WRONG)))
    n = cfg.bits[-1]
    targets = [target_of_order(n, k) for k in range(n + 1)]
    two = additive(rng.streams(range(cfg.seeds), "weights", 2).uniform(3, low=-1, high=1))
    cube = additive(torch.tensor(_CUBE, dtype=torch.float64))
    cubes = torch.stack([cube, cube + _XOR * exclusive(3)])
    forces, lengths = plane(cfg.seeds)
    return Result(
        config=cfg,
        most_bits=n,
        most_outputs=2**n,
        cube_samples=len(_CUBE),
        worst_error=float(errors[-1].max()),
        wrong=along(wrong, bits=cfg.bits),
        needed=along(
            (int(sums.total(sums.total(data.truth_table(n), 1) <= k)) for k in range(n + 1)),
            order=range(cfg.bits[-1] + 1),
        ),
        order_errors=along(
            (float((follow(f, k) - f).abs().max()) for k, f in enumerate(targets)),
            order=range(cfg.bits[-1] + 1),
        ),
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
    for order, needed in res.needed.items():
        counted = sum(math.comb(res.most_bits, i) for i in range(order + 1))
        assert needed == counted, "the samples are counted by binomials"
    assert set(res.order_errors) == {0.0}, "and they fix targets of their order, exactly"
    assert (res.plane <= _PLANE).all(), "components of a force add"


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
    places = sums.product(x, torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.42, 0.34]]).double()).tolist()
    for i, a in enumerate(places):
        for j in (i | 1, i | 2, i | 4):
            if j > i:
                b = places[j]
                ax.plot((a[0], b[0]), (a[1], b[1]), color=colour("grid"), zorder=0)
    ones = sums.total(x, 1).tolist()
    rows = zip(places, ones, truth.tolist(), guess.tolist(), x.long().tolist(), strict=True)
    for (across, up), count, true, said, bits in rows:
        wrong = abs(true - said) > _WRONG
        role, marker = ("ink", "X") if wrong else ("shallow", "o")
        fill = colour(role) if count <= 1 else colour("paper")
        ax.plot(across, up, marker, color=colour(role), markersize=9, markerfacecolor=fill)
        label = t.number(said) + (f" ({t.number(true)})" if wrong else "")
        direct_label(ax, across + 0.09, up + 0.04, label, role, va="bottom")
        direct_label(
            ax, across + 0.09, up - 0.04, "".join(map(str, bits)), "muted", va="top", size=9.5
        )
    ax.set(xlim=(-0.12, 2.0), ylim=(-0.22, 1.6))
    ax.set_axis_off()


def _orders(ax: Axes, res: Result, t: Words) -> None:
    orders = range(1, res.most_bits + 1)
    ax.plot(orders, [res.needed[order] for order in orders], "o-", color=colour("exact"))
    for order, name, aside in ((1, "sum", (0.3, 0.8)), (2, "pairs", (0.3, 0.75))):
        label = t[name].format(n=t.number(res.needed[order]))
        direct_label(ax, order + aside[0], res.needed[order] * aside[1], label, "exact", va="top")
    last = res.most_bits
    direct_label(
        ax,
        last,
        res.needed[last] / 2,
        t["any"].format(n=t.number(res.needed[last])),
        "exact",
        va="top",
        ha="right",
    )
    ax.set(title=t["orders"].format(bits=res.most_bits), xlabel=t["order"], ylabel=t["samples"])
    ax.set(yscale="log", ylim=(2, 2 * res.needed[last]), xticks=range(1, last + 1))
    ax.set_yticks((10, 100, 1000), ("10", "100", "1000"))
    powers(ax)


def _all_follow(res: Result) -> Estimate:
    return stats.share((res.errors <= _EXACT).flatten())


CLAIMS: list[Claim[Result] | Remark] = [
    Claim(
        id="B14",
        source="Source B, way 2",
        kind="theorem",
        statement=(
            "两位输入，至少需要四个不同的数据。",
            "For an input of two bits at least four different data are needed.",
        ),
        measure=lambda res: stats.share(res.two_bits > _EXACT),
        bound=EVERY,
    ),
    Claim(
        id="B14/arbitrary",
        source="Source B, way 2",
        kind="theorem",
        statement=(
            "任意的两位函数，至少需要四个不同的数据。",
            "An arbitrary function of two bits takes at least four different data.",
        ),
        measure=lambda res: stats.share(res.alternatives),
        bound=EVERY,
    ),
    Remark(
        id="B31",
        source="Source B, conditions of use",
        kind="analogy",
        statement=(
            "物理中的力可以分解成两个独立的分力，并行的因素也是如此。",
            "A force can be split into two independent components, and so can parallel factors.",
        ),
    ),
    Claim(
        id="B44/additive",
        source="Source B, summary 1",
        kind="theorem",
        statement=(
            "并行的先验使线性数量的样本能学会指数数量的变体。",
            "The parallel prior lets linearly many samples teach exponentially many variants.",
        ),
        measure=_all_follow,
        bound=EVERY,
    ),
]

if __name__ == "__main__":
    show(__name__)
