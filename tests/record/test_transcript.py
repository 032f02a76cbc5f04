"""The lines that a run prints and that the site takes from a record."""

from dlbook.base.causes import CARRIERS
from dlbook.record.transcript import CARRIED, transcript

HALF = {"mean": 0.5, "low": 0.25, "high": 0.75, "n": 8}
CLAIM = {"id": "A25/pieces", "verdict": "refuted", "estimate": HALF, "bound": {"value": 0.9}}

REMARK = {"id": "A27", "kind": "analogy", "verdict": None, "estimate": None, "bound": None}


def test_every_kind_of_value_has_its_line_in_the_order_of_names():
    values = {"tiny": 1.5e-9, "share": HALF, "name": "ReLU", "folds": 10, "exact": True}
    assert transcript(values, []).splitlines() == [
        "exact = True",
        "folds = 10",
        "name = ReLU",
        "share = 0.5 [0.25, 0.75] (n = 8)",
        "tiny = 1.5e-09",
    ]


def test_values_along_axes_are_told_with_what_finds_them():
    one = {"along": [["width", [2, 16]]], "cells": [HALF, 1]}
    two = {"along": [["k", [1]], ["rate", [0.1, 1]]], "cells": [3, 4]}
    assert transcript({"a": one, "b": two}, []).splitlines() == [
        "a = [2] 0.5 [0.25, 0.75] (n = 8), [16] 1",
        "b = [k=1, rate=0.1] 3, [k=1, rate=1] 4",
    ]


def test_a_list_may_hold_estimates_and_lists():
    values = {"cells": [1, HALF, [2.0, "x"]]}
    assert transcript(values, []) == "cells = (1, 0.5 [0.25, 0.75] (n = 8), (2, x))"


def test_a_claim_stands_with_verdict_estimate_and_the_bound_written_down_before():
    lines = transcript(
        {"folds": 3}, [CLAIM, {**CLAIM, "id": "A26", "bound": {"value": 1}}, REMARK]
    ).splitlines()
    assert lines == [
        "folds = 3",
        "",
        "claims",
        "A25/pieces    refuted       0.5 [0.25, 0.75] (n = 8), against 0.9",
        "A26           refuted       0.5 [0.25, 0.75] (n = 8), against 1",
    ]


def test_a_bound_is_told_with_its_side_and_its_reason():
    why = {"zh": "十次里九次。", "en": "Nine of ten."}
    bound = {"direction": "at least", "value": 0.9, "because": why}
    assert transcript({}, [{**CLAIM, "bound": bound}]).splitlines()[-2:] == [
        "A25/pieces    refuted       0.5 [0.25, 0.75] (n = 8), against at least 0.9",
        "  because     Nine of ten.",
    ]


def test_of_a_bound_that_is_every_case_the_cases_are_counted():
    bound = {"direction": "equal", "value": 1, "because": None}
    exact = {"mean": 1, "low": 1, "high": 1, "n": 72}
    lines = transcript({}, [{**CLAIM, "bound": bound, "estimate": exact}]).splitlines()
    assert lines[-1].endswith("1 [1, 1] (n = 72), against all 72 cases")


def test_long_lines_are_broken_between_entries_and_lose_nothing():
    values = {"counts": [10**9 + k for k in range(40)]}
    lines = transcript(values, []).splitlines()
    assert len(lines) > 1
    assert max(map(len, lines)) <= 88
    assert all(line.startswith("    1") for line in lines[1:])
    expected = "counts = (" + ", ".join(map(str, values["counts"])) + ")"
    assert " ".join(line.strip() for line in lines) == expected


def test_a_word_longer_than_a_line_stays_whole():
    assert "x" * 100 in transcript({"name": "x" * 100}, [])


def factor(name, rival, verdict):
    return {"name": {"en": name}, "rival": rival, "verdict": verdict, "estimate": HALF}


def test_several_settings_stand_with_their_own_estimates():
    settings = {"along": [["width", [4, 8]]], "cells": [HALF, HALF]}
    lines = transcript({}, [{**CLAIM, "settings": settings}]).splitlines()
    assert "[4] 0.5 [0.25, 0.75] (n = 8), [8] 0.5 [0.25, 0.75] (n = 8)" in " ".join(
        line.strip() for line in lines
    )


def test_a_cause_is_told_with_each_factor_alone_and_what_carries_the_effect():
    factors = [factor("steepness", False, "supported"), factor("spreading", True, "refuted")]
    lines = transcript({}, [{**CLAIM, "factors": factors, "carrier": "alone"}]).splitlines()
    assert lines[-3:] == [
        "  named       supported     0.5 [0.25, 0.75] (n = 8), steepness alone",
        "  rival       refuted       0.5 [0.25, 0.75] (n = 8), spreading alone",
        "  carried by  the named factor alone",
    ]


def test_whatever_can_carry_an_effect_has_its_words():
    assert CARRIED.keys() == set(CARRIERS)


def test_a_run_alone_is_told_by_its_own_verdict_and_not_by_that_of_the_grid():
    (line,) = transcript(
        {}, [{**CLAIM, "verdict": "conditional", "book": "supported"}]
    ).splitlines()[-1:]
    assert "supported" in line
    assert "conditional" not in line
