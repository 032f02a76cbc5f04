"""What a reader sees of several settings and of the controls of a cause."""

from xml.etree import ElementTree

import pytest

from dlbook.site.pages.evidence_html import evidence_html


def estimate(mean):
    return {"mean": mean, "low": mean - 0.1, "high": mean + 0.1, "n": 64}


CLAIM = {"estimate": estimate(0.5), "bound": {"value": 0.25}, "verdict": "supported"}
SETTINGS = {
    "settings": {"along": [["width", [4, 8]]], "cells": [estimate(0.5), estimate(-0.5)]},
    "outcomes": ["supported", "refuted"],
}


def factor(name, rival, verdict):
    return {"name": name, "rival": rival, "verdict": verdict, "estimate": estimate(0.75)}


STEEP = factor({"zh": "陡度", "en": "steepness"}, False, "supported")
SPREAD = factor({"zh": "撒开", "en": "spreading"}, True, "refuted")


def said(claim, lang="en"):
    html = evidence_html(claim, lang, "share", "at least <b>0.25</b>", "<i>picture</i>")
    return "".join(ElementTree.fromstring(f"<p>{html}</p>").itertext())


def test_one_estimate_stands_with_its_picture_and_bound():
    assert said(CLAIM) == (
        "share: 0.5 (95% CI 0.4–0.6), n\u00a0=\u00a064pictureBound: at least 0.25"
    )


@pytest.mark.parametrize(
    ("n", "zh", "en"),
    [
        (1, "检验的那一种情形符合", "the one case"),
        (2, "两种情形都符合", "both cases"),
        (64, "全部 64 种情形都符合", "all 64 cases"),
    ],
)
def test_where_every_case_holds_the_cases_are_counted_and_nothing_is_drawn(n, zh, en):
    every = {"direction": "equal", "value": 1.0, "because": None}
    exact = {"mean": 1.0, "low": 1.0, "high": 1.0, "n": n}
    claim = {"estimate": exact, "bound": every, "verdict": "supported"}
    assert said(claim).startswith(f"share: {en}Bound")
    assert f"：{zh}界：" in said(claim, "zh")
    assert "picture" not in said(claim)
    failed = claim | {"estimate": exact | {"mean": 0.5, "low": 0.5, "high": 0.5}}
    assert f"share: 0.5 (exact, n\u00a0=\u00a0{n})picture" in said(failed)


def test_settings_are_listed_each_with_its_outcome_and_no_mean_is_shown():
    told = said(CLAIM | SETTINGS)
    assert "units = 4: 0.5 (95% CI 0.4–0.6), n\u00a0=\u00a064 (supported)" in told
    assert "units = 8: −0.5 (95% CI −0.6 to −0.4), n\u00a0=\u00a064 (refuted)" in told
    assert told.count("CI") == 2
    assert "picture" not in told


@pytest.mark.parametrize(
    ("flat", "en", "zh"),
    [(True, "flat, within ±0.05.", "已经走平。"), (False, "still changing", "还在变。")],
)
def test_what_a_number_of_steps_comes_to_says_whether_its_curve_is_flat(flat, en, zh):
    budget = {"change": estimate(0.01), "within": 0.05, "flat": flat}
    told = said(CLAIM | {"budget": budget})
    assert "Over the last doubling of steps it changed by 0.01 (95% CI −0.09 to 0.11)" in told
    assert en in told
    assert zh in said(CLAIM | {"budget": budget}, "zh")


def test_of_several_settings_each_has_its_own_change():
    change = {"along": [["width", [4, 8]]], "cells": [estimate(0.5), estimate(-0.5)]}
    told = said(CLAIM | SETTINGS | {"budget": {"change": change, "within": 0.1, "flat": False}})
    assert "units = 4: 0.5 (95% CI 0.4–0.6), n\u00a0=\u00a064; units = 8: −0.5" in told


@pytest.mark.parametrize(
    ("carrier", "told"),
    [
        ("alone", "It alone carries the effect, and no rival does."),
        ("rival", "A rival alone has the effect"),
        ("each", "It alone has the effect, and so has a rival alone."),
        ("together", "None alone has the effect, only all together."),
        ("undecided", "Which factor carries the effect is undecided."),
    ],
)
def test_a_cause_shows_each_factor_alone_and_which_carries_the_effect(carrier, told):
    shown = said(CLAIM | {"factors": [STEEP, SPREAD], "carrier": carrier})
    assert "steepness alone: 0.75" in shown
    assert "(crosses the bound)" in shown
    assert "rival: spreading alone: 0.75" in shown
    assert "(falls short of the bound)" in shown
    assert told in shown


def test_an_effect_that_is_not_there_is_attributed_to_nothing():
    shown = said(CLAIM | {"factors": [STEEP, SPREAD], "carrier": None})
    assert "carries" not in shown
