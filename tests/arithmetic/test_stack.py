"""Compiled training is the text's, to the bit, on every processor and at every place of a stack."""

import json
import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from dlbook.arithmetic import eights, one_model, seen
from dlbook.arithmetic.one_model import LOSSES_OF_SAMPLES, OPTIMISERS, UNITS, Training, trained
from dlbook.arithmetic.stack import Trainer, train_stack
from tests.arithmetic.runs import (
    MODELS,
    SPECIAL,
    STEPS,
    VECTORS,
    cases,
    compiled_run,
    digest,
    digests,
    given,
    start,
    text_run,
)
from tests.arithmetic.test_elementary import bits, runs_avx2
from tests.turns import turn

KNOWN = json.loads(VECTORS.read_text(encoding="utf-8"))


def test_the_runs_use_everything_that_the_trainer_knows():
    used = {case.training for case in cases().values()}
    assert {training.units for training in used} == set(UNITS)
    assert {training.loss for training in used} == set(LOSSES_OF_SAMPLES)
    assert {training.optimiser for training in used} == set(OPTIMISERS)


@pytest.mark.parametrize("name", cases())
def test_no_bit_differs_from_one_model_by_the_text(name):
    case = cases()[name]
    trainer = compiled_run(case)
    for model in (0, 5, MODELS - 1):
        learner = text_run(case, model)
        assert (bits(learner.parameters) == bits(trainer.parameters[model])).all()
        assert trainer.ended[model] == (learner.made if learner.ended else 0)


@pytest.mark.parametrize("name", cases())
def test_final_weights_are_those_that_are_written_down(name):
    assert digest(name) == KNOWN[name]


WIDE = "registers twice as many and twice as long"
MACHINES = ["generic", "haswell", WIDE]


@pytest.mark.parametrize("machine", [None, *turn("another machine", MACHINES)])
def test_every_machine_gives_what_is_written_down(machine, tmp_path):
    """This one, and another: all of the arithmetic is compiled for it."""
    code, told = "", {}
    if machine == WIDE:
        code = "from dlbook.arithmetic.kernels import tiles; tiles.ROWS, tiles.COLUMNS = 4, 6; "
        told = {"DLBOOK_CACHE": str(tmp_path)}
    elif machine:
        processor = machine if machine != "haswell" or runs_avx2() else "generic"
        told = {"NUMBA_CPU_NAME": processor, "NUMBA_CPU_FEATURES": ""}
    code += "import json; from tests.arithmetic.runs import digests; print(json.dumps(digests()))"
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **told},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(done.stdout) == KNOWN
    if machine == WIDE:
        assert len(list(tmp_path.glob("*.o"))) == 1, "compiled anew"


@pytest.mark.parametrize("name", SPECIAL)
@pytest.mark.parametrize("stretches", [(1, 0, STEPS - 1), (13, 13, 14), (1,) * STEPS])
def test_it_does_not_matter_how_a_run_is_cut_into_stretches(name, stretches):
    whole, cut = compiled_run(cases()[name]), compiled_run(cases()[name], stretches)
    assert (bits(whole.parameters) == bits(cut.parameters)).all()
    assert whole.made == cut.made


def test_a_planted_sum_in_another_order_is_noticed(monkeypatch):
    """The terms from the last to the first, in the text: some run must end otherwise."""
    ascending = one_model.ascending
    monkeypatch.setattr(
        one_model, "ascending", lambda terms, begin=0.0: ascending(terms[::-1], begin)
    )
    case = SPECIAL["batches"]
    assert (bits(text_run(case, 0).parameters) != bits(compiled_run(case).parameters[0])).any()


def test_a_planted_fused_product_and_sum_is_noticed(monkeypatch):
    """Sums whose products are not rounded, in more digits than a double has."""

    def fused(terms, begin=0.0):
        total = np.broadcast_to(begin, terms[0].shape).astype(np.longdouble)
        return sum(terms.astype(np.longdouble), total).astype(np.float64)

    monkeypatch.setattr(one_model, "ascending", fused)
    case = SPECIAL["batches"]
    assert (bits(text_run(case, 0).parameters) != bits(compiled_run(case).parameters[0])).any()


def test_a_planted_librarys_function_is_noticed(monkeypatch):
    monkeypatch.setitem(UNITS, "tanh", (np.tanh, UNITS["tanh"][1]))
    case = SPECIAL["batches"]
    assert (bits(text_run(case, 0).parameters) != bits(compiled_run(case).parameters[0])).any()


