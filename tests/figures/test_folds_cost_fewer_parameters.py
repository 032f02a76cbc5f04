"""The bill of the folds, against weights counted by hand and every orientation tried by force."""

from fractions import Fraction
from itertools import pairwise, product

import numpy as np
import pytest
import torch

from dlbook.mathematics import folds
from tests.scripts import measured, replace, script

NAME = "folds_cost_fewer_parameters"


def by_hand(x, times):
    for _ in range(times):
        x = abs(2 * x - 1)
    return x


def first_slopes_by_force(k):
    """Turn ``2^k - 1`` ReLUs every way they can face, and add up those that face left."""
    bends = [Fraction(i, 2**k) for i in range(1, 2**k)]
    values = [by_hand(Fraction(i, 2**k), k) for i in range(2**k + 1)]
    slopes = [(b - a) * 2**k for a, b in pairwise(values)]
    changes = [after - before for before, after in pairwise(slopes)]
    found = set()
    for faces_right in product((False, True), repeat=len(bends)):
        turned = zip(changes, faces_right, strict=True)
        found.add(sum((-change for change, right in turned if not right), Fraction(0)))
    return found


def test_the_deep_networks_have_the_weights_one_counts_on_paper():
    for k, count in enumerate(measured(NAME).deep_parameters, 1):
        assert count == (1 * 2 + 2) + (k - 1) * (2 * 2 + 2) + (2 * 1 + 1)


def test_the_shallow_networks_have_the_weights_one_counts_on_paper():
    for k, count in enumerate(measured(NAME).shallow_parameters, 1):
        assert count == (1 + 1 + 1) * 2**k + 1


def test_depth_is_cheaper_from_three_folds_on():
    assert measured(NAME).cheaper_from == 3
    assert measured(NAME).ratio == pytest.approx(49 / 25)  # four folds at the tests' scale


@pytest.mark.parametrize("k", [1, 2, 3])
def test_the_dots_are_the_first_slopes_of_all_orientations(k):
    drawn = measured(NAME).slopes
    dots = set(drawn[drawn[:, 0] == k, 1].tolist())
    assert dots == {float(slope / 2**k) for slope in first_slopes_by_force(k)}


@pytest.mark.parametrize("k", [1, 2, 3, 4])
def test_no_orientation_of_one_unit_less_starts_with_the_slope_needed(k):
    gap = min(abs(slope + 2**k) for slope in first_slopes_by_force(k))
    assert gap == measured(NAME).slope_gaps[k] * 2**k > 0


def misfits(k, linear):
    """Worst error of the best fit to the k-fold, least squares, for each orientation."""
    x = np.arange(2 ** (k + 1) + 1) / 2 ** (k + 1)
    bends = np.arange(1, 2**k) / 2**k
    goal = np.array([float(by_hand(Fraction(i, 2 ** (k + 1)), k)) for i in range(len(x))])
    for signs in product((-1, 1), repeat=len(bends)):
        units = np.maximum(np.array(signs) * (x[:, None] - bends), 0)
        columns = np.column_stack([units, np.ones_like(x), *([x] if linear else [])])
        weights = np.linalg.lstsq(columns, goal, rcond=None)[0]
        yield np.abs(columns @ weights - goal).max()


@pytest.mark.parametrize("k", [1, 2, 3])
def test_one_unit_less_fits_the_fold_with_a_linear_skip_only(k):
    assert min(misfits(k, linear=False)) > 0.01
    assert max(misfits(k, linear=True)) < 1e-9


@pytest.mark.parametrize("k", [1, 2, 3, 4])
def test_a_network_that_is_not_the_fold_is_noticed(k):
    draws_the_folds = script(NAME).draws_the_folds
    for layers in (folds.deep(k), folds.shallow(k)):
        assert draws_the_folds(layers, k)
        assert not draws_the_folds(layers, k + 1)
        W, b = layers[-1]
        assert not draws_the_folds([*layers[:-1], (W, b + 2.0**-40)], k)


