import numpy as np
import pytest
import torch

from dlbook.mathematics import maxout, rng

X = torch.linspace(-4, 4, 801, dtype=torch.float64)[:, None]


def group(k, inputs=1, seed=0):
    draw = rng.stream(seed, "group", k, inputs)
    return draw.normal(inputs, k), draw.normal(k)


def lines(W, b, x):
    return np.outer(x, W[0].numpy()) + b.numpy()


def test_a_unit_is_the_largest_of_its_lines():
    W, b = group(5)
    expected = lines(W, b, X[:, 0].numpy()).max(1)
    assert maxout.evaluate((W, b), X).numpy() == pytest.approx(expected)


def test_replicas_are_computed_side_by_side():
    groups = [group(4, 3, seed) for seed in range(3)]
    stack = torch.stack([W for W, _ in groups]), torch.stack([b for _, b in groups])
    x = rng.stream(7, "x").normal(11, 3)
    error = rng.stream(8, "error").normal(3, 11)
    outputs, gradients = maxout.evaluate(stack, x), maxout.gradient(stack, x, lambda _: error)
    for i, one in enumerate(groups):
        torch.testing.assert_close(outputs[i], maxout.evaluate(one, x))
        for part, whole in zip(
            maxout.gradient(one, x, lambda _, i=i: error[i]), gradients, strict=True
        ):
            torch.testing.assert_close(whole[i], part)


@pytest.mark.parametrize("inputs", [1, 4])
def test_the_gradient_is_torchs(inputs):
    W, b = (part.requires_grad_() for part in group(6, inputs))
    x, error = rng.stream(1, "x").normal(50, inputs), rng.stream(2, "error").normal(50)
    (x @ W + b).max(-1).values.backward(error)
    for found, expected in zip(
        maxout.gradient((W, b), x, lambda _: error), (W.grad, b.grad), strict=True
    ):
        torch.testing.assert_close(found, expected)


def test_of_equal_lines_the_first_receives_the_gradient():
    tied = torch.ones(1, 3).double(), torch.zeros(3).double()
    dW, db = maxout.gradient(tied, X[-1:], lambda _: torch.tensor([2.0]).double())
    assert dW.tolist() == [[8, 0, 0]]
    assert db.tolist() == [2, 0, 0]


def test_the_group_w_b_0_0_is_torchs_relu_bit_for_bit():
    for w in (0.3, -1.7):
        group = maxout.relu(torch.tensor([w], dtype=torch.float64), 0.2)
        assert torch.equal(maxout.evaluate(group, X), torch.relu(w * X[:, 0] + 0.2))
    W, b = maxout.relu(torch.tensor([0.3, -1.7], dtype=torch.float64), 0.2)
    assert W.tolist() == [[0.3, 0], [-1.7, 0]]
    assert b.tolist() == [0.2, 0]


@pytest.mark.parametrize("k", [2, 4, 13])
def test_tangents_of_a_parabola_lie_a_quarter_of_the_squared_spacing_below_it(k):
    z = torch.linspace(-3, 3, k, dtype=torch.float64)
    x = torch.linspace(-3, 3, 24 * (k - 1) + 1, dtype=torch.float64)
    below = x**2 - maxout.evaluate(maxout.tangents(z, z**2, 2 * z), x[:, None])
    assert float(below.max()) == pytest.approx((6 / (k - 1)) ** 2 / 4)
    assert float(below.min()) > -1e-12
    assert below[::24].abs().max() < 1e-12


@pytest.mark.parametrize("seed", range(10))
def test_the_difference_of_two_units_is_any_polyline(seed):
    draw = rng.stream(seed, "polyline")
    knots, values = draw.uniform(9, low=0.5, high=1.5).cumsum(0), draw.normal(9)
    first, second = maxout.difference(knots, values)
    x = torch.linspace(float(knots[0]), float(knots[-1]), 997, dtype=torch.float64)
    drawn = maxout.evaluate(first, x[:, None]) - maxout.evaluate(second, x[:, None])
    expected = np.interp(x.numpy(), knots.numpy(), values.numpy())
    assert drawn.numpy() == pytest.approx(expected, abs=1e-12)
    assert first[1].numel() + second[1].numel() == 8 + 1


def test_a_convex_polyline_needs_the_first_unit_only():
    knots = torch.tensor([0.0, 1, 2, 4]).double()
    first, second = maxout.difference(knots, torch.tensor([1.0, 0, 0, 6]).double())
    assert first[0].tolist() == [[-1, 0, 3]]
    assert first[1].tolist() == [1, 0, -6]
    assert [part.flatten().tolist() for part in second] == [[0], [0]]


@pytest.mark.parametrize(
    ("slopes", "heights", "count"),
    [
        ([1], [0], 1),
        ([1, 1, 1], [0, 3, 2], 1),
        ([-1, 1], [0, 0], 2),
        ([-1, 0, 1], [0, 0, 0], 2),  # three lines through one point
        ([-1, 0, 1], [0, 1e-300, 0], 3),
        ([-1, 0, 1], [0, -1e-300, 0], 2),
        ([2, -1, 0, 0, 1], [-1, 0, 1, 5, 0], 3),
        ([-2, -1, 0, 1, 2], [0, -9, -9, -9, 0], 2),
    ],
)
def test_pieces_by_hand(slopes, heights, count):
    W, b = (torch.tensor(part, dtype=torch.float64) for part in ([slopes], heights))
    assert maxout.pieces((W, b)) == count


@pytest.mark.parametrize("seed", range(20))
def test_pieces_are_the_lines_that_win_somewhere(seed):
    W, b = group(6, seed=seed)
    x = np.concatenate([np.linspace(-30, 30, 60_001), [-1e6, 1e6]])
    assert maxout.pieces((W, b)) == len(set(lines(W, b, x).argmax(1).tolist()))


@pytest.mark.parametrize("shape", [((2, 3), (3,)), ((1, 1, 3), (1, 3))])
def test_pieces_of_a_plane_or_of_replicas_are_refused(shape):
    with pytest.raises(ValueError, match="one group of one input"):
        maxout.pieces((torch.ones(shape[0]), torch.ones(shape[1])))
