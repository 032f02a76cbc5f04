"""Hidden units compute in parallel, but they learn together: the error they share couples them."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from torch import Tensor

from dlbook.base.along import Along, along
from dlbook.base.evidence import Estimate, at_most
from dlbook.figures.idioms import bare, direct_label, level_line
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, mosaic
from dlbook.mathematics import losses, nets, sums
from dlbook.mathematics.elementary import sqrt
from dlbook.mathematics.grids import linspace
from dlbook.record.claims import Claim, Remark
from dlbook.training import data, stats
from dlbook.training.replay import XOR, Run


@dataclass(frozen=True)
class Config:
    """Nets 2-2-1 of sigmoids on XOR, cross-entropy, gradient descent on all four inputs."""

    seeds: int = 64
    rate: float = 1.0
    steps: int = 5000


SMALL = Config(seeds=8, steps=200)

WORDS = {
    "hessian": ("谁与谁相关", "What depends on what"),
    "coupling": ("耦合", "Coupling"),
    "start": ("开始", "start"),
    "trained": ("训练后", "trained"),
    "alone": ("独立", "independent"),
    "path": ("$h_1$ 的四个参数", "The four parameters of $h_1$"),
    "steps": ("步数", "steps"),
    "learning": ("$h_2$ 也学", "$h_2$ learns"),
    "frozen": ("$h_2$ 冻结", "$h_2$ frozen"),
}

_NET = nets.MLP((2, 2, 1), "sigmoid")
_FIRST, _SECOND = range(0, 8, 2), range(1, 8, 2)  # weights in, bias, weight out of each unit
_BLOCKS = tuple((slice(a, a + 4), slice(b, b + 4)) for a, b in ((0, 0), (0, 4), (4, 4)))
_LOSS = "binary_cross_entropy"
_MOMENTS = 41
_COUPLED = 0.1  # from here on a seed counts as coupled, and a claim of independence fails

MACHINE = {"differentiable": "the second derivatives are autograd's, and so is half a descent"}


@dataclass(frozen=True)
class Result:
    """Coupling of the two units.

    ``start`` and ``trained`` are medians of ``couplings`` ``(seeds,)``: the Frobenius norm of the
    Hessian's block between the units over the geometric mean of those of their own blocks.
    ``coupled`` counts seeds above a tenth, at the start and after training. ``detour`` is the
    median of |Δ - Δ'| / |Δ|, the change of the first unit's parameters with the second learning
    (Δ) and frozen (Δ'). ``separate`` is the largest coupling if each unit has an output and an
    error of its own; ``parallel`` ``(seeds,)`` whether the first unit's values ignore the second's
    parameters.
    ``hessian`` ``(8, 8)`` holds median sizes, ``paths`` ``(4, times)`` the first unit's parameters
    in the first seed, with the second one learning and frozen.
    """

    config: Config
    start: Estimate
    trained: Estimate
    coupled: Along[Estimate]
    detour: Estimate
    separate: float
    parallel: Tensor
    couplings: Along[Tensor]
    hessian: Tensor
    times: Tensor
    paths: Along[Tensor]


def run(cfg: Config) -> Result:
    together, apart = learning(cfg), frozen(cfg)
    start, end, times = together[0], together[-1], moments(cfg)
    before = hessians(start)
    couplings = along((coupling(before), coupling(hessians(end))), when=("start", "trained"))
    paths = (path[:, 0, list(_FIRST)].T for path in (together, apart))
    return Result(
        config=cfg,
        start=stats.median(couplings["start"]),
        trained=stats.median(couplings["trained"]),
        coupled=couplings.map(lambda found: stats.rate(found > _COUPLED)),
        detour=stats.median(detours(together, apart)),
        separate=coupling(hessians(start, separate_loss)).max().item(),
        parallel=ignores_the_other(start),
        couplings=couplings,
        hessian=before.abs().median(0).values,
        times=torch.tensor(times),
        paths=along(paths, second=("learning", "frozen")),
    )


def loss(flat: Tensor) -> Tensor:
    """Mean cross-entropy of nets ``(s, 9)`` on XOR, ``(s,)``."""
    x, y = data.xor()
    return losses.differentiable(_LOSS, nets.differentiable(_NET, flat, x), y[:, None].double())


def separate_loss(flat: Tensor) -> Tensor:
    """The same if each unit had an output and an error of its own, summed over the two."""
    alone = []
    for unit in (_FIRST, _SECOND):
        others = torch.ones_like(flat)
        others[:, [k for k in range(8) if k not in unit]] = 0
        alone.append(loss(flat * others))
    return alone[0] + alone[1]


def hessians(flat: Tensor, of: Callable[[Tensor], Tensor] = loss) -> Tensor:
    """Second derivatives by the parameters of the two units, ``(s, 9) -> (s, 8, 8)``, h1 first."""
    order, at = [*_FIRST, *_SECOND], flat.clone().requires_grad_()
    ones = torch.ones(len(at), dtype=torch.float64)
    (slope,) = torch.autograd.grad(of(at), at, ones, create_graph=True)
    rows = [torch.autograd.grad(slope[:, k], at, ones, retain_graph=True)[0] for k in order]
    return torch.stack(rows, 1)[:, :, order]


def length(rows: Tensor) -> Tensor:
    """Euclidean length ``(s, n) -> (s,)``."""
    return sums.norm(rows, 1)


def coupling(hessian: Tensor) -> Tensor:
    """Norm of the block between the units over that of their own, ``(s, 8, 8) -> (s,)``."""
    own, between, others = (length(hessian[:, a, b].flatten(1)) for a, b in _BLOCKS)
    return between / sqrt(own * others)


def moments(cfg: Config) -> list[int]:
    """The evenly spaced steps of which a path is made."""
    every = cfg.steps // (_MOMENTS - 1)
    return [every * moment for moment in range(_MOMENTS)]


def learning(cfg: Config) -> Tensor:
    """Parameters ``(times, s, 9)`` of every seed while both units learn."""
    fit = replay(Replay(steps=cfg.steps), cfg).fit(
        range(cfg.seeds), at=moments(cfg), watch=lambda stack: stack.flat, what="both units learn"
    )
    assert fit.watched is not None
    return fit.watched.transpose(0, 1)


def frozen(cfg: Config) -> Tensor:
    """The same descent ``(times, s, 9)`` with the second unit kept as it began.

    No ``Run`` keeps a part of its parameters, so the loop stands here.
    """
    now = replay(Replay(), cfg).stack(range(cfg.seeds)).flat
    moving = torch.ones_like(now)
    moving[:, list(_SECOND)] = 0
    wanted, kept = moments(cfg), [now]
    for step in range(1, wanted[-1] + 1):
        at = now.clone().requires_grad_()
        (gradient,) = torch.autograd.grad(loss(at), at, torch.ones(len(at)).double())
        now = now - cfg.rate * moving * gradient
        if step in wanted:
            kept.append(now)
    return torch.stack(kept)


def detours(together: Tensor, apart: Tensor) -> Tensor:
    """|Δ - Δ'| / |Δ| of the first unit's parameters over two paths ``(times, s, 9) -> (s,)``."""
    first = list(_FIRST)
    gap = length((together[-1] - apart[-1])[:, first])
    return gap / length((together[-1] - together[0])[:, first])


def ignores_the_other(flat: Tensor) -> Tensor:
    """Whether the first unit's values stay the same bits if the second is replaced, ``(s,)``."""
    x, _ = data.xor()
    other = flat.clone()
    other[:, list(_SECOND)] = flat.flip(0)[:, list(_SECOND)] + 1
    values = [
        nets.Stack(_NET, each, tuple(range(len(each)))).signals(x)[0][..., 0]
        for each in (flat, other)
    ]
    return (values[0] == values[1]).all(1)


def check(res: Result) -> None:
    assert res.separate == 0, "units with errors of their own do not depend on one another"
    assert torch.allclose(res.hessian, res.hessian.T, rtol=1e-9), "second derivatives are symmetric"
    together, apart = (path[:, res.times == 0] for path in res.paths)
    assert torch.equal(together, apart), "both paths leave one point"
    assert res.parallel.all(), "the value of one unit ignores the parameters of the other"


def draw(res: Result, t: Words) -> Figure:
    figure, axes = mosaic([["hessian", "coupling"], ["path", "path"]], 5.4, [1.2, 1])
    _hessian(res, axes["hessian"], t)
    _coupling(res, axes["coupling"], t)
    _path(res, axes["path"], t)
    return figure


def _hessian(res: Result, ax: Axes, t: Words) -> None:
    sides = 0.95 * sqrt(res.hessian / res.hessian.max())
    for row in range(8):
        for column in range(8):
            side, crossing = float(sides[row, column]), (row < 4) != (column < 4)
            ax.add_patch(Rectangle((column - side / 2, row - side / 2), side, side,
                                   color=colour("shallow" if crossing else "line")))  # fmt: skip
    for place in (-0.5, 3.5, 7.5):
        ax.plot((-0.5, 7.5), (place, place), color=colour("grid"), linewidth=0.8, zorder=0)
        ax.plot((place, place), (-0.5, 7.5), color=colour("grid"), linewidth=0.8, zorder=0)
    ax.set(title=t["hessian"], xlim=(-0.6, 7.6), ylim=(7.6, -0.6), aspect="equal")
    ax.set_xticks((1.5, 5.5), ["$h_1$", "$h_2$"])
    ax.set_yticks((1.5, 5.5), ["$h_1$", "$h_2$"])
    bare(ax)


def _coupling(res: Result, ax: Axes, t: Words) -> None:
    aside = linspace(-0.22, 0.22, res.config.seeds)
    medians = (res.start, res.trained)
    for place, (row, median) in enumerate(zip(res.couplings, medians, strict=True)):
        ax.plot(place + aside, row, ".", color=colour("line"), markersize=4)
        ax.plot((place - 0.32, place + 0.32), (median.mean,) * 2, color=colour("shallow"))
    level_line(ax, 0, role="exact", dash="dashed")
    direct_label(ax, -0.45, 0.02, t["alone"], "exact", ha="left", va="bottom")
    ax.set_xticks((0, 1), [t["start"], t["trained"]])
    ax.set(title=t["coupling"], xlim=(-0.5, 1.5), ylim=(-0.03, None))


def _path(res: Result, ax: Axes, t: Words) -> None:
    looks = {"learning": ("shallow", "-", 0.56), "frozen": ("ink", "--", 0.44)}
    for name, (role, line, y) in looks.items():
        ax.plot(res.times, res.paths[name].T, line, color=colour(role), linewidth=1.5)
        direct_label(ax, 0.3, y, t[name], role, transform=ax.transAxes)
    last = float(res.times.max())
    ax.set(title=t["path"], xlabel=t["steps"], xlim=(0, last))
    ax.set_xticks((0, last / 2, last))


@dataclass(frozen=True)
class Replay:
    """What a reader may choose of a run in which both units learn."""

    seed: int = 0
    steps: int = Config.steps


def replay(choice: Replay, cfg: Config) -> Run:
    return Run(
        widths=_NET.widths,
        activation=_NET.activation,
        init=("xavier_uniform",) * 2,
        data=XOR,
        points=0,
        loss=_LOSS,
        optimiser="sgd",
        rate=cfg.rate,
        steps=choice.steps,
    )


_INDEPENDENT = at_most(
    _COUPLED,
    because=(
        "完全独立应当是 0；一个单元的参数之间影响的十分之一，已经离它很远。",
        "“Independent” would be 0; a tenth of what a unit's own parameters do to one another is "
        "already far from it.",
    ),
)

CLAIMS: list[Claim[Result] | Remark] = [
    Remark(
        id="B16/forward",
        source="seed 001, way 3",
        kind="definition",
        statement=(
            "隐藏节点是并行的：一个的取值与另一个无关。",
            "Hidden nodes are parallel: the value of one does not depend on the other.",
        ),
    ),
    Claim(
        id="B16/start",
        source="seed 001, way 3",
        kind="finding",
        statement=(
            "两个隐藏节点的学习完全独立（训练开始时）。",
            "The two hidden nodes learn in full independence (when training starts).",
        ),
        measure=lambda res: res.start,
        bound=_INDEPENDENT,
    ),
    Claim(
        id="B16/trained",
        source="seed 001, way 3",
        kind="finding",
        statement=(
            "两个隐藏节点的学习完全独立（训练之后）。",
            "The two hidden nodes learn in full independence (after training).",
        ),
        measure=lambda res: res.trained,
        bound=_INDEPENDENT,
    ),
    Claim(
        id="B16/path",
        source="seed 001, way 3",
        kind="finding",
        statement=(
            "一个隐藏节点怎样学，与另一个是否在学无关。",
            "How one hidden node learns does not depend on whether the other one learns.",
        ),
        measure=lambda res: res.detour,
        bound=_INDEPENDENT,
    ),
]

if __name__ == "__main__":
    show(__name__)
