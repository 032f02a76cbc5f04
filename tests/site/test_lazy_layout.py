"""A long page is laid out as it is read, and nobody can tell: links, keys, paper, the way back."""

import pytest
from playwright.sync_api import Page, expect

from press.reader import DESK, PHONE, Site
from tests.turns import turn

LONG = [
    "folding/",
    "en/wide-is-enough/",
    "labs/folding/",
    "claims/",
    "en/gallery/",
    "contested/",
    "notation/",
    "en/reference/mathematics/",
    "figures/weight_decay_switches_units_off/",
]
WINDOWS = [(path, width) for path in LONG for width in (DESK, PHONE)]
# Of what can be seen on the page, the share that waits.
WAITING = """() => {
  const seen = [...document.querySelectorAll("article *")].filter(e => e.checkVisibility());
  const waits = e => !e.checkVisibility({ contentVisibilityAuto: true });
  return seen.filter(waits).length / seen.length;
}"""
BLOCKS = """() => [...document.querySelectorAll(
    "article > *, .dl-lab > *, .dl-claims tbody tr, .dl-gallery > *, .dl-stories > *")]
  .map(e => e.getBoundingClientRect()).map(({ top, height }) => [top + scrollY, height])"""
READ = """async () => {
  const pause = () => new Promise(done => setTimeout(done, 5000)); // if no frame comes
  const frame = () => Promise.race([new Promise(requestAnimationFrame), pause()]);
  for (let y = 0; y < document.documentElement.scrollHeight; y += 600) {
    scrollTo(0, y);
    await frame();
    await frame();
  }
}"""
SHIFT = """() => new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => { for (const { value } of list.getEntries()) sum += value; })
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 150);
})"""
STILL = """id => new Promise(done => {
  let last = NaN;
  const look = () => {
    const { top } = document.getElementById(id).getBoundingClientRect();
    if (top === last) return done(top);
    last = top;
    setTimeout(look, 100);
  };
  look();
})"""
# The last target of each kind of link in the text: fig-, eq-, claim-, source-, cite-, a section.
TARGETS = """() => Object.values(Object.fromEntries(
  [...document.querySelectorAll("article a[href^='#']:not([href='#'])")]
    .map(a => document.getElementById(decodeURIComponent(a.hash.slice(1))))
    .sort((one, other) => one.getBoundingClientRect().top - other.getBoundingClientRect().top)
    .map(({ id }) => [id.includes("-") ? id.split("-")[0] : "", id]),
))"""
CLICK = "id => document.querySelector(`article a[href='#${id}']`).click()"
UNMARKED = """() => [...document.querySelectorAll(".dl-equation, .dl-lab pre > code")]
  .filter(e => e.checkVisibility() && e.scrollWidth > e.clientWidth && e.tabIndex < 0).length"""


def waits(page: Page) -> bool:
    return bool(page.evaluate(WAITING) > 0)


@pytest.mark.parametrize(("path", "width"), turn("read to its end", WINDOWS, 2))
def test_a_page_that_was_read_to_its_end_is_the_page_that_was_laid_out_at_once(
    site: Site, path, width
):
    with site.open(path, width) as page:
        page.evaluate(READ)
        read = page.evaluate(BLOCKS)
        page.keyboard.press("End")
        assert not waits(page)
        # A picture that has not come yet keeps a place of whole pixels, up to one more or less.
        pictures = 1 + page.locator(".dl-picture--light").count()
        whole = page.evaluate(BLOCKS)
        assert [top for top, _ in whole] == pytest.approx([top for top, _ in read], abs=pictures)
        # A figure may have that one, and the fraction of one by which its caption moves with it.
        assert [high for _, high in whole] == pytest.approx([high for _, high in read], abs=1.5)


@pytest.mark.parametrize(("path", "width"), turn("read", WINDOWS, 2))
def test_nothing_jumps_while_a_page_is_read(site: Site, path, width):
    with site.open(path, width) as page:
        for _ in range(40):
            page.mouse.wheel(0, 250)
            page.wait_for_timeout(30)
        assert page.evaluate(SHIFT) < 0.02


@pytest.mark.parametrize(
    ("path", "width"),
    turn("links", [("folding/", PHONE), ("en/neuron/", DESK), ("labs/folding/", PHONE)]),
)
def test_a_link_lands_where_its_address_lands(site: Site, path, width):
    with site.open(path, width) as page:
        targets = page.evaluate(TARGETS)
    assert targets
    expected = {}
    with site.context(width) as context:
        page = context.new_page()
        for target in targets:
            page.goto(
                "about:blank"
            )  # else an address of the same page is a link, and loads nothing
            page.goto(f"{site.url}{path}#{target}")
            assert not waits(page)
            expected[target] = page.evaluate(STILL, target)
            assert 0 <= expected[target] < 900, target
    for follow in (CLICK, "id => { location.hash = id }"):
        with site.open(path, width) as page:
            for target in targets:  # from where the last one has led
                page.evaluate(follow, target)
                landed = page.evaluate(STILL, target)
                assert landed == pytest.approx(expected[target], abs=1.5), target


