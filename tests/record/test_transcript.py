"""The lines that a run prints and that the site takes from a record."""

from dlbook.record.transcript import transcript

HALF = {"mean": 0.5, "low": 0.25, "high": 0.75, "n": 8}
CLAIM = {"id": "A25/pieces", "verdict": "refuted", "estimate": HALF, "effect": 0.9}


def test_every_kind_of_value_has_its_line_in_the_order_of_names():
    values = {"tiny": 1.5e-9, "share": HALF, "name": "ReLU", "folds": 10, "exact": True}
    assert transcript(values, []).splitlines() == [
        "exact = True",
        "folds = 10",
        "name = ReLU",
        "share = 0.5 [0.25, 0.75] (n = 8)",
        "tiny = 1.5e-09",
    ]


def test_a_list_may_hold_estimates_and_lists():
    values = {"cells": [1, HALF, [2.0, "x"]]}
    assert transcript(values, []) == "cells = (1, 0.5 [0.25, 0.75] (n = 8), (2, x))"


def test_a_claim_stands_with_verdict_estimate_and_the_bound_written_down_before():
    lines = transcript({"folds": 3}, [CLAIM, {**CLAIM, "id": "A26", "effect": 1}]).splitlines()
    assert lines == [
        "folds = 3",
        "",
        "claims",
        "A25/pieces    refuted       0.5 [0.25, 0.75] (n = 8), against 0.9",
        "A26           refuted       0.5 [0.25, 0.75] (n = 8), against 1",
    ]


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
