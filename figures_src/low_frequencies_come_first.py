"""A ReLU net learns the low frequencies of a sum of sines before the high ones."""

from dataclasses import dataclass
from itertools import pairwise

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, along
from dlbook.base.evidence import Estimate, at_least
from dlbook.base.lookup import lookup
from dlbook.base.seeds import seeds_from
from dlbook.figures.idioms import direct_label, powers
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, mosaic
from dlbook.mathematics import sums
from dlbook.mathematics.elementary import cos, sin, sqrt
from dlbook.mathematics.grids import geomspace
from dlbook.record.claims import Claim, Convention, Remark
from dlbook.training import stats
from dlbook.training.replay import Dataset, Run
from dlbook.training.train import Fit


@dataclass(frozen=True)
class Config:
    """A sum of sines at ``points`` places, with ``even`` amplitudes and with ``rising`` ones.

    At one of the ``times`` two neighbouring waves count if less than ``begun`` is missing of one:
    where neither has been touched, there is no order in which they were.
    """

    frequencies: tuple[int, ...] = (1, 4, 8)
    even: tuple[float, ...] = (1.0, 1.0, 1.0)
    rising: tuple[float, ...] = (0.125, 0.5, 1.0)
    points: int = 128
    width: int = 128
    start: str = "fan_in_uniform"
    seeds: int = 64
    rate: float = 3e-3
    times: tuple[int, ...] = (100, 300, 1000, 3000, 10_000)
    begun: float = 0.9
    first_seed: int = 0


SMALL = Config(seeds=8, times=(20, 40, 80, 120, 160))
GRID = Config(seeds=24)
GRID_BUDGET = 120.0

WORDS = {
    "moment": ("第 {step} 步", "step {step}"),
    "even": ("振幅相等", "equal amplitudes"),
    "rising": ("$k=8$ 的振幅为 $k=1$ 的 8 倍", "$k=8$ eight times as large"),
    "steps": ("步数", "steps"),
    "missing": ("未学到的振幅", "amplitude missing"),
}

# Written down before the run: half of the amplitude is there.
_LEARNED = 0.5
_LOOKS = (("ink", "-"), ("muted", "--"), ("shallow", "-."))


_AMPLITUDES = ("even", "rising")


@dataclass(frozen=True)
class Result:
    """Tuples of two and ``missing`` go: equal amplitudes, rising amplitudes.

    ``missing`` ``(2, seeds, steps, 3)``: the amplitude of the residual at each frequency over that
    of the target, at ``steps`` ``(k,)``; ``missing_at``: its medians at ``times``. ``counted_at``:
    the share of seeds in which all neighbours count at each of ``times``; ``ordered_at``: in which
    it ascends with the frequency there, begun or not. ``ordered``: the share of seeds in which more
    is missing of the higher one whenever two count, ``ordered_pairs`` of one such two.
    ``halved``: the median step by which half of each amplitude is learned, twice the last step
    where it is not learned yet. ``half_ordered``: the share of seeds in which these ascend as far
    as they are known, two waves of which neither is half learned being no evidence; ``half_open``:
    in which there are such two; ``overtaken``: in which a higher frequency comes before a lower
    one. ``excess``: the least by
    which a mean squared residual exceeds what its amplitudes account for. ``moments``
    ``(3, points)``: the outputs of seed 0 with equal amplitudes at ``moment_steps``; ``target``
    ``(points,)``.
    """

    config: Config
    missing_at: Along[Estimate]
    ordered: Along[Estimate]
    ordered_at: Along[Estimate]
    ordered_pairs: Along[Estimate]
    counted_at: Along[Estimate]
    halved: Along[Estimate]
    half_ordered: Along[Estimate]
    half_open: Along[Estimate]
    overtaken: Along[Estimate]
    final_errors: Along[Estimate]
    variances: Along[float]
    excess: float
    moment_steps: Along[int]
    steps: Tensor
    missing: Tensor
    moments: Tensor
    target: Tensor


def places(points: int) -> Tensor:
    """Equally spaced over one period, [-1, 1): sines of whole frequencies are orthogonal there."""
    return 2 * torch.arange(points, dtype=torch.float64) / points - 1


def waves(cfg: Config) -> tuple[Tensor, Tensor]:
    """Cosines and sines of pi k x at the places, ``(frequencies, points)`` each."""
    k = torch.tensor(cfg.frequencies, dtype=torch.float64)[:, None]
    angles = torch.pi * k * places(cfg.points)
    return cos(angles), sin(angles)


def amplitudes(values: Tensor, cfg: Config) -> Tensor:
    """The amplitude at each frequency: ``(…, points) -> (…, frequencies)``."""
    even, odd = (sums.product(values, wave.T) for wave in waves(cfg))
    return sqrt(even * even + odd * odd) * 2 / cfg.points


def recorded_steps(cfg: Config) -> list[int]:
    """About 40 steps in geometric progression, and the times at which the order is judged."""
    spread = geomspace(1, cfg.times[-1], 41).round().int().tolist()
    return sorted({*spread, *cfg.times})


