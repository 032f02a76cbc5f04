"""The text of training against autograd, torch's optimisers, and the book's other engine."""

import numpy as np
import pytest
import torch

from dlbook.arithmetic.one_model import (
    LOSSES_OF_SAMPLES,
    OPTIMISERS,
    UNITS,
    Memory,
    Training,
    backward,
    mean_loss_of,
    trained,
)
from dlbook.mathematics import losses, nets, optim
from dlbook.mathematics.activations import activation
from dlbook.training import train
from dlbook.training.by_matrices import fit_by_matrices
from tests.arithmetic.runs import start

THEIRS = {
    "sgd": optim.SGD, "momentum": optim.Momentum, "adagrad": optim.Adagrad,
    "rmsprop": optim.RMSProp, "adam": optim.Adam,
}  # fmt: skip
CONSTANTS = {"adagrad": {"eps": 1e-10}, "rmsprop": {"first": 0.99}}


@pytest.mark.parametrize("loss", LOSSES_OF_SAMPLES)
@pytest.mark.parametrize("units", UNITS)
def test_loss_and_gradient_are_autograds(units, loss):
    training = Training((3, 5, 4, 2), units, loss)
    parameters, x, y = start(training, 11, 1)
    flat = torch.from_numpy(parameters).requires_grad_()
    o = nets.differentiable(nets.MLP(training.widths, units), flat, torch.from_numpy(x))
    value = losses.differentiable(loss, o, torch.from_numpy(y)).sum()
    (true,) = torch.autograd.grad(value, flat)
    assert mean_loss_of(training, parameters[0], x, y) == pytest.approx(value.item(), rel=1e-14)
    np.testing.assert_allclose(backward(training, parameters[0], x, y), true[0], atol=1e-15)


@pytest.mark.parametrize("units", UNITS)
def test_residual_connections_have_autograds_gradient(units):
    training = Training((3, 3, 4, 3, 3), units, "cross_entropy", skips=((0, 1), (1, 3), (1, 4)))
    parameters, x, y = start(training, 11, 1)
    flat, f = torch.from_numpy(parameters).requires_grad_(), activation(units).function
    layers = nets.MLP(training.widths, units).layers(flat)
    h = [torch.from_numpy(x)[None]]
    for number, (W, b) in enumerate(layers, 1):
        z = h[-1] @ W + b
        a = z if number == len(layers) else f(z)
        h.append(a + h[{1: 0, 3: 1, 4: 1}[number]] if number in (1, 3, 4) else a)
    value = losses.differentiable(training.loss, h[-1], torch.from_numpy(y)).sum()
    (true,) = torch.autograd.grad(value, flat)
    assert mean_loss_of(training, parameters[0], x, y) == pytest.approx(value.item(), rel=1e-14)
    np.testing.assert_allclose(backward(training, parameters[0], x, y), true[0], atol=1e-15)


@pytest.mark.parametrize("name", OPTIMISERS)
def test_steps_are_those_of_torch_optim(name):
    training = Training(
        (2, 3, 1), "tanh", "mean_squared_error", name, 0.1, **CONSTANTS.get(name, {})
    )
    w = start(training, 4, 1)[0][0]
    theirs = torch.from_numpy(w.copy()).requires_grad_()
    kinds = {
        "sgd": lambda p: torch.optim.SGD(p, 0.1),
        "momentum": lambda p: torch.optim.SGD(p, 0.1, momentum=0.9),
        "adagrad": lambda p: torch.optim.Adagrad(p, 0.1),
        "rmsprop": lambda p: torch.optim.RMSprop(p, 0.1),
        "adam": lambda p: torch.optim.Adam(p, 0.1),
    }
    optimiser, memory = kinds[name]([theirs]), Memory(training)
    for step in range(30):
        g = np.cos(w * 3.0 + step)
        theirs.grad = torch.from_numpy(g)
        optimiser.step()
        w = memory.step(w, g)
        np.testing.assert_allclose(w, theirs.detach(), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", OPTIMISERS)
@pytest.mark.parametrize("units", UNITS)
def test_whole_runs_are_the_other_engines_but_for_rounding(units, name):
    training = Training((2, 6, 2), units, "cross_entropy", name, 0.03, **CONSTANTS.get(name, {}))
    parameters, x, y = start(training, 16, 2)
    stack = nets.Stack(nets.MLP(training.widths, units), torch.from_numpy(parameters), (0, 1))
    theirs = train.fit(
        stack, torch.from_numpy(x), torch.from_numpy(y), loss=training.loss,
        optimiser=THEIRS[name](0.03), steps=60, engine=fit_by_matrices,
    )  # fmt: skip
    for row, end in zip(parameters, theirs.stack.flat, strict=True):
        np.testing.assert_allclose(trained(training, row, x, y, 60)[0], end, atol=1e-11)


def test_weighted_and_penalised_runs_are_the_other_engines_but_for_rounding():
    training = Training((2, 6, 2), "tanh", "cross_entropy", "adam", 0.03, l1=0.01, l2=0.02)
    parameters, x, y = start(training, 16, 1)
    weight = np.arange(16) % 4 / 1.5  # of mean 1, as theirs are made
    stack = nets.Stack(nets.MLP(training.widths, "tanh"), torch.from_numpy(parameters), (0,))
    theirs = train.fit(
        stack, torch.from_numpy(x), torch.from_numpy(y), loss=training.loss, l1=0.01, l2=0.02,
        optimiser=optim.Adam(0.03), steps=60, weight=torch.from_numpy(weight),
        engine=fit_by_matrices,
    )  # fmt: skip
    ends, _ = trained(training, parameters[0], x, y, 60, weight)
    np.testing.assert_allclose(ends, theirs.stack.flat[0], atol=1e-11)
