"""The keys of texts; ``tests/vectors/search.json`` holds the page's half to the same.

``python -m tests.site.test_search_words`` writes it anew, on purpose.
"""

import json
from pathlib import Path

import pytest

from dlbook.site.reading.search_words import head, part, plain_form, search_keys

VECTORS = Path(__file__).parent.parent / "vectors" / "search.json"
TEXTS = (
    "小批量与全批量：线性可分的数据。",
    "异或（XOR）＝ＸＯＲ；ｒｅｌｕ",
    "2ᵏ 段，x² + y²，W^T W，10⁻³，e^(-x/2)",
    "σ(Wx + b)，Σ，λ = −1，−∞，1−2，(x)-1，-0.5，A-1",
    "cross-entropy, one-hot, L2-norm, pre-activation, a-b",
    "folding_doubles_pieces A25/pieces e01c B04/certain",
    "x_1, x_i, w_10, θ_0, x_ij, max_1",
    "Poincaré, Sussmann’s, Héctor, naïve",
    "97.3%，1,024 粒，3.14，v1.2.3",
    "½ 与 ℝ 和 ﬁnd，㎏",
    "𝑥 and ‖w‖",
    "",
)


def vectors() -> dict[str, object]:
    return {
        "texts": [[text, plain_form(text), sorted(set(search_keys(text)))] for text in TEXTS],
        "parts": [
            [key, part(key, 128)]
            for key in ("批量", "量", "xor", "xnor", "x", "σ", "-1", "2^k", "∞", "crossentropy")
        ],
    }


def test_the_vectors_are_what_the_book_cuts():
    assert json.loads(VECTORS.read_text(encoding="utf-8")) == vectors()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("小批量", {"小批", "批量", "量"}),
        ("ＸＯＲ", {"xor"}),
        ("2ᵏ", {"2", "k", "2^k"}),
        ("W^T", {"w", "t", "w^t"}),
        ("−1", {"1", "-1"}),
        ("1−2", {"1", "2"}),
        ("10⁻³", {"10", "3", "10^-3"}),
        ("→ −∞", {"∞", "-∞"}),
        ("cross-entropy", {"cross", "entropy", "crossentropy"}),
        ("x_1", {"x", "1", "x1"}),
        ("folding_doubles", {"folding", "doubles"}),
        ("σ(z)", {"σ", "z"}),
        ("Poincaré", {"poincare"}),
    ],
)
def test_a_text_is_found_by(text, found):
    assert set(search_keys(text)) == found


def test_what_begins_alike_is_kept_together():
    assert head("批量") == head("批") == "批"
    assert part("unit", 128) == part("units", 128) == part("un", 128)


if __name__ == "__main__":
    VECTORS.write_text(json.dumps(vectors(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
