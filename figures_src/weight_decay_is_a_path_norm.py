"""Weight decay makes duplicate inputs share, but on two layers it is an l1 penalty on units."""

from dataclasses import dataclass

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, along
from dlbook.base.evidence import EVERY, Estimate, at_most
from dlbook.base.seeds import seeds_from
from dlbook.figures.idioms import direct_label, level_line, powers
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, mosaic
from dlbook.mathematics import nets, rng, sums
from dlbook.mathematics.elementary import sqrt
from dlbook.mathematics.grids import geomspace, linspace
from dlbook.mathematics.nets import Stack
from dlbook.record.claims import Claim, Remark
from dlbook.training import stats
from dlbook.training.replay import Dataset, Run


@dataclass(frozen=True)
class Config:
    """Linear nets with ``copies`` equal inputs, or units; one linear unit between two weights.

    ``shared`` and ``strong`` are the decays λ of the two; ``targets`` slopes from 0 to 2 are
    learned by the single unit, each from ``starts`` starts. ``hidden`` ReLUs make the random nets
    on which the identity is checked.
    """

    first_seed: int = 0
    seeds: int = 64
    copies: int = 8
    shared: float = 0.1
    strong: float = 1.0
    targets: int = 11
    starts: int = 4
    hidden: int = 16
    rate: float = 0.1
    steps: int = 3000


SMALL = Config(seeds=8, copies=3, targets=5, starts=2, hidden=4)

WORDS = {
    "share": ("重复的输入：平摊", "Duplicate inputs share"),
    "switch": ("两层：关掉", "Two layers switch off"),
    "scale": ("同一函数，不同惩罚", "One function, many penalties"),
    "none": ("无衰减", "no decay"),
    "decay": ("有衰减", "decay"),
    "wanted": ("目标斜率 $a$", "wanted slope $a$"),
    "learned": ("学到的斜率", "learned slope"),
    "two": ("两层", "two layers"),
    "one": ("一层", "one layer"),
    "factor": ("倍数 $c$", "scale $c$"),
    "penalty": ("惩罚", "penalty"),
}

_OFF = 0.01  # a unit whose product of weights is smaller no longer contributes
_SUM = 1.0  # what the weights of the duplicates have to add up to
_SCALES = geomspace(0.01, 100, 201)
_SHARERS = ("inputs", "units")
_SIGNS = torch.tensor([[-1.0], [1.0]], dtype=torch.float64)  # inputs; their mean leaves biases out


@dataclass(frozen=True)
class Result:
    """Weights ``(seeds, 2)`` of two equal inputs after training: ``plain`` and ``decayed``.

    ``wanted`` ``(targets * starts,)`` slopes and what nets of ``two_layers`` and ``one_layer``
    learn. ``gradient_error``: of λ/2 |W|² by autograd against λW. ``equal_share`` and
    ``share_error``: what each duplicate should get, and how far trained weights are from it;
    ``unit_error``: of as many equal linear units behind one input, with decay on both layers, how
    far the product of a unit's weights is from an equal share;
    ``spread_without``: largest distance between two weights without decay, median over seeds.
    ``identity_error`` and ``lowest_excess``: penalty minus |v| |w|, at the balanced scale of every
    unit and at the best of all scales tried. ``soft_error`` and ``ridge_error``: learned slopes of
    two layers and of one against theory; ``off`` counts units that are switched off. ``curve``
    and ``scales`` ``(201,)``: the drawn unit's penalty at 0.01 … 100 times its balanced scale, and
    ``floor`` its |v| |w|.
    """

    config: Config
    units: int
    threshold: float
    gradient_error: float
    step_error: float
    equal_share: float
    least_norm_error: float
    share_error: float
    unit_error: float
    spread_without: float
    identity_error: float
    lowest_excess: float
    function_error: float
    soft_error: float
    ridge_error: float
    wanted_count: int
    off: int
    off_expected: int
    floor: float
    plain: Tensor
    decayed: Tensor
    wanted: Tensor
    two_layers: Tensor
    one_layer: Tensor
    scales: Tensor
    curve: Tensor


