import pytest
import torch

from dlbook.mathematics import rng
from dlbook.training.batches import Batch, Feed, Order


def test_an_order_is_permutation_after_permutation_cut_into_batches() -> None:
    order = Order([4, 9], 10, 4)
    taken = torch.cat([order.take() for _ in range(5)], 1)
    for row, seed in enumerate((4, 9)):
        draw = rng.stream(seed, "batches")
        expected = torch.cat([draw.permutation(10), draw.permutation(10)])
        assert torch.equal(taken[row], expected)


def test_every_sample_is_used_equally_often() -> None:
    order = Order([0], 10, 3)
    taken = torch.cat([order.take() for _ in range(20)], 1)
    assert torch.bincount(taken[0]).tolist() == [6] * 10


def test_equal_seeds_see_one_order_and_company_does_not_matter() -> None:
    together, alone = Order([7, 3, 7], 10, 4), Order([3], 10, 4)
    for _ in range(6):
        batch = together.take()
        assert torch.equal(batch[0], batch[2])
        assert torch.equal(batch[1:2], alone.take())
        assert not torch.equal(batch[0], batch[1])


@pytest.mark.parametrize("size", [0, 11])
def test_a_batch_larger_than_the_data_or_empty_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match=rf"a batch of {size} from 10 samples; take 1 to 10"):
        Order([0], 10, size)


@pytest.mark.parametrize("size", [1, 10])
def test_a_batch_takes_one_sample_or_all(size: int) -> None:
    order = Order([0], 10, size)
    taken = torch.cat([order.take() for _ in range(10 // size)], 1)
    assert sorted(taken[0].tolist()) == list(range(10))


def test_batches_are_gathered_from_shared_and_from_own_data() -> None:
    shared = torch.arange(20.0).view(10, 2)
    own = torch.arange(60.0).view(2, 10, 3)
    weight = torch.arange(10.0)[:, None]
    feed, order = Feed(Batch(shared, own, weight), Order([4, 9], 10, 4)), Order([4, 9], 10, 4)
    for _ in range(6):
        batch, index = feed.next(), order.take()
        assert batch.weight is not None
        for k in range(2):
            assert torch.equal(batch.x[k], shared[index[k]])
            assert torch.equal(batch.y[k], own[k, index[k]])
            assert torch.equal(batch.weight[k], weight[index[k]])


def test_without_an_order_all_the_data_come_every_time() -> None:
    data = Batch(torch.zeros(3, 2), torch.zeros(3, 1), None)
    feed = Feed(data, None)
    assert feed.next() is data
    assert feed.next() is data
    assert Feed(data, Order([0], 3, 2)).next().weight is None
