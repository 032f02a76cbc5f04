import pytest

from dlbook.record.records import Project
from dlbook.site.reading.late import Section
from tests.site.conftest import put_figure


def only(problems: list[object]) -> str:
    (problem,) = problems
    return str(problem)


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("[[saw.teeth]]", "8", "8"),
        ("[[saw.share|ci%]]", "57.8%（95% 区间 56.1%–59.6%）", "57.8% (95% CI 56.1–59.6%)"),
        ("[[saw.tiny|e]]", "1.5×10⁻⁶", "1.5×10⁻⁶"),
        ("[[saw.weights|big]]", "3671\u00a0万", "36.71\u00a0million"),
        ("[[saw.counts[2]]]", "4", "4"),
    ],
)
def test_a_number_is_written_as_its_language_writes_it(weave, text, zh, en):
    name = text[2:-2].partition("|")[0]
    for lang, number in (("zh", zh), ("en", en)):
        expected = f'<data class="dl-number" value="{name}">{number}</data>'
        assert weave(f"是 {text} 个", lang).text == f"是 {expected} 个"


def test_numbers_in_images_tags_and_formulas_are_bare(weave):
    text = weave('![有 [[saw.teeth]] 齿](a.png) <abbr title="[[saw.folds]]">').text
    assert text == '![有 8 齿](a.png) <abbr title="3">'
    assert ">8<" in weave(r"\(x = [[saw.teeth]]\)").text
    assert "<mn>1.5</mn>" in weave(r"\(x = [[saw.tiny|e]]\)").text


def test_code_is_left_alone(weave):
    text = "`[[nothing.at_all]] $x$`\n\n```\n[[figure nothing]]\n\\(x\\)\n```\n"
    assert weave(text).text == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[sew.teeth]]", "no figure 'sew'; did you mean 'saw'?"),
        ("[[figure whale]]", "no figure 'whale'; there are saw"),
        ("[[saw.tooth]]", "[[saw.tooth]]: no field 'tooth'; the record has counts, share"),
        ("[[saw.counts[9]]]", "[[saw.counts[9]]]: field 'counts': no k 9; there are 0, 1, 2, 3"),
        ("[[saw.counts.2]]", "'[[saw.counts.2]]' cites by position; name the value, as in"),
        ("[[saw.teeth|zz]]", "[[saw.teeth|zz]]: unknown format 'zz'; use one of"),
        ("[[.teeth]]", "names no figure"),
        ("[[verdict A27]]", "no claim 'A27'; did you mean 'A26'?"),
        ("[[verdict A26]]", "no page shows claim A26; place [[claims saw]]"),
        ("[[ref saw]]", "no page places figure 'saw'; place it with [[figure saw]]"),
        ("[[Saw teeth]]", "'[[Saw teeth]]' is not understood; use [[name.field]]"),
        ("见 [[figure saw]]", "'[[figure saw]]' needs a line of its own"),
        ("[[saw.teeth 个", "'[[' is never closed; close it with ]]"),
        (r"\(x", r"'\(' is never closed; close it with \)"),
        (r"\[x", r"'\[' is never closed; close it with \]"),
        ("5 $", r"'$' is never closed; close it with $, or write \$ for the sign itself"),
        (r"\(\frac{1}\)", r"TeX '\frac{1}': "),
        (r"\(\nosuch\)", r"TeX '\nosuch': Undefined control sequence: \nosuch"),
        (r"\(齿\)", "TeX '齿': "),
        ("见 $$x$$", "a display formula needs lines of its own"),
        (r"\(x = [[saw.tooth]]\)", "no field 'tooth'"),
    ],
)
def test_a_mistake_is_reported_with_its_line_and_shown_in_its_place(weave, text, message):
    woven = weave(f"上\n\n中\n\n{text}\n\n下 [[saw.teeth]]")
    assert only(woven.problems).startswith("docs/zh/saw.md:5: ")
    assert message in only(woven.problems)
    assert 'class="dl-error" role="alert">docs/zh/saw.md:5: ' in woven.text
    assert 'value="saw.teeth">8<' in woven.text  # the rest of the page works


def test_every_mistake_of_a_page_is_reported(weave):
    woven = weave("[[a.b]] [[saw.teeth]] [[c.d]]\n\n[[saw.e]]")
    assert [problem.line for problem in woven.problems] == [1, 1, 3]


@pytest.mark.parametrize("verb", ["figure", "claims"])
def test_a_thing_placed_twice_is_reported_the_second_time(weave, verb):
    woven = weave(f"[[{verb} saw]]\n\n[[{verb} saw]]")
    assert only(woven.problems).endswith(f":3: '[[{verb} saw]]' stands on this page already")


