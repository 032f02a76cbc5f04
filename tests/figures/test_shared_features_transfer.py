import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits

from dlbook.training import stats
from tests.scripts import claims, replace, script, small

NAME = "shared_features_transfer"


def test_labels_say_whether_the_features_add_up_to_more_than_their_mean():
    loaded, cfg = script(NAME), script(NAME).Config()
    x, y = loaded.made(cfg, "target", [4], "test", 500)
    W = loaded.rng.streams([4], "directions", "shared").normal(10, 3)[0].numpy()
    W = W / np.sqrt((W**2).sum(0))
    draw = loaded.rng.streams([4], "weights", "target")
    c = (draw.uniform(3, low=0.5, high=1.5) * (2.0 * draw.integers(2, 3) - 1))[0].numpy()
    c[0], c[1] = abs(c[0]), -abs(c[1])
    height = np.abs(x[0].numpy() @ W) @ c
    ones = height[y[0].numpy() == 1]
    assert ones.min() > height[y[0].numpy() == 0].max(), "one threshold parts them"
    mean = np.sqrt(2 / np.pi) * c.sum()  # of |w x| for a unit vector w and a normal x
    assert abs((ones.min() + height[y[0].numpy() == 0].max()) / 2 - mean) < 0.06


def test_no_line_does_much_better_than_a_coin_since_features_are_even():
    loaded, cfg = script(NAME), script(NAME).Config()
    x, y = loaded.made(cfg, "target", range(4), "test", 4000)
    sign = 2.0 * y.double() - 1
    assert (x * sign[..., None]).mean(1).abs().max() < 0.06


def test_target_and_related_source_share_directions_and_the_unrelated_one_does_not():
    loaded, cfg = script(NAME), replace(script(NAME).Config(), features=1)

    def spread(task):
        """How much larger x is along the shared direction where the label is 1."""
        x, y = loaded.made(cfg, task, [1], "test", 4000)
        W = loaded.rng.streams([1], "directions", "shared").normal(10, 1)[0]
        along = (x[0] @ (W / W.norm()))[:, 0].abs()
        return abs(float(along[y[0] == 1].mean() - along[y[0] == 0].mean()))

    with pytest.raises(IndexError):
        spread("target")  # two signs are fixed, so one feature is too few
    cfg = replace(cfg, features=2)

    def loading(task):
        x, y = loaded.made(cfg, task, [1], "test", 4000)
        W = loaded.rng.streams([1], "directions", "shared").normal(10, 2)[0]
        along = (x[0] @ (W / W.norm(dim=0))).abs()
        return float((along[y[0] == 1].mean(0) - along[y[0] == 0].mean(0)).abs().min())

    assert loading("target") > 0.3
    assert loading("related") > 0.3
    assert loading("unrelated") < 0.25


def test_images_of_a_digit_are_that_digit_and_new_ones_are_new():
    loaded = script(NAME)
    pixels, numbers = load_digits(return_X_y=True)
    known = {row.tobytes(): number for row, number in zip(pixels / 16, numbers, strict=True)}
    x, y = loaded.scans(range(5, 10), [0, 1], 0, 7)
    assert x.shape == (2, 35, 64)
    for images, labels in zip(x.numpy(), y.tolist(), strict=True):
        assert [known[image.tobytes()] - 5 for image in images] == labels
    later, _ = loaded.scans(range(5, 10), [0, 1], 7, 20)
    for early, late in zip(x.numpy(), later.numpy(), strict=True):
        assert not {row.tobytes() for row in early} & {row.tobytes() for row in late}


def test_what_is_carried_over_is_the_first_layer_alone_and_the_output_layer_is_a_new_one():
    loaded, cfg = script(NAME), script(NAME).SMALL
    plain, source = loaded.planned(loaded.Replay(), cfg), loaded.source("made", "related", cfg)
    learned = source.fit([0, 1]).stack
    flat = loaded.carried(plain, [0, 1], learned)
    (W, b), (V, c) = learned.net.layers(flat)
    assert torch.equal(W, learned.layers[0][0])
    assert torch.equal(b, learned.layers[0][1])
    fresh = plain.stack([500_000, 500_001])
    assert torch.equal(V, fresh.layers[1][0])
    assert torch.equal(c, fresh.layers[1][1])
    began = source.stack([0, 1]).layers[1][0]
    near = [float(torch.corrcoef(torch.stack([v.flatten(), w.flatten()]))[0, 1])
            for v, w in zip(V, began, strict=True)]  # fmt: skip
    assert max(map(abs, near)) < 0.9, "the features were not learned below it"


@pytest.mark.parametrize(
    ("task", "start", "samples"),
    [("made", "related", 20), ("made", "unrelated", 5), ("digits", "other", 5)],
)
def test_a_replay_ends_as_the_figure_has_it(task, start, samples):
    loaded, cfg = script(NAME), script(NAME).SMALL
    choice = loaded.Replay(task=task, start=start, samples=samples)
    seeds = range(cfg.seeds)
    stack = loaded.replay(choice, cfg).fit(seeds).stack
    if task == "made":
        x, y = loaded.made(cfg, "target", seeds, "test", cfg.test)
        expected = small(NAME).right[start, samples]
    else:
        x, y = loaded.scans(range(5, 10), seeds, max(cfg.shots), cfg.digit_test)
        expected = small(NAME).digit_right[start, samples]
    assert stats.mean(loaded.measure.accuracy(stack.predict(x), y)) == expected


def test_a_source_is_learned_where_it_has_the_time():
    loaded = script(NAME)
    cfg = replace(loaded.Config(), seeds=2)
    stack = loaded.source("made", "related", cfg).fit([0, 1]).stack
    x, y = loaded.made(cfg, "related", [0, 1], "test", 500)
    assert loaded.measure.accuracy(stack.predict(x), y).min() > 0.9


@pytest.mark.parametrize(
    ("matched", "trained", "outcome"), [(0.1, 0.0, "supported"), (0.0, 0.1, "refuted")]
)
def test_features_that_match_are_told_from_having_been_trained(matched, trained, outcome):
    res, judged = small(NAME), script(NAME).Config().judged
    assert judged == res.config.judged

    def set_to(of, value):
        return [stats.exact(value) if n == judged else each for n, each in of.items()]

    made = replace(res, helped=set_to(res.helped, 0.1), matched=set_to(res.matched, matched),
                   harmed=set_to(res.harmed, trained))  # fmt: skip
    assert claims(NAME)["X10"].judge(made).outcome == outcome


def test_check_refuses_effects_that_do_not_add():
    script(NAME).check(small(NAME))
    off = [stats.exact(0.9)] * len(small(NAME).matched)
    with pytest.raises(AssertionError, match="as far"):
        script(NAME).check(replace(small(NAME), matched=off))
