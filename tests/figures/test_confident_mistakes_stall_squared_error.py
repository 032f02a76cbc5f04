import numpy as np
import pytest
import torch
from sklearn.dummy import DummyClassifier
from torch.nn import functional

from dlbook.base.evidence import Estimate
from dlbook.mathematics import nets
from dlbook.training import stats
from tests.scripts import claims, measured, replace, script

NAME = "confident_mistakes_stall_squared_error"


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
    expected = [by_autograd("cross_entropy", gap), by_autograd("squared", gap)]
    gaps = torch.tensor([gap], dtype=torch.float64)
    np.testing.assert_allclose(script(NAME).slopes(gaps)[:, 0], expected, rtol=1e-9)
    np.testing.assert_allclose(script(NAME).formulas(gaps)[:, 0], expected, rtol=1e-9)


def test_the_slopes_written_out_are_those_at_a_gap_of_ten():
    res = measured(NAME)
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


@pytest.mark.parametrize("loss", ["cross_entropy", "softmax_squared_error"])
def test_descent_with_pauses_agrees_with_torch_optim(loss):
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
    found = script(NAME).accuracies(cfg, loss, 5, 1.0, (3, 10, 40))
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_every_number_belongs_to_its_own_start_and_loss():
    res, cfg = measured(NAME), script(NAME).SMALL
    names = ("cross_entropy", "softmax_squared_error")
    for row, name in enumerate(names):
        for place, bad in enumerate(res.config.bad):
            found = script(NAME).accuracies(cfg, name, bad, cfg.rate, (cfg.steps,))[:, 0]
            assert torch.equal(res.final[row, place], found)
            assert (res.cross, res.squared)[row][bad] == stats.mean(found)
    ten, zero = res.config.bad.index(10), res.config.bad.index(0)
    assert res.difference == stats.difference(*res.final[:, ten])
    assert res.ordinary == stats.difference(*res.final[:, zero])
    faster = script(NAME).accuracies(cfg, names[1], 10, 10 * cfg.rate, (cfg.steps,))[:, 0]
    assert res.faster == stats.mean(faster)


def test_the_long_run_ends_at_its_last_step_and_passes_the_judged_one():
    res = measured(NAME)
    assert (res.times[0], res.times[-1]) == (1, res.config.patience)
    judged = res.times.tolist().index(res.config.steps)
    assert torch.equal(
        res.over_time[:, :, judged], res.final[:, res.config.bad.index(res.config.stalled)]
    )
    late = res.over_time[1, :, -1].tolist()
    assert res.squared_late == stats.mean(late)
    assert res.escaped == stats.rate([x > 0.9 for x in late])
    assert res.trapped == stats.rate([x <= 0.9 for x in late])


def test_the_constant_baseline_agrees_with_scikit_learn():
    res, cfg = measured(NAME), script(NAME).SMALL
    _, x, y = script(NAME).points(cfg, range(cfg.seeds))
    pairs = zip(x.numpy(), y.numpy(), strict=True)
    assert res.constant == stats.mean([DummyClassifier().fit(*p).score(*p) for p in pairs])


@pytest.mark.parametrize(
    ("claim", "field", "bound"),
    [("C19/start", "difference", 0.05), ("C19/minima", "trapped", 0.5)],
)
def test_claims_are_held_against_the_bounds_written_down(claim, field, bound):
    judge, res = claims(NAME)[claim].judge, measured(NAME)
    for shift, outcome in ((0.02, "supported"), (-0.02, "refuted"), (0.0, "inconclusive")):
        value = Estimate(bound + shift, bound + shift - 0.01, bound + shift + 0.01, 32)
        assert judge(replace(res, **{field: value})).outcome == outcome


def test_one_gap_with_a_steeper_squared_error_refutes_the_slope():
    res = measured(NAME)
    assert claims(NAME)["C19/slope"].judge(res).outcome == "supported"
    steep = res.slopes.stacked
    steep[1, 7] = steep[0, 7]
    assert claims(NAME)["C19/slope"].judge(replace(res, slopes=steep)).outcome == "refuted"


def test_check_refuses_a_slope_off_its_formula_and_one_above_the_bound():
    res = measured(NAME)
    with pytest.raises(AssertionError, match="slopes are"):
        script(NAME).check(replace(res, formula_error=1e-9))
    with pytest.raises(AssertionError, match="at most 1/2"):
        script(NAME).check(replace(res, slopes=res.slopes.stacked.flip(0)))
