"""What the chapter on the hidden layer says in words, and the answers to its exercises."""

from itertools import pairwise, product
from math import log

import pytest
import torch

from tests.scripts import accepted, script

STATES = list(product((0, 1), repeat=2))


def relu(z):
    return max(z, 0)


def entropy(p):
    return -p * log(p) - (1 - p) * log(1 - p)


def test_the_two_relus_of_the_text_compute_xor():
    outputs = [relu(a + b) - 2 * relu(a + b - 1) for a, b in STATES]
    assert outputs == [a ^ b for a, b in STATES] == [0, 1, 1, 0]


def test_training_makes_the_features():
    found = accepted("two_hidden_units_make_xor_linear")
    assert found["untrained"]["high"] - found["raw"]["low"] < 0.05
    assert found["gain_by_layer"]["high"] < 0.05 < found["gain_by_training"]["low"]
    assert found["trained"]["low"] > found["untrained"]["high"] + 0.05
    assert found["followed"]["high"] < 0.01


def test_width_helps_and_one_way_only_of_training_two_units_is_sure():
    found = accepted("finding_xor_takes_luck_or_width")
    for widths in (found["by_width"], found["by_width_default"]):
        assert widths.axis("width") == (2, 3, 4, 8, 16)
        assert all(less["high"] < more["low"] for less, more in pairwise(widths))
    assert found["by_width"][2]["high"] < found["by_width_default"][2]["mean"]
    shares = dict(found["two"].items())
    sure = [way for way, share in shares.items() if share["low"] >= 0.95]
    assert sure == [("sigmoid", "descent", "squared")]
    assert len(shares) == 12
    assert all(share["high"] < 0.95 for way, share in shares.items() if way not in sure)
    assert all(abs(change["mean"]) < 0.02 for change in found["change"]), "two points"


def test_learned_means_one_thing_in_the_chapter():
    for name in (
        "finding_xor_takes_luck_or_width", "two_hidden_units_make_xor_linear",
        "weight_decay_switches_units_off", "hidden_units_learn_together",
    ):  # fmt: skip
        assert script(name).Config().margin == 1 / 4, name


def test_every_failure_stops_on_one_of_the_three_levels_of_theory():
    found = accepted("finding_xor_takes_luck_or_width")
    for way in ("on_a_level", "on_a_level_descent"):
        assert dict(found[way].items()) == {"sigmoid": 1, "tanh": 1, "relu": 1}
    levels = {2: log(2) / 2, 3: 0.75 * entropy(1 / 3), 4: log(2)}
    assert dict(found["levels"].items()) == pytest.approx(levels)


def test_on_xor_the_output_unit_makes_the_difference_and_the_loss_does_not():
    found = accepted("finding_xor_takes_luck_or_width")
    for activation in ("sigmoid", "tanh"):
        for method in ("adam", "descent"):
            rates = found[activation].at(method=method)
            assert rates["cross_entropy"]["high"] < rates["squared"]["low"]
    assert found["loss_alone"]["high"] < 0.05 < found["output_alone"]["low"]


def test_the_plateau_is_left_and_the_best_rates_make_no_difference():
    found = accepted("confident_mistakes_stall_squared_error")
    assert found["difference"]["low"] > 0.1
    assert found["summed_difference"]["high"] < 0.05
    assert found["best_difference"]["low"] == found["best_difference"]["high"] == 0
    assert found["escaped"]["mean"] == 1
    assert found["ordinary"]["high"] < 0.01


def test_the_units_that_decay_switches_off_are_those_that_theory_names():
    found = accepted("weight_decay_is_a_path_norm")
    assert found["off"] == found["off_expected"] > 0
    assert script("weight_decay_is_a_path_norm").Config().copies == 8, "“an eighth”, “八分之一”"
    assert found["equal_share"] == 1 / 8
    assert found["share_error"] < 1e-9


