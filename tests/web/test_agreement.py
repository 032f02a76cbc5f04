"""The page's engine against ours: the same seed is the same network, to the last bit and step.

Seeds and settings of every figure that a reader may repeat, and every loss, activation, optimiser
and initialisation, are trained by dlbook, by the engine in Node, and by the engine's worker in
Chromium. Losses along the way and the parameters at the end are equal.
"""

import dataclasses
import itertools
import json
import math
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from dlbook.figures import configuring
from dlbook.mathematics.activations import ACTIVATIONS
from dlbook.mathematics.initial import SCHEMES
from dlbook.mathematics.losses import LOSSES
from dlbook.site.reading.formulas import node
from dlbook.training.data import CURVES
from dlbook.training.fitted import DivergedError
from dlbook.training.page_run import page_run
from dlbook.training.replay import OPTIMISERS, Run, geometric
from tests.scripts import NAMES, ROOT, script
from tests.turns import turn
from tests.web.book import course
from tests.web.workers import sources, trained

Course = tuple[list[float], list[float]]
SEED, STEPS = 7, 500
BASE = Run(
    widths=(2, 5, 1), activation="tanh", init=("xavier_uniform",) * 2, data="xor", points=0,
    loss="binary_cross_entropy", optimiser="adam", rate=0.01, steps=STEPS,
)  # fmt: skip
# Where this odd target meets biases of 0, some slopes are exactly 0, and Adam makes steps of
# whatever rounding leaves in their place.
LINE = dataclasses.replace(
    BASE, widths=(1, 6, 5, 1), init=("fan_in_uniform",) * 3, data="sin 12x",
    points=41, loss="mean_squared_error",
)  # fmt: skip


def each(**fields: list[object]) -> list[dict[str, str]]:
    """Every combination, as the command line takes it."""
    rows = itertools.product(*fields.values())
    return [dict(zip(fields, map(str, row), strict=True)) for row in rows]


# What readers may choose, by figure. Seeds of both fates, every setting of the figure.
CHOICES: dict[str, list[dict[str, str]]] = {
    "finding_xor_takes_luck_or_width": [
        *each(seed=[0, 1, 1023], width=[2, 3, 4, 8, 16]),
        *each(
            seed=[7],
            activation=["sigmoid", "tanh", "relu"],
            method=["adam", "descent"],
            loss=["cross_entropy", "squared"],
        ),
    ],
    "more_units_smaller_median_error": each(
        seed=[0, 31], width=[1, 16, 64], curve=["sine", "polynomial", "absolute"]
    ),
    "initial_weights_decide": each(seed=[0, 31], width=[32], start=["usual", "both"]),
    "error_falls_with_the_square_of_the_pieces": [
        *each(curve=["sine", "quartic"]),
        *each(knots=["-1,1", "-1,-0.93,-0.2,0.1,0.7,1"]),
    ],
    "hidden_units_learn_together": each(seed=[0, 63]),
    "a_polynomial_activation_is_not_universal": each(seed=[0, 31], activation=["square", "relu"]),
    "weight_decay_switches_units_off": each(
        seed=[0, 1023], width=[2, 8], activation=["tanh", "relu"], batch=[1, 4]
    ),
}


def one(**fields: Any) -> Run:
    return dataclasses.replace(BASE, **fields)


def parts() -> dict[str, Run]:
    """A run for each part of the engine."""
    runs = {f"loss {name}": one(loss=name, widths=(2, 5, 2)) for name in LOSSES}
    runs |= {f"one output, {n}": one(loss=n) for n, loss in LOSSES.items() if loss.classes < 2}
    runs |= {f"activation {name}": one(activation=name) for name in ACTIVATIONS}
    runs |= {f"optimiser {name}": one(optimiser=name) for name in OPTIMISERS}
    for name in SCHEMES:
        first = name if name != "spread_kinks" else "zeros"
        runs[f"start {name}"] = dataclasses.replace(LINE, init=(name, first, first))
    runs["batches"] = one(batch=3)
    runs["batches of a curve"] = dataclasses.replace(LINE, batch=16)
    runs["decay"] = one(l2=0.01)
    laws = ("lecun_normal", "he_normal", "xavier_uniform", "fan_in_uniform")
    deep = dataclasses.replace(LINE, widths=(1, 5, 5, 5, 1), init=laws)
    runs["residual layers"] = dataclasses.replace(deep, skips=((1, 2), (1, 3)))
    runs["tied layers"] = dataclasses.replace(deep, ties=((2, 3),), init=laws[1:], batch=8)
    runs["given parameters"] = one(init=(), start=tuple(0.1 * k - 1 for k in range(21)))
    for data in CURVES:
        runs[f"data {data}"] = dataclasses.replace(LINE, data=data, points=50)
    return runs


def figures_apart() -> dict[str, dict[str, tuple[Run, int]]]:
    """A run and a seed for each choice, by figure."""
    found: dict[str, dict[str, tuple[Run, int]]] = {}
    for name, choices in CHOICES.items():
        found[name] = {}
        for fields in choices:
            choice = configuring.configure_replay(script(name), fields)
            label = " ".join([name, *map("=".join, fields.items())])
            run = script(name).replay(choice, script(name).Config())  # type: ignore[attr-defined]
            found[name][label] = run, getattr(choice, "seed", 0)
    return found


