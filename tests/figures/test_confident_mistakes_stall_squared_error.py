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
    return script(NAME).accuracies(choice, cfg, times)


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
    (faster,) = accuracies(cfg, "softmax_squared_error", 10, 10.0, [cfg.steps]).T
    assert res.faster == stats.mean(faster)


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
    assert res.trapped == stats.rate([x <= 0.9 for x in late])


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
    assert claims(NAME)["C19/start"].measure(res) == res.difference
    assert claims(NAME)["C19/minima"].measure(res) == res.trapped


def test_one_gap_with_a_steeper_squared_error_refutes_the_slope():
    res = small(NAME)
    assert claims(NAME)["C19/slope"].judge(res).outcome == "supported"
    cross, squared = (res.slopes[loss].clone() for loss in LOSSES)
    squared[7] = cross[7]
    steep = replace(res, slopes=(cross, squared))
    assert claims(NAME)["C19/slope"].judge(steep).outcome == "refuted"


def test_check_refuses_a_slope_off_its_formula_and_one_above_the_bound():
    res = small(NAME)
    with pytest.raises(AssertionError, match="slopes are"):
        script(NAME).check(replace(res, formula_error=1e-9))
    with pytest.raises(AssertionError, match="at most 1/2"):
        script(NAME).check(replace(res, slopes=reversed(res.slopes.values())))
