"""One unit's labelings, against the literature, brute force in the plane and counts by hand."""

from fractions import Fraction
from itertools import combinations, pairwise, product
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from dlbook.mathematics import circuits, rng, separability

XOR = torch.tensor([False, True, True, False])


@pytest.mark.parametrize(("bits", "functions"), [(1, 4), (2, 14), (3, 104)])
def test_threshold_functions_are_as_many_as_the_literature_counts(bits, functions):
    """Muroga, "Threshold logic and its applications" (1971): 4, 14, 104, 1882, ..."""
    assert separability.realisable(circuits.states(bits)).sum() == functions


@pytest.mark.parametrize("n", [1, 2, 3, 5, 6])
def test_on_a_line_a_unit_gives_the_labelings_that_change_at_most_once(n):
    points = torch.arange(n, dtype=torch.float64)[:, None]
    changes = [sum(a != b for a, b in pairwise(y)) for y in product((0, 1), repeat=n)]
    given = separability.realisable(points)
    assert given.tolist() == [change <= 1 for change in changes]


@pytest.mark.parametrize(("n", "inputs"), [(4, 1), (5, 2), (6, 3), (6, 5)])
def test_on_a_moment_curve_the_labelings_are_as_many_as_cover_counts(n, inputs):
    """No hyperplane holds more than ``inputs`` points of ``(t, t^2, t^3, ...)``."""
    t = torch.arange(n, dtype=torch.float64)[:, None] - n // 2
    points = t ** torch.arange(1, inputs + 1)
    assert separability.realisable(points).sum() == separability.cover_count(n, inputs + 1)


def test_cover_counts_by_his_recursion():
    """One point more: ``C(n + 1, d) = C(n, d) + C(n, d - 1)``, and two labelings of one point."""
    count = separability.cover_count
    assert [count(1, d) for d in range(1, 6)] == [2] * 5
    assert [count(n, 1) for n in range(1, 6)] == [2] * 5
    for n, d in product(range(1, 12), range(2, 12)):
        assert count(n + 1, d) == count(n, d) + count(n, d - 1)


@pytest.mark.parametrize(("n", "d"), [(0, 1), (3, 0)])
def test_cover_does_not_count_nothing(n, d):
    with pytest.raises(ValueError, match="counts start at 1"):
        separability.cover_count(n, d)


@pytest.mark.parametrize(("n", "inputs"), [(3, 1), (4, 2), (5, 2), (5, 3)])
def test_open_answers_are_those_of_labelings_that_allow_both(n, inputs):
    """By counting all labelings of n points of a moment curve, and of n + 1."""
    t = torch.arange(n + 1, dtype=torch.float64)[:, None] - n // 2
    points = t ** torch.arange(1, inputs + 1)
    with_next = separability.realisable(points).reshape(2**n, 2)  # the next point's label is last
    fitted, both = with_next.any(1), with_next.all(1)
    share = Fraction(int(both.sum()), int(fitted.sum()))
    assert separability.open_share(n, inputs + 1) == share


def test_every_answer_is_open_up_to_as_many_points_as_parameters():
    for d in range(2, 30):
        assert all(separability.open_share(n, d) == 1 for n in range(1, d))
        assert separability.open_share(d, d) < 1
    assert separability.open_share(3, 1) == 0  # a bias alone knows one label for all


def some_line_separates(points, labels):
    """By brute force: a line through two points, moved a little, puts them on any sides."""
    if all(labels) or not any(labels):
        return True
    for i, j in combinations(range(len(points)), 2):
        across = [points[j][1] - points[i][1], points[i][0] - points[j][0]]
        beyond = (points - points[i]) @ across > 0
        rest = [k for k in range(len(points)) if k not in (i, j)]
        if len({bool(beyond[k] == labels[k]) for k in rest}) == 1:
            return True
    return False


def test_a_unit_is_found_exactly_where_some_line_through_two_points_separates():
    found, expected = [], []
    for seed in range(60):
        draw = rng.stream(seed, "in the plane")
        points, labels = draw.normal(7, 2), draw.uniform(7) < 0.5
        found.append(separability.separable(points, labels))
        expected.append(some_line_separates(points.numpy(), labels.tolist()))
    assert found == expected
    assert 10 < sum(found) < 50


def test_sets_asked_together_get_the_answers_that_each_gets_alone():
    draw = rng.stream(0, "sets of points")
    points, labels = draw.normal(60, 9, 3), draw.uniform(60, 9) < 0.5
    found = separability.separators(points, labels)
    alone = [separability.separable(x, y) for x, y in zip(points, labels, strict=True)]
    assert [unit is not None for unit in found] == alone
    assert 10 < sum(alone) < 50
    for unit, x, y in zip(found, points, labels, strict=True):
        assert unit is None or torch.equal(x @ unit[0] + unit[1] > 0, y)


def test_no_sets_have_no_answers_and_sets_without_their_labels_are_refused():
    assert separability.separators(torch.zeros(0, 4, 2), torch.zeros(0, 4).bool()) == []
    with pytest.raises(ValueError, match="need labels"):
        separability.separators(torch.zeros(3, 4, 2), torch.zeros(3, 5).bool())


