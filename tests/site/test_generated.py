"""Pages that nobody writes: what they say, where they stand, and what the plugin cannot do."""

import logging
import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import get_navigation
from mkdocs_gen_files.editor import FilesEditor
from mkdocs_gen_files.plugin import GenFilesPlugin
from playwright.sync_api import Browser, expect

from dlbook.record.records import Project
from dlbook.site.building.draft import Draft
from dlbook.site.building.finder import GENERATOR, in_reading_order
from dlbook.site.pages.generated import GeneratedPages
from dlbook.site.pages.reference import PACKAGES
from dlbook.site.pages.stubs import UNSEARCHED, fill_placeholders, front_matter
from dlbook.site.reading.book import Book, Place
from dlbook.site.reading.formulas import Typesetter
from dlbook.site.reading.search_words import BELOW
from dlbook.site.reading.shelf import Shelf
from dlbook.site.reading.source import Source
from press.reader import DESK, PHONE, Site, visited
from tests.site.conftest import ROOT, TOY, mkdocs, put_figure
from tests.site.published_index import entries

PLACE = Place("figures/saw.md", "../../", lambda page: f"../../{page.removesuffix('.md')}/")


def book(project: Project, lang: str = "en", **pages: str) -> Book:
    (project.root / "figures_src" / "saw.py").write_text(
        (TOY / "figures_src" / "saw.py").read_text(encoding="utf-8"), encoding="utf-8"
    )
    sources = {f"{name}.md": Source(text, f"{name}.md") for name, text in pages.items()}
    return Book(lang, Shelf(project), Typesetter(project), sources)


def code(pages: GeneratedPages, cell: str) -> str:
    html, problems = pages.fill(
        "figures/saw.md", f'<div data-generated="code:{cell}"></div>', PLACE
    )
    assert problems == []
    assert html.startswith('<div class="highlight"><pre><span></span><code>')
    return unescape(re.sub("<[^>]*>", "", html)).strip()


def config(**more: Any) -> MkDocsConfig:
    made = MkDocsConfig()
    made.load_dict({"site_name": "Toy", "plugins": [], **more})
    assert made.validate() == ([], [])
    made.plugins._current_plugin = "dlbook"  # as while an event is handled
    return made


# --- What the plugin cannot do, and what is done around it


def test_the_plugin_sorts_all_files_by_path_and_the_hooks_put_the_chapters_first_again():
    files = Files([File.generated(config(), uri, content="") for uri in ("b.md", "c.md", "a.md")])
    editor = FilesEditor(files, config(), "unused")
    assert [file.src_uri for file in editor.files] == ["a.md", "b.md", "c.md"]
    again = in_reading_order(editor.files, SimpleNamespace(chapters=("b.md",)))  # type: ignore[arg-type]
    assert [file.src_uri for file in again] == ["b.md", "a.md", "c.md"]


def test_a_script_of_the_plugin_is_told_nothing_but_the_configuration(tmp_path: Path):
    script = tmp_path / "script.py"
    script.write_text(
        "import mkdocs_gen_files, sys\n"
        "told = [name for name in globals() if not name.startswith('__')]\n"
        "with mkdocs_gen_files.open('told.md', 'w') as page:\n"
        "    page.write(f'{told} {mkdocs_gen_files.config.extra}')\n"
    )
    plugin = GenFilesPlugin()
    assert plugin.load_config({"scripts": [str(script)]}) == ([], [])
    files = plugin.on_files(Files([]), config(extra={"generated": 7}))
    told = files.src_uris["told.md"]
    assert told.content_string == "['mkdocs_gen_files', 'sys'] {'generated': 7}"
    assert told.generated_by == GENERATOR
    plugin.on_post_build(config())


def test_pages_that_the_plugin_adds_are_missed_in_a_navigation_that_does_not_name_them(caplog):
    files = Files([File.generated(config(), uri, content="") for uri in ("a.md", "b.md")])
    strict = {"nav": {"omitted_files": "warn"}}
    with caplog.at_level(logging.WARNING):
        get_navigation(files, config(nav=["a.md"], validation=strict))
    assert 'not included in the "nav" configuration' in caplog.text
    assert "b.md" in caplog.text


