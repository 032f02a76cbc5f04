"""Slips in the two configurations: one line each, with file, line and what to do."""

import logging
import shutil
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, TemplateNotFound
from mkdocs.config import load_config

from dlbook.site.building import config_warnings
from dlbook.site.building.config_check import config_problems
from dlbook.site.building.config_file import file_problems, place
from dlbook.site.building.template_problem import template_problem
from dlbook.site.reading.source import Source
from tests.site.conftest import ROOT, mkdocs

ZH, EN = "mkdocs.yml", "mkdocs.en.yml"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """The two configurations of the book, and what they name, to be spoilt."""
    for name in (ZH, EN):
        shutil.copy(ROOT / name, tmp_path)
    for name in ("dlbook", "docs", "figures_src", "registered", "grids", "results", "web"):
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


def spoil(root: Path, name: str, old: str, new: str) -> int:
    """Replace it, and return its line."""
    path = root / name
    text = path.read_text(encoding="utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text.count("\n", 0, text.index(old)) + 1


def test_the_configurations_of_the_book_are_in_order(book):
    assert file_problems(book) == []
    for name, lang in ((ZH, "zh"), (EN, "en")):
        assert config_problems(load_config(str(book / name)), lang) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "below", "message"),
    [
        (ZH, "site_name: ", "site_name: x\nsite_name: ", 1, "'site_name' stands in line 3 already"),
        (ZH, "  lang: zh\n  alternate", "  alternate", -3, "lang is missing in extra; write"),
        (ZH, "  lang: zh\n", "  lang: fr\n", 0, "extra.lang is 'zh' in this file"),
        (EN, "extra:\n  lang: en", "extra:\n  lang: zh", 1, "extra.lang is 'en' in this file"),
        (ZH, "markdown: {lang: zh}", "markdown: {lang: en}", 0, "markdown.lang is 'zh' in this"),
        (EN, "site_name: Why deep\n", "", -2, "site_name is missing; write the title of the Eng"),
        (EN, "INHERIT: mkdocs.yml", "INHERIT: mkdoc.yml", 0, "from the other; write INHERIT"),
        (EN, "docs_dir: docs/en", "docs_dir: [docs/en", 2, "not valid YAML"),
        (EN, "theme:", "? [a]\n: 1\ntheme:", 0, "a key is a word; this is none"),
    ],
)
def test_a_slip_in_a_file_is_told_with_its_line(book, name, old, new, below, message):
    line = spoil(book, name, old, new) + below
    (found,) = file_problems(book)
    assert str(found).startswith(f"{name}:{line}: "), found
    assert message in found.message


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        (ZH, "  gen-files: {scripts", "  #", "the plugin 'gen-files' is missing"),
        (ZH, "building/generate.py]", "building/finder.py]", "gen-files does not run"),
        (ZH, "docs_dir: docs/zh", "docs_dir: docs/en", "the pages of this half are in docs/zh"),
        (ZH, "permalink_title: 此处的链接, ", "", "toc lacks permalink_title"),
        (ZH, "language: zh-Hans", "language: zh-Hanz", "has no language 'zh-Hanz'"),
        (ZH, "anchors: warn", "anchors: ignore", "'ignore' would publish dead links"),
        (ZH, ", label: Read this page in English", "", "extra.alternate lacks 'label'"),
        (ZH, "  generator: false", "  generater: false", "did you mean 'generator'?"),
        (ZH, "navigation.footer", "navigation.foter", "did you mean 'navigation.footer'?"),
        (ZH, "  - docs/terms.yml\n", "", "'docs/terms.yml' is missing, and a server would not"),
        (ZH, "  footnotes: {}\n", "", "'footnotes' is missing, and pages use it; list it"),
        (ZH, "docs_dir:", "use_directory_urls: false\ndocs_dir:", "links of the book end in '/'"),
        (ZH, "docs_dir:", "exclude_docs: folding.md\ndocs_dir:", "every page is part of the book"),
    ],
)
def test_what_the_book_needs_of_mkdocs_is_told_with_its_line(book, name, old, new, message):
    line = spoil(book, name, old, new)
    (found,) = config_problems(load_config(str(book / name)), "zh")
    assert message in found.message
    assert found.path == name
    above = (book / name).read_text(encoding="utf-8").splitlines()[found.line - 1 : line]
    missing = "is missing" in message  # told where the list begins
    assert found.line == line or (missing and not above[0].startswith(" "))


def test_a_name_is_found_within_what_the_one_before_holds(book):
    text = (book / ZH).read_text(encoding="utf-8").splitlines()
    for names, line in (
        (["validation", "links", "anchors"], "  links: {"),
        (["nope"], ""),
        (["nav", "gallery.md"], "      - gallery.md"),
        (["watch", "/elsewhere/docs/en"], "  - docs/en"),
    ):
        file, number = place(book, EN, names)
        assert text[number - 1].startswith(line)
        assert file == (ZH if line else EN)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("'naav': Unrecognised configuration name: naav", "no option 'naav'; did you mean 'nav'?"),
        ("'nav': Expected nav to be a list, got None", "got None; mend this value"),
        (
            "'markdown_extensions': Failed to load extension 'toc'.\n  File \"x\", line 1\n    y\n"
            "KeyError: 'nope'",
            "Failed to load extension 'toc'. It has no option 'nope'; mend this value",
        ),
    ],
)
def test_what_mkdocs_says_of_a_value_is_one_line_with_a_place(said, told, caplog):
    assert config_warnings.about_file
    logging.getLogger("mkdocs.config").error("Config value %s", said)
    (record,) = caplog.records
    assert record.getMessage().startswith("mkdocs.yml:")
    assert record.getMessage().endswith(told)
    assert "\n" not in record.getMessage()


