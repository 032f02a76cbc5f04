"""One ``nav`` for both languages, and what follows from the list of chapters."""

from pathlib import Path

import pytest
import yaml
from mkdocs.config import load_config

from dlbook.record.records import Project
from dlbook.site.building.check import read_manuscript
from dlbook.site.building.navigation import filled
from tests.site.conftest import ROOT, put_figure

NAV = """\
site_name: x
nav:
  - 首页 | Home: index.md
  - 章节 | Chapters: "[[chapters]]"
  - 查阅 | Look up: [claims.md, more/terms.md]
  - 实验 | Labs: "[[labs]]"
"""
PAGES = ("index", "claims", "more/terms", "one", "two")
TEXTS = {"one": "\n[[figure saw]]\n"}


@pytest.fixture
def book(project: Project) -> Path:
    """A book of two chapters, the second of which has no figure."""
    for lang in ("zh", "en"):
        for page in PAGES:
            path = project.root / "docs" / lang / f"{page}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"# 甲 {{#{path.stem}}}\n{TEXTS.get(page, '')}", encoding="utf-8")
    (project.root / "docs" / "chapters.yml").write_text("# in order\n- two\n- one\n")
    (project.root / "mkdocs.yml").write_text(NAV, encoding="utf-8")
    (project.root / "mkdocs.en.yml").write_text("INHERIT: mkdocs.yml\n")
    return project.root


