"""What the tests of the page's sources need before they run in Node."""

import subprocess

import pytest

from dlbook.site.reading.formulas import node
from tests.scripts import ROOT


@pytest.fixture(scope="session", autouse=True)
def _arithmetic():
    """The compiled arithmetic, which a fresh clone does not have yet."""
    subprocess.run([node(), "arithmetic/compile.mjs"], cwd=ROOT / "web", check=True)
