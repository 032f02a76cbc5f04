"""What a reader does with the signal: choose a net, see what every layer leaves of it, train it."""

import re

from playwright.sync_api import expect

from tests.site.conftest import Site, explored

NAME = "the_start_decides_which_gradients_survive"
OPENED = 20_000
CHAPTER, PAGE = "en/gradients/", "en/play/"  # where all explorables stand is soon laid out


def opened(page):
    box = page.locator("#explore-signal[data-state=open]")
    box.wait_for(timeout=OPENED)
    return box


def told(box):
    return box.locator(".dl-report")


def test_a_seed_of_the_book_is_told_as_what_it_is(site: Site):
    seeds = len(explored(NAME)["nets"][0]["left"])
    with site.open(f"{PAGE}?signal=seed:7") as page:
        box = opened(page)
        expect(told(box)).to_contain_text("This is the book’s seed 7")
        box.get_by_label("Seed").fill(str(seeds))
        box.get_by_label("Seed").press("Enter")
        expect(told(box)).to_contain_text(f"Of the book’s {seeds} seeds")
        expect(told(box)).not_to_contain_text("This is the book’s seed")


def test_another_depth_has_no_seeds_of_the_book_and_its_command(site: Site):
    with site.open(f"{PAGE}?signal=depth:20") as page:
        box = opened(page)
        box.locator("input[type=range]").press("ArrowRight")
        expect(told(box)).to_contain_text("21 layers")
        expect(told(box)).to_contain_text("The book has no such nets")
        expect(box.locator("code")).to_contain_text("--set depth=21")
        box.get_by_role("button", name="ReLUs, He’s").click()
        expect(told(box)).to_contain_text("20 layers (ReLU)")


def test_training_shows_the_net_beside_what_it_was_and_can_be_linked_to(site: Site):
    with site.open(f"{PAGE}?signal=depth:3,activation:tanh") as page:
        box = opened(page)
        before = box.locator("[data-key=net]").first.get_attribute("d")
        expect(box.locator("[data-key=before]")).to_have_count(0)
        box.get_by_role("button", name="Train 300 steps").click()
        expect(told(box)).to_have_text(re.compile(r"After 300 steps the loss is"), timeout=OPENED)
        expect(box.locator("[data-key=before]")).to_have_count(2)
        assert box.locator("[data-key=net]").first.get_attribute("d") != before
        said = told(box).inner_text()
        page.reload()
        expect(told(opened(page))).to_have_text(said, timeout=OPENED)
        page.go_back()
        expect(told(opened(page))).to_contain_text("untrained", timeout=OPENED)


def test_another_choice_gives_up_what_was_trained(site: Site):
    with site.open(f"{PAGE}?signal=depth:40,trained:1") as page:
        box = opened(page)
        box.get_by_label("Activation").select_option("identity")
        expect(told(box)).to_contain_text("40 layers (linear), untrained")
        expect(box.locator("[data-key=before]")).to_have_count(0)
        expect(box.get_by_role("button", name="Train 300 steps")).to_be_visible()


def test_states_that_are_none_fall_back_to_the_first(site: Site):
    with site.open(PAGE) as page:
        for state in ("depth:1", "depth:x,activation:square", "start:ones,trained:2"):
            page.goto(f"{site.url}{PAGE}?signal={state}")
            expect(told(opened(page)), state).to_contain_text("layers (sigmoid), untrained")


def test_what_is_drawn_is_in_the_legend(site: Site):
    drawn = {"net", "places", "theory", "book", "before"}
    with site.open(f"{PAGE}?signal=trained:1") as page:
        box = opened(page)
        expect(told(box)).to_contain_text("After 300 steps", timeout=OPENED)
        keys = box.locator("[data-key]").evaluate_all("all => all.map(e => e.dataset.key)")
        assert {key for key in keys if key in drawn or " " not in key} >= drawn
        expect(box.locator(".dl-legend li")).to_have_count(len(drawn) - 1)  # a dot for each layer


def test_it_fits_a_screen(site: Site):
    with site.open(f"{CHAPTER}?signal=trained:1") as page:
        page.set_viewport_size({"width": 1280, "height": 800})
        box = opened(page)
        expect(told(box)).to_contain_text("After 300 steps", timeout=OPENED)
        assert box.bounding_box()["height"] <= 800
