import pytest

from dlbook.base.lookup import unknown
from dlbook.base.visible import visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("fold\u200bing", r"fold\u200bing"),
        ("f\u043elding", r"f\u043elding"),
        ("\uff46olding", r"\uff46olding"),
        ("a\u00a0b\0", r"a\xa0b\x00"),
        ("\ufefffolding", r"\ufefffolding"),
        ("折叠 folding，α 与 xα。", "折叠 folding，α 与 xα。"),
    ],
)
def test_what_cannot_be_told_apart_is_spelt_out_and_nothing_else(text, shown):
    assert visible(text) == shown
    assert visible(shown) == shown


def test_an_unknown_name_is_not_likened_to_itself():
    assert unknown("figure", "f\u043elds\u200b", ["folds"]).startswith(
        r"no figure 'f\u043elds\u200b'; did you mean 'folds'?"
    )
