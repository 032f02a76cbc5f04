"""A program that keeps its results makes k calls where one that forgets them makes 2^k - 1."""

from dataclasses import dataclass
from fractions import Fraction

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dlbook.figures.figure import show
from dlbook.figures.style import Words, colour, mosaic
from dlbook.mathematics import folds, programs
from dlbook.mathematics.explicit import evaluate
from dlbook.record.claims import Claim
from dlbook.training import stats


@dataclass(frozen=True)
class Config:
    """Fold a number up to ``folds`` times."""

    folds: int = 10


SMALL = Config(folds=4)

WORDS = {
    "title": ("复用把翻倍变成加一", "Reuse turns doubling into adding one"),
    "caption": (
        "折叠的公式里 \\(a\\) 出现两次：\\(2\\,\\mathrm{relu}(a-\\tfrac12)"
        "+2\\,\\mathrm{relu}(\\tfrac12-a)\\)。左：算过的值存下来，两处共用，每层只调用一次。"
        "中：用一次算一次，每往下一层，调用次数翻倍。右：实际计数，折叠 [[.folds]] 次，"
        "存下时调用 [[.most_kept]] 次，重算时 [[.most_forgotten]] 次，结果完全相同。"
        "这是程序的账，不是学习的证据。",
        "In the formula of the fold, \\(2\\,\\mathrm{relu}(a-\\tfrac12)"
        "+2\\,\\mathrm{relu}(\\tfrac12-a)\\), the argument \\(a\\) stands twice. Left: a value is "
        "kept and serves both places, so each level is called once. Middle: a value is computed "
        "anew at each use, and every level down has twice the calls. Right, as counted: "
        "[[.folds]] folds take [[.most_kept]] calls or [[.most_forgotten]], for the same result. "
        "This is the bill of a program, not evidence about learning.",
    ),
    "alt": (
        "左图是一条链：a₃、a₂、a₁、x 自上而下，相邻两个之间连着两条弧线。"
        "中图是一棵二叉树：一个 a₃，两个 a₂，四个 a₁，八个 x。"
        "右图是调用次数（对数轴）对折叠次数 k：重算的曲线直线上升，存下来的几乎走平。",
        "Left: a chain of a₃, a₂, a₁ and x from top to bottom, two arcs between each two. Middle: "
        "a binary tree of one a₃, two a₂, four a₁ and eight x. Right: calls on a log axis against "
        "the number of folds k; recomputing climbs in a straight line, keeping stays nearly flat.",
    ),
    "kept": ("存下：{calls} 次", "Kept: {calls} calls"),
    "forgotten": ("重算：{calls} 次调用", "Recomputed: {calls} calls"),
    "calls": ("调用次数", "Calls of the fold"),
    "folds": ("折叠次数 $k$", "folds $k$"),
    "kept_grows": ("存下：$k$", "kept: $k$"),
    "forgotten_grows": ("重算：$2^k-1$", "recomputed:\n$2^k-1$"),
}

_DRAWN = 3  # folds of the two drawings: the tree has eight leaves
_POINT = Fraction(1365, 4096)  # exact as a float, and still inside (0, 1) after ten folds


@dataclass(frozen=True)
class Result:
    """One entry per number of folds, from 1 on."""

    folds: int
    kept: tuple[int, ...]
    kept_reads: tuple[int, ...]
    forgotten: tuple[int, ...]
    forgotten_reads: tuple[int, ...]
    same_value: tuple[bool, ...]
    hidden_layers: tuple[int, ...]
    same_as_network: tuple[bool, ...]
    most_kept: int
    most_forgotten: int


def network_value(k: int, x: Fraction) -> Fraction:
    """What the deep network of ``k`` folds makes of ``x``, without rounding."""
    inputs = torch.tensor([[float(x)]], dtype=torch.float64)
    return Fraction(float(evaluate(folds.deep(k), inputs)))


def run(cfg: Config) -> Result:
    if cfg.folds < _DRAWN:
        raise ValueError(f"needs {_DRAWN} folds or more, the number that is drawn")
    ks = range(1, cfg.folds + 1)
    kept = [programs.folded(_POINT, k, reuse=True) for k in ks]
    forgotten = [programs.folded(_POINT, k, reuse=False) for k in ks]
    return Result(
        folds=cfg.folds,
        kept=tuple(work.folds for work in kept),
        kept_reads=tuple(work.reads for work in kept),
        forgotten=tuple(work.folds for work in forgotten),
        forgotten_reads=tuple(work.reads for work in forgotten),
        same_value=tuple(a.value == b.value for a, b in zip(kept, forgotten, strict=True)),
        hidden_layers=tuple(len(folds.deep(k)) - 1 for k in ks),
        same_as_network=tuple(
            network_value(k, _POINT) == work.value for k, work in zip(ks, kept, strict=True)
        ),
        most_kept=kept[-1].folds,
        most_forgotten=forgotten[-1].folds,
    )


def check(res: Result) -> None:
    ks = range(1, res.folds + 1)
    assert all(res.same_value), "both programs return the same number"
    assert res.kept == tuple(ks), "with reuse every level is called once"
    assert res.forgotten == tuple(2**k - 1 for k in ks), "without reuse the calls double"
    assert set(res.kept_reads) == {1}, "with reuse the input is read once"
    assert res.forgotten_reads == tuple(2**k for k in ks), "without reuse the reads double"


