from pathlib import Path

import pytest

from dlbook.record.records import Project
from dlbook.site.pages.glossary import glossary
from dlbook.site.reading.book import Book, Place
from dlbook.site.reading.formulas import Typesetter
from dlbook.site.reading.late import Piece
from dlbook.site.reading.shelf import Shelf
from dlbook.site.reading.source import Source

TERMS = """
- id: folding
  zh: 折叠
  en: folding
  pinyin: zhe die
  definition: {zh: 对折 < 再对折。, en: Fold < fold.}
- {id: relu, zh: ReLU, en: ReLU, pinyin: relu, definition: {zh: 乙。, en: B.}}
- {id: bias, zh: 偏置, en: bias, pinyin: pian zhi, definition: {zh: 丙。, en: C.}}
"""
PAGES = {
    "saw.md": "# 锯齿 \\(2^k\\) {#saw}\n\n折叠与 ReLU。Folding and ReLUs.",
    "glossary.md": "[[glossary]]",
    "other.md": "偏置 bias",
}


@pytest.fixture
def root(project: Project) -> Path:
    (project.root / "docs").mkdir()
    (project.root / "docs" / "terms.yml").write_text(TERMS, encoding="utf-8")
    return project.root


def made(root: Path, lang: str) -> Piece:
    project = Project(root)
    sources = {name: Source(text, name) for name, text in PAGES.items()}
    book = Book(lang, Shelf(project), Typesetter(project), sources, ("saw.md",))
    return glossary(book, Place("glossary.md", link="to/{}".format))


def test_terms_are_listed_as_their_language_sorts_them(root: Path):
    assert made(root, "zh").anchors == ("term-bias", "term-relu", "term-folding")
    assert made(root, "en").anchors == ("term-bias", "term-folding", "term-relu")


def test_an_entry_has_both_names_its_definition_and_the_chapters_that_use_it(root: Path):
    entries = made(root, "zh").html.split("<div ")
    assert entries[3].startswith(
        'id="term-folding"><dt><dfn>折叠</dfn> <span class="dl-glossary__other" lang="en">folding'
        "</span></dt><dd>对折 &lt; 再对折。"
    )
    assert '见 <a href="to/saw.md">锯齿 2^k</a>' in entries[3]
    assert "other.md" not in entries[1]
    assert "<a" not in entries[1]


def test_a_name_that_is_the_same_in_both_languages_is_not_said_twice(root: Path):
    assert "<dfn>ReLU</dfn> </dt>" in made(root, "en").html


def test_the_search_finds_each_term_by_its_names_and_its_definition(root: Path):
    sections = {section.anchor: section for section in made(root, "en").sections}
    assert sections["term-folding"].title == "folding"
    assert sections["term-folding"].text.startswith("Fold < fold. 折叠")
