from dlbook.record.records import Project
from dlbook.site.pages.exhibits import Exhibit, by_page, exhibits, own_page
from dlbook.site.reading.book import Book
from dlbook.site.reading.formulas import Typesetter
from dlbook.site.reading.shelf import Shelf
from dlbook.site.reading.source import Source
from tests.site.conftest import put_figure

PAGES = {
    "two.md": "[[figure bow]]\n\n[[figure saw]]\n\n[[figure whale]]",
    "one.md": "[[figure saw]]\n\n[[figure axe]]",
}


def test_figures_stand_where_they_are_shown_first_and_homeless_ones_last(project: Project):
    for name in ("axe", "bow", "ant"):
        put_figure(project.root, name)
    sources = {page: Source(text, page) for page, text in PAGES.items()}
    shown = exhibits(Book("en", Shelf(project), Typesetter(project), sources))
    assert shown == [
        Exhibit("bow", "two.md", 1),
        Exhibit("saw", "two.md", 2),
        Exhibit("axe", "one.md", 2),
        Exhibit("ant"),
    ]
    assert [(page, len(group)) for page, group in by_page(shown)] == [
        ("two.md", 2), ("one.md", 1), ("", 1)
    ]  # fmt: skip


def test_the_page_of_a_figure_has_its_name():
    assert own_page("saw") == "figures/saw.md"
