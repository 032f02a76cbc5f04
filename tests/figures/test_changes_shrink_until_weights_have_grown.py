import math

import pytest
import torch

from dlbook.base.along import along
from dlbook.training import stats
from tests.scripts import claims, replace, script, small

NAME = "changes_shrink_until_weights_have_grown"
KEYS = {"activation": ("sigmoid", "tanh", "relu"), "when": ("start", "end")}


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
def test_the_factor_is_that_of_autograd(activation):
    loaded = script(NAME)
    plan = loaded.replay(loaded.Replay(activation=activation), loaded.SMALL)
    stack, found = plan.stack([5]), loaded.mixture([5], loaded.SMALL)
    f = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu}[activation]
    layers = [(W[0].clone().requires_grad_(), b[0]) for W, b in stack.layers]
    h, totals = found.x[0], []
    for W, b in layers[:-1]:
        z = h @ W + b
        z.retain_grad()
        totals.append(z)
        h = f(z)
    out = h @ layers[-1][0] + layers[-1][1]
    torch.nn.functional.cross_entropy(out, found.y[0]).backward()
    sizes = [z.grad.square().mean().sqrt().item() for z in totals]
    expected = math.log(sizes[0] / sizes[2]) / 2
    assert loaded.factor(stack, found).item() == pytest.approx(expected, rel=1e-9)


def test_weights_that_are_twice_as_large_double_the_factor_of_relus():
    loaded = script(NAME)
    plan = loaded.replay(loaded.Replay(activation="relu"), loaded.SMALL)
    stack, found = plan.stack([1, 2]), loaded.mixture([1, 2], loaded.SMALL)
    for _, b in stack.layers:
        b.zero_()
    before = loaded.factor(stack, found)
    for W, _ in stack.layers[1:3]:
        W.mul_(2)
    after = loaded.factor(stack, found)  # the output has grown too, and its error with it
    torch.testing.assert_close(after - before, torch.full_like(before, math.log(2)),
                               rtol=0, atol=0.2)  # fmt: skip


@pytest.mark.parametrize(
    ("start", "end", "outcome"),
    [(-1.5, 0.5, "conditional"), (0.5, 0.5, "supported"), (-1.5, -0.5, "refuted")],
)
def test_amplified_is_judged_before_and_after(start, end, outcome):
    cells = [stats.exact(value) for _ in range(3) for value in (start, end)]
    made = replace(small(NAME), amplified=along(cells, **KEYS))
    assert claims(NAME)["E11b"].judge(made).outcome == outcome


def test_check_refuses_a_tenth_above_nine_tenths():
    script(NAME).check(small(NAME))
    low = small(NAME).high + 1
    with pytest.raises(AssertionError, match="tenth"):
        script(NAME).check(replace(small(NAME), low=low))
