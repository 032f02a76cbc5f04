"""Built by hand, every further layer quarters the error for x²; training does not find this."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, along
from dlbook.base.evidence import EVERY, Estimate, at_most
from dlbook.base.lookup import lookup
from dlbook.figures.idioms import direct_label, level_line, powers
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, mosaic
from dlbook.mathematics import bounds, polylines, squares
from dlbook.mathematics.explicit import dense_parameters, evaluate, parameters
from dlbook.mathematics.grids import linspace
from dlbook.record.claims import Claim, Remark
from dlbook.training import stats
from dlbook.training.replay import Dataset, Run


@dataclass(frozen=True)
class Config:
    """Constructions of up to ``layers`` layers; two trained shapes of exactly equal size."""

    layers: int = 12
    shallow: tuple[int, ...] = (48,)
    deep: tuple[int, ...] = (6, 6, 6, 6)
    seeds: int = 32
    points: int = 129
    rates: tuple[float, ...] = (3e-3, 3e-4)  # one after the other: the second settles
    steps: int = 3000  # at each rate


SMALL = Config(layers=6, seeds=8, points=33, steps=150)

WORDS = {
    "sums": ("$f_m$ 与 $x^2$", "$f_m$ and $x^2$"),
    "errors": ("误差 $f_m-x^2$", "Error $f_m-x^2$"),
    "exact": ("可以做到（精确）", "What is possible"),
    "trained": ("训练得到", "Trained"),
    "size": ("参数个数", "parameters"),
    "error": ("最大误差", "largest error"),
    "by depth": ("深：构造", "deep,\nby construction"),
    "by width": ("浅：最优", "shallow,\noptimal"),
    "line": ("一条直线", "straight line"),
    "shallow": ("浅", "shallow"),
    "deep": ("深", "deep"),
}

_TARGET = Fraction(1, 10**6)


@dataclass(frozen=True)
class Result:
    """Errors are the largest ``|f(x) - x²|`` on [0, 1], found in fractions, without a grid.

    ``sizes``, ``errors`` and ``best_shallow`` belong to the constructions of 1, 2, ... layers; the
    last is the least error of any single hidden layer with no more parameters. ``sums`` ``(3, 65)``
    holds f_0, f_1, f_2 at ``i / 64``; ``trained`` ``(2, seeds)`` the errors, shallow first.
    """

    config: Config
    sizes: Along[int]
    errors: Along[float]
    best_shallow: Along[float]
    quarters: Along[bool]
    crossing: int
    target: float
    deep_needs: int
    shallow_needs: int
    trained_size: int
    trained_sizes_equal: bool
    shallow_limit: float
    deep_limit: float
    shallow_trained: Estimate
    deep_trained: Estimate
    ratio: Estimate
    deep_wins: Estimate
    line_error: float
    shallow_unlearned: Estimate
    deep_unlearned: Estimate
    shallow_mse: Estimate
    deep_mse: Estimate
    shallow_pieces: Estimate
    deep_pieces: Estimate
    sums: Tensor
    trained: Along[Tensor]


def best_shallow(size: int) -> Fraction:
    """The least error that one hidden layer reaches with so many parameters: 3 a unit, and 1."""
    return squares.relu_error((size - 1) // 3)


def needs(target: Fraction) -> tuple[int, int]:
    """Parameters that reach the error: by depth, and in one hidden layer at its best."""
    layers, units = 1, 1
    while Fraction(1, 4 ** (layers + 1)) > target:
        layers += 1
    while squares.relu_error(units) > target:
        units += 1
    return parameters(squares.deep(layers)), dense_parameters((1, units, 1))


@dataclass(frozen=True)
class Replay:
    """What a reader may choose of a run."""

    seed: int = 0
    shape: str = "deep"


def replay(choice: Replay, cfg: Config) -> Run:
    shapes = {"deep": cfg.deep, "shallow": cfg.shallow}
    return planned(lookup("shape", choice.shape, shapes), cfg)


def planned(hidden: tuple[int, ...], cfg: Config) -> Run:
    """One shape; with biases of zero all kinks would start at x = 0, so torch's own start."""
    x = linspace(0, 1, cfg.points)[:, None]
    return Run(
        widths=(1, *hidden, 1),
        activation="relu",
        init=("fan_in_uniform",) * (len(hidden) + 1),
        data=Dataset("x²", x, x**2),
        points=0,
        loss="mean_squared_error",
        optimiser="adam",
        rate=cfg.rates[0],
        steps=cfg.steps,
        later=tuple((rate, cfg.steps) for rate in cfg.rates[1:]),
    )


