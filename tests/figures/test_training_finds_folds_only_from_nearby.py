"""Folding nets from random starts and from disturbed weights, against torch and counting anew."""

import numpy as np
import pytest
import torch

from dlbook.mathematics import folds
from dlbook.training import stats
from tests.scripts import accepted, claims, replace, script, small

NAME = "training_finds_folds_only_from_nearby"


def test_disturbed_starts_are_the_exact_weights_and_noise_of_that_size():
    begin = script(NAME).disturbed(3, 0.25, relative=False)
    flat = begin.flat(range(400))
    exact = torch.cat([part.flatten() for layer in folds.deep(3) for part in layer])
    noise = (flat - exact).numpy()
    assert noise.shape == (400, 19)
    assert noise.std() == pytest.approx(0.25, rel=0.05)
    assert abs(noise.mean()) < 0.02


def test_relative_noise_leaves_what_is_zero_and_grows_with_the_number():
    flat = script(NAME).disturbed(2, 0.5, relative=True).flat(range(400))
    exact = torch.cat([part.flatten() for layer in folds.deep(2) for part in layer])
    spread = (flat - exact).std(0)
    assert (spread[exact == 0] == 0).all()
    torch.testing.assert_close(spread, 0.5 * exact.abs(), rtol=0.15, atol=1e-12)


def test_the_exact_net_is_the_fold_and_no_noise_stays_home():
    loaded, cfg = script(NAME), script(NAME).SMALL
    x, y = loaded.target(2, cfg)
    t = x[:, 0].numpy()
    np.testing.assert_array_equal(y[:, 0].numpy(), abs(2 * abs(2 * t - 1) - 1))
    found = loaded.errors(loaded.Replay(folds=2, noise=0.0), cfg, cfg.near_rate)
    assert (found == 0).all()


def test_a_disturbed_net_learns_as_torch_has_it():
    loaded, cfg = script(NAME), replace(script(NAME).SMALL, steps=20)
    choice = loaded.Replay(folds=2, noise=0.125)
    run = loaded.replay(choice, cfg)
    flat = run.start.flat([3])[0]
    sizes, at = [(1, 2), (2, 2), (2, 1)], 0
    parts = []
    for a, b in sizes:
        parts.append(flat[at : at + a * b].view(a, b).clone().requires_grad_())
        parts.append(flat[at + a * b : at + a * b + b].clone().requires_grad_())
        at += a * b + b
    x, y = loaded.target(2, cfg)

    def loss():
        h = x
        for W, b in zip(parts[0:4:2], parts[1:4:2], strict=True):
            h = torch.relu(h @ W + b)
        return (h @ parts[4] + parts[5] - y).square().mean()

    adam = torch.optim.Adam(parts, lr=cfg.near_rate)
    for _ in range(20):
        adam.zero_grad()
        loss().backward()
        adam.step()
    assert float(run.fit([3]).loss[0]) == pytest.approx(float(loss().detach()), rel=1e-6)


def test_what_is_there_before_training_is_counted_from_the_first_errors():
    loaded = script(NAME)
    cfg = replace(loaded.SMALL, nearest=9, near=7, seeds=40)  # some are there at so little noise
    res = loaded.run(cfg)
    assert 0 < res.untrained[2].mean < 1
    for k in cfg.folds:
        x, y = loaded.target(k, cfg)
        there = []
        for j in range(cfg.nearest, 0, -1):
            flat = loaded.disturbed(k, 2.0**-j, cfg.relative).flat(
                range(cfg.first_seed, cfg.first_seed + cfg.seeds)
            )
            h, at = x.expand(len(flat), *x.shape), 0
            for a, b in [(1, 2), *[(2, 2)] * (k - 1), (2, 1)]:
                W = flat[:, at : at + a * b].view(-1, a, b)
                h = h @ W + flat[:, at + a * b : at + a * b + b].view(-1, 1, b)
                h, at = torch.relu(h) if b == 2 else h, at + a * b + b
            there.append((h - y).square().mean((1, 2)) < cfg.close)
        assert res.untrained_radii[k].mean == pytest.approx(
            float(torch.stack(there).double().sum(0).mean())
        )
        near = there[cfg.nearest - cfg.near]
        assert res.untrained[k].mean == pytest.approx(float(near.double().mean()))


def test_shares_and_radii_are_counted_from_the_errors():
    loaded, cfg, res = script(NAME), script(NAME).SMALL, small(NAME)
    levels = range(cfg.nearest, 0, -1)
    radii = {}
    for k in cfg.folds:
        home = [
            loaded.errors(loaded.Replay(folds=k, noise=2.0**-j), cfg, cfg.near_rate)[:, -1]
            < cfg.close
            for j in levels
        ]
        for j, row in zip(levels, home, strict=True):
            assert res.home[k, j].mean == pytest.approx(float(row.double().mean()))
        radii[k] = torch.stack(home).sum(0).double()
        assert res.radii[k] == stats.mean(radii[k])
    assert res.shrinks[2] == stats.mean(radii[2] - radii[1])


def test_a_wide_net_has_no_exact_weights_to_begin_from():
    loaded = script(NAME)
    with pytest.raises(ValueError, match="those of the narrow net"):
        loaded.replay(loaded.Replay(net="wide", noise=0.1), loaded.SMALL)
    with pytest.raises(AssertionError, match="make no error"):
        loaded.check(replace(small(NAME), written=[0.5, 0.0]))


@pytest.mark.parametrize(
    ("shares", "change", "outcome"),
    [((0.9, 0.9), 0.0, "supported"), ((0.2, 0.2), 0.0, "refuted"),
     ((0.2, 0.9), 0.0, "conditional"), ((0.9, 0.9), -0.3, "inconclusive")],
)  # fmt: skip
def test_missing_is_judged_for_each_number_of_folds(shares, change, outcome):
    both = [stats.exact(share, 32) for share in shares]
    still = [stats.exact(change, 32)] * 4
    res = replace(small(NAME), missed=both + both, missed_changes=still)
    assert claims(NAME)["E02b"].judge(res).outcome == outcome
    assert claims(NAME)["E02b/wide"].judge(res).outcome == outcome


@pytest.mark.parametrize(("less", "outcome"), [(-1.0, "supported"), (-0.2, "refuted")])
def test_a_basin_shrinks_by_half_a_level_at_least(less, outcome):
    res = replace(small(NAME), shrinks=[stats.exact(less, 32)],
                  shrink_changes=[stats.exact(0.0, 32)])  # fmt: skip
    assert claims(NAME)["X12/shrinks"].judge(res).outcome == outcome


@pytest.mark.parametrize(("home", "outcome"), [(0.95, "supported"), (0.5, "refuted")])
def test_coming_home_is_four_times_in_five(home, outcome):
    res = replace(small(NAME), near_home=[stats.exact(home, 32)] * 2,
                  near_changes=[stats.exact(0.0, 32)] * 2)  # fmt: skip
    assert claims(NAME)["X12"].judge(res).outcome == outcome


def test_five_folds_are_missed_from_afar_and_found_from_nearby():
    found = accepted(NAME)
    assert found["missed"]["narrow", 5]["low"] > 0.9
    assert found["near_home"][5]["low"] > 0.9
    assert found["missed"]["wide", 1]["high"] < 0.5 < found["missed"]["wide", 5]["low"]
    assert all(one["high"] < 0 for one in found["shrinks"])
