"""A story for every claim that does not simply hold, all of it from the records."""

import re
from copy import deepcopy

import pytest

from dlbook.record.records import Project
from dlbook.site.pages.contested import contested, opening_sentence, story_anchor
from dlbook.site.pages.counts import CONTESTED, count
from dlbook.site.reading.book import Book, Place
from dlbook.site.reading.formulas import Typesetter
from dlbook.site.reading.shelf import Shelf
from dlbook.site.reading.source import Source
from tests.scripts import ROOT
from tests.site.conftest import RECORD, put_figure

PLACE = Place("contested.md", "", lambda page: f"{page.removesuffix('.md')}/")


@pytest.fixture
def told(project: Project) -> Book:
    record = deepcopy(RECORD)
    record["claims"][0]["verdict"] = "conditional"
    put_figure(project.root, "saw", record)
    put_figure(project.root, "axe", {**RECORD, "claims": [RECORD["claims"][0] | {"id": "Z1"}]})
    pages = {
        "saw.md": Source("# Saw {#saw}\n\n[[figure saw]]\n\n[[claims saw]]\n", "saw.md"),
        "axe.md": Source("# Axe {#axe}\n\n[[claims axe]]\n", "axe.md"),
    }
    return Book("en", Shelf(project), Typesetter(project), pages)


def test_what_is_refuted_or_conditional_is_told_with_its_picture_and_its_ways(told: Book):
    piece = contested(told, PLACE)
    assert re.findall(r"<q>(.*?)</q>", piece.html, re.S)[1:] == ["Equally high."]
    assert re.findall(r'<p class="dl-stories__found">(.*?)</p>', piece.html) == [
        "Exactly &lt; so.", "They differ.",
    ]  # fmt: skip
    assert piece.html.count("<img") == 2  # one picture for both, in each theme
    assert '<a href="saw/#fig-saw"><img' in piece.html
    assert '<a href="saw/#claim-A25-teeth">A25/teeth</a>' in piece.html
    assert "Z1" not in piece.html
    assert piece.anchors == ("stories-saw", "story-A25-teeth", "story-A26")
    assert all(f'id="{anchor}"' in piece.html for anchor in piece.anchors)


def test_there_are_as_many_stories_as_are_counted(told: Book):
    assert contested(told, PLACE).html.count("<q>") == count(told, "contested") == 2


@pytest.mark.parametrize(
    ("lang", "text", "first"),
    [
        ("zh", "不对。因为如此。", "不对。"),
        ("zh", "差 0.5 倍\\(a。b\\)，不对。再说", "差 0.5 倍\\(a。b\\)，不对。"),
        ("zh", "没有句号", "没有句号"),
        ("en", "No. It is not.", "No."),
        ("en", "It is 0.5 (Nair et al. 1993). Then more.", "It is 0.5 (Nair et al. 1993)."),
        ("en", "Of \\(k=8. A\\) it is. And more.", "Of \\(k=8. A\\) it is."),
        ("en", "It ends. \\(k\\) follows.", "It ends."),
        ("en", "One only", "One only"),
    ],
)
def test_a_story_is_the_opening_sentence_of_what_is_true(lang, text, first):
    assert opening_sentence(text, lang) == first


def test_every_such_claim_of_the_book_has_a_sentence_that_stands_by_itself():
    from dlbook.record.records import read_accepted

    project = Project(ROOT)
    claims = [
        claim
        for path in sorted((ROOT / "results").glob("*.json"))
        for claim in (read_accepted(project, path.stem) or {})["claims"]
        if claim["verdict"] in CONTESTED
    ]
    assert len(claims) > 30
    for claim in claims:
        assert claim["truth"], claim["id"]
        for lang, least in (("zh", 5), ("en", 3)):
            told = opening_sentence(claim["truth"][lang], lang)
            words = len(told) if lang == "zh" else len(told.split())
            assert words >= least, (claim["id"], told)
    assert len({story_anchor(claim["id"]) for claim in claims}) == len(claims)
