"""How pictures are saved: the same bytes, themed colours, names of their own, one language each."""

import logging
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.backends.backend_svg import RendererSVG

from dlbook.figures import font, style
from dlbook.record import palette

ROOT = Path(__file__).parent.parent.parent
SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"
PAIRS = {"depth": ("深度 $L$ 与误差 $\\varepsilon^2$", "depth $L$ and error $\\varepsilon^2$")}


def paint(lang="zh"):
    """A drawing with what figures have: lines, markers, clips, washes, Chinese and formulas."""
    t = style.Words(lang, PAIRS)
    drawn, ax = style.panels()
    ax.plot([0, 1, 2], [0, 1 / 3, -1], color=style.colour("deep"), marker="o", label="A")
    ax.fill_between([0, 2], [0, 0], [1, 0.5], color=style.colour("deepwash"))
    ax.plot([0, 2], [1, 1], color=style.colour("shallow"), linestyle="--", label="B")
    ax.set_xlabel(t["depth"])
    ax.legend()
    ax.text(1, 0.4, t["depth"], color=style.colour("exact"))
    return drawn


def save(lang="zh", name="toy"):
    with style.context():
        return style.to_svg(paint(lang), name)


@pytest.fixture(scope="module")
def picture():
    return save()


def test_the_last_bits_of_a_layout_are_in_no_byte_of_a_picture(picture, monkeypatch):
    """Matplotlib names a clip by a hash of its corners before they are rounded."""
    hashed = RendererSVG._make_id

    def apart(self, kind, content):
        return hashed(self, kind, f"{content}, a bit apart" if kind == "p" else content)

    monkeypatch.setattr(RendererSVG, "_make_id", apart)
    assert save() == picture


# Words and colours


def test_words_are_given_in_the_language_that_was_asked_for():
    assert style.Words("zh", {"a": ("深", "deep")})["a"] == "深"
    assert style.Words("en", {"a": ("深", "deep")})["a"] == "deep"
    assert style.Words("en", {}).lang == "en"


def test_a_missing_word_says_what_to_add():
    with pytest.raises(KeyError, match=r"WORDS has no 'b'; add a \(zh, en\) pair"):
        style.Words("zh", {"a": ("深", "deep")})["b"]


def test_numbers_in_labels_are_written_as_in_the_pages():
    assert style.Words("zh", {}).number(36712345, "big") == "3671 万"
    assert style.Words("en", {}).number(36712345, "big") == "36.71 million"
    assert style.Words("en", {}).number(-0.25) == "−0.25"


def test_a_colour_is_the_light_one_of_its_role():
    assert style.colour("deep") == palette.ROLES["deep"].light


def test_an_unknown_role_is_refused():
    with pytest.raises(KeyError, match="blue"):
        style.colour("blue")


# The house style


def test_the_style_holds_inside_the_block_only():
    with mpl.rc_context({"lines.linewidth": 7.0, "axes.grid": True}):
        with style.context():
            assert mpl.rcParams["lines.linewidth"] == 1.8
            assert mpl.rcParams["axes.grid"] is False
            assert mpl.rcParams["font.family"] == [style.FAMILY]
        assert mpl.rcParams["lines.linewidth"] == 7.0


def test_settings_of_the_machine_do_not_reach_the_picture(picture):
    with mpl.rc_context({"xtick.direction": "in", "legend.loc": "center", "lines.marker": "x"}):
        assert save() == picture


def test_a_missing_font_says_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setattr(font, "FILE", "nowhere.ttf")
    style._register_font.cache_clear()
    with pytest.raises(FileNotFoundError, match=font.LACKING):
        style.context().__enter__()
    style._register_font.cache_clear()


def test_panels_are_one_axes_or_an_array_of_rows_and_columns():
    drawn, ax = style.panels(height=2.5)
    assert isinstance(ax, mpl.axes.Axes)
    assert tuple(drawn.get_size_inches()) == (style.WIDTH, 2.5)
    for rows, columns in [(1, 2), (3, 1), (2, 2)]:
        _, axes = style.panels(rows, columns, sharex=True)
        assert isinstance(axes, np.ndarray)
        assert axes.shape == (rows, columns)


def test_a_mosaic_names_its_axes_and_spans_cells():
    drawn, axes = style.mosaic([["a", "b"], ["wide", "wide"]], height=4.0, heights=[1, 3])
    assert tuple(drawn.get_size_inches()) == (style.WIDTH, 4.0)
    assert set(axes) == {"a", "b", "wide"}
    spans = {name: ax.get_subplotspec() for name, ax in axes.items()}
    assert list(spans["wide"].colspan) == [0, 1]
    assert list(spans["b"].colspan) == [1]
    assert spans["a"].get_gridspec().get_height_ratios() == [1, 3]


# The themed picture


def test_the_picture_is_the_same_bytes_when_drawn_again(picture):
    assert save() == picture


def test_the_picture_is_the_same_bytes_in_another_process(picture):
    code = "import sys\nfrom tests.figures.test_style import save\n"
    code += "sys.stdout.buffer.write(save().encode())"
    again = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True,
        env={"PYTHONHASHSEED": "7", "PATH": "", "SOURCE_DATE_EPOCH": "1", "LANG": "C"},
    )  # fmt: skip
    assert again.stdout.decode() == picture


def test_chinese_and_formulas_share_a_label_without_complaint(caplog):
    with caplog.at_level(logging.WARNING):
        for lang in ("zh", "en"):
            save(lang)
    assert caplog.records == []


