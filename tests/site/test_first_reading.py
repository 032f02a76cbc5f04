"""What a first reading of the built book found: each of its kind is looked for on every page."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from press.reader import Site
from tests.scripts import ROOT

PHONE, DESK = 390, 1280


def prose() -> list[Path]:
    return [
        *sorted((ROOT / "docs" / "zh").glob("*.md")),
        *sorted((ROOT / "figures_src").glob("*.md")),
    ]


@pytest.mark.parametrize("path", prose(), ids=lambda path: path.name)
def test_a_full_width_bracket_has_no_blank_after_it(path: Path):
    """A citation with its interval ends in one."""
    assert re.findall(r"(?:\|ci%?\]\]|）) [一-龥（].{6}", path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_source_is_named_once_where_it_is_cited(lang: str):
    keys = "lee2022|yjango|one_tomorrow|madi|twelve_questions"
    said = rf"(?:材料|Source) [A-E]\b[^。.：:\n]{{0,60}}\[\[citep (?:{keys})\]\]"
    for path in sorted((ROOT / "docs" / lang).glob("*.md")):
        assert re.findall(said, path.read_text(encoding="utf-8")) == [], path.name


def test_titles_of_labs_have_one_colon_at_most():
    for path in sorted((ROOT / "site").glob("**/labs/*/index.html")):
        title = re.search(r"<title>(.*?)</title>", path.read_text(encoding="utf-8"))
        assert title is not None
        assert len(re.findall("[:：]", title[1])) <= 1, title[1]


def test_the_search_shows_of_labs_words_and_no_markdown():
    for path in sorted((ROOT / "site" / "search").glob("**/*")):
        if path.is_file():
            assert not re.search(r"\]\([\w/.#-]+\)", path.read_text(encoding="utf-8")), path.name


@pytest.mark.parametrize(("root", "width"), [("", PHONE), ("en/", DESK)])
def test_the_stories_are_reached_by_chapter(site: Site, root, width):
    with site.open(f"{root}contested/", width) as page:
        links = page.locator(".dl-jumps a")
        heading = page.locator("article h2").last
        expect(heading).to_be_attached()
        assert links.count() == page.locator("article h2").count() > 1
        links.last.click()
        expect(heading).to_be_in_viewport()


@pytest.mark.parametrize("lang", ["", "en/"])
def test_what_is_to_come_is_marked_in_one_piece(site: Site, lang):
    with site.open(lang, PHONE) as page:
        marks = page.locator(".dl-thread__state")
        expect(marks.first).to_be_attached()
        lines = marks.evaluate_all("all => all.map(mark => mark.getClientRects().length)")
        assert set(lines) == {1}


def test_a_claim_without_evidence_leaves_no_empty_line_on_a_phone(site: Site):
    with site.open("claims/", PHONE) as page:
        cells = page.locator(".dl-claims td:has(> div:empty)")
        expect(cells.first).to_be_attached()
        expect(cells.filter(visible=True)).to_have_count(0)


@pytest.mark.parametrize(("root", "name"), [("", "curve"), ("en/", "xor"), ("en/", "wide")])
def test_what_the_button_opens_comes_into_view(site: Site, root, name):
    with site.open(f"{root}play/", DESK) as page:
        page.locator(f"#explore-{name} .dl-explore__open").click()
        box = page.locator(f"#explore-{name}[data-state=open]")
        expect(box.locator(".dl-tools")).to_be_in_viewport(timeout=20_000)
        expect(box.locator(".dl-explore__title")).to_be_in_viewport()


def test_activations_have_names_in_chinese(site: Site):
    with site.open("play/", DESK) as page:
        page.locator("#explore-wide .dl-explore__open").click()
        named = page.locator("#explore-wide[data-state=open] select").nth(1).locator("option")
        named.first.wait_for(state="attached", timeout=20_000)  # what is read waits for nothing
        words = " ".join(named.all_inner_texts())
        assert "绝对值" in words
        assert not re.search(r"\b(?:abs|sin|relu|hard_tanh)\b", words)
