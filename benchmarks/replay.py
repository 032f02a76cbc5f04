"""The page's engine against torch: how fast it trains, and whether it is the book's.

    python -m benchmarks.replay          (or: make benchmark)

Speed: one network, trained by ``dlbook.training.train`` on one torch thread and by the engine's
worker in headless Chromium, in turn, several rounds; a time is the median per step, and the
ratio says how many steps the page makes in the time of one of torch's. While the worker trains, the
page notes its longest task, which must stay under 50 ms. Agreement: the default run of every figure
that can be replayed, ten seeds, whole, in Node: how many losses and parameters differ.
"""

import json
import statistics
import subprocess
import time
from dataclasses import dataclass
from typing import Any

import torch
from playwright.sync_api import Page

from dlbook.mathematics import nets, optim, rng
from dlbook.site.pages.explorables import bundles
from dlbook.site.reading.formulas import node
from dlbook.training import data, train
from dlbook.training.page_run import page_run
from dlbook.training.replay import geometric
from press.reader import browser
from tests.browser import find
from tests.scripts import NAMES, ROOT, script
from tests.web.book import course

ROUNDS = 5
LEAST = 0.5  # steps of the page in the time of one of torch's
LONGEST = 50.0  # milliseconds that a task of the page may take
SEEDS = 10

IN_THE_PAGE = """async ([source, orders]) => {
  const long = [0];
  new PerformanceObserver(list => long.push(...list.getEntries().map(entry => entry.duration)))
    .observe({type: "longtask"});
  const worker = new Worker(URL.createObjectURL(new Blob([source])));
  const once = order => new Promise((resolve, reject) => {
    worker.onmessage = ({data}) => {
      if (data.error) reject(new Error(data.error));
      if (data.done) resolve(performance.now() - start);
    };
    const given = {...order.given};
    for (const name of ["x", "y"]) given[name] = Float64Array.from(given[name]);
    const start = performance.now();
    worker.postMessage({do: "start", seed: 0, record: [], run: order.run, given});
  });
  await once(orders.warm);
  const spent = await once(orders.whole);
  worker.terminate();
  await new Promise(done => setTimeout(done, 50));
  return [spent, Math.max(...long)];
}"""


