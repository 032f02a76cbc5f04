"""Grids: exact ends, symmetry, the nearest doubles where the ends are whole."""

from fractions import Fraction

import numpy as np
import pytest

from dlbook.arithmetic.grids import geomspace, linspace


@pytest.mark.parametrize("points", [1, 2, 3, 12, 41, 100, 101, 1025])
def test_each_place_between_whole_ends_is_the_nearest_double(points):
    for low, high in ((-1, 1), (0, 1), (-3, 7)):
        step = Fraction(high - low, max(points - 1, 1))
        wanted = [float(low + i * step) for i in range(points)]
        assert linspace(low, high, points).tolist() == wanted


def test_ends_are_exact_and_a_symmetric_grid_is_its_own_mirror():
    for points in range(2, 300):
        found = linspace(-0.3, 0.3, points)
        assert (found[0], found[-1]) == (-0.3, 0.3)
        assert found.tolist() == (-found[::-1]).tolist()
        assert abs(found - np.linspace(-0.3, 0.3, points)).max() < 2e-16


@pytest.mark.parametrize("points", [1, 2, 3, 41, 201])
def test_a_geometric_grid_keeps_its_ends_and_its_ratio(points):
    found = geomspace(0.01, 100.0, points)
    assert (found[0], found[-1] if points > 1 else 100.0) == (0.01, 100.0)
    np.testing.assert_allclose(found, np.geomspace(0.01, 100.0, points), rtol=2e-15)
    assert (np.diff(found) > 0).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: linspace(0, 1, 0), "a grid of 0 points; take 1 or more"),
        (lambda: geomspace(0, 1, 3), "a geometric grid from 0 to 1; take positive finite ends"),
        (lambda: geomspace(1, np.inf, 3), "take positive finite ends"),
    ],
)
def test_what_is_no_grid_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
