"""The order of the ledger's rows: by chapter, or by a column that the reader asks for."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from press.reader import Site

HEADS = ".dl-claims th[data-column]"


@pytest.fixture
def page(site: Site) -> Iterator[Page]:
    with site.open("en/claims/") as page:
        page.wait_for_selector(f"{HEADS} button")
        yield page


def rows(page: Page, what: str) -> list[str]:
    return page.eval_on_selector_all(
        "tr[data-verdict]", f"rows => rows.filter(r => r.checkVisibility()).map(r => r.{what})"
    )


def press(page: Page, column: str) -> None:
    page.locator(f'{HEADS[:-1]}="{column}"] button').click()


def test_a_head_orders_all_rows_by_its_column_and_back(page: Page):
    by_chapter = rows(page, "id")
    press(page, "verdict")
    verdicts = rows(page, "dataset.verdict.split(' ')[0]")
    assert len(verdicts) == len(by_chapter)
    changes = sum(a != b for a, b in pairwise(verdicts))
    assert changes == len(set(verdicts)) - 1
    assert page.locator('th[aria-sort="ascending"]').inner_text().startswith("Verdict")
    expect(page.locator(".dl-claims__group").filter(visible=True)).to_have_count(0)
    press(page, "verdict")
    assert rows(page, "id") == by_chapter
    expect(page.locator("th[aria-sort]")).to_have_count(0)


def test_numbers_are_ordered_as_numbers(page: Page):
    press(page, "claim")
    ids = rows(page, "id")
    assert ids.index("ledger-A4" if "ledger-A4" in ids else "ledger-A04") < ids.index("ledger-A10")
    assert ids.index("ledger-A29-construction") < ids.index("ledger-B03")


def test_the_order_is_in_the_address_and_holds_with_filters(page: Page):
    page.select_option("[name=order]", "evidence")
    page.select_option("[name=verdict]", "refuted")
    assert "order=evidence" in page.url
    kinds = rows(page, "dataset.kind")
    assert kinds == sorted(kinds)
    assert len(set(kinds)) > 1
    before = rows(page, "id")
    page.reload()
    page.wait_for_selector(f"{HEADS} button")
    assert rows(page, "id") == before
