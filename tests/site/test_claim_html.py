from xml.etree import ElementTree

from dlbook.record.records import Project
from dlbook.site.pages.claim_html import badge, claims_html
from dlbook.site.reading.formulas import Typesetter
from dlbook.site.reading.shelf import Shelf

VERDICTS = ("supported", "refuted", "inconclusive")


def said_in(source: str) -> str:
    return f"<b>{source}</b>"


def table(project: Project, lang: str) -> ElementTree.Element:
    html = claims_html(Shelf(project).figure("saw"), lang, Typesetter(project), said_in)
    return ElementTree.fromstring(html)


def cells(project: Project, lang: str, row: int) -> list[str]:
    found = table(project, lang).findall("tbody/tr")[row].findall("td")
    return ["".join(cell.itertext()) for cell in found]


def test_each_claim_has_a_row_that_can_be_linked_to(project: Project):
    rows = table(project, "zh").findall("tbody/tr")
    assert [row.get("id") for row in rows] == ["claim-A25-teeth", "claim-A26"]


def test_a_sampled_claim_shows_interval_seeds_and_bound(project: Project):
    assert cells(project, "en", 1) == [
        "Equally high.A26 · finding · Source A §6",
        "refuted",
        "share: 0.578 (95% CI 0.561–0.596), n\u00a0=\u00a08"
        "Bound: at least 0.9. Reason: A tenth can be seen.",
        "They differ.",
    ]
    assert cells(project, "zh", 1)[1:3] == [
        "不成立",
        "比例：0.578（95% 区间 0.561–0.596），n\u00a0=\u00a08"
        "界：至少 0.9。理由：差一成就看得出来。",
    ]


def test_a_claim_that_holds_in_every_case_says_so_and_shows_its_control(project: Project):
    assert cells(project, "zh", 0)[2] == "所占比例：全部 5 种情形都符合界：全部 5 种情形都要成立。"
    assert cells(project, "en", 0)[3] == "Exactly < so.Control: No fold."


def test_cells_know_their_heading_for_narrow_screens(project: Project):
    row = table(project, "en").find("tbody/tr")
    assert row is not None
    labels = [cell.get("data-label") for cell in row]
    heads = [head.text for head in table(project, "en").findall("thead/tr/th")]
    assert labels == heads == ["Claim", "Verdict", "Evidence", "What is true"]


def test_a_verdict_is_icon_and_word_never_colour_alone():
    icons = {badge(verdict, "en").split("<path")[1].split("</svg>")[0] for verdict in VERDICTS}
    assert len(icons) == 3
    words = [
        badge(verdict, "zh").removesuffix("</span>").split("</svg>")[1] for verdict in VERDICTS
    ]
    assert words == ["成立", "不成立", "未定"]