XOR = Training((2, 2, 1), "tanh", "mean_squared_error", rate=0.05)


def test_a_model_does_not_depend_on_those_beside_it():
    parameters, x, y = start(XOR, 4, 19)
    ends, _ = train_stack(XOR, parameters, x, y, 200)
    order = np.arange(19)[::-1]
    turned, _ = train_stack(XOR, parameters[order], x, y, 200)
    alone = [train_stack(XOR, parameters[k : k + 1], x, y, 200)[0][0] for k in range(19)]
    assert bits(ends).tolist() == bits(turned[order]).tolist() == bits(np.array(alone)).tolist()


def test_a_run_ends_with_its_first_step_that_is_not_finite_and_the_others_go_on():
    wild = replace(XOR, units="identity", optimiser="sgd", rate=1.5)
    parameters, x, y = start(wild, 4, 10)
    parameters[3], parameters[7] = 0.0, 1e-3 * parameters[7]
    x = 4.0 * x
    ends, made = train_stack(wild, parameters, x, y, 60)
    assert len(set(made.tolist())) > 1
    cut = Trainer(wild, parameters, x, y)
    for _ in range(60):
        cut.advance(1)
    assert (bits(cut.parameters) == bits(ends)).all()
    assert (np.where(cut.ended > 0, cut.ended, 60) == made).all()
    for k in range(10):
        end, steps = trained(wild, parameters[k], x, y, 60)
        assert steps == made[k]
        assert bits(end).tolist() == bits(ends[k]).tolist()


def test_a_run_that_has_ended_stays_so_in_a_further_phase():
    wild = replace(XOR, units="identity", optimiser="sgd", rate=1.5)
    parameters, x, y = start(wild, 4, 2)
    trainer = Trainer(wild, parameters, 4.0 * x, y, rate=[1.5, 0.001])
    trainer.advance(200)
    lost, ended = trainer.parameters[0], trainer.ended
    assert ended[0] > 0 == ended[1]
    trainer.restart(0.001)
    trainer.advance(10)
    assert (bits(trainer.parameters[0]) == bits(lost)).all()
    assert (trainer.ended == ended).all()


def test_orders_that_are_drawn_in_small_parts_are_the_same(monkeypatch):
    case = SPECIAL["batches"]
    whole = compiled_run(case).parameters
    monkeypatch.setattr(seen, "_AHEAD", 1)
    assert (bits(whole) == bits(compiled_run(case).parameters)).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"units": "rellu"}, "no activation 'rellu'; did you mean 'relu'?"),
        ({"loss": "hunge"}, "no loss 'hunge'; did you mean 'hinge'?"),
        ({"optimiser": "adamw"}, "no optimiser 'adamw'; did you mean 'adam'?"),
        ({"widths": (2, 3, 1)}, r"shape \(2, 9\): they must be \(s, 13\) for widths"),
        ({"skips": ((1, 1),)}, "a skip from layer 1 to 1; they run 0 <= from < to <= 2"),
        ({"skips": ((0, 2),)}, "from layer 0, 2 wide, to layer 2, 1 wide; they must be as wide"),
        ({"skips": ((0, 1), (0, 1))}, "2 skips end at layer 1; one may"),
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
    with pytest.raises(ValueError, match="-1 steps; take 0 or more"):
        train_stack(XOR, parameters, x, y, -1)
    with pytest.raises(ValueError, match="batches of 5 from 4 samples with 2 seeds for 2 models"):
        Trainer(XOR, parameters, x, y, batch=5, seeds=[0, 1])
    with pytest.raises(ValueError, match="with 1 seeds for 2 models; take 1 to 4, and a seed for"):
        Trainer(XOR, parameters, x, y, batch=2, seeds=[0])


@pytest.mark.parametrize("size", [1, 3, 64, 4096])
@pytest.mark.parametrize("name", ["2-5-7-3 tanh softmax_squared_error sgd", "everything"])
def test_the_tile_does_not_show(size, name, monkeypatch):
    monkeypatch.setattr(eights, "TILE", size)
    assert digest(name) == KNOWN[name]


def test_what_is_handed_in_stays_as_it_was():
    data = given(SPECIAL["everything"])
    before = data.starts.copy()
    trainer = Trainer(SPECIAL["everything"].training, data.starts, data.x, data.y)
    trainer.advance(3)
    assert (data.starts == before).all()
    assert digests().keys() == KNOWN.keys()
