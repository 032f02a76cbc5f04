"""Finite sets of thresholds, against brute force, scipy's binomial and an integral by counting."""

import numpy as np
import pytest
import torch
from scipy.stats import binom

from dlbook.mathematics import rng
from dlbook.training import stats
from tests.scripts import accepted, claims, replace, script, small

NAME = "larger_sets_fit_better_and_promise_less"


def test_larger_sets_hold_the_smaller_ones_and_lie_evenly():
    found = {size: script(NAME).thresholds(size).tolist() for size in (2, 10, 100)}
    assert set(found[2]) < set(found[10]) < set(found[100])
    assert found[2] == [0.245, 0.745]
    for size, places in found.items():
        assert np.allclose(np.diff(places), 1 / size)


@pytest.mark.parametrize(("cut", "flip"), [(1 / 3, 0.2), (0.5, 0.0), (0.5, 0.4)])
def test_a_true_error_is_the_share_of_a_fine_grid(cut, flip):
    cfg = replace(script(NAME).Config(), cut=cut, flip=flip)
    x = (np.arange(200_000) + 0.5) / 200_000
    for at in (0.005, 0.245, 0.5, 0.995):
        wrong = (x > at) != (x > cut)
        expected = np.mean(np.where(wrong, 1 - flip, flip))
        found = float(script(NAME).true_errors(torch.tensor([at]).double(), cfg))
        assert found == pytest.approx(expected, abs=1e-5)


def test_misses_are_those_of_brute_force():
    loaded = script(NAME)
    cfg = replace(loaded.SMALL, seeds=5)
    missed = loaded.errors(20, cfg)
    for seed in range(5):
        stream = rng.stream(seed, "samples", 20)
        x, luck = stream.uniform(20).numpy(), stream.uniform(20).numpy()
        label = (x > cfg.cut) != (luck < cfg.flip)
        for place, at in enumerate(loaded.thresholds(100).tolist()):
            assert int(missed[seed, place]) == np.count_nonzero((x > at) != label)


def test_the_candidate_chosen_errs_least_and_ties_are_broken_by_lot():
    loaded, cfg = script(NAME), script(NAME).SMALL
    missed = loaded.errors(20, cfg)
    cell = loaded.chosen(missed, 100, 20, cfg)
    assert torch.equal(cell.training, missed.min(1).values.double() / 20)
    true = loaded.true_errors(loaded.thresholds(100), cfg)
    tied = [true[row == row.min()] for row in missed]
    assert all(float(new) in places.tolist() for new, places in zip(cell.new, tied, strict=True))
    first = torch.stack([places[0] for places in tied])
    assert (cell.new != first).any(), "not always the first"
    off = (missed.double() / 20 - true).abs().max(1).values
    assert torch.equal(cell.widest, off)


@pytest.mark.parametrize(("size", "samples", "gap"), [(1, 20, 0.1), (10, 50, 0.2), (100, 500, 0.1)])
def test_unrelated_candidates_stray_as_scipy_says(size, samples, gap):
    k = np.arange(samples + 1)
    far = binom.pmf(k, samples, 0.5)[np.abs(k / samples - 0.5) > gap + 1e-12].sum()
    expected = -np.expm1(size * np.log1p(-far))
    assert script(NAME).unrelated(size, samples, gap) == pytest.approx(expected, rel=1e-9)


def test_the_bound_is_that_of_the_page():
    assert script(NAME).allowed(100, 100, 0.1) == pytest.approx(200 * np.exp(-2))


def test_effects_are_differences_of_what_is_listed():
    res = small(NAME)
    for samples in res.config.samples:
        few, many = res.training[2, samples].mean, res.training[100, samples].mean
        assert res.less[samples].mean == pytest.approx(100 * (few - many))
        wider = res.gap[100, samples].mean - res.gap[2, samples].mean
        assert res.wider[samples].mean == pytest.approx(wider)
        for size in (2, 10):
            worse = res.new[100, samples].mean - res.new[size, samples].mean
            assert res.worse[size, samples].mean == pytest.approx(100 * worse)
        new, ideal = res.new[10, samples].mean, res.ideal[10]
        assert res.excess[10, samples].mean == pytest.approx(100 * (new - ideal))


def test_a_bound_that_is_exceeded_refutes_the_theorem():
    res = small(NAME)
    assert claims(NAME)["A01"].judge(res).outcome == "supported"
    over = [1.0] * len(res.exceeded)
    assert claims(NAME)["A01"].judge(replace(res, exceeded=over)).outcome == "refuted"


def test_a_set_whose_part_is_better_fails_the_check():
    nested = small(NAME).nested.clone()
    nested[0, 0, 0] = False
    broken = replace(small(NAME), nested=nested)
    assert claims(NAME)["A13"].judge(broken).outcome == "refuted"
    with pytest.raises(AssertionError, match="best of a part"):
        script(NAME).check(broken)


@pytest.mark.parametrize(
    ("claim", "field", "points", "outcome"),
    [("A01/loss", "less", (2.0, 2.0, 2.0), "supported"),
     ("A01/gap", "wider", (2.0, 2.0, 0.5), "conditional"),
     ("A01/gap", "wider", (0.5, 0.5, 0.5), "refuted"),
     ("A01/worse", "worse", (-2.0,) * 6, "refuted"),
     ("A01/worse", "worse", (2.0,) * 6, "supported")],
)  # fmt: skip
def test_every_number_of_samples_is_judged_by_itself(claim, field, points, outcome):
    res = replace(small(NAME), **{field: [stats.exact(point, 6) for point in points]})
    assert claims(NAME)[claim].judge(res).outcome == outcome


def test_with_many_samples_the_gap_is_small_and_with_few_it_is_wide():
    found = accepted(NAME)
    assert found["wider"][20]["low"] > 1 > found["wider"][500]["high"]
    assert found["worse"][10, 20]["low"] > 0 > found["worse"][10, 500]["high"]
