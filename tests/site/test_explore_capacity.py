"""Dragging across the peak as a reader does it; what is seen is the record's."""

import re

from playwright.sync_api import Locator, Page, expect

from press.reader import DESK, PHONE, Site
from tests.scripts import accepted

PEAK = accepted("error_peaks_where_a_fit_becomes_exact")
OPENED = 20_000
PAGE = "en/play/"  # where all explorables stand is soon laid out


def opened(page: Page) -> Locator:
    page.locator("#explore-capacity .dl-explore__open").click()
    box = page.locator("#explore-capacity")
    expect(box).to_have_attribute("data-state", "open", timeout=OPENED)
    return box


def told(box: Locator) -> str:
    return box.locator(".dl-report").inner_text()


def says(box: Locator, text: str) -> None:
    """What it reports has this in it, or has soon."""
    expect(box.locator(".dl-report")).to_contain_text(text)


def error(box: Locator) -> float:
    """The test error that is told."""
    found = re.search(r"[Tt]est error ([\d.]+)(?:×10([⁰¹²³⁴-⁹]+))?", told(box))
    assert found, told(box)
    power = int((found[2] or "0").translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")))
    return float(found[1].rstrip(".")) * 10.0**power


def test_the_book_s_draw_is_the_record_s_to_the_bit_and_another_is_the_reader_s(site: Site):
    with site.open(PAGE) as page:
        box = opened(page)
        says(box, "60 features for 60 data: exactly one fit")
        says(box, "equal to the record to the bit")
        box.get_by_label("Noise").select_option("0.1")
        says(box, "your own")
        assert "noise:0.1" in page.url
        page.go_back()
        says(box, "to the bit")
        box.get_by_role("button", name="Draw new data").click()
        says(box, "equal to the record to the bit")
        assert "seed:1" in page.url


def test_the_error_peaks_at_as_many_features_and_falls_on_both_sides(site: Site):
    with site.open(f"{PAGE}?capacity=p:60") as page:
        box = page.locator("#explore-capacity")
        expect(box).to_have_attribute("data-state", "open", timeout=OPENED)
        at_peak = error(box)
        slider = box.locator("input[type=range]")
        last = slider.get_attribute("max")
        assert last
        found = {}
        for place in ("0", last):
            slider.fill(place)
            found[place] = error(box)
        assert max(found.values()) < at_peak / 3
        says(box, "1000 features for 60 data: of many exact fits")
        shown = box.locator(".dl-command").inner_text()
        assert "--set noise=0.5" in shown


def test_the_line_can_be_dragged_and_a_drag_is_one_step_back(site: Site):
    with site.open(f"{PAGE}?capacity=p:200") as page:
        box = page.locator("#explore-capacity")
        expect(box).to_have_attribute("data-state", "open", timeout=OPENED)
        handle = box.locator(".dl-plot__handle").first
        handle.scroll_into_view_if_needed()
        spot = handle.bounding_box()
        assert spot
        x, y = spot["x"] + spot["width"] / 2, spot["y"] + spot["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        length = page.evaluate("history.length")
        page.mouse.move(x - 60, y, steps=4)
        page.mouse.up()
        assert page.evaluate("history.length") == length + 1
        assert "200 features" not in told(box)
        page.go_back()
        says(box, "200 features")


def test_a_key_moves_on_from_the_least_number_of_features(site: Site):
    with site.open(f"{PAGE}?capacity=p:5") as page:
        box = page.locator("#explore-capacity")
        expect(box).to_have_attribute("data-state", "open", timeout=OPENED)
        slider = box.locator("input[type=range]")
        slider.focus()
        for _ in range(3):
            page.keyboard.press("ArrowRight")
        says(box, "8 features")


def test_on_a_desk_it_fits_one_screen_and_on_a_phone_the_width(site: Site):
    with site.open("en/capacity/", DESK) as page:
        box = opened(page)
        size = box.bounding_box()
        assert size
        assert size["height"] <= 800
    with site.open("capacity/", PHONE) as page:
        opened(page)
        wide = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert wide


def test_what_is_told_of_the_median_is_the_record_s(site: Site):
    with site.open(PAGE) as page:
        box = opened(page)
        expect(box.locator("[data-key=band]")).to_have_count(1)
        given = page.evaluate("dlbook.records.error_peaks_where_a_fit_becomes_exact")
        assert given["first_seed"] > 0
        for p, middle in zip(given["features"], given["band"][1], strict=True):
            assert abs(middle / PEAK["medians"][p]["mean"] - 1) < 0.05
