import numpy as np
import pytest
import torch

from dlbook.base.evidence import Estimate
from tests.scripts import claims, measured, replace, script

NAME = "initial_weights_decide"
STARTS = ("usual", "spread", "steep", "both")


def torch_errors(start, seed, steps, cfg):
    """The same net trained by torch alone, from the same weights."""
    layers = script(NAME).started(start, cfg).layers
    parts = [part[seed].clone().requires_grad_() for layer in layers for part in layer]
    W, b, V, c = parts
    x = torch.linspace(-1, 1, cfg.points, dtype=torch.float64)[:, None]
    descent = torch.optim.Adam(parts, lr=cfg.rate)
    for _ in range(steps):
        descent.zero_grad()
        (torch.sigmoid(x @ W + b) @ V + c - torch.sin(12 * x)).square().mean().backward()
        descent.step()
    with torch.no_grad():
        outputs = torch.sigmoid(x @ W + b) @ V + c
        return (outputs - torch.sin(12 * x)).square().mean().item()


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("steps", [60, 120])
def test_every_start_is_what_torch_trains_from_the_same_weights(start, steps):
    res = measured(NAME)
    at = res.recorded.tolist().index(steps)
    expected = torch_errors(start, 5, steps, script(NAME).SMALL)
    assert res.courses[start][5, at].item() == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("seed", "start"), [(3, "usual"), (7, "both"), (0, "steep"), (1, "spread")]
)
def test_a_replay_is_the_very_run_of_the_figure_to_the_bit(seed, start):
    loaded, res = script(NAME), measured(NAME)
    run = loaded.replay(loaded.Replay(seed=seed, start=start), loaded.Config())
    assert (run.steps, run.rate, run.points, run.widths) == (6000, 0.003, 100, (1, 32, 1))
    fit = replace(run, steps=120).fit([seed], res.recorded.tolist())
    assert torch.equal(fit.losses[0], res.courses[start][seed])


def test_a_start_that_does_not_exist_is_refused_with_those_that_do():
    with pytest.raises(ValueError, match="no start 'gentle'; there are usual, spread, steep, both"):
        script(NAME).replay(script(NAME).Replay(start="gentle"), script(NAME).Config())


def test_slopes_and_kinks_are_changed_one_at_a_time():
    """A factorial: each start has slopes from one of two and kinks from one of two."""
    cfg = script(NAME).SMALL
    slopes, kinks = {}, {}
    for name in STARTS:
        (W, b), _ = script(NAME).started(name, cfg).layers
        slopes[name], kinks[name] = W[:, 0].numpy(), (-b[:, 0] / W[:, 0]).numpy()
    np.testing.assert_array_equal(slopes["spread"], slopes["usual"])
    np.testing.assert_array_equal(slopes["steep"], slopes["both"])
    np.testing.assert_allclose(kinks["steep"], kinks["usual"], rtol=1e-12)
    np.testing.assert_allclose(kinks["spread"], kinks["both"], rtol=1e-12)
    assert np.abs(slopes["usual"]).max() <= (6 / 33) ** 0.5
    assert 10 < slopes["both"].std() < 30
    assert np.abs(kinks["both"]).max() < 1.001


def test_the_kinks_of_xaviers_start_are_spread_already():
    cfg = replace(script(NAME).SMALL, seeds=200)
    usual = script(NAME).kinks_of(script(NAME).started("usual", cfg))
    assert 0.55 < (usual.abs() < 1).double().mean() < 0.75
    res = measured(NAME)
    few = script(NAME).kinks_of(script(NAME).started("usual", res.config))
    assert res.kinks_inside == (few.abs() < 1).double().mean().item()


def test_the_starts_share_the_output_layer():
    cfg = script(NAME).SMALL
    outer = [script(NAME).started(name, cfg).layers[1] for name in STARTS]
    for W, b in outer[1:]:
        assert torch.equal(W, outer[0][0])
        assert torch.equal(b, outer[0][1])


def test_the_other_usual_start_replaces_xavier_and_the_output_layer_of_all():
    cfg = replace(script(NAME).SMALL, start="fan_in_uniform")
    usual, both = (script(NAME).started(name, cfg).layers for name in ("usual", "both"))
    assert 0.9 < usual[0][0].abs().max() <= 1
    assert torch.equal(usual[1][0], both[1][0])
    assert both[0][0].abs().max() > 20


