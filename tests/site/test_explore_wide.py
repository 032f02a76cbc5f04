"""Training in the page, as a reader does: a run falls where the record says, and waits if told."""

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from press.reader import Site, browser, visited
from tests.browser import find
from tests.scripts import ROOT, values

WIDE = "more_units_smaller_median_error"
LONG = 60_000  # milliseconds for 10,000 steps on a busy machine
HIDE = """hidden => {
  Object.defineProperty(document, "hidden", {value: hidden, configurable: true});
  document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser(find()) as launched:
        yield launched


@pytest.fixture(scope="module")
def site(chromium: Browser) -> Iterator[Site]:
    with visited(ROOT / "site", chromium) as site:
        yield site


def box_of(page: Page) -> Locator:
    box = page.locator("#explore-wide")
    expect(box).to_have_attribute("data-state", "open", timeout=LONG)
    return box


def finished(box: Locator, text: str) -> str:
    status = box.locator(".dl-report")
    expect(status).to_contain_text(text, timeout=LONG)
    return status.inner_text()


def errors(cell: str) -> list[float]:
    """The final errors of the book's seeds, as the page gets them."""
    script = (ROOT / "site" / "assets" / "explore" / "data" / f"{WIDE}.js").read_text("utf-8")
    data = json.loads(script[script.index("]=") + 2 :].rstrip().rstrip(";"))
    found: list[float] = data["cells"][cell]["errors"]
    return found


def test_a_seed_of_the_book_ends_where_the_record_says(site: Site):
    with site.open("en/wide-is-enough/?wide=target:polynomial,width:4,seed:3,steps:10000") as page:
        said = finished(box_of(page), "After 10000 steps seed 3")
        book = errors("polynomial 4 100")
        assert "It is the book’s own run: the same in all four digits" in said
        worse = sum(error > book[3] for seed, error in enumerate(book) if seed != 3)
        assert f"Of the book’s 31 other seeds {worse} have a larger error" in said
        assert f"squared error of {float(f'{book[3]:.3g}'):g}" in said
        line = page.locator("#explore-wide .dl-command code").inner_text()
        assert line == f"dlbook run {WIDE} --replay seed=3 width=4 curve=polynomial"


def test_every_seed_of_the_book_is_in_the_strip(site: Site):
    with site.open("en/wide-is-enough/?wide=target:sine,width:16,steps:10000") as page:
        box = box_of(page)
        book, constant = errors("sine 16 100"), values(WIDE)["constants"][0]
        failed = sum(error > 0.2 * constant for error in book)
        marks = {
            name: len(re.findall(mark, box.locator(f"[data-key={name}]").get_attribute("d") or ""))
            for name, mark in (("good", "M"), ("failed", "M"))
        }
        assert marks == {"good": len(book) - failed, "failed": 2 * failed}


def test_a_setting_of_ones_own_is_called_so_and_has_no_band(site: Site):
    with site.open(
        "en/wide-is-enough/?wide=target:sine,width:16,activation:relu,steps:1000"
    ) as page:
        box = box_of(page)
        assert "This setting is your own" in finished(box, "After 1000 steps seed 0")
        assert box.locator("[data-key=most]").count() == 0
        assert box.locator(".dl-command code").is_hidden()
        box.get_by_role("button", name="nearest setting").click()
        assert "activation:sigmoid" in page.url
        assert "width:16" in page.url
        assert box.locator("[data-key=most]").count() == 1


def test_choices_are_steps_back_and_each_is_trained(site: Site):
    with site.open("wide-is-enough/?wide=activation:tanh,steps:1000,width:8") as page:
        box = box_of(page)
        finished(box, "种子 0 训练 1000 步后")
        box.get_by_role("combobox", name="目标").select_option("absolute")
        box.get_by_role("spinbutton", name="种子").fill("5")
        box.get_by_role("spinbutton", name="种子").press("Enter")
        finished(box, "种子 5 训练 1000 步后")
        assert "target:absolute,width:8,activation:tanh,start:usual,steps:1000,seed:5" in page.url
        page.go_back()
        finished(box, "种子 0 训练 1000 步后")
        assert box.get_by_role("combobox", name="目标").input_value() == "absolute"
        page.go_back()
        expect(box.get_by_role("combobox", name="目标")).to_have_value("sine")
        page.go_forward()
        expect(box.get_by_role("combobox", name="目标")).to_have_value("absolute")


def test_finished_runs_stay_until_they_are_cleared(site: Site):
    with site.open("en/wide-is-enough/?wide=activation:tanh,steps:1000,width:8") as page:
        box = box_of(page)
        finished(box, "seed 0")
        for seed in (1, 2):
            box.get_by_role("button", name="Next seed").click()
            finished(box, f"After 1000 steps seed {seed}")
        path = box.locator("svg >> [data-key=past]").last
        assert len(re.findall("M", path.get_attribute("d") or "")) == 2
        box.get_by_role("button", name="Clear").click()
        assert (path.get_attribute("d") or "") == ""


def test_a_run_can_be_paused_resumed_and_cancelled(site: Site):
    with site.open("en/wide-is-enough/?wide=width:64,steps:10000") as page:
        box = box_of(page)
        box.get_by_role("button", name="Pause").click()
        bar = box.locator("progress")
        page.wait_for_timeout(150)
        paused = bar.get_attribute("value")
        page.wait_for_timeout(250)
        assert bar.get_attribute("value") == paused
        box.get_by_role("button", name="Resume").click()
        page.wait_for_function(
            "([bar, value]) => bar.value > value", arg=[bar.element_handle(), float(paused or 0)]
        )
        box.get_by_role("button", name="Cancel").click()
        expect(box.locator(".dl-report")).to_have_text("Cancelled.")
        assert box.get_by_role("button", name="Train again").is_enabled()


def test_a_run_waits_while_nobody_looks(site: Site):
    with site.open("en/wide-is-enough/?wide=width:64,steps:10000") as page:
        box = box_of(page)
        page.evaluate(HIDE, True)
        page.wait_for_timeout(150)
        waiting = box.locator("progress").get_attribute("value")
        page.wait_for_timeout(300)
        assert box.locator("progress").get_attribute("value") == waiting != "10000"
        page.evaluate(HIDE, False)
        finished(box, "After 10000 steps")


def test_without_motion_the_picture_comes_at_the_end(site: Site):
    watch = """() => {
      const line = document.querySelector("#explore-wide");
      globalThis.drawn = 0;
      new MutationObserver(list => {
        globalThis.drawn += list.filter(({target}) => target.dataset?.key === "run").length;
      }).observe(line, {subtree: true, attributes: true, attributeFilter: ["d"]});
    }"""
    with site.open("en/wide-is-enough/?wide=width:64,steps:6000", reduced_motion="reduce") as page:
        box = box_of(page)
        page.evaluate(watch)
        finished(box, "After 6000 steps")
        assert page.evaluate("globalThis.drawn") <= 2


def test_a_worker_trains_in_a_page_that_is_opened_from_a_folder(chromium: Browser):
    page = chromium.new_page()
    address = (ROOT / "site" / "en" / "wide-is-enough" / "index.html").as_uri()
    page.goto(f"{address}?wide=width:8,steps:1000,activation:tanh")
    assert "After 1000 steps seed 0" in finished(box_of(page), "This setting is your own")
