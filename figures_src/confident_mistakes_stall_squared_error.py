"""Where softmax is confidently wrong, squared error loses its slope, and a rate can return it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, along, each
from dlbook.base.evidence import EVERY, Estimate, at_least
from dlbook.base.seeds import seeds_from
from dlbook.figures.idioms import direct_label, level_line, powers
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, mosaic
from dlbook.mathematics import losses, measure, rng, sums
from dlbook.mathematics.elementary import sigmoid
from dlbook.mathematics.grids import geomspace, linspace
from dlbook.record.claims import Budget, Claim, Convention, Remark
from dlbook.training import stats
from dlbook.training.replay import Begun, Dataset, Drawn, Run


@dataclass(frozen=True)
class Config:
    """Softmax of a linear map on normal points, labelled by the side of a random plane.

    Training starts from the plane's own normal of length 1, turned around and made ``bad`` times as
    long: every answer is wrong, and the more confidently the longer it is. ``bad`` is 0 first.
    ``stalled`` is the start that is judged; ``patience`` are the steps of its longer runs. ``rate``
    is one for both losses. Of ``rates`` each loss gets the one that does best from that start, on
    ``choosing_seeds`` others. ``summed`` adds the squares of both outputs, instead of their mean.
    """

    bad: tuple[int, ...] = (0, 2, 5, 10, 20)
    stalled: int = 10
    inputs: int = 10
    points: int = 200
    first_seed: int = 0
    seeds: int = 32
    choosing_seeds: int = 8
    rate: float = 1.0
    rates: tuple[float, ...] = (0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
    summed: bool = False
    steps: int = 300
    patience: int = 10_000


SMALL = Config(seeds=6, choosing_seeds=3, points=60, steps=60, patience=1000)
GRID = Config(seeds=16, choosing_seeds=4)
GRID_BUDGET = 120.0

WORDS = {
    "slope": ("离正确答案越远", "The further from the answer"),
    "gap": ("差了多少 $g$", "wrong by $g$"),
    "derivative": ("导数", "derivative"),
    "start": ("起点越坏", "The worse the start"),
    "bad": ("反向权重的长度 $b$", "wrong weights of length $b$"),
    "accuracy": ("正确率（%）", "accuracy (%)"),
    "time": ("$b={bad}$：走得够久", "$b={bad}$: given time"),
    "steps": ("步数", "steps"),
    "cross": ("交叉熵", "cross-entropy"),
    "squared": ("平方误差", "squared error"),
}

_CROSS, _SQUARED = "cross_entropy", "softmax_squared_error"
_LOOKS = {_CROSS: ("extra", "o", "-", "cross"), _SQUARED: ("ink", "s", "--", "squared")}
_GAP = 10  # the logit gap at which the two slopes are written out
_GONE = 0.9  # training accuracy of a run that has left the bad start behind it


@dataclass(frozen=True)
class Result:
    """Slopes ``(gaps,)`` at ``gaps``, by both losses, and accuracies on the training points.

    ``formula_error`` is the largest distance of a slope from its formula. ``final`` ``(seeds,)`` is
    the accuracy after ``steps``, ``over_time`` ``(seeds, times)`` that from the start ``stalled``
    at ``times``. ``cross`` and ``squared`` are means of ``final``; ``difference`` is cross-entropy
    minus squared error at ``stalled``, ``ordinary`` the same from weights 0, both at one rate.
    ``best_rate`` is that of each loss, ``at_best`` ``(seeds,)`` what it reaches from every start,
    ``best_cross`` and ``best_squared`` the means from ``stalled``, ``best_difference`` as above,
    ``best_change`` that minus the same after half of the steps; ``summed_difference`` at one rate,
    with the sum of both outputs. Of squared error after ``patience`` at one rate: the mean accuracy
    ``squared_late``, the share of runs above 90 % ``escaped``, and ``stuck``, those below it whose
    loss has not fallen since half of the steps. ``constant`` gives one answer for all points.
    """

    config: Config
    gap: int
    cross_slope: float
    squared_slope: float
    formula_error: float
    cross: Along[Estimate]
    squared: Along[Estimate]
    ordinary: Estimate
    difference: Estimate
    best_rate: Along[float]
    best_cross: Estimate
    best_squared: Estimate
    best_difference: Estimate
    best_change: Estimate
    summed_difference: Estimate
    squared_late: Estimate
    escaped: Estimate
    stuck: Estimate
    constant: Estimate
    gaps: Tensor
    slopes: Along[Tensor]
    final: Along[Tensor]
    at_best: Along[Tensor]
    times: Tensor
    over_time: Along[Tensor]


def run(cfg: Config) -> Result:
    gaps = linspace(0, 2 * _GAP, 41)
    found, formula = slopes(gaps), formulas(gaps)
    judged = Replay(bad=cfg.stalled, rate=cfg.rate, steps=cfg.steps)
    times, seeds = moments(cfg), seeds_from(cfg.first_seed, cfg.seeds)
    longer = replace(judged, steps=max(times))
    final = each(
        lambda loss, bad: ended(replace(judged, loss=loss, bad=bad), cfg), loss=_LOOKS, bad=cfg.bad
    )
    best = each(lambda loss: best_rate(replace(judged, loss=loss), cfg), loss=_LOOKS)
    halves = each(
        lambda loss, bad: both_halves(Replay(0, bad, loss, best[loss], cfg.steps), cfg),
        loss=_LOOKS,
        bad=cfg.bad,
    )
    half, end = ([halves[loss, cfg.stalled][:, moment] for loss in _LOOKS] for moment in (0, 1))
    doubled = ended(judged, replace(cfg, summed=True))
    over_time = each(
        lambda loss: watched(replace(longer, loss=loss), cfg, seeds, times), loss=_LOOKS
    )
    late = over_time[_SQUARED][:, times.index(cfg.patience)]
    _, _, labels = points(cfg, seeds)
    return Result(
        config=cfg,
        gap=_GAP,
        cross_slope=found[_CROSS][gaps == _GAP].item(),
        squared_slope=found[_SQUARED][gaps == _GAP].item(),
        formula_error=max(float((found[loss] - formula[loss]).abs().max()) for loss in _LOOKS),
        cross=final.at(loss=_CROSS).map(stats.mean),
        squared=final.at(loss=_SQUARED).map(stats.mean),
        ordinary=stats.difference(final[_CROSS, 0], final[_SQUARED, 0]),
        difference=stats.difference(final[_CROSS, cfg.stalled], final[_SQUARED, cfg.stalled]),
        best_rate=best,
        best_cross=stats.mean(end[0]),
        best_squared=stats.mean(end[1]),
        best_difference=stats.difference(end[0], end[1]),
        best_change=stats.difference(end[0] - end[1], half[0] - half[1]),
        summed_difference=stats.difference(final[_CROSS, cfg.stalled], doubled),
        squared_late=stats.mean(late),
        escaped=stats.rate(late > _GONE),
        stuck=stats.rate((late <= _GONE) & ~still_falling(longer, cfg)),
        constant=stats.mean(larger_class(labels)),
        gaps=gaps,
        slopes=found,
        final=final,
        at_best=halves.map(lambda found: found[:, 1]),
        times=torch.tensor(times),
        over_time=over_time,
    )


def slopes(gaps: Tensor) -> Along[Tensor]:
    """How fast each loss falls with the logit of the right answer, which lies ``gaps`` too low."""
    logits = torch.stack([torch.zeros_like(gaps), -gaps], -1)[None]  # the second is the right one
    right = torch.tensor([0.0, 1.0], dtype=gaps.dtype)

    def slope(loss: str) -> Tensor:
        return -losses.by_outputs(loss, logits, right)[0, :, 1]

    return each(slope, loss=_LOOKS)


def formulas(gaps: Tensor) -> Along[Tensor]:
    """The same in closed form, with the probability p of the right answer."""
    p = sigmoid(-gaps)
    return along([1 - p, 2 * p * (1 - p) ** 2], loss=_LOOKS)


@dataclass(frozen=True)
class Replay:
    """What a reader may choose of a run."""

    seed: int = 0
    bad: int = Config.stalled
    loss: str = _SQUARED
    rate: float = Config.rate
    steps: int = Config.steps


def replay(choice: Replay, cfg: Config) -> Run:
    """Gradient descent on all points from the turned normal of the seed's own plane."""

    def drawn(seeds: Sequence[int]) -> Dataset:
        _, x, y = points(cfg, seeds)
        return Dataset("points", x, y)

    def begun(seeds: Sequence[int]) -> Tensor:
        normal, _, _ = points(cfg, seeds)
        return start(normal, choice.bad)

    twice = 2 if cfg.summed and choice.loss == _SQUARED else 1  # the mean of two, times two
    return Run(
        widths=(cfg.inputs, 2),
        activation="relu",
        init=(),
        data=Drawn("normal points", drawn),
        points=0,
        loss=choice.loss,
        optimiser="sgd",
        rate=twice * choice.rate,
        steps=choice.steps,
        start=Begun(f"b = {choice.bad}", begun),
    )


