"""In a chapter a claim is one line, its verdict and what it says; what decided is folded below."""

from typing import Any
from xml.etree import ElementTree

from dlbook.record.records import Project
from dlbook.site.pages.claim_lines import claim_lines_html, in_order
from dlbook.site.reading.book import Book, Place
from dlbook.site.reading.formulas import Typesetter
from dlbook.site.reading.shelf import Shelf
from dlbook.site.reading.source import Source
from tests.site.conftest import RECORD, put_figure

PAGES = {"saw.md": "[[claims saw]]", "claims.md": "[[ledger]]"}
PLACE = Place("saw.md", "../", lambda page: f"../{page.removesuffix('.md')}/")


def lines(project: Project, lang: str, pages: dict[str, str] = PAGES) -> list[ElementTree.Element]:
    shelf = Shelf(project)
    book = Book(
        lang, shelf, Typesetter(project), {page: Source(text, page) for page, text in pages.items()}
    )
    html = claim_lines_html(shelf.figure("saw"), book, PLACE)
    return ElementTree.fromstring(html).findall("li/details")


def words(element: ElementTree.Element | None) -> str:
    assert element is not None
    return "".join(element.itertext())


def standing(verdict: str | None) -> dict[str, Any]:
    return {"id": str(verdict), "verdict": verdict}


def test_refuted_and_conditional_come_first_and_remarks_last():
    verdicts = ["supported", None, "inconclusive", "conditional", "refuted", "refuted"]
    ordered = [claim["verdict"] for claim in in_order([standing(each) for each in verdicts])]
    assert ordered == ["refuted", "refuted", "conditional", "inconclusive", "supported", None]


def test_a_line_says_the_verdict_and_the_statement_and_can_be_linked_to(project: Project):
    found = lines(project, "en")
    assert [line.get("id") for line in found] == ["claim-A26", "claim-A25-teeth"]
    assert [line.get("open") for line in found] == [None, None]
    assert words(found[0].find("summary")) == "refuted Equally high."


def test_evidence_bound_truth_and_control_unfold(project: Project):
    refuted, exact = (words(line.find("dl")) for line in lines(project, "en"))
    assert refuted == (
        "Evidenceshare: 0.578 (95% CI 0.561–0.596), n\u00a0=\u00a08"
        "Bound: at least 0.9. Reason: A tenth can be seen."
        "What is trueThey differ."
    )
    assert exact.endswith("Control: No fold.")
    zh = words(lines(project, "zh")[1].find("dl"))
    assert zh.startswith("证据所占比例：全部 5 种情形都符合界：全部 5 种情形都要成立。")


def test_a_line_leads_to_its_row_in_the_ledger_if_there_is_one(project: Project):
    note = lines(project, "en")[1].find("p")
    assert words(note) == "A25/teeth · construction · Source A §6 · in the ledger"
    assert [link.get("href") for link in note.findall("a")][1:] == ["../claims/#ledger-A25-teeth"]
    alone = lines(project, "en", {"saw.md": "[[claims saw]]"})[1].find("p")
    assert words(alone) == "A25/teeth · construction · Source A §6"


def test_the_number_of_a_claim_is_a_link_to_itself(project: Project):
    line = lines(project, "en")[1]
    first = line.find("p/a")
    assert first is not None
    assert (words(first), first.get("href")) == ("A25/teeth", f"#{line.get('id')}")


def test_a_remark_is_told_by_its_kind_and_has_no_evidence(project: Project):
    nothing = dict.fromkeys(("verdict", "estimate", "bound", "quantity", "truth", "control"))
    remark = {**RECORD["claims"][0], **nothing, "kind": "analogy"}
    put_figure(project.root, "saw", {**RECORD, "claims": [remark]})
    (line,) = lines(project, "en")
    assert words(line.find("summary")).startswith("analogy ")
    assert line.find("dl") is None


def test_a_registered_figure_says_when_the_bound_was_written_down(project: Project):
    mark = {"sha256": "0" * 64, "known": ["A26"]}
    put_figure(project.root, "saw", {**RECORD, "registered": mark})
    assert "with the outcome known" in words(lines(project, "en")[0].find("p"))
