"""Weight decay makes weights small, and where units are plenty it makes the working ones fewer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, each
from dlbook.base.evidence import Estimate, at_least, at_most, between
from dlbook.base.seeds import seeds_from
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, mosaic
from dlbook.mathematics import measure, rng, sums
from dlbook.mathematics.elementary import sigmoid
from dlbook.mathematics.nets import Stack
from dlbook.record.claims import Budget, Claim, Convention, Factor, Remark
from dlbook.training import data, stats
from dlbook.training.replay import XOR, Begun, Dataset, Drawn, Run
from dlbook.training.train import Fit


@dataclass(frozen=True)
class Config:
    """Nets 2-w-1 on XOR with Adam, cross-entropy and λ/2 Σ w²; a seed starts alike for every λ.

    ``strengths`` are the λ: none, the one that is judged, and a strong one. A unit works if its
    share of the logit varies over the four inputs by at least ``visible`` of what the strongest
    unit's does, and by as much as could be seen in a probability. A weight is as good as zero below
    ``small`` of the net's largest. Learned: each prediction is within ``margin`` of its target.

    Over-fitting is measured on two moons that overlap: ``noisy_points`` to train, others to test.
    """

    first_seed: int = 0
    seeds: int = 1024
    strengths: tuple[float, float, float] = (0.0, 1e-3, 1e-2)
    init: str = "xavier_uniform"
    visible: float = 0.05
    small: float = 0.01
    margin: float = 0.25
    rate: float = 0.05
    steps: int = 8000
    noisy_seeds: int = 128
    noisy_points: int = 40
    test_points: int = 1000
    noise: float = 0.3
    noisy_width: int = 32


SMALL = Config(seeds=32, steps=300, noisy_seeds=6, test_points=100, noisy_width=8)
GRID = Config(seeds=384, noisy_seeds=64)
GRID_BUDGET = 200.0

WORDS = {
    "decay": ("$\\lambda={strength}$", "$\\lambda={strength}$"),
    "nets": ("{width} 个 {name}", "{width} {name}"),
    "working": ("工作的单元", "working units"),
}

_WIDTHS, _ACTIVATIONS = (4, 8), ("relu", "tanh")
_SHOWN = {"relu": "ReLU", "tanh": "tanh"}

_LEAST = 0.05  # of the logit: about 1 % of a probability
_WEIGHTS = [0, 1, 3]  # of the four numbers of a drawn unit: not its bias


@dataclass(frozen=True)
class Result:
    """What the units do.

    For each width, activation and strength: ``active`` (mean number of working units), ``largest``
    (median of the largest weight), ``solved`` (share that learns XOR) and ``counts`` ``(seeds,)``
    of working units. ``two_relu`` and ``two_tanh`` are the working units of four, without decay, in
    the seeds that learn XOR; ``two_change`` what the second half of the steps did to them.

    For each net, paired by seed, from no decay to the first strength: ``change`` in working units,
    ``off`` in the share of idle ones, ``zeros`` in the share of weights that are as good as zero,
    ``shrinkage``, the ratio of the largest weights; ``change_if_solved`` over the seeds that learn
    XOR both times. ``strong_change``, ``strong_off`` and ``strong_zeros`` go up to the last
    strength; ``late_change`` and ``late_off`` are what the second half of the steps did to the
    first two.

    For four ReLUs without decay: ``order`` is the change in working units if samples come one by
    one in random order, ``late_order`` the second half's part in it. One by one, how often two runs
    leave other units idle: ``both_differ`` with other starts and orders, ``start_differs`` and
    ``order_differs`` with one of them alone. ``direction``: of the slopes that the four samples
    give to a unit at the start, the length of the sum over the sum of lengths, units that end idle
    minus units that end working; ``idle_direction`` and ``working_direction`` are the two. These
    are of units that some sample moves; ``unmoved`` is the share of a net's idle units that none
    does.

    On the moons ``gap`` is training minus test accuracy at each strength, ``less_gap`` by how much
    decay lessens it, ``late_less_gap`` the second half's part in that.

    ``drawn`` are the eight tanh units of one seed, the first one nearest to the median numbers:
    weights in, bias, weight out, ``(8, 4)``, and ``drawn_work`` ``(8,)`` which of them work.
    """

    config: Config
    active: Along[Estimate]
    largest: Along[Estimate]
    solved: Along[Estimate]
    two_relu: Estimate
    two_tanh: Estimate
    two_change: Along[Estimate]
    change: Along[Estimate]
    late_change: Along[Estimate]
    change_if_solved: Along[Estimate]
    off: Along[Estimate]
    late_off: Along[Estimate]
    zeros: Along[Estimate]
    strong_change: Along[Estimate]
    strong_off: Along[Estimate]
    strong_zeros: Along[Estimate]
    shrinkage: Along[Estimate]
    order: Estimate
    late_order: Estimate
    both_differ: Estimate
    start_differs: Estimate
    order_differs: Estimate
    direction: Estimate
    idle_direction: Estimate
    working_direction: Estimate
    unmoved: Estimate
    gap: Along[Estimate]
    less_gap: Along[Estimate]
    late_less_gap: Along[Estimate]
    counts: Along[Tensor]
    drawn: Along[Tensor]
    drawn_work: Along[Tensor]


def run(cfg: Config) -> Result:
    found = each(
        lambda **choice: trained(Replay(**choice), cfg),
        width=_WIDTHS,
        activation=_ACTIVATIONS,
        strength=cfg.strengths,
    )
    stacks, counts = found.map(lambda t: t.stack), found.map(lambda t: t.working)
    right, sizes = stacks.map(lambda stack: solved(stack, cfg.margin)), stacks.map(largest)
    zeros = stacks.map(lambda stack: near_zero(stack, cfg.small))
    late = found.map(lambda t: t.working - t.half)  # what the second half of the steps did
    none, judged, strong = cfg.strengths

    def over(table: Along[Tensor], strength: float) -> Along[Tensor]:
        return each(
            lambda width, activation: (
                table[width, activation, strength] - table[width, activation, none]
            ),
            width=_WIDTHS,
            activation=_ACTIVATIONS,
        )

    idle = each(
        lambda width, activation, strength: -counts[width, activation, strength] / width,
        width=_WIDTHS,
        activation=_ACTIVATIONS,
        strength=cfg.strengths,
    )
    late_idle = each(
        lambda width, activation, strength: -late[width, activation, strength] / width,
        width=_WIDTHS,
        activation=_ACTIVATIONS,
        strength=cfg.strengths,
    )
    change, four = over(counts, judged), found[4, "relu", none]
    seed = typical(torch.stack(counts.at(width=8, activation="tanh").values()))
    drawn = stacks.at(width=8, activation="tanh").map(lambda stack: stack[[seed]])
    chances, pull = chance(cfg), pulls(four, cfg)
    gaps = each(lambda strength: overfitting(strength, cfg), strength=cfg.strengths)
    less = each(lambda strength: gaps[none] - gaps[strength], strength=(judged, strong))
    both = each(
        lambda width, activation: right[width, activation, none] & right[width, activation, judged],
        width=_WIDTHS,
        activation=_ACTIVATIONS,
    )
    return Result(
        config=cfg,
        active=counts.map(stats.mean),
        largest=sizes.map(stats.median),
        solved=right.map(stats.rate),
        two_relu=stats.mean(four.working[right[4, "relu", none]]),
        two_tanh=stats.mean(counts[4, "tanh", none][right[4, "tanh", none]]),
        two_change=each(
            lambda activation: stats.mean(late[4, activation, none][right[4, activation, none]]),
            activation=_ACTIVATIONS,
        ),
        change=change.map(stats.mean),
        late_change=over(late, judged).map(stats.mean),
        change_if_solved=each(
            lambda width, activation: stats.mean(
                change[width, activation][both[width, activation]]
            ),
            width=_WIDTHS,
            activation=_ACTIVATIONS,
        ),
        off=over(idle, judged).map(stats.mean),
        late_off=over(late_idle, judged).map(stats.mean),
        zeros=over(zeros, judged).map(stats.mean),
        strong_change=over(counts, strong).map(stats.mean),
        strong_off=over(idle, strong).map(stats.mean),
        strong_zeros=over(zeros, strong).map(stats.mean),
        shrinkage=each(
            lambda width, activation: stats.mean(
                sizes[width, activation, judged] / sizes[width, activation, none]
            ),
            width=_WIDTHS,
            activation=_ACTIVATIONS,
        ),
        order=stats.difference(chances.own.working, four.working),
        late_order=stats.difference(
            chances.own.working - chances.own.half, four.working - four.half
        ),
        both_differ=chances.differ["both"],
        start_differs=chances.differ["start"],
        order_differs=chances.differ["order"],
        direction=stats.difference(pull.idle, pull.working),
        idle_direction=stats.mean(pull.idle),
        working_direction=stats.mean(pull.working),
        unmoved=stats.mean(pull.unmoved),
        gap=gaps.map(lambda found: stats.mean(found[:, 1])),
        less_gap=less.map(lambda found: stats.mean(found[:, 1])),
        late_less_gap=less.map(lambda found: stats.difference(found[:, 1], found[:, 0])),
        counts=counts,
        drawn=drawn.map(by_unit),
        drawn_work=drawn.map(lambda stack: work(stack, cfg.visible).squeeze(0)),
    )


@dataclass(frozen=True, eq=False)
class Trained:
    """Nets of every seed; how many of their units work ``(s,)``, also after half of the steps."""

    stack: Stack
    working: Tensor
    half: Tensor


def trained(choice: "Replay", cfg: Config) -> Trained:
    """The networks of every seed after training."""
    what = f"XOR with decay {choice.strength}, {choice.width} {choice.activation}"
    return fitted(replay(choice, cfg), cfg, what)


def fitted(run: Run, cfg: Config, what: str) -> Trained:
    """The same of a run that is no reader's choice."""
    fit = run.fit(
        seeds_from(cfg.first_seed, cfg.seeds),
        at=[cfg.steps // 2, cfg.steps],
        watch=lambda stack: working(stack, cfg.visible),
        what=what,
    )
    assert fit.watched is not None, "working units were counted"
    half, last = fit.watched.unbind(1)
    return Trained(fit.stack, last, half)


@dataclass(frozen=True, eq=False)
class Chances:
    """Samples one by one from the seed's own start; what two runs differ in, and how often."""

    own: Trained
    differ: Along[Estimate]


def chance(cfg: Config) -> Chances:
    """Four ReLUs under two chances: where they start, and the order of their samples.

    Beside a seed's own run there is one with its order from the start of the next seed, so that
    either chance is varied alone.
    """
    own_run = replay(Replay(0, 4, "relu", cfg.strengths[0], batch=1), cfg)
    starts = own_run.stack(seeds_from(cfg.first_seed, cfg.seeds)).flat.roll(-1, 0)
    begun = Begun("the start of the next seed", lambda _: starts)
    own = fitted(own_run, cfg, "XOR, one by one")
    other = fitted(replace(own_run, init=(), start=begun), cfg, "XOR, the next seed's start")
    mine, moved = (work(found.stack, cfg.visible) for found in (own, other))
    following = mine.roll(-1, 0)
    pairs = {"both": (mine, following), "start": (mine, moved), "order": (moved, following)}
    differ = each(lambda chance: stats.rate(_unlike(*pairs[chance])), chance=pairs)
    return Chances(own, differ)


def _unlike(a: Tensor, b: Tensor) -> Tensor:
    """Whether other units work in the one than in the other, ``(s, w) -> (s,)``."""
    return (a != b).any(1)


@dataclass(frozen=True, eq=False)
class Pulls:
    """How the four samples move units at the start, by what becomes of the units.

    ``idle`` and ``working`` ``(nets,)``: mean agreement of the slopes over a net's units of that
    kind that some sample moves, of the nets that have both. ``unmoved`` ``(nets,)``: of the nets
    with idle units, the share of these that no sample moves.
    """

    idle: Tensor
    working: Tensor
    unmoved: Tensor


def pulls(four: Trained, cfg: Config) -> Pulls:
    """The same of four ReLUs without decay."""
    run = replay(Replay(0, 4, "relu", cfg.strengths[0]), cfg)
    agree, moved = agreement(run.stack(seeds_from(cfg.first_seed, cfg.seeds)))
    on = work(four.stack, cfg.visible)

    def share(part: Tensor, of: Tensor) -> Tensor:
        return sums.total(part * of, 1) / sums.total(of, 1)

    kinds = (~on & moved, on & moved)
    both = kinds[0].any(1) & kinds[1].any(1)
    idle, working = (share(agree[both], kind[both]) for kind in kinds)
    some = (~on).any(1)
    return Pulls(idle, working, share((~moved)[some], (~on)[some]))


def agreement(stack: Stack) -> tuple[Tensor, Tensor]:
    """|Σ g| / Σ |g| over the four samples' gradients g of each ReLU's parameters, ``(s, w)``.

    1 if all samples pull a unit one way, 0 if they cancel; and whether any pulls at all, which none
    does where a ReLU is zero on all four inputs.
    """
    x, y = data.xor()
    hidden, outputs = stack.signals(x)
    error = sigmoid(outputs) - y[:, None]
    inside = error * stack.layers[1][0].transpose(1, 2) * (hidden > 0)
    slopes = torch.stack([inside * x[:, :1], inside * x[:, 1:], inside, error * hidden], -1)
    lengths = sums.total(sums.norm(slopes, -1), 1)
    return sums.norm(sums.total(slopes, 1), -1) / lengths.clamp(min=1e-300), lengths > 0


def overfitting(strength: float, cfg: Config) -> Tensor:
    """Training minus test accuracy on the moons ``(s, 2)``: after half of the steps, and all."""
    seeds = seeds_from(cfg.first_seed, cfg.noisy_seeds)
    run = on_moons(strength, cfg)
    drawn = run.samples(seeds)
    test, truth = data.moons(cfg.test_points, cfg.noise, rng.streams(seeds, "test"))
    fit = run.fit(
        seeds,
        at=[cfg.steps // 2, cfg.steps],
        watch=lambda stack: (
            measure.accuracy(stack.predict(drawn.x), drawn.y)
            - measure.accuracy(stack.predict(test), truth)
        ),
        what=f"noisy moons with decay {strength}",
    )
    assert fit.watched is not None, "accuracies were recorded"
    return fit.watched


def on_moons(strength: float, cfg: Config) -> Run:
    """One hidden layer on a few points of two moons that overlap."""

    def points(seeds: Sequence[int]) -> Dataset:
        drawn = data.moons(cfg.noisy_points, cfg.noise, rng.streams(seeds, "data"))
        return Dataset("moons", *drawn)

    return Run(
        widths=(2, cfg.noisy_width, 1),
        activation="relu",
        init=(cfg.init,) * 2,
        data=Drawn("two noisy moons", points),
        points=0,
        loss="binary_cross_entropy",
        optimiser="adam",
        rate=cfg.rate,
        steps=cfg.steps,
        l2=strength,
    )


def typical(counts: Tensor) -> int:
    """The first seed whose numbers ``(strengths, seeds)`` are nearest to the medians."""
    away = sums.total((counts - counts.median(1, keepdim=True).values).abs(), 0)
    return int(away.argmin())


def by_unit(stack: Stack) -> Tensor:
    """Weights in, bias and weight out of every unit of a lone net, ``(w, 4)``."""
    (W, b), (v, _) = stack.layers
    return torch.cat([W, b, v.transpose(1, 2)], 1).squeeze(0).T


def work(stack: Stack, visible: float) -> Tensor:
    """Which units work, ``(s, w)``."""
    hidden = stack.signals(data.xor()[0])[0]
    shares = hidden * stack.layers[1][0].transpose(1, 2)
    moves = shares.amax(1) - shares.amin(1)
    strongest = moves.amax(1, keepdim=True)
    return (moves >= visible * strongest) & (moves >= _LEAST)


def working(stack: Stack, visible: float) -> Tensor:
    """How many units work, float64 ``(s,)``."""
    return sums.total(work(stack, visible), 1).double()


def near_zero(stack: Stack, small: float) -> Tensor:
    """The share of single weights up to ``small`` of the net's largest, ``(s,)``."""
    sizes = torch.cat([W.abs().flatten(1) for W, _ in stack.layers], 1)
    return sums.mean(sizes <= small * sizes.amax(1, keepdim=True), 1)


def largest(stack: Stack) -> Tensor:
    """The largest weight in size, ``(s,)``."""
    return torch.stack([W.abs().amax((1, 2)) for W, _ in stack.layers]).amax(0)


def solved(stack: Stack, margin: float) -> Tensor:
    """Whether all four predictions are within the margin of their targets, ``(s,)``."""
    x, y = data.xor()
    return ((sigmoid(stack.predict(x)[..., 0]) - y).abs() < margin).all(1)


def check(res: Result) -> None:
    for (width, *_), counts in res.counts.items():
        assert bool((counts <= width).all()), "no more units work than there are"
    for found in (*res.zeros, *res.strong_zeros):
        assert -1 <= found.mean <= 1, "shares differ by at most 1"


def draw(res: Result, t: Words) -> Figure:
    names = ["a", "b", "c", "d"]
    rows = [["0"] * 4 + ["1"] * 4 + ["2"] * 4, [name for name in names for _ in range(3)]]
    figure, axes = mosaic(rows, 4.6, [1, 1.25])
    thickest = max(float(units[:, _WEIGHTS].abs().max()) for units in res.drawn)
    for place, strength in zip("012", res.config.strengths, strict=True):
        _network(res.drawn[strength] / thickest, res.drawn_work[strength], axes[place])
        axes[place].set_title(t["decay"].format(strength=t.number(strength)))
    nets = product(_WIDTHS, _ACTIVATIONS)
    for name, (width, kind) in zip(names, nets, strict=True):
        _working(res.counts.at(width=width, activation=kind), width, axes[name])
        axes[name].set_title(t["nets"].format(width=width, name=_SHOWN[kind]))
        axes[name].set_xticks(range(3), ["0", "$10^{-3}$", "$10^{-2}$"])
    axes["a"].set_ylabel(t["working"])
    return figure


def _network(units: Tensor, works: Tensor, ax: Axes) -> None:
    """Two inputs below, the output above; weights of size 1 at most set the width of the lines."""
    middle = (len(units) - 1) / 2
    inputs, output = (middle - 1.6, middle + 1.6), middle
    for place, (first, second, _, out) in enumerate(units.tolist()):
        for source, weight in zip(inputs, (first, second), strict=True):
            ax.plot((source, place), (0, 1), color=colour("shallow"), linewidth=5 * abs(weight))
        ax.plot((place, output), (1, 2), color=colour("shallow"), linewidth=5 * abs(out))
    ax.plot((*inputs, output), (0, 0, 2), "o", color=colour("ink"), markersize=4)
    for place, on in enumerate(works.tolist()):
        ax.plot(place, 1, "o", color=colour("ink"), markersize=5,
                markerfacecolor=colour("ink" if on else "paper"))  # fmt: skip
    ax.set(ylim=(-0.15, 2.15))
    ax.set_axis_off()


def _working(counts: Along[Tensor], width: int, ax: Axes) -> None:
    """For each strength, bars centred on its column: the share of seeds with so many units."""
    for place, row in enumerate(counts):
        units, seeds = torch.unique(row, return_counts=True)
        share = 0.9 * seeds / len(row)
        ax.barh(units, share, left=place - share / 2, height=0.6, color=colour("line"))
    ax.plot(range(len(counts)), [sums.mean(row) for row in counts], "o-", color=colour("shallow"))
    ax.set(
        xlim=(-0.55, len(counts) - 0.45),
        ylim=(-0.5, width + 0.5),
        yticks=range(0, width + 1, width // 4),
        xlabel="$\\lambda$",
    )


@dataclass(frozen=True)
class Replay:
    """What a reader may choose of a run; a ``batch`` of 4 is all of XOR."""

    seed: int = 0
    width: int = 8
    activation: str = "tanh"
    strength: float = 1e-3
    batch: int = 4


def replay(choice: Replay, cfg: Config) -> Run:
    return Run(
        widths=(2, choice.width, 1),
        activation=choice.activation,
        init=(cfg.init,) * 2,
        data=XOR,
        points=0,
        loss="binary_cross_entropy",
        optimiser="adam",
        rate=cfg.rate,
        steps=cfg.steps,
        batch=None if choice.batch == 4 else choice.batch,
        l2=choice.strength,
    )


def outcome(choice: Replay, fit: Fit) -> str:
    """How many units work, and whether the net has learned XOR."""
    learned = "learned" if bool(solved(fit.stack, Config.margin).all()) else "not learned"
    count = int(sums.total(working(fit.stack, Config.visible)))
    return f"XOR is {learned}, {count} of {choice.width} units work"


_TWO = between(
    1.5,
    2.5,
    because=(
        "“两个单元在工作”：平均个数离二比离别的整数近。",
        "“Two units work”: their mean number is nearer to two than to any other whole number.",
    ),
)
_QUARTER = 0.25
_WHY = (
    "平均个数变了四分之一个单元以上才算数。",
    "Of a mean number of units, a change of a quarter of a unit counts.",
)
_FEWER = at_most(-_QUARTER, because=_WHY)
_MORE = at_least(_QUARTER, because=_WHY)
_OTHERS = at_least(
    _QUARTER,
    because=(
        "每四对训练里有一对闲着的单元不同，才算“决定”。",
        "What decides which units are idle makes them others in one pair of runs in four.",
    ),
)
_SHRUNK = at_most(
    0.9,
    because=(
        "“更小”：最大的权重至少缩小十分之一。",
        "“Lower”: the largest weight loses a tenth or more.",
    ),
)
_SPARSE = at_most(
    0.05,
    because=(
        "“没有稀疏”：多出来的零不到二十分之一。",
        "“No sparsity”: not one in twenty more is as good as zero.",
    ),
)
_UNDECIDED = at_most(
    -0.1,
    because=(
        "样本的意见完全一致是 1，完全抵消是 0；差十分之一才算更没有方向。",
        "Samples that agree give 1, and 0 if they cancel; a tenth less counts as less direction.",
    ),
)
_LESS_GAP = at_least(
    0.02,
    because=(
        "训练与测试的差距缩小两个百分点以上，才算减轻了过拟合。",
        "Over-fitting is less if training and test come nearer by two points of accuracy.",
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
        "rate",
        ("学习率：0.05，或 0.02", "rate: 0.05, or 0.02"),
        ({"rate": 0.02},),
    ),
    Convention(
        "measure",
        (
            "工作：最强者的二十分之一以上，或百分之一以上",
            "working: from a twentieth of the strongest on, or from a hundredth",
        ),
        ({"visible": 0.01, "small": 0.001},),
    ),
)

CLAIMS: list[Claim[Result] | Remark] = [
    Claim(
        id="B23/relu",
        source="Source B, way 3",
        kind="finding",
        statement=(
            "给四个隐藏节点，实际只有两个在工作（ReLU）。",
            "Of four hidden nodes only two do the work (ReLU).",
        ),
        measure=lambda res: res.two_relu,
        bound=_TWO,
        conventions=_CONVENTIONS,
        budget=Budget(change=lambda res: res.two_change["relu"], within=0.1),
    ),
    Claim(
        id="B23/tanh",
        source="Source B, way 3",
        kind="finding",
        statement=(
            "给四个隐藏节点，实际只有两个在工作（tanh）。",
            "Of four hidden nodes only two do the work (tanh).",
        ),
        measure=lambda res: res.two_tanh,
        bound=_TWO,
        conventions=_CONVENTIONS,
        budget=Budget(change=lambda res: res.two_change["tanh"], within=0.1),
    ),
    Claim(
        id="B24/order",
        source="Source B, way 3",
        kind="finding",
        statement=(
            "样本按随机的次序来，闲着的节点更多。",
            "Where samples come in random order, more nodes stay idle.",
        ),
        measure=lambda res: res.order,
        bound=_FEWER,
        conventions=_CONVENTIONS,
        budget=Budget(change=lambda res: res.late_order, within=0.1),
    ),
    Claim(
        id="B24/start",
        source="Source B, way 3",
        kind="cause",
        statement=(
            "哪些节点闲着，由随机的初始权重决定。",
            "Which nodes stay idle is decided by the random initial weights.",
        ),
        measure=lambda res: res.both_differ,
        bound=_OTHERS,
        factors=(
            Factor(
                ("初始权重（次序相同）", "the initial weights (in one order)"),
                lambda res: res.start_differs,
                rival=False,
            ),
            Factor(
                ("数据的次序（起点相同）", "the order of the data (from one start)"),
                lambda res: res.order_differs,
            ),
        ),
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="B24/direction",
        source="Source B, way 3",
        kind="finding",
        statement=(
            "闲着的节点，更新没有明确的方向。",
            "The updates of nodes that stay idle have no definite direction.",
        ),
        measure=lambda res: res.direction,
        bound=_UNDECIDED,
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="B27/size",
        source="Source B, mitigation",
        kind="finding",
        statement=(
            "L2 正则化降低过大的权重。",
            "L2 regularisation lowers weights that are too large.",
        ),
        measure=lambda res: res.shrinkage,
        bound=_SHRUNK,
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="B27/units",
        source="Source B, mitigation",
        kind="finding",
        statement=(
            "加上 L2 正则化，每个节点都工作，平摊任务。",
            "With L2 regularisation every node works and shares the task.",
        ),
        measure=lambda res: res.change,
        bound=_MORE,
        conventions=_CONVENTIONS,
        budget=Budget(change=lambda res: res.late_change, within=0.1),
    ),
    Claim(
        id="B27/overfitting",
        source="Source B, mitigation",
        kind="finding",
        statement=(
            "加上 L2 正则化，过拟合减轻。",
            "With L2 regularisation there is less over-fitting.",
        ),
        measure=lambda res: res.less_gap,
        bound=_LESS_GAP,
        conventions=_CONVENTIONS,
        budget=Budget(change=lambda res: res.late_less_gap, within=0.01),
    ),
    Claim(
        id="E12c/units",
        source="Source E §12",
        kind="finding",
        statement=(
            "L2 正则化不会导致稀疏（就单元而言）。",
            "L2 regularisation does not give sparsity (of units).",
        ),
        measure=lambda res: res.off,
        bound=_SPARSE,
        conventions=_CONVENTIONS,
        budget=Budget(change=lambda res: res.late_off, within=0.02),
    ),
    Claim(
        id="E12c/weights",
        source="Source E §12",
        kind="finding",
        statement=(
            "L2 正则化不会导致稀疏（就单个权重而言）。",
            "L2 regularisation does not give sparsity (of single weights).",
        ),
        measure=lambda res: res.zeros,
        bound=_SPARSE,
        conventions=_CONVENTIONS,
    ),
]

if __name__ == "__main__":
    show(__name__)
