"""Tooltips, citations, equations, glossary and references in a real browser, on the toy book."""

import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from press.reader import DESK, PHONE, Site
from press.serving import served
from tests.site.conftest import list_pages, mkdocs
from tests.site.published_index import entries
from tests.turns import in_a_language

LONG = " + ".join(f"x_{{{k}}}" for k in range(60))
PAGES = {
    "zh": """# 术语 {#aids}

隐藏层，再说隐藏层。[[cite cover1965]] 与[[citep cover1965 cybenko1989]]。由 [[eq long]]。

$$
y
$$

$$
LONG
\\label{long}
$$

| 表 |
|---|
| 参数，WIDE |

## 末尾 {#end}

有个神经元。

[[sources]]
""",
    "en": """# Terms {#aids}

A hidden layer, a hidden layer. [[cite cover1965]] and [[citep cover1965 cybenko1989]].
By [[eq long]].

$$
y
$$

$$
LONG
\\label{long}
$$

| table |
|---|
| parameter, WIDE |

## End {#end}

Here is a unit.

[[sources]]
""",
}
GENERATED = {"glossary": "[[glossary]]", "references": "[[bibliography]]"}
TIP = ".dl-tip:popover-open"


@pytest.fixture(scope="module")
def site(
    toy_template: Path, tmp_path_factory: pytest.TempPathFactory, chromium: Browser
) -> Iterator[Site]:
    """The toy book with a page that uses everything, built strictly."""
    root = tmp_path_factory.mktemp("aids") / "book"
    shutil.copytree(toy_template, root, symlinks=True)
    source = Path(__file__).parent.parent.parent / "docs" / "references.bib"
    shutil.copy(source, root / "docs" / "references.bib")
    list_pages(root, ["aids"], "saw", *GENERATED)
    for lang, text in PAGES.items():
        folder = root / "docs" / lang
        text = text.replace("LONG", LONG).replace("WIDE", "wide" * 99)
        (folder / "aids.md").write_text(text, encoding="utf-8")
        for name, block in GENERATED.items():
            (folder / f"{name}.md").write_text(f"# X {{#x}}\n\n{block}\n", encoding="utf-8")
    finished = mkdocs(root, "build", "--strict")
    assert finished.returncode == 0, finished.stdout
    with served(root / "site") as url:
        yield Site(root / "site", url, chromium)


def arrive(page: Page, anchor: str) -> None:
    """Wait until what has that anchor is on the screen."""
    page.wait_for_function(
        """anchor => {
          const { top, bottom } = document.getElementById(anchor)?.getBoundingClientRect() ?? {};
          const target = document.querySelector(":target")?.id;
          return target === anchor && bottom > 0 && top < innerHeight;
        }""",
        arg=anchor,
    )


def link(term: str) -> str:
    return f".dl-term[href$='#term-{term}']"


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_the_way_back_to_the_top_has_the_corner_and_lies_on_no_title(site: Site, width):
    with site.open("aids/#end", width) as page:
        arrive(page, "end")
        page.mouse.wheel(0, -40)
        button = page.locator(".md-top")
        expect(button).to_be_visible()
        box, screen = button.bounding_box(), page.viewport_size
        assert box is not None
        assert screen is not None
        assert box["y"] > screen["height"] / 2
        assert 3 / 4 * screen["width"] < box["x"] + box["width"] <= screen["width"]


@in_a_language
def test_the_first_mention_only_is_marked_and_no_heading_or_citation(site: Site, root):
    with site.open(f"{root}aids/") as page:
        found = page.eval_on_selector_all(".dl-term", "all => all.map(a => a.hash)")
    assert found == ["#term-hidden-layer", "#term-parameter", "#term-unit"]


@in_a_language
@pytest.mark.parametrize("width", [DESK, PHONE])
def test_a_pointer_shows_the_definition_on_the_screen_and_may_move_onto_it(site: Site, root, width):
    with site.open(f"{root}aids/", width) as page:
        for term in ("hidden-layer", "parameter", "unit"):
            is_shown_by_a_pointer(page, term, width)


def is_shown_by_a_pointer(page: Page, term: str, width: int) -> None:
    height = page.evaluate("document.documentElement.scrollHeight")
    page.hover(link(term))
    page.wait_for_selector(TIP)
    assert page.get_attribute(TIP, "id") == page.get_attribute(link(term), "aria-describedby")
    box = page.locator(TIP).bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= 900
    assert page.evaluate("document.documentElement.scrollHeight") == height
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=4)
    page.wait_for_timeout(400)
    expect(page.locator(TIP).first).to_be_visible()
    page.mouse.move(2, 2)
    page.wait_for_selector(TIP, state="hidden")


