import pytest
import torch
from sklearn.linear_model import LogisticRegression

from dlbook.base.along import along
from dlbook.training import data, stats
from tests.scripts import claims, replace, script, small

NAME = "six_activations_part_two_moons"
WORKING = ("relu", "tanh", "square", "sin", "abs", "sigmoid")


def with_source(**values):
    found = small(NAME)
    cells = dict(found.source.items()) | {key: stats.exact(value) for key, value in values.items()}
    change = found.change.map(lambda _: stats.exact(0.0))
    return replace(found, source=along(cells.values(), activation=cells), change=change)


def test_a_linear_net_is_as_good_as_a_logistic_regression():
    loaded = script(NAME)
    cfg = replace(loaded.Config(), steps=200)
    seeds = range(40, 44)
    ended = loaded.trained(loaded.Replay(activation="identity", steps=200), cfg, seeds).end
    x, y = data.moons(cfg.train, cfg.noise, loaded.rng.streams(seeds, "moons"))
    new, labels = data.moons(cfg.test, cfg.noise, loaded.rng.streams(seeds, "test"))
    for k in range(4):
        model = LogisticRegression(C=1e6).fit(x[k], y[k])
        assert ended[k].item() == pytest.approx(model.score(new[k], labels[k]), abs=0.03)


def test_nothing_but_the_last_layer_of_sign_moves():
    loaded = script(NAME)
    plan = loaded.replay(loaded.Replay(activation="sign", steps=20), loaded.SMALL)
    begun, ended = plan.stack([3]), plan.fit([3]).stack
    moved = [not torch.equal(W, V) for (W, _), (V, _) in
             zip(begun.layers, ended.layers, strict=True)]  # fmt: skip
    assert moved == [False, False, True]


def test_a_best_rate_is_chosen_on_other_seeds(monkeypatch):
    loaded = script(NAME)
    asked = []

    def trained(choice, cfg, seeds):
        asked.append(set(seeds))
        accuracy = torch.full((len(seeds), 1), 0.9 if choice.rate == 1e-2 else 0.8).double()
        return loaded.Course(torch.tensor([20]), accuracy, torch.ones(len(seeds)).bool())

    monkeypatch.setattr(loaded, "trained", trained)
    assert loaded.best_rate(loaded.Replay(), (3e-3, 1e-2, 3e-2), loaded.SMALL) == 1e-2
    judged = set(loaded.seeds_from(0, 64))
    assert len(asked) == 3
    assert not any(each & judged for each in asked)


def test_what_the_second_half_gained_is_the_end_less_the_middle():
    loaded = script(NAME)
    course = loaded.Course(
        torch.tensor([0, 5, 10]), torch.tensor([[0.5, 0.75, 1.0]]), torch.tensor([True])
    )
    assert course.gained.item() == 0.25
    assert course.end.item() == 1.0


@pytest.mark.parametrize(("sigmoid", "outcome"), [(0.88, "conditional"), (0.99, "supported")])
def test_one_activation_that_fails_makes_the_claim_conditional(sigmoid, outcome):
    made = with_source(**dict.fromkeys(WORKING, 0.99) | {"sigmoid": sigmoid})
    assert claims(NAME)["E07a"].judge(made).outcome == outcome


@pytest.mark.parametrize(("sign", "outcome"), [(0.88, "supported"), (0.97, "refuted")])
def test_sign_fails_or_does_not(sign, outcome):
    assert claims(NAME)["E07a/sign"].judge(with_source(sign=sign)).outcome == outcome


@pytest.mark.parametrize(("linear", "outcome"), [(0.88, "supported"), (0.95, "refuted")])
def test_about_88_percent_is_within_a_point(linear, outcome):
    assert claims(NAME)["E07c"].judge(with_source(identity=linear)).outcome == outcome


@pytest.mark.parametrize(
    ("deep", "moving", "outcome"),
    [(-0.3, 0.0, "conditional"), (0.0, 0.0, "supported"), (-0.3, 0.05, "inconclusive")],
)
def test_squares_are_judged_at_every_depth_and_by_their_curve(deep, moving, outcome):
    cells = [stats.exact(value) for value in (0.0, deep)]
    changes = [stats.exact(value) for value in (0.0, moving)]
    made = replace(small(NAME), behind=along(cells, layers=(2, 3)),
                   behind_change=along(changes, layers=(2, 3)))  # fmt: skip
    assert claims(NAME)["E07b"].judge(made).outcome == outcome
