"""The headings of both languages against ``docs/outline.yml``, where they stand side by side."""

import re

import pytest
import yaml

from dlbook.site.reading.source import Source
from tests.scripts import ROOT

OUTLINE = yaml.safe_load((ROOT / "docs" / "outline.yml").read_text(encoding="utf-8"))
PAGES = sorted(path.stem for path in (ROOT / "docs" / "zh").rglob("*.md"))


def headings(lang, page):
    path = f"docs/{lang}/{page}.md"
    return Source((ROOT / path).read_text(encoding="utf-8"), path).headings


def test_the_outline_lists_the_pages_there_are():
    assert sorted(OUTLINE) == PAGES


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_the_headings_of_a_page_are_those_of_the_outline(page, lang):
    expected = {anchor: pair[lang] for anchor, pair in OUTLINE[page].items()}
    found = {heading.anchor: heading.text for heading in headings(lang, page)}
    assert found == expected, "change docs/outline.yml too, and look at the other language"
    assert list(found) == list(expected), "the sections stand in another order"


@pytest.mark.parametrize("page", PAGES)
def test_chinese_headings_are_chinese_and_english_ones_are_not(page):
    for pair in OUTLINE[page].values():
        assert re.search(r"[\u4e00-\u9fff]", pair["zh"])
        assert not re.search(r"[\u3000-\u9fff\uff00-\uffef]", pair["en"])
