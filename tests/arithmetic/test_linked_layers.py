"""Residual, tied and normalised layers by the text: by hand, against torch, and by differences."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import nn

from dlbook.arithmetic.batch_norm import below_norm, normalised
from dlbook.arithmetic.one_model import Training, backward, forward, mean_loss_of, trained
from dlbook.arithmetic.prediction import mean_losses
from dlbook.arithmetic.stack import Trainer, train_stack
from dlbook.arithmetic.structure import rows_of
from dlbook.arithmetic.wide import WideTrainer
from dlbook.mathematics import losses
from dlbook.mathematics.activations import activation
from tests.arithmetic.runs import STEPS, start
from tests.arithmetic.test_elementary import bits

NET = Training((3, 4, 4, 4, 2), "tanh", "mean_squared_error", rate=0.02)
KINDS = {
    "residual": {"skips": ((1, 2), (1, 3))},
    "tied": {"ties": ((2, 3),)},
    "normalised": {"batch_norm": 1e-3},
    "all": {"skips": ((1, 2), (2, 3)), "ties": ((2, 3),), "batch_norm": 1e-3},
}


def by_autograd(training, row, x):
    """Outputs by torch alone, from the definition in words."""
    own = {number: number for number in range(1, len(training.widths))}
    own.update({again: first for first, again in training.ties})
    parts, place = {}, 0
    for number, (inputs, outputs) in enumerate(pairwise(training.widths), 1):
        if own[number] == number:
            end = place + inputs * outputs
            parts[number] = [row[place:end].reshape(inputs, outputs), row[end : end + outputs]]
            place = end + outputs
    for number in list(parts)[:-1] if training.batch_norm is not None else ():
        width = training.widths[number]
        parts[number].append(row[place : place + width])
        place += width
    assert place == len(row)
    ends, h = {end: begin for begin, end in training.skips}, [x]
    for number in own:
        W, b, *scale = parts[own[number]]
        if scale:
            z = nn.functional.batch_norm(
                h[-1] @ W, None, None, scale[0], b, training=True, eps=training.batch_norm
            )
        else:
            z = h[-1] @ W + b
        a = z if number == len(own) else activation(training.units).function(z)
        h.append(a + h[ends[number]] if number in ends else a)
    return h[-1]


@pytest.mark.parametrize("units", ["tanh", "relu", "square", "identity", "softplus"])
@pytest.mark.parametrize("kind", KINDS)
def test_outputs_loss_and_gradient_are_autograds(kind, units):
    training = replace(NET, units=units, **KINDS[kind])
    parameters, x, y = start(training, 11, 1)
    row = torch.from_numpy(parameters[0]).requires_grad_()
    o = by_autograd(training, row, torch.from_numpy(x))
    value = losses.differentiable(training.loss, o[None], torch.from_numpy(y)).sum()
    (true,) = torch.autograd.grad(value, row)
    np.testing.assert_allclose(
        forward(training, parameters[0], x)[1][-1], o.detach(), rtol=1e-12, atol=1e-12
    )
    assert mean_loss_of(training, parameters[0], x, y) == pytest.approx(value.item(), rel=1e-12)
    np.testing.assert_allclose(
        backward(training, parameters[0], x, y), true, rtol=1e-12, atol=1e-12
    )


@pytest.mark.parametrize("kind", KINDS)
def test_the_gradient_is_the_limit_of_differences(kind):
    training = replace(NET, **KINDS[kind])
    parameters, x, y = start(training, 9, 1)
    row, step = parameters[0], 1e-6
    slope = backward(training, row, x, y)
    for place in range(len(row)):
        moved = [row.copy(), row.copy()]
        moved[0][place] += step
        moved[1][place] -= step
        up, down = (mean_loss_of(training, each, x, y) for each in moved)
        assert slope[place] == pytest.approx((up - down) / (2 * step), rel=1e-5, abs=1e-8)


def test_normalisation_of_four_sums_is_what_is_found_by_hand():
    """1, 3, 3, 5: mean 3, mean square 2; with ε = 2 the divisor is 2."""
    unit, root = normalised(np.array([[1.0], [3.0], [3.0], [5.0]]), 2.0)
    assert (unit[:, 0].tolist(), root.tolist()) == ([-1.0, 0.0, 0.0, 1.0], [0.5])
    errors = np.array([[4.0], [0.0], [0.0], [8.0]])  # of mean 3; Σ e ẑ is 4, a mean of 1
    below, by_scale = below_norm(errors, unit, root, np.array([6.0]))
    assert by_scale.tolist() == [4.0]
    assert below[:, 0].tolist() == [3.0 * e for e in (1.0 + 1.0, -3.0, -3.0, 5.0 - 1.0)]


def test_a_tied_layer_gets_the_sum_of_what_its_uses_give_by_hand():
    """x → w x → w² x → v w² x, no biases: of ½ · 2 (o - y)² by w it is 2 (o - y) · 2 v w x."""
    training = Training((1, 1, 1, 1), "identity", "mean_squared_error", ties=((1, 2),))
    row = np.array([3.0, 0.0, 5.0, 0.0])
    x, y = np.array([[2.0]]), np.array([[80.0]])  # o = 90
    assert forward(training, row, x)[1][-1].tolist() == [[90.0]]
    by_w, by_b, by_v, by_c = backward(training, row, x, y)
    # By b both uses count: 5 for the later one, 3 · 5 for the first.
    assert (by_w, by_b, by_v, by_c) == (20.0 * 60.0, 20.0 * 20.0, 20.0 * 18.0, 20.0)


def test_a_residual_layer_adds_its_input_by_hand():
    """x = 2 → 3 · 2 + 1 + 2 = 9 → 5 · 9: the error reaches x's layer by both ways."""
    training = Training((1, 1, 1, 1), "identity", "mean_squared_error", skips=((1, 2),))
    row = np.array([1.0, 0.0, 3.0, 1.0, 5.0, 0.0])
    x, y = np.array([[2.0]]), np.array([[44.0]])
    assert [h.tolist() for h in forward(training, row, x)[1]] == [
        [[2.0]],
        [[2.0]],
        [[9.0]],
        [[45.0]],
    ]
    assert backward(training, row, x, y).tolist() == [
        2 * 5 * 4 * 2,
        2 * 5 * 4,
        2 * 5 * 2,
        10,
        18,
        2,
    ]