def trained(hidden: tuple[int, ...], cfg: Config) -> tuple[Tensor, Tensor, Tensor]:
    """Largest error, mean squared error on the data, and pieces of every net, ``(seeds,)`` each."""
    run = planned(hidden, cfg)
    fit = run.fit(range(cfg.seeds), what=f"x², hidden layers {hidden}")
    layers = fit.stack.layers
    lines = [polylines.trace([(W[k], b[k, 0]) for W, b in layers]) for k in range(cfg.seeds)]
    errors = [float(squares.square_error(line)) for line in lines]
    return (
        torch.tensor(errors, dtype=torch.float64),
        fit.loss,
        torch.tensor([line.pieces for line in lines]),
    )


def run(cfg: Config) -> Result:
    constructions = [squares.deep(m) for m in range(1, cfg.layers + 1)]
    errors = [squares.square_error(polylines.trace(layers)) for layers in constructions]
    sizes = [parameters(layers) for layers in constructions]
    rivals = [best_shallow(size) for size in sizes]
    wide, wide_mse, wide_pieces = trained(cfg.shallow, cfg)
    tall, tall_mse, tall_pieces = trained(cfg.deep, cfg)
    both = [dense_parameters((1, *hidden, 1)) for hidden in (cfg.shallow, cfg.deep)]
    grid = torch.arange(65, dtype=torch.float64)[:, None] / 64
    sums = [grid[:, 0], *(evaluate(layers, grid)[:, 0] for layers in constructions[:2])]
    deep_needs, shallow_needs = needs(_TARGET)
    line = float(squares.piece_error(1))
    return Result(
        config=cfg,
        sizes=along(sizes, layers=range(1, cfg.layers + 1)),
        errors=along(map(float, errors), layers=range(1, cfg.layers + 1)),
        best_shallow=along(map(float, rivals), layers=range(1, cfg.layers + 1)),
        quarters=along(
            (error == Fraction(1, 4 ** (m + 1)) for m, error in enumerate(errors, 1)),
            layers=range(1, cfg.layers + 1),
        ),
        crossing=next(s for s, a, b in zip(sizes, errors, rivals, strict=True) if a < b),
        target=float(_TARGET),
        deep_needs=deep_needs,
        shallow_needs=shallow_needs,
        trained_size=both[0],
        trained_sizes_equal=both[0] == both[1],
        shallow_limit=float(best_shallow(both[0])),
        deep_limit=float(squares.piece_error(bounds.most_pieces(cfg.deep))),
        shallow_trained=stats.median(wide),
        deep_trained=stats.median(tall),
        ratio=stats.median(tall / wide),
        deep_wins=stats.rate(tall < wide),
        line_error=line,
        shallow_unlearned=stats.rate(wide > line),
        deep_unlearned=stats.rate(tall > line),
        shallow_mse=stats.median(wide_mse),
        deep_mse=stats.median(tall_mse),
        shallow_pieces=stats.median(wide_pieces),
        deep_pieces=stats.median(tall_pieces),
        sums=torch.stack(sums),
        trained=along([wide, tall], net=("shallow", "deep")),
    )


def check(res: Result) -> None:
    assert all(res.quarters), "f_m misses x² by exactly 4^-(m+1)"
    assert all(size == 12 * int(m) - 2 for m, size in res.sizes.items()), "12 m - 2"
    assert res.crossing == 58, "depth wins from five layers on"
    assert res.trained_sizes_equal, "the trained shapes have equally many parameters"
    assert res.trained["shallow"].min() >= res.shallow_limit, "no net beats the best of its shape"
    assert res.trained["deep"].min() >= res.deep_limit, "no net beats its number of pieces"


def draw(res: Result, t: Words) -> Figure:
    rows = [[name] * 7 + ["exact"] * 9 + ["trained"] * 6 for name in ("sums", "errors")]
    figure, axes = mosaic(rows, 3.9)
    _construction(res, axes["sums"], axes["errors"], t)
    _possible(res, axes["exact"], t)
    _trained(res, axes["trained"], t)
    return figure


