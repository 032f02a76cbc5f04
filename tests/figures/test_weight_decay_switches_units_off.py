import numpy as np
import pytest
import torch
from torch.nn import functional

from dlbook.mathematics import nets, rng
from dlbook.training import data, stats, train
from tests.scripts import replace, script, small

NAME = "weight_decay_switches_units_off"
X, Y = data.xor()
NETS = ((4, "relu"), (4, "tanh"), (8, "relu"), (8, "tanh"))


def trained(cfg, width, name, strength, batch=4):
    choice = script(NAME).Replay(width=width, activation=name, strength=strength, batch=batch)
    return script(NAME).trained(choice, cfg)


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
    found = trained(cfg, 4, name, strength)
    torch.testing.assert_close(found.flat, flat.detach(), rtol=1e-6, atol=1e-7)


def test_samples_one_by_one_come_in_the_order_of_the_stream():
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
    single = trained(cfg, 4, "relu", 0.0, batch=1)
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
    res, cfg = small(NAME), script(NAME).SMALL
    places = [(*net, strength) for net in NETS for strength in cfg.strengths]
    assert res.counts.keys() == places
    for here in places:
        stack = trained(cfg, *here)
        counts = script(NAME).working(stack)
        assert torch.equal(res.counts[here], counts)
        assert res.active[here] == stats.mean(counts)
        assert res.participation[here] == stats.mean(script(NAME).participation(stack))
        assert res.largest[here] == stats.median(script(NAME).largest(stack))
        assert res.solved[here] == stats.rate(script(NAME).solved(stack))


def test_changes_are_paired_seed_by_seed():
    res, cfg = small(NAME), script(NAME).SMALL
    counts = {here: found.numpy() for here, found in res.counts.items()}
    none, judged, strong = cfg.strengths
    pairs = ((judged, res.change, res.off), (strong, res.strong_change, res.strong_off))
    for strength, change, off in pairs:
        gaps = [counts[*net, strength] - counts[*net, none] for net in NETS]
        shares = [gap / width for gap, (width, _) in zip(gaps, NETS, strict=True)]
        assert change.mean == pytest.approx(np.mean(gaps))
        assert off.mean == pytest.approx(-np.mean(shares))
        assert change.n == off.n == cfg.seeds
    one_by_one = script(NAME).working(trained(cfg, 4, "relu", none, batch=1))
    four = res.counts[4, "relu", none]
    assert res.order == stats.difference(one_by_one, four)
    assert res.order_matters == stats.rate((one_by_one != four).tolist())
    assert res.start_matters == stats.rate([a != b for a, b in four.view(-1, 2).tolist()])


def test_what_is_said_of_solved_seeds_leaves_the_others_out():
    res, cfg = small(NAME), script(NAME).SMALL
    none, judged, _ = cfg.strengths
    stacks = {(*net, s): trained(cfg, *net, s) for net in NETS for s in (none, judged)}
    right = {here: script(NAME).solved(stack).tolist() for here, stack in stacks.items()}
    for name, found in (("relu", res.two_relu), ("tanh", res.two_tanh)):
        counts = res.counts[4, name, none].tolist()
        kept = [n for n, ok in zip(counts, right[4, name, none], strict=True) if ok]
        assert found == stats.mean(kept)
    means = []
    for seed in range(cfg.seeds):
        kept = [
            (res.counts[*net, judged][seed] - res.counts[*net, none][seed]).item()
            for net in NETS
            if right[*net, none][seed] and right[*net, judged][seed]
        ]
        means += [sum(kept) / len(kept)] if kept else []
    assert res.change_if_solved == stats.mean(means)
    sizes = {here: script(NAME).largest(stack) for here, stack in stacks.items()}
    ratios = torch.stack([sizes[*net, judged] / sizes[*net, none] for net in NETS])
    assert res.shrinkage == stats.mean(ratios.mean(0))


def test_the_drawn_seed_is_nearest_to_the_medians_and_draws_its_own_weights():
    res, cfg = small(NAME), script(NAME).SMALL
    counts = np.stack([res.counts[8, "tanh", strength] for strength in cfg.strengths])
    middle = np.sort(counts, axis=1)[:, (cfg.seeds - 1) // 2]
    chosen = np.abs(counts - middle[:, None]).sum(0).argmin()
    for strength in cfg.strengths:
        (W, b), (v, _) = trained(cfg, 8, "tanh", strength).layers
        drawn = res.drawn[strength]
        assert torch.equal(drawn[:, :2], W[chosen].T)
        assert torch.equal(drawn[:, 2], b[chosen, 0])
        assert torch.equal(drawn[:, 3], v[chosen, :, 0])
        assert res.drawn_work[strength].sum() == res.counts[8, "tanh", strength][chosen]


@pytest.mark.parametrize(("scale", "said"), [(40.0, "learned"), (0.2, "not learned")])
def test_the_outcome_of_a_run_says_what_was_learned_and_by_how_many_units(scale, said):
    xor = net([(1, 1), (1, 1), (0, 0)], [0, -1, 0], [scale, -2 * scale, 1], bias=-scale / 2)
    nothing = torch.zeros(1)
    fit = train.Fit(xor, nothing, nothing, nothing[:, None], None)
    found = script(NAME).outcome(script(NAME).Replay(width=3), fit)
    assert found == f"XOR is {said}, 2 of 3 units work"


def test_check_refuses_more_working_units_than_there_are_and_impossible_ratios():
    res = small(NAME)
    with pytest.raises(AssertionError, match="than there are"):
        script(NAME).check(replace(res, counts=res.counts.map(lambda counts: counts + 5)))
    ratios = [replace(ratio, mean=0.5, low=0.4, high=0.6) for ratio in res.participation]
    with pytest.raises(AssertionError, match="between 1 and the width"):
        script(NAME).check(replace(res, participation=ratios))
    above = [replace(ratio, mean=8.5, low=8.4, high=8.6) for ratio in res.participation]
    with pytest.raises(AssertionError, match="between 1 and the width"):
        script(NAME).check(replace(res, participation=above))
