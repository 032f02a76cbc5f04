import numpy as np
import pytest
import torch

from dlbook.base.evidence import Estimate
from dlbook.mathematics import nets
from tests.scripts import claims, measured, replace, script

NAME = "a_polynomial_activation_is_not_universal"

X = np.linspace(-1, 1, 100)
Y = np.sin(12 * X)


def test_the_floors_are_those_of_numpys_polynomials():
    res = measured(NAME)
    for degree, floor in enumerate(res.floors.tolist(), 1):
        fit = np.polynomial.Legendre.fit(X, Y, degree)
        assert floor == pytest.approx(np.mean((fit(X) - Y) ** 2), rel=1e-6, abs=1e-15)
    assert res.floor == pytest.approx(np.mean((np.polyval(np.polyfit(X, Y, 2), X) - Y) ** 2))
    assert res.constant == pytest.approx(Y.var(), rel=1e-12)


def test_an_odd_target_gains_nothing_from_an_even_degree():
    floors = measured(NAME).floors
    torch.testing.assert_close(floors[1::2], floors[0::2], rtol=0, atol=1e-12)


def test_three_numbers_describe_a_net_of_squares():
    stack = nets.init(nets.MLP((1, 5, 1), "square"), range(3), "fan_in_uniform")
    (W, b), (V, c) = [(W.numpy(), b.numpy()) for W, b in stack.layers]
    x = torch.linspace(-3, 3, 7, dtype=torch.float64)[:, None]
    rows = script(NAME).parabola(stack, x).numpy()
    for k in range(3):
        direct = (W[k] * x.numpy() + b[k]) ** 2 @ V[k] + c[k]
        np.testing.assert_allclose(rows[k], direct[:, 0], rtol=1e-12)


@pytest.mark.parametrize(
    ("name", "activation"), [("square", torch.square), ("relu", torch.relu)], ids=["square", "relu"]
)
def test_the_last_error_is_what_torch_reaches_from_the_same_weights(name, activation):
    cfg = script(NAME).SMALL
    start = nets.init(nets.MLP((1, cfg.units, 1)), [5], "fan_in_uniform")
    parts = [part[0].clone().requires_grad_() for layer in start.layers for part in layer]
    W, b, V, c = parts
    x, y = torch.from_numpy(X)[:, None], torch.from_numpy(Y)[:, None]
    descent = torch.optim.Adam(parts, lr=cfg.rate)
    for _ in range(cfg.steps):
        descent.zero_grad()
        (activation(x @ W + b) @ V + c - y).square().mean().backward()
        descent.step()
    with torch.no_grad():
        final = (activation(x @ W + b) @ V + c - y).square().mean().item()
    assert measured(NAME).losses[name][5, -1].item() == pytest.approx(final, rel=1e-9)
    assert measured(NAME).steps[-1] == cfg.steps


def test_the_construction_is_an_interpolation_by_numpy():
    knots = np.linspace(-1, 1, 65)
    line = np.interp(X, knots, np.sin(12 * knots))
    assert measured(NAME).constructed == pytest.approx(np.mean((line - Y) ** 2), rel=1e-9)


def test_summaries_agree_with_numpy():
    res = measured(NAME)
    square, relu = (res.losses[name][:, -1].numpy() for name in ("square", "relu"))
    assert res.squares.mean == pytest.approx(np.median(square), rel=1e-12)
    assert res.relus.mean == pytest.approx(np.median(relu), rel=1e-12)
    assert res.difference.mean == pytest.approx((square - relu).mean(), rel=1e-12)
    assert res.below.mean == (relu < res.floor).mean()
    assert res.reached.mean == (square < 1.01 * res.floor).mean()
    assert res.worst_gap == pytest.approx(square.max() - res.floor, abs=1e-14)
    assert res.lowest == res.losses["square"].min().item()


def test_the_drawn_nets_are_those_of_seed_0():
    res = measured(NAME)
    x = np.linspace(-1, 1, res.curves.shape[1])
    np.testing.assert_allclose(res.curves[0], np.sin(12 * x), atol=1e-12)
    np.testing.assert_allclose(res.curves[1], np.polyval(np.polyfit(X, Y, 2), x), atol=1e-12)
    for row, name in enumerate(("square", "relu"), 2):
        at = np.interp(X, x, res.curves[row].numpy())
        assert np.mean((at - Y) ** 2) == pytest.approx(res.losses[name][0, -1].item(), rel=1e-3)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"floor": 0.6}, "below the best quadratic"),
        ({"parabolic": 1e-6}, "is a parabola"),
        ({"constructed": 0.9}, "construction"),
        ({"floors": torch.tensor([0.4, 0.5])}, "never fits worse"),
    ],
)
def test_check_refuses_what_cannot_be(change, message):
    with pytest.raises(AssertionError, match=message):
        script(NAME).check(replace(measured(NAME), **change))


def test_a_floor_under_a_fifth_of_the_variance_would_support_any_activation():
    res = measured(NAME)
    assert claims(NAME)["B09"].judge(res).outcome == "refuted"
    assert claims(NAME)["B09"].judge(replace(res, floor=0.05)).outcome == "supported"


def test_one_error_below_the_floor_refutes_it():
    res = measured(NAME)
    losses = [each.clone() for each in res.losses]
    losses[0][3, 4] = res.floor - 1e-9
    judge = claims(NAME)["B09/floor"].judge
    assert judge(res).outcome == "supported"
    assert judge(res).estimate.n == res.losses["square"].numel()
    assert judge(replace(res, losses=losses)).outcome == "refuted"


@pytest.mark.parametrize(
    ("low", "high", "outcome"),
    [(0.2, 0.5, "supported"), (0.05, 0.3, "inconclusive"), (-0.1, 0.05, "refuted")],
)
def test_relu_must_be_ahead_by_a_fifth_of_the_variance(low, high, outcome):
    res = replace(measured(NAME), difference=Estimate((low + high) / 2, low, high, 32))
    assert claims(NAME)["B09/relu"].judge(res).outcome == outcome
