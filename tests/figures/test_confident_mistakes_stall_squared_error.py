import numpy as np
import pytest
import torch
from sklearn.dummy import DummyClassifier
from torch.nn import functional

from dlbook.mathematics import nets
from dlbook.training import stats
from tests.scripts import claims, replace, script, small

NAME = "confident_mistakes_stall_squared_error"
LOSSES = ("cross_entropy", "softmax_squared_error")


def accuracies(cfg, loss, bad, rate, times):
    """What the script measures of the runs from that start."""
    choice = script(NAME).Replay(loss=loss, bad=bad, rate=rate, steps=max(times))
    return script(NAME).watched(choice, cfg, range(cfg.seeds), times)


def by_autograd(loss, gap):
    """The downhill slope in the right answer's logit, by torch's own functions."""
    logits = torch.tensor([0.0, -gap], dtype=torch.float64, requires_grad=True)
    if loss == "cross_entropy":
        functional.cross_entropy(logits[None], torch.tensor([1])).backward()
    else:
        target = torch.tensor([0.0, 1.0], dtype=torch.float64)
        functional.mse_loss(torch.softmax(logits, 0), target).backward()
    return -logits.grad[1].item()


@pytest.mark.parametrize("gap", [0.0, 0.7, 3.0, 10.0, 20.0])
def test_slopes_and_formulas_agree_with_autograd(gap):
    gaps = torch.tensor([gap], dtype=torch.float64)
    for loss in LOSSES:
        expected = [by_autograd(loss, gap)]
        np.testing.assert_allclose(script(NAME).slopes(gaps)[loss], expected, rtol=1e-9)
        np.testing.assert_allclose(script(NAME).formulas(gaps)[loss], expected, rtol=1e-9)


def test_the_slopes_written_out_are_those_at_a_gap_of_ten():
    res = small(NAME)
    assert res.gap == 10
    assert res.cross_slope == pytest.approx(1 - 4.5398e-5, rel=1e-8)
    assert res.squared_slope == pytest.approx(9.0787e-5, rel=1e-4)


def begun(normal, bad):
    """The nets that start so wrong."""
    flat = script(NAME).start(normal, bad)
    return nets.Stack(nets.MLP((normal.shape[1], 2)), flat, tuple(range(len(normal))))


@pytest.mark.parametrize("bad", [0, 10])
def test_the_start_is_wrong_by_the_distance_from_the_plane(bad):
    cfg = script(NAME).SMALL
    normal, x, y = script(NAME).points(cfg, range(cfg.seeds))
    logits = begun(normal, bad).predict(x)
    distance = (x * normal[:, None]).sum(-1)
    np.testing.assert_allclose(logits[..., 1] - logits[..., 0], -bad * distance, atol=1e-12)
    np.testing.assert_allclose(normal.norm(dim=1), 1.0, rtol=1e-12)
    assert torch.equal(y, (distance > 0).long())


@pytest.mark.parametrize("loss", LOSSES)
def test_descent_agrees_with_torch_optim(loss):
    cfg = script(NAME).SMALL
    normal, x, y = script(NAME).points(cfg, range(cfg.seeds))
    stack = begun(normal, 5)
    hot = functional.one_hot(y).double()
    expected = []
    for seed, (W, b) in enumerate(zip(*stack.layers[0], strict=True)):
        W, b = W.clone().requires_grad_(), b.clone().requires_grad_()
        step, seen = torch.optim.SGD([W, b], 1.0), []
        for now in range(1, 41):
            step.zero_grad()
            outputs = x[seed] @ W + b
            if loss == "cross_entropy":
                functional.cross_entropy(outputs, y[seed]).backward()
            else:
                functional.mse_loss(torch.softmax(outputs, 1), hot[seed]).backward()
            step.step()
            if now in (3, 10, 40):
                right = (x[seed] @ W + b).argmax(1) == y[seed]
                seen.append(right.double().mean().item())
        expected.append(seen)
    found = accuracies(cfg, loss, 5, 1.0, (3, 10, 40))
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_every_number_belongs_to_its_own_start_and_loss():
    res, cfg = small(NAME), script(NAME).SMALL
    means = dict(zip(LOSSES, (res.cross, res.squared), strict=True))
    for loss in LOSSES:
        for bad in (0, 2, 5, 10, 20):
            (found,) = accuracies(cfg, loss, bad, 1.0, [cfg.steps]).T
            assert torch.equal(res.final[loss, bad], found)
            assert means[loss][bad] == stats.mean(found)
    cross, squared = (res.final.at(loss=loss) for loss in LOSSES)
    assert res.difference == stats.difference(cross[10], squared[10])
    assert res.ordinary == stats.difference(cross[0], squared[0])
    (summed,) = accuracies(cfg, "softmax_squared_error", 10, 2.0, [cfg.steps]).T
    assert res.summed_difference == stats.difference(cross[10], summed)


