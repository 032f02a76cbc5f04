"""A site that is being served, and a browser that looks at it."""

import functools
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from press.serving import served

DESK, PHONE = 1280, 390
QUIET = 0.1  # seconds without a new request, after which a page has all that it asks for
PATIENCE = 120.0  # seconds for all of it to come on a busy machine
SCHEMES = ("default", "slate")  # light and dark, as Material calls them
AXE = Path(__file__).parent.parent / "web" / "node_modules" / "axe-core" / "axe.min.js"
# The levels A and AA of every edition of the guidelines up to 2.2.
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
# Violations alone in full: to say where each rule was kept would take as long as to find out.
_JUDGE = """([within, asked]) => axe.run(
  within.length ? {include: within} : document, {runOnly: asked, resultTypes: ["violations"]})"""
# Of a page's texts most are alike: a chapter has thousands of glyphs and tokens in a few colours.
# Alike are those whose contrast is decided by the same: colour, whether the letters are large, and
# what lies below them. The first four of a kind are marked, of those that are longer than a letter
# (of shorter ones axe gives no verdict), and axe is asked for the contrast of what is marked.
_MARK_KINDS = """() => {
  const grounds = new WeakMap(), kinds = new Map();
  const ground = element => {
    if (element === null) return "";
    if (!grounds.has(element)) {
      const {backgroundColor, backgroundImage, opacity} = getComputedStyle(element);
      const own = `${backgroundColor} ${backgroundImage} ${opacity}`;
      const seen = own === "rgba(0, 0, 0, 0) none 1" ? "" : `|${own}`;
      grounds.set(element, ground(element.parentElement) + seen);
    }
    return grounds.get(element);
  };
  for (const marked of document.querySelectorAll("[data-of-its-kind]"))
    delete marked.dataset.ofItsKind;
  for (const element of document.body.querySelectorAll("*")) {
    const text = [...element.childNodes].filter(each => each.nodeType === Node.TEXT_NODE)
      .map(each => each.data.trim()).join("");
    if (!text && element.tagName !== "INPUT") continue;
    const {color, fontSize, fontWeight, textShadow} = getComputedStyle(element);
    const large = parseFloat(fontSize) >= (fontWeight >= 700 ? 18.5 : 24);
    const shown = element.checkVisibility({visibilityProperty: true});
    const kind = [color, large, textShadow, ground(element), text.length > 1, shown].join();
    const before = kinds.get(kind) ?? 0;
    kinds.set(kind, before + 1);
    if (before < 4) element.dataset.ofItsKind = "";
  }
  axe.configure({rules: [{id: "color-contrast", selector: "[data-of-its-kind]"}]});
}"""
# Of a long table what no row before has shown, and the first rows: the ledger has hundreds.
_LEAVE_KINDS_OF_ROWS = """() => {
  for (const body of document.querySelectorAll("tbody")) {
    const before = new Set();
    for (const [index, row] of [...body.rows].entries()) {
      const kinds = [row, ...row.querySelectorAll("*")].map(
        element => [element.tagName, element.className, element.getAttribute("role")].join());
      if (index >= 10 && kinds.every(kind => before.has(kind))) row.remove();
      for (const kind of kinds) before.add(kind);
    }
  }
}"""
# What a theme decides is colours, and which of two pictures is shown.
_OF_A_THEME = ("color-contrast", "link-in-text-block", "image-alt", "svg-img-alt")
# No name of another host is resolved, so nothing is asked of one. To stop requests one by one, and
# let those pass that are the site's own, costs a page a sixth of its time, and the browser its
# cache.
ALONE = (
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    "--no-proxy-server",  # which would resolve it
)
_SERIES = re.compile(r"(?:en/)?(?:figures|reference)/")
_SITEMAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
_TO_THE_END = """async () => {
  for (let y = 0; y < document.body.scrollHeight; y += innerHeight) {
    scrollTo(0, y);
    await new Promise(done => setTimeout(done, 40));
  }
}"""


class Traffic:
    """What the pages of a context have asked for and what of it has not come yet."""

    def __init__(self, context: BrowserContext) -> None:
        self._awaited: dict[Request, None] = {}
        self._began = time.monotonic()
        context.on("request", self._ask)
        context.on("requestfinished", self._end)
        context.on("requestfailed", self._end)

    def _ask(self, request: Request) -> None:
        if not request.url.startswith(("data:", "blob:")):  # which come from no server
            self._awaited[request] = None
            self._began = time.monotonic()

    def _end(self, request: Request) -> None:
        self._awaited.pop(request, None)

    def settle(self, page: Page, patience: float = PATIENCE) -> None:
        """Wait until every request has come or has failed, and none has begun for ``QUIET``.

        Raises:
            TimeoutError: after ``patience`` seconds; it names the page and what is waited for.
        """
        self._began = time.monotonic()  # what was done last may ask for something yet
        end = self._began + patience
        while self._awaited or time.monotonic() - self._began < QUIET:
            if time.monotonic() > end:
                awaited = ", ".join(sorted(request.url for request in self._awaited))
                raise TimeoutError(
                    f"{page.url}: after {patience:.0f} s it still waits for"
                    f" {awaited or 'a moment in which it asks for nothing'}"
                )
            page.wait_for_timeout(1000 * QUIET / 4)


