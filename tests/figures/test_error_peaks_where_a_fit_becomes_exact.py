"""Double descent in closed form, against LAPACK's pseudo-inverse and the tail that theory gives."""

import numpy as np
import pytest
import torch

from dlbook.mathematics import rng
from dlbook.training import stats
from tests.scripts import accepted, claims, replace, script, small

NAME = "error_peaks_where_a_fit_becomes_exact"


def by_hand(seed, features, cfg):
    """Training and test error of one draw, by numpy's pseudo-inverse."""
    streams = {name: rng.stream(seed, name) for name in ("line", "features")}
    beta = streams["line"].normal(cfg.inputs).numpy()
    beta /= np.linalg.norm(beta)
    parts = {}
    for part, count in (("seen", cfg.points), ("test", cfg.test)):
        x = rng.stream(seed, "inputs", part).normal(count, cfg.inputs).numpy()
        noise = rng.stream(seed, "noise", part).normal(count).numpy()
        parts[part] = x, x @ beta + cfg.noise * noise
    directions = streams["features"].normal(features, cfg.inputs).numpy()
    phi = {part: np.maximum(x @ directions.T, 0) for part, (x, _) in parts.items()}
    w = np.linalg.pinv(phi["seen"], rcond=1e-13) @ parts["seen"][1]
    return [np.mean((phi[part] @ w - parts[part][1]) ** 2) for part in ("seen", "test")]


def test_errors_are_those_of_the_pseudo_inverse():
    res, cfg = small(NAME), script(NAME).SMALL
    for row, features in enumerate(cfg.features):
        for seed in (0, 3):
            train, test = by_hand(seed, features, cfg)
            assert float(res.errors[row, seed]) == pytest.approx(test, rel=1e-5)
            assert float(res.train[row, seed]) == pytest.approx(train, rel=1e-5, abs=1e-12)


def test_more_data_or_features_leave_the_first_as_they_are():
    loaded, cfg = script(NAME), script(NAME).SMALL
    few, many = (loaded.drawn([5], n, p, cfg) for n, p in ((6, 4), (12, 9)))
    assert torch.equal(few.x[:, :6], many.x[:, :6])
    assert torch.equal(few.x[:, 6:], many.x[:, 12:])
    assert torch.equal(few.directions, many.directions[:, :4])


def test_blocks_of_seeds_change_nothing():
    loaded, cfg = script(NAME), script(NAME).SMALL
    whole = loaded.fitted(range(25), 12, (6, 24), cfg)[1]
    assert torch.equal(whole[:, 22:], loaded.fitted(range(22, 25), 12, (6, 24), cfg)[1])


def test_with_as_many_normal_features_as_points_the_tail_falls_like_one_over_the_root():
    """Square normal matrices: P(1 / s² > t) goes like t^(-1/2), s the least singular value."""
    generator = np.random.default_rng(5)
    least = np.linalg.svd(generator.normal(size=(20_000, 12, 12)), compute_uv=False)[:, -1]
    above = [np.mean(1 / least**2 > t) for t in (1e3, 1e5)]
    assert above[0] / above[1] == pytest.approx(10, rel=0.25)


def test_the_tail_at_the_peak_is_as_heavy_and_elsewhere_it_is_not():
    tail = accepted(NAME)["tail"]
    assert 30 < tail[60] < 1000, "a hundred, if the chance falls like one over the root"
    assert max(tail[30], tail[120]) < 2


def test_the_worst_of_a_group_has_its_share_of_the_sum():
    row = torch.tensor([1.0, 3.0, 6.0, 2.0, 2.0, 4.0, 9.0]).double()
    assert script(NAME).shares_of_worst(row, 3).tolist() == [0.6, 0.5]


def test_what_is_listed_is_made_of_the_errors():
    res, cfg = small(NAME), script(NAME).SMALL
    below = res.errors[[p < cfg.points for p in cfg.features]]
    least = below.min(0).values
    assert res.best_small == stats.median(least)
    assert res.regained == stats.median(least / res.errors[-1])
    peak = torch.tensor(cfg.features)[res.errors.argmax(0)].double()
    assert res.peak == stats.median(peak)
    assert res.at_peak == stats.rate((peak - cfg.points).abs() <= 0.1 * cfg.points)
    place = cfg.features.index
    ratio = res.errors[place(12)] / res.errors[place(3)]
    assert res.steps[12] == stats.median(ratio)
    assert [cell.mean for cell in res.medians] == pytest.approx(np.median(res.errors, 1).tolist())


@pytest.mark.parametrize(
    ("claim", "field", "value", "outcome"),
    [("X01", "at_peak", stats.rate([True] * 60), "supported"),
     ("X01", "at_peak", stats.rate([False] * 60), "refuted"),
     ("X01/falls", "regained", stats.exact(1.2, 60), "supported"),
     ("X01/falls", "regained", stats.exact(0.8, 60), "refuted"),
     ("X01/mean", "worst", [stats.exact(x, 50) for x in (0.1, 0.6, 0.1)], "supported"),
     ("X01/mean", "worst", [stats.exact(x, 50) for x in (0.6, 0.1, 0.6)], "refuted"),
     ("C07", "steps", [stats.exact(x, 60) for x in (50.0, 0.02)], "conditional"),
     ("C07", "steps", [stats.exact(x, 60) for x in (0.5, 0.02)], "supported"),
     ("A14/more", "more_data", [stats.exact(x, 60) for x in (50.0, 0.02)], "conditional")],
)  # fmt: skip
def test_verdicts(claim, field, value, outcome):
    assert claims(NAME)[claim].judge(replace(small(NAME), **{field: value})).outcome == outcome


def test_a_fit_that_is_not_exact_fails_the_check():
    with pytest.raises(AssertionError, match="fit them exactly"):
        script(NAME).check(replace(small(NAME), exact_fit=1e-3))
    with pytest.raises(AssertionError, match="never raises"):
        script(NAME).check(replace(small(NAME), train=small(NAME).train.flip(0)))
