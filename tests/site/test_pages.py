"""The site in a real browser: the toy book, and the book itself as ``make site`` left it.

A page and its twin are of one make. One of them is seen on a desk, where axe judges it, the other
on a phone; which, the commit's hash draws. A chapter that has been seen at one width is laid out
anew at the other: code, formulas and claims are looked at in both languages at both widths. Of
pages that are woven alike, chapters, labs and those of figures and the reference, axe judges some
with each commit, and of the labs half are looked at.
"""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from dlbook.site.reading.chapter_order import read_chapters
from press.audit import LAB_WEIGHT, LOOSE, WEIGHT
from press.reader import DESK, PHONE, SCHEMES, Site, judged
from press.serving import served
from tests import turns
from tests.site.conftest import ROOT, mkdocs
from tests.turns import turn, twins

BOOK = ROOT / "site"
PARTS = 8  # of all pages, so that a test ends in time however many chapters there are
CHAPTERS = [chapter.name for chapter in read_chapters(ROOT)[0]]
LABS = re.compile(r"(?:en/)?labs/.")
# Of those that are of one make, so many are judged by axe.
JUDGED = {
    rf"(?:en/)?(?:{'|'.join(CHAPTERS)})/": 3,
    **{rf"(?:en/)?{folder}/.+": 1 for folder in ("labs", "figures", "reference")},
}
READINGS = [*(f"{name}/" for name in CHAPTERS), "how-to-read/"]  # where code is read, not copied
# Shifts of the layout while loading, each with the browser's own score and what moved.
SHIFTS = """new Promise(done => {
  const shifts = [];
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) shifts.push([
      entry.value,
      entry.sources.map(({node}) => (node?.outerHTML ?? node?.data ?? "").slice(0, 60)),
    ]);
  }).observe({type: "layout-shift", buffered: true});
  document.fonts.ready.then(() => setTimeout(() => done(shifts), 150));
})"""
FACTS = """async () => ({
  title: document.title,
  lang: document.documentElement.lang,
  overflow: document.documentElement.scrollWidth - innerWidth,
  text: (() => {
    const copy = document.querySelector("article").cloneNode(true);
    for (const code of copy.querySelectorAll("code, pre, annotation")) code.remove();
    return copy.textContent;
  })(),
  formulas: document.querySelectorAll(".katex").length,
  fonts: [...document.fonts].filter(f => f.status == "error").length,
  silent: [...document.querySelectorAll("img")].filter(i => !i.alt).length,
  figures: document.querySelectorAll(".dl-figure").length,
  drawn: (await Promise.all([...document.querySelectorAll(".dl-figure .dl-picture")]
    .filter(i => i.getBoundingClientRect().height > 50)
    .map(i => { i.loading = "eager"; return i.decode().then(() => i.naturalWidth > 50); })
  )).filter(Boolean).length,
  unreachable: [...document.querySelectorAll(
    ".dl-equation, .md-typeset__scrollwrap, article pre > code, .dl-lab__output"
  )].filter(e => e.checkVisibility() && e.scrollWidth > e.clientWidth && e.tabIndex < 0).length,
  torn: [...document.querySelectorAll("article .dl-bound")].filter(bound => {
    const comma = document.createRange();
    comma.selectNodeContents(bound.lastChild);
    const last = [...bound.querySelectorAll(".katex-base")].at(-1).getBoundingClientRect();
    return comma.getBoundingClientRect().left < last.right - 1;
  }).length,
  headings: [...document.querySelectorAll("article :is(h2, h3)")].filter(h => !h.id).length,
  ids: [...document.querySelectorAll("[id]")].map(e => e.id),
})"""

