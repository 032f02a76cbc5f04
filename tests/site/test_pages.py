"""The site in a real browser: the toy book, and the book itself as ``make site`` left it."""

import functools
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests import browser
from tests.site.conftest import ROOT, mkdocs

DESK, PHONE = 1280, 390
# Shift of the layout while loading, by the browser's own score; 0.1 is where "good" ends.
SHIFT = """new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
  }).observe({type: "layout-shift", buffered: true});
  document.fonts.ready.then(() => setTimeout(() => done(sum), 150));
})"""
FACTS = """() => ({
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
  silent: [...document.querySelectorAll("img")].filter(i => !i.alt).length
    + [...document.querySelectorAll(".dl-figure__svg")]
      .filter(s => s.getAttribute("role") != "img" || !s.getAttribute("aria-label")).length,
  figures: document.querySelectorAll(".dl-figure").length,
  drawn: [...document.querySelectorAll(".dl-figure__svg")]
    .filter(s => s.getBoundingClientRect().height > 50).length,
  unreachable: [...document.querySelectorAll(".dl-equation, .md-typeset__scrollwrap")]
    .filter(e => e.scrollWidth > e.clientWidth && e.tabIndex < 0).length,
  torn: [...document.querySelectorAll("article .dl-bound")].filter(bound => {
    const comma = document.createRange();
    comma.selectNodeContents(bound.lastChild);
    const last = [...bound.querySelectorAll(".katex-base")].at(-1).getBoundingClientRect();
    return comma.getBoundingClientRect().left < last.right - 1;
  }).length,
  headings: [...document.querySelectorAll("article :is(h2, h3)")].filter(h => !h.id).length,
  ids: [...document.querySelectorAll("[id]")].map(e => e.id),
})"""


@dataclass
class Visit:
    """What the browser saw on one page at one width."""

    path: str
    width: int
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    shift: float = 0.0
    facts: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.path} at {self.width} px"


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Serves a folder as static hosts do: an unknown address gets ``404.html``."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        body = (Path(self.directory) / "404.html").read_bytes()
        self.send_response(code, message)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Site:
    """A site that is being served, and the browser that looks at it."""

    def __init__(self, folder: Path, url: str, chromium: Browser) -> None:
        self.folder, self.url, self._chromium = folder, url, chromium

    @functools.cached_property
    def paths(self) -> list[str]:
        """Every page, from the map of the site."""
        names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
        urls = ElementTree.parse(self.folder / "sitemap.xml").findall("s:url/s:loc", names)
        return [urlsplit(url.text or "").path.lstrip("/") for url in urls]

    @contextmanager
    def open(self, path: str, width: int = DESK, scheme: str = "light") -> Iterator[Page]:
        """One page in a browser that has never been here."""
        with self._context(width, scheme) as context:
            page = context.new_page()
            page.goto(self.url + path)
            yield page

    @contextmanager
    def _context(self, width: int, scheme: Any = "light") -> Iterator[BrowserContext]:
        context = self._chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme
        )
        context.route(lambda url: not url.startswith(self.url), lambda route: route.abort())
        yield context
        context.close()

    def visit(self, path: str, width: int) -> Visit:
        """Open a page and note everything that the tests ask about."""
        seen = Visit(path, width)
        with self._context(width) as context:
            page = context.new_page()
            page.on("request", lambda request: seen.asked.append(request.url))
            page.on("console", lambda message: seen.complaints.append(message.text))
            page.on("pageerror", lambda error: seen.complaints.append(str(error)))
            page.on(
                "response",
                lambda answer: answer.status >= 400 and seen.complaints.append(answer.url),
            )
            page.goto(self.url + path, wait_until="load")
            seen.shift = page.evaluate(SHIFT)
            seen.facts = page.evaluate(FACTS)
        return seen

    @functools.cached_property
    def visits(self) -> list[Visit]:
        """Every page at both widths."""
        return [self.visit(path, width) for path in self.paths for width in (DESK, PHONE)]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=browser.find(), args=["--no-sandbox"])
        yield launched
        launched.close()


