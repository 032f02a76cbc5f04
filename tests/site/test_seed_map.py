"""Home shows how every seed ended: a picture without scripts, trained anew with them."""

import json
import re

import pytest

from dlbook.record.records import EXPLORABLE, Project
from dlbook.site.pages.seed_map import FIGURE, seed_map
from dlbook.site.reading.book import Book, Place
from dlbook.site.reading.formulas import Typesetter
from dlbook.site.reading.problems import PageError
from dlbook.site.reading.shelf import Shelf
from tests.site.conftest import put_figure

SETTING = {"activation": "relu", "width": 2, "method": "adam", "loss": "cross_entropy"}


def book(project: Project, lang: str, **given: object) -> Book:
    setting = {**SETTING, "ends": "0" + "1" * 63 + "30", **given}
    content = json.dumps({"settings": [{**setting, "width": 3, "ends": "000"}, setting]})
    put_figure(project.root, FIGURE, content={EXPLORABLE: content.encode()})
    return Book(lang, Shelf(project), Typesetter(project), {})


def squares(html: str, kind: str) -> list[tuple[int, int]]:
    path = re.search(rf'<path class="dl-map__{kind}" d="([^"]*)"', html)
    assert path
    return [(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h8v8h-8z", path[1])]


def test_each_seed_is_a_square_by_how_it_ended(project: Project):
    html = seed_map(book(project, "en"), Place("index.md", "../")).html
    assert squares(html, "learned") == [(1, 1), (11, 11)]
    assert len(squares(html, "failed")) == 64
    assert (1, 11) in squares(html, "failed")
    assert html.count("of 66 runs, 2 learned XOR") == 2  # for the eye, and as the picture's name
    assert 'data-root="../"' in html
    assert f'data-records="{FIGURE}"' in html
    assert "66 次训练，2 次学会了" in seed_map(book(project, "zh"), Place("index.md")).html


def test_a_record_without_the_setting_is_refused(project: Project):
    with pytest.raises(PageError, match=f"figure '{FIGURE}' gives its explorable no setting"):
        seed_map(book(project, "en", loss="squared"), Place("index.md"))
