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
from tests.scripts import accepted, record


def outcome_of(name, claim):
    [found] = [each for each in record(name)["claims"] if each["id"] == claim]
    return found["verdict"]


def test_the_construction_needs_fewer_relus_for_a_corner_than_for_a_wave():
    found = accepted("curves_are_sums_of_ramps")
    assert dict(found["abs_needs"].items()) == {0.1: 2, 0.01: 2, 0.001: 2}
    assert all(coarse < fine for coarse, fine in pairwise(found["sine_needs"]))


def test_slopes_are_those_of_the_bound_only_where_its_condition_holds():
    found = accepted("error_falls_with_the_square_of_the_pieces")
    assert found["sine_slope"] == pytest.approx(-2, abs=0.01)
    assert found["quartic_slope"] == pytest.approx(-2, abs=0.01)
    assert (found["abs_slope"], found["root_slope"]) == (-1, -0.5)
    assert found["jump_best"] == 0.5


def test_no_slope_brings_a_sigmoid_closer_to_the_ramp_than_is_said():
    found = accepted("many_sigmoids_make_a_softplus")
    assert 0.05 < found["tuned_gap"] < found["single_gap"]
    for spacing, gap in found["sum_gaps"].items():
        assert gap == pytest.approx(spacing**2 / 96, rel=0.03)
    assert found["relu_gaps"][1] == pytest.approx(np.log(2))


def test_trained_maxout_units_use_half_of_their_lines_and_miss_by_more_than_tangents():
    found = accepted("maxout_learns_convex_activations")
    assert found["pieces_used"]["high"] < found["size"]
    assert found["trained_largest"]["low"] > found["tangent_error"]
    assert found["tangent_error"] == (6 / (found["size"] - 1)) ** 2 / 4


def test_squares_stop_at_the_floor_and_relus_pass_it():
    found = accepted("a_polynomial_activation_is_not_universal")
    assert found["floor"] > 0.95 * found["constant"]
    assert found["squares"]["low"] >= found["floor"] - 1e-9
    assert found["relus"]["high"] < found["floor"] / 10


def test_on_the_wave_many_runs_fail_and_single_runs_mislead():
    found = accepted("more_units_smaller_median_error")
    medians, failed = found["medians"], found["failed"]
    assert medians["sine", 32]["low"] < medians["sine", 2]["mean"] < medians["sine", 32]["high"]
    last = found["long_medians"]
    assert last[16, 40_000]["high"] < last[2, 40_000]["low"]
    assert 0.3 < failed["sine", 16]["mean"] < 0.7, "about half of the runs fail with 16 units"
    assert failed["sine", 64]["low"] > 0
    rise = found["doublings"]["sine", 64]
    assert rise["mean"] > 1 > rise["low"], "from 32 to 64 units the median rises, for all one knows"
    constant, failures = found["constants"]["sine"], found["failures"]
    assert failures["least"] < constant / 2, "those that fail have learned something"
    assert failures["most"] < constant
    for curve in ("polynomial", "absolute"):
        assert medians[curve, 32]["high"] < medians[curve, 2]["low"]
    assert found["ordered"]["sine"]["high"] < 0.7


def test_sixty_four_relus_read_off_the_curve_are_close_everywhere():
    errors = accepted("error_falls_with_the_square_of_the_pieces")["sine_errors"]
    x = torch.linspace(-1, 1, 65, dtype=torch.float64)
    knots = polylines.relus(x, data.CURVES["sin 12x"](x))
    assert knots[0][0].shape[1] == 64
    assert errors[64] < 0.05


def test_failures_of_16_units_were_late_and_those_of_64_mostly_not_and_neither_is_known_flat():
    found = accepted("more_units_smaller_median_error")
    failed, change = found["long_failed"], found["change"]
    assert failed[16, 40_000]["mean"] < failed[16, 10_000]["mean"] / 2
    assert failed[64, 10_000]["mean"] / 2 < failed[64, 40_000]["mean"]
    assert failed[64, 40_000]["mean"] < failed[64, 10_000]["mean"]
    assert all(change[units]["low"] < -0.1 for units in (16, 64))
    name = "more_units_smaller_median_error"
    assert {outcome_of(name, claim) for claim in ("D08/curve", "A08/found")} == {"inconclusive"}
    assert outcome_of(name, "E01c/every-step") == "conditional"


