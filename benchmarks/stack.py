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
from dlbook.arithmetic.stack import Trainer
from dlbook.mathematics import nets, optim, rng
from dlbook.training import data, train

_RATE = 3e-3


@dataclass(frozen=True)
class Row:
    """A shape of net, trained on one set of data."""

    widths: tuple[int, ...]
    units: str
    models: int
    x: Tensor
    y: Tensor
    steps: int
    batch: int | None = None
    loss: str = "mean_squared_error"


def rows() -> list[Row]:
    """Narrow nets that see all their data at every step, and wider ones that see batches."""
    corners, labels = data.xor()
    line = torch.linspace(-1, 1, 100, dtype=torch.float64)[:, None]
    curve = data.CURVES["sin 12x"](line)
    on_curve = [((1, 16, 1), "relu", 96, 200), ((1, 16, 1), "sigmoid", 32, 200),
                ((1, 64, 1), "sigmoid", 32, 100)]  # fmt: skip
    xor = Row((2, 2, 1), "relu", 1024, corners, labels.reshape(-1, 1).to(torch.float64), 300)
    narrow = [xor, *(Row(w, f, models, line, curve, steps) for w, f, models, steps in on_curve)]
    return [*narrow, *batches()]


def batches() -> list[Row]:
    """Classifiers that see 64 of 512 samples, or of 10,000, at every step."""
    found = []
    for widths, samples, models, steps in [
        ((2, 30, 30, 2), 512, 384, 20), ((2, 30, 30, 2), 10_000, 384, 20),
        ((12, 50, 50, 2), 512, 32, 60), ((12, 100, 100, 2), 512, 32, 20),
    ]:  # fmt: skip
        x = rng.stream(0, "benchmark").normal(samples, widths[0])
        y = torch.eye(2, dtype=torch.float64)[(x[:, 0] * x[:, 1] > 0).long()]
        found.append(Row(widths, "relu", models, x, y, steps, 64, "cross_entropy"))
    return found


def seconds(work: Callable[[], object]) -> float:
    """CPU seconds of this thread."""
    start = time.thread_time()
    work()
    return time.thread_time() - start


def compare(row: Row, rounds: int) -> str:
    """One line of the table."""
    stack = nets.init(nets.MLP(row.widths, row.units), range(row.models))
    training = Training(row.widths, row.units, row.loss, rate=_RATE)
    flat, x, y = (part.numpy() for part in (stack.flat, row.x, row.y))

    def theirs(steps: int) -> Tensor:
        adam = optim.Adam(_RATE)
        done = train.fit(
            stack, row.x, row.y, loss=row.loss, optimiser=adam, steps=steps, batch=row.batch
        )
        return done.stack.flat

    def ours(steps: int) -> np.ndarray:
        trainer = Trainer(training, flat, x, y, batch=row.batch, seeds=range(row.models))
        trainer.advance(steps)
        return trainer.parameters

    apart = float(np.abs(theirs(20).numpy() - ours(20)).max())
    times = [
        (seconds(lambda: theirs(row.steps)), seconds(lambda: ours(4 * row.steps)) / 4)
        for _ in range(rounds)
    ]
    old, new = (
        statistics.median(side) / row.steps / row.models * 1e6 for side in zip(*times, strict=True)
    )
    name = "-".join(map(str, row.widths))
    return f"{name:14}{row.units:9}{row.models:5}{old:9.3f}{new:9.3f}{old / new:7.1f}{apart:10.0e}"


def main(rounds: int) -> None:
    """Print the table."""
    torch.set_num_threads(1)
    print(f"{'':23}models   engine  compiled  times   apart")
    for row in rows():
        print(compare(row, rounds), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
