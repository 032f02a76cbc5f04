"""How the states are coded decides how many of their labelings one unit can give."""

from dataclasses import dataclass

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, along
from dlbook.base.evidence import EVERY, Estimate, at_least, at_most, equal
from dlbook.figures.idioms import bare, direct_label
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, mosaic
from dlbook.mathematics import circuits, nets, separability, sums
from dlbook.mathematics.elementary import sigmoid
from dlbook.mathematics.grids import linspace
from dlbook.record.claims import Claim, Factor, Remark
from dlbook.training import logistic, stats


@dataclass(frozen=True)
class Config:
    """States of ``bits[0]`` and ``bits[1]`` bits; logistic units compared on ``side**2`` inputs."""

    bits: tuple[int, int] = (2, 3)
    side: int = 21


SMALL = Config(side=5)

WORDS = {
    "scalar": ("一个数", "one number"),
    "repeated": ("数，重复", "repeated"),
    "powers": ("数与它的幂", "its powers"),
    "binary": ("按位", "bits"),
    "one_hot": ("独热", "one-hot"),
    "cut": ("一个数：一刀切不开", "One number: no cut"),
    "line": ("两位：一条线", "Two bits: a line"),
    "plane": ("独热：一个平面", "One-hot: a plane"),
    "table": ("能给出的标记", "Labelings that one unit gives"),
    "states": ("{states} 个状态", "{states} states"),
    "share": ("{given}/{all}", "{given}/{all}"),
}

_DRAWN = 0b0101  # the labeling of the pictures: true where the second bit is one
_LABELS = tuple(bool(_DRAWN >> (3 - state) & 1) for state in range(4))
_CODES = ("scalar", "binary", "one_hot")
# As many inputs as bits, on a line as before; and as many, each with a value for every state.
_ROWS = ("scalar", "repeated", "powers", "binary", "one_hot")
_SAME = 1e-12  # two probabilities from the same weights, up to rounding
_SHARP = 100.0  # so weak a penalty that the regressions come close to the gates

MACHINE = {"fit": "scikit-learn's regressions are what is looked at"}


@dataclass(frozen=True)
class Result:
    """Tuples go by number of states: four in the pictures, then the larger set.

    ``scalar`` … ``one_hot`` count the labelings that a unit gives on each code, ``cover_…`` what it
    gives on as many points in general position. ``repeated`` is the number once more for every
    bit, ``powers`` the number, its square, and so on. ``relations``: answers times states, as far
    as the most variable input of a code tells them apart. ``given`` ``(5, 16)`` bool: for every
    code, the labelings of four states that a unit gives;
    ``entries`` is how many table entries single out each of them. ``agrees`` ``(side**2,)`` bool:
    where a network of sigmoid units and chained logistic regressions give the same probability.
    """

    config: Config
    states: Along[int]
    labelings: Along[int]
    bits_needed: Along[int]
    distinct: Along[int]
    scalar: Along[int]
    repeated: Along[int]
    powers: Along[int]
    binary: Along[int]
    one_hot: Along[int]
    cover_scalar: Along[int]
    cover_binary: Along[int]
    cover_one_hot: Along[int]
    relations: Along[int]
    missing: Along[str]
    entries: int
    relu_highest: float
    agrees: Tensor
    given: Tensor
    line: Tensor


def codes(bits: int) -> dict[str, Tensor]:
    """The states of so many bits, each code ``(2^bits, inputs)``.

    As one number, that number repeated, its powers, as bits, and one-hot.
    """
    n = 2**bits
    number = torch.arange(n, dtype=torch.float64)[:, None]
    powers = torch.cat([number**k for k in range(1, bits + 1)], 1)
    every = number, number.repeat(1, bits), powers, circuits.states(bits), torch.eye(n).double()
    return dict(zip(_ROWS, every, strict=True))


def relations(code: Tensor) -> int:
    """How many pairs of a value and an answer the weight of the most variable input serves."""
    return 2 * max(len(set(column.tolist())) for column in code.T)


def entries_needed(states: int) -> int:
    """How many entries of a lookup table leave only one function possible, for every function."""
    functions = circuits.states(states).bool()
    for known in range(states + 1):
        alike = (functions[:, None, :known] == functions[None, :, :known]).all(2)
        if sums.total(alike, 1).max() == 1:
            return known
    raise AssertionError("a full table names its function")


def bits_needed(states: int) -> int:
    """The fewest two-valued factors with a combination for every state."""
    bits = 0
    while 2**bits < states:
        bits += 1
    return bits


