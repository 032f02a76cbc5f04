"""Two records, place by place; git remembers some of an older shape."""

import copy

import pytest

from dlbook.record.moves import Move, compare


def estimate(mean, low, high):
    return {"mean": mean, "low": low, "high": high, "n": 8}


def bound(direction, value, **ends):
    return {"direction": direction, "value": value, **ends, "because": {"zh": "因", "en": "why"}}


def along(axes, cells):
    return {"along": axes, "cells": cells}


RATES = along([["width", [2, 4, 16]]], [0.1, estimate(0.5, 0.4, 0.6), 0.9])
GRID = along([["loss", ["a", "b"]], ["width", [2, 4, 8]]], [1, 2, 3, 4, 5, 6])


def record(bound_or_effect, **values):
    claim = {"id": "A25", "verdict": "supported", "estimate": estimate(0.5, 0.4, 0.6)}
    return {"values": values, "claims": [{**claim, **bound_or_effect}], "config": {"seeds": 8}}


NEW = {"bound": bound("at least", 0.25)}
OLD = {"effect": 0.25}


def moved(old, new):
    """Both ways, since a commit may take another one back."""
    forth, back = compare(old, new), compare(new, old)
    turned = [Move(each.part, each.name, each.after, each.before, each.inner) for each in back]
    assert sorted(forth, key=repr) == sorted(turned, key=repr)
    return forth


@pytest.mark.parametrize(
    ("list_of_old", "now"),
    [
        (RATES["cells"], RATES),
        (GRID["cells"], GRID),
        ([[1, 2, 3], [4, 5, 6]], GRID),
        ([[[1], [2], [3]], [[4], [5], [6]]], {**GRID, "cells": [[k] for k in range(1, 7)]}),
    ],
)
def test_a_list_that_lies_along_axes_now_has_not_moved(list_of_old, now):
    assert compare(record(OLD, rates=list_of_old), record(NEW, rates=now)) == []


def test_an_entry_that_did_move_is_named_by_its_value():
    older = record(OLD, rates=[0.1, estimate(0.5, 0.4, 0.6), 0.8], grid=[[1, 2, 3], [4, 0, 6]])
    assert compare(older, record(NEW, rates=RATES, grid=GRID)) == [
        Move("values", "rates[16]", 0.8, 0.9),
        Move("values", "grid[loss=b, width=4]", 0, 5),
    ]


def test_a_list_of_another_length_is_another_value():
    assert compare(record(OLD, rates=[1, 2]), record(NEW, rates=RATES)) == [
        Move("values", "rates", [1, 2], RATES)
    ]


def test_along_other_values_what_both_have_is_compared_by_value():
    wider = along([["width", [4, 16, 64]]], [*RATES["cells"][1:], 1.0])
    assert moved(record(NEW, rates=RATES), record(NEW, rates=wider)) == [
        Move("values", "rates[2]", 0.1, None),
        Move("values", "rates[64]", None, 1.0),
    ]


def test_along_another_axis_is_another_value():
    deeper = along([["depth", [2, 4, 16]]], RATES["cells"])
    assert moved(record(NEW, rates=RATES), record(NEW, rates=deeper)) == [
        Move("values", "rates", RATES, deeper)
    ]


@pytest.mark.parametrize(
    "now",
    [
        bound("at least", 0.25),
        bound("equal", 0.25),
        bound("between", 0.25, low=0.2, high=0.3),
    ],
)
def test_an_effect_that_is_a_bound_now_has_not_moved(now):
    assert moved(record(OLD), record({"bound": now})) == []


def test_an_effect_that_did_move_is_told_by_its_number():
    assert moved(record({"effect": 0.5}), record(NEW)) == [
        Move("claims", "A25", 0.5, 0.25, "bound.value")
    ]
    assert moved(record({"effect": 0.5}), record(OLD)) == [
        Move("claims", "A25", 0.5, 0.25, "bound.value")
    ]
    between = {"bound": bound("between", 0.25, low=0.2, high=0.3)}
    moves = moved(record({"effect": 0.5}), record(between))
    assert [(move.inner, move.before, move.after) for move in moves] == [
        ("bound.value", 0.5, 0.25), ("bound.low", 0.5, 0.2), ("bound.high", 0.5, 0.3),
    ]  # fmt: skip


def test_a_judged_claim_that_is_a_remark_now_is_no_longer_judged_and_its_bound_is_not_missed():
    remark = {"verdict": None, "estimate": None, "bound": None}
    assert [move.inner for move in moved(record(OLD), record(remark))] == ["verdict", "estimate"]


def test_a_bound_has_no_slack_though_a_value_of_that_name_has():
    old, new = record(NEW, bound=0.25), record(NEW, bound=0.2500001)
    assert compare(old, new, slack=1e-6) == []
    new["claims"][0]["bound"] = bound("at least", 0.2500001)
    assert compare(old, new, slack=1e-6) == [Move("claims", "A25", 0.25, 0.2500001, "bound.value")]


def test_the_reason_and_the_direction_of_a_bound_count():
    other = copy.deepcopy(record(NEW))
    other["claims"][0]["bound"] |= {"direction": "at most", "because": {"zh": "因", "en": "so"}}
    assert [move.field for move in moved(record(NEW), other)] == [
        "claim A25.bound.direction", "claim A25.bound.because.en",
    ]  # fmt: skip


def test_a_place_is_called_as_pages_and_lines_call_it():
    assert [
        Move("values", "rates[16]", 1, 2).field,
        Move("claims", "A25/pieces", 1, 2, "verdict").field,
        Move("claims", "A25", 1, None).field,
        Move("config", "seeds", 1, 2).field,
        Move("figure", "", "a", "b").field,
    ] == ["rates[16]", "claim A25/pieces.verdict", "claim A25", "config.seeds", "figure"]
