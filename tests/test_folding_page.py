"""What the chapter on folding says in words, and the answers to its exercises.

Numbers are cited from the records; comparisons such as "the deeper, the worse" stand in the prose,
so the accepted records are asked whether they still hold.
"""

from fractions import Fraction
from itertools import pairwise, product

import pytest
import torch

from dlbook.mathematics import circuits, explicit, polylines, squares
from tests.scripts import accepted, record


def test_random_networks_stay_far_below_the_maximum():
    folding = accepted("folding_doubles_pieces")
    assert folding["random_most"] < folding["network_pieces"] / 50


def test_after_training_the_shallow_network_is_closer_and_both_are_far_from_the_construction():
    found = accepted("depth_quarters_the_error")
    assert all(ratio["low"] > 1 for ratio in found["ratio"])
    assert found["deep_trained"]["low"] > 1000 * found["built_error"]
    assert found["shallow_trained"]["low"] > 10 * found["shallow_limit"]


def test_no_run_exceeds_its_bound_and_the_deep_networks_draw_far_too_few_pieces():
    found = accepted("alternating_points_need_pieces")
    assert all(best <= bound for best, bound in zip(found["best"], found["bounds"], strict=True))
    assert found["pieces"]["deep"]["high"] < found["exact_pieces"] / 2
    assert found["most_pieces"]["deep"] > found["exact_pieces"]
    assert found["exact_accuracy"] == 1


def test_on_digits_the_deep_network_is_worse_and_the_deeper_the_worse():
    found = accepted("equal_size_deep_or_shallow")
    for train in (200, 1000):
        means = [found["differences"][train, depth]["mean"] for depth in (2, 3, 5, 7)]
        assert all(deeper < less for less, deeper in pairwise(means))
        assert found["differences"][train, 7]["high"] < 0
    few, many = (found["differences"][train, 7] for train in (200, 1000))
    assert few["high"] < many["low"], "with few images depth costs more"


def test_the_two_speech_networks_are_of_one_size():
    found = accepted("equal_size_deep_or_shallow")
    assert found["wide_weights"][3772] == pytest.approx(found["deep_weights"][5], rel=1e-3)
    assert found["deep_errors"][5] < found["wide_errors"][3772]


def test_exercise_1_the_second_layer_is_one_half_at_four_odd_eighths():
    half = Fraction(1, 2)
    eighths = [Fraction(i, 64) for i in range(65)]
    found = [x for x in eighths if abs(2 * abs(2 * x - 1) - 1) == half]
    assert found == [Fraction(i, 8) for i in (1, 3, 5, 7)]


@pytest.mark.parametrize("pieces", range(2, 8))
def test_exercise_2_one_relu_fewer_than_pieces_cannot_fold_and_as_many_can(pieces):
    changes = [2 * pieces * (-1) ** (i + 1) for i in range(pieces - 1)]
    facing = product((0, 1), repeat=pieces - 1)
    slopes = {-sum(d for d, left in zip(changes, way, strict=True) if left) for way in facing}
    assert pieces not in slopes
    if pieces == 3:
        assert slopes == {0, 6, -6}
    knots = torch.arange(pieces + 1, dtype=torch.float64) / pieces
    layers = polylines.relus(knots, torch.arange(pieces + 1, dtype=torch.float64) % 2)
    assert layers[0][0].shape[1] == pieces
    reached = explicit.evaluate(layers, knots[:, None])[:, 0]
    assert reached.tolist() == pytest.approx([i % 2 for i in range(pieces + 1)], abs=1e-12)


@pytest.mark.parametrize("m", [1, 2, 3])
def test_exercise_3_the_product_errs_by_the_stated_amounts_at_most(m):
    grid = torch.arange(65, dtype=torch.float64) / 64
    x, y = (axis.reshape(-1, 1) for axis in torch.meshgrid(grid, grid, indexing="ij"))

    def square(z):
        return explicit.evaluate(squares.deep(m), z)

    error = 2 * square((x + y) / 2) - square(x) / 2 - square(y) / 2 - x * y
    bound = 4.0 ** -(m + 1)
    assert -bound - 1e-12 <= error.min()
    assert error.max() <= 2 * bound + 1e-12
    assert error.max() > bound, "a single error would not cover it"


def test_exercise_4_a_tree_of_five_ones_gives_one_though_five_is_odd():
    five = torch.ones(1, 5, dtype=torch.float64)
    assert bool(circuits.xnor_tree(five).output[0])
    assert not bool(circuits.even_parity(five)[0])


def test_the_product_is_made_of_squares():
    for x, y in product([Fraction(i, 7) for i in range(8)], repeat=2):
        assert x * y == ((x + y) ** 2 - x**2 - y**2) / 2
        assert x * y == 2 * ((x + y) / 2) ** 2 - x**2 / 2 - y**2 / 2


def test_on_sixteen_points_three_settings_are_open_and_one_says_no():
    found = record("alternating_points_need_pieces")["claims"]
    [trained] = [claim for claim in found if claim["id"] == "X04/trained"]
    few = [cell["state"] for cell in trained["grid"]["cells"] if cell["choice"][2] == 1]
    assert sorted(few) == ["contradicts", "undecided", "undecided", "undecided"]


def test_on_small_digits_seven_of_eight_deep_nets_are_worse():
    found = accepted("equal_size_deep_or_shallow")["differences"]
    assert [pair["high"] < 0 for pair in found].count(True) == 7
    assert found[1000, 2]["low"] < 0 < found[1000, 2]["high"]
