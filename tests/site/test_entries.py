from typing import Any

from dlbook.record.records import Project
from dlbook.site.pages.entries import entries
from dlbook.site.reading.book import Book
from dlbook.site.reading.formulas import Typesetter
from dlbook.site.reading.shelf import Shelf
from dlbook.site.reading.source import Source
from tests.site.conftest import RECORD, put_figure


def record(*ids: str) -> dict[str, Any]:
    return {**RECORD, "claims": [{**RECORD["claims"][0], "id": claim} for claim in ids]}


def test_claims_stand_in_the_order_of_reading_and_homeless_ones_last(project: Project):
    put_figure(project.root, "axe", record("B01", "B02"))
    put_figure(project.root, "bow", record("C01"))
    pages = {
        "two.md": "[[figure saw]]\n\n[[figure axe]]\n\n[[claims axe]]\n\n[[claims saw]]",
        "one.md": "[[figure axe]]\n\n[[claims axe]]",
    }
    sources = {page: Source(text, page) for page, text in pages.items()}
    book = Book("zh", Shelf(project), Typesetter(project), sources)
    found = [(e.claim["id"], e.figure.name, e.page, e.number, e.chapter) for e in entries(book)]
    assert found == [
        ("A25/teeth", "saw", "two.md", 1, "two"),
        ("A26", "saw", "two.md", 1, "two"),
        ("B01", "axe", "two.md", 2, "two"),
        ("B02", "axe", "two.md", 2, "two"),
        ("C01", "bow", "", 0, "unplaced"),
    ]


def test_a_figure_that_stands_elsewhere_has_no_number_here(project: Project):
    sources = {"one.md": Source("[[claims saw]]", ""), "two.md": Source("[[figure saw]]", "")}
    book = Book("zh", Shelf(project), Typesetter(project), sources)
    assert {(entry.page, entry.number) for entry in entries(book)} == {("one.md", 0)}
    assert [entry.sources for entry in entries(book)] == [("A",), ("A",)]
    assert [entry.verdict for entry in entries(book)] == ["supported", "refuted"]
