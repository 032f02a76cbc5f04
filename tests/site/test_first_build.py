"""What ``dlbook new`` writes is built, looked at and, once it is written, published."""

import io
import shutil
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from dlbook import cli
from tests.repository import git
from tests.site.conftest import ENVIRONMENT, ROOT, list_pages, mkdocs

FILES = (
    "docs/zh/gradient.md", "docs/en/gradient.md", "tests/test_gradient_page.py",
    "figures_src/rates_fall.py", "figures_src/rates_fall.md", "tests/figures/test_rates_fall.py",
)  # fmt: skip


def dlbook(root: Path, *arguments: str) -> str:
    """A command in this process, which has imported what each would import anew."""
    said, wrong = io.StringIO(), io.StringIO()
    with redirect_stdout(said), redirect_stderr(wrong):
        code = cli.main([*arguments, "--project", str(root)])
    assert code == 0, said.getvalue() + wrong.getvalue()
    return said.getvalue()


def run(root: Path, *command: str) -> str:
    done = subprocess.run(
        command, cwd=root, env=ENVIRONMENT | {"PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def drafted(toy_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy with a list of chapters on its home page, and a draft of a first one."""
    root = tmp_path_factory.mktemp("drafted") / "book"
    shutil.copytree(toy_template, root, symlinks=True)
    list_pages(root, [], "saw")
    for lang in ("zh", "en"):
        page = root / "docs" / lang / "index.md"
        page.write_text(page.read_text() + "\n[[chapters]]\n")
    dlbook(root, "new", "chapter", "gradient", "--title-zh", "梯度", "--title-en", "Gradients")
    dlbook(root, "new", "figure", "rates_fall", "--chapter", "gradient")
    return root


@pytest.fixture
def book(drafted: Path, tmp_path: Path) -> Path:
    """A copy of that draft."""
    shutil.copytree(drafted, tmp_path / "book", symlinks=True)
    return tmp_path / "book"


def test_a_draft_is_built_at_once_in_both_languages_and_its_todos_are_told(book: Path):
    finished = mkdocs(book, "build")
    assert finished.returncode == 0, finished.stdout
    home = (book / "site" / "en" / "index.html").read_text()
    assert '<h3 id="chapter-gradient"><a href="gradient/">Gradients</a></h3>' in home
    assert "TODO: tell the home page" in home
    for lang, title in (("", "梯度"), ("en/", "Gradients")):
        html = (book / "site" / lang / "gradient" / "index.html").read_text()
        assert title in html
        assert 'id="fig-rates_fall"' in html
        assert 'id="claim-Z01"' in html
        assert "dl-error" not in html
        assert (book / "site" / lang / "labs" / "gradient" / "index.html").is_file()
        assert 'href="../labs/gradient/"' in html
    warnings = [line for line in finished.stdout.splitlines() if "still to do" in line]
    assert {path for path in FILES if any(f" {path}:" in line for line in warnings)} == {*FILES}


def test_a_strict_build_refuses_each_todo_with_its_line_and_then_publishes(book: Path):
    finished = mkdocs(book, "build", "--strict")
    assert finished.returncode == 1
    errors = [line for line in finished.stdout.splitlines() if line.startswith("ERROR")]
    places = {
        f"{path}:{number}"
        for path in FILES
        for number, line in enumerate((book / path).read_text().splitlines(), 1)
        if "TODO" in line
    }
    assert {line.split("-  ")[1].split(": ")[0] for line in errors} == places
    assert "Nothing was published" in finished.stdout
    for path in FILES:
        file = book / path
        file.write_text(file.read_text().replace("TODO: ", "").replace("TODO：", ""))
    git(book, "init", "--quiet", "--initial-branch=main")
    git(book, "add", "--all")
    git(book, "commit", "--quiet", "-m", "Begin")
    dlbook(book, "register", "rates_fall")
    git(book, "add", "--all")
    git(book, "commit", "--quiet", "-m", "Register that rates fall")
    dlbook(book, "build")
    dlbook(book, "accept", "rates_fall")
    finished = mkdocs(book, "build", "--strict")
    assert finished.returncode == 0, finished.stdout


def test_a_draft_is_typed_and_formatted_and_runs_alone(book: Path):
    python = [path for path in FILES if path.endswith(".py")]
    for command in (("check",), ("format", "--check")):
        ours = f"src = ['{ROOT}']"  # where the package tests is, which the toy has not
        configured = ("--config", str(ROOT / "pyproject.toml"), "--config", ours, "--no-cache")
        run(book, sys.executable, "-m", "ruff", *command, *configured, *python)
    run(ROOT, sys.executable, "-m", "mypy", "--strict", str(book / "figures_src/rates_fall.py"))
    assert "four" not in dlbook(book, "run", "rates_fall", "--replay", "seed=3", "width=2")
    small = dlbook(book, "run", "rates_fall", "--small")
    assert "Z01" in small
    assert "learned = [2] " in small
