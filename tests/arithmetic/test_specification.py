"""The elementary functions of the specification against many digits, and where they are exact."""

import mpmath
import numpy as np
import pytest

from dlbook.arithmetic import specification
from tests.arithmetic.points import spread

COUNT = 4000  # benchmarks/elementary.py takes 100,000


def errors(name: str, x: np.ndarray) -> np.ndarray:
    """How far f(x) is from the truth, in units of the truth's last place."""
    with np.errstate(all="ignore"):
        found = getattr(specification, name)(x)
    off = []
    with mpmath.workprec(120):
        for place, value in zip(x.tolist(), found.tolist(), strict=True):
            true = TRUTH[name](mpmath.mpf(place))
            off.append(abs(mpmath.mpf(value) - true) / mpmath.mpf(np.spacing(abs(float(true)))))
    return np.array(off, dtype=np.float64)


TRUTH = {
    "exp": mpmath.exp, "log": mpmath.log, "log1p": mpmath.log1p, "tanh": mpmath.tanh,
    "sin": mpmath.sin, "cos": mpmath.cos, "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
}  # fmt: skip
draw = np.random.default_rng(0)
RANGES = {
    "exp": [draw.uniform(-745.0, 709.7, COUNT), draw.uniform(-1.0, 1.0, COUNT)],
    "log": [np.exp(draw.uniform(-744.0, 709.0, COUNT)), draw.uniform(0.5, 2.0, COUNT)],
    "log1p": [draw.uniform(-1.0, 1.0, COUNT), np.exp(draw.uniform(-700.0, 700.0, COUNT))],
    "sigmoid": [draw.uniform(-745.0, 40.0, COUNT), spread(draw, 1e-10, 40.0, COUNT)],
    "tanh": [draw.uniform(-20.0, 20.0, COUNT), spread(draw, 1e-300, 20.0, COUNT)],
    "sin": [draw.uniform(-7.0, 7.0, COUNT), spread(draw, 1e-10, 1e6, COUNT)],
    "cos": [draw.uniform(-7.0, 7.0, COUNT), spread(draw, 1e-10, 1e6, COUNT)],
}


@pytest.mark.parametrize(
    ("name", "bound"),
    [("exp", 1.1), ("log", 1.1), ("log1p", 1.5), ("sigmoid", 2.5), ("tanh", 2.6), ("sin", 2.5),
     ("cos", 2.5)],
)  # fmt: skip
def test_the_error_stays_within_some_units_of_the_last_place(name, bound):
    off = np.concatenate([errors(name, x) for x in RANGES[name]])
    assert off.max() <= bound


INFINITE, NAN = np.inf, np.nan
EXACT = [
    ("exp", [-INFINITE, -746.0, -0.0, 0.0, 710.0, INFINITE], [0, 0, 1, 1, INFINITE, INFINITE]),
    ("sigmoid", [-INFINITE, -746.0, -0.0, 0.0, 40.0, INFINITE], [0, 0, 0.5, 0.5, 1, 1]),
    ("tanh", [-INFINITE, -0.0, 0.0, 5e-324, 1e-300, INFINITE], [-1, -0.0, 0, 5e-324, 1e-300, 1]),
    ("log", [-1.0, -0.0, 0.0, 1.0, INFINITE], [NAN, -INFINITE, -INFINITE, 0, INFINITE]),
    ("log1p", [-2.0, -1.0, 0.0, 1e-300, INFINITE], [NAN, -INFINITE, 0, 1e-300, INFINITE]),
    ("sin", [0.0, 1e-300, 2.0**21, INFINITE], [0, 1e-300, NAN, NAN]),
    ("cos", [0.0, 1e-300, 2.0**21, INFINITE], [1, 1, NAN, NAN]),
]


@pytest.mark.parametrize(("name", "x", "y"), EXACT)
def test_ends_and_zero_are_exact_and_nan_passes(name, x, y):
    with np.errstate(all="ignore"):
        found = getattr(specification, name)(np.array([*x, NAN]))
    np.testing.assert_array_equal(found, [*y, NAN])
    zero = np.array([*y, NAN]) == 0.0
    assert (np.signbit(found) == np.signbit([*y, NAN]))[zero].all()


@pytest.mark.parametrize("name", ["exp", "sigmoid", "tanh", "log"])
def test_from_neighbour_to_neighbour_none_falls(name):
    """Runs of doubles one after the other, over every joint of the reduction and at random."""
    places = np.random.default_rng(2)
    whole = (np.arange(-1075, 1022) + 0.5) * np.log(2.0)
    joints = {"tanh": whole / 2.0, "log": np.sqrt(2.0) * 2.0 ** np.arange(-1000, 1000)}
    size = np.exp(places.uniform(np.log(1e-3), np.log(40.0), 1500))
    starts = np.concatenate([joints.get(name, whole), size, size if name == "log" else -size])
    x = starts[:, None] + np.arange(-60, 60) * np.spacing(np.abs(starts))[:, None]
    assert (np.diff(getattr(specification, name)(x), axis=1) >= 0.0).all()
