"""Python-Markdown alone, without MkDocs."""

import re

import markdown
import pytest

from dlbook.record.records import Project
from dlbook.site.reading.problems import FaultyPageError
from tests.site.conftest import TOY

OTHERS = ["attr_list", "tables", "toc", "pymdownx.superfences", "pymdownx.details", "footnotes"]


def convert(project: Project, text: str, lang: str = "zh") -> str:
    own = "dlbook.site.pages.markdown"
    settings = {own: {"root": str(project.root), "lang": lang, "page": f"docs/{lang}/saw.md"}}
    return markdown.markdown(text, extensions=[own, *OTHERS], extension_configs=settings)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_whole_page_is_built_without_mkdocs(project: Project, lang):
    source = (TOY / "docs" / lang / "saw.md").read_text(encoding="utf-8")
    html = convert(project, source.split("---\n", 2)[2], lang)
    assert 'value="saw.teeth">8</data>' in html
    assert '<figure class="dl-figure" id="fig-saw">' in html
    assert 'id="claim-A25-teeth"' in html
    assert html.count('<div class="dl-equation">') == 3
    assert "<code>[[saw.nothing]]</code>" in html
    assert "[[figure nothing]]" in html
    assert re.search(r"<td><data[^>]*>8\.0</data></td>", html)
    outside_code = re.sub(r"<code.*?</code>|<annotation.*?</annotation>", "", html, flags=re.S)
    assert not re.search(r"\[\[|\\\(|\\\[|\$|data-late|\x02|wzxhzdk", outside_code)


def test_a_display_formula_stays_in_its_list_item(project: Project):
    html = convert(project, "- 一\n\n    $$\n    x\n    $$\n\n- 二")
    first, second = html.split("</li>")[:2]
    assert "dl-equation" in first
    assert "dl-equation" not in second


def test_a_display_formula_needs_no_blank_lines_around_it(project: Project):
    html = convert(project, "上\n$$\nx\n$$\n下")
    assert html.startswith("<p>上</p>")
    assert html.endswith("<p>下</p>")
    assert "<p><div" not in html


def test_a_formula_in_a_heading_reads_well_in_the_table_of_contents(project: Project):
    html = convert(project, "[TOC]\n\n## 用 \\(2^{k}\\) 和 [[saw.teeth]] {#count}")
    assert '<a href="#count">用 2^k 和 8</a>' in html
    assert "katex" in html.split("<h2")[1]


def test_markdown_inside_formulas_is_not_markdown(project: Project):
    html = convert(project, r"\(a_1 * b_1 * c_1\) 和 $x_i<y_i$ 与 *强调*")
    assert html.count("<em>") == 1
    assert "<mo>&lt;</mo>" in html


def test_a_faulty_page_is_refused_with_every_line(project: Project):
    with pytest.raises(FaultyPageError) as refusal:
        convert(project, "[[saw.tooth]]\n\n\\(\\foo\\)")
    lines = str(refusal.value).splitlines()
    assert [line.split(": ")[0] for line in lines] == ["docs/zh/saw.md:1", "docs/zh/saw.md:3"]


def test_lines_are_those_of_the_page_below_a_block_of_code(project: Project):
    with pytest.raises(FaultyPageError, match=r"docs/zh/saw\.md:6: "):
        convert(project, "```\n一\n二\n```\n\n[[saw.tooth]]")


def test_one_parser_serves_many_pages(project: Project):
    own = "dlbook.site.pages.markdown"
    parser = markdown.Markdown(
        extensions=[own, "toc"], extension_configs={own: {"root": str(project.root)}}
    )
    assert "<msup>" in parser.convert("$x^2$")
    parser.reset()
    assert parser.convert("[[saw.teeth]]") == (
        '<p><data class="dl-number" value="saw.teeth">8</data></p>'
    )
    parser.reset()
    parser.convert("# $x^2$")
    assert parser.toc_tokens[0]["name"] == "x^2"


@pytest.mark.parametrize(
    "text",
    [
        "> $$\n> x\n> $$",
        "> a\n>\n> $$\n> x\n> $$\n>\n> b",
        "> a\n> $$\n> x\n> $$\n> b",
        "> > $$\n> > x\n> > $$",
        "> - a\n>\n>     \\[\n>     x\n>     \\]\n>\n> - b",
        "- a\n\n    > $$\n    > x\n    > $$",
        "> $$\n> x \\label{a}\n> $$",
        "> [[claims saw]]",
        "> [[figure saw]]",
        "a[^1]\n\n[^1]: b\n\n    $$\n    x\n    $$",
    ],
)
def test_a_block_stands_in_no_paragraph_wherever_it_is_written(project, text):
    html = convert(project, text)
    assert 'class="dl-' in html
    assert not re.search(r"<p>\s*<(?:div|figure|table)", html), html
    assert not re.search(r"<p>\s*</p>", html)


EXERCISES = """## 练习 {#exercises}

1. 一。

    ??? success "答案"
        1. 甲
        2. 乙

2. 二。

## 出处 {#sources}

1. 三。
"""


def test_every_exercise_has_an_anchor_and_a_link_to_itself(project: Project):
    html = convert(project, EXERCISES)
    assert re.findall(r'id="(exercise-\d+)"', html) == ["exercise-1", "exercise-2"]
    links = re.findall(r'<a aria-label="([^"]+)" class="headerlink" href="#exercise-(\d)"', html)
    assert links == [("第 1 题的链接", "1"), ("第 2 题的链接", "2")]
    assert re.search(r"<p>一。<a [^>]*>#</a></p>\s*<details", html)


def test_a_list_elsewhere_is_no_exercise(project: Project):
    assert "exercise-" not in convert(project, "## 步骤 {#steps}\n\n1. 一。\n2. 二。")
    assert "exercise-" not in convert(project, EXERCISES.replace("1.", "-").replace("2.", "-"))


TABLE = "| a | b |\n|---|---|\n| \\(x\\) | 2 |\n"


@pytest.mark.parametrize("indent", ["", "    ", "> "])
def test_every_table_lies_in_the_box_that_scrolls_it(project: Project, indent):
    lines = "".join(f"{indent}{line}\n" for line in TABLE.splitlines())
    html = convert(project, f"- 一\n\n{lines}\n{indent}后\n\n后面")
    box = "".join(
        f'<{tag} class="{name}">'
        for tag, name in (
            ("div", "md-typeset__scrollwrap"),
            ("div", "md-typeset__table"),
            ("table", "dl-table"),
        )
    )
    assert html.count(box) == html.count("<table") == 1
    assert re.search(r"</table>\s*</div>\s*</div>\s*<p>后</p>", html)
    assert html.index("</table>") < html.index("后面")
