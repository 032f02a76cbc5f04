"""A verdict that changed has its reason: a registration's, or a line of ``results/turned.yml``."""

from pathlib import Path

import pytest

from dlbook.record.records import Project
from dlbook.site.reading.book_moves import Turn, book_moves
from dlbook.site.reading.git_history import read_history
from dlbook.site.reading.problems import PageError
from dlbook.site.reading.turn_reasons import TURNED, read_turn_reasons
from tests.site.conftest import RECORD, ROOT

LINE = "- {claims: [A26, B01], from: refuted, to: gone, zh: 重, en: Twice.}\n"


def read(root: Path, text: str):
    (root / TURNED).parent.mkdir(exist_ok=True)
    (root / TURNED).write_text(text, encoding="utf-8")
    return read_turn_reasons(root)


def test_one_reason_may_stand_for_several_claims(tmp_path: Path):
    why = {"zh": "重", "en": "Twice."}
    assert read(tmp_path, LINE) == {
        ("A26", "refuted", "gone"): why,
        ("B01", "refuted", "gone"): why,
    }


def test_no_file_is_no_reason(tmp_path: Path):
    assert read_turn_reasons(tmp_path) == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: 1", "turned.yml:1: not a list"),
        (LINE + "- {claims: [A26]}", "turned.yml:2: an entry is"),
        (LINE.replace("[A26, B01]", "A26"), "turned.yml:1: claims is a list of ids"),
        (LINE.replace("gone", "lost"), "turned.yml:1: 'lost' is no standing; use supported"),
        (LINE.replace("重", "''"), "turned.yml:1: a reason is a sentence in zh and in en"),
        (LINE.replace("refuted", "gone"), "turned.yml:1: 'gone' to 'gone' is no change; mend it"),
        (LINE + LINE, "turned.yml:2: claim A26 has a reason, refuted to gone, already; keep one"),
    ],
)
def test_a_line_that_is_none_is_told_with_its_place(tmp_path: Path, text, told):
    with pytest.raises(PageError, match=told.replace("[", r"\[")):
        read(tmp_path, text)


def test_a_link_that_leads_to_no_file_is_told(tmp_path: Path):
    (tmp_path / TURNED).parent.mkdir()
    (tmp_path / TURNED).symlink_to("nowhere.yml")
    with pytest.raises(PageError, match=r"turned\.yml:1: is a link that leads to no file"):
        read_turn_reasons(tmp_path)


def test_a_turn_is_looked_up_by_claim_and_by_how_it_stood_before_and_after():
    first, second = RECORD["claims"]
    remark = {**first, "verdict": None}
    before = {"saw": RECORD}
    after = {"saw": {**RECORD, "claims": [remark, {**second, "verdict": "supported"}]}}
    (figure,) = book_moves(before, after).figures
    assert [turn.key for turn in figure.turns] == [
        ("A25/teeth", "supported", "remark"),
        ("A26", "refuted", "supported"),
    ]
    (lost,) = book_moves(before, {"saw": {**RECORD, "claims": [first]}}).figures
    assert [turn.key for turn in lost.turns] == [("A26", "refuted", "gone")]
    assert lost.turns[0].said == second


def turns(project: Project) -> list[tuple[Turn, bool]]:
    """Every verdict that has changed in the book, and whether a registration says why."""
    history = read_history(project)
    if history is None:
        return []  # a copy without history has told nobody of a change
    every = (history.pending, *(commit.moves for commit in history.commits))
    return [
        (turn, figure.registration in history.reasons)
        for moves in every
        for figure in moves.figures
        for turn in figure.turns
        if turn.before is not None
    ]


def test_every_verdict_that_changed_has_its_reason_and_every_reason_its_change():
    found, reasons = turns(Project(ROOT)), read_turn_reasons(ROOT)
    unsaid = [turn.key for turn, registered in found if not registered and turn.key not in reasons]
    assert unsaid == [], f"write a line for each into {TURNED}"
    history = read_history(Project(ROOT))
    if history is not None and not history.is_cut:
        assert reasons.keys() <= {turn.key for turn, _ in found}, "it explains what did not change"
