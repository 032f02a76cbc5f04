"""Deep nets and what mends them: the starts are what they are called, and the gaps are anew."""

import itertools

import pytest
import torch

from dlbook.mathematics import measure
from dlbook.training import stats
from tests.scripts import accepted, claims, replace, script, small

NAME = "what_mends_deep_nets_is_how_their_layers_begin"


def test_connections_lead_past_two_layers_each():
    links = script(NAME).links
    assert links(6) == ((1, 3), (3, 5))
    assert len(links(56)) == 27
    assert links(56)[-1] == (53, 55)


def test_a_quiet_net_begins_near_its_first_and_last_layers_alone():
    """In torch: the branches give next to 0, so that what stands between is hardly there."""
    loaded, cfg = script(NAME), script(NAME).SMALL
    x = loaded.images(cfg)([3]).x
    stack = loaded.replay(loaded.Replay(net="quiet"), cfg).stack([3])
    (W0, b0), *_, (W1, b1), (W2, b2) = [(W[0], b[0]) for W, b in stack.layers]
    h = torch.relu(torch.relu(x[0] @ W0 + b0) @ W1 + b1)
    assert torch.allclose(stack.predict(x)[0], h @ W2 + b2, atol=0.1)
    assert not torch.allclose(stack.predict(x)[0], h @ W2 + b2, atol=1e-4)


@pytest.mark.parametrize(("begin", "moves"), [("normal_0_01", True), ("zeros", False)])
def test_a_branch_that_begins_at_nought_never_moves_and_one_that_begins_near_it_does(begin, moves):
    """What the page says of branches: added after the ReLU, a sum of 0 leaves it no slope."""
    loaded, cfg = script(NAME), replace(script(NAME).SMALL, quiet=begin)
    run = loaded.replay(loaded.Replay(net="quiet"), cfg)
    before, after = run.stack([3]).layers, run.fit([3]).stack.layers
    branch = {place for _, end in loaded.links(cfg.many) for place in (end - 2, end - 1)}
    assert branch
    for place in branch:
        moved = not torch.equal(before[place][0], after[place][0])
        assert moved == moves, place


def test_the_starts_are_four_different_ones():
    loaded, cfg = script(NAME), script(NAME).SMALL
    x = loaded.images(cfg)([3]).x
    nets = ("plain", "linked", "passing", "quiet")
    outputs = [loaded.replay(loaded.Replay(net=net), cfg).stack([3]).predict(x) for net in nets]
    pairs = itertools.combinations(outputs, 2)
    assert not any(torch.allclose(one, other) for one, other in pairs)


def test_gaps_are_those_of_nets_trained_alone():
    loaded, cfg, res = script(NAME), script(NAME).SMALL, small(NAME)
    seeds = list(range(cfg.seeds))
    found = loaded.images(cfg)(seeds)
    ends = {}
    for net in ("few", "linked"):
        run = loaded.replay(loaded.Replay(net=net, rate=res.chosen[net]), cfg)
        ends[net] = measure.accuracy(run.fit(seeds).stack.predict(found.x), found.y)
        assert torch.equal(res.by_seed[net], ends[net])
    assert res.gap["linked"] == stats.mean(ends["linked"] - ends["few"])


@pytest.mark.parametrize(
    ("both", "links", "start", "outcome"),
    [
        (0.0, 0.0, -0.5, "supported"),
        (0.0, -0.5, 0.0, "refuted"),
        (0.0, -0.5, -0.5, "conditional"),
        (-0.5, -0.5, -0.5, "refuted"),
    ],
)
def test_a_cause_carries_it_alone(both, links, start, outcome):
    res = small(NAME)
    found = {"linked": links, "passing": start, "quiet": both}
    gap = [stats.exact(found.get(net, -0.5), 64) for net in res.gap.axis("net")]
    flat = [stats.exact(0.0, 64)] * len(gap)
    changed = replace(res, gap=gap, gap_changes=flat)
    assert claims(NAME)["C17/residual"].judge(changed).outcome == outcome


def test_in_the_book_connections_alone_are_far_behind_and_the_start_alone_is_not():
    gap = accepted(NAME)["gap"]
    assert gap["linked"]["high"] < -0.1
    assert gap["passing"]["low"] > -0.1
    assert gap["quiet"]["low"] > -0.05
