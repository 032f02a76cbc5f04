"""A saw of k folds has 2 ** k teeth."""

from dataclasses import dataclass

import torch
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.evidence import Estimate
from dlbook.figures.figure import show
from dlbook.figures.style import Words, colour, panels
from dlbook.record.claims import Claim
from dlbook.training import stats


@dataclass(frozen=True)
class Config:
    folds: int = 3
    seeds: int = 8


SMALL = Config(folds=2)

WORDS = {
    "title": ("锯齿翻倍", "Teeth double"),
    "caption": (
        "折 [[.folds]] 次有 [[.teeth]] 个齿，也就是 \\(2^{[[.folds]]}\\)。",
        "[[.folds]] folds make [[.teeth]] teeth, which is \\(2^{[[.folds]]}\\).",
    ),
    "alt": ("一条有 [[.teeth]] 个齿的“锯”。", 'A "saw" of [[.teeth]] teeth.'),
    "line": ("锯", "saw"),
}


@dataclass(frozen=True)
class Result:
    folds: int
    teeth: int
    tiny: float
    share: Estimate
    counts: tuple[int, ...]
    height: Tensor


def run(cfg: Config) -> Result:
    return Result(
        folds=cfg.folds,
        teeth=2**cfg.folds,
        tiny=1.5e-6,
        share=Estimate(0.578, 0.561, 0.596, cfg.seeds),
        counts=tuple(2**k for k in range(cfg.folds + 1)),
        height=torch.arange(2 ** (cfg.folds + 1) + 1, dtype=torch.float64) % 2,
    )


def check(res: Result) -> None:
    assert res.teeth == 2**res.folds


def draw(res: Result, t: Words) -> Figure:
    figure, ax = panels(height=1.8)
    ax.plot(res.height, color=colour("deep"))
    ax.set_title(t["line"])
    return figure


CLAIMS = [
    Claim(
        id="A25/teeth",
        source="seed 000 §6",
        kind="construction",
        statement=("折 \\(k\\) 次有 \\(2^k\\) 个齿。", "\\(k\\) folds make \\(2^k\\) teeth."),
        quantity=("所占比例", "share"),
        truth=("恰好如此。", "Exactly so."),
        control=("不折。", "No fold."),
        judge=lambda res: stats.always([res.teeth == 2**res.folds]),
    ),
    Claim(
        id="A26",
        source="seed 000 §6",
        kind="finding",
        statement=("每个齿都一样高。", "All teeth are equally high."),
        quantity=("齿高相差", "difference of heights"),
        truth=("相差不到一半。", "They differ by less than half."),
        judge=lambda res: stats.always([False]),
    ),
]

if __name__ == "__main__":
    show(__name__)
