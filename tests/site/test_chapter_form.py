"""A chapter begins with a question and a bet, and ends with what to take away."""

import re

import pytest

from dlbook.site.reading.chapter_order import read_chapters
from tests.site.conftest import ROOT

CHAPTERS = [chapter.name for chapter in read_chapters(ROOT)[0]]
BET = {
    "zh": ("**猜一猜。**", '??? success "揭晓"'),
    "en": ("**Bet.**", '??? success "What came out"'),
}


def sections(lang: str, chapter: str) -> dict[str, str]:
    text = (ROOT / "docs" / lang / f"{chapter}.md").read_text(encoding="utf-8")
    parts = re.split(r"^## .*\{#([\w-]+)\}$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize("chapter", CHAPTERS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_chapter_opens_with_a_bet_whose_answer_is_folded(lang, chapter):
    first = next(iter(sections(lang, chapter).items()))
    assert first[0] == "question"
    bet, answer = BET[lang]
    assert first[1].count(bet) == first[1].count(answer) == 1
    folded = first[1].partition(answer)[2]
    assert "[[" in folded.split("\n\n")[0]  # a result, not typed


@pytest.mark.parametrize("chapter", CHAPTERS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_chapter_ends_with_a_summary_before_its_exercises(lang, chapter):
    found = sections(lang, chapter)
    assert list(found)[-3:] == ["summary", "exercises", "sources"]
    points = re.findall(r"^- \*\*", found["summary"], re.MULTILINE)
    assert 3 <= len(points) <= 5


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_every_chapter_has_is_called_one_thing(lang):
    """A reader who knows one chapter finds the same sections in the next."""
    names: dict[str, set[str]] = {}
    for chapter in CHAPTERS:
        text = (ROOT / "docs" / lang / f"{chapter}.md").read_text(encoding="utf-8")
        for name, anchor in re.findall(r"^## (.*) \{#([\w-]+)\}$", text, flags=re.MULTILINE):
            names.setdefault(anchor, set()).add(name)
    common = ("limits", "summary", "exercises", "sources")
    assert {anchor: names[anchor] for anchor in common if len(names[anchor]) > 1} == {}
    asked = re.compile(r"^\d\. [（(]?(?:动手|运行|试跑|Run it|Run)\W", re.MULTILINE)
    found = {
        match
        for chapter in CHAPTERS
        for match in asked.findall(sections(lang, chapter)["exercises"])
    }
    assert {match[3:] for match in found} == {{"zh": "动手：", "en": "Run it:"}[lang]}


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_both_languages_have_the_same_sections(chapter):
    assert list(sections("zh", chapter)) == list(sections("en", chapter))


@pytest.mark.parametrize("chapter", CHAPTERS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_said_of_a_figure_stands_before_the_claims_that_it_judges(lang, chapter):
    """A section ends with its claims, and nothing is told after them."""
    placed = re.compile(r"^\[\[claims \w+\]\]$", re.MULTILINE)
    found = sections(lang, chapter)
    assert any(placed.search(text) for text in found.values())
    for anchor, text in found.items():
        after = placed.split(text)[1:]
        assert not after or after[-1].strip() == "", anchor


@pytest.mark.parametrize("chapter", CHAPTERS)
@pytest.mark.parametrize(("lang", "we"), [("zh", "我们"), ("en", "hat we found")])
def test_an_exercise_to_be_run_says_what_came_of_it(lang, we, chapter):
    parts = re.split(r'\?\?\? success "(.+)"', sections(lang, chapter)["exercises"])
    told = {
        title for title, text in zip(parts[1::2], parts[2::2], strict=True) if "`dlbook run" in text
    }
    assert told, "an exercise with a command"
    assert all(we in title for title in told), told


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_no_space_parts_a_character_from_a_link_that_begins_with_one(chapter):
    """An equation is called 式 (1), a figure 图 1."""
    text = (ROOT / "docs" / "zh" / f"{chapter}.md").read_text(encoding="utf-8")
    assert re.findall(r"[\u4e00-\u9fff] \[\[(?:eq|ref) [^]]*\]\]", text) == []
