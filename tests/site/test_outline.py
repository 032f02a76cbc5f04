"""The sections of both languages side by side, in a little book and in the book itself."""

import re

import pytest

from dlbook.site.reading.chapter_order import read_chapters, read_pages
from dlbook.site.reading.outline import outline
from tests.scripts import ROOT

CHAPTERS, _ = read_chapters(ROOT)
HEADINGS = [
    (lang, f"{source.path}:{heading.line}", heading.text)
    for lang in ("zh", "en")
    for source in read_pages(ROOT, lang, CHAPTERS).values()
    for heading in source.headings
]


@pytest.fixture
def book(tmp_path):
    pages = {
        "zh/saw.md": "# 锯齿 {#saw}\n\n## 一 ReLU {#one}\n\n## 二 {#two}\n",
        "en/saw.md": "# A saw {#saw}\n\n## One {#one}\n",
        "zh/axe.md": "# 斧 {#axe}\n",
    }
    for name, text in pages.items():
        path = tmp_path / "docs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "docs" / "chapters.yml").write_text("- saw\n")
    return tmp_path


def test_sections_stand_side_by_side_in_columns_and_what_is_lacking_is_marked(book):
    assert outline(book) == [
        "saw.md",
        "  #saw  锯齿       A saw",
        "  #one    一 ReLU    One",
        "  #two    二       –",
        "axe.md             –",
        "  #axe  斧         –",
    ]


def test_a_book_without_pages_has_no_outline(tmp_path):
    assert outline(tmp_path) == []


def test_the_outline_of_the_book_has_every_section_of_it():
    lines = outline(ROOT)
    assert len(HEADINGS) > 100
    assert len([line for line in lines if line.startswith("  #")]) == len(HEADINGS) / 2
    assert any("折一次，再折一次" in line and "Fold, and fold again" in line for line in lines)


@pytest.mark.parametrize(("lang", "place", "text"), HEADINGS)
def test_chinese_headings_are_chinese_and_english_ones_are_not(lang, place, text):
    if lang == "zh":
        assert re.search(r"[\u4e00-\u9fff]", text), place
    else:
        assert not re.search(r"[\u3000-\u9fff\uff00-\uffef]", text), place
