"""At equal size deep networks beat shallow ones on speech, and do not on small digits."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, along, each
from dlbook.base.evidence import Estimate, at_least
from dlbook.base.seeds import seeds_from
from dlbook.figures.idioms import direct_label, level_line, powers
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, panels
from dlbook.mathematics import measure, rng, sums
from dlbook.mathematics.explicit import dense_parameters
from dlbook.mathematics.grids import linspace
from dlbook.record.claims import Budget, Claim, Convention, Remark
from dlbook.training import data, stats
from dlbook.training.replay import Dataset, Drawn, Run


@dataclass(frozen=True)
class Config:
    """Hidden layers of ``width`` units against one hidden layer of as many parameters.

    ``train`` are the numbers of training images, few and many.
    """

    layers: tuple[int, ...] = (2, 3, 5, 7)
    width: int = 32
    train: tuple[int, ...] = (200, 1000)
    test: int = 797
    seeds: int = 32
    start: str = "he_normal"
    rate: float = 3e-3
    batch: int = 64
    steps: int = 1000
    first_seed: int = 0


SMALL = Config(layers=(2, 3), train=(100, 200), test=200, seeds=6, steps=60)
GRID = Config(seeds=16)
GRID_BUDGET = 320.0

WORDS = {
    "speech": ("语音（引自 Seide 等）", "Speech (cited: Seide et al.)"),
    "digits": ("手写数字：深 − 浅", "Digits: deep − shallow"),
    "weights": ("权重个数（百万）", "weights (millions)"),
    "errors": ("词错误率（%）", "word error rate (%)"),
    "one layer": ("一层", "one layer"),
    "deep": ("深", "deep"),
    "layers": ("隐藏层数", "hidden layers"),
    "images": ("{images} 张", "{images} images"),
    "difference": ("正确率之差（百分点）", "gap in accuracy (points)"),
}

# Seide, Li and Yu, "Conversational speech transcription using context-dependent deep neural
# networks" (Interspeech 2011): word error rates in percent, quoted from the lecture's text and not
# compared with the paper. "2k" and "16k" units are read as 2 x 1024 and 16 x 1024.
_INPUTS, _OUTPUTS, _UNITS = 429, 9304, 2048
_DEEP = {1: 24.2, 2: 20.4, 3: 18.4, 4: 17.8, 5: 17.2, 7: 17.1}  # by hidden layers
_WIDE = {3772: 22.5, 4634: 22.6, 16384: 22.1}  # by units of the one hidden layer
_ROWS = {5: 3772, 7: 4634}  # the lecture's rows: layers, and units of the one layer of equal size

_EFFECT = 0.5  # percentage points
_TRAINING, _TEST, _HALF = range(3)  # the rows of accuracies


@dataclass(frozen=True)
class Result:
    """The cited table with its sizes, and our comparison.

    Weights exclude biases, as the paper's sizes were matched; ``gaps`` are wide minus deep in the
    rows of equal size. ``differences`` are deep minus shallow in percentage points of test accuracy
    for each number of training images and each depth, and ``changes`` what the second half of the
    steps added to them; ``by_seed`` holds the former one by one, ``(seeds,)``.
    """

    config: Config
    deep_layers: Along[int]
    deep_errors: Along[float]
    deep_weights: Along[int]
    wide_units: Along[int]
    wide_errors: Along[float]
    wide_weights: Along[int]
    gaps: Along[float]
    gap_mismatch: float
    deep_parameters: Along[int]
    shallow_widths: Along[int]
    shallow_parameters: Along[int]
    mismatch: float
    deep: Along[Estimate]
    shallow: Along[Estimate]
    deep_on_training: Along[Estimate]
    shallow_on_training: Along[Estimate]
    differences: Along[Estimate]
    changes: Along[Estimate]
    linear: Along[Estimate]
    constant: Along[Estimate]
    by_seed: Along[Tensor]


def run(cfg: Config) -> Result:
    deep_weights = each(lambda depth: speech_weights(_UNITS, depth), depth=_DEEP)
    wide_weights = each(lambda width: speech_weights(width, 1), width=_WIDE)
    sizes = each(lambda depth: dense_parameters((64, *[cfg.width] * depth, 10)), depth=cfg.layers)
    widths = sizes.map(matched)
    rivals = widths.map(lambda width: dense_parameters((64, width, 10)))
    deep = each(
        lambda train, depth: accuracies(Replay(layers=depth, width=cfg.width, train=train), cfg),
        train=cfg.train,
        depth=cfg.layers,
    )
    shallow = each(
        lambda train, depth: accuracies(Replay(layers=1, width=widths[depth], train=train), cfg),
        train=cfg.train,
        depth=cfg.layers,
    )
    half, end = (
        along(
            (100 * (a[i] - b[i]) for a, b in zip(deep, shallow, strict=True)),
            train=cfg.train,
            depth=cfg.layers,
        )
        for i in (_HALF, _TEST)
    )
    return Result(
        config=cfg,
        deep_layers=along(_DEEP, depth=_DEEP),
        deep_errors=along(_DEEP.values(), depth=_DEEP),
        deep_weights=deep_weights,
        wide_units=along(_WIDE, width=_WIDE),
        wide_errors=along(_WIDE.values(), width=_WIDE),
        wide_weights=wide_weights,
        gaps=each(lambda depth: round(_WIDE[_ROWS[depth]] - _DEEP[depth], 1), depth=_ROWS),
        gap_mismatch=max(abs(wide_weights[w] / deep_weights[d] - 1) for d, w in _ROWS.items()),
        deep_parameters=sizes,
        shallow_widths=widths,
        shallow_parameters=rivals,
        mismatch=max(abs(b / a - 1) for a, b in zip(sizes, rivals, strict=True)),
        deep=deep.map(lambda rows: stats.mean(rows[_TEST])),
        shallow=shallow.map(lambda rows: stats.mean(rows[_TEST])),
        deep_on_training=deep.map(lambda rows: stats.mean(rows[_TRAINING])),
        shallow_on_training=shallow.map(lambda rows: stats.mean(rows[_TRAINING])),
        differences=end.map(stats.mean),
        changes=along(
            (stats.difference(now, then) for now, then in zip(end, half, strict=True)),
            train=cfg.train,
            depth=cfg.layers,
        ),
        linear=each(
            lambda train: stats.mean(accuracies(Replay(layers=0, train=train), cfg)[_TEST]),
            train=cfg.train,
        ),
        constant=each(lambda train: stats.mean(most_frequent(cfg, train)), train=cfg.train),
        by_seed=end,
    )


def speech_weights(units: int, layers: int) -> int:
    """Weights of the acoustic model, without biases."""
    return dense_parameters((_INPUTS, *[units] * layers, _OUTPUTS), biases=False)


def matched(parameters: int) -> int:
    """Units of the one hidden layer, 64 -> n -> 10, that come closest to so many parameters."""
    return round((parameters - 10) / (64 + 1 + 10))


def split(cfg: Config, train: int, seeds: Sequence[int]) -> tuple[data.Samples, data.Samples]:
    """Training and test digits of every seed."""
    return data.digits(train, cfg.test, rng.streams(seeds, "data"))


def accuracies(choice: "Replay", cfg: Config) -> Tensor:
    """Accuracy on training and on test images, and that after half the steps, ``(3, seeds)``."""
    seeds = seeds_from(cfg.first_seed, cfg.seeds)
    (x, y), (unseen, answers) = split(cfg, choice.train, seeds)
    fit = replay(choice, cfg).fit(
        seeds,
        at=[cfg.steps // 2],
        watch=lambda stack: measure.accuracy(stack.predict(unseen), answers),
        what=f"{choice.train} digits, {choice.layers} layers of {choice.width}",
    )
    assert fit.watched is not None
    ends = (fit.stack.predict(images) for images in (x, unseen))
    return torch.stack(
        [*(measure.accuracy(end, right) for end, right in zip(ends, (y, answers), strict=True)),
         fit.watched[:, 0]]
    )  # fmt: skip


def most_frequent(cfg: Config, train: int) -> Tensor:
    """Test accuracy ``(seeds,)`` of always answering the commonest digit of the training set."""
    (_, seen), (_, unseen) = split(cfg, train, seeds_from(cfg.first_seed, cfg.seeds))
    return sums.mean(unseen == seen.mode(dim=1, keepdim=True).values, 1)


def check(res: Result) -> None:
    assert res.gap_mismatch < 1e-3, "the cited rows match in size"
    assert res.mismatch < 1e-2, "our shapes match in size"
    assert all(a < b for a, b in pairwise(res.deep_weights)), "every layer adds weights"
    assert all(a > b for a, b in pairwise(res.deep_errors)), "in the cited table errors fall"
    assert min(res.gaps) > _EFFECT, "and of two cited models of one size the deep one makes fewer"


def draw(res: Result, t: Words) -> Figure:
    figure, axes = panels(1, 2, height=3.3)
    _speech(res, axes[0, 0], t)
    _digits(res, axes[0, 1], t)
    return figure


def _speech(res: Result, ax: Axes, t: Words) -> None:
    millions = res.deep_weights.map(lambda weights: weights / 1e6)
    deep, one = millions.values(), millions[1]
    for (depth, width), side in zip(_ROWS.items(), (-1, 1), strict=True):
        x, error, gap = res.wide_weights[width] / 1e6, res.wide_errors[width], res.gaps[depth]
        ax.plot((x, x), (error, error - gap), color=colour("line"), linestyle=":", linewidth=1.2)
        ax.annotate(t.number(-gap), (x, error - gap / 4), (4 * side, 0), va="center",
                    textcoords="offset points", ha="right" if side < 0 else "left",
                    color=colour("muted"))  # fmt: skip
    wide = [one, *(weights / 1e6 for weights in res.wide_weights)]
    single = [res.deep_errors[1], *res.wide_errors]
    ax.plot(wide, single, "s--", color=colour("shallow"))
    ax.plot(deep, res.deep_errors.values(), "o-", color=colour("deep"))
    for x, (depth, error) in zip(deep, res.deep_errors.items(), strict=True):
        ax.annotate(str(depth), (x, error), (-6, -3), textcoords="offset points", ha="right",
                    va="top", color=colour("deep"))  # fmt: skip
    x, error = res.wide_weights[max(_WIDE)] / 1e6, res.wide_errors[max(_WIDE)]
    direct_label(ax, x, error + 0.5, t["one layer"], "shallow", ha="right", va="bottom")
    x, error = millions[max(_DEEP)], res.deep_errors[max(_DEEP)]
    direct_label(ax, x * 1.15, error, t["deep"], "deep", va="center")
    ax.set(title=t["speech"], xlabel=t["weights"], ylabel=t["errors"], xscale="log")
    ax.set(xlim=(15, 200), ylim=(16, 25), yticks=(16, 20, 24))
    ax.set_xticks((20, 50, 150), ["20", "50", "150"])
    powers(ax)


def _digits(res: Result, ax: Axes, t: Words) -> None:
    level_line(ax, 0)
    lowest = min(float(row.min()) for row in res.by_seed)
    looks = ((-0.22, "extra", 0.7), (0.22, "deep", 0.9))
    for train, (side, role, height) in zip(res.config.train, looks, strict=True):
        for place, depth in enumerate(res.config.layers):
            row, mean = res.by_seed[train, depth], res.differences[train, depth]
            x = place + side
            ax.plot(x + linspace(-0.14, 0.14, len(row)), row, "o", color=colour("line"),
                    markersize=2)  # fmt: skip
            ax.plot((x, x), (mean.low, mean.high), color=colour(role), linewidth=2.5)
            ax.plot((x - 0.18, x + 0.18), (mean.mean,) * 2, color=colour(role))
        label = t["images"].format(images=t.number(train))
        direct_label(ax, -0.4, height * lowest, label, role)
    ax.set_xticks(range(len(res.config.layers)), [str(layers) for layers in res.config.layers])
    ax.set(title=t["digits"], xlabel=t["layers"], ylabel=t["difference"])


@dataclass(frozen=True)
class Replay:
    """What a reader may choose: the number of hidden layers, of units in each, of images."""

    seed: int = 0
    layers: int = 7
    width: int = Config.width
    train: int = Config.train[-1]


def replay(choice: Replay, cfg: Config) -> Run:
    """One shape on the digits; a seed has its own split."""

    def images(seeds: Sequence[int]) -> Dataset:
        return Dataset("digits", *split(cfg, choice.train, seeds)[0])

    return Run(
        widths=(64, *[choice.width] * choice.layers, 10),
        activation="relu",
        init=(cfg.start,) * (choice.layers + 1),
        data=Drawn("digits", images),
        points=0,
        loss="cross_entropy",
        optimiser="adam",
        rate=cfg.rate,
        steps=cfg.steps,
        batch=cfg.batch,
    )


_BETTER = at_least(
    _EFFECT,
    because=(
        "不到半个百分点，就不值得为形状费心。",
        "Below half a percentage point a choice of shape would not be worth the trouble.",
    ),
)

CLAIMS: list[Claim[Result] | Remark] = [
    Remark(
        id="A12",
        source="Source A §3",
        kind="citation",
        statement=(
            "语音识别里，网络越深，错误率越低。",
            "In speech recognition, the deeper the network, the lower the error rate.",
        ),
    ),
    Remark(
        id="A15/speech",
        source="Source A §4",
        kind="citation",
        statement=(
            "参数一样多时，深的语音模型比浅的错误率低。",
            "Of two speech models with equally many parameters the deep one makes fewer errors.",
        ),
    ),
    Claim(
        id="A15/digits",
        source="Source A §4",
        kind="finding",
        statement=(
            "参数一样多时，深的网络比浅的好（换到小小的手写数字上）。",
            "Of two networks with equally many parameters the deep one is better (on small "
            "digits).",
        ),
        measure=lambda res: res.differences,
        bound=_BETTER,
        budget=Budget(change=lambda res: res.changes, within=_EFFECT),
        conventions=(
            Convention("start", ("初始化", "start"), ({"start": "fan_in_uniform"},)),
            Convention("rate", ("学习率", "rate"), ({"rate": 1e-3},)),
        ),
    ),
]

if __name__ == "__main__":
    show(__name__)
