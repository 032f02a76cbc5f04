import math
from itertools import product

import numpy as np
import pytest
import torch
from sklearn.metrics import log_loss

from dlbook.mathematics import nets
from dlbook.training import data, stats
from tests.scripts import claims, replace, script, small

NAME = "finding_xor_takes_luck_or_width"
X, Y = data.xor()
ACTIVATIONS = ("sigmoid", "tanh", "relu")
METHODS = list(product(("adam", "descent"), ("cross_entropy", "squared")))


def setting(activation="relu", method=("adam", "cross_entropy"), width=2):
    descent, loss = method
    return script(NAME).Replay(width=width, activation=activation, method=descent, loss=loss)


def place(choice):
    """The row of a setting among all that the figure trained."""
    return script(NAME).settings(script(NAME).SMALL).index(choice)


@pytest.mark.parametrize(
    ("place", "together"), [(0, [0, 1]), (0, [1, 3]), (1, [0, 1, 2]), (2, [0, 1, 2, 3])]
)
def test_a_level_is_the_best_log_loss_if_those_inputs_get_one_answer(place, together):
    losses = []
    for sixtieth in range(1, 60):
        predictions = Y.double().numpy()
        predictions[together] = sixtieth / 60
        losses.append(log_loss(Y.numpy(), predictions, labels=[0, 1]))
    assert script(NAME).levels()[place] == pytest.approx(min(losses), rel=1e-12)


def test_confusing_inputs_of_one_label_would_cost_nothing():
    """Why the pair of the first level must be of opposite labels."""
    assert log_loss(Y.numpy(), Y.double().numpy()) < 1e-12


@pytest.mark.parametrize(
    ("predictions", "learned"),
    [((0.0, 1.0, 1.0, 0.0), True), ((0.24, 0.76, 0.76, 0.24), True),
     ((0.26, 1.0, 1.0, 0.0), False), ((0.0, 1.0, 0.74, 0.0), False),
     ((0.0, 1.0, 1.26, 0.0), False), ((1.0, 0.0, 0.0, 1.0), False)],
)  # fmt: skip
def test_success_asks_for_all_four_answers_with_a_margin(predictions, learned):
    assert script(NAME).solved(torch.tensor([predictions]), Y, 0.25).tolist() == [learned]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_training_agrees_with_autograd_and_torch_optim(activation, method):
    cfg = replace(script(NAME).SMALL, seeds=8, adam_steps=120, steps=120)
    flat = nets.init(nets.MLP((2, 2, 1), activation), range(8)).flat.requires_grad_()
    net = nets.MLP((2, 2, 1), activation)
    adam, squared = "adam" in method, "squared" in method
    rate = 0.1 if squared else 1.0
    step = torch.optim.Adam([flat], 0.05) if adam else torch.optim.SGD([flat], rate)
    measure = torch.nn.MSELoss if squared else torch.nn.BCEWithLogitsLoss
    for _ in range(120):
        step.zero_grad()
        outputs = nets.differentiable(net, flat, X)[..., 0]
        measure(reduction="none")(outputs, Y.double().expand(8, 4)).mean(1).sum().backward()
        step.step()
    outputs = nets.differentiable(net, flat, X)[..., 0].detach()
    predictions = outputs if squared else torch.sigmoid(outputs)
    found = script(NAME).trained(setting(activation, method), cfg)
    torch.testing.assert_close(found.stack.flat, flat.detach(), rtol=1e-7, atol=1e-7)
    assert found.solved.tolist() == [
        bool(np.allclose(row, Y, rtol=0, atol=0.25)) for row in predictions
    ]


def test_rates_count_the_seeds_of_their_setting():
    res, cfg = small(NAME), script(NAME).SMALL
    rates = {"sigmoid": res.sigmoid, "tanh": res.tanh, "relu": res.relu}
    for name, method in product(ACTIVATIONS, METHODS):
        found = script(NAME).trained(setting(name, method), cfg)
        assert rates[name][method] == stats.rate(found.solved)
    for width in res.config.widths:
        found = script(NAME).trained(setting(width=width), cfg)
        assert res.by_width[width] == stats.rate(found.solved)
        assert torch.equal(res.width_losses[width], found.loss)
    every = [rate.mean for found in rates.values() for rate in found]
    assert (res.worst.mean, res.best.mean) == (min(every), max(every))