def targets(cfg: Config) -> Tensor:
    """The sums of sines ``(2, points)``, with even and with rising amplitudes."""
    sizes = torch.tensor([cfg.even, cfg.rising], dtype=torch.float64)
    return sums.product(sizes, waves(cfg)[1])


@dataclass(frozen=True)
class Replay:
    """What a reader may choose of a run."""

    seed: int = 0
    amplitudes: str = "even"


def replay(choice: Replay, cfg: Config) -> Run:
    """One sum of sines; a seed starts alike for both."""
    curves = dict(zip(_AMPLITUDES, targets(cfg), strict=True))
    y = lookup("amplitudes", choice.amplitudes, curves)[:, None]
    return Run(
        widths=(1, cfg.width, 1),
        activation="relu",
        init=(cfg.start,) * 2,
        data=Dataset(f"sines of {choice.amplitudes} amplitudes", places(cfg.points)[:, None], y),
        points=0,
        loss="mean_squared_error",
        optimiser="adam",
        rate=cfg.rate,
        steps=cfg.times[-1],
    )


def trained(cfg: Config, which: str) -> Fit:
    """All seeds on one sum; watches the outputs ``(seeds, k, points)``."""
    x = places(cfg.points)[:, None]
    return replay(Replay(amplitudes=which), cfg).fit(
        seeds_from(cfg.first_seed, cfg.seeds),
        at=recorded_steps(cfg),
        watch=lambda now: now.predict(x)[..., 0],
        what=f"sums of sines, {which}",
    )


def whenever(holds: Tensor, counts: Tensor) -> Tensor:
    """Whether it holds at every time that counts, of which there is one: ``(…, t) -> (…)``."""
    return (holds | ~counts).all(-1) & counts.any(-1)


def learned_by(missing: Tensor, steps: Tensor) -> Tensor:
    """The first step with less than half missing, else twice the last: ``(…, k, f) -> (…, f)``."""
    learned = missing < _LEARNED
    first = steps[learned.int().argmax(-2)]
    return torch.where(learned.any(-2), first, 2 * steps[-1])


def ascending(values: Tensor) -> Tensor:
    """Whether each row strictly ascends: ``(…, f) -> (…)``."""
    return (values.diff() > 0).all(-1)


def _medians(values: Tensor) -> tuple[Estimate, ...]:
    return tuple(map(stats.median, values.T))


def _rates(holds: Tensor) -> tuple[Estimate, ...]:
    return tuple(map(stats.rate, holds))


def run(cfg: Config) -> Result:
    fits, wanted = [trained(cfg, which) for which in _AMPLITUDES], targets(cfg)
    steps = fits[0].steps
    outputs = torch.stack([fit.watched for fit in fits if fit.watched is not None]).double()
    residuals = wanted[:, None, None] - outputs
    left = amplitudes(residuals, cfg)
    missing = left / amplitudes(wanted, cfg)[:, None, None]
    squared = sums.mean(residuals.square(), -1)
    rows = [steps.tolist().index(time) for time in cfg.times]
    moments = [rows[0], rows[2], rows[-1]]
    then = missing[:, :, rows]
    ordered, lower = ascending(then), then.diff() > 0  # lower: (2, seeds, times, pairs)
    counts = then[..., :-1].minimum(then[..., 1:]) < cfg.begun
    halved = learned_by(missing, steps)
    still_open = halved[..., :-1].minimum(halved[..., 1:]) > steps[-1]  # (2, seeds, pairs)
    return Result(
        config=cfg,
        missing_at=along(
            (
                cell
                for table in tuple(
                    tuple(_medians(missing[i, :, row]) for row in rows) for i in (0, 1)
                )
                for row in table
                for cell in row
            ),
            amplitudes=_AMPLITUDES,
            time=cfg.times,
            frequency=cfg.frequencies,
        ),
        ordered=along(
            _rates(whenever(lower.flatten(2), counts.flatten(2))), amplitudes=_AMPLITUDES
        ),
        ordered_pairs=along(
            (
                stats.rate(whenever(lower[row, :, :, pair], counts[row, :, :, pair]))
                for row in range(len(_AMPLITUDES))
                for pair in range(len(cfg.frequencies) - 1)
            ),
            amplitudes=_AMPLITUDES,
            pair=(f"{a} before {b}" for a, b in pairwise(cfg.frequencies)),
        ),
        counted_at=along(
            (cell for setting in counts.all(-1) for cell in _rates(setting.T)),
            amplitudes=_AMPLITUDES,
            time=cfg.times,
        ),
        ordered_at=along(
            (cell for row in tuple(_rates(setting.T) for setting in ordered) for cell in row),
            amplitudes=_AMPLITUDES,
            time=cfg.times,
        ),
        halved=along(
            (cell for row in tuple(map(_medians, halved)) for cell in row),
            amplitudes=_AMPLITUDES,
            frequency=cfg.frequencies,
        ),
        half_ordered=along(
            _rates(whenever(halved.diff() > 0, ~still_open)), amplitudes=_AMPLITUDES
        ),
        half_open=along(_rates(still_open.any(-1)), amplitudes=_AMPLITUDES),
        overtaken=along(_rates((halved.diff() < 0).any(-1)), amplitudes=_AMPLITUDES),
        final_errors=along(map(stats.median, squared[:, :, -1]), amplitudes=_AMPLITUDES),
        variances=along(sums.mean(wanted.square(), -1).tolist(), amplitudes=_AMPLITUDES),
        excess=float((squared - sums.total(left.square(), -1) / 2).min()),
        moment_steps=along(steps[moments].tolist(), moment=("first", "middle", "last")),
        steps=steps,
        missing=missing,
        moments=outputs[0, 0, moments],
        target=wanted[0],
    )