def test_every_name_is_the_figures_own_and_every_reference_resolves(picture):
    tree = ET.fromstring(picture)
    names = [node.attrib["id"] for node in tree.iter() if "id" in node.attrib]
    assert names
    assert len(set(names)) == len(names)
    assert all(name.startswith("toy-") for name in names)
    used = [node.attrib[HREF].removeprefix("#") for node in tree.iter(f"{SVG}use")]
    used += re.findall(r"url\(#([^)]*)\)", picture)
    assert len(used) > 20
    assert set(used) <= set(names)


def test_two_figures_on_a_page_share_no_name(picture):
    def names(text):
        return set(re.findall(r'id="([^"]*)"', text))

    assert not names(picture) & names(save(name="other"))


def test_use_keeps_its_xlink_href(picture):
    uses = re.findall(r"<use\b[^>]*>", picture)
    assert uses
    assert all(" xlink:href=" in use for use in uses)
    assert " href=" not in picture
    assert 'xmlns:xlink="http://www.w3.org/1999/xlink"' in picture


def test_every_colour_follows_the_theme_with_the_light_one_as_fallback(picture):
    fallbacks = re.findall(r"var\((--fig-[a-z]+), (#[0-9a-f]{6})\)", picture)
    light = {palette.variable(role): colour.light for role, colour in palette.ROLES.items()}
    assert all(light[variable] == colour for variable, colour in fallbacks)
    roles = {variable.removeprefix("--fig-") for variable, _ in fallbacks}
    assert {"deep", "shallow", "exact", "deepwash", "ink", "muted", "line"} == roles
    bare = re.sub(r"var\([^()]*\)", "", picture)
    assert not re.findall(r"#[0-9a-fA-F]{6}\b|rgb\(|\bblack\b|\bwhite\b", bare)


@pytest.mark.parametrize("role", palette.ROLES)
def test_each_role_becomes_its_variable(role):
    with style.context():
        drawn, ax = style.panels()
        ax.plot([0, 1], color=style.colour(role))
        picture = style.to_svg(drawn, "toy")
    colour = palette.ROLES[role].light
    assert f"stroke: var(--fig-{role}, {colour})" in picture


def test_nothing_tells_when_or_by_what_it_was_drawn(picture):
    assert not re.search(
        r"metadata|dc:|rdf|Matplotlib|creator|<!--|<\?xml|DOCTYPE|20\d\d-", picture
    )
    assert picture.startswith("<svg ")
    assert picture.endswith("</svg>\n")


def test_text_is_drawn_as_paths(picture):
    assert "<text" not in picture
    assert "font-family" not in picture


def test_no_style_sheet_reaches_the_rest_of_the_page(picture):
    assert "<style" not in picture
    root = picture[: picture.index(">")]
    assert 'style="stroke-linejoin: round; stroke-linecap: butt"' in root


def test_the_picture_takes_the_width_of_the_page(picture):
    root = ET.fromstring(picture).attrib
    assert root["viewBox"] == "0 0 374.4 216"
    assert "width" not in root
    assert "height" not in root


def test_path_data_is_short_and_stays_within_half_a_hundredth(picture, monkeypatch):
    for path in re.findall(r' d="([^"]*)"', picture):
        assert re.fullmatch(r"[MLQCzH]?(?: ?[MLQCz]| ?-?\d+(?:\.\d{1,2})?)*", path), path
    monkeypatch.setattr(style, "_shorten", lambda path: path)
    pairs = zip(numbers_of(picture), numbers_of(save()), strict=True)
    assert max(abs(short - full) for short, full in pairs) <= 0.005 + 1e-9


def numbers_of(picture):
    paths = re.findall(r' d="([^"]*)"', picture)
    return [float(number) for path in paths for number in re.findall(r"-?\d+(?:\.\d+)?", path)]


def test_transforms_are_not_rounded(picture, monkeypatch):
    transforms = re.findall(r' transform="[^"]*"', picture)
    assert any(re.search(r"scale\(0\.015625\)", text) for text in transforms)
    assert any(re.search(r"\d\.\d{5,}", text) for text in transforms)
    monkeypatch.setattr(style, "_shorten", lambda path: path)
    assert re.findall(r' transform="[^"]*"', save()) == transforms


# The standalone picture


def test_the_standalone_picture_needs_no_page(picture):
    alone = style.standalone(picture)
    root = ET.fromstring(alone)
    assert "var(" not in alone
    assert (root.attrib["width"], root.attrib["height"]) == ("374.4pt", "216pt")
    assert root.attrib["viewBox"] == "0 0 374.4 216"
    assert root[0].tag == f"{SVG}rect"
    assert root[0].attrib == {"width": "374.4", "height": "216", "fill": "#ffffff"}


def test_the_standalone_picture_is_the_themed_one_in_light_colours(picture):
    alone = style.standalone(picture)
    for colour in (palette.ROLES["deep"], palette.ROLES["deepwash"]):
        assert alone.count(colour.light) == picture.count(colour.light) > 0
    assert len(list(ET.fromstring(alone).iter())) == len(list(ET.fromstring(picture).iter())) + 1


def test_a_picture_of_another_making_is_refused():
    with pytest.raises(ValueError, match="the picture has no viewBox; it was not made by to_svg"):
        style.standalone("<svg></svg>")
