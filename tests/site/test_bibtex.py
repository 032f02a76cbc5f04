from pathlib import Path

import pytest
from pybtex.database import parse_file

from dlbook.site.pages.work_html import work_html
from dlbook.site.reading.bibtex import read_library
from dlbook.site.reading.literature import Author, Library
from tests.site.conftest import ROOT

A = "@misc{a1, author = {Ash, Ann}, title = {On {ReLU} -- and \\'etale}, year = 2001}\n"


def read(tmp_path: Path, text: str) -> tuple[Library, list[str]]:
    path = tmp_path / "references.bib"
    path.write_text(text, encoding="utf-8")
    library = read_library(path, "docs/references.bib")
    return library, list(map(str, library.problems))


def test_an_entry_is_read_without_its_tex(tmp_path):
    library, problems = read(tmp_path, A)
    assert problems == []
    assert library.work("a1").title("en") == "On ReLU – and étale"
    assert library.work("a1").authors == (Author("Ash", "Ann"),)


def test_a_person_has_particles_and_a_body_has_one_name(tmp_path):
    text = A.replace("Ash, Ann", "van der Berg, Jan Q. and {YJango}")
    authors = read(tmp_path, text)[0].work("a1").authors
    assert authors == (Author("van der Berg", "Jan Q."), Author("YJango"))


def test_no_file_is_an_empty_library(tmp_path):
    assert read_library(tmp_path / "none.bib", "none.bib") == Library()


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("@misc{b, title = {T}, year = 2001}", "4: entry 'b' needs author"),
        ("@misc{b, author = {B, C}}", "4: entry 'b' needs title, year"),
        ("@misc{b, author = {B}, title = {T}, year = {soon}}", "4: entry 'b' needs a year of four"),
        ("@misc{b, author = {B}, title = {T}, year = n.d.}", "4: not valid BibTeX: "),
        ("@misc{a1, author = {B}, title = {T}, year = 2001}", "repeated bibliography entry: a1"),
    ],
)
def test_what_is_wrong_is_one_line_with_its_place(tmp_path, entry, problem):
    _, (said,) = read(tmp_path, f"% works\n{A}\n{entry}\n")
    assert said.startswith("docs/references.bib:")
    assert problem in said
    assert "\n" not in said


GOOD = "@misc{b, author = {B, C}, title = {T}, year = 2001}"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("@misc", "@mics", "4: entry 'b': no type 'mics'; did you mean 'misc'?"),
        ("@misc", "misc", "4: 'misc{b, author"),
        ("title", "titel = {U}, title", "4: no field 'titel'; did you mean 'title'?"),
        ("title", "title = {U},\ntitle", "5: the field 'title' stands in line 4 already"),
        ("B, C", "B, C, D, E", "4: 'B, C, D, E' has too many commas"),
        ("B, C", "B, C and and D, E", "4: a name between two 'and' is missing"),
        ("B, C", "B, C and", "4: a name between two 'and' is missing"),
        ("B, C", "and B, C", "4: a name between two 'and' is missing"),
        ("B, C", "others", "4: a name between two 'and' is missing"),
        ("{B, C}", "\n{B, \\foo C}", "4: TeX '\\foo' stands for no text"),
        ("{T}", "{The \\foo}", "4: title: TeX '\\foo' stands for no text"),
        ("{T}", "{Of $n^2$}", "4: title: TeX '$' stands for no text"),
        ("misc{b", "misc{A1", "4: repeated bibliography entry: A1"),
        ("2001}", "2001", "4: not valid BibTeX"),
    ],
)
def test_a_slip_in_an_entry_is_one_line_with_its_place(tmp_path, old, new, problem):
    assert old in GOOD
    _, (said,) = read(tmp_path, f"% works\n{A}\n{GOOD.replace(old, new)}\n")
    assert problem.partition(": ")[2] in said
    assert said.startswith("docs/references.bib:")
    assert "\n" not in said


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("B, C", "Ada Byron, Bob Carr, Cy Dee", "5: commas part no names in 'Ada Byron, Bob"),
        ("B, C", "Byron, Ada; Carr, Bob", "5: ';' parts no names in"),
        ("B, C", "周志华、李航", "5: '、' parts no names in"),
        ("B, C", "周志华 和 李航", "5: '和' parts no names in"),
        ("B, C", "B, C & D, E", "5: '&' parts no names in"),
        ("B, C", "B, C \\& D, E", "5: '\\&' parts no names in"),
        ("B, C", "B, C et al.", "5: 'et al.' is no name; write 'and others'"),
        ("B, C", "B, C and D, E 等", "5: '等' is no name; write 'and others'"),
        ("2001", "２００１", "5: entry 'b' needs a year of four digits"),
        (
            "2001}",
            "2001}, doi = {https://doi.org/10.1/x}",
            "5: doi: 'https://doi.org/10.1/x' is not",
        ),
        ("2001}", "2001}, doi = {10.1109 18.256500}", "5: doi: '10.1109 18.256500' is not the"),
        ("2001}", "2001}, url = {www.x.org}", "5: url: 'www.x.org' is not a whole address"),
        ("2001}", "2001}, eprint = {arXiv:1602.04485}", "5: eprint: 'arXiv:1602.04485' is not"),
        ("2001}", "2001}, pages = {1 to 9}", "5: pages: '1 to 9' is not numbers, 930--945"),
        ("2001}", "2001}, pages = {pp. 1--9}", "5: pages: 'pp. 1--9' is not numbers"),
        (
            "2001}",
            "2001}, langid = {chinesee}",
            "5: no language 'chinesee'; did you mean 'chinese'?",
        ),
        ("2001}", "2001}, crossref = {nope}", "5: no work 'nope'"),
        ("2001}", "2001}, title_zh = {Of it}", "5: title_zh: 'Of it' is not Chinese"),
        ("2001}", "2001}, title_en = {深度学习}", "5: title_en: '深度学习' is not English"),
        ("2001}", "2001}, month = {13}", "5: month: '13' is not a month; write month = jan"),
        ("2001}", "2001}, month = {Juli}", "5: month: 'Juli' is not a month"),
        ("2001}", "2001}, volume = {Vol. 5}", "5: volume: 'Vol. 5' is not the number alone"),
        ("{T}", "{On depth.}", "5: title: 'On depth.' is not a title; it ends without a stop"),
        ("B, C", "Hinton GE", "5: 'Hinton GE' ends in initials"),
        ("B, C", "Ada B.", "5: 'Ada B.' ends in initials"),
        ("{T}", "{深度学习}", "5: the title is Chinese; add langid = {chinese}"),
        ("2001}", "2001}, shorthand = {source a}", "5: 'source a' is the shorthand of a1 already"),
        ("2001}", "2001}, doi = {10.1/A}", "5: '10.1/A' is the doi of a1 already"),
        ("{T}", "{T\u202e}", "5: the character U+202E turns the direction"),
    ],
)
def test_what_bibtex_takes_and_nobody_means_is_one_line(tmp_path, old, new, problem):
    taken = A.replace("2001", "2001, doi = {10.1/a}, shorthand = {Source A}")
    good = "@misc{b, author = {B, C}, title = {T}, year = {2001}}"
    assert old in good
    _, (said,) = read(tmp_path, f"% works\n{taken}\n\n{good.replace(old, new)}\n")
    assert said.startswith(f"docs/references.bib:{problem}")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("B, C", "García Márquez, Gabriel José and {Barnes \\& Noble; Co.} and King, Jr., M. L."),
        ("B, C", "{\\'E}cole, A. and O'Neil-Etal, B. and 周志华 and others"),
        (
            "2001}",
            "2001}, doi = {10.1016/0893-6080(91)90009-T}, pages = {e12, 14--16, S1-S9, ix--xii}",
        ),
        ("2001}", "2001}, url = {https://zh.wikipedia.org/wiki/深度学习_(x)?a=1\\&b=\\%20#c}"),
        ("2001}", "2001}, eprint = {math.GT/0309136v2}, langid = {german}, crossref = {a1}"),
        ("2001}", "2001}, title_zh = {ReLU 的深度}, title_en = {On 深度 (depth)}"),
        ("2001}", "2001}, month = sep"),
        ("2001}", "2001}, month = {Sept. 12}"),
        ("2001}", "2001}, month = {May--June}"),
        ("2001}", "2001}, month = {7}"),
        ("2001}", "2001}, month = oct # { 3}"),
        ("B, C", "Wei Xu and Yoshua Bengio and {Team X} and Plato and van Gogh, V. W."),
        ("{T}", "{Depth, etc.}"),
        ("{T}", "{機械学習のすべて}"),
    ],
)
def test_what_an_entry_may_hold_is_not_blamed(tmp_path, old, new):
    assert old in (good := "@misc{b, author = {B, C}, title = {T}, year = {2001}}")
    assert read(tmp_path, f"{A}\n{good.replace(old, new)}\n")[1] == []


