from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest
import torch
from scipy.optimize import linprog

from dlbook.mathematics import explicit, polylines, squares


@pytest.mark.parametrize("m", range(1, 9))
def test_the_deep_error_is_four_to_the_minus_m_plus_1_exactly(m):
    line = polylines.trace(squares.deep(m))
    assert squares.square_error(line) == Fraction(1, 4 ** (m + 1))
    assert line.pieces == 2**m


@pytest.mark.parametrize("m", range(1, 9))
def test_the_deep_network_joins_points_of_the_parabola(m):
    line = polylines.trace(squares.deep(m))
    assert line.knots == tuple(Fraction(i, 2**m) for i in range(2**m + 1))
    assert line.values == tuple(x * x for x in line.knots)


@pytest.mark.parametrize("m", [1, 3, 6])
def test_the_deep_network_is_x_minus_the_hats_over_powers_of_four(m):
    x = torch.linspace(0, 1, 1001, dtype=torch.float64)
    expected, hat = x.clone(), x
    for s in range(1, m + 1):
        hat = torch.where(hat < 0.5, 2 * hat, 2 - 2 * hat)
        expected = expected - hat / 4**s
    output = explicit.evaluate(squares.deep(m), x[:, None])[:, 0]
    torch.testing.assert_close(output, expected, rtol=0, atol=1e-14)


@pytest.mark.parametrize("m", range(1, 9))
def test_the_deep_network_has_m_layers_of_three_and_12m_minus_2_numbers(m):
    layers = squares.deep(m)
    assert explicit.parameters(layers) == 12 * m - 2
    assert [W.shape[1] for W, _ in layers] == [3] * m + [1]


@pytest.mark.parametrize("n", range(1, 9))
def test_the_best_polylines_have_the_errors_that_are_claimed(n):
    free, flat = squares.best_polyline(n), squares.best_relu_polyline(n)
    assert (free.pieces, flat.pieces) == (n, n + 1)
    assert squares.square_error(free) == squares.piece_error(n) == Fraction(1, 8 * n**2)
    assert squares.square_error(flat) == squares.relu_error(n) == Fraction(1, 2 * (2 * n + 1) ** 2)
    assert (flat.knots[-1], flat.slopes[0]) == (1, 0)


@pytest.mark.parametrize("n", range(1, 9))
def test_n_relus_without_a_skip_lie_between_n_and_n_plus_1_free_pieces(n):
    assert squares.piece_error(n + 1) < squares.relu_error(n) < squares.piece_error(n)


@pytest.mark.parametrize("n", [1, 2, 5])
def test_the_flat_start_needs_only_n_relus(n):
    line = squares.best_relu_polyline(n)
    knots, values = line.tensors()
    W, b, head, shift = (part for layer in polylines.relus(knots, values) for part in layer)
    assert head[0] == 0  # the unit of the flat first piece
    layers = [(W[:, 1:], b[1:]), (head[1:], shift)]
    x = torch.linspace(0, 1, 2001, dtype=torch.float64)
    output = explicit.evaluate(layers, x[:, None])[:, 0]
    assert float((output - x * x).abs().max()) == pytest.approx(float(squares.relu_error(n)), 1e-3)


def least_error(features, x):
    """The smallest ``max |features @ c - x²|`` over c, by linear programming."""
    ones = np.ones((len(x), 1))
    upper = np.block([[features, -ones], [-features, -ones]])
    cost = np.zeros(features.shape[1] + 1)
    cost[-1] = 1
    found = linprog(cost, upper, np.concatenate([x * x, -x * x]), bounds=(None, None))
    return found.fun


@pytest.mark.parametrize(("n", "cells"), [(1, 12), (2, 10)])
def test_linear_programs_over_all_kinks_and_orientations_find_nothing_better(n, cells):
    x = np.linspace(0, 1, 6 * cells + 1)
    grid = np.arange(cells + 1) / cells if n == 2 else np.arange(13) / 12
    errors = []
    for kinks in combinations(grid, n):
        for signs in product((-1, 1), repeat=n):
            units = np.maximum(np.array(signs) * (x[:, None] - np.array(kinks)), 0)
            errors.append(least_error(np.column_stack([np.ones_like(x), units]), x))
    assert min(errors) == pytest.approx(float(squares.relu_error(n)), rel=1e-6)


@pytest.mark.parametrize(("pieces", "cells"), [(2, 12), (3, 12)])
def test_linear_programs_over_all_knots_find_no_better_polyline(pieces, cells):
    x = np.linspace(0, 1, 6 * cells + 1)
    inner = np.arange(1, cells) / cells
    errors = []
    for kinks in combinations(inner, pieces - 1):
        units = np.maximum(x[:, None] - np.array(kinks), 0)
        errors.append(least_error(np.column_stack([np.ones_like(x), x, units]), x))
    assert min(errors) == pytest.approx(float(squares.piece_error(pieces)), rel=1e-6)


def test_the_error_is_found_inside_a_piece_at_its_ends_and_on_either_side():
    ends = (Fraction(0), Fraction(1))
    assert squares.square_error(polylines.Polyline(ends, ends)) == Fraction(1, 4)
    zero = polylines.Polyline(ends, (Fraction(0), Fraction(0)))
    assert squares.square_error(zero) == 1
    high = polylines.Polyline(ends, (Fraction(2), Fraction(1)))
    assert squares.square_error(high) == 2
    steep = polylines.Polyline(ends, (Fraction(-1), Fraction(3)))
    assert squares.square_error(steep) == 2


def test_the_error_agrees_with_a_dense_grid():
    line = polylines.Polyline(
        tuple(map(Fraction, ("0", "1/5", "7/10", "1"))),
        tuple(map(Fraction, ("1/9", "0", "3/7", "1"))),
    )
    x = np.linspace(0, 1, 100_001)
    knots, values = (part.numpy() for part in line.tensors())
    dense = np.abs(np.interp(x, knots, values) - x * x).max()
    assert float(squares.square_error(line)) == pytest.approx(dense, abs=1e-9)


def test_a_parabola_without_layers_is_refused():
    with pytest.raises(ValueError, match="at least one hidden layer, not 0"):
        squares.deep(0)