def test_ties_are_kept_as_rows_of_parameters_say():
    found = rows_of((2, 4, 6, 4, 6, 3), ((2, 4),), normalised=True)
    assert found.owners == (0, 1, 2, 1, 4)
    assert found.blocks == ((3, 4), (5, 6), (7, 4), (7, 3), (1, 4), (1, 6), (1, 4))
    assert (found.dense, found.scales) == ((0, 1, 2, 1, 3), (4, 5, 6, 5))
    assert found.starts == [0, 12, 42, 70, 91, 95, 101, 105]


def test_a_tied_net_is_the_loose_one_of_equal_layers_and_its_gradient_is_theirs_summed():
    tied = replace(NET, ties=((2, 3),))
    parameters, x, y = start(tied, 9, 1)
    row, own = parameters[0], (3 + 1) * 4 + (4 + 1) * 4
    loose = np.concatenate([row[:own], row[16:own], row[own:]])
    o, alike = forward(tied, row, x)[1][-1], forward(NET, loose, x)[1][-1]
    assert (bits(o) == bits(alike)).all()
    g = backward(NET, loose, x, y)
    wanted = np.concatenate([g[:16], g[16:own] + g[own : own + 20], g[own + 20 :]])
    assert (bits(backward(tied, row, x, y)) == bits(wanted)).all()


def test_a_layer_that_is_the_identity_lets_a_deep_relu_net_be_a_shallow_one_to_the_bit():
    shallow = Training((3, 4, 2), "relu", "mean_squared_error")
    parameters, x, _ = start(shallow, 9, 1)
    first, last = np.split(parameters[0], [16])
    same = np.concatenate([np.eye(4).ravel(), np.zeros(4)])
    for deep, row in (
        (replace(shallow, widths=(3, 4, 4, 4, 2)), [first, same, same, last]),
        (replace(shallow, widths=(3, 4, 4, 4, 2), ties=((2, 3),)), [first, same, last]),
        (replace(shallow, widths=(3, 4, 4, 2), skips=((1, 2),)), [first, 0.0 * same, last]),
    ):
        o = forward(deep, np.concatenate(row), x)[1][-1]
        assert (bits(o) == bits(forward(shallow, parameters[0], x)[1][-1])).all()


