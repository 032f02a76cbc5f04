"""Where a claim was said, in each language."""

import json
from pathlib import Path

import pytest

from dlbook.site.reading.bibtex import read_library
from dlbook.site.reading.said_in import said_in, unsaid
from tests.site.conftest import ROOT

LIBRARY = read_library(ROOT / "docs" / "references.bib", "docs/references.bib")


@pytest.mark.parametrize(
    ("source", "zh", "en"),
    [
        ("Source A §2.1", "材料 A，第 2.1 节", "Source A, section 2.1"),
        ("Source B, way 3", "材料 B，第三种方式", "Source B, way 3"),
        ("Source C ¶18", "材料 C，第 18 段", "Source C, paragraph 18"),
        ("Source D", "材料 D", "Source D"),
        ("Source D, step 3", "材料 D，第 3 步", "Source D, step 3"),
        ("Source E Q1", "材料 E，第 1 问", "Source E, question 1"),
        ("Source B, summary 1", "材料 B，小结第 1 条", "Source B, summary, point 1"),
        ("Source D; Cover 1965", "材料 D；Cover 1965", "Source D; Cover 1965"),
        ("Leshno et al. 1993", "Leshno 等 1993", "Leshno et al. 1993"),
        ("A, B & C 2015, arXiv:1412.6614", "A, B、C 2015", "A, B & C 2015"),
        ("this book, after Cover 1965", "本书（参见：Cover 1965）", "this book (after Cover 1965)"),
        ("this book, after Source D", "本书（参见：材料 D）", "this book (after Source D)"),
        ("Source A, sideways", "材料 A，sideways", "Source A, sideways"),
        ("Source Z §1", "Source Z §1", "Source Z §1"),
    ],
)  # fmt: skip
def test_a_source_is_said_as_the_language_says_it(source, zh, en):
    assert said_in(source, LIBRARY, "zh") == zh
    assert said_in(source, LIBRARY, "en") == en


def test_every_place_that_the_book_names_is_known():
    records = [json.loads(path.read_bytes()) for path in Path(ROOT / "results").glob("*.json")]
    said = {claim["source"] for record in records for claim in record["claims"]}
    assert len(said) > 30
    assert [place for source in sorted(said) for place in unsaid(source, LIBRARY)] == []
    assert list(unsaid("Source A, sideways", LIBRARY)) == ["sideways"]


def test_no_source_of_the_book_is_called_a_seed():
    records = [json.loads(path.read_bytes()) for path in Path(ROOT / "results").glob("*.json")]
    said = {claim["source"] for record in records for claim in record["claims"]}
    names = {work.called(lang) for work in LIBRARY.works.values() for lang in ("zh", "en")}
    assert [each for each in sorted(said | names) if "seed" in each.lower()] == []
