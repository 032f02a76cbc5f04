"""The home page counts what was judged, and apart from it what cannot be."""

import re
from typing import Any

from dlbook.record.records import Project
from dlbook.site.pages.entries import entries
from dlbook.site.pages.facets import VERDICT, facets
from dlbook.site.pages.tally import tally
from dlbook.site.reading.book import Book, Place
from dlbook.site.reading.formulas import Typesetter
from dlbook.site.reading.shelf import Shelf
from dlbook.site.reading.source import Source
from tests.site.conftest import RECORD, put_figure

PAGES = {"saw.md": Source("[[claims saw]]", "saw.md"), "claims.md": Source("[[ledger]]", "x")}
PLACE = Place("index.md", "", lambda page: f"{page.removesuffix('.md')}/")
NOTHING = dict.fromkeys(("verdict", "estimate", "bound", "quantity", "truth", "control"))


def remark(name: str, kind: str) -> dict[str, Any]:
    return {**RECORD["claims"][0], **NOTHING, "id": name, "kind": kind}


def book(project: Project, lang: str, pages: dict[str, Source] = PAGES) -> Book:
    claims = [*RECORD["claims"], remark("A01", "opinion"), remark("A02", "definition")]
    put_figure(project.root, "saw", {**RECORD, "claims": [*claims, remark("A03", "definition")]})
    return Book(lang, Shelf(project), Typesetter(project), pages)


def words(html: str) -> str:
    return re.sub(r"<svg.*?</svg>|<[^>]+>", " ", html)


def test_remarks_are_counted_each_kind_by_itself_and_add_to_no_verdict(project: Project):
    html = tally(book(project, "en"), PLACE).html
    judged, apart = (" ".join(words(row).split()) for row in html.split("</div>")[:2])
    assert judged == "2 claims, 1 figure 1 supported 1 refuted 0 inconclusive"
    assert apart == "No verdict, counted apart 2 definitions 1 opinion"
    assert "2 条定义" in " ".join(words(tally(book(project, "zh"), PLACE).html).split())


def test_every_count_leads_to_what_was_counted(project: Project):
    made = book(project, "zh")
    found = entries(made)
    (verdicts,) = (facet for facet in facets(made, found) if facet.name == VERDICT)
    links = re.findall(
        r'<a href="claims/\?verdict=(\w+)"><span[^>]*>(\d+)</span>', tally(made, PLACE).html
    )
    assert [choice for choice, _ in links] == [
        *("supported", "refuted", "inconclusive"),
        *("definition", "opinion"),
    ]
    for choice, number in links:
        assert sum(choice in verdicts.keys(entry) for entry in found) == int(number)
        assert choice in verdicts.labels or number == "0"


def test_a_book_without_a_ledger_counts_without_links(project: Project):
    pages = {"saw.md": PAGES["saw.md"]}
    assert "<a" not in tally(book(project, "en", pages), PLACE).html


def test_the_ledger_offers_all_remarks_together_and_each_kind(project: Project):
    made = book(project, "en")
    *_, verdicts = facets(made, entries(made))
    assert list(verdicts.labels) == ["supported", "refuted", "remark", "definition", "opinion"]
