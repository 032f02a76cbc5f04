import numpy as np
import pytest
import torch
from scipy.stats import norm
from sklearn.linear_model import LogisticRegression

from dlbook.base.along import each
from dlbook.training import stats
from tests.scripts import claims, replace, script, small

NAME = "modules_pay_where_attributes_add"


def crowd(world, count=400, **settings):
    loaded = script(NAME)
    return loaded.people(loaded.Config(**settings), world, range(4), "train", count)


def test_both_worlds_are_the_same_clouds_of_which_two_change_names():
    (add, kinds), (turned, _) = crowd("additive"), crowd("reversed")
    gap = script(NAME).Config().gap
    centres = [[[-gap, -gap], [-gap, gap], [gap, -gap], [gap, gap]],
               [[-gap, -gap], [gap, gap], [gap, -gap], [-gap, gap]]]  # fmt: skip
    for people, expected in zip((add, turned), centres, strict=True):
        found = people.mean((0, 2))[:, :2]
        np.testing.assert_allclose(found, expected, atol=0.1)
        assert people[..., 2:].mean().abs() < 0.05
        assert abs(float(people[..., 2:].std()) - 1) < 0.05
    assert torch.equal(add[..., 1:], turned[..., 1:])
    assert kinds[:, 0].tolist() == [0, 1, 2, 3]


def test_a_larger_crowd_begins_with_the_smaller_one_of_its_kind():
    """More rare people are the same ones and others, so what they bring is paired."""
    loaded = script(NAME)
    few = loaded.replay(loaded.Replay(rare=1), loaded.Config()).samples([3])
    many = loaded.replay(loaded.Replay(rare=20), loaded.Config()).samples([3])
    assert torch.equal(few.x[:, :601], many.x[:, :601])
    assert (len(few.x[0]), len(many.x[0])) == (601, 620)


@pytest.mark.parametrize(
    ("task", "yes"), [("boy", 201), ("long", 201), ("long-haired boy", 1), ("kind", 200 + 400 + 3)]
)
def test_labels_are_those_of_the_task(task, yes):
    loaded = script(NAME)
    samples = loaded.replay(loaded.Replay(task=task, rare=1), loaded.Config()).samples([0])
    assert int(samples.y.sum()) == yes


def test_a_weight_counts_for_the_rare_people_only():
    loaded = script(NAME)
    samples = loaded.replay(loaded.Replay(rare=2, weight=100.0), loaded.Config()).samples([0])
    assert samples.weight.tolist() == [1.0] * 600 + [100.0] * 2


def test_the_best_rule_finds_as_many_as_the_normal_distribution_says():
    cfg = replace(script(NAME).SMALL, test=4000)
    cues = script(NAME).asked(cfg, "additive")[:, -1, :, :2]
    share = float((cues > 0).all(-1).double().mean())
    assert share == pytest.approx(norm.cdf(cfg.gap) ** 2, abs=0.01)


def test_recall_and_alarms_are_shares_of_those_whom_they_are_about():
    said = torch.tensor([[[True, False], [False, False], [True, True], [True, False]]])
    assert script(NAME).recall(said).tolist() == [0.5]
    assert script(NAME).alarms(said).tolist() == [0.5]


def test_modules_say_yes_where_both_do():
    loaded, cfg = script(NAME), script(NAME).SMALL
    both = loaded.found("modular", "reversed", 5, cfg)[1]
    boy, long = (
        loaded.answers(loaded.Replay(world="reversed", task=task, rare=5), cfg)[1]
        for task in ("boy", "long")
    )
    assert torch.equal(both, boy & long)
    assert small(NAME).recall["reversed", "modular", 5] == stats.mean(loaded.recall(both))


def test_a_readout_of_the_input_is_as_good_as_a_logistic_regression():
    loaded = script(NAME)
    cfg = replace(loaded.SMALL, probing=200, test=200, probe_steps=400, steps=1)
    found = loaded.readouts("additive", cfg)["untrained", "input", "boy"]
    seeds = range(cfg.seeds)
    fresh = loaded.people(cfg, "additive", seeds, "probe", 200)[0].flatten(1, 2).numpy()
    unseen = loaded.asked(cfg, "additive").flatten(1, 2).numpy()
    labels = np.repeat([0, 0, 1, 1], 200)
    model = LogisticRegression(C=1e6)
    scores = [model.fit(x, labels).score(u, labels) for x, u in zip(fresh, unseen, strict=True)]
    assert abs(float(found.mean()) - np.mean(scores)) < 0.01


def test_chance_is_zero_and_certainty_one():
    loaded = script(NAME)
    assert loaded.from_chance(torch.tensor([0.25, 1.0]), 4).tolist() == [0.0, 1.0]
    assert loaded.from_chance(torch.tensor([0.5, 0.75]), 2).tolist() == [0.0, 0.5]


def test_a_seed_alone_trains_as_it_does_among_the_others():
    loaded, cfg = script(NAME), script(NAME).SMALL
    run = loaded.replay(loaded.Replay(rare=5), cfg)
    assert torch.equal(run.fit([3]).stack.flat[0], run.fit(range(cfg.seeds)).stack.flat[3])


@pytest.mark.parametrize(
    ("few", "rare", "outcome"),
    [(0.4, 0.0, "supported"), (0.0, 0.4, "refuted"), (0.4, 0.4, "refuted")],
)
def test_few_and_rare_are_told_apart(few, rare, outcome):
    res = replace(small(NAME), few_and_rare=stats.exact(0.5), few_alone=stats.exact(few),
                  rare_alone=stats.exact(rare))  # fmt: skip
    assert claims(NAME)["C11"].judge(res).outcome == outcome


def test_what_modules_save_is_judged_in_either_world():
    still = each(lambda world: stats.exact(0.0), world=("additive", "reversed"))
    made = each(
        lambda world: stats.exact({"additive": 0.0, "reversed": -0.9}[world]),
        world=("additive", "reversed"),
    )
    res = replace(small(NAME), enough=made, enough_change=still)
    assert claims(NAME)["C14"].judge(res).outcome == "conditional"


@pytest.mark.parametrize("field", ["few_alone", "shared_beyond"])
def test_check_refuses_effects_that_do_not_add(field):
    script(NAME).check(small(NAME))
    with pytest.raises(AssertionError):
        script(NAME).check(replace(small(NAME), **{field: stats.exact(0.9)}))
