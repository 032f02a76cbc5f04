"""What all explorables owe their readers, whatever they show, on the book's own pages.

What the page around one has a part in is tried on its chapter's, ``everywhere``; what it does by
itself on the page where all of them stand, ``among_all``, which a browser has soon laid out. Either
in one language, which the commit's hash draws: a script knows of the language its words alone. What
holds of a chapter's page is tried of some explorables with each commit, as their turn comes; of all
of them only what they do among themselves.
"""

import re
from functools import partial

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from dlbook.site.pages.explorables import EXPLORABLES
from press.reader import DESK, PHONE, SCHEMES, Site, judged
from tests.site.conftest import ROOT
from tests.turns import in_a_language, turn, twins

OPENED = 20_000  # milliseconds for a script to come and fill its place on a busy machine
PLACES = [
    (name, page.stem, root)
    for name in EXPLORABLES
    for page in sorted((ROOT / "docs" / "zh").glob("*.md"))
    if f"[[explore {name}]]" in page.read_text(encoding="utf-8")
    for root in ("", "en/")
]


def places(subject: str) -> list[tuple[str, str, str]]:
    """Each explorable in the language whose turn it is; words alone differ in the other."""
    return twins(
        (f"{subject} {name}", [place for place in PLACES if place[0] == name])
        for name in EXPLORABLES
    )


def everywhere(test, most=None):
    """For each explorable on its chapter's page, or for so many whose turn it is."""
    found = places(test.__name__)
    if most is not None:
        found = turn(test.__name__, found, most)
    ids = [f"{root}{name}" for name, _, root in found]
    return pytest.mark.parametrize(("name", "page_name", "root"), found, ids=ids)(test)


def among_all(test):
    """For each explorable on the page of all."""
    found = places(test.__name__)
    ids = [f"{root}{name}" for name, _, root in found]
    return pytest.mark.parametrize(
        ("name", "root"), [(name, root) for name, _, root in found], ids=ids
    )(test)


OF_PAGES = {
    f"{root}{page_name}/": [name for name, *where in PLACES if where == [page_name, root]]
    for _, page_name, root in PLACES
}


def some_pages(test):
    """For three of the pages with explorables, whose turn it is, and the names of theirs."""
    pairs = {path.removeprefix("en/"): [] for path in OF_PAGES}
    for path in OF_PAGES:
        pairs[path.removeprefix("en/")].append(path)
    paths = twins((f"{test.__name__} {page}", pair) for page, pair in pairs.items())
    paths = turn(test.__name__, paths, 3)
    return pytest.mark.parametrize(
        ("path", "names"), [(path, OF_PAGES[path]) for path in paths], ids=paths
    )(test)


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
    "basin": "input[type=range]",
    "signal": "input[type=range]",
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
SCREEN = (1280, 800)
HEADER = 52  # pixels that stay on the screen above what is scrolled to
HELD = """box => {
  const answer = box.querySelector(".dl-stage__answer");
  const controls = box.querySelector(".dl-stage__controls");
  const last = [...controls.querySelectorAll("input, select, button")]
    .filter(each => each.checkVisibility()).at(-1);
  last.scrollIntoView({block: "center", behavior: "instant"});
  const [a, b] = [answer, last].map(each => each.getBoundingClientRect());
  return [a.top, a.bottom, b.top, b.bottom, innerHeight];
}"""
FRAME = """<!doctype html><title>A course</title>
<iframe src="{source}" sandbox="allow-scripts" title="t" width="1000" height="800"></iframe>"""


@partial(everywhere, most=5)
def test_on_a_desk_it_comes_when_asked_for_fits_one_screen_and_can_be_taken_away(
    site: Site, name, page_name, root
):
    address = f"{site.url}{root}{page_name}/"
    with site.context(permissions=["clipboard-read", "clipboard-write"]) as context:
        page = context.new_page()
        asked, complaints = list[str](), list[str]()
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.set_viewport_size({"width": SCREEN[0], "height": SCREEN[1]})
        page.goto(address)
        site.settle(page)
        loader = f"{site.url}assets/explore/loader.js"
        assert [url for url in asked if "/explore/" in url] == [loader], "nothing before"
        open_it(page, name)
        copied_is_shown(page, name, root, address)
        fits(page, name)
        given = embedded(page, name, root)
        assert f"/{page_name}/?embed={name}&{name}=" in given
        page.route("**/course", lambda route: route.fulfill(
            body=FRAME.format(source=given.replace("&", "&amp;")), content_type="text/html"
        ))  # fmt: skip
        steps = page.evaluate("history.length")
        page.goto(f"{site.url}course")
        stands_alone(page, name)
        assert complaints == []
        assert page.evaluate("history.length") == steps + 1, "none of the page around the frame"


