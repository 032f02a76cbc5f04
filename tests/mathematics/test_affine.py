import itertools

import pytest
import torch

from dlbook.mathematics.affine import Affine, aligned, padded

ALIGNMENT = 16


def starts(matrices: torch.Tensor) -> set[int]:
    return {matrix.data_ptr() % ALIGNMENT for matrix in matrices}


@pytest.mark.parametrize("size", [4, 8])
@pytest.mark.parametrize("depth", [0, 1, 2])
def test_padding_leaves_no_gap_between_aligned_results(size: int, depth: int) -> None:
    shapes = itertools.product((1, 7, 64, 101), (1, 3, 12), (5, 16, 30, 33), (1, 2, 3, 10))
    for samples, first, hidden, last in shapes:
        widths = (first, *[hidden] * depth, last)
        wide = padded(widths, samples, size)
        assert wide[0] == first
        assert all(0 <= a - b < ALIGNMENT // size for a, b in zip(wide, widths, strict=True))
        if samples * min(i * o for i, o in itertools.pairwise(widths)) >= 400:
            for fan_in, fan_out in itertools.pairwise(wide):
                assert samples * fan_out * size % ALIGNMENT == 0
                assert fan_in * fan_out * size % ALIGNMENT == 0


def test_very_small_nets_and_fitting_ones_are_not_padded() -> None:
    assert padded((2, 2, 1), 4, 4) == (2, 2, 1)
    assert padded((2, 3, 1), 4, 8) == (2, 3, 1)
    assert padded((1, 16, 1), 100, 4) == (1, 16, 1)
    assert padded((12, 50, 50, 2), 64, 8) == (12, 50, 50, 2)
    assert padded((12, 50, 50, 2), 64, 4) == (12, 52, 52, 2)
    assert padded((33, 3), 101, 4) == (33, 4)


def test_matrices_are_copied_only_where_one_starts_askew() -> None:
    whole = torch.arange(66).double()
    even, odd = whole[:64].view(4, 8, 2), whole[:60].view(4, 5, 3)
    assert aligned(even) is even
    assert aligned(odd[:1].expand(9, -1, -1)).data_ptr() == whole.data_ptr()
    for askew in (odd, whole[1:65].view(4, 8, 2), whole[1:16].view(1, 5, 3)):
        copy = aligned(askew)
        assert torch.equal(copy, askew)
        assert starts(copy) == {0}
        assert starts(askew) != {0}


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize(("fan_in", "fan_out"), [(3, 5), (5, 3), (4, 4), (9, 1), (1, 9)])
@pytest.mark.parametrize("extra", [(0, 0), (3, 1), (0, 3)])
def test_a_padded_layer_computes_what_a_plain_one_does(
    fan_in: int, fan_out: int, extra: tuple[int, int], dtype: torch.dtype
) -> None:
    draw = torch.Generator().manual_seed(1)

    def normal(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, dtype=dtype, generator=draw)

    def widened(matrices: torch.Tensor, columns: int) -> torch.Tensor:
        return torch.nn.functional.pad(matrices, (0, columns))

    W, b, h, error = normal(6, fan_in, fan_out), normal(6, 1, fan_out), *[normal(6, 11, 1)] * 2
    h, error = h * normal(6, 1, fan_in), error * normal(6, 1, fan_out)
    layer = Affine(W, b, 11, fan_in + extra[0], fan_out + extra[1])
    z = layer.forward(widened(h, extra[0]))
    torch.testing.assert_close(z[..., :fan_out], torch.einsum("sni,sio->sno", h, W) + b)
    assert bool((z[..., fan_out:] == 0).all())

    slots = torch.empty_like(W), torch.empty_like(b)
    layer.gradients(widened(h, extra[0]), widened(error, extra[1]), *slots)
    torch.testing.assert_close(slots[0], torch.einsum("sni,sno->sio", h, error))
    torch.testing.assert_close(slots[1], error.sum(1, keepdim=True))

    below = layer.below(
        widened(error, extra[1]), torch.empty(6, 11, fan_in + extra[0], dtype=dtype)
    )
    torch.testing.assert_close(below[..., :fan_in], torch.einsum("sno,sio->sni", error, W))
    assert bool((below[..., fan_in:] == 0).all())


def test_a_layer_reads_its_parameters_at_every_pass() -> None:
    W, b, h = torch.ones(2, 5, 1), torch.zeros(2, 1, 1), torch.ones(2, 3, 5)
    layer = Affine(W, b, 3, 5, 4)
    assert layer.forward(h)[..., 0].unique().tolist() == [5]
    W += 1
    b += 7
    assert layer.forward(h)[..., 0].unique().tolist() == [17]
