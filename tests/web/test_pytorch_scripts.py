"""The scripts in plain PyTorch that readers take along: what they train is what the page trains."""

import ast
import dataclasses
import importlib.util
import itertools
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch

from dlbook.figures import configuring
from dlbook.site.reading.formulas import node
from dlbook.training.replay import Run
from tests.scripts import ROOT, accepted, script
from tests.turns import turn

XOR, WIDE = "finding_xor_takes_luck_or_width", "more_units_smaller_median_error"
STEPS, CLOSE = 200, 1e-9
SOLVED = {
    "words": "All four answers are right.",
    "code": "((torch.sigmoid(outputs(layers)) - Y).abs() < 0.25).all((1, 2))",
}
FITTED = {"words": "Little is left.", "code": "losses(layers) <= 0.1"}
OWN = {"x": [-1.0, -0.25, 0.1, 0.5, 1.0], "y": [-0.0, 1e-7, 1.0, -1.0, 0.3]}


def replayed(name: str, **fields: str) -> Run:
    choice = configuring.configure_replay(script(name), fields)
    loaded: Any = script(name)
    return loaded.replay(choice, loaded.Config())


def job(
    run: Run, success: dict[str, str] | None = FITTED, seed: int = 3, **more: Any
) -> dict[str, Any]:
    told = {} if success is None else {"success": success}
    return {"run": run.to_json(), "seed": seed, "steps": STEPS, **told, **more}


def jobs() -> dict[str, dict[str, Any]]:
    """Whatever a reader may take along: every activation, method, loss, start, curve; own data."""
    found = {}
    methods = itertools.product(("adam", "descent"), ("cross_entropy", "squared"))
    for method, loss in methods:
        for activation in ("relu", "sigmoid", "tanh", "softplus", "abs", "sin"):
            run = replayed(XOR, method=method, loss=loss, width="3")
            run = dataclasses.replace(run, activation=activation)
            found[f"xor {method} {loss} {activation}"] = job(run, SOLVED)
    wide = replayed(WIDE, width="8")
    for curve in ("sine", "polynomial", "absolute"):
        found[f"wide {curve}"] = job(replayed(WIDE, width="16", curve=curve))
    for name in ("sigmoid", "tanh", "relu", "abs", "sin", "softplus", "hard_tanh"):
        found[f"wide {name}"] = job(dataclasses.replace(wide, activation=name))
    laws = "lecun_normal", "normal_0_05", "standard_normal_with_biases"
    for law in ("spread_kinks", "he_normal", "fan_in_uniform", *laws):
        init = (law, "xavier_uniform_with_biases")
        # With biases of 0 on an odd target some slopes would be 0 but for rounding.
        run = dataclasses.replace(wide, init=init, data="-2x^4 + x^3 + x^2 - 2x")
        found[f"wide {law}"] = job(run)
    for name, links in (("tied", {"ties": ((2, 3),)}), ("residual", {"skips": ((1, 2), (1, 3))})):
        laws = ("fan_in_uniform",) * (4 - len(links.get("ties", ())))
        deep = {"widths": (1, 6, 6, 6, 1), "activation": "tanh", "init": laws, **links}
        found[name] = job(dataclasses.replace(wide, **deep))
    found["wide, own data"] = job(wide, given=OWN)
    corners = tuple(0.1 * k - 0.7 for k in range(13))
    begun = dataclasses.replace(wide, widths=(1, 4, 1), activation="relu", init=(), start=corners)
    found["curve"] = job(begun)
    found["curve, own data"] = job(begun, None, given=OWN)
    return found


