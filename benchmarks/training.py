"""Training by the compiled arithmetic beside an earlier engine, JAX and ``torch.optim``.

    python -m benchmarks.training [--before FOLDER] [--jax FOLDER] [--rounds N] [--only ROW …]

Every side trains the same nets from the same starts on the same data with Adam, in float64, in a
process of its own that keeps to one core and one thread; within each round the sides take turns.
Numbers are microseconds of CPU time for each model and step, medians of the rounds; the first run
of each side, in which JAX compiles, does not count.

``FOLDER`` after ``--before`` is a worktree of the commit that is compared with, after ``--jax`` an
environment with JAX; either is made if it is not there. Without an option its column stays empty.
JAX runs as ``jit(vmap(scan))`` and as ``jit(map(scan))``, its batches drawn beforehand; the faster
is what the ratio is to. ``torch.optim`` trains three models one after the other, with the fastest
of its Adams. All steps of a run are timed as its side makes them, batches drawn inside but for JAX.

``peak`` is the part of the core's own rate at which the products of the nets run: a loop of
multiplications and additions, made by the same compiler (:mod:`benchmarks.peak`), is 100 %.

Two further tables: nets that see 10,000 samples at every step, and draws of the streams.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import torch

from benchmarks import peak
from benchmarks.sides import LONGER, LOOPED, SIDES, Task
from dlbook.mathematics import nets, rng
from dlbook.training import data

COMMIT, JAX = "c4c9d8e", "jax==0.10.2"
_XLA = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
_SIDES = Path(__file__).parent / "sides.py"


@dataclass(frozen=True)
class Row:
    """A line of the table: a task, and how many times faster it is to be."""

    widths: tuple[int, ...]
    units: str
    models: int
    steps: int
    batch: int | None = None
    before: float = 0.0
    jax: float = 0.0
    samples: int = 512

    @property
    def name(self) -> str:
        """Widths and activation."""
        return f"{'-'.join(map(str, self.widths))} {self.units}"

    def task(self) -> Task:
        """The nets, on XOR, a curve or a classification."""
        stack = nets.init(nets.MLP(self.widths, self.units), range(self.models))
        if self.widths[0] == 1:
            x = torch.linspace(-1, 1, 100, dtype=torch.float64)[:, None]
            y = data.CURVES["sin 12x"](x)
        elif self.widths[-1] == 1:
            x, y = data.xor()
            y = y.reshape(-1, 1).to(torch.float64)
        else:
            x = rng.stream(0, "benchmark").normal(self.samples, self.widths[0])
            y = torch.eye(2, dtype=torch.float64)[(x[:, 0] * x[:, 1] > 0).long()]
        arrays = (part.numpy() for part in (stack.flat, x, y))
        return Task(self.widths, self.units, self.models, self.batch, self.steps, *arrays)

    def operations(self) -> int:
        """Floating point operations of the products of one model's step.

        Forward, gradient by weights, gradient by inputs: two operations per weight and sample each;
        the first layer needs no gradient by inputs.
        """
        samples = self.batch or {1: 100}.get(
            self.widths[0], 4 if self.widths[-1] == 1 else self.samples
        )
        sizes = [inputs * outputs for inputs, outputs in pairwise(self.widths)]
        return 2 * samples * (3 * sum(sizes) - sizes[0])


ROWS = [
    Row((2, 2, 1), "relu", 1024, 300, None, 14, 2.5),
    Row((1, 16, 1), "relu", 96, 200, None, 4.5, 3),
    Row((1, 16, 1), "sigmoid", 32, 200, None, 4, 2.3),
    Row((1, 64, 1), "sigmoid", 32, 100, None, 3, 1.8),
    Row((2, 30, 30, 2), "relu", 384, 10, 64, 5, 3),
    Row((12, 50, 50, 2), "relu", 32, 50, 64, 3, 2),
    Row((12, 100, 100, 2), "relu", 32, 15, 64, 3, 1.5),
    Row((12, 400, 400, 2), "relu", 8, 5, 64, 3, 1.2),
]
LARGE = [
    Row((2, 30, 30, 2), "relu", 8, 5, None, samples=10_000),
    Row((12, 100, 100, 2), "relu", 8, 2, None, samples=10_000),
]
DRAWS = """
import importlib, sys, time
rng = importlib.import_module(sys.argv[1])
def rate(draw):
    draw(1000)
    start = time.process_time()
    draw(2_000_000)
    return 2.0 / (time.process_time() - start)
