"""A figure script that keeps the contract, for tests that break it in one place at a time."""

import io
import json

import numpy as np
import pytest

from dlbook.figures import contract, fields, judging, picture

TOY = '''\
"""Doubling a number gives twice the number."""

from dataclasses import dataclass

import torch

from dlbook.base import progress
from dlbook.base.along import Along, along
from dlbook.base.evidence import Estimate, at_least
from dlbook.figures import showing, style
from dlbook.mathematics.grids import linspace
from dlbook.record.claims import Claim, Remark


@dataclass(frozen=True)
class Config:
    points: int = 5
    rate: float = 0.5
    exact: bool = True
    loss: str = "square"
    widths: tuple[int, ...] = (4, 8)


SMALL = Config(points=3)

WORDS = {
    "x": ("输入 $x$", "input $x$"),
}


@dataclass(frozen=True)
class Result:
    config: Config
    twice: float
    slope: Estimate
    steps: int
    sure: bool
    name: str
    rates: Along[Estimate]
    x: torch.Tensor
    y: torch.Tensor
    rows: Along[torch.Tensor]


def run(cfg):
    x = linspace(0, 1, cfg.points)
    rates = along([Estimate(0.5, 0.4, 0.6, 3), Estimate(1, 1, 1, 3)], width=cfg.widths)
    slope = Estimate(2.0012345, 1.9123456, 2.0987654, 64)
    rows = along([x, x + 1], way=("up", "down"))
    return Result(cfg, 0.1 + 0.2, slope, 7, True, "toy", rates, x, 2 * x, rows)


def check(res):
    assert torch.equal(res.y, 2 * res.x), "twice is twice"


def draw(res, t):
    fig, ax = style.panels()
    ax.plot(res.x, res.y, color=style.colour("deep"))
    ax.set_xlabel(t["x"])
    return fig


def slope_of(res):
    return res.slope


CLAIMS = [
    Claim(
        id="A01/toy",
        source="Source A §1",
        kind="theorem",
        statement=("翻倍得两倍。", "Doubling gives twice."),
        measure=slope_of,
        bound=at_least(1.5, because=("一半以上。", "More than half.")),
    ),
    Remark(
        id="A02",
        source="Source A §1",
        kind="definition",
        statement=("翻倍就是乘以二。", "To double is to multiply by two."),
    ),
]


if __name__ == "__main__":
    showing.show(__name__)
'''

TEXTS = """\
# title

翻倍

Doubling

# caption

翻倍后是 [[.twice]]。

Doubled, it is [[.twice]].

# alt

一条直线，斜率 [[.slope|ci]]。

A line of slope [[.slope|ci]].

# A01/toy quantity

斜率

slope

# A01/toy truth

是的。

It does.
"""


def line_of(text, source=TOY):
    return next(n for n, line in enumerate(source.splitlines(), 1) if text in line)


def refused(action):
    """The message of the FigureError that ``action`` raises, which must be one line."""
    with pytest.raises(contract.FigureError) as caught:
        action()
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith("figures_src/toy.")
    return message.removeprefix("figures_src/toy.py").removeprefix(": ")


def executed(script, **settings):
    return judging.execute(script, script.Config(**settings))


def recorded(script, result):
    """The record of a result, with the labels that are drawn."""
    drawn = {lang: picture.picture(script, result, lang).labels for lang in ("zh", "en")}
    return judging.record_of(script, result, drawn)


def through_files(script, result):
    """The result after a journey through JSON text and an npz file."""
    plain, arrays = fields.packed(str, result)
    text = json.dumps(plain, allow_nan=False)
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    file.seek(0)
    with np.load(file, allow_pickle=False) as stored:
        return fields.rebuild(
            "figures_src/toy.py", script.Result, result.config, json.loads(text), dict(stored)
        )