def check(res: Result) -> None:
    assert res.excess > -1e-9, "Bessel: amplitudes account for no more than the squared residual"


def draw(res: Result, t: Words) -> Figure:
    figure, axes = mosaic([list("aabbcc"), list("dddeee")], 4.8, [1, 1.5])
    grid = places(len(res.target))
    for name, outputs, step in zip("abc", res.moments, res.moment_steps, strict=True):
        axes[name].plot(grid, res.target, color=colour("line"), linewidth=2.5)
        axes[name].plot(grid, outputs, color=colour("shallow"))
        axes[name].set_title(t["moment"].format(step=t.number(step)))
        axes[name].set(xticks=(-1, 1), yticks=(-2, 0, 2), ylim=(-2.9, 2.9))
        axes[name].set_xlabel("$x$", labelpad=-8)
        axes[name].tick_params(labelleft=name == "a")
    for name, row, title in (("d", 0, "even"), ("e", 1, "rising")):
        _missing(res, row, axes[name], t)
        axes[name].set_title(t[title])
        axes[name].tick_params(labelleft=name == "d")
    axes["d"].set_ylabel(t["missing"])
    _names(res, axes["d"])
    return figure


def _missing(res: Result, row: int, ax: Axes, t: Words) -> None:
    for place, (role, dash) in enumerate(_LOOKS):
        runs = res.missing[row, :, :, place]
        ax.plot(res.steps, sums.quantile(runs, 0.5, 0), color=colour(role), linestyle=dash)
        for edge in (runs.amin(0), runs.amax(0)):
            ax.plot(res.steps, edge, color=colour(role), linewidth=0.5)
    ax.set(xscale="log", xlabel=t["steps"], xlim=(10, res.steps[-1].item()), ylim=(0, 1.25))
    ax.set_yticks((0, 0.5, 1), ["0", "½", "1"])
    powers(ax)


def _names(res: Result, ax: Axes) -> None:
    """Each frequency beside its curve: right of the first, below the second, above the third."""
    spots = ((0, 0.04, "left", "bottom"), (1, -0.04, "right", "top"), (2, 0.03, "left", "bottom"))
    for place, (time, aside, ha, va) in enumerate(spots):
        frequency, when = res.config.frequencies[place], res.config.times[time]
        height = res.missing_at["even", when, frequency].mean + aside
        name = f"$k={frequency}$"
        direct_label(ax, when, height, name, _LOOKS[place][0], ha=ha, va=va)


_FIRST = at_least(
    0.8,
    because=(
        "“先学低频”：五次里至少有四次，缺的部分严格地随频率上升。",
        "“Low frequencies first”: what is missing ascends strictly with the frequency, in four "
        "runs out of five.",
    ),
)

_CONVENTIONS = (
    Convention("start", ("起点", "start"), ({"start": "he_normal"},)),
    Convention("rate", ("学习率", "rate"), ({"rate": 0.001},)),
    Convention("width", ("单元数", "units"), ({"width": 64},)),
)
CLAIMS: list[Claim[Result] | Remark] = [
    Claim(
        id="X13",
        source="Rahaman et al. 2019",
        kind="finding",
        statement=(
            "频谱偏置（spectral bias）：网络先学会目标的低频成分。",
            "Spectral bias: a net learns the low frequencies of its target first.",
        ),
        measure=lambda res: res.ordered["even"],
        bound=_FIRST,
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="X13/amplitude",
        source="this book, after Rahaman et al. 2019",
        kind="finding",
        statement=(
            "高频的振幅更大时，低频仍然先学会。",
            "Low frequencies come first even where high ones have the larger amplitude.",
        ),
        measure=lambda res: res.ordered_pairs.at(amplitudes="rising"),
        bound=_FIRST,
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="X13/half",
        source="this book, after Rahaman et al. 2019",
        kind="finding",
        statement=(
            "以学到一半振幅为准，频率从低到高依次学会。",
            "Half of each amplitude is learned in ascending order of frequency.",
        ),
        measure=lambda res: res.half_ordered["even"],
        bound=_FIRST,
        conventions=_CONVENTIONS,
    ),
]

if __name__ == "__main__":
    show(__name__)
