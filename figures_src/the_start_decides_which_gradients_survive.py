"""How much of a gradient survives twenty layers is decided by slope and start, not by squeezing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypedDict

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator
from torch import Tensor

from dlbook.base.along import Along, along, each
from dlbook.base.evidence import EVERY, Estimate, at_least, at_most, between
from dlbook.base.lookup import lookup
from dlbook.base.seeds import seeds_from
from dlbook.figures.checksum import checksum
from dlbook.figures.fields import significant
from dlbook.figures.idioms import direct_label, powers
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, mosaic
from dlbook.mathematics import losses, nets, rng, sums
from dlbook.mathematics.elementary import exp, log, sigmoid, sqrt, tanh
from dlbook.mathematics.grids import linspace
from dlbook.mathematics.nets import MLP, Stack
from dlbook.record.claims import Claim, Convention, Factor
from dlbook.training import data, stats


@dataclass(frozen=True)
class Config:
    """Nets of ``depth`` hidden layers of ``width`` units on ``points`` of two moons, untrained.

    ``xavier`` is the start that is called Xavier's.
    """

    depth: int = 20
    width: int = 32
    points: int = 25
    noise: float = 0.1
    xavier: str = "xavier_uniform"
    seeds: int = 32
    first_seed: int = 0


SMALL = Config(depth=5, width=16, points=10, seeds=4)
GRID = Config(seeds=16)
GRID_BUDGET = 40.0

WORDS = {
    "backward": ("往回传的信号（倒数第一层为 1）", "signal on the way back (last layer: 1)"),
    "forward": ("往前传的信号", "signal forwards"),
    "weights": ("对权重的梯度", "gradient of the weights"),
    "layer": ("隐藏层", "hidden layer"),
    "sigmoid": ("sigmoid，Xavier", "sigmoid, Xavier"),
    "tanh": ("tanh，Xavier", "tanh, Xavier"),
    "small": ("ReLU，太小", "ReLU, too small"),
    "xavier": ("ReLU，Xavier", "ReLU, Xavier"),
    "he": ("ReLU，He", "ReLU, He"),
}

_XAVIER = "xavier"  # stands for the start of that name in the configuration
_SCHEMES = {
    "sigmoid": ("sigmoid", _XAVIER),
    "tanh": ("tanh", _XAVIER),
    "small": ("relu", "normal_0_05"),
    "xavier": ("relu", _XAVIER),
    "he": ("relu", "he_normal"),
    # Controls. Linear units of slope 1 do nothing to a signal, those of slope ¼ have the greatest
    # slope of a sigmoid and squeeze nothing; a sigmoid may start with He's weights too.
    "linear": ("identity", _XAVIER),
    "quarter": ("identity", _XAVIER),
    "sigmoid he": ("sigmoid", "he_normal"),
    "linear small": ("identity", "normal_0_05"),
}
_DRAWN = ("sigmoid", "tanh", "small", "xavier", "he")
_STARTS = ("small", "xavier", "he")
_NAMED = tuple(name for name in _SCHEMES if name != "quarter")  # of the start alone, as drawn
_LOOKS = {
    "sigmoid": ("ink", "o"),
    "tanh": ("extra", "s"),
    "small": ("muted", "v"),
    "xavier": ("ink", "D"),
    "he": ("deep", "^"),
}
_LN10 = 2.302585092994046
_SLOPE = 0.25  # of a sigmoid at 0, its greatest
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Result:
    """``left``: log10 of the signal that comes back to the first layer, by scheme.

    That of the last layer is 0; ``remaining`` is 10 to the power of the mean. ``per_layer`` is the
    factor of one layer, ``predicted`` that of the theory of infinite width, and ``missed`` how far
    a net is from it, in powers of ten. ``forward``: log10 of the signal of the last layer over that
    of the first. ``further``: what more is lost when 9 layers are passed instead of 4, and all 19
    instead of 9. ``squeezed`` and ``flat``: what is lost by squeezing alone and by a slope of ¼
    alone, ``both`` by a sigmoid, which has both. ``steepest``: whether the steepest unit of a layer
    has a slope of ¼ at most. ``shared``: Σ w ∂L/∂w of every layer of ReLUs. Tensors ``(schemes,
    layers)`` hold mean powers of ten, ``theory`` the same by theory. ``went_forwards`` and
    ``came_back`` ``(starts, s, layers)`` are the sizes themselves, of the starts that have a name.
    """

    config: Config
    left: Along[Estimate]
    remaining: Along[float]
    forward: Along[Estimate]
    per_layer: Along[Estimate]
    predicted: Along[float]
    missed: Along[Estimate]
    further: Along[Estimate]
    squeezed: Estimate
    flat: Estimate
    both: Estimate
    steepest: Tensor
    shared: Tensor
    forwards: Tensor
    backwards: Tensor
    gradients: Tensor
    theory: Tensor
    theory_forwards: Tensor
    went_forwards: Tensor
    came_back: Tensor


@dataclass(frozen=True)
class Signals:
    """Root mean squares ``(s, layers)`` of what passes through the hidden layers of a stack.

    ``forward`` of the outputs of a layer, ``backward`` of the derivatives of the loss by its sums,
    ``weights`` of those by its weights. ``shares`` ``(s, layers)`` is Σ w ∂L/∂w of every layer;
    ``slopes`` the steepest slope of any unit.
    """

    forward: Tensor
    backward: Tensor
    weights: Tensor
    shares: Tensor
    slopes: Tensor


def start(name: str, cfg: Config, seeds: Sequence[int]) -> Stack:
    """The nets of one scheme before training."""
    activation, scheme = lookup("scheme", name, _SCHEMES)
    widths = (2, *(cfg.width,) * cfg.depth, 2)
    stack = nets.init(MLP(widths, activation), seeds, cfg.xavier if scheme == _XAVIER else scheme)
    if name == "quarter":
        for W, _ in stack.layers:
            W.mul_(_SLOPE)
    return stack


def slope(activation: str, a: Tensor) -> Tensor:
    """The derivative of an activation where its value is ``a``."""
    return {
        "identity": torch.ones_like(a),
        "sigmoid": a * (1 - a),
        "tanh": 1 - a * a,
        "relu": (a > 0).double(),
    }[activation]


def signals(stack: Stack, x: Tensor, y: Tensor) -> Signals:
    """Forward and back once, on samples ``x`` ``(s, n, d)`` with labels ``y`` ``(s, n)``.

    For h = f(z), z = h' W + b and e = ∂L/∂z: ∂L/∂W = h'ᵀ e, and below it e' = f'(z') (e Wᵀ).
    """
    values = stack.signals(x)
    hot = losses.loss("cross_entropy").target(y, 2, torch.float64)
    error = losses.by_outputs("cross_entropy", values[-1], hot) / x.shape[1]
    backward, weights, shares, steep = [], [], [], []
    for depth in range(len(values) - 1, 0, -1):
        a, W = values[depth - 1], stack.layers[depth][0]
        slopes = slope(stack.net.activation, a)
        error = slopes * sums.product(error, W.mT)
        below = x if depth == 1 else values[depth - 2]
        gradient = sums.product(below.mT, error)
        backward.append(size(error))
        weights.append(size(gradient))
        shares.append(sums.total((gradient * stack.layers[depth - 1][0]).flatten(1), 1))
        steep.append(slopes.flatten(1).amax(1))
    found = (torch.stack(part[::-1], 1) for part in (backward, weights, shares, steep))
    return Signals(torch.stack([size(a) for a in values[:-1]], 1), *found)


def size(values: Tensor) -> Tensor:
    """The root mean square of ``(s, …)``, ``(s,)``."""
    return sqrt(sums.mean(values.square().flatten(1), 1))


def theory(name: str, cfg: Config, x: Tensor) -> tuple[Tensor, Tensor]:
    """What passes forwards and back by the theory of infinitely wide layers, ``(depth,)`` each.

    The sums of a layer are normal with variance q, and q of the next is n v E f(√q z)², for weights
    of variance v on n units; back comes n v E f'(√q z)² of a square, as if nothing depended on the
    way forwards (Poole, Lahiri, Raghu, Sohl-Dickstein and Ganguli 2016; Schoenholz, Gilmer,
    Ganguli and Sohl-Dickstein 2017). Averaged over the inputs ``x`` ``(n, 2)``.
    """
    activation, scheme = _SCHEMES[name]
    z = linspace(-8, 8, 641)
    weight = exp(-z * z / 2)
    weight = weight / sums.total(weight)
    value: dict[str, Callable[[Tensor], Tensor]] = {
        "sigmoid": sigmoid,
        "tanh": tanh,
        "relu": torch.relu,
        "identity": torch.clone,
    }
    # The average of a jump has half of it at the point where it is; all or nothing of that point
    # would make a factor of 0.995 out of one of 1.
    jump = sqrt((torch.sign(z) + 1) / 2)
    squares, gains = [], []
    q = variance(scheme, cfg, 2) * sums.total(x * x, 1)
    for _ in range(cfg.depth):
        a = value[activation](sqrt(q)[:, None] * z)
        slopes = slope(activation, a) if activation != "relu" else jump.expand_as(a)
        squares.append(sums.total(a * a * weight, 1))
        gains.append(sums.total(slopes * slopes * weight, 1))
        q = variance(scheme, cfg, cfg.width) * cfg.width * squares[-1]
    back = [gains[-1]]
    for gain in gains[-2::-1]:
        back.append(gain * variance(scheme, cfg, cfg.width) * cfg.width * back[-1])
    forward = sqrt(torch.stack([sums.mean(each) for each in squares]))
    backward = sqrt(torch.stack([sums.mean(each) for each in back[::-1]]))
    return forward, backward / backward[-1]


def variance(scheme: str, cfg: Config, fan_in: int) -> float:
    """The variance of the weights of a layer with ``fan_in`` inputs and ``width`` outputs."""
    return {
        "normal_0_05": 0.05 * 0.05,
        "he_normal": 2 / fan_in,
        "lecun_normal": 1 / fan_in,
        "xavier_uniform": 2 / (fan_in + cfg.width),
    }[cfg.xavier if scheme == _XAVIER else scheme]


def log10(values: Tensor) -> Tensor:
    """The power of ten."""
    return log(values) / _LN10


def run(cfg: Config) -> Result:
    seeds = seeds_from(cfg.first_seed, cfg.seeds)
    x, y = data.moons(cfg.points, cfg.noise, rng.streams(seeds, "moons"))
    y = y.contiguous()
    found = {name: signals(start(name, cfg, seeds), x, y) for name in _SCHEMES}
    back = {name: log10(each.backward) for name, each in found.items()}
    passed = {name: rows - rows[:, -1:] for name, rows in back.items()}
    lost = {name: rows[:, 0] for name, rows in passed.items()}
    crossed = cfg.depth - 1
    ways = {name: theory(name, cfg, x.flatten(0, 1)) for name in _DRAWN}
    predicted = {name: float(log10(way[1])[0]) / crossed for name, way in ways.items()}
    ahead = {name: log10(each.forward) for name, each in found.items()}
    some = [crossed // 4, crossed // 2, crossed]
    after = {n: passed["sigmoid"][:, crossed - n] for n in some}
    return Result(
        config=cfg,
        left=each(lambda scheme: stats.mean(lost[scheme]), scheme=_SCHEMES),
        remaining=each(lambda scheme: float(exp(sums.mean(lost[scheme]) * _LN10)), scheme=_SCHEMES),
        forward=each(
            lambda scheme: stats.mean(ahead[scheme][:, -1] - ahead[scheme][:, 0]), scheme=_SCHEMES
        ),
        per_layer=each(
            lambda scheme: stats.mean(exp(lost[scheme] / crossed * _LN10)), scheme=_SCHEMES
        ),
        predicted=each(
            lambda scheme: float(exp(torch.tensor(predicted[scheme] * _LN10).double())),
            scheme=_DRAWN,
        ),
        missed=each(
            lambda scheme: stats.mean(lost[scheme] / crossed - predicted[scheme]), scheme=_DRAWN
        ),
        further=along(
            [stats.difference(after[b], after[a]) for a, b in pairwise(some)],
            layers=some[1:],
        ),
        squeezed=stats.difference(lost["tanh"], lost["linear"]),
        flat=stats.difference(lost["quarter"], lost["linear"]),
        both=stats.difference(lost["sigmoid"], lost["linear"]),
        steepest=found["sigmoid"].slopes <= _SLOPE,
        shared=torch.stack([found[name].shares for name in _STARTS]),
        forwards=torch.stack([sums.mean(ahead[name], 0) for name in _DRAWN]),
        backwards=torch.stack([sums.mean(passed[name], 0) for name in _DRAWN]),
        gradients=torch.stack([sums.mean(log10(found[name].weights), 0) for name in _DRAWN]),
        theory=torch.stack([log10(ways[name][1]) for name in _DRAWN]),
        theory_forwards=torch.stack([log10(ways[name][0]) for name in _DRAWN]),
        went_forwards=torch.stack([found[name].forward for name in _NAMED]),
        came_back=torch.stack([found[name].backward for name in _NAMED]),
    )


def check(res: Result) -> None:
    assert res.steepest.all(), "no sigmoid is steeper than a quarter"
    assert res.left["quarter"].high < res.left["linear"].low, "a slope below 1 takes its share"
    spread = res.shared.amax(-1) - res.shared.amin(-1)
    assert (spread <= _ROUNDING * res.shared.abs().amax(-1)).all(), (
        "of ReLUs without biases the sum of weight times gradient is one and the same in all layers"
    )


def draw(res: Result, t: Words) -> Figure:
    figure, axes = mosaic([["back", "back"], ["forward", "weights"]], 6.4, [1.35, 1])
    _courses(res, axes["back"], res.backwards, res.theory)
    _courses(res, axes["forward"], res.forwards, res.theory_forwards)
    _courses(res, axes["weights"], res.gradients, None)
    places = {
        "he": (1.4, 1.1),
        "tanh": (1.4, -1.3),
        "xavier": (1.4, -4.1),
        "sigmoid": (1.4, -8.5),
        "small": (0.45 * res.config.depth, -11.8),
    }
    for name, (x, y) in places.items():
        direct_label(axes["back"], x, y, t[name], _LOOKS[name][0], va="center")
    axes["back"].set(title=t["backward"], xlabel=t["layer"], ylim=(-14, 2))
    axes["forward"].set(title=t["forward"], xlabel=t["layer"])
    axes["weights"].set(title=t["weights"], xlabel=t["layer"])
    for ax in axes.values():
        ax.yaxis.set_major_locator(MultipleLocator(4))
        ax.yaxis.set_major_formatter(lambda power, _: f"$10^{{{power:.0f}}}$")
        ax.set_xticks([1, *range(5, res.config.depth + 1, 5)])
        powers(ax)
    return figure


def _courses(res: Result, ax: Axes, measured: Tensor, predicted: Tensor | None) -> None:
    layers = range(1, res.config.depth + 1)
    for place, name in enumerate(_DRAWN):
        role, marker = _LOOKS[name]
        if predicted is not None:
            ax.plot(layers, predicted[place], color=colour(role), linewidth=1.2)
        ax.plot(layers, measured[place], marker, color=colour(role), markersize=3.5)


class Named(TypedDict):
    """The book's nets of one activation and start, at the depth of the figure.

    ``back`` and ``forward`` are the least and the greatest of all seeds, by layer, the signal on
    the way back as a part of that of the last layer. Of each seed ``left`` is that part at the
    first layer, ``checksums`` those of the sizes on the way forwards.
    """

    activation: str
    start: str
    back: list[list[float]]
    forward: list[list[float]]
    left: list[float]
    checksums: list[str]


class Explorable(TypedDict):
    """What a net follows from, and the book's nets.

    The page calls the ``first_seed`` 0, and so on.
    """

    first_seed: int
    depth: int
    width: int
    points: int
    noise: float
    nets: list[Named]


def explorable(res: Result) -> Explorable:
    cfg = res.config
    nets = []
    for place, name in enumerate(_NAMED):
        activation, scheme = _SCHEMES[name]
        forward = res.went_forwards[place]
        back = res.came_back[place] / res.came_back[place][:, -1:]
        nets.append(
            Named(
                activation=activation,
                start=cfg.xavier if scheme == _XAVIER else scheme,
                back=significant(torch.stack([back.amin(0), back.amax(0)]), 3),
                forward=significant(torch.stack([forward.amin(0), forward.amax(0)]), 3),
                left=significant(back[:, 0], 9),
                checksums=[checksum(row) for row in forward],
            )
        )
    return {
        "first_seed": cfg.first_seed,
        "depth": cfg.depth,
        "width": cfg.width,
        "points": cfg.points,
        "noise": cfg.noise,
        "nets": nets,
    }


_TENTH = at_least(
    -1.0,
    because=(
        "穿过全部层以后还剩十分之一以上，才说得上梯度没有消失。",
        "A tenth at least has to be left after all layers, or the gradient has vanished.",
    ),
)
_GONE = at_most(
    -1.0,
    because=(
        "只剩十分之一以下，才说得上“消失”。",
        "“Vanished” is a tenth or less.",
    ),
)
_CONVENTIONS = (
    Convention(
        "start", ("Xavier 的分布", "distribution of Xavier's"), ({"xavier": "lecun_normal"},)
    ),
    Convention("width", ("宽度", "width"), ({"width": 64},)),
)

CLAIMS: list[Claim[Result]] = [
    Claim(
        id="D14",
        source="Source D, tip 1",
        kind="cause",
        statement=(
            "梯度消失的原因，是 sigmoid 把大的输入压成小的输出。",
            "Gradients vanish because the sigmoid squeezes large inputs into small outputs.",
        ),
        measure=lambda res: res.both,
        bound=_GONE,
        factors=(
            Factor(("压缩", "squeezing"), lambda res: res.squeezed, rival=False),
            Factor(("斜率至多四分之一", "a slope of a quarter at most"), lambda res: res.flat),
        ),
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="D14/layers",
        source="Source D, tip 1",
        kind="finding",
        statement=(
            "层数越多，梯度消失越严重。",
            "The more layers, the worse the gradient vanishes.",
        ),
        measure=lambda res: res.further,
        bound=_GONE,
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="D14/slope",
        source="this book, after Source D, tip 1",
        kind="theorem",
        statement=(
            "sigmoid 的导数处处不超过四分之一。",
            "The derivative of the sigmoid is a quarter at most, everywhere.",
        ),
        measure=lambda res: stats.share(res.steepest),
        bound=EVERY,
    ),
    Claim(
        id="D14/theory",
        source="this book, after Schoenholz et al. 2017",
        kind="finding",
        statement=(
            "每穿过一层，梯度剩下几成，可以由激活函数、权重的方差和数据算出来。",
            "What a layer leaves of a gradient follows from activation, variance of weights and "
            "data.",
        ),
        measure=lambda res: res.missed,
        bound=between(
            -0.05,
            0.05,
            because=(
                "每层的倍数与理论相差不到十分之一左右。",
                "The factor of a layer is off by about a tenth at most.",
            ),
        ),
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="C24d",
        source="Source C ¶21",
        kind="cause",
        statement=(
            "ReLU 可以防止梯度消失。",
            "ReLUs prevent gradients from vanishing.",
        ),
        measure=lambda res: res.left["he"],
        bound=_TENTH,
        factors=(
            Factor(
                ("ReLU 代替 sigmoid", "ReLU for sigmoid"),
                lambda res: res.left["xavier"],
                rival=False,
            ),
            Factor(("He 的起点", "He's start"), lambda res: res.left["sigmoid he"]),
        ),
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="D15/vanishing",
        source="Source D, tip 1",
        kind="finding",
        statement=(
            "去掉输出为 0 的神经元，剩下的是线性网络，所以没有梯度消失。",
            "Without the neurons that give 0 the net is linear, so its gradient does not vanish.",
        ),
        measure=lambda res: along([res.left[name] for name in _STARTS], start=_STARTS),
        bound=_TENTH,
        conventions=_CONVENTIONS,
    ),
]

if __name__ == "__main__":
    show(__name__)
