import numpy as np
import pytest
import torch
from torch.nn import functional

from dlbook.base.evidence import Estimate
from dlbook.mathematics import nets, rng
from dlbook.training import data, stats
from tests.scripts import claims, measured, replace, script

NAME = "weight_decay_switches_units_off"
X, Y = data.xor()
NETS = ((4, "relu"), (4, "tanh"), (8, "relu"), (8, "tanh"))


def net(weights, biases, out, name="relu", bias=0.0):
    columns = torch.tensor(weights, dtype=torch.float64).T
    first = (columns, torch.tensor(biases, dtype=torch.float64))
    second = (torch.tensor(out, dtype=torch.float64)[:, None], torch.tensor([bias]).double())
    return nets.from_layers([first, second], name)


@pytest.mark.parametrize("name", ["relu", "tanh"])
@pytest.mark.parametrize("strength", [0.0, 1e-2])
def test_decay_agrees_with_autograd_and_torch_optim(name, strength):
    cfg = replace(script(NAME).SMALL, seeds=6, steps=80)
    start = nets.init(nets.MLP((2, 4, 1), name), range(6))
    flat = start.flat.requires_grad_()
    step = torch.optim.Adam([flat], cfg.rate)
    for _ in range(cfg.steps):
        step.zero_grad()
        outputs = nets.differentiable(start.net, flat, X)[..., 0]
        target = Y.double().expand(6, 4)
        fit = functional.binary_cross_entropy_with_logits(outputs, target, reduction="none")
        penalty = sum(W.square().sum() for W, _ in start.net.layers(flat))
        (fit.mean(1).sum() + strength / 2 * penalty).backward()
        step.step()
    found = script(NAME).trained(cfg, 4, name)
    rows = found.flat[6 * cfg.strengths.index(strength) :][:6]
    torch.testing.assert_close(rows, flat.detach(), rtol=1e-6, atol=1e-7)


def test_samples_one_by_one_come_in_the_order_of_the_stream_and_without_decay():
    cfg = replace(script(NAME).SMALL, seeds=3, steps=40)
    start = nets.init(nets.MLP((2, 4, 1), "relu"), range(3))
    flat = start.flat.requires_grad_()
    step = torch.optim.Adam([flat], cfg.rate)
    draws = rng.streams(range(3), "batches")
    for _ in range(10):
        order = draws.permutation(4)
        for place in range(4):
            step.zero_grad()
            now = order[:, place]
            outputs = nets.differentiable(start.net, flat, X[now][:, None])[:, 0, 0]
            target = Y[now].double()
            functional.binary_cross_entropy_with_logits(outputs, target, reduction="sum").backward()
            step.step()
    single = script(NAME).trained(cfg, 4, "relu", batch=1)
    torch.testing.assert_close(single.flat, flat.detach(), rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        ([(1, 1, 0, 1.0), (1, 1, -1, -2.0)], [True, True]),
        ([(0.5, 0.5, 0, 1.0), (1, 1, -1, -0.06)], [True, True]),  # moves 0.06, more than 1 / 20
        ([(1, 1, 0, 1.0), (1, 1, -1, -0.04)], [True, False]),  # moves 0.04, not 2 / 20
        ([(1, 1, 0, 10.0), (1, 1, -1, 0.9)], [True, False]),  # moves 0.9, less than 20 / 20
        ([(1, 1, 0, 10.0), (1, 1, -1, 1.1)], [True, True]),
        ([(1, 1, 0, 0.02), (0, 0, 0, 1.0)], [False, False]),  # 0.04 is not seen at all
        ([(1, 1, 0, 1.0), (-5, -5, 0, 5.0)], [True, False]),  # a dead ReLU, whatever its weights
        ([(1, 1, 0, 1.0), (0, 0, 7, 9.0)], [True, False]),  # a constant is a bias, not a unit
    ],
)
def test_a_unit_works_if_it_moves_the_output(units, expected):
    stack = net([u[:2] for u in units], [u[2] for u in units], [u[3] for u in units])
    assert script(NAME).work(stack).tolist() == [expected]
    assert script(NAME).working(stack).tolist() == [sum(expected)]


def test_participation_is_one_for_a_lone_unit_and_the_width_for_equal_ones():
    alike = net([(3, 4), (5, 0), (0, -5)], [9, 0, 0], [1, -1, 1])
    lone = net([(3, 4), (5, 0), (0, -5)], [9, 0, 0], [1, 0, 0])
    mixed = net([(3, 4), (0, 1)], [0, 0], [2, -5])  # sizes 10 and 5
    found = [script(NAME).participation(stack).item() for stack in (alike, lone, mixed)]
    np.testing.assert_allclose(found, [3, 1, 15**2 / 125], rtol=1e-12)


def test_participation_does_not_see_a_scale_moved_between_the_layers():
    plain, moved = net([(3, 4), (0, 1)], [0, 0], [2, -5]), net([(6, 8), (0, 2)], [0, 0], [1, -2.5])
    assert script(NAME).participation(plain).item() == pytest.approx(
        script(NAME).participation(moved).item(), rel=1e-12
    )


def test_the_largest_weight_may_stand_in_either_layer_and_is_no_bias():
    for first, out, expected in (((3, -4), 2, 4), ((3, 1), -6, 6)):
        stack = net([first], [50], [out], bias=70.0)
        assert script(NAME).largest(stack).item() == expected


@pytest.mark.parametrize(("scale", "learned"), [(40.0, True), (0.2, False), (-40.0, False)])
def test_learning_asks_for_four_clear_answers(scale, learned):
    xor = net([(1, 1), (1, 1)], [0, -1], [scale, -2 * scale], bias=-scale / 2)
    assert script(NAME).solved(xor).tolist() == [learned]


