import pytest

from dlbook.site.reading.source import Source


def kinds(text: str) -> list[tuple[str, str]]:
    return [(token.kind, token.body) for token in Source(text, "x.md").tokens]


@pytest.mark.parametrize(
    ("text", "kind", "body"),
    [
        ("a [[saw.teeth]] b", "bracket", "saw.teeth"),
        ("| [[saw.teeth|.1]] |", "bracket", "saw.teeth|.1"),
        ("面积是 $x^2$。", "inline", "x^2"),
        (r"面积是\(x\)。", "inline", "x"),
        ("$$\nx\n$$", "display", "\nx\n"),
        ("\\[\nx\n\n\\]", "display", "\nx\n\n"),
        (r"$2^{[[saw.folds]]}$", "inline", "2^{[[saw.folds]]}"),
        ("`[[x.y]]`", "code", "`[[x.y]]`"),
        ("``a ` $x$ b``", "code", "``a ` $x$ b``"),
        ("```py\n[[x.y]]\n$z$\n```", "code", "```py\n[[x.y]]\n$z$\n```"),
        ("~~~\n[[x.y]]\n~~~", "code", "~~~\n[[x.y]]\n~~~"),
        ("<!-- [[x.y]]\n $z$ -->", "code", "<!-- [[x.y]]\n $z$ -->"),
        ("---\ntitle: a $b$ [[c.d]]\n---\n", "code", "---\ntitle: a $b$ [[c.d]]\n---"),
        ("![有 [[saw.teeth]] 齿](a.png)", "plain", "![有 [[saw.teeth]] 齿](a.png)"),
        ('<img alt="[[saw.teeth]]">', "plain", '<img alt="[[saw.teeth]]">'),
        ("成功率 [[saw.teeth 个", "open", "[["),
        (r"开了 \( 没关", "open", "\\("),
        ("一个 $ 号", "open", "$"),
    ],
)
def test_a_stretch_of_source_is_read_as_what_it_is(text, kind, body):
    assert kinds(text) == [(kind, body)]


@pytest.mark.parametrize("text", [r"5\$ 一个", r"\`a\`", "a < b > c", "[text](link.md)"])
def test_prose_and_escapes_hold_no_tokens(text):
    assert kinds(text) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("---\na: [b\n---\n", "p.md:3: not valid YAML"),
        ("---\n- a\n---\n", "p.md:1: front matter is 'name: text'"),
        ("---\na: 1\na: 2\n---\n", "p.md:3: 'a' stands in line"),
        ("---\na: b\ndescripton: x\n---\n", "p.md:3: no 'descripton' here; did you mean"),
        ("---\ndescription: 3\n---\n", "p.md:2: 'description' is not text"),
        ("---\nhide: toc\n---\n", "p.md:2: 'hide' is a list; write hide: [toc]"),
        ("---\nsearch: none\n---\n", "p.md:2: 'search' tells several things; write search: {ex"),
        ("---\ndescription: x\n\n# A\n", "p.md:1: front matter begins here and is never closed"),
    ],
)
def test_front_matter_that_mkdocs_would_pass_over_is_told(text, problem):
    assert str(Source(text, "p.md").front_problem).startswith(problem)


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("> $$\n> x^2\n> $$", "\n x^2\n "),
        ("> 当 $a +\n> b$ 时", "a +\n b"),
        ("> > \\(a\n> > b > c\n> d\\)", "a\n b > c\n d"),
        ("- > \\(a\n  > b\\)", "a\n b"),
        ("\\(a\n> b\\)", "a\n> b"),
    ],
)
def test_a_formula_is_without_the_marks_of_its_quote(text, body):
    (token,) = Source(text, "p.md").tokens
    assert token.body == body


@pytest.mark.parametrize("text", ["", "# A\n", "---\ndescription: x\n---\n", "---\n\na\n"])
def test_front_matter_in_order_is_not_blamed(text):
    assert Source(text, "p.md").front_problem is None


def test_a_dollar_pair_around_prices_is_not_a_formula():
    assert kinds("花了$5，另$6") == kinds("costs $5 and $6") == [("open", "$")] * 2


def test_an_indented_fence_is_code_and_keeps_its_indentation():
    source = Source("- a\n\n    ```\n    [[x.y]]\n    ```\n\n[[saw.teeth]]", "x.md")
    assert [(t.kind, t.line) for t in source.tokens] == [("code", 3), ("bracket", 7)]
    assert source.text[source.tokens[0].start] == "`"


def test_an_unclosed_fence_runs_to_the_end():
    assert [kind for kind, _ in kinds("```\n[[x.y]]\n\n$z$")] == ["code"]


def test_lines_are_counted_in_the_file():
    source = Source("一\n\n[[a.b]]\n\n$$\nx\n$$\n## 二 {#two}\n", "x.md", first_line=10)
    assert [token.line for token in source.tokens] == [12, 14]
    assert [heading.line for heading in source.headings] == [17]


def test_headings_have_level_text_and_anchor_and_code_has_none():
    text = "# 一 {#one}\n```\n# 码\n```\n### 三 `x`\n## 二 { .big #two }\n"
    found = [(h.level, h.text, h.anchor) for h in Source(text, "x.md").headings]
    assert found == [(1, "一", "one"), (3, "三 `x`", ""), (2, "二", "two")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("[[a.b]]", True), ("    [[a.b]]  ", True), ("> [[a.b]]", True), ("一 [[a.b]]", False)],
)
def test_alone_means_nothing_but_indentation_on_its_lines(text, expected):
    source = Source(f"上\n\n{text}\n\n下", "x.md")
    assert source.alone(source.tokens[0]) is expected


def test_prose_blanks_tokens_and_moves_nothing():
    text = "一 $a$ 二\n```\n三\n```\n四 [[a.b]] 五"
    prose = Source(text, "x.md").prose()
    assert len(prose) == len(text)
    assert prose.split() == ["一", "二", "四", "五"]
    assert prose.count("\n") == text.count("\n")
