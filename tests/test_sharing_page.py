"""What the chapter on sharing says in words, and the answers to its exercises.

Numbers are cited from the records; comparisons stand in the prose, so the accepted records are
asked whether they still hold.
"""

import math
from itertools import combinations

from dlbook.training import data
from tests.scripts import accepted

LUNCH = "no_learner_beats_half_on_average"
CROWD = "modules_pay_where_attributes_add"


def test_on_one_bit_the_shallow_net_is_ahead_of_the_deep_one_and_memory_below_half():
    found = accepted(LUNCH)
    assert found["depth_with_bits"]["high"] < 0
    assert found["depth_alone"]["low"] < 0 < found["depth_alone"]["high"]
    one_bit = {
        net: found["accuracy"][net, "one bit"] for net in ("deep", "shallow", "linear", "memory")
    }
    assert all(one_bit[net]["low"] > 0.6 for net in ("deep", "shallow", "linear"))
    assert one_bit["deep"]["high"] < 0.95, "far from having learned it"
    assert one_bit["memory"]["high"] < 0.5


def test_on_parity_nets_that_see_bits_do_much_worse_than_a_coin():
    found = accepted(LUNCH)
    assert all(
        found["accuracy"][net, "parity"]["high"] < 0.3 for net in ("linear", "shallow", "deep")
    )


def test_every_net_gets_half_and_own_starts_only_nearly():
    found = accepted(LUNCH)
    assert set(found["right"]) == {35840}
    assert found["asked"] == 2 * 35840
    assert found["own_starts"] != 0.5
    assert round(found["own_starts"], 2) == 0.5


def test_modules_find_more_where_cues_add_and_fewer_where_they_are_reversed():
    found = accepted(CROWD)
    assert found["gains"]["additive", 1]["low"] > 0
    assert found["gains"]["reversed", 5]["high"] < -0.1
    twenty = found["gains"]["reversed", 20]
    assert twenty["low"] < -0.1 < twenty["high"] < 0, "the tenth is not certain"
    late = found["gains"]["reversed", 50]
    assert late["low"] > -0.1, "after some dozens they have caught up"
    assert found["recall"]["additive", "modular", 0]["low"] > 0.2
    assert found["enough"]["additive"]["high"] < -0.3, "far from a net that has seen 200"


def test_either_meaning_of_few_makes_the_classifier_weak():
    found = accepted(CROWD)
    both = found["recall"]["additive", "direct", 200]
    assert found["balanced"]["high"] < both["low"] - 0.2
    assert found["light"]["high"] < both["low"] - 0.2


def test_gender_can_be_read_where_it_was_never_put_and_hardly_where_the_cue_is_reversed():
    probes = accepted(CROWD)["probes"]
    assert probes["additive", "trained", "input", "boy"]["low"] > 0.9
    assert probes["additive", "untrained", "first", "boy"]["low"] > 0.85
    first, second = (probes["reversed", "trained", layer, "boy"] for layer in ("first", "second"))
    assert probes["reversed", "trained", "input", "boy"]["high"] < 0.55
    assert first["high"] < second["low"] < 0.75


def test_exercise_1_two_functions_are_left_and_differ():
    for number in range(256):
        left = [f for f in range(256) if (f ^ number) & 0b01111111 == 0]
        assert sorted(f >> 7 for f in left) == [0, 1]


def literals():
    bits = data.truth_table(3).long().T.tolist()
    return bits + [[1 - value for value in bit] for bit in bits]


def test_exercise_2_three_rows_decide_and_no_two_do():
    def decides(rows):
        return len({tuple(table[row] for row in rows) for table in literals()}) == 6

    assert decides((1, 2, 4))
    assert not any(decides(rows) for rows in combinations(range(8), 2))
    plain, negated = literals()[:3], literals()[3:]
    assert [sum(table[row] for row in (1, 2, 4)) for table in plain] == [1, 1, 1]
    assert [sum(table[row] for row in (1, 2, 4)) for table in negated] == [2, 2, 2]


