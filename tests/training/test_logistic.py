import pytest
import torch

from dlbook.mathematics import circuits, rng
from dlbook.training import logistic


def blobs():
    draw = rng.stream(0, "logistic")
    labels = torch.stack([draw.uniform(60) < 0.5, draw.uniform(60) < 0.5], 1)
    return draw.normal(60, 2) + labels.double(), labels


def test_probabilities_are_the_sigmoid_of_the_layer():
    x, labels = blobs()
    found = logistic.fit(x, labels)
    W, b = found.layer()
    assert (W.shape, b.shape) == ((2, 2), (2,))
    torch.testing.assert_close(found.probabilities(x), torch.sigmoid(x @ W + b), rtol=0, atol=1e-12)


def test_the_fit_is_where_the_gradient_of_the_penalised_loss_vanishes():
    """By autograd: summed cross-entropy plus |w|^2 / (2 C), biases free."""
    x, labels = blobs()
    W, b = (part.requires_grad_() for part in logistic.fit(x, labels, inverse_penalty=0.5).layer())
    loss = torch.nn.functional.binary_cross_entropy_with_logits(
        x @ W + b, labels.double(), reduction="sum"
    )
    (loss + W.square().sum() / (2 * 0.5)).backward()
    assert max(W.grad.abs().max(), b.grad.abs().max()) < 0.01
    assert W.detach().abs().min() > 0.1


def test_each_column_has_its_own_regression():
    x, labels = blobs()
    both = logistic.fit(x, labels).probabilities(x)
    for column in range(2):
        alone = logistic.fit(x, labels[:, [column]]).probabilities(x)
        assert torch.equal(both[:, [column]], alone)


@pytest.mark.parametrize(("x", "labels"), [((4,), (4, 1)), ((4, 2), (4,)), ((4, 2), (3, 1))])
def test_shapes_that_do_not_fit_are_refused(x, labels):
    with pytest.raises(ValueError, match="labels \\(n, out\\)"):
        logistic.fit(torch.zeros(x), torch.ones(labels))


def test_a_constant_column_is_refused():
    with pytest.raises(ValueError, match="class"):
        logistic.fit(circuits.states(2), torch.ones(4, 1))
