"""The order in which samples are seen is that of the book's streams, however it is drawn."""

import numpy as np
import pytest

from dlbook.arithmetic import seen
from dlbook.mathematics import rng
from dlbook.training.batches import Order

SEEDS = (3, 5, 3, 2**63 + 9, 2**64 - 1)


def test_the_streams_name_is_hashed_as_the_book_hashes_it():
    assert rng.name_hash("batches") == seen.BATCHES


@pytest.mark.parametrize(("samples", "size"), [(1, 1), (2, 1), (7, 3), (100, 32), (257, 257)])
@pytest.mark.parametrize("ahead", [1, 1000, 2**20])
def test_batches_are_those_of_the_book(samples, size, ahead, monkeypatch):
    monkeypatch.setattr(seen, "_AHEAD", ahead)
    order, mine = Order(SEEDS, samples, size), seen.Ahead(SEEDS, samples)
    for step in range(40):
        starts = mine.starts(step * size, (step + 1) * size)
        row = mine.drawn.reshape(-1)
        found = np.stack([row[start : start + size] for start in starts])
        assert (found == order.take().numpy()).all()


def test_a_permutation_of_many_samples_is_the_streams():
    stream = rng.streams(SEEDS, "batches")
    stream.permutation(4001)
    assert (seen.permutations(SEEDS, 4001, 1, 1) == stream.permutation(4001).numpy()).all()


def test_equal_seeds_share_what_is_drawn():
    mine = seen.Ahead((4, 4, 4), 10)
    assert mine.starts(0, 30).tolist() == [0, 0, 0]
    assert mine.drawn.shape[0] == 1