def test_weights_twice_as_large_change_no_bit_of_what_is_normalised_without_epsilon():
    training = replace(NET, batch_norm=0.0)
    parameters, x, _ = start(training, 9, 1)
    large = parameters[0].copy()
    for W, _, scale in training.layers(large):
        if scale is not None:
            W *= 4.0
    o, again = (forward(training, row, x)[1][-1] for row in (parameters[0], large))
    assert (bits(o) == bits(again)).all()


@pytest.mark.parametrize("kind", KINDS)
def test_a_model_does_not_depend_on_those_beside_it_nor_on_the_layout(kind):
    training = replace(NET, **KINDS[kind])
    parameters, x, y = start(training, 13, 19)
    ends, _ = train_stack(training, parameters, x, y, STEPS)
    order = np.arange(19)[::-1]
    turned, _ = train_stack(training, parameters[order], x, y, STEPS)
    wide = WideTrainer(training, parameters, x, y)
    wide.advance(STEPS)
    alone = [train_stack(training, parameters[k : k + 1], x, y, STEPS)[0][0] for k in range(19)]
    for other in (turned[order], wide.parameters, np.array(alone)):
        assert np.count_nonzero(bits(ends) != bits(other)) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_ends_with_its_first_step_that_is_not_finite(kind):
    wild = replace(NET, units="square", optimiser="sgd", rate=40.0, **KINDS[kind])
    parameters, x, y = start(wild, 6, 9)
    parameters[4] = 0.0
    made = set()
    for trainer in (Trainer(wild, parameters, x, y), WideTrainer(wild, parameters, x, y)):
        trainer.advance(60)
        for k in range(9):
            with np.errstate(all="ignore"):
                end, steps = trained(wild, parameters[k], x, y, 60)
            assert steps == (trainer.ended[k] or 60)
            assert bits(end).tolist() == bits(trainer.parameters[k]).tolist()
            made.add(steps)
    assert len(made) > 1


def test_what_fills_up_a_row_does_not_end_a_run_whose_layers_are_normalised_without_epsilon():
    training = replace(NET, batch_norm=0.0)
    parameters, x, y = start(training, 13, 2)
    trainer = WideTrainer(training, parameters, x, y)
    trainer.advance(STEPS)
    assert trainer.ended.tolist() == [0, 0]
    by_text, _ = trained(training, parameters[0], x, y, STEPS)
    assert bits(by_text).tolist() == bits(trainer.parameters[0]).tolist()


@pytest.mark.parametrize("models", [1, 2, 3, 8, 9])
def test_few_models_that_normalise_are_measured_over_all_their_samples(models):
    training = replace(NET, batch_norm=1e-5)
    rows, x, y = start(training, 300, models)
    found = mean_losses(training, rows, x, y)
    assert [mean_loss_of(training, row, x, y) for row in rows] == found.tolist()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"ties": ((2, 4),)}, "layer 4 tied to layer 2; ties run 1 <= first < again < 4"),
        ({"ties": ((3, 2),)}, "layer 2 tied to layer 3; ties run 1 <= first < again < 4"),
        ({"ties": ((1, 2),)}, r"layer 2, \(4, 4\), tied to layer 1, \(3, 4\); their weights must"),
        (
            {"ties": ((2, 3), (3, 4)), "widths": (3, 4, 4, 4, 4, 2)},
            "layer 4 tied to layer 3; tie each once, to the first",
        ),
        ({"ties": ((2, 3), (2, 3))}, "layer 3 tied to layer 2; tie each once, to the first"),
    ],
)
def test_ties_that_do_not_fit_are_refused_in_a_line(change, message):
    parameters, x, y = start(NET, 4, 2)
    with pytest.raises(ValueError, match=message):
        train_stack(replace(NET, **change), parameters, x, y, 5)


def test_a_step_of_one_sample_cannot_be_normalised():
    training = replace(NET, batch_norm=1e-5)
    parameters, x, y = start(training, 4, 2)
    with pytest.raises(ValueError, match="over steps of 1 sample; take 2 or more"):
        Trainer(training, parameters, x, y, batch=1, seeds=[0, 1])
