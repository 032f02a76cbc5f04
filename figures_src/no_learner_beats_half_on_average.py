"""Over all functions of three bits every learner gets half of the unseen rows right, exactly."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations, product
from typing import TypedDict

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, along, each
from dlbook.base.evidence import EVERY, Estimate, at_least, at_most, equal
from dlbook.base.lookup import lookup
from dlbook.base.seeds import seeds_from
from dlbook.figures.idioms import direct_label, interval, level_line
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, mosaic
from dlbook.mathematics import nets, sums
from dlbook.record.claims import Claim, Convention, Factor, Remark
from dlbook.training import data, stats
from dlbook.training.replay import Begun, Dataset, Drawn, Run


@dataclass(frozen=True)
class Config:
    """Every function of three bits, known at every choice of ``known`` of its eight rows.

    Each net is trained from ``seeds`` random starts on every choice and every labelling of it;
    ``low`` is what an input bit that is off is shown as. In the control ``own_functions`` of the
    256 functions have starts of their own.
    """

    known: int = 4
    seeds: int = 16
    own_functions: int = 256
    low: float = 0.0
    start: str = "xavier_uniform"
    rate: float = 0.03
    steps: int = 500
    first_seed: int = 0


SMALL = Config(seeds=2, own_functions=8, steps=20)
GRID = Config(seeds=6)
GRID_BUDGET = 90.0

WORDS = {
    "functions": ("全部 256 个函数，由难到易", "all 256 functions, hardest first"),
    "right": ("没见过的行，答对（%）", "unseen rows right (%)"),
    "half": ("一半", "half"),
    "linear": ("没有隐藏层", "no hidden layer"),
    "shallow": ("8", "8"),
    "deep": ("2 + 3", "2 + 3"),
    "memory": ("独热 8", "one-hot 8"),
    "deep memory": ("独热 2 + 3", "one-hot 2 + 3"),
    "one bit": ("一位", "one bit"),
    "majority": ("多数", "majority"),
    "parity": ("奇偶", "parity"),
    "everything": ("全部 256 个", "all 256"),
}

_BITS, _ROWS = 3, 8
# Of each net its hidden layers, and whether it sees three bits or eight inputs, one for each row.
_NETS: dict[str, tuple[tuple[int, ...], bool]] = {
    "linear": ((), True),
    "shallow": ((8,), True),
    "deep": ((2, 3), True),
    "memory": ((8,), False),
    "deep memory": ((2, 3), False),
}
_BY_BITS = ("linear", "shallow", "deep")
_ALL = "everything"
# Row r holds the binary digits of r; a function's value there is bit r of its number.
_FAMILIES = {"one bit": (240, 204, 170), "majority": (232,), "parity": (150,)}
_LOOKS = {"linear": ("extra", ":", "s"), "shallow": ("shallow", "-.", "^"),
          "deep": ("deep", "-", "o"), "memory": ("exact", "--", "v"),
          "deep memory": ("exact", "-", "D")}  # fmt: skip
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Result:
    """``right`` of ``asked``: answers at unseen rows over all functions, from the first start.

    ``halves`` ``(nets, starts)``: whether half of them are right. ``undecided``: over every set of
    known rows but the whole table, every labelling of it and every unseen row, whether half of the
    functions that agree with what is known say 1 there. ``own_starts``: the share that is right
    when every function is learned from a start of its own. ``accuracy``: shares over starts of
    unseen rows that are right, of the functions of a family; ``changes``: what the second half of
    the steps added to them. ``fitted``: share of nets that are right at all known rows.
    ``depth_alone`` and its like are differences on functions of one bit, start by start.
    ``by_function`` ``(256,)``: mean share right of each function. ``guesses`` ``(cases, unseen)``:
    how many starts say 1.
    """

    config: Config
    functions: int
    choices: int
    cases: int
    nets_trained: int
    asked: int
    right: Along[int]
    halves: Tensor
    undecided: Tensor
    own_starts: float
    accuracy: Along[Estimate]
    changes: Along[Estimate]
    fitted: Along[float]
    together: Estimate
    depth_alone: Estimate
    code_alone: Estimate
    depth_with_bits: Estimate
    lowest: float
    highest: float
    by_function: Along[Tensor]
    guesses: Along[Tensor]


@dataclass(frozen=True)
class Replay:
    """What a reader may choose: the net, the function's number, and the rows that are known."""

    seed: int = 0
    net: str = "deep"
    function: int = 240
    known: tuple[int, ...] = (0, 3, 5, 6)