def test_a_configuration_without_the_plugin_stops_with_one_line(toy: Path):
    text = (toy / "mkdocs.yml").read_text(encoding="utf-8")
    without = re.sub(r"  gen-files: .*\n", "", text)
    assert without != text
    (toy / "mkdocs.yml").write_text(without, encoding="utf-8")
    finished = mkdocs(toy, "build")
    assert finished.returncode == 1
    line = text[: text.index("plugins:")].count("\n") + 1
    assert f"mkdocs.yml:{line}: the plugin 'gen-files' is missing; list it" in finished.stdout
    assert "Traceback" not in finished.stdout
    assert not (toy / "site").exists()


# --- Texts


def test_the_appendix_holds_figures_by_page_and_the_packages(project: Project):
    put_figure(project.root, "axe")
    put_figure(project.root, "bow")
    for name in ("axe", "bow"):
        shutil.copy(TOY / "figures_src" / "saw.py", project.root / "figures_src" / f"{name}.py")
    text = "# A & \\(2^k\\)\n\n[[figure saw]]\n\n[[figure axe]]"
    pages = GeneratedPages(book(project, two=text))
    packages = [f"reference/{package}.md" for package in PACKAGES]
    assert pages.navigation == [
        {
            "Appendix": [
                {
                    "Figure by figure": [
                        {"A &amp; 2^k": ["figures/saw.md", "figures/axe.md"]},
                        {"Not in a chapter yet": ["figures/bow.md"]},
                    ]
                },
                {"dlbook": packages},
            ]
        }
    ]
    figures = ["figures/saw.md", "figures/axe.md", "figures/bow.md"]
    assert list(pages.texts) == [*figures, *packages]


@pytest.mark.parametrize(
    ("lang", "lines", "label"),
    [
        (
            "zh",
            [
                "# 锯齿翻倍 {#figure}",
                "[《锯》图 1](../two.md#fig-saw)，脚本 `saw`。",
            ],
            "锯",
        ),
        (
            "en",
            [
                "# Teeth double {#figure}",
                "[Figure 1 of “锯”](../two.md#fig-saw), script `saw`.",
            ],
            "saw",
        ),
    ],
)
def test_the_text_of_a_figure_speaks_the_readers_language(project: Project, lang, lines, label):
    pages = GeneratedPages(book(project, lang, two="# 锯\n\n[[figure saw]]"))
    text = pages.texts["figures/saw.md"]
    for line in (*lines, "dlbook run saw"):
        assert line in text.splitlines()
    assert "--replay" not in text
    assert "(../reference/training.md#stats)" in text
    assert code(pages, "setup").endswith("SMALL = Config(folds=2)")
    assert "def run(cfg: Config) -> Result:" in code(pages, "experiment")
    assert f'LABELS = {{\n    "line": "{label}",\n}}' in code(pages, "drawing")
    assert code(pages, "judging").startswith("JUDGES = {")


def test_a_figure_whose_runs_can_be_repeated_says_how(project: Project):
    made = book(project)
    script = project.root / "figures_src" / "saw.py"
    more = (
        "\n\n@dataclass(frozen=True)\nclass Replay:\n    seed: int = 3\n    loss: str = 'hinge'\n"
    )
    script.write_text(script.read_text(encoding="utf-8") + more, encoding="utf-8")
    pages = GeneratedPages(made)
    text = pages.texts["figures/saw.md"]
    assert "dlbook run saw --replay seed=3" in text
    html, _ = pages.fill("figures/saw.md", text, PLACE)
    rows = re.findall(r'<th scope="row"><code>(\w+)</code></th><td><code>(.*?)</code>', html)
    assert rows == [("seed", "3"), ("loss", "hinge"), ("folds", "3"), ("seeds", "8")]


def test_a_figure_that_no_page_places_says_so(project: Project):
    text = GeneratedPages(book(project)).texts["figures/saw.md"]
    assert "Not in a chapter yet; script `saw`." in text


