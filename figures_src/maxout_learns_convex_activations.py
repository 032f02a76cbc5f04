"""A maxout unit of k lines can take any convex shape of k pieces, and two of them any polyline."""

from dataclasses import dataclass

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, along
from dlbook.base.evidence import EVERY, Estimate, at_most
from dlbook.base.seeds import seeds_from
from dlbook.figures.idioms import direct_label, powers
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, panels
from dlbook.mathematics import maxout, optim, rng, sums
from dlbook.mathematics.explicit import dense_parameters
from dlbook.mathematics.grids import linspace
from dlbook.mathematics.maxout import Group
from dlbook.record.claims import Claim, Remark
from dlbook.training import stats


@dataclass(frozen=True)
class Config:
    """Groups of ``sizes`` lines for z² on [-3, 3], built, and trained from ``seeds`` starts."""

    sizes: tuple[int, ...] = (2, 3, 5, 7, 13)
    drawn: int = 5
    cases: int = 64
    seeds: int = 32
    rate: float = 0.03
    steps: int = 3000
    first_seed: int = 0


SMALL = Config(sizes=(2, 5, 13), cases=12, seeds=6, steps=100)

WORDS = {
    "two": ("两条直线", "Two lines"),
    "tangents": ("{k} 条切线", "{k} tangents"),
    "errors": ("对 $z^2$ 的最大误差", "Largest error for $z^2$"),
    "difference": ("两个 maxout 之差", "One maxout minus another"),
    "size": ("直线条数 $k$", "lines $k$"),
    "built": ("切线", "tangents"),
    "best": ("最好的 $k$ 段", "best $k$ pieces"),
    "trained": ("训练", "trained"),
}

_ROUNDING = 1e-12
_SLOPE_ROUNDING = 1e-8  # of a central difference with steps of 1e-6 on outputs of size 1 to 10
_STEP = 1e-6
_TIE = 1e-3  # inputs at which two lines are nearer to each other than this are left out
_REACH = 3.0
_POINTS = 24  # on every piece between two tangent points, and in training 24 a unit
_LINE_ERROR = 4.5  # what the best single line misses z² by on [-3, 3]: half of 3²
_FINE = 64  # times 24 points on [-3, 3], where the pieces are not known
_DASHED = (0, (3, 2))
_DRAWN = (
    torch.tensor([0.0, 1.0, 2.0, 3.0], dtype=torch.float64),
    torch.tensor([0.0, 1.0, 0.3, 1.0], dtype=torch.float64),
)
_LARGEST = 8  # lines in a random group, and pieces of a random polyline


@dataclass(frozen=True)
class Result:
    """Errors are the largest distance from z² on [-3, 3], one for each group size where listed.

    ``closed``: ``h² / 4``; ``missed``: the error of the largest size over it, by how the lines were
    found; ``best``: what no polyline of so many pieces can beat. ``trained``
    ``(sizes, seeds)``: errors after training, the last size's median in ``trained_largest``, with
    the lines of it that are highest somewhere. The tensors of checks hold one entry a case.
    ``lines`` ``(k, 2)`` are the tangents drawn at both ends, ``envelope`` ``(2, n)`` their maximum;
    ``knots``, ``values`` a polyline and ``parts`` ``(2, p + 1)`` the two units whose difference it
    is.
    """

    config: Config
    size: int
    tangent_error: float
    built: Along[float]
    closed: Along[float]
    best: Along[float]
    line_error: float
    missed: Along[Estimate]
    trained_median: Along[float]
    trained_largest: Estimate
    better_than_a_line: Estimate
    pieces_used: Estimate
    relu_same: Tensor
    abs_same: bool
    counts: Tensor
    new_shape: Tensor
    convex: Tensor
    few: Tensor
    convex_gaps: Tensor
    difference_gaps: Tensor
    gradient_gaps: Tensor
    trained: Tensor
    lines: Tensor
    envelope: Tensor
    knots: Tensor
    values: Tensor
    parts: Tensor


