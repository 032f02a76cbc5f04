"""What readers do with the folded claims of a chapter, and how much of a page they take."""

import re

import pytest

from dlbook.site.reading.chapter_order import read_chapters
from press.reader import DESK, PHONE, Site
from tests.site.conftest import ROOT

CHAPTERS = [chapter.name for chapter in read_chapters(ROOT)[0]]
MOST = 0.10  # of a chapter's height
# By how much the page is shorter without its claims.
SHARE = """() => {
  const { height } = document.querySelector("article").getBoundingClientRect();
  for (const lines of document.querySelectorAll(".dl-claim-lines")) lines.style.display = "none";
  return 1 - document.querySelector("article").getBoundingClientRect().height / height;
}"""
IN_VIEW = """id => {
  const { top, height } = document.getElementById(id).getBoundingClientRect();
  return top >= 0 && top < innerHeight && height > 0;
}"""
LINK = """id => document.body.insertAdjacentHTML(
  "beforeend", `<a id="way" href="#${id}">there</a>`)"""
CLAIM = "claim-A25-pieces"
FACTS = f"#{CLAIM} .dl-claim__facts"


@pytest.mark.parametrize("chapter", CHAPTERS)
@pytest.mark.parametrize("lang", ["", "en/"])
@pytest.mark.parametrize("width", [DESK, PHONE])
def test_claims_take_at_most_a_tenth_of_a_chapter(site: Site, chapter, lang, width):
    with site.open(f"{lang}{chapter}/", width) as page:
        page.keyboard.press("Tab")  # which lays out all of a long page
        assert page.locator(".dl-claim-lines").count() > 0
        assert 0 < page.evaluate(SHARE) <= MOST


def test_an_address_opens_the_claim_that_it_names(site: Site):
    with site.open(f"folding/#{CLAIM}") as page:
        assert page.is_visible(FACTS)
        assert page.evaluate(IN_VIEW, CLAIM)
        assert page.locator(".dl-claim[open]").count() == 1


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_a_link_opens_its_claim_as_often_as_it_is_followed(site: Site, width):
    with site.open("folding/", width) as page:
        assert not page.is_visible(FACTS)
        page.evaluate(LINK, CLAIM)
        for _ in range(2):
            page.evaluate("document.getElementById('way').click()")
            page.wait_for_selector(FACTS)
            page.evaluate(f"document.querySelector('#{CLAIM}').open = false")


def test_the_ledger_leads_to_a_claim_that_is_open_and_back(site: Site):
    with site.open("en/claims/") as page:
        page.click("#ledger-A25-pieces a >> nth=0")
        page.wait_for_url(f"{site.url}en/folding/#{CLAIM}")
        assert page.is_visible(FACTS)
        page.click(f"#{CLAIM} .dl-claims__note a[href*='#ledger-']")
        page.wait_for_url(f"{site.url}en/claims/#ledger-A25-pieces")


def test_the_keyboard_folds_and_unfolds(site: Site):
    with site.open("folding/") as page:
        page.focus(f"#{CLAIM} > summary")
        page.keyboard.press("Enter")
        assert page.is_visible(FACTS)
        page.keyboard.press("Space")
        assert not page.is_visible(FACTS)


def test_without_scripts_an_address_lands_and_the_line_unfolds(site: Site):
    with site.open(f"folding/#{CLAIM}", java_script_enabled=False) as page:
        box = page.locator(f"#{CLAIM}").bounding_box()
        assert 0 <= box["y"] < 900
        assert page.is_visible(FACTS)
    with site.open("folding/", java_script_enabled=False) as page:
        assert not page.is_visible(FACTS)
        page.click(f"#{CLAIM} > summary")
        assert page.is_visible(FACTS)


def test_on_paper_every_claim_is_unfolded(site: Site):
    with site.open("folding/") as page:
        page.emulate_media(media="print")
        folded = page.locator(".dl-claim__facts").all()
        assert folded
        assert all(each.is_visible() for each in folded)
        page.emulate_media(media="screen")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert page.locator(".dl-claim:not([open])").count() == 0
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert page.locator(".dl-claim[open]").count() == 0


@pytest.mark.parametrize("path", [f"{chapter}/" for chapter in CHAPTERS])
def test_nothing_that_unfolds_is_wider_than_a_phone(site: Site, path):
    with site.open(path, PHONE) as page:
        page.evaluate("for (const each of document.querySelectorAll('.dl-claim')) each.open = true")
        page.keyboard.press("Tab")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        heights = page.eval_on_selector_all(
            ".dl-claim > summary", "all => all.map(e => e.getBoundingClientRect().height)"
        )
        assert min(heights) >= 24


def test_the_home_pages_counts_lead_to_the_ledger_that_shows_as_many(site: Site):
    with site.open("en/") as page:
        sums = page.eval_on_selector_all(
            ".dl-tally a", "all => all.map(a => [a.getAttribute('href'), a.innerText])"
        )
    assert len(sums) >= 4
    for href, text in sums:
        with site.open(f"en/{href}") as page:
            count = re.match(r"\d+", text)
            assert count
            assert page.locator("tr[data-verdict]:visible").count() == int(count[0])
