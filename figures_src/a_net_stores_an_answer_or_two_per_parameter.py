"""A trained net stores an answer or two at random for each of its parameters."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, along, each
from dlbook.base.evidence import EVERY, Estimate, at_least
from dlbook.base.seeds import seeds_from
from dlbook.figures.idioms import direct_label, interval, level_line, powers
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, panels
from dlbook.mathematics import explicit, polylines, rng, sums
from dlbook.mathematics.elementary import exp, log
from dlbook.mathematics.explicit import dense_parameters
from dlbook.mathematics.separability import cover_count
from dlbook.record.claims import Budget, Claim, Convention
from dlbook.training import stats
from dlbook.training.replay import Dataset, Drawn, Run, geometric


@dataclass(frozen=True)
class Config:
    """One hidden layer on ``inputs`` normal inputs whose labels are coins.

    ``ratios`` are labels for each parameter. Nets of every width have ReLUs, those of ``compared``
    units also ``other`` units. ``labelled`` random points are given any labels by weights that are
    written down.
    """

    inputs: int = 6
    widths: tuple[int, ...] = (8, 16, 32)
    compared: int = 16
    other: str = "sigmoid"
    ratios: tuple[float, ...] = (0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0)
    start: str = "he_normal"
    rate: float = 0.01
    steps: int = 5000
    seeds: int = 16
    labelled: int = 200
    first_seed: int = 0


SMALL = Config(widths=(4, 8), compared=4, seeds=8, steps=120, labelled=40)
GRID = Config(seeds=8)
GRID_BUDGET = 120.0

WORDS = {
    "stored": ("全部记住的网络", "Nets that have stored every label"),
    "ratio": ("每个参数的标签数 $n/P$", "labels per parameter $n/P$"),
    "unit": ("单元", "one unit"),
    "relu": ("{width} 个 ReLU", "{width} ReLUs"),
    "other": ("{width} 个 sigmoid", "{width} sigmoids"),
    "course": ("{width} 个 ReLU：记住的标签", "{width} ReLUs: labels stored"),
    "steps": ("步数", "steps"),
    "share": ("$n={ratio}P$", "$n={ratio}P$"),
}

_RELU = "relu"
_ONE, _HALF_MORE, _TWO = 1.0, 1.5, 2.0  # labels for each parameter that claims are about
_EARLY = 8  # the part of the steps after which a net is looked at early
_FLAT = 0.3  # a share of seeds that changes by less over a doubling does not come to one half
_CEILING = 20  # labels for each parameter at which the pigeonhole is asked


@dataclass(frozen=True)
class Result:
    """``stored``: the share of nets that give every label; ``right`` the mean share of labels.

    ``changes``: what the last doubling of steps added to ``stored``, ``gained`` all steps beyond
    their eighth part. ``others`` and ``others_changes``: the same of the other units; ``fewer``:
    by how much their share of nets lies below that of ReLUs. ``half``: labels for each parameter
    at which half of the nets store all, between ratios on a straight line; ``when`` the median
    step by which nets have stored all of so many labels as parameters, ReLUs first. ``possible``:
    at most so large a share of all labelings of ``crowd`` points can the nets give, whatever their
    weights. ``written``: of every draw, whether the net that is written down gives its labels, with
    ``written_units`` ReLUs at most. ``course`` ``(ratios, seeds, k)``: the share of labels that the
    widest nets store before the updates ``recorded``.
    """

    config: Config
    parameters: Along[int]
    stored: Along[Estimate]
    right: Along[Estimate]
    changes: Along[Estimate]
    gained: Along[Estimate]
    others: Along[Estimate]
    others_changes: Along[Estimate]
    fewer: Along[Estimate]
    fewer_changes: Along[Estimate]
    half: Along[float]
    others_half: float
    when: Along[Estimate]
    crowd: Along[int]
    possible: Along[float]
    written_units: int
    written: Tensor
    recorded: Tensor
    course: Tensor


@dataclass(frozen=True)
class Replay:
    """What a reader may choose of a run."""

    seed: int = 0
    width: int = 16
    activation: str = _RELU
    labels: int = 194


def replay(choice: Replay, cfg: Config) -> Run:
    """Random labels for the first of a seed's points; further ones leave them as they are."""

    def draw(seeds: Sequence[int]) -> Dataset:
        x, y = points(seeds, choice.labels, cfg)
        return Dataset("random labels", x, y)

    relu = choice.activation == _RELU
    return Run(
        widths=(cfg.inputs, choice.width, 1),
        activation=choice.activation,
        init=(cfg.start if relu or cfg.start == "fan_in_uniform" else "xavier_uniform",) * 2,
        data=Drawn("random labels", draw),
        points=0,
        loss="binary_cross_entropy",
        optimiser="adam",
        rate=cfg.rate,
        steps=cfg.steps,
    )


