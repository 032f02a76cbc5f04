"""What the chapter on width says in words, and the answers to its exercises.

Numbers are cited from the records; comparisons stand in the prose, so the accepted records are
asked whether they still hold.
"""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
import torch

from dlbook.mathematics import maxout, polylines
from dlbook.training import data
from tests.scripts import values


def test_the_construction_needs_fewer_relus_for_a_corner_than_for_a_wave():
    found = values("curves_are_sums_of_ramps")
    assert found["tolerances"] == [0.1, 0.01, 0.001]
    assert found["abs_needs"] == [2, 2, 2]
    assert all(coarse < fine for coarse, fine in pairwise(found["sine_needs"]))


def test_slopes_are_those_of_the_bound_only_where_its_condition_holds():
    found = values("error_falls_with_the_square_of_the_pieces")
    assert found["sine_slope"] == pytest.approx(-2, abs=0.01)
    assert found["quartic_slope"] == pytest.approx(-2, abs=0.01)
    assert (found["abs_slope"], found["root_slope"]) == (-1, -0.5)
    assert found["jump_best"] == 0.5


def test_no_slope_brings_a_sigmoid_closer_to_the_ramp_than_is_said():
    found = values("many_sigmoids_make_a_softplus")
    assert 0.05 < found["tuned_gap"] < found["single_gap"]
    for spacing, gap in zip(found["spacings"], found["sum_gaps"], strict=True):
        assert gap == pytest.approx(spacing**2 / 96, rel=0.03)
    assert found["relu_gaps"][0] == pytest.approx(np.log(2))


def test_trained_maxout_units_use_half_of_their_lines_and_miss_by_more_than_tangents():
    found = values("maxout_learns_convex_activations")
    assert found["pieces_used"]["high"] < found["size"]
    assert found["trained_largest"]["low"] > found["tangent_error"]
    assert found["tangent_error"] == (6 / (found["size"] - 1)) ** 2 / 4


def test_squares_stop_at_the_floor_and_relus_pass_it():
    found = values("a_polynomial_activation_is_not_universal")
    assert found["floor"] > 0.95 * found["constant"]
    assert found["squares"]["low"] >= found["floor"] - 1e-9
    assert found["relus"]["high"] < found["floor"] / 10


def test_on_the_wave_many_runs_fail_and_single_runs_mislead():
    found = values("more_units_smaller_median_error")
    widths = found["widths"]
    assert [widths[k] for k in (1, 4, 5, 6)] == [2, 16, 32, 64]
    wave, quartic, corner = found["medians"]
    assert wave[1]["low"] > wave[5]["high"]
    assert 0.3 < found["failed"][0][4]["mean"] < 0.7, "about half of the runs fail with 16 units"
    assert found["failed"][0][6]["low"] > 0
    for medians in (quartic, corner):
        assert medians[5]["high"] < medians[1]["low"]
    assert found["ordered"][0]["high"] < 0.7


def test_sixty_four_relus_read_off_the_curve_are_close_everywhere():
    errors = values("error_falls_with_the_square_of_the_pieces")["sine_errors"]
    x = torch.linspace(-1, 1, 65, dtype=torch.float64)
    knots = polylines.relus(x, data.CURVES["sin 12x"](x))
    assert knots[0][0].shape[1] == 64
    assert errors[5] < 0.05


def test_the_start_decides_and_more_units_and_steps_do_not_mend_it():
    found = values("initial_weights_decide")
    xavier, spread, _, spread_wide, longer = found["failed"]
    assert xavier["low"] > 0.5
    assert spread["mean"] == spread_wide["mean"] == 0
    assert longer["low"] > 0.2
    assert found["same_output_layer"]


def test_slow_waves_come_first_and_the_control_says_so_only_in_part():
    found = values("low_frequencies_come_first")
    last = found["missing_at"][0][4]
    assert found["times"] == [100, 300, 1000, 3000, 10_000]
    assert found["moment_steps"] == [100, 1000, 10_000]
    assert last[0]["high"] < 0.1
    assert last[2]["low"] > 0.5
    assert found["ordered"][0]["low"] > 0.8 > found["ordered"][1]["mean"]
    middle = found["missing_at"][1][2]
    assert abs(middle[0]["mean"] - middle[1]["mean"]) < 0.2
    assert middle[2]["low"] > max(middle[0]["high"], middle[1]["high"]), "the fastest comes last"


def test_exercise_1_two_relus_draw_the_corner():
    for x in (Fraction(k, 7) for k in range(-7, 8)):
        assert abs(x) == 1 - max(x + 1, 0) + 2 * max(x, 0)


def test_exercise_2_the_bound_asks_for_85_pieces():
    bound = [144 * (2 / pieces) ** 2 / 8 for pieces in (84, 85)]
    assert bound[0] >= 0.01 > bound[1]
    assert bound[1] == pytest.approx(72 / 85**2)
    needed = values("curves_are_sums_of_ramps")["sine_needs"][1]
    assert needed == min(2**k for k in range(12) if 2**k >= 85)


def test_exercise_4_two_maxout_units_draw_a_polyline_that_is_not_convex():
    knots = torch.tensor([0.0, 0.25, 0.5, 0.75, 1.0], dtype=torch.float64)
    heights = torch.tensor([0.0, 1.0, -1.0, 0.5, 0.25], dtype=torch.float64)
    first, second = maxout.difference(knots, heights)
    drawn = maxout.evaluate(first, knots[:, None]) - maxout.evaluate(second, knots[:, None])
    assert drawn.flatten().tolist() == pytest.approx(heights.tolist(), abs=1e-12)
    slopes = torch.diff(heights) / torch.diff(knots)
    assert (torch.diff(slopes) < 0).any()
    assert (torch.diff(slopes) > 0).any()