@pytest.mark.parametrize("edge", ["start", "end"])
def test_the_definition_does_not_cover_its_term_nor_leave_the_screen(site: Site, edge):
    with site.open("aids/", PHONE) as page:
        page.set_viewport_size({"width": PHONE, "height": 400})
        page.add_style_tag(content="body { padding-bottom: 400px } header { display: none }")
        term = page.locator(link("unit"))
        page.keyboard.press("Tab")
        term.evaluate("(term, block) => term.scrollIntoView({ block })", edge)
        term.evaluate("term => term.focus({ preventScroll: true })")
        page.wait_for_selector(TIP)
        tip, box = page.locator(TIP).bounding_box(), term.bounding_box()
        assert tip is not None
        assert box is not None
        assert 0 <= tip["y"] <= tip["y"] + tip["height"] <= 400
        assert tip["y"] >= box["y"] + box["height"] or tip["y"] + tip["height"] <= box["y"]


@in_a_language
def test_the_keyboard_shows_it_and_escape_puts_it_away_without_moving_the_focus(site: Site, root):
    with site.open(f"{root}aids/") as page:
        page.focus("article a.headerlink")
        page.keyboard.press("Tab")
        term = link("hidden-layer")
        assert page.evaluate(f'document.activeElement.matches("{term}")')
        page.wait_for_selector(TIP)
        page.keyboard.press("Escape")
        page.wait_for_selector(TIP, state="hidden")
        assert page.evaluate(f'document.activeElement.matches("{term}")')
        page.keyboard.press("Tab")
        page.keyboard.press("Shift+Tab")
        page.wait_for_selector(TIP)
        page.keyboard.press("Tab")
        page.wait_for_selector(TIP, state="hidden")


def test_escape_puts_away_what_the_pointer_shows(site: Site):
    with site.open("aids/") as page:
        page.hover(link("unit"))
        page.wait_for_selector(TIP)
        page.keyboard.press("Escape")
        page.wait_for_selector(TIP, state="hidden")


def test_what_the_focus_shows_stays_when_the_pointer_passes_by(site: Site):
    with site.open("aids/") as page:
        page.keyboard.press("Tab")
        page.focus(link("unit"))
        page.wait_for_selector(TIP)
        page.hover(link("unit"))
        page.mouse.move(2, 2)
        page.wait_for_timeout(400)
        expect(page.locator(TIP).first).to_be_visible()


def test_it_follows_its_term_when_the_page_scrolls(site: Site):
    with site.open("aids/", PHONE) as page:
        page.set_viewport_size({"width": PHONE, "height": 400})
        page.keyboard.press("Tab")
        page.focus(link("unit"))
        page.wait_for_selector(TIP)
        before = page.locator(TIP).bounding_box()
        page.evaluate("scrollBy(0, -60)")
        page.wait_for_timeout(100)
        after = page.locator(TIP).bounding_box()
        assert before is not None
        assert after is not None
        assert before["y"] != after["y"]


@in_a_language
def test_the_first_tap_shows_the_definition_and_the_second_follows_the_link(site: Site, root):
    with site.open(f"{root}aids/", PHONE, has_touch=True) as page:
        page.tap(link("unit"))
        page.wait_for_selector(TIP)
        assert "aids" in page.url
        page.tap("article p")
        page.wait_for_selector(TIP, state="hidden")
        page.tap(link("unit"))
        page.wait_for_selector(TIP)
        page.tap(link("unit"))
        arrive(page, "term-unit")


@in_a_language
def test_a_picture_on_a_phone_is_readable_in_its_place_and_opens_larger(site: Site, root):
    with site.open(f"{root}saw/", PHONE, has_touch=True) as page:
        picture = page.locator(".dl-figure .dl-picture:visible").first
        picture.scroll_into_view_if_needed()
        readable = picture.evaluate(
            "each => parseFloat(each.parentElement.style.getPropertyValue('--dl-readable'))"
        )
        assert picture.evaluate("each => each.offsetWidth") >= readable - 1 > 10
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        page.tap(".dl-figure__narrow > a")
        page.wait_for_selector("dialog.dl-zoom[open]")
        larger = page.locator("dialog img")
        assert larger.evaluate("each => each.complete && each.offsetWidth") >= 2 * readable - 1
        page.keyboard.press("Escape")
        page.wait_for_selector("dialog.dl-zoom", state="detached")
        picture.tap()
        page.tap("dialog.dl-zoom > button")
        page.wait_for_selector("dialog.dl-zoom", state="detached")
        assert "saw" in page.url


