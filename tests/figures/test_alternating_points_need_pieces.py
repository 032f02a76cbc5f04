from itertools import combinations

import numpy as np
import pytest
import torch

from dlbook.mathematics import measure, nets, polylines
from dlbook.training import stats
from tests.scripts import claims, measured, replace, script

NAME = "alternating_points_need_pieces"


def most_right(points, crossings):
    """By brute force: the best of all ways to change the decision so often between points."""
    labels = np.arange(points) % 2
    best = 0
    for cuts in combinations(range(1, points), min(crossings, points - 1)):
        decision = np.zeros(points, dtype=int)
        for cut in cuts:
            decision[cut:] ^= 1
        best = max(best, (decision == labels).sum(), (decision != labels).sum())
    return best


@pytest.mark.parametrize("points", [2, 4, 8])
def test_the_units_needed_agree_with_every_way_to_cut_the_points(points):
    """Each piece crosses the threshold once, so H units allow H + 1 crossings."""
    fewest = next(h for h in range(points) if most_right(points, h + 1) == points)
    assert script(NAME).units_needed(points) == fewest == points - 2


@pytest.mark.parametrize("k", [1, 3, 6])
def test_the_construction_separates_the_points_when_torch_computes_it(k):
    layers = script(NAME).alternating_net(k)
    modules = []
    for W, b in layers:
        linear = torch.nn.utils.skip_init(torch.nn.Linear, *W.shape, dtype=torch.float64)
        linear.load_state_dict({"weight": W.T, "bias": b})
        modules += [linear, torch.nn.ReLU()]
    x = torch.arange(2**k, dtype=torch.float64)[:, None] / 2**k
    outputs = torch.nn.Sequential(*modules[:-1])(x)[:, 0]
    expected = torch.tensor([-0.5, 0.5], dtype=torch.float64).repeat(2 ** (k - 1))
    torch.testing.assert_close(outputs.detach(), expected, rtol=0, atol=0)
    assert script(NAME).right(layers, 2**k) == 1