def test_steep_slopes_alone_do_it_and_spread_middles_alone_do_nothing():
    found = accepted("initial_weights_decide")
    failed, sooner = found["failed"], found["sooner"]
    for start in ("usual", "spread"):
        assert failed[start, 6000]["low"] > 0.5
    for start in ("steep", "both"):
        assert failed[start, 6000]["mean"] == 0
    assert sooner["steep"]["low"] > 4 > sooner["spread"]["high"]
    assert sooner["spread"]["low"] <= 1 <= sooner["spread"]["high"]
    assert found["kinks_inside"] > 0.5, "they are spread already"
    assert found["same_output_layer"]
    assert outcome_of("initial_weights_decide", "E01d/steep") == "supported"


def test_how_much_the_start_decides_depends_on_when_one_stops():
    found = accepted("initial_weights_decide")
    failed = [found["failed"]["usual", steps]["mean"] for steps in (6000, 10_000, 20_000, 40_000)]
    assert all(later < earlier for earlier, later in pairwise(failed))
    assert failed[0] > 0.5 > failed[-1]
    assert found["still"]["usual"]["high"] > 0.1, "it is not certain that the curve is flat"
    assert outcome_of("initial_weights_decide", "E01d") == "conditional"


def test_slow_waves_come_first_and_the_control_says_so_of_one_pair():
    found = accepted("low_frequencies_come_first")
    missing, ordered, pairs = found["missing_at"], found["ordered"], found["ordered_pairs"]
    assert found["moment_steps"].values() == (100, 1000, 10_000)
    assert missing["even", 10_000, 1]["high"] < 0.1
    assert missing["even", 10_000, 8]["low"] > 0.5
    assert ordered["even"]["low"] > 0.8
    assert pairs["rising", "4 before 8"]["low"] > 0.8 > pairs["rising", "1 before 4"]["low"]
    slow, middle, fast = (missing["rising", 1000, k] for k in (1, 4, 8))
    assert abs(slow["mean"] - middle["mean"]) < 0.2
    assert fast["low"] > max(slow["high"], middle["high"]), "the fastest comes last"
    assert outcome_of("low_frequencies_come_first", "X13/amplitude") == "conditional"


def test_any_function_is_one_sentence_with_one_verdict():
    found = accepted("error_falls_with_the_square_of_the_pieces")
    told = {
        outcome_of("error_falls_with_the_square_of_the_pieces", claim)
        for claim in ("A03", "A06", "A08", "A10")
    }
    assert told == {"conditional"}
    assert found["reach"]["whole line"]["mean"] == 1


def test_exercise_1_two_relus_draw_the_corner():
    for x in (Fraction(k, 7) for k in range(-7, 8)):
        assert abs(x) == 1 - max(x + 1, 0) + 2 * max(x, 0)


def test_exercise_2_the_bound_asks_for_85_pieces():
    bound = [144 * (2 / pieces) ** 2 / 8 for pieces in (84, 85)]
    assert bound[0] >= 0.01 > bound[1]
    assert bound[1] == pytest.approx(72 / 85**2)
    needed = accepted("curves_are_sums_of_ramps")["sine_needs"][0.01]
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


def test_sixteen_units_end_lower_than_two_and_more_of_sixty_four_still_fail():
    found = accepted("more_units_smaller_median_error")
    two, sixteen = (found["long_medians"][width, 40000] for width in (2, 16))
    assert sixteen["high"] < two["low"]
    failed = found["long_failed"]
    assert failed[64, 40000]["mean"] > 2 * failed[16, 40000]["mean"]


def test_torchs_start_fails_no_more_often_and_is_slower_all_the_same():
    steep = next(
        each for each in record("initial_weights_decide")["claims"] if each["id"] == "E01d/steep"
    )
    torchs = [cell for cell in steep["grid"]["cells"] if cell["choice"][0] == 1]
    assert len(torchs) == 2
    assert all(cell["estimate"]["low"] > 3 for cell in torchs)
