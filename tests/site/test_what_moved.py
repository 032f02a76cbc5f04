import re
from typing import Any

import pytest

from dlbook.record.moves import Move
from dlbook.record.records import Project
from dlbook.record.registrations import Registration
from dlbook.site.pages import what_moved as page
from dlbook.site.pages.what_moved import what_moved
from dlbook.site.reading.book import Book, Place
from dlbook.site.reading.book_moves import BookMoves, FigureMoves, Turn, book_moves
from dlbook.site.reading.formulas import Typesetter
from dlbook.site.reading.git_history import Commit, History
from dlbook.site.reading.late import Piece
from dlbook.site.reading.shelf import Shelf
from dlbook.site.reading.source import Source
from tests.site.conftest import RECORD

PLACE = Place("changes.md", "../", lambda path: f"../{path.removesuffix('.md')}/")
NOTHING = book_moves({}, {})
SAW = """# Saw {#saw}

[[figure saw]]

## Teeth {#teeth}

First \\(2^3\\). A **saw has [[saw.teeth]]** teeth, [see](axe.md), [[saw.share|%]] of
[[ref saw]]. Last.

- On every tooth \\(h = [[saw.counts[2]]]\\)
- nothing
"""
KEY = "0123456789abcdef" * 2 + "01234567"


@pytest.fixture
def told(project: Project, monkeypatch: pytest.MonkeyPatch):
    def shown(lang: str, history: History | None) -> Piece:
        monkeypatch.setattr(page, "read_history", lambda _: history)
        pages = {"saw.md": Source(SAW, "saw.md")}
        return what_moved(Book(lang, Shelf(project), Typesetter(project), pages), PLACE)

    return shown


def commit(moves: BookMoves, subject: str = "Turn & move") -> Commit:
    return Commit(KEY, "2026-01-04", subject, moves)


def in_saw(*moves: Move, turns: tuple[Turn, ...] = ()) -> BookMoves:
    return BookMoves({}, {}, (FigureMoves("saw", RECORD, turns, moves),))


def words(html: str) -> str:
    return re.sub(r"<svg.*?</svg>|<[^>]+>", "", html)


def test_a_commit_says_when_why_and_which(told):
    piece = told("zh", History((commit(in_saw(Move("values", "teeth", 8, 9))),), NOTHING, False))
    assert '<time datetime="2026-01-04">2026-01-04</time>' in piece.html
    assert '<span lang="en">Turn &amp; move</span>' in piece.html
    assert "<code>0123456</code>" in piece.html
    assert piece.anchors == ("commit-0123456789ab",)
    assert 'id="commit-0123456789ab"' in piece.html


@pytest.mark.parametrize(
    ("move", "zh", "en"),
    [
        (Move("values", "teeth", 8, 9), "teeth：8 → 9", "teeth: 8 → 9"),
        (Move("values", "list", [1], [1, 2]), "list：1 项 → 2 项", "list: list of 1 → list of 2"),
        (
            Move("claims", "A26", 0.9, 0.8, "bound.value"),
            "A26 的界：0.9 → 0.8",
            "bound of A26: 0.9 → 0.8",
        ),
        (
            Move(
                "claims",
                "A26",
                RECORD["values"]["share"],
                {**RECORD["values"]["share"], "n": 9},
                "estimate",
            ),
            "0.596），n\u00a0=\u00a08 → 0.578（95% 区间 0.561–0.596），n\u00a0=\u00a09",
            "estimate of A26: 0.578 (95% CI 0.561–0.596), n\u00a0=\u00a08 → ",
        ),
        (Move("values", "x", 0.123456, 0.123457), "x：0.123456 → 0.123457", "x: 0.123456 → 0.1234"),
    ],
)
def test_a_move_is_written_as_its_language_writes_it(told, move, zh, en):
    history = History((commit(in_saw(move)),), NOTHING, False)
    assert zh in words(told("zh", history).html)
    assert en in words(told("en", history).html)


