import re

import pytest

from dlbook.record.records import Project
from dlbook.site.pages.chapter_cards import chapter_cards, picture_of
from dlbook.site.reading.book import Book, Place
from dlbook.site.reading.chapter_entry import Chapter
from dlbook.site.reading.formulas import Typesetter
from dlbook.site.reading.problems import PageError
from dlbook.site.reading.shelf import Shelf
from dlbook.site.reading.source import Source

FRONT = "---\nsummary: one cut, in 3 ways.\nquestion: What & why?\nneeds: To count.\n---\n\n"
ONE = f"{FRONT}# One *unit* {{#one}}\n\n[[figure saw]]\n"
TWO = "---\nsummary: |-\n  two\nquestion: Two?\nneeds: One.\n---\n\n# Two {#two}\n"
THREAD = (Chapter("two", 1), Chapter("one", 2, after=("two",)))
PLACE = Place("index.md", "", lambda page: f"{page.removesuffix('.md')}/")


def book(
    project: Project, lang: str = "en", thread: tuple[Chapter, ...] = THREAD, **pages: str
) -> Book:
    texts = {"index.md": "[[chapters]]\n", **{f"{name}.md": text for name, text in pages.items()}}
    sources = {name: Source(text, f"docs/{lang}/{name}") for name, text in texts.items()}
    chapters = tuple(chapter.page for chapter in thread if chapter.page in sources)
    return Book(lang, Shelf(project), Typesetter(project), sources, chapters, thread)


def cards(made: Book) -> list[str]:
    return re.findall(r'<li class="dl-card">.*?</li>', chapter_cards(made, PLACE).html, re.S)


def test_every_chapter_has_a_card_in_order_with_all_that_a_reader_asks(project):
    two, one = cards(book(project, one=ONE, two=TWO))
    assert '<a href="two/">Two</a>' in two
    assert "Read first" not in two
    assert '<a href="one/">One <em>unit</em></a>' in one
    for said in ("What &amp; why?", "one cut, in 3 ways.", "To count.", "about 5 minutes"):
        assert said in one
    assert '<dt>Read first</dt><dd><a href="two/">Two</a></dd>' in one
    assert "约 5 分钟" in cards(book(project, "zh", one=ONE, two=TWO))[0]


def test_a_card_shows_the_figure_that_the_list_names_or_the_first_on_the_page(project):
    two, one = cards(book(project, one=ONE, two=TWO))
    assert 'dl-picture--dark" src="figures/saw.en.dark.svg" alt="Teeth double"' in one
    assert "<img" not in two  # it has none
    named = (Chapter("one", 3, picture="saw"),)
    assert picture_of("one.md", book(project, thread=named, one=ONE)) == "saw"


def test_a_picture_of_another_page_is_refused_with_the_line_of_the_list(project):
    named = (Chapter("one", 3, picture="axe"),)
    with pytest.raises(PageError) as caught:
        chapter_cards(book(project, thread=named, one=ONE), PLACE)
    assert str(caught.value.problem) == (
        "docs/chapters.yml:3: 'axe' stands for 'one', whose page does not place it; name one of saw"
    )


@pytest.mark.parametrize("key", ["summary", "question", "needs"])
@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "docs/en/one.md needs '{key}: …' in its front matter"),
        ("7", "docs/en/one.md needs '{key}: …' in its front matter"),
        ("right in 92 %", "the {key} of docs/en/one.md is words only, no results"),
        ("it is [[saw.teeth]]", "the {key} of docs/en/one.md is words only"),
    ],
)
def test_a_chapter_that_says_nothing_or_results_is_refused_where_it_is_listed(
    project, key, text, message
):
    said = f"{key}: {text}\n" if text else ""
    page = re.sub(rf"{key}: .*\n", said, ONE)
    with pytest.raises(PageError, match="chapters") as caught:
        chapter_cards(book(project, one=page, two=TWO), PLACE)
    assert message.format(key=key) in str(caught.value)
