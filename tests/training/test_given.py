"""What a run is given has the same bits on every processor: hashes that the page is held to too."""

import json
import os
import subprocess
import sys

import pytest

from tests.training.given import VECTORS, digests

LEAST = {
    "ATEN_CPU_CAPABILITY": "default",
    "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4",
    "OPENBLAS_CORETYPE": "Prescott",
    "MKL_ENABLE_INSTRUCTIONS": "SSE4_2",
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA",
    "NUMBA_CPU_NAME": "generic",
    "NUMBA_CPU_FEATURES": "",
}


@pytest.mark.parametrize("kind", json.loads(VECTORS.read_text(encoding="utf-8")))
def test_the_hashes_are_those_that_are_kept(kind):
    assert digests()[kind] == json.loads(VECTORS.read_text(encoding="utf-8"))[kind]


def test_a_processor_with_the_least_instructions_gives_the_same_bits():
    """Every library leaves out what it can of this processor's instructions."""
    code = "import json; from tests.training.given import digests; print(json.dumps(digests()))"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        env={**os.environ, **LEAST}, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    assert json.loads(done.stdout) == json.loads(VECTORS.read_text(encoding="utf-8"))
