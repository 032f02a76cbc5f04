import math

import pytest
import torch
from scipy import stats
from sklearn.datasets import load_digits, make_moons
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

from dlbook.mathematics import rng
from dlbook.training import data


def test_alternating_points_are_i_over_n_with_labels_in_turn() -> None:
    x, y = data.alternating(4)
    assert x.tolist() == [[0.0], [0.25], [0.5], [0.75]]
    assert y.tolist() == [0, 1, 0, 1]


def test_a_truth_table_counts_in_binary() -> None:
    assert data.truth_table(2).tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    rows = ["".join(str(int(bit)) for bit in row) for row in data.truth_table(5)]
    assert rows == [format(i, "05b") for i in range(32)]


def test_boolean_functions_are_all_different_and_all_there() -> None:
    tables = {tuple(data.boolean(number, 3).tolist()) for number in range(256)}
    assert len(tables) == 256
    x, y = data.xor()
    assert y.tolist() == [int(a != b) for a, b in x.tolist()]
    assert data.boolean(0b1110, 2).tolist() == [0, 1, 1, 1]
    with pytest.raises(ValueError, match=r"function 16 of 2 bits: they are numbered 0 … 2\^2\^2"):
        data.boolean(16, 2)


def test_the_curves_are_those_of_the_source() -> None:
    x = torch.tensor([-1.0, 0.5]).double()
    values = {name: curve(x).tolist() for name, curve in data.CURVES.items()}
    assert values == {
        "sin 12x": pytest.approx([-math.sin(12), math.sin(6)]),
        "-2x^4 + x^3 + x^2 - 2x": pytest.approx([-2 - 1 + 1 + 2, -0.125 + 0.125 + 0.25 - 1]),
        "|x|": [1.0, 0.5],
    }


def test_moons_without_noise_lie_on_scikit_learns_circles() -> None:
    x, y = data.moons(400, 0.0, rng.stream(0, "data"))
    theirs, labels = make_moons(400, noise=0.0, random_state=0)
    for points, classes in ((x.numpy(), y.numpy()), (theirs, labels)):
        upper, lower = points[classes == 0], points[classes == 1] - [1.0, 0.5]
        for arc, side in ((upper, 1), (lower, -1)):
            assert (arc**2).sum(1) == pytest.approx(1.0)
            assert (side * arc[:, 1]).min() >= -1e-12
            assert len(arc) == 200


def test_moons_angles_are_uniform_and_their_noise_normal() -> None:
    x, y = data.moons(4000, 0.0, rng.stream(0, "data"))
    noisy, _ = data.moons(4000, 0.1, rng.stream(0, "data"))
    angles = torch.atan2(x[y == 0, 1], x[y == 0, 0]).numpy()
    assert stats.kstest(angles, stats.uniform(0, math.pi).cdf).pvalue > 1e-3
    noise = ((noisy - x) / 0.1).flatten().numpy()
    assert stats.kstest(noise, stats.norm.cdf).pvalue > 1e-3


def test_an_odd_moon_goes_to_class_0() -> None:
    _, y = data.moons(5, 0.1, rng.stream(0, "data"))
    assert y.tolist() == [0, 0, 0, 1, 1]


def test_the_sets_of_many_seeds_are_the_sets_of_each() -> None:
    seeds = [3, 8]
    moons = data.moons(7, 0.1, rng.streams(seeds, "data"))
    normal = data.mixture(3, rng.streams(seeds, "shape"))
    drawn = normal.draw(4, 3, rng.streams(seeds, "data"))
    (digits, _), (held_out, _) = data.digits(20, 9, rng.streams(seeds, "data"))
    assert (moons[0].shape, moons[1].shape) == ((2, 7, 2), (2, 7))
    assert (drawn[0].shape, drawn[1].shape) == ((2, 7, 3), (2, 7))
    assert (digits.shape, held_out.shape) == ((2, 20, 64), (2, 9, 64))
    for k, seed in enumerate(seeds):
        one = data.mixture(3, rng.stream(seed, "shape"))
        for many, alone in (
            (moons, data.moons(7, 0.1, rng.stream(seed, "data"))),
            (drawn, one.draw(4, 3, rng.stream(seed, "data"))),
        ):
            torch.testing.assert_close(many[0][k], alone[0], rtol=1e-14, atol=1e-14)
            assert torch.equal(many[1][k], alone[1])
        assert torch.equal(digits[k], data.digits(20, 9, rng.stream(seed, "data"))[0][0])
        assert float(normal.distance[k]) == pytest.approx(float(one.distance), rel=1e-12)


def test_a_mixture_has_the_covariance_and_the_means_that_it_says() -> None:
    mixture = data.mixture(4, rng.stream(1, "shape"))
    assert 0 <= float(mixture.root.min()) < float(mixture.root.max()) < 1
    assert mixture.gap.tolist() == pytest.approx([1, 1 / 2, 1 / 3, 1 / 4])
    x, y = mixture.draw(100_000, 50_000, rng.stream(1, "data"))
    assert y.bincount().tolist() == [100_000, 50_000]
    covariance = mixture.root.T @ mixture.root
    for label, mean in ((0, torch.zeros(4).double()), (1, mixture.gap)):
        drawn = x[y == label]
        torch.testing.assert_close(drawn.mean(0), mean, rtol=0, atol=0.03)
        torch.testing.assert_close(drawn.T.cov(), covariance, rtol=0.03, atol=0.02)


def test_the_bayes_accuracy_is_that_of_the_best_linear_rule_by_another_library() -> None:
    for seed in range(3):
        mixture = data.mixture(3, rng.stream(seed, "shape"))
        x, y = mixture.draw(100_000, 100_000, rng.stream(seed, "data"))
        found = LinearDiscriminantAnalysis(solver="lsqr").fit(x, y).score(x, y)
        bayes = float(mixture.bayes_accuracy)
        assert found == pytest.approx(bayes, abs=5 * math.sqrt(bayes * (1 - bayes) / 200_000))


def test_the_distance_of_round_classes_is_that_of_their_means() -> None:
    mixture = data.Mixture(2 * torch.eye(2).double(), torch.tensor([3.0, 4.0]).double())
    assert float(mixture.distance) == pytest.approx(2.5)
    assert float(mixture.bayes_accuracy) == pytest.approx(stats.norm.cdf(1.25))
    given = data.mixture(2, rng.stream(0, "shape"), gap=torch.ones(2).double())
    assert given.gap.tolist() == [1.0, 1.0]


def test_digits_are_split_without_overlap_and_scaled() -> None:
    (x, y), (x_test, y_test) = data.digits(1000, 797, rng.stream(0, "data"))
    pixels, numbers = load_digits(return_X_y=True)
    order = rng.stream(0, "data").permutation(1797)
    assert torch.equal(torch.cat([x, x_test]), torch.from_numpy(pixels / 16)[order])
    assert torch.equal(torch.cat([y, y_test]), torch.from_numpy(numbers)[order])
    assert (float(x.min()), float(x.max())) == (0.0, 1.0)
    with pytest.raises(ValueError, match=r"1000 \+ 798 digits: there are 1797"):
        data.digits(1000, 798, rng.stream(0, "data"))
