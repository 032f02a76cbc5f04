from xml.etree import ElementTree

import pytest

from dlbook.record.records import Project
from dlbook.site.pages.entries import Entry, entries
from dlbook.site.pages.facets import Facet, facets, filters_html, sums_html
from dlbook.site.reading.book import Book
from dlbook.site.reading.formulas import Typesetter
from dlbook.site.reading.shelf import Shelf
from dlbook.site.reading.source import Source
from tests.site.conftest import RECORD, put_figure

SAW = "# 锯 \\(2^k\\) <&> {#saw}\n\n[[claims saw]]"


@pytest.fixture
def axe(project: Project) -> None:
    """A second figure, judged from a paper and from two sources, and shown on no page."""
    sources = {"X04": "Telgarsky 2015", "B01": "Source B; Source A §1"}
    first = RECORD["claims"][0]
    claims = [{**first, "id": claim, "source": said} for claim, said in sources.items()]
    put_figure(project.root, "axe", {**RECORD, "claims": claims})


def divided(project: Project, lang: str) -> tuple[list[Entry], tuple[Facet, Facet, Facet]]:
    pages = {"saw.md": Source(SAW, "saw.md")}
    book = Book(lang, Shelf(project), Typesetter(project), pages)
    found = entries(book)
    return found, facets(book, found)


def words(element: ElementTree.Element) -> str:
    return "".join(element.itertext())


def table(html: str) -> list[list[str]]:
    rows = ElementTree.fromstring(html).iter("tr")
    return [[words(cell) for cell in row] for row in rows]


def test_the_sums_count_verdicts_by_chapter_and_by_source(project: Project, axe):
    found, (by_chapter, by_source, _) = divided(project, "en")
    assert table(sums_html(by_chapter, found, "en")) == [
        ["Chapter", "supported", "refuted", "inconclusive", "Total"],
        ["锯 2^k <&>", "1", "1", "0", "2"],
        ["Not in a chapter yet", "2", "0", "0", "2"],
        ["Total", "3", "1", "0", "4"],
    ]
    assert table(sums_html(by_source, found, "en"))[1:] == [
        ["Source A", "2", "1", "0", "3"],
        ["Source B", "1", "0", "0", "1"],
        ["Papers, and this book", "1", "0", "0", "1"],
        ["Total", "3", "1", "0", "4"],  # a claim of two sources counts once
    ]


def test_every_heading_of_the_sums_says_what_it_heads(project: Project):
    found, (by_chapter, *_) = divided(project, "zh")
    heads = ElementTree.fromstring(sums_html(by_chapter, found, "zh")).iter("th")
    assert [head.get("scope") for head in heads] == ["col"] * 5 + ["row"] * 2


def test_the_filters_offer_what_there_is_with_counts(project: Project, axe):
    found, shown = divided(project, "zh")
    form = ElementTree.fromstring(filters_html(shown, found, "zh"))
    offered = {
        select.get("name"): [(o.get("value"), o.text) for o in select]
        for select in form.iter("select")
    }
    assert list(offered) == ["chapter", "source", "verdict", "order"]
    assert [value for value, _ in offered["order"]] == ["", "claim", "verdict", "evidence"]
    assert offered["chapter"][1:] == [
        ("saw", "锯 2^k <&>（2）"),
        ("unplaced", "还没有写进正文（2）"),
    ]
    assert offered["source"] == [
        ("", "全部（4）"),
        ("A", "Source A（3）"),
        ("B", "Source B（1）"),
        ("beyond", "论文与本书（1）"),
    ]
    assert offered["verdict"][1:] == [("supported", "成立（3）"), ("refuted", "不成立（1）")]
    assert [words(label)[:2] for label in form.iter("label")] == ["章全", "出处", "判定", "次序"]


def test_the_filters_say_how_many_claims_are_shown(project: Project):
    found, shown = divided(project, "en")
    status = ElementTree.fromstring(filters_html(shown, found, "en")).find("p")
    assert status.get("role") == "status"
    assert status.text == "2 of 2 claims shown"
    assert status.get("data-pattern") == "{shown} of 2 claims shown"
