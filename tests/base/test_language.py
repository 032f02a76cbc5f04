import pytest

from dlbook.base.language import LANGUAGES, say


def test_a_pair_is_said_in_the_language_that_is_asked_for():
    assert [say(("深", "deep"), lang) for lang in LANGUAGES] == ["深", "deep"]


def test_there_is_no_third_language():
    with pytest.raises(ValueError, match="not in"):
        say(("深", "deep"), "fr")
