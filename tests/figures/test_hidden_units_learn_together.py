import numpy as np
import pytest
import torch

from dlbook.mathematics import nets
from dlbook.training import data, stats
from tests.scripts import claims, replace, script, small

NAME = "hidden_units_learn_together"
X, Y = data.xor()


def starts(seeds=5):
    return nets.init(nets.MLP((2, 2, 1), "sigmoid"), range(seeds)).flat


def by_hand(row):
    """The loss of one net, its nine parameters named one by one."""
    w11, w12, w21, w22, b1, b2, v1, v2, c = row
    x1, x2 = X.T
    h1 = torch.sigmoid(w11 * x1 + w21 * x2 + b1)
    h2 = torch.sigmoid(w12 * x1 + w22 * x2 + b2)
    p = torch.sigmoid(v1 * h1 + v2 * h2 + c)
    return -(Y * p.log() + (1 - Y) * (1 - p).log()).mean()


def hessian_by_hand(row):
    return torch.autograd.functional.hessian(by_hand, row)


H1, H2 = [0, 2, 4, 6], [1, 3, 5, 7]


def test_second_derivatives_agree_with_those_of_a_loss_written_by_hand():
    flat = starts()
    found = script(NAME).hessians(flat)
    for row, hessian in zip(flat, found, strict=True):
        expected = hessian_by_hand(row)[[*H1, *H2]][:, [*H1, *H2]]
        torch.testing.assert_close(hessian, expected, rtol=1e-10, atol=1e-14)


def test_coupling_compares_the_block_between_with_the_blocks_of_each():
    blocks = np.ones((8, 8))
    blocks[:4, :4], blocks[4:, 4:], blocks[:4, 4:] = 2, 8, -1
    blocks[4:, :4] = 99  # the transposed block is not counted twice
    found = script(NAME).coupling(torch.tensor(blocks)[None])
    np.testing.assert_allclose(found, [1 / np.sqrt(2 * 8)], rtol=1e-12)


def test_coupling_does_not_see_the_scale_of_the_loss_or_of_a_unit():
    hessian = script(NAME).hessians(starts())
    scale = torch.ones(8, dtype=torch.float64)
    scale[:4] = 7.0
    rescaled = 3.0 * hessian * scale[:, None] * scale
    torch.testing.assert_close(
        script(NAME).coupling(rescaled), script(NAME).coupling(hessian), rtol=1e-10, atol=0
    )


def test_units_with_errors_of_their_own_are_not_coupled_but_have_blocks_of_their_own():
    hessian = script(NAME).hessians(starts(), script(NAME).separate_loss)
    assert (hessian[:, :4, 4:] == 0).all()
    assert (hessian[:, :4, :4].abs().amax((1, 2)) > 1e-3).all()
    row = starts()[0]
    alone = row.clone()
    alone[H2] = 0
    expected = hessian_by_hand(alone)[H1][:, H1]
    torch.testing.assert_close(hessian[0, :4, :4], expected, rtol=1e-10, atol=1e-14)


def paths(**settings):
    cfg = replace(script(NAME).SMALL, **settings)
    seen = script(NAME).learning(cfg, script(NAME).moments(cfg))
    return torch.stack(list(seen.values())), script(NAME).frozen(cfg)


def by_autograd(cfg, still):
    """Gradient descent on the loss written by hand, some parameters kept as they began."""
    kept = []
    for row in starts(cfg.seeds):
        now = row.clone()
        for _ in range(cfg.path_steps):
            (gradient,) = torch.autograd.grad(by_hand(at := now.clone().requires_grad_()), at)
            gradient[still] = 0
            now = now - cfg.rate * gradient
        kept.append(now)
    return torch.stack(kept)


def test_paths_end_where_descent_on_the_loss_written_by_hand_ends():
    cfg = replace(script(NAME).SMALL, seeds=3, path_steps=80)
    for path, still in zip(paths(seeds=3, path_steps=80), ([], H2), strict=True):
        assert len(path) == 41
        assert torch.equal(path[0], starts(3))
        torch.testing.assert_close(path[-1], by_autograd(cfg, still), rtol=1e-9, atol=1e-12)


def test_under_adam_a_frozen_unit_stays_and_the_rest_goes_as_torch_goes():
    cfg = replace(script(NAME).SMALL, seeds=4, path_steps=40, optimiser="adam")
    flat = starts(4).requires_grad_()
    step = torch.optim.Adam([flat], cfg.adam_rate)
    for _ in range(40):
        step.zero_grad()
        sum(by_hand(row) for row in flat).backward()
        flat.grad[:, H2] = 0
        step.step()
    found = script(NAME).frozen(cfg)[-1]
    torch.testing.assert_close(found, flat.detach(), rtol=1e-7, atol=1e-9)


def test_the_slope_that_is_written_out_is_that_of_the_loss_written_by_hand():
    for row, slope in zip(starts(), script(NAME).slope(starts()), strict=True):
        (expected,) = torch.autograd.grad(by_hand(at := row.clone().requires_grad_()), at)
        torch.testing.assert_close(slope, expected, rtol=1e-10, atol=1e-15)


