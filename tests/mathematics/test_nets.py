import numpy as np
import pytest
import torch

from dlbook.mathematics import initial, nets, rng
from dlbook.mathematics.activations import ACTIVATIONS
from dlbook.mathematics.nets import MLP, Stack
from dlbook.mathematics.sums import product

X = torch.linspace(-2, 2, 22).double().view(11, 2)


def sequential(stack: Stack, replica: int) -> torch.nn.Sequential:
    """The replica as torch builds it; its matrices are the transposed ones."""
    modules: list[torch.nn.Module] = []
    for W, b in stack.layers:
        linear = torch.nn.utils.skip_init(torch.nn.Linear, *W.shape[1:], dtype=W.dtype)
        linear.weight.data, linear.bias.data = W[replica].T.clone(), b[replica, 0].clone()
        modules += [linear, torch.nn.Tanh()]
    return torch.nn.Sequential(*modules[:-1])


def test_a_net_counts_its_parameters() -> None:
    net = MLP((12, 50, 50, 2))
    assert net.parameters == 12 * 50 + 50 + 50 * 50 + 50 + 50 * 2 + 2
    assert net.parameters == sum(p.numel() for p in sequential(nets.init(net, [0]), 0).parameters())


def test_layers_tile_the_flat_buffer_weights_first() -> None:
    net = MLP((2, 3, 1))
    flat = torch.arange(2 * net.parameters).view(2, -1)
    (W0, b0), (W1, b1) = net.layers(flat)
    assert W0[1].tolist() == [[13, 14, 15], [16, 17, 18]]
    assert b0[1].tolist() == [[19, 20, 21]]
    assert W1[0].tolist() == [[9], [10], [11]]
    assert b1[0].tolist() == [[12]]