def replay(choice: Replay, cfg: Config) -> Run:
    """One net on some rows of one function; a seed is a random start."""
    rows = list(choice.known)
    table = data.boolean(choice.function, _BITS)
    name = f"function {choice.function} at rows {' '.join(map(str, rows))}"
    samples = Dataset(name, seen_as(choice.net, cfg)[rows], table[rows])
    return planned(choice.net, cfg, samples)


def planned(net: str, cfg: Config, samples: Dataset | Drawn, start: Begun | None = None) -> Run:
    hidden, by_bits = lookup("net", net, _NETS)
    return Run(
        widths=(_BITS if by_bits else _ROWS, *hidden, 1),
        activation="tanh",
        init=() if start else (cfg.start,) * (len(hidden) + 1),
        data=samples,
        points=0,
        loss="binary_cross_entropy",
        optimiser="adam",
        rate=cfg.rate,
        steps=cfg.steps,
        start=start,
    )


def seen_as(net: str, cfg: Config) -> Tensor:
    """What a net is shown for each of the eight rows, ``(8, inputs)``."""
    by_bits = lookup("net", net, _NETS)[1]
    table = data.truth_table(_BITS)
    return table + cfg.low * (1 - table) if by_bits else torch.eye(_ROWS, dtype=torch.float64)


@cache
def cases(known: int) -> tuple[Tensor, Tensor, Tensor]:
    """Every choice of rows with every labelling: known rows, their labels, the unseen rows.

    ``(c, known)``, ``(c, known)`` and ``(c, 8 - known)``. A net that is told nothing else cannot
    tell the functions of one case apart, so one training serves all of them.
    """
    pairs = list(product(combinations(range(_ROWS), known), product((0, 1), repeat=known)))
    unseen = [[row for row in range(_ROWS) if row not in rows] for rows, _ in pairs]
    rows, labels = ([pair[part] for pair in pairs] for part in (0, 1))
    return torch.tensor(rows).long(), torch.tensor(labels).long(), torch.tensor(unseen)


def tables() -> Tensor:
    """All functions of three bits, ``(256, 8)``."""
    return torch.stack([data.boolean(number, _BITS) for number in range(2**_ROWS)])


