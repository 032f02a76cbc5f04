"""What the chapter “capacity” says in words, and the answers to its exercises.

Numbers are cited from the records; comparisons such as "the deeper, the worse" stand in the prose,
so the accepted records are asked whether they still hold.
"""

import pytest


def test_exercise_1():
    pytest.fail("TODO: compute the answer of the first exercise in another way than the page")