def test_failures_are_sorted_by_the_level_they_stand_on():
    res, cfg = small(NAME), script(NAME).SMALL
    for name in ACTIVATIONS:
        found = script(NAME).trained(setting(name), cfg)
        assert torch.equal(res.activation_losses[name], found.loss)
        failed = [x for x, good in zip(found.loss.tolist(), found.solved, strict=True) if not good]
        on = [{n for n, level in res.levels.items() if abs(x - level) < 0.01} for x in failed]
        assert res.failures[name] == len(failed)
        assert res.on_a_level[name] == pytest.approx(sum(map(bool, on)) / len(failed))
        assert res.pairs[name] == pytest.approx(sum(2 in confused for confused in on) / len(failed))


@pytest.mark.parametrize(
    "fields",
    [{"seed": 7}, {"seed": 40, "width": 8},
     {"seed": 3, "activation": "tanh", "method": "descent", "loss": "squared"}],
)  # fmt: skip
def test_a_replay_is_the_very_run_of_the_figure_to_the_bit(fields):
    loaded, res = script(NAME), small(NAME)
    choice = loaded.Replay(**fields)
    run = loaded.replay(choice, loaded.Config())
    assert run.steps == (8000 if choice.method == "adam" else 40_000)
    fit = loaded.replay(choice, loaded.SMALL).fit([choice.seed])
    row = place(replace(choice, seed=0))
    assert fit.loss.item() == res.losses[row, choice.seed]
    assert loaded.solves(fit.stack, choice.loss, 0.25).item() == res.solved[row, choice.seed]


def test_every_setting_of_the_figure_stands_once_among_the_runs():
    res, settings = small(NAME), script(NAME).settings(script(NAME).SMALL)
    assert len(set(settings)) == len(settings) == 12 + 4 == len(res.losses) == len(res.solved)
    for width in res.config.widths:
        assert torch.equal(res.losses[place(setting(width=width))], res.width_losses[width])


@pytest.mark.parametrize(
    ("method", "message"),
    [(("adam", "square"), "no loss 'square'"), (("sgd", "squared"), "no method 'sgd'")],
)
def test_an_unknown_loss_or_method_is_refused_by_its_name(method, message):
    loaded = script(NAME)
    with pytest.raises(ValueError, match=message):
        loaded.replay(setting(method=method), loaded.Config())


@pytest.mark.parametrize(
    ("loss", "final", "good", "ending"),
    [("cross_entropy", 1e-4, True, 0), ("cross_entropy", math.log(2) / 2, False, 1),
     ("cross_entropy", 0.47, False, 2), ("cross_entropy", math.log(2) + 0.009, False, 3),
     ("cross_entropy", 0.6, False, 4), ("cross_entropy", 1e-4, False, 4),
     ("squared", 1 / 8, False, 1), ("squared", 1 / 6, False, 2), ("squared", 1 / 4, False, 3),
     ("squared", 0.2, False, 4), ("squared", 1 / 8, True, 0)],
)  # fmt: skip
def test_a_run_ends_solved_or_on_the_level_it_is_near_or_elsewhere(loss, final, good, ending):
    losses = torch.tensor([final], dtype=torch.float64)
    assert script(NAME).endings(loss, losses, torch.tensor([good])) == [ending]


@pytest.mark.parametrize("together", [[0, 1], [0, 1, 2], [0, 1, 2, 3]])
def test_a_level_of_squared_error_is_the_best_if_those_inputs_get_one_answer(together):
    losses = []
    for sixtieth in range(61):
        predictions = Y.double().clone()
        predictions[together] = sixtieth / 60
        losses.append((predictions - Y).square().mean().item())
    level = script(NAME).levels(script(NAME).variance)[len(together) - 2]
    assert level == pytest.approx(min(losses), rel=1e-12)


