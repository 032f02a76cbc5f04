"""Features learned on one task save samples of another that needs them, and no others."""

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
from dlbook.figures.idioms import direct_label, interval, level_line, powers
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, panels
from dlbook.mathematics import measure, rng, sums
from dlbook.mathematics.nets import Stack
from dlbook.record.claims import Claim, Convention, Factor
from dlbook.training import data, stats
from dlbook.training.replay import Begun, Dataset, Drawn, Run


@dataclass(frozen=True)
class Config:
    """A target known at few ``samples``, after another task known at ``source`` samples.

    The made task has ``inputs`` numbers and ``features`` of them; of the digits 5 to 9 there are
    ``shots`` images each, after ``digits`` images each of 0 to 4.
    """

    inputs: int = 10
    features: int = 3
    width: int = 32
    samples: tuple[int, ...] = (5, 10, 20, 50, 100, 200)
    judged: int = 20
    source: int = 2000
    test: int = 1000
    shots: tuple[int, ...] = (1, 5, 20)
    digits: int = 150
    digit_test: int = 100
    seeds: int = 32
    start: str = "he_normal"
    rate: float = 3e-3
    batch: int = 64
    source_steps: int = 1000
    steps: int = 300
    first_seed: int = 0


SMALL = Config(samples=(5, 20, 50), source=100, test=100, shots=(1, 5), digits=20, digit_test=20,
               width=8, seeds=4, source_steps=20, steps=10)  # fmt: skip
GRID = Config(seeds=12)
GRID_BUDGET = 60.0

WORDS = {
    "made": ("自造的任务", "a task that was made"),
    "digits": ("手写数字 5–9", "digits 5 to 9"),
    "right": ("新样本答对（%）", "new samples right (%)"),
    "samples": ("目标任务的样本", "samples of the target"),
    "shots": ("每个数字的图片", "images of each digit"),
    "scratch": ("从零开始", "from scratch"),
    "related": ("特征共用", "features shared"),
    "unrelated": ("特征无关", "features unrelated"),
    "other": ("先学 0–4", "after 0 to 4"),
}

_STARTS = ("scratch", "related", "unrelated")
_LOOKS = {"scratch": ("shallow", "o"), "related": ("extra", "D"), "unrelated": ("muted", "s")}
_FEW = (10, 20, 50)  # where samples of one task are to help another, and to harm it
_OLD, _NEW = range(5), range(5, 10)  # digits of the source and of the target
_OUTPUT = 500_000  # to a seed: the seed of what is put on features that are carried over


@dataclass(frozen=True)
class Result:
    """``right``: accuracy on new samples of the made target, by start and number of samples.

    ``helped`` and ``harmed``: what the related and what the unrelated features add to scratch,
    paired by seed; ``matched``: the related less the unrelated ones; ``late`` what the second half
    of the steps added to ``helped``. ``learned``: accuracy of the sources on new samples of theirs.
    ``digit_right``, ``digit_gain``: the same for digits 5 to 9, by images of each; there the start
    is ``scratch`` or ``other``, a net that knows 0 to 4.
    """

    config: Config
    right: Along[Estimate]
    helped: Along[Estimate]
    harmed: Along[Estimate]
    matched: Along[Estimate]
    late: Along[Estimate]
    learned: Along[Estimate]
    digit_right: Along[Estimate]
    digit_gain: Along[Estimate]
    digit_learned: Estimate


@dataclass(frozen=True)
class Replay:
    """What a reader may choose: the task, the start, and how many samples (of each digit)."""

    seed: int = 0
    task: str = "made"
    start: str = "related"
    samples: int = Config.judged


def replay(choice: Replay, cfg: Config) -> Run:
    """A target from one start; a source is trained first, unless it starts from scratch."""
    lookup("start", choice.start, dict.fromkeys((*_STARTS, "other")))
    plain = planned(choice, cfg)
    if choice.start == "scratch":
        return plain

    def begun(seeds: Sequence[int]) -> Tensor:
        return carried(plain, seeds, source(choice.task, choice.start, cfg).fit(seeds).stack)

    return planned(choice, cfg, Begun(f"features of the {choice.start} source", begun))