def copied_is_shown(page: Page, name: str, root: str, address: str) -> None:
    """The link that a button copies leads to what is shown."""
    state = page.url.partition("?")[2].partition("#")[0]
    page.evaluate("scrollTo(0, 0)")
    page.get_by_role("button", name="Copy link" if root else "复制链接").click()
    page.wait_for_function("navigator.clipboard.readText().then(text => text.length > 9)")
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == f"{address}?{state}#explore-{name}"


def fits(page: Page, name: str) -> None:
    """It fits the screen at every opening that it offers."""
    box = page.locator(f"#explore-{name}")
    rest(box)
    stage = box.locator(".dl-stage")
    for story in (None, *box.locator(".dl-openings button").all()):
        if story:
            story.click()
            rest(box)
        tall = stage.evaluate("e => e.getBoundingClientRect().bottom") - box.evaluate(TOP)
        assert tall <= SCREEN[1] - HEADER, story and story.inner_text()


def embedded(page: Page, name: str, root: str) -> str:
    """The address in the frame that a button offers."""
    page.get_by_role("button", name="Embed" if root else "嵌入").click()
    snippet = page.locator(f"#explore-{name} .dl-tools textarea").input_value()
    parsed = "new DOMParser().parseFromString(text, 'text/html')"
    source: str = page.evaluate(f"text => {parsed}.querySelector('iframe').src", snippet)
    return source


def stands_alone(page: Page, name: str) -> None:
    """In a frame without storage there is nothing else, and it works."""
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


@partial(everywhere, most=5)
def test_on_a_phone_it_opens_without_a_complaint_and_its_address_repeats_it_in_either_language(
    site: Site, name, page_name, root
):
    with site.context(PHONE, has_touch=True) as context:
        page, complaints = context.new_page(), listen(context, site.url)
        page.goto(f"{site.url}{root}{page_name}/")
        open_it(page, name)
        box = page.locator(f"#explore-{name}")
        assert page.evaluate("document.activeElement.className") == "dl-explore__place"
        assert box.locator(".dl-explore__place").inner_text().strip()
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        rest(box)
        in_view_together(box)
        address = page.url
        assert f"{name}=" in address
        page.goto("about:blank")  # else the same address loads nothing
        page.goto(address)
        page.locator(f"#explore-{name}[data-state=open]").wait_for(timeout=OPENED)
        assert page.url.partition("#")[0] == address.partition("#")[0]
        page.locator("[data-dl-language]").first.click()
        other = "" if root else "en/"
        page.wait_for_url(f"{site.url}{other}{page_name}/?**")
        page.locator(f"#explore-{name}[data-state=open]").wait_for(timeout=OPENED)
        state = address.partition("?")[2].partition("#")[0]
        assert page.url.partition("?")[2].partition("#")[0] == state
        assert complaints == []


def in_view_together(box: Locator) -> None:
    """The last of its controls and its answer are on the screen of a phone at once."""
    top, bottom, control, end, screen = box.evaluate(HELD)
    assert top >= 0
    assert bottom <= control
    assert end <= screen
    assert bottom - top < screen / 2, "there is room for what is scrolled below it"


@partial(everywhere, most=4)  # what scrolls is the loader, the same for all
def test_a_link_brings_it_to_the_top_whatever_was_scrolled_to_later(
    site: Site, name, page_name, root
):
    """The theme writes the section that is read into the address, after the state."""
    width = DESK if root else PHONE
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


HEARD = """box => {
  window.heard = 0;
  const count = records => { heard += records.some(each => each.target.nodeType === 3
    ? each.target.parentElement?.closest("[role=status], output, [aria-live]")
    : each.target.closest("[role=status], output, [aria-live]")); };
  new MutationObserver(count).observe(box, {subtree: true, childList: true, characterData: true});
}"""


