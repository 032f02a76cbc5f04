"""The folds, against the tent map iterated by hand in fractions."""

from fractions import Fraction

import pytest

from dlbook.mathematics import polylines
from tests.scripts import measured, script

NAME = "folding_doubles_pieces"


def by_hand(x, times):
    for _ in range(times):
        x = abs(2 * x - 1)
    return x


@pytest.mark.parametrize("k", [1, 2, 3])
def test_the_drawn_zigzags_are_the_iterated_fold(k):
    expected = [float(by_hand(Fraction(i, 8), k)) for i in range(9)]
    assert measured(NAME).zigzags[k - 1].tolist() == expected


def test_the_book_runs_ten_folds_and_a_thousand_pieces():
    assert 2 ** script(NAME).Config().folds == 1024


def test_too_few_folds_are_refused_because_three_are_drawn():
    loaded = script(NAME)
    with pytest.raises(ValueError, match="needs 3 folds or more, not 2"):
        loaded.run(loaded.Config(folds=2))


def test_a_level_is_met_twice_as_often_after_each_fold():
    level = Fraction(1, 2)
    for k in range(1, 5):
        grid = [Fraction(i, 2 ** (k + 2)) for i in range(2 ** (k + 2) + 1)]
        assert sum(by_hand(x, k) == level for x in grid) == 2**k


def test_a_random_network_of_depth_one_has_at_most_three_pieces():
    random_network = script(NAME).random_network
    counts = [polylines.trace(random_network(seed, 1)).pieces for seed in range(20)]
    assert max(counts) <= 3
    assert len(set(counts)) > 1


def test_random_networks_do_not_depend_on_how_many_there_are():
    random_network = script(NAME).random_network
    first, again = random_network(3, 4), random_network(3, 4)
    for (W, b), (V, c) in zip(first, again, strict=True):
        assert (W == V).all()
        assert (b == c).all()
    assert not (random_network(4, 4)[0][0] == first[0][0]).all()


def test_the_explorable_gets_the_pieces_of_every_number_of_folds():
    given = script(NAME).explorable(measured(NAME))
    assert given["pieces"] == (2, 4, 8, 16)
    assert given["random"]["median"] <= given["random"]["most"] < 16
    assert given["random"]["n"] == script(NAME).SMALL.seeds
