"""Runs by the book's own arithmetic are those of torch's until rounding parts them."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from dlbook.arithmetic.one_model import Learner, Training
from dlbook.arithmetic.seen import permutations
from dlbook.mathematics import nets, optim, rng
from dlbook.mathematics.nets import MLP
from dlbook.training import data, train
from dlbook.training.by_arithmetic import fit_by_arithmetic
from dlbook.training.by_matrices import fit_by_matrices
from dlbook.training.train import DivergedError

SEEDS = (4, 0, 9, 7)
OPTIMISERS = (
    optim.SGD(0.05), optim.Momentum(0.01), optim.Adagrad(0.05), optim.RMSProp(0.01),
    optim.Adam([0.01, 0.02, 0.03, 0.04]),
)  # fmt: skip
ENGINES = (fit_by_matrices, fit_by_arithmetic)


def problem(own: bool = False):
    stack = nets.init(MLP((2, 7, 6, 2), "tanh"), SEEDS)
    draw = rng.streams(SEEDS, "data") if own else rng.stream(0, "data")
    return stack, *data.moons(50, 0.1, draw)


@pytest.mark.parametrize("optimiser", OPTIMISERS, ids=lambda each: type(each).__name__)
@pytest.mark.parametrize(("batch", "own"), [(None, False), (16, False), (16, True)])
def test_a_whole_run_is_the_other_engines_but_for_rounding(optimiser, batch, own):
    stack, x, y = problem(own)
    settings = {
        "loss": "cross_entropy", "optimiser": optimiser, "steps": 90, "batch": batch, "l2": 1e-3,
        "weight": torch.arange(50.0) + 1.0, "at": (0, 1, 50, 90), "watch": lambda now: now.flat,
    }  # fmt: skip
    theirs, ours = (train.fit(stack, x, y, **settings, engine=engine) for engine in ENGINES)
    torch.testing.assert_close(ours.stack.flat, theirs.stack.flat, rtol=0, atol=1e-11)
    torch.testing.assert_close(ours.losses, theirs.losses, rtol=0, atol=1e-11)
    torch.testing.assert_close(ours.watched, theirs.watched, rtol=0, atol=1e-11)
    torch.testing.assert_close(ours.loss, ours.losses[:, -1], rtol=0, atol=0)
    assert ours.steps.tolist() == theirs.steps.tolist()


def test_it_is_one_model_by_the_text_to_the_bit():
    stack, x, y = problem()
    optimiser = optim.Adam(0.02)
    settings = {"loss": "cross_entropy", "optimiser": optimiser, "steps": 60, "batch": 16}
    ours = train.fit(stack, x, y, **settings, at=[7])
    training = Training(stack.net.widths, "tanh", "cross_entropy", rate=0.02)
    order = permutations([SEEDS[3]], 50, 0, 30)[0]
    learner = Learner(
        training, stack.flat[3].numpy(), x.numpy(), np.eye(2)[y.numpy()], None, order, 16
    )
    learner.advance(60)
    assert (learner.parameters == ours.stack.flat[3].numpy()).all()


def test_numbers_of_the_engines_part_only_where_training_amplifies_rounding():
    """A curve at a high rate: equal to 1e-12 at first, far apart in the end."""
    line = torch.linspace(-1, 1, 100, dtype=torch.float64)[:, None]
    stack = nets.init(MLP((1, 16, 1), "sigmoid"), range(4))
    settings = {
        "loss": "mean_squared_error", "optimiser": optim.Adam(0.03), "steps": 2000,
        "at": range(0, 2001, 100), "watch": lambda now: now.flat,
    }  # fmt: skip
    curve = data.CURVES["sin 12x"](line)
    theirs, ours = (train.fit(stack, line, curve, **settings, engine=engine) for engine in ENGINES)
    apart = (ours.watched - theirs.watched).abs().amax((0, 2))
    assert apart[:3].max() < 1e-12
    assert apart[-1] > 1e3 * apart[2]


def test_a_run_that_diverges_ends_with_its_step_and_is_told():
    stack, x, y = problem()
    settings = {"loss": "mean_squared_error", "optimiser": optim.SGD([0.01, 50.0, 0.01, 0.01])}
    stack = replace(stack, net=MLP(stack.net.widths, "identity"))
    with pytest.raises(DivergedError, match=r"moons: replicas 1 \(1 of 4\) are not finite by step"):
        train.fit(stack, x, y, steps=500, what="moons", **settings)
    kept = train.fit(stack, x, y, steps=500, tolerate=True, **settings)
    assert kept.loss.isfinite().tolist() == [True, False, True, True]


def test_a_run_that_has_ended_stays_as_it_is_in_a_later_phase():
    stack, x, y = problem()
    stack.flat[2, 5] = torch.nan
    settings = {"loss": "cross_entropy", "optimiser": optim.SGD(0.1), "tolerate": True}
    kept = train.fit(stack, x, y, steps=9, **settings).stack.flat
    torch.testing.assert_close(kept[2], stack.flat[2], rtol=0, atol=0, equal_nan=True)
    assert bool((kept[[0, 1, 3]] != stack.flat[[0, 1, 3]]).any(1).all())


def test_an_optimiser_that_the_arithmetic_does_not_have_is_refused():
    stack, x, y = problem()
    with pytest.raises(ValueError, match="no optimiser Other in the arithmetic"):
        train.fit(stack, x, y, loss="cross_entropy", optimiser=Other(), steps=1)


class Other:
    """An optimiser that nobody knows."""

    def start(self, w):
        return w.sub_