def run(cfg: Config) -> Result:
    wanted = wanted_slopes(cfg).repeat(cfg.starts)
    two, one = (slopes(cfg, layers).flatten() for layers in (2, 1))
    many = duplicates(cfg, cfg.copies, cfg.shared)
    share = 2 * _SUM / (2 * cfg.copies + cfg.shared)
    without = duplicates(cfg, cfg.copies, 0)
    seeds = seeds_from(cfg.first_seed, cfg.seeds)
    stack = nets.init(nets.MLP((5, cfg.hidden, 1)), seeds, "fan_in_uniform")
    shares = equal_units(cfg)
    (W, _), (v, _) = stack.layers
    into, out = sums.norm(W, 1), v[..., 0].abs()
    balance = sqrt(out / into)
    path = into * out
    costs = torch.stack([penalties(stack, balance * c) for c in _SCALES])
    x = rng.stream(cfg.first_seed, "points").normal(100, 5)
    moved = scaled(stack, balance).predict(x) - stack.predict(x)
    return Result(
        config=cfg,
        units=path.numel(),
        threshold=cfg.strong / 2,
        gradient_error=gradient_error(cfg.strong, cfg.first_seed),
        step_error=step_error(cfg.strong, cfg.rate, cfg.first_seed),
        equal_share=_SUM / cfg.copies,
        least_norm_error=float((least_norm(cfg.copies) - _SUM / cfg.copies).abs().max()),
        share_error=float((many - share).abs().max()),
        unit_error=float((shares - sums.mean(shares, 1)[:, None]).abs().max()),
        spread_without=float((without.amax(1) - without.amin(1)).median()),
        identity_error=float((penalties(stack, balance) - path).abs().max()),
        lowest_excess=float((costs - path).min()),
        function_error=float(moved.abs().max()),
        soft_error=float((two - (wanted - cfg.strong / 2).clamp(min=0)).abs().max()),
        ridge_error=float((one - 2 * wanted / (2 + cfg.strong)).abs().max()),
        wanted_count=len(wanted),
        off=int(sums.total(two < _OFF)),
        off_expected=int(sums.total(wanted - cfg.strong / 2 < _OFF)),
        floor=float(path[0, 0]),
        plain=duplicates(cfg, 2, 0),
        decayed=duplicates(cfg, 2, cfg.shared),
        wanted=wanted,
        two_layers=two,
        one_layer=one,
        scales=_SCALES,
        curve=costs[:, 0, 0],
    )


def gradient_error(decay: float, seed: int) -> float:
    """Largest difference between autograd's gradient of λ/2 |W|² and λW, relative to λW."""
    W = rng.stream(seed, "weights").normal(64, 32).requires_grad_()
    (gradient,) = torch.autograd.grad(decay / 2 * W.square(), W, torch.ones_like(W))
    wanted = decay * W.detach()
    return float(((gradient - wanted) / wanted).abs().max())


def step_error(decay: float, rate: float, seed: int) -> float:
    """A step of descent on the penalty alone, against ``(1 - rate * decay) W``."""
    run = Run(
        widths=(5, 4, 1),
        activation="relu",
        init=("he_normal",) * 2,
        data=Dataset("one point", torch.ones(1, 5), torch.ones(1, 1)),
        points=0,
        loss="constant",
        optimiser="sgd",
        rate=rate,
        steps=1,
        l2=decay,
    )
    pairs = zip(run.fit([seed]).stack.layers, run.stack([seed]).layers, strict=True)
    return max(float((W - (1 - rate * decay) * V).abs().max()) for (W, _), (V, _) in pairs)


def duplicates(cfg: Config, copies: int, decay: float) -> Tensor:
    """Weights ``(seeds, copies)`` of a linear unit whose inputs are all ±1 at once; target ±1."""
    choice = Replay(copies=copies, decay=decay)
    seeds = seeds_from(cfg.first_seed, cfg.seeds)
    fit = replay(choice, cfg).fit(seeds, what="duplicate inputs")
    return fit.stack.layers[0][0][..., 0]


def equal_units(cfg: Config) -> Tensor:
    """Products ``(seeds, copies)`` of the two weights of equal linear units behind one input."""
    run = Run(
        widths=(1, cfg.copies, 1),
        activation="identity",
        init=("xavier_uniform",) * 2,
        data=Dataset("one input", _SIGNS, _SUM * _SIGNS),
        points=0,
        loss="mean_squared_error",
        optimiser="sgd",
        rate=cfg.rate,
        steps=cfg.steps,
        l2=cfg.shared,
    )
    fit = run.fit(seeds_from(cfg.first_seed, cfg.seeds), what="equal units")
    (W, _), (v, _) = fit.stack.layers
    return W[:, 0] * v[..., 0]