def _construction(res: Result, sums: Axes, errors: Axes, t: Words) -> None:
    x = linspace(0, 1, res.sums.shape[1])
    sums.plot(x, x**2, color=colour("line"), linewidth=3.5)
    label: dict[str, Any] = {"ha": "center", "va": "bottom", "color": colour("deep")}
    for m, (line, style) in enumerate(zip(res.sums, (":", "--", "-"), strict=True)):
        sums.plot(x, line, style, color=colour("deep"), linewidth=1.4)
        errors.plot(x, line - x**2, style, color=colour("deep"), linewidth=1.4)
        top = (2.0 ** -(m + 1), 4.0 ** -(m + 1)) if m < 2 else (0.5, 1 / 32)
        errors.text(top[0], top[1] + 0.008, f"$f_{m}$", **label)
    sums.text(0.36, 0.5, "$f_0$", **label)
    direct_label(sums, 0.75, 0.44, "$x^2$", "muted", va="top")
    sums.set(title=t["sums"], xticks=(0, 1), yticks=(0, 1))
    errors.set(title=t["errors"], xticks=(0, 1), xlabel="$x$", ylim=(0, 0.3))
    errors.set_yticks((0, 1 / 16, 1 / 4), ["0", "1/16", "1/4"])


def _possible(res: Result, ax: Axes, t: Words) -> None:
    _error_axis(res, ax)
    ax.plot(res.sizes.values(), res.errors.values(), "o-", color=colour("deep"), markersize=4)
    ax.plot(
        res.sizes.values(), res.best_shallow.values(), "s--", color=colour("shallow"), markersize=4
    )
    layers = res.config.layers
    end, middle, late = res.sizes[layers], layers // 2 + 1, layers * 2 // 3 + 1
    direct_label(ax, end, 1.1 * res.line_error, t["line"], "muted", ha="right", va="bottom")
    direct_label(
        ax, end, 2.2 * res.best_shallow[middle], t["by width"], "shallow", ha="right", va="bottom"
    )
    direct_label(
        ax, res.sizes[late] - 6, res.errors[late], t["by depth"], "deep", ha="right", va="top"
    )
    ax.set(title=t["exact"], xlabel=t["size"], ylabel=t["error"], xlim=(0, None))


def _trained(res: Result, ax: Axes, t: Words) -> None:
    _error_axis(res, ax)
    limits = (res.shallow_limit, res.errors[res.config.layers])
    looks = (("shallow", "s"), ("deep", "o"))
    aside = linspace(-0.2, 0.2, res.config.seeds)
    rows = zip(res.trained, limits, looks, strict=True)
    for place, (errors, limit, (role, marker)) in enumerate(rows):
        ax.plot(place + aside, errors, marker, color=colour(role), markersize=3.5, mew=0)
        ax.plot((place - 0.4, place + 0.4), (limit, limit), color=colour(role), linewidth=2.5)
    ax.set(title=t["trained"], xlim=(-0.6, 1.6))
    ax.set_xticks((0, 1), [t["shallow"], t["deep"]])
    ax.tick_params(labelleft=False, bottom=False)


def _error_axis(res: Result, ax: Axes) -> None:
    """One scale for what is possible and what was learned, with the best straight line in both."""
    level_line(ax, res.line_error)
    ax.set(yscale="log", ylim=(res.errors[res.config.layers] / 2, 1.5))
    ax.set_yticks(
        [10.0**-n for n in range(0, 9, 2) if 10.0**-n > res.errors[res.config.layers] / 2]
    )
    powers(ax)


def _deep_is_better(res: Result) -> Estimate:
    """The whole construction is right, and beats every shallow net from its crossing on."""
    rows = zip(res.sizes, res.errors, res.best_shallow, strict=True)
    wins = [deep < shallow for size, deep, shallow in rows if size >= res.crossing]
    return stats.share([*res.quarters, *wins])


_BETTER = at_most(
    0.5,
    because=(
        "“更好”指误差至多一半，这在对数轴上看得出来。",
        "“Better” means half the error or less, a factor that a plot on a log axis shows.",
    ),
)
CLAIMS: list[Claim[Result] | Remark] = [
    Claim(
        id="A29/construction",
        source="seed 000 §7",
        kind="construction",
        statement=(
            "对 y = x²，深度网络也比浅层网络好（指能表示什么）。",
            "For y = x², too, a deep network is better than a shallow one (in what it can draw).",
        ),
        measure=_deep_is_better,
        bound=EVERY,
    ),
    Claim(
        id="A29/training",
        source="seed 000 §7",
        kind="finding",
        statement=(
            "对 y = x²，训练出来的深度网络比同样大小的浅层网络好。",
            "For y = x², a trained deep network is better than a trained shallow one of its size.",
        ),
        measure=lambda res: res.ratio,
        bound=_BETTER,
    ),
]

if __name__ == "__main__":
    show(__name__)
