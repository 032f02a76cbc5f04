import pytest
import torch
from sklearn.metrics import accuracy_score
from sklearn.metrics import mean_squared_error as sklearn_error

from dlbook.mathematics import measure, nets, rng
from dlbook.mathematics.nets import MLP, Layer, Stack

OUTPUTS = rng.stream(0, "outputs").normal(3, 40, 4)
LABELS = rng.stream(0, "labels").integers(4, 40)


def tent_layers(folds: int) -> list[Layer]:
    """V(x) = |2x - 1| as 2 relu(x - ½) + 2 relu(½ - x), composed so often."""
    first = (torch.tensor([[1.0, -1.0]]).double(), torch.tensor([-0.5, 0.5]).double())
    again = (torch.tensor([[2.0, -2.0], [2.0, -2.0]]).double(), first[1])
    last = (torch.tensor([[2.0], [2.0]]).double(), torch.zeros(1).double())
    return [first, *[again] * (folds - 1), last]


def pieces_on_a_grid(stack: Stack, low: float, high: float, cells: int) -> torch.Tensor:
    """Runs of cells of equal slope; a cell with a break inside must not count as a piece."""
    x = torch.linspace(low, high, cells + 1, dtype=torch.float64)[:, None]
    slopes = stack.to(torch.float64).predict(x)[..., 0].diff(dim=-1) / (high - low) * cells
    counts = []
    for row in slopes:
        changes = (row.diff().abs() > 1e-6 * row.abs().max()).nonzero().flatten()
        together = (changes.diff() == 1).sum() if len(changes) else 0
        counts.append(len(changes) - int(together) + 1)
    return torch.tensor(counts)


def test_accuracy_is_scikit_learns() -> None:
    found = measure.accuracy(OUTPUTS, LABELS)
    for k in range(3):
        assert float(found[k]) == accuracy_score(LABELS, OUTPUTS[k].argmax(-1))
    own = rng.stream(1, "labels").integers(4, 3, 40)
    assert measure.accuracy(OUTPUTS, own).tolist() == [
        accuracy_score(own[k], OUTPUTS[k].argmax(-1)) for k in range(3)
    ]


def test_one_output_decides_by_its_sign_and_zero_is_class_0() -> None:
    outputs = torch.tensor([[[0.1], [-0.1], [0.0], [5.0]]])
    assert measure.accuracy(outputs, torch.tensor([1, 0, 0, 0])).tolist() == [0.75]
    assert measure.accuracy(outputs, torch.tensor([0, 1, 1, 0])).tolist() == [0.0]


@pytest.mark.parametrize(
    "labels", [torch.zeros(40), torch.zeros(39).long(), torch.zeros(2, 40).long()]
)
def test_labels_of_another_kind_or_shape_are_refused(labels: torch.Tensor) -> None:
    with pytest.raises(ValueError, match=r"they must be integers \(40,\) or \(3, 40\)"):
        measure.accuracy(OUTPUTS, labels)


def test_squared_error_is_scikit_learns() -> None:
    targets = rng.stream(0, "targets").normal(40, 4)
    found = measure.mean_squared_error(OUTPUTS, targets)
    for k in range(3):
        assert float(found[k]) == pytest.approx(sklearn_error(targets, OUTPUTS[k]), rel=1e-13)
    with pytest.raises(ValueError, match=r"targets \(40, 1\) for outputs \(3, 40, 4\)"):
        measure.mean_squared_error(OUTPUTS, targets[:, :1])


def test_sign_changes_skip_zeros() -> None:
    values = torch.tensor([[1.0, -1, 1, -1], [1, 0, 1, 0], [1, 0, -1, 0], [0, 0, 0, 0]])
    assert measure.sign_changes(values).tolist() == [3, 0, 1, 0]
    assert measure.sign_changes(values.view(2, 2, 4)).tolist() == [[3, 0], [1, 0]]
    assert measure.sign_changes(values[0]).item() == 3


@pytest.mark.parametrize("folds", range(1, 13))
def test_so_many_folds_have_two_to_that_power_pieces(folds: int) -> None:
    stack = nets.from_layers(tent_layers(folds))
    (points,) = measure.breakpoints(stack, 0.0, 1.0)
    expected = torch.arange(1, 2**folds).double() / 2**folds
    assert torch.equal(points, expected)
    assert measure.pieces(stack, 0.0, 1.0).tolist() == [2**folds]


def test_folds_outside_the_interval_do_not_count() -> None:
    stack = nets.from_layers(tent_layers(3))
    assert measure.pieces(stack, 0.0, 0.5).tolist() == [4]
    assert measure.pieces(stack, 0.2, 0.3).tolist() == [2]
    assert measure.pieces(stack, 0.13, 0.24).tolist() == [1]
    assert measure.pieces(stack, -5.0, 6.0).tolist() == [8]


@pytest.mark.parametrize("folds", [1, 4, 10])
def test_rounding_makes_no_piece(folds: int) -> None:
    # A ReLU commutes with a positive factor; tenths and thirds are not exact in binary.
    factors = torch.tensor([0.1, 1 / 3], dtype=torch.float64)
    scaled = [
        (W * (factors if number < folds else 1.0), b * (factors if number < folds else 1.0))
        for number, (W, b) in enumerate(tent_layers(folds))
    ]
    scaled = [scaled[0], *((W / factors[:, None], b) for W, b in scaled[1:])]
    assert measure.pieces(nets.from_layers(scaled), 0.0, 1.0).tolist() == [2**folds]


