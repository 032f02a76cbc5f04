"""Folding and flipping as a reader does it; what is seen is the record's."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from press.reader import PHONE, Site
from tests.scripts import accepted

FOLDS = accepted("folding_doubles_pieces")
COSTS = accepted("folds_cost_fewer_parameters")
GATES = accepted("three_circuits_for_parity")
LATER = 900  # milliseconds after which a key begins another step


def opened(page: Page, name: str) -> Locator:
    page.locator(f"#explore-{name} .dl-explore__open").click()
    box = page.locator(f"#explore-{name}")
    expect(box).to_have_attribute("data-state", "open")
    return box


def status(box: Locator) -> str:
    return box.locator(".dl-report").inner_text()


def says(box: Locator, text: str) -> None:
    """What it reports has this in it, or has soon."""
    expect(box.locator(".dl-report")).to_contain_text(text)


def corners(box: Locator) -> int:
    """The corners of the drawn output."""
    path = box.locator("[data-key=deep]").get_attribute("d") or ""
    return len(re.findall("[ML]", path))


def test_each_layer_doubles_the_pieces_as_in_the_record(site: Site):
    with site.open("en/play/") as page:
        box = opened(page, "fold")
        slider = box.locator("input[type=range]")
        for k in (1, 2, 4, 6):
            slider.fill(str(k))
            pieces = FOLDS["pieces"][k]
            assert re.search(rf"draws? {pieces} pieces", status(box))
            says(box, f"as in the book ({pieces})")
            assert corners(box) == pieces + 1
            expect(box.locator(".dl-fold .dl-plot")).to_have_count(k)
            expect(box.locator(".dl-fold figcaption")).to_have_text(
                [f"Layer {i}: {2 ** (i - 1)} → {FOLDS['pieces'][i]}" for i in range(1, k + 1)],
                use_inner_text=True,
            )
        says(box, f"{COSTS['shallow_parameters'][6]} parameters")
        says(box, f"({COSTS['deep_parameters'][6]})")


def test_a_fold_dragged_upwards_loses_pieces_and_a_button_takes_it_back(site: Site):
    with site.open("en/play/") as page:
        box = opened(page, "fold")
        handle = box.locator(".dl-plot__handle").first
        handle.scroll_into_view_if_needed()
        spot = handle.bounding_box()
        assert spot
        x, y = spot["x"] + spot["width"] / 2, spot["y"] + spot["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        length = page.evaluate("history.length")
        page.mouse.move(x + 20, y - 30, steps=4)
        page.mouse.move(x + 20, y - 45, steps=4)
        page.mouse.up()
        assert page.evaluate("history.length") == length + 1, "a drag is one step back"
        says(box, "draw 4 pieces")
        says(box, "Folds that reach all the way down give 8.")
        second = box.locator(".dl-fold figure").nth(1)
        assert "Layer 2: 2 → 2" in second.inner_text()
        assert "The fold crosses 0 of 2." in second.inner_text()
        assert "k:3,folds:" in page.url
        box.get_by_role("button", name="Fold all in the middle").click()
        says(box, "draw 8 pieces")
        page.go_back()
        says(box, "draw 4 pieces")
        page.go_forward()
        says(box, "draw 8 pieces")


def test_a_fold_is_two_sliders_that_keys_move_and_it_keeps_the_focus(site: Site):
    with site.open("play/?fold=k:2") as page:
        box = page.locator("#explore-fold")
        expect(box).to_have_attribute("data-state", "open")
        across, down = (
            box.get_by_role("slider", name=f"第 1 层的折点，{way}") for way in ("左右", "上下")
        )
        ends = ("aria-valuemin", "aria-valuemax", "aria-orientation")
        assert [across.get_attribute(name) for name in ends] == ["0.05", "0.95", "horizontal"]
        assert [down.get_attribute(name) for name in ends] == ["0", "0.95", "vertical"]
        across.focus()
        length = page.evaluate("history.length")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Shift+ArrowUp")
        assert page.evaluate("history.length") == length + 1, "keys in a row are one step"
        expect(down).to_be_focused()  # the arrow belongs to the other slider, and so does the news
        assert across.get_attribute("aria-valuetext") == "在 0.52 处折"
        assert down.get_attribute("aria-valuetext") == "折到 0.2"
        assert "k:2,folds:0.52_0.2_0.5_0" in page.url
        says(box, "画出 4 段")  # 0.2 is still below the next bend
        for key, at in (("PageUp", "0.4"), ("PageDown", "0.2"), ("End", "0.95"), ("Home", "0")):
            page.keyboard.press(key)
            assert down.get_attribute("aria-valuenow") == at, key
        page.keyboard.press("ArrowLeft")
        expect(across).to_be_focused()
        assert across.get_attribute("aria-valuenow") == "0.5"


@pytest.mark.parametrize("name", ["fold", "parity"])
def test_keys_in_a_row_on_a_slider_are_one_step_back(site: Site, name):
    with site.open("en/play/") as page:
        box = opened(page, name)
        before = status(box)
        length = page.evaluate("history.length")
        slider = box.locator("input[type=range]")
        slider.focus()
        for key in ("ArrowRight", "ArrowRight", "ArrowLeft"):
            page.keyboard.press(key)
        assert status(box) != before
        assert page.evaluate("history.length") == length + 1
        page.wait_for_timeout(LATER)
        page.keyboard.press("ArrowRight")
        assert page.evaluate("history.length") == length + 2, "after a pause it is another step"
        page.go_back()
        page.go_back()
        expect(box.locator(".dl-report")).to_have_text(before)


def test_a_fold_that_is_only_touched_is_not_counted_as_crossed(site: Site):
    with site.open("en/play/?fold=k:3,folds:0.5_0.008_0.08_0_0.9_0") as page:
        box = page.locator("#explore-fold")
        expect(box).to_have_attribute("data-state", "open")
        says(box, "draw 6 pieces")
        assert corners(box) == 7
        third = box.locator(".dl-fold figure").nth(2)
        assert "Layer 3: 4 → 6" in third.inner_text()
        assert "The fold crosses 2 of 4." in third.inner_text()


def test_what_one_layer_needs_is_said_of_the_folds_that_it_is_proved_for(site: Site):
    with site.open("en/play/?fold=k:4") as page:
        box = page.locator("#explore-fold")
        expect(box).to_have_attribute("data-state", "open")
        needed = COSTS["shallow_parameters"][4]
        says(box, f"it takes 16 units and {needed} parameters, as the book counts")
        says(box, "follows the first 8 pieces, then runs straight on")
        box.get_by_role("slider", name="The fold of layer 1, sideways").focus()
        page.keyboard.press("ArrowLeft")
        says(box, "draw 16 pieces")
        says(box, f"With 16 units and {needed} parameters it could")
        assert "it takes" not in status(box)
        note = box.locator(".dl-command__note").inner_text()
        assert "In the script every layer folds in the middle" in note


def test_garbage_in_the_address_gives_the_books_folds(site: Site):
    with site.open("en/play/") as page:
        for state in ("k:99", "k:x,folds:__", "k:3,folds:a_b_c", "folds:", "%,,:"):
            page.goto(f"{site.url}en/play/?fold={state}")
            box = page.locator("#explore-fold")
            expect(box, state).to_have_attribute("data-state", "open")
            says(box, "as in the book")
            assert box.get_by_role("button", name="Fold all in the middle").is_disabled(), state


def test_the_folds_follow_into_the_other_language(site: Site):
    with site.open("en/play/?fold=k:3,folds:0.5_0.6_0.5_0_0.5_0") as page:
        expect(page.locator("#explore-fold")).to_have_attribute("data-state", "open")
        page.locator("[data-dl-language]").first.click()
        told = page.locator("#explore-fold .dl-report")
        expect(told).to_contain_text("画出 4 段", timeout=20_000)
        assert page.url.partition("?")[2].startswith("fold=k:3,folds:0.5_0.6_0.5_0_0.5_0")


def test_a_finger_drags_a_fold(site: Site):
    with site.open("play/?fold=k:1", PHONE, has_touch=True) as page:
        box = page.locator("#explore-fold")
        handle = box.locator(".dl-plot__handle").first
        handle.scroll_into_view_if_needed()
        spot = handle.bounding_box()
        assert spot
        x, y = spot["x"] + spot["width"] / 2, spot["y"] + spot["height"] / 2
        client = page.context.new_cdp_session(page)
        for kind, dx in (("touchStart", 0), ("touchMove", 30), ("touchMove", 60), ("touchEnd", 60)):
            points = [] if kind == "touchEnd" else [{"x": x + dx, "y": y}]
            client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        across = box.get_by_role("slider", name="第 1 层的折点，左右")
        expect(across).not_to_have_attribute("aria-valuenow", "0.5")
        assert float(across.get_attribute("aria-valuenow") or 0) > 0.6


def test_an_address_gives_the_bits_or_the_usual_ones(site: Site):
    with site.open("en/play/") as page:
        for state, bits in (("1011", "1011"), ("22", "1010"), ("1", "1010")):
            page.goto(f"{site.url}en/play/?parity=bits:{state}")
            box = page.locator("#explore-parity")
            expect(box, state).to_have_attribute("data-state", "open")
            says(box, f"{bits} has")


def test_flipping_a_bit_flips_the_answer_of_all_three(site: Site):
    with site.open("en/play/") as page:
        box = opened(page, "parity")
        says(box, "the answer is 1")
        bits = box.get_by_role("switch")
        bits.nth(1).click()
        says(box, "1110 has 3 ones, an odd number: the answer is 0.")
        assert "XNOR 0" in box.locator("svg").first.inner_html()
        expect(box.locator(".dl-parity__or")).to_have_text("OR 0")
        expect(box.locator(".dl-parity__sum")).to_have_text("1 − 1 + 1 − 1 + 0 = 0")
        page.wait_for_timeout(LATER)
        bits.nth(1).focus()
        page.keyboard.press("Space")
        says(box, "the answer is 1")
        assert bits.nth(1).evaluate("bit => bit === document.activeElement")
        page.go_back()
        says(box, "the answer is 0")


def test_a_finger_taps_a_bit_and_six_of_them_stand_side_by_side(site: Site):
    with site.open("en/play/?parity=bits:000000", PHONE, has_touch=True) as page:
        box = page.locator("#explore-parity")
        expect(box).to_have_attribute("data-state", "open")
        says(box, "has 0 ones, an even number")
        bits = box.get_by_role("switch")
        tops = bits.evaluate_all("all => all.map(e => e.getBoundingClientRect().top)")
        assert len(set(tops)) == 1
        bits.nth(5).tap()
        says(box, "000001 has 1 one, an odd number")
        says(box, "No AND term fires")
        assert bits.nth(5).get_attribute("aria-checked") == "true"


def test_the_pictures_say_in_words_which_gates_give_one(site: Site):
    with site.open("en/play/?parity=bits:1011") as page:
        box = page.locator("#explore-parity")
        expect(box).to_have_attribute("data-state", "open")
        labels = box.locator(".dl-parity__picture").evaluate_all("all => all.map(e => e.ariaLabel)")
        assert labels == [
            "XNOR tree: level 1 gives 0 1; level 2 gives 0",
            "Threshold layer: 1 − 1 + 1 − 1 + 0 = 0",
        ]
        sizes = box.locator(".dl-parity__picture text").evaluate_all(
            "all => all.map(e => e.getBoundingClientRect().height)"
        )
        assert max(sizes) < 1.3 * min(sizes), "words are as large in every circuit"


def test_gates_are_counted_as_in_the_record_and_odd_trees_need_a_not(site: Site):
    with site.open("en/play/", PHONE) as page:
        box = opened(page, "parity")
        slider = box.locator("input[type=range]")
        for d in range(2, 7):
            slider.fill(str(d))
            wanted = [GATES[name][d] for name in ("tree_gates", "and_or_gates", "threshold_units")]
            told = [f"{count}, as in the book" for count in wanted]
            told[0] += "; and a NOT at its end" * (d % 2)
            expect(box.locator(".dl-parity__count")).to_have_text(told, use_inner_text=True)
            assert ("NOT" in box.locator("svg").first.inner_html()) == bool(d % 2)
            assert ("says the opposite" in status(box)) == bool(d % 2)
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_the_theme_changes_every_colour_without_a_new_picture(site: Site):
    colour = "e => getComputedStyle(e).stroke"
    with site.open("en/play/", reduced_motion="reduce") as page:
        line = opened(page, "fold").locator("[data-key=deep]")
        before = line.evaluate(colour)
        line.evaluate("e => { e.dataset.kept = 'yes' }")
        page.evaluate("document.body.dataset.mdColorScheme = 'slate'")
        assert line.evaluate(colour) != before
        assert line.get_attribute("data-kept") == "yes"


@pytest.mark.parametrize("name", ["fold", "parity"])
def test_the_line_for_python_can_be_copied(site: Site, name):
    with site.context(permissions=["clipboard-read", "clipboard-write"]) as context:
        page = context.new_page()
        page.goto(f"{site.url}en/play/")
        box = opened(page, name)
        line = box.locator(".dl-command code").inner_text()
        assert line.startswith("dlbook run ")
        box.get_by_role("button", name="Copy", exact=True).click()
        expect(box.locator(".dl-command__told")).to_have_text("copied")
        assert page.evaluate("navigator.clipboard.readText()") == line
