"""What readers do with the folded claims of a chapter."""

import re

import pytest
from playwright.sync_api import expect

from press.reader import DESK, PHONE, Site

IN_VIEW = """id => {
  const { top, height } = document.getElementById(id).getBoundingClientRect();
  return top >= 0 && top < innerHeight && height > 0;
}"""
LINK = """id => document.body.insertAdjacentHTML(
  "beforeend", `<a id="way" href="#${id}">there</a>`)"""
CLAIM = "claim-A25-pieces"
FACTS = f"#{CLAIM} .dl-claim__facts"


def test_an_address_opens_the_claim_that_it_names(site: Site):
    with site.open(f"folding/#{CLAIM}") as page:
        expect(page.locator(FACTS).first).to_be_visible()
        assert page.evaluate(IN_VIEW, CLAIM)
        expect(page.locator(".dl-claim[open]")).to_have_count(1)


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_a_link_opens_its_claim_as_often_as_it_is_followed(site: Site, width):
    with site.open("folding/", width) as page:
        expect(page.locator(FACTS).first).to_be_hidden()
        page.evaluate(LINK, CLAIM)
        for _ in range(2):
            page.evaluate("document.getElementById('way').click()")
            page.wait_for_selector(FACTS)
            page.evaluate(f"document.querySelector('#{CLAIM}').open = false")


def test_the_ledger_leads_to_a_claim_that_is_open_and_back(site: Site):
    with site.open("en/claims/") as page:
        page.click("#ledger-A25-pieces a >> nth=0")
        page.wait_for_url(f"{site.url}en/folding/#{CLAIM}")
        expect(page.locator(FACTS).first).to_be_visible()
        page.click(f"#{CLAIM} .dl-claims__note a[href*='#ledger-']")
        page.wait_for_url(f"{site.url}en/claims/#ledger-A25-pieces")


def test_the_keyboard_folds_and_unfolds(site: Site):
    with site.open("folding/") as page:
        page.focus(f"#{CLAIM} > summary")
        page.keyboard.press("Enter")
        expect(page.locator(FACTS).first).to_be_visible()
        page.keyboard.press("Space")
        expect(page.locator(FACTS).first).to_be_hidden()


def test_without_scripts_an_address_lands_and_the_line_unfolds(site: Site):
    with site.open(f"folding/#{CLAIM}", java_script_enabled=False) as page:
        box = page.locator(f"#{CLAIM}").bounding_box()
        assert 0 <= box["y"] < 900
        expect(page.locator(FACTS).first).to_be_visible()
    with site.open("folding/", java_script_enabled=False) as page:
        expect(page.locator(FACTS).first).to_be_hidden()
        page.click(f"#{CLAIM} > summary")
        expect(page.locator(FACTS).first).to_be_visible()


def test_on_paper_every_claim_is_unfolded(site: Site):
    with site.open("folding/") as page:
        page.emulate_media(media="print")
        folded = page.locator(".dl-claim__facts").all()
        assert folded
        assert all(each.is_visible() for each in folded)
        page.emulate_media(media="screen")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        expect(page.locator(".dl-claim:not([open])")).to_have_count(0)
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        expect(page.locator(".dl-claim[open]")).to_have_count(0)


def test_the_home_pages_counts_lead_to_the_ledger_that_shows_as_many(site: Site):
    with site.open("en/") as page:
        sums = page.eval_on_selector_all(
            ".dl-tally a", "all => all.map(a => [a.getAttribute('href'), a.innerText])"
        )
        assert len(sums) >= 4
        for href, text in sums:
            page.goto(f"{site.url}en/{href}")
            count = re.match(r"\d+", text)
            assert count
            expect(page.locator("tr[data-verdict]:visible")).to_have_count(int(count[0]))
