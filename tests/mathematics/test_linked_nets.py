"""Stacks of residual, tied and normalised nets: layers, starts, answers and gradients."""

from dataclasses import replace

import pytest
import torch
from torch import nn

from dlbook.arithmetic.one_model import backward
from dlbook.mathematics import losses, nets, rng
from dlbook.mathematics.backprop import Backprop, ByAutograd, passes
from dlbook.mathematics.batch_statistics import at_rest
from dlbook.mathematics.derivatives import derivatives
from dlbook.mathematics.measure import pieces
from dlbook.mathematics.nets import MLP, Stack

SEEDS = range(3)
X = rng.streams(SEEDS, "x").normal(9, 3)
OTHER = rng.streams(SEEDS, "other").normal(40, 3)
LABELS = rng.streams(SEEDS, "y").integers(2, 9)
DEEP = MLP((3, 4, 4, 4, 2), "tanh")
NETS = {
    "residual": replace(DEEP, skips=((1, 2), (2, 3))),
    "tied": replace(DEEP, ties=((2, 3),)),
    "normalised": replace(DEEP, batch_norm=1e-5),
    "all": replace(DEEP, skips=((1, 3),), ties=((2, 3),), batch_norm=1e-2),
}


def drawn(net: MLP) -> Stack:
    """A stack whose scales and biases are not those of a start."""
    stack = nets.init(net, SEEDS, "xavier_uniform_with_biases")
    return replace(
        stack, flat=stack.flat + 0.3 * rng.streams(SEEDS, "noise").normal(net.parameters)
    )


def test_what_is_tied_counts_once_and_what_is_normalised_has_scales() -> None:
    loose = (3 + 1) * 4 + 2 * (4 + 1) * 4 + (4 + 1) * 2
    assert [NETS[name].parameters - loose for name in NETS] == [0, -20, 12, -20 + 8]
    assert [NETS[name].own for name in NETS] == [[0, 1, 2, 3], [0, 1, 3]] * 2


def test_tied_layers_are_views_of_the_same_numbers() -> None:
    stack = drawn(NETS["all"])
    _, (W, b), (again, shift), _ = stack.layers
    assert torch.equal(W, again)
    first, second, third = stack.net.scales(stack.flat)
    assert torch.equal(second, third)
    W[0, 0, 0], b[0, 0, 0], second[0, 0, 0] = 7.0, 8.0, 9.0
    assert (again[0, 0, 0], shift[0, 0, 0], third[0, 0, 0]) == (7.0, 8.0, 9.0)
    assert first[0, 0, 0] != 9.0
    assert MLP((3, 2)).scales(torch.zeros(1, 8)) == []


def test_a_seed_starts_alike_with_and_without_ties_and_normalisation() -> None:
    scheme = "xavier_uniform_with_biases"
    loose = nets.init(DEEP, SEEDS, scheme).layers
    tied = nets.init(NETS["tied"], SEEDS, scheme).layers
    for number, other in ((0, 0), (1, 1), (2, 1), (3, 3)):
        for part, wanted in zip(tied[number], loose[other], strict=True):
            assert torch.equal(part, wanted)
    stack = nets.init(NETS["normalised"], SEEDS, scheme)
    for (W, b), (wanted, _) in zip(stack.layers[:-1], loose[:-1], strict=True):
        assert torch.equal(W, wanted)
        assert not b.any()
    assert torch.equal(stack.layers[-1][1], loose[-1][1])
    assert all(bool((scale == 1).all()) for scale in stack.net.scales(stack.flat))


@pytest.mark.parametrize("name", ["residual", "tied"])
def test_the_differentiable_path_predicts_the_same(name: str) -> None:
    stack = drawn(NETS[name])
    outputs = nets.differentiable(stack.net, stack.flat, X)
    torch.testing.assert_close(stack.predict(X), outputs, rtol=1e-12, atol=1e-12)
    assert [part.shape[-1] for part in stack.signals(X)] == [4, 4, 4, 2]


def test_a_residual_layer_is_torchs_sum_of_its_input_and_itself() -> None:
    stack = drawn(MLP((3, 4, 4, 2), "relu", skips=((1, 2),)))
    (W, b), (V, c), (U, d) = ((W[1], b[1, 0]) for W, b in stack.layers)
    h = torch.relu(X[1] @ W + b)
    torch.testing.assert_close(
        stack.predict(X)[1], (h + torch.relu(h @ V + c)) @ U + d, rtol=1e-12, atol=1e-12
    )


@pytest.mark.parametrize("name", ["normalised", "all"])
def test_over_the_data_of_its_means_a_net_at_rest_answers_as_in_training(name: str) -> None:
    stack = drawn(NETS[name])
    still = at_rest(stack, X)
    wanted = nets.differentiable(stack.net, stack.flat, X)
    torch.testing.assert_close(still.predict(X), wanted, rtol=1e-12, atol=1e-12)
    assert still.net == MLP(DEEP.widths, "tanh", stack.net.skips)
    assert still.seeds == stack.seeds
    assert torch.equal(at_rest(still, X).flat, still.flat)


