"""TODO: what this figure's numbers are compared with: a proof, a closed form, another library."""

import pytest

from tests.scripts import script, small

NAME = "larger_sets_fit_better_and_promise_less"


def test_what_is_compared_with_an_oracle():
    res = small(NAME)
    script(NAME).check(res)
    pytest.fail("TODO: compare a number of the result with one found in another way")
