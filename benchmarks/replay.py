"""Every replayable run in the page, whole, beside the book's: how many numbers differ.

    python -m benchmarks.replay          (or: make benchmark)

The usual run of every figure that the page can repeat is trained to its last step from ten seeds by
the book, and by the engine's worker in headless Chromium, in the build with vectors and in the one
without. Compared are the losses at steps along the way and all parameters at the end; a number
differs if any bit does, and none should. The tests take fewer seeds and more settings.
"""

import sys
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Page

from dlbook.training.page_run import page_run
from dlbook.training.replay import Run, geometric
from press.reader import browser
from tests.browser import find
from tests.scripts import NAMES, script
from tests.web.workers import sources, trained

SEEDS = 10


def replayable() -> Iterator[tuple[str, Run, range]]:
    """Every figure whose runs the page can train: its usual run, and seeds, one if it has none."""
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
        yield name, run, range(SEEDS if hasattr(choice, "seed") else 1)


def of_the_book(run: Run, seeds: range, record: list[int]) -> list[list[float]]:
    """Losses at the recorded steps, and the last parameters, of each seed."""
    ended = run.fit(seeds, at=record)
    rows = zip(ended.losses.tolist(), ended.stack.flat.tolist(), strict=True)
    return [[*losses, *flat] for losses, flat in rows]


def of_the_page(
    page: Page, source: str, run: Run, seeds: range, record: list[int]
) -> list[list[float]]:
    """The same, of a worker."""
    job = {"run": run.to_json(), "record": record}
    parts = (trained(page, source, {**job, "seed": seed}) for seed in seeds)
    return [[*losses, *flat] for losses, flat in parts]


def main() -> int:
    """Print the table; how many numbers differ."""
    builds = sources()
    columns = "".join(f"{name:>14}" for name in ("seeds", "steps", "numbers", *builds))
    print(f"{'runs of, and numbers that differ':<44}{columns}")
    total = 0
    with browser(find()) as chromium:
        page = chromium.new_page()
        for name, run, seeds in replayable():
            record = geometric(run.steps)
            wanted = of_the_book(run, seeds, record)
            told = f"{name:<44}{len(seeds):>14}{run.steps:>14}{sum(map(len, wanted)):>14}"
            for text in builds.values():
                found = of_the_page(page, text, run, seeds, record)
                apart = sum(
                    one != other
                    for pair in zip(found, wanted, strict=True)
                    for one, other in zip(*pair, strict=True)
                )
                total += apart
                told += f"{apart:>14}"
            print(told, flush=True)
    return total


if __name__ == "__main__":
    sys.exit(main() > 0)
