import numpy as np
import pytest
import scipy.optimize
import torch

from dlbook.mathematics import nets, rng
from tests.scripts import claims, replace, script, small

NAME = "weight_decay_is_a_path_norm"


def net():
    return nets.init(nets.MLP((5, 4, 1)), range(3), "fan_in_uniform")


def test_the_gradient_of_the_penalty_agrees_with_finite_differences():
    """As a check on the formula itself; the half cancels the two."""
    W = rng.stream(0, "weights").normal(64, 32).numpy().ravel()[:6]
    penalty = lambda w: 0.7 / 2 * (w**2).sum()  # noqa: E731
    np.testing.assert_allclose(scipy.optimize.approx_fprime(W, penalty), 0.7 * W, atol=1e-6)
    assert script(NAME).gradient_error(0.7, 0) < 1e-15


def test_a_step_of_the_engine_shrinks_the_weights_as_torchs_own_weight_decay():
    start = torch.nn.Parameter(torch.tensor([1.0, -2.0]).double())
    optimiser = torch.optim.SGD([start], lr=0.1, weight_decay=0.5)
    start.grad = torch.zeros(2).double()
    optimiser.step()
    np.testing.assert_allclose(start.detach(), (1 - 0.1 * 0.5) * np.array([1, -2]), rtol=1e-15)
    assert script(NAME).step_error(0.5, 0.1, 0) < 1e-15


@pytest.mark.parametrize("copies", [2, 5])
def test_duplicates_get_what_ridge_regression_gives_them(copies):
    """Mean of squares plus λ/2 |w|² over two samples is scikit-learn's penalty with alpha = λ."""
    from sklearn.linear_model import Ridge  # a second, for whoever only collects

    loaded, cfg = script(NAME), script(NAME).SMALL
    x = np.repeat([[-1.0], [1.0]], copies, axis=1)
    oracle = Ridge(alpha=cfg.shared, solver="cholesky", tol=1e-12).fit(x, [-1.0, 1.0]).coef_
    weights = loaded.duplicates(cfg, copies, cfg.shared)
    np.testing.assert_allclose(weights, np.tile(oracle, (cfg.seeds, 1)), atol=1e-9)


def test_without_decay_the_differences_of_the_start_stay():
    loaded, cfg = script(NAME), script(NAME).SMALL
    weights = loaded.duplicates(cfg, 3, 0)
    start = nets.init(nets.MLP((3, 1)), range(cfg.seeds), "he_normal").layers[0][0][..., 0]
    np.testing.assert_allclose(weights.sum(1), np.ones(cfg.seeds), atol=1e-9)
    np.testing.assert_allclose(weights.diff(dim=1), start.diff(dim=1), atol=1e-9)


def test_least_norm_is_what_scipy_finds_under_the_constraint():
    found = scipy.optimize.minimize(
        lambda w: (w**2).sum(), np.array([1.0, 0.0, 0.0, 0.5]),
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
    )  # fmt: skip
    np.testing.assert_allclose(script(NAME).least_norm(4), found.x, atol=1e-6)
    np.testing.assert_allclose(script(NAME).least_norm(4), 0.25, atol=1e-15)


def test_two_layers_learn_what_the_lasso_learns_and_one_what_ridge_learns():
    """(u - a)² + λ|u| is twice scikit-learn's lasso with alpha = λ/2."""
    from sklearn.linear_model import Lasso, Ridge

    loaded, cfg = script(NAME), replace(script(NAME).SMALL, targets=9)
    x = np.array([[-1.0], [1.0]])
    two, one = (loaded.slopes(cfg, layers).numpy() for layers in (2, 1))
    assert two.shape == one.shape == (cfg.starts, 9)
    for a, u, w in zip(np.linspace(0, 2, 9), two.T, one.T, strict=True):
        # Even one that goes through its coefficients in order draws from numpy when it begins.
        lasso = Lasso(alpha=cfg.strong / 2, fit_intercept=False, random_state=0)
        ridge = Ridge(alpha=cfg.strong, fit_intercept=False)
        assert u == pytest.approx(lasso.fit(x, x[:, 0] * a).coef_.repeat(cfg.starts), abs=2e-3)
        assert w == pytest.approx(ridge.fit(x, x[:, 0] * a).coef_.repeat(cfg.starts), abs=1e-9)


def test_scaling_leaves_the_function_alone_and_does_not_touch_the_net_handed_in():
    stack, before = net(), net().flat
    factors = rng.stream(1, "factors").uniform(3, 4, low=0.2, high=5)
    x = rng.stream(2, "points").normal(50, 5)
    moved = script(NAME).scaled(stack, factors)
    np.testing.assert_allclose(moved.predict(x), stack.predict(x), atol=1e-12)
    assert torch.equal(stack.flat, before)
    assert not torch.equal(moved.flat, before)


