"""TODO: what this figure's numbers are compared with: a proof, a closed form, another library."""

import pytest

from tests.scripts import script, small

NAME = "few_data_widen_the_gap_of_deep_nets"


def test_what_is_compared_with_an_oracle():
    res = small(NAME)
    script(NAME).check(res)
    pytest.fail("TODO: compare a number of the result with one found in another way")
