"""A net that starts with large weights learns its samples by heart; one of ones learns nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, each
from dlbook.base.evidence import Estimate, at_least, at_most
from dlbook.base.lookup import lookup
from dlbook.base.seeds import seeds_from
from dlbook.figures.idioms import bare, direct_label, interval, level_line, powers
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, mosaic
from dlbook.mathematics import measure, rng, sums
from dlbook.mathematics.nets import Stack
from dlbook.record.claims import Budget, Claim, Convention, Factor
from dlbook.training import data, stats
from dlbook.training.replay import Dataset, Drawn, Run, geometric


@dataclass(frozen=True)
class Config:
    """Two hidden layers of ``width`` sigmoids on a mixture in twelve dimensions, as in Source E.

    ``train`` samples, ``test`` others. A scheme of ``biased`` nets gives the biases their numbers
    too, as the code of the source does; else they begin at 0.
    """

    width: int = 100
    train: int = 400
    test: int = 1000
    biased: bool = True
    loss: str = "mean_squared_error"
    rate: float = 3e-3
    batch: int = 64
    early: int = 500
    late: int = 3000
    seeds: int = 16
    first_seed: int = 0


SMALL = Config(width=6, train=40, test=40, batch=20, early=5, late=20, seeds=3)
GRID = Config(seeds=8)
GRID_BUDGET = 180.0  # four cells of eight seeds, seven courses each, were measured at about 130
BUDGET = 1800.0  # seconds of wall time, on a busy machine

WORDS = {
    "course": ("测试正确率（减去贝叶斯）", "Test accuracy (less Bayes)"),
    "steps": ("步数", "steps"),
    "xavier": ("Xavier", "Xavier"),
    "tiny": ("N(0, 0.01²)", "N(0, 0.01²)"),
    "zeros": ("全 0", "all 0"),
    "ones": ("全 1", "all 1"),
    "normal": ("N(0, 1)", "N(0, 1)"),
    "ahead": ("Xavier 领先（点）", "Xavier ahead (points)"),
    "lost": ("N(0, 1) 落后（点）", "N(0, 1) behind (points)"),
    "all": ("全部", "all"),
    "hidden": ("隐藏层", "hidden"),
    "output": ("输出层", "output"),
}

_SCHEMES = ("xavier", "tiny", "zeros", "ones", "normal")
# Names of the schemes by whether biases are drawn too; a constant holds for biases as well.
_STARTS = {
    "xavier": {True: "xavier_uniform_with_biases", False: "xavier_uniform"},
    "tiny": {True: "normal_0_01_with_biases", False: "normal_0_01"},
    "zeros": {True: "zeros", False: "zeros"},
    "ones": {True: "ones", False: "ones"},
    "normal": {True: "standard_normal_with_biases", False: "standard_normal"},
}
_PARTS = {"hidden": ("normal", "normal", "xavier"), "output": ("xavier", "xavier", "normal")}
_LOOKS = {
    "xavier": ("ink", "-"), "tiny": ("extra", "-"), "zeros": ("extra", "--"),
    "ones": ("muted", "-"), "normal": ("ink", ":"),
}  # fmt: skip
_MOMENTS = 13
_SATURATED = 0.01  # a unit this near to 0 or 1 has a slope below a hundredth
_POINTS = 100


@dataclass(frozen=True)
class Result:
    """``accuracy`` on the test set by start and steps, ``fitted`` on the training set.

    ``short``: how far it is below the best classifier, ``bayes``; ``ahead``: Xavier's start less
    small normal numbers, by steps, and ``ahead_of_zeros`` likewise; ``ones_change``: what the
    second half of the steps added to a net that began with ones. ``slow``: accuracy after the early
    steps of N(0, 1) less Xavier's, ``slow_later`` after the late ones; ``by_hidden`` and
    ``by_output`` where only those layers are N(0, 1); ``fits_slower`` is ``slow`` on the training
    set. ``saturated``: the share of hidden units' outputs within 0.01 of 0 or 1 before training,
    ``outputs`` the size of the outputs. ``course`` ``(starts, k)``: mean test accuracy less Bayes
    before the updates ``recorded``; ``pairs`` ``(2, seeds)``: ``ahead`` of each.
    """

    config: Config
    bayes: Estimate
    accuracy: Along[Estimate]
    fitted: Along[Estimate]
    short: Along[Estimate]
    ahead: Along[Estimate]
    ahead_of_zeros: Along[Estimate]
    ones_change: Estimate
    slow: Estimate
    by_hidden: Estimate
    by_output: Estimate
    slow_later: Estimate
    fits_slower: Estimate
    saturated: Along[Estimate]
    outputs: Along[Estimate]
    recorded: Tensor
    course: Tensor
    pairs: Tensor


@dataclass(frozen=True)
class Replay:
    """What a reader may choose of a run: the start of the hidden layers and of the output."""

    seed: int = 0
    hidden: str = "xavier"
    output: str = "xavier"
    steps: int = 500


def replay(choice: Replay, cfg: Config) -> Run:
    """A net of Source E on the mixture of its seed."""
    hidden, output = (
        lookup("start", name, _STARTS)[cfg.biased] for name in (choice.hidden, choice.output)
    )
    return Run(
        widths=(12, cfg.width, cfg.width, 2),
        activation="sigmoid",
        init=(hidden, hidden, output),
        data=Drawn("a mixture of two Gaussians", lambda seeds: samples(seeds, cfg)[0]),
        points=0,
        loss=cfg.loss,
        optimiser="adam",
        rate=cfg.rate,
        steps=choice.steps,
        batch=cfg.batch,
    )


def samples(seeds: Sequence[int], cfg: Config) -> tuple[Dataset, Dataset, Tensor]:
    """Training and test samples of each seed, and the accuracy of the best classifier."""
    mixture = data.mixture(12, rng.streams(seeds, "mixture"))
    parts = []
    for name, size in (("train", cfg.train), ("test", cfg.test)):
        x, y = mixture.draw(size - size // 2, size // 2, rng.streams(seeds, name))
        parts.append(Dataset(name, x, y.contiguous()))
    return parts[0], parts[1], mixture.bayes_accuracy


@dataclass(frozen=True)
class Course:
    """Test accuracy ``(s, k)`` before the recorded steps, and that on the training set."""

    steps: list[int]
    test: Tensor
    train: Tensor

    def at(self, step: int) -> Tensor:
        """Test accuracy before that update, ``(s,)``."""
        return self.test[:, self.steps.index(step)]

    def fit_at(self, step: int) -> Tensor:
        """Accuracy on the training set, likewise."""
        return self.train[:, self.steps.index(step)]


def trained(hidden: str, output: str, steps: int, cfg: Config) -> Course:
    """The nets of all seeds from one start."""
    seeds = seeds_from(cfg.first_seed, cfg.seeds)
    train, test, _ = samples(seeds, cfg)

    def watch(stack: Stack) -> Tensor:
        both = [measure.accuracy(stack.predict(part.x), part.y) for part in (test, train)]
        return torch.stack(both, 1)

    at = sorted({*geometric(steps, _MOMENTS), min(cfg.early, steps), steps // 2, steps})
    fit = replay(Replay(hidden=hidden, output=output, steps=steps), cfg).fit(
        seeds, at=at, watch=watch, what=f"{hidden}, {output}"
    )
    assert fit.watched is not None
    return Course(fit.steps.tolist(), fit.watched[..., 0], fit.watched[..., 1])


def run(cfg: Config) -> Result:
    seeds = seeds_from(cfg.first_seed, cfg.seeds)
    _, test, bayes = samples(seeds, cfg)
    nets = {name: trained(name, name, cfg.late, cfg) for name in _SCHEMES}
    parts = {
        name: trained(hidden, output, cfg.early, cfg)
        for name, (hidden, _, output) in _PARTS.items()
    }
    times = (cfg.early, cfg.late)
    begun = {
        name: replay(Replay(hidden=name, output=name), cfg).stack(seeds).signals(test.x)
        for name in _SCHEMES
    }
    xavier = nets["xavier"]

    def behind(course: Course, step: int) -> Estimate:
        return stats.difference(course.at(step), xavier.at(step))

    return Result(
        config=cfg,
        bayes=stats.mean(bayes),
        accuracy=each(
            lambda start, steps: stats.mean(nets[start].at(steps)), start=_SCHEMES, steps=times
        ),
        fitted=each(
            lambda start, steps: stats.mean(nets[start].fit_at(steps)),
            start=_SCHEMES,
            steps=times,
        ),
        short=each(
            lambda start, steps: stats.difference(bayes, nets[start].at(steps)),
            start=_SCHEMES,
            steps=times,
        ),
        ahead=each(
            lambda steps: stats.difference(xavier.at(steps), nets["tiny"].at(steps)), steps=times
        ),
        ahead_of_zeros=each(
            lambda steps: stats.difference(xavier.at(steps), nets["zeros"].at(steps)), steps=times
        ),
        ones_change=stats.difference(nets["ones"].at(cfg.late), nets["ones"].at(cfg.late // 2)),
        slow=behind(nets["normal"], cfg.early),
        by_hidden=behind(parts["hidden"], cfg.early),
        by_output=behind(parts["output"], cfg.early),
        slow_later=behind(nets["normal"], cfg.late),
        fits_slower=stats.difference(nets["normal"].fit_at(cfg.early), xavier.fit_at(cfg.early)),
        saturated=each(
            lambda start, layer: stats.mean(
                sums.mean(((begun[start][layer - 1] - 0.5).abs() > 0.5 - _SATURATED).flatten(1), 1)
            ),
            start=_SCHEMES,
            layer=(1, 2),
        ),
        outputs=each(
            lambda start: stats.mean(sums.mean(begun[start][-1].abs().flatten(1), 1)),
            start=_SCHEMES,
        ),
        recorded=torch.tensor(xavier.steps),
        course=torch.stack([sums.mean(nets[name].test - bayes[:, None], 0) for name in _SCHEMES]),
        pairs=torch.stack([xavier.at(step) - nets["tiny"].at(step) for step in times]),
    )


def check(res: Result) -> None:
    ones, width = res.outputs["ones"].mean, res.config.width
    assert ones <= width + 1, "ones give at most one for each unit and one for the bias"
    assert res.outputs["zeros"].mean == 0, "zeros give nothing"
    assert res.saturated["zeros", 1].mean == 0, "and their units stand at one half"


def draw(res: Result, t: Words) -> Figure:
    figure, axes = mosaic([["course", "course"], ["ahead", "lost"]], 5.6, [1.3, 1])
    _course(res, axes["course"], t)
    for place, (row, one) in enumerate(zip(res.pairs, res.ahead, strict=True)):
        aside = torch.arange(len(row)) / len(row) * 0.5 - 0.25
        axes["ahead"].plot(place + aside, _POINTS * row, ".", color=colour("muted"), markersize=3)
        interval(axes["ahead"], one, place + 0.34, scale=_POINTS)
    times = [t.number(int(step)) for step in res.ahead.axis("steps")]
    axes["ahead"].set_xticks((0, 1), times)
    axes["ahead"].set(title=t["ahead"], xlim=(-0.5, 1.6))
    effects = {"all": res.slow, "hidden": res.by_hidden, "output": res.by_output}
    for place, one in enumerate(effects.values()):
        interval(axes["lost"], one, place, scale=_POINTS)
    axes["lost"].set_xticks(range(3), [t[name] for name in effects])
    axes["lost"].set(title=t["lost"], xlim=(-0.5, 2.5))
    for name in ("ahead", "lost"):
        level_line(axes[name], 0)
        bare(axes[name], "x", line=True)
    return figure


def _course(res: Result, ax: Axes, t: Words) -> None:
    x = [max(step, 1) for step in res.recorded.tolist()]
    for place, (name, row) in enumerate(zip(_SCHEMES, res.course, strict=True)):
        role, dash = _LOOKS[name]
        ax.plot(x, row, color=colour(role), linestyle=dash)
        height = -0.03 - 0.055 * place
        ax.plot((1.1, 1.9), (height, height), color=colour(role), linestyle=dash)
        direct_label(ax, 2.15, height, t[name], role, va="center")
    level_line(ax, 0)
    level_line(ax, res.config.early, along="y")
    ax.set(xscale="log", xlabel=t["steps"], title=t["course"], ylim=(-0.46, 0.03))
    powers(ax)


_CONVENTIONS = (
    Convention("start", ("偏置的起点", "start of the biases"), ({"biased": False},)),
    Convention("rate", ("学习率", "rate"), ({"rate": 1e-2},)),
)

CLAIMS: list[Claim[Result]] = [
    Claim(
        id="E10a",
        source="Source E §10",
        kind="finding",
        statement=(
            "Xavier 的性能最好；标准差小的高斯也行，但不如 Xavier。",
            "Xavier’s start performs best; normal numbers of small deviation do too, not as well.",
        ),
        measure=lambda res: res.ahead,
        bound=at_least(
            0.01,
            because=(
                "领先不到一个百分点，说不上“最好”。",
                "Less than a point is no “best”.",
            ),
        ),
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="E10a/trains",
        source="Source E §10",
        kind="finding",
        statement=(
            "Xavier 和方差小的高斯都能训练得很好。",
            "Xavier’s start and normal numbers of small variance both train very well.",
        ),
        measure=lambda res: each(
            lambda start: res.short[start, res.config.early], start=("xavier", "tiny")
        ),
        bound=at_most(
            0.05,
            because=(
                "离最好的分类器不到五个百分点，才算“很好”。",
                "“Very well” is within five points of the best classifier.",
            ),
        ),
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="E10c",
        source="Source E §10",
        kind="finding",
        statement=(
            "权重全为 1 时不起作用。",
            "Weights that are all 1 do not work.",
        ),
        measure=lambda res: res.accuracy["ones", res.config.late],
        bound=at_most(
            0.6,
            because=(
                "两类一样多，猜也能对一半；只多不到一成，等于没有学。",
                "Guessing gets half of the answers; less than a tenth more is to learn nothing.",
            ),
        ),
        conventions=_CONVENTIONS,
        budget=Budget(change=lambda res: res.ones_change, within=0.02),
    ),
    Claim(
        id="E10d",
        source="Source E §10",
        kind="cause",
        statement=(
            "方差太大时性能落后，因为网络的输出发生了爆炸。",
            "With too large a variance a net falls behind, because its outputs explode.",
        ),
        measure=lambda res: res.slow,
        bound=at_most(
            -0.02,
            because=(
                "同样的步数落后两个百分点以上，才说得上“落后”。",
                "To fall behind is by two points at least after as many steps.",
            ),
        ),
        factors=(
            Factor(
                ("输出层权重大，输出爆炸", "large output weights: outputs explode"),
                lambda res: res.by_output,
                rival=False,
            ),
            Factor(
                ("隐藏层权重大，单元饱和", "large hidden weights: units saturate"),
                lambda res: res.by_hidden,
            ),
        ),
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="E10d/slow",
        source="Source E §10",
        kind="finding",
        statement=(
            "方差太大时，训练的速度变慢。",
            "With too large a variance, training becomes slow.",
        ),
        measure=lambda res: res.fits_slower,
        bound=at_most(
            -0.02,
            because=(
                "同样的步数，训练集上少做对两个百分点以上，才说得上“慢”。",
                "“Slow” is two points fewer at least on the training set after as many steps.",
            ),
        ),
        conventions=_CONVENTIONS,
    ),
]

if __name__ == "__main__":
    show(__name__)
