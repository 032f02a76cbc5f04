import numpy as np
import pytest
import torch

from dlbook.base.evidence import Estimate
from dlbook.mathematics import nets
from tests.scripts import claims, measured, replace, script

NAME = "low_frequencies_come_first"


def places(points):
    return -1 + 2 * np.arange(points) / points


def test_the_targets_are_sums_of_sines():
    cfg, res = script(NAME).SMALL, measured(NAME)
    x = places(cfg.points)
    y = sum(np.sin(np.pi * k * x) for k in (1, 4, 8))
    np.testing.assert_allclose(res.target, y, atol=1e-12)
    assert res.variances.cells == pytest.approx((3 / 2, (1 / 64 + 1 / 4 + 1) / 2), rel=1e-12)


def test_amplitudes_agree_with_the_fourier_transform_of_numpy():
    cfg = script(NAME).SMALL
    values = torch.rand(2, 3, cfg.points, generator=torch.Generator().manual_seed(0)).double()
    spectrum = np.abs(np.fft.rfft(values.numpy())) * 2 / cfg.points
    found = script(NAME).amplitudes(values, cfg)
    np.testing.assert_allclose(found, spectrum[..., [1, 4, 8]], rtol=1e-12)


def test_a_shifted_sine_keeps_its_amplitude():
    cfg = script(NAME).SMALL
    values = torch.from_numpy(0.3 * np.cos(4 * np.pi * places(cfg.points) + 1))
    np.testing.assert_allclose(script(NAME).amplitudes(values, cfg), [0, 0.3, 0], atol=1e-12)


@pytest.mark.parametrize("row", [0, 1])
def test_what_is_missing_is_what_torch_misses_from_the_same_weights(row):
    cfg, res = script(NAME).SMALL, measured(NAME)
    sizes = torch.tensor((cfg.even, cfg.rising)[row])
    start = nets.init(nets.MLP((1, cfg.width, 1)), [3], "fan_in_uniform", torch.float32)
    parts = [part[0].clone().requires_grad_() for layer in start.layers for part in layer]
    W, b, V, c = parts
    x = torch.from_numpy(places(cfg.points)).float()[:, None]
    y = sum(a * torch.sin(torch.pi * k * x) for a, k in zip(sizes, (1, 4, 8), strict=True))
    descent = torch.optim.Adam(parts, lr=cfg.rate)
    for _ in range(cfg.times[-1]):
        descent.zero_grad()
        (torch.relu(x @ W + b) @ V + c - y).square().mean().backward()
        descent.step()
    with torch.no_grad():
        residual = (y - torch.relu(x @ W + b) @ V - c)[:, 0].numpy()
    left = np.abs(np.fft.rfft(residual))[[1, 4, 8]] * 2 / cfg.points / sizes.numpy()
    np.testing.assert_allclose(res.missing[row, 3, -1], left, rtol=1e-3)


def test_steps_of_learning_by_hand():
    missing = torch.tensor([[1.0, 0.9, 0.6], [0.4, 0.6, 0.55], [0.2, 0.49, 0.5]])
    steps = torch.tensor([1, 10, 100])
    assert script(NAME).learned_by(missing, steps).tolist() == [10, 100, 200]


def test_only_a_strict_ascent_is_in_order():
    values = torch.tensor([[1, 2, 3], [1, 3, 2], [2, 2, 3]])
    assert script(NAME).ascending(values).tolist() == [True, False, False]


