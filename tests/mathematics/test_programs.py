from dataclasses import FrozenInstanceError
from fractions import Fraction

import pytest

from dlbook.mathematics import folds, programs

POINTS = [Fraction(0), Fraction(1, 3), Fraction(5, 16), Fraction(1)]


@pytest.mark.parametrize("reuse", [True, False])
@pytest.mark.parametrize("x", POINTS)
@pytest.mark.parametrize("k", range(8))
def test_both_programs_return_the_fold(x, k, reuse):
    assert programs.folded(x, k, reuse=reuse).value == folds.fold(x, k)


@pytest.mark.parametrize("k", range(1, 13))
def test_reuse_turns_two_to_the_k_calls_into_k(k):
    kept = programs.folded(Fraction(1, 3), k, reuse=True)
    assert (kept.folds, kept.reads) == (k, 1)
    assert kept.calls == (1,) * (k + 1)
    forgotten = programs.folded(Fraction(1, 3), k, reuse=False)
    assert (forgotten.folds, forgotten.reads) == (2**k - 1, 2**k)
    assert forgotten.calls == tuple(2 ** (k - j) for j in range(k + 1))


def test_the_count_of_work_cannot_be_changed_afterwards():
    work = programs.folded(Fraction(1, 3), 1, reuse=True)
    with pytest.raises(FrozenInstanceError):
        work.calls = ()
