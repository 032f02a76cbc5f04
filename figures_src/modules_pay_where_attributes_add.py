"""Shared modules save rare data while attributes add, and lose once one reverses the other."""

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
from dlbook.figures.idioms import direct_label, level_line
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, mosaic
from dlbook.mathematics import measure, rng, sums
from dlbook.mathematics.nets import Stack
from dlbook.record.claims import Budget, Claim, Convention, Factor, Remark
from dlbook.training import stats
from dlbook.training.replay import Dataset, Drawn, Run


@dataclass(frozen=True)
class Config:
    """People of ``inputs`` numbers: ``common`` of each kind, ``rare`` long-haired boys.

    The two cues are ``gap`` standard deviations to either side of 0. Probes are fitted on
    ``probing`` people of each kind, everything is tested on ``test``.
    """

    inputs: int = 8
    gap: float = 1.5
    common: int = 200
    rare: tuple[int, ...] = (0, 1, 2, 5, 10, 20, 50, 200)
    test: int = 200
    probing: int = 50
    width: int = 8
    seeds: int = 32
    start: str = "xavier_uniform"
    rate: float = 0.02
    batch: int = 32
    steps: int = 800
    probe_steps: int = 200
    first_seed: int = 0


SMALL = Config(common=20, rare=(0, 1, 5, 10, 20, 200), test=20, probing=10, seeds=6, steps=20,
               probe_steps=10)  # fmt: skip
GRID = Config(seeds=16)
GRID_BUDGET = 90.0

WORDS = {
    "additive": ("特征相加", "cues add"),
    "reversed": ("长发把线索反过来", "long hair reverses the cue"),
    "recall": ("认出的长发男生（%）", "long-haired boys found (%)"),
    "rare": ("训练集里的长发男生", "long-haired boys to train on"),
    "direct": ("单独训练", "on its own"),
    "joint": ("四类一个网络", "one net, four kinds"),
    "modular": ("两个模块", "two modules"),
    "bayes": ("最好的规则", "best rule"),
    "short girl": ("短发女", "girls, short"),
    "long girl": ("长发女", "girls, long"),
    "short boy": ("短发男", "boys, short"),
    "long boy": ("长发男", "boys, long"),
}

_WORLDS = {"additive": 1.0, "reversed": -1.0}  # the sign that long hair gives to the other cue
_WAYS = ("direct", "joint", "modular")
_LABELS = {  # of girls with short and with long hair, of boys likewise
    "boy": (0, 0, 1, 1),
    "long": (0, 1, 0, 1),
    "long-haired boy": (0, 0, 0, 1),
    "kind": (0, 1, 2, 3),
}
_ATTRIBUTES = ("boy", "long")
_ROUNDING = 1e-12
_LAYERS = ("input", "first", "second")
_FEW, _MANY = 1, 200
_HELPING = (0, 1, 5)  # numbers of rare people at which sharing is to help
_REVERSING = (5, 10, 20)  # numbers of rare people at which harm is looked for
_LOOKS = {"direct": ("ink", "o"), "joint": ("muted", "s"), "modular": ("extra", "D")}


@dataclass(frozen=True)
class Result:
    """``recall``: share of new long-haired boys that are found, by world, way and number seen.

    ``gains``: modules minus the net on its own, paired by seed, ``changes`` what the second half of
    the steps added to them. ``alarms``: share of other people who are taken for one. ``balanced``
    and ``light``: recall of the net on its own that is shown one of them as if it were 200, and 200
    as if they were one. ``few_alone`` and its like are differences of such recalls. ``enough``:
    recall of modules that have seen one, minus that of the net on its own that has seen 200.
    ``probes``: accuracy of linear readouts of layers, before and after training; ``above``: by how
    much the less readable attribute of the first layer is more readable than the four kinds,
    both counted from chance; ``learned``: what training adds to its accuracy. ``best`` is the
    recall of the best rule. ``cloud`` ``(4, 60, 2)``: the cues of some people.
    """

    config: Config
    best: Estimate
    recall: Along[Estimate]
    gains: Along[Estimate]
    changes: Along[Estimate]
    alarms: Along[Estimate]
    balanced: Estimate
    balanced_alarms: Estimate
    light: Estimate
    few_and_rare: Estimate
    few_alone: Estimate
    rare_alone: Estimate
    shared_and_balanced: Estimate
    shared_alone: Estimate
    balanced_alone: Estimate
    shared_beyond: Estimate
    enough: Along[Estimate]
    enough_change: Along[Estimate]
    probes: Along[Estimate]
    above: Along[Estimate]
    learned: Along[Estimate]
    cloud: Tensor


