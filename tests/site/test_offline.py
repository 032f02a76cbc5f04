"""The edition for a folder, opened from ``file://``: formulas, pictures, search, language."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.site.conftest import ENVIRONMENT, mkdocs


@pytest.fixture(scope="module")
def folder(toy_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy book's edition for a folder, in a folder with a name that needs escaping."""
    root = tmp_path_factory.mktemp("offline") / "book"
    shutil.copytree(toy_template, root, symlinks=True)
    built = tmp_path_factory.mktemp("reader") / "为什么 要深"
    offline = {**ENVIRONMENT, "DLBOOK_OFFLINE": "true"}
    finished = mkdocs(root, "build", "--strict", "-d", str(built), env=offline)
    assert finished.returncode == 0, finished.stdout
    return built


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    with chromium.new_context(viewport={"width": 1280, "height": 900}) as context:
        page = context.new_page()
        page.asked = []
        page.on("request", lambda request: page.asked.append(request.url))
        yield page


@pytest.mark.parametrize("path", ["index.html", "saw.html", "en/index.html", "en/saw.html"])
def test_pages_come_whole_from_the_folder_and_ask_no_network(folder, page, path):
    missing = []
    page.on("requestfailed", lambda request: missing.append(request.url))
    page.goto((folder / path).as_uri())
    assert page.evaluate("[...document.images].every(i => i.complete || i.loading == 'lazy')")
    assert page.evaluate("getComputedStyle(document.querySelector('.md-header')).display") != ""
    assert page.evaluate("document.styleSheets.length") > 0
    assert all(url.startswith(("file:", "data:", "about:", "blob:")) for url in page.asked)
    assert missing == []


def test_formulas_and_pictures_are_shown(folder, page):
    page.goto((folder / "saw.html").as_uri())
    expect(page.locator(".katex").first).to_be_visible()
    assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('16px KaTeX_Main'))")
    picture = page.locator(".dl-picture--light").first
    picture.scroll_into_view_if_needed()
    assert picture.evaluate("i => i.decode().then(() => i.naturalWidth)") > 0


@pytest.mark.parametrize(("path", "query", "found"), [
    ("index.html", "锯齿", "/saw.html"),
    ("en/index.html", "teeth", "/en/saw.html"),
])  # fmt: skip
def test_the_search_works_without_a_server(folder, page, path, query, found):
    page.goto((folder / path).as_uri())
    page.keyboard.press("f")
    page.keyboard.type(query)
    page.keyboard.press("End")
    page.wait_for_selector(".md-search-result__link")
    addresses = "all => all.map(a => a.href.split(/[?#]/)[0])"
    listed = page.eval_on_selector_all(".md-search-result__link", addresses)
    address = next(address for address in listed if address.endswith(found))
    page.goto(address)
    expect(page.locator(".dl-figure")).to_have_count(1)


def test_the_language_link_leads_to_the_same_page_and_back(folder, page):
    page.goto((folder / "saw.html").as_uri())
    page.click("[data-dl-language]")
    page.wait_for_url("**/en/saw.html*")
    assert page.evaluate("document.documentElement.lang") == "en"
    page.click("[data-dl-language]")
    page.wait_for_function("document.documentElement.lang == 'zh-Hans'")


def test_pages_name_no_address_of_their_own(folder):
    for path in folder.rglob("*.html"):
        assert 'rel="canonical"' not in path.read_text(encoding="utf-8"), path