def test_predictions_are_those_of_torch_modules() -> None:
    stack = nets.init(MLP((2, 7, 5, 3), "tanh"), range(4), "xavier_uniform_with_biases")
    for replica, outputs in enumerate(stack.predict(X)):
        expected = sequential(stack, replica)(X)
        torch.testing.assert_close(outputs, expected, rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_differentiable_path_predicts_the_same(activation: str) -> None:
    stack = nets.init(MLP((2, 7, 5, 3), activation), range(4), "fan_in_uniform")
    outputs = nets.differentiable(stack.net, stack.flat, X)
    torch.testing.assert_close(stack.predict(X), outputs, rtol=1e-13, atol=1e-14)


def test_signals_are_the_hidden_layers_in_turn() -> None:
    stack = nets.init(MLP((2, 7, 5, 3), "square"), range(4), "fan_in_uniform")
    first, second, outputs = stack.signals(X)
    assert (first.shape, second.shape) == ((4, 11, 7), (4, 11, 5))
    (W0, b0), (W1, b1), _ = stack.layers
    torch.testing.assert_close(first, (X @ W0 + b0) ** 2)
    torch.testing.assert_close(second, (first @ W1 + b1) ** 2)
    assert torch.equal(outputs, stack.predict(X))


def test_each_replica_may_have_its_own_inputs() -> None:
    stack = nets.init(MLP((2, 7, 3)), range(4))
    own = torch.stack([X, 2 * X, X - 1, -X])
    for replica in range(4):
        assert torch.equal(stack.predict(own)[replica], stack.predict(own[replica])[replica])


@pytest.mark.parametrize("widths", [(2, 7, 1), (2, 50, 50, 2), (2, 1), (2, 200, 3)])
def test_a_replica_predicts_alike_alone_and_in_a_stack(widths: tuple[int, ...]) -> None:
    stack = nets.init(MLP(widths, "sigmoid"), range(17))
    together = stack.predict(X)
    for chosen in ([0], [5], [1, 2, 3]):
        assert torch.equal(stack[chosen].predict(X), together[chosen])


def test_torchs_number_of_threads_changes_no_prediction() -> None:
    before, found = torch.get_num_threads(), []
    stack = nets.init(MLP((2, 100, 100, 3)), range(4), dtype=torch.float32)
    x = torch.linspace(-2, 2, 1334).view(667, 2)
    try:
        for threads in (1, 2):
            torch.set_num_threads(threads)
            found.append(stack.predict(x))
            found.append(stack[1].predict(x))
            assert torch.get_num_threads() == threads
    finally:
        torch.set_num_threads(before)
    assert torch.equal(found[0], found[2])
    assert torch.equal(found[1], found[3])


def test_a_seed_has_the_same_network_in_any_company() -> None:
    net = MLP((2, 7, 3))
    some, more = nets.init(net, [5, 3]), nets.init(net, range(8))
    assert torch.equal(some.flat, more[[5, 3]].flat)
    wider = nets.init(MLP((2, 9, 3)), range(8), "he_normal")
    assert torch.equal(
        nets.init(net, range(8), "he_normal").layers[0][0][:, 0], wider.layers[0][0][:, 0, :7]
    )


def test_each_layer_draws_from_its_own_stream() -> None:
    stack = nets.init(MLP((2, 7, 3)), [5], ["zeros", initial.normal(2.0)])
    assert bool((stack.layers[0][0] == 0).all())
    assert torch.equal(stack.layers[1][0][0], 2 * rng.stream(5, "init", 1).normal(7, 3))


def test_single_precision_is_the_rounded_double() -> None:
    net = MLP((2, 7, 3))
    single = nets.init(net, [5], dtype=torch.float32)
    assert single.flat.dtype == single.predict(X).dtype == torch.float32
    assert torch.equal(single.flat, nets.init(net, [5]).to(torch.float32).flat)


def test_replicas_are_chosen_as_copies() -> None:
    stack = nets.init(MLP((2, 7, 3)), [10, 11, 12, 13])
    for chosen, seeds in ((stack[3], (13,)), (stack[1:3], (11, 12)), (stack[[2, 0]], (12, 10))):
        assert chosen.seeds == seeds
        assert torch.equal(chosen.flat, stack.flat[[seed - 10 for seed in seeds]])
        chosen.flat.zero_()
    assert torch.equal(stack.flat, nets.init(stack.net, stack.seeds).flat)


def test_explicit_layers_make_a_stack_of_one() -> None:
    W0, b0 = torch.tensor([[2.0, 2.0]]), torch.tensor([-1.0, 0.0])
    W1, b1 = torch.tensor([[1.0], [-3.0]]), torch.tensor([0.5])
    stack = nets.from_layers([(W0, b0), (W1, b1)])
    assert stack.net == MLP((1, 2, 1), "relu")
    assert stack.predict(torch.tensor([[1.0], [0.0]])).flatten().tolist() == [1 - 6 + 0.5, 0.5]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: MLP((3,)), r"widths \(3,\): give inputs, hidden layers, outputs"),
        (lambda: MLP((3, 0, 1)), r"widths \(3, 0, 1\)"),
        (lambda: MLP((3, 3.0, 1)), r"widths: 3.0 is no whole number; give one, as in 3"),
        (lambda: MLP((3, True, 1)), r"widths: True is no whole number"),
        (lambda: nets.init(MLP((2, 1)), [1, 1, 2]), r"seeds of a stack: 1 stands twice; give each"),
        (lambda: nets.init(MLP((2, 1)), [0.5]), r"seeds of a stack: 0.5 is no whole number"),
        (lambda: MLP((3, 1), "rely"), r"no activation 'rely'"),
        (lambda: nets.init(MLP((2, 1)), []), r"no seeds for a stack; give at least one"),
        (lambda: nets.init(MLP((2, 1)), [0], ["zeros"] * 2), r"2 initialisations for 1 layers"),
        (lambda: Stack(MLP((2, 1)), torch.zeros(1, 4), (0,)), r"parameters \(1, 4\)"),
        (
            lambda: nets.init(MLP((2, 1)), [0]).predict(X[:, :1]),
            r"the net wants \(n, 2\) or \(1, n",
        ),
        (
            lambda: nets.init(MLP((2, 1)), [0]).predict(X.expand(3, 11, 2)),
            r"inputs of shape \(3, 1",
        ),
        (
            lambda: nets.from_layers([(torch.zeros(1, 2), torch.zeros(3))]),
            r"layer 0: W \(1, 2\), b \(3,\); not \(1, 2\)",
        ),
        (
            lambda: nets.from_layers([(torch.zeros(1, 2), torch.zeros(2))] * 2),
            r"layer 1: W \(1, 2\), b \(2,\); not \(2, 2\)",
        ),
    ],
)
def test_what_does_not_fit_is_refused(call: object, message: str) -> None:
    assert callable(call)
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_signals_are_sums_from_the_bias_on_and_the_activations_values(activation: str) -> None:
    stack = nets.init(nets.MLP((3, 5, 4, 2), activation), range(3))
    own = torch.from_numpy(np.random.default_rng(3).normal(size=(3, 7, 3)))
    for x in (own, own[0]):
        found = [x, *stack.signals(x)]
        for depth, (W, b) in enumerate(stack.layers):
            z = product(found[depth], W, b)
            last = depth == len(stack.layers) - 1
            assert torch.equal(found[depth + 1], z if last else ACTIVATIONS[activation].values(z))
