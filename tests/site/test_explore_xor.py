"""Training XOR in the page as a reader does it; every seed ends as the record says."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from press.reader import PHONE, Site, browser, visited
from tests.browser import find
from tests.scripts import ROOT, values

FIGURE = "finding_xor_takes_luck_or_width"
RECORD = values(FIGURE)
WORDS = ["solved", "two confused", "three confused", "all four alike", "elsewhere"]
SIDE = 32


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser(find()) as launched:
        yield launched


@pytest.fixture(scope="module")
def site(chromium: Browser) -> Iterator[Site]:
    with visited(ROOT / "site", chromium) as site:
        yield site


@pytest.fixture(scope="module")
def ends() -> dict[str, str]:
    """How every seed of every setting ended, as the page gets it."""
    script = (ROOT / "site/assets/explore/data" / f"{FIGURE}.js").read_text("utf-8")
    data: Any = json.loads(script[script.index("]=") + 2 :].rstrip().rstrip(";"))
    return {name: each["ends"] for name, each in data["settings"].items()}


def box_of(page: Page) -> Locator:
    box = page.locator("#explore-xor")
    expect(box).to_have_attribute("data-state", "open", timeout=20_000)
    return box


def said(box: Locator, text: str) -> str:
    status = box.locator(".dl-report")
    expect(status).to_contain_text(text, timeout=20_000)
    return status.inner_text()


@pytest.mark.parametrize(
    "setting", ["relu 2 adam cross_entropy", "tanh 2 descent squared", "relu 4 adam cross_entropy"]
)
def test_seeds_end_as_in_the_record_and_the_page_says_so(site: Site, ends, setting):
    activation, width, method, loss = setting.split()
    chosen = f"activation:{activation},width:{width},method:{method},loss:{loss}"
    with site.open(f"en/hidden-layer/?xor=seed:0,{chosen}") as page:
        box = box_of(page)
        for seed in (0, 1, 2, 500, 1023):
            box.get_by_role("spinbutton", name="Seed").fill(str(seed))
            box.get_by_role("spinbutton", name="Seed").press("Enter")
            text = said(box, f"Seed {seed}, step")
            assert f"It ended: {WORDS[int(ends[setting][seed])]}." in text
            assert "So did this seed in the book." in text


def test_the_counts_are_those_of_the_record(site: Site, ends):
    with site.open("en/hidden-layer/?xor=width:2") as page:
        box = box_of(page)
        for width, rate in zip(RECORD["widths"], RECORD["by_width"], strict=True):
            slider = box.get_by_role("slider", name="Hidden units")
            slider.fill(str(width))
            seeds = ends[f"relu {width} adam cross_entropy"]
            counts = [f"{word}: {seeds.count(str(k))}" for k, word in enumerate(WORDS)]
            shown = box.locator(".dl-xor__counts li").all_inner_texts()
            for count, text in zip(counts, shown, strict=True):
                assert count in text
            share = float(re.search(r"\(([\d.]+)%\)", shown[0])[1])  # type: ignore[index]
            assert share == pytest.approx(100 * rate["mean"], abs=0.51)


def test_buttons_walk_through_failures_and_successes(site: Site, ends):
    seeds = ends["relu 2 adam cross_entropy"]
    with site.open("en/hidden-layer/?xor=seed:7") as page:
        box = box_of(page)
        said(box, "Seed 7, step")
        failing = next(k for k in range(8, 1024) if seeds[k] != "0")
        box.get_by_role("button", name="Next seed that fails").click()
        said(box, f"Seed {failing}, step")
        expect(box.locator(".dl-xor__why")).to_contain_text("Why it failed")
        solving = next(k for k in range(failing + 1, 1024) if seeds[k] == "0")
        box.get_by_role("button", name="Next seed that succeeds").click()
        said(box, f"Seed {solving}, step")
        expect(box.locator(".dl-xor__why")).to_contain_text("Why it succeeded")
        page.go_back()
        said(box, f"Seed {failing}, step")
        assert f"xor=seed:{failing}," in page.url


def test_a_seed_is_picked_on_the_map_by_pointer_finger_and_key(site: Site):
    with site.open("en/hidden-layer/?xor=seed:7", PHONE, has_touch=True) as page:
        box = box_of(page)
        chart = box.get_by_role("slider", name="The book’s seeds")
        chart.scroll_into_view_if_needed()
        chart.focus()
        page.keyboard.press("ArrowRight")
        said(box, "Seed 8, step")
        page.keyboard.press("ArrowDown")
        said(box, f"Seed {8 + SIDE}, step")
        assert (chart.get_attribute("aria-valuetext") or "").startswith(f"{8 + SIDE}: ")
        spot = chart.bounding_box()
        assert spot
        page.touchscreen.tap(spot["x"] + spot["width"] / 2, spot["y"] + spot["height"] / 2)
        expect(chart).not_to_have_attribute("aria-valuenow", str(8 + SIDE))
        seed = int(chart.get_attribute("aria-valuenow") or 0)
        assert (seed % SIDE, seed // SIDE) == pytest.approx((SIDE / 2, SIDE / 2), abs=2)
        said(box, f"Seed {seed}, step")


def test_a_step_is_shown_and_kept_in_the_link(site: Site):
    with site.open("hidden-layer/?xor=seed:3,width:3") as page:
        box = box_of(page)
        said(box, "种子 3，第 2000 步")
        box.get_by_role("slider", name="训练的步").fill("40")
        text = box.locator(".dl-report").inner_text()
        step = re.search(r"第 (\d+) 步", text)
        assert step
        assert int(step[1]) < 100
        assert f"step:{step[1]}" in page.url
        page.reload()
        said(box_of(page), f"种子 3，第 {step[1]} 步")


def test_it_plays_from_the_start_and_stops(site: Site):
    with site.open("en/hidden-layer/?xor=seed:3,width:3") as page:
        box = box_of(page)
        said(box, "Seed 3, step 2000")
        length = page.evaluate("history.length")
        box.get_by_role("button", name="Play from the start").click()
        page.wait_for_timeout(400)
        box.get_by_role("button", name="Stop").click()
        text = box.locator(".dl-report").inner_text()
        assert "step 2000" not in text
        page.wait_for_timeout(200)
        assert box.locator(".dl-report").inner_text() == text
        assert page.evaluate("history.length") <= length + 1


def test_nothing_plays_without_motion(site: Site):
    with site.open("en/hidden-layer/?xor=seed:3", reduced_motion="reduce") as page:
        box = box_of(page)
        said(box, "Seed 3, step 2000")
        assert box.get_by_role("button", name="Play from the start").count() == 0


def test_settings_of_ones_own_have_no_map_and_are_called_so(site: Site):
    with site.open("en/hidden-layer/?xor=seed:3,activation:sin,width:5") as page:
        box = box_of(page)
        assert "This setting is not in the book." in said(box, "Seed 3, step 2000")
        assert box.locator(".dl-xor__map").is_hidden()


def test_the_line_for_python_gives_the_loss_that_is_shown(site: Site):
    from dlbook.engine import rerun
    from dlbook.records import Project

    with site.open("en/hidden-layer/?xor=seed:11,width:3") as page:
        box = box_of(page)
        text = said(box, "Seed 11, step 2000")
        line = box.locator(".dl-command code").inner_text()
        command, _, choices = line.partition(" --replay ")
        assert command == f"dlbook run {FIGURE}"
        pairs = dict(pair.split("=") for pair in choices.split())
        printed = rerun.show(Project(ROOT), FIGURE, pairs)
        last = re.search(r"^ +2000 +(\S+)$", printed, re.MULTILINE)
        shown = re.search(r"loss ([\d.]+);", text)
        assert last
        assert shown
        assert float(shown[1]) == pytest.approx(float(last[1]), rel=5e-3)