def test_what_a_merge_left_is_one_line_with_its_place(tmp_path):
    text = f"<<<<<<< HEAD\n{A}=======\n{GOOD}\n>>>>>>> x\n"
    library, (said,) = read(tmp_path, f"% works\n{text}")
    assert library.works == {}
    assert said.startswith("docs/references.bib:2: '<<<<<<< HEAD' was left by a merge; keep one")


def test_tex_that_stands_for_text_becomes_that_text(tmp_path):
    title = r"{\emph{Na\"{\i}ve} \$1\,000, \& {\'e}t{\'e}}"
    library, problems = read(tmp_path, GOOD.replace("{T}", title))
    assert problems == []
    assert library.work("b").title("en") == "Naïve $1\u202f000, & été"


def test_others_are_nobody_by_that_name(tmp_path):
    library, problems = read(
        tmp_path, GOOD.replace("B, C", "Bo, C and {Barnes and Noble} and others")
    )
    work = library.work("b")
    assert problems == []
    assert [author.family for author in work.authors] == ["Bo", "Barnes and Noble"]
    assert work.narrative("en") == "Bo et al. (2001)"
    assert work_html(work, "en").startswith("Bo, C., Barnes and Noble et al. (2001)")
    assert work_html(work, "zh").startswith("Bo, C., Barnes and Noble 等 (2001)")


def test_works_are_sorted_by_authors_year_and_title_with_the_named_sources_last(tmp_path):
    entry = "@misc{{{}, author = {{{}}}, title = {{{}}}, year = {}{}}}\n".format
    text = (
        entry("s", "Aa", "T", 2001, ", shorthand = {Source A}")
        + entry("late", "Bo", "T", 2002, "")
        + entry("first", "Bo", "a", 2001, "")
        + entry("two", "Bo and Cy", "A", 2001, "")
        + entry("second", "Bo", "B", 2001, "")
    )
    library, _ = read(tmp_path, text)
    assert list(library.works) == ["first", "second", "late", "two", "s"]
    assert [work.suffix for work in library.works.values()] == ["a", "b", "", "", ""]


def test_the_books_library_is_whole_and_in_order():
    path = ROOT / "docs" / "references.bib"
    library = read_library(path, "docs/references.bib")
    assert library.problems == ()
    entries = parse_file(path).entries
    assert sorted(library.works) == sorted(entries)
    for key, work in library.works.items():
        assert len(work.authors) == len(entries[key].persons["author"])
