import re
from pathlib import Path

import pytest

from dlbook.base.language import LANGUAGES
from dlbook.site.reading.mentions import mentioned
from dlbook.site.reading.source import Source
from dlbook.site.reading.terms import Term, read_terms
from tests.site.conftest import ROOT

FOLDING = "- {id: folding, zh: 折叠, en: folding, pinyin: zhe die, definition: {zh: 甲, en: a}}\n"
WIDTH = "- {id: width, zh: 宽度, en: width, pinyin: kuan du, definition: {zh: 乙, en: b}"


def term(name: str, zh: str, en: str = "", **more: object) -> Term:
    also = {"zh": (), "en": (), **dict(more.pop("also", {}))}
    return Term(name, {"zh": zh, "en": en or name}, {"zh": "甲", "en": "a"}, name, also, **more)


def read(tmp_path: Path, text: str) -> tuple[list[Term], list[str]]:
    path = tmp_path / "terms.yml"
    path.write_text(text, encoding="utf-8")
    terms, problems = read_terms(path, "docs/terms.yml")
    return terms, list(map(str, problems))


def test_a_term_has_names_a_definition_and_forms(tmp_path):
    (found,), problems = read(tmp_path, FOLDING.replace("}}", "}, also: {en: [fold]}}"))
    assert problems == []
    assert found.forms("zh") == ("折叠",)
    assert found.forms("en") == ("folding", "fold")
    assert found.definition == {"zh": "甲", "en": "a"}
    assert found.never["zh"] == ()


def test_no_file_and_an_empty_list_hold_no_terms(tmp_path):
    assert read(tmp_path, "[]\n") == ([], [])
    assert read_terms(tmp_path / "none.yml", "none.yml") == ([], [])


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("- 宽度", "an entry is {id: …, zh: …"),
        ("- {zh: 宽度, en: width}", "entry '宽度' needs id, pinyin, definition.zh, definition.en"),
        (f"{WIDTH}, colour: red}}", "entry 'width' has the unknown field colour"),
        (WIDTH.replace("id: width", "id: Width") + "}", "entry 'Width': an id is made of small"),
        (f"{WIDTH}, also: [wide]}}", "entry 'width': write also as {zh: [form, …]"),
        (f"{WIDTH}, never: {{fr: [large]}}}}", "entry 'width': write never as {zh: [form, …]"),
        (
            FOLDING.replace("zh: 折叠, en: folding", "zh: 甲, en: a"),
            "the id 'folding' stands twice",
        ),
        (f"{WIDTH}, also: {{en: [Folding]}}}}", "'Folding' is a form of 'folding' already"),
    ],
)
def test_what_is_wrong_with_an_entry_is_one_line_with_its_place(tmp_path, entry, message):
    terms, (problem,) = read(tmp_path, f"# terms\n{FOLDING}\n{entry}\n")
    assert [each.id for each in terms] == ["folding"]
    assert problem.startswith("docs/terms.yml:4: ")
    assert message in problem