@contextmanager
def served(folder: Path, chromium: Browser) -> Iterator[Site]:
    handler = functools.partial(_Handler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield Site(folder, f"http://127.0.0.1:{server.server_port}/", chromium)
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module", params=["toy", "book"])
def site(
    request: pytest.FixtureRequest, chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The toy book's site, and the site of the book itself."""
    folder = ROOT / "site"
    if request.param == "toy":
        folder = tmp_path_factory.mktemp("toy-site") / "site"
        finished = mkdocs(request.getfixturevalue("toy_template"), "build", "-d", str(folder))
        assert finished.returncode == 0, finished.stdout
    assert (folder / "index.html").is_file(), "there is no site; run make site"
    with served(folder, chromium) as site:
        yield site


def test_no_page_asks_another_host_for_anything(site: Site):
    for visit in site.visits:
        assert [url for url in visit.asked if not url.startswith((site.url, "data:"))] == [], visit


def test_a_page_that_asks_another_host_would_be_caught(site: Site):
    page = site.folder / "planted.html"
    page.write_text("<style>@import url(https://fonts.example/a.css);</style><article></article>")
    try:
        assert "https://fonts.example/a.css" in site.visit("planted.html", DESK).asked
    finally:
        page.unlink()


def test_no_page_complains_or_misses_a_file(site: Site):
    for visit in site.visits:
        assert visit.complaints == [], visit


def test_no_page_is_wider_than_the_screen(site: Site):
    for visit in site.visits:
        assert visit.facts["overflow"] <= 0, visit
        assert visit.facts["unreachable"] == 0, visit


def test_formulas_are_typeset_and_no_brackets_are_left(site: Site):
    assert sum(visit.facts["formulas"] for visit in site.visits) > 0
    for visit in site.visits:
        for mark in ("\\(", "\\[", "$$", "[[", "]]", "data-late"):
            assert mark not in visit.facts["text"], visit
        assert visit.facts["fonts"] == 0, visit


def test_no_line_begins_with_the_punctuation_after_a_formula(site: Site):
    for visit in site.visits:
        assert visit.facts["torn"] == 0, visit


def test_no_page_jumps_while_it_loads(site: Site):
    for visit in site.visits:
        assert visit.shift < 0.05, visit


def test_every_figure_is_drawn_and_described(site: Site):
    assert sum(visit.facts["figures"] for visit in site.visits) > 0
    for visit in site.visits:
        assert visit.facts["silent"] == 0, visit
        assert visit.facts["drawn"] == visit.facts["figures"], visit


def test_every_id_is_unique_and_every_section_has_one(site: Site):
    for visit in site.visits:
        ids = visit.facts["ids"]
        assert sorted(ids) == sorted(set(ids)), visit
        assert visit.facts["headings"] == 0, visit


def test_every_page_is_in_the_language_of_its_address(site: Site):
    for visit in site.visits:
        assert visit.facts["lang"] == ("en" if visit.path.startswith("en/") else "zh-Hans"), visit


def deepest(site: Site) -> str:
    """A Chinese page with a figure and a table of claims."""
    return next(
        visit.path
        for visit in site.visits
        if any(name.startswith("claim-") for name in visit.facts["ids"])
        and not visit.path.startswith("en/")
    )


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_the_language_link_keeps_page_and_section(site: Site, width):
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
          ...[...document.querySelectorAll(".dl-figure__svg path")]
            .map(p => getComputedStyle(p).stroke + getComputedStyle(p).fill)]"""
    )


def test_figures_follow_the_theme_and_the_choice_holds_in_both_languages(site: Site):
    path = deepest(site)
    with site.open(path, scheme="dark") as page:
        page.wait_for_function("document.body.dataset.mdColorScheme == 'slate'")
        dark = colours(page)
        page.click("label[for=__palette_1]")  # from the system's choice to light
        page.wait_for_function("document.body.dataset.mdColorScheme == 'default'")
        light = colours(page)
        assert dark[0] != light[0]
        assert any(one != other for one, other in zip(dark[1:], light[1:], strict=True))
        page.goto(f"{site.url}en/{path}")
        assert page.evaluate("document.body.dataset.mdColorScheme") == "default"


def test_text_is_readable_in_both_themes(site: Site):
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


def test_the_passport_opens_with_the_keyboard(site: Site):
    with site.open(deepest(site)) as page:
        page.focus(".dl-about > summary")
        page.keyboard.press("Enter")
        assert page.is_visible(".dl-about__passport")


def test_claims_become_cards_on_a_narrow_screen(site: Site):
    for width, layout in ((DESK, "table-cell"), (PHONE, "grid")):
        with site.open(deepest(site), width) as page:
            cell = page.locator(".dl-claims td").first
            assert cell.evaluate("cell => getComputedStyle(cell).display") == layout
            assert cell.get_attribute("role") == "cell"


def search(site: Site, start: str, query: str) -> list[str]:
    """Type a query and return the addresses that are found, best first."""
    with site.open(start) as page:
        page.keyboard.press("f")
        page.keyboard.type(query)
        page.keyboard.press("End")  # typed Chinese sends no key of its own, an input method does
        page.wait_for_selector(".md-search-result__link")
        links = page.eval_on_selector_all(".md-search-result__link", "all => all.map(a => a.href)")
    return [str(link).removeprefix(site.url).partition("?")[0].partition("#")[0] for link in links]


GOLDEN = {
    "toy": [("", "过拟合", "saw/"), ("", "锯齿", "saw/"), ("en/", "overfitting", "en/saw/")],
    "book": [
        ("", "奇偶校验", "folding/"),
        ("", "折点", "folding/"),
        ("", "置信区间", "how-to-read/"),
        ("en/", "parity", "en/folding/"),
        ("en/", "fold", "en/folding/"),
        ("en/", "confidence interval", "en/how-to-read/"),
    ],
}


def test_the_search_finds_what_readers_look_for(site: Site, request: pytest.FixtureRequest):
    name = request.node.callspec.params["site"]
    for start, query, page in GOLDEN[name]:
        assert search(site, start, query)[0] == page, query


@pytest.mark.parametrize("path", ["nothing/at/all/", "en/nothing/"])
def test_an_unknown_address_gets_help_in_both_languages(site: Site, path):
    with site.open(path) as page:
        text = page.inner_text("article")
        assert "这一页不存在" in text
        assert "no such page" in text
        page.click("article a[href$='en/']")
        page.wait_for_url(f"{site.url}en/")


def test_the_page_can_be_read_without_scripts(site: Site, chromium: Browser):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.url + deepest(site))
    assert page.is_visible(".dl-figure__svg")
    assert page.is_visible(".katex")
    assert page.get_attribute("[data-dl-language]", "href") == f"../en/{deepest(site)}"
    context.close()