def chained(side: int) -> tuple[Tensor, float]:
    """Logistic regressions on logistic regressions, against a network with their weights.

    Two of scikit-learn's learn OR and NAND, a third learns XOR from their probabilities. Also the
    highest value of a ReLU unit with the weights of the first.
    """
    corners = circuits.states(2)
    ones = sums.total(corners, 1)[:, None]
    hidden = logistic.fit(corners, torch.cat([ones > 0, ones < 2], 1), _SHARP)
    last = logistic.fit(hidden.probabilities(corners), ones == 1, _SHARP)
    axis = linspace(-1, 2, side)
    grid = torch.cartesian_prod(axis, axis)
    network = nets.from_layers([hidden.layer(), last.layer()], "sigmoid")
    ours = sigmoid(network.predict(grid)[0])
    theirs = last.probabilities(hidden.probabilities(grid))
    W, b = hidden.layer()
    relu = torch.relu(sums.product(grid, W[:, 0], b[0]))
    return ((ours - theirs).abs() <= _SAME)[:, 0], float(relu.max())


def run(cfg: Config) -> Result:
    if cfg.bits[0] != 2:
        raise ValueError(f"the pictures show the states of 2 bits, not of {cfg.bits[0]}")
    sets = [codes(bits) for bits in cfg.bits]
    given = [{name: separability.realisable(x) for name, x in some.items()} for some in sets]
    counts = {name: tuple(int(sums.total(some[name])) for some in given) for name in _ROWS}
    cover = {
        name: tuple(
            separability.cover_count(len(some[name]), some[name].shape[1] + 1) for some in sets
        )
        for name in _CODES
    }
    missing = circuits.states(4)[~given[0]["binary"]]
    drawn = circuits.states(4)[_DRAWN].bool()
    found = separability.separator(sets[0]["binary"], drawn)
    assert found is not None, "the second bit alone can be read off"
    agrees, relu_highest = chained(cfg.side)
    return Result(
        config=cfg,
        states=along((2**bits for bits in cfg.bits), bits=cfg.bits),
        labelings=along((2**2**bits for bits in cfg.bits), states=(2**bits for bits in cfg.bits)),
        bits_needed=along(
            (bits_needed(2**bits) for bits in cfg.bits), states=(2**bits for bits in cfg.bits)
        ),
        distinct=along(
            (len(set(map(tuple, some["binary"].tolist()))) for some in sets),
            states=(2**bits for bits in cfg.bits),
        ),
        repeated=along(counts["repeated"], states=(2**bits for bits in cfg.bits)),
        powers=along(counts["powers"], states=(2**bits for bits in cfg.bits)),
        relations=along(map(relations, sets[0].values()), code=_ROWS),
        scalar=along(counts["scalar"], states=(2**bits for bits in cfg.bits)),
        binary=along(counts["binary"], states=(2**bits for bits in cfg.bits)),
        one_hot=along(counts["one_hot"], states=(2**bits for bits in cfg.bits)),
        cover_scalar=along(cover["scalar"], states=(2**bits for bits in cfg.bits)),
        cover_binary=along(cover["binary"], states=(2**bits for bits in cfg.bits)),
        cover_one_hot=along(cover["one_hot"], states=(2**bits for bits in cfg.bits)),
        missing=along(
            ("".join(str(int(y)) for y in row) for row in missing),
            number=range(1, 1 + len(missing)),
        ),
        entries=entries_needed(4),
        relu_highest=round(relu_highest, 2),  # the fit stops at a tolerance
        agrees=agrees,
        given=torch.stack([given[0][name] for name in _ROWS]),
        line=torch.cat([found[0], found[1][None]]),
    )


def check(res: Result) -> None:
    assert res.scalar == res.cover_scalar, "points on a line are in general position"
    assert res.one_hot == res.cover_one_hot == res.labelings, "one-hot codes allow everything"
    assert res.binary[4] == res.cover_binary[4], "the corners of a square are, too"
    assert all(b <= c for b, c in zip(res.binary, res.cover_binary, strict=True)), "Cover's bound"
    assert res.missing.values() == ("0110", "1001"), "two bits lack XOR and its opposite only"
    assert res.repeated == res.scalar, "a number repeated stays on its line"
    assert not res.given[:3, _DRAWN].any(), "no cut gives the labeling that is drawn"
    assert res.given[3:, _DRAWN].all(), "a line does, and a plane"
    first, *_ = res.line.tolist()
    assert first == 0, "the line reads the second bit only"
    for states, distinct in res.distinct.items():
        assert states == distinct == 2 ** res.bits_needed[states], "each state has its own bits"
    assert res.agrees.all(), "chained logistic regressions are a network of sigmoid units"


