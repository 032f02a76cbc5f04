"""The ledger, the gallery and what moved, in a real browser: a toy book of two chapters."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from press.reader import DESK, PHONE, Site, visited
from tests.site.conftest import ROOT, list_pages, mkdocs
from tests.site.test_pages import SHIFTS

BLOCKS = {"claims": "ledger", "gallery": "gallery", "changes": "changes"}
AXE = {
    "A saw": "An axe",
    "A25/teeth": "B28/teeth",
    "A26": "B29",
    "Source A §6": "Telgarsky 2015",
    "stats.share([False])": "stats.share([True])",
}


def furnish(root: Path) -> None:
    """Give the toy book a second chapter and the pages that are made from the whole book."""
    for kind in (".py", ".md"):
        text = (root / "figures_src" / f"saw{kind}").read_text(encoding="utf-8")
        for old, new in AXE.items():
            text = text.replace(old, new)
        (root / "figures_src" / f"axe{kind}").write_text(text, encoding="utf-8")
    shutil.copy(ROOT / "docs" / "references.bib", root / "docs" / "references.bib")
    list_pages(root, ["saw", "axe"], *BLOCKS)
    for lang in ("zh", "en"):
        pages = {page: f"# {page} {{#{page}}}\n\n[[{block}]]\n" for page, block in BLOCKS.items()}
        pages["axe"] = "# 斧 {#axe}\n\n[[figure axe]]\n\n[[ref saw]]\n\n[[claims axe]]\n"
        for page, text in pages.items():
            (root / "docs" / lang / f"{page}.md").write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def site(
    toy_template: Path, tmp_path_factory: pytest.TempPathFactory, chromium: Browser
) -> Iterator[Site]:
    root = tmp_path_factory.mktemp("ledger") / "book"
    shutil.copytree(toy_template, root, symlinks=True)
    furnish(root)
    finished = mkdocs(root, "build")
    assert finished.returncode == 0, finished.stdout
    with visited(root / "site", chromium) as site:
        yield site


def shown(page: Page) -> list[str]:
    """The claims that a reader sees."""
    return page.eval_on_selector_all(
        "tr[data-verdict]",
        "rows => rows.filter(r => r.checkVisibility()).map(r => r.id.replace('ledger-', ''))",
    )


def choices(page: Page, name: str) -> dict[str, str]:
    """For each choice what it says of how many are left, and whether it is off."""
    options = page.eval_on_selector_all(
        f"select[name={name}] option",
        """all => all.map(option => [
          option.value, option.textContent.match(/\\d+(?=.$)/)[0] + (option.disabled ? " off" : "")
        ])""",
    )
    return dict(options)


ALL = ["A25-teeth", "A26", "B28-teeth", "B29"]


def test_a_choice_hides_rows_and_changes_address_counts_and_status(site: Site):
    with site.open("en/claims/") as page:
        assert shown(page) == ALL
        page.select_option("select[name=verdict]", "refuted")
        assert shown(page) == ["A26"]
        assert page.url == f"{site.url}en/claims/?verdict=refuted"
        assert page.inner_text("[role=status]") == "1 of 4 claims shown"
        assert choices(page, "source") == {"": "1", "A": "1", "beyond": "0 off"}
        assert choices(page, "verdict") == {"": "4", "supported": "3", "refuted": "1"}
        groups = page.locator(".dl-claims__group:visible").all_inner_texts()
        assert [group.strip() for group in groups] == ["A saw"]


def test_two_choices_must_both_fit(site: Site):
    with site.open("claims/") as page:
        page.select_option("select[name=verdict]", "supported")
        page.select_option("select[name=chapter]", "saw")
        assert shown(page) == ["A25-teeth"]
        assert page.url.endswith("?verdict=supported&chapter=saw")


def test_an_address_brings_its_choice_and_nonsense_brings_everything(site: Site):
    with site.open("claims/?source=beyond&verdict=supported") as page:
        assert shown(page) == ["B28-teeth", "B29"]
        assert page.input_value("select[name=source]") == "beyond"
        assert page.inner_text("[role=status]") == "显示 2 条，共 4 条"
    with site.open("claims/?source=999") as page:
        assert shown(page) == ALL


def test_a_fragment_that_cannot_be_decoded_names_nothing_and_stops_nothing(site: Site):
    with site.open("en/claims/") as page:
        for fragment in ("%", "50%", "%E4%BD", "a%zz", "%C3%28"):
            page.goto(f"{site.url}en/claims/?verdict=refuted#{fragment}")
            assert shown(page) == ["A26"], fragment
            page.evaluate("location.hash = '%F0%9F'")
            page.select_option("select[name=verdict]", "supported")
            assert page.inner_text("[role=status]") == "3 of 4 claims shown", fragment


def test_the_back_button_takes_one_choice_back(site: Site):
    with site.open("claims/") as page:
        page.select_option("select[name=source]", "A")
        page.select_option("select[name=verdict]", "refuted")
        page.go_back()
        assert shown(page) == ["A25-teeth", "A26"]
        assert page.input_value("select[name=verdict]") == ""
        page.go_back()
        assert shown(page) == ALL
        page.go_forward()
        assert page.input_value("select[name=source]") == "A"


def test_clearing_keeps_what_is_not_ours_in_the_address(site: Site):
    with site.open("claims/?h=saw&verdict=refuted#ledger-A26") as page:
        page.click(".dl-filters button")
        assert shown(page) == ALL
        assert page.url == f"{site.url}claims/?h=saw"


def test_the_keyboard_alone_filters_and_clears(site: Site):
    with site.open("claims/") as page:
        page.focus("select[name=verdict]")
        page.keyboard.press("ArrowDown")
        assert shown(page) == ["A25-teeth", "B28-teeth", "B29"]
        for _ in range(4):
            page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.localName") == "button"
        page.keyboard.press("Enter")
        assert shown(page) == ALL


def test_the_language_link_keeps_the_choice(site: Site):
    with site.open("claims/") as page:
        page.select_option("select[name=verdict]", "refuted")
        page.click("[data-dl-language]")
        page.wait_for_url(f"{site.url}en/claims/?verdict=refuted*")
        assert shown(page) == ["A26"]


def test_without_scripts_it_is_a_plain_table(site: Site):
    with site.open("claims/?verdict=refuted", java_script_enabled=False) as page:
        expect(page.locator("tr[data-verdict]:visible")).to_have_count(4)
        expect(page.locator(".dl-filters").first).to_be_hidden()
        expect(page.locator(".dl-jumps a:visible")).to_have_count(2)
        page.click("summary:has-text('各章')")
        expect(page.locator(".dl-sum:visible")).to_have_count(2)


def test_on_a_phone_rows_are_cards_that_can_be_hidden(site: Site):
    with site.open("claims/?verdict=refuted", PHONE) as page:
        assert shown(page) == ["A26"]
        cell = page.locator("tr[data-verdict]:visible td").first
        assert cell.evaluate("cell => getComputedStyle(cell).display") == "grid"
        for part in ("select", ".dl-filters button"):
            for box in page.locator(part).all():
                assert box.bounding_box()["height"] >= 24
                assert box.bounding_box()["width"] <= PHONE


@pytest.mark.parametrize("width", [DESK, PHONE])
@pytest.mark.parametrize("path", ["claims/", "en/claims/"])
def test_the_first_claim_is_on_the_first_screen_and_the_filters_stay(site: Site, path, width):
    with site.open(path, width) as page:
        first = page.locator("tr[data-verdict] td").first.bounding_box()
        assert first["y"] + 24 < page.viewport_size["height"]
        page.keyboard.press("End")
        page.wait_for_function("scrollY > 100")
        for part in ("select[name=verdict]", ".dl-jumps a"):
            box = page.locator(part).first.bounding_box()
            assert 0 < box["y"] < page.viewport_size["height"] / 3


@pytest.mark.parametrize("width", [DESK, PHONE])
@pytest.mark.parametrize("goal", ["claims-of-axe", "ledger-B28-teeth"])
def test_where_a_link_leads_is_not_hidden_by_the_bar(site: Site, goal, width):
    with site.open(f"en/claims/#{goal}", width) as page:
        bar, row = (page.locator(each).bounding_box() for each in (".dl-ledger-bar", f"#{goal}"))
        assert row["y"] >= bar["y"] + bar["height"]


def test_a_chapter_without_a_claim_that_fits_is_not_jumped_to(site: Site):
    with site.open("claims/") as page:
        page.click(".dl-jumps a >> nth=1")
        assert page.url.endswith("claims/#claims-of-axe")
        page.select_option("select[name=verdict]", "refuted")
        assert page.locator(".dl-jumps a:visible").all_inner_texts() == ["锯齿"]


@pytest.mark.parametrize("width", [DESK, PHONE])
@pytest.mark.parametrize("path", ["claims/?verdict=refuted", "gallery/", "changes/"])
def test_nothing_jumps_and_nothing_is_wider_than_the_screen(site: Site, path, width):
    with site.open(path, width) as page:
        shifts = page.evaluate(SHIFTS)
        assert sum(score for score, _ in shifts) < 0.02, shifts
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_ids_are_unique_and_links_between_ledger_and_chapter_arrive(site: Site):
    with site.open("claims/") as page:
        ids = page.eval_on_selector_all("[id]", "all => all.map(e => e.id)")
        assert sorted(ids) == sorted(set(ids))
        page.click("#ledger-B29 a >> nth=0")
        page.wait_for_url(f"{site.url}axe/#claim-B29")
        expect(page.locator("#claim-B29").first).to_be_visible()


def test_a_picture_of_the_gallery_leads_to_the_page_of_its_figure(site: Site):
    with site.open("gallery/") as page:
        box = page.locator(".dl-card .dl-picture--light").nth(1).bounding_box()
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.wait_for_url(f"{site.url}figures/axe/")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_gallery_loads_the_pictures_of_one_theme(site: Site, scheme):
    with site.open("gallery/", scheme=scheme) as page:
        for picture in page.locator(".dl-card .dl-picture:visible").all():
            picture.scroll_into_view_if_needed()  # pictures load as they come near
            picture.evaluate("image => image.decode()")
        loaded = page.evaluate(
            "performance.getEntriesByType('resource').map(e => e.name.split('/').at(-1))"
        )
        ending = ".zh.dark.svg" if scheme == "dark" else ".zh.svg"
        pictures = {name for name in loaded if name.startswith(("axe.", "saw."))}
        assert pictures == {f"axe{ending}", f"saw{ending}"}


def test_a_copy_without_history_has_a_page_that_says_so(site: Site):
    with site.open("en/changes/") as page:
        assert "without its git history" in page.inner_text("article")


def test_a_reference_to_another_chapter_arrives(site: Site):
    with site.open("axe/") as page:
        page.click("text=《锯齿》图 1")
        page.wait_for_url(f"{site.url}saw/#fig-saw")