def least_norm(copies: int) -> Tensor:
    """The weights ``(copies,)`` of least norm that add up to the target."""
    row = torch.ones(1, copies, dtype=torch.float64)
    return (row.T / sums.product(row, row.T))[:, 0] * _SUM  # Aᵀ (A Aᵀ)⁻¹ inverts A from the right


def wanted_slopes(cfg: Config) -> Tensor:
    """The slopes from 0 to 2 that a single unit learns, ``(targets,)``."""
    return linspace(0, 2, cfg.targets)


def slopes(cfg: Config, layers: int) -> Tensor:
    """The slopes ``(starts, targets)`` that linear nets of so many layers learn under decay."""
    learned = []
    for target in wanted_slopes(cfg).tolist():
        choice = Replay(0, 1, layers, target, cfg.strong, "xavier_uniform")
        seeds = seeds_from(cfg.first_seed, cfg.starts)
        fit = replay(choice, cfg).fit(seeds, what=f"one unit, {layers} layers")
        product = torch.ones(cfg.starts, dtype=torch.float64)
        for W, _ in fit.stack.layers:
            product = product * W.squeeze()
        learned.append(product)
    return torch.stack(learned, 1)


def scaled(stack: Stack, factors: Tensor) -> Stack:
    """Incoming weights and biases times ``factors`` ``(s, hidden)``, outgoing divided by them."""
    copy = stack[:]
    (W, b), (v, _) = copy.layers
    W *= factors[:, None]
    b *= factors[:, None]
    v /= factors[..., None]
    return copy


def penalties(stack: Stack, factors: Tensor) -> Tensor:
    """Half the squared weights of each unit ``(s, hidden)`` after scaling it."""
    (W, _), (v, _) = scaled(stack, factors).layers
    return (sums.total(W.square(), 1) + v[..., 0].square()) / 2


def check(res: Result) -> None:
    assert res.gradient_error < 1e-15, "the gradient of the penalty is the weight times the decay"
    assert res.least_norm_error < 1e-12, "least norm gives every duplicate the same weight"
    spread = res.decayed.amax(0) - res.decayed.amin(0)
    assert spread.max() < 1e-9, "with decay every seed ends alike"
    assert res.identity_error < 1e-12, "at the balanced scale the penalty is the path norm"
    assert res.lowest_excess > -1e-12, "and no scale is cheaper"
    assert res.function_error < 1e-12, "scaling a ReLU leaves the function alone"


def draw(res: Result, t: Words) -> Figure:
    figure, axes = mosaic([["share", "switch"], ["scale", "scale"]], 5.0, [1.6, 1])
    _share(axes["share"], res, t)
    _switch(axes["switch"], res, t)
    _scale(axes["scale"], res, t)
    return figure


def _share(ax: Axes, res: Result, t: Words) -> None:
    reach = 1.15 * float((res.plain - _SUM / 2).abs().max())
    low, high = _SUM / 2 - reach, _SUM / 2 + reach
    ax.plot((low, high), (high, low), color=colour("line"), linewidth=1.0, zorder=0)
    ax.plot(*res.plain.T, "s", color=colour("muted"), markersize=4, markerfacecolor="none")
    there = sums.mean(res.decayed, 0)  # as all seeds are
    ax.plot(*there, "o", color=colour("shallow"), markersize=8)
    direct_label(ax, _SUM / 2 + 0.1 * reach, _SUM / 2 + 0.06 * reach, t["decay"], "shallow")
    direct_label(ax, low + 0.35 * reach, high - 0.25 * reach, t["none"], "muted")
    ax.set(title=t["share"], xlabel="$w_1$", ylabel="$w_2$", aspect="equal")
    ax.set(xlim=(low, high), ylim=(low, high), xticks=(0, 1), yticks=(0, 1))


