"""What "Wide enough?" trains in the page, dlbook trains alike, also where no figure has it."""

import itertools
import json
import subprocess
from typing import Any

from dlbook.site.reading.formulas import node
from dlbook.training.replay import Run, geometric
from tests.scripts import ROOT
from tests.turns import turn
from tests.web.book import course

WIDTH, STEPS = 12, 1000
TARGETS = ("sine", "polynomial", "absolute")
ACTIVATIONS = ("sigmoid", "tanh", "relu", "abs", "sin", "softplus", "hard_tanh")
STARTS = ("usual", "both", "torch", "he")


def settings() -> list[dict[str, Any]]:
    """Every target, activation and start."""
    kinds = itertools.product(TARGETS, ACTIVATIONS, STARTS)
    return [
        {"target": target, "activation": activation, "start": start, "width": WIDTH, "steps": STEPS}
        for target, activation, start in kinds
    ]


def test_settings_train_alike_to_the_last_step():
    """Half of them: of a target, an activation and a start there are others with every one."""
    drawn = turn("wide runs", settings(), len(settings()) // 2)
    jobs = [{"setting": setting, "seed": 1} for setting in drawn]
    finished = subprocess.run(
        [node(), ROOT / "tests" / "web" / "wide_runs.ts"],
        input=json.dumps(jobs), capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    for job, answer in zip(jobs, json.loads(finished.stdout), strict=True):
        fields = {k: tuple(v) if isinstance(v, list) else v for k, v in answer["run"].items()}
        run = Run(**fields)
        assert run.widths == (1, job["setting"]["width"], 1)
        at = geometric(STEPS)
        wanted, _ = course(run, job["seed"], at)
        assert [answer["losses"][step] for step in at] == wanted, job["setting"]