def test_a_figure_that_was_never_made_has_a_page_with_one_box_and_its_whole_script(
    project: Project,
):
    project.pointer("saw").unlink()
    pages = GeneratedPages(book(project, two="# Two\n\n[[figure saw]]"))
    text = pages.texts["figures/saw.md"]
    assert "# saw {#figure}" in text
    assert "(../two.md)" in text, "without an anchor, for the figure is not there"
    assert "WORDS = {" in code(pages, "whole")
    html, problems = pages.fill("figures/saw.md", text, PLACE)
    assert problems == ["figure 'saw' is not made yet; run dlbook build saw"]
    assert html.count('class="dl-error"') == 1
    assert "data-generated" not in html


def test_a_script_that_is_no_python_is_shown_all_the_same(project: Project):
    made = book(project)
    project.pointer("saw").unlink()
    (project.root / "figures_src" / "saw.py").write_text("def run(", encoding="utf-8")
    pages = GeneratedPages(made)
    assert 'data-generated="code:whole"' in pages.texts["figures/saw.md"]
    assert code(pages, "whole") == "def run("


def test_a_damaged_picture_is_said_once_and_the_rest_is_shown(project: Project):
    (project.made("saw") / "drawn" / "en.svg").write_text("<svg/>")
    pages = GeneratedPages(book(project))
    html, problems = pages.fill("figures/saw.md", pages.texts["figures/saw.md"], PLACE)
    assert len(problems) == 1
    assert "damaged" in problems[0]
    assert "dl-claims" in html


@pytest.mark.parametrize("serving", [True, False])
def test_what_a_generated_page_lacks_ends_a_build_and_not_a_server(serving, caplog):
    draft = Draft(None, (), {}, serving)  # type: ignore[arg-type]
    draft.complain([], "Nothing.")
    assert caplog.text == ""
    if serving:
        draft.complain(["figures/saw.md: damaged"], "figures/saw.md cannot be generated.")
    else:
        with pytest.raises(Abort, match=r"cannot be generated\. Nothing was published\."):
            draft.complain(["figures/saw.md: damaged"], "figures/saw.md cannot be generated.")
    assert [record.message for record in caplog.records] == ["figures/saw.md: damaged"]


def test_front_matter_holds_any_title():
    text = front_matter('A "b": c', "- d")
    assert text.startswith("---\ntitle: 'A \"b\": c'\ndescription: '- d'\n")
    assert yaml.safe_load(text.strip("-\n "))["search"] == BELOW


def test_every_stub_is_filled():
    html = '<p>a</p>\n<div data-generated="x:y"></div>'
    assert fill_placeholders(html, lambda key: f"<b>{key}</b>") == "<p>a</p>\n<b>x:y</b>"


# --- Pages


