import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression

from dlbook.mathematics import measure, nets, optim, rng
from dlbook.training import data, stats, train
from tests.scripts import claims, replace, script, small

NAME = "two_hidden_units_make_xor_linear"
STATES = ("00", "01", "10", "11")


def test_the_construction_is_xor_when_python_counts():
    res = small(NAME)
    for state, output in zip(STATES, res.outputs.tolist(), strict=True):
        a, b = map(int, state)
        h1, h2 = max(a + b, 0), max(a + b - 1, 0)
        assert res.inputs[state].tolist() == [a, b]
        assert res.hidden[state].tolist() == [h1, h2]
        assert output == h1 - 2 * h2 == a ^ b


def test_the_drawn_band_is_where_the_construction_exceeds_one_half():
    loaded, draw = script(NAME), rng.stream(0, "test band")
    x = draw.uniform(2000, 2, low=-0.45, high=1.45)
    outputs = loaded.evaluate(loaded.construction(), x)[:, 0]
    total = x.sum(1)
    assert torch.equal(outputs > 0.5, (total > 0.5) & (total < 1.5))


def test_logistic_regression_agrees_with_scikit_learn():
    """On standard features; both minimise the mean loss plus |w|²/2n."""
    loaded, cfg = script(NAME), replace(script(NAME).SMALL, linear_steps=2000)
    x, y = data.moons(80, 0.2, rng.streams(range(2), "logistic"))
    W, b = loaded.logistic(x, y, cfg).layers[0]
    for k in range(2):
        oracle = LogisticRegression(tol=1e-10, max_iter=5000).fit(x[k].numpy(), y[k].numpy())
        np.testing.assert_allclose(W[k, :, 0], oracle.coef_[0], atol=1e-4)
        np.testing.assert_allclose(b[k, 0], oracle.intercept_, atol=1e-4)


def test_on_features_of_a_trained_net_it_predicts_what_scikit_learn_predicts():
    loaded, cfg = script(NAME), script(NAME).Config(seeds=3)
    cfg = replace(cfg, steps=1000)
    accuracies = loaded.moons(cfg).accuracies
    seeds = range(3)
    x, y = data.moons(cfg.points, cfg.noise, rng.streams(seeds, "data"))
    test, truth = data.moons(cfg.test_points, cfg.noise, rng.streams(seeds, "test"))
    start = nets.init(nets.MLP((2, 16, 16, 1)), seeds, "he_normal")
    end = train.fit(start, x, y, loss="binary_cross_entropy", optimiser=optim.Adam(1e-2),
                    steps=1000).stack  # fmt: skip
    views = {"raw": lambda z: z, "untrained": lambda z: start.signals(z)[1],
             "trained": lambda z: end.signals(z)[1]}  # fmt: skip
    for name, view in views.items():
        features, others = view(x).numpy(), view(test).numpy()
        for k in seeds:
            oracle = LogisticRegression(tol=1e-8, max_iter=5000).fit(features[k], y[k].numpy())
            score = oracle.score(others[k], truth[k].numpy())
            assert float(accuracies[name][k]) == pytest.approx(score, abs=2 / cfg.test_points)


def test_test_points_are_not_the_training_points():
    draw = rng.stream(0, "data"), rng.stream(0, "test")
    (x, _), (test, _) = (data.moons(50, 0.1, one) for one in draw)
    assert not set(map(tuple, x.tolist())) & set(map(tuple, test.tolist()))


