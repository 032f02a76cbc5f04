"""Settings of grids and of several settings, in the reader's language."""

import json
from pathlib import Path

import pytest

from dlbook.record.numbers import along_of
from dlbook.site.reading.settings import is_known, setting
from tests.site.conftest import ROOT


@pytest.mark.parametrize(
    ("name", "value", "zh", "en"),
    [
        ("rate", 0.01, "学习率 = 0.01", "rate = 0.01"),
        ("init", "fan_in_uniform", "起点 = torch 的默认", "start = torch’s default"),
        ("deep", [8, 8, 8], "深的 = 8-8-8", "deep = 8-8-8"),
        ("rates", [0.5, 0.05], "学习率 = 0.5, 0.05", "rates = 0.5, 0.05"),
        ("summed", True, "平方相加 = 是", "squares added = yes"),
        ("heat", "high", "heat = high", "heat = high"),
    ],
)
def test_a_setting_is_said_in_each_language(name, value, zh, en):
    assert setting(name, value, "zh") == zh
    assert setting(name, value, "en") == en


def test_every_setting_that_the_book_shows_has_words():
    shown = list(_shown())
    assert len(shown) > 100
    assert [each for each in shown if not is_known(*each)] == []


def _shown():
    for path in sorted(Path(ROOT / "results").glob("*.json")):
        for claim in json.loads(path.read_bytes())["claims"]:
            grid = claim.get("grid") or {"conventions": [], "seeds": {}}
            for convention in grid["conventions"]:
                for way in convention["ways"]:
                    yield from way.items()
            yield from grid["seeds"].items()
            for several in (claim.get("settings"), claim.get("budget", {}).get("change")):
                for name, values in along_of(several) or ():
                    yield from ((name, value) for value in values)
