"""What ``docs/chapters.yml`` may say of a chapter, and the one line about each slip."""

from pathlib import Path

import pytest

from dlbook.site.reading.chapter_entry import SIDES, Chapter
from dlbook.site.reading.chapter_order import read_chapters, read_thread
from tests.scripts import ROOT

PLAN = """\
- one
- two:
    about: [reachable]
    after: [one]
    picture: saw
- three:  # to come
    title: 三 | Three
    question: "“为什么”？ | Why: this?"
"""


def read(tmp_path: Path, text: str) -> tuple[list[Chapter], list[str]]:
    (tmp_path / "docs").mkdir(exist_ok=True)
    (tmp_path / "docs" / "chapters.yml").write_text(text, encoding="utf-8")
    found, problems = read_thread(tmp_path)
    return found, [str(problem) for problem in problems]


def test_an_entry_is_an_id_alone_or_with_what_belongs_to_no_language(tmp_path):
    assert read(tmp_path, PLAN) == (
        [
            Chapter("one", 1),
            Chapter("two", 2, about=("reachable",), after=("one",), picture="saw"),
            Chapter("three", 6, title=("三", "Three"), question=("“为什么”？", "Why: this?")),
        ],
        [],
    )
    assert [chapter.name for chapter in read_chapters(tmp_path)[0]] == ["one", "two"]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("about:", "abut:", "3: no key 'abut'; did you mean 'about'? there are about, after,"),
        ("reachable", "reached", "3: no side 'reached'; did you mean 'reachable'?"),
        ("[reachable]", "reachable", "3: 'about' is a list; write about: [reachable]"),
        ("[one]", "[three]", "2: 'two' comes after no chapter 'three'; there are one"),
        ("saw", "7", "5: 'picture' is not text; put it in quotes"),
        ("三 | Three", "三", "7: 'title' is said in both languages; write title: 中文 | English"),
        ("    title: 三 | Three\n", "", "7: 'three' is to come, and has no title;"),
        ("- one\n", "- one\n- two\n", "3: 'two' stands twice"),
        ("- one\n", "- one: []\n", "1: what is said of a chapter are lines of about, after,"),
        ("- one\n", "- {one: {}, four: {}}\n", "1: an entry is one id, alone or with"),
        ("- one\n", "- [one]\n", "1: an entry is one id, alone or with"),
        ("picture: saw", "after: [one]", "5: 'after' stands in line 4 already; keep one"),
        ("三 |", "<b>三</b> |", "7: 'title' is words only; write it without '<b>'"),
        ("| Three", "| Three &amp; more", "7: 'title' is words only; write it without '&amp;'"),
        ("Why: this", "[[saw.teeth]]", "8: 'question' is words only; write it without '[['"),
        ("为什么”", "为什么 | 吗”", "8: 'question' is said in both languages;"),
    ],
)
def test_a_slip_is_one_line_with_its_place(tmp_path, old, new, problem):
    assert old in PLAN
    found = read(tmp_path, PLAN.replace(old, new, 1))[1]
    assert any(each.startswith(f"docs/chapters.yml:{problem}") for each in found), found


def test_the_book_says_of_every_chapter_what_it_is_about_and_all_three_have_some():
    thread, problems = read_thread(ROOT)
    assert problems == []
    assert all(chapter.about for chapter in thread)
    assert {side for chapter in thread for side in chapter.about} == set(SIDES)