def test_the_explorable_gets_the_starts_that_the_page_can_draw():
    loaded, res = script(NAME), measured(NAME)
    given = loaded.explorable(replace(res, config=replace(res.config, first_seed=3_000_000)))
    assert given["first_seed"] == 3_000_000
    assert [(cell["start"], cell["width"], cell["steps"]) for cell in given["cells"]] == [
        ("usual", 32, 60), ("both", 32, 60)
    ]  # fmt: skip
    at = given["steps"].index(60)
    assert given["steps"][-1] == 60
    for cell in given["cells"]:
        choice = loaded.Replay(start=cell["start"], steps=60)
        assert cell["run"] == loaded.replay(choice, res.config).to_json()
        errors = res.courses[cell["start"]][:, at].numpy()
        assert cell["errors"] == [float(f"{error:.4g}") for error in errors]
        ends = [quantile[-1] for quantile in cell["band"]]
        np.testing.assert_allclose(ends, np.quantile(errors, [0, 0.1, 0.5, 0.9, 1]), rtol=5e-3)
    assert given["curves"] == {"sine": {"constant": res.constant, "failed": 0.1}}


def test_a_run_has_learned_at_its_first_error_below_the_threshold_and_else_at_the_end():
    steps = torch.tensor([0, 10, 20, 40])
    course = torch.tensor([[0.5, 0.09, 0.2, 0.05], [0.5, 0.4, 0.3, 0.2], [0.5, 0.4, 0.1, 0.3]])
    assert script(NAME).learned_at(course, steps).tolist() == [10, 40, 20]


def test_failures_and_steps_are_counted_and_paired_by_seed(monkeypatch):
    """With the threshold amid the errors, some nets fail and some do not."""
    threshold = float(measured(NAME).courses["steep"][:, -1].median())
    monkeypatch.setattr(script(NAME), "_FAILED", threshold)
    res = script(NAME).run(script(NAME).SMALL)
    at = [res.recorded.tolist().index(steps) for steps in res.config.budgets]
    failed = {name: (res.courses[name] > threshold).numpy() for name in STARTS}
    assert 0 < failed["steep"][:, -1].mean() < 1
    for place, steps in zip(at, res.config.budgets, strict=True):
        for name in STARTS:
            assert res.failed[name, steps].mean == failed[name][:, place].mean()
        for name in STARTS[1:]:
            less = failed["usual"][:, place].astype(float) - failed[name][:, place]
            assert res.effects[name, steps].mean == pytest.approx(less.mean())
    times = {name: script(NAME).learned_at(res.courses[name], res.recorded) for name in STARTS}
    for name in STARTS[1:]:
        ratio = (times["usual"] / times[name]).numpy()
        assert res.sooner[name].mean == pytest.approx(np.median(ratio))
    assert res.still["steep"].mean == pytest.approx(
        failed["steep"][:, at[-2]].mean() - failed["steep"][:, at[-1]].mean()
    )


def test_the_drawn_curves_are_the_outputs_after_the_first_of_the_budgets():
    res = measured(NAME)
    x = np.linspace(-1, 1, res.curves.shape[1])
    at = res.recorded.tolist().index(res.config.budgets[0])
    errors = ((res.curves.numpy() - np.sin(12 * x)) ** 2).mean(1)
    wanted = [res.courses[name][res.drawn, at].item() for name in STARTS]
    np.testing.assert_allclose(errors, wanted, rtol=0.05)


@pytest.mark.parametrize(
    ("field", "value", "match"),
    [("same_output_layer", False, "first layer only"), ("kept", 0.01, "slopes from one start")],
)
def test_a_start_that_changes_anything_else_fails_the_check(field, value, match):
    with pytest.raises(AssertionError, match=match):
        script(NAME).check(replace(measured(NAME), **{field: value}))


def around(value):
    return Estimate(value, 0.9 * value, 1.1 * value, 32)


@pytest.mark.parametrize(
    ("steep", "spread", "outcome"),
    [(10, 1, "supported"), (1, 10, "refuted"), (10, 10, "refuted"), (1, 1, "conditional"),
     (4, 1, "inconclusive")],
)  # fmt: skip
def test_steepness_is_the_cause_only_if_it_helps_alone_and_spreading_does_not(
    steep, spread, outcome
):
    res = measured(NAME)
    sooner = (around(spread), around(steep), around(12))
    res = replace(res, sooner=sooner)
    assert claims(NAME)["E01d/steep"].judge(res).outcome == outcome


@pytest.mark.parametrize(
    ("early", "late", "outcome"),
    [(0.8, 0.7, "supported"), (0.8, 0.1, "conditional"), (0.2, 0.1, "refuted")],
)
def test_a_start_that_decides_early_and_not_late_is_conditional(early, late, outcome):
    res = measured(NAME)
    decided = replace(res.decided, cells=(around(early), around(late)))
    assert claims(NAME)["E01d"].judge(replace(res, decided=decided)).outcome == outcome
