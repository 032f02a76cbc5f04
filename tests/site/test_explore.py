"""What all explorables owe their readers, whatever they show, on the book's own pages."""

import pytest
from playwright.sync_api import BrowserContext, Page, Route

from dlbook.site.pages.explorables import EXPLORABLES
from press.reader import AXE, DESK, PHONE, RULES, SCHEMES, Site
from tests.site.conftest import ROOT

OPENED = 20_000  # milliseconds for a script to come and fill its place on a busy machine
PLACES = [
    (name, page.stem, root)
    for name in EXPLORABLES
    for page in sorted((ROOT / "docs" / "zh").glob("*.md"))
    if f"[[explore {name}]]" in page.read_text(encoding="utf-8")
    for root in ("", "en/")
]
everywhere = pytest.mark.parametrize(
    ("name", "page_name", "root"), PLACES, ids=[f"{root}{name}" for name, _, root in PLACES]
)
WITHOUT_WEBASSEMBLY = {
    "": "这个浏览器没有 WebAssembly（或已把它关掉），这里没法训练。",
    "en/": "This browser has no WebAssembly, or has it switched off; nothing can be trained here.",
}
TRAINING = {name for name in EXPLORABLES if name not in ("fold", "parity")}
TARGETS = """box => [...box.querySelectorAll("button, select, input, a, [role], [tabindex]")]
  .filter(e => e.tabIndex >= 0)
  .filter(e => e.checkVisibility())
  .map(e => { const {width, height} = e.getBoundingClientRect();
    return [e.outerHTML.slice(0, 80), width, height]; })
  .filter(([, width, height]) => Math.min(width, height) < 23.5)"""
NAMELESS = """box => [...box.querySelectorAll("button, select, input, [role], [tabindex='0']")]
  .filter(e => e.tabIndex >= 0)
  .filter(e => !(e.labels?.length || e.getAttribute("aria-label") || e.textContent.trim()))
  .map(e => e.outerHTML.slice(0, 80))"""


def open_it(page: Page, name: str) -> None:
    """Press the button, and wait until the explorable stands."""
    page.locator(f"#explore-{name} .dl-explore__open").click()
    page.locator(f"#explore-{name}[data-state=open]").wait_for(timeout=OPENED)


def test_every_explorable_is_looked_at():
    assert {name for name, _, _ in PLACES} == set(EXPLORABLES)


@everywhere
def test_until_it_is_asked_for_nothing_of_it_is_loaded(site: Site, name, page_name, root):
    with site.context() as context:
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{site.url}{root}{page_name}/", wait_until="networkidle")
        assert [url for url in asked if "/explore/" in url] == [
            f"{site.url}assets/explore/loader.js"
        ]
        assert page.locator(f"#explore-{name} .dl-explore__open").is_visible()


@everywhere
def test_it_opens_without_a_complaint_and_the_address_repeats_it(site, name, page_name, root):
    with site.context(PHONE) as context:
        page, complaints = context.new_page(), listen(context, site.url)
        page.goto(f"{site.url}{root}{page_name}/")
        open_it(page, name)
        place = page.locator(f"#explore-{name} .dl-explore__place")
        assert page.evaluate("document.activeElement.className") == "dl-explore__place"
        assert place.inner_text().strip()
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        address = page.url
        assert f"{name}=" in address
        again = context.new_page()
        again.goto(address)
        again.locator(f"#explore-{name}[data-state=open]").wait_for(timeout=OPENED)
        assert again.url.partition("#")[0] == address.partition("#")[0]
        assert complaints == []


def listen(context: BrowserContext, own: str) -> list[str]:
    """What the pages of a context complain of, and which other hosts they ask."""
    heard: list[str] = []
    context.on("console", lambda message: heard.append(message.text))
    context.on("weberror", lambda error: heard.append(str(error.error)))
    context.on(
        "request",
        lambda request: (
            None if request.url.startswith((own, "data:", "blob:")) else heard.append(request.url)
        ),
    )
    return heard


@everywhere
def test_a_link_to_a_state_shows_it_on_the_screen(site: Site, name, page_name, root):
    with site.open(f"{root}{page_name}/?{name}=garbage:%,,:", DESK) as page:
        box = page.locator(f"#explore-{name}[data-state=open]")
        box.wait_for(timeout=OPENED)
        page.wait_for_timeout(600)
        assert -5 <= box.evaluate("box => box.getBoundingClientRect().top") < 450


