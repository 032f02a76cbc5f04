from itertools import pairwise

import pytest
import torch

from dlbook.mathematics import explicit, rng

SHAPES = [(1, 4, 1), (3, 5, 2), (2, 6, 4, 3), (4, 2)]


def torch_twin(layers, activation):
    modules = []
    for W, b in layers:
        linear = torch.nn.utils.skip_init(torch.nn.Linear, *W.shape, dtype=torch.float64)
        linear.weight.data, linear.bias.data = W.T.clone(), b.clone()
        modules += [linear, activation]
    return torch.nn.Sequential(*modules[:-1])


def random_layers(shape):
    draws = rng.stream(0, "explicit", "-".join(map(str, shape)))
    return [(draws.normal(a, b), draws.normal(b)) for a, b in pairwise(shape)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    ("activation", "module"),
    [(torch.relu, torch.nn.ReLU()), (explicit.ramp, torch.nn.Hardtanh(0, 1))],
)
def test_evaluate_follows_torch(shape, activation, module):
    layers = random_layers(shape)
    x = rng.stream(1, "x").normal(20, shape[0])
    torch.testing.assert_close(
        explicit.evaluate(layers, x, activation),
        torch_twin(layers, module)(x),
        rtol=0,
        atol=1e-13,
    )


def test_evaluate_uses_relu_unless_told_otherwise():
    layers = [explicit.layer([[1, -1]], [0, 0]), explicit.layer([[1], [10]], [0])]
    assert explicit.evaluate(layers, torch.tensor([[2.0], [-3.0]]).double()).tolist() == [[2], [30]]


def test_a_layer_is_float64_and_leads_from_inputs_to_outputs():
    W, b = explicit.layer([[1, 2, 3], [4, 5, 6]], [7, 8, 9])
    assert W.shape == (2, 3)
    assert W.dtype == b.dtype == torch.float64
    assert W[0, 2] == 3


def test_the_threshold_unit_is_zero_at_its_threshold():
    z = torch.tensor([-1, 0, 1e-300], dtype=torch.float64)
    assert explicit.step(z).tolist() == [0, 0, 1]


@pytest.mark.parametrize("shape", SHAPES)
def test_parameter_counts_are_those_of_torch(shape):
    layers = random_layers(shape)
    twin = torch_twin(layers, torch.nn.ReLU())
    counted = sum(p.numel() for p in twin.parameters())
    assert explicit.parameters(layers) == explicit.dense_parameters(shape) == counted
    weights = sum(p.numel() for p in twin.parameters() if p.dim() == 2)
    assert explicit.dense_parameters(shape, biases=False) == weights


@pytest.mark.parametrize(
    ("hidden", "weights"),
    [
        ([2048] * 5, 36_710_400),
        ([3772], 36_712_876),
        ([2048] * 7, 45_099_008),
        ([4634], 45_102_722),
    ],
)
def test_the_networks_of_seide_match_by_their_weights_alone(hidden, weights):
    assert explicit.dense_parameters([429, *hidden, 9304], biases=False) == weights


@pytest.mark.parametrize("widths", [(), (3,), (3, 0, 1)])
def test_a_network_without_two_widths_of_one_or_more_is_refused(widths):
    with pytest.raises(ValueError, match="input and an output width of 1 or more"):
        explicit.dense_parameters(widths)
