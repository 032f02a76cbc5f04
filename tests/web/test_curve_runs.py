"""What "Build a curve" trains in the page is what its line for Python trains here."""

import json
import math
import re
import subprocess
from dataclasses import dataclass
from typing import Any

import pytest
import torch

from dlbook.figures import configuring
from dlbook.site.reading.formulas import node
from dlbook.training.replay import Run
from tests.scripts import ROOT, script
from tests.web.limits import PROMISED, RELATIVE, STEPS

FIGURE = "error_falls_with_the_square_of_the_pieces"
UNEVEN = [-1, -0.9123, -0.5, -0.1234, 0.3, 0.31, 0.7, 1]
EXACT: list[tuple[str, Any]] = [
    *(("quartic", n) for n in (1, 2, 8, 11, 33, 64)),
    *(("sine", n) for n in (1, 2, 8)),
    ("sine", UNEVEN),
    ("quartic", UNEVEN),
]
SYMMETRIC: list[tuple[str, Any]] = [("sine", n) for n in (11, 24, 46, 61, 64)]


@dataclass
class Trained:
    """One run of the page's code, and ours for the command that the page would show."""

    theirs: dict[str, Any]
    losses: list[float]
    ours: Run

    @property
    def apart(self) -> float:
        """The largest relative difference of the losses."""
        wanted = self.ours.fit([0], at=range(STEPS + 1)).losses[0]
        found = torch.tensor(self.losses, dtype=torch.float64)
        return float(((found - wanted) / wanted).abs().max())


@pytest.fixture(scope="module")
def trained() -> dict[str, Trained]:
    cases = EXACT + SYMMETRIC
    jobs = [{"curve": curve, "knots": knots, "steps": STEPS} for curve, knots in cases]
    finished = subprocess.run(
        [node(), ROOT / "tests" / "web" / "curve_runs.ts"],
        input=json.dumps(jobs), capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    found = {}
    for (curve, knots), answer in zip(cases, json.loads(finished.stdout), strict=True):
        # As the line on the page spells them.
        fields = {
            "curve": curve,
            "knots": ",".join(map(str, answer["knots"])),
            "steps": str(STEPS),
        }
        loaded: Any = script(FIGURE)
        ours = loaded.replay(configuring.configure_replay(loaded, fields), loaded.Config())
        found[f"{curve} {knots}"] = Trained(answer["run"], answer["losses"], ours)
    return found


def test_the_page_trains_the_run_of_its_command(trained):
    for label, case in trained.items():
        wanted = case.ours.to_json()
        assert case.theirs.keys() == wanted.keys(), label
        assert case.theirs["start"] == pytest.approx(wanted["start"], rel=1e-12, abs=1e-12), label
        for field in wanted.keys() - {"start"}:
            assert case.theirs[field] == wanted[field], f"{label}: {field}"


@pytest.mark.parametrize(("curve", "knots"), EXACT)
def test_the_losses_agree_over_500_steps(trained, curve, knots):
    assert trained[f"{curve} {knots}"].apart < RELATIVE


@pytest.mark.parametrize(("curve", "knots"), SYMMETRIC)
def test_where_slopes_vanish_they_agree_as_closely_as_the_page_says(trained, curve, knots):
    assert trained[f"{curve} {knots}"].apart < PROMISED


def test_other_corners_would_not_agree(trained):
    left, right = trained["quartic 8"], trained["quartic 11"]
    assert Trained(left.theirs, left.losses, right.ours).apart > PROMISED


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_book_promises_what_is_tested(lang):
    text = (ROOT / "docs" / lang / "how-to-read.md").read_text(encoding="utf-8")
    section = text.partition("{#replay}")[2].partition("\n## ")[0]
    tested = [str(STEPS), *(f"10^{{{round(math.log10(each))}}}" for each in (RELATIVE, PROMISED))]
    assert re.findall(r"\\\((\d\d.*?)\\\)", section) == tested
