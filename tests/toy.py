"""A figure script that keeps the contract, for tests that break it in one place at a time."""

import io
import json

import numpy as np
import pytest

from dlbook.figures import contract, fields, figure

TOY = '''\
"""Doubling a number gives twice the number."""

from dataclasses import dataclass

import torch

from dlbook.base import progress
from dlbook.figures import figure, style
from dlbook.record.claims import Claim
from dlbook.base.evidence import Estimate, Verdict


@dataclass(frozen=True)
class Config:
    points: int = 5
    rate: float = 0.5
    exact: bool = True
    loss: str = "square"
    widths: tuple[int, ...] = (4, 8)


SMALL = Config(points=3)

WORDS = {
    "title": ("翻倍", "Doubling"),
    "caption": ("翻倍后是 [[.twice]]。", "Doubled, it is [[.twice]]."),
    "alt": ("一条直线，斜率 [[.slope|ci]]。", "A line of slope [[.slope|ci]]."),
    "x": ("输入 $x$", "input $x$"),
}


@dataclass(frozen=True)
class Result:
    twice: float
    slope: Estimate
    steps: int
    sure: bool
    name: str
    rates: tuple[float, Estimate, tuple[int, str]]
    x: torch.Tensor
    y: torch.Tensor


def judge_slope(res):
    return Verdict("supported", res.slope, 1.5)


CLAIMS = (
    Claim(
        id="A01/toy",
        source="seed 000 §1",
        statement=("翻倍得两倍。", "Doubling gives twice."),
        kind="theorem",
        judge=judge_slope,
        quantity=("斜率", "slope"),
        truth=("是的。", "It does."),
    ),
)


def run(cfg):
    x = torch.linspace(0, 1, cfg.points, dtype=torch.float64)
    rates = (1 / 3, Estimate(0.5, 0.4, 0.6, 3), (7, "ReLU"))
    slope = Estimate(2.0012345, 1.9123456, 2.0987654, 64)
    return Result(0.1 + 0.2, slope, 7, True, "toy", rates, x, 2 * x)


def check(res):
    assert torch.equal(res.y, 2 * res.x), "twice is twice"


def draw(res, t):
    fig, ax = style.panels()
    ax.plot(res.x, res.y, color=style.colour("deep"))
    ax.set_xlabel(t["x"])
    return fig


if __name__ == "__main__":
    figure.show(__name__)
'''


def line_of(text, source=TOY):
    return next(n for n, line in enumerate(source.splitlines(), 1) if text in line)


def refused(action):
    """The message of the FigureError that ``action`` raises, which must be one line."""
    with pytest.raises(contract.FigureError) as caught:
        action()
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(("figures_src/toy.py: ", "figures_src/toy.py:"))
    return message.removeprefix("figures_src/toy.py").removeprefix(": ")


def executed(script, **settings):
    return figure.execute(script, script.Config(**settings))


def through_files(script, result):
    """The result after a journey through JSON text and an npz file."""
    plain = {name: fields.to_json(v) for name, v in fields.scalars(script, result).items()}
    text = json.dumps(plain, allow_nan=False)
    file = io.BytesIO()
    np.savez_compressed(file, **fields.arrays(result))
    file.seek(0)
    with np.load(file, allow_pickle=False) as stored:
        return fields.rebuild(script, json.loads(text), dict(stored))
