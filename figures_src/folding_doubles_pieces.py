"""Every layer of two ReLUs folds the line once more and so doubles the number of pieces."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypedDict

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import ConnectionPatch
from torch import Tensor

from dlbook.base.along import Along, along
from dlbook.base.evidence import EVERY, Estimate
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, mosaic
from dlbook.mathematics import folds, polylines, rng
from dlbook.mathematics.explicit import Layers, evaluate
from dlbook.mathematics.grids import linspace
from dlbook.record.claims import Claim, Remark
from dlbook.training import stats


@dataclass(frozen=True)
class Config:
    """Fold up to ``folds`` times; as control, ``seeds`` random networks of the same shape."""

    folds: int = 10
    seeds: int = 64


SMALL = Config(folds=4, seeds=8)

WORDS = {
    "turned": ("第二层，转 90°", "Layer two, turned by 90°"),
    "first": ("第一层", "Layer one"),
    "pieces": ("$k={layers}$：{pieces} 段", "$k={layers}$: {pieces} pieces"),
}

_LEVEL = 0.5
_DRAWN = 3


@dataclass(frozen=True)
class Result:
    """``zigzags`` ``(3, 9)``: the first three outputs at ``i / 8``, all of whose bends they hit."""

    config: Config
    pieces: Along[int]
    network_pieces: int
    steepest: Along[int]
    is_a_v: bool
    same_v: Along[bool]
    random_pieces: Estimate
    random_most: int
    zigzags: Tensor


def random_network(seed: int, depth: int) -> Layers:
    """Two ReLUs a layer; He's normal weights, biases uniform on [-1, 1]."""
    draw = rng.stream(seed, "random folds", depth)
    widths = [1, *[2] * depth, 1]
    return [
        (draw.normal(a, b) * math.sqrt(2 / a), draw.uniform(b, low=-1, high=1))
        for a, b in pairwise(widths)
    ]


def run(cfg: Config) -> Result:
    if cfg.folds < _DRAWN:
        raise ValueError(f"needs {_DRAWN} folds or more, not {cfg.folds}")
    drawn = [polylines.trace(folds.deep(k)) for k in range(1, cfg.folds + 1)]
    grid = torch.arange(2 ** (cfg.folds + 2) + 1, dtype=torch.float64) / 2 ** (cfg.folds + 2)
    outputs = [evaluate(folds.deep(k), grid[:, None])[:, 0] for k in range(1, cfg.folds + 1)]
    refolded = [torch.equal(folds.fold(a), b) for a, b in pairwise(outputs)]
    control = [polylines.trace(random_network(s, cfg.folds)).pieces for s in range(cfg.seeds)]
    eighths = torch.arange(9, dtype=torch.float64)[:, None] / 8
    return Result(
        config=cfg,
        pieces=along((line.pieces for line in drawn), layers=range(1, cfg.folds + 1)),
        network_pieces=drawn[-1].pieces,
        steepest=along(
            (int(max(map(abs, line.slopes))) for line in drawn), layers=range(1, cfg.folds + 1)
        ),
        is_a_v=torch.equal(outputs[0], (2 * grid - 1).abs()),
        same_v=along(refolded, layers=range(2, cfg.folds + 1)),
        random_pieces=stats.median(control),
        random_most=max(control),
        zigzags=torch.stack([evaluate(folds.deep(k), eighths)[:, 0] for k in range(1, _DRAWN + 1)]),
    )


def check(res: Result) -> None:
    assert all(pieces == 2**k for k, pieces in res.pieces.items()), "pieces double"
    assert res.steepest == res.pieces, "every piece has slope ±2^k"
    assert all(res.same_v), "every layer applies the same V"


def draw(res: Result, t: Words) -> Figure:
    figure, axes = mosaic([["turned"] * 3 + ["first"] * 3, list("112233")], 4.6, [1.35, 1])
    _v_and_its_turn(axes["turned"], axes["first"], t)
    for k, (name, zigzag) in enumerate(zip("123", res.zigzags, strict=True), 1):
        axes[name].plot(linspace(0, 1, 9), zigzag, color=colour("deep"))
        axes[name].set_title(t["pieces"].format(layers=k, pieces=res.pieces[k]))
        axes[name].set(xlabel="$x$", xticks=(0, 1), yticks=(0, 1), ylabel=f"$a_{k}$")
    return figure


