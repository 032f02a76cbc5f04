import math

import numpy as np
import pytest
import scipy.special
import scipy.stats
import torch
from sklearn.metrics import log_loss

from dlbook.mathematics import rng
from dlbook.training import stats
from tests.scripts import accepted, claims, measured, record, replace, script, verdict

NAME = "cross_entropy_stops_at_entropy"


def finished():
    """A result of nets that have come to rest: nothing above the entropy, nothing left."""
    still = {"above": torch.zeros(2, 6, 2), "left_certain": torch.zeros(6, 2)}
    return replace(measured(NAME), **still)


def double(values):
    return torch.tensor(values, dtype=torch.float64)


@pytest.mark.parametrize("p", [0.0, 0.1, 0.5, 0.73, 1.0])
def test_entropy_is_that_of_scipy(p):
    expected = scipy.stats.entropy([p, 1 - p])
    assert float(script(NAME).entropy(double(p))) == pytest.approx(expected, abs=1e-15)


@pytest.mark.parametrize(("p", "q"), [(0.2, 0.7), (0.0, 0.3), (1.0, 0.3), (0.5, 0.5)])
def test_cross_entropy_is_entropy_plus_the_divergence_of_scipy(p, q):
    both = [p, 1 - p], [q, 1 - q]
    expected = scipy.stats.entropy(both[0]) + scipy.stats.entropy(*both)
    assert float(script(NAME).cross_entropy(double(p), double(q))) == pytest.approx(expected)


def test_the_conditional_entropy_is_summed_from_the_joint_table():
    """H(Y|X) = H(X, Y) - H(X), four equally frequent inputs."""
    flip = script(NAME).Config().flip
    joint = np.array([flip, 1 - flip] * 4) / 4
    expected = scipy.stats.entropy(joint) - math.log(4)
    assert measured(NAME).entropy == pytest.approx(expected, abs=1e-14)


def test_the_summed_cross_entropy_is_the_log_loss_of_scikit_learn():
    """Also the likelihood of the record agrees with scipy's Bernoulli, answer by answer."""
    q, each = np.array([0.15, 0.8, 0.97, 0.4]), 50
    ones = np.array([7, 41, 50, 0])
    answers = np.concatenate([np.arange(each) < n for n in ones]).astype(int)
    said = q.repeat(each)
    total = float(script(NAME).cross_entropy(double(ones / each), double(q)).sum() * each)
    assert total == pytest.approx(log_loss(answers, said, normalize=False), rel=1e-12)
    assert total == pytest.approx(-scipy.stats.bernoulli.logpmf(answers, said).sum(), rel=1e-12)
    error = script(NAME).likelihood_error(
        double([q.tolist()]), double(ones / each)[None, :, None], each
    )
    assert error < 1e-13


def test_a_wrong_sum_would_show_as_a_likelihood_error(monkeypatch):
    loaded = script(NAME)
    right = loaded.cross_entropy
    monkeypatch.setattr(loaded, "cross_entropy", lambda p, q: right(p, p) + (p - q) ** 2)
    shares = double([0.2, 0.5, 0.6, 0.9])
    assert loaded.likelihood_error(double([[0.3, 0.4, 0.6, 0.8]]), shares[None, :, None], 10) > 1e-3


@pytest.mark.parametrize("gap", [0, 1, 20, 300])
def test_the_exact_softmax_is_the_logistic_function(gap):
    large, rest = script(NAME).larger_output(gap)
    assert float(large) == pytest.approx(scipy.special.expit(gap), rel=1e-15)
    assert float(rest) == pytest.approx(scipy.special.expit(-gap), rel=1e-12)
    assert 0 < rest < 1
    assert 0 < large < 1


def test_one_is_reached_where_the_rest_is_half_a_unit_in_the_last_place():
    """1 + e^-g rounds to 1 once e^-g <= 2^-24, or 2^-53 (ties go to even)."""
    single, doubled = (math.ceil(bits * math.log(2)) for bits in (24, 53))
    assert measured(NAME).one_from == (single, doubled) == (17, 37)


def test_numpy_saturates_where_torch_does():
    for dtype, one, zero in zip(
        (np.float32, np.float64), measured(NAME).one_from, measured(NAME).zero_from, strict=True
    ):
        for gap in (one - 1, one, zero - 1, zero):
            small_one = np.exp(dtype(-gap))
            large = dtype(1) / (dtype(1) + small_one)
            assert (large == 1) == (gap >= one)
            assert (small_one == 0) == (gap >= zero)


