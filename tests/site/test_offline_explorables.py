"""Every explorable in the edition that `make offline` ships, opened from its folder: it trains."""

import re
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from dlbook.site.pages.explorables import EXPLORABLES
from tests.site.conftest import ENVIRONMENT, ROOT, mkdocs
from tests.site.test_explore import OPENED, everywhere

# What each says when it has done its work; those that train say how it ended.
ENDED = {
    "": {
        "fold": "画出 8 段",
        "curve": "训练 2000 步",
        "xor": "走完 8000 步",
        "wide": r"训练 10,000 步后",
        "parity": "答案是 1",
        "capacity": "一个二进制位也不差",
        "sharing": "还剩 16 个函数",
        "basin": "这就是书中的那一次",
        "signal": "一个二进制位也不差",
    },
    "en/": {
        "fold": "draw 8 pieces",
        "curve": "After 2000 steps",
        "xor": "after 8000 steps",
        "wide": "After 10,000 steps",
        "parity": "the answer is 1",
        "capacity": "to the bit",
        "sharing": "16 functions are left",
        "basin": "the book’s own run",
        "signal": "to the bit",
    },
}
STATES = {"curve": "train:1"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole book, as the zip holds it."""
    built = tmp_path_factory.mktemp("reader") / "深 100% #1"
    offline = {**ENVIRONMENT, "DLBOOK_OFFLINE": "true"}
    finished = mkdocs(ROOT, "build", "--strict", "--site-dir", str(built), env=offline)
    assert finished.returncode == 0, finished.stdout
    return built


@partial(everywhere, most=5)  # how a worker begins there is the same for all
def test_it_trains_in_the_edition_for_a_folder(chromium: Browser, folder, name, page_name, root):
    with chromium.new_context() as context:
        page = context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        address = (folder / root / f"{page_name}.html").as_uri()
        page.goto(f"{address}?{name}={STATES.get(name, '')}")
        box = page.locator(f"#explore-{name}[data-state=open]")
        box.wait_for(timeout=OPENED)
        ended = re.compile(ENDED[root][name])
        expect(box.locator(".dl-report")).to_have_text(ended, timeout=2 * OPENED)
        assert box.locator(".dl-plot path[d], .dl-parity__picture, .dl-sharing__right").count()
        assert complaints == []


def test_the_search_still_has_its_frame_there(chromium: Browser, folder):
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto((folder / "en" / "index.html").as_uri())
        page.keyboard.press("f")
        page.keyboard.type("fold")
        page.wait_for_selector(".md-search-result__link", timeout=OPENED)


def test_all_of_them_are_opened():
    assert set(ENDED[""]) == set(ENDED["en/"]) == set(EXPLORABLES)