# Code that is cut off; brackets before a formula whose line has ended; stops of the Tab key.
READ = """() => ({
  cut: [...document.querySelectorAll("article .highlight pre > code")]
    .filter(code => code.checkVisibility() && code.scrollWidth > code.clientWidth + 1)
    .map(code => code.textContent.slice(0, 60)),
  begun: [...document.querySelectorAll("article .dl-bound, article .dl-begun")]
    .filter(bound => {
      const [first, box] = [bound.firstChild, bound.querySelector(".katex-base, svg")];
      if (first.nodeType !== Node.TEXT_NODE) return false;
      const bracket = document.createRange();
      bracket.selectNodeContents(first);
      return bracket.getBoundingClientRect().right > box.getBoundingClientRect().left + 1;
    }).map(bound => bound.textContent),
  stops: [...document.querySelectorAll(
    "a[href], button, input, select, textarea, summary, [tabindex]"
  )].filter(e => e.tabIndex >= 0 && !e.disabled)
    .filter(e => e.checkVisibility({visibilityProperty: true})).length,
})"""
# By how much the page is shorter without its claims, and what unfolding them does to it; they are
# folded again afterwards.
CLAIMS = """() => {
  const height = () => document.querySelector("article").getBoundingClientRect().height;
  const all = [...document.querySelectorAll(".dl-claim-lines")];
  const before = height();
  for (const lines of all) lines.style.display = "none";
  const share = 1 - height() / before;
  for (const lines of all) lines.style.display = "";
  const folded = document.querySelectorAll(".dl-claim:not([open])");
  for (const each of folded) each.open = true;
  const unfolded = {
    lines: all.length,
    share,
    overflow: document.documentElement.scrollWidth - innerWidth,
    heights: [...document.querySelectorAll(".dl-claim > summary")]
      .map(e => e.getBoundingClientRect().height),
  };
  for (const each of folded) each.open = false;
  return unfolded;
}"""
MOST_STOPS = 95  # half of the 170 to 190 that a chapter had when every link was a stop
MOST_CLAIMS = 0.10  # of a chapter's height

# What moves has arrived.
AT_REST = """async () => {
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  await Promise.allSettled(document.getAnimations()
    .filter(each => each.effect.getComputedTiming().endTime !== Infinity)
    .map(each => each.finished));
}"""

# Whatever a reader sees who goes to the end.
PICTURES = """() => Promise.all([...document.images].filter(i => i.checkVisibility())
  .map(i => { i.loading = "eager"; return i.decode(); }))"""


def turn_to(page: Page, width: int) -> None:
    """Give the open page another width and wait until it is at rest.

    A phone's search field slides to its place on a desk: for a quarter of a second the page is
    wider than the screen.
    """
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate(AT_REST)


@dataclass
class Visit:
    """What the browser saw on one page at one width."""

    path: str
    width: int
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    shifts: list[tuple[float, list[str]]] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)  # of the guidelines, at a desk
    weight: int = 0  # compressed bytes

    def __str__(self) -> str:
        return f"{self.path} at {self.width} px"


