import pytest

from dlbook.base.lookup import lookup, unknown


@pytest.mark.parametrize(
    ("known", "message"),
    [
        (["folds", "saw"], "no figure 'fold'; did you mean 'folds'? there are folds, saw"),
        (["zz", "saw"], "no figure 'fold'; there are zz, saw"),
        ([], "no figure 'fold'; there is none yet"),
    ],
)
def test_an_unknown_name_is_answered_in_one_line_with_what_there_is(known, message):
    assert unknown("figure", "fold", known) == message


def test_a_table_gives_what_it_holds_or_says_so():
    table = {"sgd": 1, "adam": 2}
    assert lookup("optimiser", "adam", table) == 2
    with pytest.raises(
        ValueError, match=r"^no optimiser 'adan'; did you mean 'adam'\? there are sgd"
    ):
        lookup("optimiser", "adan", table)
