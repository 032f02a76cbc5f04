import itertools

import pytest
import torch
from torch.func import functional_call

from dlbook.mathematics import explicit, nets, rng, symmetries

GRID = torch.linspace(-3, 3, 41, dtype=torch.float64)[:, None]


def network(*widths, activation="relu"):
    stack = nets.init(nets.MLP(widths, activation), [5], "fan_in_uniform")
    return [(W[0], b[0, 0]) for W, b in stack.layers]


def by_torch(layers, x, activation):
    """The network as torch's own modules compute it."""
    parts, values = [], {}
    for number, (W, b) in enumerate(layers):
        parts += [torch.nn.Linear(*W.shape, dtype=torch.float64, device="meta"), activation()]
        values |= {f"{2 * number}.weight": W.T, f"{2 * number}.bias": b}
    return functional_call(torch.nn.Sequential(*parts[:-1]), values, (x,)).detach()


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
@pytest.mark.parametrize("activation", [torch.nn.ReLU, torch.nn.Tanh])
def test_every_order_of_the_units_gives_the_same_function(order, activation):
    layers = network(1, 3, 1)
    other = symmetries.permuted(layers, torch.tensor(order))
    torch.testing.assert_close(
        by_torch(other, GRID, activation), by_torch(layers, GRID, activation), rtol=0, atol=1e-15
    )
    assert other[0][0][0].tolist() == [layers[0][0][0, i].item() for i in order]
    assert other[0][1].tolist() == [layers[0][1][i].item() for i in order]
    assert other[1][0][:, 0].tolist() == [layers[1][0][i, 0].item() for i in order]


@pytest.mark.parametrize("hidden", [0, 1])
def test_the_layer_that_is_asked_for_changes_and_no_other(hidden):
    layers, order = network(2, 4, 4, 3), torch.tensor([1, 3, 0, 2])
    x = rng.stream(0, "inputs").normal(20, 2)
    factors = torch.tensor([2.0, 0.5, 4.0, 0.25], dtype=torch.float64)
    for other in (
        symmetries.permuted(layers, order, hidden),
        symmetries.rescaled(layers, factors, hidden),
    ):
        torch.testing.assert_close(
            explicit.evaluate(other, x), explicit.evaluate(layers, x), rtol=0, atol=1e-15
        )
        touched = [not torch.equal(a, b) for (a, _), (b, _) in zip(layers, other, strict=True)]
        assert touched == [hidden == 0, True, hidden == 1]
        assert torch.equal(other[-1][1], layers[-1][1])


def test_powers_of_two_change_no_bit_of_a_relu_network():
    layers = network(1, 4, 1)
    factors = torch.tensor([2.0, 0.125, 1.0, 16.0], dtype=torch.float64)
    other = symmetries.rescaled(layers, factors)
    assert torch.equal(by_torch(other, GRID, torch.nn.ReLU), by_torch(layers, GRID, torch.nn.ReLU))
    assert not torch.equal(other[0][0], layers[0][0])


def test_a_sign_changes_no_bit_of_a_tanh_network_and_much_of_a_relu_network():
    layers = network(1, 4, 1)
    other = symmetries.rescaled(layers, torch.tensor([-1.0, 1, -1, 1], dtype=torch.float64))
    assert torch.equal(
        explicit.evaluate(other, GRID, torch.tanh), explicit.evaluate(layers, GRID, torch.tanh)
    )
    gap = explicit.evaluate(other, GRID) - explicit.evaluate(layers, GRID)
    assert gap.abs().max() > 0.01


def test_the_vector_is_a_stack_s_own_row():
    stack = nets.init(nets.MLP((2, 3, 3, 1)), [1], "fan_in_uniform")
    layers = [(W[0], b[0, 0]) for W, b in stack.layers]
    assert torch.equal(symmetries.vector(layers), stack.flat[0])


@pytest.mark.parametrize("order", [[0, 1], [0, 1, 1], [1, 2, 3]])
def test_an_order_that_loses_a_unit_is_refused(order):
    with pytest.raises(ValueError, match="the order of 3 units cannot be"):
        symmetries.permuted(network(1, 3, 1), torch.tensor(order))


@pytest.mark.parametrize("factors", [[1.0, 2.0], [1.0, 0.0, 1.0]])
def test_factors_that_lose_a_unit_are_refused(factors):
    with pytest.raises(ValueError, match="3 units need as many factors other than 0"):
        symmetries.rescaled(network(1, 3, 1), torch.tensor(factors))
