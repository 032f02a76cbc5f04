"""Products of matrices, compiled, have the bits of the specification's loop."""

import numpy as np
import pytest

from dlbook.arithmetic import matrices, specification

SHAPES = [
    ((4, 6), (6, 5)), ((1, 46), (46, 8)), ((46, 1), (1, 3)), ((9, 7), (7, 17)), ((33, 5), (5, 1)),
    ((2, 1, 4, 3), (5, 3, 2)), ((3, 5, 9), (9, 4)), ((6, 5), (7, 5, 11)), ((4, 0), (0, 2)),
    ((0, 4, 3), (3, 2)), ((0, 3), (3, 2)),
]  # fmt: skip


@pytest.mark.parametrize(("left", "right"), SHAPES)
def test_the_bits_are_those_of_the_loop(left, right):
    draw = np.random.default_rng(len(left) * 100 + right[-1])
    a, b = (
        draw.normal(size=shape) * np.exp(draw.uniform(-20, 20, shape)) for shape in (left, right)
    )
    shape = (a @ b).shape
    for start in (np.array(-0.0), draw.normal(size=shape[-1]), draw.normal(size=shape)):
        found, wanted = (
            matrices.product(a, b, start),
            specification.product(a, b, start),
        )
        assert found.shape == wanted.shape
        assert found.tobytes() == wanted.tobytes()


def test_parts_of_larger_arrays_and_turned_ones_are_taken_as_they_look():
    draw = np.random.default_rng(8)
    a, b = draw.normal(size=(3, 12, 10))[:, ::2], draw.normal(size=(3, 9, 10)).swapaxes(1, 2)
    wanted = specification.product(a, b)
    assert matrices.product(a, b, np.zeros(())).tobytes() == wanted.tobytes()


def test_nan_infinity_and_the_sign_of_zero_pass():
    a, b = np.array([[np.inf, -0.0], [0.0, 0.0]]), np.array([[0.0, -1.0], [1.0, 2.0]])
    found = matrices.product(a, b, np.array(-0.0))
    assert np.isnan(found[0, 0])
    assert found[0, 1] == -np.inf
    assert np.signbit(found[1]).tolist() == [False, False]
    for product in (matrices.product, specification.product):
        assert np.signbit(product(-a[1:], b, np.array(-0.0))).tolist() == [[True, False]]
