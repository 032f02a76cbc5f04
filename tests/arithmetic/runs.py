"""Small runs that between them use everything that the arithmetic's trainer knows."""

import hashlib
import json
from pathlib import Path

import numpy as np

from dlbook.arithmetic.one_model import LOSSES_OF_SAMPLES, OPTIMISERS, UNITS, Training
from dlbook.arithmetic.specification import Doubles
from dlbook.arithmetic.stack import train_stack

VECTORS = Path(__file__).parent.parent / "vectors" / "arithmetic.json"
SHAPES = (((2, 2, 1), 4), ((1, 16, 1), 100), ((2, 5, 7, 3), 37), ((3, 2), 5), ((2, 4, 4, 4, 2), 17))
STEPS = 40


def trainings() -> dict[str, tuple[Training, int]]:
    """By name: what is trained, and the number of samples."""
    found = {}
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
            found[name] = Training(widths, units, loss, optimiser, rate=0.03), samples
    return found


def start(training: Training, samples: int, models: int) -> tuple[Doubles, Doubles, Doubles]:
    """Parameters, inputs and targets, of exact binary fractions that no library rounds."""
    draw = np.random.default_rng(3)
    whole = draw.integers(-(2**20), 2**20, (models, training.parameters))
    x = draw.integers(-(2**10), 2**10, (samples, training.widths[0])) / 2.0**10
    labels = draw.integers(0, training.widths[-1] + (training.widths[-1] == 1), samples)
    y = np.eye(max(2, training.widths[-1]))[labels][:, -training.widths[-1] :]
    return whole / 2.0**20, x, y


def digest(name: str) -> str:
    """A hash of the weights with which eleven models end."""
    training, samples = trainings()[name]
    parameters, x, y = start(training, samples, 11)
    ends, _ = train_stack(training, parameters, x, y, STEPS)
    ends = np.where(np.isnan(ends), np.nan, ends)
    return hashlib.sha256(ends.astype("<f8").tobytes()).hexdigest()[:16]


def digests() -> dict[str, str]:
    """Those of all runs."""
    return {name: digest(name) for name in trainings()}


if __name__ == "__main__":
    VECTORS.write_text(json.dumps(digests(), indent=1) + "\n", encoding="utf-8")