@pytest.fixture(scope="module")
def built(toy_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("generated") / "book"
    shutil.copytree(toy_template, root, symlinks=True)
    finished = mkdocs(root, "build", "--strict")
    assert finished.returncode == 0, finished.stdout
    return root / "site"


@pytest.fixture(scope="module")
def toy_site(built: Path, chromium: Browser) -> Iterator[Site]:
    with visited(built, chromium) as site:
        yield site


def article(built: Path, path: str) -> str:
    html = (built / path / "index.html").read_text(encoding="utf-8")
    return html[html.index("<article") : html.index("</article>")]


@pytest.mark.parametrize(
    ("half", "words"),
    [
        ("", "锯齿翻倍 一条有 所占比例 成立 不成立 重跑 配置 脚本"),
        ("en/", "Teeth teeth. share supported refuted Configuration script"),
    ],
)
def test_the_page_of_a_figure_holds_everything_about_it(built: Path, half, words):
    html = article(built, f"{half}figures/saw")
    up = "../" * (3 if half else 2)
    lang = half.strip("/") or "zh"
    for part in (
        *words.split(),
        'id="claim-A25-teeth"',
        f'src="{up}figures/saw.{lang}.svg"',
        f'src="{up}figures/saw.{lang}.dark.svg"',
        f'href="{up}data/saw.json" download',
        f'href="{up}source/saw.py" download',
        'href="../../saw/#fig-saw"',
        'href="../../reference/training/#stats"',
        "<code>folds</code></th><td><code>3</code></td>",
        "CC BY 4.0",
        f'href="{up}data/saw.timing.json" download',
    ):
        assert part in html, part
    assert "dlbook run saw\n" in re.sub("<[^>]*>", "", html)
    for left in ("data-generated", "data-late", UNSEARCHED, "dl-error", "[["):
        assert left not in html, left


def test_code_is_copied_from_the_figures_page_as_it_stands_in_the_script(toy_site: Site):
    with toy_site.open("en/figures/saw/") as page:
        page.evaluate("addEventListener('copy', ({target}) => { window.copied = target.value; })")
        cell = page.locator("#experiment + .highlight")
        cell.scroll_into_view_if_needed()
        cell.hover()
        cell.locator(".md-code__button").click()
        page.wait_for_function("window.copied")
        copied = page.evaluate("window.copied")
    script = (TOY / "figures_src" / "saw.py").read_text(encoding="utf-8")
    assert copied.startswith("@dataclass(frozen=True)\nclass Result:")
    assert copied.strip() in script


@pytest.mark.parametrize(("half", "frame"), [("", "说明是英文"), ("en/", "those of the source")])
def test_the_reference_is_english_in_a_frame_of_either_language(built: Path, half, frame):
    html = article(built, f"{half}reference/mathematics")
    assert frame in html
    assert '<h3 id="rng-stream">' in html
    assert '<div class="dl-doc" lang="en"><pre class="dl-doc__head no-copy"><code>' in html
    assert "data-generated" not in html


def test_chapter_gallery_and_figure_lead_to_one_another(toy_site: Site):
    with toy_site.open("saw/") as page:
        page.click(".dl-about > summary")
        page.click(".dl-about__files li:first-child a")
        page.wait_for_url("**/figures/saw/")
        page.click("article p a")
        page.wait_for_url("**/saw/#fig-saw")


def test_neighbours_are_those_of_the_gallery(chromium: Browser):
    with visited(ROOT / "site", chromium) as site, site.open("en/gallery/") as page:
        ways = page.eval_on_selector_all(".dl-card h3 a", "all => all.map(a => a.href)")
        page.goto(ways[1])
        page.click(".md-footer__link--next")
        page.wait_for_url(ways[2])
        page.click(".md-footer__link--prev")
        page.wait_for_url(ways[1])


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_the_navigation_of_a_chapter_does_not_list_every_figure(chromium: Browser, width):
    with visited(ROOT / "site", chromium) as site, site.open("folding/", width) as page:
        links = page.locator(".md-nav--primary a[href*='figures/']")
        expect(links).to_have_count(1)
    with visited(ROOT / "site", chromium) as site:
        name = "figures/folding_doubles_pieces/"
        with site.open(name, width) as page:
            shown = page.locator(".md-nav--primary a.md-nav__link[href*='../']")
            assert "../folds_cost_fewer_parameters/" in shown.evaluate_all(
                "all => all.map(a => a.getAttribute('href'))"
            )


@pytest.mark.parametrize("half", ["", "en/"])
def test_the_search_holds_names_but_not_what_the_chapter_says(built: Path, half):
    docs = entries(built / half)
    made = [doc for doc in docs if doc.location.startswith(("figures/", "reference/"))]
    figures = [doc for doc in made if doc.location.startswith("figures/")]
    assert [doc.location for doc in figures] == ["figures/saw/"]
    assert "saw" in figures[0].text
    for told in ("2^", "Config", "dlbook run", "share"):
        assert told not in figures[0].text
    assert all(doc.boost < 1 for doc in made)
    assert any(doc.location == "reference/mathematics/#rng-stream" for doc in made)
    first = docs.index(made[0])
    assert docs[first:] == made, "they come after every page that somebody wrote"
