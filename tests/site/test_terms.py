from pathlib import Path

from dlbook.site.terms import Term, read_terms, user_dictionary
from tests.site.conftest import ROOT


def read(tmp_path: Path, text: str) -> tuple[list[Term], list[str]]:
    path = tmp_path / "terms.yml"
    path.write_text(text, encoding="utf-8")
    terms, problems = read_terms(path, "docs/terms.yml")
    return terms, list(map(str, problems))


def test_terms_are_pairs(tmp_path):
    assert read(tmp_path, "- {zh: 折叠, en: folding}\n") == ([Term("折叠", "folding")], [])
    assert read(tmp_path, "") == ([], [])


def test_an_entry_without_one_language_is_named(tmp_path):
    terms, problems = read(tmp_path, "- {zh: 折叠, en: folding}\n- {zh: 宽度}\n- 深度\n")
    assert terms == [Term("折叠", "folding")]
    assert problems == [
        "docs/terms.yml:1: entry 2 needs zh and en",
        "docs/terms.yml:1: entry 3 needs zh and en",
    ]


def test_broken_yaml_is_one_line_with_its_place(tmp_path):
    terms, (problem,) = read(tmp_path, "- {zh: 折叠, en: folding}\n- {zh: [\n")
    assert terms == []
    assert problem.startswith("docs/terms.yml:3: not valid YAML")


def test_the_dictionary_has_each_term_once():
    assert (
        user_dictionary([Term("折叠", "a"), Term("宽度", "b"), Term("折叠", "a")]) == "折叠\n宽度\n"
    )


def test_the_books_terms_are_in_order():
    terms, problems = read_terms(ROOT / "docs" / "terms.yml", "docs/terms.yml")
    assert problems == []
    assert len({term.zh for term in terms}) == len(terms)
