"""What all explorables owe their readers, whatever they show, on the book's own pages.

What the page around one has a part in is tried on its chapter's, ``everywhere``; what it does by
itself on the page where all of them stand, ``among_all``, which a browser has soon laid out.
"""

import re

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

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
among_all = pytest.mark.parametrize(
    ("name", "root"),
    [(name, root) for name, _, root in PLACES],
    ids=[f"{root}{name}" for name, _, root in PLACES],
)
WITHOUT_WEBASSEMBLY = {
    "": "这个浏览器没有 WebAssembly（或已把它关掉），这里没法训练。",
    "en/": "This browser has no WebAssembly, or has it switched off; nothing can be trained here.",
}
TRAINING = {name for name in EXPLORABLES if name not in ("fold", "parity", "sharing")}
# What keys move in each of them.
KEYED = {
    "fold": "[role=slider]",
    "curve": "[role=slider]",
    "xor": ".dl-xor__course input",
    "wide": "input[type=range]",
    "parity": "[role=switch]",
    "capacity": "input[type=range]",
    "sharing": "[role=switch]",
}
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


# Nothing of it changes any more for so many milliseconds: what was trained has been drawn.
AT_REST = """(box, quiet) => new Promise((resolve, reject) => {
  const never = setTimeout(() => reject(new Error("it never comes to rest")), 20000);
  const done = () => { clearTimeout(never); resolve(); };
  let rest = setTimeout(done, quiet);
  new MutationObserver(() => { clearTimeout(rest); rest = setTimeout(done, quiet); }).observe(
    box, {subtree: true, childList: true, attributes: true, characterData: true});
})"""


def rest(box: Locator, quiet: int = 600) -> None:
    """Wait until an explorable has stood still for so many milliseconds."""
    box.evaluate(AT_REST, quiet)


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


TOP = "box => box.getBoundingClientRect().top"


@everywhere
@pytest.mark.parametrize("width", [DESK, PHONE])
def test_a_link_brings_it_to_the_top_whatever_was_scrolled_to_later(
    site: Site, name, page_name, root, width
):
    """The theme writes the section that is read into the address, after the state."""
    with site.open(f"{root}{page_name}/?{name}=garbage:%,,:#exercises", width) as page:
        box = page.locator(f"#explore-{name}[data-state=open]")
        box.wait_for(timeout=OPENED)
        page.wait_for_timeout(600)
        assert 0 <= box.evaluate(TOP) < 100
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        page.wait_for_function("location.hash && !location.hash.startsWith('#explore')")
        page.reload()
        box.wait_for(timeout=OPENED)
        page.wait_for_timeout(600)
        assert 0 <= box.evaluate(TOP) < 100, "again after a reload"


@everywhere
def test_the_link_that_a_button_copies_shows_what_is_shown(site: Site, name, page_name, root):
    with site.context(permissions=["clipboard-read", "clipboard-write"]) as context:
        page = context.new_page()
        page.goto(f"{site.url}{root}{page_name}/")
        open_it(page, name)
        state = page.url.partition("?")[2].partition("#")[0]
        page.evaluate("scrollTo(0, 0)")
        page.get_by_role("button", name="Copy link" if root else "复制链接").click()
        page.wait_for_function("navigator.clipboard.readText().then(text => text.length > 9)")
        link = page.evaluate("navigator.clipboard.readText()")
        assert link == f"{site.url}{root}{page_name}/?{state}#explore-{name}"


SCREEN = (1280, 800)
HEADER = 52  # pixels that stay on the screen above what is scrolled to


@everywhere
def test_it_fits_one_screen_of_a_desk(site: Site, name, page_name, root):
    with site.open(f"{root}{page_name}/") as page:
        page.set_viewport_size({"width": SCREEN[0], "height": SCREEN[1]})
        open_it(page, name)
        box = page.locator(f"#explore-{name}")
        rest(box)
        stage = box.locator(".dl-stage")
        for story in (None, *box.locator(".dl-openings button").all()):
            if story:
                story.click()
                rest(box)
            tall = stage.evaluate("e => e.getBoundingClientRect().bottom") - box.evaluate(TOP)
            assert tall <= SCREEN[1] - HEADER, story and story.inner_text()


HELD = """box => {
  const answer = box.querySelector(".dl-stage__answer");
  const controls = box.querySelector(".dl-stage__controls");
  const last = [...controls.querySelectorAll("input, select, button")]
    .filter(each => each.checkVisibility()).at(-1);
  last.scrollIntoView({block: "center", behavior: "instant"});
  const [a, b] = [answer, last].map(each => each.getBoundingClientRect());
  return [a.top, a.bottom, b.top, b.bottom, innerHeight];
}"""


@everywhere
def test_on_a_phone_every_control_and_the_answer_are_in_view_together(
    site: Site, name, page_name, root
):
    with site.open(f"{root}{page_name}/", PHONE, has_touch=True) as page:
        open_it(page, name)
        box = page.locator(f"#explore-{name}")
        rest(box)
        top, bottom, control, end, screen = box.evaluate(HELD)
        assert top >= 0
        assert bottom <= control
        assert end <= screen
        assert bottom - top < screen / 2, "there is room for what is scrolled below it"


FRAME = """<!doctype html><title>A course</title>
<iframe src="{source}" sandbox="allow-scripts" title="t" width="1000" height="800"></iframe>"""