# To measure what waits lays it out, so each of these pages is asked once, at the end.
@pytest.mark.parametrize("path", ["en/neuron/", "labs/folding/"])
def test_the_first_tab_reaches_what_is_wide_far_below(site: Site, path):
    with site.open(path, PHONE) as page:
        assert page.evaluate(UNMARKED) > 0, "far below nothing is marked before"
    with site.open(path, PHONE) as page:
        page.keyboard.press("Tab")
        assert page.evaluate(UNMARKED) == 0


@pytest.mark.parametrize("path", ["en/neuron/", "labs/folding/"])
def test_what_is_wide_is_marked_when_it_comes_near(site: Site, path):
    with site.open(path, PHONE) as page:
        page.evaluate(READ)
        assert page.evaluate(UNMARKED) == 0


def test_whoever_comes_back_finds_the_page_where_it_was(site: Site):
    reading = """() => [...document.querySelectorAll("article > *")]
      .findIndex(e => e.getBoundingClientRect().bottom > innerHeight / 2)"""
    with site.open("folding/", PHONE) as page:
        page.evaluate(READ)
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight / 2)")
        page.wait_for_timeout(300)
        block = page.evaluate(reading)
        assert block > 20
        page.evaluate("location.href = '../neuron/'")
        page.wait_for_url("**/neuron/")
        page.go_back()
        page.wait_for_function(f"scrollY > 0 && ({reading})() === {block}")
        page.reload()
        page.wait_for_function(f"scrollY > 0 && ({reading})() === {block}")


@pytest.mark.parametrize("path", turn("jumped", ["claims/", "en/neuron/", "gradients/"]))
def test_whoever_jumped_and_comes_back_reads_what_was_left(site: Site, path):
    middle = """() => {
      const read = document.elementFromPoint(innerWidth / 2, innerHeight / 2);
      const block = read.closest("article tr, article > *");
      return [...document.querySelectorAll("article *")].indexOf(block);
    }"""
    with site.open(path, PHONE) as page:
        page.evaluate("scrollTo(0, 0.7 * document.documentElement.scrollHeight)")
        page.wait_for_timeout(300)
        assert waits(page)
        read = page.evaluate(middle)
        assert read > 50
        page.evaluate("location.href = location.pathname.replace(/[^/]+.$/, 'glossary/')")
        page.wait_for_url("**/glossary/")
        page.go_back()
        page.wait_for_function(f"scrollY > 0 && ({middle})() === {read}")
        page.reload()
        page.wait_for_function(f"scrollY > 0 && ({middle})() === {read}")


@pytest.mark.parametrize("path", LONG)
def test_most_of_a_long_page_waits_on_a_first_visit_and_paper_holds_all(site: Site, path):
    with site.open(path, PHONE) as page:
        assert page.evaluate(WAITING) > 0.5
        page.emulate_media(media="print")
        assert not waits(page)


@pytest.mark.parametrize("path", ["play/", "en/play/"])
def test_a_page_to_play_with_says_what_it_lacks_without_scripts(site: Site, path):
    with site.open(path, PHONE, java_script_enabled=False) as page:
        expect(page.locator(".dl-scriptless")).to_be_visible()
        assert "JavaScript" in page.inner_text(".dl-scriptless")
    with site.open(path, PHONE) as page:
        expect(page.locator(".dl-scriptless")).to_be_hidden()


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_filters_that_do_nothing_are_not_shown(site: Site, width):
    with site.open("claims/", width, java_script_enabled=False) as page:
        expect(page.locator(".dl-filters")).to_be_hidden()


def test_nothing_waits_without_scripts(site: Site):
    with site.open("folding/", PHONE, java_script_enabled=False) as page:
        expect(page.locator("html.dl-lazy")).to_have_count(0)


# What costs a whole page its style once more, often its layout too: another class of its root, a
# table that is moved. Until there is a page to style, both cost nothing.
WATCH = """
  window.changed = [];
  const names = list => list.split(" ").filter(name => name && name !== "dl-lazy").sort().join(" ");
  new MutationObserver(records => {
    if (document.readyState === "loading") return;
    for (const { type, target, oldValue, removedNodes } of records) {
      const other = type === "attributes" && target === document.documentElement
        && names(oldValue) !== names(target.className);
      if (other) changed.push(`${oldValue} → ${target.className}`);
      changed.push(...[...removedNodes].filter(node => node.tagName === "TABLE").map(String));
    }
  }).observe(document, {
    childList: true, subtree: true, attributeFilter: ["class"], attributeOldValue: true,
  });
"""


@pytest.mark.parametrize("path", ["notation/", "en/how-to-read/"])
def test_the_themes_script_finds_a_page_as_it_would_make_it(site: Site, path):
    with site.context(PHONE) as context:
        page = context.new_page()
        page.add_init_script(WATCH)
        page.goto(site.url + path)
        site.settle(page)
        assert page.evaluate("changed") == []
        assert page.evaluate("document.documentElement.matches('.js.js-focus-visible')")
        assert page.locator(".dl-table").count() > 0