def points(seeds: Sequence[int], count: int, cfg: Config) -> tuple[Tensor, Tensor]:
    """Normal inputs ``(s, n, inputs)`` and a coin for each, ``(s, n)``."""
    x = rng.streams(seeds, "inputs").normal(count, cfg.inputs)
    return x, (rng.streams(seeds, "labels").uniform(count) < 0.5).long()


def size(width: int, cfg: Config) -> int:
    """Parameters of a net of one hidden layer."""
    return dense_parameters((cfg.inputs, width, 1))


def recorded(cfg: Config) -> list[int]:
    """Steps in geometric progression, and the half and the eighth part of all."""
    return sorted({*geometric(cfg.steps), cfg.steps // 2, cfg.steps // _EARLY})


def trained(width: int, activation: str, ratio: float, cfg: Config) -> Tensor:
    """The share of labels that each net gives at the recorded steps, ``(seeds, k)``."""
    labels = round(ratio * size(width, cfg))
    seeds = seeds_from(cfg.first_seed, cfg.seeds)
    run = replay(Replay(width=width, activation=activation, labels=labels), cfg)
    x, y = points(seeds, labels, cfg)
    fit = run.fit(
        seeds,
        recorded(cfg),
        watch=lambda now: sums.mean((now.predict(x)[..., 0] > 0) == y.bool(), 1),
        what=f"{labels} labels, {width} units ({activation})",
    )
    assert fit.watched is not None
    return fit.watched


def crossing(ratios: Sequence[float], shares: Sequence[float]) -> float:
    """Where a falling share passes one half, on straight lines; the last ratio if it does not."""
    for k in range(1, len(ratios)):
        above, below = shares[k - 1] - 0.5, shares[k] - 0.5
        if above >= 0 > below:
            return ratios[k - 1] + (ratios[k] - ratios[k - 1]) * above / (above - below)
    return ratios[-1] if shares[-1] >= 0.5 else ratios[0]


def all_right_at(course: Tensor, steps: Tensor) -> Tensor:
    """The first recorded step from which all labels stay right, the last where there is none."""
    kept = (course < 1).int().flip(-1).cummax(-1).values.flip(-1) == 0
    first = torch.where(kept.any(-1), steps[kept.int().argmax(-1)], steps[-1])
    return first.double()


def most_possible(width: int, labels: int, cfg: Config) -> float:
    """At most this share of all labelings of points can one hidden layer of ReLUs give.

    Each unit cuts the points by a hyperplane, in one of ``C(n, inputs + 1)`` ways (Cover 1965). For
    given cuts the output at a point is a polynomial of degree 2 in the P parameters, and n such
    polynomials have at most ``2 (4en/P)^P`` patterns of signs (Warren 1968, as in Anthony and
    Bartlett 1999, theorem 8.3).
    """
    count = size(width, cfg)
    cuts = width * log(float(cover_count(labels, cfg.inputs + 1)))
    signs = log(2.0) + count * (log(4.0 * labels / count) + 1.0)
    return min(1.0, exp(cuts + signs - labels * log(2.0)))


def written_down(cfg: Config) -> tuple[Tensor, int]:
    """Whether a layer of ReLUs written down gives a draw's labels, and how many it takes at most.

    Points are told apart by their places along one direction; a polyline through the labels there
    has a bend for each point.
    """
    seeds = seeds_from(cfg.first_seed, cfg.seeds)
    x, y = points(seeds, cfg.labelled, cfg)
    direction = rng.streams(seeds, "direction").normal(cfg.inputs)
    right, units = [], 0
    for where, labels, along_it in zip(x, y, direction, strict=True):
        place = sums.product(where, along_it)
        order = place.argsort()
        (W, b), last = polylines.relus(place[order], 2.0 * labels[order] - 1)
        units = max(units, W.shape[1])
        found = explicit.evaluate([(along_it[:, None] * W, b), last], where)[:, 0]
        right.append(bool(((found > 0) == labels.bool()).all()))
    return torch.tensor(right), units


def run(cfg: Config) -> Result:
    steps = recorded(cfg)
    half, early = (steps.index(cfg.steps // part) for part in (2, _EARLY))
    found = each(
        lambda width, ratio: trained(width, _RELU, ratio, cfg),
        width=cfg.widths,
        ratio=cfg.ratios,
    )
    others = each(lambda ratio: trained(cfg.compared, cfg.other, ratio, cfg), ratio=cfg.ratios)
    own = found.at(width=cfg.compared)
    all_of = found.map(lambda course: course == 1)
    stored = all_of.map(lambda done: stats.rate(done[:, -1]))
    of_others = others.map(lambda course: stats.rate(course[:, -1] == 1))
    crowd = each(lambda width: _CEILING * size(width, cfg), width=cfg.widths)
    written, units = written_down(cfg)
    pairs = list(zip(own, others, strict=True))
    return Result(
        config=cfg,
        parameters=each(lambda width: size(width, cfg), width=cfg.widths),
        stored=stored,
        right=found.map(lambda course: stats.mean(course[:, -1])),
        changes=all_of.map(lambda done: stats.paired_rates(done[:, -1], done[:, half])),
        gained=all_of.map(lambda done: stats.paired_rates(done[:, -1], done[:, early])),
        others=of_others,
        others_changes=others.map(
            lambda course: stats.paired_rates(course[:, -1] == 1, course[:, half] == 1)
        ),
        fewer=along(
            (stats.paired_rates(a[:, -1] == 1, b[:, -1] == 1) for a, b in pairs), ratio=cfg.ratios
        ),
        fewer_changes=along(
            (
                stats.difference(
                    (a[:, -1] == 1).double() - (b[:, -1] == 1).double(),
                    (a[:, half] == 1).double() - (b[:, half] == 1).double(),
                )
                for a, b in pairs
            ),
            ratio=cfg.ratios,
        ),
        half=each(
            lambda width: crossing(cfg.ratios, [one.mean for one in stored.at(width=width)]),
            width=cfg.widths,
        ),
        others_half=crossing(cfg.ratios, [one.mean for one in of_others]),
        when=along(
            (
                stats.median(all_right_at(course, torch.tensor(steps)))
                for course in (own[_ONE], others[_ONE])
            ),
            of=(_RELU, cfg.other),
        ),
        crowd=crowd,
        possible=along(
            (most_possible(width, labels, cfg) for width, labels in crowd.items()),
            width=cfg.widths,
        ),
        written_units=units,
        written=written,
        recorded=torch.tensor(steps),
        course=torch.stack([found[max(cfg.widths), ratio] for ratio in cfg.ratios]),
    )


def check(res: Result) -> None:
    assert bool(res.written.all()), "a polyline through the labels gives them"
    assert res.written_units <= res.config.labelled, "with one ReLU for each point at most"


def draw(res: Result, t: Words) -> Figure:
    figure, grid = panels(2, 1, 5.4)
    stored, course = grid[:, 0]
    _stored(res, stored, t)
    _course(res, course, t)
    return figure


def _stored(res: Result, ax: Axes, t: Words) -> None:
    cfg = res.config
    level_line(ax, 0.5)
    looks = (("ink", "s", ":"), ("shallow", "o", "-"), ("extra", "^", "--"))
    for place, (width, (role, marker, dash)) in enumerate(zip(cfg.widths, looks, strict=False)):
        rows = res.stored.at(width=width)
        aside = [ratio + 0.014 * (place - 1) for ratio in cfg.ratios]
        ax.plot(aside, [one.mean for one in rows], color=colour(role), linestyle=dash)
        for x, one in zip(aside, rows, strict=True):
            interval(ax, one, x, role=role, marker=marker, width=1)
        direct_label(ax, 0.5, 0.62 - 0.2 * place, t["relu"].format(width=width), role)
    ax.plot(cfg.ratios, [one.mean for one in res.others], "x-.", color=colour("muted"))
    direct_label(ax, 0.5, 0.02, t["other"].format(width=cfg.compared), "muted")
    ax.plot((0.4, 2, 2, 2.1), (1, 1, 0, 0), color=colour("grid"), linewidth=4, zorder=0)
    direct_label(ax, 1.97, 0.86, t["unit"], "muted", ha="right")
    ax.set(xlabel=t["ratio"], title=t["stored"], ylim=(-0.04, 1.06), xlim=(0.45, 2.08))
    ax.set_yticks((0, 0.5, 1), ("0", "½", "1"))
    ax.set_xticks((0.5, 1, 1.5, 2), ("0.5", "1", "1.5", "2"))


def _course(res: Result, ax: Axes, t: Words) -> None:
    """The share of labels that the widest nets give against steps, for three numbers of labels."""
    cfg, x = res.config, [max(step, 1) for step in res.recorded.tolist()]
    looks = ((_ONE, "ink", ":"), (_HALF_MORE, "shallow", "-"), (_TWO, "extra", "--"))
    for ratio, role, dash in looks:
        course = sums.mean(res.course[cfg.ratios.index(ratio)], 0)
        ax.plot(x, course, color=colour(role), linestyle=dash)
        name = t["share"].format(ratio=t.number(ratio))
        at = {_ONE: 0.3, _HALF_MORE: 0.48, _TWO: 0.66}[ratio]
        place = x[round(at * (len(x) - 1))]
        height = float(course[round(at * (len(x) - 1))])
        direct_label(ax, 1.1 * place, height - 0.03, name, role, va="top")
    ax.set(xscale="log", xlabel=t["steps"], ylim=(0.45, 1.02))
    ax.set_title(t["course"].format(width=max(cfg.widths)))
    powers(ax)


def at_most_labels(by_ratio: Along[Estimate]) -> Along[Estimate]:
    """Where nets begin to fail: at one and a half labels for each parameter, and at two."""
    picked = (_HALF_MORE, _TWO)
    return along((by_ratio[ratio] for ratio in picked), ratio=picked)


_MOST = at_least(
    0.5,
    because=(
        "“装得下”：多半的网络记住了全部标签，和 Cover 的单元比时用的也是一半。",
        "“Can store”: most nets have every label; one half is also where Cover’s unit is at 2d.",
    ),
)
_CONVENTIONS = (
    Convention("start", ("初始化", "start"), ({"start": "fan_in_uniform"},)),
    Convention("rate", ("学习率", "rate"), ({"rate": 3e-3},)),
)
CLAIMS: list[Claim[Result]] = [
    Claim(
        id="E05a/parameters",
        source="this book, after Source E §5",
        kind="finding",
        statement=(
            "训练能让网络记住和参数一样多的随机标签。",
            "Training has a net store as many random labels as it has parameters.",
        ),
        measure=lambda res: res.stored.at(ratio=_ONE),
        bound=_MOST,
        budget=Budget(change=lambda res: res.changes.at(ratio=_ONE), within=_FLAT),
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="X06/net",
        source="this book, after Cover 1965",
        kind="finding",
        statement=(
            "和单个单元一样，网络记得住参数两倍那么多的随机标签。",
            "Like a single unit, a net stores twice as many random labels as it has parameters.",
        ),
        measure=lambda res: res.stored.at(ratio=_TWO),
        bound=_MOST,
        budget=Budget(change=lambda res: res.changes.at(ratio=_TWO), within=_FLAT),
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="E05a/steps",
        source="this book, after Source E §5",
        kind="finding",
        statement=(
            "记住了多少，要看走了多少步。",
            "How much has been stored depends on how many steps were taken.",
        ),
        measure=lambda res: res.gained[max(res.config.widths), _HALF_MORE],
        bound=at_least(
            0.5,
            because=(
                "步数到八倍，结局要变的网络至少占一半，才说得上“要看步数”。",
                "“Depends”: eight times the steps change the outcome of at least half of the nets.",
            ),
        ),
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="E05a/activation",
        source="this book, after Source E §5",
        kind="finding",
        statement=(
            "参数一样多，sigmoid 的网络装得比 ReLU 的少。",
            "With as many parameters a net of sigmoids stores fewer labels than one of ReLUs.",
        ),
        measure=lambda res: at_most_labels(res.fewer),
        bound=at_least(
            0.5,
            because=(
                "同样的标签，ReLU 记得全而 sigmoid 记不全的网络至少占一半。",
                "On the same labels at least half of the nets differ: ReLUs store all, sigmoids do"
                " not.",
            ),
        ),
        budget=Budget(change=lambda res: at_most_labels(res.fewer_changes), within=_FLAT),
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="C08",
        source="Source C ¶8",
        kind="theorem",
        statement=(
            "任何复杂函数均能由单隐层的网络拟合出来。",
            "Any complicated function can be fitted by a net of one hidden layer.",
        ),
        measure=lambda res: res.possible.map(stats.exact),
        bound=at_least(
            1.0,
            because=(
                "“任何”：所有的标签，一种不缺。",
                "“Any”: every labelling, without exception.",
            ),
        ),
    ),
    Claim(
        id="C08/points",
        source="this book, after Zhang et al. 2017",
        kind="construction",
        statement=(
            "有限个点的任何标签，都能由一个隐藏层给出，只要 ReLU 和点一样多。",
            "Whatever labels finitely many points have, a layer of as many ReLUs gives them.",
        ),
        measure=lambda res: stats.share(res.written),
        bound=EVERY,
    ),
]

if __name__ == "__main__":
    show(__name__)