def test_exercise_3_multiplying_becomes_adding():
    assert 2**5 == 32


def test_on_a_tree_three_layers_win_with_many_samples_and_not_with_few():
    found = accepted("trees_fit_targets_that_are_trees")
    errors = found["errors"]
    assert errors["dense", 1000]["high"] < errors["shallow", 1000]["low"]
    assert found["by_depth"][250]["high"] < 0, "the deep one is behind"
    assert found["fitted"]["dense", 250]["high"] < errors["dense", 250]["low"] / 5, "it overfits"
    assert found["fitted"]["shallow", 1000]["high"] > errors["shallow", 1000]["low"]


def test_the_right_tree_saves_samples_and_the_wrong_one_costs():
    found = accepted("trees_fit_targets_that_are_trees")
    assert found["errors"]["tree", 250]["mean"] < 1.3 * found["errors"]["dense", 1000]["mean"]
    assert found["by_sparsity"]["high"] < 0 < found["by_pairs"]["low"]
    assert found["irregular_depth"]["high"] < 0, "on the table three layers are a little worse"


def test_features_help_if_they_match_and_digits_show_negative_transfer():
    found = accepted("shared_features_transfer")
    right = found["right"]
    assert found["helped"][20]["low"] > 0
    assert abs(found["harmed"][20]["mean"]) < 0.01
    harm, scratch = right["unrelated", 200], right["scratch", 200]
    assert harm["mean"] < scratch["mean"], "it may be there"
    assert harm["high"] > scratch["low"], "and is not certain"
    gains = [found["digit_gain"][shots] for shots in (1, 5, 20)]
    assert all(gain["high"] < 0 for gain in gains)
    assert gains[0]["mean"] < gains[1]["mean"] < gains[2]["mean"], "more images close the gap"


def test_relu_and_pooling_each_forget_and_skips_keep():
    left = accepted("depth_forgets_and_skips_keep")["left"]
    assert left["relu", 8]["high"] < 0.2
    assert left["pool", 8]["high"] < 0.2
    assert left["skip", 8]["low"] > 2 * left["relu", 8]["high"]
    assert left["both skip", 8]["low"] > 2 * left["both", 8]["high"]


def test_the_tree_has_fewer_parameters_than_the_layer_that_it_beats_and_more_than_the_deep_net():
    found = accepted("trees_fit_targets_that_are_trees")["parameters"]
    assert found["dense"] < found["tree"] < found["shallow"]


def test_modules_raise_more_false_alarms_and_come_near_late_in_the_other_world():
    found = accepted(CROWD)
    one = {way: found["alarms"]["additive", way, 1] for way in ("direct", "modular")}
    assert one["modular"]["low"] > one["direct"]["high"]
    behind = [
        found["recall"]["reversed", "direct", seen]["mean"]
        - found["recall"]["reversed", "modular", seen]["mean"]
        for seen in (5, 50, 200)
    ]
    assert behind[0] > 0.1 > 0.05 > behind[1] > 0
    assert 0 < behind[2] < behind[1], "come near, and do not catch up"
    assert found["shared_and_balanced"]["low"] > found["shared_alone"]["high"]


def test_on_few_samples_the_deep_net_was_not_behind_after_half_of_the_steps():
    found = accepted("trees_fit_targets_that_are_trees")
    assert found["by_depth"][250]["high"] < 0
    assert found["by_depth"][250]["mean"] - found["changes"][250]["mean"] > 0


def test_fewer_groups_may_have_more_entropy_if_neither_merges_the_other():
    def entropy(*sizes):
        return -sum(size / 8 * math.log2(size / 8) for size in sizes)

    assert round(entropy(3, 3, 2), 2) == 1.56
    assert round(entropy(5, 1, 1, 1), 2) == 1.55
    assert entropy(3, 3, 2) > entropy(5, 1, 1, 1)
