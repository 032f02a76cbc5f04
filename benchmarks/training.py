"""The stack against a loop over ``nn.Sequential`` with ``torch.optim``, on the same work.

    python benchmarks/training.py

For each task both sides train with Adam in float32 on one thread, alternating within one process;
a time is the median over the rounds, per model and step. The loop runs twice: with torch's default
Adam, and with the fastest that torch offers for the task, by a trial of each. The last line
compares the arithmetic of the largest stack with what ``torch.mm`` reaches on one big square
product in the same run.
"""

import math
import statistics
import time
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from dlbook.mathematics import nets, optim, rng
from dlbook.training import data, train

RATE = 3e-3
ROUNDS = 5


@dataclass(frozen=True)
class Task:
    name: str
    net: nets.MLP
    replicas: int
    x: Tensor
    y: Tensor
    batch: int | None
    steps: int
    required: float = 0.0

    @property
    def loss(self) -> str:
        return "cross_entropy" if self.net.widths[-1] > 1 else "mean_squared_error"


def tasks() -> list[Task]:
    draw = rng.stream(0, "data")
    x_xor, y_xor = data.xor()
    line = torch.linspace(-1, 1, 100, dtype=torch.float64)[:, None]
    curve = data.CURVES["sin 12x"](line)
    moons = data.moons(400, 0.1, draw)
    normal = data.mixture(12, draw).draw(200, 200, draw)

    def shape(*widths: int) -> nets.MLP:
        return nets.MLP(widths)

    return [
        Task("XOR", shape(2, 2, 1), 1024, x_xor, y_xor, None, 300),
        Task("100 points", shape(1, 16, 1), 96, line, curve, None, 300, required=30),
        Task("moons", shape(2, 30, 30, 2), 384, *moons, 64, 60),
        Task("mixture", shape(12, 50, 50, 2), 32, *normal, 64, 200, required=8),
        Task("mixture", shape(12, 100, 100, 2), 32, *normal, 64, 100),
    ]


def stacked(task: Task) -> float:
    """Seconds per model and step of the stack."""
    stack = nets.init(task.net, range(task.replicas), dtype=torch.float32)
    start = time.perf_counter()
    train.fit(
        stack,
        task.x,
        task.y,
        loss=task.loss,
        optimiser=optim.Adam(RATE),
        steps=task.steps,
        batch=task.batch,
    )
    return (time.perf_counter() - start) / task.steps / task.replicas


def looped(task: Task, adam: dict[str, bool], steps: int = 100, replicas: int = 3) -> float:
    """Seconds per model and step of the loop, from a few replicas."""
    x = task.x.float()
    classes = task.net.widths[-1] > 1
    y = task.y if classes else task.y.float().reshape(-1, 1)
    criterion: nn.Module = nn.CrossEntropyLoss() if classes else nn.MSELoss()
    models = [sequential(task.net) for _ in range(replicas)]
    optimisers = [torch.optim.Adam(m.parameters(), lr=RATE, **adam) for m in models]  # type: ignore[arg-type]
    start = time.perf_counter()
    shuffling = torch.Generator().manual_seed(0)
    for model, optimiser in zip(models, optimisers, strict=True):
        order = torch.empty(0, dtype=torch.int64)
        for _ in range(steps):
            xb, yb = x, y
            if task.batch is not None:
                if len(order) < task.batch:
                    order = torch.cat([order, torch.randperm(len(x), generator=shuffling)])
                index, order = order[: task.batch], order[task.batch :]
                xb, yb = x[index], y[index]
            optimiser.zero_grad()
            criterion(model(xb), yb).backward()
            optimiser.step()
    return (time.perf_counter() - start) / steps / replicas


def sequential(net: nets.MLP) -> nn.Sequential:
    """The net as torch builds it, from the same start each time: only its speed counts."""
    torch.manual_seed(0)
    layers: list[nn.Module] = []
    for fan_in, fan_out in net.shapes:
        layers += [nn.Linear(fan_in, fan_out), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def fastest_adam(task: Task) -> dict[str, bool]:
    options = [{"foreach": False}, {"foreach": True}, {"fused": True}]
    seconds = [min(looped(task, option) for _ in range(3)) for option in options]
    return options[seconds.index(min(seconds))]


def product_rate(size: int = 1024) -> float:
    """Floating point operations per second of ``torch.mm``, float32."""
    a = torch.randn(size, size, generator=torch.Generator().manual_seed(0))
    out = torch.empty(size, size)
    seconds = []
    for _ in range(10):
        start = time.perf_counter()
        torch.mm(a, a, out=out)
        seconds.append(time.perf_counter() - start)
    return 2 * size**3 / statistics.median(seconds)


def operations(task: Task) -> int:
    """Floating point operations of the matrix products of one model's step.

    Forward, gradient by weights, gradient by inputs: two operations per weight and sample each;
    the first layer needs no gradient by inputs.
    """
    samples = task.batch or len(task.x)
    sizes = [math.prod(shape) for shape in task.net.shapes]
    return 2 * samples * (3 * sum(sizes) - sizes[0])


def main() -> None:
    torch.set_num_threads(1)
    rate = product_rate()
    print(
        f"{'µs per model and step':22} {'models':>6} {'stack':>8} {'loop':>8} {'ratio':>6}", end=""
    )
    print(f" {'fastest loop':>16} {'ratio':>6} {'required':>8}")
    for task in tasks():
        best = fastest_adam(task)
        stacked(task)
        rounds = [(stacked(task), looped(task, {}), looped(task, best)) for _ in range(ROUNDS)]
        stack, loop, fast = (1e6 * statistics.median(times) for times in zip(*rounds, strict=True))
        label = f"{task.name} {'-'.join(map(str, task.net.widths))}"
        option = "".join(name for name, value in best.items() if value) or "plain"
        print(f"{label:22} {task.replicas:6} {stack:8.2f} {loop:8.1f} {loop / stack:6.1f}", end="")
        print(f" {option:>7} {fast:8.1f} {fast / stack:6.1f} {task.required or '':>8}")
    share = operations(task) / (stack * 1e-6) / rate
    print(f"products of the last stack: {share:.0%} of torch.mm, {rate / 1e9:.0f} GF/s")


if __name__ == "__main__":
    main()
