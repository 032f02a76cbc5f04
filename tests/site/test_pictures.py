"""Pictures by theme: the dark one is the same drawing in other colours, on paper of its own."""

import re
from xml.etree import ElementTree

import pytest

from dlbook.record import palette
from dlbook.site.reading import pictures
from dlbook.site.reading.shelf import Shelf
from tests.figures.test_style import save
from tests.site.conftest import SVG

NAMESPACE = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def themed() -> str:
    """A drawing as the figures' style saves it."""
    return save()


def test_the_dark_picture_has_dark_colours_only(themed):
    colours = set(re.findall(r"#[0-9a-f]{6}", pictures.dark(themed)))
    assert colours <= {pair.dark for pair in palette.ROLES.values()}
    assert palette.ROLES["deep"].dark in colours
    assert "var(" not in pictures.dark(themed)


def test_the_dark_picture_lies_on_dark_paper_of_its_own_size(themed):
    root = ElementTree.fromstring(pictures.dark(themed))
    width, height = pictures.size(themed)
    assert (root.get("width"), root.get("height")) == (f"{width:g}pt", f"{height:g}pt")
    paper = root[0]
    assert paper.tag == f"{NAMESPACE}rect"
    assert paper.get("fill") == palette.ROLES["paper"].dark
    assert (paper.get("width"), paper.get("height")) == (f"{width:g}", f"{height:g}")


def test_both_themes_draw_the_same_paths(themed):
    def paths(svg: str) -> list[str]:
        return re.findall(r' d="([^"]+)"', svg)

    assert paths(pictures.dark(themed)) == paths(themed) != []


def test_a_picture_of_unknown_size_is_refused():
    with pytest.raises(ValueError, match="viewBox"):
        pictures.size(SVG.replace("viewBox", "box"))


def test_only_the_light_picture_has_the_plain_name():
    assert pictures.picture_path("saw", "zh", "light") == "figures/saw.zh.svg"
    assert pictures.picture_path("saw", "zh", "dark") == "figures/saw.zh.dark.svg"


def test_the_description_and_the_way_are_those_that_were_given(project):
    html = pictures.images(Shelf(project).figure("saw"), "zh", "../", "A &amp; B")
    assert html.count('alt="A &amp; B"') == 2
    assert 'src="../figures/saw.zh.dark.svg"' in html