@pytest.mark.parametrize("activation", ["relu", "abs", "hard_tanh"])
@pytest.mark.parametrize("widths", [(1, 6, 1), (1, 5, 5, 1), (1, 4, 4, 4, 1), (1, 3, 3, 3, 3, 1)])
def test_pieces_are_those_of_a_dense_grid(widths: tuple[int, ...], activation: str) -> None:
    stack = nets.init(MLP(widths, activation), range(12), "xavier_uniform_with_biases")
    exact = measure.pieces(stack, -3.0, 3.0)
    grid = pieces_on_a_grid(stack, -3.0, 3.0, 60_000)
    assert bool((exact >= grid).all())
    # A grid sees two breaks within a cell or in neighbouring cells as one.
    near = [bool((p.diff() < 3e-4).any()) for p in measure.breakpoints(stack, -3.0, 3.0)]
    assert torch.equal(exact[~torch.tensor(near)], grid[~torch.tensor(near)])
    assert near.count(True) <= 3


def test_between_its_breakpoints_a_net_is_a_straight_line() -> None:
    stack = nets.init(MLP((1, 9, 9, 2)), range(6), "he_normal")
    noise = 0.1 * rng.streams(range(6), "noise").normal(stack.net.parameters)
    stack = Stack(stack.net, stack.flat + noise, stack.seeds)
    for k, points in enumerate(measure.breakpoints(stack, -2.0, 2.0)):
        ends = torch.cat([torch.tensor([-2.0]), points, torch.tensor([2.0])])
        third = ends[:-1] + ends.diff() / 3
        both = stack[k].predict(torch.cat([ends, third])[:, None])[0]
        y, inside = both[: len(ends)], both[len(ends) :]
        torch.testing.assert_close(inside, y[:-1] + y.diff(dim=0) / 3, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("distance", "expected"), [(1e-9, 3), (1e-14, 2)])
def test_kinks_nearer_than_rounding_are_one(distance: float, expected: int) -> None:
    biases = torch.tensor([-0.5, -0.5 - distance], dtype=torch.float64)
    layers = [(torch.ones(1, 2).double(), biases), (torch.ones(2, 1).double(), torch.zeros(1))]
    assert measure.pieces(nets.from_layers(layers), 0.0, 1.0).tolist() == [expected]


def test_a_unit_that_feeds_nothing_makes_no_piece() -> None:
    W0, b0 = torch.tensor([[1.0, 1.0, 0.0]]).double(), torch.tensor([-0.25, -0.5, 1.0]).double()
    W1, b1 = torch.tensor([[1.0], [0.0], [3.0]]).double(), torch.zeros(1).double()
    (points,) = measure.breakpoints(nets.from_layers([(W0, b0), (W1, b1)]), 0.0, 1.0)
    assert points.tolist() == [0.25]


def test_kinks_that_cancel_make_no_piece_even_when_rounded() -> None:
    a = torch.tensor([[0.1, 0.2, 0.3]], dtype=torch.float64)  # 0.1 + 0.2 - 0.3 is not quite 0
    out = torch.tensor([[1.0], [1.0], [-1.0]], dtype=torch.float64)
    layers = [(a, -a[0] / 4), (out, torch.zeros(1).double())]
    assert 0 < float((a @ out).abs()) < 1e-16
    assert measure.pieces(nets.from_layers(layers), 0.0, 1.0).tolist() == [1]


def test_a_dead_or_linear_net_is_one_piece() -> None:
    assert measure.pieces(nets.init(MLP((1, 5, 5, 1)), [0, 1], "zeros"), -1, 1).tolist() == [1, 1]
    assert measure.pieces(nets.init(MLP((1, 1)), [0]), -1, 1).tolist() == [1]
    assert measure.pieces(nets.init(MLP((1, 5, 1), "identity"), [0]), -1, 1).tolist() == [1]


def test_one_hidden_layer_of_n_kinks_in_the_interval_has_n_and_one_pieces() -> None:
    stack = nets.init(MLP((1, 20, 1)), range(50), ["spread_kinks", "xavier_uniform"])
    assert measure.pieces(stack, -1.0, 1.0).tolist() == [21] * 50
    assert measure.pieces(stack.to(torch.float32), -1.0, 1.0).tolist() == [21] * 50
    kinks = -stack.layers[0][1] / stack.layers[0][0]
    for points, expected in zip(measure.breakpoints(stack, -1.0, 1.0), kinks, strict=True):
        torch.testing.assert_close(points, expected.flatten().sort().values)


@pytest.mark.parametrize(
    ("widths", "activation", "low", "message"),
    [
        ((2, 3, 1), "relu", 0.0, r"piecewise linear nets of one input, not on MLP\(widths=\(2, 3"),
        ((1, 3, 1), "tanh", 0.0, r"piecewise linear nets of one input, not on .*tanh"),
        ((1, 3, 1), "sign", 0.0, r"piecewise linear nets of one input"),
        ((1, 3, 1), "relu", 1.0, r"pieces on \[1.0, 1.0\]: give low < high and finite parameters"),
    ],
)
def test_pieces_of_what_has_none_are_refused(
    widths: tuple[int, ...], activation: str, low: float, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        measure.pieces(nets.init(MLP(widths, activation), [0]), low, 1.0)


def test_pieces_of_a_diverged_net_are_refused() -> None:
    stack = nets.init(MLP((1, 3, 1)), [0])
    stack.flat[0, 0] = torch.nan
    with pytest.raises(ValueError, match=r"finite parameters"):
        measure.pieces(stack, 0.0, 1.0)
