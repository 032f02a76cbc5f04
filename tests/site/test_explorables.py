"""What a page says of an explorable, and the scripts that it loads."""

import gzip
import re
import shutil
from pathlib import Path

import pytest

from dlbook.record.records import EXPLORABLE, Project
from dlbook.site.building import finder
from dlbook.site.pages import explorables, seed_map
from dlbook.site.pages.explorables import EXPLORABLES, Explorable, bundles, explorable_records
from dlbook.site.reading.shelf import Shelf
from tests.scripts import NAMES, ROOT, script
from tests.site.conftest import mkdocs, put_figure

# Bytes, compressed: the engine; an explorable with all it draws with, its look and the tools.
ENGINE, DRAWING = 13_000, 52_000
PAGES = ("zh", "en")


@pytest.fixture
def saws(monkeypatch: pytest.MonkeyPatch) -> None:
    """One explorable, of the toy figure."""
    saw = Explorable(("saw",), ("拉锯", "Saw & see"), ("拖动每个齿。", "Drag a <tooth>."))
    monkeypatch.setattr(explorables, "EXPLORABLES", {"saw": saw})


def give(project: Project, given: bytes) -> None:
    """Lay what a figure gives to its explorable where the engine would."""
    put_figure(project.root, content={EXPLORABLE: given})


@pytest.mark.usefixtures("saws")
def test_the_page_names_the_script_and_its_records_and_says_what_to_try(weave, project):
    give(project, b'{"teeth":[1,2]}\n')
    for lang, title, about in (
        ("zh", "拉锯", "拖动每个齿。"),
        ("en", "Saw &amp; see", "Drag a &lt;tooth&gt;."),
    ):
        text = weave("[[figure saw]]\n\n[[explore saw]]\n", lang).text
        assert 'id="explore-saw" aria-labelledby="explore-saw-title"' in text
        assert 'data-explore="saw" data-records="saw" data-root="../"' in text
        assert f'<h3 class="dl-explore__title" id="explore-saw-title">{title}</h3>' in text
        assert f">{about}</p>" in text


@pytest.mark.usefixtures("saws")
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[figure saw]]\n\n[[explore saw]]", "figure 'saw' gives 'saw' nothing; add explorable"),
        ("[[explore saw]]", "explorable 'saw' belongs to figure 'saw'; place it here too"),
        ("[[explore sew]]", "no explorable 'sew'; did you mean 'saw'?"),
        ("看 [[explore saw]]", "'[[explore saw]]' needs a line of its own"),
    ],
)
def test_a_misplaced_explorable_is_refused(weave, project, text, message):
    give(project, b"null\n")
    (problem,) = weave(text).problems
    assert message in str(problem)


@pytest.mark.usefixtures("saws")
def test_an_explorable_stands_once_on_a_page(weave, project):
    give(project, b"[1]\n")
    (problem,) = weave("[[figure saw]]\n\n[[explore saw]]\n\n[[explore saw]]").problems
    assert "stands on this page already" in str(problem)


def test_what_figures_give_is_published_as_scripts(project):
    assert explorable_records(Shelf(project)) == {}
    give(project, b'{"teeth":[1,2]}\n')
    ((path, content),) = explorable_records(Shelf(project)).items()
    assert path == "assets/explore/data/saw.js"
    assert content.endswith(b'["saw"]={"teeth":[1,2]};\n')


def test_every_explorable_stands_on_a_page_of_both_languages_below_its_figure():
    for name, found in EXPLORABLES.items():
        pages = {lang: placing(name, lang) for lang in PAGES}
        assert pages["zh"] == pages["en"] != [], name
        for lang in PAGES:
            text = (ROOT / "docs" / lang / pages[lang][0]).read_text(encoding="utf-8")
            assert text.index(f"[[figure {found.figures[0]}]]") < text.index(f"[[explore {name}]]")


def placing(name: str, lang: str) -> list[str]:
    folder = ROOT / "docs" / lang
    return [p.name for p in sorted(folder.glob("*.md")) if f"[[explore {name}]]" in p.read_text()]


def test_the_figures_of_every_explorable_give_it_something():
    for found in EXPLORABLES.values():
        for name in found.figures:
            assert callable(getattr(script(name), "explorable", None)), name


