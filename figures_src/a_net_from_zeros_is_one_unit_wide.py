"""A net that begins with zeros learns without breaking its symmetry: each layer is one unit."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, each
from dlbook.base.evidence import EVERY, Estimate, at_least, at_most
from dlbook.base.lookup import lookup
from dlbook.base.seeds import seeds_from
from dlbook.figures.idioms import bare, direct_label, level_line, powers
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, mosaic
from dlbook.mathematics import measure, rng, sums
from dlbook.mathematics.elementary import log
from dlbook.mathematics.nets import MLP, Stack
from dlbook.record.claims import Budget, Claim, Convention, Factor
from dlbook.training import data, stats
from dlbook.training.replay import Begun, Dataset, Drawn, Precision, Run, geometric


@dataclass(frozen=True)
class Config:
    """Source E's two hidden layers of ``width`` sigmoids, all parameters ``constant`` at first.

    ``train`` samples of a mixture in twelve dimensions, ``test`` others; a net of ReLUs makes
    ``short`` steps, those on XOR as many as the others in batches of ``few``.
    """

    constant: float = 0.0
    width: int = 100
    train: int = 400
    test: int = 1000
    loss: str = "mean_squared_error"
    rate: float = 3e-3
    batch: int = 64
    steps: int = 2000
    short: int = 200
    few: int = 2
    seeds: int = 8
    first_seed: int = 0


SMALL = Config(width=6, train=40, test=40, batch=20, steps=40, short=10, seeds=3)
GRID = Config(seeds=4)
GRID_BUDGET = 80.0
MACHINE = {"float32": "rounding is what is looked at, as torch's products leave it"}

WORDS = {
    "course": ("测试正确率", "test accuracy"),
    "steps": ("步数", "steps"),
    "single": ("单精度", "single precision"),
    "exact": ("完全对称", "exactly alike"),
    "unlike": ("同层单元之差", "how units of a layer differ"),
    "weight": ("最大的权重", "largest weight"),
    "difference": ("最大的差", "largest difference"),
    "xor": ("XOR 对几行（共 4）", "rows of XOR right, of 4"),
    "sigmoid": ("sigmoid", "sigmoid"),
    "tanh": ("tanh", "tanh"),
    "relu": ("ReLU", "ReLU"),
}

_ACTIVATIONS = ("sigmoid", "tanh", "relu")
_MOMENTS = 14
_GUESS = 0.5
_ROWS = 4
_ROUNDING = 1e-9
_LN10 = 2.302585092994046


@dataclass(frozen=True)
class Result:
    """``accuracy`` on the test set of nets in ``single`` precision and of ``exact`` ones.

    ``learned`` is what the former have above guessing, ``symmetric`` the latter, ``rounding`` the
    former less the latter, ``change`` what the second half of the steps added. ``unlike``: log10 of
    the largest difference of two units' parameters, as a part of the largest weight, in single
    precision. ``alike``: of each seed whether the units of an exact net are equal to the bit and
    its answers those of a net with one unit in each layer. ``dead``: whether all weights of a
    net of ReLUs are still where they began, ``missed`` whether a net has not all of XOR right,
    ``rows`` how many rows it has right, both ``(activations, s)``. ``course`` ``(2, k)``: mean
    accuracy at the steps ``recorded``; ``differences`` and ``weights`` ``(k,)`` are those of single
    precision.
    """

    config: Config
    accuracy: Along[Estimate]
    learned: Estimate
    symmetric: Estimate
    rounding: Estimate
    change: Estimate
    unlike: Estimate
    alike: Tensor
    dead: Tensor
    missed: Tensor
    rows: Tensor
    recorded: Tensor
    course: Tensor
    differences: Tensor
    weights: Tensor


@dataclass(frozen=True)
class Replay:
    """What a reader may choose of a run: the data, mixture or XOR, and the activation."""

    seed: int = 0
    data: str = "mixture"
    activation: str = "sigmoid"
    precision: Precision = "float64"
    steps: int = 2000


def replay(choice: Replay, cfg: Config) -> Run:
    """A net whose parameters all begin at one constant."""
    mixture = Drawn("a mixture of two Gaussians", lambda seeds: samples(seeds, cfg)[0])
    sources: dict[str, tuple[str | Drawn, int, int]] = {
        "mixture": (mixture, 12, cfg.batch),
        "xor": ("xor", 2, cfg.few),
    }
    source, inputs, batch = lookup("data", choice.data, sources)
    widths = (inputs, cfg.width, cfg.width, 2)
    count = MLP(widths, choice.activation).parameters
    return Run(
        widths=widths,
        activation=choice.activation,
        init=(),
        start=Begun("one constant", lambda seeds: constants(len(seeds), count, cfg)),
        data=source,
        points=0,
        loss=cfg.loss,
        optimiser="adam",
        rate=cfg.rate,
        steps=choice.steps,
        batch=batch,
        precision=choice.precision,
    )


def constants(seeds: int, count: int, cfg: Config) -> Tensor:
    """Parameters that are all alike, ``(s, P)``."""
    return torch.full((seeds, count), cfg.constant, dtype=torch.float64)


def samples(seeds: Sequence[int], cfg: Config) -> tuple[Dataset, Dataset]:
    """Training and test samples of each seed."""
    mixture = data.mixture(12, rng.streams(seeds, "mixture"))
    parts = []
    for name, size in (("train", cfg.train), ("test", cfg.test)):
        x, y = mixture.draw(size - size // 2, size // 2, rng.streams(seeds, name))
        parts.append(Dataset(name, x, y.contiguous()))
    return parts[0], parts[1]


def spread(stack: Stack) -> Tensor:
    """How far parameters of two units of one layer are apart at most, ``(s,)``."""
    (W, b), (V, c), (U, _) = stack.layers
    units = (
        torch.cat([W, b], 1),
        torch.cat([V, c], 1),
        V.mT,  # which of the first layer's units a weight belongs to
        U.mT,
    )
    apart = [(each - each[..., :1]).abs().flatten(1).amax(1) for each in units]
    return torch.stack(apart).amax(0)


def largest(stack: Stack) -> Tensor:
    """The largest weight of a net, ``(s,)``."""
    return torch.stack([W.abs().flatten(1).amax(1) for W, _ in stack.layers]).amax(0)


def one_wide(stack: Stack) -> Stack:
    """The nets of one unit in each layer that have the first units' parameters, times the width."""
    (W, b), (V, c), (U, d) = stack.layers
    width, seeds = W.shape[-1], len(stack)
    parts = [W[..., :1], b[..., :1], width * V[:, :1, :1], c[..., :1], width * U[:, :1], d]
    inputs, outputs = stack.net.widths[0], stack.net.widths[-1]
    net = MLP((inputs, 1, 1, outputs), stack.net.activation)
    return Stack(net, torch.cat([part.reshape(seeds, -1) for part in parts], 1), stack.seeds)


