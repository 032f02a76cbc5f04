"""What the chapter “gradients” says in words, and the answers to its exercises.

Numbers are cited from the records; comparisons stand in the prose, so the accepted records are
asked whether they still hold.
"""

import math

import torch

from dlbook.mathematics import rng
from dlbook.mathematics.derivatives import derivatives
from dlbook.mathematics.initial import scheme
from dlbook.mathematics.nets import MLP, init
from tests.scripts import accepted, record

SIGNALS = "the_start_decides_which_gradients_survive"
MOONS = "six_activations_part_two_moons"
BACK = "changes_shrink_until_weights_have_grown"
STARTS = "large_initial_weights_learn_by_heart"


def test_what_is_left_after_twenty_layers_is_what_the_bet_says():
    left = accepted(SIGNALS)["remaining"]
    assert left["sigmoid"] < 1e-11
    assert 1e-4 < left["xavier"] < 1e-3, "less than a thousandth"
    assert 0.4 < left["he"] < 0.65, "about half"
    assert left["tanh"] > 0.4


def test_the_slope_is_to_blame_and_neither_relu_nor_its_start_is_enough_alone():
    found = accepted(SIGNALS)
    assert found["flat"]["high"] < 10 * found["squeezed"]["low"] < 0
    assert max(found["remaining"]["xavier"], found["remaining"]["sigmoid he"]) < 0.01
    assert found["remaining"]["linear small"] < 1e-9, "linear nets vanish too"


def test_changes_shrink_at_first_and_grow_after_training():
    factors = accepted(BACK)["factors"]
    for activation in ("sigmoid", "tanh", "relu"):
        assert factors[activation, "start"]["high"] < 1 < factors[activation, "end"]["low"]


def test_sigmoids_are_level_with_a_linear_net_and_learn_with_another_rate_or_more_steps():
    found = accepted(MOONS)
    linear = found["source"]["identity"]
    assert abs(found["source"]["sigmoid"]["mean"] - linear["mean"]) < 0.01
    assert found["change"]["sigmoid"]["high"] < 0.01, "level"
    assert found["waited"]["low"] > 0.94
    assert all(found["best"][name]["low"] > 0.94 for name in ("relu", "tanh", "sin", "sigmoid"))
    assert found["source"]["sign"]["low"] > linear["high"] + 0.05, "much better than linear"
    working = [found["source"][name] for name in ("relu", "tanh", "square", "sin", "abs")]
    assert min(one["mean"] for one in working) > found["source"]["tanh"]["mean"] - 0.003


def test_squares_are_level_with_relus_until_the_net_is_deep():
    behind = accepted(MOONS)["behind"]
    assert behind[2]["low"] > -0.02
    assert behind[4]["low"] > -0.02
    eight = behind[8]
    assert eight["low"] < -0.02 < eight["high"], "the seeds do not tell"
    deeper = accepted(MOONS)["deeper"]
    assert deeper["relu", 8]["low"] > 0.99, "ReLUs all learn"
    assert deeper["square", 8]["mean"] < 0.95, "some nets are far off"


def test_squares_are_behind_from_hes_start():
    (claim,) = [each for each in record(MOONS)["claims"] if each["id"] == "E07b"]
    start = [each["about"] for each in claim["grid"]["conventions"]].index("start")
    others = [cell for cell in claim["grid"]["cells"] if cell["choice"][start]]
    assert others
    assert all(cell["estimate"]["high"] < -0.2 for cell in others)


def test_each_of_six_nets_costs_less_than_three_passes():
    price = accepted("backpropagation_costs_three_passes")["price"]
    assert len(price) == 6
    assert max(price) < 3


def test_theory_keeps_the_signal_of_relus_from_hes_start_and_halves_its_square_from_xaviers():
    predicted = accepted(SIGNALS)["predicted"]
    assert abs(predicted["he"] - 1) < 1e-6
    assert abs(predicted["xavier"] - math.sqrt(0.5)) < 1e-6


def test_no_start_leads_by_a_point_in_the_end_and_earlier_it_is_open():
    found = accepted(STARTS)
    early, late = found["ahead"][500], found["ahead"][3000]
    assert early["low"] < 0.01 < early["high"]
    assert late["high"] < 0.01
    assert found["ahead_of_zeros"][3000]["high"] < 0, "zeros have passed it"


def test_whether_large_weights_are_slow_is_open_and_they_learn_by_heart():
    found = accepted(STARTS)
    assert found["fits_slower"]["low"] < -0.02 < found["fits_slower"]["high"]
    assert found["fitted"]["normal", 3000]["low"] > 0.99
    assert found["accuracy"]["normal", 3000]["high"] < 0.75
    output, hidden, both = (found[name] for name in ("by_output", "by_hidden", "slow"))
    assert -0.02 < output["low"] < 0 < output["high"], "it hardly matters"
    assert both["high"] < hidden["low"] + output["low"], "more than the two together"


def test_nineteen_slopes_of_a_quarter_are_what_the_code_prints():
    assert f"{0.25**19:.0e}" == "4e-12"


def test_exercise_1_fourteen_layers_leave_less_than_half():
    assert next(n for n in range(1, 100) if math.prod([0.95] * n) < 0.5) == 14


def test_exercise_2_the_deviation_is_that_of_hes_start():
    W, _ = scheme("he_normal")(rng.streams(range(50), "exercise"), 64, 64)
    assert abs(float(W.std()) - math.sqrt(1 / 32)) < 0.002
    assert round(math.sqrt(1 / 32), 3) == 0.177


def test_exercise_3_the_gradient_goes_down_where_the_weights_go_up():
    stack = init(MLP((2, 5, 5, 1)), [0], "he_normal")
    draw = rng.streams([0], "exercise")
    x, y = draw.normal(7, 2), draw.normal(7, 1)

    def asked():
        gradient = derivatives(stack, "mean_squared_error", x, y)
        return stack.predict(x), [W.clone() for W, _ in stack.net.layers(gradient)]

    outputs, before = asked()
    stack.layers[0][0].mul_(2)
    stack.layers[1][0].div_(2)
    moved, after = asked()
    torch.testing.assert_close(moved, outputs, rtol=1e-12, atol=1e-14)
    torch.testing.assert_close(after[0], before[0] / 2, rtol=1e-12, atol=1e-14)
    torch.testing.assert_close(after[1], before[1] * 2, rtol=1e-12, atol=1e-14)


def test_after_five_hundred_steps_the_other_rate_says_no_and_the_rest_is_open():
    [best] = [claim for claim in record(STARTS)["claims"] if claim["id"] == "E10a"]
    state = {tuple(cell["choice"]): cell["state"] for cell in best["grid"]["cells"]}
    assert state.pop((0, 1)) == "contradicts"
    assert set(state.values()) == {"undecided"}


def test_from_another_constant_units_stay_together_and_nothing_is_learned():
    claims = {claim["id"]: claim for claim in record("a_net_from_zeros_is_one_unit_wide")["claims"]}
    apart, learned = (claims[name]["grid"]["cells"] for name in ("E10b/rounding", "E10b"))
    assert all(cell["estimate"]["high"] < -3 for cell in apart if cell["choice"][0] == 1)
    assert all(cell["estimate"]["mean"] < 0.05 for cell in learned if cell["choice"][0] == 1)