@pytest.mark.parametrize("name", EXPLORABLES)
def test_an_explorable_reads_the_records_that_the_page_loads_for_it(name):
    folder = ROOT / "web" / "src" / "explore"
    files = [folder / f"{name}.ts", *(folder / name).glob("*.ts")]
    quoted = {
        text for path in files for text in re.findall(r'"(\w+)"', path.read_text(encoding="utf-8"))
    }
    assert quoted & set(NAMES) == set(EXPLORABLES[name].figures)


@pytest.fixture(scope="module")
def bundled() -> dict[str, bytes]:
    return bundles(ROOT / "web")


def test_there_is_a_script_for_each_explorable_the_loader_and_the_engine_and_the_search(bundled):
    wanted = {*EXPLORABLES, seed_map.NAME, "loader", "engine"}
    explored = {f"assets/explore/{name}.js" for name in wanted}
    assert set(bundled) == {*explored, finder.DOOR, finder.FINDER}


def test_scripts_are_light(bundled):
    for path, content in bundled.items():
        weight = len(gzip.compress(content, mtime=0))
        assert weight < (ENGINE if path.endswith("/engine.js") else DRAWING), path


def test_scripts_name_no_other_host(bundled):
    for path, content in bundled.items():
        hosts = set(re.findall(rb"(?:https?:)?//[a-z0-9-]+\.[a-z][\w.-]*", content))
        assert hosts - {b"http://www.w3.org"} == set(), path


def test_a_mistake_in_a_script_is_told_with_its_line(tmp_path: Path):
    web = tmp_path / "web"
    shutil.copytree(ROOT / "web", web, ignore=shutil.ignore_patterns("node_modules"))
    (web / "node_modules").symlink_to(ROOT / "web" / "node_modules")
    (web / "src" / "explore" / "broken.ts").write_text("const a = 1;\nconst b = ;\n")
    with pytest.raises(explorables.BundleError, match=r"^web/src/explore/broken\.ts:2: Unexpected"):
        bundles(web)
    (web / "arithmetic" / "data.ts").write_text("export const a: f64 = ;\n")
    with pytest.raises(explorables.BundleError, match=r"^web/arithmetic/data\.ts:1: Expression"):
        bundles(web)


def test_a_record_without_a_type_is_told_with_its_line(tmp_path: Path):
    (tmp_path / "figures_src").mkdir()
    (tmp_path / "figures_src" / "saw.py").write_text("def explorable(res):\n    return {}\n")
    shutil.copytree(
        ROOT / "web", tmp_path / "web", ignore=shutil.ignore_patterns("node_modules", "records")
    )
    told = r"^figures_src/saw\.py:1: explorable\(res\) gives -> Explorable, a TypedDict$"
    with pytest.raises(explorables.BundleError, match=told):
        bundles(tmp_path / "web")


@pytest.mark.parametrize("absent", ["esbuild", "assemblyscript"])
def test_without_a_compiler_the_message_says_what_to_run(tmp_path: Path, absent: str):
    web = tmp_path / "web"
    shutil.copytree(ROOT / "web", web, ignore=shutil.ignore_patterns("node_modules"))
    (web / "node_modules").mkdir()
    for path in (ROOT / "web" / "node_modules").iterdir():
        if path.name != absent:
            (web / "node_modules" / path.name).symlink_to(path)
    with pytest.raises(explorables.BundleError, match=f"^{absent} is not installed; run make env"):
        bundles(web)


def test_a_site_with_a_broken_script_is_not_published(toy: Path):
    web = toy / "web"
    web.unlink()
    shutil.copytree(ROOT / "web", web, ignore=shutil.ignore_patterns("node_modules"))
    (web / "node_modules").symlink_to(ROOT / "web" / "node_modules")
    (web / "src" / "loader.ts").write_text("export const a = ;\n")
    finished = mkdocs(toy, "build", "--strict")
    assert finished.returncode == 1
    assert "web/src/loader.ts:1: Unexpected" in finished.stdout
    assert not (toy / "site").exists()


def test_the_words_of_both_languages_differ_in_script_only(project):
    for found in EXPLORABLES.values():
        for zh, en in (found.title, found.about):
            assert re.search(r"[\u4e00-\u9fff]", zh)
            assert not re.search(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]", en)