def test_figures_are_numbered_in_the_order_of_the_page(weave, project: Project):
    put_figure(project.root, "axe")
    text = "[[ref saw]]、[[ref axe]]\n\n[[figure axe]]\n\n[[figure saw]]"
    woven = weave(text)
    assert "[图\u00a02](#fig-saw)、[图\u00a01](#fig-axe)" in woven.text
    assert woven.text.index("图 1") < woven.text.index("图 2")
    assert "[Figure\u00a02](#fig-saw)" in weave(text, "en").text


def test_a_reference_to_another_page_names_it(weave, project: Project):
    others = {"a/b.md": "# 锯与 \\(2^k\\) {#b}\n\n[[figure axe]]\n\n[[figure saw]]"}
    put_figure(project.root, "axe")
    text = "见[[ref saw]]。"
    assert weave(text, others=others).text == "见[《锯与 2^k》图\u00a02](a/b.md#fig-saw)。"
    english = weave(text, "en", others=others, page="c/d.md").text
    assert english == "见[Figure\u00a02 of “锯与 2^k”](../a/b.md#fig-saw)。"


def test_a_reference_stays_on_its_page_if_the_figure_is_there(weave):
    woven = weave("[[ref saw]]\n\n[[figure saw]]", others={"a.md": "# A\n\n[[figure saw]]"})
    assert "](#fig-saw)" in woven.text


def test_a_verdict_links_to_its_row_on_this_page_first(weave):
    woven = weave("[[verdict A25/teeth]]\n\n[[claims saw]]", others={"a.md": "[[claims saw]]"})
    assert "](#claim-A25-teeth)" in woven.text
    assert "dl-verdict--supported" in woven.text


def test_a_verdict_links_to_the_page_that_shows_its_row(weave):
    assert "](a.md#claim-A26)" in weave("[[verdict A26]]", others={"a.md": "[[claims saw]]"}).text


def test_a_verdict_finds_its_page_from_a_folder(weave):
    woven = weave("[[verdict A26]]", others={"a.md": "[[claims saw]]"}, page="b/c.md")
    assert "](../a.md#claim-A26)" in woven.text


def test_a_formula_is_joined_to_the_comma_after_it(weave):
    text = weave("$x$，$y$ 是").text
    assert text.startswith('<span class="dl-bound"><span class="katex">')
    assert text.count("dl-bound") == 1
    assert "</span>，</span>" in text
    assert weave("$a + b = c$，").text.count("<wbr>") == 2  # where KaTeX itself allows a break
    assert "<wbr>" not in weave("$a + b = c$").text


def test_the_tally_counts_verdicts(weave):
    text = weave("[[tally]]", "en").text
    assert "2 claims, 1 figure" in text
    assert text.index(">1</span>") < text.index("supported") < text.index("refuted")


def test_a_failed_figure_is_shown_with_the_line_to_mend(weave, project: Project):
    why = '{"message": "figures_src/saw.py:7: run raised ValueError: no", "where": ""}'
    project.error("saw").write_text(why)
    woven = weave("[[saw.teeth]] 个\n\n[[figure saw]]")
    assert only(woven.problems).endswith(":3: figures_src/saw.py:7: run raised ValueError: no")
    assert 'value="saw.teeth">8<' in woven.text


def test_a_damaged_picture_is_reported(weave, project: Project):
    (project.made("saw") / "drawn" / "zh.svg").write_text("<svg>")
    assert "checksum" in only(weave("[[figure saw]]").problems)


def test_a_figure_that_was_never_made_says_how_to_make_it(weave, project: Project):
    project.pointer("saw").unlink()
    assert "run dlbook build saw" in only(weave("[[saw.teeth]]").problems)


def test_late_pieces_offer_words_and_anchors(weave):
    woven = weave("[[figure saw]]\n\n[[claims saw]]\n\n\\(\\alpha^{2}\\)")
    assert [piece.anchors for piece in woven.pieces] == [
        ("fig-saw",),
        ("claim-A25-teeth", "claim-A26"),
        (),
    ]
    assert [piece.plain for piece in woven.pieces] == [
        "图 1 锯齿翻倍 共 8 个齿，2^3。",
        "",
        "α^2",
    ]
    assert woven.pieces[1].sections == (
        Section("claim-A25-teeth", "A25", "A25/teeth 折 k 次有 2^k 个齿。"),
        Section("claim-A26", "A26", "A26 一样高。"),
    )
