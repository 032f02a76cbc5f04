"""The grid of conventions as a reader sees it: one small picture, and the same in words."""

import re
from itertools import product
from xml.etree import ElementTree

import pytest

from dlbook.record.grids import STATES
from dlbook.site.pages.convention_grid import grid_html, grid_svg

SVG = "{http://www.w3.org/2000/svg}"
START = {
    "about": "start",
    "name": {"zh": "起点", "en": "start"},
    "ways": [{}, {"start": "torch"}],
}
RATE = {
    "about": "rate",
    "name": {"zh": "学习率", "en": "rate"},
    "ways": [{}, {"rate": 0.001}, {"rate": 0.01, "decay": "<b>"}],
}


def grid(states, *conventions, separated_by=()):
    choices = product(*(range(len(each["ways"])) for each in conventions))
    return {
        "seeds": {"seeds": 16},
        "conventions": list(conventions),
        "separated_by": list(separated_by),
        "confirmed": False,
        "cells": [
            {"choice": list(choice), "state": state, "estimate": {}}
            for choice, state in zip(choices, states, strict=True)
        ],
    }


FLIPPED = grid([*["agrees"] * 3, *["contradicts"] * 3], START, RATE, separated_by=[0])


def shapes(given):
    """For each class of shape, the places where it stands."""
    svg = ElementTree.fromstring(grid_svg(given, "en"))
    found = {}
    for path in svg:
        name = path.get("class").removeprefix("dl-grid__")
        found.setdefault(name, []).append(path.get("transform") or path.get("d"))
    return found


def test_every_setting_is_one_shape_and_the_books_own_is_framed():
    found = shapes(FLIPPED)
    assert {name: len(places) for name, places in found.items()} == {
        "book": 1,
        "agrees": 3,
        "contradicts": 3,
    }
    places = [place for name in ("agrees", "contradicts") for place in found[name]]
    assert len(set(places)) == 6
    rows = {re.findall(r"[\d.]+", place)[1] for place in found["agrees"]}
    assert len(rows) == 1, "the convention that separates is a row of its own"


@pytest.mark.parametrize("count", [2, 3, 4])
def test_any_number_of_conventions_has_its_place_inside_the_picture(count):
    conventions = [START, RATE, START, RATE][:count]
    total = [6, 12, 36][count - 2]
    given = grid(["undecided"] * total, *conventions)
    svg = ElementTree.fromstring(grid_svg(given, "zh"))
    places = [path.get("transform") for path in svg if path.get("transform")]
    assert len(set(places)) == total
    for place in places:
        x, y = map(float, re.findall(r"[\d.]+", place))
        assert x + 10 <= float(svg.get("width"))
        assert y + 10 <= float(svg.get("height"))


def test_a_state_is_a_shape_and_never_colour_alone():
    drawn = {
        ElementTree.fromstring(grid_svg(grid([state] * 2, START), "en"))[1].get("d")
        for state in STATES
    }
    assert len(drawn) == len(STATES)


def test_words_say_what_was_varied_how_it_came_out_and_on_what_it_hangs():
    told = grid_html(FLIPPED, "en").partition("</svg>")[2]
    assert told == (
        '<span class="dl-claims__note">Conventions varied: start (2), rate (3); seeds = 16. '
        "6 settings: 3 agree (■), 3 contradict (✕). It hangs on: start. "
        "It holds at: the book’s choice. It fails at: start = torch. This condition was found "
        "after looking, and fresh seeds have not confirmed it yet.</span>"
    )
    assert "取决于：起点。成立于：书中的选择。不成立于：起点 = torch。" in grid_html(FLIPPED, "zh")


def test_a_condition_is_marked_as_found_after_looking_until_fresh_seeds_confirm_it():
    assert "fresh seeds have confirmed it" in grid_html(FLIPPED | {"confirmed": True}, "en")
    assert "还没有用新种子证实" in grid_html(FLIPPED, "zh")


def test_where_nothing_separates_the_settings_that_do_not_agree_are_named():
    given = grid([*["agrees"] * 4, "undecided", "divided"], START, RATE)
    told = grid_html(given, "en").partition("</svg>")[2]
    assert "It is undecided at: start = torch &amp; rate = 0.001." in told
    assert "It is divided in itself at: start = torch &amp; rate = 0.01, decay = &lt;b&gt;." in told
    many = grid(["undecided"] * 36, START, RATE, START, RATE)
    assert "undecided at" not in grid_html(many, "en")


def test_every_shape_names_its_setting_and_what_it_says_there():
    svg = ElementTree.fromstring(grid_svg(FLIPPED, "en"))
    titles = [title.text for title in svg.iter("title")]
    assert titles[0] == "the book’s choice: agrees"
    assert titles[4] == "start = torch & rate = 0.001: contradicts"
    assert len(titles) == 6


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_grid_is_counted_and_never_a_probability(lang):
    for given in (FLIPPED, grid(["agrees"] * 5 + ["undecided"], START, RATE)):
        told = grid_html(given, lang)
        assert "%" not in told
        assert not re.search("probab|概率", told)


def test_who_cannot_see_the_picture_is_told_the_same(project):
    svg = ElementTree.fromstring(grid_svg(FLIPPED, "en"))
    assert svg.get("role") == "img"
    assert svg.get("aria-label") in grid_html(FLIPPED, "en").replace("&lt;", "<")


def test_what_a_convention_sets_is_text_and_no_markup():
    hung = grid(["agrees", "agrees", "contradicts"] * 2, START, RATE, separated_by=[1])
    assert "decay = &lt;b&gt;" in grid_html(hung, "en")
    ElementTree.fromstring(f"<p>{grid_html(hung, 'en')}</p>")


def test_a_claim_whose_conventions_were_never_varied_says_so():
    assert "have not been varied yet" in grid_html(None, "en")
