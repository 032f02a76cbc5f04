"""Nets do not learn the product of many signs, and learn what most of the same signs are."""

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
from dlbook.figures.idioms import bare, direct_label, level_line
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, panels
from dlbook.mathematics import measure, rng, sums
from dlbook.mathematics.explicit import Layers, dense_parameters, evaluate
from dlbook.mathematics.grids import linspace
from dlbook.record.claims import Budget, Claim, Convention
from dlbook.training import stats
from dlbook.training.replay import Dataset, Run


@dataclass(frozen=True)
class Config:
    """Examples of so many ``signs``, about half of which decide; no example comes twice.

    Nets have one hidden layer of ``wide`` ReLUs, or the layers ``deep``; each learns each rule at
    the best of ``rates``, chosen on ``choosing_seeds`` others.
    """

    signs: tuple[int, ...] = (10, 20, 40)
    wide: int = 64
    deep: tuple[int, ...] = (24, 24, 24)
    new: int = 4096
    start: str = "he_normal"
    rates: tuple[float, ...] = (1e-2, 3e-3)
    batch: int = 32
    steps: int = 3072
    choosing_seeds: int = 2
    seeds: int = 8
    first_seed: int = 0


SMALL = Config(signs=(4, 6, 10), wide=16, deep=(8, 6), new=256, batch=8, steps=32, seeds=6)
GRID = Config(seeds=6)
GRID_BUDGET = 140.0

WORDS = {
    "after": ("训练之后", "After training"),
    "course": ("乘积，一层", "Product, one layer"),
    "signs": ("符号个数", "signs"),
    "accuracy": ("正确率", "accuracy"),
    "steps": ("步数", "steps"),
    "majority": ("多数", "majority"),
    "product": ("乘积", "product"),
    "chance": ("瞎猜", "chance"),
}

_NETS = ("wide", "deep")
_RULES = ("product", "majority")
_LOOKS = {"wide": ("shallow", "o"), "deep": ("deep", "D")}
_HALF = 0.5
_DIGITS = 20  # of each number whose digits are signs
_DOUBLINGS = 4  # of the steps, that the curve shows


@dataclass(frozen=True)
class Result:
    """Along ``net``, ``rule`` and number of ``signs``, of which ``counting`` decide.

    ``accuracy`` on new examples at the end, ``changes`` what the second half of the steps added to
    it, ``course`` that after so many ``steps``; ``chosen`` the rates. ``written``: the share of new
    examples that weights written down for the product get right. ``by_seed`` ``(seeds,)``: the
    accuracies.
    """

    config: Config
    counting: Along[int]
    parameters: Along[int]
    examples: int
    chosen: Along[float]
    accuracy: Along[Estimate]
    changes: Along[Estimate]
    course: Along[Estimate]
    written: Along[float]
    exact: Estimate
    by_seed: Along[Tensor]


@dataclass(frozen=True)
class Replay:
    """What a reader may choose: net, rule, number of signs, and the rate."""

    seed: int = 0
    net: str = "wide"
    rule: str = "product"
    signs: int = Config.signs[0]
    rate: float = 3e-3


def hidden(net: str, cfg: Config) -> tuple[int, ...]:
    return lookup("net", net, {"wide": (cfg.wide,), "deep": cfg.deep})


