"""The compiled functions are the specification, to the bit, whatever processor they are for."""

import hashlib
import os
import subprocess
import sys

import numpy as np
import pytest

from dlbook.arithmetic import specification
from dlbook.arithmetic.elementwise import elementwise
from tests.arithmetic.points import anywhere

NAMES = ("exp", "log", "log1p", "sigmoid", "tanh", "sin", "cos")
POINTS = anywhere(20_000)


def text(name: str, x: np.ndarray) -> np.ndarray:
    with np.errstate(all="ignore"):
        return getattr(specification, name)(x)


def bits(values: np.ndarray) -> np.ndarray:
    """Their words; all NaNs count as one."""
    return np.where(np.isnan(values), np.nan, values).view(np.int64)


@pytest.mark.parametrize("name", NAMES)
def test_no_bit_differs_from_the_specification(name):
    assert np.count_nonzero(bits(elementwise(name, POINTS)) != bits(text(name, POINTS))) == 0


def test_decay_is_exp_where_its_argument_is_not_above_0():
    x = -np.abs(POINTS)
    assert np.count_nonzero(bits(elementwise("decay", x)) != bits(text("exp", x))) == 0


def test_a_result_does_not_depend_on_the_place_in_an_array():
    x = POINTS[-37:]
    alone = np.concatenate([elementwise("sigmoid", x[i : i + 1]) for i in range(len(x))])
    assert bits(alone).tolist() == bits(elementwise("sigmoid", x)).tolist()
    assert elementwise("sigmoid", x[:36].reshape(4, 3, 3)).shape == (4, 3, 3)


def digest() -> str:
    return hashlib.sha256(b"".join(bits(elementwise(name, POINTS)) for name in NAMES)).hexdigest()


@pytest.mark.parametrize("processor", ["generic", "haswell"])
def test_another_processor_gives_the_same_bits(processor):
    if processor == "haswell" and not runs_avx2():
        processor = "generic"
    code = "from tests.arithmetic.test_elementary import digest; print(digest())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "NUMBA_CPU_NAME": processor, "NUMBA_CPU_FEATURES": ""},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == digest()


def runs_avx2() -> bool:
    from llvmlite.binding import get_host_cpu_features

    return bool(get_host_cpu_features().get("avx2"))
