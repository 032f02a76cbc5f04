import pytest
import torch

from dlbook.base.along import along
from dlbook.training import stats
from tests.scripts import claims, replace, script, small

NAME = "large_initial_weights_learn_by_heart"


def test_the_parts_of_a_start_are_those_of_the_whole():
    loaded = script(NAME)
    cfg = loaded.SMALL
    stacks = {
        (hidden, output): loaded.replay(loaded.Replay(hidden=hidden, output=output), cfg).stack([4])
        for hidden in ("xavier", "normal")
        for output in ("xavier", "normal")
    }
    mixed, whole = stacks["normal", "xavier"], stacks["normal", "normal"]
    for depth, source in ((0, whole), (1, whole), (2, stacks["xavier", "xavier"])):
        for part in range(2):
            assert torch.equal(mixed.layers[depth][part], source.layers[depth][part])


def test_biases_begin_at_zero_where_they_are_not_drawn():
    loaded = script(NAME)
    for biased in (True, False):
        cfg = replace(loaded.SMALL, biased=biased)
        for name in ("xavier", "tiny", "normal"):
            stack = loaded.replay(loaded.Replay(hidden=name, output=name), cfg).stack([4])
            assert all(bool(b.any()) == biased for _, b in stack.layers)


def test_training_and_test_samples_are_different_and_of_one_mixture():
    loaded = script(NAME)
    train, test, bayes = loaded.samples([1, 2], replace(loaded.SMALL, train=4000, test=4000))
    assert not torch.equal(train.x, test.x)
    torch.testing.assert_close(train.x.mean(1), test.x.mean(1), rtol=0, atol=0.25)
    assert train.y.double().mean() == 0.5
    assert (bayes > 0.5).all()


def test_saturated_units_are_next_to_0_or_1():
    found = small(NAME)
    loaded = script(NAME)
    seeds = loaded.seeds_from(0, loaded.SMALL.seeds)
    _, test, _ = loaded.samples(seeds, loaded.SMALL)
    stack = loaded.replay(loaded.Replay(hidden="ones", output="ones"), loaded.SMALL).stack(seeds)
    h = torch.sigmoid(test.x.sum(2) + 1)  # each unit of the first layer, all alike
    expected = ((h < 0.01) | (h > 0.99)).double().mean().item()
    assert found.saturated["ones", 1].mean == pytest.approx(expected)
    out = stack.predict(test.x)
    assert found.outputs["ones"].mean == pytest.approx(out.abs().mean().item())


@pytest.mark.parametrize(
    ("output", "hidden", "outcome"),
    [(-0.2, 0.0, "supported"), (0.0, -0.2, "refuted"), (0.0, 0.0, "conditional")],
)
def test_exploding_outputs_are_told_from_saturated_units(output, hidden, outcome):
    made = replace(small(NAME), slow=stats.exact(-0.3), by_output=stats.exact(output),
                   by_hidden=stats.exact(hidden))  # fmt: skip
    assert claims(NAME)["E10d"].judge(made).outcome == outcome


@pytest.mark.parametrize(("slower", "outcome"), [(-0.1, "supported"), (0.03, "refuted")])
def test_slow_is_judged_on_the_training_set(slower, outcome):
    made = replace(small(NAME), fits_slower=stats.exact(slower))
    assert claims(NAME)["E10d/slow"].judge(made).outcome == outcome


@pytest.mark.parametrize(
    ("early", "late", "outcome"),
    [(0.05, -0.05, "conditional"), (0.05, 0.05, "supported"), (0.0, -0.05, "refuted")],
)
def test_the_best_start_is_judged_early_and_late(early, late, outcome):
    cells = [stats.exact(early), stats.exact(late)]
    made = replace(small(NAME), ahead=along(cells, steps=(5, 20)))
    assert claims(NAME)["E10a"].judge(made).outcome == outcome


def test_ones_learn_nothing_unless_they_do():
    found = small(NAME)
    for accuracy, outcome in ((0.5, "supported"), (0.9, "refuted")):
        cells = dict(found.accuracy.items()) | {("ones", 20): stats.exact(accuracy)}
        made = replace(found, accuracy=replace(found.accuracy, cells=tuple(cells.values())),
                       ones_change=stats.exact(0.0))  # fmt: skip
        assert claims(NAME)["E10c"].judge(made).outcome == outcome


def test_check_refuses_outputs_that_ones_cannot_give():
    script(NAME).check(small(NAME))
    outputs = small(NAME).outputs
    more = outputs.map(lambda _: stats.exact(1000.0))
    with pytest.raises(AssertionError, match="ones"):
        script(NAME).check(replace(small(NAME), outputs=more))
