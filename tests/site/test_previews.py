"""Pictures that stand on a page before an explorable is opened, and the page that has them all."""

import re
from xml.etree import ElementTree

import pytest
from playwright.sync_api import expect

from dlbook.record.palette import ROLES, variable
from dlbook.site.pages.explorables import EXPLORABLES
from dlbook.site.pages.previews import HEIGHT, WIDTH, preview
from press.reader import DESK, PHONE, Site
from tests.site.conftest import ROOT, explored
from tests.site.test_explore import OPENED, open_it
from tests.turns import in_a_language

KILOBYTES = 6


def drawn(name: str) -> str:
    folder = ROOT / "site" / "assets" / "explore" / "data"
    given = {}
    for figure in EXPLORABLES[name].figures:
        text = (folder / f"{figure}.js").read_text("utf-8")
        given[figure] = text[text.index("]=") + 2 :].rstrip().rstrip(";").encode()
    return preview(name, given)


@pytest.mark.parametrize("name", EXPLORABLES)
def test_every_explorable_has_a_light_picture_in_the_colours_of_the_theme(name):
    text = drawn(name)
    svg = ElementTree.fromstring(text)
    assert len(text) < KILOBYTES * 1000
    assert svg.get("aria-hidden") == "true"
    assert not svg.findall(".//text"), "it says nothing"
    used = set(re.findall(r"var\((--[\w-]+)\)", text))
    assert used <= {variable(role) for role in ROLES}
    assert used
    assert "#" not in text
    marks = svg.findall(".//path")
    assert len(marks) > 1
    for mark in marks:
        places = re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", mark.get("d") or "")
        assert places
        for x, y in places:
            assert 0 <= float(x) <= WIDTH
            assert 0 <= float(y) <= HEIGHT


def test_the_picture_of_xor_has_a_mark_for_each_seed_of_the_record():
    settings = explored("finding_xor_takes_luck_or_width")["settings"]
    ends = next(
        each["ends"]
        for each in settings
        if (each["activation"], each["width"], each["method"], each["loss"])
        == ("relu", 2, "adam", "cross_entropy")
    )
    svg = ElementTree.fromstring(drawn("xor"))
    rows, solved = (path.get("d", "").count("M") for path in svg.findall(".//path"))
    assert (64 * rows, solved) == (len(ends), ends.count("0"))


@pytest.mark.parametrize("width", [DESK, PHONE])
@in_a_language
def test_the_page_that_collects_them_shows_and_opens_each(site: Site, root, width):
    with site.open(f"{root}play/", width) as page:
        boxes = page.locator(".dl-explore")
        names = boxes.evaluate_all("all => all.map(each => each.dataset.explore)")
        assert sorted(names) == sorted(EXPLORABLES)
        for name in names:
            box = page.locator(f"#explore-{name}")
            picture = box.locator("svg.dl-explore__preview")
            expect(picture).to_be_visible()
            expect(box.get_by_role("heading", level=2)).to_have_count(1)
            way = box.locator(".dl-explore__chapter a")
            assert (way.get_attribute("href") or "").endswith(f"/#explore-{name}")
            open_it(page, name)
            expect(picture).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_it_stands_in_the_navigation_of_both_languages(site: Site):
    for root, title in (("", "试一试"), ("en/", "Play")):
        with site.open(root) as page:
            link = page.locator(".md-nav--primary").get_by_role("link", name=title, exact=True)
            link.click()
            page.wait_for_url(f"{site.url}{root}play/")
            assert page.locator("h1").inner_text().startswith(title)


def test_a_state_that_was_sent_opens_on_that_page_too(site: Site):
    with site.open("en/play/?parity=bits:1101") as page:
        box = page.locator("#explore-parity[data-state=open]")
        box.wait_for(timeout=OPENED)
        expect(box.locator(".dl-report")).to_contain_text("1101 has 3 ones")
