"""Outputs in lanes give the bits of replicas in lanes, whatever the shape and the batch."""

import json
from dataclasses import replace

import numpy as np
import pytest

from dlbook.arithmetic import wide
from dlbook.arithmetic.one_model import Training, trained
from dlbook.arithmetic.stack import Trainer
from dlbook.arithmetic.wide import WideTrainer, fitting, suits
from tests.arithmetic.runs import STEPS, VECTORS, cases, compiled_run, digest_of, start
from tests.arithmetic.test_elementary import bits

KNOWN = json.loads(VECTORS.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", cases())
def test_final_weights_are_those_that_are_written_down(name):
    trainer = compiled_run(cases()[name], kind=WideTrainer)
    assert digest_of(trainer) == KNOWN[name]
    assert trainer.ended.tolist() == compiled_run(cases()[name]).ended.tolist()


@pytest.mark.parametrize("name", ["everything", "two phases of batches"])
def test_it_does_not_matter_how_a_run_is_cut_into_stretches(name):
    for stretches in ((1, 0, STEPS - 1), (1,) * STEPS):
        assert digest_of(compiled_run(cases()[name], stretches, WideTrainer)) == KNOWN[name]


WIDTHS = [(5, 33, 17, 9), (70, 8, 3), (3, 64, 65, 2), (130, 40, 16, 1), (12, 150, 4)]


@pytest.mark.parametrize("widths", WIDTHS)
@pytest.mark.parametrize(
    ("samples", "batch"), [(1, None), (2, None), (64, None), (131, None), (90, 7), (150, 67)]
)
def test_no_bit_differs_from_replicas_in_lanes(widths, samples, batch):
    training = Training(widths, "tanh", "mean_squared_error", rate=0.003)
    parameters, x, y = start(training, samples, 3)
    ends = []
    for kind in (Trainer, WideTrainer):
        trainer = kind(training, parameters / 8.0, x, y, batch=batch, seeds=range(3))
        trainer.advance(4)
        ends.append(bits(trainer.parameters))
    assert np.count_nonzero(ends[0] != ends[1]) == 0


@pytest.mark.parametrize("size", [1, 8, 13, 4096])
def test_the_tile_does_not_show(size, monkeypatch):
    monkeypatch.setattr(wide, "_TILE", size)
    for name in ("both penalties", "everything", "skips from inputs to outputs"):
        assert digest_of(compiled_run(cases()[name], kind=WideTrainer)) == KNOWN[name]


SMALL = Training((2, 5, 3), "tanh", "cross_entropy", rate=0.02)


def test_what_fills_up_a_row_does_not_end_a_run():
    """Without ε the step of a parameter that never had a gradient is 0 / 0."""
    training = replace(SMALL, eps=0.0)
    parameters, x, y = start(training, 37, 1)
    trainer = WideTrainer(training, parameters, x, y)
    trainer.advance(20)
    assert trainer.ended.tolist() == [0]
    by_text, _ = trained(training, parameters[0], x, y, 20)
    assert bits(by_text).tolist() == bits(trainer.parameters[0]).tolist()


def test_a_run_ends_with_its_first_step_that_is_not_finite_and_the_others_go_on():
    wild = Training((2, 2, 1), "identity", "mean_squared_error", "sgd", rate=1.5)
    parameters, x, y = start(wild, 4, 10)
    parameters[3], parameters[7] = 0.0, 1e-3 * parameters[7]
    trainer = WideTrainer(wild, parameters, 4.0 * x, y)
    trainer.advance(5)
    trainer.advance(55)
    assert len(set(trainer.ended.tolist())) > 1
    for k in range(10):
        end, steps = trained(wild, parameters[k], 4.0 * x, y, 60)
        assert steps == (trainer.ended[k] or 60)
        assert bits(end).tolist() == bits(trainer.parameters[k]).tolist()


def test_wide_nets_and_single_ones_have_their_outputs_in_lanes():
    assert suits(replace(SMALL, widths=(12, 100, 100, 2)), 32)
    assert suits(replace(SMALL, widths=(1, 16, 1)), 1)
    assert not suits(replace(SMALL, widths=(1, 16, 1)), 96)
    assert suits(replace(SMALL, widths=(2, 16, 16, 2), batch_norm=1e-5), 32)
    assert not suits(replace(SMALL, widths=(2, 16, 16, 2)), 32)
    assert not suits(replace(SMALL, widths=(2, 30, 30, 2)), 384)
    assert fitting(replace(SMALL, widths=(1, 2, 1)), 8) is Trainer
