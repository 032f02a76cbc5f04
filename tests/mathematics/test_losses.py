import math

import pytest
import torch
from torch.nn import functional

from dlbook.mathematics.losses import LOSSES, loss, mean_loss

GENERATOR = torch.Generator().manual_seed(0)
OUTPUTS = 3 * torch.randn(4, 9, 3, dtype=torch.float64, generator=GENERATOR)
LABELS = torch.randint(3, (9,), generator=GENERATOR)


def target(name: str, outputs: int = 3, labels: torch.Tensor = LABELS) -> torch.Tensor:
    return loss(name).target(labels, outputs, torch.float64)


def torchs_own(name: str, o: torch.Tensor) -> torch.Tensor:
    """The loss of every sample by torch.nn.functional, (s, n)."""
    hot = functional.one_hot(LABELS, 3).double().expand_as(o)
    none = {"reduction": "none"}
    by_component = {
        "mean_squared_error": lambda: functional.mse_loss(o, hot, **none),
        "mean_absolute_error": lambda: functional.l1_loss(o, hot, **none),
        "fourth_power": lambda: functional.mse_loss(o, hot, **none) ** 2,
        "softmax_squared_error": lambda: functional.mse_loss(o.softmax(-1), hot, **none),
        "binary_cross_entropy": lambda: functional.binary_cross_entropy_with_logits(o, hot, **none),
        "hinge": lambda: functional.relu(1 - (2 * hot - 1) * o),
    }
    if name == "cross_entropy":
        return functional.cross_entropy(o.mT, LABELS.expand(len(o), -1), **none)
    return by_component[name]().mean(-1)


@pytest.mark.parametrize("name", sorted(set(LOSSES) - {"constant"}))
def test_the_values_are_torchs_own(name: str) -> None:
    values = loss(name).values(OUTPUTS, target(name))
    torch.testing.assert_close(values, torchs_own(name, OUTPUTS), rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize("name", LOSSES)
def test_the_written_gradient_is_autograds(name: str) -> None:
    o = OUTPUTS.clone().requires_grad_()
    (expected,) = torch.autograd.grad(loss(name).values(o, target(name)).sum(), o)
    out = torch.full_like(OUTPUTS, math.nan)
    loss(name).gradient(OUTPUTS, target(name), out)
    torch.testing.assert_close(out, expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", ["cross_entropy", "binary_cross_entropy", "softmax_squared_error"])
def test_outputs_of_a_thousand_overflow_nothing(name: str) -> None:
    outputs = torch.tensor([[[1000.0, -1000.0]]]).double()
    y = loss(name).target(torch.tensor([1]), 2, torch.float64)
    out = torch.empty_like(outputs)
    loss(name).gradient(outputs, y, out)
    assert bool(out.isfinite().all())
    assert bool(loss(name).values(outputs, y).isfinite().all())


def test_cross_entropy_at_a_gap_has_the_closed_forms_gradient() -> None:
    # Seed 002: at logits (0, g) with class 0 true, the slope is p₁; for squared error 2 p₀ p₁² · ½.
    for gap in (1.0, 10.0):
        outputs = torch.tensor([[[0.0, gap]]]).double()
        y, out = torch.tensor([[1.0, 0.0]]).double(), torch.empty_like(outputs)
        wrong = 1 / (1 + math.exp(-gap))
        loss("cross_entropy").gradient(outputs, y, out)
        assert out[0, 0].tolist() == pytest.approx([-wrong, wrong], rel=1e-12)
        loss("softmax_squared_error").gradient(outputs, y, out)
        slope = 2 * (1 - wrong) * wrong**2
        assert out[0, 0].tolist() == pytest.approx([-slope, slope], rel=1e-9)


def test_labels_become_the_targets_that_a_loss_wants() -> None:
    labels = torch.tensor([2, 0])
    assert target("cross_entropy", 3, labels).tolist() == [[0, 0, 1], [1, 0, 0]]
    assert target("hinge", 3, labels).tolist() == [[-1, -1, 1], [1, -1, -1]]
    bits = torch.tensor([1, 0])
    assert target("mean_squared_error", 1, bits).tolist() == [[1], [0]]
    assert target("hinge", 1, bits).tolist() == [[1], [-1]]
    assert target("hinge", 2, bits.expand(5, -1)).shape == (5, 2, 2)


def test_floating_targets_are_taken_as_they_are() -> None:
    y = torch.tensor([[0.3], [-7.0]], dtype=torch.float32)
    given = loss("hinge").target(y, 1, torch.float64)
    assert given.dtype == torch.float64
    assert torch.equal(given, y.double())


@pytest.mark.parametrize(
    ("name", "y", "outputs", "message"),
    [
        ("cross_entropy", torch.tensor([0, 3]), 3, r"labels 0 … 3: a net of 3 outputs wants 0 … 2"),
        ("hinge", torch.tensor([-1, 1]), 1, r"labels -1 … 1: a net of 1 outputs wants 0 … 1"),
        ("hinge", torch.zeros(2, 2, 2).long(), 1, r"labels of shape \(2, 2, 2\)"),
        ("cross_entropy", torch.tensor([0, 1]), 1, r"'cross_entropy' needs 2 outputs or more: 1"),
        ("mean_squared_error", torch.zeros(5), 1, r"targets of shape \(5,\): the net wants \(n, 1"),
        ("mean_squared_error", torch.zeros(5, 2), 1, r"the net wants \(n, 1\) or \(s, n, 1\)"),
    ],
)
def test_targets_that_do_not_fit_are_refused(
    name: str, y: torch.Tensor, outputs: int, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        loss(name).target(y, outputs, torch.float64)


def test_the_mean_loss_weighs_each_sample() -> None:
    o, y = torch.tensor([[[1.0], [3.0]], [[0.0], [2.0]]]), torch.zeros(2, 1)
    assert mean_loss("mean_squared_error", o, y).tolist() == [5.0, 2.0]
    weight = torch.tensor([[2.0], [0.0]])
    assert mean_loss("mean_squared_error", o, y, weight).tolist() == [1.0, 0.0]


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"no loss 'mse'; there are mean_squared_error"):
        loss("mse")
