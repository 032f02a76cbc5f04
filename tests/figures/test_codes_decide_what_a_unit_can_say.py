"""What one unit can say, against counting by hand, brute force and scikit-learn."""

from itertools import product

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression

from dlbook.figures import style
from dlbook.figures.picture import drawing
from dlbook.mathematics import separability
from tests.scripts import claims, measured, replace, script, verdict

NAME = "codes_decide_what_a_unit_can_say"


def given_by_integer_units(points):
    """By brute force: the labelings of all units with small whole weights, biases between sums."""
    biases = np.arange(-36.5, 37)
    found = set()
    reach = 3 if points.shape[1] > 2 else 5
    for w in product(range(-reach, reach + 1), repeat=points.shape[1]):
        sums = points @ np.array(w)
        found |= {tuple(int(s + b > 0) for s in sums) for b in biases}
    return found


def test_the_table_holds_what_brute_force_over_units_finds():
    labelings = list(product((0, 1), repeat=4))
    states = np.array(list(product((0, 1), repeat=2)))
    number = np.arange(4)[:, None]
    twice, squared = np.hstack([number, number]), np.hstack([number, number**2])
    points = (number, twice, squared, states, np.eye(4))
    for row, code in zip(measured(NAME).given, points, strict=True):
        found = given_by_integer_units(code)
        assert [labeling in found for labeling in labelings] == row.tolist()


def test_the_codes_are_a_number_its_bits_and_a_place():
    codes = script(NAME).codes(3)
    assert codes["scalar"][:, 0].tolist() == list(range(8))
    assert ["".join(str(int(b)) for b in row) for row in codes["binary"]] == [
        f"{state:03b}" for state in range(8)
    ]
    assert codes["one_hot"].argmax(1).tolist() == list(range(8))
    assert codes["one_hot"].sum() == 8


def test_eight_states_allow_what_the_literature_counts():
    """Muroga (1971): 104 threshold functions of three variables; in a row 2n; one-hot all."""
    codes = script(NAME).codes(3)
    counts = {name: int(separability.realisable(code).sum()) for name, code in codes.items()}
    general = 2 * (1 + 7 + 21 + 35)  # Cover: eight points, four parameters
    assert counts == {
        "scalar": 16, "repeated": 16, "powers": general, "binary": 104, "one_hot": 256,
    }  # fmt: skip


def test_a_weight_of_one_number_serves_eight_relations_and_one_of_bits_four():
    """Also with the square beside it: every state has a value of its own in both inputs."""
    found = dict(measured(NAME).relations.items())
    assert found == {"scalar": 8, "repeated": 8, "powers": 8, "binary": 4, "one_hot": 4}


def test_fewer_relations_are_not_what_makes_bits_easier():
    """The named factor alone gains nothing, and a rival alone gains all of it."""
    judged = claims(NAME)["B10/relations"].judge(measured(NAME))
    assert judged.outcome == "refuted"
    assert judged.carrier == "rival"
    gains = [each.verdict.estimate.mean for each in judged.factors]
    assert gains == [0, 0, 6 / 16]
    changed = replace(measured(NAME), powers=(8, 16))
    assert verdict(NAME, "B10/relations", changed) == "supported"


def test_four_bits_take_a_table_of_four_entries():
    assert script(NAME).entries_needed(4) == 4
    assert script(NAME).entries_needed(3) == 3


def test_bits_are_as_many_as_the_logarithm_rounded_up():
    assert [script(NAME).bits_needed(n) for n in range(1, 18)] == [
        int(np.ceil(np.log2(n))) for n in range(1, 18)
    ]


def test_the_relu_unit_is_no_probability():
    """Its highest pre-activation on the grid is at (2, 2), where both inputs are largest."""
    x, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), [0, 1, 1, 1]
    unit = LogisticRegression(C=100).fit(x, y)
    highest = float(unit.decision_function([[2.0, 2.0]])[0])
    assert measured(NAME).relu_highest == pytest.approx(highest, abs=0.006)
    assert highest > 1


def test_other_weights_give_other_probabilities(monkeypatch):
    make = script(NAME).nets.from_layers

    def spoilt(layers, activation):
        (W, b), last = layers
        return make([(W, b + 1e-6), last], activation)

    monkeypatch.setattr(script(NAME).nets, "from_layers", spoilt)
    agrees, _ = script(NAME).chained(5)
    assert not agrees.any()


def test_a_network_of_other_units_does_not_agree(monkeypatch):
    make = script(NAME).nets.from_layers
    monkeypatch.setattr(script(NAME).nets, "from_layers", lambda layers, _: make(layers, "tanh"))
    agrees, _ = script(NAME).chained(5)
    assert not agrees.all()


def test_the_pictures_show_the_labeling_that_is_tinted():
    with style.context():
        table = drawing(script(NAME), measured(NAME), "en").axes[3]
    dots = [line for line in table.lines if line.get_marker() == "o"]
    [filled] = [line for line in dots if line.get_markerfacecolor() == style.colour("ink")]
    column = script(NAME)._DRAWN
    rows = sorted((6.4 - y) / 0.5 for x, y in filled.get_xydata() if x == column)
    assert rows == pytest.approx([1, 3], abs=1e-5)  # the second and the fourth state
    assert script(NAME)._LABELS == (False, True, False, True)


def test_verdicts():
    outcomes = {claim: verdict(NAME, claim, measured(NAME)) for claim in claims(NAME)}
    assert [outcomes.pop("B08"), outcomes.pop("B10/relations")] == ["refuted"] * 2
    assert set(outcomes.values()) == {"supported"}
    shares = {name: claims(NAME)[name].judge(measured(NAME)).estimate for name in ("B07", "B10")}
    assert {name: share.mean for name, share in shares.items()} == {"B07": 8 / 16, "B10": 14 / 16}
    assert claims(NAME)["B08"].judge(measured(NAME)).estimate.mean == 4


@pytest.mark.parametrize(
    ("claim", "change", "outcome"),
    [
        ("B05", {"distinct": (4, 3)}, "refuted"),
        ("B05", {"bits_needed": (2, 2)}, "refuted"),
        ("B07", {"scalar": (16, 16)}, "refuted"),
        ("B08", {"entries": 8}, "supported"),
        ("B10", {"binary": (8, 8)}, "refuted"),
        ("B17/labelings", {"one_hot": (16, 15)}, "refuted"),
        ("B17/labelings", {"binary": (14, 8)}, "refuted"),
        ("D01", {"agrees": torch.tensor([True, False])}, "refuted"),
    ],
)
def test_another_count_turns_the_verdict(claim, change, outcome):
    assert verdict(NAME, claim, replace(measured(NAME), **change)) == outcome


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"scalar": (8, 9)}, "points on a line"),
        ({"repeated": (8, 17)}, "stays on its line"),
        ({"one_hot": (16, 15)}, "one-hot codes allow everything"),
        ({"binary": (13, 14)}, "corners of a square"),
        ({"missing": ("0110", "0110")}, "XOR and its opposite"),
    ],
)
def test_a_wrong_count_fails_the_check(change, message):
    with pytest.raises(AssertionError, match=message):
        script(NAME).check(replace(measured(NAME), **change))


def test_other_pictures_than_four_states_are_refused():
    with pytest.raises(ValueError, match="states of 2 bits, not of 3"):
        script(NAME).run(script(NAME).Config(bits=(3, 3)))
