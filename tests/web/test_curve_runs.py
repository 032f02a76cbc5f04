"""What "Build a curve" trains in the page is what its line for Python trains here."""

import json
import re
import subprocess
from dataclasses import dataclass
from typing import Any

import pytest

from dlbook.figures import configuring
from dlbook.site.reading.formulas import node
from dlbook.training.replay import Run
from tests.scripts import ROOT, script
from tests.turns import turn
from tests.web.book import course

FIGURE = "error_falls_with_the_square_of_the_pieces"
UNEVEN = [-1, -0.9123, -0.5, -0.1234, 0.3, 0.31, 0.7, 1]
STEPS = 2000
# Equal pieces of the sine are symmetric: some slopes are exactly 0, and Adam makes steps of what
# rounding leaves in their place.
CASES: list[tuple[str, Any]] = [
    *(("quartic", n) for n in (1, 2, 8, 11, 33, 64)),
    *(("sine", n) for n in (1, 2, 8, 11, 24, 46, 61, 64)),
    ("sine", UNEVEN),
    ("quartic", UNEVEN),
]


@dataclass
class Trained:
    """One run of the page's code, and ours for the command that the page would show."""

    theirs: dict[str, Any]
    losses: list[float]
    ours: Run


@pytest.fixture(scope="module")
def trained() -> dict[str, Trained]:
    jobs = [{"curve": curve, "knots": knots, "steps": STEPS} for curve, knots in CASES]
    finished = subprocess.run(
        [node(), ROOT / "tests" / "web" / "curve_runs.ts"],
        input=json.dumps(jobs), capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    found = {}
    for (curve, knots), answer in zip(CASES, json.loads(finished.stdout), strict=True):
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
        assert case.theirs == case.ours.to_json(), label


@pytest.mark.parametrize(("curve", "knots"), turn("curves", CASES, len(CASES) // 2))
def test_the_losses_are_equal_to_the_last_step(trained, curve, knots):
    case = trained[f"{curve} {knots}"]
    assert case.losses == course(case.ours, 0, range(STEPS + 1))[0]


def test_other_corners_would_not_be_equal(trained):
    left, right = trained["quartic 8"], trained["quartic 11"]
    assert left.losses != course(right.ours, 0, range(STEPS + 1))[0]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_book_promises_no_less_than_what_is_tested(lang):
    text = (ROOT / "docs" / lang / "how-to-read.md").read_text(encoding="utf-8")
    section = text.partition("{#replay}")[2].partition("\n## ")[0]
    assert {"zh": "逐位相同", "en": "equal to the last bit"}[lang] in section
    assert not re.findall(r"\\\(|10\^", section), "no tolerance is left"
