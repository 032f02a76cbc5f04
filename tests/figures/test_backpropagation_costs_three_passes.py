import numpy as np
import pytest
import torch

from dlbook.mathematics import nets
from dlbook.mathematics.derivatives import derivatives
from dlbook.mathematics.nets import MLP
from tests.scripts import claims, replace, script, small

NAME = "backpropagation_costs_three_passes"


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "sin", "square"])
def test_all_ways_are_those_of_autograd(activation):
    loaded = script(NAME)
    stack = nets.init(MLP((3, 4, 5, 2), activation), [1, 2], "fan_in_uniform")
    draw = loaded.rng.streams([1, 2], "data")
    x, y = draw.normal(6, 3), draw.normal(6, 2)
    flat = stack.flat.clone().requires_grad_()
    loss = (nets.differentiable(stack.net, flat, x) - y).square().mean((1, 2)).sum()
    (expected,) = torch.autograd.grad(loss, flat)
    found, _ = loaded.backwards(stack, x, y, loaded.Counter())
    torch.testing.assert_close(found, expected, rtol=1e-10, atol=1e-13)
    torch.testing.assert_close(
        found, derivatives(stack, "mean_squared_error", x, y), rtol=1e-10, atol=1e-13
    )
    torch.testing.assert_close(loaded.forwards(stack, x, y), expected, rtol=1e-10, atol=1e-13)
    torch.testing.assert_close(
        loaded.differences(stack, x, y, 1e-5), expected, rtol=1e-6, atol=1e-8
    )


def test_multiplications_are_those_of_the_matrices():
    loaded = script(NAME)
    stack = nets.init(MLP((3, 4, 5, 2), "tanh"), [1], "fan_in_uniform")
    count = loaded.Counter()
    x, y = torch.ones(1, 6, 3).double(), torch.zeros(1, 6, 2).double()
    _, forward = loaded.backwards(stack, x, y, count)
    weights = 3 * 4 + 4 * 5 + 5 * 2
    assert forward == 6 * weights
    assert count.multiplications == 6 * (3 * weights - 3 * 4)


def test_operations_are_those_of_the_text():
    loaded = script(NAME)
    assert loaded.operations("relu") == 2, "a comparison and a choice"
    counted = np.array([0.3]).view(loaded.Counted)
    loaded.Counted.calls = 0
    result = (counted * 2 + 1) / 3
    assert loaded.Counted.calls == 3
    assert float(result[0]) == pytest.approx(1.6 / 3)
    for name in ("sigmoid", "tanh"):
        assert loaded.operations(name) > 20
        assert loaded.operations(name) == loaded.operations(name)


@pytest.mark.parametrize(("field", "claim"), [("agrees", "C06"), ("within", "D11")])
def test_one_case_refutes_each_theorem(field, claim):
    found = small(NAME)
    values = getattr(found, field).clone()
    values.view(-1)[0] = False
    assert claims(NAME)[claim].judge(found).outcome == "supported"
    assert claims(NAME)[claim].judge(replace(found, **{field: values})).outcome == "refuted"
    with pytest.raises(AssertionError):
        script(NAME).check(replace(found, **{field: values}))