class Reader(Site):
    """A site with everything that the tests ask about, looked up once."""

    def __init__(self, folder: Path, url: str, chromium: Browser) -> None:
        super().__init__(folder, url, chromium)
        self._seen: dict[tuple[str, int], Visit] = {}

    def visit(self, path: str, width: int, *others: int) -> list[Visit]:
        """Open a page and note everything that the tests ask about, laid out anew at others."""
        seen = Visit(path, width)
        with self.context(width) as context:
            page = context.new_page()
            came: list[Any] = []
            page.on("requestfinished", lambda request: came.append(request))
            page.on("request", lambda request: seen.asked.append(request.url))
            page.on("console", lambda message: seen.complaints.append(message.text))
            page.on("pageerror", lambda error: seen.complaints.append(str(error)))
            page.on(
                "response",
                lambda answer: answer.status >= 400 and seen.complaints.append(answer.url),
            )
            page.goto(self.url + path, wait_until="load")
            seen.shifts = page.evaluate(SHIFTS)
            page.keyboard.press("Tab")  # from here on all of the page is laid out
            if not LOOSE.search(path):
                page.evaluate(PICTURES)
            self.settle(page)
            sizes = [each.sizes() for each in came if not each.url.startswith("data:")]
            seen.weight = sum(size["responseBodySize"] for size in sizes)
            seen.facts = page.evaluate(FACTS) | page.evaluate(READ)
            seen.claims = page.evaluate(CLAIMS)
            anew = [self._laid_out_anew(page, seen, other) for other in others]
            asked, complained = len(seen.asked), len(seen.complaints)
            if width == DESK and self.folder == BOOK and path in self.for_axe:
                turn_to(page, width)
                seen.violations = judged(page, SCHEMES[path.startswith("en/") :][:1])
            del seen.asked[asked:], seen.complaints[complained:]  # of axe, not of the page
        return [seen, *anew]

    def _laid_out_anew(self, page: Page, seen: Visit, width: int) -> Visit:
        """The open page at another width, as where a reader turns the screen."""
        turn_to(page, width)
        self.settle(page)
        facts = page.evaluate(FACTS) | page.evaluate(READ)
        return Visit(seen.path, width, facts=facts, claims=page.evaluate(CLAIMS))

    def seen(self, path: str, width: int) -> Visit:
        """The one visit of that page at that width."""
        if (path, width) not in self._seen:
            at, others = width, list[int]()
            if path.removeprefix("en/") in READINGS and not turns.of_all():
                at = DESK if path in self.at_desks else PHONE
                others = [PHONE if at == DESK else DESK]
            self._seen |= {(path, each.width): each for each in self.visit(path, at, *others)}
        return self._seen[path, width]

    @functools.cached_property
    def at_desks(self) -> list[str]:
        """Of every page, or enough of its kind, the twin that is seen on a desk."""
        pairs: dict[str, list[str]] = {}
        for path in self.sample:
            pairs.setdefault(path.removeprefix("en/"), []).append(path)
        return twins(pairs.items())

    @functools.cached_property
    def for_axe(self) -> list[str]:
        """Those of them that axe judges; of what is made alike, some take their turn."""
        others = set[str]()
        for kind, count in JUDGED.items():
            alike = [path for path in self.at_desks if re.fullmatch(kind, path)]
            others |= {*alike} - {*turn(f"axe {kind}", alike, count)}
        return [path for path in self.at_desks if path not in others]

    @functools.cached_property
    def visits(self) -> list[Visit]:
        """Every page, or enough of its kind: each at one of the widths, chapters at both."""
        labs = [path for path in self.sample if LABS.match(path)]
        others = {*labs} - {*turn("labs that are looked at", labs, len(labs) // 2)}
        paths = [path for path in self.sample if path not in others]
        places = [(path, DESK if path in self.at_desks else PHONE) for path in paths]
        if turns.of_all():
            places = [(path, width) for path in self.sample for width in (DESK, PHONE)]
        return [self.seen(*place) for place in places] + (
            self.chapters if self.folder == BOOK else []
        )

    @property
    def chapters(self) -> list[Visit]:
        """The chapters of the book in both languages, at both widths."""
        paths = [f"{lang}{name}/" for lang in ("", "en/") for name in CHAPTERS]
        return [self.seen(path, width) for path in paths for width in (DESK, PHONE)]


@pytest.fixture(scope="module", params=["toy", "book"])
def site(
    request: pytest.FixtureRequest, chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Reader]:
    """The toy book's site, and the site of the book itself."""
    folder = BOOK
    if request.param == "toy":
        folder = tmp_path_factory.mktemp("toy-site") / "site"
        finished = mkdocs(request.getfixturevalue("toy_template"), "build", "-d", str(folder))
        assert finished.returncode == 0, finished.stdout
    assert (folder / "index.html").is_file(), "there is no site; run make site"
    with served(folder) as url:
        yield Reader(folder, url, chromium)


of_the_book = pytest.mark.parametrize("site", ["book"], indirect=True)


@of_the_book
@pytest.mark.parametrize("part", range(PARTS))
def test_axe_finds_nothing_against_wcag_2_2_aa(site: Reader, part):
    """Chinese pages in light and English ones in dark."""
    found = {path: site.seen(path, DESK).violations for path in site.for_axe[part::PARTS]}
    assert found
    assert {path: faults for path, faults in found.items() if faults} == {}


@of_the_book
@pytest.mark.parametrize("path", [f"{lang}{path}" for lang in ("", "en/") for path in READINGS])
def test_no_code_is_cut_off_on_a_desk_and_no_line_ends_with_the_bracket_before_a_box(
    site: Reader, path
):
    assert site.seen(path, DESK).facts["cut"] == []
    assert site.seen(path, DESK).facts["begun"] == []
    assert site.seen(path, PHONE).facts["begun"] == []


@of_the_book
def test_a_chapter_is_walked_in_half_the_stops(site: Reader):
    for visit in site.chapters:
        if visit.width == DESK:
            assert 0 < visit.facts["stops"] <= MOST_STOPS, visit


@of_the_book
def test_claims_take_at_most_a_tenth_of_a_chapter(site: Reader):
    for visit in site.chapters:
        assert visit.claims["lines"] > 0, visit
        assert 0 < visit.claims["share"] <= MOST_CLAIMS, visit


@of_the_book
def test_nothing_that_unfolds_is_wider_than_a_phone(site: Reader):
    for visit in site.chapters:
        assert visit.claims["overflow"] <= 0, visit
        assert min(visit.claims["heights"]) >= 24, visit


def test_no_page_asks_another_host_for_anything(site: Reader):
    own = (site.url, "data:", f"blob:{site.url}")  # the last is what a worker is made of
    for visit in site.visits:
        assert [url for url in visit.asked if not url.startswith(own)] == [], visit


def test_a_page_that_asks_another_host_would_be_caught(chromium: Browser, tmp_path: Path):
    text = "<style>@import url(https://fonts.example/a.css);</style><article></article>"
    (tmp_path / "index.html").write_text(text)
    with served(tmp_path) as url:
        [seen] = Reader(tmp_path, url, chromium).visit("", DESK)
    assert "https://fonts.example/a.css" in seen.asked


def test_a_first_visit_is_light(site: Reader):
    for visit in site.visits:
        assert visit.weight < (LAB_WEIGHT if "labs/" in visit.path else WEIGHT), visit
    assert max(visit.weight for visit in site.visits) > 50_000, "the scale works"


def test_no_page_complains_or_misses_a_file(site: Reader):
    for visit in site.visits:
        assert visit.complaints == [], visit


def test_no_page_is_wider_than_the_screen(site: Reader):
    for visit in site.visits:
        assert visit.facts["overflow"] <= 0, visit
        assert visit.facts["unreachable"] == 0, visit


def test_formulas_are_typeset_and_no_brackets_are_left(site: Reader):
    assert sum(visit.facts["formulas"] for visit in site.visits) > 0
    for visit in site.visits:
        for mark in ("\\(", "\\[", "$$", "[[", "]]", "data-late"):
            assert mark not in visit.facts["text"], visit
        assert visit.facts["fonts"] == 0, visit


def test_no_line_begins_with_the_punctuation_after_a_formula(site: Reader):
    for visit in site.visits:
        assert visit.facts["torn"] == 0, visit


def test_no_page_jumps_while_it_loads(site: Reader):
    for visit in site.visits:
        assert sum(score for score, _ in visit.shifts) < 0.02, (visit, visit.shifts)


def test_every_figure_is_drawn_and_described(site: Reader):
    assert sum(visit.facts["figures"] for visit in site.visits) > 0
    for visit in site.visits:
        assert visit.facts["silent"] == 0, visit
        assert visit.facts["drawn"] == visit.facts["figures"], visit


def test_every_id_is_unique_and_every_section_has_one(site: Reader):
    for visit in site.visits:
        ids = visit.facts["ids"]
        assert sorted(ids) == sorted(set(ids)), visit
        assert visit.facts["headings"] == 0, visit


def test_every_page_is_in_the_language_of_its_address(site: Reader):
    for visit in site.visits:
        assert visit.facts["lang"] == ("en" if visit.path.startswith("en/") else "zh-Hans"), visit


def deepest(site: Reader) -> str:
    """A Chinese page that somebody wrote, with a figure and its claims."""
    return next(
        visit.path
        for visit in site.visits
        if any(name.startswith("claim-") for name in visit.facts["ids"])
        and not visit.path.startswith(("en/", "figures/"))
    )


@of_the_book
@pytest.mark.parametrize("width", [DESK, PHONE])
def test_the_language_link_keeps_page_and_section(site: Reader, width):
    path = deepest(site)
    with site.open(path, width) as page:
        anchor = page.evaluate("[...document.querySelectorAll('article h2')].at(-1).id")
        page.evaluate(f"document.getElementById('{anchor}').scrollIntoView()")
        page.click("[data-dl-language]")
        page.wait_for_url(f"{site.url}en/{path}#{anchor}")
        assert page.evaluate("document.documentElement.lang") == "en"
        page.wait_for_function(
            f"document.getElementById('{anchor}').getBoundingClientRect().top < innerHeight"
        )
        page.click("[data-dl-language]")
        page.wait_for_url(f"{site.url}{path}#{anchor}")


def colours(page: Page) -> list[str]:
    return page.evaluate(
        """() => [getComputedStyle(document.body).backgroundColor,
          ...[...document.querySelectorAll(".dl-picture")].filter(i => i.checkVisibility())
            .map(i => i.src)]"""
    )


@of_the_book
def test_figures_follow_the_theme_and_the_choice_holds_in_both_languages(site: Reader):
    path = deepest(site)
    with site.open(path, scheme="dark") as page:
        page.wait_for_function("document.body.dataset.mdColorScheme == 'slate'")
        dark = colours(page)
        page.click("label[for=__palette_1]")  # from the system's choice to light
        page.wait_for_function("document.body.dataset.mdColorScheme == 'default'")
        light = colours(page)
        assert dark[0] != light[0]
        assert len(dark) == len(light) > 1
        for one, other in zip(dark[1:], light[1:], strict=True):
            assert one == other.replace(".svg", ".dark.svg")
        page.goto(f"{site.url}en/{path}")
        assert page.evaluate("document.body.dataset.mdColorScheme") == "default"


@of_the_book
def test_text_is_readable_in_both_themes(site: Reader):
    for scheme in ("light", "dark"):
        with site.open(deepest(site), scheme=scheme) as page:
            for role, floor in (("fig-ink", 7), ("fig-muted", 4.5), ("fig-deep", 4.5)):
                contrast = page.evaluate(CONTRAST, role)
                assert contrast >= floor, (scheme, role, contrast)


CONTRAST = """role => {
  const style = getComputedStyle(document.body);
  const light = name => {
    const hex = style.getPropertyValue("--" + name).trim();
    const parts = [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16) / 255)
      .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  };
  const [a, b] = [light(role), light("fig-paper")].sort((x, y) => y - x);
  return (a + 0.05) / (b + 0.05);
}"""


@of_the_book
def test_the_passport_opens_with_the_keyboard(site: Reader):
    with site.open(deepest(site)) as page:
        page.focus(".dl-about > summary")
        page.keyboard.press("Enter")
        expect(page.locator(".dl-about__passport").first).to_be_visible()


@of_the_book
def test_the_claims_of_a_figures_page_become_cards_on_a_narrow_screen(site: Reader):
    path = next(visit.path for visit in site.visits if re.match("figures/.", visit.path))
    for width, layout in ((DESK, "table-cell"), (PHONE, "grid")):
        with site.open(path, width) as page:
            cell = page.locator(".dl-claims td").first
            assert cell.evaluate("cell => getComputedStyle(cell).display") == layout
            assert cell.get_attribute("role") == "cell"


def search(site: Reader, start: str, query: str) -> list[str]:
    """Type a query and return the addresses that are found, best first."""
    with site.open(start) as page:
        page.keyboard.press("f")
        page.keyboard.type(query)
        page.keyboard.press("End")  # typed Chinese sends no key of its own, an input method does
        page.wait_for_selector(".md-search-result__link")
        links = page.eval_on_selector_all(".md-search-result__link", "all => all.map(a => a.href)")
    return [str(link).removeprefix(site.url).partition("?")[0].partition("#")[0] for link in links]


@pytest.mark.parametrize("site", ["toy"], indirect=True)
@pytest.mark.parametrize(
    ("start", "query", "page"),
    [("", "过拟合", "saw/"), ("", "锯齿", "saw/"), ("en/", "overfitting", "en/saw/")],
)
def test_the_search_finds_what_readers_look_for(site: Reader, start, query, page):
    assert search(site, start, query)[0] == page


@of_the_book
@pytest.mark.parametrize("path", ["nothing/at/all/", "en/nothing/"])
def test_an_unknown_address_gets_help_in_both_languages(site: Reader, path):
    with site.open(path) as page:
        text = page.inner_text("article")
        assert "这一页不存在" in text
        assert "no such page" in text
        page.click("article a[href$='en/']")
        page.wait_for_url(f"{site.url}en/")


@of_the_book
def test_scripts_come_after_style_and_text(site: Site):
    with site.open(deepest(site)) as page:
        scripts = page.evaluate(
            """[...document.scripts].filter(s => s.src)
              .map(s => [s.getAttribute("src").split("/").pop().split(".")[0], s.defer])"""
        )
        tried = page.locator(".dl-explore").count() > 0
    names = ["bundle", "book", *(["loader"] if tried else [])]
    assert scripts == [[name, True] for name in names], "the theme's, the book's, the explorables'"


@of_the_book
def test_the_page_can_be_read_without_scripts(site: Reader, chromium: Browser):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.url + deepest(site))
    expect(page.locator(".dl-picture--light").first).to_be_visible()
    expect(page.locator(".katex").first).to_be_visible()
    assert page.get_attribute("[data-dl-language]", "href") == f"../en/{deepest(site)}"
    context.close()