class Site:
    """The site in ``folder``, served at ``url``."""

    def __init__(self, folder: Path, url: str, chromium: Browser) -> None:
        self.folder, self.url, self._chromium = folder, url, chromium
        self._traffic: dict[BrowserContext, Traffic] = {}

    @functools.cached_property
    def paths(self) -> list[str]:
        """Every page, from the map of the site, as paths from its home.

        The map tells where the site will be published, which may be in a folder of its host. A site
        that has no address has no map; its pages are those that lie there.
        """
        if not (self.folder / "sitemap.xml").is_file():
            pages = (path.parent for path in self.folder.rglob("index.html"))
            ways = sorted(page.relative_to(self.folder).as_posix() for page in pages)
            return ["" if way == "." else f"{way}/" for way in ways]
        urls = ElementTree.parse(self.folder / "sitemap.xml").findall("s:url/s:loc", _SITEMAP)
        paths = [urlsplit(url.text or "").path for url in urls]
        home = min(paths, key=len, default="")
        return [path.removeprefix(home) for path in paths]

    @functools.cached_property
    def sample(self) -> list[str]:
        """Every page that somebody wrote; of each series of others the longest and the shortest.

        The pages of a series are made by one program, so that what is wrong with one of them is
        wrong at an end, or with what a written page shows too.
        """
        series: dict[str, list[str]] = {}
        for path in self.paths:
            match = _SERIES.match(path)
            series.setdefault(match[0] if match else path, []).append(path)
        ends = [{f(paths, key=self._length) for f in (min, max)} for paths in series.values()]
        kept = set().union(*ends)
        return [path for path in self.paths if path in kept]

    def _length(self, path: str) -> int:
        return (self.folder / path / "index.html").stat().st_size

    @contextmanager
    def context(
        self, width: int = DESK, scheme: Any = "light", **options: Any
    ) -> Iterator[BrowserContext]:
        """A browser that has never been here."""
        viewport: Any = {"width": width, "height": 900}
        context = self._chromium.new_context(viewport=viewport, color_scheme=scheme, **options)
        self._traffic[context] = Traffic(context)
        yield context
        del self._traffic[context]
        context.close()

    @contextmanager
    def open(
        self, path: str, width: int = DESK, scheme: str = "light", **options: Any
    ) -> Iterator[Page]:
        """One page in a browser that has never been here."""
        with self.context(width, scheme, **options) as context:
            page = context.new_page()
            page.goto(self.url + path)
            yield page

    def settle(self, page: Page, patience: float = PATIENCE) -> None:
        """Wait until a page of this site has all that it asks for, see :meth:`Traffic.settle`."""
        self._traffic[page.context].settle(page, patience)

    def violations(
        self, path: str, width: int = DESK, schemes: Sequence[str] = SCHEMES, *, every: bool = False
    ) -> list[str]:
        """What axe-core finds against WCAG 2.2 AA in each theme: the rule, where, and why.

        Of what is alike some are judged, or ``every`` text and every row.
        """
        with self.open(path, width) as page:
            page.keyboard.press("Tab")  # which lays out all of a long page
            return judged(page, schemes, every=every)

    def weight(self, path: str, width: int = PHONE, whole: bool = True) -> int:
        """Compressed bytes of a first visit.

        It reads to the end if ``whole``, so that every picture is loaded.
        """
        total = 0
        with self.context(width) as context:
            page = context.new_page()
            answers: list[Any] = []
            page.on("requestfinished", lambda request: answers.append(request))
            page.goto(self.url + path, wait_until="load")
            if whole:
                page.evaluate(_TO_THE_END)
            self.settle(page)
            for request in answers:
                if not request.url.startswith("data:"):
                    total += request.sizes()["responseBodySize"]
        return total


def judged(
    page: Page, schemes: Sequence[str] = SCHEMES, *within: str, every: bool = False
) -> list[str]:
    """What axe-core finds on a page that is open and laid out, see :meth:`Site.violations`.

    ``within`` are selectors of what is judged; else all of it.
    """
    found = []
    page.emulate_media(reduced_motion="reduce")  # no colour is on its way when the theme changes
    page.evaluate(AXE.read_text(encoding="utf-8"))
    if not every:
        page.evaluate(_LEAVE_KINDS_OF_ROWS)
    for asked, scheme in zip((RULES, _OF_A_THEME), schemes, strict=False):
        page.evaluate("name => document.body.dataset.mdColorScheme = name", scheme)
        if not every:
            page.evaluate(_MARK_KINDS)
        report = page.evaluate(_JUDGE, [within, list(asked)])
        found += [
            f"{scheme}: {rule['id']}: {node['target'][0]}:"
            f" {' '.join(node['failureSummary'].split())}"
            for rule in report["violations"]
            for node in rule["nodes"]
        ]
    return found


@contextmanager
def browser(executable: str | None) -> Iterator[Browser]:
    """A headless Chromium that reaches no host but this machine."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=executable, args=["--no-sandbox", *ALONE]
        )
        yield launched
        launched.close()


@contextmanager
def visited(folder: Path, chromium: Browser) -> Iterator[Site]:
    """The site of a folder while it is served."""
    with served(folder) as url:
        yield Site(folder, url, chromium)
