"""Outputs in lanes give the bits of replicas in lanes, whatever the shape and the batch."""

import hashlib
import json
from dataclasses import replace

import numpy as np
import pytest

from dlbook.arithmetic import wide
from dlbook.arithmetic.one_model import Training, trained
from dlbook.arithmetic.stack import train_stack
from dlbook.arithmetic.wide import suits, train_wide
from tests.arithmetic.runs import STEPS, VECTORS, start, trainings
from tests.arithmetic.test_elementary import bits

KNOWN = json.loads(VECTORS.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", trainings())
def test_final_weights_are_those_that_are_written_down(name):
    training, samples = trainings()[name]
    parameters, x, y = start(training, samples, 11)
    ends, _ = train_wide(training, parameters, x, y, STEPS)
    ends = np.where(np.isnan(ends), np.nan, ends)
    assert hashlib.sha256(ends.astype("<f8").tobytes()).hexdigest()[:16] == KNOWN[name]


WIDTHS = [(5, 33, 17, 9), (70, 8, 3), (3, 64, 65, 2), (130, 40, 16, 1), (12, 150, 4)]


@pytest.mark.parametrize("widths", WIDTHS)
@pytest.mark.parametrize("samples", [1, 2, 7, 64, 67, 131])
def test_no_bit_differs_from_replicas_in_lanes(widths, samples):
    training = Training(widths, "tanh", "mean_squared_error", rate=0.003)
    parameters, x, y = start(training, samples, 3)
    parameters = parameters / 8.0
    ends, made = train_wide(training, parameters, x, y, 4)
    others, steps = train_stack(training, parameters, x, y, 4)
    assert np.count_nonzero(bits(ends) != bits(others)) == 0
    assert made.tolist() == steps.tolist()


@pytest.mark.parametrize("size", [1, 8, 13, 4096])
def test_the_tile_does_not_show(size, monkeypatch):
    training = Training((5, 9, 3), "sigmoid", "softmax_squared_error", rate=0.03)
    parameters, x, y = start(training, 37, 2)
    ends, _ = train_wide(training, parameters, x, y, 10)
    monkeypatch.setattr(wide, "_TILE", size)
    assert bits(train_wide(training, parameters, x, y, 10)[0]).tolist() == bits(ends).tolist()


SMALL = Training((2, 5, 3), "tanh", "cross_entropy", rate=0.02)


@pytest.mark.parametrize("penalties", [{}, {"l1": 0.01}, {"l2": 0.02}, {"l1": 0.01, "l2": 0.02}])
def test_weights_of_samples_and_penalties_are_those_of_the_text(penalties):
    training = replace(SMALL, **penalties)
    parameters, x, y = start(training, 37, 3)
    weight = (np.arange(3)[:, None] + np.arange(37)) % 4 / 2.0
    ends, _ = train_wide(training, parameters, x, y, 30, weight)
    for k in range(3):
        by_text, _ = trained(training, parameters[k], x, y, 30, weight[k])
        assert bits(by_text).tolist() == bits(ends[k]).tolist()


def test_each_step_sees_the_samples_that_are_picked_for_it():
    training = replace(SMALL, optimiser="sgd")
    parameters, x, y = start(training, 37, 2)
    picks = np.random.default_rng(0).integers(0, 37, (2, 12, 9))
    weight = np.arange(37) % 3 / 2.0
    ends, _ = train_wide(training, parameters, x, y, 12, weight, picks)
    shared, _ = train_wide(training, parameters, x, y, 12, weight, picks[0])
    for k in range(2):
        w = parameters[k]
        for pick in picks[k]:
            w, _ = trained(training, w, x[pick], y[pick], 1, weight[pick])
        assert bits(w).tolist() == bits(ends[k]).tolist()
    assert bits(shared[0]).tolist() == bits(ends[0]).tolist() != bits(shared[1]).tolist()


def test_a_run_ends_with_its_first_step_that_is_not_finite_and_the_others_go_on():
    wild = Training((2, 2, 1), "identity", "mean_squared_error", "sgd", rate=1.5)
    parameters, x, y = start(wild, 4, 10)
    parameters[3], parameters[7] = 0.0, 1e-3 * parameters[7]
    ends, made = train_wide(wild, parameters, 4.0 * x, y, 60)
    assert len(set(made.tolist())) > 1
    for k in range(10):
        end, steps = trained(wild, parameters[k], 4.0 * x, y, 60)
        assert steps == made[k]
        assert bits(end).tolist() == bits(ends[k]).tolist()


def test_what_fills_up_a_row_does_not_end_a_run():
    """Without ε the step of a parameter that never had a gradient is 0 / 0."""
    training = replace(SMALL, eps=0.0)
    parameters, x, y = start(training, 37, 1)
    ends, made = train_wide(training, parameters, x, y, 20)
    assert made.tolist() == [20]
    assert bits(trained(training, parameters[0], x, y, 20)[0]).tolist() == bits(ends[0]).tolist()


def test_picks_that_do_not_fit_are_refused():
    parameters, x, y = start(SMALL, 37, 2)
    with pytest.raises(ValueError, match="picks from 0 to 37, of 37 samples"):
        train_wide(SMALL, parameters, x, y, 2, picks=np.array([[0, 1], [36, 37]]))
    with pytest.raises(ValueError, match=r"\(2, 2\): they must be \(3, batch\) or \(2, 3, batch\)"):
        train_wide(SMALL, parameters, x, y, 3, picks=np.array([[0, 1], [2, 3]]))


def test_wide_nets_and_single_ones_have_their_outputs_in_lanes():
    net = replace(SMALL, widths=(12, 100, 100, 2))
    assert suits(net, 32)
    assert suits(replace(SMALL, widths=(1, 16, 1)), 1)
    assert not suits(replace(SMALL, widths=(1, 16, 1)), 96)
    assert not suits(replace(SMALL, widths=(2, 30, 30, 2)), 384)
