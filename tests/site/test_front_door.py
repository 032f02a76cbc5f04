"""What a new reader meets, and what a link to a page brings along, on the built site."""

import re
from html import unescape
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from press.reader import PHONE, Site
from tests.site.conftest import ROOT

BUILT = ROOT / "site"
HOMES = {"zh": "", "en": "en/"}
HAN = re.compile(r"[\u4e00-\u9fff]")
CARD = 100_000  # bytes
PHONE_HEIGHT = 844  # pixels


def pages() -> list[Path]:
    return sorted(BUILT.rglob("index.html"))


def metas(path: Path) -> dict[str, str]:
    head = path.read_text(encoding="utf-8").partition("<body")[0]
    found = re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)"', head)
    return {name: unescape(content) for name, content in found}


def is_english(path: Path) -> bool:
    return path.relative_to(BUILT).parts[0] == "en"


def test_every_page_says_in_its_language_what_it_is_about():
    told: dict[str, list[Path]] = {}
    for path in pages():
        about = metas(path)["description"]
        assert bool(HAN.search(about)) != is_english(path), (path, about)
        assert metas(path)["og:description"] == about
        told.setdefault(about, []).append(path)
    assert len(told) > 70
    assert [paths for paths in told.values() if len(paths) > 1] == []


def test_every_page_brings_a_light_picture_along_in_its_language():
    for path in pages():
        found = metas(path)
        card = found["og:image"].rpartition("figures/")[2]
        assert re.fullmatch(rf"\w+\.{'en' if is_english(path) else 'zh'}\.card\.png", card), path
        file = BUILT / "figures" / card
        assert file.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
        assert file.stat().st_size < CARD
        assert found["og:image:alt"]
        assert found["og:title"]
        assert found["twitter:card"] == "summary_large_image"
    own = BUILT / "figures" / "no_line_computes_xor" / "index.html"
    assert metas(own)["og:image"].endswith("figures/no_line_computes_xor.zh.card.png")


@pytest.mark.parametrize("lang", HOMES)
def test_a_phone_shows_what_it_is_and_something_running_on_two_screens(site: Site, lang: str):
    with site.context(PHONE) as context:
        page = context.new_page()
        page.goto(site.url + HOMES[lang])
        assert page.locator("h1").bounding_box()["y"] < 200  # type: ignore[index]
        below = page.locator(".dl-map").bounding_box()
        assert below
        assert below["y"] < 2 * PHONE_HEIGHT
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("lang", HOMES)
def test_the_heart_of_the_book_is_large_and_leads_to_its_chapters(site: Site, lang: str):
    with site.context() as context:
        page = context.new_page()
        page.goto(site.url + HOMES[lang])
        sizes = page.locator(".dl-heart strong").evaluate_all(
            "all => all.map(each => parseFloat(getComputedStyle(each).fontSize))"
        )
        body = page.locator("article p").first.evaluate(
            "each => parseFloat(getComputedStyle(each).fontSize)"
        )
        assert len(sizes) == 3
        assert min(sizes) > 1.4 * body
        assert page.locator(".dl-heart a").count() >= 4


def begins(page: Page) -> None:
    """The map has begun to train, and some seeds have ended."""
    report = page.locator("#explore-home .dl-report")
    expect(report).to_contain_text("1024", timeout=60_000)
    expect(page.locator("#explore-home .dl-map__failed").first).to_have_attribute(
        "d", re.compile("^M"), timeout=60_000
    )


def test_the_map_trains_by_itself_when_it_is_seen_and_can_be_paused(site: Site):
    with site.context() as context:
        page = context.new_page()
        page.goto(site.url)
        page.locator(".dl-map").scroll_into_view_if_needed()
        begins(page)
        pause = page.locator("#explore-home .dl-button").first
        if pause.is_visible():  # else a fast machine has trained them all
            pause.click()
            expect(pause).to_have_text("继续")
        else:
            expect(page.locator("#explore-home .dl-report")).to_contain_text("与书里相同")


def test_who_wants_less_motion_begins_it_with_a_button(site: Site):
    with site.context(reduced_motion="reduce") as context:
        page = context.new_page()
        page.goto(site.url + "en/")
        page.locator(".dl-map").scroll_into_view_if_needed()
        page.wait_for_timeout(2500)
        expect(page.locator("#explore-home .dl-report")).to_have_count(0)
        page.get_by_role("button", name="Train them all again").click()
        begins(page)


def test_without_scripts_the_map_shows_how_the_books_runs_ended(site: Site):
    with site.context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(site.url)
        expect(page.locator(".dl-map")).to_be_visible()
        expect(page.locator(".dl-explore__open").first).to_be_hidden()


def test_every_count_of_claims_is_told_one_by_one(site: Site):
    with site.context() as context:
        page = context.new_page()
        page.goto(site.url)
        counted = int(page.locator('[value="count contested"]').first.inner_text())
        page.goto(site.url + "contested/")
        expect(page.locator(".dl-stories q")).to_have_count(counted)
        expect(page.locator(".dl-stories__found")).to_have_count(counted)
        assert page.locator("article ul.dl-stories > li img").count() > 10


def test_nothing_in_the_site_leads_to_the_machine_that_built_it():
    kinds = {".html", ".ipynb", ".py", ".cff", ".js", ".xml", ".txt"}
    files = [path for path in BUILT.rglob("*") if path.suffix in kinds]
    assert {path.suffix for path in files} >= {".html", ".ipynb", ".py", ".cff"}
    own = re.compile(r"127\.0\.0\.1|localhost")
    assert [path for path in files if own.search(path.read_text(encoding="utf-8"))] == []