def test_the_least_penalty_over_scales_is_the_product_as_scipy_finds_it():
    stack = net()
    (W, _), (v, _) = stack.layers
    for unit in range(4):

        def penalty(c, unit=unit):
            return float(script(NAME).penalties(stack[1], torch.full((1, 4), c))[0, unit])

        found = scipy.optimize.minimize_scalar(
            lambda log: penalty(np.exp(log)), bounds=(-8, 8), options={"xatol": 1e-9}
        )
        product = float(W[1, :, unit].norm() * v[1, unit, 0].abs())
        assert found.fun == pytest.approx(product, rel=1e-9)


@pytest.mark.parametrize("layers", [1, 2])
def test_every_start_of_a_slope_is_a_run_of_its_own(layers):
    res, cfg = small(NAME), script(NAME).SMALL
    learned = {1: res.one_layer, 2: res.two_layers}[layers].view(cfg.starts, cfg.targets)
    choice = script(NAME).Replay(
        copies=1, layers=layers, target=1.5, decay=cfg.strong, scheme="xavier_uniform"
    )
    alone = script(NAME).replay(choice, cfg).fit([1]).stack
    product = np.prod([W.item() for W, _ in alone.layers])
    assert product == learned[1, res.wanted[: cfg.targets] == 1.5].item()


def test_the_drawn_curve_is_that_of_the_formula():
    res = small(NAME)
    c = res.scales.numpy()
    np.testing.assert_allclose(res.curve, res.floor * (c**2 + c**-2) / 2, rtol=1e-12)
    assert abs(res.lowest_excess) < 1e-12, "the balanced scale is among those tried"


def test_units_that_are_off_are_counted_from_the_slopes():
    res = small(NAME)
    assert res.off == (res.two_layers.abs() < 0.01).sum()
    assert res.off_expected == (res.wanted <= 0.5).sum()
    assert res.wanted_count == len(res.two_layers) == len(res.one_layer)


def test_errors_are_those_of_the_slopes_in_the_result():
    res = small(NAME)
    soft = np.maximum(res.wanted.numpy() - 0.5, 0)
    assert res.soft_error == pytest.approx(np.abs(res.two_layers.numpy() - soft).max())
    ridge = res.wanted.numpy() / 1.5
    assert res.ridge_error == pytest.approx(np.abs(res.one_layer.numpy() - ridge).max())


def test_with_decay_the_drawn_weights_meet_and_without_they_lie_on_the_line():
    res = small(NAME)
    np.testing.assert_allclose(res.decayed, np.full((res.config.seeds, 2), 2 / 4.1), atol=1e-9)
    np.testing.assert_allclose(res.plain.sum(1), np.ones(res.config.seeds), atol=1e-9)
    assert (res.plain[:, 0] - res.plain[:, 1]).abs().median() > 0.1


@pytest.mark.parametrize(
    ("claim", "change"),
    [
        ("B27/path", {"identity_error": 1e-11}),
        ("B27/path", {"lowest_excess": -1e-11}),
    ],
)
def test_each_error_decides_its_claim(claim, change):
    assert claims(NAME)[claim].judge(small(NAME)).outcome == "supported"
    assert claims(NAME)[claim].judge(replace(small(NAME), **change)).outcome == "refuted"


def test_equal_inputs_share_and_equal_units_keep_what_their_start_gave():
    res, cfg, loaded = small(NAME), script(NAME).SMALL, script(NAME)
    products = loaded.equal_units(cfg)
    total = products.sum(1)
    threshold = cfg.shared / 2
    np.testing.assert_allclose(total, np.full(cfg.seeds, 1 - threshold), atol=1e-6)
    assert res.unit_error == pytest.approx(
        float((products - total[:, None] / cfg.copies).abs().max())
    )
    claim = claims(NAME)["B27/duplicates"]
    assert claim.judge(res).outcome == "conditional"
    assert claim.judge(replace(res, unit_error=0.0)).outcome == "supported"
    assert claim.judge(replace(res, share_error=1e-8)).outcome == "refuted"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"gradient_error": 1e-14}, "gradient of the penalty"),
        ({"least_norm_error": 1e-11}, "least norm"),
        ({"identity_error": 1e-11}, "balanced"),
        ({"lowest_excess": -1e-11}, "cheaper"),
        ({"function_error": 1e-11}, "alone"),
        ({"decayed": torch.tensor([[0.5, 0.5], [0.5, 0.51]])}, "ends alike"),
    ],
)
def test_a_broken_identity_fails_the_check(change, words):
    with pytest.raises(AssertionError, match=words):
        script(NAME).check(replace(small(NAME), **change))
