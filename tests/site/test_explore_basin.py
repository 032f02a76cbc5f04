"""Pushing the folding net off its weights as a reader does it; what is said is the record's."""

import re

from playwright.sync_api import Locator, Page, expect

from press.reader import DESK, Site
from tests.scripts import accepted
from tests.site.conftest import explored
from tests.site.test_explore_tools import opened as opened_tool
from tests.site.test_explore_tools import trained

NAME = "training_finds_folds_only_from_nearby"
RECORD = accepted(NAME)
OPENED = 60_000


def basin(page: Page) -> Locator:
    """The explorable, whose first run has ended."""
    box = page.locator("#explore-basin[data-state=open]")
    box.wait_for(timeout=OPENED)
    expect(box.locator(".dl-report")).to_contain_text("In the book", timeout=OPENED)
    return box


def says(box: Locator, text: str | re.Pattern[str]) -> None:
    expect(box.locator(".dl-report")).to_contain_text(text, timeout=OPENED)


def test_how_many_come_home_is_the_record_s(site: Site):
    with site.open("en/play/") as page:
        for folds, level in ((5, 7), (5, 3), (1, 3)):
            page.goto(f"{site.url}en/play/?basin=folds:{folds},part:{2**level}")
            box = basin(page)
            home = RECORD["home"][folds, level]
            says(box, f"In the book {round(64 * home['mean'])} of 64 seeds get there")
            says(box, "the book’s own run")


def test_another_seed_and_a_longer_push_are_trained_and_told(site: Site):
    with site.open("en/play/?basin=folds:5,part:128") as page:
        box = basin(page)
        says(box, "Pushed off by 1/128, seed 0 comes home")
        box.get_by_role("button", name="Next seed").click()
        says(box, "seed 1 ")
        says(box, "the book’s own run")
        assert "seed:1" in page.url
        box.get_by_role("slider", name="Pushed off by").fill("8")
        says(box, "Pushed off by 1/2, seed 1 does not come home")
        page.go_back()
        says(box, "Pushed off by 1/128, seed 1")


def test_random_weights_take_no_noise_and_get_there_as_seldom_as_in_the_record(site: Site):
    missed = RECORD["missed"]["wide", 3]["mean"]
    with site.open("en/play/?basin=folds:3") as page:
        box = basin(page)
        box.get_by_role("combobox", name="Start").select_option("wide")
        says(box, "From random weights seed 0")
        says(box, f"In the book {round(64 * (1 - missed))} of 64 seeds")
        says(box, "the book’s own run")
        expect(box.get_by_role("slider", name="Pushed off by")).to_be_disabled()


def test_a_seed_that_the_book_has_not_is_told(site: Site):
    with site.open("en/play/?basin=folds:1,seed:64") as page:
        box = basin(page)
        says(box, "Your seed is none of the book’s")
        expect(box.locator("[data-key=ring]")).to_have_count(0)


def test_every_seed_ends_as_in_the_book_to_the_bit(site: Site):
    (seeds,) = (
        each for each in explored(NAME)["seeds"] if (each["folds"], each["noise"]) == (1, 1 / 8)
    )
    with site.open("en/play/?basin=folds:1,part:8") as page:
        basin(page)
        said = trained(opened_tool(page, "basin", "Train every seed"), "All 64 seeds have ended as")
        assert f"(checksum {seeds['checksum']})" in said


def test_states_that_are_none_fall_back(site: Site):
    with site.open("en/play/") as page:
        for state in ("folds:9,part:3,begin:up,seed:x", "", "part:0"):
            page.goto(f"{site.url}en/play/?basin={state}")
            box = basin(page)
            says(box, "Pushed off by 1/128, seed 0")
            expect(box.locator("code").first, state).to_contain_text("folds=5 noise=0.0078125")


def test_on_a_desk_it_fits_one_screen(site: Site):
    for path in ("en/play/?basin=", "play/?basin="):
        with site.open(path, DESK) as page:
            box = page.locator("#explore-basin[data-state=open]")
            box.wait_for(timeout=OPENED)
            expect(box.locator(".dl-report")).to_have_text(re.compile(r"\d"), timeout=OPENED)
            size = box.bounding_box()
            assert size
            assert size["height"] <= 800, path
