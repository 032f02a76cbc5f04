import re
from xml.etree import ElementTree

import pytest

from dlbook.site.pages.interval import interval_svg, scale

SVG = "{http://www.w3.org/2000/svg}"


def estimate(low: float, mean: float, high: float) -> dict[str, float]:
    return {"low": low, "mean": mean, "high": high, "n": 8}


@pytest.mark.parametrize(
    ("low", "mean", "high", "effect", "ends"),
    [
        (1.0, 1.0, 1.0, 1.0, (0.0, 1.0)),  # a point stands on a scale from zero
        (0.0, 0.0, 0.0, 0.0, (0.0, 1.0)),
        (-2.0, -2.0, -2.0, -2.0, (-2.0, 0.0)),
        (1.72, 2.08, 2.73, 0.5, (0.0, 2.73)),  # zero is shown where there is room
        (-3.0, -2.0, -1.0, 0.5, (-3.0, 0.5)),
        (96.0, 97.0, 98.0, 99.0, (96.0, 99.0)),  # and left out where it would squeeze the rest
        (75.0, 80.0, 100.0, 90.0, (0.0, 100.0)),  # just a quarter
        (75.1, 80.0, 100.0, 90.0, (75.1, 100.0)),
    ],
)
def test_the_scale_ends_at_interval_bound_or_zero(low, mean, high, effect, ends):
    assert scale(estimate(low, mean, high), effect) == ends


def at_least(value: float):
    return {"direction": "at least", "value": value, "because": {"zh": "因", "en": "Why"}}


def drawn(low: float, mean: float, high: float, effect: float, lang: str = "en"):
    svg = interval_svg(estimate(low, mean, high), at_least(effect), lang)
    return ElementTree.fromstring(svg)


def numbers(path: ElementTree.Element) -> list[float]:
    return [float(number) for number in re.findall(r"[\d.]+", path.get("d") or "")]


def part(svg: ElementTree.Element, name: str) -> ElementTree.Element | None:
    return svg.find(f"*[@class='dl-interval__{name}']")


def test_value_interval_and_bound_stand_where_the_scale_says():
    svg = drawn(0.25, 0.5, 1.0, 0.75)
    start, _, end, *_ = numbers(part(svg, "scale"))
    width = end - start

    def at(share: float) -> float:
        return pytest.approx(start + share * width, abs=0.05)

    assert float(part(svg, "value").get("cx")) == at(0.5)
    left, _, right = numbers(part(svg, "bar"))
    assert (left, right) == (at(0.25), at(1.0))
    assert numbers(part(svg, "bound"))[0] == at(0.75)
    assert [text.text for text in svg.findall("text")] == ["0", "1"]


def test_a_bound_is_a_bracket_that_opens_towards_what_it_allows():
    hooks = {"at least": ["4"], "at most": ["-4"], "between": ["4", "-4"], "equal": []}
    for direction, expected in hooks.items():
        bound = {**at_least(0.5), "direction": direction, "low": 0.25, "high": 0.75}
        svg = ElementTree.fromstring(interval_svg(estimate(0, 0.5, 1), bound, "en"))
        drawn_as = part(svg, "bound").get("d")
        assert re.findall(r"v18h(-?\d+)", drawn_as) == expected
        assert drawn_as.count("M") == (2 if direction == "between" else 1)


def test_a_scale_shows_both_ends_of_a_bound():
    assert scale(estimate(0.5, 0.6, 0.7), 0.2, 0.9) == (0.0, 0.9)
    assert scale(estimate(-2.01, -2.0, -1.99), -2.02, -1.98) == (-2.02, -1.98)


def test_an_exact_result_is_a_dot_without_a_bar():
    assert part(drawn(1.0, 1.0, 1.0, 1.0), "bar") is None
    assert part(drawn(0.9, 1.0, 1.0, 1.0), "bar") is not None


def test_the_picture_says_what_it_shows():
    svg = drawn(0.561, 0.578, 0.596, 0.9)
    assert svg.get("role") == "img"
    assert svg.get("aria-label") == (
        "Scale from 0 to 0.9: estimate 0.578 (95% CI 0.561–0.596), bound: at least 0.9"
    )
    assert "标尺从 0 到 0.9：估计 0.578（95% 区间 0.561–0.596）" in drawn(
        0.561, 0.578, 0.596, 0.9, "zh"
    ).get("aria-label")
