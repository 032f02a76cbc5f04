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


@pytest.mark.parametrize("unseen", ["\u200b", "\ufeff", "\u00ad", "\u2060", "\x00", "\u202e"])
def test_what_nobody_can_see_in_a_name_is_written_out(unseen):
    message = unknown("figure", f"fo{unseen}lds", ["folds"])
    assert unseen not in message
    assert message.startswith("no figure 'fo\\")
    assert "did you mean 'folds'?" in message


def test_a_table_gives_what_it_holds_or_says_so():
    table = {"sgd": 1, "adam": 2}
    assert lookup("optimiser", "adam", table) == 2
    with pytest.raises(
        ValueError, match=r"^no optimiser 'adan'; did you mean 'adam'\? there are sgd"
    ):
        lookup("optimiser", "adan", table)