def test_summaries_agree_with_numpy():
    res = small(NAME)
    raw, untrained, trained = (res.accuracies[k].numpy() for k in ("raw", "untrained", "trained"))
    assert res.gain.mean == pytest.approx((trained - raw).mean(), abs=1e-12)
    assert res.gain_by_training.mean == pytest.approx((trained - untrained).mean(), abs=1e-12)
    assert res.raw.mean == pytest.approx(raw.mean(), abs=1e-12)
    assert res.untrained.mean == pytest.approx(untrained.mean(), abs=1e-12)
    assert res.trained.mean == pytest.approx(trained.mean(), abs=1e-12)
    assert res.gain_by_layer.mean == pytest.approx((untrained - raw).mean(), abs=1e-12)
    loaded, cfg = script(NAME), script(NAME).SMALL
    half = loaded.moons(replace(cfg, steps=cfg.steps // 2)).accuracies["trained"].numpy()
    assert res.late_gain.mean == pytest.approx((trained - half).mean(), abs=1e-12)


def test_fitting_means_every_prediction_within_a_quarter():
    y = torch.tensor([0, 1, 1])
    logits = torch.logit(torch.tensor([0.2499, 0.7501, 0.7499], dtype=torch.float64))
    assert script(NAME).fits(logits[None, :, None], y, 0.25).tolist() == [[True, True, False]]


@pytest.mark.parametrize(("left", "state"), list(enumerate(STATES)))
def test_the_sample_left_out_does_not_reach_training(left, state):
    loaded, cfg = script(NAME), replace(script(NAME).SMALL, xor_steps=40)
    x, y = data.xor()
    seen = loaded.fitted_to(loaded.Replay(left_out=state), cfg).flat
    others = torch.arange(4) != left
    start = nets.init(nets.MLP((2, 2, 1)), range(cfg.xor_seeds))
    alone = train.fit(start, x[others], y[others], loss="binary_cross_entropy",
                      optimiser=optim.Adam(cfg.xor_rate), steps=40).stack.flat  # fmt: skip
    torch.testing.assert_close(seen, alone, rtol=0, atol=1e-9)


def test_the_plane_through_three_corners_of_xor_misses_the_fourth():
    """Why the fourth does not follow: the affine guess is -1 or 2, on the wrong side of 1/2."""
    x, y = (part.numpy() for part in data.xor())
    for left in range(4):
        others = np.arange(4) != left
        design = np.c_[x, np.ones(4)]
        guess = design[left] @ np.linalg.solve(design[others], y[others])
        assert (guess > 0.5) != (y[left] == 1)


def test_fits_and_followers_are_counted_seed_by_seed():
    loaded, cfg = script(NAME), script(NAME).SMALL
    res, (x, y) = small(NAME), data.xor()
    p = loaded.fitted_to(loaded.Replay(), cfg).predict(x)[..., 0].sigmoid().numpy()
    share = (np.abs(p - y.numpy()) < 0.25).all(1).mean()
    assert res.fitted.mean == share
    three, follow = loaded.fourth_input(cfg)
    assert res.fitted_three == int(three.sum())
    assert res.followed == stats.rate([bool(f) for t, f in zip(three, follow, strict=True) if t])
    guesses = []
    for left, state in enumerate(STATES):
        outputs = loaded.fitted_to(loaded.Replay(left_out=state), cfg).predict(x)
        guesses.append(outputs[:, left, 0].sigmoid().round() == y[left])
    assert torch.equal(follow, torch.cat(guesses))
    assert len(three) == 4 * cfg.xor_seeds


def test_more_data_are_noisy_copies_and_are_judged_on_the_four_states():
    loaded, cfg, res = script(NAME), script(NAME).SMALL, small(NAME)
    x, y = data.xor()
    found = loaded.copied(cfg).draw(range(3))
    draw = rng.streams(range(3), "copies").normal(4 * cfg.copies, 2)
    for copy in range(cfg.copies):
        here = slice(4 * copy, 4 * copy + 4)
        torch.testing.assert_close(found.x[:, here], x + cfg.spread * draw[:, here])
        assert torch.equal(found.y[0, here], y)
    start = nets.init(nets.MLP((2, 2, 1)), range(3))
    end = train.fit(start, found.x, found.y, loss="binary_cross_entropy",
                    optimiser=optim.Adam(cfg.xor_rate), steps=cfg.xor_steps).stack  # fmt: skip
    near = ((end.predict(x)[..., 0].sigmoid() - y).abs() < 0.25).all(1)
    assert torch.equal(loaded.learned_from("more", cfg)[:3], near)
    four, many = (loaded.learned_from(how, cfg) for how in ("none", "more"))
    assert res.more_helps == stats.paired_rates(many, four)
    shorter = replace(cfg, xor_steps=cfg.xor_steps // 2)
    early = [loaded.learned_from(how, shorter).double() for how in ("none", "more")]
    late = (many.double() - early[1]) - (four.double() - early[0])
    assert res.more_change == stats.mean(late)


def test_logistic_regression_on_xor_says_one_half_everywhere():
    x, y = data.xor()
    outputs = script(NAME).logistic(x[None], y, script(NAME).SMALL).predict(x)
    assert outputs.abs().max() < 1e-12
    assert float(measure.accuracy(outputs, y)) == small(NAME).xor_raw.mean == 0.5


@pytest.mark.parametrize(
    "change",
    [
        {"outputs": torch.tensor([0.0, 1.0, 1.0, 1e-9])},
        {"hidden": torch.tensor([[0.0, 0.0], [1.0, 0.0], [1.0, 0.4], [2.0, 1.0]])},
    ],
)
def test_one_wrong_output_or_one_wrong_side_refutes_the_construction(change):
    res = small(NAME)
    broken = replace(res, **{key: value.double() for key, value in change.items()})
    assert claims(NAME)["B20"].judge(res).outcome == "supported"
    assert claims(NAME)["B20"].judge(broken).outcome == "refuted"
    with pytest.raises(AssertionError):
        script(NAME).check(broken)


def test_claims_are_about_nets_that_fit_four_samples_and_about_what_features_gain():
    res = small(NAME)
    assert claims(NAME)["B15"].measure(res) == res.more_helps
    assert claims(NAME)["D04"].measure(res) == res.gain


@pytest.mark.parametrize(
    ("choice", "message"),
    [({"task": "sun"}, "no task 'sun'"), ({"left_out": "12"}, "no state to leave out '12'")],
)
def test_a_task_or_a_state_that_there_is_not_is_refused_by_its_name(choice, message):
    loaded = script(NAME)
    with pytest.raises(ValueError, match=message):
        loaded.replay(loaded.Replay(**choice), loaded.SMALL)


@pytest.mark.parametrize("choice", [{"left_out": "10"}, {"hidden": 0}, {"task": "moons"}])
def test_a_seed_alone_trains_as_it_does_among_all(choice):
    loaded = script(NAME)
    run = loaded.replay(loaded.Replay(**choice), loaded.SMALL)
    every, alone = run.fit(range(6)), run.fit([4])
    assert torch.equal(alone.stack.flat, every.stack[4].flat)
    assert torch.equal(alone.loss, every.loss[[4]])
