"""The second trainer follows the book's as far as rounding allows, from equal starts."""

from dataclasses import replace

import pytest
import torch
from torch import nn

from dlbook.by_torch.autograd import OPTIMIZERS, Autograd
from dlbook.by_torch.networks import ACTIVATION_MODULES
from dlbook.mathematics import activations, rng
from dlbook.mathematics.grids import linspace
from dlbook.training.replay import OPTIMISERS, Dataset, Drawn, Run, trained_by
from dlbook.training.train import DivergedError

X = linspace(-1, 1, 6)[:, None]
START = tuple(0.3 * (-1) ** k + k / 20 for k in range(13))
RUN = Run((1, 4, 1), "tanh", (), Dataset("a parabola", X, X * X), 0, "mean_squared_error", "sgd",
          0.05, 60, start=START)  # fmt: skip
XOR = Run((2, 3, 1), "relu", ("xavier_uniform",) * 2, "xor", 0, "binary_cross_entropy", "adam",
          0.05, 30)  # fmt: skip
DEEP = Run(
    (1, 3, 3, 3, 2),
    "tanh",
    (),
    Dataset("sides", X, (X[:, 0] > 0).long()),
    0,
    "cross_entropy",
    "sgd",
    0.1,
    40,
    start=tuple(0.4 * (-1) ** (k // 2) + k / 90 for k in range(38)),
)
TIED = replace(DEEP, ties=((2, 3),), start=DEEP.start[:26])
NORMED = replace(DEEP, batch_norm=1e-3, start=(*DEEP.start, *[1.0, 0.5, -0.7] * 3))  # fmt: skip
WIDE = Run((1, 3, 2), "sigmoid", (), Dataset("sides", X, (X[:, 0] > 0).long()), 0, "cross_entropy",
           "adam", 0.1, 40, start=(*START, 0.2))  # fmt: skip


def by_torch(run, seeds=(0, 1), draw=0, **looks):
    other = Autograd(draw)
    with rng.drawing_from(other.stream), trained_by(other):
        return run.fit(seeds, **looks)


def agree(run, **looks):
    """Both trainers from one start, on all the data."""
    ours, theirs = run.fit((0, 1), **looks), by_torch(run, **looks)
    torch.testing.assert_close(theirs.stack.flat, ours.stack.flat, rtol=1e-8, atol=1e-10)
    torch.testing.assert_close(theirs.losses, ours.losses, rtol=1e-8, atol=1e-12)
    assert torch.equal(theirs.steps, ours.steps)
    torch.testing.assert_close(theirs.loss, ours.loss, rtol=1e-8, atol=1e-12)
    return ours, theirs


def test_every_optimiser_and_activation_that_a_run_may_name_is_there():
    assert OPTIMIZERS.keys() == OPTIMISERS.keys()
    assert ACTIVATION_MODULES.keys() == activations.ACTIVATIONS.keys()


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_an_optimiser_makes_the_books_steps(optimiser):
    agree(replace(RUN, optimiser=optimiser), at=(0, 7, 60))


@pytest.mark.parametrize("activation", activations.ACTIVATIONS)
def test_an_activation_has_the_books_values_and_slopes(activation):
    agree(replace(RUN, activation=activation, steps=20))


WEIGHTED = Dataset("weighted", X, X * X, torch.tensor([0.0, 1, 1, 4, 2, 1]))


@pytest.mark.parametrize(
    "run",
    [
        pytest.param(replace(RUN, l2=0.1), id="weight decay"),
        pytest.param(replace(RUN, l1=0.02, l2=0.01), id="both penalties"),
        pytest.param(replace(RUN, data=WEIGHTED), id="weighted samples"),
        pytest.param(replace(RUN, later=((0.01, 20), (0.2, 5)), optimiser="adam"), id="phases"),
        pytest.param(replace(RUN, widths=(1, 2, 2, 1)), id="two hidden layers"),
        pytest.param(WIDE, id="two classes"),
        pytest.param(replace(WIDE, loss="softmax_squared_error"), id="softmax"),
        pytest.param(replace(RUN, steps=0), id="no step"),
        pytest.param(replace(DEEP, skips=((1, 2), (1, 3))), id="residual"),
        pytest.param(replace(TIED, l1=0.01, l2=0.02), id="tied and penalised"),
        pytest.param(replace(NORMED, optimiser="momentum", l2=0.02), id="normalised"),
        pytest.param(
            replace(NORMED, skips=((1, 2),), ties=((2, 3),), start=NORMED.start[-32:]), id="all"
        ),
    ],
)  # fmt: skip
def test_whatever_a_run_says_is_done(run):
    agree(run, at=(0, run.total))


def test_what_is_watched_is_the_stack_at_those_steps():
    ours, theirs = agree(RUN, at=(3, 9), watch=lambda stack: stack.flat)
    torch.testing.assert_close(theirs.watched, ours.watched)
    assert not torch.equal(theirs.watched[:, 0], theirs.watched[:, 1])
    assert theirs.stack.seeds == ours.stack.seeds


def test_losses_are_noted_if_they_are_asked_for():
    _, theirs = agree(RUN, at=(3, 9), noted=False)
    assert theirs.losses.shape == (2, 0)


def test_a_single_precision_run_stays_in_single_precision():
    assert by_torch(replace(RUN, precision="float32")).stack.flat.dtype == torch.float32


def test_networks_in_one_stack_are_modules_of_torch_that_train_alone():
    fit = by_torch(XOR, (4, 5))
    other = Autograd(0)
    for row, seed in enumerate((4, 5)):
        (W, b), (v, c) = XOR.stack([0]).net.layers(other.start(XOR, [seed]))
        with torch.random.fork_rng():
            torch.manual_seed(0)  # of weights that the next lines overwrite
            alone = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1)).double()
        with torch.no_grad():
            for module, (weights, biases) in ((alone[0], (W, b)), (alone[2], (v, c))):
                module.weight.copy_(weights[0].T)
                module.bias.copy_(biases[0, 0])
        optimizer = torch.optim.Adam(alone.parameters(), 0.05)
        found = XOR.samples([seed])
        for _ in range(XOR.steps):
            optimizer.zero_grad()
            nn.functional.binary_cross_entropy_with_logits(
                alone(found.x), found.y[:, None].double()
            ).backward()
            optimizer.step()
        for module, (weights, biases) in zip((alone[0], alone[2]), fit.stack.layers, strict=True):
            torch.testing.assert_close(weights[row], module.weight.detach().T)
            torch.testing.assert_close(biases[row, 0], module.bias.detach())


