import pytest

from dlbook.record.records import Project
from dlbook.site.pages.chapter_list import chapter_list
from dlbook.site.pages.weave import Weaver
from dlbook.site.reading.book import Book, Place
from dlbook.site.reading.formulas import Typesetter
from dlbook.site.reading.problems import PageError
from dlbook.site.reading.shelf import Shelf
from dlbook.site.reading.source import Source

ONE = "---\nsummary: 'one cut: what it says, in 3 ways.'\n---\n\n# One *unit* {#one}\n"
TWO = "---\nsummary: |-\n  two\n---\n\n# Two {#two}\n"


def book(project: Project, lang: str = "en", **pages: str) -> Book:
    texts = {"index.md": "[[chapters]]\n", **{f"{name}.md": text for name, text in pages.items()}}
    sources = {name: Source(text, f"docs/{lang}/{name}") for name, text in texts.items()}
    return Book(lang, Shelf(project), Typesetter(project), sources, ("two.md", "one.md"))


def test_every_chapter_is_listed_in_order_by_its_title_and_what_it_says_of_itself(project):
    made = book(project, one=ONE, two=TWO)
    assert chapter_list(made, Place("index.md")) == (
        "- [Two](two.md): two\n- [One *unit*](one.md): one cut: what it says, in 3 ways.\n"
    )
    assert "[Two](../two.md)：two" in chapter_list(book(project, "zh", one=ONE, two=TWO),
                                                   Place("more/list.md"))  # fmt: skip


def test_the_list_goes_through_markdown_as_if_it_had_been_written(project):
    made = book(project, one=ONE, two=TWO)
    source = Source("A:\n\n[[chapters]]\n\nB\n", "docs/en/index.md")
    woven = Weaver(made, source, Place("index.md"), hold=str).weave()
    assert (woven.problems, woven.pieces) == ([], [])
    assert woven.text.startswith("A:\n\n- [Two](two.md): two\n- [One")


@pytest.mark.parametrize(
    ("front", "message"),
    [
        ("", "docs/en/one.md needs 'summary: …' in its front matter"),
        ("---\nsummary: 7\n---\n", "docs/en/one.md needs 'summary: …' in its front matter"),
        ("---\nsummary: [\n---\n", "docs/en/one.md needs 'summary: …' in its front matter"),
        ("---\nsummary: right in 92 %\n---\n", "of docs/en/one.md is words only, no results"),
        ("---\nsummary: it is [[saw.teeth]]\n---\n", "of docs/en/one.md is words only"),
    ],
)
def test_a_chapter_that_says_nothing_or_results_is_refused_where_it_is_listed(
    project, front, message
):
    made = book(project, one=f"{front}# One {{#one}}\n", two=TWO)
    with pytest.raises(PageError, match="chapters") as caught:
        chapter_list(made, Place("index.md"))
    assert message in str(caught.value)
