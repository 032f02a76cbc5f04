"""Elementary functions of tensors: the arithmetic's bits, in the shape and precision given."""

import math

import numpy as np
import pytest
import torch

from dlbook.arithmetic import specification
from dlbook.arithmetic.one_model import UNITS
from dlbook.mathematics import elementary
from dlbook.mathematics.activations import ACTIVATIONS
from tests.arithmetic.points import anywhere

POINTS = anywhere(2000)
NAMES = ("exp", "log", "log1p", "sigmoid", "tanh", "sin", "cos")


def same(found: torch.Tensor, wanted: np.ndarray) -> bool:
    """Bit for bit; all NaNs count as one."""
    words = (np.where(np.isnan(v), np.nan, v).view(np.int64) for v in (found.numpy(), wanted))
    return bool(np.equal(*words).all())


@pytest.mark.parametrize("name", NAMES)
def test_they_are_the_specification(name):
    with np.errstate(all="ignore"):
        wanted = getattr(specification, name)(POINTS)
    assert same(getattr(elementary, name)(torch.from_numpy(POINTS)), wanted)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_has_the_values_that_a_net_is_trained_with(name):
    with np.errstate(all="ignore"):
        wanted = UNITS[name][0](POINTS)
    assert same(ACTIVATIONS[name].values(torch.from_numpy(POINTS)), wanted)


@pytest.mark.parametrize("name", [*NAMES, "sqrt", "softplus"])
def test_shape_and_precision_stay(name):
    function = getattr(elementary, name)
    x = torch.linspace(0.25, 2, 24, dtype=torch.float64).view(2, 3, 4)
    assert function(x).shape == function(x.float()).shape == x.shape
    assert function(x.float()).dtype == torch.float32
    assert function(torch.tensor([1, 2])).dtype == torch.float64
    turned = x.transpose(0, 2)
    assert torch.equal(function(turned), function(x).transpose(0, 2))
    assert function(x[0, 0, 0]).shape == ()


def test_of_a_number_they_give_a_number():
    found = elementary.log(2.0)
    assert type(found) is float
    assert abs(found - math.log(2)) < 1e-16


def test_softplus_and_xlogy_are_their_formulas():
    x = torch.from_numpy(np.linspace(-40, 40, 999))
    torch.testing.assert_close(
        elementary.softplus(x), torch.logaddexp(x, torch.zeros_like(x)), rtol=1e-15, atol=0
    )
    p = torch.tensor([0.0, 0.25, 1.0]).double()
    assert elementary.xlogy(p, torch.zeros(3).double()).tolist() == [0, -math.inf, -math.inf]
    torch.testing.assert_close(elementary.xlogy(p, p + 1), torch.xlogy(p, p + 1))