def planned(choice: Replay, cfg: Config, start: Begun | None = None) -> Run:
    """A target: all of its samples at every step."""
    is_made = lookup("task", choice.task, {"made": True, "digits": False})

    def drawn(seeds: Sequence[int]) -> Dataset:
        if is_made:
            return Dataset(name, *made(cfg, "target", seeds, "train", choice.samples))
        return Dataset(name, *scans(_NEW, seeds, 0, choice.samples))

    name = (
        f"{choice.samples} samples of the target" if is_made else f"{choice.samples} of each digit"
    )
    return shaped(cfg, is_made, Drawn(name, drawn), cfg.steps, None, start)


def source(task: str, start: str, cfg: Config) -> Run:
    """The task that is learned first."""

    def drawn(seeds: Sequence[int]) -> Dataset:
        if task == "made":
            return Dataset(name, *made(cfg, start, seeds, "train", cfg.source))
        return Dataset(name, *scans(_OLD, seeds, 0, cfg.digits))

    name = f"the {start} source" if task == "made" else "digits 0 to 4"
    return shaped(cfg, task == "made", Drawn(name, drawn), cfg.source_steps, cfg.batch, None)


def shaped(
    cfg: Config, is_made: bool, samples: Drawn, steps: int, batch: int | None, start: Begun | None
) -> Run:
    return Run(
        widths=(cfg.inputs, cfg.width, 1) if is_made else (64, cfg.width, len(_NEW)),
        activation="relu",
        init=() if start else (cfg.start,) * 2,
        data=samples,
        points=0,
        loss="binary_cross_entropy" if is_made else "cross_entropy",
        optimiser="adam",
        rate=cfg.rate,
        steps=steps,
        batch=batch,
        start=start,
    )


def carried(plain: Run, seeds: Sequence[int], learned: Stack) -> Tensor:
    """Parameters ``(s, P)``: the first layer of a net that has learned, and a new output layer.

    The features were learned below an output layer of these very seeds; another one is drawn, lest
    it fit them from the start.
    """
    fresh = plain.stack([seed + _OUTPUT for seed in seeds])
    fan_in, width = fresh.net.shapes[0]
    first = (fan_in + 1) * width
    return torch.cat([learned.flat[:, :first], fresh.flat[:, first:]], 1)


def made(
    cfg: Config, task: str, seeds: Sequence[int], part: str, count: int
) -> tuple[Tensor, Tensor]:
    """Normal inputs ``(s, n, inputs)`` and labels ``(s, n)``: is a sum of features above its mean?

    A feature is the size of the input in some direction, |w x|. The target and its related source
    share the directions, the unrelated source has others; each task adds the features with signs
    and sizes of its own. More samples begin with the fewer.
    """
    whose = "unrelated" if task == "unrelated" else "shared"
    directions = rng.streams(seeds, "directions", whose).normal(cfg.inputs, cfg.features)
    weights = rng.streams(seeds, "weights", task)
    c = weights.uniform(cfg.features, low=0.5, high=1.5)
    c = c * (2.0 * weights.integers(2, cfg.features) - 1)
    c[:, 0], c[:, 1] = c[:, 0].abs(), -c[:, 1].abs()  # or all signs may agree

    def height(x: Tensor) -> Tensor:
        units = directions / sums.norm(directions, 1)[:, None]
        return sums.total(sums.product(x, units).abs() * c[:, None], 2)

    x = rng.streams(seeds, "people", task, part).normal(max(cfg.source, count), cfg.inputs)
    middle = sums.mean(height(rng.streams(seeds, "middle", task).normal(2000, cfg.inputs)), 1)
    return x[:, :count], (height(x[:, :count]) > middle[:, None]).long()


def scans(
    digits: Sequence[int], seeds: Sequence[int], skip: int, count: int
) -> tuple[Tensor, Tensor]:
    """``count`` images of each digit after the first ``skip``, ``(s, n, 64)``, labels from 0 up."""
    (x, y), _ = data.digits(1797, 0, rng.streams(seeds, "digits"))
    parts = []
    for digit in digits:
        mine = x[y == digit].view(len(seeds), -1, x.shape[-1])  # every seed has as many of each
        parts.append(mine[:, skip : skip + count])
    labels = torch.arange(len(digits)).repeat_interleave(count)
    return torch.cat(parts, 1), labels.expand(len(seeds), -1)


