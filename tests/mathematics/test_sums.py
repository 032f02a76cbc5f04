"""Sums in ascending order: against plain loops, to the bit, and against torch, nearly."""

import math

import numpy as np
import pytest
import torch

from dlbook.mathematics import sums

DRAW = np.random.default_rng(6)
X = torch.from_numpy(DRAW.normal(size=(3, 5, 7)) * np.exp(DRAW.uniform(-9, 9, (3, 5, 7))))
SHAPES = [((4, 6), (6, 5)), ((2, 4, 3), (3, 5)), ((2, 1, 4, 3), (5, 3, 2)), ((6,), (6, 2)),
          ((3, 6), (6,)), ((6,), (6,)), ((2, 3, 6), (6,)), ((4, 0), (0, 2))]  # fmt: skip


def looped(numbers: list[float], start: float = 0.0) -> float:
    for number in numbers:
        start = start + number
    return start


@pytest.mark.parametrize("dim", [0, 1, 2, -1])
def test_a_sum_along_a_dimension_is_taken_from_the_first_to_the_last(dim):
    rows = X.movedim(dim, -1).reshape(-1, X.shape[dim])
    wanted = [looped(row) for row in rows.tolist()]
    assert sums.total(X, dim).flatten().tolist() == wanted
    assert sums.mean(X, dim).flatten().tolist() == [each / X.shape[dim] for each in wanted]


def test_the_sum_of_all_goes_row_by_row():
    assert float(sums.total(X)) == looped(X.flatten().tolist())
    torch.testing.assert_close(sums.variance(X), X.var(correction=0))
    torch.testing.assert_close(sums.variance(X, 1), X.var(1, correction=0))
    torch.testing.assert_close(sums.norm(X, 1), X.norm(dim=1))


def test_a_running_sum_of_torch_is_in_the_same_order():
    assert torch.equal(X.cumsum(1)[:, -1], sums.total(X, 1))


def test_sums_begin_with_zero_and_may_be_empty():
    assert math.copysign(1.0, float(sums.total(torch.tensor([-0.0, -0.0]).double()))) == 1.0
    assert sums.total(torch.zeros(0, 3).double(), 0).tolist() == [0, 0, 0]


def test_whole_numbers_and_truth_values_are_counted():
    holds = X > 0
    assert int(sums.total(holds)) == int(holds.sum())
    assert sums.total(holds, 1).dtype == torch.int64
    assert sums.mean(holds, 0).tolist() == (holds.sum(0).double() / 3).tolist()
    assert sums.mean(holds, 1, keepdim=True).shape == (3, 1, 7)


@pytest.mark.parametrize(("left", "right"), SHAPES)
def test_a_product_is_the_matrix_product(left, right):
    a, b = (torch.from_numpy(DRAW.normal(size=shape)) for shape in (left, right))
    found = sums.product(a, b)
    assert found.shape == (a @ b).shape
    torch.testing.assert_close(found, a @ b)


def test_a_product_begins_with_its_start_and_ascends():
    a, b, start = (torch.from_numpy(DRAW.normal(size=n)) for n in ((4, 9), (9, 3), (3,)))
    found = sums.product(a, b, start).tolist()
    for i, row in enumerate(a.tolist()):
        for j, column in enumerate(b.T.tolist()):
            terms = [x * w for x, w in zip(row, column, strict=True)]
            assert found[i][j] == looped(terms, float(start[j]))


def test_what_has_no_product_is_refused():
    with pytest.raises(ValueError, match=r"no product of \(2, 3\) and \(2, 3\)"):
        sums.product(torch.ones(2, 3), torch.ones(2, 3))


def test_softmax_is_torchs_but_for_rounding():
    torch.testing.assert_close(sums.softmax(X), torch.softmax(X, -1), rtol=1e-14, atol=1e-300)
    assert sums.softmax(torch.tensor([1000.0, 0.0]).double()).tolist() == [1, 0]


@pytest.mark.parametrize("share", [0.0, 0.025, 0.3, 0.5, 1.0])
def test_a_quantile_is_interpolated_between_neighbours(share):
    for dim in (0, 1, -1):
        torch.testing.assert_close(sums.quantile(X, share, dim), X.quantile(share, dim))
    together = sums.quantiles(X, (share, 0.5))
    assert torch.equal(together, torch.stack([sums.quantile(X, s, 0) for s in (share, 0.5)]))


def test_a_share_that_is_none_is_refused():
    with pytest.raises(ValueError, match=r"a quantile at 1\.5; take 0 to 1"):
        sums.quantile(X, 1.5)
