import math

import pytest
import torch

from dlbook.training import data, stats
from tests.scripts import claims, replace, script, small

NAME = "the_start_decides_which_gradients_survive"


@pytest.mark.parametrize("scheme", ["sigmoid", "tanh", "small", "he", "linear", "quarter"])
def test_signals_are_those_of_autograd(scheme):
    loaded = script(NAME)
    cfg = replace(loaded.SMALL, depth=3, width=5)
    x, y = data.moons(8, 0.1, loaded.rng.streams([3], "moons"))
    stack = loaded.start(scheme, cfg, [3])
    found = loaded.signals(stack, x, y.contiguous())
    f = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu}.get(
        stack.net.activation, lambda z: z
    )
    layers = [(W[0].clone().requires_grad_(), b[0]) for W, b in stack.layers]
    h, totals = x[0], []
    for W, b in layers[:-1]:
        z = h @ W + b
        z.retain_grad()
        totals.append(z)
        h = f(z)
    out = h @ layers[-1][0] + layers[-1][1]
    torch.nn.functional.cross_entropy(out, y[0]).backward()
    for depth, z in enumerate(totals):
        W = layers[depth][0]
        assert found.backward[0, depth].item() == pytest.approx(
            z.grad.square().mean().sqrt().item(), rel=1e-9
        )
        assert found.weights[0, depth].item() == pytest.approx(
            W.grad.square().mean().sqrt().item(), rel=1e-9
        )
        assert found.shares[0, depth].item() == pytest.approx((W * W.grad).sum().item(), rel=1e-9)
        assert found.forward[0, depth].item() == pytest.approx(
            f(z).square().mean().sqrt().item(), rel=1e-9
        )


def test_theory_is_exact_for_relus_and_linear_in_the_depth():
    loaded = script(NAME)
    cfg = replace(loaded.SMALL, depth=6, width=16)
    x, _ = data.moons(10, 0.1, loaded.rng.streams([0], "moons"))
    for scheme, expected in (("he", 1.0), ("xavier", math.sqrt(0.5)), ("small", 0.05 * 2 * 2**0.5)):
        forward, backward = loaded.theory(scheme, cfg, x[0])
        steps = backward[:-1] / backward[1:]
        torch.testing.assert_close(steps, torch.full((5,), expected).double(), rtol=1e-6, atol=0)
        torch.testing.assert_close(
            forward[1:] / forward[:-1], torch.full((5,), expected).double(), rtol=1e-6, atol=0
        )


def test_wide_nets_are_where_theory_says():
    loaded = script(NAME)
    cfg = replace(loaded.SMALL, depth=4, width=200)
    x, y = data.moons(6, 0.1, loaded.rng.streams(range(4), "moons"))
    for scheme in ("sigmoid", "tanh", "he"):
        found = loaded.signals(loaded.start(scheme, cfg, range(4)), x, y.contiguous())
        forward, predicted = loaded.theory(scheme, cfg, x.flatten(0, 1))
        torch.testing.assert_close(found.forward.mean(0), forward, rtol=0.15, atol=0)
        measured = (found.backward / found.backward[:, -1:]).mean(0)
        torch.testing.assert_close(measured, predicted, rtol=0.15, atol=0)


def test_the_quarter_is_a_quarter_and_every_cell_has_its_name():
    loaded = script(NAME)
    linear = loaded.start("linear", loaded.SMALL, [1]).flat
    assert torch.equal(loaded.start("quarter", loaded.SMALL, [1]).flat, linear / 4)
    with pytest.raises(ValueError, match="no scheme"):
        loaded.start("nothing", loaded.SMALL, [1])


@pytest.mark.parametrize(
    ("squeezed", "flat", "outcome"),
    [(-5.0, 0.0, "supported"), (0.0, -5.0, "refuted"), (-0.5, -0.5, "conditional")],
)
def test_squeezing_is_told_from_the_slope(squeezed, flat, outcome):
    made = replace(small(NAME), both=stats.exact(-5), squeezed=stats.exact(squeezed),
                   flat=stats.exact(flat))  # fmt: skip
    assert claims(NAME)["D14"].judge(made).outcome == outcome


@pytest.mark.parametrize(
    ("alone", "start", "outcome"),
    [(-0.2, -9.0, "supported"), (-3.0, -9.0, "conditional"), (-3.0, -0.2, "refuted")],
)
def test_relus_are_told_from_their_start(alone, start, outcome):
    left = small(NAME).left
    values = dict(left.items()) | {
        "he": stats.exact(-0.1), "xavier": stats.exact(alone), "sigmoid he": stats.exact(start)
    }  # fmt: skip
    made = replace(small(NAME), left=replace(left, cells=tuple(values.values())))
    assert claims(NAME)["C24d"].judge(made).outcome == outcome


def test_check_refuses_unequal_shares():
    shared = small(NAME).shared.clone()
    shared[0, 0, 0] += 1
    script(NAME).check(small(NAME))
    with pytest.raises(AssertionError, match="one and the same"):
        script(NAME).check(replace(small(NAME), shared=shared))