def test_starts_data_and_batches_are_torchs_own_and_depend_on_the_draw():
    ours, theirs = XOR.stack((0, 1)).flat, by_torch(replace(XOR, steps=0)).stack.flat
    assert ours.shape == theirs.shape
    assert not torch.equal(ours, theirs)
    assert not torch.equal(theirs, by_torch(replace(XOR, steps=0), draw=1).stack.flat)

    def drawn(seeds):
        x = rng.streams(seeds, "data").normal(6, 1)
        return Dataset("normal", x, x)

    own = replace(RUN, data=Drawn("normal", drawn))
    assert not torch.equal(own.fit((0, 1)).loss, by_torch(own).loss)
    few = replace(RUN, batch=2)
    assert not torch.equal(few.fit((0, 1)).loss, by_torch(few).loss)
    assert not torch.equal(*by_torch(few).stack.flat), "each network has its own order"
    assert torch.equal(by_torch(few).stack.flat, by_torch(few).stack.flat)


def test_every_sample_is_used_equally_often_and_no_batch_is_short():
    """Targets 1, 10, 100, …: the gradient of a lone bias adds up those that were seen."""
    y = 10.0 ** torch.arange(5, dtype=torch.float64)[:, None]
    run = Run((1, 1), "identity", (), Dataset("powers", 0 * y, y), 0, "mean_squared_error", "sgd",
              1e-12, 15, batch=3, start=(0.0, 0.0))  # fmt: skip
    (bias,) = by_torch(run, (0,)).stack.flat[:, 1].tolist()
    assert round(bias / 2e-12) == 33_333, "nine times each, in means of three"


def test_a_run_without_a_finite_end_is_refused_or_kept_as_it_was_told():
    wild = replace(RUN, activation="square", rate=1e6)
    with pytest.raises(DivergedError, match="a parabola again: a network trained by torch ends"):
        by_torch(wild, what="a parabola again")
    assert not by_torch(wild, tolerate=True).loss.isfinite().any()


def test_the_books_trainer_is_back_after_the_block_even_after_an_error():
    before = RUN.fit((0,)).loss
    with pytest.raises(DivergedError):
        by_torch(replace(RUN, activation="square", rate=1e6))
    assert torch.equal(RUN.fit((0,)).loss, before)