def test_a_figure_leads_to_its_place_and_one_that_is_gone_does_not(told):
    gone: dict[str, Any] = {"texts": {"title": {"zh": "斧", "en": "Axe \\(2^k\\)"}}}
    moves = book_moves({"axe": gone, "old": {}}, {"saw": RECORD})
    html = told("en", History((commit(moves),), NOTHING, False)).html
    assert (
        '<li>New figures<ul><li><a href="../saw/#fig-saw">Teeth double</a></li></ul></li>' in html
    )
    assert "<li>Figures that are gone<ul><li>Axe <span" in html
    assert "<li>old</li>" in html


def test_a_verdict_that_turned_shows_both_badges(told):
    turns = (Turn("A26", "refuted", "supported"), Turn("A27", None, "inconclusive"))
    html = told("en", History((commit(in_saw(turns=turns)),), NOTHING, False)).html
    assert "“A26” was refuted; it is supported now. A26" in words(html)
    assert "Judged for the first time: 1“A27” is inconclusive. A27" in words(html)
    assert html.count("dl-verdict--") == 3


SAID = {**RECORD["claims"][1], "verdict": "supported"}


def turned(*turns: Turn, registration: str = "") -> BookMoves:
    return BookMoves({}, {}, (FigureMoves("saw", RECORD, turns, (), registration),))


def test_a_turn_says_which_statement_from_what_to_what_and_why(told, project: Project):
    path = project.root / "results" / "turned.yml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(
        "- {claims: [A26], from: refuted, to: supported, zh: 数错了。, en: It was miscounted.}\n",
        encoding="utf-8",
    )
    history = History((commit(turned(Turn("A26", "refuted", "supported", SAID))),), NOTHING, False)
    expected = "“Equally high.” was refuted; it is supported now. A26Why: It was miscounted."
    assert expected in words(told("en", history).html)
    assert "“一样高。”原判不成立，现判成立。 A26原因：数错了。" in words(told("zh", history).html)


def test_a_turn_that_a_later_registration_brought_has_its_reason(told):
    because = {"zh": "更严 <", "en": "stricter <"}
    first = Commit(KEY, "2026-01-04", "Register", NOTHING, {"saw": registration(because)})
    moves = turned(Turn("A26", "refuted", "supported", SAID), registration="0" * 64)
    html = told("en", History((commit(moves), first), NOTHING, False)).html
    assert "it is supported now. A26Why: stricter &lt;" in words(html)


def test_a_turn_without_a_reason_says_so(told):
    history = History((commit(turned(Turn("A26", "refuted", "supported", SAID))),), NOTHING, False)
    assert "Why: not said." in words(told("en", history).html)


def test_a_claim_that_is_a_remark_now_is_told_by_its_kind_and_one_that_is_gone_is_not(told):
    remark = {**SAID, "verdict": None, "kind": "analogy"}
    now = Turn("A26", "supported", None, remark)
    gone = Turn("A27", "supported", None, SAID, is_there=False)
    html = words(told("en", History((commit(turned(now, gone)),), NOTHING, False)).html)
    assert "was supported; it has no verdict any more (analogy). A26" in html
    assert "was supported; the claim is gone. A27" in html


def test_a_flood_of_numbers_is_counted(told):
    moves = [Move("values", f"list.{k}", 0, 1) for k in range(15)]
    html = told("zh", History((commit(in_saw(*moves)),), NOTHING, False)).html
    assert html.count("0 → 1") == 12
    assert "另有 3 个数也变了" in html


def test_what_is_not_committed_stands_first_and_says_so(told):
    pending = in_saw(Move("values", "teeth", 9, 10))
    html = told(
        "en", History((commit(in_saw(Move("values", "teeth", 8, 9))),), pending, False)
    ).html
    assert html.startswith('<h2 id="not-committed">Not yet committed</h2>')
    assert html.index("9 → 10") < html.index("8 → 9")


def test_a_copy_without_history_says_so_kindly(told):
    assert "不带 git 历史" in told("zh", None).html
    assert "without its git history" in told("en", None).html
    assert "Nothing has moved so far." in told("en", History((), NOTHING, False)).html
    assert "recent history only" in told("en", History((), NOTHING, True)).html


def registration(because: dict[str, str] | None) -> Registration:
    claim = {"bound": {"low": 0.5}}
    claims = {"A25/teeth": {**claim, "known": None}, "A26": {**claim, "known": "refuted"}}
    return Registration("0" * 64, {"config": {}, "claims": claims, "because": because})


