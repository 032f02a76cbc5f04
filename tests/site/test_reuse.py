"""What a build leaves for the next is taken where it was made from the same, nowhere else."""

import shutil
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

from dlbook.record.records import Project
from dlbook.site.building.reuse import BUNDLES, TEMPLATES, bundled_scripts, compiled_templates
from dlbook.site.pages import explorables
from tests.site.conftest import ROOT


@pytest.fixture
def web(tmp_path: Path) -> Path:
    """The scripts for the browser, with a list of packages, in a project of one's own."""
    ignored = shutil.ignore_patterns("node_modules", "records")
    shutil.copytree(ROOT / "web", tmp_path / "web", ignore=ignored)
    (tmp_path / "web" / "node_modules").mkdir()
    (tmp_path / "web" / "node_modules" / ".package-lock.json").write_text("{}")
    (tmp_path / "figures_src").mkdir()
    return tmp_path / "web"


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Each time that scripts are bundled, in place of bundling them."""
    times: list[Path] = []

    def bundled(web: Path) -> dict[str, bytes]:
        times.append(web)
        return {"a.js": f"“{len(times)}”".encode()}

    monkeypatch.setattr(explorables, "bundled", bundled)
    return times


def test_scripts_are_bundled_once_while_what_they_come_from_is_the_same(web, made):
    for _ in range(2):
        assert bundled_scripts(Project(web.parent)) == {"a.js": "“1”".encode()}
    assert made == [web]


@pytest.mark.parametrize(
    "name",
    [
        *("src/loader.ts", "arithmetic/lanes.ts", "build.mjs", "package.json", "src/new.ts"),
        "node_modules/.package-lock.json",
    ],
)
def test_whatever_they_come_from_has_them_bundled_anew(web, made, name):
    bundled_scripts(Project(web.parent))
    path = web / name
    before = path.read_bytes() if path.is_file() else b""
    path.write_bytes(before[:-1] + b"~")
    assert bundled_scripts(Project(web.parent)) == {"a.js": "“2”".encode()}
    path.rename(path.with_name("renamed.ts"))
    bundled_scripts(Project(web.parent))
    assert len(made) == 3


@pytest.mark.parametrize("damage", [b"", b"{", b"no mark\n{}"])
def test_a_damaged_entry_is_made_again(web, made, damage):
    project = Project(web.parent)
    bundled_scripts(project)
    entry = project.cache / BUNDLES
    entry.write_bytes(damage or entry.read_bytes()[:-2] + b" }")
    assert bundled_scripts(project) == {"a.js": "“2”".encode()}


def test_what_a_figure_gives_has_them_bundled_anew_and_its_fault_is_told(web, made):
    bundled_scripts(Project(web.parent))
    script = web.parent / "figures_src" / "saw.py"
    given = "class Explorable(TypedDict):\n    teeth: int\n\n\ndef explorable(res) -> Explorable:\n"
    script.write_text(f"from typing import TypedDict\n\n\n{given}    return Explorable(teeth=2)\n")
    bundled_scripts(Project(web.parent))
    assert len(made) == 2
    script.write_text("def explorable(res):\n    return {}\n")
    with pytest.raises(explorables.BundleError, match=r"^figures_src/saw\.py:1: explorable"):
        bundled_scripts(Project(web.parent))


def test_scripts_that_were_not_bundled_are_not_remembered(web, monkeypatch):
    def bundled(web: Path) -> dict[str, bytes]:
        raise explorables.BundleError("broken")

    monkeypatch.setattr(explorables, "bundled", bundled)
    for _ in range(2):
        with pytest.raises(explorables.BundleError, match="broken"):
            bundled_scripts(Project(web.parent))


def test_a_template_is_compiled_again_when_its_text_has_changed(tmp_path: Path):
    page = tmp_path / "page.html"

    def rendered() -> tuple[str, bool]:
        environment = Environment(loader=FileSystemLoader(tmp_path), autoescape=True)
        environment.bytecode_cache = compiled_templates(Project(tmp_path))
        compiled: list[str] = []
        compile_ = environment.compile
        environment.compile = lambda *of, **told: compiled.append(of[1]) or compile_(*of, **told)
        return environment.get_template("page.html").render(), bool(compiled)

    page.write_text("{{ 1 + 1 }}")
    assert [rendered(), rendered()] == [("2", True), ("2", False)]
    page.write_text("{{ 1 + 2 }}")
    assert rendered() == ("3", True)


def test_a_compiled_template_that_is_damaged_is_compiled_again(tmp_path: Path):
    """Some bits of the code of Python may flip without its refusing it."""

    def rendered() -> str:
        environment = Environment(loader=FileSystemLoader(tmp_path), autoescape=True)
        environment.bytecode_cache = compiled_templates(Project(tmp_path))
        return environment.get_template("page.html").render()

    (tmp_path / "page.html").write_text("one{{ 1 + 1 }} two")
    assert rendered() == "one2 two"
    (kept,) = (Project(tmp_path).cache / TEMPLATES).iterdir()
    sound = kept.read_bytes()
    assert b"one" in sound
    for damaged in (sound.replace(b"one", b"ond"), sound[:-9], sound.partition(b"\n")[2], b""):
        kept.write_bytes(damaged)
        assert rendered() == "one2 two"
        assert kept.read_bytes() == sound


def test_what_the_book_has_kept_is_what_it_would_bundle():
    """Of the build that stands: the scripts of the site are those that bundling gives now."""
    assert bundled_scripts(Project(ROOT)) == explorables.bundles(ROOT / "web")
