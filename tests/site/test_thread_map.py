"""The plan of the book: chapters that are written are links, those to come are not."""

import re

from dlbook.record.records import Project
from dlbook.site.pages.thread_map import heart, thread_map
from dlbook.site.reading.chapter_entry import Chapter
from tests.site.test_chapter_cards import ONE, PLACE, book

THREAD = (
    Chapter("one", 1, about=("representable", "reachable")),
    Chapter("two", 2, about=("generalising",), title=("二", "Two & more"), question=("么", "Why?")),
)


def stations(html: str) -> list[str]:
    return re.findall(r"<li.*?</li>", html, re.S)


def test_what_is_written_is_a_link_and_what_is_to_come_says_so(project: Project):
    piece = thread_map(book(project, thread=THREAD, one=ONE), PLACE)
    one, two = stations(piece.html)
    assert '<a href="one/">One <em>unit</em></a>' in one
    assert "What &amp; why?" in one
    assert [word in one for word in ("representable", "reachable", "generalising")] == [
        True, True, False,
    ]  # fmt: skip
    assert "<a" not in two
    assert all(words in two for words in ("Two &amp; more", "Why?", "to come"))
    assert piece.plain.startswith("1 of 2 chapters are written")
    assert "待写" in thread_map(book(project, "zh", THREAD, one=ONE), PLACE).html


def test_the_heart_says_three_words_and_leads_to_the_chapters_about_each(project: Project):
    piece = heart(book(project, thread=THREAD, one=ONE), PLACE)
    assert piece.plain == "representable ≠ reachable ≠ generalising"
    words = re.findall(r"<strong>(.*?)</strong>", piece.html)
    assert " ≠ ".join(words) == piece.plain
    assert piece.html.count('<a href="one/">') == 2
    chinese = heart(book(project, "zh", THREAD, one=ONE), PLACE)
    assert chinese.plain == "能表示 ≠ 能找到 ≠ 能泛化"
