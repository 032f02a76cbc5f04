"""Least squares against LAPACK's, and what makes the shortest of exact fits the shortest."""

import math

import numpy as np
import pytest
import torch

from dlbook.mathematics import rng
from dlbook.mathematics.least_squares import minimum_norm, solve


def problem(points, count, stack=3):
    stream = rng.streams(range(stack), "problem", points, count)
    return stream.normal(points, count), stream.normal(points)


@pytest.mark.parametrize(("points", "count"), [(7, 1), (7, 3), (7, 6), (7, 8), (7, 30), (40, 20)])
def test_coefficients_are_those_of_lapack(points, count):
    features, targets = problem(points, count)
    found = minimum_norm(features, targets)
    assert found.shape == (3, count)
    for one, phi, y in zip(found.numpy(), features.numpy(), targets.numpy(), strict=True):
        np.testing.assert_allclose(one, np.linalg.lstsq(phi, y, rcond=None)[0], rtol=1e-7)


def test_as_many_features_as_points_fit_exactly():
    features, targets = problem(9, 9)
    found = (features @ minimum_norm(features, targets)[..., None])[..., 0]
    torch.testing.assert_close(found, targets, rtol=0, atol=1e-8)


def test_a_problem_alone_has_the_bits_that_it_has_among_others():
    features, targets = problem(12, 30, stack=5)
    alone = minimum_norm(features[3:4], targets[3:4])
    assert torch.equal(alone[0], minimum_norm(features, targets)[3])


def test_the_order_of_operations_is_that_of_the_text():
    """Element by element, as the page does it."""
    stream = rng.streams([0], "order")
    root = stream.normal(6, 6)
    matrix, right = (root @ root.mT), stream.normal(6)
    a, x = matrix[0].tolist(), right[0].tolist()
    for i in range(6):
        for j in range(i + 1):
            value = a[i][j]
            for k in range(j):
                value = value - a[i][k] * a[j][k]
            a[i][j] = value / a[j][j] if j < i else math.sqrt(value)
    for i in range(6):
        for k in range(i):
            x[i] = x[i] - a[i][k] * x[k]
        x[i] = x[i] / a[i][i]
    for i in reversed(range(6)):
        for k in reversed(range(i + 1, 6)):
            x[i] = x[i] - a[k][i] * x[k]
        x[i] = x[i] / a[i][i]
    assert solve(matrix, right)[0].tolist() == x


def test_equal_features_are_refused():
    features, targets = problem(8, 3)
    features[:, :, 2] = 0
    with pytest.raises(ArithmeticError, match="rank is not full"):
        minimum_norm(features, targets)
