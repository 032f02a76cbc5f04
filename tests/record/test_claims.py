from dataclasses import FrozenInstanceError

import pytest

from dlbook.base.evidence import Estimate, Verdict
from dlbook.record.claims import Claim

GOOD = {
    "id": "A25",
    "source": "seed 000 §6",
    "statement": ("折叠 k 次得 2^k 段。", "k folds give 2^k pieces."),
    "kind": "theorem",
    "judge": lambda res: Verdict("supported", Estimate(1, 1, 1, res), 1),
    "quantity": ("成立的比例", "share of cases that hold"),
    "truth": ("恰为 2^k。", "Exactly 2^k."),
}


@pytest.mark.parametrize(
    ("name", "row"), [("A25", "A25"), ("A25/pieces", "A25"), ("C24c", "C24c"), ("C24c/a-b", "C24c")]
)
def test_a_claim_knows_its_catalogue_row(name, row):
    claim = Claim(**GOOD | {"id": name})
    assert (claim.id, claim.row) == (name, row)


def test_a_claim_is_judged_on_a_result():
    assert Claim(**GOOD).judge(7).estimate.n == 7


@pytest.mark.parametrize(
    "name", ["", "A5", "a25", "A256", "A25C", "A25/", "A25/Pieces", "A25/a/b", "A25 "]
)
def test_an_id_unlike_those_of_the_catalogue_is_refused(name):
    with pytest.raises(ValueError, match=f"claim id '{name}' is not like 'A25' or 'A25/pieces'"):
        Claim(**GOOD | {"id": name})


@pytest.mark.parametrize(
    "kind", ["theorem", "construction", "finding", "cited", "analogy", "definition"]
)
def test_the_six_kinds_are_known(kind):
    assert Claim(**GOOD | {"kind": kind}).kind == kind


def test_another_kind_is_refused():
    with pytest.raises(ValueError, match="claim A25: kind 'opinion' is not in"):
        Claim(**GOOD | {"kind": "opinion"})


@pytest.mark.parametrize("field", ["statement", "quantity", "truth", "control"])
@pytest.mark.parametrize("pair", [("只有中文", ""), ("", "English only"), ("one",), ()])
def test_a_text_in_one_language_only_is_refused(field, pair):
    with pytest.raises(ValueError, match=rf"claim A25: '{field}' needs a \(zh, en\) pair"):
        Claim(**GOOD | {field: pair})


def test_a_control_may_be_absent_or_a_pair():
    assert Claim(**GOOD).control is None
    assert Claim(**GOOD | {"control": ("对照", "control")}).control == ("对照", "control")


def test_a_claim_cannot_be_changed_afterwards():
    claim = Claim(**GOOD)
    with pytest.raises(FrozenInstanceError):
        claim.kind = "finding"
