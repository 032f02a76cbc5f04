"""A run as the book trains it, for tests that hold the page to it."""

import dataclasses
from collections.abc import Sequence

from dlbook.training.replay import Run


def course(run: Run, seed: int, record: Sequence[int]) -> tuple[list[float], list[float]]:
    """The losses over all the data at these steps, ascending, and the parameters at the last."""
    ended = dataclasses.replace(run, steps=record[-1]).fit([seed], at=record)
    return ended.losses[0].tolist(), ended.stack.flat[0].tolist()
