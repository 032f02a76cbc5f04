"""A tiny book for the engine's tests: its scripts are arithmetic, its package may be a copy."""

import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from dlbook.engine.key import Key, Keys
from dlbook.record.records import Project

ROOT = Path(__file__).parent.parent.parent

SCRIPT = '''
"""Squares add up."""

from dataclasses import dataclass

import torch

from dlbook.base.evidence import Estimate, at_least
from dlbook.figures import showing, style
from dlbook.mathematics import rng, sums
from dlbook.record.claims import Claim


@dataclass(frozen=True)
class Config:
    seeds: int = 4
    length: int = 8


SMALL = Config(seeds=2)

WORDS = {
    "x": ("数", "number"),
}


@dataclass(frozen=True)
class Result:
    config: Config
    total: int
    mean: Estimate
    line: torch.Tensor


def squares(length: int) -> torch.Tensor:
    return torch.arange(length, dtype=torch.float64) ** 2


def run(cfg: Config) -> Result:
    line = squares(cfg.length)
    mean = float(sums.total(rng.stream(3, "noise").uniform(cfg.length))) / cfg.length
    spread = Estimate(mean, mean - 0.123, mean + 0.123, cfg.seeds)
    return Result(cfg, int(sums.total(line)), spread, line)


def measure(res: Result) -> Estimate:
    return res.mean


CLAIMS = [
    Claim(
        "A25", "Source A §6", "finding", ("和增长", "the sum grows"), measure,
        at_least(0.25, because=("均匀分布的一半", "half of a uniform's mean")),
    ),
]


def check(res: Result) -> None:
    assert res.total > 0


def draw(res: Result, t: style.Words):
    picture, ax = style.panels()
    ax.set_prop_cycle(color=[style.colour("deep")])
    ax.plot(res.line)
    ax.set_xlabel(t["x"])
    return picture


if __name__ == "__main__":
    showing.show(__name__)
'''

TEXTS = """
# title

平方和

A sum of squares

# caption

和为 [[.total]]。

The sum is [[.total]].

# alt

一条上升的曲线。

A rising curve.

# A25 quantity

均值

mean

# A25 truth

成立

it does
"""

MEASURING = '''
"""A module that only some scripts reach."""


def double(number: float) -> float:
    """Twice the number."""
    return 2.0 * number
'''

MEASURED = (
    (
        "from dlbook.mathematics import rng",
        "from dlbook import measuring\nfrom dlbook.mathematics import rng",
    ),
    ("mean - 0.123", "mean - measuring.double(0.06)"),
)  # the edits that make a script reach that module


@dataclass(frozen=True)
class Finished:
    """What a command left."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Book:
    """A project with a copy of the package that a test may edit."""

    root: Path

    @property
    def project(self) -> Project:
        return Project(self.root)

    @property
    def package(self) -> Path:
        return self.root / "dlbook"

    def script(self, name: str, *edits: tuple[str, str], text: str = SCRIPT) -> Path:
        """Write a script, the given strings replaced; each must be there."""
        texts = self._put(f"figures_src/{name}.md", TEXTS)
        here = [pair for pair in edits if pair[0] in TEXTS]
        self.edit(texts, *here)
        script = self._put(f"figures_src/{name}.py", text)
        return self.edit(script, *(pair for pair in edits if pair not in here))

    def _put(self, place: str, text: str) -> Path:
        path = self.root / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip(), encoding="utf-8")
        return path

    def page(self, place: str, text: str) -> Path:
        return self._put(f"docs/{place}", text)

    def edit(self, path: Path, *edits: tuple[str, str]) -> Path:
        text = path.read_text(encoding="utf-8")
        for old, new in edits:
            assert old in text, f"{path.name} has no {old!r}"
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
        return path

    def key(self, name: str = "a") -> Key:
        """The key of a figure; what was found out for it is kept, as a build keeps it."""
        keys = Keys(self.project)
        found = keys.of(name)
        keys.remember(others=True)
        return found

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": str(self.root), "PYTHONDONTWRITEBYTECODE": "1"}

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "dlbook.cli", *arguments]

    def dlbook(self, *arguments: str, timeout: float = 300) -> Finished:
        """Run the command line on the copy of the package, from the book's root."""
        done = subprocess.run(
            self.command(*arguments),
            cwd=self.root, env=self.environment, capture_output=True, text=True, timeout=timeout,
        )  # fmt: skip
        assert "Traceback" not in done.stderr, done.stderr
        return Finished(done.returncode, done.stdout, done.stderr)

    def bytes(self) -> dict[str, bytes]:
        """What every build must reproduce: made figures, and results without their header."""
        cache = self.project.cache
        made = {p.relative_to(cache).as_posix(): p.read_bytes() for p in cache.glob("made/*/*/*")}
        results = {p.name: p.read_bytes().partition(b"\n")[2] for p in cache.glob("results/*")}
        return made | results


def empty(root: Path, remembered: Path) -> Book:
    (root / "figures_src").mkdir()
    book = Book(root)
    book.project.cache.mkdir(parents=True)
    shutil.copy(remembered, book.project.cache)
    return book


@pytest.fixture
def desk(tmp_path, remembered):
    """A book with no figure yet, for use with the installed package in this process."""
    return empty(tmp_path, remembered)


@pytest.fixture(scope="session")
def desks(tmp_path_factory):
    """The desks that tests begin with, by what was done on them and with what."""
    done: dict[Any, Path] = {}

    def after(act: Callable[..., None], given: tuple[Any, ...], remembered: Path) -> Path:
        if (act, given) not in done:
            book = empty(tmp_path_factory.mktemp("desk"), remembered)
            act(book, *given)
            done[act, given] = book.root
        return done[act, given]

    return after


@pytest.fixture
def after(desk, desks, remembered):
    """Bring the desk to where ``act`` brings an empty one, which it does once for all tests."""

    def bring(act: Callable[..., None], *given: Any) -> Book:
        done = desks(act, given, remembered)
        shutil.copytree(done, desk.root, symlinks=True, dirs_exist_ok=True)
        return desk

    return bring


def finish(book: Book, *edits: tuple[str, str]) -> None:
    """Make the figure ``a``."""
    from dlbook.engine import work

    book.script("a", *edits)
    outcome = work.make_figure(book.project, "a", book.key())
    assert outcome.done == "trained", outcome.errors


@pytest.fixture
def finished(after):
    """A desk whose figure ``a`` was made."""
    return after(finish)


@pytest.fixture
def book(desk):
    """A book with a package of its own, for use through the command line."""
    copy_package(desk)
    return desk


def copy_package(book: Book) -> None:
    """With what Python has compiled of it, which no process would keep for the next."""
    shutil.copytree(ROOT / "dlbook", book.package)
    (book.root / "web").symlink_to(ROOT / "web")
    (book.package / "measuring.py").write_text(MEASURING, encoding="utf-8")
