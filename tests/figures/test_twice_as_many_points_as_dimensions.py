"""Cover's curve, against coin flips, the plane by brute force and his own limits."""

from itertools import combinations

import numpy as np
import pytest
import torch
from scipy.stats import binom

from dlbook.mathematics import rng, separability
from dlbook.training import stats
from tests.scripts import claims, measured, replace, script

NAME = "twice_as_many_points_as_dimensions"


def agreeing():
    """A result whose frequencies are their probabilities."""
    res = measured(NAME)
    fits = (res.chance * 200).round().long().clamp(min=1)
    return replace(
        res, config=replace(res.config, draws=200), fits=fits, fitted=res.chance.clone(),
        open=res.open_chance[:, :6].clone(), settled=stats.rate([False] * 200),
    )  # fmt: skip


def test_the_probability_is_that_of_fewer_heads_than_parameters():
    """C(n, d) / 2^n = P(Binomial(n - 1, 1/2) < d), by scipy's binomial distribution."""
    res = measured(NAME)
    for row, d in zip(range(3), res.config.sizes, strict=True):
        expected = binom.cdf(d - 1, res.points[row].numpy() - 1, 0.5)
        np.testing.assert_allclose(res.chance[row].numpy(), expected, rtol=1e-12)
        fewer = binom.cdf(d - 2, res.points[row].numpy() - 1, 0.5)
        np.testing.assert_allclose(res.open_chance[row].numpy(), fewer / expected, rtol=1e-12)


def test_points_per_parameter_go_from_one_to_three_in_fifths():
    res = measured(NAME)
    ratios = res.points / torch.tensor(res.config.sizes)[:, None]
    expected = torch.linspace(1, 3, 11).expand(3, 11)
    torch.testing.assert_close(ratios, expected)
    assert ratios[:, script(NAME)._TWICE].tolist() == [2, 2, 2]


def separates(x, labels):
    """In the plane: some line through two points, moved a little, parts the labels."""
    if labels.all() or not labels.any():
        return True
    for i, j in combinations(range(len(x)), 2):
        normal = np.array([x[j, 1] - x[i, 1], x[i, 0] - x[j, 0]])
        rest = [k for k in range(len(x)) if k not in (i, j)]
        sides = (x[rest] - x[i]) @ normal > 0
        if (sides == labels[rest]).all() or (sides != labels[rest]).all():
            return True
    return False


def test_a_sample_counts_fits_and_open_answers_as_brute_force_does_in_the_plane():
    cfg = replace(script(NAME).SMALL, draws=40)
    stream = rng.stream(cfg.seed, "random labels", 3, 6)
    points = stream.normal(40, 7, 2).numpy()
    labels = (stream.uniform(40, 6) < 0.5).numpy()
    fits = [k for k in range(40) if separates(points[k, :6], labels[k])]
    opens = [
        k for k in fits if all(separates(points[k], np.append(labels[k], y)) for y in (False, True))
    ]
    assert script(NAME).sample(3, 6, cfg, ask=True) == (len(fits), len(opens))
    assert 5 < len(opens) < len(fits) < 35


def test_without_asking_no_answer_is_counted_open():
    cfg = replace(script(NAME).SMALL, draws=4)
    fits, opens = script(NAME).sample(5, 5, cfg, ask=False)
    assert (fits, opens) == (4, 0)


def test_shares_are_counts_over_draws_and_over_fits():
    res, cfg = measured(NAME), script(NAME).SMALL
    assert torch.equal((res.fitted * cfg.draws).round().long(), res.fits)
    fits, opens = script(NAME).sample(5, 7, cfg, ask=True)
    assert int(res.fits[0, 2]) == fits
    assert float(res.open[0, 2]) == pytest.approx(opens / fits)
    settled = res.settled
    assert settled.n == int(res.fits[2, 0])
    assert settled.mean == pytest.approx(1 - float(res.open[2, 0]))
    assert [e.mean for e in res.fitted_at_twice] == [float(s) for s in res.fitted[:, 5]]


def test_many_parameters_come_near_the_limit_that_is_drawn():
    for ratio, limit in ((1.6, 1.0), (2.5, 1 / 1.5), (3.0, 0.5)):
        share = float(separability.open_share(int(ratio * 1000), 1000))
        assert share == pytest.approx(limit, abs=0.01)


def test_verdicts():
    outcomes = {name: claim.judge(agreeing()).outcome for name, claim in claims(NAME).items()}
    assert outcomes.pop("B44/labels") == "refuted"
    assert set(outcomes.values()) == {"supported"}


@pytest.mark.parametrize(("draws", "outcome"), [(28, "supported"), (29, "refuted")])
def test_a_frequency_may_be_off_by_four_standard_errors_and_no_more(draws, outcome):
    """At n = 2d the probability is one half, and 4 sqrt(200 / 4) = 28.3 draws of 200."""
    res = agreeing()
    fitted = res.chance.clone()
    fitted[1, 5] = (100 + draws) / 200
    assert claims(NAME)["X06"].judge(replace(res, fitted=fitted)).outcome == outcome


@pytest.mark.parametrize(("draws", "outcome"), [(1, "supported"), (2, "refuted")])
def test_where_the_errors_are_small_one_draw_is_allowed_and_two_are_not(draws, outcome):
    res = agreeing()
    fitted = res.chance.clone()
    fitted[2, 0] = 1 - draws / 200
    assert claims(NAME)["X06"].judge(replace(res, fitted=fitted)).outcome == outcome


@pytest.mark.parametrize(("fits", "outcome"), [(100, "supported"), (200, "refuted")])
def test_open_answers_are_compared_over_the_fits_and_not_the_draws(fits, outcome):
    """0.18 above one half is 3.6 standard errors of 100 fits and 5.1 of 200."""
    res = agreeing()
    counts = res.fits.clone()
    counts[0, 5] = fits
    chance, share = res.open_chance.clone(), res.open.clone()
    chance[0, 5], share[0, 5] = 0.5, 0.68
    changed = replace(res, fits=counts, open=share, open_chance=chance)
    assert claims(NAME)["X06/open"].judge(changed).outcome == outcome


@pytest.mark.parametrize(
    ("claim", "change", "outcome"),
    [
        ("X06/half", {"halves": 199}, "refuted"),
        ("B44/labels", {"settled": stats.rate([True] * 200)}, "supported"),
    ],
)
def test_another_outcome_turns_the_verdict(claim, change, outcome):
    assert claims(NAME)[claim].judge(replace(measured(NAME), **change)).outcome == outcome


def test_a_draw_of_d_points_that_cannot_be_fitted_fails_the_check():
    fitted = measured(NAME).fitted.clone()
    fitted[1, 0] = 0.875
    with pytest.raises(AssertionError, match="d parameters fit d points"):
        script(NAME).check(replace(measured(NAME), fitted=fitted))
    with pytest.raises(AssertionError, match="half of all labelings"):
        script(NAME).check(replace(measured(NAME), halves=100))


def test_sizes_that_have_no_fifths_are_refused():
    with pytest.raises(ValueError, match="multiples of 5"):
        script(NAME).run(script(NAME).Config(sizes=(5, 7)))
