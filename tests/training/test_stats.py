import math

import numpy as np
import pytest
import scipy.stats
import torch

from dlbook.arithmetic.normals import inverse_normal
from dlbook.base.evidence import Estimate
from dlbook.mathematics import rng
from dlbook.training import stats

SAMPLES = [rng.stream(0, "stats", n).normal(n) for n in (2, 3, 8, 64)]


def interval(estimate):
    return estimate.low, estimate.high


@pytest.mark.parametrize("values", SAMPLES, ids=len)
def test_the_interval_of_a_mean_is_scipys_t_interval(values):
    known = scipy.stats.ttest_1samp(values.numpy(), 0).confidence_interval(0.95)
    estimate = stats.mean(values)
    assert interval(estimate) == pytest.approx((known.low, known.high), rel=1e-12)
    assert estimate.mean == pytest.approx(values.numpy().mean(), rel=1e-14)
    assert estimate.n == len(values)
    assert not estimate.exact


def test_a_mean_of_two_by_hand():
    # t(1 degree of freedom, 97.5 %) = tan(0.475 pi) and the standard error of {0, 2} is 1.
    half = math.tan(0.475 * math.pi)
    assert interval(stats.mean([0, 2])) == pytest.approx((1 - half, 1 + half), rel=1e-12)


def test_equal_values_have_an_exact_mean():
    assert stats.mean([0.1] * 3) == Estimate(0.1, 0.1, 0.1, 3)


def test_a_mean_does_not_depend_on_the_order_of_the_seeds():
    values = SAMPLES[3].tolist()
    assert stats.mean(values) == stats.mean(values[::-1]) == stats.mean(sorted(values))


@pytest.mark.parametrize("n", [2, 8, 64])
def test_paired_differences_are_scipys_paired_t_interval(n):
    a, b = rng.stream(1, "pairs").normal(n), rng.stream(2, "pairs").normal(n)
    known = scipy.stats.ttest_rel(a.numpy(), b.numpy()).confidence_interval(0.95)
    assert interval(stats.difference(a, b)) == pytest.approx((known.low, known.high), rel=1e-12)


def test_pairing_removes_what_the_pairs_share():
    shared = rng.stream(3, "shared").normal(30) * 100
    assert stats.difference(shared + 1, shared).mean == pytest.approx(1, abs=1e-12)
    assert stats.difference([3, 5], [1, 3]) == Estimate(2, 2, 2, 2)


@pytest.mark.parametrize("n", [6, 7, 12, 32, 33, 64, 101])
def test_the_interval_of_a_median_is_scipys(n):
    values = rng.stream(4, "median", n).normal(n)
    known = scipy.stats.quantile_test(values.numpy(), p=0.5).confidence_interval(0.95)
    estimate = stats.median(values)
    assert interval(estimate) == (known.low, known.high)
    assert estimate.mean == np.median(values.numpy())
    assert estimate.n == n


def test_the_interval_of_six_values_is_their_range():
    assert stats.median([5, 1, 4, 2, 3, 9]) == Estimate(3.5, 1, 9, 6)


def test_a_median_survives_a_run_that_diverged():
    assert stats.median([1, 2, 3, 4, 5, 6, math.inf]) == Estimate(4, 1, math.inf, 7)


@pytest.mark.parametrize(("passed", "n"), [(0, 1), (0, 20), (3, 8), (12, 12), (88, 100), (1, 64)])
def test_a_rate_has_scipys_wilson_interval(passed, n):
    known = scipy.stats.binomtest(passed, n).proportion_ci(0.95, method="wilson")
    estimate = stats.rate([True] * passed + [False] * (n - passed))
    assert interval(estimate) == pytest.approx((known.low, known.high), rel=1e-12, abs=1e-15)
    assert (estimate.mean, estimate.n) == (passed / n, n)


def test_a_rate_takes_a_tensor():
    assert stats.rate(torch.tensor([True, False])) == stats.rate([True, False])


def mean_of_rows(resamples):
    return resamples.mean(1)


def test_a_bootstrap_interval_is_made_of_percentiles_of_resamples():
    values = SAMPLES[2]
    picks = rng.stream(5, "bootstrap").integers(8, 10_000, 8)
    means = values.numpy()[picks.numpy()].mean(1)
    known = np.percentile(means, [2.5, 97.5])
    estimate = stats.bootstrap(values, mean_of_rows, rng.stream(5, "bootstrap"))
    assert interval(estimate) == pytest.approx(tuple(known), rel=1e-12)
    assert estimate.mean == pytest.approx(float(values.mean()), rel=1e-14)
    assert estimate.n == 8


def test_a_bootstrap_interval_repeats_to_the_bit_and_moves_with_its_stream():
    first, again, other = (
        stats.bootstrap(SAMPLES[2], mean_of_rows, rng.stream(seed, "bootstrap"), 500)
        for seed in (1, 1, 2)
    )
    assert first == again != other


def test_a_bootstrap_interval_is_close_to_that_of_scipy():
    values = SAMPLES[3]
    known = scipy.stats.bootstrap(
        (values.numpy(),), np.mean, method="percentile", n_resamples=10_000, rng=0
    ).confidence_interval
    estimate = stats.bootstrap(values, mean_of_rows, rng.stream(0, "bootstrap"))
    width = known.high - known.low
    assert interval(estimate) == pytest.approx((known.low, known.high), abs=0.05 * width)


