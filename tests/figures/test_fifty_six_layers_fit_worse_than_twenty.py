"""Few and many layers on digits: lengthened nets by torch's own layers, shares counted anew."""

import pytest
import torch

from dlbook.mathematics import nets
from dlbook.training import stats
from tests.scripts import accepted, claims, replace, script, small

NAME = "fifty_six_layers_fit_worse_than_twenty"


def test_a_lengthened_net_is_the_same_function_to_the_bit():
    loaded, cfg = script(NAME), script(NAME).SMALL
    short = nets.init(loaded.shape(2, cfg), range(3), "fan_in_uniform")
    long = loaded.lengthened(short, 7)
    assert long.net.widths == (64, *[cfg.width] * 7, 10)
    x = torch.randn(50, 64, generator=torch.Generator().manual_seed(1)).double()
    assert torch.equal(short.predict(x), long.predict(x))
    h = x
    for W, b in long.layers[:-1]:
        h = torch.relu(h @ W[1] + b[1])
    W, b = long.layers[-1]
    torch.testing.assert_close(h @ W[1] + b[1], short.predict(x)[1], rtol=1e-12, atol=1e-12)


def test_a_net_cannot_be_lengthened_to_fewer_layers():
    loaded, cfg = script(NAME), script(NAME).SMALL
    with pytest.raises(ValueError, match="cannot be lengthened to 1"):
        loaded.lengthened(nets.init(loaded.shape(2, cfg), [0], "he_normal"), 1)


def test_passing_on_begins_as_the_function_of_the_few():
    loaded, cfg = script(NAME), script(NAME).SMALL
    (x, _), _ = loaded.split([0, 1], cfg)
    few, passing = (
        loaded.replay(loaded.Replay(net=net), cfg).stack([0, 1]) for net in ("few", "passing")
    )
    assert torch.equal(few.predict(x), passing.predict(x))
    assert passing.net == loaded.shape(cfg.many, cfg)


def test_accuracies_are_those_of_nets_trained_alone():
    loaded, cfg, res = script(NAME), script(NAME).SMALL, small(NAME)
    (x, y), (new, answers) = loaded.split(range(cfg.seeds), cfg)
    for net in ("few", "many", "passing"):
        run = loaded.replay(loaded.Replay(net=net, rate=res.chosen[net]), cfg)
        stack = run.fit(range(cfg.seeds)).stack
        seen = (stack.predict(x).argmax(-1) == y).double().mean(1)
        torch.testing.assert_close(res.by_seed[net], seen)
        unseen = (stack.predict(new).argmax(-1) == answers).double().mean(1)
        torch.testing.assert_close(res.unseen_by_seed[net], unseen)
    assert res.worse == stats.mean(res.by_seed["few"] - res.by_seed["many"])
    assert res.kept == stats.mean(res.by_seed["passing"] - res.by_seed["few"])


def test_check_refuses_an_output_that_has_changed():
    loaded, res = script(NAME), small(NAME)
    loaded.check(res)
    wrong = res.copied.clone()
    wrong[0] = False
    with pytest.raises(AssertionError, match="change no output"):
        loaded.check(replace(res, copied=wrong))
    assert claims(NAME)["C17"].judge(replace(res, copied=wrong)).outcome == "refuted"


@pytest.mark.parametrize(
    ("gap", "change", "outcome"),
    [(0.4, 0.0, "supported"), (0.01, 0.0, "refuted"), (0.4, -0.3, "inconclusive")],
)
def test_worse_is_five_points_that_do_not_melt_away(gap, change, outcome):
    res = replace(small(NAME), worse=stats.exact(gap, 16), worse_change=stats.exact(change, 16))
    assert claims(NAME)["C16"].judge(res).outcome == outcome


@pytest.mark.parametrize(("behind", "outcome"), [(-0.02, "supported"), (-0.3, "refuted")])
def test_as_well_is_five_points_behind_at_most(behind, outcome):
    res = replace(small(NAME), kept=stats.exact(behind, 16), kept_change=stats.exact(0.0, 16))
    assert claims(NAME)["C17/start"].judge(res).outcome == outcome


def test_in_the_book_many_layers_are_behind_and_catch_up_if_they_begin_by_passing_on():
    found = accepted(NAME)
    assert found["training"]["many"]["high"] < found["training"]["few"]["low"]
    assert found["unseen"]["many"]["high"] < found["unseen"]["few"]["low"]
    assert found["training"]["passing"]["low"] > found["training"]["many"]["high"]
