from itertools import pairwise

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression

from dlbook.base.evidence import Estimate
from dlbook.mathematics import rng
from dlbook.training import data, stats
from tests.scripts import claims, measured, replace, script

NAME = "equal_size_deep_or_shallow"


def torch_parameters(widths, bias=True):
    layers = [torch.nn.Linear(a, b, bias=bias, device="meta") for a, b in pairwise(widths)]
    return sum(p.numel() for layer in layers for p in layer.parameters())


def test_the_sizes_of_the_acoustic_models_are_those_that_torch_counts():
    res = measured(NAME)
    for layers, weights in zip(res.deep_layers, res.deep_weights, strict=True):
        assert weights == torch_parameters([429, *[2048] * layers, 9304], bias=False)
    for units, weights in zip(res.wide_units, res.wide_weights, strict=True):
        assert weights == torch_parameters([429, units, 9304], bias=False)


def test_the_matched_rows_agree_with_the_sizes_in_the_paper():
    """36.710 M against 36.713 M, and 45.099 M against 45.103 M."""
    res = measured(NAME)
    deep = dict(zip(res.deep_layers, res.deep_weights, strict=True))
    wide = dict(zip(res.wide_units, res.wide_weights, strict=True))
    assert [round(deep[k] / 1e6, 3) for k in (5, 7)] == [36.710, 45.099]
    assert [round(wide[k] / 1e6, 3) for k in (3772, 4634)] == [36.713, 45.103]
    assert res.gap_mismatch == max(wide[3772] / deep[5] - 1, wide[4634] / deep[7] - 1)


def test_the_cited_table_is_the_one_in_the_lecture():
    res = measured(NAME)
    assert dict(zip(res.deep_layers, res.deep_errors, strict=True)) == {
        1: 24.2, 2: 20.4, 3: 18.4, 4: 17.8, 5: 17.2, 7: 17.1,
    }  # fmt: skip
    assert dict(zip(res.wide_units, res.wide_errors, strict=True)) == {
        3772: 22.5, 4634: 22.6, 16 * 1024: 22.1,
    }  # fmt: skip
    assert res.gaps == (5.3, 5.5)


@pytest.mark.parametrize("depth", [2, 3, 5, 7])
def test_no_other_width_comes_closer_to_the_deep_size(depth):
    size = torch_parameters([64, *[32] * depth, 10])
    closest = min(range(1, 300), key=lambda width: abs(torch_parameters([64, width, 10]) - size))
    assert script(NAME).matched(size) == closest


def test_our_shapes_have_the_sizes_that_torch_counts():
    res = measured(NAME)
    assert res.deep_parameters == tuple(
        torch_parameters([64, *[32] * d, 10]) for d in res.config.layers
    )
    assert res.shallow_parameters == tuple(
        torch_parameters([64, width, 10]) for width in res.shallow_widths
    )
    gaps = np.array(res.shallow_parameters.cells) / np.array(res.deep_parameters.cells) - 1
    assert res.mismatch == np.abs(gaps).max()


def splits(cfg):
    """The same splits, made with numpy from scikit-learn's own arrays."""
    pixels, numbers = load_digits(return_X_y=True)
    for seed in range(cfg.seeds):
        order = rng.stream(seed, "data").permutation(len(numbers)).numpy()
        seen, unseen = order[: cfg.train], order[cfg.train : cfg.train + cfg.test]
        yield (pixels[seen] / 16, numbers[seen]), (pixels[unseen] / 16, numbers[unseen])


def test_the_constant_baseline_agrees_with_scikit_learn():
    cfg = script(NAME).SMALL
    scores = [DummyClassifier().fit(*seen).score(*unseen) for seen, unseen in splits(cfg)]
    np.testing.assert_allclose(script(NAME).most_frequent(cfg), scores, rtol=1e-12)
    assert measured(NAME).constant == stats.mean(scores)


def test_the_linear_baseline_comes_near_the_one_of_scikit_learn():
    cfg = replace(script(NAME).SMALL, steps=1000)
    model = LogisticRegression(C=100.0, max_iter=2000)
    scores = [model.fit(*seen).score(*unseen) for seen, unseen in splits(cfg)]
    ours = script(NAME).accuracies((), cfg)[1]
    assert abs(ours.mean().item() - np.mean(scores)) < 0.02


def test_deep_and_shallow_are_compared_on_the_same_test_images():
    res, cfg = measured(NAME), script(NAME).SMALL
    for row, depth, width in zip(res.by_seed, res.config.layers, res.shallow_widths, strict=True):
        deep = script(NAME).accuracies((32,) * depth, cfg)
        shallow = script(NAME).accuracies((width,), cfg)
        assert torch.equal(row, 100 * (deep[1] - shallow[1]))
        assert res.deep[depth] == stats.mean(deep[1])
        assert res.shallow[depth] == stats.mean(shallow[1])
    assert res.linear == stats.mean(script(NAME).accuracies((), cfg)[1])
    assert res.difference == stats.mean(res.by_seed.mean(0))
    assert res.differences[3] == stats.mean(res.by_seed[1])
    _, (x, _) = data.digits(cfg.train, cfg.test, rng.streams(range(cfg.seeds), "data"))
    for images, (_, (expected, _)) in zip(x, splits(cfg), strict=True):
        np.testing.assert_array_equal(images, expected)


def test_training_images_are_not_test_images():
    res = measured(NAME)
    assert all(a.mean > b.mean for a, b in zip(res.deep_on_training, res.deep, strict=True))
    assert all(a.mean > b.mean for a, b in zip(res.shallow_on_training, res.shallow, strict=True))


@pytest.mark.parametrize(
    ("change", "message"),
    [({"deep_errors": (24.2, 20.4, 18.4, 17.8, 17.2, 17.2)}, "errors fall"),
     ({"gaps": (5.3, -0.4)}, "makes fewer")],
)  # fmt: skip
def test_what_the_cited_table_says_is_checked(change, message):
    script(NAME).check(measured(NAME))
    with pytest.raises(AssertionError, match=message):
        script(NAME).check(replace(measured(NAME), **change))


@pytest.mark.parametrize(
    ("low", "high", "outcome"),
    [(0.6, 1.0, "supported"), (-1.4, -0.7, "refuted"), (0.1, 0.4, "refuted"),
     (0.2, 0.9, "inconclusive")],
)  # fmt: skip
def test_depth_on_digits_must_be_worth_half_a_point(low, high, outcome):
    res = replace(measured(NAME), difference=Estimate((low + high) / 2, low, high, 16))
    assert claims(NAME)["A15/digits"].judge(res).outcome == outcome


@pytest.mark.parametrize("field", ["gap_mismatch", "mismatch"])
def test_check_refuses_shapes_of_different_size(field):
    with pytest.raises(AssertionError, match="match in size"):
        script(NAME).check(replace(measured(NAME), **{field: 0.02}))
