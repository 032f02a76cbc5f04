import copy
from typing import Any

import pytest

from dlbook.record.moves import Move
from dlbook.site.reading.book_moves import Turn, book_moves
from tests.site.conftest import RECORD


def moved(**parts: Any) -> Any:
    """What moved in one figure between RECORD and a copy of it with these values."""
    after = copy.deepcopy(RECORD)
    after["values"].update(parts)
    return book_moves({"saw": RECORD}, {"saw": after})


def test_nothing_moved_between_equal_records():
    assert not book_moves({"saw": RECORD}, {"saw": copy.deepcopy(RECORD)})


@pytest.mark.parametrize("part", ["texts", "config", "made_on", "figure"])
def test_words_configurations_and_machines_do_not_count(part):
    assert not book_moves({"saw": RECORD}, {"saw": {**RECORD, part: {"other": 1}}})


@pytest.mark.parametrize(
    ("value", "move"),
    [
        ({"teeth": 9}, Move("values", "teeth", 8, 9)),
        ({"counts": {"along": [["k", [0, 1, 2, 3]]], "cells": [1, 2, 5, 8]}},
         Move("values", "counts[2]", 4, 5)),
        ({"weights": 36710001}, Move("values", "weights", 36710000, 36710001)),
        (
            {"share": {"mean": 0.6, "low": 0.5, "high": 0.7, "n": 8}},
            Move("values", "share", RECORD["values"]["share"],
                {"mean": 0.6, "low": 0.5, "high": 0.7, "n": 8},
            ),
        ),
    ],
)  # fmt: skip
def test_a_number_that_moved_is_told_with_both_values(value, move):
    (figure,) = moved(**value).figures
    assert (figure.name, figure.turns, figure.moves) == ("saw", (), (move,))


def test_a_field_that_came_or_holds_something_else_has_not_moved():
    assert not moved(fresh=1)
    assert not moved(teeth=[8])
    assert not moved(counts=4)


def test_values_that_were_a_list_and_lie_along_axes_now_have_not_moved():
    """Git remembers records in which an entry was found by its place."""
    older = copy.deepcopy(RECORD)
    older["values"]["counts"] = [[1, 2], [4, 8]]
    assert not book_moves({"saw": older}, {"saw": RECORD})
    older["values"]["counts"] = [1, 2, 4, 9]
    (figure,) = book_moves({"saw": older}, {"saw": RECORD}).figures
    assert figure.moves == (Move("values", "counts[3]", 9, 8),)


def test_a_bound_that_had_another_name_has_not_moved():
    older = copy.deepcopy(RECORD)
    for claim in older["claims"]:
        claim["effect"] = claim.pop("bound")["value"]
    assert not book_moves({"saw": older}, {"saw": RECORD})


def claim_with(**parts: Any) -> dict[str, Any]:
    first, second = RECORD["claims"]
    return {**RECORD, "claims": [first, {**second, **parts}]}


def test_a_verdict_that_turned_is_told():
    (figure,) = book_moves({"saw": RECORD}, {"saw": claim_with(verdict="supported")}).figures
    assert figure.turns == (Turn("A26", "refuted", "supported"),)
    assert figure.moves == ()


def test_a_bound_that_moved_is_told_before_the_estimate():
    better = {"mean": 0.95, "low": 0.9, "high": 1.0, "n": 8}
    after = claim_with(
        bound={"direction": "at least", "value": 0.8, "because": None}, estimate=better
    )
    (figure,) = book_moves({"saw": RECORD}, {"saw": after}).figures
    assert figure.moves == (
        Move("claims", "A26", 0.9, 0.8, "bound.value"),
        Move("claims", "A26", RECORD["claims"][1]["estimate"], better, "estimate"),
    )


def test_claims_that_come_and_go_are_told():
    fewer = {**RECORD, "claims": RECORD["claims"][:1]}
    (lost,) = book_moves({"saw": RECORD}, {"saw": fewer}).figures
    assert lost.turns == (Turn("A26", "refuted", None),)
    (won,) = book_moves({"saw": fewer}, {"saw": RECORD}).figures
    assert won.turns == (Turn("A26", None, "refuted"),)


def test_figures_that_come_and_go_are_told_by_name():
    moves = book_moves({"axe": RECORD, "saw": RECORD}, {"saw": RECORD, "file": RECORD})
    assert list(moves.added) == ["file"]
    assert list(moves.removed) == ["axe"]
    assert moves.figures == ()