@pytest.mark.parametrize(
    ("because", "lang", "told_as"),
    [
        (None, "zh", "运行之前登记：saw（A25/teeth、A26，当时已知道结果）"),
        (None, "en", "Registered before its runs: saw (A25/teeth, A26, outcome known)"),
        ({"zh": "更严 <", "en": "stricter <"}, "zh", "。理由：更严 &lt;"),
        ({"zh": "更严 <", "en": "stricter <"}, "en", "Registered anew: saw"),
        ({"zh": "更严 <", "en": "stricter <"}, "en", ". Why: stricter &lt;"),
    ],
)
def test_what_a_commit_registered_is_told_and_a_later_one_with_its_reason(
    told, because, lang: str, told_as: str
):
    entry = Commit(KEY, "2026-01-04", "Register", NOTHING, {"saw": registration(because)})
    assert told_as in words(told(lang, History((entry,), NOTHING, False)).html)


def moved_saw(**values: Any) -> BookMoves:
    """What moved when the record came to be as it is now, from these values."""
    return book_moves(
        {"saw": {**RECORD, "values": {**RECORD["values"], **values}}}, {"saw": RECORD}
    )


def test_a_sentence_whose_number_changed_is_told_as_it_reads_now(told):
    history = History((commit(moved_saw(teeth=7)),), NOTHING, False)
    html = told("en", history).html
    assert "A saw has <mark>8</mark> (was 7) teeth, see, 57.8% of Figure 1." in html
    assert 'href="../saw/#teeth"' in html
    assert "sentences with another number: 1." in words(html)
    assert "First" not in words(html)
    assert "Last" not in words(html)


def test_a_number_in_a_formula_changes_its_sentence_too(told):
    counts = {"along": [["k", [0, 1, 2, 3]]], "cells": [1, 2, 5, 8]}
    html = told("zh", History((commit(moved_saw(counts=counts)),), NOTHING, False)).html
    assert "1 句话里的数变了。" in words(html)
    assert html.count("<mark>") == 1
    assert "nothing" not in html


def test_a_number_that_moved_behind_its_last_printed_digit_changed_no_sentence(told):
    share = {**RECORD["values"]["share"], "mean": 0.5781}
    html = told("en", History((commit(moved_saw(share=share)),), NOTHING, False)).html
    assert "No sentence reads otherwise; numbers behind the figures moved." in words(html)
    assert "<mark>" not in html
    assert "share" in html.split("<details>")[1]


def test_what_moved_again_since_is_told_by_the_later_commit(told):
    between = {**RECORD, "values": {**RECORD["values"], "teeth": 7}}
    first = book_moves(
        {"saw": {**RECORD, "values": {**RECORD["values"], "teeth": 6}}}, {"saw": between}
    )
    second = book_moves({"saw": between}, {"saw": RECORD})
    html = told("en", History((commit(second), commit(first)), NOTHING, False)).html
    assert html.count("<mark>") == 1
    assert "(was 7)" in html


def test_fields_raw_numbers_and_the_commit_are_folded(told):
    html = told("en", History((commit(moved_saw(teeth=7)),), NOTHING, False)).html
    open_part, folded = html.split("<details>")
    assert "7 → 8" not in words(open_part)
    assert "teeth: 7 → 8" in words(folded)
    assert "0123456" not in words(open_part)
    assert "Turn &amp; move" in words(folded)


def test_a_claim_that_went_to_another_figure_is_told_once_and_only_if_its_verdict_changed(told):
    gone = Turn("A26", "refuted", None, SAID, is_there=False)
    figures = (
        FigureMoves("axe", {}, (gone,), ()),
        FigureMoves("saw", RECORD, (Turn("A26", None, "supported", SAID),), ()),
    )
    html = words(told("en", History((commit(BookMoves({}, {}, figures)),), NOTHING, False)).html)
    assert "verdicts that changed: 1." in html
    assert html.count("Equally high.") == 1
    same = (figures[0], FigureMoves("saw", RECORD, (Turn("A26", None, "refuted", SAID),), ()))
    html = words(told("en", History((commit(BookMoves({}, {}, same)),), NOTHING, False)).html)
    assert "Equally high." not in html