def square_tangents(k: int) -> Group:
    """Tangents of z² at ``k`` equally spaced points of [-3, 3]."""
    z = linspace(-_REACH, _REACH, k)
    return maxout.tangents(z, z**2, 2 * z)


def square_error(group: Group, pieces: int) -> Tensor:
    """The largest distance from z² on [-3, 3], for every replica, at 24 points of a piece."""
    z = linspace(-_REACH, _REACH, _POINTS * pieces + 1)
    return (maxout.evaluate(group, z[:, None]) - z**2).abs().amax(-1)


def random_group(seed: int, k: int, inputs: int = 1) -> Group:
    """Normal weights and biases, of which none is zero."""
    draw = rng.stream(seed, "group", k, inputs)
    return draw.normal(inputs, k), draw.normal(k)


def is_relu(seed: int, z: Tensor) -> bool:
    """Whether the group (w, b, 0, 0) is the ReLU of w z + b bit for bit, at random w and b."""
    w, b = rng.stream(seed, "relu").normal(2)
    group = maxout.relu(w[None], float(b))
    return torch.equal(maxout.evaluate(group, z), torch.relu(w * z[:, 0] + b))


def is_new(group: Group) -> bool:
    """Whether two lines make one bend, and no side of it is flat as a ReLU's is."""
    return maxout.pieces(group) == 2 and bool((group[0] != 0).all())


def random_polyline(seed: int, *, convex: bool) -> tuple[Tensor, Tensor]:
    """Knots and values of 2 to 8 pieces; with slopes in ascending order where it is convex."""
    draw = rng.stream(seed, "polyline", int(convex))
    widths = draw.uniform(2 + seed % (_LARGEST - 1), low=0.5, high=1.5)
    slopes = draw.normal(len(widths))
    slopes = slopes.sort().values if convex else slopes
    start = torch.zeros(1, dtype=torch.float64)
    return torch.cat([start, widths.cumsum(0)]), torch.cat([start, (slopes * widths).cumsum(0)])


def difference_gap(knots: Tensor, values: Tensor, *, alone: bool = False) -> float:
    """How far the difference of two units, or the first one alone, strays from the polyline."""
    x = linspace(float(knots[0]), float(knots[-1]), 401)
    first, second = (maxout.evaluate(part, x[:, None]) for part in maxout.difference(knots, values))
    expected = torch.from_numpy(np.interp(x.numpy(), knots.numpy(), values.numpy()))
    return float((first - (0 if alone else second) - expected).abs().max())


def gradient_gap(seed: int) -> float:
    """The gradient of a sum of squares against central differences, away from ties."""
    W, b = random_group(seed, 4, inputs=3)
    x = rng.stream(seed, "inputs").normal(40, 3)
    best = sums.product(x, W, b).topk(2).values
    x = x[best[:, 0] - best[:, 1] > _TIE]

    def loss(flat: Tensor) -> float:
        outputs = maxout.evaluate((flat[:12].view(3, 4), flat[12:]), x)
        return float(sums.mean(outputs.square()) / 2)

    parts = maxout.gradient((W, b), x, lambda outputs: outputs / len(x))
    flat, exact = torch.cat([W.flatten(), b]), torch.cat([parts[0].flatten(), parts[1]])
    steps = _STEP * torch.eye(len(flat), dtype=torch.float64)
    slopes = [(loss(flat + step) - loss(flat - step)) / (2 * _STEP) for step in steps]
    return float((torch.tensor(slopes, dtype=torch.float64) - exact).abs().max())