def accuracies(
    choice: Replay, cfg: Config, features: Stack | None, asked: tuple[Tensor, Tensor]
) -> tuple[Tensor, Tensor]:
    """Accuracy ``(s,)`` after half of the steps and after all, from features or from scratch."""
    seeds, (unseen, answers) = seeds_from(cfg.first_seed, cfg.seeds), asked
    training = planned(choice, cfg)
    if features is not None:
        flat = carried(training, seeds, features)
        training = planned(choice, cfg, Begun(f"features of the {choice.start} source",
                                              lambda _: flat))  # fmt: skip
    fit = training.fit(
        seeds,
        at=[cfg.steps // 2],
        watch=lambda stack: measure.accuracy(stack.predict(unseen), answers),
        what=f"{choice.task} from {choice.start}, {choice.samples} samples",
    )
    assert fit.watched is not None
    return fit.watched[:, 0], measure.accuracy(fit.stack.predict(unseen), answers)


def run(cfg: Config) -> Result:
    seeds = seeds_from(cfg.first_seed, cfg.seeds)
    sources = {
        start: source("made", start, cfg).fit(seeds, what=f"the {start} source").stack
        for start in _STARTS[1:]
    }
    asked = made(cfg, "target", seeds, "test", cfg.test)
    found = each(
        lambda start, samples: accuracies(
            Replay(start=start, samples=samples), cfg, sources.get(start), asked
        ),
        start=_STARTS,
        samples=cfg.samples,
    )
    half, end = found.map(lambda pair: pair[0]), found.map(lambda pair: pair[1])
    old = source("digits", "other", cfg).fit(seeds, what="digits 0 to 4").stack
    images = scans(_NEW, seeds, max(cfg.shots), cfg.digit_test)
    digits = each(
        lambda start, shots: accuracies(
            Replay(task="digits", start=start, samples=shots),
            cfg,
            old if start == "other" else None,
            images,
        )[1],
        start=("scratch", "other"),
        shots=cfg.shots,
    )
    few = [n for n in cfg.samples if n in _FEW]

    def learned(start: str) -> Estimate:
        x, y = made(cfg, start, seeds, "test", cfg.test)
        return stats.mean(measure.accuracy(sources[start].predict(x), y))

    x, y = scans(_OLD, seeds, cfg.digits, 20)
    return Result(
        config=cfg,
        right=end.map(stats.mean),
        helped=each(
            lambda samples: stats.difference(end["related", samples], end["scratch", samples]),
            samples=few,
        ),
        harmed=each(
            lambda samples: stats.difference(end["unrelated", samples], end["scratch", samples]),
            samples=few,
        ),
        matched=each(
            lambda samples: stats.difference(end["related", samples], end["unrelated", samples]),
            samples=few,
        ),
        late=each(
            lambda samples: stats.difference(
                end["related", samples] - end["scratch", samples],
                half["related", samples] - half["scratch", samples],
            ),
            samples=few,
        ),
        learned=each(learned, start=_STARTS[1:]),
        digit_right=digits.map(stats.mean),
        digit_gain=each(
            lambda shots: stats.difference(digits["other", shots], digits["scratch", shots]),
            shots=cfg.shots,
        ),
        digit_learned=stats.mean(measure.accuracy(old.predict(x), y)),
    )


def check(res: Result) -> None:
    for samples, gain in res.helped.items():
        parts = res.matched[samples].mean + res.harmed[samples].mean
        assert abs(gain.mean - parts) < 1e-12, "by way of the unrelated source it is as far"
    for shots, gain in res.digit_gain.items():
        parts = res.digit_right["other", shots].mean - res.digit_right["scratch", shots].mean
        assert abs(gain.mean - parts) < 1e-12, "a mean of differences is that of means"


def draw(res: Result, t: Words) -> Figure:
    figure, axes = panels(1, 2, height=3.2, width_ratios=[1.5, 1])
    _made(res, axes[0, 0], t)
    _digits(res, axes[0, 1], t)
    return figure


def _made(res: Result, ax: Axes, t: Words) -> None:
    samples = res.config.samples
    for start, (role, marker) in _LOOKS.items():
        row = [res.right[start, n] for n in samples]
        ax.plot(samples, [100 * one.mean for one in row], color=colour(role), linewidth=1.2)
        for n, one in zip(samples, row, strict=True):
            interval(ax, one, n, role=role, marker=marker, scale=100)
    level_line(ax, 50)
    for place, start in enumerate(("related", "scratch", "unrelated")):
        direct_label(ax, 5, 97 - 5 * place, t[start], _LOOKS[start][0], va="center")
    ax.set(xscale="log", ylim=(45, 100), xlabel=t["samples"], ylabel=t["right"], title=t["made"])
    ax.set_xticks(samples, [t.number(n) for n in samples])
    powers(ax)


def _digits(res: Result, ax: Axes, t: Words) -> None:
    shots = res.config.shots
    for start, look in (("other", "related"), ("scratch", "scratch")):
        role, marker = _LOOKS[look]
        row = [res.digit_right[start, n] for n in shots]
        ax.plot(shots, [100 * one.mean for one in row], color=colour(role), linewidth=1.2)
        for n, one in zip(shots, row, strict=True):
            interval(ax, one, n, role=role, marker=marker, scale=100)
    for place, start in enumerate(("other", "scratch")):
        role = _LOOKS["related" if start == "other" else start][0]
        direct_label(ax, shots[0], 97 - 5 * place, t[start], role, va="center")
    ax.set(xscale="log", ylim=(45, 100), xlabel=t["shots"], title=t["digits"])
    ax.set_xticks(shots, [t.number(n) for n in shots])
    powers(ax)


_POINTS = at_least(
    0.03,
    because=(
        "少于三个百分点，不值得先学另一项任务。",
        "Less than three points is not worth another task first.",
    ),
)
_CONVENTIONS = (
    Convention("start", ("初始化", "start"), ({"start": "fan_in_uniform"},)),
    Convention("rate", ("学习率", "rate"), ({"rate": 0.01},)),
)

CLAIMS: list[Claim[Result]] = [
    Claim(
        id="X10",
        source="this book, after Source E",
        kind="cause",
        statement=(
            "迁移学习有用，是因为两项任务共用特征。",
            "Transfer helps because the two tasks share features.",
        ),
        measure=lambda res: res.helped[res.config.judged],
        bound=_POINTS,
        factors=(
            Factor(
                ("特征对得上", "features that match"),
                lambda res: res.matched[res.config.judged],
                rival=False,
            ),
            Factor(
                ("先训练过，不管学了什么", "having been trained, on whatever"),
                lambda res: res.harmed[res.config.judged],
            ),
        ),
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="X10/harm",
        source="this book, after Source E",
        kind="finding",
        statement=(
            "特征不共用时，迁移有害。",
            "Where features are not shared, transfer does harm.",
        ),
        measure=lambda res: res.harmed,
        bound=at_most(
            -0.01,
            because=(
                "低一个百分点以上，才算有害，不只是无用。",
                "A point lower at least, to be harm and not only of no use.",
            ),
        ),
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="B46",
        source="Source B, summary 3",
        kind="finding",
        statement=(
            "迭代组成的先验，使样本可以帮助训练共用同样底层结构的其他样本。",
            "By the prior of iteration samples help to train others that share the same lower "
            "structure.",
        ),
        measure=lambda res: res.helped,
        bound=_POINTS,
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="E13/transfer",
        source="Source E",
        kind="finding",
        statement=(
            "迁移学习：先学过一项任务，另一项就学得更好（手写数字，先 0–4，再 5–9）。",
            "Transfer learning: who knows one task learns another better (digits, 0 to 4, then 5 "
            "to 9).",
        ),
        measure=lambda res: res.digit_gain,
        bound=at_least(
            0.01,
            because=(
                "五类里多对一个百分点，是能看出来的最小好处。",
                "One point among five classes is the least advantage that can be seen.",
            ),
        ),
        conventions=_CONVENTIONS,
    ),
]

if __name__ == "__main__":
    show(__name__)
