"""Where elementary functions are looked at: spread over their ranges, and at the edges."""

import numpy as np

SPECIAL = np.array([
    0.0, -0.0, 1.0, -1.0, np.inf, -np.inf, np.nan, 5e-324, -5e-324, 1e-310, -1e-310,
    709.78, 709.79, -708.4, -745.13, -745.14, 1.0 - 2.0**-53, 2.0**20, 2.0**21,
])  # fmt: skip


def spread(draw: np.random.Generator, low: float, high: float, count: int) -> np.ndarray:
    """Of both signs, by size: as many between 1 and 2 as between 2 and 4."""
    size = np.exp(draw.uniform(np.log(low), np.log(high), count))
    return np.where(draw.random(count) < 0.5, -size, size)


def anywhere(count: int) -> np.ndarray:
    """Doubles of every size, special ones, the joints of the reductions and their neighbours."""
    draw = np.random.default_rng(1)
    words = draw.integers(0, 2**64, count, dtype=np.uint64).view(np.float64)
    joints = np.concatenate([
        (np.arange(-1080, 1030) + 0.5) * np.log(2.0),
        (np.arange(-60, 60) + 0.5) * np.log(2.0) / 2.0,
        np.arange(-200, 200) * np.pi / 4.0,
        2.0 ** np.arange(-1074, 1024) * np.sqrt(2.0),
    ])  # fmt: skip
    near = [np.nextafter(joints, -np.inf), joints, np.nextafter(joints, np.inf)]
    return np.concatenate([words, spread(draw, 1e-8, 800.0, count), *near, SPECIAL])
