from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn.metrics import log_loss

from dlbook import data, nets, stats
from dlbook.evidence import Estimate
from tests.scripts import script, small

NAME = "finding_xor_takes_luck_or_width"
X, Y = data.xor()


def claims():
    return {claim.id: claim for claim in script(NAME).CLAIMS}


@pytest.mark.parametrize(
    ("place", "together"), [(0, [0, 1]), (0, [1, 3]), (1, [0, 1, 2]), (2, [0, 1, 2, 3])]
)
def test_a_level_is_the_best_log_loss_if_those_inputs_get_one_answer(place, together):
    losses = []
    for sixtieth in range(1, 60):
        predictions = Y.double().numpy()
        predictions[together] = sixtieth / 60
        losses.append(log_loss(Y.numpy(), predictions, labels=[0, 1]))
    assert script(NAME).levels()[place] == pytest.approx(min(losses), rel=1e-12)


def test_confusing_inputs_of_one_label_would_cost_nothing():
    """Why the pair of the first level must be of opposite labels."""
    assert log_loss(Y.numpy(), Y.double().numpy()) < 1e-12


@pytest.mark.parametrize(
    ("predictions", "learned"),
    [((0.0, 1.0, 1.0, 0.0), True), ((0.24, 0.76, 0.76, 0.24), True),
     ((0.26, 1.0, 1.0, 0.0), False), ((0.0, 1.0, 0.74, 0.0), False),
     ((0.0, 1.0, 1.26, 0.0), False), ((1.0, 0.0, 0.0, 1.0), False)],
)  # fmt: skip
def test_success_asks_for_all_four_answers_with_a_margin(predictions, learned):
    assert script(NAME).solved(torch.tensor([predictions]), Y).tolist() == [learned]


@pytest.mark.parametrize("method", script(NAME)._METHODS)
@pytest.mark.parametrize("activation", script(NAME)._ACTIVATIONS)
def test_training_agrees_with_autograd_and_torch_optim(activation, method):
    cfg = replace(script(NAME).SMALL, seeds=8, adam_steps=120, steps=120)
    flat = nets.init(nets.MLP((2, 2, 1), activation), range(8)).flat.requires_grad_()
    net = nets.MLP((2, 2, 1), activation)
    adam, squared = method[0] == "adam", method[1] == "squared"
    rate = 0.1 if squared else 1.0
    step = torch.optim.Adam([flat], 0.05) if adam else torch.optim.SGD([flat], rate)
    measure = torch.nn.MSELoss if squared else torch.nn.BCEWithLogitsLoss
    for _ in range(120):
        step.zero_grad()
        outputs = nets.differentiable(net, flat, X)[..., 0]
        measure(reduction="none")(outputs, Y.double().expand(8, 4)).mean(1).sum().backward()
        step.step()
    outputs = nets.differentiable(net, flat, X)[..., 0].detach()
    predictions = outputs if squared else torch.sigmoid(outputs)
    found = script(NAME).trained(cfg, activation, 2, method)
    torch.testing.assert_close(found.stack.flat, flat.detach(), rtol=1e-7, atol=1e-7)
    assert found.solved.tolist() == [
        bool(np.allclose(row, Y, rtol=0, atol=0.25)) for row in predictions
    ]


def test_rates_count_the_seeds_of_their_setting():
    res, cfg = small(NAME), script(NAME).SMALL
    for name in ("sigmoid", "tanh", "relu"):
        for place, method in enumerate(script(NAME)._METHODS):
            found = script(NAME).trained(cfg, name, 2, method)
            assert getattr(res, name)[place] == stats.rate(found.solved)
    for place, width in enumerate(res.widths):
        found = script(NAME).trained(cfg, "relu", width, ("adam", "cross_entropy"))
        assert res.by_width[place] == stats.rate(found.solved)
        assert torch.equal(res.width_losses[place], found.loss)
    every = [rate.mean for name in ("sigmoid", "tanh", "relu") for rate in getattr(res, name)]
    assert (res.worst.mean, res.best.mean) == (min(every), max(every))


def test_failures_are_sorted_by_the_level_they_stand_on():
    res, cfg = small(NAME), script(NAME).SMALL
    for place, name in enumerate(("sigmoid", "tanh", "relu")):
        found = script(NAME).trained(cfg, name, 2, ("adam", "cross_entropy"))
        failed = [x for x, good in zip(found.loss.tolist(), found.solved, strict=True) if not good]
        on = [[abs(x - level) < 0.01 for level in res.levels] for x in failed]
        assert res.failures[place] == len(failed)
        assert res.on_a_level[place] == pytest.approx(sum(map(any, on)) / len(failed))
        assert res.pairs[place] == pytest.approx(sum(row[0] for row in on) / len(failed))


def test_a_unit_is_dead_if_it_is_zero_on_every_input():
    output = (torch.ones(2, 1), torch.zeros(1))
    off = (torch.tensor([[1.0, -1.0], [1.0, -1.0]]), torch.tensor([0.0, 0.0]))
    barely = (off[0], torch.tensor([0.0, 0.01]))
    for layer, dead in ((off, True), (barely, False)):
        stack = nets.from_layers([layer, output], "relu")
        assert script(NAME).has_dead_unit(stack).tolist() == [dead]


def test_dead_units_are_counted_among_failures_and_among_successes():
    res = small(NAME)
    found = script(NAME).trained(script(NAME).SMALL, "relu", 2, ("adam", "cross_entropy"))
    dead = script(NAME).has_dead_unit(found.stack).tolist()
    kept = [unit for unit, good in zip(dead, found.solved.tolist(), strict=True) if not good]
    assert res.dead_in_failures == stats.rate(kept)
    assert res.dead_in_successes == sum(dead) - sum(kept)


def test_one_relu_never_comes_near_enough_to_all_four_answers():
    cfg = replace(script(NAME).SMALL, adam_steps=1000)
    assert not script(NAME).trained(cfg, "relu", 1, ("adam", "cross_entropy")).solved.any()


def test_check_refuses_a_solution_with_a_dead_unit():
    with pytest.raises(AssertionError, match="monotonically"):
        script(NAME).check(replace(small(NAME), dead_in_successes=1))


@pytest.mark.parametrize(
    ("claim", "field", "bound"),
    [("B19", "best", 0.95), ("B19/sometimes", "worst", 0.05)],
)
def test_the_best_and_the_worst_method_are_held_against_their_bounds(claim, field, bound):
    judge, res = claims()[claim].judge, small(NAME)
    for shift, outcome in ((0.02, "supported"), (-0.02, "refuted"), (0.0, "inconclusive")):
        rate = Estimate(bound + shift, bound + shift - 0.01, bound + shift + 0.01, 1024)
        assert judge(replace(res, **{field: rate})).outcome == outcome


def test_gradient_descent_is_judged_on_sigmoids_with_cross_entropy():
    res = small(NAME)
    assert script(NAME)._METHODS[2] == ("descent", "cross_entropy")
    assert claims()["D08/xor"].judge(res).estimate == res.sigmoid[2]
