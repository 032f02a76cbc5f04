"""Runs of residual, tied and normalised nets: to the bit those of the text, alone and repeated."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
import torch

from dlbook.arithmetic.one_model import Learner, mean_loss_of
from dlbook.arithmetic.seen import permutations
from dlbook.mathematics import optim, rng
from dlbook.mathematics.batch_statistics import at_rest
from dlbook.training import data, train
from dlbook.training.by_arithmetic import described
from dlbook.training.by_matrices import fit_by_matrices
from dlbook.training.fitted import Plan
from dlbook.training.replay import Dataset, Run, noting
from dlbook.training.train import DivergedError

SEEDS = (4, 0, 9)
MOONS = Dataset("moons", *data.moons(30, 0.1, rng.stream(0, "data")))
DEEP = Run((2, 5, 5, 5, 2), "relu", ("he_normal",) * 4, MOONS, 0, "cross_entropy", "adam", 0.02, 60)
RUNS = {
    "residual": replace(DEEP, skips=((1, 2), (2, 3))),
    "tied": replace(DEEP, ties=((2, 3),), init=("he_normal",) * 3),
    "normalised": replace(DEEP, batch_norm=1e-5),
    "all": replace(
        DEEP, skips=((1, 3),), ties=((2, 3),), batch_norm=1e-3, init=("he_normal",) * 3, l1=0.01,
        l2=0.02, optimiser="momentum", later=((0.005, 20),), batch=8,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ["residual", "tied", "normalised"])
@pytest.mark.parametrize("batch", [None, 8])
def test_a_run_is_one_model_by_the_text_to_the_bit(name, batch):
    run = replace(RUNS[name], batch=batch)
    fit, begun = run.fit(SEEDS, at=(0, 60)), run.stack(SEEDS)
    plan = Plan(run.loss, optim.Adam(0.02), 60, batch, 0.0, 0.0, frozenset(), None, False, "")
    told, x, y = described(run.net, plan), MOONS.x.numpy(), np.eye(2)[MOONS.y.numpy()]
    for k, seed in enumerate(SEEDS):
        order = None if batch is None else permutations([seed], 30, 0, 20)[0]
        learner = Learner(told, begun.flat[k].numpy(), x, y, None, order, batch or 0)
        learner.advance(60)
        assert (learner.parameters == fit.stack.flat[k].numpy()).all()
        assert fit.loss[k] == mean_loss_of(told, learner.parameters, x, y)
    assert torch.equal(fit.losses[:, 1], fit.loss)


@pytest.mark.parametrize("name", RUNS)
def test_a_run_repeated_alone_is_the_run_among_others(name):
    run = RUNS[name]
    among = run.fit(SEEDS, at=(0, 7, run.total), watch=lambda stack: stack.flat[:, :3])
    alone = run.fit([SEEDS[2]], at=(0, 7, run.total), watch=lambda stack: stack.flat[:, :3])
    for one, other in ((alone.stack.flat, among.stack.flat), (alone.losses, among.losses),
                       (alone.watched, among.watched)):  # fmt: skip
        assert torch.equal(one[0], other[2])


@pytest.mark.parametrize("name", RUNS)
def test_a_run_is_the_other_engines_but_for_rounding(name):
    run = replace(RUNS[name], later=(), activation="tanh")
    stack = run.stack(SEEDS)
    fit = train.fit(
        stack, MOONS.x, MOONS.y, loss=run.loss, optimiser={"adam": optim.Adam, "momentum":
        optim.Momentum}[run.optimiser](run.rate), steps=run.steps, batch=run.batch, l1=run.l1,
        l2=run.l2, at=(0, 30), engine=fit_by_matrices,
    )  # fmt: skip
    ours = run.fit(SEEDS, at=(0, 30))
    torch.testing.assert_close(ours.stack.flat, fit.stack.flat, rtol=0, atol=1e-9)
    torch.testing.assert_close(ours.losses, fit.losses, rtol=0, atol=1e-9)
    torch.testing.assert_close(ours.loss, fit.loss, rtol=0, atol=1e-9)


def test_single_precision_knows_every_kind_of_layer():
    for run in RUNS.values():
        single, double = replace(run, precision="float32", steps=5), replace(run, steps=5)
        found, wanted = single.fit(SEEDS, tolerate=True), double.fit(SEEDS)
        assert found.stack.flat.dtype == torch.float32
        torch.testing.assert_close(found.loss.double(), wanted.loss, rtol=1e-4, atol=1e-4)


def test_only_what_a_run_uses_is_told_and_it_comes_back():
    assert not {"skips", "ties", "batch_norm"} & DEEP.to_json().keys()
    run = replace(RUNS["all"], later=())
    fields = json.loads(json.dumps(run.to_json(), allow_nan=False))
    assert (fields["skips"], fields["ties"], fields["batch_norm"]) == ([[1, 3]], [[2, 3]], 1e-3)
    with noting() as trained:
        replace(run, steps=1).fit([3])
    assert trained[0]["ties"] == [[2, 3]]

    def frozen(value):
        return tuple(map(frozen, value)) if isinstance(value, list) else value

    again = {name: frozen(value) for name, value in fields.items()} | {"data": MOONS}
    assert Run(**again) == run


@pytest.mark.parametrize("batch", [None, 8])
def test_a_net_that_is_trained_with_means_is_measured_with_those_of_the_training_set(batch):
    fit = replace(RUNS["normalised"], batch=batch).fit(SEEDS)
    still = at_rest(fit.stack, MOONS.x)
    right = (still.predict(MOONS.x).argmax(-1) == MOONS.y).double().mean(-1)
    assert bool((right > 0.8).all()), "it has learned, and is measured so"
    logits = still.predict(MOONS.x)
    again = torch.nn.functional.cross_entropy(
        logits.movedim(-1, 1), MOONS.y.expand(3, -1), reduction="none"
    ).mean(-1)
    torch.testing.assert_close(again, fit.loss, rtol=1e-10, atol=1e-12)


def test_a_run_that_diverges_ends_with_its_step_and_is_told():
    for name in ("residual", "tied", "normalised"):
        wild = replace(RUNS[name], activation="square", optimiser="sgd", rate=1e150)
        with pytest.raises(DivergedError, match="are not finite by step"):
            wild.fit(SEEDS)
        assert not wild.fit(SEEDS, tolerate=True).loss.isfinite().any()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"skips": ((0, 1),)}, "a skip from layer 0, 2 wide, to layer 1, 5 wide"),
        ({"ties": ((1, 2),)}, "tied to layer 1, (2, 5); their weights must have one shape"),
        ({"ties": ((2, 3),)}, "4 initialisations for 3 layers"),
        ({"batch_norm": -1.0}, "batch_norm: -1.0; give an ε from 0 up"),
        ({"init": (), "start": (0.0,) * 87, "batch_norm": 0.1}, "87 parameters to start from"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_in_one_line(fields, message):
    with pytest.raises(ValueError, match=re.escape(message)) as caught:
        replace(DEEP, **fields)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_a_step_of_one_sample_cannot_be_normalised(precision):
    run = replace(RUNS["normalised"], batch=1, precision=precision)
    with pytest.raises(ValueError, match="over steps of 1 sample; take 2 or more"):
        run.fit(SEEDS)
