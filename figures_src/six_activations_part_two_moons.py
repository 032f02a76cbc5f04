"""Six activations part two moons if each has its rate, the sigmoid among them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, along, each
from dlbook.base.evidence import Estimate, at_least, at_most, between
from dlbook.base.lookup import lookup
from dlbook.base.seeds import seeds_from
from dlbook.figures.idioms import bare, direct_label, level_line, powers
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, mosaic
from dlbook.mathematics import measure, rng, sums
from dlbook.mathematics.grids import linspace
from dlbook.record.claims import Budget, Claim, Convention, Remark
from dlbook.training import data, stats
from dlbook.training.replay import Dataset, Drawn, Run, geometric


@dataclass(frozen=True)
class Config:
    """Hidden layers of ``width`` units on two moons, ``train`` points to learn and ``test`` others.

    Source E has two layers, ``rate`` and ``steps``. The best rate of a net is the one of ``rates``,
    or ``deep_rates``, with the highest mean accuracy after ``steps`` steps on ``choosing`` other
    seeds. Sigmoids are trained ``patience`` times as long too.
    """

    train: int = 400
    test: int = 500
    noise: float = 0.1
    width: int = 30
    start: str = "xavier_uniform_with_biases"
    rate: float = 3e-3
    rates: tuple[float, ...] = (3e-3, 1e-2, 3e-2)
    batch: int = 64
    steps: int = 800
    seeds: int = 64
    deep: tuple[int, ...] = (4, 8)
    deep_rates: tuple[float, ...] = (1e-3, 3e-3, 1e-2)
    deep_steps: int = 3200
    deep_seeds: int = 8
    choosing: int = 8
    patience: int = 4
    patient_seeds: int = 16
    first_seed: int = 0


SMALL = Config(train=40, test=40, width=4, rates=(3e-3, 1e-2), batch=20, steps=20, seeds=4,
               deep=(3,), deep_rates=(3e-3,), deep_steps=20, deep_seeds=3, choosing=2,
               patient_seeds=3)  # fmt: skip
GRID = Config(seeds=8, patient_seeds=8)
GRID_BUDGET = 150.0
BUDGET = 1800.0  # seconds of wall time, on a busy machine

WORDS = {
    "course": ("两层，学习率 {rate}", "Two layers, rate {rate}"),
    "steps": ("步数", "steps"),
    "accuracy": ("测试正确率", "Test accuracy"),
    "best": ("各取最好的学习率", "Each at its best rate"),
    "deep": ("更深，各取最好的学习率", "Deeper, each at its best rate"),
    "layers": ("隐藏层", "hidden layers"),
    "identity": ("线性", "linear"),
    "relu": ("ReLU", "ReLU"),
    "tanh": ("tanh", "tanh"),
    "sigmoid": ("sigmoid", "sigmoid"),
    "square": ("$x^2$", "$x^2$"),
    "sin": ("sin", "sin"),
    "abs": ("|x|", "|x|"),
    "sign": ("sign", "sign"),
}

_LINEAR, _SIGN, _SIGMOID = "identity", "sign", "sigmoid"
_WORKING = ("relu", "tanh", "square", "sin", "abs", _SIGMOID)
_ALL = (*_WORKING, _SIGN, _LINEAR)
_DEEP = ("relu", "square")
_SHALLOW = 2  # layers, as Source E has them
_LOOKS = {
    "relu": ("deep", "-"), "tanh": ("extra", "-"), "square": ("exact", "-"), "sin": ("extra", "--"),
    "abs": ("deep", "--"), "sigmoid": ("ink", "-"), "sign": ("ink", ":"),
    "identity": ("muted", "-"),
}  # fmt: skip
_MOMENTS = 13


@dataclass(frozen=True)
class Result:
    """``source``: test accuracy with two layers at the source's rate, by activation.

    ``change``: what the second half of the steps added. ``best``: at each one's best rate,
    ``chosen``, and ``best_change`` likewise. ``waited``: of sigmoids at the source's rate after
    ``patience`` times the steps. ``deeper``: at each one's best rate, ``deeper_rates``, by layers;
    ``behind``: x² less ReLU, paired by seed, ``behind_change`` likewise; ``lost``: the share of
    nets with a number that is no longer finite, which give one answer to all. ``course`` and
    ``waiting``: mean accuracy before the updates ``recorded`` and ``recorded_later``;
    ``accuracies`` ``(activations, seeds)`` at the best rate, ``deep_accuracies`` ``(activations,
    layers, seeds)``.
    """

    config: Config
    source: Along[Estimate]
    change: Along[Estimate]
    best: Along[Estimate]
    best_change: Along[Estimate]
    chosen: Along[float]
    waited: Estimate
    deeper: Along[Estimate]
    deeper_rates: Along[float]
    behind: Along[Estimate]
    behind_change: Along[Estimate]
    lost: Along[Estimate]
    recorded: Tensor
    course: Tensor
    recorded_later: Tensor
    waiting: Tensor
    accuracies: Tensor
    deep_accuracies: Tensor


@dataclass(frozen=True)
class Replay:
    """What a reader may choose of a run."""

    seed: int = 0
    activation: str = "relu"
    layers: int = 2
    rate: float = 3e-3
    steps: int = 800


@dataclass(frozen=True)
class Course:
    """Test accuracy ``(s, k)`` before the recorded steps ``(k,)``; which nets ended finite."""

    steps: Tensor
    accuracy: Tensor
    finite: Tensor

    @property
    def end(self) -> Tensor:
        """After the last step, ``(s,)``."""
        return self.accuracy[:, -1]

    @property
    def gained(self) -> Tensor:
        """What the second half of the steps added, ``(s,)``."""
        half = self.steps.tolist().index(int(self.steps[-1]) // 2)
        return self.end - self.accuracy[:, half]


def replay(choice: Replay, cfg: Config) -> Run:
    """A net on the moons of its seed."""
    lookup("activation", choice.activation, dict.fromkeys(_ALL))

    def drawn(seeds: Sequence[int]) -> Dataset:
        x, y = data.moons(cfg.train, cfg.noise, rng.streams(seeds, "moons"))
        return Dataset("moons", x, y.contiguous())

    return Run(
        widths=(2, *(cfg.width,) * choice.layers, 2),
        activation=choice.activation,
        init=(cfg.start,) * (choice.layers + 1),
        data=Drawn("two moons", drawn),
        points=0,
        loss="cross_entropy",
        optimiser="adam",
        rate=choice.rate,
        steps=choice.steps,
        batch=cfg.batch,
    )


def trained(choice: Replay, cfg: Config, seeds: Sequence[int]) -> Course:
    """How accurate the nets of these seeds are on points that they do not train on."""
    x, y = data.moons(cfg.test, cfg.noise, rng.streams(seeds, "test"))
    y = y.contiguous()
    at = sorted({*geometric(choice.steps, _MOMENTS), choice.steps // 2})
    fit = replay(choice, cfg).fit(
        seeds,
        at=at,
        watch=lambda stack: measure.accuracy(stack.predict(x), y),
        tolerate=True,
        what=f"{choice.layers} layers: {choice.activation}, rate {choice.rate}",
    )
    assert fit.watched is not None
    return Course(fit.steps, fit.watched, fit.stack.flat.isfinite().all(1))


def best_rate(choice: Replay, rates: Sequence[float], cfg: Config) -> float:
    """The rate of the best mean accuracy on seeds that judge nothing; of equals the smallest."""
    others = seeds_from(cfg.first_seed, cfg.choosing, apart=1)
    if len(rates) == 1:
        return rates[0]
    return max(
        rates,
        key=lambda rate: float(sums.mean(trained(replace(choice, rate=rate), cfg, others).end)),
    )


def run(cfg: Config) -> Result:
    seeds = seeds_from(cfg.first_seed, cfg.seeds)
    some = seeds_from(cfg.first_seed, cfg.deep_seeds)
    begun = {
        name: Replay(activation=name, layers=_SHALLOW, rate=cfg.rate, steps=cfg.steps)
        for name in _ALL
    }
    source = {name: trained(choice, cfg, seeds) for name, choice in begun.items()}
    rates = {name: best_rate(choice, cfg.rates, cfg) for name, choice in begun.items()}
    best = {
        name: source[name]
        if rates[name] == cfg.rate
        else trained(replace(choice, rate=rates[name]), cfg, seeds)
        for name, choice in begun.items()
    }
    waiting = trained(
        replace(begun[_SIGMOID], steps=cfg.patience * cfg.steps),
        cfg,
        seeds_from(cfg.first_seed, cfg.patient_seeds),
    )
    depths = (_SHALLOW, *cfg.deep)
    deep_rates = {(name, _SHALLOW): rates[name] for name in _DEEP}
    deep = {(name, _SHALLOW): best[name] for name in _DEEP}
    for name in _DEEP:
        for layers in cfg.deep:
            choice = replace(begun[name], layers=layers)
            rate = best_rate(choice, cfg.deep_rates, cfg)
            deep_rates[name, layers] = rate
            longer = replace(choice, rate=rate, steps=cfg.deep_steps)
            deep[name, layers] = trained(longer, cfg, some)
    first, second = _DEEP
    few = cfg.deep_seeds
    return Result(
        config=cfg,
        source=each(lambda activation: stats.mean(source[activation].end), activation=_ALL),
        change=each(lambda activation: stats.mean(source[activation].gained), activation=_ALL),
        best=each(lambda activation: stats.mean(best[activation].end), activation=_ALL),
        best_change=each(lambda activation: stats.mean(best[activation].gained), activation=_ALL),
        chosen=each(lambda activation: rates[activation], activation=_ALL),
        waited=stats.mean(waiting.end),
        deeper=each(
            lambda activation, layers: stats.mean(deep[activation, layers].end),
            activation=_DEEP,
            layers=depths,
        ),
        deeper_rates=each(
            lambda activation, layers: deep_rates[activation, layers],
            activation=_DEEP,
            layers=depths,
        ),
        behind=each(
            lambda layers: stats.difference(deep[second, layers].end, deep[first, layers].end),
            layers=depths,
        ),
        behind_change=each(
            lambda layers: stats.difference(
                deep[second, layers].gained, deep[first, layers].gained
            ),
            layers=depths,
        ),
        lost=each(
            lambda activation, layers: stats.rate(~deep[activation, layers].finite),
            activation=_DEEP,
            layers=depths,
        ),
        recorded=source[_LINEAR].steps,
        course=torch.stack([sums.mean(source[name].accuracy, 0) for name in _ALL]),
        recorded_later=waiting.steps,
        waiting=sums.mean(waiting.accuracy, 0),
        accuracies=torch.stack([best[name].end for name in _ALL]),
        deep_accuracies=torch.stack(
            [torch.stack([deep[name, layers].end[:few] for layers in depths]) for name in _DEEP]
        ),
    )


def check(res: Result) -> None:
    for (activation, layers), one in res.deeper.items():
        if layers == _SHALLOW:
            assert one == res.best[activation], "two layers are two layers"
    assert all(0 <= one.mean <= 1 for one in res.source), "an accuracy is a share"


def draw(res: Result, t: Words) -> Figure:
    figure, axes = mosaic([["course", "course"], ["best", "deep"]], 5.8, [1.2, 1])
    _course(res, axes["course"], t)
    for place, name in enumerate(_ALL):
        _dots(axes["best"], place, res.accuracies[place], name)
    axes["best"].set_xticks(range(len(_ALL)), [t[name] for name in _ALL], rotation=90)
    axes["best"].set(title=t["best"])
    depths = res.deeper.axis("layers")
    for row, name in enumerate(_DEEP):
        for column in range(len(depths)):
            side = column + 0.24 * (2 * row - 1)
            _dots(axes["deep"], side, res.deep_accuracies[row, column], name, reach=0.18)
    axes["deep"].set_xticks(range(len(depths)), [str(depth) for depth in depths])
    axes["deep"].set(title=t["deep"], xlabel=t["layers"])
    for row, name in enumerate(_DEEP):
        direct_label(axes["deep"], -0.3, 0.7 - 0.08 * row, t[name], _LOOKS[name][0])
    for name in ("best", "deep"):
        axes[name].set_ylim(0.45, 1.02)
        level_line(axes[name], res.source[_LINEAR].mean)
        bare(axes[name], "x", line=True)
    return figure


def _course(res: Result, ax: Axes, t: Words) -> None:
    x = [max(step, 1) for step in res.recorded.tolist()]
    later = [max(step, 1) for step in res.recorded_later.tolist()]
    for place, (name, row) in enumerate(zip(_ALL, res.course, strict=True)):
        role, dash = _LOOKS[name]
        ax.plot(x, row, color=colour(role), linestyle=dash)
        column, line = divmod(place, 4)
        left, height = (0.593, 0.82)[column], 0.74 - 0.075 * line  # where no curve passes
        begin, end, label = (later[-1] ** (left + part) for part in (0, 0.066, 0.083))
        ax.plot((begin, end), (height, height), color=colour(role), linestyle=dash)
        direct_label(ax, label, height, t[name], role, va="center")
    ax.plot(later, res.waiting, color=colour(_LOOKS[_SIGMOID][0]), linewidth=1, marker=".")
    level_line(ax, res.source[_LINEAR].mean)
    rate = t.number(res.config.rate)
    ax.set(xscale="log", xlabel=t["steps"], ylabel=t["accuracy"], ylim=(0.45, 1.02))
    ax.set_title(t["course"].format(rate=rate))
    powers(ax)


def _dots(ax: Axes, place: float, row: Tensor, name: str, reach: float = 0.3) -> None:
    """Every seed, and their median."""
    marker, role = "x" if name == "square" else ".", _LOOKS[name][0]
    aside = linspace(-reach, reach, len(row))
    ax.plot(place + aside, row, marker, color=colour(role), markersize=2.5)
    middle = float(sums.quantile(row, 0.5))
    ax.plot((place - reach, place + reach), (middle, middle), color=colour("ink"), linewidth=1.2)


_WELL = at_least(
    0.94,
    because=(
        "材料说线性网络约 88%；把它的错误减半，才说得上“有效”。",
        "The source gives a linear net 88%; to work well is to halve its errors.",
    ),
)
_FLAT = 0.02
_CONVENTIONS = (
    Convention("start", ("初始化", "start"), ({"start": "he_normal"},)),
    Convention("rate", ("学习率", "rate"), ({"rate": 1e-2},)),
)

CLAIMS: list[Claim[Result] | Remark] = [
    Claim(
        id="E07a",
        source="Source E §7",
        kind="finding",
        statement=(
            "除 sign(x) 外，所有非线性激活函数都非常有效。",
            "All non-linear activations but sign(x) work very well.",
        ),
        measure=lambda res: along([res.source[name] for name in _WORKING], activation=_WORKING),
        bound=_WELL,
        conventions=_CONVENTIONS,
        budget=Budget(
            change=lambda res: along([res.change[name] for name in _WORKING], activation=_WORKING),
            within=_FLAT,
        ),
    ),
    Claim(
        id="E07a/sign",
        source="Source E §7",
        kind="finding",
        statement=("sign(x) 不行。", "sign(x) does not work."),
        measure=lambda res: res.source[_SIGN],
        bound=at_most(
            0.94,
            because=(
                "错误没有比线性网络的少一半，才算“不行”。",
                "It fails if it does not halve the errors of a linear net.",
            ),
        ),
        conventions=_CONVENTIONS,
        budget=Budget(change=lambda res: res.change[_SIGN], within=_FLAT),
    ),
    Claim(
        id="E07a/rate",
        source="this book, after Source E §7",
        kind="finding",
        statement=(
            "各自取最好的学习率，六种非线性激活都有效，sigmoid 也不例外。",
            "Each at its best rate, six non-linear activations work, the sigmoid among them.",
        ),
        measure=lambda res: along([res.best[name] for name in _WORKING], activation=_WORKING),
        bound=_WELL,
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="E07a/steps",
        source="this book, after Source E §7",
        kind="finding",
        statement=(
            "学习率不变，步数给到四倍，sigmoid 也有效。",
            "At the same rate the sigmoid works too if it is given four times the steps.",
        ),
        measure=lambda res: res.waited,
        bound=_WELL,
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="E07b",
        source="Source E §7",
        kind="finding",
        statement=(
            "像 x² 这样的对称激活函数，表现和 ReLU 一样好。",
            "Symmetric activations such as x² do as well as ReLUs.",
        ),
        measure=lambda res: res.behind,
        bound=at_least(
            -0.02,
            because=(
                "落后两个百分点以内，算一样好。",
                "Within two points it is as good.",
            ),
        ),
        conventions=_CONVENTIONS,
        budget=Budget(change=lambda res: res.behind_change, within=_FLAT),
    ),
    Claim(
        id="E07c",
        source="Source E §7",
        kind="finding",
        statement=(
            "线性网络 f(x) = x 也能达到约 88%。",
            "A linear net, f(x) = x, reaches about 88% too.",
        ),
        measure=lambda res: res.source[_LINEAR],
        bound=between(
            0.87,
            0.89,
            because=("“约 88%”，上下一个百分点。", "“About 88%” is within one point."),
        ),
        conventions=_CONVENTIONS,
        budget=Budget(change=lambda res: res.change[_LINEAR], within=0.01),
    ),
]

if __name__ == "__main__":
    show(__name__)
