"""A run as plain data: what it refuses, and that it trains what its fields say."""

import json
import re
from dataclasses import replace
from itertools import pairwise

import pytest
import torch

from dlbook.mathematics import nets, optim, rng
from dlbook.mathematics.grids import linspace
from dlbook.training import data, train
from dlbook.training.replay import OPTIMISERS, Begun, Dataset, Drawn, Run, geometric, noting

XOR = Run((2, 3, 1), "tanh", ("he_normal", "zeros"), "xor", 0, "hinge", "momentum", 0.1, 40)
CURVE = Run((1, 4, 1), "sigmoid", ("spread_kinks", "xavier_uniform"), "|x|", 7,
            "mean_squared_error", "adam", 0.01, 30, batch=3, l2=0.01)  # fmt: skip
GIVEN = replace(CURVE, init=(), start=tuple(k / 8 for k in range(13)))


def directly(run, seeds, optimiser):
    """The same run by the functions below, every argument written out."""
    x = linspace(-1, 1, 7)[:, None]
    x, y = data.xor() if run.data == "xor" else (x, x.abs())
    stack = nets.init(nets.MLP(run.widths, run.activation), seeds, list(run.init) or "zeros")
    if run.start:
        flat = torch.tensor([run.start] * len(seeds), dtype=torch.float64)
        stack = nets.Stack(stack.net, flat, stack.seeds)
    return train.fit(stack, x, y, loss=run.loss, optimiser=optimiser, steps=run.steps,
                     batch=run.batch, l2=run.l2, at=(0, 7))  # fmt: skip


@pytest.mark.parametrize(
    ("run", "optimiser"),
    [(XOR, optim.Momentum(0.1)), (CURVE, optim.Adam(0.01)), (GIVEN, optim.Adam(0.01))],
)
def test_a_run_is_what_train_fit_makes_of_its_fields_to_the_bit(run, optimiser):
    found, wanted = run.fit([3, 8], at=(0, 7)), directly(run, [3, 8], optimiser)
    assert torch.equal(found.stack.flat, wanted.stack.flat)
    assert torch.equal(found.losses, wanted.losses)
    assert found.stack.flat.dtype == torch.float64
    assert found.stack.seeds == (3, 8)


def test_every_seed_starts_from_the_given_parameters_and_parts_by_its_batches():
    stack = GIVEN.stack([3, 8])
    assert stack.flat.tolist() == [list(GIVEN.start)] * 2
    one, other = GIVEN.fit([3, 8]).stack.flat
    assert not torch.equal(one, other)
    assert torch.equal(*replace(GIVEN, batch=None).fit([3, 8]).stack.flat)


@pytest.mark.parametrize("name", OPTIMISERS)
def test_every_optimiser_is_the_one_of_its_name_with_its_own_defaults(name):
    own = {"sgd": optim.SGD, "momentum": optim.Momentum, "adagrad": optim.Adagrad,
           "rmsprop": optim.RMSProp, "adam": optim.Adam}[name]  # fmt: skip
    found = replace(XOR, optimiser=name).fit([5])
    assert torch.equal(found.stack.flat, directly(XOR, [5], own(0.1)).stack.flat)


@pytest.mark.parametrize("run", [XOR, CURVE, GIVEN])
def test_a_run_comes_back_from_json_with_exactly_its_fields(run):
    fields = json.loads(json.dumps(run.to_json(), allow_nan=False))
    assert list(fields) == ["widths", "activation", "init", "data", "points", "loss", "optimiser",
                            "rate", "steps", "batch", "l2", "start"]  # fmt: skip
    again = {k: tuple(v) if isinstance(v, list) else v for k, v in fields.items()}
    assert Run(**again) == run


def test_samples_are_the_four_inputs_or_the_points_of_the_curve():
    assert XOR.samples([0]).y.tolist() == [0, 1, 1, 0]
    curve = CURVE.samples([0])
    x, y = curve.x, curve.y
    assert (x.shape, y.shape, x.dtype) == ((7, 1), (7, 1), torch.float64)
    assert x[:, 0].tolist() == [-1, -2 / 3, -1 / 3, 0, 1 / 3, 2 / 3, 1]
    assert torch.equal(y, x.abs())


