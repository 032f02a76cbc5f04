import numpy as np
import pytest
import torch
from torch.nn import functional

from dlbook.mathematics import nets, rng
from dlbook.training import data, stats, train
from tests.scripts import claims, replace, script, small

NAME = "weight_decay_switches_units_off"
X, Y = data.xor()
NETS = ((4, "relu"), (4, "tanh"), (8, "relu"), (8, "tanh"))


def trained(cfg, width, name, strength, batch=4):
    choice = script(NAME).Replay(width=width, activation=name, strength=strength, batch=batch)
    return script(NAME).trained(choice, cfg).stack


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
    assert script(NAME).work(stack, 0.05).tolist() == [expected]
    assert script(NAME).working(stack, 0.05).tolist() == [sum(expected)]


def test_the_largest_weight_may_stand_in_either_layer_and_is_no_bias():
    for first, out, expected in (((3, -4), 2, 4), ((3, 1), -6, 6)):
        stack = net([first], [50], [out], bias=70.0)
        assert script(NAME).largest(stack).item() == expected


@pytest.mark.parametrize(("scale", "learned"), [(40.0, True), (0.2, False), (-40.0, False)])
def test_learning_asks_for_four_clear_answers(scale, learned):
    xor = net([(1, 1), (1, 1)], [0, -1], [scale, -2 * scale], bias=-scale / 2)
    assert script(NAME).solved(xor, 0.25).tolist() == [learned]


def test_tables_hold_the_nets_one_by_one():
    res, cfg = small(NAME), script(NAME).SMALL
    places = [(*net, strength) for net in NETS for strength in cfg.strengths]
    assert res.counts.keys() == places
    for here in places:
        stack = trained(cfg, *here)
        counts = script(NAME).working(stack, 0.05)
        assert torch.equal(res.counts[here], counts)
        assert res.active[here] == stats.mean(counts)
        assert res.largest[here] == stats.median(script(NAME).largest(stack))
        assert res.solved[here] == stats.rate(script(NAME).solved(stack, 0.25))


def test_changes_are_paired_seed_by_seed_and_never_pooled_over_nets():
    res, cfg = small(NAME), script(NAME).SMALL
    counts, (none, judged, strong) = res.counts, cfg.strengths
    for strength, change, off in (
        (judged, res.change, res.off), (strong, res.strong_change, res.strong_off),
    ):  # fmt: skip
        assert change.keys() == off.keys() == list(NETS)
        for net in NETS:
            gap = counts[*net, strength] - counts[*net, none]
            assert change[net] == stats.mean(gap)
            assert off[net].mean == pytest.approx(-float(gap.mean()) / net[0])
    one_by_one = script(NAME).working(trained(cfg, 4, "relu", none, batch=1), 0.05)
    assert res.order == stats.difference(one_by_one, counts[4, "relu", none])
    for name in ("B27/units", "B27/size", "E12c/units", "E12c/weights"):
        assert claims(NAME)[name].measure(res).keys() == list(NETS)


