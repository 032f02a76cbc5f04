"""A saw of k folds has 2 ** k teeth."""

from dataclasses import dataclass

import torch
from matplotlib.figure import Figure
from torch import Tensor

from dlbook.base.along import Along, along
from dlbook.base.evidence import EVERY, Estimate
from dlbook.figures.showing import show
from dlbook.figures.style import Words, colour, panels
from dlbook.record.claims import Claim, Remark
from dlbook.training import stats


@dataclass(frozen=True)
class Config:
    folds: int = 3
    seeds: int = 8


SMALL = Config(folds=2)

WORDS = {"line": ("锯", "saw")}


@dataclass(frozen=True)
class Result:
    config: Config
    teeth: int
    tiny: float
    share: Estimate
    counts: Along[int]
    height: Tensor


def run(cfg: Config) -> Result:
    return Result(
        config=cfg,
        teeth=2**cfg.folds,
        tiny=1.5e-6,
        share=Estimate(0.578, 0.561, 0.596, cfg.seeds),
        counts=along((2**k for k in range(cfg.folds + 1)), k=range(cfg.folds + 1)),
        height=torch.arange(2 ** (cfg.folds + 1) + 1, dtype=torch.float64) % 2,
    )


def check(res: Result) -> None:
    assert res.teeth == 2**res.config.folds


def draw(res: Result, t: Words) -> Figure:
    figure, ax = panels(height=1.8)
    ax.plot(res.height, color=colour("deep"))
    ax.set_title(t["line"])
    return figure


CLAIMS: list[Claim[Result] | Remark] = [
    Claim(
        id="A25/teeth",
        source="Source A §6",
        kind="construction",
        statement=("折 \\(k\\) 次有 \\(2^k\\) 个齿。", "\\(k\\) folds make \\(2^k\\) teeth."),
        measure=lambda res: stats.share([res.teeth == 2**res.config.folds]),
        bound=EVERY,
    ),
    Claim(
        id="A26",
        source="Source A §6",
        kind="finding",
        statement=("每个齿都一样高。", "All teeth are equally high."),
        measure=lambda res: stats.share([False]),
        bound=EVERY,
    ),
]

if __name__ == "__main__":
    show(__name__)
