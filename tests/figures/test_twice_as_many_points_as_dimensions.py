"""Cover's curve, against coin flips, the plane by brute force and his own limits."""

from itertools import combinations, product

import numpy as np
import pytest
import torch
from scipy.stats import binom

from dlbook.mathematics import circuits, rng, separability
from dlbook.training import stats
from tests.scripts import accepted, claims, measured, record, replace, script

NAME = "twice_as_many_points_as_dimensions"


def taught(share, draws=200):
    """By lot so large a share is settled, whatever the samples."""
    cases = torch.arange(draws) < share * draws
    return [stats.rate(cases)] * 6


def agreeing():
    """A result whose frequencies are their probabilities."""
    res = measured(NAME)
    fits = (res.chance * 200).round().long().clamp(min=1)
    return replace(
        res, config=replace(res.config, draws=200), fits=fits, fitted=res.chance.clone(),
        open=res.open_chance[:, :6].clone(), taught=taught(0.1),
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
    stream = rng.stream(cfg.first_seed, "random labels", 3, 6)
    points = stream.normal(40, 7, 2).numpy()
    labels = (stream.uniform(40, 6) < 0.5).numpy()
    fits = [k for k in range(40) if separates(points[k, :6], labels[k])]
    opens = [
        k for k in fits if all(separates(points[k], np.append(labels[k], y)) for y in (False, True))
    ]
    assert script(NAME).sample(3, 6, cfg, ask=True) == (len(fits), len(opens))
    assert 5 < len(opens) < len(fits) < 35


def test_labels_of_a_unit_can_always_be_given_and_settle_more_than_those_by_lot():
    cfg = replace(script(NAME).SMALL, draws=20, bits=4)
    given, settled = script(NAME).corners("by a unit", 12, cfg)
    assert given.mean == 1
    assert settled.mean > script(NAME).corners("by lot", 12, cfg)[1].mean


def test_a_corner_is_settled_where_brute_force_finds_units_of_one_opinion_only():
    """Three bits: all 104 labelings of the cube by units with small whole weights."""
    loaded, cube = script(NAME), circuits.states(3)
    every = cube.numpy() @ np.array(list(product(range(-3, 4), repeat=3))).T
    units = {tuple(row) for b in np.arange(-9.5, 10) for row in (every + b > 0).T.tolist()}
    assert len(units) == 104
    cfg = replace(loaded.SMALL, draws=40, bits=3)
    stream = rng.stream(cfg.first_seed, "corners", "by lot", 5)
    fits = opens = 0
    for _ in range(40):
        places = stream.permutation(8)[:6].tolist()
        stream.normal(3), stream.normal(1)
        seen = (stream.uniform(6) < 0.5).tolist()[:5]
        said = {u[places[5]] for u in units if [u[p] for p in places[:5]] == seen}
        fits, opens = fits + bool(said), opens + (len(said) == 2)
    given, settled = loaded.corners("by lot", 5, cfg)
    assert (given.mean * 40, settled.mean * 40) == pytest.approx((fits, fits - opens))
    assert 0 < opens < fits < 40


def test_arbitrary_labels_teach_nothing_at_one_two_and_three_samples_a_parameter():
    [claim] = [each for each in record(NAME)["claims"] if each["id"] == "B44/labels"]
    assert claim["verdict"] == "refuted"
    found = accepted(NAME)
    assert found["corners"] == 256
    for samples in (9, 18, 27):
        assert found["taught"]["by lot", samples]["high"] < 0.5
        assert found["given"]["by a unit", samples]["mean"] == 1


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
        ("B44/labels", {"taught": taught(0.9)}, "supported"),
        ("B44/labels", {"taught": taught(0.5)}, "inconclusive"),
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