def written(lang: str, found: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The scripts, and where the page is after so many steps."""
    finished = subprocess.run(
        [node(), ROOT / "tests" / "web" / "pytorch_scripts.ts"],
        input=json.dumps({"lang": lang, "jobs": list(found.values())}),
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert finished.returncode == 0, finished.stderr
    return dict(zip(found, json.loads(finished.stdout), strict=True))


@pytest.fixture(scope="module")
def scripts() -> dict[str, dict[str, Any]]:
    return written("en", jobs())


@pytest.fixture
def load(tmp_path: Path):
    """A script as a module; torch's defaults are as before when the test ends."""
    numbers = itertools.count()

    def loaded(text: str) -> ModuleType:
        # Of a file that is as long and as old as another before it, Python would run the other.
        path = tmp_path / f"taken{next(numbers)}.py"
        path.write_text(text, encoding="utf-8")
        spec = importlib.util.spec_from_file_location("taken", path)
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    before = torch.get_default_dtype()
    yield loaded
    torch.set_default_dtype(before)


def flat(layers: Any) -> torch.Tensor:
    return torch.cat([part.detach().flatten() for layer in layers for part in layer])


def test_from_the_page_s_weights_torch_is_where_the_page_is_after_two_hundred_steps(scripts, load):
    for name, made in scripts.items():
        taken = load(made["text"])
        layers = taken.from_the_page()
        loss = taken.train(layers, STEPS)
        assert loss.shape == (1,), name
        assert abs(loss.item() - made["loss"]) < CLOSE, name
        ours = torch.tensor(made["flat"], dtype=torch.float64)
        assert (flat(layers) - ours).abs().max() < CLOSE, name


def test_another_start_or_another_rate_would_be_noticed(scripts, load):
    wanted = scripts["wide sine"]
    changes = {
        "RATE = 10000, 0.003": "RATE = 10000, 0.00300001",
        "START = torch.tensor([\n    ": "START = torch.tensor([\n    1e-6 + ",
    }
    for old, new in changes.items():
        assert wanted["text"].count(old) == 1
        taken = load(wanted["text"].replace(old, new))
        layers = taken.from_the_page()
        taken.train(layers, STEPS)
        ours = torch.tensor(wanted["flat"], dtype=torch.float64)
        assert (flat(layers) - ours).abs().max() > CLOSE


def test_weights_and_data_are_read_back_to_the_bit(scripts, load):
    start = load(scripts["wide, own data"]["text"])
    assert [*start.X.flatten().tolist(), *start.Y.flatten().tolist()] == OWN["x"] + OWN["y"]
    assert str(start.Y[0].item()) == "-0.0"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_script_knows_nothing_but_torch_and_the_standard_library(lang):
    for name, made in written(lang, jobs()).items():
        tree = ast.parse(made["text"])
        nodes = list(ast.walk(tree))
        found = {name.name for each in nodes if isinstance(each, ast.Import) for name in each.names}
        found |= {each.module for each in nodes if isinstance(each, ast.ImportFrom)}
        assert found - {"argparse", "math"} == {"torch", "torch.nn"}, name
        assert "undefined" not in made["text"]
        assert [line for line in made["text"].splitlines() if len(line) > 100] == [], name
        assert bool(set("，。：") & set(made["text"])) is (lang == "zh"), name


def share(made: dict[str, Any], networks: int, folder: Path) -> float:
    """What share of so many networks learns that begin from torch's first random numbers."""
    path = folder / "taken.py"
    path.write_text(made["text"], encoding="utf-8")
    asked = [sys.executable, path, "--seeds", str(networks)]
    alone = {"OMP_NUM_THREADS": "1", "PYTHONPATH": ""}
    finished = subprocess.run(
        asked, cwd=folder, env=os.environ | alone, capture_output=True, encoding="utf-8", check=True
    )
    passed, n = re.match(r"(\d+) of (\d+) have learned", finished.stdout).groups()
    assert int(n) == networks
    return int(passed) / networks


def learns_xor(folder):
    """Of the book's share the ends, and what torch comes to."""
    made = written("en", {"xor": job(replayed(XOR), SOLVED)})["xor"]
    return accepted(XOR)["by_width"][2], share(made, 1024, folder)


def fails_the_sine(folder):
    """The same of failures."""
    success = {
        "words": "A fifth of the variance is left at most.",
        "code": "losses(layers) <= 0.2 * (Y - Y.mean()).square().mean()",
    }
    made = written("en", {"wide": job(replayed(WIDE, width="16"), success)})["wide"]
    return accepted(WIDE)["failed"]["sine", 16], 1 - share(made, 32, folder)


@pytest.mark.parametrize("trained", turn("shares", [learns_xor, fails_the_sine]))
def test_of_torch_s_own_starts_the_share_is_that_of_the_book(trained, tmp_path):
    found, came_to = trained(tmp_path)
    assert found["low"] < came_to < found["high"]


def test_the_run_of_the_page_is_told_in_a_line(tmp_path):
    short = job(dataclasses.replace(replayed(XOR), steps=50), SOLVED) | {"steps": 50}
    made = written("en", {"short": short})["short"]
    path = tmp_path / "taken.py"
    path.write_text(made["text"], encoding="utf-8")
    said = subprocess.run([sys.executable, path], capture_output=True, encoding="utf-8", check=True)
    told = re.fullmatch(
        r"seed 3: a loss of (\S+) after 50 steps\nhas learned: (True|False)\n", said.stdout
    )
    assert told
    assert abs(float(told[1]) - made["loss"]) < CLOSE
