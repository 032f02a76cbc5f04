import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "importlinter"
]["contracts"]


def lint(root):
    """Whether the contracts hold, and what import-linter says."""
    code = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(
        [sys.executable, "-c", code, "--no-cache"],
        cwd=root, env={"PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode == 0, done.stdout + done.stderr


def test_the_contracts_hold():
    holds, said = lint(ROOT)
    assert holds, said


@pytest.fixture
def copy(tmp_path):
    """The sources in a place where a test may break them."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for folder in ("dlbook", "figures_src"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignored)
    return tmp_path


BREACHES = [
    ("dlbook/mathematics/rng.py", "import dlbook.training.train", "Knowledge flows one way"),
    ("dlbook/arithmetic/specification.py", "import dlbook.mathematics.rng",
     "Knowledge flows one way"),
    ("dlbook/base/evidence.py", "import numpy", "Pages and records read files"),
    ("dlbook/figures/style.py", "import dlbook.training.stats", "Figures are drawn"),
    ("dlbook/site/reading/words.py", "import dlbook.figures.style", "Pages and records read files"),
    ("dlbook/site/reading/words.py", "import dlbook.engine.key", "Knowledge flows one way"),
    ("dlbook/engine/key.py", "import dlbook.cli", "Knowledge flows one way"),
    ("dlbook/site/reading/terms.py", "import dlbook.authoring.changeset",
     "Knowledge flows one way"),
    ("dlbook/training/stats.py", "import dlbook.figures.judging", "Knowledge flows one way"),
    ("dlbook/homeless.py", "", "Knowledge flows one way"),
    ("dlbook/site/homeless.py", "", "The site has four rooms"),
    ("dlbook/site/reading/words.py", "import dlbook.site.pages.weave", "The site has four rooms"),
    ("dlbook/mathematics/rng.py", "import matplotlib", "Mathematics and experiments never draw"),
    ("dlbook/mathematics/explicit.py", "import dlbook.mathematics.polylines", "No circles"),
    ("dlbook/by_torch/networks.py", "import dlbook.mathematics.nets", "The second trainer"),
    ("figures_src/folding_doubles_pieces.py", "import dlbook.engine.key", "Scripts never know"),
    ("figures_src/folding_doubles_pieces.py", "import figures_src.three_circuits_for_parity",
     "Scripts do not know one another"),
]  # fmt: skip


def test_each_contract_can_be_broken(copy):
    """All breaches at once: every contract must complain, and of the line that breaks it."""
    for place, line, _ in BREACHES:
        path = copy / place
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        path.write_text(f"{text}\n{line}\n", encoding="utf-8")
    holds, said = lint(copy)
    assert not holds
    for contract in CONTRACTS:
        assert f"{contract['name']} BROKEN" in said
    for place, line, _ in BREACHES:
        module = place.removesuffix(".py").replace("/", ".")
        target = line.removeprefix("import ")
        if "explicit" not in place:
            assert f"{module} -> {target}" in said or (not target and module in said), place
