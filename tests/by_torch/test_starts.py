"""Initial weights: every law that a run may name, drawn by torch and by nothing of the book."""

import pytest
import torch
from scipy import stats

from dlbook.by_torch import starts
from dlbook.by_torch.starts import FILLERS
from dlbook.mathematics import initial, nets
from dlbook.training.replay import Dataset, Run

SEEDS = range(3000)


def started(widths, laws, seeds, draw, **links):
    x = torch.zeros(2, widths[0])
    run = Run(widths, "relu", tuple(laws), Dataset("none", x, torch.zeros(2, widths[-1])), 0,
              "mean_squared_error", "sgd", 0.1, 1, **links)  # fmt: skip
    return starts.started(run, seeds, draw)


def test_every_law_that_a_run_may_name_is_there():
    assert FILLERS.keys() == initial.SCHEMES.keys()


@pytest.mark.parametrize("law", FILLERS)
def test_a_law_is_the_books_and_its_numbers_are_not(law):
    """Every parameter by itself, and two that may depend on each other by their product."""
    widths = (1, 3) if law == "spread_kinks" else (2, 3)
    ours = nets.init(nets.MLP(widths), SEEDS, law).flat
    theirs = started(widths, [law], SEEDS, 0)
    assert ours.shape == theirs.shape
    constant = law in ("zeros", "ones")
    assert torch.equal(ours, theirs) == constant
    samples = [
        torch.cat([flat, flat[:, 2:3] * flat[:, -1:]], 1).T.numpy() for flat in (ours, theirs)
    ]
    for one, other in zip(*samples, strict=True):
        assert stats.ks_2samp(one, other).pvalue > 1e-4


def test_layers_lie_as_in_a_stack_and_a_layer_ignores_the_others():
    one = started((2, 3, 1), ["zeros", "ones"], [5], 0)
    (W, b), (v, c) = nets.MLP((2, 3, 1)).layers(one)
    assert not W.any()
    assert not b.any()
    assert torch.cat([v.flatten(), c.flatten()]).tolist() == [1] * 4
    usual = started((1, 4, 2), ["xavier_uniform", "he_normal"], [5, 6], 0)
    spread = started((1, 4, 2), ["spread_kinks", "he_normal"], [5, 6], 0)
    assert torch.equal(usual[:, 8:], spread[:, 8:])
    assert not torch.equal(usual[0], usual[1])
    assert not torch.equal(usual, started((1, 4, 2), ["xavier_uniform", "he_normal"], [5, 6], 1))


def test_weights_are_transposed_from_torchs_layout():
    """A fan of 1 tells the two apart: its limit is the larger one."""
    (W, _), _ = nets.MLP((1, 64, 1)).layers(started((1, 64, 1), ["fan_in_uniform"] * 2, [0], 0))
    assert W.shape == (1, 1, 64)
    assert W.abs().max() > 1 / 8


def test_tied_and_normalised_layers_start_as_those_of_the_book():
    widths, laws = (2, 3, 3, 3, 1), ["he_normal", "fan_in_uniform", "ones"]
    loose = started(widths, ["he_normal", *["fan_in_uniform"] * 2, "ones"], [5, 6], 0)
    tied = started(widths, laws, [5, 6], 0, ties=((2, 3),))
    assert torch.equal(tied, torch.cat([loose[:, :21], loose[:, 33:]], 1))
    both = {"ties": ((2, 3),), "batch_norm": 1e-5}
    normed, net = started(widths, laws, [5, 6], 0, **both), nets.MLP(widths, **both)
    ours = nets.init(net, [5, 6], laws)
    for at, ((W, b), (V, c)) in enumerate(
        zip(net.layers(normed), nets.MLP(widths, ties=((2, 3),)).layers(tied), strict=True)
    ):
        assert torch.equal(W, V)
        assert torch.equal(b, torch.zeros_like(b) if at < 3 else c)
        assert torch.equal(b, ours.layers[at][1])
    assert normed.shape == ours.flat.shape
    assert all(bool((scale == 1).all()) for scale in net.scales(normed))