def draw(res: Result, t: Words) -> Figure:
    figure, axes = mosaic([["kept", *["forgotten"] * 2, *["calls"] * 2]], 2.5)
    for name, counts in (("kept", res.kept), ("forgotten", res.forgotten)):
        axes[name].set_title(t[name].format(calls=t.number(counts[_DRAWN - 1])))
        axes[name].set(xlim=(0, 1), ylim=(0, 1))
        axes[name].set_axis_off()
    _chain(axes["kept"])
    _tree(axes["forgotten"])
    _calls(axes["calls"], res, t)
    return figure


def _height(level: int) -> float:
    return 0.08 + 0.84 * level / _DRAWN


def _node(ax: Axes, x: float, level: int, role: str) -> None:
    label, edge = (f"$a_{level}$", colour(role)) if level else ("$x$", "none")
    box = {"boxstyle": "circle,pad=0.2", "fc": colour("paper"), "ec": edge, "lw": 1.0}
    ax.text(x, _height(level), label, ha="center", va="center", bbox=box)


def _chain(ax: Axes) -> None:
    for level in range(_DRAWN + 1):
        _node(ax, 0.5, level, "deep")
    along = torch.linspace(0, 1, 21)
    for level in range(_DRAWN):
        y = _height(level) + along * (_height(level + 1) - _height(level))
        for side in (-1, 1):
            bow = 0.5 + side * 0.45 * along * (1 - along)
            ax.plot(bow, y, color=colour("line"), linewidth=0.9, zorder=0)


def _tree(ax: Axes) -> None:
    for level in range(_DRAWN + 1):
        many = 2 ** (_DRAWN - level)
        for i in range(many):
            x = (i + 0.5) / many
            _node(ax, x, level, "extra")
            if level < _DRAWN:
                parent = (i // 2 + 0.5) / (many // 2)
                ax.plot(
                    (x, parent), (_height(level), _height(level + 1)),
                    color=colour("line"), linewidth=0.9, zorder=0,
                )  # fmt: skip


def _calls(ax: Axes, res: Result, t: Words) -> None:
    ks = range(1, res.folds + 1)
    looks = (res.forgotten, "extra", "s--", 4.5), (res.kept, "deep", "o-", 4)
    for counts, role, look, size in looks:
        ax.plot(ks, counts, look, color=colour(role), markersize=size)
        ax.annotate(
            t.number(counts[-1]), (res.folds, counts[-1]), (0, 7), textcoords="offset points",
            ha="center", color=colour(role),
        )  # fmt: skip
    ax.text(0.8, res.most_forgotten, t["forgotten_grows"], color=colour("extra"), va="top")
    ax.text(
        res.folds, res.most_kept / 2.5, t["kept_grows"], color=colour("deep"), ha="right", va="top"
    )
    ax.set(title=t["calls"], xlabel=t["folds"], yscale="log", xticks=(1, 3, res.folds))
    ax.set_yticks((1, 10, 100, 1000), ("1", "10", "100", "1000"))
    ax.minorticks_off()
    ax.set(xlim=(0.4, res.folds + 1.2), ylim=(0.7, 2.6 * res.most_forgotten))


CLAIMS = [
    Claim(
        id="A21",
        source="seed 000 §5.2",
        kind="analogy",
        statement=(
            "模块化的程序复用函数，效率更高；深度结构好在同一个道理。",
            "A modular program reuses its functions and so gains efficiency; a deep structure is "
            "better for the same reason.",
        ),
        quantity=(
            "复用时调用 k 次、不复用时调用 2ᵏ − 1 次的 k 所占比例",
            "share of k with k calls with reuse and 2ᵏ − 1 without",
        ),
        truth=(
            "复用把这个函数的计算从 2ᵏ − 1 次调用减到 k 次。这只说明共享能省计算，"
            "不是关于学习的证据。",
            "Reuse cuts the work for this function from 2ᵏ − 1 calls to k. It illustrates what "
            "sharing saves, and is no evidence about learning.",
        ),
        control=(
            "同一个程序，但不存中间结果。",
            "The same program without keeping its results.",
        ),
        judge=lambda res: stats.always(
            [
                kept == k and forgotten == 2**k - 1
                for k, (kept, forgotten) in enumerate(zip(res.kept, res.forgotten, strict=True), 1)
            ]
        ),
    ),
    Claim(
        id="C10",
        source="seed 002 ¶10",
        kind="analogy",
        statement=(
            "深度学习实现了模块化（modularization）：下层是子函数，供上层共用。",
            "Deep learning brings modularisation: the lower layers are sub-functions that the "
            "upper ones share.",
        ),
        quantity=(
            "深度网络的隐藏层数等于复用程序的调用次数且输出相同的 k 所占比例",
            "share of k at which the deep network has one hidden layer per call of the program "
            "with reuse, and the same output",
        ),
        truth=(
            "对手写权重的折叠网络成立：每层只算一次，供下一层的两个神经元共用。"
            "训练出来的网络会不会自己形成这样的模块，这里没有检验。",
            "True of the folding network, whose weights are written by hand: each layer is "
            "computed once and serves both neurons of the next. Whether training finds such "
            "modules is not tested here.",
        ),
        judge=lambda res: stats.always(
            [
                layers == calls and same
                for layers, calls, same in zip(
                    res.hidden_layers, res.kept, res.same_as_network, strict=True
                )
            ]
        ),
    ),
]

if __name__ == "__main__":
    show(__name__)