def test_tables_hold_the_nets_one_by_one():
    res, cfg = measured(NAME), script(NAME).SMALL
    for place, (width, name) in enumerate(NETS):
        stack = script(NAME).trained(cfg, width, name)
        for row in range(3):
            part = stack[range(row * cfg.seeds, (row + 1) * cfg.seeds)]
            counts = script(NAME).working(part)
            assert torch.equal(res.counts[place, row], counts)
            here = (width, name, cfg.strengths[row])
            assert res.active[here] == stats.mean(counts)
            assert res.participation[here] == stats.mean(script(NAME).participation(part))
            assert res.largest[here] == stats.median(script(NAME).largest(part))
            assert res.solved[here] == stats.rate(script(NAME).solved(part))


def test_changes_are_paired_seed_by_seed():
    res, cfg = measured(NAME), script(NAME).SMALL
    counts = res.counts.numpy()
    widths = np.array([4, 4, 8, 8])
    for last, change, off in ((1, res.change, res.off), (2, res.strong_change, res.strong_off)):
        gap = counts[:, last] - counts[:, 0]
        assert change.mean == pytest.approx(gap.mean())
        assert off.mean == pytest.approx(-(gap / widths[:, None]).mean())
        assert change.n == off.n == cfg.seeds
    one_by_one = script(NAME).working(script(NAME).trained(cfg, 4, "relu", batch=1))
    assert res.order == stats.difference(one_by_one, res.counts[0, 0])
    assert res.order_matters == stats.rate((one_by_one != res.counts[0, 0]).tolist())
    pairs = res.counts[0, 0].view(-1, 2).tolist()
    assert res.start_matters == stats.rate([a != b for a, b in pairs])


def test_what_is_said_of_solved_seeds_leaves_the_others_out():
    res, cfg = measured(NAME), script(NAME).SMALL
    stacks = [script(NAME).trained(cfg, width, name) for width, name in NETS]
    right = [script(NAME).solved(stack).view(3, -1).tolist() for stack in stacks]
    sizes = [script(NAME).largest(stack).view(3, -1) for stack in stacks]
    for place, found in ((0, res.two_relu), (1, res.two_tanh)):
        kept = [
            n for n, ok in zip(res.counts[place, 0].tolist(), right[place][0], strict=True) if ok
        ]
        assert found == stats.mean(kept)
    means = []
    for seed in range(cfg.seeds):
        kept = [
            (res.counts[place, 1, seed] - res.counts[place, 0, seed]).item()
            for place in range(4)
            if right[place][0][seed] and right[place][1][seed]
        ]
        means += [sum(kept) / len(kept)] if kept else []
    assert res.change_if_solved == stats.mean(means)
    ratios = torch.stack([size[1] / size[0] for size in sizes])
    assert res.shrinkage == stats.mean(ratios.mean(0))


def test_the_drawn_seed_is_nearest_to_the_medians_and_draws_its_own_weights():
    res, cfg = measured(NAME), script(NAME).SMALL
    stack = script(NAME).trained(cfg, 8, "tanh")
    counts = res.counts[3].numpy()
    middle = np.sort(counts, axis=1)[:, (cfg.seeds - 1) // 2]
    chosen = np.abs(counts - middle[:, None]).sum(0).argmin()
    (W, b), (v, _) = stack.layers
    for row in range(3):
        one = chosen + row * cfg.seeds
        assert torch.equal(res.drawn[row, :, :2], W[one].T)
        assert torch.equal(res.drawn[row, :, 2], b[one, 0])
        assert torch.equal(res.drawn[row, :, 3], v[one, :, 0])
        assert res.drawn_work[row].sum() == counts[row, chosen]


BOUNDS = {
    "B24/order": ("order", -0.25, -1),
    "B24/start": ("start_matters", 0.25, 1),
    "B27/size": ("shrinkage", 0.9, -1),
    "B27/units": ("change", 0.25, 1),
    "E12c/units": ("off", 0.05, -1),
}


@pytest.mark.parametrize("claim", BOUNDS)
def test_claims_are_held_against_the_bounds_written_down(claim):
    field, bound, side = BOUNDS[claim]
    judge, res = claims(NAME)[claim].judge, measured(NAME)
    for shift, outcome in ((0.02, "supported"), (-0.02, "refuted"), (0.0, "inconclusive")):
        middle = bound + side * shift
        value = Estimate(middle, middle - 0.01, middle + 0.01, 1024)
        assert judge(replace(res, **{field: value})).outcome == outcome


@pytest.mark.parametrize(("claim", "field"), [("B23/relu", "two_relu"), ("B23/tanh", "two_tanh")])
def test_two_working_units_are_one_and_a_half_to_two_and_a_half(claim, field):
    judge, res = claims(NAME)[claim].judge, measured(NAME)
    for middle, outcome in ((2.4, "supported"), (2.6, "refuted"), (1.4, "refuted")):
        value = Estimate(middle, middle - 0.05, middle + 0.05, 500)
        assert judge(replace(res, **{field: value})).outcome == outcome


def test_check_refuses_more_working_units_than_there_are_and_impossible_ratios():
    res = measured(NAME)
    with pytest.raises(AssertionError, match="than there are"):
        script(NAME).check(replace(res, counts=res.counts + 5))
    first, *others = res.participation
    ratios = (replace(first, mean=4.5, high=5.0), *others)
    with pytest.raises(AssertionError, match="between 1 and the width"):
        script(NAME).check(replace(res, participation=ratios))