def test_the_sum_of_both_outputs_is_descended_as_torchs_own_sum_is():
    cfg = replace(script(NAME).SMALL, summed=True)
    normal, x, y = script(NAME).points(cfg, range(cfg.seeds))
    choice = script(NAME).Replay(bad=2, steps=20)
    found = script(NAME).replay(choice, cfg).fit(range(cfg.seeds)).stack.layers[0]
    hot = functional.one_hot(y).double()
    for seed, (W, b) in enumerate(zip(*begun(normal, 2).layers[0], strict=True)):
        W, b = W.clone().requires_grad_(), b.clone().requires_grad_()
        step = torch.optim.SGD([W, b], 1.0)
        for _ in range(20):
            step.zero_grad()
            wrong = torch.softmax(x[seed] @ W + b, 1) - hot[seed]
            wrong.square().sum(1).mean().backward()
            step.step()
        torch.testing.assert_close(found[0][seed], W.detach(), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("loss", LOSSES)
def test_each_loss_gets_the_rate_that_does_best_on_seeds_that_judge_nothing(loss):
    res, cfg, loaded = small(NAME), script(NAME).SMALL, script(NAME)
    others = range(100_000, 100_000 + cfg.choosing_seeds)
    reached = {}
    for rate in cfg.rates:
        choice = loaded.Replay(bad=10, loss=loss, rate=rate, steps=cfg.steps)
        reached[rate] = loaded.watched(choice, cfg, others, [cfg.steps]).mean().item()
    best = max(reached.values())
    assert res.best_rate[loss] == min(rate for rate in cfg.rates if reached[rate] == best)
    halves = accuracies(cfg, loss, 10, res.best_rate[loss], [cfg.steps // 2, cfg.steps])
    assert torch.equal(res.at_best[loss, 10], halves[:, 1])
    assert {"cross_entropy": res.best_cross, LOSSES[1]: res.best_squared}[loss] == stats.mean(
        halves[:, 1]
    )


def test_the_difference_at_the_best_rates_is_paired_and_so_is_what_the_second_half_adds():
    res, cfg = small(NAME), script(NAME).SMALL
    cross, squared = (
        accuracies(cfg, loss, 10, res.best_rate[loss], [cfg.steps // 2, cfg.steps])
        for loss in LOSSES
    )
    assert res.best_difference == stats.difference(cross[:, 1], squared[:, 1])
    late = (cross - squared).diff(dim=1).squeeze(1)
    assert res.best_change.mean == pytest.approx(float(late.mean()), abs=1e-12)


def test_stuck_are_only_those_whose_loss_falls_no_more():
    cfg = replace(script(NAME).SMALL, patience=40, steps=20)
    res = script(NAME).run(cfg)
    assert res.escaped.mean < 1
    assert res.stuck.mean == 0, "they stand low and are still falling"


def test_the_long_run_ends_at_its_last_step_and_passes_the_judged_one():
    res, cfg = small(NAME), script(NAME).SMALL
    times = res.times.tolist()
    assert (min(times), max(times)) == (1, cfg.patience)
    for loss in LOSSES:
        judged = res.over_time[loss][:, times.index(cfg.steps)]
        assert torch.equal(judged, res.final[loss, cfg.stalled])
    late = res.over_time["softmax_squared_error"][:, times.index(cfg.patience)].tolist()
    assert res.squared_late == stats.mean(late)
    assert res.escaped == stats.rate([x > 0.9 for x in late])
    assert res.stuck.mean <= 1 - res.escaped.mean


def test_patience_may_end_before_the_judged_step():
    cfg = replace(script(NAME).SMALL, patience=20, steps=30)
    res = script(NAME).run(cfg)
    expected = accuracies(cfg, "softmax_squared_error", cfg.stalled, cfg.rate, [20])
    assert max(res.times.tolist()) == 30
    assert res.squared_late == stats.mean(expected.squeeze(1))


@pytest.mark.parametrize("fields", [{}, {"loss": "cross_entropy", "bad": 20, "rate": 10.0}])
def test_a_seed_alone_trains_as_it_does_among_all(fields):
    loaded = script(NAME)
    run = loaded.replay(loaded.Replay(steps=50, **fields), loaded.SMALL)
    every, alone = run.fit(range(6)), run.fit([4])
    assert torch.equal(alone.stack.flat, every.stack[4].flat)
    assert torch.equal(alone.loss, every.loss[[4]])


def test_the_constant_baseline_agrees_with_scikit_learn():
    res, cfg = small(NAME), script(NAME).SMALL
    _, x, y = script(NAME).points(cfg, range(cfg.seeds))
    pairs = zip(x.numpy(), y.numpy(), strict=True)
    assert res.constant == stats.mean([DummyClassifier().fit(*p).score(*p) for p in pairs])


def test_claims_are_about_the_difference_after_the_steps_and_about_who_stays():
    res = small(NAME)
    assert claims(NAME)["C19/start"].measure(res) == res.best_difference
    assert claims(NAME)["C19/minima"].measure(res) == res.stuck


def test_which_gradient_is_larger_hangs_on_mean_or_sum_and_its_growth_on_neither():
    res = small(NAME)
    assert claims(NAME)["C19/slope"].judge(res).outcome == "conditional"
    assert claims(NAME)["C19/ratio"].judge(res).outcome == "supported"
    cross, squared = (res.slopes[loss].clone() for loss in LOSSES)
    for factor in (3.0, 1 / 7):
        scaled = replace(res, slopes=(cross, factor * squared))
        assert claims(NAME)["C19/ratio"].judge(scaled).outcome == "supported"
    squared[7] = cross[7]
    steep = replace(res, slopes=(cross, squared))
    assert claims(NAME)["C19/ratio"].judge(steep).outcome == "refuted"
    assert claims(NAME)["C19/slope"].judge(steep).outcome == "refuted"


def test_check_refuses_a_slope_off_its_formula_and_one_above_the_bound():
    res = small(NAME)
    with pytest.raises(AssertionError, match="slopes are"):
        script(NAME).check(replace(res, formula_error=1e-9))
    with pytest.raises(AssertionError, match="at most 1/2"):
        script(NAME).check(replace(res, slopes=reversed(res.slopes.values())))
