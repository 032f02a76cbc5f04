import pytest

from dlbook.site.reading.equation_numbers import numbered
from dlbook.site.reading.parity import first_difference
from dlbook.site.reading.source import Source

TWO = "$$\nx\n$$\n\n$$\ny\n\\label{second}\n$$\n\n中 $z$\n\n\\[\nw \\label{third}\n\\]\n"


def test_only_labelled_equations_are_numbered_in_the_order_of_the_page():
    inline = "中 $v\\label{inline}$\n\n"
    assert numbered(Source(inline + TWO, "a.md")) == {"second": 1, "third": 2}


def test_a_numbered_equation_has_an_anchor_and_its_number_is_a_link(weave):
    woven = weave(f"[[eq third]]、[[eq second]]\n\n{TWO}")
    assert woven.problems == []
    assert "[式\u00a0(2)](#eq-third)、[式\u00a0(1)](#eq-second)" in woven.text
    assert '<div class="dl-numbered" id="eq-third">' in woven.text
    assert 'href="#eq-third" aria-label="式\u00a0(2)">(2)</a></div>' in woven.text
    assert woven.text.count("dl-numbered__number") == 2
    assert "label" not in woven.text.replace("aria-label", "")
    assert [piece.anchors for piece in woven.pieces] == [(), ("eq-second",), (), ("eq-third",)]
    assert "[Eq.\u00a0(1)](#eq-second)" in weave(f"[[eq second]]\n\n{TWO}", "en").text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[eq secund]]", ":1: no equation 'secund'; did you mean 'second'?"),
        ("[[eq x]]", ":1: no equation 'x'; there are second, third"),
        ("$$\nv\\label{third}\n$$", "'\\label{third}' stands on this page already; rename one"),
        ("$$\nv\\label{a}\\label{b}\n$$", ":1: a formula has one number; leave one of its 2 \\lab"),
        ("$$\nv\\label{A b}\n$$", ":1: '\\label{A b}' is no name; use small letters, digits and -"),
        ("$v\\label{a}$", ":1: TeX 'v\\label{a}': "),
    ],
)
def test_a_mistake_is_one_line(weave, text, message):
    (problem,) = map(str, weave(f"{text}\n\n{TWO}").problems)
    assert message in problem


def test_labels_must_agree_in_both_languages():
    zh, en = Source(TWO, "zh.md"), Source(TWO.replace("third", "other"), "en.md")
    problem = first_difference(zh, en)
    assert problem is not None
    assert "label{third}" in str(problem)
