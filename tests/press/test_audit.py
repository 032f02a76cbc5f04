"""The audit's judgement and its table."""

import pytest

from press import audit

GOOD = {
    "performance": 96,
    "accessibility": 100,
    "best-practices": 100,
    "seo": 100,
    "shift": 0.001,
    "weight": 250_000,
    "axe": [],
}


def test_a_good_page_misses_nothing():
    assert audit.misses("folding/", GOOD) == []
    assert audit.line("folding/", GOOD) == (
        "| /folding/ | 96 | 100 | 100 | 100 | 0.001 | 250 | 0 |"
    )


@pytest.mark.parametrize(
    ("worse", "what"),
    [
        ({"performance": 94}, "performance"),
        ({"accessibility": 99}, "accessibility"),
        ({"best-practices": 99}, "best-practices"),
        ({"seo": 99}, "seo"),
        ({"shift": 0.02}, "shift"),
        ({"weight": 400_000}, "weight"),
        ({"axe": ["slate: image-alt: img: …"]}, "axe"),
    ],
)
def test_each_goal_can_be_missed(worse, what):
    assert audit.misses("folding/", {**GOOD, **worse}) == [what]
    assert "*" in audit.line("folding/", {**GOOD, **worse})


def test_a_lab_has_half_the_allowance():
    assert audit.misses("en/labs/folding/", GOOD) == ["weight"]
    assert audit.misses("en/labs/folding/", {**GOOD, "weight": 199_999}) == []


def test_without_lighthouse_only_axe_and_weight_are_judged():
    row = {"weight": 1000, "axe": []}
    assert audit.misses("", row) == []
    assert audit.line("", row) == "| / | – | – | – | – | – | 1 | 0 |"