def run(cfg: Config) -> Result:
    seeds = seeds_from(cfg.first_seed, cfg.seeds)
    _, test = samples(seeds, cfg)

    def watch(stack: Stack) -> Tensor:
        right = measure.accuracy(stack.predict(test.x.to(stack.flat.dtype)), test.y)
        return torch.stack([right, spread(stack).double(), largest(stack).double()], 1)

    at = sorted({*geometric(cfg.steps, _MOMENTS), cfg.steps // 2, cfg.steps})
    runs = {
        "single": replay(Replay(precision="float32", steps=cfg.steps), cfg),
        "exact": replay(Replay(steps=cfg.steps), cfg),
    }
    fits = {name: each_run.fit(seeds, at, watch, name) for name, each_run in runs.items()}
    watched = {name: fit.watched for name, fit in fits.items() if fit.watched is not None}
    steps = fits["exact"].steps.tolist()
    right = {name: each_of[..., 0] for name, each_of in watched.items()}
    last = {name: rows[:, -1] for name, rows in right.items()}
    single = watched["single"]
    relu = replay(Replay(activation="relu", steps=cfg.short), cfg)
    moved = [
        (part - cfg.constant).abs().flatten(1).amax(1)
        for W, b in relu.fit(seeds, what="ReLU").stack.layers[:-1]
        for part in (W, b)
    ]
    rows = [
        xor_rows(
            replay(Replay(data="xor", activation=name, steps=cfg.steps), cfg)
            .fit(seeds, what=f"XOR, {name}")
            .stack
        )
        for name in _ACTIVATIONS
    ]
    exact = fits["exact"].stack
    twin = one_wide(exact).predict(test.x)
    same = (exact.predict(test.x) - twin).abs().flatten(1).amax(1) <= _ROUNDING
    floor = torch.tensor(2.0**-60, dtype=torch.float64)  # differences of 0 have no logarithm
    return Result(
        config=cfg,
        accuracy=each(lambda net: stats.mean(last[net]), net=("single", "exact")),
        learned=stats.mean(last["single"] - _GUESS),
        symmetric=stats.mean(last["exact"] - _GUESS),
        rounding=stats.difference(last["single"], last["exact"]),
        change=stats.difference(last["single"], right["single"][:, steps.index(cfg.steps // 2)]),
        unlike=stats.mean(log(torch.maximum(single[:, -1, 1] / single[:, -1, 2], floor)) / _LN10),
        alike=(watched["exact"][..., 1] == 0).all(1) & same,
        dead=torch.stack(moved).amax(0) == 0,
        missed=torch.stack(rows) < _ROWS,
        rows=torch.stack(rows),
        recorded=torch.tensor(steps),
        course=torch.stack([sums.mean(right[name], 0) for name in ("single", "exact")]),
        differences=sums.mean(single[..., 1], 0),
        weights=sums.mean(single[..., 2], 0),
    )


def xor_rows(stack: Stack) -> Tensor:
    """How many rows of XOR a net has right, ``(s,)``; two equal outputs are no answer."""
    x, y = data.xor()
    out = stack.predict(x)
    margin = (out[..., 1] - out[..., 0]) * (2 * y.reshape(-1) - 1)
    return sums.total((margin > 0).double(), 1)


def check(res: Result) -> None:
    # That units stay alike to the bit is judged of our arithmetic; others' sums have other orders.
    assert (res.rows <= _ROWS - 1).all(), "one unit after another is monotone along a direction"


def draw(res: Result, t: Words) -> Figure:
    figure, axes = mosaic([["course", "course"], ["unlike", "xor"]], 5.2, [1.1, 1])
    x = res.recorded.clamp(min=1)
    axes["course"].plot(x, res.course[0], color=colour("ink"))
    axes["course"].plot(x, res.course[1], "o", color=colour("extra"), markersize=4)
    axes["course"].plot((1.1, 1.7), (0.85, 0.85), color=colour("ink"))
    axes["course"].plot((1.4,), (0.76,), "o", color=colour("extra"), markersize=4)
    direct_label(axes["course"], 1.95, 0.85, t["single"], "ink", va="center")
    direct_label(axes["course"], 1.95, 0.76, t["exact"], "extra", va="center")
    level_line(axes["course"], _GUESS)
    axes["course"].set(title=t["course"], xlabel=t["steps"], xscale="log", ylim=(0.4, 1.0))
    powers(axes["course"])
    _unlike(res, axes["unlike"], t)
    for place, row in enumerate(res.rows):
        aside = torch.arange(len(row)) / len(row) * 0.5 - 0.25
        axes["xor"].plot(place + aside, row, ".", color=colour("ink"), markersize=5)
    axes["xor"].set_xticks(range(len(_ACTIVATIONS)), [t[name] for name in _ACTIVATIONS])
    axes["xor"].set(title=t["xor"], ylim=(-0.3, _ROWS + 0.4), xlim=(-0.6, 2.6))
    level_line(axes["xor"], _ROWS)
    bare(axes["xor"], "x", line=True)
    return figure


def _unlike(res: Result, ax: Axes, t: Words) -> None:
    x, begun, some = res.recorded, res.recorded > 0, res.differences > 0
    ax.plot(x[begun], res.weights[begun], color=colour("muted"), linestyle="--")
    ax.plot(x[some], res.differences[some], color=colour("ink"), marker="v", markersize=4)
    ax.set(title=t["unlike"], xlabel=t["steps"], xscale="log", yscale="log", ylim=(1e-10, 1e3))
    ax.set(xlim=(0.8, 1.4 * float(x[-1])))
    direct_label(ax, 1.1, 30, t["weight"], "muted", va="center")
    direct_label(ax, 1.1, 1e-6, t["difference"], "ink", va="center")
    powers(ax)


_LEARNS = at_least(
    0.2,
    because=(
        "比瞎猜多对二十个百分点以上，才说得上学到了。",
        "To have learned is to be right twenty points more often than guessing at least.",
    ),
)
_CONVENTIONS = (
    Convention("start", ("常数", "the constant"), ({"constant": 0.1},)),
    Convention("rate", ("学习率", "rate"), ({"rate": 1e-2},)),
)

CLAIMS: list[Claim[Result]] = [
    Claim(
        id="E10b",
        source="Source E §10",
        kind="cause",
        statement=(
            "初始化为常数 0 最终能训练，可能是因为多核并行计算的数值误差打破了对称。",
            "A constant start of 0 trains in the end, probably because numerical errors of"
            " computing on several cores break the symmetry.",
        ),
        measure=lambda res: res.learned,
        bound=_LEARNS,
        factors=(
            Factor(
                ("打破对称的误差", "errors that break the symmetry"),
                lambda res: res.rounding,
                rival=False,
            ),
            Factor(
                ("保持对称的训练", "training that keeps the symmetry"), lambda res: res.symmetric
            ),
        ),
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="E10b/trains",
        source="Source E §10",
        kind="finding",
        statement=(
            "权重初始化为常数 0，最终也可以训练。",
            "Weights that begin at a constant 0 can be trained in the end.",
        ),
        measure=lambda res: res.learned,
        bound=_LEARNS,
        conventions=_CONVENTIONS,
        budget=Budget(change=lambda res: res.change, within=0.02),
    ),
    Claim(
        id="E10b/rounding",
        source="this book, after Source E §10",
        kind="finding",
        statement=(
            "学会的时候，单精度的误差还远没有让单元分开。",
            "When such a net has learned, single precision is far from having parted its units.",
        ),
        measure=lambda res: res.unlike,
        bound=at_most(
            -2.0,
            because=(
                "单元之差不到最大权重的百分之一，网络的答案还由它们的共同之处决定。",
                "Below a hundredth of the largest weight, it is what units share that answers.",
            ),
        ),
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="E10b/alike",
        source="this book, after Source E §10",
        kind="theorem",
        statement=(
            "从同一个常数出发，同层的单元始终一样，网络就是每层一个单元的网络。",
            "Units that begin at one constant stay alike: the net is one unit wide.",
        ),
        measure=lambda res: stats.share(res.alike),
        bound=EVERY,
    ),
    Claim(
        id="E10b/xor",
        source="this book, after Source E §10",
        kind="theorem",
        statement=(
            "这样的网络学不会 XOR，不论激活函数是 sigmoid、tanh 还是 ReLU。",
            "Such a net never learns XOR, be its units sigmoids, tanh or ReLUs.",
        ),
        measure=lambda res: stats.share(res.missed.flatten()),
        bound=EVERY,
    ),
    Claim(
        id="E10b/relu",
        source="this book, after Source E §10",
        kind="theorem",
        statement=(
            "ReLU 网络从全 0 出发，隐藏层的参数一步也不动。",
            "In a net of ReLUs that begins with zeros no hidden parameter ever moves.",
        ),
        measure=lambda res: stats.share(res.dead),
        bound=EVERY,
    ),
]

if __name__ == "__main__":
    show(__name__)
