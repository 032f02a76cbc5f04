import ast
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
LAYERS = [
    {name.strip() for name in layer.replace("|", ":").split(":")}
    for contract in CONTRACTS
    if contract["type"] == "layers"
    for layer in contract["layers"]
]
MACHINERY, PRESENTATION = LAYERS[0] | LAYERS[1], LAYERS[2]
COMPUTING = LAYERS[3] | LAYERS[4] | LAYERS[5]


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
    ("dlbook/rng.py", "import dlbook.train", "Knowledge flows one way"),
    ("dlbook/evidence.py", "import numpy", "The base is the standard library"),
    ("dlbook/style.py", "import dlbook.stats", "Neither pages nor presentation"),
    ("dlbook/site/words.py", "import dlbook.style", "Pages read files"),
    ("dlbook/site/words.py", "import dlbook.engine.key", "Knowledge flows one way"),
    ("dlbook/engine/key.py", "import dlbook.cli", "Knowledge flows one way"),
    ("dlbook/stats.py", "import dlbook.figure", "Knowledge flows one way"),
    ("dlbook/homeless.py", "", "Knowledge flows one way"),
    ("dlbook/explicit.py", "import dlbook.polylines", "No circles"),
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


def imports(path):
    """The top-level packages that a file imports."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield (node.module or "").split(".")[0]


@pytest.mark.parametrize("name", sorted(COMPUTING))
def test_mathematics_and_experiments_never_draw(name):
    assert not {"matplotlib", "joblib"} & set(imports(ROOT / "dlbook" / f"{name}.py"))


def test_every_module_stands_in_one_layer():
    modules = {path.stem for path in (ROOT / "dlbook").glob("[!_]*.py")}
    packages = {path.parent.name for path in (ROOT / "dlbook").glob("*/__init__.py")}
    assert modules | packages == MACHINERY | PRESENTATION | COMPUTING
