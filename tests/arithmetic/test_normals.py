"""The normal quantile: exact to the last places, alike with either logarithm."""

from functools import partial

import mpmath
import numpy as np
import pytest

from dlbook.arithmetic.elementwise import elementwise
from dlbook.arithmetic.normals import inverse_normal

PLACES = np.concatenate([
    np.random.default_rng(4).random(4000), 2.0 ** -np.arange(1.0, 54.0), [0.075, 0.925, 0.5],
])  # fmt: skip


def test_it_inverts_the_distribution_function():
    with mpmath.workdps(40):
        some = PLACES[-300:]
        for p, z in zip(some.tolist(), inverse_normal(some).tolist(), strict=True):
            true = -mpmath.sqrt(2) * mpmath.erfinv(1 - 2 * mpmath.mpf(p))
            assert abs(z - true) <= 1e-15 * abs(true) + 1e-300


def test_the_compiled_logarithm_gives_the_same_bits():
    compiled = inverse_normal(PLACES, partial(elementwise, "log"))
    assert compiled.tobytes() == inverse_normal(PLACES).tobytes()


def test_it_is_odd_about_one_half_and_rises():
    low = 2.0 ** -np.arange(2.0, 50.0)
    assert inverse_normal(low).tolist() == (-inverse_normal(1.0 - low)).tolist()
    found = inverse_normal(np.sort(PLACES))
    assert (np.diff(found) >= 0).all()


@pytest.mark.parametrize("shape", [(3,), (2, 0), (2, 3, 1)])
def test_every_shape_comes_back(shape):
    assert inverse_normal(np.full(shape, 0.99)).shape == shape


def test_the_square_root_of_this_processor_is_rounded_exactly():
    """√x lies between the halfway points around what is found: checked in whole numbers."""
    draw = np.random.default_rng(8)
    x = draw.integers(2**60, 2**62, 4000)
    for whole, root in zip(x.tolist(), np.sqrt(x.astype(np.float64)).tolist(), strict=True):
        exact, fine = int(float(whole)) * 2**50, int(root * 2.0**25)  # its last place counts 8
        assert (fine - 4) ** 2 <= exact <= (fine + 4) ** 2
