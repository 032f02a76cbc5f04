"""How long the page is busy at a stretch while its explorables open, are used, and train.

    python -m benchmarks.blocking          (or: make benchmark)

Each explorable of the built site is used in headless Chromium as a reader would, in several rounds,
each in a browser that has never been here. Printed is the longest task of the page, in
milliseconds: median and largest of the rounds. A task shorter than 50 ms is not reported by
browsers, and shows as 0. The last columns are a machine four times as slow, as phones are.
"""

import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page

from press.reader import DESK, PHONE, Site, browser, visited
from tests.browser import find
from tests.scripts import ROOT

ROUNDS = 5
LONGEST = 50.0  # milliseconds that a task of the page may take
SLOWER = 4
OPENED = 60_000  # milliseconds until a run has ended or a script has come

LISTEN = """() => {
  globalThis.longTasks = [];
  new PerformanceObserver(list => longTasks.push(...list.getEntries().map(each => each.duration)))
    .observe({type: "longtask"});
}"""
TAKE = """async () => {
  await new Promise(done => setTimeout(done, 120));
  return Math.max(0, ...longTasks.splice(0));
}"""


def drag(handle: Locator, *, way: tuple[int, int]) -> None:
    """Drag a handle there and back, as fast as a mouse tells where it is."""
    handle.scroll_into_view_if_needed()
    spot = handle.bounding_box()
    assert spot
    page = handle.page
    x, y = spot["x"] + spot["width"] / 2, spot["y"] + spot["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for end in ((x + way[0], y + way[1]), (x, y)):
        page.mouse.move(*end, steps=30)
    page.mouse.up()


def slide(box: Locator, label: str, values: range) -> None:
    """Move a slider through some values."""
    slider = box.get_by_role("slider", name=label)
    for value in values:
        slider.fill(str(value))


def said(box: Locator, text: str) -> None:
    """Wait until the explorable says so."""
    box.locator(".dl-report").filter(has_text=text).wait_for(timeout=OPENED)


def folding(box: Locator) -> None:
    slide(box, "Layers k", range(1, 7))
    drag(box.locator(".dl-plot__handle").first, way=(30, -60))


def flipping(box: Locator) -> None:
    slide(box, "Bits d", range(2, 7))
    for bit in box.get_by_role("switch").all():
        bit.click()


def building(box: Locator) -> None:
    slide(box, "Equal pieces", range(64, 7, -1))
    drag(box.locator(".dl-plot__handle").nth(3), way=(20, 0))
    slide(box, "Equal pieces", range(64, 65))
    box.get_by_role("button", name="Let training place them").click()
    box.get_by_role("button", name="Train again").wait_for(timeout=OPENED)


def shaping(box: Locator) -> None:
    box.get_by_role("combobox", name="Curve").select_option("drawn")
    drag(box.locator(".dl-plot__handle").nth(5), way=(0, -60))


def learning(box: Locator) -> None:
    said(box, "Seed 0 after")
    seed = box.get_by_role("spinbutton", name="Seed")
    for value in (3, 7, 11):
        seed.fill(str(value))
        seed.press("Enter")
        said(box, f"Seed {value} after")
    box.get_by_role("button", name="Play").click()
    box.get_by_role("button", name="Play").wait_for(timeout=OPENED)
    slide(box, "Step shown", range(0, 100, 5))


def sixteen(box: Locator) -> None:
    units = box.get_by_role("spinbutton", name="Hidden units")
    units.fill("16")
    units.press("Enter")
    said(box, "Seed 0 after")
    box.page.wait_for_timeout(300)
    slide(box, "Step shown", range(0, 100, 5))


def training(box: Locator) -> None:
    said(box, "After 10,000 steps seed 0")
    for value in (1, 2, 3):
        box.get_by_role("button", name="Next seed").click()
        said(box, f"After 10,000 steps seed {value}")


def widest(box: Locator) -> None:
    slide(box, "Width", range(11, 12))
    said(box, "After 10,000 steps seed 0")


USES: list[tuple[str, str, Callable[[Locator], None]]] = [
    ("fold", "folding", folding),
    ("parity", "folding", flipping),
    ("curve", "wide-is-enough", building),
    ("curve", "wide-is-enough", shaping),
    ("xor", "hidden-layer", learning),
    ("xor", "hidden-layer", sixteen),
    ("wide", "wide-is-enough", training),
    ("wide", "wide-is-enough", widest),
]


@contextmanager
def reading(site: Site, path: str, width: int, slower: int) -> Iterator[Page]:
    """A page whose every part has been laid out, which the first Tab brings about."""
    with site.open(path, width) as page:
        site.settle(page)
        page.keyboard.press("Tab")
        page.evaluate(LISTEN)
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
        page.evaluate(TAKE)  # and forget what came before
        yield page


def measured(site: Site, name: str, path: str, use: Callable[[Locator], None], width: int,
             slower: int) -> tuple[float, float]:  # fmt: skip
    """The longest task in milliseconds while the explorable opens, and while it is used."""
    with reading(site, f"en/{path}/", width, slower) as page:
        box = page.locator(f"#explore-{name}")
        box.locator(".dl-explore__open").click()
        page.locator(f"#explore-{name}[data-state=open]").wait_for(timeout=OPENED)
        opening: float = page.evaluate(TAKE)
        use(box)
        return opening, page.evaluate(TAKE)


def main() -> None:
    """Print the table."""
    slow = f"{SLOWER} times slower"
    titles = ("opening", "in use", f"opening, {slow}", f"in use, {slow}")
    print(f"{'ms: median, largest':<24}" + "".join(f"{title:^24}" for title in titles))
    with browser(find()) as chromium, visited(ROOT / "site", chromium) as site:
        for name, path, use in USES:
            cells = []
            for width, slower in ((DESK, 1), (PHONE, SLOWER)):
                rounds = [measured(site, name, path, use, width, slower) for _ in range(ROUNDS)]
                for each in zip(*rounds, strict=True):
                    missed = " MISSED" if slower == 1 and max(each) >= LONGEST else ""
                    cells.append(f"{statistics.median(each):.0f}, {max(each):.0f}{missed}")
            row = "".join(f"{cell:^24}" for cell in cells)
            print(f"{f'{name}, {use.__name__}':<24}{row}", flush=True)


if __name__ == "__main__":
    main()
