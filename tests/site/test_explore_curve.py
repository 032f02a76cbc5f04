"""Building a curve as a reader does it; what is seen is the record's."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from dlbook.figures import configuring
from press.reader import DESK, PHONE, SCHEMES, Site, judged
from tests.scripts import accepted, script
from tests.site.conftest import explored, unhurried

FIGURE = "error_falls_with_the_square_of_the_pieces"
RESULTS = accepted(FIGURE)
CHAPTER, PAGE = "wide-is-enough/", "play/"  # where all explorables stand is soon laid out
TRAINED = 20_000  # milliseconds for two thousand steps on a busy machine
REPORT, HANDLE = ".dl-report", ".dl-plot__handle"


def given() -> dict[str, Any]:
    """What the figure gave, from the built site."""
    curves: dict[str, Any] = explored(FIGURE)["curves"]
    return curves


def opened(page: Page) -> Locator:
    page.locator("#explore-curve .dl-explore__open").click()
    return linked(page)


def linked(page: Page) -> Locator:
    box = page.locator("#explore-curve")
    expect(box).to_have_attribute("data-state", "open")
    return box


def status(box: Locator) -> str:
    return box.locator(REPORT).inner_text()


def says(box: Locator, text: str) -> None:
    """What it reports has this in it, or has soon."""
    expect(box.locator(".dl-report")).to_contain_text(text)


def middle(target: Locator) -> tuple[float, float]:
    target.scroll_into_view_if_needed()
    spot = target.bounding_box()
    assert spot
    return spot["x"] + spot["width"] / 2, spot["y"] + spot["height"] / 2


def missed(text: str) -> float:
    """The error that a report speaks of."""
    found = re.search(r"by ([\d.]+) at most|is the curve|the error is (0)", text)
    assert found, text
    return float(found[1] or found[2])


def test_equal_pieces_miss_each_curve_as_the_record_says(site: Site):
    with site.open(f"en/{PAGE}") as page:
        box = opened(page)
        slider = box.get_by_label("Equal pieces")
        curves = given()
        assert list(curves) == ["sine", "quartic", "absolute", "root", "jump"]
        for name, curve in curves.items():
            box.get_by_role("combobox", name="Curve").select_option(name)
            for n, error in zip(curve["pieces"], curve["errors"], strict=True):
                if n > 64:
                    break
                slider.fill(str(n))
                text = status(box)
                assert missed(text) == error
                assert f"In the book: {error:g}." in text
                if "bounds" in curve:
                    bound = curve["bounds"][curve["pieces"].index(n)]
                    found = float(re.findall(r"/8 is ([\d.]+)", text)[0])
                    assert found == pytest.approx(bound, rel=5e-4), "four digits of both"
                else:
                    assert "max|f″|/8 is" not in text
        assert RESULTS["jump_best"] == missed(status(box))


def test_dragging_a_corner_is_one_step_back_and_the_bound_is_taken_piece_by_piece(site: Site):
    with site.open(f"en/{PAGE}?curve=curve:quartic,n:8") as page:
        box = linked(page)
        before = status(box)
        handle = box.locator(HANDLE).nth(2)
        x, y = middle(handle)
        page.mouse.move(x, y)
        page.mouse.down()
        length = page.evaluate("history.length")
        page.mouse.move(x + 12, y - 40, steps=4)
        page.mouse.move(x + 30, y, steps=4)
        page.mouse.up()
        assert page.evaluate("history.length") == length + 1
        says(box, "8 unequal pieces")
        says(box, "piece by piece")
        assert "curve:quartic,knots:" in page.url
        at = float(handle.get_attribute("aria-valuenow") or 0)
        assert -0.25 < at < 0
        assert f"_{at:g}_" in page.url
        page.go_back()
        expect(box.locator(REPORT)).to_have_text(before)
        page.go_forward()
        says(box, "8 unequal pieces")
        box.get_by_role("button", name="Space evenly").click()
        assert status(box) == before


def test_keys_alone_move_remove_and_add_corners(site: Site):
    with site.open(f"en/{PAGE}?curve=curve:absolute,n:3") as page:
        box = linked(page)
        assert missed(status(box)) == given()["absolute"]["errors"][0]
        handle = box.locator(HANDLE).first
        handle.focus()
        length = page.evaluate("history.length")
        for key in ("Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight", "ArrowRight"):
            page.keyboard.press(key)
        assert page.evaluate("history.length") == length + 1, "strokes in a row are one step"
        assert handle.evaluate("handle => handle === document.activeElement")
        assert handle.get_attribute("aria-valuetext") == "x = −0.0233, the curve is at 0.0233"
        page.keyboard.press("Delete")
        says(box, "2 unequal pieces")
        assert page.evaluate("document.activeElement.getAttribute('data-key')") == "knot 1"
        page.keyboard.press("Delete")
        says(box, "1 equal piece:")
        expect(box.locator(HANDLE)).to_have_count(0)
        assert page.evaluate("document.activeElement.textContent") == "Add a corner"
        page.keyboard.press("Enter")
        assert missed(status(box)) == RESULTS["abs_on_a_knot"], "the middle of the worst piece is 0"
        assert "curve:absolute,n:2," in page.url


def test_a_click_beside_the_corners_adds_one_and_on_one_selects_it(site: Site):
    with site.open(f"en/{PAGE}?curve=curve:quartic,n:2") as page:
        box = linked(page)
        picture = box.locator(".dl-plot").first
        x, y = middle(picture)
        page.mouse.click(x + 120, y)
        says(box, "3 unequal pieces")
        expect(box.locator(HANDLE)).to_have_count(2)
        box.get_by_label("Equal pieces").fill("64")
        expect(box.locator(HANDLE), "every corner can be grasped").to_have_count(63)
        page.mouse.click(x + 3, y)
        says(box, "64 equal pieces")
        selected = box.get_by_label("Selected unit").input_value()
        assert 30 <= int(selected) <= 36
        box.get_by_role("button", name="Remove the selected corner").click()
        says(box, "63 unequal pieces")


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_every_corner_is_grasped_focused_and_deleted_however_close(site: Site, width):
    places = [-0.9, -0.87, -0.5, -0.48, -0.46, -0.1, 0.2, 0.22, 0.7, 0.97]
    knots = "_".join(map(str, places))
    options = {"has_touch": True} if width == PHONE else {}
    with site.open(f"en/{PAGE}?curve=curve:sine,knots:{knots}", width, **options) as page:
        box = linked(page)
        handles = box.locator(HANDLE)
        expect(handles).to_have_count(len(places))
        for k, place in enumerate(places):
            x, y = middle(handles.nth(k))
            touch(page, [(x, y), (x + 1, y), (x + 2, y)]) if width == PHONE else drag(page, x, y)
            expect(handles.nth(k)).not_to_have_attribute("aria-valuenow", f"{place}")
            others = [float(each.get_attribute("aria-valuenow") or 0) for each in handles.all()]
            assert others == sorted(others)
        handles.first.focus()
        reached = ["1"]
        for _ in places[1:]:
            page.keyboard.press("Tab")
            reached.append(page.evaluate("document.activeElement.dataset.key").split()[-1])
        assert reached == [f"{k}" for k in range(1, len(places) + 1)], "from left to right"
        for left in range(len(places) - 1, -1, -1):
            handles.nth(left // 2).focus()
            page.keyboard.press("Delete")
            expect(handles).to_have_count(left)


def drag(page: Page, x: float, y: float) -> None:
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 2, y)
    page.mouse.up()


def test_a_finger_drags_and_taps(site: Site):
    with site.open(f"{PAGE}?curve=curve:sine,n:4", PHONE, has_touch=True) as page:
        box = linked(page)
        handle = box.locator(HANDLE).nth(1)
        x, y = middle(handle)
        touch(page, [(x, y), (x + 10, y), (x + 30, y)])
        expect(handle).not_to_have_attribute("aria-valuenow", "0")
        says(box, "4 段不等长的折线")
        page.touchscreen.tap(x - 40, y + 30)
        says(box, "5 段不等长的折线")


def touch(page: Page, places: list[tuple[float, float]]) -> None:
    """Put a finger down, move it along, lift it."""
    client = page.context.new_cdp_session(page)
    kinds = ["touchStart", *["touchMove"] * (len(places) - 1)]
    for kind, (x, y) in zip(kinds, places, strict=True):
        points = [{"x": x, "y": y}]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    client.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_ramps_and_relus_are_two_views_of_one_polyline(site: Site):
    with site.open(f"en/{PAGE}?curve=curve:sine,n:4,unit:2") as page:
        box = linked(page)
        words, line = box.locator(".dl-curve__unit"), box.locator("[data-key=polyline]")
        before, error = line.get_attribute("d"), status(box)
        assert re.fullmatch(
            r"Ramp 2 .* on \[−0\.5, 0\], and is level on both sides\.", words.inner_text()
        )
        box.get_by_label("Seen as").select_option("relus")
        assert re.fullmatch(r"ReLU 2 .* at x = −0\.5: .* · relu\(x \+ 0\.5\)\.", words.inner_text())
        assert (line.get_attribute("d"), status(box)) == (before, error)
        box.get_by_label("Selected unit").fill("3")
        assert words.inner_text().startswith("ReLU 3")
        assert "view:relus,unit:3" in page.url


def test_a_curve_is_drawn_with_the_pointer_and_shaped_with_keys(site: Site):
    with site.open(f"en/{PAGE}") as page:
        box = opened(page)
        box.get_by_role("combobox", name="Curve").select_option("drawn")
        expect(box.locator(HANDLE)).to_have_count(11)
        heights = [handle.get_attribute("aria-valuetext") for handle in box.locator(HANDLE).all()]
        picture = box.locator(".dl-plot").first
        x, y = middle(picture)
        length = page.evaluate("history.length")
        page.mouse.move(x - 200, y - 80)
        page.mouse.down()
        page.mouse.move(x + 200, y - 80, steps=9)
        page.mouse.up()
        assert page.evaluate("history.length") == length + 1, "a stroke is one step"
        drawn = [handle.get_attribute("aria-valuetext") for handle in box.locator(HANDLE).all()]
        assert len(set(drawn[3:8])) == 1
        assert drawn[3:8] != heights[3:8]
        box.locator(HANDLE).nth(5).focus()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Shift+ArrowDown")
        assert box.locator(HANDLE).nth(5).get_attribute("aria-valuetext") != drawn[5]
        bound = float(re.findall(r"/8 is ([\d.]+)", status(box))[0])
        assert 0 < missed(status(box)) <= bound
        expect(box.locator(".dl-command")).to_contain_text("no command repeats this")
        expect(box.locator(".dl-command code")).to_be_hidden()
        shape = box.get_by_role("button", name="Shape the curve")
        expect(shape).to_have_attribute("aria-pressed", "true")
        shape.click()
        expect(box.locator(HANDLE), "now they are the corners").to_have_count(7)
        shown = status(box)
        again = page.context.new_page()
        again.goto(page.url)
        assert status(linked(again)) == shown


def test_a_finger_draws_a_curve_and_the_page_stays(site: Site):
    with site.open(f"en/{PAGE}?curve=curve:drawn", PHONE, has_touch=True) as page:
        box = linked(page)
        x, y = middle(box.locator(".dl-plot").first)
        top = page.evaluate("scrollY")
        touch(page, [(x - 80, y + 90), (x, y + 60), (x + 80, y - 90)])
        expect(box.locator(HANDLE).nth(5)).not_to_have_attribute("aria-valuetext", "0")
        assert page.evaluate("scrollY") == top
        assert "drawn:-0.6_" in page.url


def test_training_moves_the_corners_as_the_command_does(site: Site):
    with site.open(f"en/{PAGE}?curve=curve:sine,n:8,steps:500") as page:
        box = linked(page)
        box.get_by_role("button", name="Let training place them").click()
        expect(box.locator(REPORT)).to_contain_text("After 500 steps", timeout=TRAINED)
        cells = box.locator(".dl-curve__table td:not(:empty)").all_inner_texts()
        line = box.locator(".dl-command code").inner_text()
        start = f"dlbook run {FIGURE} --replay "
        assert line.startswith(start)
        fields = dict(field.split("=") for field in line.removeprefix(start).split())
        loaded: Any = script(FIGURE)
        run = loaded.replay(configuring.configure_replay(loaded, fields), loaded.Config())
        losses = run.fit([0], at=[0, 500]).losses[0].tolist()
        assert cells[:2] == [f"{loss:.4g}" for loss in losses]
        assert float(cells[2]) == given()["sine"]["errors"][2]
        says(box, f"from {losses[0]:.4g} to {losses[1]:.4g}")
        crosses = (box.locator("[data-key=bends]").get_attribute("d") or "").count("M") / 2
        assert crosses == int(cells[5])
        assert "train:1" in page.url
        box.get_by_role("button", name="Back to my corners").click()
        assert missed(status(box)) == float(cells[2])
        page.go_back()
        expect(box.locator(REPORT)).to_contain_text("After 500 steps", timeout=TRAINED)


def test_training_is_paused_resumed_cancelled_and_waits_while_nobody_looks(site: Site):
    hide = """hidden => {
      Object.defineProperty(document, "hidden", {value: hidden, configurable: true});
      document.dispatchEvent(new Event("visibilitychange"));
    }"""
    with unhurried(site, f"en/{PAGE}?curve=curve:sine,n:64,steps:50000,train:1") as page:
        box = linked(page)
        bar = box.locator("progress")
        page.wait_for_function("bar => bar.value > 0", arg=bar.element_handle())
        box.get_by_role("button", name="Pause").click()
        says(box, "Paused at step")
        page.wait_for_timeout(200)
        stopped = bar.evaluate("bar => bar.value")
        page.wait_for_timeout(200)
        assert 0 < bar.evaluate("bar => bar.value") == stopped < 50000
        box.get_by_role("button", name="Resume").click()
        page.wait_for_function("([bar, at]) => bar.value > at", arg=[bar.element_handle(), stopped])
        page.evaluate(hide, True)
        page.wait_for_timeout(200)
        waiting = bar.evaluate("bar => bar.value")
        page.wait_for_timeout(200)
        assert bar.evaluate("bar => bar.value") == waiting < 50000
        page.evaluate(hide, False)
        page.wait_for_function("([bar, at]) => bar.value > at", arg=[bar.element_handle(), waiting])
        box.get_by_role("button", name="Cancel").click()
        says(box, "64 equal pieces")
        expect(bar).to_be_hidden()
        assert "train:1" not in page.url


def test_with_reduced_motion_only_the_end_is_shown(site: Site):
    count = """box => {
      window.painted = 0;
      new MutationObserver(() => { window.painted += 1; })
        .observe(box.querySelector(".dl-plot"), {subtree: true, attributeFilter: ["d"]});
    }"""
    with site.open(f"en/{PAGE}?curve=curve:quartic,n:24", reduced_motion="reduce") as page:
        box = linked(page)
        box.evaluate(count)
        box.get_by_role("button", name="Let training place them").click()
        expect(box.locator(REPORT)).to_contain_text("After 2000 steps", timeout=TRAINED)
        assert page.evaluate("painted") <= 3, "the start and the end"


def test_the_other_language_shows_the_same_corners(site: Site):
    with site.open(f"en/{PAGE}?curve=curve:root,knots:-0.2_0.1,view:relus,unit:2") as page:
        box = linked(page)
        error = missed(status(box))
        page.locator("[data-dl-language]").first.click()
        page.wait_for_url(f"{site.url}{PAGE}?**")
        box = linked(page)
        says(box, f"3 段不等长的折线与 √|x| 最多差 {error:g}")
        assert box.locator(".dl-curve__unit").inner_text().startswith("ReLU 2 在 x = −0.2 处")


def test_garbage_in_the_address_gives_the_usual_polyline(site: Site):
    with site.open(
        f"en/{PAGE}?curve=curve:sine?,knots:9_x,view:,unit:-1,drawn:_,train:maybe"
    ) as page:
        box = linked(page)
        says(box, "8 equal pieces: the polyline misses sin 12x")


@pytest.mark.parametrize("state", ["n:24,train:1,view:relus", "curve:drawn", "n:64,knots:"])
def test_every_state_is_accessible_in_both_themes_and_fits_a_phone(site: Site, state):
    colour = "e => getComputedStyle(e).stroke"
    with site.open(f"{PAGE}?curve={state}", PHONE, reduced_motion="reduce") as page:
        box = linked(page)
        if "train" in state:
            expect(box.locator(REPORT)).to_contain_text("训练 2000 步", timeout=TRAINED)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        curve, seen = box.locator("[data-key=curve]"), []
        curve.evaluate("e => { e.dataset.kept = 'yes' }")
        for scheme in SCHEMES:
            page.evaluate("name => document.body.dataset.mdColorScheme = name", scheme)
            seen.append(curve.evaluate(colour))
        assert seen[0] != seen[1]
        assert curve.get_attribute("data-kept") == "yes", "the theme needs no new picture"
        assert judged(page, SCHEMES, "#explore-curve") == []


def test_nothing_is_asked_from_elsewhere_and_nothing_complains(site: Site):
    with site.context(DESK) as context:
        page, heard = context.new_page(), []
        page.on("console", lambda message: heard.append(message.text))
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on("request", lambda request: heard.append(request.url))
        page.goto(f"{site.url}{PAGE}?curve=curve:jump,n:5,steps:500,train:1")
        expect(linked(page).locator(REPORT)).to_contain_text("训练 500 步", timeout=TRAINED)
        own = (site.url, "data:", "blob:")
        assert [line for line in heard if not line.startswith(own)] == []


def test_without_scripts_the_picture_of_the_figure_stands_for_itself(site: Site):
    with site.open(CHAPTER, java_script_enabled=False) as page:
        picture = page.locator(f"#fig-{FIGURE} .dl-picture").first
        picture.scroll_into_view_if_needed()
        expect(picture).to_be_visible()
        expect(page.locator("#explore-curve")).to_be_hidden()