WHOLE = """- id: width
  zh: 宽度
  en: width
  pinyin: kuan du
  definition:
    zh: 一层里神经元的个数。
    en: The number of units.
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        (
            "一层里神经元的个数。",
            '"见 [[ref saw]]。"',
            6,
            "definition.zh: a definition is plain text",
        ),
        ("The number of units.", "The $n$ of $m$.", 7, "write it without '$n$'"),
        ("The number of units.", "The **number** of units.", 7, "write it without '**'"),
        ("The number of units.", "An accuracy of 0.93.", 7, "'0.93' looks like a result"),
        ("The number of units.", "一层里神经元的个数。", 7, "is not English"),
        ("一层里神经元的个数。", "The number of units.", 6, "is not Chinese"),
        (
            "zh: 宽度\n  en: width",
            "zh: width\n  en: 宽度",
            3,
            "'宽度' is Chinese; en is the English",
        ),
        ("kuan du", "宽度", 4, "'宽度' is no pinyin to sort by"),
        ("kuan du", "kuān dù", 4, "'kuān dù' is no pinyin to sort by"),
        ("kuan du", "width", 4, "'width' is no pinyin to sort by"),
        ("zh: 宽度", "zh: 宽\u200b度", 2, "U+200B cannot be seen"),
    ],
)
def test_a_field_that_holds_something_else_is_one_line_with_its_place(
    tmp_path, old, new, line, message
):
    assert old in WHOLE
    _, (problem, *others) = read(tmp_path, WHOLE.replace(old, new))
    assert not others or old.startswith("zh")  # two names exchanged are two lines
    assert problem.startswith(f"docs/terms.yml:{line}: ")
    assert message in problem


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("The number of units.", "It costs $5 or $6 where p<q and r>s, in 95% of 12 cases; AT&T."),
        ("The number of units.", "As large as 宽 says (宽度), so to speak."),
        ("一层里神经元的个数。", "max(z, 0)，即 ReLU 函数。"),
        ("zh: 宽度", "zh: k-近邻"),
        ("kuan du", "kuandu"),
        ("zh: 宽度\n  en: width\n  pinyin: kuan du", "zh: L2\n  en: L2\n  pinyin: l2"),
        ("zh: 宽度\n  en: width\n  pinyin: kuan du", "zh: 女儿学\n  en: x\n  pinyin: nü'er xue"),
    ],
)
def test_what_a_field_may_hold_is_not_blamed(tmp_path, old, new):
    assert old in WHOLE
    assert read(tmp_path, WHOLE.replace(old, new))[1] == []


def test_what_a_merge_left_is_one_line_with_its_place(tmp_path):
    text = WHOLE.replace("    en:", "<<<<<<< HEAD\n    en: A\n=======\n    en:") + ">>>>>>> x\n"
    terms, (problem,) = read(tmp_path, text)
    assert terms == []
    assert problem.startswith("docs/terms.yml:7: '<<<<<<< HEAD' was left by a merge; keep one")


def test_broken_yaml_is_one_line_with_its_place(tmp_path):
    terms, (problem,) = read(tmp_path, f"{FOLDING}- {{zh: [\n")
    assert terms == []
    assert problem.startswith("docs/terms.yml:3: not valid YAML")


def test_chinese_is_sorted_by_pinyin_and_english_by_letters():
    net = Term("relu", {"zh": "ReLU", "en": "ReLU"}, {}, "relu")
    fold = Term("folding", {"zh": "折叠", "en": "folding"}, {}, "zhe die")
    assert sorted([fold, net], key=lambda each: each.sort_key("zh")) == [net, fold]
    assert sorted([net, fold], key=lambda each: each.sort_key("en")) == [fold, net]


BOOK, PROBLEMS = read_terms(ROOT / "docs" / "terms.yml", "docs/terms.yml")


def test_the_books_terms_are_in_order():
    assert PROBLEMS == []
    assert len(BOOK) > 60
    for each in BOOK:
        assert each.definition["zh"].endswith("。")
        assert each.definition["en"].endswith(".")
        assert not re.search("[\u3000-\u9fff\uff00-\uffef]", each.definition["en"])


def test_the_books_pinyin_agrees_with_the_order_of_characters_in_gb2312():
    """Level 1 of that standard is sorted by pinyin; 率 and 校 stand under other readings."""
    read_as = {}
    for each in BOOK:
        name, syllables = each.names["zh"], each.pinyin.split()
        if re.fullmatch("[\u4e00-\u9fff]+", name):
            assert len(name) == len(syllables), name
            read_as |= zip(name, syllables, strict=True)
    level_1 = sorted(set(read_as) - set("率校"), key=lambda character: character.encode("gb2312"))
    level_1 = [each for each in level_1 if each.encode("gb2312") < b"\xd8"]
    assert len(level_1) > 100
    readings = [read_as[each] for each in level_1]
    assert readings == sorted(readings)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nearly_every_term_of_the_book_stands_in_its_prose(lang):
    """Others are there for readers who know them from elsewhere: at most one in ten."""
    pages = sorted((ROOT / "docs" / lang).glob("*.md"))
    met = [mentioned(Source(path.read_text("utf-8"), path.name), BOOK, lang) for path in pages]
    unmet = {each.id for each in BOOK} - set().union(*met)
    assert len(unmet) <= len(BOOK) / 10, sorted(unmet)
    assert not unmet & {"linearly-separable", "decision-boundary", "hidden-space"}


def test_training_a_net_layer_by_layer_is_no_transfer():
    where = Source("用了逐层预训练。", "x.md"), Source("先预训练，再微调。", "x.md")
    assert ["transfer-learning" in mentioned(each, BOOK, "zh") for each in where] == [False, True]