@dataclass(frozen=True)
class Replay:
    """What a reader may choose: the world, what is to be told, and how many rare people are seen.

    ``weight`` is what each of these counts, beside 1 for everybody else.
    """

    seed: int = 0
    world: str = "additive"
    task: str = "long-haired boy"
    rare: int = 1
    weight: float = 1.0


def replay(choice: Replay, cfg: Config) -> Run:
    """One net on one set of people; a seed has its own people."""
    labels = lookup("task", choice.task, _LABELS)

    def drawn(seeds: Sequence[int]) -> Dataset:
        x, kinds = people(cfg, choice.world, seeds, "train", max(cfg.common, _MANY))
        sizes = [cfg.common] * 3 + [choice.rare]
        shown = torch.cat([x[:, kind, :size] for kind, size in enumerate(sizes)], 1)
        seen = torch.cat([kinds[kind, :size] for kind, size in enumerate(sizes)])
        counts = torch.where(seen == len(sizes) - 1, choice.weight, 1.0).double()
        return Dataset(name, shown, torch.tensor(labels)[seen], counts)

    name = f"{cfg.common} people of each common kind and {choice.rare} long-haired boys"
    outputs = len(set(labels)) if choice.task == "kind" else 1
    return Run(
        widths=(cfg.inputs, cfg.width, cfg.width, outputs),
        activation="tanh",
        init=(cfg.start,) * 3,
        data=Drawn(name, drawn),
        points=0,
        loss="cross_entropy" if outputs > 1 else "binary_cross_entropy",
        optimiser="adam",
        rate=cfg.rate,
        steps=cfg.steps,
        batch=cfg.batch,
    )


def people(
    cfg: Config, world: str, seeds: Sequence[int], part: str, count: int
) -> tuple[Tensor, Tensor]:
    """People ``(s, 4, count, inputs)`` and their kinds ``(4, count)``.

    The first number is the cue of gender, the second that of hair, the others are noise. In the
    reversed world the first cue of people with long hair has the other sign: the same four clouds,
    two of which change names, and the same noise.
    """
    noise = rng.streams(seeds, "people", part).normal(4, count, cfg.inputs)
    boy, long = (2.0 * torch.tensor(_LABELS[name]).double() - 1 for name in _ATTRIBUTES)
    first = torch.where(long > 0, lookup("world", world, _WORLDS) * boy, boy)
    means = torch.zeros(4, 1, cfg.inputs, dtype=torch.float64)
    means[:, 0, 0], means[:, 0, 1] = cfg.gap * first, cfg.gap * long
    return noise + means, torch.arange(4)[:, None].expand(4, count)


def asked(cfg: Config, world: str) -> Tensor:
    """People whom nobody was trained on, ``(s, 4, test, inputs)``."""
    return people(cfg, world, seeds_from(cfg.first_seed, cfg.seeds), "test", cfg.test)[0]


def calls(stack: Stack, people: Tensor) -> Tensor:
    """Which of people ``(s, 4, n, inputs)`` nets say yes to, or call the last kind, likewise."""
    said = stack.predict(people.flatten(1, 2))
    yes = said[..., 0] > 0 if said.shape[-1] == 1 else said.argmax(-1) == said.shape[-1] - 1
    return yes.view(people.shape[:3])


