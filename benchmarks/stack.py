"""Stacks trained by the compiled arithmetic and by the engine of the book, on the same work.

    python -m benchmarks.stack [ROUNDS]

Both in float64 with Adam, the sides taking turns; microseconds of one thread's CPU time for each
model and step, median of the rounds. Weights are compared after 20 steps, where rounding has not
parted them yet.
"""

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from dlbook.arithmetic.one_model import Training
from dlbook.arithmetic.stack import train_stack
from dlbook.mathematics import nets, optim
from dlbook.training import data, train

_RATE, _LOSS = 3e-3, "mean_squared_error"


@dataclass(frozen=True)
class Row:
    """A shape of net, trained on one set of data."""

    widths: tuple[int, ...]
    units: str
    models: int
    x: Tensor
    y: Tensor
    steps: int


def rows() -> list[Row]:
    """Those of narrow nets that see all their data at every step."""
    corners, labels = data.xor()
    line = torch.linspace(-1, 1, 100, dtype=torch.float64)[:, None]
    curve = data.CURVES["sin 12x"](line)
    on_curve = [((1, 16, 1), "relu", 96, 200), ((1, 16, 1), "sigmoid", 32, 200),
                ((1, 64, 1), "sigmoid", 32, 100)]  # fmt: skip
    xor = Row((2, 2, 1), "relu", 1024, corners, labels.reshape(-1, 1).to(torch.float64), 300)
    return [xor, *(Row(w, f, models, line, curve, steps) for w, f, models, steps in on_curve)]


def seconds(work: Callable[[], object]) -> float:
    """CPU seconds of this thread."""
    start = time.thread_time()
    work()
    return time.thread_time() - start


def compare(row: Row, rounds: int) -> str:
    """One line of the table."""
    stack = nets.init(nets.MLP(row.widths, row.units), range(row.models))
    training = Training(row.widths, row.units, _LOSS, rate=_RATE)
    flat, x, y = (part.numpy() for part in (stack.flat, row.x, row.y))

    def theirs(steps: int) -> Tensor:
        adam = optim.Adam(_RATE)
        done = train.fit(stack, row.x, row.y, loss=_LOSS, optimiser=adam, steps=steps)
        return done.stack.flat

    def ours(steps: int) -> np.ndarray:
        return train_stack(training, flat, x, y, steps)[0]

    apart = float(np.abs(theirs(20).numpy() - ours(20)).max())
    times = [
        (seconds(lambda: theirs(row.steps)), seconds(lambda: ours(4 * row.steps)) / 4)
        for _ in range(rounds)
    ]
    old, new = (
        statistics.median(side) / row.steps / row.models * 1e6 for side in zip(*times, strict=True)
    )
    name = "-".join(map(str, row.widths))
    return f"{name:8}{row.units:9}{row.models:5}{old:9.3f}{new:9.3f}{old / new:7.1f}{apart:10.0e}"


def main(rounds: int) -> None:
    """Print the table."""
    torch.set_num_threads(1)
    print(f"{'':17}models   engine  compiled  times   apart")
    for row in rows():
        print(compare(row, rounds), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
