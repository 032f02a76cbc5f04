"""True labels are learned before random ones on the same data, for neighbours agree."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, each
from dlbook.base.evidence import Estimate, at_least
from dlbook.base.lookup import lookup
from dlbook.base.seeds import seeds_from
from dlbook.figures.idioms import bare, direct_label, level_line, powers
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, mosaic
from dlbook.mathematics import measure, rng, sums
from dlbook.mathematics.elementary import sqrt
from dlbook.mathematics.grids import linspace
from dlbook.mathematics.nets import Stack
from dlbook.record.claims import Claim, Convention, Factor
from dlbook.training import data, stats
from dlbook.training.replay import Dataset, Drawn, Run, geometric


@dataclass(frozen=True)
class Config:
    """Two hidden layers of ``width`` ReLUs on ``points`` of a mixture in ``inputs`` dimensions.

    A net has learned its labels when it gives ``learned`` of them.
    """

    inputs: int = 6
    width: int = 64
    points: int = 150
    start: str = "he_normal"
    rate: float = 3e-3
    batch: int = 64
    steps: int = 1000
    learned: float = 0.95
    seeds: int = 64
    first_seed: int = 0


SMALL = Config(width=16, points=40, batch=20, steps=80, seeds=8)
GRID = Config(seeds=24)
GRID_BUDGET = 60.0

WORDS = {
    "course": ("记住的标签所占比例", "Share of the labels given"),
    "steps": ("步数", "steps"),
    "true": ("真实", "true"),
    "halved": ("切开", "cut"),
    "shuffled": ("打乱", "shuffled"),
    "coins": ("抛硬币", "coins"),
    "needed": ("记住 {learned} 的步数", "Steps to {learned}"),
    "alignment": ("对齐度", "Alignment"),
}

# What the labels of the same points are. True: the classes that the points were drawn from. Halved:
# which side of a random plane through the middle of the points they lie on, so that neighbours
# agree, though it is not their class. Shuffled: as many of either as of the true ones, in an order
# by lot. Coins: neither.
_LABELS = ("true", "halved", "shuffled", "coins")
_RANDOM = "coins"
_LOOKS = {
    "true": ("deep", "-"), "halved": ("extra", "-."), "shuffled": ("muted", ":"),
    "coins": ("ink", "--"),
}  # fmt: skip


@dataclass(frozen=True)
class Result:
    """``needed``: the median recorded step by which the labels are learned; all steps if never.

    ``slower``: how many times as many steps coins take, paired by seed, median; ``more`` the
    difference in steps. ``never``: the share of nets that have not learned after all steps.
    ``alignment``: of the gradient kernel at the start with the labels, ``aligned`` that of the true
    ones less that of coins, paired; ``balance`` the share of the commoner label. ``bayes``: the
    accuracy of the best classifier, ``easier`` its rank correlation with the steps that true labels
    take. ``steps`` ``(labels, seeds)``, ``alignments`` alike; ``course`` ``(labels, k)``: the mean
    share of labels before the updates ``recorded``.
    """

    config: Config
    needed: Along[Estimate]
    slower: Along[Estimate]
    more: Along[Estimate]
    never: Along[Estimate]
    alignment: Along[Estimate]
    aligned: Along[Estimate]
    balance: Along[Estimate]
    bayes: Estimate
    easier: Estimate
    recorded: Tensor
    steps: Tensor
    alignments: Tensor
    course: Tensor


@dataclass(frozen=True)
class Replay:
    """What a reader may choose of a run."""

    seed: int = 0
    labels: str = "true"


def replay(choice: Replay, cfg: Config) -> Run:
    """The same points, start and batches; only the labels differ."""
    lookup("labels", choice.labels, dict.fromkeys(_LABELS))

    def draw(seeds: Sequence[int]) -> Dataset:
        x, labels = samples(seeds, cfg)
        return Dataset(f"{choice.labels} labels", x, labels[choice.labels])

    return Run(
        widths=(cfg.inputs, cfg.width, cfg.width, 2),
        activation="relu",
        init=(cfg.start,) * 3,
        data=Drawn(f"{choice.labels} labels", draw),
        points=0,
        loss="cross_entropy",
        optimiser="adam",
        rate=cfg.rate,
        steps=cfg.steps,
        batch=cfg.batch,
    )


def mixture(seeds: Sequence[int], cfg: Config) -> data.Mixture:
    """The mixture of every seed, as Source E makes it."""
    return data.mixture(cfg.inputs, rng.streams(seeds, "mixture"))


def samples(seeds: Sequence[int], cfg: Config) -> tuple[Tensor, dict[str, Tensor]]:
    """Points ``(s, n, inputs)`` of the mixture, and every kind of labels, ``(s, n)``."""
    half = cfg.points // 2
    x, true = mixture(seeds, cfg).draw(cfg.points - half, half, rng.streams(seeds, "inputs"))
    plane = rng.streams(seeds, "plane").normal(cfg.inputs)
    centred = x - sums.mean(x, 1, keepdim=True)
    spread = sqrt(sums.mean(centred.square(), 1))[:, None]
    side = sums.product(centred / spread, plane[..., None])[..., 0]
    order = rng.streams(seeds, "order").permutation(cfg.points)
    coins = rng.streams(seeds, "coins").uniform(cfg.points) < 0.5
    return x, {
        "true": true.contiguous(),
        "halved": (side > 0).long(),
        "shuffled": true.gather(1, order),
        "coins": coins.long(),
    }


def recorded(cfg: Config) -> list[int]:
    """Sixty-one steps in geometric progression."""
    return geometric(cfg.steps, 61)


def kernel(stack: Stack, x: Tensor) -> Tensor:
    """How alike the two points of a pair are to the net at its start, ``(s, n, n)``.

    The product of the gradients, by all parameters, of the difference of the two outputs: layer by
    layer, (the layer's inputs at both points, and 1 for the bias) times (what the difference gains
    from that layer's sums at both points), as in Jacot, Gabriel and Hongler 2018. ReLUs.
    """
    signals = stack.signals(x)
    layers = stack.layers
    gain = (layers[-1][0][..., 1] - layers[-1][0][..., 0])[:, None]  # (s, 1, width)
    found = 2 * (sums.product(signals[-2], signals[-2].mT) + 1)
    for depth in range(len(layers) - 2, -1, -1):
        gain = torch.where(signals[depth] > 0, gain, 0.0)
        below = x if depth == 0 else signals[depth - 1]
        found = found + (sums.product(below, below.mT) + 1) * sums.product(gain, gain.mT)
        gain = sums.product(gain, layers[depth][0].mT)
    return found


def alignment(similar: Tensor, labels: Tensor) -> Tensor:
    """Of a kernel with labels, both centred: yᵀKy / (|K| |y|²), ``(s,)``.

    Cristianini, Shawe-Taylor, Elisseeff and Kandola 2001; centred as in Cortes, Mohri and
    Rostamizadeh 2012.
    """
    y = labels.double()
    y = y - sums.mean(y, 1, keepdim=True)
    rows = similar - sums.mean(similar, 1, keepdim=True)
    centred = rows - sums.mean(rows, 2, keepdim=True)
    along_y = sums.total(y * sums.product(centred, y[..., None])[..., 0], 1)
    return along_y / (sums.norm(centred.flatten(1), 1) * sums.total(y.square(), 1))


def rank_correlation(a: Tensor, b: Tensor) -> Tensor:
    """Spearman's, of pairs along the last dimension; equal values share their mean rank."""
    first, second = (ranks(part) for part in (a, b))
    first = first - sums.mean(first, -1, keepdim=True)
    second = second - sums.mean(second, -1, keepdim=True)
    both = sums.norm(first, -1) * sums.norm(second, -1)
    return sums.total(first * second, -1) / torch.where(both > 0, both, 1.0)


def ranks(values: Tensor) -> Tensor:
    """How many values are smaller, and half of those that are equal, ``(…, n)``."""
    pairs = values[..., :, None], values[..., None, :]
    return sums.total((pairs[1] < pairs[0]).double() + (pairs[1] == pairs[0]).double() / 2, -1)


def run(cfg: Config) -> Result:
    seeds = seeds_from(cfg.first_seed, cfg.seeds)
    steps = torch.tensor(recorded(cfg))
    x, labels = samples(seeds, cfg)
    plans = {kind: replay(Replay(labels=kind), cfg) for kind in _LABELS}
    similar = kernel(plans["true"].stack(seeds), x)
    courses, needed, aligned = {}, {}, {}
    for kind, plan in plans.items():
        fit = plan.fit(
            seeds,
            steps.tolist(),
            watch=lambda now, y=labels[kind]: measure.accuracy(now.predict(x), y),  # type: ignore[misc]
            what=f"{kind} labels",
        )
        assert fit.watched is not None
        courses[kind] = fit.watched
        there = fit.watched >= cfg.learned
        first = steps[there.int().argmax(1)]
        needed[kind] = torch.where(there.any(1), first, steps[-1]).double()
        aligned[kind] = alignment(similar, labels[kind])
    others = [kind for kind in _LABELS if kind != _RANDOM]
    bayes = mixture(seeds, cfg).bayes_accuracy
    rows = torch.arange(cfg.seeds, dtype=torch.float64)
    return Result(
        config=cfg,
        needed=each(lambda labels: stats.median(needed[labels]), labels=_LABELS),
        slower=each(lambda labels: stats.median(needed[_RANDOM] / needed[labels]), labels=others),
        more=each(lambda labels: stats.difference(needed[_RANDOM], needed[labels]), labels=others),
        never=each(
            lambda labels: stats.rate(~(courses[labels] >= cfg.learned).any(1)), labels=_LABELS
        ),
        alignment=each(lambda labels: stats.mean(aligned[labels]), labels=_LABELS),
        aligned=each(
            lambda labels: stats.difference(aligned[labels], aligned[_RANDOM]), labels=others
        ),
        balance=each(
            lambda kind: stats.mean((sums.mean(labels[kind].double(), 1) - 0.5).abs() + 0.5),
            kind=_LABELS,
        ),
        bayes=stats.mean(bayes),
        easier=stats.bootstrap(
            rows,
            lambda picked: rank_correlation(bayes[picked.long()], needed["true"][picked.long()]),
            rng.stream(cfg.first_seed, "bootstrap"),
            resamples=1000,
        ),
        recorded=steps,
        steps=torch.stack([needed[kind] for kind in _LABELS]),
        alignments=torch.stack([aligned[kind] for kind in _LABELS]),
        course=torch.stack([sums.mean(courses[kind], 0) for kind in _LABELS]),
    )


def check(res: Result) -> None:
    assert (res.alignments.abs() <= 1).all(), "an alignment is a cosine"
    true, shuffled = res.balance["true"], res.balance["shuffled"]
    assert true == shuffled, "shuffled labels are as many of either as the true ones"


def draw(res: Result, t: Words) -> Figure:
    figure, axes = mosaic([["course", "course"], ["needed", "alignment"]], 5.6, [1.2, 1])
    _course(res, axes["course"], t)
    cells = {"needed": res.steps, "alignment": res.alignments}
    for name, rows in cells.items():
        _dots(rows, axes[name])
        axes[name].set_xticks(range(len(_LABELS)), [t[kind] for kind in _LABELS])
    learned = t.number(res.config.learned, ".0%")
    axes["needed"].set(yscale="log", title=t["needed"].format(learned=learned))
    axes["alignment"].set(title=t["alignment"])
    level_line(axes["alignment"], 0)
    powers(axes["needed"])
    return figure


def _course(res: Result, ax: Axes, t: Words) -> None:
    x = [max(step, 1) for step in res.recorded.tolist()]
    for place, (kind, course) in enumerate(zip(_LABELS, res.course, strict=True)):
        role, dash = _LOOKS[kind]
        ax.plot(x, course, color=colour(role), linestyle=dash)
        direct_label(ax, 1.2, 0.92 - 0.06 * place, t[kind], role, va="top")
    level_line(ax, res.config.learned)
    ax.set(xscale="log", xlabel=t["steps"], ylim=(0.4, 1.02), title=t["course"])
    powers(ax)


def _dots(rows: Tensor, ax: Axes) -> None:
    """Every seed, and the median of each kind of labels."""
    for place, (kind, row) in enumerate(zip(_LABELS, rows, strict=True)):
        aside = linspace(-0.26, 0.26, len(row))
        ax.plot(place + aside, row, ".", color=colour(_LOOKS[kind][0]), markersize=3)
        middle = float(sums.quantile(row, 0.5))
        ax.plot((place - 0.36, place + 0.36), (middle, middle), color=colour("ink"))
    ax.set_xlim(-0.5, len(_LABELS) - 0.5)
    bare(ax, "x", line=True)


_LONGER = at_least(
    1.25,
    because=(
        "至少多花四分之一的步数，才说得上“更久”；再少就分不清记录的步子有多密。",
        "“Longer” is a quarter more steps at least; less is lost between the steps recorded.",
    ),
)
_CONVENTIONS = (
    Convention("start", ("初始化", "start"), ({"start": "fan_in_uniform"},)),
    Convention("rate", ("学习率", "rate"), ({"rate": 1e-3},)),
)
CLAIMS: list[Claim[Result]] = [
    Claim(
        id="E05b",
        source="Source E §5",
        kind="finding",
        statement=(
            "学习随机标签，比学习真实标签花的时间更久。",
            "Random labels take longer to learn than true ones.",
        ),
        measure=lambda res: res.slower["true"],
        bound=_LONGER,
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="E05c",
        source="Source E §5",
        kind="cause",
        statement=(
            "因为标签有意义时，学会一个点，就学会了与它相似的别的点。",
            "For where labels have a meaning, a point that is learned teaches those like it.",
        ),
        measure=lambda res: res.slower["true"],
        bound=_LONGER,
        factors=(
            Factor(
                ("邻近的点标签一致", "neighbours have one label"),
                lambda res: res.slower["halved"],
                rival=False,
            ),
            Factor(
                ("两类标签各有多少", "how many there are of either label"),
                lambda res: res.slower["shuffled"],
            ),
        ),
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="E05c/alignment",
        source="this book, after Source E §5",
        kind="finding",
        statement=(
            "还没有训练，真实标签就比随机标签更合网络对“相似”的看法。",
            "Before any training true labels agree with what the net finds alike, more than coins.",
        ),
        measure=lambda res: res.aligned["true"],
        bound=at_least(
            0.05,
            because=(
                "对齐度是余弦；抛硬币的在零附近，二十分之一以内的差别不算数。",
                "An alignment is a cosine; coins are near zero, and a twentieth would be little.",
            ),
        ),
        conventions=_CONVENTIONS,
    ),
]

if __name__ == "__main__":
    show(__name__)