def test_an_interval_is_widened_to_hold_its_value():
    def least_of_the_first_two_hundred(resamples):
        return resamples.amin(1) if len(resamples) > 1 else resamples.amin(1) - 1

    estimate = stats.bootstrap([1, 2, 3], least_of_the_first_two_hundred, rng.stream(0, "b"), 200)
    assert estimate.low == estimate.mean == 0


def covered(judge, truth, samples):
    estimates = [judge(sample) for sample in samples]
    return sum(estimate.low <= truth <= estimate.high for estimate in estimates) / len(estimates)


@pytest.mark.parametrize(
    ("judge", "truth", "least", "most"),
    [
        (stats.mean, 0.0, 0.93, 0.97),
        (stats.median, 0.0, 0.95, 0.99),  # the exact coverage for n = 12 is 96.1 %
        (lambda sample: stats.rate(sample > 0), 0.5, 0.93, 0.98),  # exactly 96.1 % for n = 12
    ],
)
def test_intervals_cover_the_truth_as_often_as_they_promise(judge, truth, least, most):
    samples = rng.stream(6, "coverage").normal(1500, 12)
    assert least <= covered(judge, truth, samples) <= most


def test_bootstrap_intervals_of_a_mean_cover_it_nearly_as_often():
    samples = rng.stream(7, "coverage").normal(300, 30)
    draws = rng.stream(8, "coverage")
    rate = covered(lambda s: stats.bootstrap(s, mean_of_rows, draws, 400), 0.0, samples)
    assert 0.89 <= rate <= 0.98


@pytest.mark.parametrize("wrap", [list, torch.tensor])
def test_the_share_of_cases_that_hold_is_exact(wrap):
    assert stats.share(wrap([True] * 4)) == Estimate(1, 1, 1, 4)
    assert stats.share(wrap([True, True, False, True])) == Estimate(0.75, 0.75, 0.75, 4)


def test_cases_may_come_one_by_one():
    assert stats.share(n > 0 for n in range(4)) == Estimate(0.75, 0.75, 0.75, 4)


def test_cases_may_have_any_shape():
    holds = torch.ones(3, 4, dtype=torch.bool)
    assert stats.share(holds).n == stats.rate(holds).n == 12
    holds[2, 1] = False
    assert stats.share(holds).mean == 11 / 12


def test_an_exact_estimate_knows_how_many_cases_it_rests_on():
    assert stats.exact(3.5, 12) == Estimate(3.5, 3.5, 3.5, 12)
    assert stats.exact(3.5) == Estimate(3.5, 3.5, 3.5, 1)


NAN = math.nan


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: stats.exact(NAN), "the value is NaN"),
        (lambda: stats.mean([1]), "at least 2 values, not 1"),
        (lambda: stats.mean(torch.ones(3, 2)), r"one number per case, shape \(n,\), not \(3, 2\)"),
        (lambda: stats.mean([1, 2, NAN]), "value 2 of 3 is NaN"),
        (lambda: stats.mean([1, -math.inf]), "value 1 of 2 is -inf; a mean needs finite values"),
        (lambda: stats.difference([1, 2], [1]), "equally many values, not 2 and 1"),
        (lambda: stats.difference([1, 2], [1, NAN]), "value 1 of 2 is NaN"),
        (lambda: stats.median([1, 2, 3, 4, 5]), "at least 6 values, not 5"),
        (lambda: stats.median([1, 2, 3, 4, 5, NAN]), "value 5 of 6 is NaN"),
        (lambda: stats.rate([0.5, 1]), r"case 0 is 0.5; give True or False, as in errors < 0.1"),
        (lambda: stats.share([True, 0, 2]), r"case 1 is 0; give True or False"),
        (lambda: stats.rate(torch.tensor([0.0, 1.0])), r"case 0 is 0.0; give True or False"),
        (lambda: stats.share([torch.tensor([True]), torch.tensor([2])]), r"case 1 is \[2\]"),
        (lambda: stats.rate([]), "no case was checked"),
        (lambda: stats.share([]), "no case was checked"),
        (lambda: stats.bootstrap([1], mean_of_rows, rng.stream(0, "b")), "at least 2 values"),
        (
            lambda: stats.bootstrap([1, 1], lambda r: r.mean(1) * NAN, rng.stream(0, "b"), 5),
            "statistic 0 of 6 is NaN",
        ),
    ],
)
def test_bad_input_is_refused_by_name(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_the_normal_quantile_that_is_written_down_is_that_of_the_tail():
    assert float(inverse_normal(np.array([1 - stats._TAIL]))[0]) == stats._Z


def test_two_shares_over_the_same_seeds_differ_by_a_share_with_an_interval():
    a = [True] * 40 + [False] * 24
    same = stats.paired_rates(a, a)
    assert same.mean == 0
    assert -0.05 < same.low < 0 < same.high < 0.05  # none of 64 pairs differs; one of 65 may
    every = stats.paired_rates([True] * 64, [False] * 64)
    assert every.mean == every.high == 1
    assert 0.9 < every.low < 1


def test_the_interval_of_two_paired_shares_holds_the_truth():
    """Pairs that agree or differ with probabilities .6, .3 and .1: the difference is .2."""
    drawn = rng.stream(7, "pairs").uniform(2000, 40)
    held = [
        each.low <= 0.2 <= each.high
        for row in drawn
        for each in [stats.paired_rates(row < 0.3, (row >= 0.3) & (row < 0.4))]
    ]
    assert 0.93 < sum(held) / len(held) < 0.98


def test_pairs_of_shares_need_equally_many_cases():
    with pytest.raises(ValueError, match="not 2 and 3"):
        stats.paired_rates([True, False], [True, False, True])