@everywhere
def test_in_a_frame_without_storage_there_is_nothing_else_and_it_works(
    site: Site, name, page_name, root
):
    with site.context() as context:
        page = context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{site.url}{root}{page_name}/")
        open_it(page, name)
        page.get_by_role("button", name="Embed" if root else "嵌入").click()
        snippet = page.locator(f"#explore-{name} .dl-tools textarea").input_value()
        parsed = "new DOMParser().parseFromString(text, 'text/html')"
        given = page.evaluate(f"text => {parsed}.querySelector('iframe').src", snippet)
        assert f"/{page_name}/?embed={name}&{name}=" in given
        page.route("**/course", lambda route: route.fulfill(
            body=FRAME.format(source=given.replace("&", "&amp;")), content_type="text/html"
        ))  # fmt: skip
        page.goto(f"{site.url}course")
        frame = page.frame_locator("iframe")
        box = frame.locator(f"#explore-{name}[data-state=open]")
        box.wait_for(timeout=OPENED)
        seen = frame.locator("body").evaluate(
            "body => [...body.querySelectorAll('header, nav, footer, h1, figure.dl-figure, aside')]"
            ".filter(each => each.checkVisibility() && !each.closest('.dl-explore')).length"
        )
        assert seen == 0
        if name in TRAINING:
            expect(box.locator(".dl-report")).to_have_text(re.compile(r"\d"), timeout=OPENED)
        box.locator("input, select, button").first.press("Tab")
        assert complaints == []
        assert page.evaluate("history.length") <= 3, "no steps of the page around it"


@among_all
def test_keys_in_a_row_are_one_step_of_the_history(site: Site, name, root):
    with site.open(f"{root}play/") as page:
        open_it(page, name)
        box = page.locator(f"#explore-{name}")
        page.wait_for_timeout(800)
        length = page.evaluate("history.length")
        box.locator(KEYED[name]).first.focus()
        for _ in range(10):
            page.keyboard.press("Space" if KEYED[name] == "[role=switch]" else "ArrowLeft")
        assert page.evaluate("history.length") == length + 1


@among_all
def test_sliders_have_ends_and_heed_all_their_keys(site: Site, name, root):
    with site.open(f"{root}play/") as page:
        open_it(page, name)
        sliders = page.locator(f"#explore-{name} [role=slider]")
        for slider in sliders.all():
            low, high, at = (
                float(slider.get_attribute(f"aria-value{part}") or "nan")
                for part in ("min", "max", "now")
            )
            assert low <= at <= high
            slider.focus()
            for key, end in (("Home", low), ("End", high)):
                page.keyboard.press(key)
                assert abs(float(slider.get_attribute("aria-valuenow") or "nan") - end) < 1e-3
            page.keyboard.press("PageDown")
            assert float(slider.get_attribute("aria-valuenow") or "nan") < high
            assert slider.get_attribute("aria-valuetext")


HEARD = """box => {
  window.heard = 0;
  const count = records => { heard += records.some(each => each.target.nodeType === 3
    ? each.target.parentElement?.closest("[role=status], output, [aria-live]")
    : each.target.closest("[role=status], output, [aria-live]")); };
  new MutationObserver(count).observe(box, {subtree: true, childList: true, characterData: true});
}"""


@among_all
def test_keys_in_a_row_are_announced_once(site: Site, name, root):
    # Of a run that takes longer than its line to come to rest, beginning and end are told.
    short = "steps:1000" if name == "wide" else ""
    with site.open(f"{root}play/?{name}={short}") as page:
        box = page.locator(f"#explore-{name}[data-state=open]")
        box.wait_for(timeout=OPENED)
        if name in TRAINING:  # whose first run has ended, and has said so
            expect(box.locator(".dl-report")).to_have_text(re.compile(r"\d"), timeout=OPENED)
        rest(box, 1000)
        box.evaluate(HEARD)
        box.locator(KEYED[name]).first.focus()
        for _ in range(5):
            page.keyboard.press("Space" if KEYED[name] == "[role=switch]" else "ArrowLeft")
        assert page.evaluate("heard") == 0, "a slider says its own value"
        page.wait_for_function("heard > 0", timeout=OPENED)
        rest(box, 1000)
        assert page.evaluate("heard") == 1


def test_plots_of_all_explorables_of_a_page_have_names_of_their_own(site: Site):
    with site.open("en/wide-is-enough/") as page:
        for name in ("curve", "wide"):
            open_it(page, name)
        page.wait_for_timeout(300)
        ids = page.evaluate("[...document.querySelectorAll('[id]')].map(each => each.id)")
        assert len(ids) == len(set(ids))
        assert sum(each.startswith("dl-plot-") for each in ids) > 5


@among_all
def test_what_is_opened_is_accessible_in_both_themes(site: Site, name, root):
    with site.open(f"{root}play/", PHONE, reduced_motion="reduce") as page:
        open_it(page, name)
        box = page.locator(f"#explore-{name}")
        assert box.locator(".dl-explore__place").evaluate(TARGETS) == []
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


@among_all
def test_every_number_of_a_picture_is_a_number(site: Site, name, root):
    with site.open(f"{root}play/", PHONE) as page:
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


@among_all
def test_without_webassembly_it_says_so_in_one_line_if_it_needs_it(site: Site, name, root):
    with site.context() as context:
        context.add_init_script("delete globalThis.WebAssembly")
        page = context.new_page()
        page.goto(f"{site.url}{root}play/")
        open_it(page, name)
        text = page.locator(f"#explore-{name} .dl-explore__place").inner_text()
        assert (text.strip() == WITHOUT_WEBASSEMBLY[root]) == (name in TRAINING)


@among_all
def test_it_opens_where_a_page_may_not_compile_at_once(site: Site, name, root):
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
        page.goto(f"{site.url}{root}play/")
        open_it(page, name)
        text = page.locator(f"#explore-{name} .dl-explore__place").inner_text().strip()
        assert text not in ("", WITHOUT_WEBASSEMBLY[root])
        assert complaints == []
