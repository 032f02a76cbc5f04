from dataclasses import replace

import pytest
import torch

from dlbook.mathematics import nets, rng
from dlbook.mathematics.deepening import deepened
from dlbook.mathematics.nets import MLP

X = rng.stream(0, "x").normal(40, 3)


@pytest.mark.parametrize("widths", [(3, 5, 2), (3, 8, 4, 1)])
@pytest.mark.parametrize("layers", [0, 1, 36])
def test_no_bit_of_an_output_depends_on_layers_that_do_nothing(
    widths: tuple[int, ...], layers: int
) -> None:
    shallow = nets.init(MLP(widths), range(4), "fan_in_uniform")
    deep = deepened(shallow, layers)
    assert len(deep.net.widths) == len(widths) + layers
    assert deep.seeds == shallow.seeds
    assert torch.equal(deep.predict(X), shallow.predict(X))


def test_with_another_activation_it_would_not_be_so() -> None:
    shallow = nets.init(MLP((3, 5, 2)), [0], "fan_in_uniform")
    deep = deepened(shallow, 1)
    tanh = [replace(each, net=replace(each.net, activation="tanh")) for each in (shallow, deep)]
    assert not torch.equal(*(each.predict(X) for each in tanh))


@pytest.mark.parametrize(
    ("net", "layers", "message"),
    [
        (MLP((3, 5, 2), "tanh"), 1, "only ReLU nets with a plain hidden layer are deepened"),
        (MLP((3, 2)), 1, "only ReLU nets with a plain hidden layer"),
        (MLP((3, 5, 5, 2), skips=((1, 2),)), 1, "only ReLU nets with a plain hidden layer"),
        (MLP((3, 5, 2)), -1, "-1 more layers; give 0 or more"),
    ],
)
def test_what_cannot_be_deepened_is_refused(net: MLP, layers: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        deepened(nets.init(net, [0]), layers)