@everywhere
def test_what_is_opened_is_accessible_in_both_themes(site: Site, name, page_name, root):
    with site.open(f"{root}{page_name}/", PHONE, reduced_motion="reduce") as page:
        open_it(page, name)
        box = page.locator(f"#explore-{name}")
        assert box.evaluate(TARGETS) == []
        assert box.evaluate(NAMELESS) == []
        page.evaluate(AXE.read_text(encoding="utf-8"))
        for scheme in SCHEMES:
            page.evaluate("scheme => document.body.dataset.mdColorScheme = scheme", scheme)
            report = page.evaluate(
                "([where, tags]) => axe.run(where, {runOnly: tags})",
                [f"#explore-{name}", list(RULES)],
            )
            assert [
                f"{rule['id']}: {node['target'][0]}: {node['failureSummary']}"
                for rule in report["violations"]
                for node in rule["nodes"]
            ] == [], scheme


@everywhere
def test_every_number_of_a_picture_is_a_number(site: Site, name, page_name, root):
    with site.open(f"{root}{page_name}/", PHONE) as page:
        open_it(page, name)
        page.wait_for_timeout(500)
        box = page.locator(f"#explore-{name}")
        for mark in ("NaN", "undefined", "[object", "Infinity"):
            assert mark not in box.evaluate("box => box.outerHTML"), mark


@everywhere
def test_the_language_link_leads_to_the_same_state(site: Site, name, page_name, root):
    with site.open(f"{root}{page_name}/") as page:
        open_it(page, name)
        state = page.url.partition("?")[2].partition("#")[0]
        page.locator("[data-dl-language]").first.click()
        other = "" if root else "en/"
        page.wait_for_url(f"{site.url}{other}{page_name}/?**")
        page.locator(f"#explore-{name}[data-state=open]").wait_for(timeout=OPENED)
        assert page.url.partition("?")[2].partition("#")[0] == state


@everywhere
def test_without_scripts_the_figure_stands_for_itself(site: Site, name, page_name, root):
    figure = EXPLORABLES[name].figures[0]
    with site.open(f"{root}{page_name}/", java_script_enabled=False) as page:
        assert not page.locator(f"#explore-{name}").is_visible()
        picture = page.locator(f"#fig-{figure} .dl-picture").first
        picture.scroll_into_view_if_needed()
        assert picture.is_visible()


@pytest.mark.parametrize("root", ["", "en/"])
def test_where_the_script_does_not_come_the_reader_is_told_and_may_try_again(site: Site, root):
    name, page_name, _ = next(place for place in PLACES if place[2] == root)
    with site.context() as context:
        page = context.new_page()
        refused: list[Route] = []

        def refuse(route: Route) -> None:
            refused.append(route)
            route.abort() if len(refused) == 1 else route.continue_()

        page.route(f"**/assets/explore/{name}.js", refuse)
        page.goto(f"{site.url}{root}{page_name}/")
        told = page.locator(f"#explore-{name} .dl-explore__told")
        page.locator(f"#explore-{name} .dl-explore__open").click()
        page.wait_for_function("e => e.textContent.length > 12", arg=told.element_handle())
        assert ("Try" in told.inner_text() or "try" in told.inner_text()) == bool(root)
        open_it(page, name)
        assert len(refused) == 2


@everywhere
def test_it_works_in_a_page_that_is_opened_from_a_folder(chromium, name, page_name, root):
    with chromium.new_context() as context:
        page = context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto((ROOT / "site" / root / page_name / "index.html").as_uri())
        open_it(page, name)
        page.wait_for_timeout(300)
        assert page.locator(f"#explore-{name} .dl-explore__place").inner_text().strip()
        assert f"{name}=" in page.url
        assert complaints == []


@everywhere
def test_without_webassembly_it_says_so_in_one_line_if_it_needs_it(
    site: Site, name, page_name, root
):
    with site.context() as context:
        context.add_init_script("delete globalThis.WebAssembly")
        page = context.new_page()
        page.goto(f"{site.url}{root}{page_name}/")
        open_it(page, name)
        text = page.locator(f"#explore-{name} .dl-explore__place").inner_text()
        assert (text.strip() == WITHOUT_WEBASSEMBLY[root]) == (name in TRAINING)


@everywhere
def test_it_opens_where_a_page_may_not_compile_at_once(site: Site, name, page_name, root):
    """As in Chromium before 115, which lets a page wait for no more than 4 kB of WebAssembly."""
    refuse = (
        'for (const kind of ["Module", "Instance"]) WebAssembly[kind] = new Proxy('
        "WebAssembly[kind], { construct() { throw new RangeError('on a page'); } });"
    )
    with site.context() as context:
        context.add_init_script(refuse)
        page = context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{site.url}{root}{page_name}/")
        open_it(page, name)
        text = page.locator(f"#explore-{name} .dl-explore__place").inner_text().strip()
        assert text not in ("", WITHOUT_WEBASSEMBLY[root])
        assert complaints == []