def test_the_explorable_gets_a_digit_for_every_seed_and_the_run_of_every_setting():
    loaded, res = script(NAME), small(NAME)
    given = loaded.explorable(res)
    assert len(given["settings"]) == len(res.losses)
    for each in given["settings"]:
        ends, name = each["ends"], each["activation"]
        assert len(ends) == res.config.seeds == given["seeds"]
        chosen = {name: each[name] for name in ("activation", "width", "method", "loss")}
        assert each["run"] == loaded.replay(loaded.Replay(**chosen), res.config).to_json()
        if each["width"] != 2:
            assert ends.count("0") == round(res.by_width[each["width"]].mean * len(ends))
            continue
        rate = getattr(res, name)[each["method"], each["loss"]].mean
        assert ends.count("0") == round(rate * len(ends))
        if (each["method"], each["loss"]) == ("adam", "cross_entropy"):
            on = sum(ends.count(digit) for digit in "123")
            assert on == round(res.on_a_level[name] * res.failures[name])
            assert ends.count("1") == round(res.pairs[name] * res.failures[name])


@pytest.mark.parametrize("loss", ["cross_entropy", "squared"])
def test_inputs_that_an_ending_calls_confused_get_one_answer(loss):
    """Two, three or four of them, to within a hundredth; trained at the book's length."""
    loaded = script(NAME)
    fit = loaded.replay(loaded.Replay(loss=loss), loaded.Config()).fit(range(64))
    ends = loaded.endings(loss, fit.loss, loaded.solves(fit.stack, loss, 0.25))
    outputs = fit.stack.predict(X)[..., 0]
    answers = outputs if loss == "squared" else outputs.sigmoid()
    assert {1, 2, 3} <= set(ends)
    for end, four in zip(ends, answers, strict=True):
        if end in (1, 2, 3):
            alike = ((four[:, None] - four).abs() < 0.01).sum(1).max()
            assert alike == end + 1


def test_the_outcome_is_told_with_a_unit_that_died():
    loaded = script(NAME)
    fits = loaded.replay(loaded.Replay(), loaded.Config()).fit(range(64))
    told = []
    for seed in range(64):
        one = replace(fits, stack=fits.stack[seed], loss=fits.loss[[seed]])
        told.append(loaded.outcome(loaded.Replay(seed=seed), one))
        dead = bool((one.stack.signals(X)[0] == 0).all(1).any())
        assert ("a unit is 0 on every input" in told[-1]) == dead
    assert {text.partition(",")[0] for text in told} == set(loaded._ENDINGS[:4])


def test_a_unit_is_dead_if_it_is_zero_on_every_input():
    output = (torch.ones(2, 1), torch.zeros(1))
    off = (torch.tensor([[1.0, -1.0], [1.0, -1.0]]), torch.tensor([0.0, 0.0]))
    barely = (off[0], torch.tensor([0.0, 0.01]))
    for layer, dead in ((off, True), (barely, False)):
        stack = nets.from_layers([layer, output], "relu")
        assert script(NAME).has_dead_unit(stack).tolist() == [dead]


def test_dead_units_are_counted_among_failures_and_among_successes():
    res = small(NAME)
    found = script(NAME).trained(setting("relu"), script(NAME).SMALL)
    dead = script(NAME).has_dead_unit(found.stack).tolist()
    kept = [unit for unit, good in zip(dead, found.solved.tolist(), strict=True) if not good]
    assert res.dead_in_failures == stats.rate(kept)
    assert res.dead_in_successes == sum(dead) - sum(kept)


def test_one_relu_never_comes_near_enough_to_all_four_answers():
    cfg = replace(script(NAME).SMALL, adam_steps=1000)
    assert not script(NAME).trained(setting("relu", width=1), cfg).solved.any()


def test_check_refuses_a_solution_with_a_dead_unit():
    with pytest.raises(AssertionError, match="monotonically"):
        script(NAME).check(replace(small(NAME), dead_in_successes=1))


