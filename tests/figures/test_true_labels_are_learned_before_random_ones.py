"""Steps to labels of four kinds, and kernels, against autograd, scipy and Bayes by sampling."""

import numpy as np
import pytest
import torch
from scipy.stats import spearmanr

from dlbook.training import stats
from tests.scripts import accepted, claims, replace, script, small

NAME = "true_labels_are_learned_before_random_ones"


def parts(seeds=(3, 4)):
    cfg = script(NAME).SMALL
    run = script(NAME).replay(script(NAME).Replay(), cfg)
    x, labels = script(NAME).samples(seeds, cfg)
    return cfg, run.stack(seeds), x, labels


def test_the_kernel_is_made_of_the_gradients_of_autograd():
    cfg, stack, x, _ = parts()
    found = script(NAME).kernel(stack, x)
    for net in range(2):
        parameters = [part[net].clone().requires_grad_() for pair in stack.layers for part in pair]
        rows = []
        for point in x[net, :6]:
            h = point
            for depth in range(3):
                z = h @ parameters[2 * depth] + parameters[2 * depth + 1][0]
                h = z if depth == 2 else torch.relu(z)
            found_there = torch.autograd.grad(h[1] - h[0], parameters)
            rows.append(torch.cat([part.flatten() for part in found_there]))
        gradients = torch.stack(rows)
        torch.testing.assert_close(found[net, :6, :6], gradients @ gradients.T)
    assert cfg.points == found.shape[-1]


def test_an_alignment_is_the_cosine_of_two_centred_matrices():
    _, stack, x, labels = parts()
    similar = script(NAME).kernel(stack, x)
    found = script(NAME).alignment(similar, labels["true"])
    n = x.shape[1]
    centre = np.eye(n) - 1 / n
    for net in range(2):
        kernel = centre @ similar[net].numpy() @ centre
        ideal = np.outer(*(2 * [centre @ labels["true"][net].numpy()]))
        cosine = (kernel * ideal).sum() / np.linalg.norm(kernel) / np.linalg.norm(ideal)
        assert float(found[net]) == pytest.approx(cosine, rel=1e-9)


def test_ranks_correlate_as_scipy_says():
    a = torch.tensor([3.0, 1, 4, 1, 5, 9, 2, 6]).double()
    b = torch.tensor([2.0, 7, 1, 8, 2, 8, 1, 8]).double()
    found = script(NAME).rank_correlation(a[None], b[None])
    assert float(found[0]) == pytest.approx(spearmanr(a, b).statistic)


def test_shuffled_labels_are_as_many_and_cut_ones_lie_on_either_side_of_a_plane():
    cfg, _, x, labels = parts(range(20))
    assert set(labels) == {"true", "halved", "shuffled", "coins"}
    assert torch.equal(labels["true"].sum(1), labels["shuffled"].sum(1))
    assert (labels["true"] != labels["shuffled"]).any(1).all()
    for points, side in zip(x, labels["halved"], strict=True):
        ones = torch.cat([points, torch.ones(cfg.points, 1).double()], 1)
        fit = torch.linalg.lstsq(ones, 2 * side.double() - 1).solution
        assert ((ones @ fit > 0) == side.bool()).double().mean() > 0.85, "nearly linear"


def test_the_labels_alone_differ_between_runs():
    loaded, cfg = script(NAME), script(NAME).SMALL
    runs = [loaded.replay(loaded.Replay(labels=kind), cfg) for kind in ("true", "coins")]
    assert torch.equal(*(run.stack([5]).flat for run in runs))
    assert torch.equal(*(run.samples([5]).x for run in runs))
    assert not torch.equal(*(run.samples([5]).y for run in runs))
    with pytest.raises(ValueError, match="no labels 'wrong'"):
        loaded.replay(loaded.Replay(labels="wrong"), cfg)


def test_the_best_accuracy_is_that_of_the_best_classifier_on_many_points():
    loaded, cfg = script(NAME), replace(script(NAME).SMALL, points=20_000)
    x, labels = loaded.samples([9], cfg)
    mixture = loaded.mixture([9], cfg)
    root = mixture.root[0].numpy()
    w = np.linalg.solve(root.T @ root, mixture.gap.numpy())
    middle = mixture.gap.numpy() @ w / 2
    right = np.mean((x[0].numpy() @ w > middle) == labels["true"][0].numpy())
    best = float(mixture.bayes_accuracy[0])
    assert right == pytest.approx(best, abs=4 * np.sqrt(best * (1 - best) / 20_000))


def test_steps_are_those_at_which_a_run_has_learned():
    res, loaded = small(NAME), script(NAME)
    cfg = res.config
    place = ("true", "halved", "shuffled", "coins").index("halved")
    seeds = range(cfg.seeds)
    x, labels = loaded.samples(seeds, cfg)
    step = int(res.steps[place, 2])
    run = loaded.replay(loaded.Replay(labels="halved"), replace(cfg, steps=step))
    right = (run.fit(seeds).stack.predict(x).argmax(-1) == labels["halved"]).double().mean(1)
    assert float(right[2]) >= cfg.learned or step == cfg.steps


@pytest.mark.parametrize(
    ("slower", "outcome"),
    [((3.0, 5.0, 1.0), "supported"), ((3.0, 5.0, 3.0), "refuted"), ((3.0, 1.0, 3.0), "refuted"),
     ((3.0, 1.0, 1.0), "conditional"), ((1.0, 5.0, 1.0), "refuted")],
)  # fmt: skip
def test_the_cause_has_to_work_alone_and_its_rival_not(slower, outcome):
    res = replace(small(NAME), slower=[stats.exact(each, 64) for each in slower])
    assert claims(NAME)["E05c"].judge(res).outcome == outcome
    alone = "supported" if slower[0] > 1.25 else "refuted"
    assert claims(NAME)["E05b"].judge(res).outcome == alone


def test_balance_that_differs_fails_the_check():
    balance = [stats.exact(each, 8) for each in (0.5, 0.5, 0.6, 0.5)]
    with pytest.raises(AssertionError, match="as many of either"):
        script(NAME).check(replace(small(NAME), balance=balance))


def test_coins_are_slower_than_true_labels_and_shuffled_ones_as_slow():
    found = accepted(NAME)
    assert found["slower"]["halved"]["low"] > found["slower"]["true"]["high"]
    assert found["slower"]["shuffled"]["high"] < 1.25
    assert found["easier"]["high"] < -0.5
    assert all(share["mean"] == 0 for share in found["never"])
    assert found["alignment"]["true"]["low"] > found["alignment"]["coins"]["high"]
