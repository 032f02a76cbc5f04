import re

import pytest

from dlbook.site.reading.formula_text import tex_to_plain
from dlbook.site.reading.source import Source
from tests.site.conftest import ROOT


@pytest.mark.parametrize(
    ("tex", "plain"),
    [
        (r"\alpha^{2} x", "α^2 x"),
        (r"\text{齿数}(k) = 2^k", "齿数(k) = 2^k"),
        (r"\left(a,\, b\right)", "(a, b)"),
        (r"50\%", "50%"),
        (r"|v|\,\lVert w\rVert", "|v| ‖w‖"),
        (r"\tfrac12\bigl((x+y)^2\bigr)", "1/2((x+y)^2)"),
        (r"\frac{\partial L}{\partial w}", "(∂L)/(∂w)"),
        (r"\sum_{i\le n} 3\cdot x_i", "∑_(i≤n) 3·x_i"),
        (r"\max(a-\lambda/2, 0)", "max(a-λ/2, 0)"),
        (r"12\sin x + \log_2 n", "12 sin x + log_2 n"),
        (r"W^\top W", "W^T W"),
        (r"10^{-3} < e^{-x/2}", "10^-3 < e^(-x/2)"),
        (r"-\infty", "-∞"),
        (r"f'' = \sqrt{2} \sqrt{a+b}", "f'' = √2 √(a+b)"),
        (r"\binom{n}{2}", "C(n, 2)"),
        (r"\begin{aligned} a &= b\\ c &= d \end{aligned} \label{both}", "a = b c = d"),
        (r"\mathrm{ReLU}(x)\text{ 或 } \operatorname{sign} x", "ReLU(x) 或 sign x"),
    ],
)
def test_a_formula_can_be_said_in_a_line_of_text(tex, plain):
    assert tex_to_plain(tex) == plain


def test_no_formula_of_the_book_leaves_a_command_or_a_brace_of_a_group():
    names = {"sin", "log", "ln", "max", "min", "aligned", "cos", "exp", "arg", "tanh"}
    formulas = [
        token.body
        for path in (ROOT / "docs").glob("*/*.md")
        for token in Source(path.read_text(encoding="utf-8"), path.name).tokens
        if token.kind in ("display", "inline")
    ]
    assert len(formulas) > 100
    for tex in formulas:
        commands = set(re.findall(r"\\([A-Za-z]{2,})", tex)) - names
        said = tex_to_plain(tex)
        assert "\\" not in said, tex
        assert not commands & set(re.findall(r"[A-Za-z]+", re.sub(r"\\(text|mathrm)", "", said))), (
            tex
        )