def draw(res: Result, t: Words) -> Figure:
    figure, axes = mosaic([["scalar", "binary", "one_hot"], ["table"] * 3], 4.7, [1.35, 1.5])
    for name, title in zip(_CODES, ("cut", "line", "plane"), strict=True):
        axes[name].set_title(t[title])
        axes[name].set_axis_off()
        axes[name].set(xlim=(0, 1), ylim=(0, 1), aspect="equal")
    _number_line(axes["scalar"])
    _square(axes["binary"], res.line)
    _tetrahedron(axes["one_hot"])
    _table(axes["table"], res, t)
    return figure


def _corner(ax: Axes, x: float, y: float, state: int, aside: tuple[float, float]) -> None:
    face = colour("ink") if _LABELS[state] else colour("paper")
    ax.plot(x, y, "o", markersize=9, color=colour("ink"), mfc=face, mew=1.3, zorder=3)
    ax.text(x + aside[0], y + aside[1], f"{state:02b}", ha="center", va="center")


def _number_line(ax: Axes) -> None:
    xs = [0.08 + 0.28 * state for state in range(4)]
    cut = (xs[0] + xs[1]) / 2
    ax.fill_between((cut, 1), 0.25, 0.75, color=colour("shallowwash"))
    ax.plot((cut, cut), (0.25, 0.75), color=colour("shallow"))
    ax.plot((0, 1), (0.5, 0.5), color=colour("line"), linewidth=0.8)
    for state, x in enumerate(xs):
        _corner(ax, x, 0.5, state, (0, -0.15))
    ax.plot(xs[2], 0.66, "x", color=colour("shallow"), markersize=8, mew=2)


def _square(ax: Axes, line: Tensor) -> None:
    low, high = 0.2, 0.8
    cut = low + (high - low) * float(-line[2] / line[1])
    ax.fill_between((cut, 1), 0, 1, color=colour("shallowwash"))
    ax.plot((cut, cut), (0, 1), color=colour("shallow"))
    ax.plot((low, high, high, low, low), (low, low, high, high, low),
            color=colour("line"), linewidth=0.8)  # fmt: skip
    for state in range(4):
        x, y = (low, high)[state & 1], (low, high)[state >> 1]
        _corner(ax, x, y, state, (0, 0.13 if y == high else -0.13))


def _tetrahedron(ax: Axes) -> None:
    """Seen obliquely; the plane meets four edges in their middles."""
    corners = ((0.12, 0.2), (0.88, 0.55), (0.15, 0.88), (0.55, 0.18))
    order = (0, 1, 2, 3)
    for a in order:
        for b in order[a + 1 :]:
            hidden = {a, b} == {0, 1}
            ax.plot(*zip(corners[a], corners[b], strict=True), color=colour("line"),
                    linewidth=0.8, linestyle=":" if hidden else "-", zorder=1)  # fmt: skip
    crossed = ((0, 1), (1, 2), (2, 3), (3, 0))
    middles = [
        tuple((p + q) / 2 for p, q in zip(corners[a], corners[b], strict=True)) for a, b in crossed
    ]
    ax.fill(*zip(*middles, strict=True), facecolor=colour("shallowwash"), alpha=0.75,
            edgecolor=colour("shallow"), linewidth=1.5, zorder=2)  # fmt: skip
    asides = ((0, -0.14), (0, 0.14), (0.19, 0), (0.19, -0.02))
    for state, ((x, y), aside) in enumerate(zip(corners, asides, strict=True)):
        _corner(ax, x, y, state, aside)


def _table(ax: Axes, res: Result, t: Words) -> None:
    columns = circuits.states(4).bool()
    top = len(_ROWS) + 1.4
    ax.fill_between((_DRAWN - 0.5, _DRAWN + 0.5), -0.5, top + 0.3, color=colour("shallowwash"))
    for filled in (True, False):
        x, state = (columns == filled).nonzero().T
        face = colour("ink") if filled else colour("paper")
        ax.plot(x, top - 0.5 * state, "o", markersize=4, color=colour("ink"), mfc=face, mew=0.7)
    for row, name in enumerate(reversed(_ROWS)):
        given = res.given[len(_ROWS) - 1 - row]
        places = given.nonzero()[:, 0]
        ax.plot(places, [row] * len(places), "s", color=colour("exact"), markersize=8.5)
        places = (~given).nonzero()[:, 0]
        ax.plot(places, [row] * len(places), "x", color=colour("line"), markersize=5, mew=1.2)
        counts = getattr(res, name)
        for x, count, total in zip((17.6, 21.2), counts, res.labelings, strict=True):
            share = t["share"].format(given=count, all=total)
            direct_label(ax, x, row, share, "exact", ha="center", va="center")
    for x, states in zip((17.6, 21.2), res.states, strict=True):
        place = top - 0.8
        label = t["states"].format(states=states)
        direct_label(ax, x, place, label, "muted", ha="center", va="center")
    ax.set(xlim=(-0.6, 23), ylim=(-0.6, top + 0.4), xticks=(), title=t["table"])
    ax.set_yticks(range(len(_ROWS)), [t[name] for name in reversed(_ROWS)])
    bare(ax, "both")


