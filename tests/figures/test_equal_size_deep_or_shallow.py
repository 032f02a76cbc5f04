from itertools import pairwise

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression

from dlbook.mathematics import rng
from dlbook.training import data, stats
from tests.scripts import claims, replace, script, small

NAME = "equal_size_deep_or_shallow"


def torch_parameters(widths, bias=True):
    layers = [torch.nn.Linear(a, b, bias=bias, device="meta") for a, b in pairwise(widths)]
    return sum(p.numel() for layer in layers for p in layer.parameters())


def test_the_sizes_of_the_acoustic_models_are_those_that_torch_counts():
    res = small(NAME)
    for layers, weights in res.deep_weights.items():
        assert weights == torch_parameters([429, *[2048] * layers, 9304], bias=False)
    for units, weights in res.wide_weights.items():
        assert weights == torch_parameters([429, units, 9304], bias=False)


def test_the_matched_rows_agree_with_the_sizes_in_the_paper():
    """36.710 M against 36.713 M, and 45.099 M against 45.103 M."""
    res = small(NAME)
    deep, wide = res.deep_weights, res.wide_weights
    assert [round(deep[k] / 1e6, 3) for k in (5, 7)] == [36.710, 45.099]
    assert [round(wide[k] / 1e6, 3) for k in (3772, 4634)] == [36.713, 45.103]
    assert res.gap_mismatch == max(wide[3772] / deep[5] - 1, wide[4634] / deep[7] - 1)


def test_the_cited_table_is_the_one_in_the_lecture():
    res = small(NAME)
    assert dict(res.deep_errors.items()) == {
        1: 24.2, 2: 20.4, 3: 18.4, 4: 17.8, 5: 17.2, 7: 17.1,
    }  # fmt: skip
    assert dict(res.wide_errors.items()) == {3772: 22.5, 4634: 22.6, 16 * 1024: 22.1}
    assert dict(res.gaps.items()) == {5: 5.3, 7: 5.5}
    assert all(layers == cell for layers, cell in res.deep_layers.items())
    assert all(units == cell for units, cell in res.wide_units.items())


@pytest.mark.parametrize("depth", [2, 3, 5, 7])
def test_no_other_width_comes_closer_to_the_deep_size(depth):
    size = torch_parameters([64, *[32] * depth, 10])
    closest = min(range(1, 300), key=lambda width: abs(torch_parameters([64, width, 10]) - size))
    assert script(NAME).matched(size) == closest


def test_our_shapes_have_the_sizes_that_torch_counts():
    res = small(NAME)
    assert res.deep_parameters.keys() == list(res.config.layers)
    for depth, size in res.deep_parameters.items():
        assert size == torch_parameters([64, *[32] * depth, 10])
        rival = torch_parameters([64, res.shallow_widths[depth], 10])
        assert res.shallow_parameters[depth] == rival
        assert abs(rival / size - 1) <= res.mismatch
    sizes = zip(res.shallow_parameters, res.deep_parameters, strict=True)
    assert res.mismatch == max(abs(rival / size - 1) for rival, size in sizes)


def splits(cfg, train):
    """The same splits, made with numpy from scikit-learn's own arrays."""
    pixels, numbers = load_digits(return_X_y=True)
    for seed in range(cfg.seeds):
        order = rng.stream(seed, "data").permutation(len(numbers)).numpy()
        seen, unseen = order[:train], order[train : train + cfg.test]
        yield (pixels[seen] / 16, numbers[seen]), (pixels[unseen] / 16, numbers[unseen])


def test_the_constant_baseline_agrees_with_scikit_learn():
    cfg = script(NAME).SMALL
    for train in cfg.train:
        parts = splits(cfg, train)
        scores = [DummyClassifier().fit(*seen).score(*unseen) for seen, unseen in parts]
        np.testing.assert_allclose(script(NAME).most_frequent(cfg, train), scores, rtol=1e-12)
        assert small(NAME).constant[train] == stats.mean(scores)


