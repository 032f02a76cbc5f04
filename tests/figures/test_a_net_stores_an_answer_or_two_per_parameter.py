"""TODO: what this figure's numbers are compared with: a proof, a closed form, another library."""

import pytest

from tests.scripts import script, small

NAME = "a_net_stores_an_answer_or_two_per_parameter"


def test_what_is_compared_with_an_oracle():
    res = small(NAME)
    script(NAME).check(res)
    pytest.fail("TODO: compare a number of the result with one found in another way")