def trained(net: str, cfg: Config) -> tuple[Tensor, Tensor, Tensor]:
    """Answers of every start in every case, after half of the steps and after all; who is right.

    ``(starts, cases, 8)`` twice, and whether all known rows are right, ``(starts, cases)``.
    """
    rows, labels, _ = cases(cfg.known)
    count, shown = len(rows), seen_as(net, cfg)
    seeds = seeds_from(cfg.first_seed, cfg.seeds * count)

    def case_of(wanted: Sequence[int]) -> Tensor:
        return (torch.tensor(wanted) - cfg.first_seed) % count

    def start_of(wanted: Sequence[int]) -> Tensor:
        """A start is that of the same seed in ``replay``, whatever the case."""
        numbers = [cfg.first_seed + (seed - cfg.first_seed) // count for seed in wanted]
        each = {number: place for place, number in enumerate(dict.fromkeys(numbers))}
        shape = planned(net, cfg, samples)
        flat = nets.init(nets.MLP(shape.widths, shape.activation), list(each), cfg.start).flat
        return flat[[each[number] for number in numbers]]

    def drawn(wanted: Sequence[int]) -> Dataset:
        chosen = case_of(wanted)
        return Dataset(samples.name, shown[rows[chosen]], labels[chosen])

    samples = Drawn("every labelling of every choice of rows", drawn)
    fit = planned(net, cfg, samples, Begun("one start for all cases", start_of)).fit(
        seeds,
        at=[cfg.steps // 2],
        watch=lambda stack: answers(stack, shown),
        what=f"{net}: {cfg.seeds} starts",
    )
    assert fit.watched is not None
    half, end = (
        found.view(cfg.seeds, count, _ROWS)
        for found in (fit.watched[:, 0], answers(fit.stack, shown))
    )
    fitted = end.gather(2, rows.expand(cfg.seeds, -1, -1)) == labels
    return half, end, fitted.all(2)


def answers(stack: nets.Stack, shown: Tensor) -> Tensor:
    """What nets say of the eight rows, 0 or 1, ``(s, 8)``."""
    return (stack.predict(shown)[..., 0] > 0).long()


def right_answers(said: Tensor, cfg: Config) -> Tensor:
    """Right answers of every start on every function, ``(starts, cases, 8) -> (starts, 256)``.

    Of the unseen rows only, added over the choices of known rows.
    """
    rows, _, unseen = cases(cfg.known)
    labellings, table = 2**cfg.known, tables()
    first = torch.arange(0, len(rows), labellings)  # of every choice, the case of zeros
    places = 2 ** torch.arange(cfg.known - 1, -1, -1)
    case = first + sums.total(table[:, rows[first]] * places, 2)  # (256, choices)
    asked = unseen[case]
    guesses = said[:, case].gather(3, asked.expand(cfg.seeds, -1, -1, -1))
    truth = table[torch.arange(len(table))[:, None, None], asked]
    return sums.total((guesses == truth).flatten(2), 2)


@cache
def undecided() -> Tensor:
    """Whether the functions that agree with what is known are split evenly at each unseen row."""
    table, found = tables(), []
    for known in range(_ROWS):
        for rows, labels, unseen in zip(*cases(known), strict=True):
            agreeing = table[(table[:, rows] == labels).all(1)]
            found.append(2 * sums.total(agreeing[:, unseen], 0) == len(agreeing))
    return torch.cat(found)


def from_own_starts(cfg: Config) -> float:
    """Share right of the deep net if every function and choice has a random start of its own.

    The seeds are others than those that judge anything.
    """
    table, shown = tables(), seen_as("deep", cfg)
    rows = torch.tensor(list(combinations(range(_ROWS), cfg.known)))
    chosen_functions = range(0, len(table), len(table) // cfg.own_functions)
    pairs = list(product(chosen_functions, range(len(rows))))
    functions, chosen = (torch.tensor(part) for part in zip(*pairs, strict=True))
    known = rows[chosen]
    samples = Dataset(
        "every function at every choice of rows", shown[known], table[functions].gather(1, known)
    )
    seeds = seeds_from(cfg.first_seed, len(pairs), apart=1)
    stack = planned("deep", cfg, samples).fit(seeds, what="a start for every function").stack
    hits = answers(stack, shown) == table[functions]
    unseen = torch.ones_like(hits).scatter(1, known, value=False)
    return float(sums.mean(hits[unseen]))


def of_family(right: Tensor, family: str, asked: int) -> Tensor:
    """The share right over the functions of a family, ``(starts, 256) -> (starts,)``.

    Of right answers, where every function was asked so often.
    """
    chosen = right if family == _ALL else right[:, list(_FAMILIES[family])]
    return sums.total(chosen, 1) / (asked * chosen.shape[1])


def run(cfg: Config) -> Result:
    found = {net: trained(net, cfg) for net in _NETS}
    _, _, unseen = cases(cfg.known)
    choices = len(list(combinations(range(_ROWS), cfg.known)))
    counts = {net: right_answers(end, cfg) for net, (_, end, _) in found.items()}
    whole = choices * unseen.shape[1]
    earlier = {net: right_answers(half, cfg) for net, (half, _, _) in found.items()}
    families = (_ALL, *_FAMILIES)
    bit = {net: of_family(count, "one bit", whole) for net, count in counts.items()}
    by_function = {net: sums.mean(count, 0) / whole for net, count in counts.items()}
    return Result(
        config=cfg,
        functions=2**_ROWS,
        choices=choices,
        cases=len(unseen),
        nets_trained=cfg.seeds * len(unseen),
        asked=2**_ROWS * whole,
        right=each(lambda net: int(sums.total(counts[net][0])), net=_NETS),
        halves=torch.stack([2 * sums.total(counts[net], 1) == 2**_ROWS * whole for net in _NETS]),
        undecided=undecided(),
        own_starts=from_own_starts(cfg),
        accuracy=each(
            lambda net, family: stats.mean(of_family(counts[net], family, whole)),
            net=_NETS,
            family=families,
        ),
        changes=each(
            lambda net, family: stats.difference(
                of_family(counts[net], family, whole), of_family(earlier[net], family, whole)
            ),
            net=_NETS,
            family=families,
        ),
        fitted=each(lambda net: float(sums.mean(found[net][2].flatten())), net=_NETS),
        together=stats.difference(bit["deep"], bit["memory"]),
        depth_alone=stats.difference(bit["deep memory"], bit["memory"]),
        code_alone=stats.difference(bit["shallow"], bit["memory"]),
        depth_with_bits=stats.difference(bit["deep"], bit["shallow"]),
        lowest=float(by_function["deep"].min()),
        highest=float(by_function["deep"].max()),
        by_function=along(by_function.values(), net=_NETS),
        guesses=each(
            lambda net: sums.total(found[net][1].gather(2, unseen.expand(cfg.seeds, -1, -1)), 0),
            net=_NETS,
        ),
    )


def check(res: Result) -> None:
    assert res.undecided.all(), "what is not known is open, whatever is known"
    assert res.halves.all(), "and so every learner is right at half of it"
    assert all(2 * right == res.asked for right in res.right), "to the very answer"
    assert all(res.accuracy[net, _ALL].exact for net in _NETS), "from every start"


def draw(res: Result, t: Words) -> Figure:
    figure, axes = mosaic([["functions"], ["families"]], 5.4, [1, 1])
    _functions(res, axes["functions"], t)
    _families(res, axes["families"], t)
    return figure


def _functions(res: Result, ax: Axes, t: Words) -> None:
    """Each net's functions from the one that it guesses worst to the one that it guesses best."""
    level_line(ax, 50)
    for net in ("linear", "shallow", "deep", "memory"):
        role, dash, _ = _LOOKS[net]
        course = 100 * res.by_function[net].sort().values
        ax.plot(range(1, len(course) + 1), course, color=colour(role), linestyle=dash)
    for place, net in enumerate(("linear", "shallow", "deep", "memory")):
        direct_label(ax, 264, 97 - 12 * place, t[net], _LOOKS[net][0], va="center")
    ax.set(xlim=(0, 350), ylim=(0, 100), xticks=(1, 64, 128, 192, 256), yticks=(0, 25, 50, 75, 100))
    ax.set(xlabel=t["functions"], ylabel=t["right"])


def _families(res: Result, ax: Axes, t: Words) -> None:
    level_line(ax, 50, t["half"], at=0.99)
    families = ("one bit", "majority", "parity", _ALL)
    for place, net in enumerate(_NETS):
        role, _, marker = _LOOKS[net]
        for column, family in enumerate(families):
            at = column + 0.14 * (place - 2)
            interval(ax, res.accuracy[net, family], at, role=role, scale=100, marker=marker)
    for place, net in enumerate(_NETS):
        direct_label(ax, 3.55, (96, 84, 72, 60, 38)[place], t[net], _LOOKS[net][0], va="center")
    ax.set_xticks(range(len(families)), [t[family] for family in families])
    ax.set(xlim=(-0.5, 5.2), ylim=(0, 100), yticks=(0, 25, 50, 75, 100), ylabel=t["right"])


class Told(TypedDict):
    """A net's guesses: for each case a character for each unseen row, how many starts say 1.

    Counts above 9 are letters. ``accuracy`` is the mean share right by family.
    """

    name: str
    guesses: str
    accuracy: dict[str, float]


class Explorable(TypedDict):
    """Cases go by choices of ``known`` rows in order, then by labellings, the first row slowest."""

    known: int
    starts: int
    nets: list[Told]


def explorable(res: Result) -> Explorable:
    return {
        "known": res.config.known,
        "starts": res.config.seeds,
        "nets": [
            {
                "name": net,
                "guesses": "".join(_DIGITS[int(n)] for n in res.guesses[net].flatten()),
                "accuracy": {
                    family: round(res.accuracy[net, family].mean, 6)
                    for family in (_ALL, *_FAMILIES)
                },
            }
            for net in _NETS
        ],
    }


_CONVENTIONS = (
    Convention("start", ("初始化", "start"), ({"start": "fan_in_uniform"},)),
    Convention("rate", ("学习率", "rate"), ({"rate": 0.01},)),
    Convention("data", ("输入写成 0 和 1，还是 −1 和 1", "bits as 0 and 1, or −1 and 1"),
               ({"low": -1.0},)),
)  # fmt: skip

CLAIMS: list[Claim[Result] | Remark] = [
    Claim(
        id="X07",
        source="this book, after Wolpert 1996",
        kind="theorem",
        statement=(
            "对全部 256 个三位函数取平均，没见过的行恰好答对一半。",
            "Averaged over all 256 functions of three bits, exactly half of the unseen rows are "
            "right.",
        ),
        measure=lambda res: stats.share(res.halves),
        bound=EVERY,
    ),
    Claim(
        id="B29",
        source="Source B, UAT",
        kind="theorem",
        statement=(
            "要拟合任何函数，代价是 k^n 个不同的数据。",
            "The price of any function is k^n different data.",
        ),
        measure=lambda res: stats.share(res.undecided),
        bound=EVERY,
    ),
    Claim(
        id="B35",
        source="Source B, conditions of use",
        kind="theorem",
        statement=(
            "神经网络并不违背没有免费午餐定理。",
            "Neural networks do not violate the no-free-lunch theorem.",
        ),
        measure=lambda res: each(lambda net: res.accuracy[net, _ALL], net=_NETS),
        bound=equal(
            0.5,
            because=(
                "定理说的是恰好一半，不是大约一半。",
                "The theorem says exactly one half, not about one half.",
            ),
        ),
    ),
    Claim(
        id="B38",
        source="Source B, way 4",
        kind="finding",
        statement=(
            "八个状态：深层（2 + 3 个节点）只要三四个数据就能学会。",
            "Of eight states, the deep net (2 + 3 nodes) needs three or four data only.",
        ),
        measure=lambda res: each(
            lambda family: res.accuracy["deep", family], family=(_ALL, *_FAMILIES)
        ),
        bound=at_least(
            0.95,
            because=(
                "“学会”就是没见过的行也基本答对。",
                "To have learned it is to be right at nearly all rows that were not seen.",
            ),
        ),
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="B38/depth",
        source="this book, after Source B, way 4",
        kind="cause",
        statement=(
            "数据省下来，是因为网络深。",
            "Data are saved because the net is deep.",
        ),
        measure=lambda res: res.together,
        bound=at_least(
            0.1,
            because=(
                "四行里平均多对不到半行，算不上省了数据。",
                "Less than half a row more in four is no saving of data.",
            ),
        ),
        factors=(
            Factor(("深度：2 + 3 换下 8", "depth: 2 + 3 for 8"), lambda res: res.depth_alone,
                   rival=False),
            Factor(("输入的写法：三位换下独热", "the code: three bits for one-hot"),
                   lambda res: res.code_alone),
        ),
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="B40/parity",
        source="Source B, way 4",
        kind="finding",
        statement=(
            "实际的关联没有那种结构时，搜索效果只会更差（奇偶校验）。",
            "Where the relation lacks that structure, the search does worse (parity).",
        ),
        measure=lambda res: each(lambda net: res.accuracy[net, "parity"], net=_BY_BITS),
        bound=at_most(
            0.45,
            because=(
                "掷硬币能对一半；要说更差，得低出半成以上。",
                "A coin gets half; to be worse it has to lie clearly below.",
            ),
        ),
        conventions=_CONVENTIONS,
    ),
    Remark(
        id="B39",
        source="Source B, way 4",
        kind="analogy",
        statement=(
            "浅层好比做了 100 册练习题的学生：那不是学习，是强行记忆。",
            "A shallow net is like a pupil with a hundred workbooks: that is memorising, not "
            "learning.",
        ),
    ),
]  # fmt: skip

if __name__ == "__main__":
    show(__name__)
