import doctest
import pickle

import pytest

from dlbook.base import along as module
from dlbook.base.along import Along, along, each, find, keys

RATES = along([0.1, 0.9, 0.2, 0.8], loss=("squared", "entropy"), width=(2, 16))


def test_the_examples_of_the_docstrings_hold():
    assert doctest.testmod(module).failed == 0


def test_a_cell_is_found_by_the_values_of_its_axes():
    assert RATES["squared", 16] == 0.9
    assert along("abc", width=(2, 3, 16))[16] == "c"
    assert along([True, False], rate=(0.5, 1.0))[1] is False


def test_a_row_is_what_lies_at_one_value():
    assert RATES.at(loss="entropy") == along([0.2, 0.8], width=(2, 16))
    assert RATES.at(width=16).axes == (("loss", ("squared", "entropy")),)


@pytest.mark.parametrize(
    ("look", "message"),
    [
        (lambda: RATES["squared", 3], "no width 3; there are 2, 16"),
        (lambda: RATES["hinge", 2], "no loss 'hinge'; there are squared, entropy"),
        (lambda: RATES["squared"], "1 values for loss (2) × width (2); give one for each"),
        (lambda: along([1], width=(2,))["2"], "no width '2'; there are 2"),
        (lambda: RATES.at(depth=2), "no axis depth; there are loss, width"),
        (lambda: RATES.at(width=3), "no width 3; there are 2, 16"),
        (lambda: RATES.axis("depth"), "no axis depth; there are loss, width"),
    ],
)
def test_a_value_that_is_not_there_is_told_with_those_that_are(look, message):
    with pytest.raises(LookupError) as caught:
        look()
    assert caught.value.args[0] == message


@pytest.mark.parametrize(
    ("cells", "axes", "message"),
    [
        ([1], {}, "along no axis"),
        ([1, 2, 3], {"width": (2, 3)}, r"3 values along width \(2\): give 2"),
        ([], {"width": ()}, "the axis width needs different values"),
        ([1, 2], {"width": (2, 2)}, "the axis width needs different values"),
    ],
)
def test_cells_that_do_not_fit_their_axes_are_refused(cells, axes, message):
    with pytest.raises(ValueError, match=message):
        along(cells, **axes)


def test_a_function_is_asked_at_every_combination_by_name():
    table = each(lambda width, loss: f"{loss} {width}", loss=("a", "b"), width=(2, 3))
    assert table["b", 2] == "b 2"
    assert list(table) == ["a 2", "a 3", "b 2", "b 3"]


def test_items_keys_and_values_keep_the_order():
    assert RATES.keys()[1] == ("squared", 16)
    assert dict(along([5, 7], width=(2, 3)).items()) == {2: 5, 3: 7}
    assert RATES.map(lambda rate: 10 * rate)["entropy", 16] == 8.0
    assert len(RATES) == 4


@pytest.mark.parametrize(
    ("axes", "written", "found"),
    [
        ((("width", (2, 16)),), "16", (16,)),
        ((("width", (2, 16)),), "width=16", (16,)),
        ((("rate", (0.01, 0.1)),), "1e-2", (0.01,)),
        ((("nets", ("64 usual", "64 usual longer")),), "64 usual", ("64 usual",)),
        (RATES.axes, "width=2, loss=entropy", ("entropy", 2)),
        (RATES.axes, " loss = entropy ,width=2", ("entropy", 2)),
        ((("holds", (True, False)),), "False", (False,)),
    ],
)
def test_a_citation_finds_the_values_that_it_names(axes, written, found):
    assert find(axes, written) == found


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("16", "'16' does not name each axis once; write [loss=…, width=…]"),
        ("width=16", "'width=16' names no loss"),
        ("width=16, width=2", "does not name each axis once"),
        ("width=16, depth=2", "does not name each axis once"),
        ("width=3, loss=squared", "no width 3; there are 2, 16"),
    ],
)
def test_a_citation_that_names_no_cell_is_told_why(written, message):
    with pytest.raises(LookupError) as caught:
        find(RATES.axes, written)
    assert message in caught.value.args[0]


def test_every_key_as_it_is_written_finds_its_cell():
    for written, cell in zip(keys(RATES.axes), RATES, strict=True):
        assert RATES[find(RATES.axes, written)] == cell


def test_values_along_axes_travel_between_processes():
    assert pickle.loads(pickle.dumps(RATES)) == RATES
    assert isinstance(RATES, Along)
