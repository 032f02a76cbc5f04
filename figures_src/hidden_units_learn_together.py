"""Hidden units compute in parallel, but they learn together: the error they share couples them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from torch import Tensor

from dlbook.base.along import Along, along
from dlbook.base.evidence import Estimate, at_most
from dlbook.base.seeds import seeds_from
from dlbook.figures.idioms import bare, direct_label, level_line, powers
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, mosaic
from dlbook.mathematics import losses, nets, sums
from dlbook.mathematics.elementary import sigmoid, sqrt
from dlbook.mathematics.grids import linspace
from dlbook.record.claims import Budget, Claim, Convention, Remark
from dlbook.training import data, stats
from dlbook.training.replay import OPTIMISERS, XOR, Run


@dataclass(frozen=True)
class Config:
    """Nets 2-2-1 of sigmoids on XOR, cross-entropy, all four inputs in every step.

    They are looked at after ``steps``; the paths with one unit frozen take ``path_steps``.
    ``rate`` is that of gradient descent, ``adam_rate`` that of Adam. Learned: each prediction is
    within ``margin`` of its target.
    """

    first_seed: int = 0
    seeds: int = 128
    init: str = "xavier_uniform"
    optimiser: str = "sgd"
    rate: float = 1.0
    adam_rate: float = 0.05
    steps: int = 20_000
    path_steps: int = 5000
    margin: float = 0.25


SMALL = Config(seeds=24, steps=400, path_steps=200)
GRID = Config(seeds=64)
GRID_BUDGET = 120.0

WORDS = {
    "hessian": ("谁与谁相关", "What depends on what"),
    "coupling": ("耦合", "Coupling"),
    "start": ("开始", "start"),
    "solved": ("学会", "learned"),
    "failed": ("没学会", "failed"),
    "course": ("耦合的中位数", "Median coupling"),
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
_HALVINGS = 9  # moments of the coupling's course
_FEW = 6  # of fewer seeds the median has no interval,
_FAR = 1e6  # and takes one from which nothing follows
_COUPLED = 0.1  # from here on a seed counts as coupled, and a claim of independence fails
_FATES = ("solved", "failed")

MACHINE = {"differentiable": "the second derivatives are autograd's"}


@dataclass(frozen=True)
class Result:
    """Coupling of the two units.

    ``start`` is the median of ``couplings`` ``(seeds,)`` there: the Frobenius norm of the Hessian's
    block between the units over the geometric mean of those of their own blocks. ``trained`` is
    that after training, by what has come of the run, ``late_change`` the second half's part in it,
    paired; ``course`` ``(moments,)`` the median at ``moments``. ``learned`` is the share of runs
    that learn XOR, ``solved`` ``(seeds,)`` which. ``coupled`` counts seeds above a tenth, at the
    start and after training. ``detour`` is the median of |Δ - Δ'| / |Δ|, the change of the first
    unit's parameters with the second learning (Δ) and frozen (Δ'), ``late_detour`` what the second
    half of those steps adds. ``separate`` is the largest coupling if each unit has an output and an
    error of its own; ``parallel`` ``(seeds,)`` whether the first unit's values ignore the second's
    parameters.
    ``hessian`` ``(8, 8)`` holds median sizes, ``paths`` ``(4, times)`` the first unit's parameters
    in the first seed, with the second one learning and frozen.
    """

    config: Config
    start: Estimate
    trained: Along[Estimate]
    late_change: Along[Estimate]
    learned: Estimate
    coupled: Along[Estimate]
    detour: Estimate
    late_detour: Estimate
    separate: float
    parallel: Tensor
    couplings: Along[Tensor]
    solved: Tensor
    moments: Tensor
    course: Along[Tensor]
    hessian: Tensor
    times: Tensor
    paths: Along[Tensor]


def run(cfg: Config) -> Result:
    times, when = moments(cfg), course_moments(cfg)
    seen = learning(cfg, sorted({*times, *when}))
    together, apart = torch.stack([seen[step] for step in times]), frozen(cfg)
    start, end = seen[0], seen[cfg.steps]
    before = hessians(start)
    found = {step: coupling(hessians(seen[step])) for step in when}
    couplings = along((coupling(before), found[cfg.steps]), when=("start", "trained"))
    right = learned(end, cfg.margin)
    fates = along((right, ~right), fate=_FATES)
    late = found[cfg.steps] - found[cfg.steps // 2]
    paths = (path[:, 0, list(_FIRST)].T for path in (together, apart))
    middle = len(times) // 2 + 1
    whole, half = detours(together, apart), detours(together[:middle], apart[:middle])
    return Result(
        config=cfg,
        start=stats.median(couplings["start"]),
        trained=fates.map(lambda which: median_of(found[cfg.steps][which])),
        late_change=fates.map(lambda which: median_of(late[which])),
        learned=stats.rate(right),
        coupled=couplings.map(lambda found: stats.rate(found > _COUPLED)),
        detour=stats.median(whole),
        late_detour=stats.median(whole - half),
        separate=coupling(hessians(start, separate_loss)).max().item(),
        parallel=ignores_the_other(start),
        couplings=couplings,
        solved=right,
        moments=torch.tensor(when),
        course=fates.map(
            lambda which: torch.tensor([median_of(found[step][which]).mean for step in when])
        ),
        hessian=before.abs().median(0).values,
        times=torch.tensor(times),
        paths=along(paths, second=("learning", "frozen")),
    )


def median_of(values: Tensor) -> Estimate:
    """The median; of fewer than six seeds with an interval that says nothing."""
    if len(values) >= _FEW:
        return stats.median(values)
    middle = values.median().item() if len(values) else 0.0
    return Estimate(middle, -_FAR, _FAR, max(1, len(values)))


def learned(flat: Tensor, margin: float) -> Tensor:
    """Which nets ``(s, 9)`` have learned XOR, ``(s,)``."""
    x, y = data.xor()
    outputs = nets.Stack(_NET, flat, tuple(range(len(flat)))).predict(x)[..., 0]
    return ((sigmoid(outputs) - y).abs() < margin).all(1)


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
    every = cfg.path_steps // (_MOMENTS - 1)
    return [every * moment for moment in range(_MOMENTS)]


def course_moments(cfg: Config) -> list[int]:
    """The steps at which couplings are measured: each twice the one before, to the last."""
    return [cfg.steps >> halvings for halvings in reversed(range(_HALVINGS))]


def learning(cfg: Config, times: Sequence[int]) -> dict[int, Tensor]:
    """Parameters ``(s, 9)`` of every seed at these steps while both units learn."""
    fit = replay(Replay(steps=cfg.steps), cfg).fit(
        seeds_from(cfg.first_seed, cfg.seeds),
        at=times,
        watch=lambda stack: stack.flat,
        what="both units learn",
    )
    assert fit.watched is not None, "parameters were recorded"
    return dict(zip(times, fit.watched.transpose(0, 1), strict=True))


def frozen(cfg: Config) -> Tensor:
    """The same steps ``(times, s, 9)`` with the second unit kept as it began.

    No ``Run`` keeps a part of its parameters, so the loop stands here.
    """
    now = replay(Replay(), cfg).stack(seeds_from(cfg.first_seed, cfg.seeds)).flat.clone()
    moving = torch.ones_like(now)
    moving[:, list(_SECOND)] = 0
    update = OPTIMISERS[cfg.optimiser](rate_of(cfg)).start(now)
    wanted, kept = moments(cfg), [now.clone()]
    for step in range(1, wanted[-1] + 1):
        update(slope(now) * moving)
        if step in wanted:
            kept.append(now.clone())
    return torch.stack(kept)


def slope(flat: Tensor) -> Tensor:
    """The gradient ``(s, 9)`` of :func:`loss`, written out."""
    x, y = data.xor()
    (W, b), (v, c) = _NET.layers(flat)
    hidden = sigmoid(sums.product(x.expand(len(flat), -1, -1), W, b))
    error = (sigmoid(sums.product(hidden, v, c)) - y[:, None]) / len(y)
    inside = error * v.transpose(1, 2) * hidden * (1 - hidden)
    into = [sums.total(inside * x[:, [k]], 1) for k in range(2)]
    parts = [*into, sums.total(inside, 1), sums.total(error * hidden, 1), sums.total(error, 1)]
    return torch.cat(parts, 1)


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
    rows = [["hessian", "coupling"], ["course", "course"], ["path", "path"]]
    figure, axes = mosaic(rows, 7.2, [1.2, 0.8, 1])
    _hessian(res, axes["hessian"], t)
    _coupling(res, axes["coupling"], t)
    _course(res, axes["course"], t)
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
    end = res.couplings["trained"]
    columns = {
        "start": (res.couplings["start"], res.start),
        "solved": (end[res.solved], res.trained["solved"]),
        "failed": (end[~res.solved], res.trained["failed"]),
    }
    for place, (row, median) in enumerate(columns.values()):
        if not len(row):
            continue
        aside = linspace(-0.22, 0.22, len(row)) if len(row) > 1 else torch.zeros(1).double()
        ax.plot(place + aside, row, ".", color=colour("line"), markersize=4)
        ax.plot((place - 0.32, place + 0.32), (median.mean,) * 2, color=colour("shallow"))
    level_line(ax, 0, role="exact", dash="dashed")
    direct_label(ax, -0.45, 0.02, t["alone"], "exact", ha="left", va="bottom")
    ax.set_xticks(range(len(columns)), [t[name] for name in columns])
    ax.set(title=t["coupling"], xlim=(-0.5, 2.5), ylim=(-0.03, None))


def _course(res: Result, ax: Axes, t: Words) -> None:
    looks = {"solved": ("shallow", "-", 0.6), "failed": ("ink", "--", 0.8)}
    for fate, (role, line, x) in looks.items():
        heights = res.course[fate]
        ax.plot(res.moments, heights, line, color=colour(role))
        direct_label(ax, x, 0.98, t[fate], role, transform=ax.transAxes, va="top")
    level_line(ax, 0, role="exact", dash="dashed")
    ax.set(title=t["course"], xlabel=t["steps"], xscale="log", ylim=(-0.03, None))
    ax.set(xlim=(float(res.moments.min()), float(res.moments.max())))
    powers(ax)


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
        init=(cfg.init,) * 2,
        data=XOR,
        points=0,
        loss=_LOSS,
        optimiser=cfg.optimiser,
        rate=rate_of(cfg),
        steps=choice.steps,
    )


def rate_of(cfg: Config) -> float:
    """The learning rate of the optimiser."""
    return cfg.adam_rate if cfg.optimiser == "adam" else cfg.rate


_INDEPENDENT = at_most(
    _COUPLED,
    because=(
        "完全独立应当是 0；一个单元的参数之间影响的十分之一，已经离它很远。",
        "“Independent” would be 0; a tenth of what a unit's own parameters do to one another is "
        "already far from it.",
    ),
)

_CONVENTIONS = (
    Convention(
        "start",
        (
            "起点：Xavier 且偏置为零，或 torch 的默认",
            "start: Xavier with zero biases, or torch's default",
        ),
        ({"init": "fan_in_uniform"},),
    ),
    Convention(
        "optimiser",
        ("梯度下降，或 Adam", "gradient descent, or Adam"),
        ({"optimiser": "adam"},),
    ),
    Convention(
        "rate",
        ("学习率：书中的，或小一半左右", "rates: the book's, or about half of them"),
        ({"rate": 0.5, "adam_rate": 0.02},),
    ),
)

CLAIMS: list[Claim[Result] | Remark] = [
    Remark(
        id="B16/forward",
        source="Source B, way 3",
        kind="definition",
        statement=(
            "隐藏节点是并行的：一个的取值与另一个无关。",
            "Hidden nodes are parallel: the value of one does not depend on the other.",
        ),
    ),
    Claim(
        id="B16/start",
        source="Source B, way 3",
        kind="finding",
        statement=(
            "两个隐藏节点的学习完全独立（训练开始时）。",
            "The two hidden nodes learn in full independence (when training starts).",
        ),
        measure=lambda res: res.start,
        bound=_INDEPENDENT,
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="B16/trained",
        source="Source B, way 3",
        kind="finding",
        statement=(
            "两个隐藏节点的学习完全独立（训练之后）。",
            "The two hidden nodes learn in full independence (after training).",
        ),
        measure=lambda res: res.trained,
        bound=_INDEPENDENT,
        conventions=_CONVENTIONS,
        budget=Budget(change=lambda res: res.late_change, within=0.05),
    ),
    Claim(
        id="B16/path",
        source="Source B, way 3",
        kind="finding",
        statement=(
            "一个隐藏节点怎样学，与另一个是否在学无关。",
            "How one hidden node learns does not depend on whether the other one learns.",
        ),
        measure=lambda res: res.detour,
        bound=_INDEPENDENT,
        conventions=_CONVENTIONS,
        budget=Budget(change=lambda res: res.late_detour, within=0.1),
    ),
]

if __name__ == "__main__":
    show(__name__)
