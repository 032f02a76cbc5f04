"""When runs by the book's own arithmetic part from those of torch, which only rounds otherwise.

    python -m benchmarks.parting

A line for each run: its name, then the greatest difference of a weight at growing steps. Training
that settles forgets how a number was rounded; training at a high rate amplifies it.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from dlbook.mathematics import nets, optim, rng
from dlbook.mathematics.optim import Optimiser
from dlbook.training import data, train
from dlbook.training.by_arithmetic import fit_by_arithmetic
from dlbook.training.by_matrices import fit_by_matrices

_SEEDS, _AT = range(16), (1, 10, 100, 300, 500, 700, 1000, 1500, 2000)


@dataclass(frozen=True)
class Parted:
    """A run that both engines train."""

    widths: tuple[int, ...]
    activation: str
    samples: tuple[Tensor, Tensor]
    loss: str
    optimiser: Optimiser
    batch: int | None = None


def runs() -> list[Parted]:
    line = torch.linspace(-1, 1, 100, dtype=torch.float64)[:, None]
    curve = line, data.CURVES["sin 12x"](line)
    moons = data.moons(200, 0.2, rng.stream(0, "moons"))
    adam, fast = optim.Adam(3e-3), optim.Adam(3e-2)
    return [
        Parted((2, 2, 1), "sigmoid", data.xor(), "binary_cross_entropy", fast),
        Parted((1, 16, 1), "sigmoid", curve, "mean_squared_error", adam),
        Parted((1, 16, 1), "sigmoid", curve, "mean_squared_error", fast),
        Parted((1, 16, 1), "relu", curve, "mean_squared_error", fast),
        Parted((1, 16, 1), "tanh", curve, "mean_squared_error", optim.SGD(0.1)),
        Parted((2, 30, 30, 2), "relu", moons, "cross_entropy", adam, 64),
    ]


def apart(run: Parted) -> list[float]:
    """The greatest difference of a weight at each of the steps."""
    stack = nets.init(nets.MLP(run.widths, run.activation), _SEEDS)
    settings: dict[str, Any] = {
        "loss": run.loss, "optimiser": run.optimiser, "steps": _AT[-1], "batch": run.batch,
        "at": _AT, "watch": lambda now: now.flat, "tolerate": True,
    }  # fmt: skip
    theirs, ours = (
        train.fit(stack, *run.samples, **settings, engine=engine).watched
        for engine in (fit_by_matrices, fit_by_arithmetic)
    )
    assert theirs is not None
    assert ours is not None
    found: list[float] = (ours - theirs).abs().amax((0, 2)).tolist()
    return found


def main() -> None:
    """Print the table."""
    print(f"{'after':34}" + "".join(f"{step:8}" for step in _AT))
    for run in runs():
        optimiser = f"{type(run.optimiser).__name__} {getattr(run.optimiser, 'rate', '')}"
        name = f"{'-'.join(map(str, run.widths))} {run.activation} {optimiser}"
        print(f"{name:34}" + "".join(f"{value:8.0e}" for value in apart(run)), flush=True)


if __name__ == "__main__":
    main()
