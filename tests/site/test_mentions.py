import random
import re

import pytest

from dlbook.site.reading import mentions
from dlbook.site.reading.mentions import Mentions, mentioned
from dlbook.site.reading.source import Source
from dlbook.site.reading.terms import Term


def term(name: str, zh: list[str], en: list[str], never: list[str] | None = None) -> Term:
    also = {"zh": tuple(zh[1:]), "en": tuple(en[1:])}
    stop = {"zh": tuple(never or ()), "en": tuple(never or ())}
    return Term(name, {"zh": zh[0], "en": en[0]}, {}, name, also, stop)


TERMS = [
    term("depth", ["深度"], ["depth"], ["深度学习"]),
    term("deep", ["深度网络"], ["deep network"]),
    term("unit", ["神经元", "单元"], ["unit", "neuron"], ["unit interval"]),
    term("hard", ["硬 sigmoid"], ["hard sigmoid"]),
    term("sigmoid", ["sigmoid"], ["sigmoid"]),
    term("bias", ["偏置"], ["bias"]),
    term("batch", ["小批量"], ["mini-batch", "mini batch"]),
]


@pytest.mark.parametrize(
    ("lang", "text", "found"),
    [
        ("zh", "深度网络的深度", [("深度网络", "deep"), ("深度", "depth")]),
        ("zh", "深度学习不等于深度", [("深度", "depth")]),
        ("zh", "单元，神经元", [("单元", "unit")]),
        ("zh", "硬 sigmoid 与 sigmoid", [("硬 sigmoid", "hard"), ("sigmoid", "sigmoid")]),
        ("zh", "sigmoids", []),
        ("zh", "深度学习", []),
        ("en", "unit intervals", []),
        ("en", "Units and Biases", [("Units", "unit"), ("Biases", "bias")]),
        ("en", "community, units", [("units", "unit")]),
        ("en", "the unit interval, a unit", [("unit", "unit")]),
        ("en", "deep\nnetworks, deep-network", [("deep\nnetworks", "deep")]),
        ("en", "hard sigmoids", [("hard sigmoids", "hard")]),
        ("en", "mini-batch", [("mini-batch", "batch")]),
    ],
)
def test_the_longest_form_is_found_the_first_time(lang, text, found):
    mentions = Mentions(TERMS, lang).find(text)
    assert [(text[start:end], term.id) for start, end, term in mentions] == found


def test_what_was_found_in_one_stretch_is_not_found_in_the_next():
    mentions = Mentions(TERMS, "en")
    assert len(list(mentions.find("a unit"))) == 1
    assert list(mentions.find("a unit")) == []


def test_without_terms_nothing_is_found():
    assert list(Mentions([], "zh").find("深度")) == []


def test_a_page_mentions_what_its_prose_says_but_not_headings_links_and_code():
    text = (
        "---\ntitle: bias\n---\n# The unit {#depth}\n\n[depth](sigmoid.md) `bias` \\(depth\\)\n"
        "A deep\nnetwork.\n"
    )
    assert mentioned(Source(text, "a.md"), TERMS, "en") == {"deep"}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_one_pass_finds_what_trying_every_form_everywhere_finds(lang):
    words = ["深度", "网络", "学习", "硬 ", "sigmoid", "unit", "s", "es", " ", "-", "\n", "deep",
             "Deep", "network", "interval", "mini", "batch", "bias", "NEURON", "，"]  # fmt: skip
    forms = [(form, each.id) for each in TERMS for form in each.forms(lang)]
    forms += [(phrase, "") for each in TERMS for phrase in each.never[lang]]
    forms.sort(key=lambda pair: -len(pair[0]))
    every = re.compile("|".join(mentions._pattern(form, lang) for form, _ in forms), re.I)
    draw = random.Random(lang)
    for _ in range(200):
        text = "".join(draw.choices(words, k=30))
        spans = [(m.start(), m.end(), forms[(m.lastindex or 1) - 1][1])
                 for m in every.finditer(text)]  # fmt: skip
        first = {each: (start, end) for start, end, each in reversed(spans) if each}
        found = {each.id: (start, end) for start, end, each in Mentions(TERMS, lang).find(text)}
        assert found == first, text