def points(cfg: Config, seeds: Sequence[int]) -> tuple[Tensor, Tensor, Tensor]:
    """The planes' unit normals ``(s, d)``, points ``(s, n, d)``, and which side they lie on."""
    draw = rng.streams(seeds, "data")
    normal = draw.normal(cfg.inputs)
    normal = normal / sums.norm(normal, -1)[:, None]
    x = draw.normal(cfg.points, cfg.inputs)
    return normal, x, (sums.total(x * normal[:, None], -1) > 0).long()


def start(normal: Tensor, bad: int) -> Tensor:
    """Parameters ``(s, P)`` of a softmax whose logit gap is ``-bad`` times the distance."""
    half = bad / 2 * normal
    weights = torch.stack([half, -half], -1).flatten(1)
    return torch.cat([weights, weights.new_zeros(len(normal), 2)], 1)


def larger_class(y: Tensor) -> Tensor:
    """Share of the commoner label ``(s, n) -> (s,)``: the accuracy of always giving one answer."""
    share = sums.mean(y, -1)
    return torch.maximum(share, 1 - share)


def watched(choice: Replay, cfg: Config, seeds: Sequence[int], times: Sequence[int]) -> Tensor:
    """Training accuracy of these seeds before the updates ``times``, ``(s, k)``."""
    _, x, y = points(cfg, seeds)
    fit = replay(choice, cfg).fit(
        seeds,
        at=times,
        watch=lambda stack: measure.accuracy(stack.predict(x), y),
        what=f"{choice.loss} from b = {choice.bad}",
    )
    assert fit.watched is not None, "accuracies were recorded"
    return fit.watched


