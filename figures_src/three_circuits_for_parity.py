"""Parity takes d - 1 gates in depth, 2^(d-1) + 1 gates as AND-OR, and d + 1 threshold units."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, along
from dlbook.base.evidence import EVERY, Estimate
from dlbook.figures.idioms import direct_label, powers
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, mosaic
from dlbook.mathematics import circuits, squares
from dlbook.mathematics.explicit import Layers, evaluate, step
from dlbook.mathematics.sums import total
from dlbook.record.claims import Claim, Remark
from dlbook.training import stats


@dataclass(frozen=True)
class Config:
    """Parity of 2 to ``bits`` bits, and every Boolean function of ``function_bits`` bits."""

    bits: int = 12
    function_bits: int = 4


SMALL = Config(bits=6, function_bits=3)

WORDS = {
    "tree": ("同或树：{gates} 个门", "XNOR tree: {gates} gates"),
    "and_or": ("与或：{gates} 个门", "AND–OR: {gates} gates"),
    "threshold": ("阈值：{gates} 个单元", "Threshold: {gates} units"),
    "or": ("或", "OR"),
    "xnor": ("同或", "XNOR"),
    "bits": ("位数 $d$", "number of bits $d$"),
    "gates": ("门或单元的个数", "gates or units"),
    "tree_grows": ("同或树：$d-1$", "XNOR tree: $d-1$"),
    "and_or_grows": ("与或：$2^{d-1}+1$", "AND–OR: $2^{d-1}+1$"),
    "threshold_grows": ("阈值单元：$d+1$", "threshold units: $d+1$"),
}

_DRAWN = 4  # bits of the three drawings; eight AND gates are as many as a phone can show
_MOST_FUNCTION_BITS = 4  # 2^(2^4) functions; five bits have four billion
_INPUT, _GATE, _OUTPUT = 0.08, 0.47, 0.88  # where the drawings' columns stand


@dataclass(frozen=True)
class Result:
    """One entry per number of bits, from 2 on; truth tables are compared on all their states.

    ``and_terms`` counts the AND gates and ``adjacent`` the pairs of them that a larger term could
    replace; ``terms`` ``(8, 4)`` are the inputs that the AND gates of the drawing accept.
    ``curve_missed`` holds the largest error for x² on [0, 1] of the best hidden layer of 1, 2, 4,
    ... ReLUs, up to as many as there are detectors.
    """

    config: Config
    tree_gates: Along[int]
    tree_depth: Along[int]
    tree_is_even: Along[bool]
    tree_is_odd: Along[bool]
    tree_is_and_or: Along[bool]
    and_terms: Along[int]
    and_or_gates: Along[int]
    and_or_is_even: Along[bool]
    adjacent: Along[int]
    threshold_units: Along[int]
    threshold_is_even: Along[bool]
    most_tree: int
    most_and_or: int
    most_threshold: int
    functions: int
    reproduced: int
    detector_units: int
    curve_missed: Along[float]
    least_missed: float
    terms: Tensor


def units(layers: Layers) -> int:
    """The neurons of a network, its outputs included."""
    return sum(len(b) for _, b in layers)


def run(cfg: Config) -> Result:
    if cfg.bits < _DRAWN or not 1 <= cfg.function_bits <= _MOST_FUNCTION_BITS:
        raise ValueError(
            f"needs bits of {_DRAWN} or more, and function_bits from 1 to {_MOST_FUNCTION_BITS}"
        )
    inputs = [circuits.states(d) for d in range(2, cfg.bits + 1)]
    even = [circuits.even_parity(x) for x in inputs]
    trees = [circuits.xnor_tree(x) for x in inputs]
    terms = [circuits.minterms(table) for table in even]
    joined = [circuits.any_term(ands, x) for ands, x in zip(terms, inputs, strict=True)]
    networks = [circuits.threshold_parity(x.shape[1]) for x in inputs]
    summed = [evaluate(net, x, step)[:, 0] for net, x in zip(networks, inputs, strict=True)]
    tables = circuits.states(2**cfg.function_bits).bool()
    detectors = circuits.detectors(tables)
    detected = evaluate(detectors, circuits.states(cfg.function_bits), step).T
    return Result(
        config=cfg,
        tree_gates=along((tree.gates for tree in trees), bits=range(2, cfg.bits + 1)),
        tree_depth=along((tree.depth for tree in trees), bits=range(2, cfg.bits + 1)),
        tree_is_even=along(
            _equal([tree.output for tree in trees], even), bits=range(2, cfg.bits + 1)
        ),
        tree_is_odd=along(
            _equal([~tree.output for tree in trees], even), bits=range(2, cfg.bits + 1)
        ),
        tree_is_and_or=along(
            _equal([tree.output for tree in trees], joined), bits=range(2, cfg.bits + 1)
        ),
        and_terms=along(map(len, terms), bits=range(2, cfg.bits + 1)),
        and_or_gates=along((len(ands) + 1 for ands in terms), bits=range(2, cfg.bits + 1)),
        and_or_is_even=along(_equal(joined, even), bits=range(2, cfg.bits + 1)),
        adjacent=along(map(circuits.adjacent_pairs, even), bits=range(2, cfg.bits + 1)),
        threshold_units=along(map(units, networks), bits=range(2, cfg.bits + 1)),
        threshold_is_even=along(
            _equal(summed, [table.double() for table in even]), bits=range(2, cfg.bits + 1)
        ),
        most_tree=trees[-1].gates,
        most_and_or=len(terms[-1]) + 1,
        most_threshold=units(networks[-1]),
        functions=len(tables),
        reproduced=int(total((detected == tables).all(1))),
        detector_units=len(detectors[0][1]),
        curve_missed=along(
            (_missed(2**k) for k in range(cfg.function_bits + 1)),
            units=(2**k for k in range(cfg.function_bits + 1)),
        ),
        least_missed=_missed(2**cfg.function_bits),
        terms=terms[_DRAWN - 2],
    )


def _missed(relus: int) -> float:
    """The least of the largest errors that so many ReLUs in one layer leave of x² on [0, 1]."""
    return float(squares.square_error(squares.best_relu_polyline(relus)))


def _equal(some: Sequence[Tensor], others: Sequence[Tensor]) -> tuple[bool, ...]:
    return tuple(torch.equal(a, b) for a, b in zip(some, others, strict=True))


def check(res: Result) -> None:
    assert all(same == (d % 2 == 0) for d, same in res.tree_is_even.items()), (
        "the tree is even parity for even d"
    )
    assert all(same == (d % 2 == 1) for d, same in res.tree_is_odd.items()), (
        "and its opposite for odd d"
    )
    assert all(n == (d - 1).bit_length() for d, n in res.tree_depth.items()), (
        "depth is ceil(log2 d)"
    )
    assert all(res.and_or_is_even), "the AND-OR circuit is even parity"
    assert all(res.threshold_is_even), "the threshold units are even parity"
    assert all(n == d + 1 for d, n in res.threshold_units.items()), "d hidden units and one output"
    assert res.detector_units <= 2**res.config.function_bits, "one detector per state is enough"


def draw(res: Result, t: Words) -> Figure:
    rows = [["tree", "and_or", "threshold"], ["growth"] * 3]
    figure, axes = mosaic(rows, 4.5, [1.2, 1])
    gates = res.tree_gates, res.and_or_gates, res.threshold_units
    for name, counts in zip(rows[0], gates, strict=True):
        axes[name].set_title(t[name].format(gates=t.number(counts[_DRAWN])))
        axes[name].set(xlim=(0, 1), ylim=(0, 1))
        axes[name].set_axis_off()
    _tree(axes["tree"], t)
    _and_or(axes["and_or"], res.terms, t)
    _threshold(axes["threshold"])
    _growth(axes["growth"], res, t)
    return figure


def _rows(n: int) -> list[float]:
    return [1 - (i + 0.5) / n for i in range(n)]


def _inputs(ax: Axes) -> list[tuple[float, float]]:
    places = [(_INPUT, y) for y in _rows(_DRAWN)]
    for i, (x, y) in enumerate(places, 1):
        ax.text(x, y, f"$x_{i}$", ha="center", va="center")
    return [(x + 0.07, y) for x, y in places]


def _gate(
    ax: Axes, x: float, y: float, label: str, role: str, sources: Sequence[tuple[float, float]]
) -> tuple[float, float]:
    """A labelled box and the wires into it; returns where the next wire starts."""
    for a, b in sources:
        ax.plot((a, x), (b, y), color=colour("line"), linewidth=0.8, zorder=0)
    box = {"boxstyle": "round,pad=0.2", "fc": colour("paper"), "ec": colour(role), "lw": 1.0}
    direct_label(ax, x, y, label, role, ha="center", va="center", size=9.5, bbox=box)
    return x, y


def _end(ax: Axes, place: tuple[float, float]) -> None:
    ax.plot((place[0], 1), (place[1],) * 2, color=colour("line"), linewidth=0.8, zorder=0)


def _tree(ax: Axes, t: Words) -> None:
    wires = _inputs(ax)
    upper, lower = _rows(2)
    first = [
        _gate(ax, 0.4, upper, t["xnor"], "deep", wires[:2]),
        _gate(ax, 0.4, lower, t["xnor"], "deep", wires[2:]),
    ]
    _end(ax, _gate(ax, 0.8, 0.5, t["xnor"], "deep", first))


def _and_or(ax: Axes, terms: Tensor, t: Words) -> None:
    wires = _inputs(ax)
    patterns = ["".join(str(int(bit)) for bit in term) for term in terms]
    ands = [
        _gate(ax, _GATE, y, pattern, "shallow", wires)
        for y, pattern in zip(_rows(len(patterns)), patterns, strict=True)
    ]
    _end(ax, _gate(ax, _OUTPUT, 0.5, t["or"], "shallow", ands))


def _threshold(ax: Axes) -> None:
    wires = _inputs(ax)
    hidden = [_gate(ax, _GATE, y, f"≥{j}", "extra", wires) for j, y in enumerate(_rows(_DRAWN), 1)]
    for (x, y), sign in zip(hidden, "−+−+", strict=True):
        middle = (x + _OUTPUT) / 2, (y + 0.5) / 2
        patch = {"boxstyle": "circle,pad=0.05", "fc": colour("paper")}
        ax.text(*middle, sign, ha="center", va="center", color=colour("extra"), bbox=patch)
    _end(ax, _gate(ax, _OUTPUT, 0.5, "Σ", "extra", hidden))


def _growth(ax: Axes, res: Result, t: Words) -> None:
    ds = range(2, res.config.bits + 1)
    ax.plot(ds, res.and_or_gates.values(), "s--", color=colour("shallow"), markersize=4.5)
    ax.plot(ds, res.threshold_units.values(), "D:", color=colour("extra"), markersize=4.5,
            markerfacecolor=colour("paper"))  # fmt: skip
    ax.plot(ds, res.tree_gates.values(), "o-", color=colour("deep"), markersize=4)
    middle = 0.62 * res.config.bits
    direct_label(ax, middle, 2 ** (middle - 0.2), t["and_or_grows"], "shallow", ha="right")
    direct_label(
        ax, res.config.bits, 2 * res.config.bits, t["threshold_grows"], "extra", ha="right"
    )
    direct_label(
        ax, res.config.bits, res.config.bits / 2.5, t["tree_grows"], "deep", ha="right", va="top"
    )
    ax.set(
        xlabel=t["bits"], ylabel=t["gates"], yscale="log", xticks=range(2, res.config.bits + 1, 2)
    )
    ax.set_yticks((1, 10, 100, 1000), ("1", "10", "100", "1000"))
    powers(ax)
    ax.set_ylim(0.75, 2 * res.most_and_or)


class Explorable(TypedDict):
    """Gates, or units, by the number of bits, from 2 on."""

    tree: tuple[int, ...]
    and_or: tuple[int, ...]
    threshold: tuple[int, ...]


def explorable(res: Result) -> Explorable:
    """Gates, or units, by the number of bits, from 2 on; without the NOT after an odd tree."""
    return {
        "tree": res.tree_gates.values(),
        "and_or": res.and_or_gates.values(),
        "threshold": res.threshold_units.values(),
    }


def _exponential(res: Result) -> Along[Estimate]:
    """Share of d at which a circuit of two layers takes 2^(d-1) gates or more.

    Of AND gates no fewer will do: each accepts one input, and no two of them can be merged.
    """
    ands = [
        pairs == 0 and count >= 2 ** (d - 1)
        for (d, count), pairs in zip(res.and_terms.items(), res.adjacent, strict=True)
    ]
    sums = [count >= 2 ** (d - 1) for d, count in res.threshold_units.items()]
    return along(map(stats.share, (ands, sums)), gates=("AND–OR", "threshold"))


def _simulated(res: Result) -> Along[Estimate]:
    """Share of functions of bits that detectors give, and of layers that give x² without error."""
    tables = stats.exact(res.reproduced / res.functions, res.functions)
    curve = stats.share([missed == 0 for missed in res.curve_missed])
    return along((tables, curve), inputs=("bits", "[0, 1]"))


CLAIMS: list[Claim[Result] | Remark] = [
    Claim(
        id="A17",
        source="Source A §5.1",
        kind="theorem",
        statement=(
            "奇偶校验（parity check）：1 的个数为奇数时输出 0，否则输出 1；XNOR 电路算的就是它。",
            "Parity check: an odd number of ones gives 0, otherwise 1; a circuit of XNORs "
            "computes it.",
        ),
        measure=lambda res: res.tree_is_even.map(lambda same: stats.share([same])),
        bound=EVERY,
    ),
    Claim(
        id="A18",
        source="Source A §5.1",
        kind="theorem",
        statement=(
            "用两层电路实现奇偶校验，门数的量级是 2ᵈ。",
            "A circuit of two layers needs in the order of 2ᵈ gates for parity.",
        ),
        measure=_exponential,
        bound=EVERY,
    ),
    Claim(
        id="A19",
        source="Source A §5.1",
        kind="construction",
        statement=(
            "把 XNOR 门（输入相同时输出 1）排成深层结构，也能做到同样的事。",
            "XNOR gates, which give 1 where their inputs agree, do the same when arranged in "
            "depth.",
        ),
        measure=lambda res: stats.share(
            same for bits, same in res.tree_is_and_or.items() if bits % 2 == 0
        ),
        bound=EVERY,
    ),
    Claim(
        id="A20",
        source="Source A §5.1",
        kind="construction",
        statement=("深层电路只需 O(d) 个门。", "The deep circuit needs only O(d) gates."),
        measure=lambda res: stats.share([n == d - 1 for d, n in enumerate(res.tree_gates, 2)]),
        bound=EVERY,
    ),
    Claim(
        id="B28",
        source="Source B, UAT",
        kind="construction",
        statement=(
            "一个隐藏层可以模拟任何函数；最糟时，n 个各有 k 种取值的因素需要 kⁿ 个节点。",
            "One hidden layer can simulate any function; at worst, n factors of k variants each "
            "need kⁿ nodes.",
        ),
        measure=_simulated,
        bound=EVERY,
    ),
]

if __name__ == "__main__":
    show(__name__)
