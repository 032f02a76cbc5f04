"""Two hidden units put (0, 1) and (1, 0) on one point, and then a single line computes XOR."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, along, each
from dlbook.base.evidence import EVERY, Estimate, at_least, at_most
from dlbook.base.lookup import lookup
from dlbook.base.seeds import seeds_from
from dlbook.figures.idioms import bare, direct_label, level_line
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, mosaic
from dlbook.mathematics import explicit, measure, rng, sums
from dlbook.mathematics.elementary import sigmoid
from dlbook.mathematics.explicit import Layers, evaluate
from dlbook.mathematics.grids import linspace
from dlbook.mathematics.nets import Stack
from dlbook.record.claims import Budget, Claim, Convention, Remark
from dlbook.training import data, stats
from dlbook.training.replay import Dataset, Drawn, Run


@dataclass(frozen=True)
class Config:
    """XOR on nets 2-2-1; two moons on nets of two hidden layers, each seed with its own points.

    Learned: each prediction is within ``margin`` of its target, half of the way to an undecided
    1/2. More data of XOR are ``copies`` of each state, moved by normal noise of size ``spread``.
    """

    first_seed: int = 0
    xor_seeds: int = 1024
    xor_init: str = "xavier_uniform"
    xor_rate: float = 0.05
    xor_steps: int = 8000
    margin: float = 0.25
    copies: int = 8
    spread: float = 0.1
    seeds: int = 64
    moons_init: str = "he_normal"
    width: int = 16
    noise: float = 0.1
    points: int = 200
    test_points: int = 1000
    rate: float = 1e-2
    steps: int = 4000
    linear_rate: float = 0.1
    linear_steps: int = 2000


SMALL = Config(xor_seeds=16, xor_steps=200, seeds=6, width=8, points=60, test_points=100,
               steps=100, linear_steps=200)  # fmt: skip
GRID = Config(xor_seeds=128, seeds=12)
GRID_BUDGET = 120.0

WORDS = {
    "inputs": ("输入平面：两条线", "Input plane: two lines"),
    "hidden": ("隐藏平面：一条线", "Hidden plane: one line"),
    "bent": ("虚线：折起来的\n整个输入平面", "dashed: the whole\ninput plane, bent"),
    "moons": ("两个半月：逻辑回归的测试正确率", "Two moons: test accuracy of logistic regression"),
    "constant": ("恒定预测", "constant"),
    "raw": ("输入", "inputs"),
    "untrained": ("未训练的\n隐藏层", "hidden layer,\nuntrained"),
    "trained": ("训练后的\n隐藏层", "hidden layer,\ntrained"),
}

_STATES = ("00", "01", "10", "11")  # in the order of data.xor()
_LOOKS = {"raw": ("ink", "s"), "untrained": ("muted", "^"), "trained": ("shallow", "o")}


@dataclass(frozen=True)
class Result:
    """Test accuracies ``(seeds,)`` on two moons, and the construction at the states of XOR.

    ``accuracies`` are those of logistic regression on the inputs, on untrained and on trained
    features; ``raw``, ``untrained`` and ``trained`` are their means, ``net`` that of the net.
    ``inputs`` and ``hidden`` ``(2,)``, ``outputs`` and ``labels`` ``(4,)`` are the construction's.
    ``followed`` is the share of nets fitted to three samples of XOR that get the fourth right.
    ``more_helps``: share that learns XOR from copies of its states, ``fitted_more``, minus that
    from the four states, ``fitted``, paired; ``more_change`` the second half of the steps' part in
    it. ``gain`` and ``gain_by_training``: trained features minus inputs, and minus untrained ones;
    ``gain_by_layer`` untrained features minus inputs; ``late_gain`` the second half's part in
    ``gain``. ``xor_raw`` and ``xor_features``: nets whose inputs or hidden units let logistic
    regression get all four right. ``own_output``: the largest difference between a net's output and
    the affine function of its last hidden layer.
    """

    config: Config
    parameters: int
    samples: int
    fitted: Estimate
    fitted_more: Estimate
    more_helps: Estimate
    more_change: Estimate
    linear_fitted: Estimate
    fitted_three: int
    followed: Estimate
    raw: Estimate
    untrained: Estimate
    trained: Estimate
    gain: Estimate
    gain_by_training: Estimate
    gain_by_layer: Estimate
    late_gain: Estimate
    net: Estimate
    own_output: float
    xor_raw: Estimate
    xor_features: Estimate
    inputs: Along[Tensor]
    hidden: Along[Tensor]
    outputs: Tensor
    labels: Tensor
    accuracies: Along[Tensor]


def run(cfg: Config) -> Result:
    x, y = data.xor()
    layers = construction()
    first, _ = layers
    stack = fitted_to(Replay(), cfg)
    three, follow = fourth_input(cfg)
    features, _ = stack.signals(x)
    found = moons(cfg)
    earlier = moons(replace(cfg, steps=cfg.steps // 2)).accuracies["trained"]
    raw, untrained, trained = found.accuracies
    half_way = replace(cfg, xor_steps=cfg.xor_steps // 2)
    four, many = (learned_from(choice, cfg) for choice in ("none", "more"))
    four_half, many_half = (learned_from(choice, half_way) for choice in ("none", "more"))
    late = (many.double() - four.double()) - (many_half.double() - four_half.double())
    alone = logistic(x[None], y, cfg).predict(x)
    linear = fitted_to(Replay(hidden=0), cfg).predict(x)
    on_features = measure.accuracy(logistic(features, y, cfg).predict(features), y)
    return Result(
        config=cfg,
        parameters=stack.net.parameters,
        samples=len(y),
        fitted=stats.rate(four),
        fitted_more=stats.rate(many),
        more_helps=stats.paired_rates(many, four),
        more_change=stats.mean(late),
        linear_fitted=stats.rate(fits(linear, y, cfg.margin).all(1)),
        fitted_three=int(sums.total(three)),
        followed=stats.rate(follow[three]),
        raw=stats.mean(raw),
        untrained=stats.mean(untrained),
        trained=stats.mean(trained),
        gain=stats.difference(trained, raw),
        gain_by_training=stats.difference(trained, untrained),
        gain_by_layer=stats.difference(untrained, raw),
        late_gain=stats.difference(trained, earlier),
        net=stats.mean(found.net),
        own_output=found.own_output,
        xor_raw=stats.exact(float(measure.accuracy(alone, y)), len(y)),
        xor_features=stats.rate(on_features == 1),
        inputs=along(x, state=_STATES),
        hidden=along(evaluate([first], x).relu(), state=_STATES),
        outputs=evaluate(layers, x)[:, 0],
        labels=y,
        accuracies=found.accuracies,
    )


def construction() -> Layers:
    """``relu(x1 + x2) - 2 relu(x1 + x2 - 1)``, which is XOR on bits."""
    return [
        explicit.layer([[1, 1], [1, 1]], [0, -1]),
        explicit.layer([[1], [-2]], [0]),
    ]


@dataclass(frozen=True)
class Replay:
    """What a reader may choose of a run: two moons, or XOR.

    Of XOR, the units of the hidden layer (0: without one), and a state that training leaves out;
    or ``more``, which trains on copies of all four.
    """

    seed: int = 0
    task: str = "xor"
    hidden: int = 2
    left_out: str = "none"


def replay(choice: Replay, cfg: Config) -> Run:
    return lookup("task", choice.task, {"xor": on_xor, "moons": on_moons})(choice, cfg)


def on_xor(choice: Replay, cfg: Config) -> Run:
    lookup("state to leave out", choice.left_out, dict.fromkeys(("none", "more", *_STATES)))
    weight = torch.tensor([state != choice.left_out for state in _STATES]).double()
    four = Dataset(f"XOR, left out: {choice.left_out}", *data.xor(), weight)
    widths = (2, choice.hidden, 1) if choice.hidden else (2, 1)
    return Run(
        widths=widths,
        activation="relu",
        init=(cfg.xor_init,) * (len(widths) - 1),
        data=copied(cfg) if choice.left_out == "more" else four,
        points=0,
        loss="binary_cross_entropy",
        optimiser="adam",
        rate=cfg.xor_rate,
        steps=cfg.xor_steps,
    )


def copied(cfg: Config) -> Drawn:
    """Each state of XOR several times, every copy moved by noise of its own."""
    x, y = data.xor()
    states, labels = x.repeat(cfg.copies, 1), y.repeat(cfg.copies)

    def points(seeds: Sequence[int]) -> Dataset:
        moved = cfg.spread * rng.streams(seeds, "copies").normal(*states.shape)
        return Dataset("copies", states + moved, labels.expand(len(seeds), -1))

    return Drawn("copies of the states of XOR", points)


def on_moons(_: Replay, cfg: Config) -> Run:
    def points(seeds: Sequence[int]) -> Dataset:
        return Dataset("moons", *data.moons(cfg.points, cfg.noise, rng.streams(seeds, "data")))

    return Run(
        widths=(2, cfg.width, cfg.width, 1),
        activation="relu",
        init=(cfg.moons_init,) * 3,
        data=Drawn("two moons", points),
        points=0,
        loss="binary_cross_entropy",
        optimiser="adam",
        rate=cfg.rate,
        steps=cfg.steps,
    )


def fitted_to(choice: Replay, cfg: Config) -> Stack:
    """The nets of all seeds, trained on XOR."""
    what = f"XOR, {choice.hidden} hidden, left out: {choice.left_out}"
    return replay(choice, cfg).fit(seeds_from(cfg.first_seed, cfg.xor_seeds), what=what).stack


def learned_from(left_out: str, cfg: Config) -> Tensor:
    """Which nets with two hidden units learn the four states of XOR, ``(s,)``."""
    x, y = data.xor()
    outputs = fitted_to(Replay(left_out=left_out), cfg).predict(x)
    return fits(outputs, y, cfg.margin).all(1)


def fits(outputs: Tensor, y: Tensor, margin: float) -> Tensor:
    """Which samples are fitted by logits ``(s, n, 1)``: ``(s, n)``."""
    return (sigmoid(outputs[..., 0]) - y).abs() < margin


def fourth_input(cfg: Config) -> tuple[Tensor, Tensor]:
    """Which nets ``(4 s,)`` fit three samples, and which of them get the one left out right."""
    x, y = data.xor()
    fit_three, follow = [], []
    for place, state in enumerate(_STATES):
        outputs = fitted_to(Replay(left_out=state), cfg).predict(x)
        others = torch.arange(len(y)) != place
        fit_three.append(fits(outputs, y, cfg.margin)[:, others].all(1))
        follow.append((outputs[:, place, 0] > 0) == (y[place] == 1))
    return torch.cat(fit_three), torch.cat(follow)


@dataclass(frozen=True, eq=False)
class Moons:
    """Test accuracies ``(seeds,)`` of logistic regression and of the net; its own output.

    ``accuracies`` lie along what logistic regression gets: the inputs, the last hidden layer before
    training, and after it. ``own_output`` is as in :class:`Result`.
    """

    accuracies: Along[Tensor]
    net: Tensor
    own_output: float


def moons(cfg: Config) -> Moons:
    seeds, run = seeds_from(cfg.first_seed, cfg.seeds), replay(Replay(task="moons"), cfg)
    drawn = run.samples(seeds)
    test, truth = data.moons(cfg.test_points, cfg.noise, rng.streams(seeds, "test"))
    nets = {"untrained": run.stack(seeds), "trained": run.fit(seeds, what="two moons").stack}

    def seen(x: Tensor, features: str) -> Tensor:
        return x if features == "raw" else last_hidden(nets[features], x)

    def accuracy(features: str) -> Tensor:
        fitted = logistic(seen(drawn.x, features), drawn.y, cfg)
        return measure.accuracy(fitted.predict(seen(test, features)), truth)

    outputs, (*_, (W, b)) = nets["trained"].predict(test), nets["trained"].layers
    own = (outputs - sums.product(seen(test, "trained"), W, b)).abs().max()
    return Moons(each(accuracy, features=_LOOKS), measure.accuracy(outputs, truth), float(own))


def last_hidden(stack: Stack, x: Tensor) -> Tensor:
    """The outputs ``(s, n, width)`` of the last hidden layer."""
    *_, hidden, _ = stack.signals(x)
    return hidden


def logistic(x: Tensor, y: Tensor, cfg: Config) -> Stack:
    """Logistic regression per replica: ``x`` ``(s, n, d)``, penalty |w|²/2n as in scikit-learn."""
    run = Run(
        widths=(x.shape[-1], 1),
        activation="relu",
        init=("zeros",),
        data=Dataset("features", x, y),
        points=0,
        loss="binary_cross_entropy",
        optimiser="adam",
        rate=cfg.linear_rate,
        steps=cfg.linear_steps,
        l2=1 / x.shape[-2],
    )
    return run.fit(seeds_from(cfg.first_seed, len(x)), what="logistic regression").stack


def check(res: Result) -> None:
    assert torch.equal(res.outputs, res.labels.double()), "the construction is XOR, exactly"
    assert torch.equal(res.hidden["01"], res.hidden["10"]), "01 and 10 meet in hidden space"
    different = {tuple(point.tolist()) for point in res.hidden}
    assert len(different) == 3, "four inputs become three points"
    assert res.linear_fitted.mean == 0, "without a hidden layer no net fits XOR"
    assert res.parameters == 9, "a net 2-2-1 has nine parameters"
    assert res.own_output < 1e-12, "a net's output is affine in its last hidden layer"


def draw(res: Result, t: Words) -> Figure:
    figure, axes = mosaic([["inputs", "hidden"], ["moons", "moons"]], 5.0, [1.7, 1])
    _input_plane(res, axes["inputs"], t)
    _hidden_plane(res, axes["hidden"], t)
    _moons(res, axes["moons"], t)
    return figure


def _points(ax: Axes, points: Along[Tensor], labels: Tensor) -> None:
    """Filled where XOR is 1, hollow where it is 0."""
    for (a, b), label in zip(map(Tensor.tolist, points), labels.tolist(), strict=True):
        fill = colour("ink") if label else colour("paper")
        ax.plot(a, b, "o", color=colour("ink"), markerfacecolor=fill, markersize=9, zorder=3)


def _input_plane(res: Result, ax: Axes, t: Words) -> None:
    low, high = -0.45, 1.45
    ends = torch.tensor([low - 1, high + 1])
    ax.fill_between(ends, 0.5 - ends, 1.5 - ends, color=colour("shallowwash"), zorder=0)
    for total in (0.5, 1.5):
        ax.plot(ends, total - ends, color=colour("shallow"))
    _points(ax, res.inputs, res.labels)
    for state, point in res.inputs.items():
        x, y = point.tolist()
        direct_label(ax, x + 0.1, y + 0.02, str(state), ha="left", va="bottom")
    ax.set(title=t["inputs"], xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
    ax.set(xlim=(low, high), ylim=(low, high), xticks=(0, 1), yticks=(0, 1))


def _hidden_plane(res: Result, ax: Axes, t: Words) -> None:
    ends = torch.tensor([-1.0, 3.0])
    ax.fill_between(ends, (ends - 0.5) / 2, -2, color=colour("shallowwash"), zorder=0)
    ax.plot(ends, (ends - 0.5) / 2, color=colour("shallow"))
    ax.plot((0, 1, 2.4), (0, 0, 1.4), color=colour("line"), linewidth=1.2, linestyle="--", zorder=1)
    _points(ax, res.hidden, res.labels)
    for state in ("00", "11"):
        x, y = res.hidden[state].tolist()
        direct_label(ax, x - 0.1, y + 0.1, state, ha="right", va="bottom")
    x, y = res.hidden["01"].tolist()
    direct_label(ax, x + 0.08, y - 0.12, "01, 10", "ink", ha="left", va="top")
    direct_label(ax, -0.35, 1.72, t["bent"], "muted", ha="left", va="top", size=9.5)
    ax.set(title=t["hidden"], xlabel="$h_1$", ylabel="$h_2$", aspect="equal")
    ax.set(xlim=(-0.45, 2.35), ylim=(-0.9, 1.9), xticks=(0, 1, 2), yticks=(0, 1))


def _moons(res: Result, ax: Axes, t: Words) -> None:
    aside = linspace(-0.24, 0.24, res.config.seeds)
    for row, (features, (role, marker)) in enumerate(_LOOKS.items()):
        dots = res.accuracies[features]
        ax.plot(dots, row + aside, marker, color=colour(role), markersize=3.2, mew=0)
    level_line(ax, 0.5, along="y")
    direct_label(ax, 0.51, 2.4, t["constant"], "muted", va="bottom", size=9.5)
    ax.set_yticks(range(len(_LOOKS)), [t[features] for features in _LOOKS])
    ax.set(title=t["moons"], ylim=(2.5, -0.5), xlim=(0.49, 1.01), xticks=(0.5, 0.75, 1))
    bare(ax, "y", line=True)


def _one_line(res: Result) -> Estimate:
    h1, h2 = torch.stack(list(res.hidden)).unbind(1)
    exact = res.outputs == res.labels
    return stats.share(torch.cat([exact, (h1 - 2 * h2 - 0.5 > 0) == (res.labels == 1)]))


_NO_MORE = at_most(
    0.05,
    because=(
        "更多的数据使二十次里多成功一次以上，才说明四个样本不够。",
        "Four samples are too few if more data bring more than one success more in twenty runs.",
    ),
)

_GAIN = at_least(
    0.05,
    because=(
        "特征要多带来五个百分点的测试正确率，才算“提取”出了什么。",
        "Features “extract” something if they bring five points of test accuracy.",
    ),
)

_CONVENTIONS = (
    Convention(
        "start",
        ("起点：书中的，或 torch 的默认", "start: the book's, or torch's default"),
        ({"xor_init": "fan_in_uniform", "moons_init": "fan_in_uniform"},),
    ),
    Convention(
        "rate",
        ("学习率：书中的，或小一半以上", "rates: the book's, or less than half of them"),
        ({"xor_rate": 0.02, "rate": 3e-3},),
    ),
    Convention(
        "data",
        ("噪声：书中的，或两倍", "noise: the book's, or twice as much"),
        ({"noise": 0.2, "spread": 0.2},),
    ),
)

CLAIMS: list[Claim[Result] | Remark] = [
    Claim(
        id="B15",
        source="Source B, way 3",
        kind="finding",
        statement=(
            "加入两个节点的隐藏层，关系线多出 16 条，所需的数据却不变：四个样本就够。",
            "A hidden layer of two nodes adds 16 relations but needs no more data: four samples "
            "still do.",
        ),
        measure=lambda res: res.more_helps,
        bound=_NO_MORE,
        conventions=_CONVENTIONS,
        budget=Budget(change=lambda res: res.more_change, within=0.02),
    ),
    Claim(
        id="B20",
        source="Source B, way 3",
        kind="construction",
        statement=(
            "在隐藏空间里，输出是线性的，一眼就能看出一个表达式。",
            "In hidden space the output is linear, and a formula can be read off by eye.",
        ),
        measure=_one_line,
        bound=EVERY,
    ),
    Claim(
        id="D04",
        source="Source D",
        kind="finding",
        statement=(
            "隐藏层是特征提取器（feature extractor），输出层是分类器。",
            "The hidden layers extract features, and the output layer classifies them.",
        ),
        measure=lambda res: res.gain,
        bound=_GAIN,
        conventions=_CONVENTIONS,
        budget=Budget(change=lambda res: res.late_gain, within=0.02),
    ),
]

if __name__ == "__main__":
    show(__name__)