def answers(choice: Replay, cfg: Config) -> tuple[Tensor, Tensor]:
    """What the nets of all seeds say of the people to be asked, after half the steps and after all.

    ``(s, 4, test)`` each.
    """
    unseen = asked(cfg, choice.world)
    fit = replay(choice, cfg).fit(
        seeds_from(cfg.first_seed, cfg.seeds),
        at=[cfg.steps // 2],
        watch=lambda stack: calls(stack, unseen),
        what=f"{choice.world}: {choice.task}, {choice.rare} rare",
    )
    assert fit.watched is not None
    return fit.watched[:, 0], calls(fit.stack, unseen)


def found(way: str, world: str, rare: int, cfg: Config, weight: float = 1.0) -> tuple[Tensor, ...]:
    """Who is taken for a long-haired boy by one of the three ways, as :func:`answers`."""

    def told(task: str) -> tuple[Tensor, Tensor]:
        return answers(Replay(world=world, task=task, rare=rare, weight=weight), cfg)

    if way != "modular":
        return told("kind" if way == "joint" else "long-haired boy")
    pairs = zip(*(told(attribute) for attribute in _ATTRIBUTES), strict=True)
    return tuple(boy & long for boy, long in pairs)


def recall(said: Tensor) -> Tensor:
    """The share of long-haired boys who are found, ``(s, 4, n) -> (s,)``."""
    return sums.mean(said[:, -1], 1)


def alarms(said: Tensor) -> Tensor:
    """The share of the others who are taken for one, ``(s, 4, n) -> (s,)``."""
    return sums.mean(said[:, :-1].flatten(1), 1)


def readouts(world: str, cfg: Config) -> dict[tuple[str, str, str], Tensor]:
    """Test accuracy ``(s,)`` of linear readouts: by net, layer and what is read.

    Of the net for four kinds that has seen 200 of each, and of the same net before training.
    """
    seeds = seeds_from(cfg.first_seed, cfg.seeds)
    training = replay(Replay(world=world, task="kind", rare=_MANY), cfg)
    nets = {"untrained": training.stack(seeds), "trained": training.fit(seeds, what=world).stack}
    fresh, kinds = people(cfg, world, seeds, "probe", cfg.probing)
    unseen = asked(cfg, world)
    shown = torch.arange(4)[:, None].expand(4, cfg.test).flatten()
    accuracies = {}
    for state, stack in nets.items():
        seen, judged = (
            [part.flatten(1, 2), *stack.signals(part.flatten(1, 2))[:-1]]
            for part in (fresh, unseen)
        )
        for layer, inside, outside in zip(_LAYERS, seen, judged, strict=True):
            for read in (*_ATTRIBUTES, "kind"):
                labels = torch.tensor(_LABELS[read])
                fit = probe(f"{state} {layer}: {read}", inside, labels[kinds.flatten()], cfg).fit(
                    seeds, what=f"probes in the {world} world"
                )
                right = measure.accuracy(fit.stack.predict(outside), labels[shown])
                accuracies[state, layer, read] = right
    return accuracies


def probe(name: str, x: Tensor, labels: Tensor, cfg: Config) -> Run:
    """A linear readout of signals ``(s, n, width)``, from zero weights."""
    return Run(
        widths=(x.shape[-1], 1 + int(labels.max())),
        activation="tanh",
        init=("zeros",),
        data=Dataset(name, x, labels),
        points=0,
        loss="cross_entropy",
        optimiser="adam",
        rate=0.05,
        steps=cfg.probe_steps,
    )


def from_chance(accuracy: Tensor, kinds: int) -> Tensor:
    """An accuracy counted from that of guessing among so many kinds, which becomes 0."""
    return (accuracy - 1 / kinds) / (1 - 1 / kinds)


def run(cfg: Config) -> Result:
    said = each(
        lambda world, way, rare: found(way, world, rare, cfg),
        world=_WORLDS,
        way=_WAYS,
        rare=cfg.rare,
    )
    half, end = said.map(lambda pair: recall(pair[0])), said.map(lambda pair: recall(pair[1]))

    def gain(of: Along[Tensor], world: str, rare: int) -> Tensor:
        return of[world, "modular", rare] - of[world, "direct", rare]

    def enough(of: Along[Tensor], world: str) -> Tensor:
        return of[world, "modular", _FEW] - of[world, "direct", _MANY]

    alone = {n: end["additive", "direct", n] for n in (_FEW, _MANY)}
    _, balanced = found("direct", "additive", _FEW, cfg, weight=_MANY / _FEW)
    _, light = found("direct", "additive", _MANY, cfg, weight=_FEW / _MANY)
    _, shared = found("modular", "additive", _FEW, cfg, weight=_MANY / _FEW)
    read = {world: readouts(world, cfg) for world in _WORLDS}
    first = {
        world: {name: row["trained", "first", name] for name in (*_ATTRIBUTES, "kind")}
        for world, row in read.items()
    }
    unseen = asked(cfg, "additive")
    return Result(
        config=cfg,
        best=stats.mean(sums.mean((unseen[:, -1, :, :2] > 0).all(-1), 1)),
        recall=end.map(stats.mean),
        gains=each(
            lambda world, rare: stats.mean(gain(end, world, rare)), world=_WORLDS, rare=cfg.rare
        ),
        changes=each(
            lambda world, rare: stats.difference(gain(end, world, rare), gain(half, world, rare)),
            world=_WORLDS,
            rare=cfg.rare,
        ),
        alarms=said.map(lambda pair: stats.mean(alarms(pair[1]))),
        balanced=stats.mean(recall(balanced)),
        balanced_alarms=stats.mean(alarms(balanced)),
        light=stats.mean(recall(light)),
        few_and_rare=stats.difference(alone[_MANY], alone[_FEW]),
        few_alone=stats.difference(alone[_MANY], recall(balanced)),
        rare_alone=stats.difference(alone[_MANY], recall(light)),
        shared_and_balanced=stats.difference(recall(shared), alone[_FEW]),
        shared_alone=stats.mean(gain(end, "additive", _FEW)),
        balanced_alone=stats.difference(recall(balanced), alone[_FEW]),
        shared_beyond=stats.difference(end["additive", "modular", _FEW], recall(balanced)),
        enough=each(lambda world: stats.mean(enough(end, world)), world=_WORLDS),
        enough_change=each(
            lambda world: stats.difference(enough(end, world), enough(half, world)), world=_WORLDS
        ),
        probes=each(
            lambda world, state, layer, read_: stats.mean(read[world][state, layer, read_]),
            world=_WORLDS,
            state=("untrained", "trained"),
            layer=_LAYERS,
            read_=(*_ATTRIBUTES, "kind"),
        ),
        above=each(
            lambda world: stats.difference(
                torch.minimum(*(from_chance(first[world][name], 2) for name in _ATTRIBUTES)),
                from_chance(first[world]["kind"], 4),
            ),
            world=_WORLDS,
        ),
        learned=each(
            lambda world: stats.difference(
                first[world]["boy"], read[world]["untrained", "first", "boy"]
            ),
            world=_WORLDS,
        ),
        cloud=unseen[0, :, :60, :2],
    )


def check(res: Result) -> None:
    parts = res.few_alone.mean + res.balanced_alone.mean
    assert abs(res.few_and_rare.mean - parts) < _ROUNDING, "a person counted as 200 lies between"
    parts = res.shared_beyond.mean + res.balanced_alone.mean
    assert abs(res.shared_alone.mean - parts) < _ROUNDING, "and so it does on the way to modules"
    for (world, rare), gain in res.gains.items():
        ways = res.recall[world, "modular", rare], res.recall[world, "direct", rare]
        parts = ways[0].mean - ways[1].mean
        assert abs(gain.mean - parts) < _ROUNDING, "a mean of differences is that of means"


def draw(res: Result, t: Words) -> Figure:
    figure, axes = mosaic([["people", "people turned"], list(_WORLDS)], 5.6, [1, 1.25])
    for name, world in zip(("people", "people turned"), _WORLDS, strict=True):
        _people(res, world, axes[name], t)
        axes[name].set_title(t[world])
    for world in _WORLDS:
        _recalls(res, world, axes[world], t)
    return figure


def _people(res: Result, world: str, ax: Axes, t: Words) -> None:
    """The two cues: gender to the right, hair upwards."""
    sides = {(boy, long): kind for kind, (boy, long) in
             enumerate(zip(_LABELS["boy"], _LABELS["long"], strict=True))}  # fmt: skip
    turned = _WORLDS[world] < 0
    gap = res.config.gap
    for (boy, long), kind in sides.items():
        rare = boy and long
        place = sides[1 - boy, long] if long and turned else kind
        cues = res.cloud[place][:35]
        role = "extra" if rare else "muted" if boy else "line"
        gaps = torch.full((len(cues), 1), torch.nan)  # discs as lines of no length, in one path
        across, up = (torch.cat([cues[:, [i, i]], gaps], 1).flatten() for i in (0, 1))
        ax.plot(across, up, color=colour(role), linewidth=4.5 if rare else 3.5,
                zorder=2 if rare else 1)  # fmt: skip
        words = t[f"{'long' if long else 'short'} {'boy' if boy else 'girl'}"]
        side = 1 if place in (sides[1, 0], sides[1, 1]) else -1
        direct_label(ax, 4.6 * side, (4.3 if long else -4.3), words,
                     "extra" if rare else "ink" if boy else "muted",
                     ha="right" if side > 0 else "left", va="center")  # fmt: skip
    ax.set(xlim=(-4.8, 4.8), ylim=(-5.2, 5.2), xticks=(-gap, gap), yticks=(-gap, gap))
    ax.set_xticklabels(())
    ax.set_yticklabels(())


def _recalls(res: Result, world: str, ax: Axes, t: Words) -> None:
    rare = res.config.rare
    for step, way in enumerate(_WAYS):
        role, marker = _LOOKS[way]
        row = [res.recall[world, way, n] for n in rare]
        places = [place + 0.12 * (step - 1) for place in range(len(rare))]
        means = [100 * one.mean for one in row]
        ax.plot(places, means, marker=marker, color=colour(role), linewidth=1.2)
        ax.vlines(places, [100 * one.low for one in row], [100 * one.high for one in row],
                  color=colour(role), linewidth=1.8)  # fmt: skip
    level_line(ax, 100 * res.best.mean)
    ax.set_xticks(range(len(rare)), [t.number(n) for n in rare])
    ax.set(ylim=(-3, 103), yticks=(0, 25, 50, 75, 100), xlabel=t["rare"])
    if world == "additive":
        ax.set_ylabel(t["recall"])
        direct_label(ax, 0, 100 * res.best.mean + 3, t["bayes"], "muted", va="bottom")
    else:
        for step, way in enumerate(_WAYS):
            direct_label(ax, -0.3, 78 - 11 * step, t[way], _LOOKS[way][0], va="center")


_CONVENTIONS = (
    Convention("start", ("初始化", "start"), ({"start": "fan_in_uniform"},)),
    Convention("rate", ("学习率", "rate"), ({"rate": 0.005},)),
)
_TENTH = at_least(
    0.1,
    because=(
        "少认出不到一成，就说不上谁强谁弱。",
        "Less than one in ten does not make one weak and the other strong.",
    ),
)
_CLEAR = at_least(
    0.2,
    because=(
        "“弱”要看得见：认出的人至少差两成。",
        "Weak has to show: at least one in five fewer are found.",
    ),
)

CLAIMS: list[Claim[Result] | Remark] = [
    Claim(
        id="C11",
        source="Source C ¶11",
        kind="cause",
        statement=(
            "四个分类器各自训练时，长发男生的那一个弱，因为他们的数据少。",
            "Of four classifiers trained on their own, that of long-haired boys is weak because "
            "their data are few.",
        ),
        measure=lambda res: res.few_and_rare,
        bound=_CLEAR,
        factors=(
            Factor(
                ("数据少：一个人当作 200 个人", "few data: one person counted as 200"),
                lambda res: res.few_alone,
                rival=False,
            ),
            Factor(
                ("占比小：200 个人当作一个人", "a small share: 200 counted as one"),
                lambda res: res.rare_alone,
            ),
        ),
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="C12",
        source="Source C ¶12",
        kind="finding",
        statement=(
            "先训练性别和头发两个基分类器再共用，长发男生虽少，也认得出来。",
            "Train two base classifiers first, gender and hair, and share them: then few "
            "long-haired boys are enough.",
        ),
        measure=lambda res: each(lambda rare: res.gains["additive", rare], rare=_HELPING),
        bound=_TENTH,
        budget=Budget(
            change=lambda res: each(lambda rare: res.changes["additive", rare], rare=_HELPING),
            within=0.05,
        ),
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="C12/sharing",
        source="this book, after Source C ¶12",
        kind="cause",
        statement=(
            "模块之所以占优，是因为共用，不是因为两类的人数更均衡。",
            "Modules win because they share, not because their classes are less unequal.",
        ),
        measure=lambda res: res.shared_and_balanced,
        bound=_TENTH,
        factors=(
            Factor(("共用模块", "shared modules"), lambda res: res.shared_alone, rival=False),
            Factor(
                ("把一个人当作 200 个人", "one person counted as 200"),
                lambda res: res.balanced_alone,
            ),
        ),
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="C13",
        source="Source C ¶13",
        kind="finding",
        statement=(
            "第一层是最基本的分类器，后面的层把它们当作模块。",
            "The first layer holds the most basic classifiers, and later layers use them as "
            "modules.",
        ),
        measure=lambda res: res.above,
        bound=at_least(
            0.0,
            because=(
                "基本的分类器若在第一层，每个特征在那里至少要和四个类别一样好读。",
                "If the basic classifiers are there, each attribute is at least as readable as the "
                "four kinds that are made of them.",
            ),
        ),
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="C13/trained",
        source="this book, after Source C ¶13",
        kind="finding",
        statement=(
            "训练使第一层成为性别的分类器。",
            "Training turns the first layer into a classifier of gender.",
        ),
        measure=lambda res: res.learned,
        bound=at_least(
            0.02,
            because=(
                "比随机的第一层多读对不到两个百分点，就不是训练的功劳。",
                "Less than two points above a random first layer is no work of training.",
            ),
        ),
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="C14",
        source="Source C ¶14",
        kind="finding",
        statement=(
            "模组化以后，每个模块简单，所需的训练数据少。",
            "Once modular, every module is simple and takes few training data.",
        ),
        measure=lambda res: res.enough,
        bound=at_least(
            -0.1,
            because=(
                "用一个人训练的模块，应当不比见过 200 人的单独网络差一成以上。",
                "Modules that have seen one should come within a tenth of a net that has seen 200.",
            ),
        ),
        budget=Budget(change=lambda res: res.enough_change, within=0.05),
        conventions=_CONVENTIONS,
    ),
    Claim(
        id="B40",
        source="Source B, way 4",
        kind="finding",
        statement=(
            "深层就是共用；实际的关联没有那种结构，结果只会更差。",
            "Depth is sharing; where the relation has no such structure the result is worse.",
        ),
        measure=lambda res: each(lambda rare: res.gains["reversed", rare], rare=_REVERSING),
        bound=at_most(
            -0.1,
            because=(
                "与共用的好处同一把尺：至少少认出一成。",
                "The same measure as for the gain: at least one in ten fewer are found.",
            ),
        ),
        conventions=_CONVENTIONS,
    ),
]

if __name__ == "__main__":
    show(__name__)
