"""With batch normalisation a net trains from starts and at rates where without it none does."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, each
from dlbook.base.evidence import EVERY, Estimate, at_least
from dlbook.base.lookup import lookup
from dlbook.base.seeds import seeds_from
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, mosaic
from dlbook.mathematics import measure, nets, rng, sums
from dlbook.mathematics.batch_statistics import at_rest
from dlbook.mathematics.nets import MLP, Stack
from dlbook.record.claims import Budget, Claim, Convention, Factor
from dlbook.training import data, stats
from dlbook.training.replay import Begun, Dataset, Drawn, Run


@dataclass(frozen=True)
class Config:
    """``depth`` layers of ReLUs on ``points`` of two moons, by gradient descent with momentum.

    All weights of the start called ``start`` are multiplied by one of ``scales``. A net has been
    trained if it has ``enough`` of its samples right after ``steps``.
    """

    depth: int = 6
    width: int = 32
    points: int = 128
    noise: float = 0.1
    start: str = "lecun_normal"
    scales: tuple[float, ...] = (0.1, 0.5, 1.4, 5.0)
    rates: tuple[float, ...] = (0.01, 0.1, 0.5)
    eps: float = 1e-5
    steps: int = 300
    enough: float = 0.95
    seeds: int = 8
    first_seed: int = 0


SMALL = Config(depth=2, width=6, points=12, scales=(0.1, 1.4), rates=(0.01, 0.5), steps=10, seeds=3)
GRID = Config(seeds=4)
GRID_BUDGET = 100.0

WORDS = {
    "plain": ("没有批标准化", "no batch norm"),
    "once": ("只标准化起点", "start normalised"),
    "norm": ("批标准化", "batch norm"),
    "rate": ("学习率", "rate"),
    "scale": ("起点乘以", "start times"),
}

_KINDS = ("plain", "once", "norm")
_FACTORS = (0.5, 4.0)  # powers of two: what they multiply is rounded in no other way
_CLOSE = 1e-6
_AREA = 260.0


@dataclass(frozen=True)
class Result:
    """``accuracy`` on the training set with batch normalisation, by scale and rate.

    ``change`` is what the second half of the steps added to it.
    ``cells``: the share of all scales and rates at which nets of a kind train; ``gain`` with batch
    normalisation less without, ``gain_once`` where the start alone is normalised, ``gain_every``
    with batch normalisation less the start alone. ``same``: of each seed whether answers are the
    same after all hidden weights were multiplied by a number. ``trained`` ``(kinds, scales,
    rates)``: the share of seeds.
    """

    config: Config
    accuracy: Along[Estimate]
    change: Along[Estimate]
    cells: Along[Estimate]
    gain: Estimate
    gain_once: Estimate
    gain_every: Estimate
    same: Tensor
    trained: Tensor


@dataclass(frozen=True)
class Replay:
    """What a reader may choose of a run: its kind (plain, once, norm), scale and rate."""

    seed: int = 0
    kind: str = "norm"
    scale: float = 1.4
    rate: float = 0.1


def replay(choice: Replay, cfg: Config) -> Run:
    """A net on the moons of its seed."""
    net = shape(cfg, lookup("kind", choice.kind, {"plain": None, "once": None, "norm": cfg.eps}))
    moons = Drawn("two moons", lambda seeds: samples(seeds, cfg))

    def begun(seeds: Sequence[int]) -> Tensor:
        if choice.kind != "once":
            return started(net, seeds, choice.scale, cfg).flat
        normalised = started(shape(cfg, cfg.eps), seeds, choice.scale, cfg)
        return at_rest(normalised, samples(seeds, cfg).x).flat

    return Run(
        widths=net.widths,
        activation=net.activation,
        init=(),
        start=Begun(f"{cfg.start} times {choice.scale}", begun),
        data=moons,
        points=0,
        loss="cross_entropy",
        optimiser="momentum",
        rate=choice.rate,
        steps=cfg.steps,
        batch_norm=net.batch_norm,
    )


def shape(cfg: Config, eps: float | None) -> MLP:
    """The shape of the nets."""
    return MLP((2, *(cfg.width,) * cfg.depth, 2), "relu", (), (), eps)


def started(net: MLP, seeds: Sequence[int], scale: float, cfg: Config) -> Stack:
    """Nets before training, all their weights multiplied by ``scale``."""
    stack = nets.init(net, seeds, cfg.start)
    for W, _ in stack.layers:
        W.mul_(scale)
    return stack


def samples(seeds: Sequence[int], cfg: Config) -> Dataset:
    """The two moons of each seed."""
    x, y = data.moons(cfg.points, cfg.noise, rng.streams(seeds, "moons"))
    return Dataset("two moons", x, y.contiguous())


def right(kind: str, scale: float, rate: float, seeds: Sequence[int], cfg: Config) -> Tensor:
    """The share of its samples that a net has right after half of the steps and all, ``(s, 2)``.

    One that has left the numbers has none.
    """
    seen = samples(seeds, cfg)

    def watch(stack: Stack) -> Tensor:
        out = at_rest(stack, seen.x).predict(seen.x)
        sound = torch.isfinite(out).flatten(1).all(1)
        return torch.where(sound, measure.accuracy(out.nan_to_num(), seen.y), 0.0)

    fit = replay(Replay(kind=kind, scale=scale, rate=rate), cfg).fit(
        seeds, (cfg.steps // 2, cfg.steps), watch, f"{kind}, {scale}, {rate}", tolerate=True
    )
    assert fit.watched is not None
    return fit.watched


def run(cfg: Config) -> Result:
    seeds = seeds_from(cfg.first_seed, cfg.seeds)
    found = {
        (kind, scale, rate): right(kind, scale, rate, seeds, cfg)
        for kind in _KINDS
        for scale in cfg.scales
        for rate in cfg.rates
    }
    learned = {
        kind: torch.stack(
            [
                torch.stack(
                    [(found[kind, scale, rate][:, 1] >= cfg.enough).double() for rate in cfg.rates]
                )
                for scale in cfg.scales
            ]
        )
        for kind in _KINDS
    }
    shares = {kind: sums.mean(rows.flatten(0, 1), 0) for kind, rows in learned.items()}
    return Result(
        config=cfg,
        accuracy=each(
            lambda scale, rate: stats.mean(found["norm", scale, rate][:, 1]),
            scale=cfg.scales,
            rate=cfg.rates,
        ),
        change=each(
            lambda scale, rate: stats.difference(*found["norm", scale, rate].flip(1).T),
            scale=cfg.scales,
            rate=cfg.rates,
        ),
        cells=each(lambda kind: stats.mean(shares[kind]), kind=_KINDS),
        gain=stats.difference(shares["norm"], shares["plain"]),
        gain_once=stats.difference(shares["once"], shares["plain"]),
        gain_every=stats.difference(shares["norm"], shares["once"]),
        same=invariant(seeds, cfg),
        trained=torch.stack([sums.mean(learned[kind], -1) for kind in _KINDS]),
    )


def invariant(seeds: Sequence[int], cfg: Config) -> Tensor:
    """Whether answers stay as they are when hidden weights are multiplied, ``(s,)``.

    With an ε of 0 they do exactly; here it is next to nothing.
    """
    x = samples(seeds, cfg).x
    answers = []
    for factor in (1.0, *_FACTORS):
        stack = nets.init(shape(cfg, 2.0**-60), seeds, cfg.start)
        for W, _ in stack.layers[:-1]:
            W.mul_(factor)
        answers.append(at_rest(stack, x).predict(x))
    apart = [(other - answers[0]).abs().flatten(1).amax(1) for other in answers[1:]]
    return torch.stack(apart).amax(0) <= _CLOSE


def check(res: Result) -> None:
    assert res.same.all(), "a normalised sum does not know how large its weights are"


def draw(res: Result, t: Words) -> Figure:
    figure, axes = mosaic([list(_KINDS)], 3.0)
    scales, rates = res.config.scales, res.config.rates
    for kind, map_of in zip(_KINDS, res.trained, strict=True):
        ax = axes[kind]
        for row, shares in enumerate(map_of.tolist()):
            for column, share in enumerate(shares):
                ax.scatter(column, row, _AREA, marker="s", facecolors="none",
                           edgecolors=colour("muted"), linewidths=0.8)  # fmt: skip
                if share:
                    ax.scatter(column, row, _AREA * share, marker="s", color=colour("deep"),
                               linewidths=0)  # fmt: skip
        ax.set_xticks(range(len(rates)), [t.number(rate) for rate in rates])
        ax.set_yticks(range(len(scales)), [t.number(scale) for scale in scales])
        ax.set(title=t[kind], xlabel=t["rate"], xlim=(-0.6, len(rates) - 0.4))
        ax.set(ylim=(-0.6, len(scales) - 0.4))
    axes["plain"].set_ylabel(t["scale"])
    return figure


_CONVENTIONS = (
    Convention("start", ("分布", "distribution"), ({"start": "xavier_uniform"},)),
    Convention("rate", ("学习率", "rates"), ({"rates": (0.03, 0.3, 1.0)},)),
)
_MORE = at_least(
    0.25,
    because=(
        "十二种里至少多三种练得动，才说得上“放宽”。",
        "Three of twelve cases more at least, or nothing has become easier to train.",
    ),
)

CLAIMS: list[Claim[Result]] = [
    Claim(
        id="X09",
        source="this book, after Ioffe and Szegedy 2015",
        kind="cause",
        statement=(
            "批标准化放宽了练得动的起点和学习率，因为它每一步都标准化，而不只是摆正了起点。",
            "Batch normalisation trains from more starts and at more rates, because it normalises"
            " at every step and does not only put the start right.",
        ),
        measure=lambda res: res.gain,
        bound=_MORE,
        factors=(
            Factor(
                ("每一步都标准化", "normalising at every step"),
                lambda res: res.gain_every,
                rival=False,
            ),
            Factor(("摆正的起点", "a start put right"), lambda res: res.gain_once),
        ),
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="X09/every",
        source="this book, after Ioffe and Szegedy 2015",
        kind="finding",
        statement=(
            "有了批标准化，训练对起点的大小和学习率不再敏感。",
            "With batch normalisation training is sensitive neither to the size of the start nor to"
            " the rate.",
        ),
        measure=lambda res: res.accuracy,
        bound=at_least(
            0.95,
            because=(
                "每一种起点和学习率都做对九成五以上，才说得上“不敏感”。",
                "To be insensitive is to have 95% right from every start and at every rate.",
            ),
        ),
        conventions=_CONVENTIONS,
        budget=Budget(change=lambda res: res.change, within=0.02),
    ),
    Claim(
        id="X09/invariant",
        source="this book, after Ioffe and Szegedy 2015",
        kind="theorem",
        statement=(
            "隐藏层的权重乘以任何正数，批标准化的网络给出同样的答案。",
            "Multiply hidden weights by any positive number: a net with batch normalisation gives"
            " the same answers.",
        ),
        measure=lambda res: stats.share(res.same),
        bound=EVERY,
    ),
]

if __name__ == "__main__":
    show(__name__)
