"""What a run is given before its first step, as hashes: streams, grids, data, starts, orders.

``python -m tests.training.given`` writes them anew. A hash is the first 16 digits of the SHA-256
of the numbers as little-endian doubles, row by row; whole numbers are doubles too.
"""

import hashlib
import json
from pathlib import Path

import torch

from dlbook.mathematics import initial, nets, rng
from dlbook.mathematics.grids import geomspace, linspace
from dlbook.training import data
from dlbook.training.batches import Order

VECTORS = Path(__file__).parent.parent / "vectors" / "given.json"
SEEDS = (0, 7, 2**53 - 1)
POINTS = (2, 3, 7, 12, 41, 100, 101, 201, 1000)
SHAPES = ((2, 2, 1), (1, 16, 1), (2, 30, 30, 2), (12, 50, 50, 2))


def digest(values: torch.Tensor) -> str:
    """The hash of the numbers."""
    numbers = values.double().contiguous().numpy().astype("<f8")
    return hashlib.sha256(numbers.tobytes()).hexdigest()[:16]


def digests() -> dict[str, dict[str, str]]:
    """All of them, by kind and name."""
    seeds = {str(seed): seed for seed in SEEDS}
    return {
        "uniforms, 2000 from -1 to 3": {
            name: digest(rng.stream(seed, "given").uniform(2000, low=-1.0, high=3.0))
            for name, seed in seeds.items()
        },
        "normals, 20000": {
            name: digest(rng.stream(seed, "given").normal(20_000)) for name, seed in seeds.items()
        },
        "permutations of 1000": {
            name: digest(rng.stream(seed, "given").permutation(1000))
            for name, seed in seeds.items()
        },
        "batches of 7 from 30, 50 of them": {name: orders(seed) for name, seed in seeds.items()},
        "places from -1 to 1": {str(n): digest(linspace(-1, 1, n)) for n in POINTS},
        "places from -0.3 to 0.7": {str(n): digest(linspace(-0.3, 0.7, n)) for n in POINTS},
        "geometric places from 0.01 to 100": {
            str(n): digest(geomspace(0.01, 100.0, n)) for n in POINTS
        },
        "targets on places from -1 to 1": {
            f"{name}, {n}": digest(curve(linspace(-1, 1, n)))
            for name, curve in data.CURVES.items()
            for n in POINTS
        },
        "two moons, 400 points, noise 0.2": {
            name: digest(data.moons(400, 0.2, rng.stream(seed, "data"))[0])
            for name, seed in seeds.items()
        },
        "a mixture of 12 dimensions, 30 and 20 points": {
            name: mixed(seed) for name, seed in seeds.items()
        },
        "parameters of seeds 0 … 9": {
            f"{'-'.join(map(str, shape))} {scheme}": digest(
                nets.init(nets.MLP(shape), range(10), recipes(scheme, shape)).flat
            )
            for scheme in initial.SCHEMES
            for shape in SHAPES
        },
    }


def orders(seed: int) -> str:
    """The sample numbers of the batches, one batch after the other."""
    order = Order([seed], 30, 7)
    return digest(torch.cat([order.take() for _ in range(50)]))


def mixed(seed: int) -> str:
    """Samples of both classes."""
    draw = rng.stream(seed, "data")
    return digest(data.mixture(12, draw).draw(30, 20, draw)[0])


def recipes(scheme: str, shape: tuple[int, ...]) -> list[str]:
    """The scheme for all layers; kinks are for a first layer of one input alone."""
    rest = ["xavier_uniform"] * (len(shape) - 2)
    if scheme == "spread_kinks":
        return ["spread_kinks" if shape[0] == 1 else "ones", *rest]
    return [scheme] * (len(shape) - 1)


if __name__ == "__main__":
    VECTORS.write_text(json.dumps(digests(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
