"""A tiny book for the engine's tests: its scripts are arithmetic, its package may be a copy."""

import os
import shutil
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path

import pytest

from dlbook.record.records import Project

ROOT = Path(__file__).parent.parent.parent

SCRIPT = '''
"""Squares add up."""

from dataclasses import dataclass

import torch

from dlbook.figures import figure, style
from dlbook.mathematics import rng
from dlbook.record.claims import Claim
from dlbook.base.evidence import Estimate, Verdict


@dataclass(frozen=True)
class Config:
    seeds: int = 4
    length: int = 8


SMALL = Config(seeds=2)

WORDS = {
    "title": ("平方和", "A sum of squares"),
    "caption": ("和为 [[.total]]。", "The sum is [[.total]]."),
    "alt": ("一条上升的曲线。", "A rising curve."),
    "x": ("数", "number"),
}


@dataclass(frozen=True)
class Result:
    total: int
    mean: Estimate
    line: torch.Tensor


def squares(length: int) -> torch.Tensor:
    return torch.arange(length, dtype=torch.float64) ** 2


def run(cfg: Config) -> Result:
    line = squares(cfg.length)
    mean = float(rng.stream(3, "noise").uniform(cfg.length).mean())
    return Result(int(line.sum()), Estimate(mean, mean - 0.123, mean + 0.123, cfg.seeds), line)


def judge(res: Result) -> Verdict:
    return Verdict("supported", res.mean, 0.5)


CLAIMS = (
    Claim(
        "A25", "seed 000 §6", ("和增长", "the sum grows"), "finding", judge,
        ("均值", "mean"), ("成立", "it does"),
    ),
)


def check(res: Result) -> None:
    assert res.total > 0


def draw(res: Result, t: style.Words):
    picture, ax = style.panels()
    ax.plot(res.line)
    ax.set_xlabel(t["x"])
    return picture


if __name__ == "__main__":
    figure.show(__name__)
'''

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
        return self.edit(self._put(f"figures_src/{name}.py", text), *edits)

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

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": str(self.root), "PYTHONDONTWRITEBYTECODE": "1"}

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "dlbook.cli", *arguments]

    def dlbook(self, *arguments: str, timeout: float = 100) -> Finished:
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


@pytest.fixture
def desk(tmp_path):
    """A book with no figure yet, for use with the installed package in this process."""
    (tmp_path / "figures_src").mkdir()
    return Book(tmp_path)


@pytest.fixture
def book(desk):
    """A book with a package of its own, for use through the command line."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "dlbook", desk.package, ignore=ignored)
    (desk.root / "web").symlink_to(ROOT / "web")
    (desk.package / "measuring.py").write_text(MEASURING, encoding="utf-8")
    return desk