def test_a_path_holds_evenly_spaced_steps():
    for path, twice in zip(paths(path_steps=40), paths(path_steps=80), strict=True):
        torch.testing.assert_close(path[::2], twice[:21], rtol=1e-12, atol=1e-14)


def test_a_frozen_unit_stays_where_it_was_and_the_rest_moves():
    _, path = paths()
    assert torch.equal(path[-1][:, H2], path[0][:, H2])
    assert (path[-1][:, [*H1, 8]] != path[0][:, [*H1, 8]]).all()


def test_the_first_step_of_the_first_unit_is_the_same_either_way():
    """The units part only because what the second one does changes the error of the first."""
    together, apart = (path[:, :, H1] for path in paths(path_steps=40))
    torch.testing.assert_close(together[1], apart[1], rtol=1e-12, atol=1e-14)
    assert (together[2] - apart[2]).abs().amax(1).min() > 1e-7


def test_a_detour_is_measured_by_the_way_the_unit_goes():
    together, apart = torch.zeros(2, 2, 9), torch.zeros(2, 2, 9)
    together[1, :, 0], together[1, :, 2] = 3.0, 4.0
    apart[1, :, 0] = 3.0
    together[1, :, 1] = apart[1, :, 8] = 50.0  # neither the other unit nor the output's bias counts
    np.testing.assert_allclose(script(NAME).detours(together, apart), [0.8, 0.8], rtol=1e-6)


def test_values_of_the_first_unit_do_not_depend_on_the_second_ones_parameters():
    assert script(NAME).ignores_the_other(starts()).tolist() == [True] * 5


def test_the_record_holds_what_the_functions_give():
    res, cfg, loaded = small(NAME), script(NAME).SMALL, script(NAME)
    together, apart = paths()
    seen = loaded.learning(cfg, [0, cfg.steps // 2, cfg.steps])
    couplings = {step: loaded.coupling(loaded.hessians(flat)) for step, flat in seen.items()}
    assert torch.equal(res.couplings["start"], couplings[0])
    assert torch.equal(res.couplings["trained"], couplings[cfg.steps])
    assert res.start == stats.median(couplings[0])
    for when in ("start", "trained"):
        assert res.coupled[when] == stats.rate((res.couplings[when] > 0.1).tolist())
    predictions = nets.Stack(loaded._NET, seen[cfg.steps], tuple(range(cfg.seeds))).predict(X)
    right = ((predictions[..., 0].sigmoid() - Y).abs() < 0.25).all(1)
    assert torch.equal(res.solved, right)
    assert res.learned == stats.rate(right)
    for fate, which in (("solved", right), ("failed", ~right)):
        end, half = (couplings[step][which] for step in (cfg.steps, cfg.steps // 2))
        assert res.trained[fate] == stats.median(end)
        assert res.late_change[fate] == stats.median(end - half)
        assert res.course[fate][-1].item() == pytest.approx(res.trained[fate].mean)
        assert res.course[fate][-2].item() == pytest.approx(float(np.median(half)))
    assert res.moments.tolist()[-2:] == [cfg.steps // 2, cfg.steps]
    detours = loaded.detours(together, apart)
    assert res.detour == stats.median(detours)
    assert res.late_detour == stats.median(detours - loaded.detours(together[:21], apart[:21]))
    expected = loaded.hessians(starts(cfg.seeds)).abs().median(0).values
    assert torch.equal(res.hessian, expected)
    for second, path in (("learning", together), ("frozen", apart)):
        assert torch.equal(res.paths[second], path[:, 0, H1].T)
    assert res.times.tolist() == list(range(0, cfg.path_steps + 1, cfg.path_steps // 40))
    assert len(res.parallel) == cfg.seeds


def test_of_too_few_seeds_a_median_decides_nothing():
    for few in ([], [0.3], [0.01] * 5):
        found = script(NAME).median_of(torch.tensor(few, dtype=torch.float64))
        assert claims(NAME)["B16/trained"].bound.judge(found).outcome == "inconclusive"


def test_check_refuses_coupled_controls_lopsided_derivatives_and_different_starts():
    res = small(NAME)
    check = script(NAME).check
    with pytest.raises(AssertionError, match="of their own"):
        check(replace(res, separate=1e-9))
    with pytest.raises(AssertionError, match="symmetric"):
        check(replace(res, hessian=res.hessian + torch.eye(8).roll(1, 1)))
    with pytest.raises(AssertionError, match="leave one point"):
        check(replace(res, paths=(res.paths["learning"], 2 * res.paths["frozen"])))


def test_one_net_whose_units_are_not_parallel_is_refused():
    broken = small(NAME).parallel.clone()
    broken[3] = False
    with pytest.raises(AssertionError, match="ignores the parameters"):
        script(NAME).check(replace(small(NAME), parallel=broken))