@dataclass(frozen=True)
class Task:
    """One network, its data ``x`` ``(n, in)`` and ``y``, and how many steps make one timing."""

    name: str
    net: nets.MLP
    init: str
    loss: str
    x: torch.Tensor
    y: torch.Tensor
    batch: int | None
    steps: int

    def torch_seconds(self) -> float:
        """Seconds per step of ``dlbook.training.train``."""
        stack = nets.init(self.net, [0], self.init)
        start = time.perf_counter()
        train.fit(stack, self.x, self.y, loss=self.loss, optimiser=optim.Adam(3e-3),
                  steps=self.steps, batch=self.batch)  # fmt: skip
        return (time.perf_counter() - start) / self.steps

    def page_seconds(self, page: Page, source: str) -> tuple[float, float]:
        """Seconds per step of the page's worker, and its longest task in milliseconds."""
        orders = {"warm": self._order(self.steps // 5), "whole": self._order(self.steps)}
        spent, longest = page.evaluate(IN_THE_PAGE, [source, orders])
        return spent / 1000 / self.steps, longest

    def _order(self, steps: int) -> dict[str, Any]:
        is_class = not self.y.is_floating_point()
        run = {
            "widths": self.net.widths, "activation": self.net.activation,
            "init": [self.init] * len(self.net.shapes), "data": "", "points": 0, "loss": self.loss,
            "optimiser": "adam", "rate": 3e-3, "steps": steps, "batch": self.batch, "l2": 0,
            "start": None,
        }  # fmt: skip
        given = {"x": self.x.flatten().tolist(), "y": self.y.flatten().tolist(),
                 "n": len(self.x), "labels": is_class}  # fmt: skip
        return {"run": run, "given": given}


def tasks() -> list[Task]:
    four, line = data.xor(), torch.linspace(-1, 1, 100, dtype=torch.float64)[:, None]
    sine = line, data.CURVES["sin 12x"](line)
    draw = rng.stream(0, "benchmark")
    moons, normal = data.moons(400, 0.1, draw), data.mixture(12, draw).draw(200, 200, draw)

    def boolean(units: int, steps: int) -> Task:
        net = nets.MLP((2, units, 1))
        loss = "binary_cross_entropy"
        return Task(f"XOR, {units} ReLU", net, "xavier_uniform", loss, *four, None, steps)

    def curve(units: int, name: str, steps: int) -> Task:
        net = nets.MLP((1, units, 1), name)
        start = "xavier_uniform_with_biases"
        loss = "mean_squared_error"
        return Task(f"100 points, {units} {name}", net, start, loss, *sine, None, steps)

    def classes(points: data.Samples, units: int, name: str) -> Task:
        net = nets.MLP((points[0].shape[1], units, units, 2), name)
        shape = "-".join(map(str, net.widths))
        return Task(f"{shape} {name}, batches of 64", net, "he_normal", "cross_entropy",
                    *points, 64, 3000)  # fmt: skip

    return [
        boolean(2, 20_000),
        boolean(16, 20_000),
        curve(16, "sigmoid", 5000),
        curve(64, "sigmoid", 3000),
        curve(64, "relu", 3000),
        classes(moons, 30, "relu"),
        classes(normal, 32, "relu"),
        classes(normal, 32, "tanh"),
    ]


def speed() -> None:
    """Print the table of speeds."""
    source = bundles(ROOT / "web")["assets/explore/engine.js"].decode()
    print(f"{'task':<32} {'torch':>9} {'page':>9}  {'ratio':>5}  longest task of the page")
    with browser(find()) as chromium:
        page = chromium.new_page()
        for task in tasks():
            ours, theirs, longest = [], [], 0.0
            for _ in range(ROUNDS):
                ours.append(task.torch_seconds())
                spent, long = task.page_seconds(page, source)
                theirs.append(spent)
                longest = max(longest, long)
            one, other = statistics.median(ours), statistics.median(theirs)
            marks = "" if one / other >= LEAST and longest < LONGEST else "  MISSED"
            print(f"{task.name:<32} {1e6 * one:>6.1f} µs {1e6 * other:>6.1f} µs"
                  f"  {one / other:>5.2f}  {longest:.0f} ms{marks}")  # fmt: skip


def agreement() -> None:
    """Print how many numbers of each replayable figure's runs differ from the page's: none."""
    print(f"\n{'ten seeds, whole: losses and parameters':<44} {'compared':>9} {'different':>9}")
    for name in NAMES:
        loaded: Any = script(name)
        if not hasattr(loaded, "Replay"):
            continue
        choice = loaded.Replay()
        run = loaded.replay(choice, loaded.Config())
        try:
            page_run(run)
        except ValueError:
            continue  # names and numbers do not say all of it
        seeds = range(SEEDS) if hasattr(choice, "seed") else range(1)
        record = geometric(run.steps)
        jobs = [{"run": run.to_json(), "seed": seed, "record": record} for seed in seeds]
        answer = subprocess.run(
            [node(), ROOT / "tests" / "web" / "train.ts"], input=json.dumps(jobs),
            capture_output=True, encoding="utf-8", check=True,
        )  # fmt: skip
        theirs = [number for each in json.loads(answer.stdout) for part in each for number in part]
        ours = [number for seed in seeds for part in course(run, seed, record) for number in part]
        apart = sum(one != other for one, other in zip(ours, theirs, strict=True))
        print(f"{name:<44} {len(ours):>9} {apart:>9}")


if __name__ == "__main__":
    torch.set_num_threads(1)
    speed()
    agreement()
