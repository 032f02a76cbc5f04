"""What the chapter on one unit says in words, and the answers to its exercises."""

from itertools import product
from math import comb, log

import pytest
import torch

from dlbook.mathematics import separability
from tests.scripts import accepted, record

BITS = torch.tensor(list(product((0.0, 1.0), repeat=2)), dtype=torch.float64)


def cover(n, d):
    return 2 * sum(comb(n - 1, k) for k in range(d))


def test_each_code_can_say_more_than_the_one_before():
    found = accepted("codes_decide_what_a_unit_can_say")
    assert found["labelings"][4] == 16
    assert (found["scalar"][4], found["binary"][4], found["one_hot"][4]) == (8, 14, 16)
    assert found["entries"] == 4
    assert found["repeated"][4] == found["scalar"][4], "one weight more alone changes nothing"
    assert found["powers"][4] == found["binary"][4], "half the relations alone neither"
    assert found["relations"]["powers"] == found["relations"]["scalar"] == 8
    assert found["binary"][8] < found["cover_binary"][8], "a cube is not in general position"


def test_xor_and_its_opposite_are_what_is_missing():
    assert set(accepted("codes_decide_what_a_unit_can_say")["missing"]) == {"0110", "1001"}


def test_or_is_always_learned_and_xor_ends_at_one_half():
    found = accepted("no_line_computes_xor")
    assert found["accurate_or"]["mean"] == 1
    assert found["furthest_xor"] == 0
    assert found["furthest_xor_drawn"] < 1e-5
    assert found["mean_xor"]["mean"] != pytest.approx(found["mean_xor_drawn"]["mean"], abs=0.1)
    assert found["most_right"] == 3
    assert not found["xor_separable"]


def test_up_to_d_points_every_labeling_and_at_twice_half_of_them():
    for d in range(1, 12):
        assert all(cover(n, d) == 2**n for n in range(1, d + 1))
        assert 2 * cover(2 * d, d) == 2 ** (2 * d)
        assert cover(2 * d, d) == separability.cover_count(2 * d, d)
    found = accepted("twice_as_many_points_as_dimensions")
    assert found["open_at_twice"][5] < found["open_at_twice"][20]
    assert found["open_at_twice"][20] > 0.7
    assert found["given"]["by lot", 27]["high"] < 0.5, "mostly no cut gives them at all"
    for samples in (9, 18, 27):
        by_lot, by_a_unit = (found["taught"][who, samples] for who in ("by lot", "by a unit"))
        assert by_lot["high"] < 0.5
        assert by_a_unit["high"] < 0.5


def test_one_interaction_spoils_a_quarter_of_the_answers_and_nothing_warns():
    found = accepted("additive_targets_need_few_samples")
    assert found["most_bits"] == 12
    assert found["needed"][1] == 13
    assert found["most_outputs"] == 2**12
    assert found["wrong"][12] == 0.25


def test_training_stops_at_the_entropy_of_the_relation():
    found = accepted("cross_entropy_stops_at_entropy")
    p = record("cross_entropy_stops_at_entropy")["config"]["flip"]
    assert found["entropy"] == pytest.approx(-p * log(p) - (1 - p) * log(1 - p))
    assert found["noisy"]["high"] == pytest.approx(found["entropy"], abs=1e-6)
    assert found["no_hidden"]["mean"] == pytest.approx(log(2), abs=1e-6)
    assert found["probability_error"] < 0.01
    assert found["own_gain"]["low"] > 0, "on a sample the loss goes below what the truth costs"


def test_exercise_1_and_is_one_cut_and_six_labelings_ignore_an_input():
    z = BITS.sum(1) - 1.5
    assert (z > 0).tolist() == [False, False, False, True]
    ignoring = set()
    for labels in product((0, 1), repeat=4):
        table = dict(zip(product((0, 1), repeat=2), labels, strict=True))
        if all(table[0, b] == table[1, b] for b in (0, 1)) or all(
            table[a, 0] == table[a, 1] for a in (0, 1)
        ):
            ignoring.add(labels)
    assert len(ignoring) == 6


def test_exercise_3_five_samples_fix_three_bits_and_one_product():
    samples = [(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0)]
    rows = torch.tensor([[1, a, b, c, a * b] for a, b, c in samples], dtype=torch.float64)
    assert torch.linalg.matrix_rank(rows) == 5


def test_exercise_4_false_confidence_costs_more_than_honesty():
    found = accepted("cross_entropy_stops_at_entropy")
    assert found["asymmetry"][0.5] == pytest.approx(-0.5 * log(0.9) - 0.5 * log(0.1))
    assert found["ln2"] == pytest.approx(log(2))
    assert found["asymmetry"][0.5] > found["ln2"]


def descent(rate, steps):
    """Outputs on the four states after the last two of so many steps on XOR from a fixed start."""
    x = torch.cat([torch.ones(4, 1, dtype=torch.float64), BITS], 1)
    y = torch.tensor([0, 1, 1, 0], dtype=torch.float64)
    w = torch.tensor([0.3, -0.5, 0.2], dtype=torch.float64)
    seen = []
    for _ in range(steps):
        p = torch.sigmoid(x @ w)
        w = w - rate * x.T @ (p - y) / 4
        seen.append(p)
    return seen[-2:]


def test_exercise_5_above_a_rate_of_five_the_outputs_jump_and_below_they_settle():
    x = torch.cat([torch.ones(4, 1, dtype=torch.float64), BITS], 1)
    steepest = torch.linalg.eigvalsh(x.T @ x / 16)[-1]
    assert steepest == pytest.approx(0.4, abs=0.005)
    for rate in (0.1, 4.9):
        assert all((p - 0.5).abs().max() < 1e-6 for p in descent(rate, 20000))
    before, after = descent(6.0, 5000)
    assert (before < 0.45).all() != (after < 0.45).all()
    assert ((before > 0.55) | (before < 0.45)).all()
