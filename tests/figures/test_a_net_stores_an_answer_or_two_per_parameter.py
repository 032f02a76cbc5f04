"""Labels that nets store, against torch's own training, and bounds counted another way."""

import math
from itertools import product

import numpy as np
import pytest
import torch

from dlbook.mathematics import explicit, polylines
from dlbook.mathematics.separability import cover_count
from dlbook.training import stats
from tests.scripts import accepted, claims, replace, script, small

NAME = "a_net_stores_an_answer_or_two_per_parameter"


def test_sizes_are_those_that_torch_counts():
    for width, size in small(NAME).parameters.items():
        layers = [torch.nn.Linear(*shape, device="meta") for shape in ((6, width), (width, 1))]
        assert (
            size == sum(p.numel() for layer in layers for p in layer.parameters()) == 8 * width + 1
        )


def test_further_labels_leave_the_first_as_they_are_and_are_fair():
    loaded, cfg = script(NAME), script(NAME).SMALL
    (x, y), (z, w) = (loaded.points(range(4), n, cfg) for n in (10, 500))
    assert torch.equal(x, z[:, :10])
    assert torch.equal(y, w[:, :10])
    assert abs(w.double().mean() - 0.5) < 4 * 0.5 / math.sqrt(2000)


def test_what_is_stored_is_what_trained_nets_answer():
    res, loaded = small(NAME), script(NAME)
    cfg = res.config
    run = loaded.replay(loaded.Replay(width=8, labels=65), cfg)
    x, y = loaded.points(range(cfg.seeds), 65, cfg)
    right = ((run.fit(range(cfg.seeds)).stack.predict(x)[..., 0] > 0) == y.bool()).double()
    assert res.right[8, 1.0] == stats.mean(right.mean(1))
    assert res.stored[8, 1.0] == stats.rate(right.mean(1) == 1)
    assert torch.equal(res.course[cfg.ratios.index(1.0), :, -1], right.mean(1))


def test_a_net_of_torch_stores_a_label_for_each_parameter_too():
    """Normal starts of He's size, autograd, torch's Adam, the script's rate."""
    own = torch.Generator().manual_seed(3)
    x = torch.randn(65, 6, generator=own)
    y = (torch.rand(65, 1, generator=own) < 0.5).float()
    stored = 0
    for _ in range(3):
        W, v = (torch.randn(n, m, generator=own) * (2 / n) ** 0.5 for n, m in ((6, 16), (16, 1)))
        weights = [part.requires_grad_() for part in (W, torch.zeros(16), v, torch.zeros(1))]
        optimiser = torch.optim.Adam(weights, lr=0.01)
        for _ in range(1000):
            optimiser.zero_grad()
            answers = torch.relu(x @ weights[0] + weights[1]) @ weights[2] + weights[3]
            torch.nn.functional.binary_cross_entropy_with_logits(answers, y).backward()
            optimiser.step()
        stored += bool(((answers > 0) == (y > 0.5)).all())
    assert stored >= 2, "65 labels, 129 parameters"


def test_a_half_is_passed_on_a_straight_line():
    crossing = script(NAME).crossing
    assert crossing((1.0, 2.0, 3.0), (1.0, 0.75, 0.25)) == 2.5
    assert crossing((1.0, 2.0), (1.0, 0.6)) == 2.0, "not passed: the last"
    assert crossing((1.0, 2.0), (0.2, 0.1)) == 1.0, "nor reached: the first"


def test_labels_are_stored_from_the_step_on_at_which_they_stay():
    steps = torch.tensor([0, 10, 20, 30])
    course = torch.tensor([[0.5, 1, 0.9, 1], [0.5, 1, 1, 1], [0.5, 0.6, 0.7, 0.8]])
    assert script(NAME).all_right_at(course, steps).tolist() == [30, 10, 30]


def test_the_ceiling_is_counted_in_whole_numbers():
    cfg = script(NAME).Config()
    for width in (8, 16):
        size = 8 * width + 1
        labels = 20 * size
        logarithm = width * math.log2(cover_count(labels, 7)) + 1
        logarithm += size * math.log2(4 * math.e * labels / size) - labels
        found = script(NAME).most_possible(width, labels, cfg)
        assert math.log2(found) == pytest.approx(logarithm, rel=1e-9)
    assert script(NAME).most_possible(16, 129, cfg) == 1.0


def test_the_ceiling_is_above_what_one_unit_on_a_line_really_gives():
    """One ReLU, one input, 12 points: the labellings of a fine grid of nets, by brute force."""
    x = np.arange(12) - 5.5
    grid = np.linspace(-6, 6, 49)
    given = {
        tuple(v * np.maximum(s * x + b, 0) + c > 0)
        for s, b, v, c in product((-1, 1), grid, (-1, 1), grid)
    }
    cfg = replace(script(NAME).Config(), inputs=1)
    assert 12 < len(given) <= script(NAME).most_possible(1, 12, cfg) * 2**12


def test_a_net_is_written_down_that_gives_all_labels():
    res, loaded = small(NAME), script(NAME)
    assert bool(res.written.all())
    assert res.written_units == res.config.labelled - 1
    knots, values = torch.tensor([0.0, 1, 3]).double(), torch.tensor([1.0, -1, 1]).double()
    layers = polylines.relus(knots, values)
    assert explicit.evaluate(layers, knots[:, None])[:, 0].tolist() == [1, -1, 1]
    with pytest.raises(AssertionError, match="polyline through the labels"):
        loaded.check(replace(res, written=~res.written))


def rates(name, value):
    return [stats.rate([value] * 16) for _ in small(NAME).__getattribute__(name)]


@pytest.mark.parametrize(
    ("claim", "value", "outcome"),
    [("E05a/parameters", True, "supported"), ("E05a/parameters", False, "refuted"),
     ("X06/net", True, "supported"), ("X06/net", False, "refuted")],
)  # fmt: skip
def test_a_share_that_no_longer_changes_decides(claim, value, outcome):
    flat = [stats.exact(0.0, 16)] * len(small(NAME).changes)
    res = replace(small(NAME), stored=rates("stored", value), changes=flat)
    assert claims(NAME)[claim].judge(res).outcome == outcome


def test_a_share_that_still_grows_refutes_nothing():
    growing = [stats.exact(0.4, 16)] * len(small(NAME).changes)
    res = replace(small(NAME), stored=rates("stored", False), changes=growing)
    assert claims(NAME)["X06/net"].judge(res).outcome == "inconclusive"


def test_wider_nets_hold_more_labels_for_each_parameter_than_one():
    found = accepted(NAME)
    assert min(found["half"]) > 1
    assert max(found["half"]) <= 2
    assert all(share < 1e-100 for share in found["possible"])
    assert found["possible"][32] < found["possible"][16] < found["possible"][8]
