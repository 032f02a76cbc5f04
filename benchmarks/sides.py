"""The sides of the benchmark of training, each in a process of its own, which is told what to do.

    python benchmarks/sides.py SIDE

A line on standard input names a task's file (see :mod:`benchmarks.training`): the side gets ready
and answers ``ready``. An empty line: it makes the task's steps and answers with the CPU seconds
that the process took for them. What a side needs is imported by name when it is needed, because no
environment holds everything: JAX has one of its own, and an earlier engine has another ``dlbook``.
"""

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

RATE = 3e-3
Work = Callable[[], object]


@dataclass(frozen=True)
class Task:
    """A stack of nets, its data, and how many steps are made."""

    widths: tuple[int, ...]
    units: str
    models: int
    batch: int | None
    steps: int
    starts: Any  # (s, P), layer by layer weights (in, out), then biases
    x: Any
    y: Any

    @property
    def classes(self) -> bool:
        """Whether the loss is cross-entropy, not the mean squared error."""
        return self.widths[-1] > 1

    @property
    def loss(self) -> str:
        """Its name in the book."""
        return "cross_entropy" if self.classes else "mean_squared_error"

    def save(self, path: str) -> None:
        """Write it to a file."""
        np.savez(
            path, widths=self.widths, units=self.units, models=self.models,
            batch=self.batch or 0, steps=self.steps, starts=self.starts, x=self.x, y=self.y,
        )  # fmt: skip


def loaded(path: str) -> Task:
    """The task of a file."""
    with np.load(path) as held:
        whole = {name: int(held[name]) for name in ("models", "batch", "steps")}
        return Task(
            tuple(held["widths"].tolist()), str(held["units"]), whole["models"],
            whole["batch"] or None, whole["steps"], held["starts"], held["x"], held["y"],
        )  # fmt: skip


def ours(task: Task) -> Work:
    """The compiled arithmetic, with lanes as they suit the shape."""
    training = import_module("dlbook.arithmetic.one_model").Training(
        task.widths, task.units, task.loss, rate=RATE
    )
    kind = import_module("dlbook.arithmetic.wide").fitting(training, task.models)

    def work() -> None:
        seeds = range(task.models)
        trainer = kind(training, task.starts, task.x, task.y, batch=task.batch, seeds=seeds)
        trainer.advance(LONGER * task.steps)

    return work


def before(task: Task) -> Work:
    """The engine of an earlier commit, which composes torch's functions."""
    torch, nets, optim, train = map(
        import_module, ("torch", "dlbook.nets", "dlbook.optim", "dlbook.train")
    )
    torch.set_num_threads(1)
    stack = nets.init(nets.MLP(task.widths, task.units), range(task.models))
    x, y = torch.from_numpy(task.x), torch.from_numpy(task.y)
    y = y.argmax(1) if task.classes else y
    return lambda: train.fit(
        stack, x, y, loss=task.loss, optimiser=optim.Adam(RATE), steps=task.steps, batch=task.batch
    )


def jax_vmap(task: Task) -> Work:
    """``jit(vmap(scan))``: all models at once."""
    return _jax(task, "vmap")


def jax_map(task: Task) -> Work:
    """``jit(map(scan))``: one model after the other."""
    return _jax(task, "map")


def _jax(task: Task, how: str) -> Work:
    jax = import_module("jax")
    jax.config.update("jax_enable_x64", True)
    jnp, lax = jax.numpy, jax.lax
    units = {"relu": jax.nn.relu, "sigmoid": jax.nn.sigmoid}[task.units]
    x, y = jnp.asarray(task.x), jnp.asarray(task.y)

    def loss(layers: Any, x: Any, y: Any) -> Any:
        h = x
        for W, b in layers[:-1]:
            h = units(h @ W + b)
        o = h @ layers[-1][0] + layers[-1][1]
        if task.classes:
            return -(y * jax.nn.log_softmax(o)).sum(1).mean()
        return ((o - y) ** 2).mean()

    def step(state: Any, seen: Any) -> Any:
        w, m, v, count = state
        g = jax.grad(loss)(w, x, y) if task.batch is None else jax.grad(loss)(w, x[seen], y[seen])
        tree, count = jax.tree_util.tree_map, count + 1
        m = tree(lambda m, g: 0.9 * m + 0.1 * g, m, g)
        v = tree(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)
        rate, stretch = RATE / (1 - 0.9**count), 1 / jnp.sqrt(1 - 0.999**count)
        w = tree(lambda w, m, v: w - rate * m / (jnp.sqrt(v) * stretch + 1e-8), w, m, v)
        return (w, m, v, count), None

    def run(given: Any) -> Any:
        w, seen = given
        zero = jax.tree_util.tree_map(jnp.zeros_like, w)
        return lax.scan(step, (w, zero, zero, 0.0), seen, length=task.steps)[0][0]

    every = jax.vmap(run) if how == "vmap" else lambda given: lax.map(run, given)
    compiled, given = jax.jit(every), (_layers(task, jnp), _seen(task, jnp))
    return lambda: jax.block_until_ready(compiled(given))


