"""What Markdown takes without a word. Each text is a slip that was shown as nobody meant it."""

import pytest

from dlbook.site.reading.slips import slips, text_slips
from dlbook.site.reading.source import Source
from tests.site.conftest import ROOT

SLIPS = [
    ("Here p<q and r>s hold.", 1, "HTML has no attribute 'and'"),
    ("若 p<q，则 $x>0$。", 1, "is no tag of HTML"),
    ("a<b and so on, c>d", 1, "HTML has no attribute 'and'"),
    ("x\ny a<i>c", 2, "<i> is never closed"),
    ("a<foo> b</foo>", 1, "is no tag of HTML"),
    ("a<b\nc>d", 1, "HTML has no attribute 'c'"),
    ("a <span clas='x'>b</span>", 1, "HTML has no attribute 'clas'"),
    ('x\n\n<div class="a">\n<span>\n\n</div>', 4, "<span> is never closed; close it before </div>"),
    ("a</em>", 1, "</em> closes nothing"),
    ("<script>alert(1)</script>", 1, "a page holds no <script>"),
    ('<b onclick="x()">a</b>', 1, "a page runs no program"),
    ('<a href="javascript:x()">a</a>', 1, "a page runs no program"),
    ('x\n<a href="folding.md">a</a>', 2, "a link that nobody checks, 'href'"),
    ("<img alt='x' src=../p.png>", 1, "a link that nobody checks, 'src'"),
    ("a\n\n<!-- b", 3, "'<!--' is never closed"),
    ("a\n\n```python\nx = 1\n", 3, "'```' is never closed"),
    ("> ~~~\n> x = 1\n", 1, "'~~~' is never closed"),
    ("［［figure saw］］", 1, "are not the book's brackets"),
    ("见【【ref saw】】。", 1, "are not the book's brackets"),
    ("见【[ref saw]】。", 1, "are not the book's brackets"),
    ("见［ref saw］。", 1, "has not the book's brackets"),
    ("共【saw.teeth】个", 1, "has not the book's brackets"),
    ("See [verdict A25].", 1, "has not the book's brackets"),
    ("[这里]（folding.md）", 1, "is not a link"),
    ("［这里］(folding.md)", 1, "is not a link"),
    ('a\n\n--8<-- "b.md"', 3, "includes nothing here"),
    ('=== "Tab"', 1, "means nothing here"),
    ("::: dlbook.site", 1, "means nothing here"),
    ("a {{ saw.teeth }} b", 1, "is no template here"),
    ("- [ ] do it", 1, "is no list of tasks"),
    ("*[SGD]: gradient descent", 1, "defines no abbreviation"),
    ("a ~~b~~", 1, "strikes nothing out"),
    ("a ==b==", 1, "marks nothing"),
    ("a :material-star: b", 1, "shows no icon"),
    ("＃＃ 标题", 1, "is no heading"),
    ("##标题 {#a}", 1, "lacks a blank"),
    ("a\n\n标题\n----\n", 4, "makes a heading of the text above"),
    ("价格是 ＄x＄", 1, "is a wide sign"),
    ("2*3*4 = 24", 1, "loses its stars"),
    ("n*m and\nk*l", 1, "loses its stars"),
    ("a **b", 1, "'**' is never closed"),
    ("a `b", 1, "'`' is never closed"),
    ("a[^nope] b", 1, "there is no footnote '[^nope]'"),
    ("a\n\n[^a]: b", 3, "no text refers to the footnote '[^a]'"),
    ("a[^a]\n\n[^a]: b\n[^a]: c", 4, "the footnote '[^a]' stands twice"),
    ("see [this][nowhere]", 1, "leads nowhere"),
    ("## 集合 {x, y} {#b}", 1, "a heading ends in one {#name}"),
    ("## 集合 ｛#b｝", 1, "a heading ends in one {#name}"),
    ("## Sets {#b} of it", 1, "a heading ends in one {#name}"),
    ("## Sets {#b", 1, "a heading ends in one {#name}"),
    ("- a\n\n  b\n- c", 3, "2 blanks end the list here"),
    ("1. a\n   - b", 2, "3 blanks end the list here"),
    ("> - a\n>\n>   b", 3, "2 blanks end the list here"),
    ("text\n- a\n- b", 2, "a list needs an empty line"),
    ("1) a", 1, "begins no list"),
    ("• a", 1, "begins no list"),
    ("每折一次，\n段数翻倍", 2, "a line break between Chinese characters"),
    ("> 每折一次\n> 段数翻倍", 2, "a line break between Chinese characters"),
    ("- 每折一次\n  段数翻倍", 2, "a line break between Chinese characters"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "message"), SLIPS)
def test_a_slip_is_one_line_with_its_place(text, line, message):
    (found,) = slips(Source(text, "docs/zh/a.md"))
    assert str(found).startswith(f"docs/zh/a.md:{line}: ")
    assert message in found.message


@pytest.mark.parametrize(
    "text",
    [
        "a <b>b</b> <br> <span class='x' data-y=\"1\">c</span> <https://x.y/z> <a@b.c>",
        '<div class="a">\n<p hidden>b</p>\n</div>',
        '<a href="https://x.y/z">a</a> <a href=mailto:a@b.c>b</a>',
        "p < q > r, $p<q$ and `p<q>r`, x < y",
        "~~~\n```\n<nope>\n~~~\n\n```python\na*b*c\n```\n",
        "``a ` b`` and ```c```",
        "[[figure saw]]\n\n共 [[saw.teeth]] 个（[见](a.md)）【注】",
        "*unit*s and **b**old, 中**粗**字, 2 * 3, 2\\*3\\*4, x*",
        "a[^1]\n\n[^1]: b",
        "[a][b]\n\n[b]: c.md",
        "## The set $\\{x\\}$ {#b}\n\ntext",
        "- a\n  b\n- c\n\n    d\n\n    - e\n\nf\n\n1. g\n2. h",
        "!!! note\n    a\n\n    - b\n",
        "每折一次，\nReLU 翻倍\n$x$\n段数",
        "## 标题 {#a}\n段数\n\n| 甲 |\n|---|\n| 乙 |\n\n段数",
        "---\nsummary: <nope> *a\n---\n\n<!-- <nope> -->\n",
    ],
)
def test_what_is_meant_is_not_blamed(text):
    assert slips(Source(text, "a.md")) == []


def test_the_book_has_no_slips():
    pages = sorted((ROOT / "docs").glob("*/*.md"))
    assert len(pages) > 15
    for page in pages:
        assert slips(Source(page.read_text(encoding="utf-8"), page.name)) == []


def test_a_short_text_may_break_its_lines_anywhere():
    text = "每折一次，\n段数翻倍\n- 一\n● 二\n1) 三\np<q and r>s"
    (found,) = text_slips(Source(text, "figures_src/saw.md"))
    assert str(found).startswith("figures_src/saw.md:6: '<q and r>' is no tag")