@pytest.mark.parametrize("which", ["deep", "shallow"])
def test_both_networks_have_to_be_the_fold(which, monkeypatch):
    make = getattr(folds, which)

    def shifted(k):
        *hidden, (W, b) = make(k)
        return [*hidden, (W, b + 0.25)]

    monkeypatch.setattr(folds, which, shifted)
    result = script(NAME).run(script(NAME).SMALL)
    assert not any(result.same_function)


def test_the_line_of_a_layer_bends_once_for_each_unit_however_far_out():
    layers = [
        (torch.tensor([[1.0, -2.0, 0.001]]).double(), torch.tensor([0.0, 3.0, 1.0]).double()),
        (torch.ones(3, 1).double(), torch.zeros(1).double()),
    ]
    assert script(NAME).pieces_of_the_line(layers) == 4  # bends at -1000, 0 and 1.5


def test_random_units_bend_and_no_two_networks_are_alike():
    random_layer = script(NAME).random_layer
    for seed in range(8):
        (W, b), (V, _) = random_layer(seed, 6)
        places = (-b / W[0]).tolist()
        assert len(set(places)) == 6
        assert (b.abs() <= 1).all()
        assert (V != 0).all()
    assert not torch.equal(random_layer(0, 6)[0][0], random_layer(1, 6)[0][0])


def test_pieces_on_the_interval_are_the_bends_inside_it_and_one():
    result, config = measured(NAME), script(NAME).SMALL
    counts = []
    for seed in range(config.seeds):
        (W, b), _ = script(NAME).random_layer(seed, config.units)
        counts.append(1 + int(((-b / W[0]).abs() < 3).sum()))
    assert result.random_pieces.mean == pytest.approx(sum(counts) / len(counts))
    assert result.random_most == max(counts)


def test_a_random_layer_draws_one_piece_more_than_it_has_units():
    assert measured(NAME).line_pieces.tolist() == [script(NAME).SMALL.units + 1] * 8


def test_the_verdicts_are_one_supported_one_conditional_and_one_refuted():
    verdicts = {claim.id: claim.judge(measured(NAME)) for claim in script(NAME).CLAIMS}
    outcomes = {name: verdict.outcome for name, verdict in verdicts.items()}
    assert outcomes == {"A25/units": "supported", "A26": "refuted", "A16": "conditional"}
    assert verdicts["A26"].estimate.mean == 0
    each = [verdict.outcome for verdict in verdicts["A16"].settings]
    assert each == ["refuted", "refuted", "refuted", "supported", "supported"]  # a line, 1, 2, 3, 4


@pytest.mark.parametrize(
    ("claim", "change"),
    [
        ("A25/units", {"same_function": (True, True, False, True)}),
        ("A25/units", {"slope_gaps": (1.0, 1.0, 1.0, 0.0)}),
    ],
)
def test_one_case_that_fails_refutes_a_claim(claim, change):
    [judged] = [c for c in script(NAME).CLAIMS if c.id == claim]
    assert judged.judge(replace(measured(NAME), **change)).outcome == "refuted"


def test_too_few_folds_to_compare_are_refused():
    with pytest.raises(ValueError, match="needs 3 folds or more, not 2"):
        script(NAME).run(script(NAME).Config(folds=2))


def test_the_explorable_gets_the_parameters_of_every_number_of_folds():
    given = script(NAME).explorable(measured(NAME))
    assert given["deep"] == (7, 13, 19, 25)
    assert given["shallow"] == (7, 13, 25, 49)
    assert given["cheaper_from"] == 3


def test_depth_is_never_cheaper_if_its_networks_are_as_large():
    [judged] = [c for c in script(NAME).CLAIMS if c.id == "A16"]
    res = measured(NAME)
    as_large = replace(res, deep_parameters=res.shallow_parameters)
    assert judged.judge(as_large).outcome == "refuted"


def test_a_straight_line_takes_two_numbers_more_in_two_layers():
    """One ReLU, relu(x), and an output: 2 + 2; another layer of one unit adds 2."""
    assert measured(NAME).line_parameters == (4, 6)
