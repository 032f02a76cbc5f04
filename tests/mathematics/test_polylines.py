from dataclasses import FrozenInstanceError
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
import torch

from dlbook.mathematics import explicit, polylines, rng


def random_polyline(seed, pieces=8):
    draws = rng.stream(seed, "polyline")
    knots = torch.cat([torch.zeros(1), draws.uniform(pieces).cumsum(0)]).double()
    return knots, draws.normal(pieces + 1)


def random_layers(seed, shape):
    draws = rng.stream(seed, "layers", "-".join(map(str, shape)))
    return [(draws.normal(a, b), draws.normal(b)) for a, b in pairwise(shape)]


def output(layers, activation=torch.relu):
    return lambda x: explicit.evaluate(layers, x[:, None], activation)[:, 0]


def rational_output(layers, x):
    """The network by hand, in fractions, at one point."""
    values = [x]
    for depth, (W, b) in enumerate(layers, 1):
        weights, bias = W.tolist(), [Fraction(c) for c in b.tolist()]
        values = [
            sum((Fraction(row[j]) * v for row, v in zip(weights, values, strict=True)), bias[j])
            for j in range(len(bias))
        ]
        if depth < len(layers):
            values = [v if v > 0 else Fraction(0) for v in values]
    return values[0]


@pytest.mark.parametrize("seed", range(5))
def test_ramps_relus_and_pairs_of_relus_draw_the_same_polyline_as_numpy(seed):
    knots, values = random_polyline(seed)
    x = torch.cat([knots, torch.linspace(0, float(knots[-1]), 1001, dtype=torch.float64)])
    expected = torch.from_numpy(np.interp(x, knots, values))
    ramps = polylines.ramps(knots, values)
    for draw in (
        output(ramps, explicit.ramp),
        output(polylines.relus(knots, values)),
        output(polylines.ramps_as_relus(ramps)),
    ):
        torch.testing.assert_close(draw(x), expected, rtol=0, atol=1e-12)


def test_ramps_are_flat_beyond_the_knots_and_relus_run_on():
    knots, values = torch.tensor([0.0, 1, 2]).double(), torch.tensor([0.0, 1, 3]).double()
    x = torch.tensor([-1.0, 4.0]).double()
    assert output(polylines.ramps(knots, values), explicit.ramp)(x).tolist() == [0, 3]
    assert output(polylines.relus(knots, values))(x).tolist() == [0, 7]


def test_every_piece_costs_one_unit_and_a_ramp_two_relus():
    knots, values = random_polyline(0, pieces=6)
    ramps = polylines.ramps(knots, values)
    one_each = [((1, 6), (6,)), ((6, 1), (1,))]
    two_each = [((1, 12), (12,)), ((12, 1), (1,))]
    for layers, shapes in (
        (ramps, one_each),
        (polylines.relus(knots, values), one_each),
        (polylines.ramps_as_relus(ramps), two_each),
    ):
        assert [(W.shape, b.shape) for W, b in layers] == shapes


def test_a_hard_sigmoid_is_exactly_two_relus():
    z = torch.arange(-64, 65, dtype=torch.float64) / 16
    assert torch.equal(explicit.ramp(z), torch.relu(z) - torch.relu(z - 1))


@pytest.mark.parametrize(
    ("f", "curvature"),
    [
        (lambda x: torch.sin(12 * x), 144),
        (lambda x: -2 * x**4 + x**3 + x**2 - 2 * x, 28),
        (lambda x: x**2, 2),
    ],
)
def test_the_chord_bound_is_never_passed_and_the_error_falls_with_the_square(f, curvature):
    x = torch.linspace(-1, 1, 20_001, dtype=torch.float64)
    errors = []
    for pieces in (64, 128, 256):
        knots = torch.linspace(-1, 1, pieces + 1, dtype=torch.float64)
        error = float((output(polylines.relus(knots, f(knots)))(x) - f(x)).abs().max())
        bound = polylines.interpolation_bound(curvature, 2 / pieces)
        assert 0.9 * bound < error <= bound * (1 + 1e-9)
        errors.append(error)
    assert np.log2(np.divide(errors[:-1], errors[1:])) == pytest.approx(2, abs=0.05)


