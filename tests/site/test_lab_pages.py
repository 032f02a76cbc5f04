"""Labs as MkDocs builds them: a toy book of one chapter, and the book itself in a real browser."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, Request

from press.audit import LAB_WEIGHT
from press.reader import DESK, PHONE, Site, visited
from tests.site.conftest import ENVIRONMENT, ROOT, list_pages, mkdocs
from tests.site.published_index import entries

BASE = "https://book.example/deep/"
WIDE = """() => [...document.querySelectorAll(".dl-lab pre > code, .dl-lab__output")]
  .filter(box => box.scrollWidth > box.clientWidth)"""


def furnish(root: Path) -> None:
    """Make a chapter of the toy's only page, which links to its lab."""
    list_pages(root, ["saw"])
    shutil.copy(ROOT / "docs" / "references.bib", root / "docs" / "references.bib")
    for lang in ("zh", "en"):
        page = root / "docs" / lang / "saw.md"
        page.write_text(page.read_text(encoding="utf-8") + "\n[[lab]]\n", encoding="utf-8")


def build(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Build the site for an address of its own."""
    return mkdocs(root, "build", *arguments, env={**ENVIRONMENT, "DLBOOK_SITE_URL": BASE})


@pytest.fixture(scope="module")
def book(toy_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("labs") / "book"
    shutil.copytree(toy_template, root, symlinks=True)
    furnish(root)
    finished = build(root, "--strict")
    assert finished.returncode == 0, finished.stdout
    return root


@pytest.fixture(scope="module")
def toy(book: Path, chromium: Browser) -> Iterator[Site]:
    with visited(book / "site", chromium) as site:
        yield site


@pytest.fixture(scope="module")
def real(chromium: Browser) -> Iterator[Site]:
    with visited(ROOT / "site", chromium) as site:
        assert [path for path in site.paths if path.startswith("labs/")], "run make site"
        yield site


def read(book: Path, path: str) -> str:
    return (book / "site" / path).read_text(encoding="utf-8")


@pytest.mark.parametrize(("root", "lang"), [("", "zh"), ("en/", "en")])
def test_the_notebook_is_published_whole_with_links_to_the_site(book: Path, root, lang):
    notebook = nbformat.reads(read(book, f"{root}labs/saw.{lang}.ipynb"), as_version=4)
    nbformat.validate(notebook)
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert f"({BASE}{root}saw/)" in prose
    assert f"({BASE}{root}saw/#fig-saw)" in prose
    assert not (book / "site" / root / "labs" / "saw.ipynb").exists()


@pytest.mark.parametrize(("root", "title"), [("", "实验 · 锯齿"), ("en/", "Lab · A saw")])
def test_the_page_has_its_own_title_description_and_address(book: Path, root, title):
    html = read(book, f"{root}labs/saw/index.html")
    assert f"<title>{title} · " in html
    assert re.search(r'<meta name="description" content="[^"]{20,}">', html)
    assert f'<link rel="canonical" href="{BASE}{root}labs/saw/">' in html
    assert f"<loc>{BASE}{root}labs/saw/</loc>" in read(book, "sitemap.xml")


def test_nothing_of_jupyters_page_is_left(book: Path):
    html = read(book, "labs/saw/index.html")
    article = html[html.index("<article") : html.index("</article>")]
    for left in ("<style", "<script", "jp-", "clipboard", "MathJax", "require", "data-lab"):
        assert left not in article, left
    assert "cdnjs" not in html
    assert len(html) < 150_000


def test_the_code_looks_like_code_on_every_other_page(book: Path):
    code = re.findall(
        r'<div class="highlight[^"]*"><pre><span></span><code>(.*?)</code></pre></div>',
        read(book, "labs/saw/index.html"),
        flags=re.DOTALL,
    )
    assert len(code) == 7
    assert '<span class="k">class</span> <span class="nc">Config</span>' in code[2]


def test_the_search_reads_the_prose_of_a_lab_and_not_its_code(book: Path):
    found = entries(book / "site")
    labs = [each for each in found if each.location.startswith("labs/")]
    assert [each.location for each in labs] == ["labs/saw/", "labs/saw/#fig-saw"]
    assert "笔记本" in labs[0].text
    assert not [each for each in labs if "class Config" in each.text or "katex" in each.text]
    assert {each.boost < 1 for each in labs} == {True}


@pytest.mark.parametrize("edition", [{}, {"DLBOOK_OFFLINE": "true"}])
def test_the_labs_are_not_converted_again_when_no_code_changed(book: Path, tmp_path, edition):
    """Links to the book are others in the edition for a folder; they are prose."""
    env = {**ENVIRONMENT, "DLBOOK_SITE_URL": BASE, **edition}
    finished = mkdocs(book, "build", "-d", str(tmp_path / "again"), env=env)
    assert finished.returncode == 0
    assert finished.stdout.count("Cache hit: ") == 2
    assert "Converting notebook" not in finished.stdout


def test_labs_without_a_place_in_the_contents_stop_the_build(book: Path, tmp_path):
    shutil.copytree(book, tmp_path / "book", symlinks=True)
    config = tmp_path / "book" / "mkdocs.yml"
    config.write_text(config.read_text().replace('  - "[[labs]]"\n', ""), encoding="utf-8")
    line = config.read_text().splitlines().index("nav:") + 1
    finished = mkdocs(tmp_path / "book", "build")
    assert finished.returncode == 1
    assert f'mkdocs.yml:{line}: nav has no place for labs; add "[[labs]]"' in finished.stdout


def test_a_page_that_is_no_chapter_has_no_lab_to_link_to(book: Path, tmp_path):
    shutil.copytree(book, tmp_path / "book", symlinks=True)
    (tmp_path / "book" / "docs" / "chapters.yml").write_text("[]\n")
    config = tmp_path / "book" / "mkdocs.yml"
    config.write_text(config.read_text().replace('"[[chapters]]"', "saw.md"), encoding="utf-8")
    finished = mkdocs(tmp_path / "book", "build")
    assert finished.returncode == 1
    assert "'[[lab]]': only a chapter with figures has a lab" in finished.stdout


def test_a_chapter_and_its_lab_lead_to_each_other_and_to_the_download(toy: Site):
    with toy.open("en/saw/") as page:
        page.click(".dl-lab-link a")
        page.wait_for_url(f"{toy.url}en/labs/saw/")
        with page.expect_download() as download:
            page.click("a[download]")
        assert download.value.suggested_filename == "saw.en.ipynb"
        page.click("#fig-saw ~ p a")
        page.wait_for_url(f"{toy.url}en/saw/#fig-saw")


def test_the_language_link_stays_at_the_same_figure_of_the_lab(toy: Site):
    with toy.open("labs/saw/") as page:
        page.evaluate("document.getElementById('fig-saw').scrollIntoView()")
        page.click("[data-dl-language]")
        page.wait_for_url(f"{toy.url}en/labs/saw/#fig-saw")


def test_the_contents_follow_the_figures(toy: Site):
    with toy.open("en/labs/saw/") as page:
        links = page.locator(".md-nav--secondary .md-nav__link")
        texts = {text.strip() for text in links.all_inner_texts()}
        assert texts - {""} == {"Figure 1. Teeth double"}


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_code_and_output_that_are_too_wide_can_be_scrolled_with_the_keyboard(real: Site, width):
    path = next(path for path in real.paths if path.startswith("labs/"))
    with real.open(path, width) as page:
        page.evaluate("document.querySelectorAll('details').forEach(box => { box.open = true; })")
        page.keyboard.press("Tab")  # from here on all of the page is laid out
        page.wait_for_timeout(300)
        assert page.evaluate(f"({WIDE})().length") > 0
        assert page.evaluate(f"({WIDE})().filter(box => box.tabIndex < 0).length") == 0
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_the_first_visit_of_a_lab_is_light(real: Site):
    for path in real.paths:
        if "labs/" in path:
            assert arrived(real, path) < LAB_WEIGHT, path


def arrived(site: Site, path: str) -> int:
    """Bytes that the browser fetched when the page is there."""
    with site.context(PHONE) as context:
        page = context.new_page()
        done: list[Request] = []
        page.on("requestfinished", lambda request: done.append(request))
        page.goto(site.url + path)
        site.settle(page)
        return sum(request.sizes()["responseBodySize"] for request in done)
