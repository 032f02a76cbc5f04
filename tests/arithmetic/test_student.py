"""Student's t by finite sums, against scipy."""

import math

import pytest
from scipy.special import stdtr, stdtrit

from dlbook.arithmetic.student import student_quantile, student_within

FREEDOMS = [1, 2, 3, 4, 5, 7, 10, 15, 31, 63, 99, 127, 499]


@pytest.mark.parametrize("freedom", FREEDOMS)
def test_the_share_within_is_that_of_the_distribution(freedom):
    for t in (0.0, 0.01, 0.7, 2.0, 12.5, 700.0):
        assert student_within(freedom, t) == pytest.approx(2 * stdtr(freedom, t) - 1, abs=1e-14)


@pytest.mark.parametrize("freedom", FREEDOMS)
def test_the_quantile_is_where_the_share_is_reached(freedom):
    t = student_quantile(freedom, 0.95)
    assert t == pytest.approx(stdtrit(freedom, 0.975), rel=1e-12)
    assert student_within(freedom, math.nextafter(t, 0.0)) < 0.95 <= student_within(freedom, t)


@pytest.mark.parametrize(("freedom", "share"), [(0, 0.95), (3, 0.0), (3, 1.0)])
def test_what_has_no_quantile_is_refused(freedom, share):
    with pytest.raises(ValueError, match="no t for"):
        student_quantile(freedom, share)
