from fractions import Fraction
from functools import cache
from itertools import groupby, pairwise, product

import pytest
import torch

from dlbook.mathematics import bounds, explicit, folds, polylines, rng


def runs(decisions):
    return sum(1 for _ in groupby(decisions))


@pytest.mark.parametrize("points", range(1, 11))
@pytest.mark.parametrize("units", range(5))
def test_one_hidden_layer_is_bounded_by_the_best_of_all_decisions_with_few_runs(points, units):
    labels = [i % 2 for i in range(points)]
    best = max(
        sum(d == label for d, label in zip(decisions, labels, strict=True))
        for decisions in product((0, 1), repeat=points)
        if runs(decisions) <= units + 2
    )
    assert bounds.alternating_accuracy([units], points) == Fraction(best, points)


@pytest.mark.parametrize("points", [16, 64])
@pytest.mark.parametrize("units", [1, 4, 10, 20, 61, 70])
def test_a_dynamic_programme_over_runs_finds_the_same_bound(points, units):
    @cache
    def best(position, decision, left):
        """Right answers from ``position`` on, with ``left`` more changes of decision allowed."""
        if position == points:
            return 0
        stay = (decision == position % 2) + best(position + 1, decision, left)
        turn = left and best(position, 1 - decision, left - 1)
        return max(stay, turn)

    most = max(best(0, decision, units + 1) for decision in (0, 1))
    assert bounds.alternating_accuracy([units], points) == Fraction(most, points)


@pytest.mark.parametrize(("units", "bound"), [(10, 0.59375), (20, 0.671875)])
def test_sixty_four_points_give_the_known_bounds(units, bound):
    assert float(bounds.alternating_accuracy([units], 64)) == bound
    assert bound == 0.5 + (units + 2) / (2 * 64)


def test_three_relus_attain_the_bound_on_five_points():
    layers = [
        explicit.layer([[1, 1, -1]], [-1, -2, 3]),
        explicit.layer([[-2], [1.5], [-1]], [2]),
    ]
    line = polylines.trace(layers, -1, 5)
    assert line.slopes == (1, -1, Fraction(1, 2), Fraction(-1, 2))
    x = torch.tensor([-0.5, 1, 2, 3, 4.5], dtype=torch.float64)
    output = explicit.evaluate(layers, x[:, None])[:, 0]
    threshold = -0.75
    assert (output > threshold).tolist() == [False, True, False, True, False]
    assert bounds.alternating_accuracy([3], 5) == 1


@pytest.mark.parametrize("k", range(1, 8))
def test_two_relus_in_each_of_log2_n_layers_classify_every_alternating_point(k):
    x = torch.arange(2**k, dtype=torch.float64) / 2**k
    output = explicit.evaluate(folds.deep(k), x[:, None])[:, 0]
    assert (output > 0.5).tolist() == [i % 2 == 0 for i in range(2**k)]
    assert bounds.alternating_accuracy([2] * k, 2**k) == 1
    assert k < 4 or bounds.alternating_accuracy([2 * k], 2**k) < 1


@pytest.mark.parametrize("hidden", [(4,), (3, 2), (2, 2, 2)])
def test_random_networks_never_have_more_pieces_than_the_bound(hidden):
    widths = (1, *hidden, 1)
    counts = []
    for seed in range(40):
        draws = rng.stream(seed, "bounds")
        layers = [(draws.normal(a, b), draws.normal(b)) for a, b in pairwise(widths)]
        counts.append(polylines.trace(layers, -100, 100).pieces)
    assert 1 < max(counts) <= bounds.most_pieces(hidden)


def test_pieces_multiply_over_layers_and_add_within_one():
    assert bounds.most_pieces([]) == 1
    assert bounds.most_pieces([7]) == 8
    assert bounds.most_pieces([2, 3]) == 12
