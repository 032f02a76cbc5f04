"""TODO: what this figure's numbers are compared with: a proof, a closed form, another library."""

import pytest

from tests.scripts import script, small

NAME = "true_labels_are_learned_before_random_ones"


def test_what_is_compared_with_an_oracle():
    res = small(NAME)
    script(NAME).check(res)
    pytest.fail("TODO: compare a number of the result with one found in another way")