def test_own_bounds_count_the_pieces_of_each_net_exactly():
    """Half, half a point for each piece and one over, rounded down to whole points."""
    res, cfg = measured(NAME), script(NAME).SMALL
    for row, shape in zip(res.own_bounds, ("narrow", "wide", "deep"), strict=True):
        layers = script(NAME).trained(shape, cfg)[0].layers
        nets_ = [[(W[k], b[k, 0]) for W, b in layers] for k in range(cfg.seeds)]
        pieces = [polylines.trace(net).pieces for net in nets_]
        expected = [min(1.0, (res.points + p + 1) // 2 / res.points) for p in pieces]
        assert row.tolist() == expected


def test_accuracies_are_those_of_the_trained_nets():
    res, cfg = measured(NAME), script(NAME).SMALL
    x = np.arange(res.points)[:, None] / res.points
    outputs = script(NAME).trained("deep", cfg)[0].predict(torch.from_numpy(x))
    right = (outputs[..., 0].numpy() > 0) == (np.arange(res.points) % 2 == 1)
    np.testing.assert_array_equal(res.accuracies["deep"].numpy(), right.mean(1))
    assert res.best["deep"] == right.mean(1).max()
    at_points = np.interp(x[:, 0], np.linspace(0, 1, len(res.learned)), res.learned.numpy())
    assert ((at_points > 0.5) == (np.arange(res.points) % 2 == 1)).mean() == res.best["deep"]


def test_summaries_agree_with_numpy():
    res, cfg = measured(NAME), script(NAME).SMALL
    for mean, row in zip(res.means, res.accuracies.stacked.numpy(), strict=True):
        assert mean.mean == pytest.approx(np.mean(row), rel=1e-12)
    narrow, _ = script(NAME).trained("narrow", cfg)
    assert res.pieces["narrow"].mean == np.median(measure.pieces(narrow, 0, 1))
    assert res.most_pieces == (11, 21, 21**3)


def test_the_drawn_construction_meets_every_label():
    res = measured(NAME)
    expected = torch.arange(res.points) % 2
    assert torch.equal(res.labels, expected)
    assert torch.equal(res.built[:-1], expected.double())


def test_training_starts_where_torch_would_with_kinks_apart():
    m = script(NAME)
    start = m.replay(m.Replay(shape="wide"), m.SMALL).stack(range(8))
    W, b = start.layers[0]
    kinks = -b[:, 0] / W[:, 0]
    assert all(len(set(row)) == 20 for row in kinks.tolist())
    assert W.abs().max() <= 1
    assert b.abs().max() <= 1


def test_parameters_are_counted_as_the_engine_counts_them():
    res = measured(NAME)
    shapes = [(1, 10, 1), (1, 20, 1), (1, 20, 20, 20, 1)]
    assert res.parameters == tuple(nets.MLP(widths).parameters for widths in shapes)
    assert res.exact_parameters == 6 * 4 + 1
    assert res.exact_pieces == res.points == 16
    assert res.exact_units == 8


def test_better_than_a_constant_means_five_points_of_accuracy():
    res = measured(NAME)
    for row, share in zip(res.accuracies, res.above_chance, strict=True):
        assert share == stats.rate([value > 0.55 for value in row.tolist()])


@pytest.mark.parametrize("shape", ["narrow", "wide"])
def test_one_net_above_the_bound_fails_the_check(shape):
    res = measured(NAME)
    accuracies = res.accuracies.map(torch.clone)
    accuracies[shape][3] = res.bounds[shape] + 1 / res.points
    broken = replace(res, accuracies=accuracies)
    with pytest.raises(AssertionError, match="exceeds the bound"):
        script(NAME).check(broken)


def test_a_net_above_what_its_own_pieces_allow_fails_the_check():
    res = measured(NAME)
    low = res.own_bounds.clone()
    low[2, 0] = res.accuracies["deep"][0] - 1 / res.points
    with pytest.raises(AssertionError, match="pieces it draws"):
        script(NAME).check(replace(res, own_bounds=low))


@pytest.mark.parametrize(
    ("change", "message"),
    [({"units_needed": (6, 14, 30, 61)}, "n - 2 units"),
     ({"units_right": (*[1.0] * 3, 0.9)}, "n - 2 units"),
     ({"built_right": (*[1.0] * 3, 0.9)}, "every number of points")],
)  # fmt: skip
def test_exponential_width_needs_both_halves(change, message):
    res = measured(NAME)
    script(NAME).check(res)
    with pytest.raises(AssertionError, match=message):
        script(NAME).check(replace(res, **change))


@pytest.mark.parametrize("points", [8, 16, 21])
def test_one_layer_written_down_attains_the_bound_when_torch_computes_it(points):
    """One ReLU more, one crossing more: half a point of n, until all of them are right."""
    x = torch.arange(points, dtype=torch.float64)[:, None] / points
    for units in range(3, points - 1):
        [(W, b), (V, c)] = script(NAME).attaining_layer(units, points)
        assert W.shape == (1, units)
        answers = (torch.relu(x @ W + b) @ V + c)[:, 0] > 0
        right = int((answers == (torch.arange(points) % 2 == 1)).sum())
        assert right == (points + units + 2) // 2


@pytest.mark.parametrize("points", [6, 8])
def test_no_way_to_cut_the_points_is_better_than_that_layer(points):
    for units in range(3, points - 1):
        layer = script(NAME).attaining_layer(units, points)
        assert script(NAME).right(layer, points) * points == most_right(points, units + 1)


def test_too_few_units_for_that_layer_are_refused():
    with pytest.raises(ValueError, match="take 3 or more"):
        script(NAME).attaining_layer(2, 8)


@pytest.mark.parametrize("off", [-1, 1])
def test_a_bound_that_is_one_point_too_low_or_too_high_refutes_the_theorem(off):
    res = measured(NAME)
    assert claims(NAME)["X04"].judge(res).outcome == "supported"
    moved = res.layer_bounds.map(lambda bound: bound + off / res.points)
    assert claims(NAME)["X04"].judge(replace(res, layer_bounds=moved)).outcome == "refuted"
    if off < 0:
        with pytest.raises(AssertionError, match="exceed the bound"):
            script(NAME).check(replace(res, layer_bounds=moved))


def test_learned_is_judged_by_the_mean_accuracy_of_the_deep_nets():
    res, cfg = measured(NAME), script(NAME).SMALL
    _, course = script(NAME).trained("deep", cfg)
    assert res.change == stats.difference(course[:, -1], course[:, -2])
    assert torch.equal(course[:, -1], res.accuracies["deep"])
    assert res.by_steps["deep", cfg.steps] == res.means["deep"]
    assert res.found[cfg.steps] == stats.rate(res.accuracies["deep"] >= 0.95)
    judge = claims(NAME)["X04/trained"].judge
    high, low = stats.exact(0.97, 8), stats.exact(0.6, 8)
    flat = replace(res, change=stats.exact(0.0, 8))
    for mean, outcome in ((high, "supported"), (low, "refuted")):
        assert judge(replace(flat, means=(low, low, mean))).outcome == outcome
    rising = replace(res, change=stats.exact(0.1, 8), means=(low, low, low))
    assert judge(rising).outcome == "inconclusive", "not yet is not never"