def counting(signs: int) -> int:
    """How many of the signs decide: about half of them, an odd number, so that most is clear."""
    return max(1, (signs // 2 - 1) // 2 * 2 + 1)


def answers(rule: str, k: int, x: Tensor) -> Tensor:
    """1 where the first k signs multiply, or add up, to more than 0, else 0: ``(n,)``."""
    total = sums.total(x[:, :k], 1)
    negative = (k - total) / 2  # so many of them are -1
    return lookup(
        "rule", rule, {"product": (negative % 2 == 0).long(), "majority": (total > 0).long()}
    )


def examples(part: str, count: int, signs: int, cfg: Config) -> Tensor:
    """Signs ``(count, signs)``, each 1 or -1 with the same chance: binary digits of numbers."""
    drawn = rng.stream(cfg.first_seed, "signs", part)
    numbers = drawn.integers(2**_DIGITS, count, -(-signs // _DIGITS))
    digits = numbers[..., None] // 2 ** torch.arange(_DIGITS) % 2
    return 2.0 * digits.flatten(1)[:, :signs] - 1


def replay(choice: Replay, cfg: Config) -> Run:
    """One net on one rule; no example is used twice."""
    layers = hidden(choice.net, cfg)
    if choice.signs < 2:
        raise ValueError(f"{choice.signs} signs; take 2 or more")
    k = counting(choice.signs)
    x = examples("training", cfg.steps * cfg.batch, choice.signs, cfg)
    return Run(
        widths=(choice.signs, *layers, 2),
        activation="relu",
        init=(cfg.start,) * (len(layers) + 1),
        data=Dataset(
            f"{choice.rule} of {k} of {choice.signs} signs", x, answers(choice.rule, k, x)
        ),
        points=0,
        loss="cross_entropy",
        optimiser="adam",
        rate=choice.rate,
        steps=cfg.steps,
        batch=cfg.batch,
    )


def times(cfg: Config) -> list[int]:
    """The numbers of steps at which the curve is seen, the last of them all."""
    return [cfg.steps // 2**k for k in range(_DOUBLINGS, -1, -1)]


def course(choice: Replay, seeds: Sequence[int], cfg: Config) -> Tensor:
    """Accuracies on new examples ``(seeds, times)``."""
    x = examples("new", cfg.new, choice.signs, cfg)
    y = answers(choice.rule, counting(choice.signs), x)
    fit = replay(choice, cfg).fit(
        seeds,
        at=times(cfg),
        watch=lambda stack: measure.accuracy(stack.predict(x), y),
        what=f"{choice.rule}, {choice.signs} signs, {choice.net}",
        noted=False,
    )
    assert fit.watched is not None
    return fit.watched


def at_best(net: str, rule: str, signs: int, cfg: Config) -> tuple[float, Tensor]:
    """The rate with which other seeds end most accurate, and the accuracies at it."""
    others = seeds_from(cfg.first_seed, cfg.choosing_seeds, apart=1)

    def at(rate: float) -> Replay:
        return Replay(net=net, rule=rule, signs=signs, rate=rate)

    best = cfg.rates[0]
    if len(cfg.rates) > 1:
        best = max(
            cfg.rates, key=lambda rate: float(sums.mean(course(at(rate), others, cfg)[:, -1]))
        )
    return best, course(at(best), seeds_from(cfg.first_seed, cfg.seeds), cfg)


def written(net: str, signs: int, cfg: Config) -> Layers:
    """Weights with which a net of this shape has the product of the k signs that decide.

    In the first layer unit j adds how far the number of positive signs is above j; a zigzag of
    slope 1 of these is 1 where that number is as odd as k, else 0. Later layers pass it on.

    Raises:
        ValueError: the first layer has fewer units than signs that count.
    """
    layers, k = hidden(net, cfg), counting(signs)
    if layers[0] < k:
        raise ValueError(f"{layers[0]} units for {k} signs; take {k} or more")
    W, b = nothing(signs, layers[0]), nothing(layers[0])
    W[:k, :k] = _HALF  # the number of positive ones is k/2 + half of their sum
    b[:k] = k / 2 - torch.arange(k)
    turns = [1.0, *(2.0 * (-1) ** j for j in range(1, k))]
    zigzag = nothing(layers[0])
    zigzag[:k] = torch.tensor(turns, dtype=torch.float64)
    made, reads = [(W, b)], zigzag[:, None]
    for width in layers[1:]:
        V = nothing(reads.shape[0], width)
        V[:, :1] = reads
        made.append((V, nothing(width)))
        reads = nothing(width, 1)
        reads[0] = 1.0
    # The zigzag is 1 for odd numbers of positive signs; k is odd, so the product is 1 there.
    out = torch.cat([-reads, reads], 1)
    return [*made, (out, torch.tensor([_HALF, -_HALF], dtype=torch.float64))]


def nothing(*shape: int) -> Tensor:
    return torch.zeros(*shape, dtype=torch.float64)


def right(net: str, signs: int, cfg: Config) -> float:
    """The share of new examples that the weights written down get right."""
    x = examples("new", cfg.new, signs, cfg)
    found = evaluate(written(net, signs, cfg), x)[None]
    return float(measure.accuracy(found, answers("product", counting(signs), x)))


def run(cfg: Config) -> Result:
    found = each(
        lambda net, rule, signs: at_best(net, rule, signs, cfg),
        net=_NETS,
        rule=_RULES,
        signs=cfg.signs,
    )
    seen = times(cfg)
    exact = each(lambda net, signs: right(net, signs, cfg), net=_NETS, signs=cfg.signs)
    return Result(
        config=cfg,
        counting=each(counting, signs=cfg.signs),
        parameters=each(
            lambda net, signs: dense_parameters((signs, *hidden(net, cfg), 2)),
            net=_NETS,
            signs=cfg.signs,
        ),
        examples=cfg.steps * cfg.batch,
        chosen=found.map(lambda one: one[0]),
        accuracy=found.map(lambda one: stats.mean(one[1][:, -1])),
        changes=found.map(lambda one: stats.difference(one[1][:, -1], one[1][:, -2])),
        course=each(
            lambda net, rule, signs, steps: stats.mean(
                found[net, rule, signs][1][:, seen.index(steps)]
            ),
            net=_NETS,
            rule=_RULES,
            signs=cfg.signs,
            steps=seen,
        ),
        written=exact,
        exact=stats.share([one == 1.0 for one in exact]),
        by_seed=found.map(lambda one: one[1][:, -1]),
    )


def check(res: Result) -> None:
    cfg = res.config
    for signs in cfg.signs:
        x = examples("new", cfg.new, signs, cfg)
        product = x[:, 0]
        for place in range(1, counting(signs)):
            product = product * x[:, place]
        found = answers("product", counting(signs), x)
        assert torch.equal(found, (product > 0).long()), "the rule is a product"
    assert set(res.written) == {1.0}, "weights are written down that have the product"
    assert all((row >= 0).all() and (row <= 1).all() for row in res.by_seed), "shares"


def draw(res: Result, t: Words) -> Figure:
    figure, axes = panels(1, 2, height=3.4)
    _ends(res, axes[0, 0], t)
    _course(res, axes[0, 1], t)
    return figure


def _ends(res: Result, ax: Axes, t: Words) -> None:
    many = res.config.signs
    for net, side in zip(_NETS, (-0.14, 0.14), strict=True):
        role, marker = _LOOKS[net]
        places = [place + side for place in range(len(many))]
        for place, signs in zip(places, many, strict=True):
            row = res.by_seed[net, "product", signs]
            ax.plot(place + linspace(-0.1, 0.1, len(row)), row, "o", markersize=2.5,
                    color=colour("line"))  # fmt: skip
        for rule, dash, face in zip(_RULES, ("-", ":"), (colour(role), "none"), strict=True):
            means = [res.accuracy[net, rule, signs].mean for signs in many]
            ax.plot(places, means, f"{marker}{dash}", color=colour(role), markersize=5,
                    linewidth=1.2, markerfacecolor=face)  # fmt: skip
    level_line(ax, _HALF)
    last = len(many) - 1
    direct_label(ax, -0.3, 0.49, t["chance"], "muted", va="top")
    direct_label(ax, last + 0.3, 1.03, t["majority"], "muted", ha="right", va="bottom")
    direct_label(ax, last + 0.3, 0.54, t["product"], "muted", ha="right", va="bottom")
    ax.set_xticks(range(len(many)), [str(signs) for signs in many])
    ax.set(title=t["after"], xlabel=t["signs"], ylabel=t["accuracy"], ylim=(0.4, 1.14))
    ax.set(yticks=(0.5, 0.75, 1), xlim=(-0.4, last + 0.4))
    bare(ax, "x", line=True)


def _course(res: Result, ax: Axes, t: Words) -> None:
    steps, places = times(res.config), []
    role, _ = _LOOKS["wide"]
    for signs, look in zip(res.config.signs, ("o--", "s-", "^:"), strict=True):
        row = [res.course["wide", "product", signs, step].mean for step in steps]
        ax.plot(steps, row, look, color=colour(role), markersize=4, linewidth=1.2)
        places.append((row[-1], str(signs)))
    height = 0.0
    for mean, name in sorted(places):  # from the lowest, each clear of the one below
        height = max(height + 0.06, mean)
        direct_label(ax, steps[-1] * 1.15, height, name, role, va="center")
    level_line(ax, _HALF)
    ax.set(title=t["course"], xlabel=t["steps"], xscale="log", ylim=(0.4, 1.14))
    ax.set(yticks=(0.5, 0.75, 1))
    ax.set_xticks(steps, [t.number(step) for step in steps])
    ax.minorticks_off()


_VARIED = (
    Convention("start", ("初始化", "start"), ({"start": "fan_in_uniform"},)),
    Convention("rate", ("学习率：最好的，或同一个", "rate: best, or one"), ({"rates": (3e-3,)},)),
)

_LEARNED = at_least(0.95, because=("二十个例子里至多错一个。", "One in twenty wrong at most."))
_UNLEARNED = at_most(
    0.55,
    because=(
        "比一半多不到百分之五，就算没有学到。",
        "Less than five percentage points above a half is next to nothing.",
    ),
)

CLAIMS: list[Claim[Result]] = [
    Claim(
        id="X14",
        source="this book, after Shalev-Shwartz, Shamir & Shammah 2017",
        kind="finding",
        statement=(
            "许多个符号的乘积，训练过的网络在新例子上只比瞎猜好一点点，或者一样。",
            "Of the product of many signs trained nets get hardly more than half of new examples "
            "right.",
        ),
        measure=lambda res: each(
            lambda net: res.accuracy[net, "product", res.config.signs[-1]], net=_NETS
        ),
        bound=_UNLEARNED,
        budget=Budget(
            change=lambda res: each(
                lambda net: res.changes[net, "product", res.config.signs[-1]], net=_NETS
            ),
            within=0.05,
        ),
        conventions=_VARIED,
    ),
    Claim(
        id="X14/written",
        source="this book, after Shalev-Shwartz, Shamir & Shammah 2017",
        kind="construction",
        statement=(
            "这些形状的网络，都写得出乘积的权重。",
            "For each of these shapes weights can be written down that have the product.",
        ),
        measure=lambda res: res.exact,
        bound=EVERY,
    ),
    Claim(
        id="X14/few",
        source="this book, after Shalev-Shwartz, Shamir & Shammah 2017",
        kind="finding",
        statement=(
            "符号少的时候，同样的网络学得会乘积。",
            "With few signs the same nets learn the product.",
        ),
        measure=lambda res: each(
            lambda net: res.accuracy[net, "product", res.config.signs[0]], net=_NETS
        ),
        bound=_LEARNED,
        budget=Budget(
            change=lambda res: each(
                lambda net: res.changes[net, "product", res.config.signs[0]], net=_NETS
            ),
            within=0.05,
        ),
        conventions=_VARIED,
    ),
    Claim(
        id="X14/majority",
        source="this book, after Shalev-Shwartz, Shamir & Shammah 2017",
        kind="finding",
        statement=(
            "同样这许多个符号，多数是正是负，同样的网络学得会。",
            "What most of the same many signs are, the same nets learn.",
        ),
        measure=lambda res: each(
            lambda net: res.accuracy[net, "majority", res.config.signs[-1]], net=_NETS
        ),
        bound=_LEARNED,
        budget=Budget(
            change=lambda res: each(
                lambda net: res.changes[net, "majority", res.config.signs[-1]], net=_NETS
            ),
            within=0.05,
        ),
        conventions=_VARIED,
    ),
]

if __name__ == "__main__":
    show(__name__)
