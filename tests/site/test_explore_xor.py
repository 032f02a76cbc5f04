"""Training XOR in the page as a reader does it; every seed ends as the record says."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from dlbook.engine import rerun
from dlbook.record.records import Project
from press.reader import PHONE, SCHEMES, Site, judged
from tests.scripts import ROOT, accepted
from tests.site.conftest import explored

FIGURE = "finding_xor_takes_luck_or_width"
RECORD = accepted(FIGURE)
WORDS = [
    "got it",
    *(f"{many} inputs stuck together" for many in ("two", "three", "all four")),
    "stopped elsewhere",
]
SAME = "The book’s run of this seed ended the same way."
SIDE = 32
FIRST = "relu 2 adam cross_entropy"


@pytest.fixture(scope="module")
def ends() -> dict[str, str]:
    """How every seed of every setting ended, as the page gets it."""
    asked = ("activation", "width", "method", "loss")
    return {
        " ".join(str(each[name]) for name in asked): each["ends"]
        for each in explored(FIGURE)["settings"]
    }


def box_of(page: Page) -> Locator:
    box = page.locator("#explore-xor")
    expect(box).to_have_attribute("data-state", "open", timeout=20_000)
    return box


def said(box: Locator, text: str) -> str:
    status = box.locator(".dl-report")
    expect(status).to_contain_text(text, timeout=20_000)
    return status.inner_text()


def seeds_of(box: Locator) -> Locator:
    return box.locator(".dl-xor__seeds")


def choose(box: Locator, seed: int) -> None:
    box.get_by_role("spinbutton", name="Seed").fill(str(seed))
    box.get_by_role("spinbutton", name="Seed").press("Enter")


@pytest.mark.parametrize(
    "setting",
    [FIRST, "tanh 2 descent squared", "relu 4 adam cross_entropy", "sigmoid 2 adam squared"],
)
def test_seeds_end_as_in_the_record_and_the_page_says_so(site: Site, ends, setting):
    activation, width, method, loss = setting.split()
    chosen = f"activation:{activation},width:{width},method:{method},loss:{loss}"
    with site.open(f"en/play/?xor=seed:0,{chosen}") as page:
        box = box_of(page)
        for seed in (0, 1, 2, 500, 1023):
            choose(box, seed)
            text = said(box, f"Seed {seed} after")
            assert f": {WORDS[int(ends[setting][seed])]}. {SAME}" in text


def test_the_counts_are_those_of_the_record(site: Site, ends):
    with site.open("en/play/?xor=width:2") as page:
        box = box_of(page)
        for width, rate in RECORD["by_width"].items():
            units = box.get_by_role("spinbutton", name="Hidden units")
            units.fill(str(width))
            units.press("Enter")
            seeds = ends[f"relu {width} adam cross_entropy"]
            found = [seeds.count(str(k)) for k in range(len(WORDS))]
            expect(box.locator(".dl-xor__legend li").first).to_contain_text(f"got it {found[0]} ")
            shown = box.locator(".dl-xor__legend li").all_inner_texts()
            for line, word, count in zip(shown, WORDS, found, strict=False):
                assert f"{word} {count} " in line
            share = float(shown[0].rpartition(" ")[2].rstrip("%"))
            assert share == pytest.approx(100 * rate["mean"], abs=0.06)


def test_buttons_walk_through_failures_and_successes(site: Site, ends):
    seeds = ends[FIRST]
    with site.open("en/play/?xor=seed:7") as page:
        box = box_of(page)
        said(box, "Seed 7 after")
        failing = next(k for k in range(8, 1024) if seeds[k] != "0")
        box.get_by_role("button", name="Next seed that fails").click()
        said(box, f"Seed {failing} after")
        expect(box.locator(".dl-xor__title")).to_have_text("Why it failed")
        solving = next(k for k in range(failing + 1, 1024) if seeds[k] == "0")
        box.get_by_role("button", name="Next seed that succeeds").click()
        said(box, f"Seed {solving} after")
        expect(box.locator(".dl-xor__title")).to_have_text("How it does it")
        page.go_back()
        said(box, f"Seed {failing} after")
        assert f"xor=seed:{failing}," in page.url
        assert box.get_by_role("spinbutton", name="Seed").input_value() == str(failing)
        page.go_forward()
        said(box, f"Seed {solving} after")


def test_reasons_name_the_level_of_the_record(site: Site, ends):
    names = ["½ ln 2", "¾ H(1/3)", "ln 2"]
    with site.open("en/play/?xor=seed:0") as page:
        box = box_of(page)
        for end, (name, level) in enumerate(zip(names, RECORD["levels"], strict=True), 1):
            seed = ends[FIRST].index(str(end))
            choose(box, seed)
            said(box, f"Seed {seed} after")
            why = box.locator(".dl-xor__why")
            expect(why).to_contain_text(f"at least {name} = {level:.4f}; this run ended at ")


def test_a_seed_is_picked_by_finger_pointer_and_key(site: Site, ends):
    with site.open("en/play/?xor=seed:7", PHONE, has_touch=True) as page:
        box = box_of(page)
        seeds = seeds_of(box)
        said(box, "Seed 7 after")
        length = page.evaluate("history.length")
        seeds.focus()
        for key in ("ArrowRight", "ArrowDown", "ArrowDown"):
            page.keyboard.press(key)
        seed = 8 + 2 * SIDE
        assert (
            seeds.get_attribute("aria-valuetext") == f"seed {seed}: {WORDS[int(ends[FIRST][seed])]}"
        )
        said(box, f"Seed {seed} after")
        assert page.evaluate("history.length") == length + 1, "keys in a row are one step"
        spot = seeds.bounding_box()
        assert spot
        at = (spot["x"] + spot["width"] * 5.5 / SIDE, spot["y"] + spot["height"] * 20.5 / SIDE)
        page.touchscreen.tap(*at)
        said(box, f"Seed {20 * SIDE + 5} after")
        page.mouse.click(at[0] + spot["width"] / SIDE, at[1])
        said(box, f"Seed {20 * SIDE + 6} after")
        assert f"xor=seed:{20 * SIDE + 6}," in page.url
        seeds.press("End")
        said(box, "Seed 1023 after")


def test_a_step_is_shown_and_kept_in_the_link_and_for_the_other_language(site: Site):
    with site.open("play/?xor=seed:3,width:3") as page:
        box = box_of(page)
        assert "第 " not in said(box, "种子 3 走完 8000 步")
        length = page.evaluate("history.length")
        slider = box.get_by_role("slider", name="看哪一步")
        slider.focus()
        for _ in range(20):
            page.keyboard.press("ArrowLeft")
        step = re.search(r"第 (\d+) 步：损失 .*，答案 00 → ", said(box, "第 "))
        assert step
        assert 100 < int(step[1]) < 8000
        assert page.url.partition("#")[0].endswith(f",step:{step[1]}")
        page.wait_for_timeout(500)
        assert page.evaluate("history.length") == length + 1, "keys in a row are one step"
        page.go_back()
        said(box, "种子 3 走完 8000 步")
        expect(slider).to_have_attribute("aria-valuetext", "8000")
        page.go_forward()
        said(box, f"第 {step[1]} 步")
        page.reload()
        said(box_of(page), f"第 {step[1]} 步")
        page.locator("[data-dl-language]").first.click()
        page.wait_for_url("**/en/play/?**")
        said(box_of(page), f"Step {step[1]}: loss ")


def test_going_back_at_once_leaves_the_history_as_it_was(site: Site):
    with site.open("en/play/?xor=seed:3") as page:
        box = box_of(page)
        said(box, "Seed 3 after 8000 steps")
        box.get_by_role("slider", name="Step shown").press("ArrowLeft")
        said(box, "Step ")
        page.go_back()
        expect(box.locator(".dl-report")).not_to_contain_text("Step ")
        page.wait_for_timeout(500)
        assert ",step:" not in page.url
        choose(box, 9)
        said(box, "Seed 9 after")
        page.go_back()
        said(box, "Seed 3 after 8000 steps")


def test_what_is_shown_at_a_step_is_what_python_prints(site: Site):
    with site.open("en/play/?xor=seed:11,width:3,step:1") as page:
        box = box_of(page)
        text = said(box, "Seed 11 after 8000 steps")
        line = box.locator(".dl-command code").inner_text()
        command, _, choices = line.partition(" --replay ")
        assert command == f"dlbook run {FIGURE}"
        pairs = dict(pair.split("=") for pair in choices.split())
        printed = rerun.show_replay(Project(ROOT), FIGURE, pairs)
        for step, pattern in ((1, r"Step 1: loss ([\d.]+),"), (8000, r"8000 steps, loss (\S+):")):
            shown = re.search(pattern, text)
            theirs = re.search(rf"^ +{step} +(\S+)$", printed, re.MULTILINE)
            assert shown
            assert theirs
            assert number(shown[1]) == pytest.approx(float(theirs[1]), rel=1e-3)


def number(text: str) -> float:
    """A number as the page writes it, read back."""
    powers = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
    mantissa, _, power = text.partition("×10")
    return float(mantissa) * 10 ** int(power.translate(powers) or 0)


def test_it_plays_pauses_and_waits_while_nobody_looks(site: Site):
    with site.open("en/play/?xor=seed:3,width:3") as page:
        box = box_of(page)
        said(box, "Seed 3 after 8000 steps")
        length = page.evaluate("history.length")
        box.get_by_role("button", name="Play").click()
        page.wait_for_timeout(400)
        box.get_by_role("button", name="Pause").click()
        text = said(box, "Step ")
        page.wait_for_timeout(200)
        assert box.locator(".dl-report").inner_text() == text
        assert page.evaluate("history.length") == length
        hide(page, hidden=True)
        choose(box, 4)
        page.wait_for_timeout(500)
        assert "Seed 4" not in box.locator(".dl-report").inner_text()
        hide(page, hidden=False)
        said(box, "Seed 4 after 8000 steps")


def hide(page: Page, *, hidden: bool) -> None:
    """Make the page believe that its tab is away, or back."""
    page.evaluate(
        """hidden => {
          Object.defineProperty(document, "hidden", {value: hidden, configurable: true});
          document.dispatchEvent(new Event("visibilitychange"));
        }""",
        hidden,
    )


def test_with_reduced_motion_nothing_plays_until_it_is_asked_to(site: Site):
    with site.open("en/play/?xor=seed:3", reduced_motion="reduce") as page:
        box = box_of(page)
        said(box, "Seed 3 after 8000 steps")
        slider = box.get_by_role("slider", name="Step shown")
        assert slider.get_attribute("aria-valuetext") == "8000"
        box.get_by_role("button", name="Play").click()
        expect(slider).not_to_have_attribute("aria-valuetext", "8000")
        box.get_by_role("button", name="Pause").click()
        said(box, "Step ")


def test_settings_of_ones_own_have_no_seeds_and_are_called_so(site: Site):
    with site.open("en/play/?xor=seed:3,activation:sin,width:5") as page:
        box = box_of(page)
        said(box, "The book did not train such nets.")
        expect(seeds_of(box)).to_be_hidden()
        assert box.get_by_role("button", name="Next seed that fails").is_disabled()
        box.get_by_role("combobox", name="Activation").select_option("relu")
        box.get_by_role("spinbutton", name="Hidden units").fill("8")
        box.get_by_role("spinbutton", name="Hidden units").press("Tab")
        said(box, SAME)
        expect(seeds_of(box)).to_be_visible()
        choose(box, 5000)
        said(box, "The book has trained seeds 0 to 1023 only.")


def test_garbage_in_the_address_is_the_first_run(site: Site):
    garbage = "seed:-1,width:99,activation:gelu,method:%,loss:,step:1e9"
    with site.open(f"en/play/?xor={garbage}") as page:
        box = box_of(page)
        said(box, "Seed 0 after 8000 steps")
        width = "width:16,activation:relu,method:adam,loss:cross_entropy"
        assert page.url.partition("#")[0].endswith(f"xor=seed:0,{width}")


def test_colours_follow_the_theme_without_a_drawing(site: Site):
    with site.open("en/play/?xor=seed:3", reduced_motion="reduce") as page:
        box = box_of(page)
        said(box, "Seed 3 after")
        picture = box.locator(".dl-plot").first
        before = picture.evaluate("svg => svg.outerHTML")
        colours = []
        for scheme in SCHEMES:
            page.evaluate("scheme => document.body.dataset.mdColorScheme = scheme", scheme)
            fill = "svg => getComputedStyle(svg.querySelector('[data-key=\"field 1\"]')).fill"
            colours.append(picture.evaluate(fill))
        assert len(set(colours)) == 2
        assert picture.evaluate("svg => svg.outerHTML") == before


@pytest.mark.parametrize("state", ["seed:18", "seed:7,width:16", "seed:1,activation:abs,width:1"])
def test_every_kind_of_picture_is_accessible_and_fits_a_phone(site: Site, state: str):
    with site.open(f"play/?xor={state}", PHONE, reduced_motion="reduce") as page:
        box = box_of(page)
        said(box, "走完 8000 步")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        assert "NaN" not in box.evaluate("box => box.outerHTML")
        assert judged(page, SCHEMES, "#explore-xor") == []
