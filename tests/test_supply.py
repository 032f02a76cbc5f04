"""What is installed, and by whose leave: pins, hashes, scripts of packages, permissions."""

import itertools
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
WORKFLOW: dict[str, Any] = yaml.safe_load((ROOT / ".github/workflows/book.yml").read_text("utf-8"))


HALF = "$(VENV)/$@.lock"  # of requirements.lock: two processes unpack it


def pins(name: str) -> dict[str, list[str]]:
    """The hashes of each pin of a file, by the name of its package."""
    text = (ROOT / name).read_text("utf-8").replace("\\\n", " ")
    found = {}
    for line in text.splitlines():
        package = re.match(r"([A-Za-z0-9._-]+)==[0-9][A-Za-z0-9.]*(?= |$)", line)
        assert package, line
        found[plain(package[1])] = re.findall(r"--hash=sha256:([0-9a-f]{64})", line)
    return found


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_pin_has_hashes():
    assert [name for name, hashes in pins("requirements.lock").items() if not hashes] == []


def test_torch_alone_has_none():
    assert pins("requirements-torch.lock") == {"torch": []}


def test_the_pins_for_an_installation_by_hand_are_those_of_the_locks():
    names = ("requirements.lock", "requirements-torch.lock")
    lines = "\n".join((ROOT / name).read_text("utf-8") for name in names).splitlines()
    pinned = [re.sub(r" *\\$", "", line) for line in lines if re.match("[A-Za-z0-9]", line)]
    assert (ROOT / "constraints.txt").read_text("utf-8").splitlines() == sorted(pinned)


def test_every_package_that_the_book_names_is_pinned():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    named = list(
        itertools.chain(project["dependencies"], *project["optional-dependencies"].values())
    )
    packages = {plain(re.split("[^A-Za-z0-9._-]", entry)[0]) for entry in named}
    locks = ("requirements.lock", "requirements-torch.lock")
    assert packages <= {package for lock in locks for package in pins(lock)}
    assert "setuptools" in pins("requirements.lock")  # builds the rest


def test_what_the_book_asks_for_is_what_is_pinned():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    named = [*project["dependencies"], *itertools.chain(*project["optional-dependencies"].values())]
    locks = ("requirements.lock", "requirements-torch.lock")
    text = "\n".join((ROOT / lock).read_text("utf-8") for lock in locks)
    found = {plain(name): version for name, version in re.findall(r"(?m)^([\w.-]+)==(\S+)", text)}
    for requirement in map(Requirement, named):
        assert requirement.specifier.contains(found[plain(requirement.name)]), requirement


def test_packages_of_the_web_are_asked_for_by_their_exact_version():
    asked = json.loads((ROOT / "web" / "package.json").read_text("utf-8"))
    versions = {**asked["dependencies"], **asked["devDependencies"]}
    assert [name for name, v in versions.items() if not re.fullmatch(r"\d+\.\d+\.\d+", v)] == []


def test_nothing_is_installed_that_no_file_pins():
    text = (ROOT / "Makefile").read_text("utf-8").replace("\\\n", " ")
    installs = re.findall(
        r"(?:^\t@?\$\(PIP\)|pip install(?! --quiet --dis)) (.*)", text, re.MULTILINE
    )
    assert len(installs) == 4
    for arguments in installs:
        words = [word.strip("'\"") for word in arguments.split() if not word.startswith("-")]
        for word in set(words) - {":all:", HALF}:
            if word != "$(FROM_TORCH)":
                assert re.fullmatch(r"[\w.-]+\.lock|[\w.-]+==[\d.]+|\.(\[[\w,]+\])?", word), word


def test_the_two_that_install_side_by_side_have_every_pin_once(tmp_path: Path):
    text = (ROOT / "Makefile").read_text("utf-8")
    (cut,) = re.findall(r"^\t@(awk .* requirements.lock > .*)$", text, re.MULTILINE)
    found: list[list[str]] = []
    for half in "01":
        command = cut.replace(HALF, str(tmp_path / half)).replace("$*", half)
        subprocess.run(["bash", "-c", command], cwd=ROOT, check=True)
        found.append(entries((tmp_path / half).read_text("utf-8")))
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    assert "".join(entries(lock)) == lock
    assert sorted(found[0] + found[1]) == sorted(entries(lock))
    assert abs(len(found[0]) - len(found[1])) <= 1


def entries(lock: str) -> list[str]:
    """Each pin with the hashes below it."""
    return re.findall(r"^\S.*\n(?: .*\n)*", lock, re.MULTILINE)


def test_no_package_asks_for_what_is_not_installed():
    told = subprocess.run(
        [sys.executable, "-m", "pip", "check"], capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stdout


def test_no_package_runs_a_script_when_it_is_installed():
    commands = re.findall(r"npm (?:ci|install)\b.*", (ROOT / "Makefile").read_text("utf-8"))
    assert commands
    assert all("--ignore-scripts" in command for command in commands)


def test_what_may_publish_only_publishes():
    jobs = WORKFLOW["jobs"]
    may = {name for name, job in jobs.items() if "write" in job.get("permissions", {}).values()}
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert may == {"publish"}
    (step,) = jobs["publish"]["steps"]
    assert step["uses"].startswith("actions/deploy-pages@")
    assert jobs["publish"]["needs"] == "test"


def test_what_is_published_was_tested():
    *_, gate, upload = WORKFLOW["jobs"]["test"]["steps"]
    assert gate["run"] == "bash .ci/run"
    assert upload["uses"].startswith("actions/upload-pages-artifact@")
    assert upload["with"] == {"path": "site"}


def test_every_action_is_pinned_by_its_commit():
    uses = [
        step["uses"] for job in WORKFLOW["jobs"].values() for step in job["steps"] if "uses" in step
    ]
    assert uses
    assert [use for use in uses if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", use)] == []


@pytest.mark.parametrize(("asked", "index"), [((), ""), (("TORCH=cpu",), "whl/cpu")])
def test_one_word_leaves_cuda_out(asked: tuple[str, ...], index: str):
    dry = ["make", "--dry-run", "--always-make", "env", *asked]
    outer = {"MAKEFLAGS", "MAKELEVEL", "TORCH"}  # of a `make test`
    env = {name: value for name, value in os.environ.items() if name not in outer}
    told = subprocess.run(dry, cwd=ROOT, env=env, capture_output=True, text=True, check=True).stdout
    (line,) = (each for each in told.splitlines() if "requirements-torch.lock" in each)
    assert bool(index) == ("--index-url" in line)
    assert index in line
