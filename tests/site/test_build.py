"""``mkdocs build`` on the toy book, in a process of its own, as an author runs it."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest

from dlbook.site.pages.reference import PACKAGES
from tests.site.conftest import ENVIRONMENT, ROOT, list_pages, mkdocs, mkdocs_from_nothing
from tests.site.published_index import entries

BASE = "https://book.example/deep/"


@pytest.fixture(scope="module")
def built(toy_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy site, for looking at."""
    root = tmp_path_factory.mktemp("built") / "book"
    shutil.copytree(toy_template, root, symlinks=True)
    finished = mkdocs_from_nothing(root, "build", "--strict")
    assert finished.returncode == 0, finished.stdout
    return root / "site"


@pytest.fixture
def published(built: Path, tmp_path: Path) -> Path:
    """A copy of the toy book with its site, to spoil."""
    shutil.copytree(built.parent, tmp_path / "book", symlinks=True)
    return tmp_path / "book"


def snapshot(site: Path) -> dict[str, bytes]:
    files = (path for path in site.rglob("*") if path.is_file())
    return {str(path.relative_to(site)): path.read_bytes() for path in files}


def test_both_languages_are_built_at_once(built: Path):
    for page in ("index.html", "saw/index.html", "en/index.html", "en/saw/index.html", "404.html"):
        assert (built / page).is_file()
    assert not [path for path in built.parent.iterdir() if path.name.startswith(".site")]


@pytest.mark.parametrize(("page", "lang"), [("saw", "zh-Hans"), ("en/saw", "en")])
def test_a_page_says_its_language_and_where_its_translations_are(built: Path, page, lang):
    html = (built / page / "index.html").read_text()
    assert f'<html lang="{lang}"' in html
    assert re.search(r'<a class="dl-language" href="([^"]+)"', html)[1] == (
        "../en/saw/" if page == "saw" else "../../saw/"
    )


def test_a_site_without_an_address_names_none(built: Path):
    for path in built.rglob("*"):
        if path.suffix in (".html", ".txt", ".ipynb", ".cff", ".xml", ".py"):
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"https?://(?:127\.0\.0\.1|localhost)", text), path
            assert 'rel="canonical"' not in text, path
    assert (built / "robots.txt").read_text() == "User-agent: *\nAllow: /\n"
    assert not (built / "sitemap.xml").exists()


def test_the_site_asks_no_other_host_for_anything(built: Path):
    loaded = re.compile(
        r"""@import|url\(\s*["']?(?:https?:)?//"""
        r"""|<(?:script|img|iframe|source|audio|video|embed|object)\b[^>]*\b(?:src|data)=["']?(?:https?:)?//"""
        r"""|<link\b(?=[^>]*rel=["']?(?:stylesheet|preconnect|preload|icon|dns-prefetch))"""
        r"""[^>]*href=["']?(?:https?:)?//"""
    )
    for path in built.rglob("*"):
        if path.suffix in (".html", ".css", ".svg"):
            found = loaded.search(path.read_text())
            assert found is None, f"{path}: {found and found[0]}"


def test_every_local_address_on_every_page_leads_somewhere(built: Path):
    for path in built.rglob("*.html"):
        html = re.sub(r"<script.*?</script>", "", path.read_text(), flags=re.DOTALL)
        for address in re.findall(r'(?:href|src)="([^"#?]*)', html):
            if not address or re.match(r"[a-z]+:", address):
                continue
            base = built if address.startswith("/") else path.parent
            target = (base / address.lstrip("/")).resolve()
            assert (
                target / "index.html" if address.endswith("/") or target.is_dir() else target
            ).is_file(), f"{path}: {address}"


def test_both_halves_share_the_theme_and_nothing_is_there_that_no_page_asks_for(built: Path):
    assert not (built / "en" / "assets").exists()
    assert not list(built.rglob("*.map"))
    assert not list(built.rglob("lunr*"))
    files = [path for path in built.rglob("*") if path.is_file()]
    files = [path for path in files if "search" not in path.relative_to(built).parts]
    english = {path for path in files if built / "en" in path.parents}
    twice = {path.read_bytes() for path in english} & {
        path.read_bytes() for path in files if path not in english
    }
    assert [content for content in twice if len(content) > 200] == []


@pytest.mark.parametrize(("page", "root"), [("en", "../"), ("en/saw", "../../"), ("saw", "../")])
def test_every_page_takes_the_theme_s_script_from_the_root(built: Path, page, root):
    html = (built / page / "index.html").read_text(encoding="utf-8")
    assert re.findall(r'src="([^"]*bundle[^"]*)"', html) == [
        f"{root}assets/javascripts/{path.name}"
        for path in (built / "assets" / "javascripts").glob("bundle.*.min.js")
    ]


