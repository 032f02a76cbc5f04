"""Counts in sentences."""

from dlbook.base.counting import counted


def test_one_is_singular_and_all_else_plural():
    assert [counted(n, "problem") for n in (0, 1, 2, 1200)] == [
        "0 problems", "1 problem", "2 problems", "1,200 problems"
    ]  # fmt: skip
    assert counted(1, "line is", "lines are") == "1 line is"
    assert counted(2, "line is", "lines are") == "2 lines are"
