"""What a run is given before its first step is the same in the page, to the bit.

``tests/vectors/given.json`` holds the hashes; :mod:`tests.training.given` says of what.
"""

import hashlib
import json
from typing import Any

import numpy as np
import pytest

from tests.scripts import ROOT
from tests.web.test_arithmetic import BUILDS, in_node, numbers

KEPT: dict[str, dict[str, str]] = json.loads(
    (ROOT / "tests" / "vectors" / "given.json").read_text(encoding="utf-8")
)
ENDS = {"places from -1 to 1": (-1, 1), "places from -0.3 to 0.7": (-0.3, 0.7)}
DRAWN = {
    "uniforms, 2000 from -1 to 3": ("uniform", 2000),
    "normals, 20000": ("normal", 20_000),
    "permutations of 1000": ("permutation", 1000),
}


def asked() -> dict[tuple[str, str], tuple[str, Any]]:
    """By kind and name of a hash: what the engine is asked for."""
    found: dict[tuple[str, str], tuple[str, Any]] = {}
    for kind, (way, count) in DRAWN.items():
        for seed in KEPT[kind]:
            found[kind, seed] = "drawn", {"kind": way, "seed": seed, "count": count}
    for kind, (low, high) in ENDS.items():
        for n in KEPT[kind]:
            found[kind, n] = "places", {"low": low, "high": high, "n": int(n)}
    for name in KEPT["targets on places from -1 to 1"]:
        curve, _, n = name.rpartition(", ")
        told = {"low": -1, "high": 1, "n": int(n), "curve": curve}
        found["targets on places from -1 to 1", name] = "places", told
    for name in KEPT["parameters of seeds 0 … 9"]:
        shape, _, scheme = name.rpartition(" ")
        widths = [int(width) for width in shape.split("-")]
        told = {"widths": widths, "schemes": recipes(scheme, widths), "seeds": 10}
        found["parameters of seeds 0 … 9", name] = "parameters", told
    return found


def recipes(scheme: str, widths: list[int]) -> list[str]:
    """The scheme for all layers; kinks are for a first layer of one input alone."""
    if scheme == "spread_kinks":
        first = scheme if widths[0] == 1 else "ones"
        return [first, *["xavier_uniform"] * (len(widths) - 2)]
    return [scheme] * (len(widths) - 1)


@pytest.mark.parametrize("build", BUILDS)
def test_streams_grids_targets_and_starts_have_the_hashes_that_are_kept(build):
    names = asked()
    for (kind, name), text in zip(names, in_node(build, list(names.values())), strict=True):
        digest = hashlib.sha256(numbers(text).astype("<f8").tobytes()).hexdigest()[:16]
        assert digest == KEPT[kind][name], f"{kind}: {name}"


def test_another_bit_has_another_hash():
    (text,) = in_node(BUILDS[0], [("places", {"low": -1, "high": 1, "n": 7})])
    places = numbers(text)
    places[3] = np.nextafter(places[3], 1.0)
    digest = hashlib.sha256(places.astype("<f8").tobytes()).hexdigest()[:16]
    assert digest != KEPT["places from -1 to 1"]["7"]
