"""A program that keeps its results makes k calls where one that forgets them makes 2^k - 1."""

from dataclasses import dataclass
from fractions import Fraction

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dlbook.base.along import Along, along
from dlbook.figures.idioms import direct_label, powers
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, mosaic
from dlbook.mathematics import folds, programs
from dlbook.mathematics.explicit import evaluate
from dlbook.mathematics.grids import linspace
from dlbook.record.claims import Claim, Remark
from dlbook.training import stats


@dataclass(frozen=True)
class Config:
    """Fold a number up to ``folds`` times."""

    folds: int = 10


SMALL = Config(folds=4)

WORDS = {
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

    config: Config
    kept: Along[int]
    kept_reads: Along[int]
    forgotten: Along[int]
    forgotten_reads: Along[int]
    same_value: Along[bool]
    hidden_layers: Along[int]
    same_as_network: Along[bool]
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
        config=cfg,
        kept=along((work.folds for work in kept), folds=ks),
        kept_reads=along((work.reads for work in kept), folds=ks),
        forgotten=along((work.folds for work in forgotten), folds=ks),
        forgotten_reads=along((work.reads for work in forgotten), folds=ks),
        same_value=along(
            (a.value == b.value for a, b in zip(kept, forgotten, strict=True)), folds=ks
        ),
        hidden_layers=along((len(folds.deep(k)) - 1 for k in ks), folds=ks),
        same_as_network=along(
            (network_value(k, _POINT) == work.value for k, work in zip(ks, kept, strict=True)),
            folds=ks,
        ),
        most_kept=kept[-1].folds,
        most_forgotten=forgotten[-1].folds,
    )


def check(res: Result) -> None:
    ks = range(1, res.config.folds + 1)
    assert all(res.same_value), "both programs return the same number"
    assert res.kept.values() == tuple(ks), "with reuse every level is called once"
    assert res.forgotten.values() == tuple(2**k - 1 for k in ks), "without reuse the calls double"
    assert set(res.kept_reads) == {1}, "with reuse the input is read once"
    assert res.forgotten_reads.values() == tuple(2**k for k in ks), "without reuse the reads double"
    assert (
        stats.share(
            [
                layers == calls and same
                for layers, calls, same in zip(
                    res.hidden_layers, res.kept, res.same_as_network, strict=True
                )
            ]
        )
    ).mean == 1, "C10"  # CHECK


def draw(res: Result, t: Words) -> Figure:
    figure, axes = mosaic([["kept", *["forgotten"] * 2, *["calls"] * 2]], 2.5)
    for name, counts in (("kept", res.kept), ("forgotten", res.forgotten)):
        axes[name].set_title(t[name].format(calls=t.number(counts[_DRAWN])))
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
    along = linspace(0, 1, 21)
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
    ks = range(1, res.config.folds + 1)
    looks = (res.forgotten, "extra", "s--", 4.5), (res.kept, "deep", "o-", 4)
    for counts, role, look, size in looks:
        ax.plot(ks, counts.values(), look, color=colour(role), markersize=size)
        ax.annotate(
            t.number(counts[ks[-1]]), (ks[-1], counts[ks[-1]]), (0, 7),
            textcoords="offset points",
            ha="center", color=colour(role),
        )  # fmt: skip
    direct_label(ax, 0.8, res.most_forgotten, t["forgotten_grows"], "extra", va="top")
    direct_label(
        ax, res.config.folds, res.most_kept / 2.5, t["kept_grows"], "deep", ha="right", va="top"
    )
    ax.set(title=t["calls"], xlabel=t["folds"], yscale="log", xticks=(1, 3, res.config.folds))
    ax.set_yticks((1, 10, 100, 1000), ("1", "10", "100", "1000"))
    powers(ax)
    ax.set(xlim=(0.4, res.config.folds + 1.2), ylim=(0.7, 2.6 * res.most_forgotten))


CLAIMS: list[Claim[Result] | Remark] = [
    Remark(
        id="A21",
        source="Source A §5.2",
        kind="analogy",
        statement=(
            "模块化的程序复用函数，效率更高；深度结构好在同一个道理。",
            "A modular program reuses its functions and so gains efficiency; a deep structure is "
            "better for the same reason.",
        ),
    ),
    Remark(
        id="C10",
        source="Source C ¶10",
        kind="analogy",
        statement=(
            "深度学习实现了模块化（modularization）：下层是子函数，供上层共用。",
            "Deep learning brings modularisation: the lower layers are sub-functions that the "
            "upper ones share.",
        ),
    ),
]

if __name__ == "__main__":
    show(__name__)
