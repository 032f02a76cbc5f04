from fractions import Fraction
from itertools import product

import numpy as np
import pytest
import torch

from dlbook.mathematics import explicit, folds, polylines, rng

ROUNDING = 1e-9


def output(layers, x):
    return explicit.evaluate(layers, x[:, None])[:, 0]


def test_the_fold_is_a_v():
    points = [Fraction(0), Fraction(1, 4), Fraction(1, 2), Fraction(3, 4), Fraction(1)]
    assert [folds.fold(x) for x in points] == [1, Fraction(1, 2), 0, Fraction(1, 2), 1]


def test_the_fold_is_two_relus():
    x = torch.arange(65, dtype=torch.float64) / 64
    by_hand = 2 * torch.relu(x - 0.5) + 2 * torch.relu(0.5 - x)
    assert torch.equal(by_hand, folds.fold(x))
    assert torch.equal(output(folds.deep(1), x), by_hand)


def test_three_folds_of_a_third_and_a_fifth_by_hand():
    assert folds.fold(Fraction(1, 3), 3) == Fraction(1, 3)
    assert folds.fold(Fraction(1, 5), 3) == Fraction(3, 5)
    assert folds.fold(0.3, 0) == 0.3


@pytest.mark.parametrize("k", range(1, 11))
def test_the_deep_network_has_two_to_the_k_pieces_of_the_right_slopes(k):
    line = polylines.trace(folds.deep(k))
    assert line.pieces == 2**k
    assert line.slopes == tuple(2**k if i % 2 else -(2**k) for i in range(2**k))
    assert line.knots == tuple(Fraction(i, 2**k) for i in range(2**k + 1))
    assert line.values == tuple((i + 1) % 2 for i in range(2**k + 1))


@pytest.mark.parametrize("k", range(1, 7))
def test_the_shallow_network_is_the_same_function_exactly(k):
    assert polylines.trace(folds.shallow(k)) == polylines.trace(folds.deep(k))


@pytest.mark.parametrize("k", range(1, 11))
def test_both_networks_follow_the_iterated_fold_on_a_grid(k):
    x = torch.arange(2 ** (k + 2) + 1, dtype=torch.float64) / 2 ** (k + 2)
    assert torch.equal(output(folds.deep(k), x), folds.fold(x, k))
    assert torch.equal(output(folds.shallow(k), x), folds.fold(x, k))


@pytest.mark.parametrize("k", range(1, 11))
def test_the_costs_are_6k_plus_1_and_3_times_2_to_the_k_plus_1(k):
    deep, shallow = folds.deep(k), folds.shallow(k)
    assert explicit.parameters(deep) == 6 * k + 1
    assert explicit.parameters(shallow) == 3 * 2**k + 1
    assert [W.shape[1] for W, _ in deep] == [2] * k + [1]
    assert [W.shape[1] for W, _ in shallow] == [2**k, 1]


def oriented_features(k, signs, x):
    """The ReLUs with kinks at ``i / 2^k`` that look right (+1) or left (-1), ``(n, 2^k - 1)``."""
    kinks = np.arange(1, 2**k) / 2**k
    return np.maximum(np.array(signs) * (x[:, None] - kinks), 0)


@pytest.mark.parametrize("k", [1, 2, 3])
def test_no_orientation_of_one_unit_per_kink_fits_the_fold_and_a_skip_makes_every_one_fit(k):
    x = np.arange(4 * 2**k + 1) / (4 * 2**k)
    target = folds.fold(torch.from_numpy(x), k).numpy()
    for signs in product((-1, 1), repeat=2**k - 1):
        features = np.column_stack([np.ones_like(x), oriented_features(k, signs, x)])
        without = features @ np.linalg.lstsq(features, target)[0]
        assert np.abs(without - target).max() > ROUNDING
        features = np.column_stack([features, x])
        beside = features @ np.linalg.lstsq(features, target)[0]
        assert np.abs(beside - target).max() < ROUNDING


@pytest.mark.parametrize("k", [1, 2, 3, 4])
def test_the_first_slopes_are_those_of_all_orientations(k):
    changes = [2 ** (k + 1) * (-1) ** i for i in range(2**k - 1)]
    # Evaluate the slope left of all kinks for each sign pattern, from the units themselves.
    patterns = np.array(list(product((0, 1), repeat=len(changes))))
    slopes = -patterns @ np.array(changes)
    assert folds.first_slopes(k) == sorted(set(slopes.tolist()))


@pytest.mark.parametrize("k", range(1, 9))
def test_every_first_slope_misses_the_one_needed_by_two_to_the_k(k):
    assert all(slope % 2 ** (k + 1) == 0 for slope in folds.first_slopes(k))
    assert folds.slope_gap(k) == 2**k


@pytest.mark.parametrize("build", [folds.deep, folds.shallow])
def test_zero_folds_make_no_network(build):
    with pytest.raises(ValueError, match="at least once, not 0"):
        build(0)


def test_floats_fold_exactly_on_multiples_of_two_to_the_minus_53():
    for x in rng.stream(0, "fold").uniform(50).tolist():
        assert Fraction(folds.fold(x, 40)) == folds.fold(Fraction(x), 40)