def _switch(ax: Axes, res: Result, t: Words) -> None:
    a = torch.tensor([0.0, res.threshold, 2.0])
    ax.plot(a, (a - res.threshold).clamp(min=0), color=colour("deep"), linewidth=1.0)
    ax.plot(a, 2 * a / (2 + res.config.strong), "--", color=colour("shallow"), linewidth=1.0)
    ax.plot(res.wanted, res.one_layer, "s", color=colour("shallow"), markersize=4,
            markerfacecolor="none")  # fmt: skip
    ax.plot(res.wanted, res.two_layers, "o", color=colour("deep"), markersize=4)
    direct_label(ax, 1.15, 1.05, t["one"], "shallow", ha="right")
    direct_label(ax, 1.3, 0.5, t["two"], "deep")
    ax.set(title=t["switch"], xlabel=t["wanted"], ylabel=t["learned"], xlim=(-0.05, 2.05))
    ax.set_xticks((0, res.threshold, 2), ["0", "λ/2", "2"])
    ax.set(yticks=(0, 1), ylim=(-0.1, 1.7))


def _scale(ax: Axes, res: Result, t: Words) -> None:
    inner = (res.scales > 0.25) & (res.scales < 4)
    ax.plot(res.scales[inner], res.curve[inner] / res.floor, color=colour("ink"))
    level_line(ax, 1, role="exact", dash="dashed", width=1.4)
    ax.plot(1, 1, "o", color=colour("exact"), markersize=7)
    direct_label(ax, 0.26, 0.9, "$|v|\\,\\Vert w\\Vert$", "exact", va="top")
    direct_label(ax, 1.9, 3.4, "$\\frac{1}{2}(c^2\\Vert w\\Vert^2+v^2/c^2)$", "ink", ha="right")
    ax.set(title=t["scale"], xlabel=t["factor"], ylabel=t["penalty"], xscale="log")
    ax.set(xlim=(0.25, 4), ylim=(0, 5), yticks=())
    ax.set_xticks((0.25, 0.5, 1, 2, 4), ["¼", "½", "1", "2", "4"])
    powers(ax)


@dataclass(frozen=True)
class Replay:
    """What a reader may choose of a run: linear ``layers`` behind equal inputs, under a decay.

    ``target`` is the slope that is wanted, ``scheme`` the initialisation of every layer.
    """

    seed: int = 0
    copies: int = 2
    layers: int = 1
    target: float = _SUM
    decay: float = Config.shared
    scheme: str = "he_normal"


def replay(choice: Replay, cfg: Config) -> Run:
    """Inputs that are all ±1 at once, one unit in every layer behind them."""
    inputs = _SIGNS.expand(-1, choice.copies)
    return Run(
        widths=(choice.copies, *[1] * choice.layers),
        activation="identity",
        init=(choice.scheme,) * choice.layers,
        data=Dataset("equal inputs", inputs, choice.target * _SIGNS),
        points=0,
        loss="mean_squared_error",
        optimiser="sgd",
        rate=cfg.rate,
        steps=cfg.steps,
        l2=choice.decay,
    )


def _shared(res: Result) -> Along[Estimate]:
    """Distance from an equal share: of equal inputs to one layer, and of equal units in two."""
    errors = (res.share_error, res.unit_error)
    return along([stats.exact(error, res.config.seeds) for error in errors], what=_SHARERS)


def _path_norm(res: Result) -> Estimate:
    return stats.share([res.identity_error < 1e-12, res.lowest_excess > -1e-12])


CLAIMS: list[Claim[Result] | Remark] = [
    Remark(
        id="B26",
        source="Source B, way 3",
        kind="definition",
        statement=(
            "L2 正则化惩罚权重的平方和，乘 λ/2；除以 2 是为了求导方便。",
            "L2 regularisation adds λ/2 times the sum of the squared weights; the half is there "
            "for the derivative.",
        ),
    ),
    Claim(
        id="B27/duplicates",
        source="Source B, way 3",
        kind="theorem",
        statement=(
            "L2 使所有权重平摊任务。",
            "L2 makes all weights share the work.",
        ),
        measure=_shared,
        bound=at_most(
            1e-9,
            because=(
                "训练到收敛之后只剩舍入。",
                "What rounding leaves once training has converged.",
            ),
        ),
    ),
    Claim(
        id="B27/path",
        source="Neyshabur, Tomioka & Srebro 2015, arXiv:1412.6614",
        kind="theorem",
        statement=(
            "对两层 ReLU 网络，权重衰减在不改变函数的缩放下的最小值，是各单元 |v|‖w‖ "
            "之和（路径范数）。",
            "On a two-layer ReLU net, weight decay, minimised over the scalings that leave the "
            "function alone, is the sum of |v|‖w‖ over the units (a path norm).",
        ),
        measure=_path_norm,
        bound=EVERY,
    ),
]

if __name__ == "__main__":
    show(__name__)