def trained(k: int, cfg: Config) -> Group:
    """Groups ``(seeds, 1, k)`` after Adam on half the mean squared distance from z²."""
    draw = rng.streams(seeds_from(cfg.first_seed, cfg.seeds), "maxout", k)
    flat = draw.normal(2 * k)
    W, b = flat[:, :k].unsqueeze(1), flat[:, k:]
    z = linspace(-_REACH, _REACH, int(2 * _REACH) * _POINTS + 1)
    step = optim.Adam(cfg.rate).start(flat)
    for _ in range(cfg.steps):
        dW, db = maxout.gradient((W, b), z[:, None], lambda found: (found - z**2) / len(z))
        step(torch.cat([dW[:, 0], db], -1))
    return W, b


def counted(seed: int, inputs: int, k: int) -> tuple[int, int]:
    """Parameters of a group, and of the ordinary unit with as many inputs, by two routes."""
    return sum(part.numel() for part in random_group(seed, k, inputs)), dense_parameters(
        (inputs, 1)
    )


def run(cfg: Config) -> Result:
    cases = seeds_from(cfg.first_seed, cfg.cases)
    z = rng.stream(cfg.first_seed, "z").normal(1000, 1)
    v: Group = torch.tensor([[1.0, -1.0]]).double(), torch.zeros(2).double()
    groups = [random_group(seed, 1 + seed % _LARGEST) for seed in cases]
    pairs = [random_group(seed, 2) for seed in cases]
    grid = linspace(-4, 4, 401)[:, None]
    bends = [maxout.evaluate(group, grid).diff(n=2) for group in groups]
    fits = [trained(k, cfg) for k in cfg.sizes]
    errors = torch.stack([square_error(fit, _FINE) for fit in fits])
    used = [maxout.pieces((W, b)) for W, b in zip(*fits[-1], strict=True)]
    ends = torch.tensor([-_REACH, _REACH], dtype=torch.float64)
    W, heights = square_tangents(cfg.drawn)
    x = linspace(-_REACH, _REACH, 8 * (cfg.drawn - 1) + 1)
    knots, values = _DRAWN
    built = [float(square_error(square_tangents(k), k - 1)) for k in cfg.sizes]
    closed = [(_REACH / (k - 1)) * (_REACH / (k - 1)) for k in cfg.sizes]
    return Result(
        config=cfg,
        size=cfg.sizes[-1],
        tangent_error=built[-1],
        built=along(built, size=cfg.sizes),
        closed=along(closed, size=cfg.sizes),
        best=along((_LINE_ERROR / k**2 for k in cfg.sizes), size=cfg.sizes),
        line_error=_LINE_ERROR,
        missed=along(
            (stats.exact(built[-1] / closed[-1]), stats.median(errors[-1] / closed[-1])),
            how=("written down", "trained"),
        ),
        trained_median=along((stats.median(row).mean for row in errors), size=cfg.sizes),
        trained_largest=stats.median(errors[-1]),
        better_than_a_line=stats.rate(errors < _LINE_ERROR),
        pieces_used=stats.median(used),
        relu_same=torch.tensor([is_relu(seed, z) for seed in cases]),
        abs_same=torch.equal(maxout.evaluate(v, z), z[:, 0].abs()),
        counts=torch.tensor(
            [(k, *counted(cfg.first_seed, n, k)) for n in (1, 2, 10, 784) for k in range(1, 6)]
        ),
        new_shape=torch.tensor([is_new(pair) for pair in pairs]),
        convex=torch.tensor([float(bend.min()) >= -_ROUNDING for bend in bends]),
        few=torch.tensor([maxout.pieces(group) <= len(group[1]) for group in groups]),
        convex_gaps=torch.tensor(
            [difference_gap(*random_polyline(seed, convex=True), alone=True) for seed in cases]
        ),
        difference_gaps=torch.tensor(
            [difference_gap(*random_polyline(seed, convex=False)) for seed in cases]
        ),
        gradient_gaps=torch.tensor([gradient_gap(seed) for seed in cases]),
        trained=errors,
        lines=sums.product(ends[:, None], W, heights).T,
        envelope=torch.stack([x, maxout.evaluate((W, heights), x[:, None])]),
        knots=knots,
        values=values,
        parts=torch.stack(
            [maxout.evaluate(part, knots[:, None]) for part in maxout.difference(knots, values)]
        ),
    )


