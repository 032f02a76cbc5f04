"""The page's engine beside that of another checkout, per step, in one Chromium.

    python -m benchmarks.page OTHER      (a folder with another version of this repository)

Each task is one network, trained by the workers of both engines in turn, several rounds. Times are
CPU seconds of the browser's processes, which do not depend on what else the machine does; what a
step costs is the median of the rounds, and a ratio is the other's time over ours. A third column
is our build without vectors. While workers train, the page notes its longest task.
"""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from playwright.sync_api import Page

from dlbook.mathematics import rng
from dlbook.site.reading.formulas import node
from dlbook.training import data
from press.reader import browser
from tests.browser import find
from tests.scripts import ROOT

ROUNDS = 5
LONGEST = 50.0  # milliseconds that a task of the page may take
WITHOUT_VECTORS = "WebAssembly.validate = () => false;\n"
BUNDLE = """import { build } from "esbuild";
const [, entry] = process.argv;
const made = await build({ entryPoints: [entry], bundle: true, minify: true, format: "iife",
  target: "es2022", charset: "utf8", write: false });
process.stdout.write(made.outputFiles[0].text);"""
OPEN = """source => {
  globalThis.long = [0];
  new PerformanceObserver(list => long.push(...list.getEntries().map(entry => entry.duration)))
    .observe({type: "longtask"});
  globalThis.worker = new Worker(URL.createObjectURL(new Blob([source])));
}"""
TRAINED = """order => new Promise((resolve, reject) => {
  const given = {...order.given};
  for (const name of ["x", "y"]) given[name] = Float64Array.from(given[name]);
  worker.onerror = ({message}) => reject(new Error(message));
  worker.onmessage = ({data}) => {
    if (data.error) reject(new Error(data.error));
    if (data.done) resolve(Math.max(...long));
  };
  worker.postMessage({do: "start", seed: 0, record: [], run: order.run, given});
})"""


@dataclass(frozen=True)
class Task:
    """One network, its data, the steps of a timing, and how many times as fast we must be."""

    name: str
    widths: tuple[int, ...]
    activation: str
    loss: str
    samples: data.Samples
    steps: int
    least: float
    batch: int | None = None

    def order(self, steps: int) -> dict[str, Any]:
        """What the worker is told."""
        x, y = self.samples
        run = {
            "widths": self.widths, "activation": self.activation, "data": "", "points": 0,
            "init": ["xavier_uniform"] * (len(self.widths) - 1), "loss": self.loss,
            "optimiser": "adam", "rate": 3e-3, "steps": steps, "batch": self.batch, "l2": 0,
            "start": None,
        }  # fmt: skip
        given = {"x": x.flatten().tolist(), "y": y.flatten().tolist(), "n": len(x),
                 "labels": not y.is_floating_point()}  # fmt: skip
        return {"run": run, "given": given}


def tasks() -> Iterator[Task]:
    """The targets of the page, and what stands beside them."""
    line = torch.linspace(-1, 1, 100, dtype=torch.float64)[:, None]
    sine = line, data.CURVES["sin 12x"](line)
    draw = rng.stream(0, "benchmark")
    normal = data.mixture(12, draw).draw(32, 32, draw)
    more = data.mixture(12, draw).draw(200, 200, draw)
    binary, squared, classes = "binary_cross_entropy", "mean_squared_error", "cross_entropy"
    yield Task("XOR 2-2-1 sigmoid", (2, 2, 1), "sigmoid", binary, data.xor(), 400_000, 3)
    yield Task("XOR 2-2-1 ReLU", (2, 2, 1), "relu", binary, data.xor(), 400_000, 3)
    yield Task("1-16-1 sigmoid, 100 points", (1, 16, 1), "sigmoid", squared, sine, 10_000, 3)
    yield Task("1-16-1 tanh, 100 points", (1, 16, 1), "tanh", squared, sine, 10_000, 3)
    yield Task("1-64-1 sigmoid, 100 points", (1, 64, 1), "sigmoid", squared, sine, 6000, 5)
    yield Task("1-64-1 ReLU, 100 points", (1, 64, 1), "relu", squared, sine, 6000, 5)
    wide = (12, 32, 32, 2)
    yield Task("12-32-32-2 ReLU, 64 points", wide, "relu", classes, normal, 6000, 8)
    yield Task("12-32-32-2 ReLU, 64 of 400", wide, "relu", classes, more, 6000, 8, batch=64)


def engine(root: Path) -> str:
    """The worker of a checkout, as one script."""
    entry = root.resolve() / "web" / "src" / "engine" / "worker.ts"
    done = subprocess.run(
        [node(), "--input-type=module", "--eval", BUNDLE, "--", str(entry)],
        cwd=ROOT / "web", capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    return done.stdout


def spent() -> float:
    """CPU seconds of all processes that this one has started and that live."""
    parents, times = {}, {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended meanwhile
        parents[int(path.parent.name)] = int(fields[1])
        times[int(path.parent.name)] = int(fields[11]) + int(fields[12])
    found, ours = {os.getpid()}, 0
    while len(found) > ours:
        ours = len(found)
        found |= {each for each, parent in parents.items() if parent in found}
    ticks = sum(times[each] for each in found - {os.getpid()})
    return ticks / os.sysconf("SC_CLK_TCK")


def microseconds(page: Page, source: str, task: Task) -> tuple[float, float]:
    """What a step costs once the browser has compiled the engine, and the page's longest task."""
    page.evaluate(OPEN, source)
    page.evaluate(TRAINED, task.order(task.steps // 2))
    start = spent()
    longest = page.evaluate(TRAINED, task.order(task.steps))
    cost = (spent() - start) / task.steps * 1e6
    page.evaluate("worker.terminate()")
    return cost, longest


def main(other: Path) -> None:
    """Print the table."""
    subprocess.run([node(), "arithmetic/compile.mjs"], cwd=ROOT / "web", check=True)
    sources = [engine(other), engine(ROOT)]
    sources.append(WITHOUT_VECTORS + sources[1])
    columns = "".join(f"{name:>9}" for name in ("other", "ours", "plain", "ratio", "plain"))
    print(f"{'CPU microseconds per step':<28}{columns}")
    rows, worst = {}, 0.0
    with browser(find()) as chromium:
        page = chromium.new_page()
        for task in tasks():
            times: list[list[float]] = [[], [], []]
            for _ in range(ROUNDS):
                for side, source in zip(times, sources, strict=True):
                    cost, longest = microseconds(page, source, task)
                    side.append(cost)
                    worst = max(worst, longest)
            theirs, ours, plain = (statistics.median(side) for side in times)
            mark = "" if theirs / ours >= task.least else f"  MISSED {task.least:g}"
            rows[task.name] = theirs / ours
            print(f"{task.name:<28}{theirs:>9.2f}{ours:>9.2f}{plain:>9.2f}{theirs / ours:>9.2f}"
                  f"{theirs / plain:>9.2f}{mark}", flush=True)  # fmt: skip
    print(f"longest task of the page: {worst:.0f} ms" + ("  MISSED" if worst > LONGEST else ""))
    print(json.dumps(rows))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m benchmarks.page OTHER, a checkout to be compared with")
    main(Path(sys.argv[1]))
