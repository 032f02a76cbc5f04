"""Every letter that a chapter's formulas use stands in the list of notation."""

import re

import pytest

from dlbook.site.reading.chapter_order import read_chapters
from tests.site.conftest import ROOT

CHAPTERS = [chapter.name for chapter in read_chapters(ROOT)[0]]
_GREEK = r"\\(alpha|beta|gamma|delta|varepsilon|epsilon|lambda|sigma|ell|theta)\b"


def letters(text: str) -> set[str]:
    """The letters that stand for something in the formulas of a page."""
    found: set[str] = set()
    for inline, display in re.findall(r"\\\((.*?)\\\)|\$\$(.*?)\$\$", text, re.DOTALL):
        formula = re.sub(r"\[\[.*?\]\]", "", inline or display)
        formula = re.sub(r"\\label\{.*?\}|\\(?:mathrm|text|begin|end)\{.*?\}", " ", formula)
        found |= set(re.findall(_GREEK, formula))
        formula = re.sub(r"\\[A-Za-z]+", " ", formula)
        found |= set(re.findall(r"(?<![A-Za-z])[A-Za-z](?![A-Za-z])", formula))
    return found


def listed(lang: str) -> dict[str, set[str]]:
    """By section of the list, the letters that it explains."""
    text = (ROOT / "docs" / lang / "notation.md").read_text(encoding="utf-8")
    parts = re.split(r"^## .*\{#([\w-]+)\}$", text, flags=re.MULTILINE)
    rows = (re.findall(r"^\| (\\\(.*?) \|", part, re.MULTILINE) for part in parts[2::2])
    return {name: letters(" ".join(row)) for name, row in zip(parts[1::2], rows, strict=True)}


@pytest.mark.parametrize("chapter", CHAPTERS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_letter_of_a_chapter_is_explained(lang, chapter):
    known = listed(lang)
    used = letters((ROOT / "docs" / lang / f"{chapter}.md").read_text(encoding="utf-8"))
    assert len(used) > 1
    assert sorted(used - known["everywhere"] - known[f"of-{chapter}"]) == []


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_nothing_is_listed_that_a_chapter_does_not_use(chapter):
    used = letters((ROOT / "docs" / "en" / f"{chapter}.md").read_text(encoding="utf-8"))
    assert sorted(listed("en")[f"of-{chapter}"] - used) == []
