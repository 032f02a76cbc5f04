"""What pages say of a figure's arrays, which are too large for its record."""

import numpy as np

from press.reader import Site


def held(site: Site, figure: str, name: str) -> np.ndarray:
    with np.load(site.folder / "data" / f"{figure}.npz") as arrays:
        return arrays[name]


def test_of_the_two_constants_alone_every_unseen_row_is_got_right(site: Site):
    for shares in held(site, "no_learner_beats_half_on_average", "by_function"):
        assert np.flatnonzero(shares == 1).tolist() == [0, 255]
