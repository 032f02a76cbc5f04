import math

import numpy as np
import pytest
import torch
from scipy.special import expit

from dlbook.mathematics import sigmoids

Z = torch.linspace(-20, 20, 4001, dtype=torch.float64)


def test_the_hard_sigmoid_is_the_sigmoids_tangent_clipped():
    z = torch.tensor([-5.0, -2, -1, 0, 1, 2, 5], dtype=torch.float64)
    assert sigmoids.hard_sigmoid(z).tolist() == [0, 0, 0.25, 0.5, 0.75, 1, 1]


def test_the_hard_sigmoid_misses_the_sigmoid_most_at_its_corners():
    gap = np.abs(sigmoids.hard_sigmoid(Z).numpy() - expit(Z.numpy()))
    assert gap.max() == pytest.approx(1 - expit(2.0), abs=1e-12)
    assert abs(float(Z[gap.argmax()])) == pytest.approx(2)


@pytest.mark.parametrize("spacing", [0.25, 1.0, 3.0])
def test_the_sum_is_that_of_very_many_sigmoids(spacing):
    z = np.linspace(-6, 30, 25)
    centres = (np.arange(2000) + 0.5) * spacing
    expected = spacing * expit(z[:, None] - centres).sum(1)
    summed = sigmoids.sigmoid_sum(torch.from_numpy(z), spacing)
    assert summed.numpy() == pytest.approx(expected, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize(
    ("spacing", "gap"), [(1.0, 0.0106), (0.5, 0.0026), (0.25, 0.00065), (0.1, 0.000104)]
)
def test_the_sum_falls_short_of_softplus_by_a_ninety_sixth_of_the_square(spacing, gap):
    short = torch.nn.functional.softplus(Z) - sigmoids.sigmoid_sum(Z, spacing)
    assert float(short.max()) == pytest.approx(gap, rel=0.01)
    assert float(short.max()) == pytest.approx(spacing**2 / 96, rel=0.03)
    assert float(Z[short.argmax()]) == pytest.approx(0, abs=1e-9)
    assert float(short.min()) > -1e-6


def test_the_sum_is_log_2_away_from_relu_at_zero():
    zero = torch.zeros(1, dtype=torch.float64)
    assert float(sigmoids.sigmoid_sum(zero, 0.05)[0]) == pytest.approx(math.log(2), rel=1e-4)


@pytest.mark.parametrize("spacing", [0.0, -1.0, math.nan])
def test_a_spacing_that_is_not_positive_is_refused(spacing):
    with pytest.raises(ValueError, match="must be positive"):
        sigmoids.sigmoid_sum(Z, spacing)


def test_the_sum_keeps_the_shape_and_is_spaced_by_one_unless_told_otherwise():
    z = torch.tensor([[0.0, 1, 2], [3, 4, 5]], dtype=torch.float64)
    rows = [sigmoids.sigmoid_sum(row, 1.0) for row in z]
    torch.testing.assert_close(sigmoids.sigmoid_sum(z), torch.stack(rows), rtol=1e-14, atol=0)