@among_all
def test_keys_in_a_row_are_one_step_of_the_history_and_announced_once(site: Site, name, root):
    # Of a run that takes longer than its line to come to rest, beginning and end are told.
    short = {"wide": "steps:1000", "basin": "folds:1"}.get(name, "")
    with site.open(f"{root}play/?{name}={short}") as page:
        box = page.locator(f"#explore-{name}[data-state=open]")
        box.wait_for(timeout=OPENED)
        if name in TRAINING:  # whose first run has ended, and has said so
            expect(box.locator(".dl-report")).to_have_text(re.compile(r"\d"), timeout=OPENED)
        rest(box, 1000)
        length = page.evaluate("history.length")
        box.evaluate(HEARD)
        box.locator(KEYED[name]).first.focus()
        for _ in range(5):
            page.keyboard.press("Space" if KEYED[name] == "[role=switch]" else "ArrowLeft")
        assert page.evaluate("heard") == 0, "a slider says its own value"
        page.wait_for_function("heard > 0", timeout=OPENED)
        rest(box, 1000)
        assert page.evaluate("heard") == 1
        assert page.evaluate("history.length") == length + 1
        for slider in box.locator("[role=slider]").all():
            heeds_all_its_keys(slider)


def heeds_all_its_keys(slider: Locator) -> None:
    """A slider has ends, says its value in words, and goes where each key says."""

    def at() -> float:
        return float(slider.get_attribute("aria-valuenow") or "nan")

    low, high = (float(slider.get_attribute(f"aria-value{end}") or "nan") for end in ("min", "max"))
    assert low <= at() <= high
    for key, end in (("Home", low), ("End", high)):
        slider.press(key)
        assert abs(at() - end) < 1e-3
    slider.press("PageDown")
    assert at() < high
    assert slider.get_attribute("aria-valuetext")


def test_plots_of_all_explorables_of_a_page_have_names_of_their_own(site: Site):
    with site.open("en/wide-is-enough/") as page:
        for name in ("curve", "wide"):
            open_it(page, name)
        page.wait_for_timeout(300)
        ids = page.evaluate("[...document.querySelectorAll('[id]')].map(each => each.id)")
        assert len(ids) == len(set(ids))
        assert sum(each.startswith("dl-plot-") for each in ids) > 5


@in_a_language
def test_what_is_opened_is_accessible_in_both_themes_and_its_numbers_are_numbers(site: Site, root):
    """All of them on one page, which axe reads once in each theme."""
    with site.open(f"{root}play/", PHONE, reduced_motion="reduce") as page:
        for name in EXPLORABLES:
            open_it(page, name)
            box = page.locator(f"#explore-{name}")
            assert box.locator(".dl-explore__place").evaluate(TARGETS) == [], name
            assert box.evaluate(NAMELESS) == [], name
        assert judged(page, SCHEMES, *(f"#explore-{name}" for name in EXPLORABLES)) == []
        for name in EXPLORABLES:
            shown = page.locator(f"#explore-{name}").evaluate("box => box.outerHTML")
            marks = ("NaN", "undefined", "[object", "Infinity")
            assert [mark for mark in marks if mark in shown] == [], name


@some_pages
def test_without_scripts_the_figure_stands_for_itself(site: Site, path, names):
    with site.open(path, java_script_enabled=False) as page:
        for name in names:
            expect(page.locator(f"#explore-{name}")).to_be_hidden()
            picture = page.locator(f"#fig-{EXPLORABLES[name].figures[0]} .dl-picture").first
            picture.scroll_into_view_if_needed()
            expect(picture, name).to_be_visible()


@in_a_language
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


@some_pages
def test_it_works_in_a_page_that_is_opened_from_a_folder(chromium, path, names):
    with chromium.new_context() as context:
        page = context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto((ROOT / "site" / path / "index.html").as_uri())
        for name in names:
            open_it(page, name)
            place = page.locator(f"#explore-{name} .dl-explore__place")
            expect(place, name).to_have_text(re.compile(r"\S"))
            page.wait_for_url(re.compile(rf"[?&]{name}="))
        page.wait_for_timeout(300)
        assert complaints == []


@in_a_language
def test_without_webassembly_it_says_so_in_one_line_if_it_needs_it(site: Site, root):
    with site.context() as context:
        context.add_init_script("delete globalThis.WebAssembly")
        page = context.new_page()
        page.goto(f"{site.url}{root}play/")
        for name in EXPLORABLES:
            open_it(page, name)
            text = page.locator(f"#explore-{name} .dl-explore__place").inner_text()
            assert (text.strip() == WITHOUT_WEBASSEMBLY[root]) == (name in TRAINING), name


@in_a_language
def test_it_opens_where_a_page_may_not_compile_at_once(site: Site, root):
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
        for name in EXPLORABLES:
            open_it(page, name)
            text = page.locator(f"#explore-{name} .dl-explore__place").inner_text().strip()
            assert text not in ("", WITHOUT_WEBASSEMBLY[root]), name
            assert complaints == [], name
