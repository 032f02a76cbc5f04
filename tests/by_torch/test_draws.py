"""Torch's streams: named and reproducible like the book's, with the same laws and other numbers."""

import pytest
import torch

from dlbook.by_torch.draws import TorchStream
from dlbook.mathematics import rng

MANY = 20_000


def stream(seeds=7, *name, draw=0):
    return TorchStream(draw, seeds, name or ("test",))


@pytest.mark.parametrize(
    "take",
    [
        lambda own: own.uniform(2, 3, low=-1.0, high=4.0),
        lambda own: own.normal(2, 3),
        lambda own: own.integers(9, 2, 3),
        lambda own: own.permutation(6),
    ],
)
def test_shapes_and_types_are_those_of_the_books_streams_and_numbers_are_not(take):
    for seeds in (7, [7, 3, 7]):
        ours, theirs = take(rng.Stream(seeds, ("test",))), take(stream(seeds))
        assert (ours.shape, ours.dtype) == (theirs.shape, theirs.dtype)
        assert not torch.equal(ours, theirs)


def test_one_name_of_one_seed_gives_the_same_numbers_alone_and_in_a_stack():
    alone = stream(7)
    first, second = alone.normal(5), alone.normal(5)
    assert not torch.equal(first, second), "a stream carries on"
    stacked = stream([3, 7, 7])
    assert torch.equal(stacked.normal(5)[[1, 2]], torch.stack([first, first]))
    assert torch.equal(stacked.normal(5)[1], second)


@pytest.mark.parametrize(
    "other", [stream(8), stream(7, "init"), stream(7, "test", 0), stream(7, draw=1)]
)
def test_another_seed_name_or_draw_gives_other_numbers(other):
    assert not torch.equal(stream(7).uniform(4), other.uniform(4))


def test_the_laws_are_those_that_they_are_called_by():
    uniform = stream().uniform(MANY, low=-1.0, high=3.0)
    assert -1 <= uniform.min() < -0.99
    assert 2.99 < uniform.max() < 3
    assert abs(float(uniform.mean()) - 1) < 0.05
    normal = stream().normal(MANY)
    assert abs(float(normal.mean())) < 0.04
    assert abs(float(normal.std()) - 1) < 0.03
    assert torch.bincount(stream().integers(4, MANY)).div(MANY).sub(0.25).abs().max() < 0.02
    assert stream().permutation(50).sort().values.tolist() == list(range(50))


def test_inside_the_block_experiments_draw_from_the_other_source_and_afterwards_no_more():
    before = rng.stream(7, "test").normal(3)
    with rng.drawing_from(lambda seeds, name: TorchStream(4, seeds, name)):
        assert torch.equal(rng.stream(7, "test").normal(3), stream(7, draw=4).normal(3))
        assert torch.equal(rng.streams((7, 8), "test").normal(3)[0], stream(7, draw=4).normal(3))
    assert torch.equal(rng.stream(7, "test").normal(3), before)