def test_data_of_the_figure_are_published_once_at_the_root(built: Path):
    record = json.loads((built / "data" / "saw.json").read_text())
    assert {"values", "claims", "passport", "texts", "config", "figure"} <= record.keys()
    assert record["passport"]["seeds"] == 8
    claims = json.loads((built / "data" / "claims.json").read_text())
    assert [claim["id"] for claim in claims] == ["A25/teeth", "A26"]
    assert (built / "figures" / "saw.zh.svg").read_text().startswith("<svg")
    assert "var(--fig" not in (built / "figures" / "saw.en.svg").read_text()
    assert not (built / "en" / "data").exists()


def test_the_licences_of_what_is_published_are_published(built: Path):
    assert "Khan Academy" in (built / "licences.txt").read_text(encoding="utf-8")
    assert (built / "LICENSE.txt").read_bytes() == (ROOT / "LICENSE").read_bytes()


@pytest.mark.parametrize(("page", "root"), [("saw", "../"), ("en/saw", "../../")])
def test_every_page_leads_to_licences_and_to_the_source(built: Path, page, root):
    html = (built / page / "index.html").read_text(encoding="utf-8")
    foot = html[html.index('<ul class="dl-colophon">') :]
    assert f'href="{root}licences.txt"' in foot
    assert f'href="{root}source/why-deep.zip" download' in foot
    assert (built / "source" / "why-deep.zip").is_file()


def test_the_map_knows_every_page_in_both_languages(toy: Path):
    finished = mkdocs(toy, "build", "-q", env={**ENVIRONMENT, "DLBOOK_SITE_URL": BASE})
    assert finished.returncode == 0, finished.stdout
    names = {
        "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
        "x": "http://www.w3.org/1999/xhtml",
    }
    urls = ElementTree.parse(toy / "site" / "sitemap.xml").findall("s:url", names)
    assert {url.findtext("s:loc", None, names) for url in urls} == {
        BASE + half + page
        for half in ("", "en/")
        for page in ("", "saw/", "figures/saw/", *(f"reference/{name}/" for name in PACKAGES))
    }
    for url in urls:
        links = {link.get("hreflang"): link.get("href") for link in url.findall("x:link", names)}
        assert links["en"] == links["zh-Hans"].replace(BASE, BASE + "en/")
        assert links["x-default"] == links["zh-Hans"]
    assert not (toy / "site" / "en" / "sitemap.xml").exists()
    assert f"Sitemap: {BASE}sitemap.xml" in (toy / "site" / "robots.txt").read_text()
    missing = (toy / "site" / "404.html").read_text()
    assert 'href="/deep/"' in missing
    assert 'href="/deep/en/"' in missing
    assert 'href="/deep/assets/book.css"' in missing


def test_the_search_index_holds_words_and_captions_but_no_typeset_formulas(built: Path):
    docs = entries(built)
    text = "".join(doc.text for doc in docs)
    assert "过拟合" in text
    assert "锯齿" in text
    assert "katex" not in text
    assert "viewBox" not in text
    assert any(doc.title == "用 2^k 来数" for doc in docs)
    assert not list(built.glob("**/search_index.json"))
    assert not list(built.glob("**/workers/search.*"))


def test_every_mistake_of_both_languages_is_printed_and_nothing_is_published(published: Path):
    toy = published
    before = snapshot(toy / "site")
    for lang, text in (("zh", "\n[[saw.tooth]]\n"), ("en", "\n[[figure sew]]\n\n\\(\\foo\\)\n")):
        page = toy / "docs" / lang / "saw.md"
        page.write_text(page.read_text() + text)
    finished = mkdocs(toy, "build")
    assert finished.returncode == 1
    errors = [line for line in finished.stdout.splitlines() if line.startswith("ERROR")]
    assert len(errors) == 4
    assert "docs/en/saw.md:51: no figure 'sew'; did you mean 'saw'?" in finished.stdout
    assert "docs/en/saw.md:53: TeX '\\foo': Undefined control sequence: \\foo" in finished.stdout
    assert "docs/zh/saw.md:51: [[saw.tooth]]: no field 'tooth'; the record has" in finished.stdout
    assert "docs/en/saw.md:51: [[figure sew]] is missing in docs/zh/saw.md" in finished.stdout
    assert "Traceback" not in finished.stdout
    assert "Nothing was published" in finished.stdout
    assert snapshot(toy / "site") == before
    assert not list(toy.glob(".site*"))


def test_a_missing_translation_stops_the_build(toy: Path):
    (toy / "docs" / "zh" / "alone.md").write_text("# 独自 {#alone}\n")
    finished = mkdocs(toy, "build", "--strict")
    assert finished.returncode == 1
    assert "docs/zh/alone.md:1: has no translation; write docs/en/alone.md" in finished.stdout
    assert not (toy / "site").exists()