def navigation(root: Path, lang: str) -> object:
    nav = yaml.safe_load((root / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]
    return filled(nav, read_manuscript(root).books[lang])


def problems(root: Path) -> list[str]:
    return [str(problem) for problem in read_manuscript(root).problems]


def edit(root: Path, name: str, old: str, new: str) -> None:
    path = root / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_both_languages_list_the_chapters_in_their_order_and_labs_of_those_with_figures(book):
    assert problems(book) == []
    assert navigation(book, "en") == [
        {"Home": "index.md"},
        {"Chapters": ["two.md", "one.md"]},
        {"Look up": ["claims.md", "more/terms.md"]},
        {"Labs": ["labs/one.ipynb"]},
    ]
    assert [list(group) for group in navigation(book, "zh")] == [
        ["首页"], ["章节"], ["查阅"], ["实验"],
    ]  # fmt: skip


def test_a_line_that_moves_moves_the_chapter_everywhere(book):
    (book / "docs" / "chapters.yml").write_text("- one\n- two\n")
    assert navigation(book, "zh")[1] == {"章节": ["one.md", "two.md"]}
    assert list(read_manuscript(book).pages["en"])[:2] == ["one.md", "two.md"]


def test_a_group_without_pages_is_left_out_and_a_list_may_stand_without_a_group(book):
    (book / "docs" / "chapters.yml").write_text("[]\n")
    pages = read_manuscript(book).books["en"]
    assert filled(["[[chapters]]", {"实验 | Labs": "[[labs]]"}, "one.md"], pages) == ["one.md"]
    assert filled(None, pages) is None
    (book / "docs" / "chapters.yml").write_text("- one\n- two\n")
    pages = read_manuscript(book).books["en"]
    assert filled(["index.md", "[[chapters]]"], pages) == ["index.md", "one.md", "two.md"]


DISAGREEMENTS = [
    ("mkdocs.yml", '"[[chapters]]"', '["[[chapters]]", one.md]',
     "mkdocs.yml:4: 'one.md' is a chapter: docs/chapters.yml:3 lists it; remove it here"),
    ("mkdocs.yml", '"[[chapters]]"', '["[[chapters]]", labs/one.ipynb]',
     "mkdocs.yml:4: the build makes 'labs/one.ipynb'; write [[labs]] instead"),
    ("mkdocs.yml", "[[chapters]]", "[[chaptres]]",
     "mkdocs.yml:4: no list 'chaptres'; did you mean 'chapters'? there are chapters, labs"),
    ("mkdocs.yml", '  - 章节 | Chapters: "[[chapters]]"\n', "",
     'mkdocs.yml:2: nav has no place for chapters; add "[[chapters]]"'),
    ("mkdocs.yml", '  - 实验 | Labs: "[[labs]]"\n', "",
     'mkdocs.yml:2: nav has no place for labs; add "[[labs]]"'),
    ("mkdocs.yml", "[claims.md, ", "[claims.md, claims.md, ",
     "mkdocs.yml:5: 'claims.md' stands in nav already; keep one"),
    ("mkdocs.yml", "[claims.md, ", "[claims.md, clams.md, ",
     "mkdocs.yml:5: nav lists 'clams.md', but there is no docs/zh/clams.md"),
    ("mkdocs.yml", "首页 | Home", "首页",
     "mkdocs.yml:3: '首页' is not a name in both languages; write '中文 | English'"),
    ("mkdocs.yml", "claims.md, ", "",
     "docs/zh/claims.md:1: is neither a chapter (docs/chapters.yml) nor in nav (mkdocs.yml);"
     " list it in one"),
    ("mkdocs.en.yml", "\n", "\n\nnav: [index.md]\n",
     "mkdocs.en.yml:3: nav stands in mkdocs.yml, once for both languages; take it away here"),
    ("docs/chapters.yml", "- one\n", "",
     "docs/zh/one.md:1: is neither a chapter (docs/chapters.yml) nor in nav (mkdocs.yml);"
     " list it in one"),
    ("docs/chapters.yml", "- one", "- one\n- three",
     "docs/chapters.yml:4: chapter 'three' has no page; write docs/zh/three.md and"
     " docs/en/three.md, or take the line away and: dlbook new chapter three"),
    ("docs/chapters.yml", "- one", "- one\n- one", "docs/chapters.yml:4: 'one' stands twice"),
    ("docs/chapters.yml", "- one", "- one\n- {two: 2}",
     "docs/chapters.yml:4: what is said of a chapter are lines of about, after, picture, title,"
     " question"),
    ("docs/chapters.yml", "- one", "- one\n- The_Third",
     "docs/chapters.yml:4: 'The_Third' is no id; use lower-case letters, digits and single"
     " hyphens"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "line"), DISAGREEMENTS)
def test_lists_that_disagree_are_one_line_that_says_where(book, file, old, new, line):
    edit(book, file, old, new)
    assert problems(book) == [line]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("- [\n", "docs/chapters.yml:2: not valid YAML: "),
        ("one: 1\n", "docs/chapters.yml:1: not a list; write '- ID', one chapter to a line"),
        ("one\n", "docs/chapters.yml:1: not a list; "),
        ("", "docs/chapters.yml:1: not a list; "),
    ],
)
def test_a_list_that_is_none_is_told(book, text, line):
    (book / "docs" / "chapters.yml").write_text(text)
    assert any(problem.startswith(line) for problem in problems(book))


def test_a_page_in_one_language_is_told_once(book):
    (book / "docs" / "en" / "two.md").unlink()
    (book / "docs" / "en" / "alone.md").write_text("# A {#alone}\n")
    assert problems(book) == [
        "docs/en/alone.md:1: has no translation; write docs/zh/alone.md",
        "docs/zh/two.md:1: has no translation; write docs/en/two.md",
    ]


def test_a_book_without_a_nav_shows_every_page(book):
    (book / "mkdocs.yml").write_text("site_name: x\n")
    (book / "docs" / "chapters.yml").write_text("- one\n")
    assert problems(book) == []


def test_a_claim_of_two_figures_is_a_problem_of_the_book(book):
    put_figure(book, "rip")
    assert {line.partition(" is ")[0] for line in problems(book)} == {
        "figures_src/saw.py:1: claim 'A25/teeth'",
        "figures_src/saw.py:1: claim 'A26'",
    }


def test_the_two_configurations_of_the_book_share_one_list(monkeypatch):
    monkeypatch.chdir(ROOT)
    assert "nav:" not in (ROOT / "mkdocs.en.yml").read_text(encoding="utf-8")
    assert load_config("mkdocs.en.yml").nav == load_config("mkdocs.yml").nav
