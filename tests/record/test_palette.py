"""The colours, measured: contrast against the paper, and distance for colour-blind eyes."""

from itertools import combinations

import numpy as np
import pytest

from dlbook.record import palette

THEMES = ("light", "dark")
NAMED = ("deep", "shallow", "exact", "extra")  # what a drawing tells apart, and colours text with

# Machado, Oliveira, Fernandes: "A physiologically-based model for simulation of color vision
# deficiency", IEEE TVCG 15 (2009), severity 1.0, on linear sRGB.
VISION = {
    "normal": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
# Linear sRGB to CIE XYZ under D65 (IEC 61966-2-1); the middle row is WCAG's relative luminance.
XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)


def linear(colour):
    """Linear sRGB in 0 .. 1 of ``#rrggbb``."""
    coded = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    """CIE L*a*b* (1976) of linear sRGB."""
    ratio = XYZ @ rgb / XYZ.sum(axis=1)
    x, y, z = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def contrast(a, b):
    """WCAG 2.2 contrast ratio of two colours."""
    light, dark = sorted((XYZ[1] @ linear(a), XYZ[1] @ linear(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def seen(colour, vision):
    """What an eye of that vision sees, in Lab."""
    return lab(np.clip(np.array(VISION[vision]) @ linear(colour), 0, 1))


def of(role, theme):
    return getattr(palette.ROLES[role], theme)


def test_the_measures_agree_with_published_values():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)  # WebAIM's example
    assert lab(linear("#ff0000")) == pytest.approx([53.24, 80.09, 67.20], abs=0.02)
    assert lab(linear("#ffffff")) == pytest.approx([100, 0, 0], abs=0.02)
    for matrix in VISION.values():  # no vision changes a grey
        assert np.array(matrix).sum(axis=1) == pytest.approx([1, 1, 1], abs=1e-5)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("role", ["ink", "muted", *NAMED])
def test_text_roles_reach_a_contrast_of_4_5_against_the_paper(role, theme):
    assert contrast(of(role, theme), of("paper", theme)) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_lines_reach_a_contrast_of_3_against_the_paper(theme):
    assert contrast(of("line", theme), of("paper", theme)) >= 3


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("role", ["deep", "shallow"])
def test_a_colour_can_be_read_on_its_own_wash(role, theme):
    assert contrast(of(role, theme), of(f"{role}wash", theme)) >= 4.5
    assert contrast(of("ink", theme), of(f"{role}wash", theme)) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_grid_and_washes_stay_behind_what_is_drawn(theme):
    for role in ("grid", "deepwash", "shallowwash"):
        assert 1.1 < contrast(of(role, theme), of("paper", theme)) < 2


# CIE76 distances. Blue and green are all that tritanopia, one in ten thousand, brings closer.
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    ("vision", "least"),
    [("normal", 30), ("protanopia", 20), ("deuteranopia", 20), ("tritanopia", 12)],
)
@pytest.mark.parametrize("pair", list(combinations(NAMED, 2)), ids="-".join)
def test_named_colours_differ_for_every_eye(pair, vision, least, theme):
    a, b = (seen(of(role, theme), vision) for role in pair)
    assert np.linalg.norm(a - b) >= least


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("role", NAMED)
def test_a_named_colour_is_never_taken_for_ink_or_for_grey(role, vision, theme):
    for grey in ("ink", "muted"):
        assert np.linalg.norm(seen(of(role, theme), vision) - seen(of(grey, theme), vision)) >= 12


def test_every_role_has_a_light_colour_of_its_own():
    lights = [colour.light for colour in palette.ROLES.values()]
    assert len(set(lights)) == len(lights)


@pytest.mark.parametrize("role", palette.ROLES)
def test_colours_are_written_as_the_drawing_writes_them(role):
    for colour in palette.ROLES[role]:
        assert len(colour) == 7
        assert colour == "#" + format(int(colour[1:], 16), "06x")


def test_a_role_is_a_css_variable_of_letters_alone():
    assert palette.variable("deepwash") == "--fig-deepwash"
    assert all(role.isalpha() and role.islower() for role in palette.ROLES)
