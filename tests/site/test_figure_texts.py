"""Slips in what a figure says, told with file, line, section and language."""

import json
import re

import pytest

from dlbook.base.language import LANGUAGES
from dlbook.record.records import Project
from dlbook.record.texts import FIGURE
from dlbook.site.building.check import read_manuscript
from dlbook.site.reading.figure_texts import text_problems
from dlbook.site.reading.formulas import Typesetter
from dlbook.site.reading.shelf import Shelf
from tests import scripts
from tests.site.conftest import RECORD, ROOT, put_figure

TEXTS = """\
# title

锯齿翻倍

Teeth double

# caption

共 8 个齿，
{zh}

There are 8 teeth,
{en}

# A25/teeth truth

恰好如此。

{truth}
"""


def told(project: Project, **given: str) -> list[str]:
    """What is said of the figure with these texts; its record has them as they are."""
    texts = {"zh": "完。", "en": "done.", "truth": "So.", **given}
    record = json.loads(json.dumps(RECORD))
    record["texts"]["caption"] = {lang: texts[lang] for lang in ("zh", "en")}
    record["claims"][0]["truth"] = {"zh": "恰好如此。", "en": texts["truth"]}
    record["claims"][0]["statement"]["en"] = texts.get("statement", "So.")
    put_figure(project.root, record=record)
    path = project.root / "figures_src" / "saw.md"
    path.write_text(TEXTS.format(**texts), encoding="utf-8")
    return [str(each) for each in text_problems(Shelf(project), Typesetter(project))]


def test_texts_in_order_say_nothing(project):
    assert (
        told(project, zh="● 一；- 二；\\(x < y\\)", en="`a*b*c`, [x](https://x.y) and *so*") == []
    )


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("Here p<q and r>s.", "is no tag"),
        ("<b>so", "<b> is never closed"),
        ("2*3*4", "loses its stars"),
        ("**so", "'**' is never closed"),
        ("\\(\\frac{1\\)", "TeX '\\frac{1': "),
        ("\\(x", "'\\(' is never closed"),
        ("[[.folds", "'[[' is never closed"),
        ("[[ref saw]]", "'[[ref saw]]' means nothing in a figure's text"),
        ("【【.folds】】", "are not the book's brackets"),
        ("[x](saw.md)", "'saw.md' leads to one page"),
        ("[x]: saw.md", "no text refers to '[x]:'"),
        ("![x](x.png)", "a text holds no picture"),
        ("so[^1]", "there is no footnote '[^1]'"),
        ("[so][there]", "leads nowhere"),
    ],
)
@pytest.mark.parametrize(("lang", "line"), [("zh", 10), ("en", 13)])
def test_a_slip_names_file_line_section_and_language(project, written, message, lang, line):
    (found,) = told(project, **{lang: written})
    assert found.startswith(f"figures_src/saw.md:{line}: caption ({lang}): ")
    assert message in found


def test_a_page_that_a_reference_leads_to_is_one_page_too(project):
    (found,) = told(project, en="See [it].\n[it]: saw.md")
    assert found.startswith("figures_src/saw.md:14: caption (en): 'saw.md' leads to one page")
    assert told(project, en="See [it].\n[it]: https://x.y") == []


def test_a_text_of_a_claim_is_read_too(project):
    (found,) = told(project, truth="- so")
    assert found.startswith("figures_src/saw.md:19: A25/teeth truth (en): '-' begins no block")
    (found,) = told(project, statement="a <nope> b")
    assert found.startswith("figures_src/saw.py:1: claim A25/teeth: statement (en): '<nope>' is")


def test_a_formula_that_pages_show_is_told_once_where_it_is_written(project):
    told(project, en="\\(\\frac{1\\)")
    for lang in ("zh", "en"):
        page = project.root / "docs" / lang / "saw.md"
        page.parent.mkdir(parents=True)
        page.write_text("# 锯齿 {#saw}\n\n[[figure saw]]\n\n[[claims saw]]\n", encoding="utf-8")
    (found,) = read_manuscript(project.root).problems
    assert str(found).startswith("figures_src/saw.md:13: caption (en): TeX '\\frac{1': ")


def test_the_texts_of_the_book_have_no_slips():
    if not (ROOT / ".cache" / "dlbook" / "made").is_dir():
        pytest.fail("there is no figure; run dlbook build")
    project = Project(ROOT)
    assert text_problems(Shelf(project), Typesetter(project)) == []


@pytest.mark.parametrize("name", scripts.NAMES)
def test_a_record_writes_no_small_number_as_none_and_says_what_was_counted(name):
    """A share of 0.0% is either none, or small; "share of checks that hold" names no check."""
    record = scripts.record(name)
    told = json.dumps([record["texts"], record["claims"]], ensure_ascii=False)
    assert re.findall(r"(?<![\d.])0\.0+ ?%", told) == []
    asked = [claim["quantity"] for claim in record["claims"] if claim["quantity"]]
    bare = r"share of \w+ that hold|(?:成立|满足)的\w+所占比例"
    assert [each for each in asked for text in each.values() if re.fullmatch(bare, text)] == []


@pytest.mark.parametrize("name", scripts.NAMES)
def test_a_text_says_each_sentence_once_and_parts_it_from_the_next(name):
    """An edit that goes over a part of a text leaves an old sentence behind, run together."""
    texts = scripts.record(name)["texts"]
    for text in (texts[kind][lang] for kind in FIGURE for lang in LANGUAGES):
        said = [each for each in re.split(r"(?<=[。.!?？])\s*", text) if len(each) > 3]
        assert sorted({*said}) == sorted(said)
        assert re.findall(r"[a-z]\.[a-z]{2}", text) == []


@pytest.mark.parametrize("name", scripts.NAMES)
def test_beside_what_nothing_can_decide_stands_what_is_true_of_it(name):
    claims = scripts.record(name)["claims"]
    bare = [claim["id"] for claim in claims if claim["verdict"] is None and not claim["truth"]]
    assert not bare, f"figures_src/{name}.md: add '# ID truth' of {', '.join(bare)}"


@pytest.mark.parametrize(("lang", "line"), [("zh", 10), ("en", 13)])
def test_a_typed_number_is_found_where_the_figures_own_is_cited(project, lang, line):
    texts = {"zh": "[[.folds]]", "en": "[[.folds]]", lang: "[[.folds]] and 57.8%."}
    (found,) = told(project, **texts)
    assert found.startswith(
        f"figures_src/saw.md:{line}: caption ({lang}): '57.8%' looks like a result; "
        "cite it as [[.field]], or write"
    )


def test_the_numbers_of_a_statement_are_those_of_its_source(project):
    assert told(project, statement="Some 57.8% of 1024 runs learn it.") == []


def test_a_number_that_one_language_does_not_cite_is_told_with_both_places(project):
    zh, en = "共 [[.teeth]] 个，[[.counts[ 2 ]|%]]。", "[[.counts[2]]], many."
    assert told(project, zh=zh, en=en) == [
        "figures_src/saw.md:10: caption: [[.teeth]] is missing in figures_src/saw.md:12;"
        " cite it in both languages"
    ]
    assert told(project, zh="一个", en="one of \\([[.teeth|.2]]\\)") == [
        "figures_src/saw.md:13: caption: [[.teeth]] is missing in figures_src/saw.md:9;"
        " cite it in both languages"
    ]


def test_how_often_and_in_what_format_a_number_is_cited_is_each_language_s_own(project):
    assert told(project, zh="[[.teeth]] 和 [[.teeth]]", en="[[.teeth|.2]]") == []