def figures() -> dict[str, tuple[Run, int]]:
    """The same of all figures together."""
    return {label: run for runs in figures_apart().values() for label, run in runs.items()}


def recorded(run: Run) -> list[int]:
    """The steps at which losses are compared, the last among them."""
    return sorted({*range(0, min(run.steps, STEPS) + 1, 10), *geometric(run.steps)})


@cache
def ours(run: Run, seed: int) -> Course:
    return course(run, seed, recorded(run))


def jobs(runs: dict[str, tuple[Run, int]]) -> list[dict[str, Any]]:
    return [
        {"run": run.to_json(), "seed": seed, "record": recorded(run)} for run, seed in runs.values()
    ]


def in_node(runs: dict[str, tuple[Run, int]]) -> list[Course]:
    finished = subprocess.run(
        [node(), ROOT / "tests" / "web" / "train.ts"],
        input=json.dumps(jobs(runs)), capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert finished.returncode == 0, finished.stderr
    return [tuple(course) for course in json.loads(finished.stdout)]


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    with chromium.new_page() as page:
        yield page


def is_of_the_page(name: str) -> bool:
    """Whether the page could train what the figure repeats: whether names and numbers say it."""
    loaded: Any = script(name)
    if not hasattr(loaded, "Replay"):
        return False
    try:
        page_run(loaded.replay(loaded.Replay(), loaded.Config()))
    except ValueError:
        return False
    return True


def test_every_figure_whose_runs_the_page_can_train_is_held_to_it():
    assert set(CHOICES) == {name for name in NAMES if is_of_the_page(name)}


def test_every_part_of_the_engine_gives_equal_numbers():
    runs = {label: (run, SEED) for label, run in parts().items()}
    for (label, (run, seed)), found in zip(runs.items(), in_node(runs), strict=True):
        assert found == ours(run, seed), label


def test_every_replayable_run_is_equal_to_its_last_step_in_node():
    runs = figures()
    for (label, (run, seed)), found in zip(runs.items(), in_node(runs), strict=True):
        assert found == ours(run, seed), label


def test_replayable_runs_are_equal_to_their_last_step_in_the_worker_of_a_browser(page):
    """Some of each figure's, which all run in Node."""
    source = sources()["with vectors"]
    for name, runs in figures_apart().items():
        kept = dict(turn(f"in the worker {name}", list(runs.items()), (len(runs) + 2) // 3))
        for (label, (run, seed)), job in zip(kept.items(), jobs(kept), strict=True):
            assert trained(page, source, job) == ours(run, seed), label


def test_the_worker_gives_equal_numbers_without_vectors(page):
    source = sources()["without"]
    runs = {label: (run, SEED) for label, run in parts().items()}
    for (label, (run, seed)), job in zip(runs.items(), jobs(runs), strict=True):
        assert trained(page, source, job) == ours(run, seed), label


GROWING = one(activation="square", loss="mean_squared_error", optimiser="sgd", rate=30.0)
# Parameters stay, and are finite; the square of what the outputs miss is not.
HUGE = one(
    activation="relu", loss="mean_squared_error", optimiser="sgd", rate=1e-300, init=(),
    start=(1e80,) * 21,
)  # fmt: skip


@pytest.mark.parametrize("build", ["with vectors", "without"])
@pytest.mark.parametrize("run", [GROWING, HUGE], ids=["parameters", "loss"])
@pytest.mark.parametrize("record", [[], list(range(STEPS + 1))], ids=["end", "steps"])
def test_a_run_that_leaves_the_numbers_ends_with_the_same_step_here_and_there(
    page, build, run, record
):
    with pytest.raises(DivergedError) as ours:
        run.fit([SEED], at=record)
    (last,) = re.findall(r"not finite by step (\d+);", str(ours.value))
    job = {"run": run.to_json(), "seed": SEED, "record": record}
    with pytest.raises(Exception, match=f"^Page.evaluate: Error: lost after {last}\\b"):
        trained(page, sources()[build], job)


def test_another_seed_would_not_be_equal():
    (found,) = in_node({"other": (BASE, SEED + 1)})
    assert found != ours(BASE, SEED)


def test_the_last_bit_of_a_constant_would_be_noticed():
    (found,) = in_node({"other": (one(rate=math.nextafter(BASE.rate, 1.0)), SEED)})
    assert found != ours(BASE, SEED)


def test_the_worker_says_what_is_wrong_with_a_run(page):
    job = {"run": {**BASE.to_json(), "loss": "hing"}, "seed": 0, "record": []}
    with pytest.raises(Exception, match="no loss 'hing'; there are"):
        trained(page, sources()["with vectors"], job)


def test_choices_differ_from_one_another():
    for choices in CHOICES.values():
        for left, right in itertools.combinations(choices, 2):
            assert left != right
