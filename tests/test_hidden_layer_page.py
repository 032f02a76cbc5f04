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
    assert found["trained"]["low"] > found["untrained"]["high"] + 0.05
    assert found["followed"]["high"] < 0.01


def test_width_helps_and_no_way_of_training_two_units_is_sure():
    found = accepted("finding_xor_takes_luck_or_width")
    assert found["by_width"].axis("width") == (2, 3, 4, 8, 16)
    assert all(less["high"] < more["low"] for less, more in pairwise(found["by_width"]))
    assert found["best"]["high"] < 0.95
    assert len(found["relu"]) + len(found["sigmoid"]) + len(found["tanh"]) == 12


def test_every_failure_stops_on_one_of_the_three_levels_of_theory():
    found = accepted("finding_xor_takes_luck_or_width")
    assert dict(found["on_a_level"].items()) == {"sigmoid": 1, "tanh": 1, "relu": 1}
    levels = {2: log(2) / 2, 3: 0.75 * entropy(1 / 3), 4: log(2)}
    assert dict(found["levels"].items()) == pytest.approx(levels)


def test_squared_error_is_the_better_one_on_xor_for_sigmoids_and_tanh():
    found = accepted("finding_xor_takes_luck_or_width")
    for activation in ("sigmoid", "tanh"):
        for method in ("adam", "descent"):
            rates = found[activation].at(method=method)
            assert rates["cross_entropy"]["high"] < rates["squared"]["low"]


def test_the_plateau_is_left_and_an_ordinary_start_makes_no_difference():
    found = accepted("confident_mistakes_stall_squared_error")
    assert found["difference"]["low"] > 0.1
    assert found["escaped"]["mean"] == 1
    assert found["ordinary"]["high"] < 0.01


def test_the_units_that_decay_switches_off_are_those_that_theory_names():
    found = accepted("weight_decay_is_a_path_norm")
    assert found["off"] == found["off_expected"] > 0
    assert script("weight_decay_is_a_path_norm").Config().copies == 8, "“an eighth”, “八分之一”"
    assert found["equal_share"] == 1 / 8
    assert found["share_error"] < 1e-9


def test_units_are_coupled_at_the_start_and_after_training():
    found = accepted("hidden_units_learn_together")
    assert found["separate"] == 0
    assert found["start"]["low"] > found["trained"]["high"] > found["trained"]["low"] > 0.1
    assert found["detour"]["low"] > 0.1


def test_more_than_two_units_work_and_the_more_decay_the_fewer():
    found = accepted("weight_decay_switches_units_off")
    assert found["visible"] == pytest.approx(1 / 20)
    assert found["active"].axis("strength") == (0, 0.001, 0.01)
    assert found["two_relu"]["low"] > 2.5
    assert found["two_tanh"]["low"] > 2.5
    eight_tanh = found["active"].at(width=8, activation="tanh")
    assert all(more["low"] > fewer["high"] for more, fewer in pairwise(eight_tanh))
    assert found["order"]["high"] < 0.25
    assert found["off"]["low"] < 0.05 < found["off"]["high"], "open at the weaker strength"
    assert found["strong_off"]["low"] > 0.05


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
