from itertools import combinations, product

import numpy as np
import pytest
import torch

from dlbook.mathematics import rng
from tests.scripts import claims, measured, replace, script, verdict

NAME = "additive_targets_need_few_samples"


def bits(n):
    return np.array(list(product((0, 1), repeat=n)))


def monomials(x, order):
    """Products of up to ``order`` different bits; scikit-learn builds them."""
    from sklearn.preprocessing import PolynomialFeatures  # a second, for whoever only collects

    maker = PolynomialFeatures(order, interaction_only=True, include_bias=True)
    return maker.fit_transform(x)


@pytest.mark.parametrize("n", [2, 3, 8])
def test_additive_outputs_follow_as_linear_regression_says(n):
    """Whatever the n + 1 samples say, scikit-learn's fit to them is the same guess."""
    from sklearn.linear_model import LinearRegression

    x, y = bits(n), rng.stream(n, "test values").normal(2**n)
    known = x.sum(1) <= 1
    oracle = LinearRegression().fit(x[known], y[known]).predict(x)
    np.testing.assert_allclose(script(NAME).follow(y, 1), oracle, atol=1e-12)


@pytest.mark.parametrize("order", [0, 2, 3, 4])
def test_higher_orders_follow_as_solving_for_the_monomials_says(order):
    x, y = bits(4), rng.stream(order, "test values").normal(16).numpy()
    known = x.sum(1) <= order
    design = monomials(x, order)
    coefficients = np.linalg.solve(design[known], y[known])
    np.testing.assert_allclose(
        script(NAME).follow(torch.from_numpy(y), order), design @ coefficients, atol=1e-12
    )


def test_what_lies_above_the_order_is_not_looked_at():
    y = rng.stream(0, "test values").normal(32)
    ones = torch.from_numpy(bits(5).sum(1))
    other = torch.where(ones > 2, 1e6, y)
    assert torch.equal(script(NAME).follow(y, 2), script(NAME).follow(other, 2))


@pytest.mark.parametrize("order", [1, 2, 3])
def test_fewer_samples_cannot_do_because_the_monomials_are_independent(order):
    design = monomials(bits(5), order)
    assert np.linalg.matrix_rank(design) == design.shape[1]
    assert design.shape[1] == (bits(5).sum(1) <= order).sum()


def test_needed_counts_the_monomials():
    res = measured(NAME)
    n = res.most_bits
    counted = tuple(monomials(bits(n), k).shape[1] if k else 1 for k in range(n + 1))
    assert res.needed == counted
    assert res.needed[1] == n + 1
    assert res.needed[n] == res.most_outputs == 2**n


def test_additive_targets_add_the_weights_of_the_ones():
    weights = torch.tensor([0.5, 1.0, 10.0, 100.0]).double()
    by_hand = [0.5 + a * 1 + b * 10 + c * 100 for a, b, c in product((0, 1), repeat=3)]
    assert script(NAME).additive(weights).tolist() == by_hand


def test_the_drawn_cubes_are_as_a_reader_adds_them():
    res = measured(NAME)
    for i, (a, b, c) in enumerate(product((0, 1), repeat=3)):
        total = 1 + 2 * a + 3 * b + 5 * c
        assert res.cube[0, i] == res.cube_guess[0, i] == total
        assert res.cube[1, i] == total + 4 * (a ^ b)
        assert res.cube_guess[1, i] == 1 + (2 + 4) * a + (3 + 4) * b + 5 * c


def test_a_quarter_is_wrong_where_both_bits_of_the_exclusive_or_are_one():
    loaded = script(NAME)
    target = loaded.additive(rng.stream(1, "test weights").normal(6)) + loaded.exclusive(5)
    wrong = (loaded.follow(target, 1) - target).abs().numpy() > 1e-6
    x = bits(5)
    np.testing.assert_array_equal(wrong, (x[:, 0] == 1) & (x[:, 1] == 1))


@pytest.mark.parametrize("order", [1, 3])
def test_targets_of_an_order_need_it_and_no_more(order):
    target = script(NAME).target_of_order(5, order).numpy()
    design = monomials(bits(5), order)
    assert np.abs(design @ np.linalg.lstsq(design, target)[0] - target).max() < 1e-9
    fewer = monomials(bits(5), order - 1) if order > 1 else np.ones((32, 1))
    assert np.abs(fewer @ np.linalg.lstsq(fewer, target)[0] - target).max() > 0.1


@pytest.mark.parametrize("samples", [2, 3, 4])
def test_only_four_samples_single_a_boolean_function_out(samples):
    tables = list(product((0, 1), repeat=4))
    agreeing = [
        sum(all(f[i] == g[i] for i in known) for g in tables)
        for f in tables
        for known in combinations(range(4), samples)
    ]
    assert set(agreeing) == {2 ** (4 - samples)}
    assert script(NAME).alternatives(samples) == [count > 1 for count in agreeing]


def test_the_plane_is_guessed_from_the_origin_and_two_components():
    """The errors of linear maps vanish; lengths miss by as much as the triangle leaves."""
    loaded = script(NAME)
    forces, lengths = loaded.plane(5)
    assert forces.shape == lengths.shape == (5,)
    assert forces.max() < 1e-12
    draw = rng.stream(3, "plane")
    draw.uniform(2, 2), draw.uniform(1, 2)
    x = draw.normal(100, 2).numpy()
    slack = np.abs(x).sum(1) - np.hypot(x[:, 0], x[:, 1])
    assert float(lengths[3]) == pytest.approx(slack.max(), rel=1e-12)


@pytest.mark.parametrize(
    ("claim", "change"),
    [
        ("B44/additive", {"errors": torch.tensor([[0.0, 1e-12]])}),
        ("B31", {"plane": torch.tensor([0.0, 1e-11])}),
        ("B14/arbitrary", {"alternatives": torch.tensor([True, False])}),
    ],
)
def test_one_case_that_does_not_follow_refutes(claim, change):
    assert verdict(NAME, claim, measured(NAME)) == "supported"
    assert verdict(NAME, claim, replace(measured(NAME), **change)) == "refuted"


def test_four_data_are_needed_if_no_additive_target_follows_from_three():
    judge = claims(NAME)["B14"].judge
    assert judge(measured(NAME)).outcome == "refuted"
    assert judge(replace(measured(NAME), two_bits=torch.ones(5))).outcome == "supported"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"errors": torch.tensor([[1e-12]])}, "follow from n"),
        ({"wrong": (0.25, 0.2, 0.25)}, "a quarter"),
        ({"needed": (1, 7, 22, 42, 57, 63, 65)}, "binomials"),
        ({"order_errors": (*[0.0] * 6, 0.1)}, "of their order"),
        ({"plane_control": torch.tensor([0.5, 0.0])}, "sizes"),
    ],
)
def test_a_broken_theorem_fails_the_check(change, words):
    with pytest.raises(AssertionError, match=words):
        script(NAME).check(replace(measured(NAME), **change))
