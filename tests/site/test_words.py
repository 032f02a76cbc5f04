import pytest

from dlbook.base.evidence import OUTCOMES
from dlbook.base.language import LANGUAGES
from dlbook.record.claims import Kind
from dlbook.site.reading.words import estimate, word


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_verdict_and_every_kind_of_claim_has_a_word(lang):
    words = [word(key, lang) for key in (*OUTCOMES, *Kind.__args__)]
    assert len(set(words)) == len(words)


def test_an_estimate_is_exact_or_has_an_interval_and_always_its_n():
    exact = {"mean": 8.0, "low": 8.0, "high": 8.0, "n": 3}
    assert estimate(exact, "en").replace("\u00a0", " ") == "8 (exact, n = 3)"
    sampled = {"mean": 0.578, "low": 0.561, "high": 0.596, "n": 8}
    shown = estimate(sampled, "zh").replace("\u00a0", " ")
    assert shown == "0.578（95% 区间 0.561–0.596），n = 8"