def test_rates_and_medians_agree_with_numpy():
    res = measured(NAME)
    rows = [res.steps.tolist().index(time) for time in res.config.times]
    missing = res.missing[:, :, rows].numpy()
    order = (missing[..., 0] < missing[..., 1]) & (missing[..., 1] < missing[..., 2])
    for i, amplitudes in enumerate(res.ordered.axis("amplitudes")):
        by_time = res.ordered_at.at(amplitudes=amplitudes)
        assert [share.mean for share in by_time] == order[i].mean(0).tolist()
        lower = np.diff(missing[i]) > 0
        idle = np.minimum(missing[i][..., :-1], missing[i][..., 1:]) >= 0.9
        assert (
            res.ordered[amplitudes].mean == ((lower | idle).all((1, 2)) & ~idle.all((1, 2))).mean()
        )
        pairs = [share.mean for share in res.ordered_pairs.at(amplitudes=amplitudes)]
        assert pairs == ((lower | idle).all(1) & ~idle.all(1)).mean(0).tolist()
        counted = res.counted_at.at(amplitudes=amplitudes)
        assert [share.mean for share in counted] == (~idle).all(-1).mean(0).tolist()
        left = res.missing_at.at(amplitudes=amplitudes)
        medians = [[cell.mean for cell in left.at(time=time)] for time in res.config.times]
        np.testing.assert_allclose(medians, np.median(missing[i], 0), rtol=1e-12)
        first = script(NAME).learned_by(res.missing[i], res.steps).numpy()
        one, four, eight = first.T
        never = 2 * res.config.times[-1]
        known = [(a < b) | ((a == never) & (b == never)) for a, b in ((one, four), (four, eight))]
        assert (
            res.half_ordered[amplitudes].mean
            == (known[0] & known[1] & (first < never).any(1)).mean()
        )
        assert res.half_open[amplitudes].mean == (eight + four == 2 * never).mean()
        assert res.overtaken[amplitudes].mean == ((one > four) | (four > eight)).mean()
        halved = [cell.mean for cell in res.halved.at(amplitudes=amplitudes)]
        assert halved == np.median(first, 0).tolist()


def test_waves_that_nobody_has_begun_are_no_evidence_and_a_run_without_evidence_is_none():
    holds = torch.tensor([[True, False], [True, False], [True, True]])
    counts = torch.tensor([[True, True], [True, False], [False, False]])
    assert script(NAME).whenever(holds, counts).tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("low", "high", "outcome"),
    [(0.85, 1.0, "supported"), (0.7, 0.9, "inconclusive"), (0.1, 0.7, "conditional")],
)
def test_of_rising_amplitudes_each_pair_is_judged_by_itself(low, high, outcome):
    pairs = measured(NAME).ordered_pairs
    middle = Estimate((low + high) / 2, low, high, 32)
    cells = (*pairs.at(amplitudes="even"), middle, Estimate(1, 0.94, 1, 64))
    res = replace(measured(NAME), ordered_pairs=replace(pairs, cells=cells))
    assert claims(NAME)["X13/amplitude"].judge(res).outcome == outcome


def test_the_moments_belong_to_seed_0():
    res, cfg = measured(NAME), script(NAME).SMALL
    left = script(NAME).amplitudes(res.target - res.moments, cfg)
    for row, step in zip(left, res.moment_steps, strict=True):
        torch.testing.assert_close(row, res.missing[0, 0, res.steps.tolist().index(step)])
    assert res.moment_steps == tuple(cfg.times[i] for i in (0, 2, 4))


def test_amplitudes_that_exceed_the_residual_fail_the_check():
    with pytest.raises(AssertionError, match="Bessel"):
        script(NAME).check(replace(measured(NAME), excess=-1e-6))


@pytest.mark.parametrize(
    ("claim", "field", "row"),
    [("X13", "ordered", 0), ("X13/half", "half_ordered", 0)],
)
def test_four_of_five_seeds_must_keep_the_order(claim, field, row):
    outcomes = []
    for low, high in ((0.85, 1.0), (0.7, 0.9), (0.1, 0.7)):
        pair = list(getattr(measured(NAME), field))
        pair[row] = Estimate((low + high) / 2, low, high, 32)
        res = replace(measured(NAME), **{field: tuple(pair)})
        outcomes.append(claims(NAME)[claim].judge(res).outcome)
    assert outcomes == ["supported", "inconclusive", "refuted"]