def test_units_are_coupled_at_the_start_and_where_xor_is_learned():
    found = accepted("hidden_units_learn_together")
    assert found["separate"] == 0
    assert found["start"]["low"] > found["trained"]["solved"]["high"]
    assert found["trained"]["solved"]["low"] > 0.1
    failed = found["trained"]["failed"]
    assert failed["low"] < 0.1 < 0.5 < failed["high"], "scattered"
    assert found["detour"]["low"] > 0.1


def test_more_than_two_units_work_and_in_wider_nets_decay_puts_units_out():
    found = accepted("weight_decay_switches_units_off")
    assert script("weight_decay_switches_units_off").Config().visible == 1 / 20
    assert found["active"].axis("strength") == (0, 0.001, 0.01)
    assert found["two_relu"]["low"] > 2.5
    assert found["two_tanh"]["low"] > 2.5
    for activation in ("relu", "tanh"):
        eight = found["active"].at(width=8, activation=activation)
        assert all(more["low"] > fewer["high"] for more, fewer in pairwise(eight))
    assert all(change["high"] < 0.25 for change in found["change"]), "none puts idle ones to work"
    four = found["change"][4, "relu"], found["change_if_solved"][4, "relu"]
    assert abs(four[0]["mean"]) < 0.25, "changes little over all seeds"
    assert four[1]["high"] < four[0]["low"], "falls by more where both learn XOR"
    assert found["solved"][4, "relu", 0.001]["low"] > found["solved"][4, "relu", 0]["high"]
    assert found["off"][4, "relu"]["high"] < found["zeros"][4, "relu"]["low"] / 4
    assert found["unmoved"]["low"] > 0.25
    assert found["idle_direction"]["low"] > found["working_direction"]["high"] + 0.1
    assert abs(found["order"]["mean"]) < 0.25
    assert found["order_differs"]["high"] < 0.25 < found["start_differs"]["low"]
    assert all(zeros["low"] > 0.05 for zeros in found["zeros"])
    assert found["gap"][0.01]["high"] < found["gap"][0.001]["low"] < found["gap"][0]["low"]


def test_exercise_1_the_absolute_difference_is_xor():
    assert [relu(a - b) + relu(b - a) for a, b in STATES] == [0, 1, 1, 0]


def test_exercise_2_one_third_is_best_for_one_answer_to_three():
    q = torch.linspace(0.001, 0.999, 999, dtype=torch.float64)
    loss = -(torch.log(q) + 2 * torch.log(1 - q)) / 4
    assert q[loss.argmin()] == pytest.approx(1 / 3, abs=1e-3)
    assert loss.min() == pytest.approx(0.75 * entropy(1 / 3), abs=1e-6)
    level = accepted("finding_xor_takes_luck_or_width")["levels"][3]
    assert level == pytest.approx(0.75 * entropy(1 / 3))


def test_exercise_3_squared_error_pulls_hardest_at_one_third():
    p = torch.linspace(0, 1, 1001, dtype=torch.float64)
    assert p[(2 * p * (1 - p) ** 2).argmax()] == pytest.approx(1 / 3, abs=1e-3)


def test_the_slopes_of_the_text_are_those_of_autograd():
    for gap in (-3.0, 0.0, 4.0):
        z = torch.tensor(gap, dtype=torch.float64, requires_grad=True)
        p = torch.sigmoid(z)
        (cross,) = torch.autograd.grad(-torch.log(p), z, retain_graph=True)
        (squared,) = torch.autograd.grad((1 - p) ** 2, z)
        value = p.item()
        assert abs(cross.item()) == pytest.approx(1 - value)
        assert abs(squared.item()) == pytest.approx(2 * value * (1 - value) ** 2)


def test_exercise_4_the_balanced_unit_is_the_cheapest():
    w, v = 3.0, 0.5
    c = torch.linspace(0.05, 2, 4000, dtype=torch.float64)
    cost = 0.5 * ((c * w) ** 2 + (v / c) ** 2)
    assert cost.min() == pytest.approx(w * v, rel=1e-5)
    assert c[cost.argmin()] ** 4 == pytest.approx(v**2 / w**2, rel=1e-2)