def test_the_unit_found_keeps_furthest_from_its_nearest_point():
    """``min(-b, 3w + b)`` with ``w, b`` in [-1, 1] is largest at ``b = -1``, ``w >= 2/3``."""
    points = torch.tensor([[0.0], [3.0]], dtype=torch.float64)
    w, b = separability.separator(points, torch.tensor([False, True]))
    assert float(b) == pytest.approx(-1)
    assert float(w) >= 2 / 3 - 1e-9


def test_the_unit_for_or_runs_midway_between_corner_and_diagonal():
    w, b = separability.separator(circuits.states(2), torch.tensor([False, True, True, True]))
    assert [*w.tolist(), float(b)] == pytest.approx([1, 1, -0.5])


@pytest.mark.parametrize("label", [False, True])
def test_a_constant_labeling_is_given_and_its_classes_do_not_meet(label):
    points, labels = circuits.states(2), torch.full((4,), label)
    assert separability.separable(points, labels)
    assert separability.meeting(points, labels) is None


def test_the_classes_of_xor_meet_in_the_middle_of_the_square():
    points = circuits.states(2)
    weights = separability.meeting(points, XOR)
    assert weights == (Fraction(1, 2),) * 4
    for side in (XOR, ~XOR):
        centre = sum(p * float(w) for p, w, s in zip(points, weights, side, strict=True) if s)
        assert centre.tolist() == [0.5, 0.5]


def test_of_two_alternatives_exactly_one_holds():
    points = circuits.states(3)
    for labels in circuits.states(8).bool()[::7]:
        found = separability.separable(points, labels)
        assert found == (separability.meeting(points, labels) is None)


def test_a_meeting_is_the_same_point_for_both_classes_in_fractions():
    points = torch.tensor([[0.0], [1.0], [4.0], [7.0]], dtype=torch.float64)
    labels = torch.tensor([True, False, True, False])
    weights = separability.meeting(points, labels)
    for side in (True, False):
        assert sum(w for w, y in zip(weights, labels, strict=True) if y == side) == 1
    means = [
        sum(w * int(x) for w, (x,), y in zip(weights, points, labels, strict=True) if y == side)
        for side in (True, False)
    ]
    assert means[0] == means[1]
    assert min(weights) >= 0


def test_points_with_many_digits_have_no_proof_in_simple_fractions():
    points = torch.tensor([0.0, 0.123456789, 1.0, 1.1], dtype=torch.float64)[:, None]
    with pytest.raises(ArithmeticError, match="points with few digits"):
        separability.meeting(points, torch.tensor([True, False, True, False]))


def test_the_best_unit_for_xor_gets_three_of_four():
    assert separability.most_right(circuits.states(2), XOR) == 3
    assert separability.most_right(circuits.states(2), torch.tensor([False, True, True, True])) == 4


def test_parity_of_three_bits_is_six_eighths_right_at_best():
    """By brute force over weights -2 .. 2 and biases between them."""
    points = circuits.states(3)
    labels = ~circuits.even_parity(points)
    weights = np.array(list(product(range(-2, 3), repeat=3)))
    sums = points.numpy() @ weights.T
    best = max(
        int(((sums + b > 0) == labels.numpy()[:, None]).sum(0).max()) for b in np.arange(-7.5, 8)
    )
    assert separability.most_right(points, labels) == best


@pytest.mark.parametrize(
    "labels",
    [torch.tensor([True, False]), torch.zeros(4), torch.zeros(4, 1, dtype=torch.bool)],
)
@pytest.mark.parametrize("ask", ["separator", "meeting", "most_right"])
def test_labels_that_do_not_fit_are_refused(ask, labels):
    with pytest.raises(ValueError, match="need one bool label each"):
        getattr(separability, ask)(circuits.states(2), labels)


@pytest.mark.parametrize("ask", ["separator", "meeting"])
def test_a_solver_that_gives_up_is_no_answer(ask, monkeypatch):
    end = SimpleNamespace(status=1, message="iteration limit", x=None)
    monkeypatch.setattr(separability, "linprog", lambda *a, **k: end)
    with pytest.raises(ArithmeticError, match="not solved: iteration limit"):
        getattr(separability, ask)(circuits.states(2), XOR)


def test_a_unit_that_does_not_give_the_labels_is_not_returned(monkeypatch):
    """XOR's best is all zeros; whatever the solver says, the unit is tried on the points."""
    end = SimpleNamespace(status=0, message="", x=np.array([1.0, 1.0, -0.5, 0.5]))
    monkeypatch.setattr(separability, "linprog", lambda *a, **k: end)
    assert separability.separator(circuits.states(2), XOR) is None
    either = torch.tensor([False, True, True, True])
    assert separability.separator(circuits.states(2), either) is not None


def test_a_labeling_without_either_proof_is_an_error(monkeypatch):
    monkeypatch.setattr(separability, "separator", lambda *a: None)
    with pytest.raises(ArithmeticError, match="no proof for or against the labels"):
        separability.realisable(circuits.states(2))