def _share(counts: Along[int], res: Result) -> Estimate:
    return stats.exact(counts[4] / res.labelings[4], res.labelings[4])


def _gain(more: Along[int], fewer: Along[int], res: Result) -> Estimate:
    """How many more of all labelings of four states a unit gives on one code than on another."""
    return stats.exact((more[4] - fewer[4]) / res.labelings[4], res.labelings[4])


def _ranked(res: Result) -> Estimate:
    rows = zip(res.scalar, res.binary, res.one_hot, res.labelings, strict=True)
    return stats.share([a < b < c == every for a, b, c, every in rows])


_RELATIONS = equal(
    8,
    because=(
        "原文的数：四种输入，每种两个答案。",
        "The number in the source: four inputs, each with two answers.",
    ),
)
CLAIMS: list[Claim[Result] | Remark] = [
    Remark(
        id="B05",
        source="Source B, entropy",
        kind="definition",
        statement=(
            "把变体转化回因素：每个因素只有两种状态。",
            "Turn variants back into factors, each of two states.",
        ),
    ),
    Claim(
        id="B07",
        source="Source B, way 1",
        kind="theorem",
        statement=(
            "四个状态用一个数输入、没有隐藏层时，一条权重照顾不了全部关系。",
            "With four states coded as one number and no hidden layer, one weight cannot serve "
            "every relation.",
        ),
        measure=lambda res: _share(res.scalar, res),
        bound=at_most(
            15 / 16,
            because=(
                "十六种标法里至少有一种给不出。",
                "At least one of the sixteen labelings cannot be given.",
            ),
        ),
    ),
    Claim(
        id="B08",
        source="Source B, way 1",
        kind="theorem",
        statement=(
            "用查找表记住四个状态的函数，需要 8 个不同的数据。",
            "A lookup table needs 8 different data to hold a function of four states.",
        ),
        measure=lambda res: stats.exact(res.entries, res.labelings[4]),
        bound=_RELATIONS,
    ),
    Claim(
        id="B10",
        source="Source B, way 2",
        kind="construction",
        statement=(
            "把状态分解成两位输入，更容易表达。",
            "Split into two bits, the state is easier to express.",
        ),
        measure=lambda res: _share(res.binary, res),
        bound=at_least(
            9 / 16,
            because=(
                "比一个数的编码最多能给的八种多至少一种。",
                "At least one labeling more than the eight that one number can ever give.",
            ),
        ),
    ),
    Claim(
        id="B10/relations",
        source="Source B, way 2",
        kind="cause",
        statement=(
            "分解成两位之所以更容易表达，是因为每条权重要照顾的关系从 8 个减为 4 个。",
            "Two bits make it easier because each weight serves 4 relations instead of 8.",
        ),
        measure=lambda res: _gain(res.binary, res.scalar, res),
        bound=at_least(
            1 / 16,
            because=("至少多给出一种标法。", "At least one labeling more."),
        ),
        factors=(
            Factor(
                ("每条权重的关系减半，方向数不变", "half the relations, as many directions"),
                lambda res: _gain(res.binary, res.powers, res),
                rival=False,
            ),
            Factor(
                ("多一条权重，点仍在一条线上", "one more weight, points still on a line"),
                lambda res: _gain(res.repeated, res.scalar, res),
            ),
            Factor(
                ("多一个方向，关系不减", "one more direction, as many relations"),
                lambda res: _gain(res.powers, res.repeated, res),
            ),
        ),
    ),
    Remark(
        id="B17",
        source="Source B, way 3",
        kind="opinion",
        statement=(
            "一维的状态编码没有并行可言，所以分类时用独热编码。",
            "A state coded in one dimension leaves nothing to parallelism; hence one-hot codes are "
            "used for classification.",
        ),
    ),
    Claim(
        id="B17/labelings",
        source="Source B, way 3",
        kind="theorem",
        statement=(
            "用一个数编码，一个单元能给出的标法最少；按位多些；独热编码能给出全部。",
            "One unit gives the fewest labelings on one number, more on bits, and all of them on "
            "one-hot codes.",
        ),
        measure=_ranked,
        bound=EVERY,
    ),
    Remark(
        id="D01",
        source="Source D",
        kind="definition",
        statement=(
            "把多个 logistic 回归前后连接，每一个就叫一个神经元，合起来就是网络。",
            "Logistic regressions connected one after another: each is called a neuron, and "
            "together they are a network.",
        ),
    ),
]

if __name__ == "__main__":
    show(__name__)
