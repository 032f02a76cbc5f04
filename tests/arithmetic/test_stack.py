"""Compiled training is the text's, to the bit, on every processor and at every place of a stack."""

import json
import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from dlbook.arithmetic import stack
from dlbook.arithmetic.one_model import LOSSES_OF_SAMPLES, OPTIMISERS, UNITS, Training, trained
from dlbook.arithmetic.stack import train_stack
from tests.arithmetic.runs import STEPS, VECTORS, digest, digests, start, trainings
from tests.arithmetic.test_elementary import bits

KNOWN = json.loads(VECTORS.read_text(encoding="utf-8"))


def test_the_runs_use_everything_that_the_trainer_knows():
    used = {part for name in trainings() for part in name.split()[1:]}
    assert used == {*UNITS, *LOSSES_OF_SAMPLES, *OPTIMISERS}


@pytest.mark.parametrize("name", trainings())
def test_no_bit_differs_from_one_model_by_the_text(name):
    training, samples = trainings()[name]
    parameters, x, y = start(training, samples, 3)
    ends, made = train_stack(training, parameters, x, y, STEPS)
    for row, end, steps in zip(parameters, ends, made, strict=True):
        by_text, text_steps = trained(training, row, x, y, STEPS)
        assert np.count_nonzero(bits(by_text) != bits(end)) == 0
        assert steps == text_steps


@pytest.mark.parametrize("name", trainings())
def test_final_weights_are_those_that_are_written_down(name):
    assert digest(name) == KNOWN[name]


def test_the_least_processor_ends_with_the_same_weights():
    code = "import json; from tests.arithmetic.runs import digests; print(json.dumps(digests()))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(done.stdout) == KNOWN == digests()


XOR = Training((2, 2, 1), "tanh", "mean_squared_error", rate=0.05)


def test_a_model_does_not_depend_on_those_beside_it():
    parameters, x, y = start(XOR, 4, 19)
    ends, _ = train_stack(XOR, parameters, x, y, 200)
    order = np.arange(19)[::-1]
    turned, _ = train_stack(XOR, parameters[order], x, y, 200)
    alone = [train_stack(XOR, parameters[k : k + 1], x, y, 200)[0][0] for k in range(19)]
    assert bits(ends).tolist() == bits(turned[order]).tolist() == bits(np.array(alone)).tolist()


def test_each_model_may_have_data_of_its_own():
    parameters, x, y = start(XOR, 4, 9)
    own = np.stack([x * (k + 1) / 8.0 for k in range(9)])
    ends, _ = train_stack(XOR, parameters, own, y, 50)
    for k in range(9):
        assert (
            bits(trained(XOR, parameters[k], own[k], y, 50)[0]).tolist() == bits(ends[k]).tolist()
        )


def test_a_run_ends_with_its_first_step_that_is_not_finite_and_the_others_go_on():
    wild = replace(XOR, units="identity", optimiser="sgd", rate=1.5)
    parameters, x, y = start(wild, 4, 10)
    parameters[3], parameters[7] = 0.0, 1e-3 * parameters[7]
    x = 4.0 * x
    ends, made = train_stack(wild, parameters, x, y, 60)
    assert len(set(made.tolist())) > 1
    for k in range(10):
        end, steps = trained(wild, parameters[k], x, y, 60)
        assert steps == made[k]
        assert bits(end).tolist() == bits(ends[k]).tolist()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"units": "rellu"}, "no activation 'rellu'; did you mean 'relu'?"),
        ({"loss": "hunge"}, "no loss 'hunge'; did you mean 'hinge'?"),
        ({"optimiser": "adamw"}, "no optimiser 'adamw'; did you mean 'adam'?"),
        ({"widths": (2, 3, 1)}, r"shape \(2, 9\): they must be \(s, 13\) for widths"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_line(change, message):
    parameters, x, y = start(XOR, 4, 2)
    with pytest.raises(ValueError, match=message):
        train_stack(replace(XOR, **change), parameters, x, y, 5)


def test_data_of_another_shape_is_refused():
    parameters, x, y = start(XOR, 4, 2)
    with pytest.raises(ValueError, match=r"targets of shape \(3, 1\): they must be \(4, 1\)"):
        train_stack(XOR, parameters, x, y[:3], 5)
    with pytest.raises(ValueError, match=r"weights of shape \(3, 1\): they must be \(4, 1\)"):
        train_stack(XOR, parameters, x, y, 5, np.ones(3))
    with pytest.raises(ValueError, match="-1 steps on 4 samples"):
        train_stack(XOR, parameters, x, y, -1)


@pytest.mark.parametrize("size", [1, 3, 64, 4096])
def test_the_tile_does_not_show(size, monkeypatch):
    name = "2-5-7-3 tanh"
    name = next(each for each in KNOWN if each.startswith(name))
    monkeypatch.setattr(stack, "_tile", lambda widths: size)
    assert digest(name) == KNOWN[name]


@pytest.mark.parametrize("penalties", [{}, {"l1": 0.01}, {"l2": 0.02}, {"l1": 0.01, "l2": 0.02}])
def test_weights_of_samples_and_penalties_are_those_of_the_text(penalties):
    training = Training((2, 5, 3), "tanh", "cross_entropy", rate=0.02, **penalties)
    parameters, x, y = start(training, 37, 9)
    weight = (np.arange(9)[:, None] + np.arange(37)) % 4 / 2.0
    ends, _ = train_stack(training, parameters, x, y, 30, weight)
    shared, _ = train_stack(training, parameters, x, y, 30, weight[0])
    for k in range(9):
        for found, count in ((ends, weight[k]), (shared, weight[0])):
            by_text, _ = trained(training, parameters[k], x, y, 30, count)
            assert bits(by_text).tolist() == bits(found[k]).tolist()
