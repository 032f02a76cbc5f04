import pytest

from dlbook.site.reading.source import Source
from dlbook.site.reading.typed_numbers import typed_numbers


def found(text: str) -> list[str]:
    return [str(problem) for problem in typed_numbers(Source(text, "x.md"))]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("误差是 0.578。", "0.578"),
        ("误差是−0.5。", "0.5"),
        ("达到 58%，", "58%"),
        ("达到 58 %。", "58 %"),
        ("达到 95%，", "95%"),
        ("共1024段", "1024"),
        ("1,024 pieces", "1,024"),
        ("大约 1.5×10⁻³", "1.5×10"),
        ("about 1e-3 of", "1e-3"),
        ("10⁻⁴", "10⁻⁴"),
        ("约 37 万个参数", "37 万"),
        ("some 3 million weights", "3 million"),
        ("| 三 | 512 |", "512"),
        ("# 折 100 次 {#a}", "100"),
        ("精度是 0,93。", "0,93"),
        ("about 3,14 of", "3,14"),
        ("精度约 .93，", ".93"),
        ("An accuracy of .93.", ".93"),
        ("63/64 的种子", "63/64"),
        ("约 10^-3", "10^-3"),
        ("共 12 000 个", "12 000"),
        ("a rise of 93 percentage points", "93 percentage points"),
        ("93 per cent of them", "93 per cent"),
        ("高了 93 个百分点", "93 个百分点"),
        ("百分之九十三的种子", "百分之九十三"),
    ],
)
def test_a_number_that_looks_like_a_result_is_found(text, number):
    (problem,) = found(f"上\n\n{text}")
    assert problem.startswith(f"x.md:3: '{number}' looks like a result; cite it as [[name.field]]")


@pytest.mark.parametrize(
    "text",
    [
        "折 3 次，12 个神经元，第 2 章",
        "[[saw.teeth]] 和 [[saw.share|.3]]",
        r"$0.5$、\(100\)、" + "\n\n$$\n0.25\n$$",
        "`0.5` 和\n\n```\n0.578\n```",
        "1989 年，2024-05-01",
        "Source E §8.1，A25、v1.25、x_100",
        "https://a.example/0.578/1000 和 [这里](https://a.example/1000)",
        "arXiv:1602.04485，doi:10.1007/BF02551274，10.1162/neco.1997.9",
        "要有 Python 3.11 以上，以 CC BY 4.0 授权",
        "方括号里是 95% **置信区间**; the 95% confidence interval",
        "## 标题 {#h1000}",
        "<!-- 0.578 -->",
        "1,2,3 和 11,12,13；输入 0,1；(0,1)",
        "3/4 的区间，24/7, 2024/05/01, and/or",
        "1989 1990，种子 000 001，第 3 层 12 个",
        "完全的（百分之百）、百分之几、…… .gitignore，v.25、a.9",
        "## 来源 {#sources}\n\nMontúfar 2014, pp. 2924–2932",
    ],
)
def test_a_number_that_is_no_result_is_left_alone(text):
    assert found(text) == []


def test_the_section_of_sources_ends_with_the_next_heading_of_its_level():
    text = "## 来源 {#sources}\n\n### 书\n\n512\n\n## 结尾 {#end}\n\n513"
    assert [problem.split("'")[1] for problem in found(text)] == ["513"]


@pytest.mark.parametrize(
    ("text", "constant"),
    [("共 0,93。", "$0.93$"), ("63/64 of", "$63/64$"), ("1,024 个", "$1,024$")],
)
def test_a_constant_is_shown_as_the_formula_that_it_may_be(text, constant):
    assert found(text)[0].endswith(f"as a formula, {constant}")