def test_the_linear_baseline_comes_near_the_one_of_scikit_learn():
    cfg = replace(script(NAME).SMALL, steps=1000)
    model = LogisticRegression(C=100.0, max_iter=2000)
    scores = [model.fit(*seen).score(*unseen) for seen, unseen in splits(cfg, 200)]
    _, ours, _ = accuracies(cfg, layers=0, train=200)
    assert abs(ours.mean().item() - np.mean(scores)) < 0.02


def accuracies(cfg, **shape):
    return script(NAME).accuracies(script(NAME).Replay(**shape), cfg)


@pytest.mark.parametrize("train", [100, 200])
def test_deep_and_shallow_are_compared_on_the_same_test_images(train):
    res, cfg = small(NAME), script(NAME).SMALL
    for depth in cfg.layers:
        at = train, depth
        deep_training, deep, early = accuracies(cfg, train=train, layers=depth, width=32)
        width = res.shallow_widths[depth]
        shallow_training, shallow, soon = accuracies(cfg, train=train, layers=1, width=width)
        assert torch.equal(res.by_seed[at], 100 * (deep - shallow))
        assert res.differences[at] == stats.mean(100 * (deep - shallow))
        then = 100 * (early - soon)
        assert res.changes[at] == stats.difference(100 * (deep - shallow), then)
        assert res.deep[at] == stats.mean(deep)
        assert res.shallow[at] == stats.mean(shallow)
        assert res.deep_on_training[at] == stats.mean(deep_training)
        assert res.shallow_on_training[at] == stats.mean(shallow_training)
    assert res.linear[train] == stats.mean(accuracies(cfg, train=train, layers=0)[1])
    _, (x, _) = data.digits(train, cfg.test, rng.streams(range(cfg.seeds), "data"))
    for images, (_, (expected, _)) in zip(x, splits(cfg, train), strict=True):
        np.testing.assert_array_equal(images, expected)


def test_half_of_the_steps_is_where_half_of_the_steps_end():
    cfg = script(NAME).SMALL
    _, _, half = accuracies(cfg, train=100, layers=2, width=32)
    _, end, _ = accuracies(replace(cfg, steps=cfg.steps // 2), train=100, layers=2, width=32)
    assert torch.equal(half, end)


@pytest.mark.parametrize(
    ("points", "outcome"),
    [((1.0, 2.0, 1.0, 2.0), "supported"), ((-1.0, -2.0, 0.0, -1.0), "refuted"),
     ((-1.0, -2.0, 1.0, 1.0), "conditional")],
)  # fmt: skip
def test_every_number_of_images_and_of_layers_is_judged_by_itself(points, outcome):
    cells = [stats.exact(point, 6) for point in points]
    res = replace(small(NAME), differences=cells, changes=[stats.exact(0.1, 6)] * 4)
    assert claims(NAME)["A15/digits"].judge(res).outcome == outcome


def test_a_seed_alone_trains_as_it_does_among_the_others():
    loaded, cfg = script(NAME), script(NAME).SMALL
    run = loaded.replay(loaded.Replay(layers=2), cfg)
    assert torch.equal(run.fit([3]).stack.flat[0], run.fit(range(cfg.seeds)).stack.flat[3])


def test_training_images_are_not_test_images():
    res = small(NAME)
    assert all(a.mean > b.mean for a, b in zip(res.deep_on_training, res.deep, strict=True))
    assert all(a.mean > b.mean for a, b in zip(res.shallow_on_training, res.shallow, strict=True))


@pytest.mark.parametrize(
    ("change", "message"),
    [({"deep_errors": (24.2, 20.4, 18.4, 17.8, 17.2, 17.2)}, "errors fall"),
     ({"gaps": (5.3, 0.4)}, "makes fewer")],
)  # fmt: skip
def test_what_the_cited_table_says_is_checked(change, message):
    script(NAME).check(small(NAME))
    with pytest.raises(AssertionError, match=message):
        script(NAME).check(replace(small(NAME), **change))


@pytest.mark.parametrize("field", ["gap_mismatch", "mismatch"])
def test_check_refuses_shapes_of_different_size(field):
    with pytest.raises(AssertionError, match="match in size"):
        script(NAME).check(replace(small(NAME), **{field: 0.02}))
