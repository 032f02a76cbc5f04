"""The book for everyone: axe on a phone, the keyboard alone, stillness, paper.

On a desk axe looks at every page while ``test_pages.py`` is there.
"""

import pytest
from playwright.sync_api import Page, expect

from dlbook.site.pages.reference import PACKAGES
from press.reader import DESK, PHONE, Site, judged
from tests.site.conftest import ROOT
from tests.turns import turn

# Every page has its twin in the other language; a Chinese page and its twin share their structure.
PAGES = [
    f"{lang}{page}"
    for lang in ("", "en/")
    for page in (
        "",
        *(f"{path.stem}/" for path in sorted((ROOT / "docs" / "zh").glob("*.md"))),
        *(f"labs/{path.stem}/" for path in sorted((ROOT / "docs" / "zh").glob("*.md"))),
        *(f"figures/{path.stem}/" for path in sorted((ROOT / "figures_src").glob("*.py"))),
        *(f"reference/{name}/" for name in PACKAGES),
    )
]
FOCUS = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  // Themes, menu and search are unseen inputs; a reader sees their labels.
  const shown = e.classList.contains("md-option") ? e.nextElementSibling
    : e.classList.contains("md-toggle") ? document.querySelector(`.md-header__button[for=${e.id}]`)
    : e;
  const box = shown.getBoundingClientRect();
  const look = getComputedStyle(shown);
  return {
    name: (e.getAttribute("aria-label") || e.title || e.textContent || "").trim().slice(0, 40),
    tag: e.tagName, href: e.getAttribute("href"), target: e.htmlFor || e.id,
    seen: box.width > 0 && box.height > 0,
    ring: look.outlineStyle !== "none" || look.boxShadow !== "none",
  };
}"""


def paths(site: Site) -> list[str]:
    return [path for path in site.paths if path in PAGES]


def test_every_page_is_looked_at(site: Site):
    assert sorted(paths(site)) == sorted(site.paths)


def test_of_pages_that_nobody_wrote_the_ends_are_looked_at(site: Site):
    made = [path for path in site.paths if "figures/" in path or "reference/" in path]
    seen = [path for path in made if path in site.sample]
    assert len(seen) == 8, "two of figures and two of the reference, in two languages"
    assert [path for path in site.paths if path not in made] == [
        path for path in site.sample if path not in seen
    ]


KINDS = [
    *("claims/", "hidden-layer/", "en/labs/folding/"),
    *("figures/finding_xor_takes_luck_or_width/", "en/reference/mathematics/"),
]


@pytest.mark.parametrize("path", turn("axe on a phone", KINDS, 2))
def test_axe_finds_nothing_on_a_phone(site: Site, path):
    assert site.violations(path, PHONE) == []


def walk(page: Page, most: int = 80) -> list[dict]:
    """What the Tab key reaches, in order, from the top of the page."""
    reached = []
    for _ in range(most):
        page.keyboard.press("Tab")
        reached.append(page.evaluate(FOCUS))
    return [stop for stop in reached if stop]


# A tool that does not read a page measures what waits by its content, over the place that it has.
@pytest.mark.parametrize(
    "path",
    turn("waits", ["", "en/", "changes/", "en/changes/", "wide-is-enough/", "contested/"], 2),
)
def test_nothing_lies_on_a_link_while_most_of_a_page_waits(site: Site, path):
    with site.open(path, PHONE) as page:
        found = judged(page, ["default"])
        assert [fault for fault in found if "target-size" in fault] == []


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_the_keyboard_reaches_every_part_of_the_header_and_its_focus_is_seen(site: Site, width):
    with site.open("neuron/", width) as page:
        stops = walk(page, 40)
    for stop in stops:
        assert stop["seen"], stop
        assert stop["ring"], stop
    header = stops[:12]
    skip = [stop["href"] for stop in header].index("#neuron")
    assert skip == (0 if width == DESK else 2), "the way past the navigation comes first"
    assert any(stop["href"] == "../en/neuron/" for stop in header)
    assert any(str(stop["target"]).startswith("__palette") for stop in header)
    assert any("搜索" in stop["name"] for stop in header)
    if width == PHONE:
        assert any(stop["target"] == "__drawer" for stop in header)


ROWS = [
    (".md-sidebar--secondary a.md-nav__link", "ArrowDown", "ArrowUp"),
    (".md-sidebar--primary a.md-nav__link", "ArrowDown", "ArrowUp"),
    (".dl-claim-lines summary", "ArrowDown", "ArrowUp"),
    (".dl-works__back a", "ArrowRight", "ArrowLeft"),
    (".dl-term", "ArrowRight", "ArrowLeft"),
    (".dl-numbered__number", "ArrowDown", "ArrowUp"),
    (".dl-exercise .headerlink", "ArrowDown", "ArrowUp"),
]


def test_a_row_is_one_stop_and_arrows_walk_along_it(site: Site):
    at = "all => all.findIndex(each => each === document.activeElement)"
    with site.open("neuron/") as page:
        page.keyboard.press("Tab")
        for items, on, back in ROWS:
            shown = page.locator(items)
            first = shown.evaluate_all("all => all.findIndex(e => e.tabIndex === 0)")
            shown.nth(first).focus()
            page.keyboard.press(on)
            second = shown.evaluate_all(at)
            assert second > first, items
            assert shown.nth(second).evaluate("e => e.tabIndex") == 0, items
            assert shown.nth(first).evaluate("e => e.tabIndex") == -1, items
            page.keyboard.press(back)
            page.keyboard.press(back)  # the end of a row is no way out of it
            assert shown.evaluate_all(at) == first, items


@pytest.mark.parametrize("path", ["neuron/", "en/folding/", "en/labs/folding/", "how-to-read/"])
def test_the_name_of_a_heading_is_its_text(site: Site, path):
    with site.open(path) as page:
        headings = page.locator("article :is(h1, h2, h3)")
        for heading in headings.all()[:12]:
            assert "#" not in heading.aria_snapshot().split("\n")[0]


def test_the_theme_changes_by_keyboard(site: Site):
    with site.open("neuron/") as page:
        before = page.evaluate("getComputedStyle(document.body).backgroundColor")
        for _ in range(12):
            page.keyboard.press("Tab")
            if str((page.evaluate(FOCUS) or {}).get("target")).startswith("__palette"):
                break
        for _ in range(2):  # from the system's choice to light, to dark
            page.keyboard.press("ArrowRight")
        page.wait_for_function("document.body.dataset.mdColorScheme == 'slate'")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before


def test_menu_and_search_open_by_keyboard_on_a_phone(site: Site):
    for target in ("__drawer", "__search"):
        with site.open("neuron/", PHONE) as page:
            for _ in range(12):
                page.keyboard.press("Tab")
                if (page.evaluate(FOCUS) or {}).get("target") == target:
                    break
            page.keyboard.press(" ")
            assert page.evaluate(f"document.getElementById('{target}').checked")


# Whether what has the focus is what one sees in its place.
ON_TOP = """() => {
  const { left, top, width, height } = document.activeElement.getBoundingClientRect();
  const seen = document.elementFromPoint(left + width / 2, top + height / 2);
  return !!seen && (document.activeElement.contains(seen) || seen.contains(document.activeElement));
}"""
INSIDE = "document.activeElement.closest('.md-sidebar--primary') !== null"


@pytest.mark.parametrize("path", ["neuron/", "en/notation/"])
def test_by_keyboard_the_menu_of_a_phone_is_walked_in_the_panel_that_is_seen(site: Site, path):
    with site.open(path, PHONE) as page:
        while (page.evaluate(FOCUS) or {}).get("target") != "__drawer":
            page.keyboard.press("Tab")
        page.keyboard.press(" ")
        page.wait_for_timeout(400)  # the menu slides in
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.matches('.md-nav__link--active')")
        walked = set()
        for key in ["ArrowUp"] * 9 + ["ArrowDown"] * 12:
            assert page.evaluate(INSIDE)
            assert page.evaluate(ON_TOP)
            walked.add(page.evaluate("document.activeElement.innerText"))
            page.keyboard.press(key)
        assert len(walked) > 5
        assert page.evaluate("document.querySelector('.md-sidebar__scrollwrap').scrollLeft") == 0
        for _ in range(12):
            page.keyboard.press("ArrowUp")
        assert page.evaluate("document.activeElement.matches('.md-nav__title')"), "the way back"
        page.keyboard.press("Enter")
        page.wait_for_timeout(400)
        assert page.evaluate(INSIDE)
        assert page.evaluate(ON_TOP)
        page.keyboard.press("Tab")
        assert not page.evaluate("document.activeElement.matches('article *, .md-header *')")
        page.keyboard.press("Escape")
        assert not page.is_checked("#__drawer")
        assert page.evaluate("document.activeElement.id") == "__drawer"


def test_on_a_phone_the_tab_key_does_not_open_the_search(site: Site):
    with site.open("neuron/", PHONE) as page:
        for _ in range(12):
            page.keyboard.press("Tab")
            assert not page.is_checked("#__search")


def test_nothing_moves_for_those_who_ask_for_stillness(site: Site):
    moving = """() => [...document.querySelectorAll("*")].filter(e => {
      const look = getComputedStyle(e);
      const times = `${look.transitionDuration},${look.animationDuration}`.split(",");
      return times.some(time => parseFloat(time) > 0.01) || look.scrollBehavior === "smooth";
    }).map(e => e.className || e.tagName)"""
    with site.open("neuron/", reduced_motion="reduce") as page:
        assert page.evaluate(moving) == []
    with site.open("neuron/") as page:
        assert page.evaluate(moving) != [], "the measure sees what moves otherwise"


def test_paper_shows_the_text_alone_in_light_colours_with_answers_open(site: Site):
    with site.open("neuron/", scheme="dark") as page:
        page.wait_for_function("document.body.dataset.mdColorScheme == 'slate'")
        page.emulate_media(media="print")
        hidden = ".md-header, .md-sidebar, .md-footer, .dl-language, .headerlink, .dl-about"
        assert not any(each.is_visible() for each in page.query_selector_all(hidden))
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") in (
            "rgb(255, 255, 255)",
            "rgb(255, 255, 254)",
            "rgba(0, 0, 0, 0)",
        )
        expect(page.locator(".dl-picture--light").first).to_be_visible()
        expect(page.locator(".dl-picture--dark").first).to_be_hidden()
        answers = page.query_selector_all("details.success > p")
        assert answers
        assert all(answer.bounding_box()["height"] > 0 for answer in answers)
