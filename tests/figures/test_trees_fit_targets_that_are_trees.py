import itertools
import math

import pytest
import torch

from dlbook.mathematics import optim
from dlbook.training import stats
from dlbook.training.batches import Order
from tests.scripts import claims, replace, script, small

NAME = "trees_fit_targets_that_are_trees"


def test_a_target_is_what_its_nodes_give_one_by_one():
    loaded = script(NAME)
    x = torch.rand(2, 5, 8, generator=torch.Generator().manual_seed(0)).double() * 2 - 1
    found = loaded.tree_target([3, 4], x)
    draw = loaded.rng.streams([3, 4], "tree")
    sizes = draw.uniform(7, 3) + torch.tensor([0.5, 0.5, 1.0])
    c = (sizes * (2 * draw.integers(2, 7, 3) - 1)).tolist()

    def node(k, number, a, b):
        one, two, both = c[k][number]
        return math.tanh(one * a + two * b + both * a * b)

    for k in range(2):
        for n in range(5):
            v = x[k, n].tolist()
            low = [node(k, i, v[2 * i], v[2 * i + 1]) for i in range(4)]
            high = [node(k, 4 + i, low[2 * i], low[2 * i + 1]) for i in range(2)]
            assert found[k, n].item() == pytest.approx(node(k, 6, *high), abs=1e-12)


def test_the_table_is_constant_on_every_pattern_of_signs_and_nothing_else():
    x = torch.rand(1, 4000, 8, generator=torch.Generator().manual_seed(0)).double() * 2 - 1
    found = script(NAME).table_target([5], x)[0]
    patterns: dict[tuple[bool, ...], set[float]] = {}
    for signs, value in zip((x[0] > 0).tolist(), found.tolist(), strict=True):
        patterns.setdefault(tuple(signs), set()).add(value)
    assert all(len(values) == 1 for values in patterns.values())
    assert {value for values in patterns.values() for value in values} == {-1.0, 1.0}


def test_targets_have_mean_0_and_variance_1_so_errors_are_shares_of_it():
    loaded = script(NAME)
    for target in ("tree", "table"):
        _, y = loaded.samples(loaded.Config(), target, range(3), "train", 4000)
        assert y.mean((1, 2)).abs().max() < 0.1
        assert (y.var((1, 2)) - 1).abs().max() < 0.1


def test_more_samples_begin_with_the_fewer():
    loaded, cfg = script(NAME), script(NAME).Config()
    few, many = (loaded.samples(cfg, "tree", [2], "train", n) for n in (250, 1000))
    assert torch.equal(few[0], many[0][:, :250])
    assert torch.equal(few[1], many[1][:, :250])


def test_at_the_books_scale_the_sizes_are_those_that_torch_counts():
    cfg = script(NAME).Config()

    def count(*shape):
        return sum((a + 1) * b for a, b in itertools.pairwise(shape))

    tree = script(NAME).Tree(cfg, [0]).flat.shape[1]
    assert (count(8, 110, 1), count(8, 24, 12, 6, 1), tree) == (1101, 601, 761)
    assert tree == 4 * count(2, 10) + 3 * count(20, 10) + count(10, 1)


def by_autograd(tree, flat, x, y):
    """The error of trees, by another way to write them: nodes one after the other."""
    at, h = 0, [x[..., 2 * i : 2 * i + 2] for i in range(4)]
    for count, fan_in, fan_out in tree._shapes:
        weights = flat[:, at : at + count * fan_in * fan_out].reshape(-1, count, fan_in, fan_out)
        at += count * fan_in * fan_out
        biases = flat[:, at : at + count * fan_out].reshape(-1, count, 1, fan_out)
        at += count * fan_out
        h = [torch.bmm(h[i], weights[:, i]) + biases[:, i] for i in range(count)]
        if fan_out > 1:
            h = [torch.tanh(z) for z in h]
            h = [torch.cat(h[i : i + 2], 2) for i in range(0, count, 2)]
    return (h[0] - y).square().mean((1, 2))


def test_the_slope_of_a_tree_is_that_of_autograd():
    loaded, cfg = script(NAME), script(NAME).SMALL
    tree = loaded.Tree(cfg, [1, 2, 1])
    x, y = loaded.samples(cfg, "tree", [1, 2, 3], "train", 20)
    flat = tree.flat.clone().requires_grad_()
    error = by_autograd(tree, flat, x, y)
    torch.testing.assert_close(
        loaded.measure.mean_squared_error(tree.predict(x), y), error.detach(), rtol=1e-12, atol=0
    )
    error.sum().backward()
    torch.testing.assert_close(tree.slope(x, y), flat.grad, rtol=1e-10, atol=1e-12)
    assert torch.equal(tree.flat[0], tree.flat[2]), "one seed has one start"


def test_trees_side_by_side_end_as_each_alone():
    loaded, cfg = script(NAME), script(NAME).SMALL
    found = loaded.grown(cfg)
    seeds, order = list(range(cfg.seeds)), list(loaded._ORDERS["wrong tree"])
    x, y = loaded.samples(cfg, "tree", seeds, "train", cfg.middle)
    tree, batches = loaded.Tree(cfg, seeds), Order(seeds, cfg.middle, cfg.train[0])
    step, rows = optim.Adam(cfg.rate).start(tree.flat), torch.arange(len(seeds))[:, None]
    for _ in range(cfg.steps):
        chosen = batches.take()
        step(tree.slope(x[..., order][rows, chosen], y[rows, chosen]))
    unseen, answers = loaded.samples(cfg, "tree", seeds, "test", cfg.test)
    alone = loaded.measure.mean_squared_error(tree.predict(unseen[..., order]), answers)
    torch.testing.assert_close(found["wrong tree", cfg.middle][1], alone, rtol=1e-12, atol=0)


def test_the_wrong_tree_joins_no_pair_of_the_target():
    order = script(NAME)._ORDERS["wrong tree"]
    assert sorted(order) == list(range(8))
    pairs = {frozenset(order[i : i + 2]) for i in range(0, 8, 2)}
    assert all((a < 4) != (b < 4) for a, b in map(tuple, pairs)), "each joins both halves"


def test_halvings_count_how_often_an_error_is_halved():
    found = script(NAME).halvings(
        torch.tensor([8.0, 1.0]).double(), torch.tensor([1.0, 2.0]).double()
    )
    assert found.tolist() == pytest.approx([3, -1], abs=1e-12)


def test_a_seed_alone_trains_as_it_does_among_the_others():
    loaded, cfg = script(NAME), script(NAME).SMALL
    run = loaded.replay(loaded.Replay(train=40), cfg)
    assert torch.equal(run.fit([2]).stack.flat[0], run.fit(range(cfg.seeds)).stack.flat[2])


@pytest.mark.parametrize(
    ("pairs", "sparsity", "outcome"),
    [(1.0, -0.5, "supported"), (0.0, 1.0, "refuted"), (0.2, 0.2, "conditional")],
)
def test_structure_is_told_from_fewer_connections(pairs, sparsity, outcome):
    made = replace(small(NAME), by_tree=stats.exact(0.9), by_pairs=stats.exact(pairs),
                   by_sparsity=stats.exact(sparsity))  # fmt: skip
    assert claims(NAME)["B41"].judge(made).outcome == outcome


@pytest.mark.parametrize("field", ["by_pairs", "regularity"])
def test_check_refuses_effects_that_do_not_add(field):
    script(NAME).check(small(NAME))
    with pytest.raises(AssertionError):
        script(NAME).check(replace(small(NAME), **{field: stats.exact(9.0)}))
