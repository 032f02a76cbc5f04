"""What the check wove is what is built, where it fits, and nowhere else."""

from dataclasses import replace
from pathlib import Path

import pytest

from dlbook.record.records import Project
from dlbook.site.building.places import Places, as_converted
from dlbook.site.pages.cloth import woven_once
from dlbook.site.pages.weave import Weaver
from dlbook.site.reading.book import Book, Place
from dlbook.site.reading.formulas import Typesetter
from dlbook.site.reading.shelf import Shelf
from dlbook.site.reading.source import Source
from tests.site.conftest import mkdocs

TEXT = "# 甲\n\n有 [[saw.teeth]] 个齿，\\(x^2\\)。\n\n[[figure saw]]\n\n[[saw.tooth]]\n"


def book(project: Project, text: str) -> Book:
    return Book("zh", Shelf(project), Typesetter(project), {"saw.md": Source(text, "saw.md")})


def test_a_cloth_is_what_weaving_at_once_gives(project: Project):
    source, place = Source(TEXT, "saw.md"), Place("saw.md", "../", lambda page: f"../{page}")
    made = book(project, TEXT)
    kept = woven_once(made, source, place)
    at_once = Weaver(made, source, place, hold=lambda html: f"<{html}>").weave()
    assert kept.fits(source, place)
    assert kept.lay(lambda html: f"<{html}>") == at_once
    assert at_once.problems


@pytest.mark.parametrize(
    ("source", "place"),
    [
        (Source(f"{TEXT} ", "saw.md"), Place("saw.md", "../")),
        (Source(TEXT, "saw.md", 2), Place("saw.md", "../")),
        (Source(TEXT, "other.md"), Place("saw.md", "../")),
        (Source(TEXT, "saw.md"), Place("saw.md", "../../")),
        (Source(TEXT, "saw.md"), Place("saw.md", "../", lambda page: f"elsewhere/{page}")),
    ],
)
def test_a_cloth_does_not_fit_another_text_or_place(project: Project, source, place):
    text = f"{TEXT}[[gallery]]\n"
    mine = Source(text, "saw.md")
    kept = woven_once(book(project, text), mine, Place("saw.md", "../"))
    text = text if source.text == TEXT else f"{text} "
    assert not kept.fits(Source(text, source.path, source.first_line), place)
    assert kept.fits(mine, replace(place, root="../", link=str))


def test_a_page_as_markdown_gets_it_keeps_its_lines():
    page = Source("---\ntitle: a\n---\n\n# 甲\t乙\r\n\n丙\n", "a.md")
    given = as_converted(page)
    assert given.text.startswith("# 甲 乙\n\n丙")
    assert given.first_line == 5


@pytest.mark.parametrize(
    ("folders", "lang", "page", "way"),
    [
        (True, "zh", "folding.md", "../labs/folding/"),
        (True, "zh", "index.md", "labs/folding/"),
        (False, "en", "folding.md", "labs/folding.html"),
    ],
)
def test_the_ways_between_pages_are_known_before_they_are_built(folders, lang, page, way):
    assert Places(folders).of(lang, page).link("labs/folding.ipynb") == way


def test_each_page_is_woven_once_in_a_build(toy: Path):
    noted = (
        "from dlbook.site.pages.weave import Weaver\n"
        "_weave = Weaver.weave\n"
        "def weave(self):\n"
        "    print('WOVEN', self._book.lang, self._source.path)\n"
        "    return _weave(self)\n"
        "Weaver.weave = weave\n"
    )
    config = toy / "mkdocs.yml"
    (toy / "noted.py").write_text(noted)
    config.write_text(config.read_text().replace("hooks: [", "hooks: [noted.py, "))
    told = mkdocs(toy, "build", "--strict").stdout
    woven = [line for line in told.splitlines() if line.startswith("WOVEN")]
    assert len(woven) == len(set(woven)) > 4, told
