"""A run by the arithmetic of the book, for tests that hold the page to it."""

from collections.abc import Sequence

import numpy as np
import torch

from dlbook.arithmetic.one_model import Training
from dlbook.arithmetic.prediction import mean_losses
from dlbook.arithmetic.stack import Trainer
from dlbook.mathematics import losses
from dlbook.training.replay import Run

CONSTANTS = {"adagrad": {"eps": 1e-10}, "rmsprop": {"first": 0.99}}


def course(run: Run, seed: int, record: Sequence[int]) -> tuple[list[float], list[float]]:
    """The losses over all the data at these steps, ascending, and the parameters at the last."""
    training = Training(
        run.widths, run.activation, run.loss, run.optimiser, run.rate,
        l1=run.l1, l2=run.l2, **CONSTANTS.get(run.optimiser, {}),
    )  # fmt: skip
    found = run.samples([seed])
    x = found.x.numpy()
    y = losses.loss(run.loss).target(found.y, run.widths[-1], torch.float64).numpy()
    starts = run.stack([seed]).flat.numpy()
    trainer = Trainer(training, starts, x, y, batch=run.batch, seeds=[seed])
    values, made = [], 0
    for step in record:
        trainer.advance(step - made)
        values.append(float(mean_losses(training, trainer.parameters, x, y)[0]))
        made = step
    assert np.isfinite(values).all()
    return values, trainer.parameters[0].tolist()