def test_the_rest_drawn_is_what_numpy_leaves_to_one():
    gaps = np.arange(46.0)
    res = measured(NAME)
    np.testing.assert_allclose(res.rest[2], scipy.special.expit(-gaps), rtol=1e-13)
    np.testing.assert_allclose(res.rest[1], 1 - scipy.special.expit(gaps), atol=2.3e-16)
    large = scipy.special.expit(gaps.astype(np.float32))
    np.testing.assert_allclose(res.rest[0], 1 - large.astype(float), atol=1.3e-7)


def test_only_nonnegativity_of_a_metric_is_left():
    """By hand at 1/2 and 9/10, and a detour by 1/4 from 1/2 to 1/100."""
    cost = lambda p, q: -p * math.log(q) - (1 - p) * math.log(1 - q)  # noqa: E731
    assert cost(0.5, 0.5) > 0
    assert measured(NAME).asymmetry.cells == pytest.approx((cost(0.5, 0.9), cost(0.9, 0.5)))
    assert cost(0.5, 0.01) > cost(0.5, 0.25) + cost(0.25, 0.01)
    grid = double([0.01, 0.25, 0.5, 0.75])
    assert script(NAME).axioms(grid) == (True, False, False, False)


def test_a_distance_would_pass_the_axioms(monkeypatch):
    loaded = script(NAME)
    monkeypatch.setattr(loaded, "cross_entropy", lambda p, q: (p - q).abs())
    assert loaded.axioms(double([0.0, 0.25, 0.5, 1.0])) == (True, True, True, True)
    monkeypatch.setattr(loaded, "cross_entropy", lambda p, q: (p - q) ** 2)
    assert loaded.axioms(double([0.0, 0.25, 0.5, 1.0])) == (True, True, True, False)