@in_a_language
def test_the_legend_is_open_on_a_desk_and_folds_on_a_phone(site: Site, root):
    with site.open(f"{root}saw/") as page:
        expect(page.locator(".dl-legend p").first).to_be_visible()
        expect(page.locator(".dl-legend summary").first).to_be_hidden()
        expect(page.locator(".dl-figure__narrow").first).to_be_hidden()
    with site.open(f"{root}saw/", PHONE) as page:
        expect(page.locator(".dl-legend p").first).to_be_hidden()
        page.locator(".dl-legend summary").first.click()
        expect(page.locator(".dl-legend p").first).to_be_visible()


@in_a_language
def test_without_scripts_the_links_lead_there_and_no_definition_stands_about(site: Site, root):
    with site.open(f"{root}aids/", java_script_enabled=False) as page:
        expect(page.locator(".dl-tip").first).to_be_hidden()
        page.click(link("hidden-layer"))
        page.wait_for_url(re.compile(f"{site.url}{root}glossary/"))


@in_a_language
def test_every_citation_leads_to_its_entry_and_the_entry_leads_back(site: Site, root):
    with site.open(f"{root}aids/") as page:
        page.click("#cite-cover1965-2")
        arrive(page, "source-cover1965")
        backs = page.locator("#source-cover1965 .dl-works__back a")
        assert backs.all_inner_texts() == ["a", "b"]
        for k in range(2):
            box = backs.nth(k).bounding_box()
            assert box is not None
            assert min(box["width"], box["height"]) >= 24
        backs.nth(1).click()
        arrive(page, "cite-cover1965-2")
        page.click(".dl-works + p a")
        page.wait_for_url(f"{site.url}{root}references/")
        page.click("#work-cover1965 .dl-works__back a")
        arrive(page, "source-cover1965")


@in_a_language
@pytest.mark.parametrize("width", [DESK, PHONE])
def test_a_number_stands_beside_its_equation_on_the_screen_while_the_formula_scrolls(
    site: Site, root, width
):
    with site.open(f"{root}aids/", width) as page:
        page.click("article a[href='#eq-long']")
        arrive(page, "eq-long")
        assert page.inner_text(".dl-numbered__number") == "(1)"
        number = page.locator(".dl-numbered__number").bounding_box()
        formula = page.locator("#eq-long .dl-equation").bounding_box()
        assert number is not None
        assert formula is not None
        assert formula["x"] + formula["width"] <= number["x"] + 1
        assert number["x"] + number["width"] <= width
        assert min(number["width"], number["height"]) >= 24
        wide = page.locator("#eq-long .dl-equation")
        assert wide.evaluate("box => box.scrollWidth > box.clientWidth && box.tabIndex === 0")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@in_a_language
def test_the_keyboard_reaches_a_wide_table(site: Site, root):
    with site.open(f"{root}aids/", PHONE) as page:
        box = page.locator(".md-typeset__scrollwrap")
        assert box.evaluate("box => box.scrollWidth > box.clientWidth && box.tabIndex === 0")


class Ids(HTMLParser):
    """The ids of a page and the addresses that it links to."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids.add(given.get("id") or "")
        if tag == "a":
            self.links.append(given.get("href") or "")


def test_every_link_to_an_anchor_of_the_site_leads_to_one(site: Site):
    seen = 0
    pages = {path.resolve(): Ids(path.read_text()) for path in site.folder.rglob("index.html")}
    for path, ids in pages.items():
        for address in ids.links:
            parts = urlsplit(address)
            if parts.scheme or not parts.fragment or parts.fragment.startswith("__"):
                continue
            target = (path.parent / parts.path / "index.html" if parts.path else path).resolve()
            assert unquote(parts.fragment) in pages[target].ids, f"{path}: {address}"
            seen += bool(re.match("(source|cite|work|term|eq)-", parts.fragment))
    assert seen > 20


def test_the_search_reads_the_page_as_if_nothing_were_marked(site: Site):
    index = "".join(entry.text for entry in entries(site.folder))
    assert len(index) > 5_000
    for trace in ("dl-term", "dl-tip", "tip-unit", "cite-cover1965"):
        assert trace not in index
