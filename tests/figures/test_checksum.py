"""The text by which a page knows that its numbers are the figure's."""

import torch

from dlbook.figures.checksum import checksum


# tests/web/many.test.ts has the same numbers.
def test_it_is_fnv_1a_of_the_bytes_as_the_page_writes_it():
    assert checksum(torch.tensor([])) == "cbf29ce484222325"
    assert checksum(torch.tensor([1.5, -0.0, 1e-300]).double()) != "d3c0c7b745150d0d"  # float32
    exact = torch.tensor([1.5, -0.0, 1e-300], dtype=torch.float64)
    assert checksum(exact) == "d3c0c7b745150d0d"


def test_the_last_bit_the_sign_of_zero_and_the_order_count():
    values = torch.tensor([0.1, 0.2], dtype=torch.float64)
    next_one = torch.nextafter(values, torch.ones(2).double())
    others = [next_one, values.flip(0), values * 0, -values * 0]
    assert len({checksum(each) for each in [values, *others]}) == 5
