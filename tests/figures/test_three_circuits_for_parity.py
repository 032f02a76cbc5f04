"""Three circuits for parity, against Python's own counting of ones and a search for fewer terms."""

from itertools import combinations, product

import pytest
import torch

from dlbook.figures import style
from dlbook.figures.picture import drawing
from dlbook.mathematics import circuits
from tests.scripts import measured, replace, script

NAME = "three_circuits_for_parity"
BITS = range(2, 7)


def xnor(a, b):
    return 1 - (a ^ b)


def tree(bits):
    """XNOR pairwise, a leftover wire going on to the next round: ``(value, gates)``."""
    gates = 0
    while len(bits) > 1:
        joined = [xnor(a, b) for a, b in zip(bits[0::2], bits[1::2], strict=False)]
        gates += len(joined)
        bits = joined + list(bits[2 * len(joined) :])
    return bits[0], gates


@pytest.mark.parametrize("d", BITS)
def test_the_tree_is_right_where_python_finds_it_right(d):
    states = list(product((0, 1), repeat=d))
    answers = [tree(state)[0] == (sum(state) % 2 == 0) for state in states]
    result = measured(NAME)
    assert result.tree_is_even[d] == all(answers)
    assert result.tree_is_odd[d] == (not any(answers))
    assert result.tree_gates[d] == tree(states[0])[1]


def test_four_bits_have_these_eight_even_states():
    even = [list(state) for state in product((0, 1), repeat=4) if state.count(1) % 2 == 0]
    assert measured(NAME).terms.tolist() == even


def cover(cube, d):
    """The states a product term accepts; a 2 in the cube stands for either bit."""
    return {
        state
        for state in product((0, 1), repeat=d)
        if all(c in (2, bit) for c, bit in zip(cube, state, strict=True))
    }


@pytest.mark.parametrize("d", [2, 3])
def test_no_smaller_choice_of_and_terms_gives_parity(d):
    even = {s for s in product((0, 1), repeat=d) if sum(s) % 2 == 0}
    terms = [cover(cube, d) for cube in product((0, 1, 2), repeat=d)]
    fewest = measured(NAME).and_terms[d]
    assert any(set().union(*choice) == even for choice in combinations(terms, fewest))
    assert not any(
        set().union(*choice) == even for n in range(fewest) for choice in combinations(terms, n)
    )


def test_gates_are_counted_with_their_outputs():
    result = measured(NAME)
    assert result.tree_gates == (1, 2, 3, 4, 5)
    assert result.and_or_gates == (3, 5, 9, 17, 33)
    assert result.threshold_units == (3, 4, 5, 6, 7)
    assert (result.most_tree, result.most_and_or, result.most_threshold) == (5, 33, 7)


def test_units_adds_up_all_layers():
    layers = [(torch.zeros(4, 7), torch.zeros(7)), (torch.zeros(7, 2), torch.zeros(2))]
    assert script(NAME).units(layers) == 9


def test_every_function_of_three_bits_is_reproduced_by_eight_detectors():
    result = measured(NAME)
    assert (result.functions, result.reproduced, result.detector_units) == (2**2**3, 2**2**3, 2**3)


def test_a_function_that_is_wrong_at_one_state_is_not_reproduced(monkeypatch):
    make = circuits.detectors

    def spoilt(tables):
        hidden, (W, b) = make(tables)
        W[3, 17] = 1 - W[3, 17]
        return [hidden, (W, b)]

    monkeypatch.setattr(circuits, "detectors", spoilt)
    result = script(NAME).run(script(NAME).SMALL)
    assert result.reproduced == result.functions - 1


def drawn(which):
    with style.context():
        return drawing(script(NAME), measured(NAME), "en").axes[which]


def test_the_drawings_are_headed_by_their_gates_at_four_bits():
    titles = [drawn(which).get_title(loc="left") for which in range(3)]
    assert titles == ["XNOR tree: 3 gates", "AND–OR: 9 gates", "Threshold: 5 units"]


def test_the_signs_in_the_drawing_are_those_of_the_threshold_units():
    rows = sorted(drawn(2).texts, key=lambda text: -text.get_position()[1])
    signs = [text.get_text() for text in rows if text.get_text() in ("+", "−")]
    weights = circuits.threshold_parity(4)[1][0][:, 0].tolist()
    assert signs == ["+" if weight > 0 else "−" for weight in weights]


def test_the_verdicts_follow_the_number_of_bits():
    verdicts = {claim.id: claim.judge(measured(NAME)) for claim in script(NAME).CLAIMS}
    outcomes = {name: verdict.outcome for name, verdict in verdicts.items()}
    assert {outcomes.pop(name) for name in ("A17", "A18", "B28")} == {"conditional"}
    assert set(outcomes.values()) == {"supported"}
    each = [verdict.outcome for verdict in verdicts["A17"].settings]
    assert each == ["supported", "refuted"] * 2 + ["supported"]  # right at 2, 4 and 6 of 2..6
    assert [v.outcome for v in verdicts["A18"].settings] == ["supported", "refuted"]
    assert verdicts["A18"].settings["threshold"].estimate.mean == 2 / 5  # d + 1 >= 2^(d-1): 2 and 3
    assert [v.outcome for v in verdicts["B28"].settings] == ["supported", "refuted"]
    assert verdicts["A19"].estimate.n == 3
    assert verdicts["B28"].settings["bits"].estimate.n == 256


@pytest.mark.parametrize(
    ("claim", "change"),
    [
        ("A18", {"adjacent": (0, 0, 1, 0, 0)}),
        ("A18", {"and_terms": (2, 4, 7, 16, 32)}),
        ("A19", {"tree_is_and_or": (True, False, False, False, True)}),
        ("A20", {"tree_gates": (1, 2, 3, 4, 6)}),
        ("B28", {"reproduced": 255}),
    ],
)
def test_one_case_that_fails_refutes_a_claim(claim, change):
    [judged] = [c for c in script(NAME).CLAIMS if c.id == claim]
    assert judged.judge(replace(measured(NAME), **change)).outcome == "refuted"


@pytest.mark.parametrize("change", [{"bits": 3}, {"function_bits": 0}, {"function_bits": 5}])
def test_a_scale_that_cannot_be_drawn_or_counted_is_refused(change):
    with pytest.raises(ValueError, match="needs bits of 4 or more, and function_bits from 1 to 4"):
        script(NAME).run(script(NAME).Config(**change))


def test_the_explorable_gets_the_gates_of_every_number_of_bits():
    assert script(NAME).explorable(measured(NAME)) == {
        "tree": (1, 2, 3, 4, 5), "and_or": (3, 5, 9, 17, 33), "threshold": (3, 4, 5, 6, 7)
    }  # fmt: skip


def test_no_layer_of_relus_equals_the_parabola_and_each_misses_by_the_known_amount():
    res = measured(NAME)
    for units, missed in res.curve_missed.items():
        assert missed == pytest.approx(1 / (2 * (2 * int(units) + 1) ** 2))
    assert res.least_missed == res.curve_missed[8]
    [judged] = [c for c in script(NAME).CLAIMS if c.id == "B28"]
    met = replace(res, curve_missed=(0.0,) * 4)
    assert judged.judge(met).outcome == "supported", "the half of the claim that fails is measured"
