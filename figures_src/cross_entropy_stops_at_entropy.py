"""Cross-entropy can fall to the entropy of the relation itself, and no further."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, along
from dlbook.base.evidence import EVERY, Estimate, at_most
from dlbook.base.lookup import lookup
from dlbook.base.seeds import seeds_from
from dlbook.figures.idioms import direct_label, level_line, powers
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, mosaic
from dlbook.mathematics import rng, sums
from dlbook.mathematics.elementary import log, sigmoid, xlogy
from dlbook.mathematics.grids import linspace
from dlbook.record.claims import Budget, Claim, Convention, Remark
from dlbook.training import data, stats
from dlbook.training.replay import Dataset, Drawn, Run
from dlbook.training.train import Fit


@dataclass(frozen=True)
class Config:
    """XOR whose answer is the other one with probability ``flip``; nets 2-``width``-1 of tanh.

    What nets are ``given`` of such a relation: the ``probabilities`` themselves, or a ``sample`` of
    answers, ``samples`` for each net. ``start`` is an initialisation.
    """

    first_seed: int = 0
    flip: float = 0.1
    given: str = "probabilities"
    start: str = "xavier_uniform"
    width: int = 8
    seeds: int = 32
    rate: float = 0.02
    steps: int = 12_000
    samples: int = 200
    grid: int = 200
    largest_gap: int = 800


SMALL = Config(seeds=6, steps=400, grid=40)
GRID = Config(seeds=16)
GRID_BUDGET = 60.0

WORDS = {
    "arch": ("熵与交叉熵", "Entropy and cross-entropy"),
    "p": ("概率 $p$", "probability $p$"),
    "nats": ("nat", "nats"),
    "tangent": ("交叉熵", "cross-\nentropy"),
    "touch": ("$q$", "$q$"),
    "descent": ("训练 XOR", "Training XOR"),
    "step": ("步数", "step"),
    "loss": ("交叉熵", "cross-entropy"),
    "no_hidden": ("无隐藏层：ln 2", "no hidden layer: ln 2"),
    "noisy": ("有噪声：$H(Y|X)$", "noisy: $H(Y|X)$"),
    "certain": ("无噪声：0", "certain: 0"),
    "softmax": ("softmax 离 1 多远", "Softmax: how far the larger output is from 1"),
    "gap": ("logit 差 $g$", "difference of the two logits $g$"),
    "rest": ("$1-p$", "$1-p$"),
    "single": ("float32：\n恰为 1", "float32:\nexactly 1"),
    "double": ("float64：\n恰为 1", "float64:\nexactly 1"),
}

_TOUCH, _TRUE = 0.2, 0.6  # the prediction and the truth of the drawing
_DIGITS = 12  # what a converged loss shows beyond is rounding
_PRECISIONS = (torch.float32, torch.float64)
_DRAWN_GAP = 45
# By the last of these nothing moves that an eye could see; the numbers are those of the end.
_DRAWN_STEPS = (*range(0, 160, 12), 160, 200, 250, 320)


_FORMATS = ("float32", "float64")
_AXIOMS = ("nonnegative", "zero to itself", "symmetric", "short")
_GIVEN = ("probabilities", "sample")


@dataclass(frozen=True)
class Result:
    """Losses in nats; ``right`` is the probability of the right answer of the noisy relation.

    ``curves`` ``(3, seeds, k)`` at ``steps`` ``(k,)``: XOR certain, noisy, and certain without a
    hidden layer.
    ``one_from`` and ``zero_from``: the least whole difference of two logits at which softmax gives
    exactly 1 and exactly 0, in single and in double precision. ``rest`` ``(3, 46)``: what is
    missing to 1 at differences 0 … 45, in single and double precision (0: nothing) and truly.
    ``reaches_one`` and ``reaches_zero``: whether an output is, truly and in both precisions.
    ``left_certain`` ``(seeds, 2)``: the cross-entropy that is left of the certain relation half way
    and at the end; ``above`` ``(2, seeds, 2)``: how far nets given the probabilities, and nets
    given a sample, stay above the entropy of the noisy relation itself.
    ``own_gain``: by how much nets trained on a sample undercut the true probabilities there;
    ``true_loss``: how far they stay above the entropy on the relation itself.
    ``furthest_gap``, ``probability_error``: of all nets that are given the probabilities, the
    largest distance of the loss from the entropy, and of a predicted from a true probability.
    ``lowest_output``: the least of the random softmax outputs.
    """

    config: Config
    ln2: float
    right: float
    entropy: float
    certain: Estimate
    noisy: Estimate
    no_hidden: Estimate
    noisy_gap: Estimate
    lowest_gap: float
    furthest_gap: float
    probability_error: float
    own_gain: Estimate
    true_loss: Estimate
    likelihood_error: float
    likelihood_cases: int
    entropy_rises: bool
    entropy_ends: Along[float]
    most_uncertain: float
    tangent_above: bool
    tangent_touches: bool
    asymmetry: Along[float]
    axioms: Along[bool]
    lowest_output: float
    sum_error: float
    shift_error: float
    one_from: Along[int]
    zero_from: Along[int]
    reaches_one: Along[bool]
    reaches_zero: Along[bool]
    steps: Tensor
    curves: Tensor
    left_certain: Tensor
    above: Tensor
    rest: Tensor


def entropy(p: Tensor) -> Tensor:
    """H(p) = -p ln p - (1 - p) ln (1 - p), in nats; 0 ln 0 = 0."""
    return cross_entropy(p, p)


def cross_entropy(p: Tensor, q: Tensor) -> Tensor:
    """-p ln q - (1 - p) ln (1 - q), in nats: what predicting q costs where the truth is p."""
    return 0.0 - xlogy(p, q) - xlogy(1 - p, 1 - q)


def axioms(grid: Tensor) -> tuple[bool, bool, bool, bool]:
    """Whether cross-entropy is nonnegative, zero from p to itself, symmetric, short by detours."""
    costs = cross_entropy(grid[:, None], grid)
    detours = (costs[:, :, None] + costs[None]).amin(1)
    return (
        bool((costs >= 0).all()),
        bool((costs.diagonal() == 0).all()),
        torch.equal(costs, costs.T),
        bool((costs <= detours).all()),
    )


def larger_output(gap: int) -> tuple[Decimal, Decimal]:
    """Softmax of (gap, 0) in decimals, enough of them for every digit of the smaller output."""
    with localcontext() as context:
        context.prec = 40 + gap
        small = Decimal(-gap).exp()
        return 1 / (1 + small), small / (1 + small)


def first(holds: Tensor) -> int:
    """The place of the first true entry.

    Raises:
        ValueError: there is none.
    """
    if not bool(holds.any()):
        raise ValueError(f"no saturation among {len(holds)} differences; raise largest_gap")
    return int(holds.long().argmax())


@dataclass(frozen=True)
class Replay:
    """What a reader may choose of a run.

    Nets are told that the ``answers`` are certain, or the probabilities of noisy ones, or a sample.
    """

    seed: int = 0
    answers: str = "noisy"
    hidden: int = Config.width


def replay(choice: Replay, cfg: Config) -> Run:
    """Nets trained on the probability of a 1 at each input of XOR."""
    x, certain = data.xor()[0], truth(0.0)
    answers: dict[str, Dataset | Drawn] = {
        "certain": Dataset("XOR", x, certain),
        "noisy": Dataset("noisy XOR", x, truth(cfg.flip)),
        "sample": Drawn("a sample of noisy XOR", lambda seeds: sampled(cfg, seeds)),
    }
    widths = (2, choice.hidden, 1) if choice.hidden else (2, 1)
    return Run(
        widths=widths,
        activation="tanh",
        init=(cfg.start,) * (len(widths) - 1),
        data=lookup("answers", choice.answers, answers),
        points=0,
        loss="binary_cross_entropy",
        optimiser="adam",
        rate=cfg.rate,
        steps=cfg.steps,
    )


def truth(flip: float) -> Tensor:
    """The probability of a 1 at each input, ``(4, 1)``."""
    y = data.xor()[1].double()[:, None]
    return y * (1 - flip) + (1 - y) * flip


def trained(cfg: Config, answers: str, hidden: int) -> Fit:
    """All seeds, their losses and outputs ``(s, k, 4)`` at the steps of :func:`looked_at`."""
    x = data.xor()[0]
    return replay(Replay(answers=answers, hidden=hidden), cfg).fit(
        seeds_from(cfg.first_seed, cfg.seeds),
        looked_at(cfg.steps),
        watch=lambda stack: stack.predict(x)[..., 0],
        what=f"XOR, {hidden} hidden units",
    )


def looked_at(steps: int) -> list[int]:
    """The steps that are drawn, then the middle and the end of training."""
    half, drawn = steps // 2, [step for step in _DRAWN_STEPS if step < steps // 2]
    return [*drawn, half, steps]


def left(fit: Fit, p: Tensor) -> Tensor:
    """The cross-entropy on a relation half way and at the end of training, ``(s, 2)``."""
    assert fit.watched is not None
    return sums.mean(cross_entropy(p[:, 0], sigmoid(fit.watched[:, -2:])), -1)


def sampled(cfg: Config, seeds: Sequence[int]) -> Dataset:
    """Each seed's own sample: at each input the share of ones ``(s, 4, 1)`` and a count ``(s, 4)``.

    The first input gets the first quarter of the draws, and so on.
    """
    each = cfg.samples // 4
    drawn = rng.streams(seeds, "answers").uniform(4, each) < truth(cfg.flip)
    shares, counts = sums.mean(drawn, -1, keepdim=True), torch.full((len(seeds), 4), float(each))
    return Dataset("sample", data.xor()[0], shares, counts)


def likelihood_error(p: Tensor, share: Tensor, each: int) -> float:
    """Relative difference between the summed cross-entropy and -ln of the exact likelihood.

    The likelihood of all answers is a product of rationals, since every float is one.
    """
    worst = 0.0
    for probabilities, shares in zip(p.tolist(), share[..., 0].tolist(), strict=True):
        likelihood = Fraction(1)
        for q, ones in zip(probabilities, (round(s * each) for s in shares), strict=True):
            likelihood *= Fraction(q) ** ones * (1 - Fraction(q)) ** (each - ones)
        exact = float(Decimal(likelihood.denominator).ln() - Decimal(likelihood.numerator).ln())
        q, s = torch.tensor([probabilities, shares], dtype=torch.float64)
        worst = max(worst, abs(float(sums.total(cross_entropy(s, q)) * each) - exact) / exact)
    return worst


def softmax(cfg: Config) -> tuple[list[Tensor], list[Tensor]]:
    """The larger and the smaller of two outputs at differences 0 … , in both precisions."""
    gaps = torch.arange(cfg.largest_gap + 1)
    pairs = [
        sums.softmax(torch.stack([gaps, torch.zeros_like(gaps)], -1).to(dtype))
        for dtype in _PRECISIONS
    ]
    return [pair[:, 0] for pair in pairs], [pair[:, 1] for pair in pairs]


def run(cfg: Config) -> Result:
    p, seeds = truth(cfg.flip), seeds_from(cfg.first_seed, cfg.seeds)
    floor = float(sums.mean(entropy(p)))
    rows = (("certain", cfg.width), ("noisy", cfg.width), ("certain", 0))
    fits = [trained(cfg, *row) for row in rows]
    share = sampled(cfg, seeds).y
    sample = trained(cfg, "sample", cfg.width)
    above = torch.stack([left(fit, p) - floor for fit in (fits[1], sample)]).round(decimals=_DIGITS)
    inputs = data.xor()[0]
    q = sigmoid(sample.stack.predict(inputs))
    grid = torch.arange(1, cfg.grid, dtype=torch.float64) / cfg.grid
    costs, arch = cross_entropy(grid[:, None], grid), entropy(grid)
    ends = entropy(torch.tensor([0.0, 1.0], dtype=torch.float64)).tolist()
    large, small = softmax(cfg)
    logits = 10 * rng.stream(cfg.first_seed, "logits").normal(1000, 10)
    probabilities = sums.softmax(logits)
    decimals = [larger_output(gap) for gap in range(cfg.largest_gap + 1)]
    return Result(
        config=cfg,
        ln2=log(2),
        right=1 - cfg.flip,
        entropy=floor,
        certain=stats.median(fits[0].loss),
        noisy=stats.median(fits[1].loss.round(decimals=_DIGITS)),
        no_hidden=stats.median(fits[2].loss.round(decimals=_DIGITS)),
        noisy_gap=stats.median(above[0, :, 1]),
        lowest_gap=float((fits[1].losses - floor).min()),
        furthest_gap=float((fits[1].loss - floor).abs().max()),
        probability_error=float((sigmoid(fits[1].stack.predict(inputs)) - p).abs().max()),
        own_gain=stats.median(sums.mean(cross_entropy(share, p).flatten(1), 1) - sample.loss),
        true_loss=stats.median(above[1, :, 1]),
        likelihood_error=likelihood_error(q[..., 0], share, cfg.samples // 4),
        likelihood_cases=cfg.seeds,
        entropy_rises=bool((arch[: cfg.grid // 2].diff() > 0).all()),
        entropy_ends=along((ends[0], ends[1]), p=(0, 1)),
        most_uncertain=float(grid[arch.argmax()]),
        tangent_above=bool((costs >= arch[:, None] - 1e-15).all()),
        tangent_touches=bool((costs.argmin(1) == torch.arange(len(grid))).all()),
        asymmetry=along(_both_ways(0.5, 0.9), p=(0.5, 0.9)),
        axioms=along(axioms(grid), axiom=_AXIOMS),
        lowest_output=float(probabilities.min()),
        sum_error=float((sums.total(probabilities, -1) - 1).abs().max()),
        shift_error=float((sums.softmax(logits + 100) - probabilities).abs().max()),
        one_from=along((first(large[0] == 1), first(large[1] == 1)), precision=_FORMATS),
        zero_from=along((first(small[0] == 0), first(small[1] == 0)), precision=_FORMATS),
        reaches_one=along(
            _somewhere(1, [a for a, _ in decimals], large), arithmetic=("exact", *_FORMATS)
        ),
        reaches_zero=along(
            _somewhere(0, [b for _, b in decimals], small), arithmetic=("exact", *_FORMATS)
        ),
        steps=fits[0].steps[:-2],
        curves=torch.stack([fit.losses[:, :-2] for fit in fits]),
        left_certain=left(fits[0], truth(0.0)),
        above=above,
        rest=torch.stack(
            [
                1 - large[0].double(),
                1 - large[1],
                torch.tensor([float(b) for _, b in decimals], dtype=torch.float64),
            ]
        )[:, : _DRAWN_GAP + 1],
    )


def _somewhere(
    value: int, exact: Sequence[Decimal], outputs: Sequence[Tensor]
) -> tuple[bool, bool, bool]:
    """Whether an output equals ``value``: exactly computed, in single, in double precision."""
    single, double = (bool((row == value).any()) for row in outputs)
    return value in exact, single, double


def _both_ways(p: float, q: float) -> tuple[float, float]:
    a, b = torch.tensor([p, q], dtype=torch.float64)
    return float(cross_entropy(a, b)), float(cross_entropy(b, a))


def check(res: Result) -> None:
    assert res.tangent_above, "Gibbs: cross-entropy is nowhere below entropy"
    assert res.tangent_touches, "and least where the prediction is the truth"
    assert res.lowest_gap >= -1e-12, "no net gets below the conditional entropy, at any step"
    assert res.no_hidden.low >= res.ln2 - 2e-12, "without a hidden layer XOR costs ln 2"
    assert not res.reaches_one["exact"], "softmax lies in the open interval"
    assert not res.reaches_zero["exact"], "at both ends"
    assert res.lowest_output > 0, "softmax outputs are positive"
    assert res.sum_error < 1e-12, "they add up to 1"
    assert res.shift_error < 1e-12, "and ignore what is added to all logits"
    assert res.likelihood_error < 1e-12, "summed over data cross-entropy is minus log-likelihood"


def draw(res: Result, t: Words) -> Figure:
    figure, axes = mosaic([["arch"] * 2 + ["descent"] * 3, ["softmax"] * 5], 4.9, [1.4, 1])
    _arch(axes["arch"], res, t)
    _descent(axes["descent"], res, t)
    _softmax(axes["softmax"], res, t)
    return figure


def _arch(ax: Axes, res: Result, t: Words) -> None:
    p = linspace(0, 1, 41)
    q = torch.full_like(p, _TOUCH)
    ax.plot(p, entropy(p), color=colour("exact"))
    ax.plot(p, cross_entropy(p, q), "--", color=colour("extra"))
    truth = torch.tensor([_TRUE, _TRUE], dtype=torch.float64)
    ends = float(entropy(truth)[0]), float(cross_entropy(truth, q[:2])[0])
    ax.plot((_TRUE, _TRUE), ends, color=colour("ink"), linewidth=1.2)
    ax.text(_TRUE + 0.03, sum(ends) / 2 - 0.03, "KL", va="center")
    ax.plot(_TOUCH, entropy(q)[0], "o", color=colour("extra"))
    ax.plot(0.5, res.ln2, "o", color=colour("exact"), markersize=4)
    direct_label(ax, 0.5, res.ln2 - 0.06, "ln 2", "exact", ha="center", va="top")
    direct_label(ax, 0.87, 0.1, "$H(p)$", "exact", ha="right")
    direct_label(ax, 0.03, 1.1, t["tangent"], "extra", va="top")
    ax.set(title=t["arch"], xlabel=t["p"], ylabel=t["nats"], xlim=(0, 1), ylim=(0, 1.15))
    ax.set_xticks((0, _TOUCH, 0.5, 1), ["0", t["touch"], "½", "1"])
    ax.set_yticks((0, 0.5, 1), ["0", "0.5", "1"])


def _descent(ax: Axes, res: Result, t: Words) -> None:
    looks = (("no_hidden", "muted", "-"), ("noisy", "shallow", "--"), ("certain", "shallow", "-"))
    floors = (res.ln2, res.entropy, 0.0)
    for bundle, floor, (name, role, line) in zip(res.curves.flip(0), floors, looks, strict=True):
        ax.plot(*_one_line(res.steps, bundle), color=colour(role), linewidth=0.6, linestyle=line)
        direct_label(ax, float(res.steps[-1]), floor + 0.03, t[name], role, ha="right", va="bottom")
    level_line(ax, res.entropy, role="exact", width=1.6)
    ax.set(title=t["descent"], xlabel=t["step"], ylabel=t["loss"])
    ax.set(xlim=(0, float(res.steps[-1])), ylim=(0, 1.15), xticks=(0, int(res.steps[-1])))
    ax.set_yticks((0, 0.5, 1), ["0", "0.5", "1"])


def _one_line(x: Tensor, rows: Tensor) -> tuple[Tensor, Tensor]:
    """All rows as one line with gaps, which is a smaller picture than a line for each."""
    gap = torch.full((len(rows), 1), math.nan)
    return torch.cat([x.expand(len(rows), -1), gap], 1).flatten(), torch.cat(
        [rows, gap], 1
    ).flatten()


def _softmax(ax: Axes, res: Result, t: Words) -> None:
    gaps = torch.arange(_DRAWN_GAP + 1)
    ax.plot(gaps, res.rest[2], color=colour("exact"), linestyle="--", linewidth=1.2)
    looks = (("single", "extra", 6.0), ("double", "ink", 2.0))
    for row, end, (name, role, width) in zip(res.rest, res.one_from, looks, strict=False):
        ax.plot(gaps[:end], row[:end], color=colour(role), linewidth=width)
        ax.plot((end, end), (row[end - 1], 1e-25), color=colour(role), linestyle=":", linewidth=1.2)
        direct_label(ax, end - 0.6, 1e-24, t[name], role, ha="right", va="bottom", size=9.5)
    direct_label(ax, 27, 1e-10, "$1/(1+e^g)$", "exact")
    ax.set(title=t["softmax"], xlabel=t["gap"], ylabel=t["rest"], yscale="log")
    ax.set(xlim=(0, _DRAWN_GAP), ylim=(1e-25, 3), yticks=(1, 1e-10, 1e-20))
    ax.set_xticks((0, *res.one_from), ["0", *map(t.number, res.one_from)])
    powers(ax)


def _half_is_most(res: Result) -> Estimate:
    ends = set(res.entropy_ends) == {0.0}
    return stats.share([res.entropy_rises, ends, res.most_uncertain == 0.5])


def _half_open(res: Result) -> Estimate:
    """As the interval says, 0 occurs and 1 does not."""
    return stats.share([*res.reaches_zero, *(not one for one in res.reaches_one)])


def _above(res: Result, place: int) -> Tensor:
    """Above the entropy of the noisy relation, half way (0) or at the end (1), ``(seeds,)``."""
    return res.above[_GIVEN.index(res.config.given), :, place]


def _left(res: Result, place: int) -> Along[Tensor]:
    """The cross-entropy left of either relation."""
    noisy = _above(res, place) + res.entropy
    return along((res.left_certain[:, place], noisy), relation=("certain", "noisy"))


def _left_moves(res: Result) -> Along[Estimate]:
    ends, halves = _left(res, 1), _left(res, 0)
    moves = (stats.difference(end, half) for end, half in zip(ends, halves, strict=True))
    return along(moves, relation=("certain", "noisy"))


_FLAT = 0.002  # nats; a tenth of the bound
_REACHED = at_most(
    0.02,
    because=(
        "0.02 奈特不到三十分之一比特，谁也不会把剩下的叫作不确定。",
        "0.02 nats are less than a thirtieth of a bit: nobody would call the rest uncertainty.",
    ),
)
CONVENTIONS = (
    Convention("start", ("起点", "start"), ({"start": "fan_in_uniform"},)),
    Convention("rate", ("学习率", "learning rate"), ({"rate": 0.002},)),
    Convention("width", ("隐藏单元数", "hidden units"), ({"width": 4},)),
    Convention("data", ("给网络的是什么", "what nets are given"), ({"given": "sample"},)),
)
CLAIMS: list[Claim[Result] | Remark] = [
    Claim(
        id="B03",
        source="Source B, entropy",
        kind="theorem",
        statement=(
            "事件越确定，熵越小；概率为 50% 时熵最大。",
            "The more certain an event, the smaller its entropy; it is largest at 50%.",
        ),
        measure=_half_is_most,
        bound=EVERY,
    ),
    Claim(
        id="B04",
        source="Source B, entropy",
        kind="finding",
        statement=(
            "学习的目标是确定两个状态空间所有取值之间的关系，使熵最低。",
            "Learning aims to determine the relations between all values of two state spaces, so "
            "that the entropy is lowest.",
        ),
        measure=lambda res: stats.median(_above(res, 1)),
        bound=_REACHED,
        conventions=CONVENTIONS,
        budget=Budget(
            change=lambda res: stats.difference(_above(res, 1), _above(res, 0)), within=_FLAT
        ),
    ),
    Claim(
        id="B04/certain",
        source="Source B, entropy",
        kind="finding",
        statement=(
            "完美训练好的模型里，一切关系都已确定，要么必然，要么绝不，无需用概率衡量。",
            "In a perfectly trained model every relation is settled, either surely so or surely "
            "not, and no probability is needed.",
        ),
        measure=lambda res: _left(res, 1).map(stats.median),
        bound=_REACHED,
        conventions=CONVENTIONS,
        budget=Budget(change=lambda res: _left_moves(res), within=_FLAT),
    ),
    Remark(
        id="C04",
        source="Source C",
        kind="definition",
        statement=(
            "softmax 把输出归一化，可解释为各类的概率。",
            "Softmax normalises the outputs, which can be read as class probabilities.",
        ),
    ),
    Claim(
        id="C04/interval",
        source="Source C",
        kind="theorem",
        statement=(
            "softmax 的输出在 [0, 1) 内：可以是 0，不会是 1。",
            "Softmax outputs lie in [0, 1): they may be 0 and are never 1.",
        ),
        measure=_half_open,
        bound=EVERY,
    ),
    Remark(
        id="C05",
        source="Source C",
        kind="definition",
        statement=(
            "损失衡量输出与期望输出差多远；目标是找到使它最小的参数。",
            "The loss measures how far the output is from the target; the goal is the parameters "
            "that make it least.",
        ),
    ),
    Claim(
        id="C05/distance",
        source="Source C",
        kind="theorem",
        statement=("损失是一种距离。", "The loss is a distance."),
        measure=lambda res: stats.share(res.axioms),
        bound=EVERY,
    ),
    Remark(
        id="D07",
        source="Source D",
        kind="definition",
        statement=(
            "分类的误差用交叉熵衡量，并对所有数据加总。",
            "The error of a classification is measured by cross-entropy, summed over the data.",
        ),
    ),
]

if __name__ == "__main__":
    show(__name__)
