"""A bound reaches whoever reads as words: its side, its reason, and of what every case holds."""

import pytest

from dlbook.base.evidence import EVERY, at_least, at_most, between, equal
from dlbook.base.language import LANGUAGES
from dlbook.figures.judgements import bound_json
from dlbook.record.bound_words import bound_and_reason, bound_in_both, bound_words, is_every

WHY = ("二十次里十九次。", "19 of 20 runs.")
EXACT = {"mean": 1.0, "low": 1.0, "high": 1.0, "n": 72}
SAMPLED = EXACT | {"low": 0.9}


@pytest.mark.parametrize(
    ("bound", "zh", "en"),
    [
        (at_least(0.95, because=WHY), "至少 0.95", "at least 0.95"),
        (at_most(-0.25, because=WHY), "至多 −0.25", "at most −0.25"),
        (between(1.5, 2.5, because=WHY), "从 1.5 到 2.5", "from 1.5 to 2.5"),
        (equal(8, because=WHY), "恰好 8", "exactly 8"),
    ],
)
def test_a_bound_says_its_side_and_its_reason(bound, zh, en):
    written = bound_json(bound)
    assert [bound_words(written, lang) for lang in LANGUAGES] == [zh, en]
    assert bound_and_reason(written, "zh") == f"{zh}。理由：二十次里十九次。"
    assert bound_and_reason(written, "en") == f"{en}. Reason: 19 of 20 runs."


@pytest.mark.parametrize(
    ("estimate", "zh", "en"),
    [
        (EXACT, "全部 72 种情形都要成立。", "all 72 cases have to hold."),
        (EXACT | {"n": 2}, "两种情形都要成立。", "both cases have to hold."),
        (EXACT | {"n": 1}, "检验的那一种情形要成立。", "the one case has to hold."),
        (SAMPLED, "每一种情形要成立。", "every case has to hold."),
        (None, "每一种情形要成立。", "every case has to hold."),
    ],
)
def test_where_every_case_must_hold_the_cases_are_counted_and_need_no_reason(estimate, zh, en):
    every = bound_json(EVERY)
    assert is_every(every)
    assert [bound_and_reason(every, lang, estimate) for lang in LANGUAGES] == [zh, en]
    if estimate is EXACT:
        assert bound_words(every, "en", EXACT) == "all 72 cases"


def test_a_share_of_one_that_was_chosen_has_its_reason_and_is_not_every_case():
    chosen = bound_json(equal(1.0, because=WHY))
    assert not is_every(chosen)
    assert bound_and_reason(chosen, "en", estimate=EXACT) == "exactly 1. Reason: 19 of 20 runs."


def test_a_terminal_writes_numbers_its_own_way():
    bound = bound_json(between(-0.5, 1e-9, because=WHY))
    assert bound_words(bound, "en", write=lambda value: f"{value:g}") == "from -0.5 to 1e-09"


def test_a_bound_that_was_a_bare_number_is_told_as_it_was():
    assert bound_and_reason({"value": 0.5}, "en") == "0.5"


def test_of_a_claim_both_languages_are_given_and_of_a_remark_nothing():
    claim = {"verdict": "supported", "bound": bound_json(EVERY), "estimate": EXACT}
    assert bound_in_both(claim) == {
        "zh": "全部 72 种情形都要成立。",
        "en": "all 72 cases have to hold.",
    }
    assert bound_in_both({"verdict": None, "bound": None, "estimate": None}) is None