def test_the_second_half_of_the_steps_is_what_a_run_half_as_long_has_not():
    res, cfg = small(NAME), script(NAME).SMALL
    none, judged, _ = cfg.strengths
    shorter = replace(cfg, steps=cfg.steps // 2)
    for net in NETS:
        half = {s: script(NAME).working(trained(shorter, *net, s), 0.05) for s in (none, judged)}
        late = {s: res.counts[*net, s] - half[s] for s in (none, judged)}
        assert res.late_change[net] == stats.difference(late[judged], late[none])
        assert res.late_off[net].mean == pytest.approx(-res.late_change[net].mean / net[0])


def test_single_weights_are_near_zero_beside_the_largest_of_their_net():
    stack = net([(1, 0.004), (100, -0.9)], [50, 0], [1.1, 0])
    assert script(NAME).near_zero(stack, 0.01).item() == pytest.approx(4 / 6)
    dead = net([(0, 0), (0, 0)], [1, 1], [0, 0])
    assert script(NAME).near_zero(dead, 0.01).item() == 1


def test_start_and_order_are_varied_one_at_a_time():
    """Among a seed's own run, that of the next, and one that mixes the two."""
    cfg, loaded = replace(script(NAME).SMALL, seeds=12, steps=40), script(NAME)
    own = trained(cfg, 4, "relu", 0.0, batch=1)
    starts = nets.init(nets.MLP((2, 4, 1), "relu"), range(12)).flat
    draws = rng.streams(range(12), "batches")
    flat = starts.roll(-1, 0).clone().requires_grad_()
    step = torch.optim.Adam([flat], cfg.rate)
    for _ in range(10):
        order = draws.permutation(4)
        for place in range(4):
            step.zero_grad()
            now = order[:, place]
            outputs = nets.differentiable(own.net, flat, X[now][:, None])[:, 0, 0]
            functional.binary_cross_entropy_with_logits(
                outputs, Y[now].double(), reduction="sum"
            ).backward()
            step.step()
    mixed = nets.Stack(own.net, flat.detach(), own.seeds)
    mine, other = (loaded.work(stack, 0.05) for stack in (own, mixed))
    found = loaded.chance(cfg).differ
    following = mine.roll(-1, 0)
    assert found["both"] == stats.rate((mine != following).any(1))
    assert found["start"] == stats.rate((mine != other).any(1))
    assert found["order"] == stats.rate((other != following).any(1))
    named, rival = claims(NAME)["B24/start"].factors
    res = small(NAME)
    assert (named.effect(res), rival.effect(res)) == (res.start_differs, res.order_differs)


def test_samples_agree_on_a_unit_if_their_gradients_point_one_way():
    """Against autograd, a sample at a time."""
    stack = nets.init(nets.MLP((2, 4, 1), "relu"), range(9))
    found, moved = script(NAME).agreement(stack)
    for row, agreements, moves in zip(stack.flat, found, moved, strict=True):
        slopes = []
        for x, y in zip(X, Y, strict=True):
            flat = row[None].clone().requires_grad_()
            output = nets.differentiable(stack.net, flat, x[None])[0, 0, 0]
            functional.binary_cross_entropy_with_logits(output, y.double()).backward()
            W, b, v = flat.grad[0, :8].view(2, 4), flat.grad[0, 8:12], flat.grad[0, 12:16]
            slopes.append(torch.cat([W, b[None], v[None]]).T)
        each = torch.stack(slopes)
        lengths = each.norm(dim=-1).sum(0)
        expected = torch.where(lengths > 0, each.sum(0).norm(dim=-1) / lengths, 0)
        torch.testing.assert_close(agreements, expected, rtol=1e-9, atol=1e-12)
        assert moves.tolist() == (lengths > 0).tolist()


def test_a_unit_that_no_sample_moves_has_no_direction_that_counts():
    """Four nets trained; a unit that is zero on all inputs stays where it is, and ends idle."""
    loaded, cfg = script(NAME), replace(script(NAME).SMALL, seeds=24, steps=400)
    four = loaded.trained(loaded.Replay(strength=0.0, width=4, activation="relu", batch=4), cfg)
    stack = nets.init(nets.MLP((2, 4, 1), "relu"), range(24))
    agree, moved = loaded.agreement(stack)
    on = loaded.work(four.stack, cfg.visible)
    assert not (on & ~moved).any(), "what nothing moves cannot begin to work"
    found = loaded.pulls(four, cfg)
    idle, working, unmoved = [], [], []
    for seed in range(24):
        kinds = {True: [], False: []}
        for unit in range(4):
            if moved[seed, unit]:
                kinds[bool(on[seed, unit])].append(float(agree[seed, unit]))
        if kinds[True] and kinds[False]:
            idle.append(np.mean(kinds[False]))
            working.append(np.mean(kinds[True]))
        still = int((~moved[seed]).sum())
        if not on[seed].all():
            unmoved.append(still / int((~on[seed]).sum()))
    assert 0 < len(idle) < 24
    assert found.idle.tolist() == pytest.approx(idle)
    assert found.working.tolist() == pytest.approx(working)
    assert found.unmoved.tolist() == pytest.approx(unmoved)
    assert 0 < np.mean(unmoved) < 1


def test_over_fitting_is_training_minus_test_accuracy_on_other_points():
    res, cfg, loaded = small(NAME), script(NAME).SMALL, script(NAME)
    seeds = range(cfg.noisy_seeds)
    x, y = data.moons(cfg.noisy_points, cfg.noise, rng.streams(seeds, "data"))
    test, truth = data.moons(cfg.test_points, cfg.noise, rng.streams(seeds, "test"))
    gaps = {}
    for strength in cfg.strengths:
        stack = loaded.on_moons(strength, cfg).fit(seeds).stack
        own, others = (
            ((stack.predict(points)[..., 0] > 0).long() == labels).double().mean(1)
            for points, labels in ((x, y), (test, truth))
        )
        gaps[strength] = own - others
        assert res.gap[strength].mean == pytest.approx(float(gaps[strength].mean()))
    for strength in cfg.strengths[1:]:
        less = float((gaps[0.0] - gaps[strength]).mean())
        assert res.less_gap[strength].mean == pytest.approx(less)


def test_what_is_said_of_solved_seeds_leaves_the_others_out():
    res, cfg = small(NAME), script(NAME).SMALL
    none, judged, _ = cfg.strengths
    stacks = {(*net, s): trained(cfg, *net, s) for net in NETS for s in (none, judged)}
    right = {here: script(NAME).solved(stack, 0.25) for here, stack in stacks.items()}
    for name, found in (("relu", res.two_relu), ("tanh", res.two_tanh)):
        assert found == stats.mean(res.counts[4, name, none][right[4, name, none]])
    for net in NETS:
        both = right[*net, none] & right[*net, judged]
        change = res.counts[*net, judged] - res.counts[*net, none]
        assert res.change_if_solved[net] == stats.mean(change[both])
        sizes = [script(NAME).largest(stacks[*net, s]) for s in (judged, none)]
        assert res.shrinkage[net] == stats.mean(sizes[0] / sizes[1])


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


def test_check_refuses_more_working_units_than_there_are():
    res = small(NAME)
    with pytest.raises(AssertionError, match="than there are"):
        script(NAME).check(replace(res, counts=res.counts.map(lambda counts: counts + 5)))
