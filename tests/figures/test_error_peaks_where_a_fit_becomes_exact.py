"""TODO: what this figure's numbers are compared with: a proof, a closed form, another library."""

import pytest

from tests.scripts import script, small

NAME = "error_peaks_where_a_fit_becomes_exact"


def test_what_is_compared_with_an_oracle():
    res = small(NAME)
    script(NAME).check(res)
    pytest.fail("TODO: compare a number of the result with one found in another way")
