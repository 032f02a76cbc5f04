import pytest
import torch

from dlbook.mathematics import losses, nets, rng
from dlbook.mathematics.activations import ACTIVATIONS
from dlbook.mathematics.backprop import Backprop
from dlbook.mathematics.nets import MLP

DEPTHS = [(3, 2), (3, 7, 2), (3, 5, 4, 2), (3, 4, 4, 5, 2)]
SEEDS = range(3)
X = rng.streams(SEEDS, "x").normal(9, 3)
LABELS = rng.streams(SEEDS, "y").integers(2, 9)


def written_out(stack: nets.Stack, loss: str, x: torch.Tensor) -> torch.Tensor:
    """The gradient (s, P) of the sum of the sample losses."""
    criterion, net = losses.loss(loss), Backprop(stack, x.shape[-2])
    outputs = net.forward(x)
    criterion.gradient(outputs, criterion.target(LABELS, 2, x.dtype), net.error)
    return net.backward()


def total_loss(net: MLP, flat: torch.Tensor, loss: str, x: torch.Tensor) -> torch.Tensor:
    criterion = losses.loss(loss)
    outputs = nets.differentiable(net, flat, x)
    return criterion.values(outputs, criterion.target(LABELS, 2, x.dtype)).sum()


@pytest.mark.parametrize("widths", DEPTHS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("loss", losses.LOSSES)
def test_the_written_gradient_is_autograds(
    widths: tuple[int, ...], activation: str, loss: str
) -> None:
    stack = nets.init(MLP(widths, activation), SEEDS, "xavier_uniform_with_biases")
    flat = stack.flat.clone().requires_grad_()
    (expected,) = torch.autograd.grad(total_loss(stack.net, flat, loss, X), flat)
    torch.testing.assert_close(written_out(stack, loss, X), expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("widths", DEPTHS)
@pytest.mark.parametrize("activation", sorted(set(ACTIVATIONS) - {"sign"}))
@pytest.mark.parametrize("loss", losses.LOSSES)
def test_the_written_gradient_is_a_quotient_of_small_differences(
    widths: tuple[int, ...], activation: str, loss: str
) -> None:
    stack, h = nets.init(MLP(widths, activation), SEEDS, "xavier_uniform_with_biases"), 1e-6
    gradient = written_out(stack, loss, X)
    direction = rng.streams(SEEDS, "direction").normal(stack.net.parameters)
    slope = (gradient * direction).sum()
    ahead, behind = (
        total_loss(stack.net, stack.flat + step * direction, loss, X) for step in (h, -h)
    )
    torch.testing.assert_close((ahead - behind) / (2 * h), slope, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("widths", [(3, 2), (3, 1, 2), (3, 5, 1, 2), (3, 1, 5, 2), (2, 3, 4)])
def test_outputs_and_their_error_are_as_wide_as_the_last_layer(widths: tuple[int, ...]) -> None:
    net = Backprop(nets.init(MLP(widths, "relu"), SEEDS), 9)
    expected = (len(SEEDS), 9, widths[-1])
    assert net.forward(X[..., : widths[0]]).shape == expected
    assert net.error.shape == expected


def test_shared_inputs_are_everybodys_own() -> None:
    stack = nets.init(MLP((3, 5, 2), "tanh"), SEEDS)
    shared, own = X[0], X[:1].expand(3, -1, -1).contiguous()
    assert torch.equal(written_out(stack, "hinge", shared), written_out(stack, "hinge", own))


def test_a_second_pass_forgets_the_first() -> None:
    stack = nets.init(MLP((3, 5, 2), "sin"), SEEDS)
    net, expected = Backprop(stack, 9), written_out(stack, "constant", X)
    for error in (1.0, 0.0):
        net.forward(X)
        net.error.fill_(error)
        last = net.backward().clone()
    assert torch.equal(last, expected)
    assert bool((expected == 0).all())


def test_inputs_of_another_width_are_refused() -> None:
    net = Backprop(nets.init(MLP((3, 2)), SEEDS), 9)
    with pytest.raises(ValueError, match=r"inputs of shape \(3, 9, 2\): the net wants \(n, 3\)"):
        net.forward(X[..., :2])