def check(res: Result) -> None:
    for built, closed in zip(res.built, res.closed, strict=True):
        assert abs(built - closed) <= _ROUNDING, "tangents h apart miss z² by h² / 4"
    assert bool((res.trained >= torch.tensor(res.best.values())[:, None] - _ROUNDING).all()), (
        "no k pieces come closer than the best k pieces"
    )
    assert bool(res.convex.all()), "a maximum of lines is convex"
    assert bool(res.few.all()), "and has at most one piece for each line"
    added, subtracted = res.parts
    drawn = added - subtracted
    assert bool(((drawn - res.values).abs() <= _ROUNDING).all()), "the difference is the polyline"
    groups, learned, single = res.counts.T
    assert torch.equal(learned, groups * single), "a group of k lines has k times the parameters"


def draw(res: Result, t: Words) -> Figure:
    figure, [[two, tangents], [errors, difference]] = panels(2, 2, height=4.8)
    _two(two, t)
    _tangents(tangents, res, t)
    _errors(errors, res, t)
    _difference(difference, res, t)
    return figure


def _two(ax: Axes, t: Words) -> None:
    z = torch.tensor([-1.0, 0.0, 1.0])
    ax.plot(z, z.abs(), "--", color=colour("extra"))
    ax.plot(z, torch.relu(z), color=colour("exact"))
    direct_label(ax, -0.5, 0.68, "$|z|$", "extra", va="center")
    direct_label(ax, 0.55, 0.3, "ReLU", "exact", va="center")
    ax.set(title=t["two"], xlabel="$z$", xticks=(-1, 0, 1), yticks=(0, 1))


def _tangents(ax: Axes, res: Result, t: Words) -> None:
    z = linspace(-_REACH, _REACH, 61)
    ax.plot(z, z**2, color=colour("line"), linewidth=3.5)
    for line in res.lines:
        ax.plot((-_REACH, _REACH), line, color=colour("exact"), linewidth=0.8, linestyle=_DASHED)
    ax.plot(*res.envelope, color=colour("exact"))
    direct_label(ax, 0, 6.5, "$z^2$", "muted", ha="center", va="center")
    ax.set(title=t["tangents"].format(k=t.number(res.config.drawn)), xlabel="$z$")
    ax.set(xticks=(-3, 0, 3), yticks=(0, 9), ylim=(-3, 9.5))


def _errors(ax: Axes, res: Result, t: Words) -> None:
    for size, row in zip(res.config.sizes, res.trained, strict=True):
        beside = size * linspace(0.95, 1.05, len(row))  # in a log axis: side by side
        ax.plot(beside, row, "o", color=colour("extra"), markersize=1.8)
    ax.plot(res.config.sizes, res.best.values(), color=colour("line"), linestyle=_DASHED)
    ax.plot(res.config.sizes, res.built.values(), "s-", color=colour("exact"), markersize=4)
    direct_label(ax, 3.6, 3.2, t["built"], "exact", va="center")
    direct_label(ax, 11, 0.75, t["trained"], "extra", ha="center", va="center")
    direct_label(ax, 4.2, 0.055, t["best"], "muted", ha="center", va="center")
    ax.set(title=t["errors"], xlabel=t["size"], xscale="log", yscale="log")
    ax.set_xticks(res.config.sizes, [t.number(size) for size in res.config.sizes])
    ax.set(xlim=(1.8, 15), ylim=(0.015, 15), yticks=(0.1, 1, 10))
    powers(ax)