def test_claims_are_about_the_best_way_the_worst_way_and_descent_on_sigmoids():
    res = small(NAME)
    measured = {name: claim.measure(res) for name, claim in claims(NAME).items()}
    assert measured == {
        "B19": res.two,
        "B19/sometimes": res.two,
        "D08/xor": res.two.at(method="descent"),
        "C19/xor": res.both,
    }
    assert len(res.two) == 12
    assert (res.worst, res.best) == tuple(
        pick(res.two, key=lambda rate: rate.mean) for pick in (min, max)
    )


def test_claims_about_shares_of_runs_share_one_rule():
    bounds = {name: claim.bound for name, claim in claims(NAME).items()}
    assert bounds["B19"] == bounds["D08/xor"]
    assert (bounds["B19"].low, bounds["B19/sometimes"].low) == (0.95, 0.05)


def test_a_course_ends_with_the_shares_and_passes_half_of_the_steps():
    res, cfg, loaded = small(NAME), script(NAME).SMALL, script(NAME)
    for way, share in res.two.items():
        activation, method, loss = way
        steps = loaded.moments(cfg, method)
        assert res.times[method].tolist() == steps
        assert steps[-1] == 2 * steps[-2] == (cfg.adam_steps if method == "adam" else cfg.steps)
        course = res.course[way]
        assert course[-1].item() == pytest.approx(share.mean)
        assert course[-2].item() == pytest.approx(res.halfway[way].mean)
        late = replace(cfg, adam_steps=steps[-2], steps=steps[-2])
        half = loaded.trained(setting(activation, (method, loss)), late).solved
        end = loaded.trained(setting(activation, (method, loss)), cfg).solved
        assert res.change[way] == stats.paired_rates(end, half)


def test_the_other_usual_start_is_torchs():
    res, cfg = small(NAME), script(NAME).SMALL
    torchs = replace(cfg, init="fan_in_uniform")
    for width, share in res.by_width_default.items():
        assert share == stats.rate(script(NAME).trained(setting(width=width), torchs).solved)


def test_nets_of_two_outputs_are_trained_as_torch_trains_them():
    cfg, loaded = replace(script(NAME).SMALL, adam_steps=60), script(NAME)
    hot = torch.nn.functional.one_hot(Y).double()
    for head in loaded._HEADS:
        net = nets.MLP((2, 2, 2), "tanh")
        flat = nets.init(net, range(5)).flat.requires_grad_()
        step = torch.optim.Adam([flat], cfg.adam_rate)
        for _ in range(60):
            step.zero_grad()
            outputs = nets.differentiable(net, flat, X)
            if head == "softmax cross_entropy":
                losses = -(outputs.log_softmax(-1) * hot).sum(-1)
            elif head == "softmax squared":
                losses = (outputs.softmax(-1) - hot).square().mean(-1)
            else:
                losses = (outputs - hot).square().mean(-1)
            losses.mean(1).sum().backward()
            step.step()
        found = loaded.two_outputs("tanh", head, cfg).fit(range(5)).stack.flat
        torch.testing.assert_close(found, flat.detach(), rtol=1e-7, atol=1e-7)


def test_the_loss_and_the_output_unit_are_varied_one_at_a_time():
    res, cfg, loaded = small(NAME), script(NAME).SMALL, script(NAME)
    cross, squared, affine = (
        loaded.headed(cfg, "sigmoid", head).last
        for head in ("softmax cross_entropy", "softmax squared", "affine squared")
    )
    assert res.loss_alone == stats.paired_rates(squared, cross)
    assert res.output_alone == stats.paired_rates(affine, squared)
    assert res.both == stats.paired_rates(affine, cross)
    named, rival = claims(NAME)["C19/xor"].factors
    assert (named.effect(res), rival.effect(res)) == (res.loss_alone, res.output_alone)
    assert (named.rival, rival.rival) == (False, True)


def test_the_page_is_told_where_the_seeds_begin():
    res = small(NAME)
    moved = replace(res, config=replace(res.config, first_seed=7_000_000))
    assert script(NAME).explorable(moved)["first_seed"] == 7_000_000
