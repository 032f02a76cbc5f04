"""Functions and their parameters, against torch's modules, brute force and counting by hand."""

from itertools import pairwise, permutations, product

import numpy as np
import pytest
import torch

from dlbook.figures import style
from dlbook.figures.picture import drawing
from dlbook.mathematics import nets, symmetries
from dlbook.training import stats
from tests.scripts import claims, measured, replace, script, verdict

NAME = "one_function_many_parameters"


def by_hand(vector, x, f):
    """The network of four units written out from its row of thirteen numbers."""
    w, b, v, c = np.split(vector, [4, 8, 12])
    return f(x[:, None] * w + b) @ v + c


def relu(z):
    return np.maximum(z, 0)


def test_the_three_vectors_written_out_give_the_line_that_is_drawn():
    res = measured(NAME)
    x = res.grid.numpy()
    for vector, line in zip(res.vectors.numpy(), res.same.numpy(), strict=True):
        np.testing.assert_allclose(line, by_hand(vector, x, relu), rtol=0, atol=1e-14)
    spread = np.ptp(res.same.numpy(), axis=0)
    assert spread.max() < 1e-14
    gaps = (res.vectors[1:] - res.vectors[0]).abs()
    assert res.furthest == gaps.max() > 1
    assert sorted(res.vectors[1].tolist()) == sorted(res.vectors[0].tolist())


def test_the_line_is_one_of_those_that_are_drawn():
    res = measured(NAME)
    assert len(res.curves) == res.shown == 24
    assert any(torch.equal(res.same[0], curve) for curve in res.curves)


def test_the_orders_are_all_permutations_and_the_signs_all_choices():
    """By brute force: every one of them keeps the function of a tanh network."""
    layers = script(NAME).layers_of(script(NAME).networks(range(1)), 0)
    x = np.linspace(-2, 2, 9)
    expected = by_hand(symmetries.vector(layers).numpy(), x, np.tanh)
    found = set()
    for order, signs in product(permutations(range(4)), product((-1.0, 1.0), repeat=4)):
        other = symmetries.permuted(layers, torch.tensor(order))
        other = symmetries.rescaled(other, torch.tensor(signs, dtype=torch.float64))
        vector = symmetries.vector(other).numpy()
        np.testing.assert_allclose(by_hand(vector, x, np.tanh), expected, rtol=0, atol=1e-14)
        found.add(tuple(vector))
    assert len(found) == measured(NAME).orders * measured(NAME).signs == 24 * 16


def test_torch_s_modules_have_as_many_parameters():
    shapes = script(NAME)._SHAPES
    for widths, count in zip(shapes, measured(NAME).counted, strict=True):
        modules = [torch.nn.Linear(a, b, device="meta") for a, b in pairwise(widths)]
        assert sum(p.numel() for m in modules for p in m.parameters()) == count


def test_the_kinks_lie_within_reach_of_the_trace():
    (w, b), _ = script(NAME).networks(range(64)).layers
    assert (b / w).abs().max() <= 1 < script(NAME)._REACH


def test_one_layer_of_w_units_bends_w_times():
    assert measured(NAME).most_pieces == tuple(range(2, 10))
    stack = script(NAME).networks(range(60), 3)
    x = np.linspace(-2, 2, 40_001)
    slopes = np.diff(stack.predict(torch.from_numpy(x)[:, None])[..., 0].numpy(), axis=1)
    bends = (np.abs(np.diff(slopes, axis=1)) > 1e-9).astype(int)
    groups = (np.diff(bends, axis=1, prepend=0) == 1).sum(1)  # a kink touches two differences
    assert groups.max() + 1 == measured(NAME).most_pieces[3]


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("permuted", {0, 2}),  # another function in fractions and in floats
        ("rescaled", {1, 3, 4}),
    ],
)
def test_a_symmetry_done_by_half_is_noticed(monkeypatch, name, broken):
    """What enters the units changes, what leaves them does not."""
    right = getattr(symmetries, name)

    def half(layers, how):
        return [right(layers, how)[0], layers[1]]

    monkeypatch.setattr(script(NAME).symmetries, name, half)
    layers = script(NAME).layers_of(script(NAME).networks(range(3)), 2)
    kept = script(NAME).kept(layers, 2, measured(NAME).grid[:, None])
    assert {i for i, same in enumerate(kept[:5]) if not same} == broken


def test_factors_change_the_function_of_tanh_networks():
    assert measured(NAME).tanh_scaled == 0