def _difference(ax: Axes, res: Result, t: Words) -> None:
    end = float(res.knots[-1])
    for part, look, label in zip(res.parts, ("-", _DASHED), "ab", strict=True):
        ax.plot(res.knots, part, color=colour("exact"), linewidth=1.3, linestyle=look)
        direct_label(ax, end + 0.1, float(part[-1]), f"${label}$", "exact", va="center")
    ax.plot(res.knots, res.values, "o-", color=colour("ink"), markersize=4)
    ax.text(end + 0.1, float(res.values[-1]), "$a-b$", va="center")
    ax.set(title=t["difference"], xlabel="$z$", xlim=(-0.1, end + 0.9))
    ax.set(xticks=range(int(end) + 1), yticks=range(0, 5, 2))


_LEARNED = at_most(
    2.0,
    because=(
        "“学到”：误差至多是同样多条切线的两倍；训练减小的是平方误差，不是最大误差，所以放宽到两倍。",
        "“Learned”: at most twice the error of as many tangents. Twice, since training lessens "
        "squared errors and not the largest one.",
    ),
)
CLAIMS: list[Claim[Result] | Remark] = [
    Remark(
        id="C26",
        source="Source C ¶23",
        kind="definition",
        statement=(
            "Maxout 的一个神经元要学习一倍或多倍的参数，倍数是一组里的元素个数。",
            "A maxout neuron has to learn k times the parameters, k being the size of its group.",
        ),
    ),
    Claim(
        id="C27",
        source="Source C ¶24",
        kind="construction",
        statement=(
            "ReLU 是 maxout 的特例，参数为 w、b、0、0。",
            "ReLU is the special case of maxout with the parameters w, b, 0, 0.",
        ),
        measure=lambda res: stats.share(res.relu_same),
        bound=EVERY,
    ),
    Claim(
        id="C28",
        source="Source C ¶25",
        kind="construction",
        statement=(
            "参数都不为零时，激活函数是另一种形状。",
            "When no parameter is zero the activation takes another shape.",
        ),
        measure=lambda res: stats.share(res.new_shape),
        bound=EVERY,
    ),
    Claim(
        id="C29",
        source="Source C ¶26",
        kind="theorem",
        statement=(
            "Maxout 可以学到任意的分段线性凸函数，段数取决于一组里的元素个数。",
            "Maxout can learn any piecewise linear convex activation; the size of the group sets "
            "the number of pieces.",
        ),
        measure=lambda res: res.missed,
        bound=_LEARNED,
    ),
    Claim(
        id="C29/shape",
        source="Source C ¶26",
        kind="theorem",
        statement=(
            "一个 maxout 总是凸的分段线性函数，段数不超过一组里的元素个数；"
            "每条这样的折线它都能表示。",
            "A maxout is always convex and piecewise linear, with at most as many pieces as its "
            "group has elements, and can represent any such polyline.",
        ),
        measure=lambda res: stats.share(
            torch.cat(
                [
                    res.convex,
                    res.few,
                    res.convex_gaps <= _ROUNDING,
                    torch.tensor([*res.built]).sub(torch.tensor([*res.closed])).abs() <= _ROUNDING,
                ]
            )
        ),
        bound=EVERY,
    ),
    Claim(
        id="C30",
        source="Source C ¶27",
        kind="theorem",
        statement=(
            "给定一个输入，maxout 就是一个线性网络；所以 max 虽不好求导，网络仍可以训练。",
            "For a given input maxout is a linear network, so it can be trained although the "
            "maximum is not easily differentiated.",
        ),
        measure=lambda res: stats.share(res.gradient_gaps <= _SLOPE_ROUNDING),
        bound=EVERY,
    ),
    Claim(
        id="D16",
        source="Source D Maxout",
        kind="construction",
        statement=(
            "Maxout 把神经元分组取最大值，可以产生 ReLU，以及更自由的形状。",
            "Maxout groups neurons and takes the largest; it gives the ReLU and freer shapes.",
        ),
        measure=lambda res: stats.share(
            [
                *res.relu_same.tolist(),
                res.abs_same,
                *res.new_shape.tolist(),
                *(res.difference_gaps <= _ROUNDING).tolist(),
            ]
        ),
        bound=EVERY,
    ),
]

if __name__ == "__main__":
    show(__name__)