def test_samples_are_counted_from_each_seeds_own_draws():
    loaded, cfg = script(NAME), script(NAME).SMALL
    p = double([[0.1], [0.9], [0.9], [0.1]])
    drawn = loaded.sampled(cfg, range(cfg.seeds))
    share, counts = drawn.y, drawn.weight
    for seed in range(cfg.seeds):
        drawn = rng.stream(seed, "answers").uniform(4, cfg.samples // 4)
        assert torch.equal(share[seed, :, 0], (drawn < p).double().mean(1))
    assert (counts * 4 == cfg.samples).all()


def test_losses_are_what_scipy_computes_from_the_outputs():
    loaded, cfg, res = script(NAME), script(NAME).SMALL, measured(NAME)
    p = double([[0.1], [0.9], [0.9], [0.1]])
    fit = loaded.trained(cfg, "noisy", cfg.width)
    q = scipy.special.expit(fit.stack.predict(loaded.data.xor()[0])[..., 0].numpy())
    truth = p[:, 0].numpy()
    losses = -(scipy.special.xlogy(truth, q) + scipy.special.xlogy(1 - truth, 1 - q)).mean(1)
    assert res.noisy.mean == pytest.approx(np.median(losses), rel=1e-9)
    assert res.probability_error == pytest.approx(np.abs(q - truth).max(), rel=1e-9)
    assert res.lowest_gap == float((fit.losses - res.entropy).min())
    assert res.furthest_gap == float((fit.loss - res.entropy).abs().max())


def test_a_sample_is_fitted_better_than_by_the_truth_and_the_truth_worse():
    loaded, cfg = script(NAME), replace(script(NAME).SMALL, steps=1500)
    p = double([[0.1], [0.9], [0.9], [0.1]])
    share = loaded.sampled(cfg, range(cfg.seeds)).y
    fit = loaded.trained(cfg, "sample", cfg.width)
    on_sample = loaded.cross_entropy(share, p).mean((1, 2)) - fit.loss
    q = fit.stack.predict(loaded.data.xor()[0]).sigmoid()
    on_truth = loaded.cross_entropy(p, q).mean((1, 2)) - loaded.entropy(p).mean()
    assert (on_sample > -1e-4).all()
    assert (on_truth > 0).all()
    res = loaded.run(cfg)
    assert res.own_gain == stats.median(on_sample)
    assert res.true_loss.mean == pytest.approx(stats.median(on_truth).mean, abs=1e-11)
    assert res.above[1, :, 1].tolist() == pytest.approx(on_truth.tolist(), abs=1e-11)


def test_answers_that_are_drawn_decide_the_cell_in_which_nets_get_them():
    """The gap is that of the relation itself, whatever nets were given of it."""
    loaded = script(NAME)
    res = loaded.run(replace(loaded.SMALL, given="sample"))
    assert claims(NAME)["B04"].measure(res) == stats.median(res.above[1, :, 1])
    assert claims(NAME)["B04"].measure(measured(NAME)) == stats.median(
        measured(NAME).above[0, :, 1]
    )
    assert res.above[1, :, 1].min() > 1e-4


def test_relations_are_judged_one_by_one():
    """Certain relations leave nothing, and noisy ones their entropy: no mean of the two."""
    judged = claims(NAME)["B04/certain"].judge(finished())
    outcomes = {relation: each.outcome for relation, each in judged.settings.items()}
    assert outcomes == {"certain": "supported", "noisy": "refuted"}
    assert judged.outcome == "conditional"
    only_certain = replace(finished(), entropy=0.001)
    assert verdict(NAME, "B04/certain", only_certain) == "supported"


def test_a_loss_that_still_falls_is_not_stuck():
    """0.05 above the entropy at the end: stuck if so half way, not yet there if 0.2 then."""
    above = finished().above.clone()
    above[0] = 0.05
    assert verdict(NAME, "B04", replace(finished(), above=above)) == "refuted"
    above[0, :, 0] = 0.2
    assert verdict(NAME, "B04", replace(finished(), above=above)) == "inconclusive"


def test_the_record_s_floor_is_the_relation_s_and_not_the_sample_s():
    found = accepted(NAME)
    assert found["own_gain"]["low"] > 0, "below the true probabilities on the answers"
    assert found["true_loss"]["low"] > 0, "and above the entropy on the relation"
    assert found["furthest_gap"] < 1e-3
    verdicts = {claim["id"]: claim["verdict"] for claim in record(NAME)["claims"]}
    assert (verdicts["B04"], verdicts["B04/certain"]) == ("supported", "conditional")


def test_no_saturation_within_reach_is_an_error_that_says_what_to_do():
    with pytest.raises(ValueError, match="raise largest_gap"):
        script(NAME).run(replace(script(NAME).SMALL, largest_gap=50))


@pytest.mark.parametrize(
    ("claim", "change"),
    [
        ("B03", {"most_uncertain": 0.4}),
        ("B03", {"entropy_rises": False}),
        ("B03", {"entropy_ends": (0.0, 0.1)}),
        ("B04", {"above": torch.full((2, 6, 2), 0.03)}),
        ("C04", {"lowest_output": 0.0}),
        ("C04", {"sum_error": 1e-6}),
        ("C04", {"shift_error": 1e-6}),
        ("C05", {"tangent_above": False}),
        ("C05", {"tangent_touches": False}),
        ("D07", {"likelihood_error": 1e-9}),
    ],
)
def test_each_property_decides_its_claim(claim, change):
    res = finished()
    assert verdict(NAME, claim, res) == "supported"
    assert verdict(NAME, claim, replace(res, **change)) == "refuted"


@pytest.mark.parametrize(
    ("claim", "change"),
    [
        ("C04/interval", {"reaches_one": (False,) * 3, "reaches_zero": (True,) * 3}),
        ("C05/distance", {"axioms": (True,) * 4}),
    ],
)
def test_what_is_refuted_could_have_been_supported(claim, change):
    res = measured(NAME)
    assert verdict(NAME, claim, res) == "refuted"
    assert verdict(NAME, claim, replace(res, **change)) == "supported"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"lowest_gap": -1e-9}, "below the conditional entropy"),
        ({"tangent_above": False}, "Gibbs"),
        ({"no_hidden": stats.exact(0.6)}, "costs ln 2"),
        ({"reaches_one": (True, True, True)}, "open interval"),
    ],
)
def test_a_broken_theorem_fails_the_check(change, words):
    with pytest.raises(AssertionError, match=words):
        script(NAME).check(replace(measured(NAME), **change))