def ended(choice: Replay, cfg: Config) -> Tensor:
    """Training accuracy ``(s,)`` after the last step."""
    seeds = seeds_from(cfg.first_seed, cfg.seeds)
    return watched(choice, cfg, seeds, [choice.steps]).squeeze(1)


def both_halves(choice: Replay, cfg: Config) -> Tensor:
    """Training accuracy ``(s, 2)`` after half of the steps, and after all."""
    seeds = seeds_from(cfg.first_seed, cfg.seeds)
    return watched(choice, cfg, seeds, [choice.steps // 2, choice.steps])


def best_rate(choice: Replay, cfg: Config) -> float:
    """The rate of the best mean accuracy on seeds that judge nothing; of equals the smallest."""
    others = seeds_from(cfg.first_seed, cfg.choosing_seeds, apart=1)

    def reached(rate: float) -> float:
        run = replace(choice, rate=rate)
        return float(sums.mean(watched(run, cfg, others, [choice.steps]).squeeze(1)))

    return max(cfg.rates, key=reached)


def still_falling(choice: Replay, cfg: Config) -> Tensor:
    """Whose loss is lower after all of the steps than after half of them, ``(s,)``."""
    seeds = seeds_from(cfg.first_seed, cfg.seeds)
    fit = replay(choice, cfg).fit(seeds, at=[choice.steps // 2, choice.steps], what="its loss")
    return fit.losses[:, 1] < fit.losses[:, 0]


def moments(cfg: Config) -> list[int]:
    """Steps evenly spread on a log axis, from 1 to the last, and the one that is judged."""
    spread = set(geomspace(1, cfg.patience, 25).round().int().tolist())
    return sorted(spread | {cfg.steps})


def check(res: Result) -> None:
    assert res.formula_error < 1e-12, "the slopes are 1 - p and 2 p (1 - p)^2"
    half = res.slopes[_CROSS] / 2
    assert bool((res.slopes[_SQUARED] <= half + 1e-15).all()), "2 p (1 - p) is at most 1/2"


def draw(res: Result, t: Words) -> Figure:
    figure, axes = mosaic([["slope", "start"], ["time", "time"]], 5.2)
    _slope(res, axes["slope"], t)
    _start(res, axes["start"], t)
    _time(res, axes["time"], t)
    return figure


def _slope(res: Result, ax: Axes, t: Words) -> None:
    places = {_CROSS: (2 * res.gap, 0.3, "right", "top"), _SQUARED: (0, 1e-6, "left", "center")}
    at = {_CROSS: res.cross_slope, _SQUARED: res.squared_slope}
    for loss, (role, marker, line, name) in _LOOKS.items():
        x, y, ha, va = places[loss]
        ax.plot(res.gaps, res.slopes[loss], line, color=colour(role))
        ax.plot(res.gap, at[loss], marker, color=colour(role))
        direct_label(ax, x, y, t[name], role, ha=ha, va=va)
    ax.set(title=t["slope"], xlabel=t["gap"], ylabel=t["derivative"], yscale="log")
    ax.set(xticks=(0, res.gap, 2 * res.gap), yticks=(1e-8, 1e-4, 1), ylim=(1e-9, 5))
    powers(ax)


def _start(res: Result, ax: Axes, t: Words) -> None:
    places = torch.arange(len(res.config.bad))[:, None]
    aside = linspace(-0.12, 0.12, res.config.seeds)
    for (loss, (role, marker, line, _)), shift in zip(_LOOKS.items(), (-0.2, 0.2), strict=True):
        final = 100 * torch.stack(list(res.final.at(loss=loss)))
        _dashes(ax, places + shift + aside, final)
        ax.plot(places + shift, sums.mean(final, 1), line + marker, color=colour(role))
        best = 100 * torch.stack([sums.mean(runs) for runs in res.at_best.at(loss=loss)])
        ax.plot(places + shift, best, marker, color=colour(role), markerfacecolor=colour("paper"))
    level_line(ax, 100 * res.constant.mean, dash="solid", width=0.8)
    ax.set_xticks(range(len(res.config.bad)), [str(bad) for bad in res.config.bad])
    ax.set(title=t["start"], xlabel=t["bad"], ylabel=t["accuracy"], ylim=(-4, 104))
    ax.set(yticks=(0, 50, 100))


def _dashes(ax: Axes, x: Tensor, y: Tensor) -> None:
    """A short dash at each point, all in one path, which keeps the picture light."""
    gap = torch.full_like(y, torch.nan)
    ends = torch.stack([x - 0.03, x + 0.03, gap], -1), torch.stack([y, y, gap], -1)
    ax.plot(*(end.flatten() for end in ends), color=colour("line"), linewidth=1.6)


def _time(res: Result, ax: Axes, t: Words) -> None:
    for (loss, (role, _, line, name)), x in zip(_LOOKS.items(), (0.28, 0.66), strict=True):
        runs = 100 * res.over_time[loss]
        lowest, mean, highest = runs.amin(0), sums.mean(runs, 0), runs.amax(0)
        ax.fill_between(res.times, lowest, highest, color=colour(role), alpha=0.15)
        ax.plot(res.times, mean, line, color=colour(role))
        direct_label(ax, x, 0.66, t[name], role, transform=ax.transAxes)
    level_line(ax, 100 * res.constant.mean, dash="solid", width=0.8)
    level_line(ax, res.config.steps, along="y")
    ax.set(title=t["time"].format(bad=res.config.stalled), xlabel=t["steps"], ylabel=t["accuracy"])
    ax.set(xscale="log", xlim=(1, res.config.patience), ylim=(-4, 104), yticks=(0, 50, 100))
    powers(ax)


# The usual squared error of a one-hot target adds both outputs; torch's takes their mean.
_FACTORS = {"mean": 1, "sum": 2}


def _steeper(res: Result) -> Along[Estimate]:
    cross, squared = res.slopes[_CROSS], res.slopes[_SQUARED]
    return each(lambda outputs: stats.share(cross > _FACTORS[outputs] * squared), outputs=_FACTORS)


def _growth(res: Result) -> Estimate:
    """Of the gradients' ratio, divided by what it is at p = 1/2, in which any factor cancels."""
    ratio, p = res.slopes[_CROSS] / res.slopes[_SQUARED], sigmoid(-res.gaps)
    relative = ratio / ratio[0]
    law = (4 * p * (1 - p) * relative - 1).abs() < 1e-6
    return stats.share(law[1:] & (relative.diff() > 0))


_EFFECT = at_least(
    0.05,
    because=(
        "换一个损失至少要多出五个百分点的正确率，才值得立一条规矩。",
        "The choice of a loss should bring five points of accuracy to be worth a rule.",
    ),
)

_TRAPPED = at_least(
    0.5,
    because=(
        "如果原因是局部极小，多数训练就会一直困在那里，损失不再下降。",
        "If local optima were the reason, most runs would stay for good, and their loss would fall "
        "no more.",
    ),
)

_START = Convention(
    "start",
    ("起点：反向权重的长度 10，或 5", "start: wrong weights of length 10, or 5"),
    ({"stalled": 5},),
)
_SUM = Convention(
    "loss",
    ("平方误差：两个输出取平均，或相加", "squared error: mean of both outputs, or their sum"),
    ({"summed": True},),
)

CLAIMS: list[Claim[Result] | Remark] = [
    Claim(
        id="C19/slope",
        source="Source C ¶18",
        kind="theorem",
        statement=(
            "softmax 之后，交叉熵的地貌比平方误差更陡，梯度更大。",
            "After softmax the landscape of cross-entropy is steeper than that of squared error, "
            "and its gradient larger.",
        ),
        measure=_steeper,
        bound=EVERY,
    ),
    Claim(
        id="C19/ratio",
        source="this book, after Source C ¶18",
        kind="theorem",
        statement=(
            "softmax 之后，错得越自信，交叉熵的梯度与平方误差的之比就越大，没有上界；"
            "损失前面乘什么常数都一样。",
            "After softmax the gradient of cross-entropy, in proportion to that of squared error, "
            "grows without bound as mistakes get more confident, whatever constant stands before a "
            "loss.",
        ),
        measure=_growth,
        bound=EVERY,
    ),
    Claim(
        id="C19/start",
        source="Source C ¶18",
        kind="finding",
        statement=(
            "用平方误差训练，比用交叉熵更容易卡住（从自信地错着的起点）。",
            "Training gets stuck more easily with squared error than with cross-entropy (from a "
            "start that is confidently wrong).",
        ),
        measure=lambda res: res.best_difference,
        bound=_EFFECT,
        conventions=(
            _START,
            Convention(
                "rate",
                ("学习率：各用最好的，或共用一个", "rate: each loss its best, or one for both"),
                ({"rates": (1.0,)},),
            ),
            _SUM,
        ),
        budget=Budget(change=lambda res: res.best_change, within=0.05),
    ),
    Claim(
        id="C19/minima",
        source="Source C ¶18",
        kind="finding",
        statement=(
            "平方误差停下来，是陷入了局部最优。",
            "Where squared error stops it has fallen into a local optimum.",
        ),
        measure=lambda res: res.stuck,
        bound=_TRAPPED,
        conventions=(
            _START,
            Convention("rate", ("学习率：1，或 0.3", "rate: 1, or 0.3"), ({"rate": 0.3},)),
            _SUM,
        ),
    ),
]

if __name__ == "__main__":
    show(__name__)
