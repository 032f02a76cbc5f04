import numpy as np
import pytest
import torch

from dlbook.base.evidence import Estimate
from tests.scripts import claims, measured, replace, script

NAME = "initial_weights_decide"


def torch_errors(start, width, seed, steps, cfg):
    """The same net trained by torch alone, from the same weights."""
    layers = script(NAME).started(width, start, cfg).layers
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


@pytest.mark.parametrize(
    ("column", "start", "width", "steps"),
    [(0, "usual", 32, 60), (1, "spread", 32, 60), (2, "usual", 64, 60), (3, "spread", 64, 60),
     (4, "usual", 64, 100)],
)  # fmt: skip
def test_every_column_is_what_torch_trains_from_the_same_weights(column, start, width, steps):
    expected = torch_errors(start, width, 5, steps, script(NAME).SMALL)
    assert measured(NAME).errors[column, 5].item() == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize(
    ("choice", "column"),
    [({"seed": 3}, 0), ({"seed": 7, "start": "spread"}, 1), ({"width": 64}, 2),
     ({"seed": 5, "width": 64, "start": "spread"}, 3)],
)  # fmt: skip
def test_a_replay_is_the_very_run_of_the_figure_to_the_bit(choice, column):
    loaded, res = script(NAME), measured(NAME)
    replay = loaded.Replay(**choice)
    run = loaded.replay(replay, loaded.Config())
    assert (run.steps, run.rate, run.points) == (6000, 0.003, 100)
    steps = [step for step in res.recorded.tolist() if step <= res.config.steps]
    fit = replace(run, steps=res.config.steps).fit([replay.seed], steps)
    assert torch.equal(fit.losses[0], res.courses[column, replay.seed])
    assert fit.loss[0] == res.errors[column, replay.seed]


def test_the_long_column_goes_on_where_the_wide_one_stops():
    loaded, res = script(NAME), measured(NAME)
    run = loaded.replay(loaded.Replay(width=64, steps=res.config.longer), loaded.Config())
    fit = run.fit([6], res.recorded.tolist())
    assert torch.equal(fit.losses[0], res.long_course[6])
    assert fit.loss[0] == res.errors[4, 6]
    assert torch.equal(res.long_course[:, : res.courses.shape[-1]], res.courses[2])


def test_steps_may_be_set_beyond_the_longer_ones_as_the_exercise_does():
    cfg = replace(script(NAME).SMALL, seeds=6, steps=30, longer=20)
    res = script(NAME).run(cfg)
    assert res.recorded[-1] == 30
    assert torch.equal(res.errors["64 usual"], res.long_course[:, -1])
    assert torch.equal(
        res.errors["64 usual longer"], res.long_course[:, res.recorded.tolist().index(20)]
    )


def test_a_start_that_does_not_exist_is_refused_with_those_that_do():
    with pytest.raises(ValueError, match="no start 'steep'; there are usual, spread"):
        script(NAME).replay(script(NAME).Replay(start="steep"), script(NAME).Config())


def test_the_explorable_gets_run_band_and_errors_of_every_column():
    loaded, res = script(NAME), measured(NAME)
    given = loaded.explorable(res)
    chosen = [{name: cell[name] for name in ("start", "width", "steps")} for cell in given["cells"]]
    assert [tuple(each.values()) for each in chosen] == [
        ("usual", 32, 60), ("spread", 32, 60), ("usual", 64, 60), ("spread", 64, 60),
        ("usual", 64, 100),
    ]  # fmt: skip
    for column, (choice, cell) in enumerate(zip(chosen, given["cells"], strict=True)):
        steps = choice["steps"]
        assert cell["run"] == loaded.replay(loaded.Replay(**choice), res.config).to_json()
        errors = res.errors[column].numpy()
        assert cell["errors"] == [float(f"{error:.4g}") for error in errors]
        assert given["steps"][len(cell["band"][0]) - 1] == steps
        ends = [quantile[-1] for quantile in cell["band"]]
        np.testing.assert_allclose(ends, np.quantile(errors, [0, 0.1, 0.5, 0.9, 1]), rtol=5e-3)
    assert given["curves"] == {"sine": {"constant": res.constant, "failed": 0.1}}