def _layers(task: Task, jnp: Any) -> Any:
    found, place = [], 0
    for inputs, outputs in zip(task.widths, task.widths[1:], strict=False):
        W = task.starts[:, place : place + inputs * outputs].reshape(-1, inputs, outputs)
        place += (inputs + 1) * outputs
        found.append((jnp.asarray(W), jnp.asarray(task.starts[:, place - outputs : place])))
    return found


def _seen(task: Task, jnp: Any) -> Any:
    """Sample numbers ``(s, steps, batch)``, permutation after permutation, drawn beforehand."""
    draw, size = np.random.default_rng(0), task.steps * (task.batch or 0)
    epochs = -(-size // len(task.x))
    orders = [
        np.concatenate(
            [np.zeros(0, np.int64), *(draw.permutation(len(task.x)) for _ in range(epochs))]
        )
        for _ in range(task.models)
    ]
    return jnp.asarray(np.array(orders)[:, :size].reshape(task.models, task.steps, -1))


def torch_loop(task: Task) -> Work:
    """A loop over three ``nn.Sequential`` with the fastest Adam that ``torch.optim`` has here."""
    torch = import_module("torch")
    torch.set_num_threads(1)
    options = [{"foreach": False}, {"foreach": True}, {"fused": True}]
    works = [_torch(torch, task, option) for option in options]
    taken = []
    for work in works:
        work()
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return works[taken.index(min(taken))]


def _torch(torch: Any, task: Task, adam: dict[str, bool]) -> Work:
    x, y = torch.from_numpy(task.x), torch.from_numpy(task.y)
    y = y.argmax(1) if task.classes else y
    units = {"relu": torch.nn.ReLU, "sigmoid": torch.nn.Sigmoid}[task.units]
    criterion = torch.nn.CrossEntropyLoss() if task.classes else torch.nn.MSELoss()

    def work() -> None:
        for _ in range(3):
            layers: list[Any] = []
            for inputs, outputs in zip(task.widths, task.widths[1:], strict=False):
                layers += [torch.nn.Linear(inputs, outputs, dtype=torch.float64), units()]
            model = torch.nn.Sequential(*layers[:-1])
            optimiser = torch.optim.Adam(model.parameters(), lr=RATE, **adam)
            order = torch.empty(0, dtype=torch.int64)
            for _ in range(LOOPED):
                xb, yb = x, y
                if task.batch is not None:
                    if len(order) < task.batch:
                        order = torch.cat([order, torch.randperm(len(x))])
                    index, order = order[: task.batch], order[task.batch :]
                    xb, yb = x[index], y[index]
                optimiser.zero_grad()
                criterion(model(xb), yb).backward()
                optimiser.step()

    return work


LONGER = 4  # times as many steps for the compiled arithmetic, which takes as much less for one
LOOPED = 20  # steps of each of the three models of the loop
SIDES: dict[str, Callable[[Task], Work]] = {
    "ours": ours, "before": before, "jax_vmap": jax_vmap, "jax_map": jax_map, "torch": torch_loop,
}  # fmt: skip


def serve(name: str) -> None:
    """Answer line after line until there is none."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    work: Work | None = None
    for line in sys.stdin:
        if line.strip():
            work = SIDES[name](loaded(line.strip()))
            work()  # what compiles, compiles now
            print("ready", flush=True)
        elif work is not None:
            start = time.process_time()
            work()
            print(time.process_time() - start, flush=True)


if __name__ == "__main__":
    serve(sys.argv[1])