def test_on_other_data_a_net_at_rest_is_torchs_in_evaluation() -> None:
    """BatchNorm1d with running numbers that are those of the training set, not of the way."""
    stack = drawn(NETS["normalised"])
    answers = at_rest(stack, X).predict(OTHER)
    for k in range(len(stack)):
        modules: list[nn.Module] = []
        scales = [*stack.net.scales(stack.flat), None]
        for (W, b), scale in zip(stack.layers, scales, strict=True):
            linear = nn.utils.skip_init(nn.Linear, *W.shape[1:], dtype=W.dtype)
            linear.weight.data, linear.bias.data = W[k].T.clone(), b[k, 0].clone()
            modules.append(linear)
            if scale is not None:
                linear.bias.data.zero_()
                norm = nn.BatchNorm1d(W.shape[2], eps=1e-5, momentum=1.0, dtype=W.dtype)
                norm.weight.data, norm.bias.data = scale[k, 0].clone(), b[k, 0].clone()
                modules += [norm, nn.Tanh()]
        net = nn.Sequential(*modules)
        net.train()(X[k])
        for module in net:
            if isinstance(module, nn.BatchNorm1d):  # torch keeps the variance with n - 1
                module.running_var = module.running_var * (X.shape[1] - 1) / X.shape[1]
        torch.testing.assert_close(answers[k], net.eval()(OTHER[k]), rtol=1e-12, atol=1e-12)


def test_means_of_the_data_asked_about_are_not_taken_silently() -> None:
    with pytest.raises(ValueError, match=r"depends on the data of its means; ask .*at_rest\(stack"):
        drawn(NETS["normalised"]).predict(X)


@pytest.mark.parametrize("name", NETS)
def test_derivatives_are_autograds_and_the_texts_to_the_bit(name: str) -> None:
    stack = drawn(NETS[name])
    found = derivatives(stack, "cross_entropy", X, LABELS)
    flat = stack.flat.clone().requires_grad_()
    target = losses.loss("cross_entropy").target(LABELS, 2, X.dtype)
    value = losses.differentiable("cross_entropy", nets.differentiable(stack.net, flat, X), target)
    (wanted,) = torch.autograd.grad(value.sum(), flat)
    torch.testing.assert_close(found, wanted, rtol=1e-12, atol=1e-12)
    told = replace(stack.net.training, loss="cross_entropy")
    for k, row in enumerate(found):
        text = backward(told, stack.flat[k].numpy(), X[k].numpy(), target[k].numpy())
        assert torch.equal(row, torch.from_numpy(text))
        assert torch.equal(row, derivatives(stack[k], "cross_entropy", X[k], LABELS[k])[0])


@pytest.mark.parametrize("name", NETS)
def test_a_pass_through_any_kind_of_layer_gives_autograds_gradient(name: str) -> None:
    stack = drawn(NETS[name])
    net, error = passes(stack, 9), rng.streams(SEEDS, "error").normal(9, 2)
    assert isinstance(net, ByAutograd)
    for _ in range(2):  # a second pass forgets the first
        outputs = net.forward(X)
        net.error.copy_(error)
        gradient = net.backward()
    flat = stack.flat.clone().requires_grad_()
    wanted = nets.differentiable(stack.net, flat, X)
    torch.testing.assert_close(outputs, wanted.detach())
    torch.testing.assert_close(gradient, torch.autograd.grad(wanted, flat, error)[0])


def test_dense_layers_are_passed_by_matrices_and_both_ways_agree() -> None:
    stack = drawn(DEEP)
    found = []
    for net in (passes(stack, 9), ByAutograd(stack, 9)):
        net.forward(X)
        net.error.fill_(0.1)
        found.append(net.backward().clone())
    assert isinstance(passes(stack, 9), Backprop)
    torch.testing.assert_close(*found, rtol=1e-12, atol=1e-12)


def test_pieces_of_tied_nets_are_counted_and_those_of_others_refused() -> None:
    fold = [torch.tensor([[2.0, 2.0]]), torch.tensor([0.0, -1.0])]  # 2x and 2x - 1
    row = torch.cat([
        *(part.flatten() for part in fold),
        torch.tensor([2.0, 2.0, -4.0, -4.0, 0.0, -1.0, 1.0, -2.0, 0.0]),
    ]).double()  # fmt: skip
    net = MLP((1, 2, 2, 2, 1), "relu", ties=((2, 3),))
    assert pieces(Stack(net, row[None], (0,)), 0.0, 1.0).tolist() == [8]
    skipping = MLP((1, 2, 2, 1), "relu", skips=((1, 2),))
    with pytest.raises(ValueError, match="pieces are counted on piecewise linear nets"):
        pieces(nets.init(skipping, [0]), 0.0, 1.0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"skips": ((0, 1),)}, "a skip from layer 0, 3 wide, to layer 1, 4 wide"),
        ({"ties": ((1, 2),)}, r"layer 2, \(4, 4\), tied to layer 1, \(3, 4\)"),
        ({"batch_norm": -1e-5}, "batch_norm: -1e-05; give an ε from 0 up, or None"),
        ({"batch_norm": True}, "batch_norm: True is no number"),
        ({"batch_norm": float("inf")}, "batch_norm: inf; give an ε from 0 up, or None"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_line(change: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(DEEP, **change)


def test_a_tied_layer_asks_for_no_initialisation_of_its_own() -> None:
    with pytest.raises(ValueError, match="4 initialisations for 3 layers; give 1 or 3"):
        nets.init(NETS["tied"], SEEDS, ["zeros"] * 4)