def test_the_starts_share_the_output_layer_and_differ_in_the_first():
    cfg = script(NAME).SMALL
    usual, spread = (script(NAME).started(32, start, cfg).layers for start in ("usual", "spread"))
    assert all(map(torch.equal, usual[1], spread[1]))
    assert not torch.isclose(usual[0][0], spread[0][0]).any()
    bias = usual[1][1]
    assert 0 < bias.abs().max() <= 3**0.5
    assert len(bias.unique()) == cfg.seeds, "the biases are drawn too, as in the code of seed 004"


def test_xavier_starts_gentle_and_the_spread_start_steep_with_kinks_in_the_interval():
    cfg = replace(script(NAME).SMALL, seeds=200)
    (gentle, _), (steep, shifts) = (
        script(NAME).started(64, start, cfg).layers[0] for start in ("usual", "spread")
    )
    assert gentle.abs().max() <= (6 / 65) ** 0.5
    assert steep.std().item() == pytest.approx(20, rel=0.03)
    kinks = (-shifts / steep).flatten().numpy()
    assert np.abs(kinks).max() < 1.001
    np.testing.assert_allclose(np.quantile(kinks, [0.25, 0.5, 0.75]), [-0.5, 0, 0.5], atol=0.03)


def test_summaries_agree_with_numpy():
    res = measured(NAME)
    errors = res.errors.stacked.numpy()
    medians = [middle.mean for middle in res.medians]
    np.testing.assert_allclose(medians, np.median(errors, 1), rtol=1e-12)
    assert res.least == tuple(errors.min(1))
    assert res.most == tuple(errors.max(1))
    x = np.linspace(-1, 1, 100)
    assert res.constant == pytest.approx(np.var(np.sin(12 * x)), rel=1e-12)
    assert sorted(errors[0])[3] == errors[0, res.drawn]


@pytest.mark.parametrize("column", [0, 1, 2, 3])
def test_failures_are_counted_and_paired_by_seed(column, monkeypatch):
    """With the threshold in the middle of one column, some of its nets fail and some do not."""
    errors = measured(NAME).errors.stacked.numpy()
    threshold = float(np.median(errors[column]))
    monkeypatch.setattr(script(NAME), "_FAILED", threshold)
    res = script(NAME).run(script(NAME).SMALL)
    failed = errors > threshold
    assert 0 < failed[column].mean() < 1
    assert [share.mean for share in res.failed] == failed.mean(1).tolist()
    paired = [failed[i].astype(float) - failed[j] for i, j in ((0, 1), (2, 3))]
    assert [gap.mean for gap in res.decided] == [gap.mean() for gap in paired]
    assert res.recovered == (failed[2] & ~failed[4]).sum()
    assert res.threshold == threshold


def test_a_mean_squared_error_of_a_tenth_is_the_threshold():
    assert measured(NAME).threshold == 0.1


def test_the_drawn_curves_have_the_errors_in_their_titles():
    res = measured(NAME)
    x = np.linspace(-1, 1, res.curves.shape[1])
    errors = ((res.curves.numpy() - np.sin(12 * x)) ** 2).mean(1)
    np.testing.assert_allclose(errors, res.errors[:2, res.drawn], rtol=0.05)


def test_a_start_that_changes_the_output_layer_too_fails_the_check():
    with pytest.raises(AssertionError, match="first layer only"):
        script(NAME).check(replace(measured(NAME), same_output_layer=False))


@pytest.mark.parametrize(
    ("low", "high", "outcome"),
    [(0.6, 0.9, "supported"), (0.4, 0.6, "inconclusive"), (0.1, 0.4, "refuted")],
)
def test_the_start_must_decide_half_of_the_fates(low, high, outcome):
    res = measured(NAME)
    estimate = Estimate((low + high) / 2, low, high, 64)
    judged = claims(NAME)["E01d"].judge(replace(res, decided=(estimate, res.decided[64])))
    assert judged.outcome == outcome


@pytest.mark.parametrize(
    ("bad", "outcome"), [(0, "supported"), (10, "inconclusive"), (100, "refuted")]
)
def test_nineteen_of_twenty_long_runs_must_find_the_curve(bad, outcome):
    res = measured(NAME)
    errors = torch.full((5, 200), 0.01, dtype=torch.float64)
    errors[4, :bad] = 0.4
    assert claims(NAME)["A08/found"].judge(replace(res, errors=errors)).outcome == outcome