def test_a_figure_that_raises_stops_the_build_with_its_line_even_if_no_page_places_it(toy: Path):
    text = (toy / "figures_src" / "saw.py").read_text()
    text = text.replace("    return Result(", "    raise ValueError('no axe')\n    return Result(")
    shutil.copy(toy / "figures_src" / "saw.md", toy / "figures_src" / "axe.md")
    (toy / "figures_src" / "axe.py").write_text(text)
    line = text[: text.index("raise ValueError")].count("\n") + 1
    finished = mkdocs(toy, "build")
    assert finished.returncode == 1
    assert f"figures_src/axe.py:{line}: run raised ValueError: no axe" in finished.stdout
    assert "Traceback" not in finished.stdout
    assert not (toy / "site").exists()


def test_a_broken_link_fails_a_strict_build_only(toy: Path):
    for lang in ("zh", "en"):
        page = toy / "docs" / lang / "index.md"
        page.write_text(page.read_text() + "\n[x](saw.md#none)\n")
    finished = mkdocs(toy, "build", "--strict")
    assert finished.returncode == 1
    assert "saw.md#none" in finished.stdout
    assert not (toy / "site").exists()
    assert mkdocs(toy, "build").returncode == 0
    assert (toy / "site").is_dir()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_warning_in_one_half_alone_fails_a_strict_build_too(toy: Path, lang):
    page = toy / "docs" / lang / "index.md"
    page.write_text(page.read_text() + "\n[x][far]\n\n[far]: none.md\n")
    finished = mkdocs(toy, "build", "--strict")
    assert finished.returncode == 1
    assert "none.md" in finished.stdout
    assert not (toy / "site").exists()


def test_lists_that_disagree_stop_every_build_with_a_line_each(toy: Path):
    list_pages(toy, ["saw", "axe"])
    for lang in ("zh", "en"):
        (toy / "docs" / lang / "lost.md").write_text("# 迷 {#lost}\n\n[[figure sew]]\n")
    for suffix in (".py", ".md"):
        shutil.copy(toy / "figures_src" / f"saw{suffix}", toy / "figures_src" / f"axe{suffix}")
    finished = mkdocs(toy, "build")
    assert finished.returncode == 1
    errors = [line for line in finished.stdout.splitlines() if line.startswith("ERROR")]
    wrong = [line.split("-  ")[1].split(": ")[0] for line in errors]
    assert wrong[0] == "docs/chapters.yml:2"
    assert wrong[1:3] == ["docs/en/lost.md:3", "docs/zh/lost.md:1"]
    assert wrong[3] == "docs/zh/lost.md:3"
    assert {place.partition(":")[0] for place in wrong[4:]} == {"figures_src/saw.py"}
    assert "Nothing was published" in finished.stdout
    assert not (toy / "site").exists()


def test_the_site_built_elsewhere_and_again_is_the_same_to_the_byte(
    published: Path, tmp_path: Path
):
    """Also by a process that hashes by another seed."""
    elsewhere = tmp_path / "elsewhere" / "out"
    assert mkdocs(published, "build", "-q", "-d", str(elsewhere)).returncode == 0
    assert (elsewhere / "en" / "index.html").is_file()
    assert [path.name for path in elsewhere.parent.iterdir()] == ["out"]
    first, second = snapshot(published / "site"), snapshot(elsewhere)
    assert {path for path in first | second if first.get(path) != second.get(path)} == set()


def test_a_site_that_cannot_be_published_is_told_in_one_line_before_anything_is_built(toy: Path):
    shutil.rmtree(toy / "site", ignore_errors=True)
    (toy / "site").write_text("not a folder", encoding="utf-8")
    finished = mkdocs(toy, "build", "--strict")
    assert finished.returncode == 1
    (line,) = finished.stdout.strip().splitlines()
    assert line.endswith("site: Not a directory; build elsewhere with --site-dir")


def test_the_english_configuration_is_not_built_by_itself(toy: Path):
    finished = mkdocs(toy, "build", "-f", "mkdocs.en.yml")
    assert finished.returncode == 1
    assert "mkdocs.en.yml is built together with mkdocs.yml: run mkdocs build" in finished.stdout


def test_a_killed_build_leaves_the_site_and_the_next_one_sweeps(published: Path):
    toy = published
    before = snapshot(toy / "site")
    killed = subprocess.Popen(
        [sys.executable, "-m", "mkdocs", "build", "-q"], cwd=toy, env=ENVIRONMENT
    )
    staging = toy / f".site.building-{killed.pid}"
    while not any(staging.rglob("*.html")):
        time.sleep(0.01)
        assert killed.poll() is None
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    assert staging.exists()
    assert snapshot(toy / "site") == before
    assert mkdocs(toy, "build", "-q").returncode == 0
    assert not list(toy.glob(".site*"))
    assert snapshot(toy / "site") == before
