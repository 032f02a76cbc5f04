import re
from collections.abc import Callable

import pytest

from dlbook.record.records import Project
from dlbook.site.building.check import read_manuscript
from dlbook.site.pages.citations import bibliography, cited, sources
from dlbook.site.reading.book import Book, Place
from dlbook.site.reading.formulas import Typesetter
from dlbook.site.reading.late import Section
from dlbook.site.reading.shelf import Shelf
from dlbook.site.reading.source import Source

WORKS = """
@misc{ash, author = {Ash, Ann}, title = {Ash trees}, year = 2001}
@misc{bo, author = {Bo, Ben and Cy, Cy}, title = {Bows}, year = 2002}
@misc{idle, author = {Idle, I.}, title = {Nothing}, year = 2003}
@misc{notes, author = {Lee, L.}, title = {Notes}, year = 2004, shorthand = {Source A}}
"""
LISTED = "\n\n[[sources]]\n"
MakeBook = Callable[..., Book]


@pytest.fixture(autouse=True)
def library(project: Project) -> None:
    (project.root / "docs").mkdir()
    (project.root / "docs" / "references.bib").write_text(WORKS)


@pytest.fixture
def book(project: Project) -> MakeBook:
    def made(lang: str = "en", **pages: str) -> Book:
        texts = {f"{name}.md": Source(text, f"{name}.md") for name, text in pages.items()}
        return Book(lang, Shelf(project), Typesetter(project), texts)

    return made


@pytest.mark.parametrize(
    ("text", "lang", "written"),
    [
        ("[[cite ash]]", "zh", "[Ash（2001）](#source-ash){#cite-ash-1 .dl-cite}"),
        ("[[cite bo]]", "en", "[Bo and Cy (2002)](#source-bo){#cite-bo-1 .dl-cite}"),
        ("[[citep ash]]", "zh", "（[Ash，2001](#source-ash){#cite-ash-1 .dl-cite}）"),
        (
            "[[citep ash bo]]",
            "en",
            "([Ash, 2001](#source-ash){#cite-ash-1 .dl-cite}; "
            "[Bo & Cy, 2002](#source-bo){#cite-bo-1 .dl-cite})",
        ),
        ("[[cite notes]]", "en", "[Source A](#source-notes){#cite-notes-1 .dl-cite}"),
    ],
)
def test_a_citation_is_a_link_as_its_language_writes_it(weave, text, lang, written):
    woven = weave(text + LISTED, lang)
    assert woven.problems == []
    assert woven.text.startswith(written)


def test_each_place_of_citation_has_its_own_anchor_and_the_list_leads_back(weave):
    woven = weave("[[cite ash]] [[citep bo ash]]\n\n| a |\n|---|\n| [[cite ash]] |" + LISTED, "en")
    assert re.findall(r"\{#(\S+) ", woven.text) == [
        *("cite-ash-1", "cite-bo-1", "cite-ash-2", "cite-ash-3"),
    ]
    entry = woven.text.split('<li id="source-ash">')[1].split("</li>")[0]
    assert re.findall(r'<a href="#(\S+)" aria-label="(.*?)">(\w)</a>', entry) == [
        (f"cite-ash-{k}", f"Back to citation {k} of Ash (2001)", letter)
        for k, letter in ((1, "a"), (2, "b"), (3, "c"))
    ]
    assert woven.pieces[-1].anchors == ("source-ash", "source-bo")
    twice = weave("[[citep ash ash]]" + LISTED).text
    assert re.findall(r"\{#(\S+) ", twice) == ["cite-ash-1", "cite-ash-2"]


def test_a_page_without_a_list_leads_to_the_bibliography(weave):
    woven = weave("[[cite ash]]", others={"references.md": "[[bibliography]]"}, page="b/c.md")
    assert "](../references.md#work-ash)" in woven.text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[cite asch]]" + LISTED, "no work 'asch'; did you mean 'ash'?"),
        ("[[citep ash x]]" + LISTED, "no work 'x'; there are ash, bo"),
        ("[[cite ash bo]]" + LISTED, "'[[cite ash bo]]' names several works; use [[citep …]]"),
        ("[[cite ash]]", "no list shows the works cited here; place [[sources]] on this page"),
    ],
)
def test_a_mistake_is_one_line_with_its_place(weave, text, message):
    (problem,) = map(str, weave(text).problems)
    assert problem.startswith("docs/zh/saw.md:1: ")
    assert message in problem


def test_the_list_holds_the_sources_of_the_claims_that_the_page_judges(book: MakeBook):
    made = book(a="[[cite bo]]\n\n[[claims saw]]")
    html = sources(made, Place("a.md")).html
    assert re.findall(r'<li id="source-(\w+)">', html) == ["bo", "notes"]
    links = '<a href="#claim-A25-teeth">A25/teeth</a> <a href="#claim-A26">A26</a>'
    assert f'<span class="dl-works__back">claims {links}</span>' in html
    assert "dl-works" in html
    assert "<p>" not in html


def test_the_list_leads_to_the_bibliography_if_there_is_one(book: MakeBook):
    made = book(a="[[cite bo]]", references="[[bibliography]]")
    assert (
        '<p><a href="to/references.md">' in sources(made, Place("a.md", link="to/{}".format)).html
    )


def test_the_bibliography_holds_every_work_with_the_pages_that_use_it(book: MakeBook):
    made = book(
        a="# The A {#a}\n\n[[cite ash]]\n\n[[sources]]",
        b="[[citep bo ash]]",
        c="[[claims saw]]",
        references="[[bibliography]]",
    )
    piece = bibliography(made, Place("references.md", link="to/{}".format))
    assert piece.anchors == ("work-ash", "work-bo", "work-idle", "work-notes")
    uses = {
        key: re.findall(r'<a href="(to/\S+)">(.*?)</a>', entry)
        for key, entry in re.findall(r'<li id="work-(\w+)">(.*?)</li>', piece.html)
    }
    assert uses == {
        "ash": [("to/a.md#source-ash", "The A"), ("to/b.md#cite-ash-1", "b.md")],
        "bo": [("to/b.md#cite-bo-1", "b.md")],
        "idle": [],
        "notes": [("to/c.md#claim-A25-teeth", "c.md")],
    }
    assert piece.html.count("further reading") == 1
    assert Section("work-ash", "Ash, 2001", "Ash trees · Ash, A.") in piece.sections


def test_citations_are_read_in_order_as_often_as_they_stand():
    text = "[[cite a]] `[[cite b]]` [[citep c  a]] [[citex d]]"
    assert cited(Source(text, "a.md")) == ["a", "c", "a"]


def test_the_twenty_seventh_citation_has_a_letter_too(weave):
    assert '">z</a>' in (html := weave("[[cite ash]] " * 28 + LISTED).text)
    assert '">aa</a>' in html
    assert '">bb</a>' in html


def test_what_is_wrong_with_the_library_is_a_problem_of_the_book(project: Project):
    (project.root / "docs" / "references.bib").write_text("@misc{a, year = 2001}")
    problems = list(map(str, read_manuscript(project.root).problems))
    assert problems == ["docs/references.bib:1: entry 'a' needs author, title"]