def _v_and_its_turn(turned: Axes, first: Axes, t: Words) -> None:
    """The second layer on its side, the first upright, and one level followed back through both."""
    v = torch.tensor([1.0, 0.0, 1.0])
    along = torch.tensor([0.0, 0.5, 1.0])
    turned.plot(v, along, color=colour("deep"))
    first.plot(along, v, color=colour("deep"))
    turned.set(title=t["turned"], xlabel="$a_2$", ylabel="$a_1$", xticks=(0, 1))
    first.set(title=t["first"], xlabel="$x$", xticks=(0, 1))
    dashed: dict[str, Any] = {
        "color": colour("line"),
        "linestyle": (0, (3, 2)),
        "linewidth": 0.9,
        "zorder": 0,
    }
    middles = (0.25, 0.75)
    turned.plot((_LEVEL, _LEVEL), (0, middles[1]), **dashed)
    turned.plot(_LEVEL, 0, "o", color=colour("ink"), clip_on=False)
    for a in middles:
        ends = ((1 - a) / 2, (1 + a) / 2)
        start, end = (_LEVEL, a), (ends[1], a)
        first.add_artist(_across(start, end, turned, first, dashed))
        turned.plot(_LEVEL, a, "o", color=colour("deep"))
        for x in ends:
            first.plot((x, x), (0, a), **dashed)
            first.plot(x, a, "o", color=colour("deep"))
            first.plot(x, 0, "o", color=colour("ink"), clip_on=False)
    for ax in (turned, first):
        ax.set(xlim=(-0.03, 1.03), ylim=(0, 1.05))
        ax.set_yticks((0, *middles, 1), ["0", "¼", "¾", "1"])
    first.tick_params(labelleft=False)  # the axis is the one on the left


def _across(
    start: tuple[float, float], end: tuple[float, float], a: Axes, b: Axes, look: dict[str, Any]
) -> ConnectionPatch:
    patch = ConnectionPatch(start, end, coordsA=a.transData, coordsB=b.transData, **look)
    patch.set_in_layout(False)  # a line between two panels must not push them apart
    return patch


class Random(TypedDict):
    """What random networks of the last shape draw."""

    median: float
    most: int
    n: int


class Explorable(TypedDict):
    """Pieces by the number of folds, from 1 on."""

    pieces: tuple[int, ...]
    random: Random


def explorable(res: Result) -> Explorable:
    """Pieces by the number of folds, from 1 on; and what random networks of the last shape draw."""
    found = res.random_pieces
    random = Random(median=found.mean, most=res.random_most, n=found.n)
    return {"pieces": res.pieces.values(), "random": random}


def _bends(k: int) -> Callable[[Result], Estimate]:
    return lambda res: stats.share([res.pieces[k] == 2**k, res.steepest[k] == 2**k])


def _doubles(res: Result) -> Estimate:
    return stats.share([pieces == 2**k for k, pieces in res.pieces.items()])


CLAIMS: list[Claim[Result] | Remark] = [
    Claim(
        id="A22",
        source="Source A §6",
        kind="construction",
        statement=(
            "一层两个 ReLU，输出对输入的图像是 V 形。",
            "One layer of two ReLUs draws a V: its output against its input is folded once.",
        ),
        measure=lambda res: stats.share([res.pieces[1] == 2, res.steepest[1] == 2, res.is_a_v]),
        bound=EVERY,
    ),
    Claim(
        id="A23",
        source="Source A §6",
        kind="construction",
        statement=(
            "两层时，输出对输入的图像是 4 段。",
            "Two layers repeat the fold and draw 4 pieces.",
        ),
        measure=_bends(2),
        bound=EVERY,
    ),
    Claim(
        id="A24",
        source="Source A §6",
        kind="construction",
        statement=("三层时有 2³ 段。", "Three layers draw 2³ pieces."),
        measure=_bends(3),
        bound=EVERY,
    ),
    Claim(
        id="A25/pieces",
        source="Source A §6",
        kind="construction",
        statement=(
            "要得到 2ᵏ 段，深度网络只需 k 层，每层 2 个神经元。",
            "A deep network draws 2ᵏ pieces with k layers of two neurons.",
        ),
        measure=_doubles,
        bound=EVERY,
    ),
    Remark(
        id="A30",
        source="Source A §6",
        kind="definition",
        statement=(
            "第二层的图要转 90° 来看。",
            "To see the second fold, turn the plot of the layer by 90°.",
        ),
    ),
]

if __name__ == "__main__":
    show(__name__)
