"""On a target that is a tree a tree of nodes wins, a tree of the wrong pairs does not."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, each
from dlbook.base.evidence import Estimate, at_least
from dlbook.base.lookup import lookup
from dlbook.base.seeds import seeds_from
from dlbook.figures.idioms import bare, direct_label, interval, level_line, powers
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, mosaic
from dlbook.mathematics import initial, measure, optim, rng, sums
from dlbook.mathematics.elementary import log, sqrt, tanh
from dlbook.mathematics.explicit import dense_parameters
from dlbook.record.claims import Budget, Claim, Convention, Factor, Remark
from dlbook.training import stats
from dlbook.training.batches import Order
from dlbook.training.replay import Dataset, Drawn, Run


@dataclass(frozen=True)
class Config:
    """Nets on so many samples of eight inputs; ``middle`` of them where targets are compared.

    ``shallow`` is the width of the one hidden layer, ``dense`` are those of three, and ``nodes``
    the units of each node of the tree.
    """

    train: tuple[int, ...] = (250, 1000, 4000)
    middle: int = 1000
    test: int = 2000
    shallow: int = 110
    dense: tuple[int, ...] = (24, 12, 6)
    nodes: int = 10
    seeds: int = 10
    start: str = "xavier_uniform"
    rate: float = 5e-3
    batch: int = 64
    steps: int = 800
    first_seed: int = 0


SMALL = Config(train=(32, 40, 64), middle=40, test=50, shallow=12, dense=(6, 4, 3), nodes=3,
               seeds=3, steps=10)  # fmt: skip
GRID = Config(seeds=6)
GRID_BUDGET = 90.0

WORDS = {
    "right pairs": ("目标，和配对正确的树", "the target, and the tree with its pairs"),
    "wrong pairs": ("配对错误的树", "the tree with wrong pairs"),
    "regular": ("树形目标", "a target that is a tree"),
    "irregular": ("乱目标", "a target drawn by lot"),
    "samples": ("训练样本数", "samples to train on"),
    "left": ("没解释的方差", "variance left"),
    "shallow": ("一层", "one layer"),
    "dense": ("三层", "three layers"),
    "tree": ("树", "tree"),
    "wrong tree": ("错配的树", "wrong tree"),
    "constant": ("常数", "constant"),
}

_INPUTS, _LEAVES = 8, 4  # nodes of the lowest level take two inputs each
_TARGETS = ("tree", "table")
_LEARNED = ("shallow", "dense", "tree")
_DENSE = ("shallow", "dense")
# In the wrong tree every node of the lowest level joins inputs from both halves of the target.
_ORDERS = {"tree": (0, 1, 2, 3, 4, 5, 6, 7), "wrong tree": (0, 4, 2, 6, 1, 5, 3, 7)}
_LOOKS = {
    "shallow": ("shallow", "o", "-"),
    "dense": ("deep", "s", "-"),
    "tree": ("exact", "D", "-"),
    "wrong tree": ("exact", "v", "--"),
}
_LOG2 = 0.6931471805599453


@dataclass(frozen=True)
class Result:
    """``errors``: share of the target's variance that is left on new samples, by net and number.

    ``wrong`` is that of the wrong tree at ``middle`` samples, ``irregular`` those on the table.
    ``by_depth``: how many times the error of one layer must be halved to get that of three, and
    ``changes`` what the second half of the steps added to it; ``regularity``: by how much it is
    larger on the tree than on the table, at ``middle`` samples. ``by_tree``, ``by_pairs`` and
    ``by_sparsity`` are such halvings there: from three layers to the tree, from the wrong tree to
    the right one, from three layers to the wrong tree. ``fitted``: the error on the training
    samples.
    """

    config: Config
    parameters: Along[int]
    errors: Along[Estimate]
    wrong: Estimate
    irregular: Along[Estimate]
    fitted: Along[Estimate]
    by_depth: Along[Estimate]
    changes: Along[Estimate]
    irregular_depth: Estimate
    regularity: Estimate
    regularity_change: Estimate
    by_tree: Estimate
    by_pairs: Estimate
    by_sparsity: Estimate


@dataclass(frozen=True)
class Replay:
    """What a reader may choose: one layer or three, on which target, from how many samples."""

    seed: int = 0
    net: str = "dense"
    target: str = "tree"
    train: int = Config.middle


def replay(choice: Replay, cfg: Config) -> Run:
    hidden = lookup("net", choice.net, {"shallow": (cfg.shallow,), "dense": cfg.dense})

    def drawn(seeds: Sequence[int]) -> Dataset:
        return Dataset(name, *samples(cfg, choice.target, seeds, "train", choice.train))

    name = f"{choice.train} samples of a random {choice.target} of eight inputs"
    return Run(
        widths=(_INPUTS, *hidden, 1),
        activation="tanh",
        init=(cfg.start,) * (len(hidden) + 1),
        data=Drawn(name, drawn),
        points=0,
        loss="mean_squared_error",
        optimiser="adam",
        rate=cfg.rate,
        steps=cfg.steps,
        batch=min(cfg.batch, choice.train),
    )


def samples(
    cfg: Config, target: str, seeds: Sequence[int], part: str, count: int
) -> tuple[Tensor, Tensor]:
    """Inputs ``(s, count, 8)`` uniform on [-1, 1] and targets ``(s, count, 1)``.

    More samples begin with the fewer. The mean of 4,000 other inputs is taken off the targets, and
    these are divided by their spread.
    """
    of = lookup("target", target, {"tree": tree_target, "table": table_target})
    x = rng.streams(seeds, "points", part).uniform(
        max(cfg.train[-1], count), _INPUTS, low=-1, high=1
    )
    known = of(seeds, rng.streams(seeds, "points", "scale").uniform(4000, _INPUTS, low=-1, high=1))
    centre = sums.mean(known, 1)[:, None]
    spread = sqrt(sums.variance(known, 1))[:, None]
    y = (of(seeds, x[:, :count]) - centre) / spread
    return x[:, :count], y[..., None]


def tree_target(seeds: Sequence[int], x: Tensor) -> Tensor:
    """A tree of seven nodes, each of two values a, b: tanh(c1 a + c2 b + c3 a b), ``(s, n)``.

    The c are drawn for each node: 0.5 to 1.5 for the first two and 1 to 2 for the third, of either
    sign.
    """
    draw = rng.streams(seeds, "tree")
    sizes = draw.uniform(_INPUTS - 1, 3) + torch.tensor([0.5, 0.5, 1.0], dtype=torch.float64)
    c = sizes * (2.0 * draw.integers(2, _INPUTS - 1, 3) - 1)
    values, node = x, 0
    while values.shape[-1] > 1:
        a, b = values[..., 0::2], values[..., 1::2]
        mine = c[:, None, node : node + a.shape[-1]]
        node += a.shape[-1]
        values = tanh(mine[..., 0] * a + mine[..., 1] * b + mine[..., 2] * (a * b))
    return values[..., 0]


def table_target(seeds: Sequence[int], x: Tensor) -> Tensor:
    """1 or -1 for each pattern of signs of the inputs, drawn by lot, ``(s, n)``."""
    table = 2.0 * rng.streams(seeds, "table").integers(2, 2**_INPUTS) - 1
    place = sums.total((x > 0) * 2 ** torch.arange(_INPUTS), 2)
    return table.gather(1, place)


class Tree:
    """Trees of nodes, one per seed: a node is a layer of tanh units that sees two nodes below it.

    A seed may come more than once, and has the same start each time.
    ``flat`` ``(s, P)`` holds weights and biases level by level. No ``Run`` has such a shape, so the
    tree is trained here: the same loss, optimiser, order of samples and starts.
    """

    def __init__(self, cfg: Config, seeds: Sequence[int]) -> None:
        h = cfg.nodes
        self._shapes = [(4, 2, h), (2, 2 * h, h), (1, 2 * h, h), (1, h, 1)]
        parts, distinct = [], sorted(set(seeds))
        for level, (count, fan_in, fan_out) in enumerate(self._shapes):
            draws = [
                initial.scheme(cfg.start)(
                    rng.streams(distinct, "init", level, node), fan_in, fan_out
                )
                for node in range(count)
            ]
            parts += [torch.cat([part[i].flatten(1) for part in draws], 1) for i in range(2)]
        self.flat = torch.cat(parts, 1)[[distinct.index(seed) for seed in seeds]]
        self.gradient = torch.zeros_like(self.flat)
        self._weights, self._slots = self._views(self.flat), self._views(self.gradient)

    def _views(self, flat: Tensor) -> list[tuple[Tensor, Tensor]]:
        views, at = [], 0
        for count, fan_in, fan_out in self._shapes:
            middle = at + count * fan_in * fan_out
            end = middle + count * fan_out
            views.append((flat[:, at:middle].view(-1, count, fan_in, fan_out),
                          flat[:, middle:end].view(-1, count, 1, fan_out)))  # fmt: skip
            at = end
        return views

    def signals(self, x: Tensor) -> list[Tensor]:
        """What goes into every level, ``(s, nodes, n, in)``, and the outputs ``(s, 1, n, 1)``."""
        h = x.reshape(*x.shape[:2], _LEAVES, 2).transpose(1, 2)
        found = [h]
        for level, (W, b) in enumerate(self._weights):
            z = sums.product(h, W, b)
            if level < len(self._weights) - 1:
                z = tanh(z)
                if z.shape[1] > 1:
                    z = _joined(z)
            found.append(z)
            h = z
        return found

    def predict(self, x: Tensor) -> Tensor:
        """Outputs ``(s, n, 1)`` for inputs ``(s, n, 8)``."""
        return self.signals(x)[-1][:, 0]

    def slope(self, x: Tensor, y: Tensor) -> Tensor:
        """The gradient ``(s, P)`` of the mean squared error of these samples."""
        *inside, out = self.signals(x)
        error = 2.0 * (out - y[:, None]) / y.shape[1]
        for level in reversed(range(len(self._weights))):
            (dW, db), (W, _), h = self._slots[level], self._weights[level], inside[level]
            dW.copy_(sums.product(h.mT, error))
            db.copy_(sums.total(error, 2)[:, :, None])
            if level > 0:
                below = sums.product(error, W.mT) * (1.0 - h * h)
                error = _parted(below) if self._shapes[level - 1][0] > 1 else below
        return self.gradient


def _joined(z: Tensor) -> Tensor:
    """Neighbouring nodes side by side, ``(s, 2m, n, h) -> (s, m, n, 2h)``."""
    replicas, nodes, n, h = z.shape
    return z.reshape(replicas, nodes // 2, 2, n, h).transpose(2, 3).reshape(replicas, -1, n, 2 * h)


def _parted(z: Tensor) -> Tensor:
    """The reverse, ``(s, m, n, 2h) -> (s, 2m, n, h)``."""
    replicas, nodes, n, both = z.shape
    parts = z.reshape(replicas, nodes, n, 2, both // 2).transpose(2, 3)
    return parts.reshape(replicas, 2 * nodes, n, both // 2)


def grown(cfg: Config) -> dict[tuple[str, int], list[Tensor]]:
    """Errors ``(s,)`` of trees: on new samples, half way and at the end, and on the old ones.

    By way and number of samples; the wrong tree has the middle number. All learn side by side.
    """
    seeds = seeds_from(cfg.first_seed, cfg.seeds)
    cells = [*(("tree", train) for train in cfg.train), ("wrong tree", cfg.middle)]
    pool, targets = samples(cfg, "tree", seeds, "train", cfg.train[-1])
    new, wanted = samples(cfg, "tree", seeds, "test", cfg.test)
    x, unseen = (
        torch.cat([points[..., list(_ORDERS[way])] for way, _ in cells]) for points in (pool, new)
    )
    y, answers = (of.repeat(len(cells), 1, 1) for of in (targets, wanted))
    tree = Tree(cfg, [*seeds] * len(cells))
    step = optim.Adam(cfg.rate).start(tree.flat)
    batches = [Order(seeds, train, min(cfg.batch, cfg.train[0])) for _, train in cells]
    rows, errors = torch.arange(len(x))[:, None], []
    for made in range(1, cfg.steps + 1):
        chosen = torch.cat([order.take() for order in batches])
        step(tree.slope(x[rows, chosen], y[rows, chosen]))
        if made in (cfg.steps // 2, cfg.steps):
            errors.append(measure.mean_squared_error(tree.predict(unseen), answers))
    misses = (tree.predict(x) - y).square()[..., 0]
    found = {}
    for place, (way, train) in enumerate(cells):
        mine = slice(place * cfg.seeds, (place + 1) * cfg.seeds)
        old = sums.mean(misses[mine, :train], 1)
        found[way, train] = [*(error[mine] for error in errors), old]
    return found


def fitted(cfg: Config, choice: Replay) -> list[Tensor]:
    """The same errors of a net with one layer or three."""
    seeds = seeds_from(cfg.first_seed, cfg.seeds)
    unseen, answers = samples(cfg, choice.target, seeds, "test", cfg.test)
    fit = replay(choice, cfg).fit(
        seeds,
        at=[cfg.steps // 2],
        watch=lambda stack: measure.mean_squared_error(stack.predict(unseen), answers),
        what=f"{choice.net}, {choice.target} of {choice.train}",
    )
    assert fit.watched is not None
    end = measure.mean_squared_error(fit.stack.predict(unseen), answers)
    return [fit.watched[:, 0], end, fit.loss]


def halvings(more: Tensor, less: Tensor) -> Tensor:
    """How many times an error has to be halved to get another, ``(s,)``."""
    return log(more / less) / _LOG2


def run(cfg: Config) -> Result:
    trees = grown(cfg)
    found = each(
        lambda way, train: (
            trees[way, train] if way == "tree" else fitted(cfg, Replay(net=way, train=train))
        ),
        way=_LEARNED,
        train=cfg.train,
    )
    odd = {way: fitted(cfg, Replay(net=way, target="table", train=cfg.middle)) for way in _DENSE}
    half, end = found.map(lambda errors: errors[0]), found.map(lambda errors: errors[1])
    depth = each(
        lambda train: halvings(end["shallow", train], end["dense", train]), train=cfg.train
    )
    early = each(
        lambda train: halvings(half["shallow", train], half["dense", train]), train=cfg.train
    )
    odd_early, odd_depth, _ = (
        halvings(shallow, dense) for shallow, dense in zip(*odd.values(), strict=True)
    )
    n = cfg.middle
    wrong = trees["wrong tree", n][1]
    sizes = {
        "shallow": dense_parameters((_INPUTS, cfg.shallow, 1)),
        "dense": dense_parameters((_INPUTS, *cfg.dense, 1)),
        "tree": Tree(cfg, [cfg.first_seed]).flat.shape[1],
    }
    return Result(
        config=cfg,
        parameters=each(lambda way: sizes[way], way=_LEARNED),
        errors=end.map(stats.mean),
        wrong=stats.mean(wrong),
        irregular=each(lambda way: stats.mean(odd[way][1]), way=_DENSE),
        fitted=found.map(lambda errors: stats.mean(errors[2])),
        by_depth=depth.map(stats.mean),
        changes=each(lambda train: stats.difference(depth[train], early[train]), train=cfg.train),
        irregular_depth=stats.mean(odd_depth),
        regularity=stats.difference(depth[n], odd_depth),
        regularity_change=stats.difference(depth[n] - odd_depth, early[n] - odd_early),
        by_tree=stats.mean(halvings(end["dense", n], end["tree", n])),
        by_pairs=stats.mean(halvings(wrong, end["tree", n])),
        by_sparsity=stats.mean(halvings(end["dense", n], wrong)),
    )


def check(res: Result) -> None:
    parts = res.by_sparsity.mean + res.by_pairs.mean
    assert abs(res.by_tree.mean - parts) < 1e-9, "by way of the wrong tree it is as far"
    apart = res.by_depth[res.config.middle].mean - res.irregular_depth.mean
    assert abs(res.regularity.mean - apart) < 1e-9, "a mean of differences is that of means"


def draw(res: Result, t: Words) -> Figure:
    figure, axes = mosaic([["right pairs", "wrong pairs"], ["regular", "irregular"]], 5.2, [1, 1.5])
    for name, way in (("right pairs", "tree"), ("wrong pairs", "wrong tree")):
        _pairs(way, axes[name])
        axes[name].set_title(t[name])
    _regular(res, axes["regular"], t)
    _irregular(res, axes["irregular"], t)
    return figure


def _pairs(way: str, ax: Axes) -> None:
    """Inputs below, in the order of the target, and which of them are joined."""
    role, _, dash = _LOOKS[way]
    places = [float(place) for place in _ORDERS[way]]
    level = 0
    while len(places) > 1:
        above = [(a + b) / 2 for a, b in zip(places[0::2], places[1::2], strict=True)]
        for i, x in enumerate(places):
            ax.plot((x, above[i // 2]), (level, level + 1), color=colour(role), linestyle=dash,
                    linewidth=1.2, zorder=1)  # fmt: skip
        ax.plot(above, [level + 1] * len(above), "o", color=colour(role), markersize=6)
        places, level = above, level + 1
    ax.plot(range(_INPUTS), [0] * _INPUTS, "s", color=colour("ink"), markersize=4)
    for i in range(_INPUTS):
        direct_label(ax, i, -0.3, f"$x_{i + 1}$", "muted", ha="center", va="top")
    ax.set(xlim=(-0.6, 7.6), ylim=(-1.1, 3.4), xticks=(), yticks=())
    bare(ax)


def _regular(res: Result, ax: Axes, t: Words) -> None:
    train = res.config.train
    for way in _LEARNED:
        role, marker, dash = _LOOKS[way]
        row = [res.errors[way, n] for n in train]
        ax.plot(train, [each_.mean for each_ in row], color=colour(role), linestyle=dash)
        for n, each_ in zip(train, row, strict=True):
            interval(ax, each_, n, role=role, marker=marker)
    role, marker, _ = _LOOKS["wrong tree"]
    interval(ax, res.wrong, res.config.middle, role=role, marker=marker)
    for way, height in (("shallow", 0.8), ("wrong tree", 0.52), ("dense", 0.34), ("tree", 0.22)):
        direct_label(ax, 1.3 * train[-1], height, t[way], _LOOKS[way][0], va="center")
    ax.set(xscale="log", yscale="log", xlabel=t["samples"], ylabel=t["left"])
    ax.set(xlim=(0.8 * train[0], 10 * train[-1]), ylim=(0.02, 1), title=t["regular"])
    ax.set_xticks(train, [t.number(n) for n in train])
    ax.set_yticks((0.02, 0.1, 0.5), ["0.02", "0.1", "0.5"])
    powers(ax)


def _irregular(res: Result, ax: Axes, t: Words) -> None:
    for place, way in enumerate(_DENSE):
        role, marker, _ = _LOOKS[way]
        interval(ax, res.irregular[way], place, role=role, marker=marker)
    level_line(ax, 1.0, t["constant"])
    ax.set_xticks(range(len(_DENSE)), [t[way] for way in _DENSE])
    top = max(each_.high for each_ in res.irregular)
    ax.set(xlim=(-0.6, 1.6), ylim=(0, 1.15 * max(top, 1.1)), title=t["irregular"])
    bare(ax, "x", line=True)


_QUARTER = 0.3  # halvings: about a fifth of the error
_BETTER = at_least(
    _QUARTER,
    because=(
        "误差至少少两成（0.3 次减半），才值得换一种结构。",
        "A fifth less error (0.3 halvings) at least is worth another structure.",
    ),
)
_CONVENTIONS = (
    Convention("start", ("初始化", "start"), ({"start": "fan_in_uniform"},)),
    Convention("rate", ("学习率", "rate"), ({"rate": 2e-3},)),
)

CLAIMS: list[Claim[Result] | Remark] = [
    Claim(
        id="A27",
        source="Source A §6",
        kind="finding",
        statement=(
            "深的参数少、模型简单；浅的复杂，容易过拟合，需要大量资料（树形目标）。",
            "Deep nets have fewer parameters and are simple, shallow ones are complex, overfit and "
            "need many data (on a target that is a tree).",
        ),
        measure=lambda res: res.by_depth,
        bound=_BETTER,
        budget=Budget(change=lambda res: res.changes, within=0.3),
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="A28",
        source="Source A §7",
        kind="finding",
        statement=(
            "需要的函数复杂而有规律时，深的更好。",
            "Where the function is complex and regular, deep is better.",
        ),
        measure=lambda res: res.regularity,
        bound=_BETTER,
        budget=Budget(change=lambda res: res.regularity_change, within=0.3),
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="B37",
        source="Source B, way 4",
        kind="finding",
        statement=(
            "相比浅层，深层用更少的数据学到更好的拟合。",
            "With fewer data deep nets learn a better fit than shallow ones.",
        ),
        measure=lambda res: res.by_depth[min(res.config.train)],
        bound=_BETTER,
        budget=Budget(change=lambda res: res.changes[min(res.config.train)], within=0.3),
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="B41",
        source="Source B, way 4",
        kind="cause",
        statement=(
            "深层的前提：目标由共用的根源逐层发展而来，网络也照样搭成。",
            "The premise of depth: the target develops level by level from shared roots, and the "
            "net is built alike.",
        ),
        measure=lambda res: res.by_tree,
        bound=_BETTER,
        factors=(
            Factor(
                ("配对与目标一致", "the pairs of the target"), lambda res: res.by_pairs, rival=False
            ),
            Factor(("每个单元输入少", "few inputs to a unit"), lambda res: res.by_sparsity),
        ),
        conventions=_CONVENTIONS,
    ),
    Remark(
        id="B42",
        source="Source B, way 4",
        kind="analogy",
        statement=(
            "进化、细胞分裂；八卦由四象而来，四象由两仪而来。",
            "Evolution, cell division; the eight trigrams come from four images, those from two "
            "modes.",
        ),
    ),
]

if __name__ == "__main__":
    show(__name__)
