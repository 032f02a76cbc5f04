import math

import numpy as np
import pytest
import torch
from sklearn.linear_model import LinearRegression

from dlbook.training import stats
from tests.scripts import claims, replace, script, small

NAME = "depth_forgets_and_skips_keep"


@pytest.mark.parametrize("way", ["relu", "pool", "both", "skip", "both skip"])
def test_what_can_be_read_agrees_with_a_linear_regression(way):
    loaded = script(NAME)
    cfg = replace(loaded.Config(), seeds=3, samples=300, depths=(1, 4))
    x = loaded.inputs(cfg, range(3))
    for h in loaded.layers(cfg, way, range(3)).values():
        found = loaded.read(x, h)
        for k in range(3):
            model = LinearRegression().fit(h[k].numpy(), x[k].numpy())
            misses = 1 - np.mean(1 - np.array([
                1 - ((x[k, :, j].numpy() - model.predict(h[k].numpy())[:, j]) ** 2).sum()
                / ((x[k, :, j] - x[k, :, j].mean()) ** 2).sum().item()
                for j in range(16)
            ]))  # fmt: skip
            adjusted = 1 - (1 - misses) * 299 / (299 - np.linalg.matrix_rank(h[k] - h[k].mean(0)))
            assert found[k].item() == pytest.approx(adjusted, abs=1e-7)


def test_signals_that_have_nothing_to_do_with_the_input_have_0_on_average():
    loaded = script(NAME)
    draw = loaded.rng.streams(range(40), "noise")
    found = loaded.read(draw.normal(100, 5), draw.normal(100, 5))
    assert abs(float(found.mean())) < 0.02


def test_the_input_itself_and_a_full_linear_layer_lose_nothing():
    loaded = script(NAME)
    draw = loaded.rng.streams(range(5), "whole")
    x, W = draw.normal(50, 4), draw.normal(4, 4)
    for h in (x, torch.bmm(x, W) + 3, torch.cat([x, x], 2)):
        np.testing.assert_allclose(loaded.read(x, h), 1, atol=1e-10)


def test_a_skip_connection_adds_the_input_of_the_layer():
    loaded = script(NAME)
    cfg = replace(loaded.SMALL, branch=0.5)
    x = loaded.inputs(cfg, [0])
    W, b = loaded.initial.scheme(cfg.start)(loaded.rng.streams([0], "init", 1), 4, 4)
    z = torch.relu(torch.bmm(x, W) + b)
    for way, expected in (
        ("relu", z),
        ("skip", x + 0.5 * z),
        ("both", torch.maximum(z, z.roll(1, 2))),
    ):
        found = loaded.layers(cfg, way, [0])[1]
        torch.testing.assert_close(found, expected / expected.abs().max(), rtol=1e-12, atol=1e-14)


def test_the_ways_to_write_eight_as_a_sum_are_the_partitions_of_eight():
    ways = [tuple(each) for each in script(NAME).partitions(8, 8)]
    assert len(ways) == len(set(ways)) == 22
    assert all(sum(each) == 8 and list(each) == sorted(each, reverse=True) for each in ways)


def test_entropies_are_those_of_the_formula():
    entropy = script(NAME).entropy
    assert entropy([1] * 8) == pytest.approx(3)
    assert entropy([8]) == 0
    assert entropy([6, 2]) == pytest.approx(-0.75 * math.log2(0.75) - 0.25 * math.log2(0.25))


def test_the_first_bits_tell_what_they_tell():
    told = small(NAME).told
    assert told[0].abs().max() < 1e-12, "no bit tells nothing"
    assert told[1][240].item() == pytest.approx(1), "the first bit tells a function of itself all"
    assert told[2][170].abs() < 1e-12, "the first two tell nothing of the third"
    assert told[2][150].abs() < 1e-12, "nor of parity"
    assert told[3][150].item() == pytest.approx(1)


def test_as_many_functions_are_left_as_groups_can_be_labelled():
    counts = small(NAME).merged_functions
    for groups in range(1, 9):
        made = {
            tuple(label >> (state % groups) & 1 for state in range(8)) for label in range(2**groups)
        }
        assert counts[groups] == len(made)


@pytest.mark.parametrize(
    ("pooling", "relu", "outcome"),
    [(0.5, 0.0, "supported"), (0.0, 0.5, "refuted"), (0.1, 0.1, "conditional")],
)
def test_pooling_is_told_from_relu(pooling, relu, outcome):
    made = replace(small(NAME), lost=stats.exact(0.6), by_pooling=stats.exact(pooling),
                   by_relu=stats.exact(relu))  # fmt: skip
    assert claims(NAME)["B47/pooling"].judge(made).outcome == outcome


@pytest.mark.parametrize(
    ("change", "message"),
    [({"falls": torch.tensor([True, False])}, "less uncertain"),
     ({"told": torch.full((4, 256), 0.5).double()}, "no more is told")],
)  # fmt: skip
def test_check_refuses_what_cannot_be(change, message):
    script(NAME).check(small(NAME))
    with pytest.raises(AssertionError, match=message):
        script(NAME).check(replace(small(NAME), **change))