stream = rng.stream(0, "benchmark")
print(rate(stream.uniform), rate(stream.normal), rate(stream.permutation))
"""


class Side:
    """A process of :mod:`benchmarks.sides`."""

    def __init__(self, name: str, python: str, path: Path) -> None:
        keys = {"PYTHONPATH": str(path), "XLA_FLAGS": _XLA, "OMP_NUM_THREADS": "1"}
        self._name = name
        self._process = subprocess.Popen(
            [python, str(_SIDES), name], env={**os.environ, **keys},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def _ask(self, line: str) -> str:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise SystemExit(f"the side '{self._name}' has ended; what it said stands above")
        return answer

    def prepare(self, path: Path) -> None:
        """Get ready for the task of a file."""
        self._ask(str(path))

    def microseconds(self, row: Row) -> float:
        """CPU time for each model and step of one run."""
        count = (
            3 * LOOPED
            if self._name == "torch"
            else row.models * row.steps * (LONGER if self._name == "ours" else 1)
        )
        return float(self._ask("")) / count * 1e6

    def close(self) -> None:
        """Let it end."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()


def python_with_jax(folder: Path) -> str:
    """The interpreter of an environment with JAX, made if need be."""
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not python.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", JAX], check=True)
    return str(python)


def worktree(folder: Path) -> Path:
    """A worktree of the commit that is compared with, made if need be."""
    if not folder.exists():
        subprocess.run(["git", "worktree", "add", "-q", "--detach", folder, COMMIT], check=True)
    return folder.absolute()


def measured(row: Row, sides: dict[str, Side], rounds: int) -> dict[str, float]:
    """Microseconds for each model and step, by side."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "task.npz"
        row.task().save(str(path))
        for side in sides.values():
            side.prepare(path)
    taken: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, side in sides.items():
            taken[name].append(side.microseconds(row))
    return {name: statistics.median(times) for name, times in taken.items()}


def line(row: Row, times: dict[str, float], rate: float) -> str:
    """One line of the table."""
    mine, jax = times["ours"], min(times.get("jax_vmap", 0.0), times.get("jax_map", 0.0))
    text = f"{row.name:20}{row.models:6}"
    text += "".join(f"{times[name]:10.3f}" if name in times else f"{'':10}" for name in SIDES)
    for other, target in ((times.get("before", 0.0), row.before), (jax, row.jax)):
        kept = "" if not target else "kept" if other / mine >= target else "MISSED"
        text += (
            f"{other / mine:7.2f} {f'>= {target:g}' if target else '':7}{kept:7}" if other else ""
        )
    return f"{text}{row.operations() / mine / 1e-6 / rate:7.0%}"


def draws(before: Path | None) -> None:
    """Print how many millions of numbers a second the streams draw."""
    sides = [("ours", "dlbook.mathematics.rng", Path(__file__).parents[1])]
    sides += [("before", "dlbook.rng", before)] if before else []
    print(f"\n{'millions a second':20}{'uniform':>10}{'normal':>10}{'order':>10}")
    for name, module, path in sides:
        keys = {**os.environ, "PYTHONPATH": str(path), "OMP_NUM_THREADS": "1"}
        done = subprocess.run(
            [sys.executable, "-c", DRAWS, module],
            env=keys,
            cwd=path,
            capture_output=True,
            text=True,
            check=True,
        )
        print(f"{name:20}" + "".join(f"{float(each):10.1f}" for each in done.stdout.split()))


def table(rows: list[Row], sides: dict[str, Side], rounds: int) -> None:
    """Print the lines of some rows; the core's peak is measured beside each."""
    print(f"{'':20}models" + "".join(f"{name:>10}" for name in SIDES), end="")
    print("  before/ours         jax/ours              peak")
    for row in rows:
        times = measured(row, sides, rounds)
        print(line(row, times, peak.rate()), flush=True)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--before", type=Path, help=f"a worktree of {COMMIT}")
    parser.add_argument("--jax", type=Path, help=f"an environment with {JAX}")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="*", default=[], help="parts of the names of rows")
    told = parser.parse_args()
    torch.set_num_threads(1)
    before = worktree(told.before) if told.before else None
    here, python = Path(__file__).parents[1], sys.executable
    sides = {"ours": Side("ours", python, here), "torch": Side("torch", python, here)}
    if before:
        sides["before"] = Side("before", python, before)
    if told.jax:
        jax = python_with_jax(told.jax)
        sides |= {name: Side(name, jax, here) for name in ("jax_vmap", "jax_map")}
    chosen = [row for row in ROWS if not told.only or any(part in row.name for part in told.only)]
    start = time.perf_counter()
    table(chosen, sides, told.rounds)
    if not told.only:
        print("\n10,000 samples a step")
        table(LARGE, sides, told.rounds)
        draws(before)
    for side in sides.values():
        side.close()
    print(f"\n{told.rounds} rounds, {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
