"""The site below the root of its host, as ``DLBOOK_SITE_URL`` says: it never leaves its folder."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Browser

from press.reader import Site
from press.serving import served
from tests.site.conftest import ENVIRONMENT, mkdocs
from tests.site.published_index import entries

FOLDER = "some/folder/"
BASE = f"https://host.example/{FOLDER}"
CODE = "https://code.example/deep/book"
PAGES = ("", "saw/", "figures/saw/", "en/", "en/saw/", "en/figures/saw/")
_ADDRESS = re.compile(r'(?:href|src|content)="([^"#?]+)')


@pytest.fixture(scope="module")
def top(toy_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root of the host; it shows the site's page for what does not exist, as hosts do."""
    root = tmp_path_factory.mktemp("folder") / "book"
    shutil.copytree(toy_template, root, symlinks=True)
    top = tmp_path_factory.mktemp("host")
    environment = {**ENVIRONMENT, "DLBOOK_SITE_URL": BASE, "DLBOOK_REPO_URL": CODE}
    finished = mkdocs(root, "build", "--strict", "-d", str(top / FOLDER), env=environment)
    assert finished.returncode == 0, finished.stdout
    shutil.copy(top / FOLDER / "404.html", top)
    return top


@pytest.fixture
def hosted(top: Path, chromium: Browser) -> Iterator[Site]:
    """What a browser sees of it; whatever is asked outside of the folder fails."""
    with served(top) as url:
        yield Site(top / FOLDER, url + FOLDER, chromium)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_gives_its_own_address_and_that_of_its_translation(top, path):
    html = (top / FOLDER / path / "index.html").read_text(encoding="utf-8")
    assert re.findall(r'rel="canonical" href="([^"]+)"', html) == [BASE + path]
    chinese = path.removeprefix("en/")
    alternates = dict(re.findall(r'rel=" ?alternate" hreflang="([^"]+)" href="([^"]+)"', html))
    assert alternates == {
        "zh-Hans": BASE + chinese,
        "en": f"{BASE}en/{chinese}",
        "x-default": BASE + chinese,
    }


@pytest.mark.parametrize("path", PAGES)
def test_a_page_says_where_book_and_code_are_and_asks_nobody_about_them(top, path):
    html = (top / FOLDER / path / "index.html").read_text(encoding="utf-8")
    foot = html[html.index('<ul class="dl-colophon">') :]
    assert f'<a href="{BASE}">host.example/some/folder</a>' in foot
    assert f'<a href="{CODE}">' in foot
    assert 'data-md-component="source"' not in html, "it would ask the code host for its stars"


def test_a_citation_gives_the_address(top):
    html = (top / FOLDER / "en" / "figures" / "saw" / "index.html").read_text(encoding="utf-8")
    (cited,) = re.findall(r'<p class="dl-card__licence">(.*?)</p>', html)
    assert BASE in cited


def test_every_address_of_every_page_stays_in_the_folder(top):
    for file in (top / FOLDER).rglob("*.html"):
        here = urljoin(BASE, file.relative_to(top / FOLDER).as_posix())
        for address in _ADDRESS.findall(file.read_text(encoding="utf-8")):
            whole = urljoin(here, address)
            assert not whole.startswith("https://host.example/") or whole.startswith(BASE), (
                f"{file}: {address}"
            )


def test_the_map_and_the_search_know_the_folder(top):
    site = top / FOLDER
    found = re.findall(r"<loc>([^<]+)</loc>", (site / "sitemap.xml").read_text(encoding="utf-8"))
    assert set(found) >= {BASE + path for path in PAGES}
    assert all(address.startswith(BASE) for address in found)
    assert f"Sitemap: {BASE}sitemap.xml" in (site / "robots.txt").read_text(encoding="utf-8")
    for half in ("", "en/"):
        places = {entry.location for entry in entries(site / half)}
        assert not [place for place in places if place.startswith(("/", "http"))]


@pytest.mark.parametrize(
    ("path", "query", "found"), [("", "锯齿", "saw/"), ("en/", "teeth", "en/saw/")]
)
def test_the_search_leads_to_pages_of_the_folder(hosted, path, query, found):
    with hosted.open(path) as page:
        page.keyboard.press("f")
        page.keyboard.type(query)
        page.wait_for_selector(".md-search-result__link")
        address = "all => all.map(a => a.href.split(/[?#]/)[0])"
        assert hosted.url + found in page.eval_on_selector_all(".md-search-result__link", address)


def test_the_language_link_leads_to_the_same_page_and_back(hosted):
    with hosted.open("saw/") as page:
        for there, lang in (("en/saw/", "en"), ("saw/", "zh-Hans")):
            page.click("[data-dl-language]")
            page.wait_for_url(lambda url, want=hosted.url + there: url.split("#")[0] == want)
            assert page.evaluate("document.documentElement.lang") == lang


def test_what_does_not_exist_is_told_and_leads_home(hosted):
    with hosted.open("en/there/is/none/") as page:
        assert page.evaluate("document.styleSheets.length") > 0
        homes = page.eval_on_selector_all("article a", "all => all.map(a => a.pathname)")
        assert {f"/{FOLDER}", f"/{FOLDER}en/"} <= set(homes)