@pytest.mark.parametrize("shape", [(1, 6, 1), (1, 4, 3, 1), (1, 3, 3, 3, 1), (1, 1)])
@pytest.mark.parametrize("seed", range(3))
def test_a_traced_network_is_the_network_in_fractions(shape, seed):
    layers = random_layers(seed, shape)
    line = polylines.trace(layers, -2, 3)
    assert (line.knots[0], line.knots[-1]) == (-2, 3)
    for (a, ya), (b, yb) in pairwise(zip(line.knots, line.values, strict=True)):
        assert a < b
        for share in (Fraction(0), Fraction(1, 3), Fraction(1, 2), Fraction(1)):
            x = a + share * (b - a)
            assert rational_output(layers, x) == ya + share * (yb - ya)
    assert all(s != t for s, t in pairwise(line.slopes))


def test_a_hidden_layer_bends_where_its_units_change_sign():
    (W, b), head = random_layers(4, (1, 20, 1))
    kinks = sorted(
        -Fraction(c) / Fraction(w) for w, c in zip(W[0].tolist(), b.tolist(), strict=True)
    )
    inside = [kink for kink in kinks if -3 < kink < 3]
    line = polylines.trace([(W, b), head], -3, 3)
    assert list(line.knots[1:-1]) == inside
    assert line.pieces == len(inside) + 1


def test_a_knot_that_is_not_a_bend_is_dropped():
    silent = [explicit.layer([[1, 1]], [-0.5, -0.25]), explicit.layer([[0], [1]], [0])]
    line = polylines.trace(silent)
    assert line.knots == (0, Fraction(1, 4), 1)
    assert line.values == (0, 0, Fraction(3, 4))
    assert line.slopes == (0, 1)


def test_two_units_that_bend_at_the_same_place_make_one_knot():
    twins = [explicit.layer([[2, 4]], [-1, -2]), explicit.layer([[1], [1]], [0])]
    assert polylines.trace(twins).knots == (0, Fraction(1, 2), 1)


def test_a_unit_that_is_zero_throughout_makes_no_knot():
    dead = [
        explicit.layer([[1, 1]], [0, -2]),  # the second unit never fires on [0, 1]
        explicit.layer([[1, 0], [0, 1]], [-0.5, 0]),
        explicit.layer([[1], [1]], [0]),
    ]
    assert polylines.trace(dead).knots == (0, Fraction(1, 2), 1)


def test_slopes_and_pieces_by_hand():
    line = polylines.Polyline(
        (Fraction(0), Fraction(1), Fraction(3)), (Fraction(5), Fraction(1), Fraction(2))
    )
    assert line.slopes == (-4, Fraction(1, 2))
    assert line.pieces == 2


def test_a_polyline_cannot_be_changed_afterwards():
    line = polylines.trace(random_layers(0, (1, 2, 1)))
    with pytest.raises(FrozenInstanceError):
        line.knots = ()


def test_a_polyline_as_tensors_is_float64():
    line = polylines.Polyline((Fraction(0), Fraction(1, 3)), (Fraction(1), Fraction(2, 7)))
    knots, values = line.tensors()
    assert knots.dtype == values.dtype == torch.float64
    assert knots.tolist() == [0, 1 / 3]
    assert values.tolist() == [1, 2 / 7]


def test_a_network_of_two_inputs_or_outputs_draws_no_polyline():
    for shape in ((2, 3, 1), (1, 3, 2)):
        with pytest.raises(ValueError, match="one input and one output"):
            polylines.trace(random_layers(0, shape))


def test_an_empty_interval_is_refused():
    with pytest.raises(ValueError, match=r"\[1, 1\] is empty"):
        polylines.trace(random_layers(0, (1, 2, 1)), 1, 1)