def test_an_error_in_a_template_names_its_line(tmp_path):
    folder = tmp_path / "docs" / "overrides"
    folder.mkdir(parents=True)
    templates = Environment(loader=FileSystemLoader(folder))
    for text, message in (
        ("a\n{{ b.c.d }}", "docs/overrides/main.html:2: 'b' is undefined"),
        ("a\n\n{% if %}", "docs/overrides/main.html:3: Expected an expression"),
        ("{% include 'none.html' %}", "docs/overrides/main.html:1: there is no template 'none"),
    ):
        (folder / "main.html").write_text(text)
        with pytest.raises(Exception) as caught:  # noqa: PT011
            templates.get_template("main.html").render()
        assert str(template_problem(caught.value, tmp_path, [])).startswith(message)
    page = Source("---\ntitle: a\ntemplate: none.html\n---\n", "docs/en/a.md")
    with pytest.raises(TemplateNotFound) as missing:
        templates.get_template("none.html")
    found = template_problem(missing.value, tmp_path, [page])
    assert str(found).startswith("docs/en/a.md:3: there is no template 'none.html'")
    assert template_problem(KeyError("x"), tmp_path, [page]) is None
    (tmp_path / ZH).write_text("theme:\n  icon: material/sunn\n")
    icon = TemplateNotFound(".icons/material/sunn.svg")
    assert str(template_problem(icon, tmp_path, [])).startswith(
        "mkdocs.yml:2: the theme has no icon"
    )


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        (EN, "extra:\n", "plugins:\n  nonesuch: {}\nextra:\n", 'plugins: The "nonesuch" plugin'),
        (ZH, "site_url:", "naav: 3\nsite_url:", "MkDocs has no option 'naav'; did you mean 'nav'?"),
        (ZH, "docs_dir: docs/zh", "docs_dir: docs/cn", "docs_dir: The path"),
    ],
)
def test_a_quiet_strict_build_tells_it_and_publishes_nothing(toy, name, old, new, message):
    line = spoil(toy, name, old, new) + (name == EN)
    finished = mkdocs(toy, "build", "--strict", "--quiet")
    assert finished.returncode == 1
    assert f"{name}:{line}: {message}" in finished.stdout
    assert "Traceback" not in finished.stdout
    assert not (toy / "site").exists()


@pytest.mark.parametrize(
    ("new", "arguments"),
    [
        ("# none", ["--strict", "--quiet"]),
        ("hooks: []", []),
        ("hooks: [other.py]", ["--strict"]),
        ("# none", ["--config-file", EN]),
    ],
)
def test_without_the_hooks_one_line_says_so_and_the_site_is_left_alone(book, new, arguments):
    line = spoil(book, ZH, "hooks: [dlbook/site/hooks.py]", new)
    line = line if "hooks" in new else 1
    (book / "other.py").touch()
    (book / "site").mkdir()
    (book / "site" / "index.html").write_text("the book")
    finished = mkdocs(book, "build", *arguments)
    assert finished.returncode == 1
    (told,) = [each for each in finished.stdout.splitlines() if "ERROR" in each]
    assert f"{ZH}:{line}: hooks does not list dlbook/site/hooks.py, " in told
    assert [path.name for path in (book / "site").iterdir()] == ["index.html"]


def test_a_server_is_told_too_that_the_hooks_are_gone(book):
    line = spoil(book, ZH, "hooks: [dlbook/site/hooks.py]", "hooks: []")
    (found,) = file_problems(book)
    assert str(found).startswith(f"{ZH}:{line}: hooks does not list")
    (book / EN).write_text((book / EN).read_text("utf-8") + "hooks: []\n", encoding="utf-8")
    assert [problem.path for problem in file_problems(book)] == [EN, ZH]


def test_messages_of_mkdocs_without_a_place_are_told_beforehand(book):
    spoil(book, ZH, "  warnings: ", "  # ")
    (found,) = config_problems(load_config(str(book / ZH)), "zh")
    line = (book / ZH).read_text(encoding="utf-8").partition("\nextra:")[0].count("\n") + 2
    assert str(found).startswith(f"{ZH}:{line}: 'warnings' is missing")


@pytest.mark.parametrize("name", ["LICENSE", "docs/overrides/main.html", "docs/assets/book.css"])
def test_what_a_site_takes_as_it_is_and_is_no_text_is_told_with_its_line(tmp_path: Path, name: str):
    for file in ("LICENSE", "docs/overrides/main.html", "docs/assets/book.css"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text("sound\n", encoding="utf-8")
    (tmp_path / name).write_bytes("one\n章".encode("gb18030"))
    with pytest.raises(UnicodeDecodeError) as caught:
        (tmp_path / name).read_text(encoding="utf-8")
    found = template_problem(caught.value, tmp_path, [])
    assert str(found) == f"{name}:2: not UTF-8 (byte 0xd5); save the file as UTF-8"
