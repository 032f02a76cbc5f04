"""What a reader does with the truth table: flip answers, choose rows, see what is settled."""

import re

from playwright.sync_api import expect

from tests.scripts import accepted
from tests.site.conftest import Site

NAME = "no_learner_beats_half_on_average"
OPENED = 20_000
PAGE = "en/play/"  # where all explorables stand is soon laid out


def opened(page):
    page.locator("#explore-sharing .dl-explore__open").click()
    box = page.locator("#explore-sharing[data-state=open]")
    box.wait_for(timeout=OPENED)
    return box


def switch(box, name):
    return box.get_by_role("switch", name=name, exact=True)


def test_four_rows_leave_sixteen_functions_split_in_half_at_every_other_row(site: Site):
    with site.open(PAGE) as page:
        box = opened(page)
        expect(box.locator(".dl-report")).to_contain_text("16 functions are left")
        left = box.locator("tbody tr td:nth-of-type(3)").all_inner_texts()
        assert sorted(left) == sorted(["8 of 16"] * 4 + ["0 of 16"] * 2 + ["16 of 16"] * 2)


def test_one_row_more_halves_what_is_left_and_hides_the_guesses(site: Site):
    with site.open(PAGE) as page:
        box = opened(page)
        switch(box, "show 111 to the nets").click()
        expect(box.locator(".dl-report")).to_contain_text("8 functions are left")
        expect(box.locator(".dl-report")).to_contain_text("choose 4 rows")
        expect(box.locator("tbody .dl-sharing__right, tbody .dl-sharing__wrong")).to_have_count(0)
        switch(box, "show 000 to the nets").click()
        expect(box.locator(".dl-report")).to_contain_text("16 functions are left")


def test_an_answer_that_no_net_saw_changes_who_is_right_and_not_the_guess(site: Site):
    with site.open(PAGE) as page:
        box = opened(page)
        row = box.locator("tbody tr").filter(has=page.get_by_role("rowheader", name="001"))
        before = row.locator("td").all_inner_texts()
        switch(box, "answer of 001").click()
        page.wait_for_url("**f:242**")
        after = row.locator("td").all_inner_texts()
        assert before[3:] == after[3:] != []
        expect(box.locator("tfoot tr").last.locator("td")).to_have_text(["50%"] * 5)


def test_parity_from_the_even_rows_is_guessed_all_wrong(site: Site):
    with site.open(PAGE) as page:
        box = opened(page)
        box.get_by_role("button", name="Parity: all wrong").click()
        right = box.locator("tfoot tr").first.locator("td")
        expect(right).to_have_text([re.compile(r"^(?:10|\d)%$")] * 5)


def test_what_is_said_of_the_whole_book_is_the_record(site: Site):
    share = accepted(NAME)["accuracy"]["deep", "majority"]["mean"]
    with site.open(PAGE) as page:
        box = opened(page)
        box.get_by_role("button", name="Majority").click()
        expect(box.locator(".dl-report")).to_contain_text(f"{100 * share:.0f}% of the majority")


def test_states_that_are_none_fall_back_to_the_first(site: Site):
    with site.open(PAGE) as page:
        for state in ("f:999,known:0356", "f:240,known:00", "f:x,known:9", "f:240"):
            page.goto(f"{site.url}{PAGE}?sharing={state}")
            box = page.locator("#explore-sharing[data-state=open]")  # it opens by itself
            box.wait_for(timeout=OPENED)
            expect(box.locator(".dl-report"), state).to_contain_text("16 functions are left")
            expect(box.locator("code"), state).to_contain_text("function=240 known=0,3,5,6")


def test_it_fits_a_screen(site: Site):
    with site.open("en/sharing/") as page:
        page.set_viewport_size({"width": 1280, "height": 800})
        box = opened(page)
        assert box.bounding_box()["height"] <= 800
