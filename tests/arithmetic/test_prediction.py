"""Answers and losses of a stack are the text's, to the bit, however many samples there are."""

import numpy as np
import pytest

from dlbook.arithmetic.one_model import Training, forward, mean_loss_of
from dlbook.arithmetic.prediction import mean_losses, outputs, signals
from tests.arithmetic.runs import MODELS, answers, cases, start, text_answers
from tests.arithmetic.test_elementary import bits

NET = Training((2, 5, 7, 3), "sigmoid", "cross_entropy")


@pytest.mark.parametrize("name", cases())
def test_no_bit_of_signals_and_losses_differs_from_the_text(name):
    case = cases()[name]
    layers, losses = answers(case)
    for model in (0, MODELS - 1):
        by_text, loss = text_answers(case, model)
        for layer, expected in zip(layers, by_text, strict=True):
            assert (bits(layer[model]) == bits(expected)).all()
        assert bits(losses[model : model + 1]) == bits(np.array([loss]))


@pytest.mark.parametrize("models", [1, 2, 3, 5, 8, 9])
@pytest.mark.parametrize("samples", [1, 3, 1000])
def test_few_models_share_the_lanes_among_their_samples(models, samples):
    rows, x, y = start(NET, samples, models)
    own = x * (np.arange(models) + 1.0)[:, None, None]
    for data in (x, own):
        found, losses = outputs(NET, rows, data), mean_losses(NET, rows, data, y)
        for k in (0, models - 1):
            given = data if data.ndim == 2 else data[k]
            assert (bits(found[k]) == bits(forward(NET, rows[k], given)[1][-1])).all()
            assert losses[k] == mean_loss_of(NET, rows[k], given, y)


def test_the_layers_before_the_first_that_is_asked_for_are_left_out():
    rows, x, _ = start(NET, 6, 2)
    every, later = signals(NET, rows, x), signals(NET, rows, x, 2)
    assert [part.shape for part in every] == [(2, 6, 5), (2, 6, 7), (2, 6, 3)]
    assert [(a == b).all() for a, b in zip(every[1:], later, strict=True)] == [True, True]


def test_inputs_of_another_shape_are_refused():
    rows, x, y = start(NET, 6, 2)
    with pytest.raises(ValueError, match=r"inputs of shape \(6, 1\): they must be \(6, 2\)"):
        outputs(NET, rows, x[:, :1])
    with pytest.raises(ValueError, match=r"targets of shape \(6, 2\): they must be \(6, 3\)"):
        mean_losses(NET, rows, x, y[:, :2])
    with pytest.raises(ValueError, match="no samples; take 1 or more"):
        outputs(NET, rows, x[:0])
