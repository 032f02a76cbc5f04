"""Small runs that between them use everything that the arithmetic's trainer knows."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from dlbook.arithmetic.one_model import (
    LOSSES_OF_SAMPLES,
    OPTIMISERS,
    UNITS,
    Learner,
    Training,
    forward,
    mean_loss_of,
)
from dlbook.arithmetic.prediction import mean_losses, signals
from dlbook.arithmetic.seen import permutations
from dlbook.arithmetic.specification import Doubles
from dlbook.arithmetic.stack import Trainer

VECTORS = Path(__file__).parent.parent / "vectors" / "arithmetic.json"
SHAPES = (((2, 2, 1), 4), ((1, 16, 1), 100), ((2, 5, 7, 3), 37), ((3, 2), 5), ((2, 4, 4, 4, 2), 17))
STEPS, MODELS = 40, 11


@dataclass(frozen=True)
class Case:
    """A run: what is trained, on how many samples, and what is special about it."""

    training: Training
    samples: int
    batch: int | None = None
    own: bool = False  # data for each model
    weighted: bool = False
    rates: bool = False  # and penalties for each model
    later: float | None = None  # the rate of a second phase


def _each() -> Iterator[tuple[str, Training, int]]:
    for number, (widths, samples) in enumerate(SHAPES):
        alone = widths[-1] == 1
        losses = [
            loss for loss in LOSSES_OF_SAMPLES
            if not (alone and loss in ("cross_entropy", "softmax_squared_error"))
        ]  # fmt: skip
        for place, units in enumerate(UNITS):
            loss = losses[(place + number) % len(losses)]
            optimiser = OPTIMISERS[(place + place // 5 + number) % len(OPTIMISERS)]
            name = f"{'-'.join(map(str, widths))} {units} {loss} {optimiser}"
            yield name, Training(widths, units, loss, optimiser, rate=0.03), samples


_NET = Training((2, 5, 5, 5, 3), "tanh", "cross_entropy", "adam", rate=0.03)
_DEEP = replace(_NET, widths=(2, 5, 5, 5, 5, 3), units="softplus", ties=((2, 3), (2, 4)))
SPECIAL = {
    "batches": Case(_NET, 37, batch=8),
    "batches of 1": Case(replace(_NET, optimiser="sgd"), 5, batch=1),
    "batches of own data": Case(_NET, 23, batch=5, own=True),
    "own data": Case(_NET, 23, own=True),
    "weighted": Case(_NET, 37, weighted=True),
    "batches of own weighted data": Case(_NET, 23, batch=5, own=True, weighted=True),
    "l1": Case(replace(_NET, l1=0.01), 37),
    "l2": Case(replace(_NET, l2=0.02), 37),
    "both penalties": Case(replace(_NET, l1=0.01, l2=0.02, optimiser="momentum"), 37),
    "a rate for each": Case(_NET, 37, rates=True),
    "two phases": Case(_NET, 37, later=0.01),
    "two phases of batches": Case(replace(_NET, optimiser="rmsprop"), 37, batch=8, later=0.01),
    **{
        f"skips {units}": Case(replace(_NET, units=units, skips=((1, 2), (1, 3))), 37)
        for units in ("relu", "tanh", "square", "identity")
    },
    "skips from inputs to outputs": Case(
        replace(_NET, widths=(3, 3, 4, 3), skips=((0, 1), (0, 3))), 37, batch=8
    ),
    "everything": Case(
        replace(_NET, skips=((1, 2), (2, 3)), l1=0.01), 23, 5, True, True, True, 0.01
    ),
    **{f"tied {units}": Case(replace(_NET, units=units, ties=((2, 3),)), 37)
       for units in ("relu", "sin")},
    "tied thrice, penalised, in batches": Case(replace(_DEEP, l1=0.01, l2=0.02), 37, batch=8),
    "tied in turn": Case(replace(_NET, widths=(2, 4, 6, 4, 6, 3), ties=((2, 4),)), 37),
    **{
        f"normalised {units}": Case(replace(_NET, units=units, batch_norm=1e-5), 37)
        for units in ("relu", "tanh", "square", "identity")
    },
    "normalised in batches": Case(replace(_NET, batch_norm=1e-3), 23, 5, True, True),
    "normalised, penalised, by momentum": Case(
        replace(_NET, batch_norm=1e-5, l1=0.01, l2=0.02, optimiser="momentum", widths=(2, 9, 3)), 37
    ),
    "tied, normalised and residual": Case(
        replace(_DEEP, batch_norm=1e-5, skips=((1, 2), (2, 4)), l1=0.01),
        23, 6, True, True, True, 0.01,
    ),
}  # fmt: skip


def cases() -> dict[str, Case]:
    """All runs by name."""
    return {name: Case(training, samples) for name, training, samples in _each()} | SPECIAL


def start(training: Training, samples: int, models: int) -> tuple[Doubles, Doubles, Doubles]:
    """Parameters, inputs and targets, of exact binary fractions that no library rounds."""
    draw = np.random.default_rng(3)
    whole = draw.integers(-(2**20), 2**20, (models, training.parameters))
    x = draw.integers(-(2**10), 2**10, (samples, training.widths[0])) / 2.0**10
    labels = draw.integers(0, training.widths[-1] + (training.widths[-1] == 1), samples)
    y = np.eye(max(2, training.widths[-1]))[labels][:, -training.widths[-1] :]
    return whole / 2.0**20, x, y


@dataclass(frozen=True)
class Given:
    """What a case's models are trained on."""

    starts: Doubles
    x: Doubles
    y: Doubles
    weight: Doubles | None
    seeds: list[int]
    rates: Doubles
    l1: Doubles


