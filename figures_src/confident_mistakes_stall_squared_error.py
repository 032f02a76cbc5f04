"""Where softmax is confidently wrong, squared error has no slope to follow, cross-entropy has."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, along, each
from dlbook.base.evidence import EVERY, Estimate, at_least
from dlbook.figures.idioms import direct_label, level_line, powers
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, mosaic
from dlbook.mathematics import losses, measure, rng, sums
from dlbook.mathematics.elementary import sigmoid
from dlbook.mathematics.grids import geomspace, linspace
from dlbook.record.claims import Claim, Remark
from dlbook.training import stats
from dlbook.training.replay import Begun, Dataset, Drawn, Run


@dataclass(frozen=True)
class Config:
    """Softmax of a linear map on normal points, labelled by the side of a random plane.

    Training starts from the plane's own normal of length 1, turned around and made ``bad`` times as
    long: every answer is wrong, and the more confidently the longer it is. ``bad`` is 0 first.
    ``stalled`` is the start that is judged; ``patience`` are the steps of its longer runs.
    """

    bad: tuple[int, ...] = (0, 2, 5, 10, 20)
    stalled: int = 10
    inputs: int = 10
    points: int = 200
    seeds: int = 32
    rate: float = 1.0
    steps: int = 300
    patience: int = 10_000


SMALL = Config(seeds=6, points=60, steps=60, patience=1000)

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
    minus squared error at ``stalled``, ``ordinary`` the same from weights 0; ``faster`` is
    ``squared`` at ``stalled`` with ten times the rate. Of squared error after ``patience``: the
    mean accuracy ``squared_late``, the share of runs above 90 % ``escaped``, and the others,
    ``trapped``. ``constant`` gives one answer for all points.
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
    faster: Estimate
    squared_late: Estimate
    escaped: Estimate
    trapped: Estimate
    constant: Estimate
    gaps: Tensor
    slopes: Along[Tensor]
    final: Along[Tensor]
    times: Tensor
    over_time: Along[Tensor]


def run(cfg: Config) -> Result:
    gaps = linspace(0, 2 * _GAP, 41)
    found, formula = slopes(gaps), formulas(gaps)
    judged = Replay(bad=cfg.stalled, rate=cfg.rate, steps=cfg.steps)
    times = moments(cfg)
    longer = replace(judged, steps=max(times))
    final = each(
        lambda loss, bad: ended(replace(judged, loss=loss, bad=bad), cfg), loss=_LOOKS, bad=cfg.bad
    )
    over_time = each(lambda loss: accuracies(replace(longer, loss=loss), cfg, times), loss=_LOOKS)
    late = over_time[_SQUARED][:, times.index(cfg.patience)]
    _, _, labels = points(cfg, range(cfg.seeds))
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
        faster=stats.mean(ended(replace(judged, rate=10 * cfg.rate), cfg)),
        squared_late=stats.mean(late),
        escaped=stats.rate(late > _GONE),
        trapped=stats.rate(late <= _GONE),
        constant=stats.mean(larger_class(labels)),
        gaps=gaps,
        slopes=found,
        final=final,
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

    return Run(
        widths=(cfg.inputs, 2),
        activation="relu",
        init=(),
        data=Drawn("normal points", drawn),
        points=0,
        loss=choice.loss,
        optimiser="sgd",
        rate=choice.rate,
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


def accuracies(choice: Replay, cfg: Config, times: Sequence[int]) -> Tensor:
    """Training accuracy of all seeds before the updates ``times``, ``(s, k)``."""
    seeds = range(cfg.seeds)
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
    return accuracies(choice, cfg, [choice.steps]).squeeze(1)


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


def _steeper(res: Result) -> Estimate:
    return stats.share(res.slopes[_CROSS] > res.slopes[_SQUARED])


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
        "如果原因是局部极小，多数训练就会一直困在那里。",
        "If local optima were the reason, most runs would stay for good.",
    ),
)

CLAIMS: list[Claim[Result] | Remark] = [
    Claim(
        id="C19/slope",
        source="seed 002 ¶18",
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
        id="C19/start",
        source="seed 002 ¶18",
        kind="finding",
        statement=(
            "用交叉熵不容易卡住，用平方误差容易。",
            "Training gets stuck less easily with cross-entropy than with squared error.",
        ),
        measure=lambda res: res.difference,
        bound=_EFFECT,
    ),
    Claim(
        id="C19/minima",
        source="seed 002 ¶18",
        kind="finding",
        statement=(
            "平方误差停下来，是因为陷入了局部最优。",
            "Where squared error stops it has fallen into a local optimum.",
        ),
        measure=lambda res: res.trapped,
        bound=_TRAPPED,
    ),
]

if __name__ == "__main__":
    show(__name__)
