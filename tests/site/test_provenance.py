import json
from pathlib import Path

import pytest

from dlbook.record.records import Project
from dlbook.site.pages.provenance import PAPERS, name, source_keys, writer_of_sources
from dlbook.site.reading.bibtex import read_library
from dlbook.site.reading.book import Book, Place
from dlbook.site.reading.formulas import Typesetter
from dlbook.site.reading.shelf import Shelf
from dlbook.site.reading.source import Source
from tests.site.conftest import ROOT

BIB = """
@misc{notes_a, shorthand = {Source A}, shorthand_zh = {材料 A},
  author = {Lee, Hung-yi}, author_zh = {李宏毅}, title = {鱼与熊掌},
  title_en = {Fish & paw}, langid = {chinese}, year = {2022}}
"""


@pytest.fixture
def book(project: Project):
    def made(lang: str = "en", bib: str = BIB, **pages: str) -> Book:
        (project.root / "docs").mkdir(exist_ok=True)
        (project.root / "docs" / "references.bib").write_text(bib, encoding="utf-8")
        sources = {f"{page}.md": Source(text, page) for page, text in pages.items()}
        return Book(lang, Shelf(project), Typesetter(project), sources)

    return made


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Source A §6", ("A",)),
        ("Source B, way 3; Source A §2", ("B", "A")),
        ("Source A §1, Source A §2", ("A",)),
        ("Telgarsky 2015", (PAPERS,)),
        ("aSource B", (PAPERS,)),
    ],
)
def test_a_source_is_numbered_material_or_a_paper(source, expected):
    assert source_keys(source) == expected


def test_material_is_named_with_author_and_title(book):
    assert name(book("zh"), "A") == "材料 A · 李宏毅：鱼与熊掌"
    assert name(book("en"), "A") == "Source A · Lee: Fish & paw"
    assert name(book("en"), "F") == "Source F"
    assert name(book("zh"), PAPERS) == "论文与本书"


def test_a_source_leads_to_the_bibliography(book):
    place = Place("saw.md", link=lambda page: f"../{page.removesuffix('.md')}/")
    write = writer_of_sources(book(works="[[bibliography]]"), place)
    assert write("Source A <§6>") == (
        '<a href="../works/#work-notes_a" title="Lee: Fish &amp; paw">Source A, &lt;§6&gt;</a>'
    )


def test_a_source_keeps_its_name_where_no_page_holds_the_bibliography(book):
    write = writer_of_sources(book(), Place("saw.md"))
    assert write("Source A §6") == '<abbr title="Lee: Fish &amp; paw">Source A, section 6</abbr>'
    assert write("Nobody & Co 1901") == "Nobody &amp; Co 1901"


def test_every_source_of_the_book_is_in_its_library():
    library = read_library(ROOT / "docs" / "references.bib", "docs/references.bib")
    records = [json.loads(path.read_bytes()) for path in Path(ROOT / "results").glob("*.json")]
    said = {claim["source"] for record in records for claim in record["claims"]}
    assert said
    assert [source for source in sorted(said) if not library.sources(source)] == []
