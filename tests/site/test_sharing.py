"""Which card stands for a page: its own figure's, its chapter's, or the home page's."""

import pytest

from dlbook.record.records import Project
from dlbook.site.pages.sharing import shared_card
from dlbook.site.reading.book import Book
from dlbook.site.reading.chapter_entry import Chapter
from dlbook.site.reading.formulas import Typesetter
from dlbook.site.reading.shelf import Shelf
from dlbook.site.reading.source import Source
from tests.site.conftest import RECORD, put_figure

TITLES = {"saw": "Teeth double", "axe": "An \\(x\\) axe", "nut": "Nut"}


@pytest.fixture
def book(project: Project) -> Book:
    for name, title in TITLES.items():
        texts = {**RECORD["texts"], "title": {"zh": title, "en": title}}
        put_figure(project.root, name, {**RECORD, "texts": texts, "claims": []})
    pages = {
        "one.md": Source("# One {#one}\n\n[[figure saw]]\n\n[[figure axe]]\n", "one.md"),
        "index.md": Source("---\npicture: nut\n---\n# Home {#home}\n", "index.md"),
        "more.md": Source("# More {#more}\n\n[[figure axe]]\n", "more.md"),
        "words.md": Source("# Words {#words}\n", "words.md"),
    }
    thread = (Chapter("one", 1, picture="axe"),)
    return Book("en", Shelf(project), Typesetter(project), pages, ("one.md",), thread)


@pytest.mark.parametrize(
    ("uri", "name"),
    [
        ("one.md", "axe"),
        ("labs/one.ipynb", "axe"),
        ("more.md", "axe"),
        ("index.md", "nut"),
        ("words.md", "nut"),
        ("figures/saw.md", "saw"),
        ("reference/dlbook.md", "nut"),
    ],
)
def test_every_page_has_the_card_that_belongs_to_it(book: Book, uri: str, name: str):
    path, shows = shared_card(book, uri)
    assert path == f"figures/{name}.en.card.png"
    assert shows == {"saw": "Teeth double", "axe": "An x axe", "nut": "Nut"}[name]


def test_a_book_whose_home_has_no_picture_shares_pages_without_one(project: Project):
    pages = {"index.md": Source("# Home {#home}\n", "index.md")}
    assert shared_card(Book("zh", Shelf(project), Typesetter(project), pages), "x.md") == ("", "")
