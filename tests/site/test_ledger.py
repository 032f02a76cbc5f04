from typing import Any
from xml.etree import ElementTree

import pytest

from dlbook.record.records import Project
from dlbook.site.building.publish import published_figures
from dlbook.site.pages.ledger import ledger
from dlbook.site.reading.anchors import CLAIMS_DATA
from dlbook.site.reading.book import Book, Place
from dlbook.site.reading.formulas import Typesetter
from dlbook.site.reading.shelf import Shelf
from dlbook.site.reading.source import Source
from tests.site.conftest import RECORD, put_figure

PAGES = {"saw.md": "# 锯 \\(2^k\\) {#saw}\n\n[[figure saw]]\n\n[[claims saw]]"}
PLACE = Place("claims.md", "../", lambda page: f"../{page.removesuffix('.md')}/")


def made(project: Project, lang: str, pages: dict[str, str]) -> ElementTree.Element:
    sources = {page: Source(text, page) for page, text in pages.items()}
    piece = ledger(Book(lang, Shelf(project), Typesetter(project), sources), PLACE)
    assert piece.plain == ""
    html = ElementTree.fromstring(f"<div>{piece.html}</div>".replace("&nbsp;", " "))
    ids = [element.get("id") for element in html.iter("tr") if element.get("id")]
    assert sorted(piece.anchors) == sorted(ids)
    return html


def words(element: ElementTree.Element) -> str:
    return "".join(element.itertext())


def rows(html: ElementTree.Element) -> list[ElementTree.Element]:
    return [row for row in html.iter("tr") if row.get("data-verdict")]


@pytest.fixture
def axe(project: Project) -> None:
    """A second figure, judged from a paper and from two sources, and shown on no page."""
    claims: list[dict[str, Any]] = [
        {**RECORD["claims"][0], "id": "X04", "source": "Telgarsky 2015"},
        {**RECORD["claims"][0], "id": "B01", "source": "Source B; Source A §1"},
    ]
    put_figure(project.root, "axe", {**RECORD, "claims": claims})


def test_every_claim_has_a_row_that_scripts_can_sort_out(project: Project, axe):
    found = [
        tuple(row.get(f"data-{key}") for key in ("chapter", "source", "verdict"))
        for row in rows(made(project, "zh", PAGES))
    ]
    assert found == [
        ("saw", "A", "supported"),
        ("saw", "A", "refuted"),
        ("unplaced", "beyond", "supported"),
        ("unplaced", "B A", "supported"),
    ]


def test_a_row_says_what_is_true_and_leads_to_claim_figure_and_the_figures_page(project: Project):
    row = rows(made(project, "en", PAGES))[1]
    assert [words(cell) for cell in row] == [
        "Equally high.A26 · finding · Source A §6 · Figure 1 · The figure’s own page"
        " · bound written together with its result · #",
        "refuted",
        "share: 0.578 (95% CI 0.561–0.596), n\u00a0=\u00a0800.9"
        "Bound: at least 0.9. Reason: A tenth can be seen.",
        "They differ.",
    ]
    hrefs = [link.get("href") for link in row.iter("a")]
    assert hrefs == ["../saw/#claim-A26", "../saw/#fig-saw", "../figures/saw/", "#ledger-A26"]
    assert len(row.findall(".//svg[@role='img']")) == 1
    held = rows(made(project, "en", PAGES))[0]
    assert "all 5 cases" in words(held)
    assert held.findall(".//svg[@role='img']") == []


def test_claims_stand_under_the_title_of_their_page(project: Project, axe):
    html = made(project, "zh", PAGES)
    groups = [group for group in html.iter("tr") if group.get("class") == "dl-claims__group"]
    assert [words(group)[:2] for group in groups] == ["锯 ", "还没"]
    assert groups[0].find(".//a").get("href") == "../saw/"
    assert groups[1].find(".//a") is None
    homeless = rows(html)[2]
    assert [link.get("href") for link in homeless.iter("a")] == ["../figures/axe/", "#ledger-X04"]


def test_sums_are_folded_and_filters_stand_before_the_table(project: Project):
    html = made(project, "zh", PAGES)
    assert [child.tag for child in html] == ["details", "p", "div", "script", "table"]
    assert [child.tag for child in html[2]] == ["form", "nav"]
    assert html[0].get("open") is None
    captions = [words(caption) for caption in html[0].iter("caption")]
    assert captions == ["各章论断的判定", "各出处论断的判定"]
    names = [select.get("name") for select in html.iter("select")]
    assert names == ["verdict", "source", "chapter", "order"]


def test_ninety_claims_make_a_light_page(project: Project):
    claims = [{**RECORD["claims"][1], "id": f"A{number:02}"} for number in range(90)]
    put_figure(project.root, "saw", {**RECORD, "claims": claims})
    sources = {page: Source(text, page) for page, text in PAGES.items()}
    book = Book("zh", Shelf(project), Typesetter(project), sources)
    assert len(ledger(book, PLACE).html.encode()) < 200_000


def test_the_ledger_says_openly_which_bounds_entered_with_their_results(project: Project):
    html = made(project, "en", PAGES)
    assert "2 written together with their results, so that nothing proves" in words(html)
    assert all("bound written together with its result" in words(row) for row in rows(html))


def test_a_registered_bound_says_so_and_whether_its_outcome_was_known(project: Project):
    mark = {"sha256": "0" * 64, "known": [RECORD["claims"][1]["id"]]}
    put_figure(project.root, "saw", {**RECORD, "registered": mark})
    html = made(project, "zh", PAGES)
    fresh, known = rows(html)
    assert "界在运行前登记" in words(fresh)
    assert "当时已知道结果" not in words(fresh)
    assert "界在运行前登记，当时已知道结果" in words(known)
    assert "：1 条在运行前登记；1 条在运行前登记，但当时已知道结果。" in words(html)


def test_every_chapter_with_claims_can_be_jumped_to(project: Project, axe):
    html = made(project, "en", PAGES)
    jumps = [(link.get("href"), words(link)) for link in html.iter("a") if link.get("data-chapter")]
    assert [way for way, _ in jumps] == ["#claims-of-saw", "#claims-of-unplaced"]
    groups = [group for group in html.iter("tr") if group.get("class") == "dl-claims__group"]
    assert [f"#{group.get('id')}" for group in groups] == [way for way, _ in jumps]


def test_the_claims_can_be_had_as_data(project: Project):
    link = made(project, "en", PAGES).find("p[@class='dl-ledger-data']/a")
    assert link is not None
    assert link.get("href") == PLACE.root + CLAIMS_DATA
    assert CLAIMS_DATA in published_figures(Shelf(project))
