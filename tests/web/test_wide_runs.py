"""What "Wide enough?" trains in the page, dlbook trains alike, also where no figure has it."""

import itertools
import json
import subprocess
from typing import Any

import torch

from dlbook.site.reading.formulas import node
from dlbook.training.replay import Run
from tests.scripts import ROOT
from tests.web.limits import RELATIVE, STEPS

WIDTH = 12
TARGETS = ("sine", "polynomial", "absolute")
ACTIVATIONS = ("sigmoid", "tanh", "relu", "abs", "sin", "softplus", "hard_tanh")
STARTS = ("usual", "spread", "torch", "he")


def settings() -> list[dict[str, Any]]:
    """Every target, activation and start.

    Not biases of 0 on a curve that is odd or even: there some slopes are exactly 0, and Adam makes
    steps of whatever rounding leaves in their place. The page compares no such run with the book.
    """
    kinds = itertools.product(TARGETS, ACTIVATIONS, STARTS)
    return [
        {"target": target, "activation": activation, "start": start, "width": WIDTH, "steps": STEPS}
        for target, activation, start in kinds
        if start != "he" or target == "polynomial"
    ]


def test_every_setting_trains_alike_over_500_steps():
    jobs = [{"setting": setting, "seed": 1} for setting in settings()]
    finished = subprocess.run(
        [node(), ROOT / "tests" / "web" / "wide_runs.ts"],
        input=json.dumps(jobs), capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    for job, answer in zip(jobs, json.loads(finished.stdout), strict=True):
        fields = {k: tuple(v) if isinstance(v, list) else v for k, v in answer["run"].items()}
        run = Run(**fields)
        assert run.widths == (1, job["setting"]["width"], 1)
        wanted = run.fit([job["seed"]], at=range(STEPS + 1)).losses[0]
        found = torch.tensor(answer["losses"], dtype=torch.float64)
        apart = float(((found - wanted) / wanted).abs().max())
        assert apart < RELATIVE, f"{job['setting']}: {apart:.0e}"