def test_repeated_functions_are_compared_and_not_assumed(monkeypatch):
    calls = []

    def other_each_time(net, seeds, scheme):
        calls.append(1)
        return init(net, [seed + len(calls) for seed in seeds], scheme)

    init = nets.init
    monkeypatch.setattr(script(NAME).nets, "init", lambda *a: (
        other_each_time(*a) if len(a) == 3 else init(*a)))  # fmt: skip
    assert script(NAME).run(script(NAME).SMALL).repeated == 0


def test_bars_go_weight_by_weight_in_groups():
    with style.context():
        axes = drawing(script(NAME), measured(NAME), "en").axes
    for ax, vector in zip(axes[2:], measured(NAME).vectors, strict=True):
        assert [bar.get_height() for bar in ax.patches] == pytest.approx(vector.tolist())
        middles = [bar.get_x() + bar.get_width() / 2 for bar in ax.patches]
        groups = [middles[0:4], middles[4:8], middles[8:12], middles[12:]]
        assert [np.mean(group) for group in groups] == pytest.approx(ax.get_xticks())


def test_a_net_that_can_be_made_smaller_has_more_parameter_vectors():
    """A unit that gives nothing on: written out, whatever enters it."""
    loaded = script(NAME)
    layers = loaded.layers_of(loaded.networks(range(1)), 0)
    idle, other = loaded.idle_unit(layers, torch.tensor([3.0, -2.0], dtype=torch.float64))
    one, two = (symmetries.vector(each).numpy() for each in (idle, other))
    assert (one != two).sum() == 2
    x = np.linspace(-2, 2, 9)
    np.testing.assert_array_equal(by_hand(one, x, np.tanh), by_hand(two, x, np.tanh))
    assert np.abs(by_hand(symmetries.vector(layers).numpy(), x, np.tanh)
                  - by_hand(one, x, np.tanh)).max() > 1e-3  # fmt: skip


def test_a_polyline_of_four_kinks_is_told_from_one_of_five_and_from_a_curve():
    x = torch.linspace(-1.5, 1.5, 241, dtype=torch.float64)
    kinks = torch.tensor([-1.103, -0.403, 0.203, 0.703, 1.203], dtype=torch.float64)
    bent = torch.relu(x - kinks[:, None]).cumsum(0)
    curves = torch.stack([bent[3], bent[4], torch.tanh(x)])
    assert script(NAME).is_polyline(curves).tolist() == [True, False, False]


def test_the_three_elements_settle_the_set_only_with_the_activation():
    judged = claims(NAME)["D05"].judge(measured(NAME))
    outcomes = {name: each.outcome for name, each in judged.settings.items()}
    assert outcomes == {"relu": "supported", "tanh": "refuted"}
    assert judged.outcome == "conditional"


def test_verdicts():
    outcomes = {claim: verdict(NAME, claim, measured(NAME)) for claim in claims(NAME)}
    assert outcomes.pop("D05") == "conditional"
    assert set(outcomes.values()) == {"supported"}
    assert claims(NAME)["X16"].judge(measured(NAME)).estimate.n == 5 * measured(NAME).config.seeds


@pytest.mark.parametrize(
    ("claim", "change"),
    [
        ("C01", {"elements": (13, 1082, 4522, 82201)}),
        ("C03", {"distinct": 59}),
        ("C03", {"repeated": 59}),
        ("D05", {"polylines": (stats.exact(0.9, 60), stats.exact(0.0, 60))}),
        *[("X16", {name: 7}) for name in ("ordered", "scaled", "to_rounding", "to_the_bit")],
        ("X16", {"flipped": 7}),
    ],
)
def test_one_case_that_fails_refutes_a_claim(claim, change):
    assert verdict(NAME, claim, replace(measured(NAME), **change)) == "refuted"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"ordered": 7}, "keep the function exactly"),
        ({"flipped": 7}, "change no bit"),
        ({"idle_kept": 7}, "is free"),
        ({"elements": (1,) * 4}, "formula"),
        ({"most_pieces": (3,) * 8}, "w \\+ 1 pieces"),
        ({"most_pieces": (2, 3, 4, 5, 6, 7, 8, 8)}, "w \\+ 1 pieces"),
        ({"same": torch.eye(3)}, "the same line"),
    ],
)
def test_the_check_refuses_what_cannot_be(change, message):
    with pytest.raises(AssertionError, match=message):
        script(NAME).check(replace(measured(NAME), **change))