@pytest.mark.parametrize(
    ("run", "fields", "message"),
    [
        (XOR, {"widths": (2,)}, "widths (2,): give inputs"),
        (XOR, {"widths": (3, 3, 1)}, "widths (3, 3, 1) for 'xor'; begin with 2"),
        (XOR, {"activation": "step"}, "no activation 'step'"),
        (XOR, {"init": ("zeros",)}, "1 initialisations for 2 layers"),
        (XOR, {"init": ("zeros", "noise")}, "no initialisation 'noise'"),
        (XOR, {"data": "sine"}, "no data 'sine'; there are xor, sin 12x"),
        (XOR, {"points": 4}, "'xor' at 4 points; take 0"),
        (CURVE, {"points": 1}, "'|x|' at 1 points; take 2 or more"),
        (XOR, {"loss": "cubed"}, "no loss 'cubed'"),
        (XOR, {"loss": "cross_entropy"}, "needs 2 outputs or more: 1"),
        (CURVE, {"widths": (1, 4, 2)}, "targets of shape (7, 1)"),
        (XOR, {"optimiser": "newton"}, "no optimiser 'newton'; there are sgd, momentum"),
        (XOR, {"rate": 0.0}, "a learning rate of 0.0"),
        (XOR, {"rate": float("nan")}, "a learning rate of nan"),
        (XOR, {"rate": float("inf")}, "a learning rate of inf"),
        (XOR, {"l2": -0.1}, "a penalty of -0.1"),
        (XOR, {"steps": -1}, "-1 steps; take 0 or more"),
        (XOR, {"batch": 5}, "a batch of 5 from 4 samples"),
        (CURVE, {"batch": 0}, "a batch of 0 from 7 samples"),
        (GIVEN, {"start": (1.0,)}, "1 parameters to start from, not 13"),
        (GIVEN, {"start": (float("nan"),) * 13}, "is not a finite number"),
        (GIVEN, {"init": ("zeros", "zeros")}, "2 initialisations for 0 layers"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(run, fields, message):
    with pytest.raises(ValueError, match=re.escape(message)) as caught:
        replace(run, **fields)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("run", "samples"), [(XOR, 4), (CURVE, 7)])
def test_a_batch_of_one_sample_or_of_all_fits(run, samples):
    for batch in (1, samples):
        fit = replace(run, batch=batch, steps=2).fit([3])
        assert bool(fit.loss.isfinite().all())


MOONS = Dataset("moons", *data.moons(8, 0.1, rng.streams([3, 8], "data")))
OWN = replace(
    XOR,
    data=Drawn("moons", lambda s: Dataset("m", *data.moons(8, 0.1, rng.streams(s, "data")))),
    loss="binary_cross_entropy",
)


def test_data_may_be_tensors_and_a_seed_alone_draws_the_data_that_it_draws_among_others():
    given = replace(OWN, data=MOONS).fit([3, 8])
    drawn, alone = OWN.fit([3, 8]), OWN.fit([8])
    assert torch.equal(given.stack.flat, drawn.stack.flat)
    assert torch.equal(alone.stack.flat, drawn.stack.flat[1:])


def test_a_start_may_be_each_seeds_own():
    flat = nets.init(nets.MLP(XOR.widths, XOR.activation), [3, 8], list(XOR.init)).flat
    begun = replace(XOR, init=(), start=Begun("theirs", lambda seeds: flat[: len(seeds)]))
    assert torch.equal(begun.fit([3, 8]).stack.flat, XOR.fit([3, 8]).stack.flat)


def test_a_later_phase_goes_on_with_a_fresh_optimiser():
    both = replace(CURVE, later=((0.001, 20),))
    first = CURVE.fit([3])
    then = Begun("then", lambda _: first.stack.flat)
    second = replace(CURVE, rate=0.001, steps=20, init=(), start=then)
    found = both.fit([3], at=(0, 7, 30, 45, 50), watch=lambda s: s.flat[:, 0])
    assert torch.equal(found.stack.flat, second.fit([3]).stack.flat)
    assert found.steps.tolist() == [0, 7, 30, 45, 50]
    assert torch.equal(found.losses[:, 2], first.loss)
    assert found.watched.shape == (1, 5)
    assert both.total == 50


def test_a_run_may_compute_in_single_precision():
    assert replace(XOR, precision="float32").fit([3]).stack.flat.dtype == torch.float32


def test_what_is_trained_is_noted_with_its_seeds_and_the_checksum_of_its_data():
    with noting() as trained:
        XOR.fit([3, 8])
        replace(OWN, steps=1).fit([8])
    first, second = trained
    assert first == {**XOR.to_json(), "seeds": 2, "first_seed": 3}
    assert (second["data"], second["samples"]) == ("moons", {"x": [1, 8, 2], "y": [1, 8]})
    assert len(second["samples_sha256"]) == 64
    XOR.fit([3])
    assert len(trained) == 2


def test_only_names_and_numbers_make_a_run_that_the_page_can_train():
    assert XOR.is_plain
    assert not OWN.is_plain
    assert not replace(XOR, init=(), start=Begun("b", lambda s: torch.zeros(len(s), 13))).is_plain


def test_recorded_steps_grow_by_a_factor_from_1_to_the_last_after_0():
    steps = geometric(10_000)
    assert (steps[:4], steps[-1]) == ([0, 1, 2, 3], 10_000)
    assert 36 <= len(steps) <= 42
    late = [b / a for a, b in pairwise(steps) if a > 100]
    assert max(late) / min(late) < 1.02
    assert geometric(0) == [0]
    assert geometric(1) == [0, 1]
    assert geometric(3, 21) == [0, 1, 2, 3]
