"""The calls of the two programs, against a function that counts itself and Python's own cache."""

from fractions import Fraction
from functools import lru_cache

import pytest

from tests.scripts import claims, measured, replace, script, verdict

NAME = "reuse_turns_doubling_into_adding"
FOLDS = range(1, 5)


def counted(k, remember):
    """Calls of the fold and readings of the input when ``a`` is asked for twice in each fold."""
    calls, reads = [], []

    def level(j):
        if j == 0:
            reads.append(j)
            return Fraction(1, 3)
        calls.append(j)
        return max(2 * ask(j - 1) - 1, 0) + max(1 - 2 * ask(j - 1), 0)

    ask = lru_cache(level) if remember else level
    ask(k)
    return len(calls), len(reads)


@pytest.mark.parametrize("k", FOLDS)
def test_with_reuse_the_calls_are_those_of_a_cached_function(k):
    result = measured(NAME)
    assert (result.kept[k], result.kept_reads[k]) == counted(k, remember=True)


@pytest.mark.parametrize("k", FOLDS)
def test_without_reuse_the_calls_are_those_of_a_plain_recursion(k):
    result = measured(NAME)
    assert (result.forgotten[k], result.forgotten_reads[k]) == counted(k, remember=False)


def test_the_ends_of_the_curves_are_cited_apart():
    assert (measured(NAME).most_kept, measured(NAME).most_forgotten) == (4, 15)


@pytest.mark.parametrize("k", range(1, 11))
def test_the_network_folds_the_point_as_fractions_do(k):
    x = y = script(NAME)._POINT
    for _ in range(k):
        y = abs(2 * y - 1)
    assert script(NAME).network_value(k, x) == y
    assert 0 < y < 1, "the point still tells the folds apart"


@pytest.mark.parametrize(
    ("claim", "change"),
    [
        ("A21", {"kept": (1, 2, 3, 5)}),
        ("A21", {"forgotten": (1, 3, 7, 16)}),
        ("C10", {"hidden_layers": (1, 2, 3, 5)}),
        ("C10", {"same_as_network": (True, True, False, True)}),
    ],
)
def test_one_case_that_fails_refutes_an_analogy(claim, change):
    assert claims(NAME)[claim].kind == "analogy"
    assert verdict(NAME, claim, measured(NAME)) == "supported"
    assert verdict(NAME, claim, replace(measured(NAME), **change)) == "refuted"


def test_fewer_folds_than_the_drawing_shows_are_refused():
    with pytest.raises(ValueError, match="needs 3 folds or more"):
        script(NAME).run(script(NAME).Config(folds=2))