def given(case: Case, models: int = MODELS) -> Given:
    """The parameters, data, seeds and rates of a case's models."""
    starts, x, y = start(case.training, case.samples, models)
    number = np.arange(models)
    if case.own:
        x = x * ((number + 1.0) / 8.0)[:, None, None]
    weight = (number[:, None] + np.arange(case.samples)) % 4 / 2.0 if case.weighted else None
    rates = (number + 1.0) / 256.0 if case.rates else np.full(models, case.training.rate)
    l1 = number % 3 / 64.0 if case.rates else np.full(models, case.training.l1)
    return Given(starts, x, y, weight, (number // 2).tolist(), rates, l1)


def compiled_run(
    case: Case, stretches: tuple[int, ...] = (STEPS,), kind: type[Trainer] = Trainer
) -> Trainer:
    """The models after so many steps, and as many at the second rate."""
    data = given(case)
    trainer = kind(
        case.training, data.starts, data.x, data.y, data.weight, batch=case.batch,
        seeds=data.seeds, rate=data.rates, l1=data.l1,
    )  # fmt: skip
    for steps in stretches:
        trainer.advance(steps)
    if case.later is not None:
        trainer.restart(case.later)
        trainer.advance(STEPS)
    return trainer


def text_run(case: Case, model: int) -> Learner:
    """One of the models by the text."""
    data = given(case)
    x, y = data.x[model] if case.own else data.x, data.y
    training = replace(case.training, rate=float(data.rates[model]), l1=float(data.l1[model]))
    order = permutations([data.seeds[model]], case.samples, 0, 2 * STEPS)[0]
    learner = Learner(
        training, data.starts[model], x, y,
        None if data.weight is None else data.weight[model],
        None if case.batch is None else order, case.batch or 0,
    )  # fmt: skip
    with np.errstate(all="ignore"):
        learner.advance(STEPS)
        if case.later is not None:
            learner.restart(case.later)
            learner.advance(STEPS)
    return learner


def answers(case: Case) -> tuple[list[Doubles], Doubles]:
    """The signals of all layers of the models as they start, and their losses."""
    data = given(case)
    found = signals(case.training, data.starts, data.x)
    return found, mean_losses(case.training, data.starts, data.x, data.y, data.weight)


def text_answers(case: Case, model: int) -> tuple[list[Doubles], float]:
    """Those of one of the models by the text."""
    data = given(case)
    x, row = data.x[model] if case.own else data.x, data.starts[model]
    weight = None if data.weight is None else data.weight[model]
    with np.errstate(all="ignore"):
        found = forward(case.training, row, x)[1][1:]
        return found, mean_loss_of(case.training, row, x, data.y, weight)


def _hash(*parts: Doubles) -> str:
    total = hashlib.sha256()
    for part in parts:
        total.update(np.where(np.isnan(part), np.nan, part).astype("<f8").tobytes())
    return total.hexdigest()[:16]


def digest(name: str) -> str:
    """A hash of the weights with which eleven models end."""
    return digest_of(compiled_run(cases()[name]))


def digest_of(trainer: Trainer) -> str:
    """A hash of the weights that models have now."""
    return _hash(trainer.parameters)


def digests() -> dict[str, str]:
    """Those of all runs, of what the models answer at first, and of an order of samples."""
    found = {name: digest(name) for name in cases()}
    for name, case in cases().items():
        layers, losses = answers(case)
        found[f"{name}: signals and losses"] = _hash(*layers, losses)
    order = permutations([0, 7, 2**63 + 1], 1000, 3, 2)
    return {**found, "orders of 1,000 samples": _hash(order.astype(np.float64))}


if __name__ == "__main__":
    VECTORS.write_text(json.dumps(digests(), indent=1) + "\n", encoding="utf-8")
