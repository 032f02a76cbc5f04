"""The page's arithmetic is the specification's, to the bit: in Node, in Chromium, in both builds.

The engine's module is built with vectors of two doubles and without. Elementary functions, draws,
and whole runs of each build are compared word by word, or by the hashes that everybody is held to.
"""

import dataclasses
import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser

from dlbook.arithmetic import specification
from dlbook.arithmetic.one_model import UNITS, Memory, Training, backward, trained
from dlbook.mathematics import nets, rng
from dlbook.site.reading.formulas import node
from dlbook.training.batches import Order
from tests.arithmetic import runs
from tests.arithmetic.points import anywhere
from tests.scripts import ROOT
from tests.turns import turn

BUILDS = ("with vectors", "without vectors")
FUNCTIONS = ("exp", "log", "log1p", "cos", "sigmoid", "tanh", "sin", "softplus")
EXACT_STARTS = ("xavier_uniform", "xavier_uniform_with_biases", "fan_in_uniform", "zeros", "ones")
Asked = list[tuple[str, Any]]
Answer = Callable[[str, Asked], list[Any]]

BUNDLE = """import { build } from "esbuild";
const made = await build({ entryPoints: ["../tests/web/arithmetic_runs.ts"], bundle: true,
  format: "iife", write: false, charset: "utf8" });
process.stdout.write(made.outputFiles[0].text);"""


def in_node(build: str, asked: Asked, root: Path = ROOT) -> list[Any]:
    finished = subprocess.run(
        [node(), root / "tests" / "web" / "arithmetic_in_node.ts"],
        input=json.dumps([build, asked]), capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert finished.returncode == 0, finished.stderr
    answers: list[Any] = json.loads(finished.stdout)
    return answers


@pytest.fixture(scope="module")
def in_chromium(chromium: Browser) -> Iterator[Answer]:
    made = subprocess.run(
        [node(), "--input-type=module", "--eval", BUNDLE],
        cwd=ROOT / "web", capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    with chromium.new_page() as page:
        page.evaluate(made.stdout)
        yield lambda build, asked: page.evaluate("([b, a]) => answered(b, a)", [build, asked])


@pytest.fixture(params=["node", "chromium"])
def answer(request: pytest.FixtureRequest) -> Answer:
    if request.param == "node":
        return in_node
    found: Answer = request.getfixturevalue("in_chromium")
    return found


def words(values: np.ndarray) -> str:
    """The bits of doubles, in hexadecimal; all NaNs count as one."""
    known = np.where(np.isnan(values), np.nan, values).astype(">f8")
    return known.tobytes().hex()


def numbers(text: str) -> np.ndarray:
    return np.frombuffer(bytes.fromhex(text), dtype=">f8").astype(np.float64)


def job(
    training: Training, starts: np.ndarray, x: np.ndarray, y: np.ndarray, steps: int,
    batch: int | None = None, weight: np.ndarray | None = None, seed: int = 7,
) -> dict[str, Any]:  # fmt: skip
    """What the engine is told of a run."""
    run = {
        "widths": training.widths, "activation": training.units, "init": [], "data": "",
        "points": 0, "loss": training.loss, "optimiser": training.optimiser,
        "rate": training.rate, "steps": steps, "batch": batch, "l2": training.l2, "start": None,
        "skips": training.skips, "ties": training.ties,
    }  # fmt: skip
    constants = {name: getattr(training, name) for name in ("first", "second", "eps")}
    extras: dict[str, Any] = {"constants": constants, "l1": training.l1}
    if weight is not None:
        extras["weight"] = weight.tolist()
    return {
        "run": run, "seed": seed, "starts": starts.tolist(), "x": x.flatten().tolist(),
        "y": y.flatten().tolist(), "n": len(x), "extras": extras,
    }  # fmt: skip


def trained_in_pages() -> dict[str, runs.Case]:
    """The runs of the vectors but for those with phases or normalisation, which no page trains."""
    return {
        name: case
        for name, case in runs.cases().items()
        if case.later is None and case.training.batch_norm is None
    }


@cache
def asked_of_vectors() -> Asked:
    return [
        ("ends", _of_model(case, model))
        for case in trained_in_pages().values()
        for model in range(runs.MODELS)
    ]


def _of_model(case: runs.Case, model: int) -> dict[str, Any]:
    data = runs.given(case)
    training = dataclasses.replace(
        case.training, rate=float(data.rates[model]), l1=float(data.l1[model])
    )
    x = data.x[model] if case.own else data.x
    weight = None if data.weight is None else data.weight[model]
    starts = data.starts[model : model + 1]
    return job(training, starts, x, data.y, runs.STEPS, case.batch, weight, data.seeds[model])


def different(answers: list[Any]) -> list[str]:
    """The runs whose final weights have another hash than the one that is kept."""
    kept = json.loads(runs.VECTORS.read_text(encoding="utf-8"))
    found, rows = [], iter(answers)
    for name in trained_in_pages():
        ends = [numbers(next(rows)[0][0]) for _ in range(runs.MODELS)]
        joined = np.concatenate(ends).astype("<f8")
        if hashlib.sha256(joined.tobytes()).hexdigest()[:16] != kept[name]:
            found.append(name)
    return found


@pytest.mark.parametrize("build", BUILDS)
def test_final_weights_have_the_hashes_of_the_vectors(answer, build):
    assert different(answer(build, asked_of_vectors())) == []


@pytest.mark.parametrize("build", BUILDS)
def test_no_bit_of_an_elementary_function_differs_from_the_specification(answer, build):
    points = anywhere(5_000)
    given = words(points)
    found = answer(build, [("values", {"name": name, "x": given}) for name in FUNCTIONS])
    for name, text in zip(FUNCTIONS, found, strict=True):
        with np.errstate(all="ignore"):
            function = UNITS[name][0] if name in UNITS else getattr(specification, name)
            assert text == words(function(points)), name


@pytest.mark.parametrize("build", BUILDS)
def test_weighted_penalised_and_diverging_runs_end_with_the_same_bits(answer, build):
    usual = Training((2, 6, 2), "tanh", "cross_entropy", "adam", 0.03, l1=0.01, l2=0.02)
    wild = Training((2, 6, 2), "square", "mean_squared_error", "sgd", 5.0)
    starts, x, y = runs.start(usual, 16, 3)
    weight = np.arange(16) % 4 / 1.5
    cases = [(usual, weight), (dataclasses.replace(usual, l1=0.0), None), (wild, None)]
    asked = [("ends", job(run, starts, x, y, 60, weight=given)) for run, given in cases]
    for (run, given), ends in zip(cases, answer(build, asked), strict=True):
        for start, (text, steps) in zip(starts, ends, strict=True):
            end, made = trained(run, start, x, y, 60, given)
            assert (text, steps) == (words(end), made), run
    assert made < 60, "the last run leaves the numbers"


@pytest.mark.parametrize("build", BUILDS)
def test_batches_take_the_samples_of_the_book_in_its_order(answer, build):
    run = Training((2, 5, 2), "sigmoid", "cross_entropy", "rmsprop", 0.01)
    starts, x, y = runs.start(run, 11, 1)
    weight = np.arange(11) % 3 / 2.0
    ((text, _),) = answer(build, [("ends", job(run, starts, x, y, 50, 4, weight))])[0]
    w, memory, order = starts[0], Memory(run), Order([7], 11, 4)
    for _ in range(50):
        rows = order.take()[0].numpy()
        w = memory.step(w, backward(run, w, x[rows], y[rows], weight[rows]))
    assert text == words(w)


@pytest.mark.parametrize("build", BUILDS)
def test_draws_and_starts_without_normals_have_the_same_bits(answer, build):
    seeds, laws = (0, 7, 2**53 - 1), ["ones", "fan_in_uniform", "xavier_uniform"]
    deep = {"widths": (2, 3, 3, 3, 1), "ties": ((2, 3),)}
    asked: Asked = [
        *[("drawn", {"kind": "uniform", "seed": str(seed), "count": 500}) for seed in seeds],
        *[("drawn", {"kind": "permutation", "seed": str(seed), "count": 300}) for seed in seeds],
        *[
            ("parameters", {"widths": (2, 5, 3), "schemes": [name] * 2, "seeds": 10})
            for name in EXACT_STARTS
        ],
        ("parameters", {**deep, "schemes": laws, "seeds": 10}),
    ]
    streams = lambda: (rng.stream(seed, "given") for seed in seeds)  # noqa: E731
    wanted = [
        *[draw.uniform(500, low=-1.0, high=3.0) for draw in streams()],
        *[draw.permutation(300).double() for draw in streams()],
        *[nets.init(nets.MLP((2, 5, 3)), range(10), [name] * 2).flat for name in EXACT_STARTS],
        nets.init(nets.MLP(**deep), range(10), laws).flat,
    ]
    for (what, told), text, values in zip(asked, answer(build, asked), wanted, strict=True):
        assert text == words(values.flatten().numpy()), f"{what} {told}"


def binaries(root: Path = ROOT) -> dict[str, bytes]:
    """Both modules, as the engine embeds them."""
    source = (root / "web" / "src" / "engine" / "binaries.ts").read_text(encoding="utf-8")
    lines = source.strip().split("\n")[1:]  # a byte may be a break of lines
    texts = [json.loads(line.partition(" = ")[2].removesuffix(";")) for line in lines]
    return dict(zip(BUILDS, (text.encode("latin-1") for text in texts), strict=True))


def instructions(binary: bytes, folder: Path) -> set[str]:
    """The names of all instructions in a module."""
    path = folder / "module.wasm"
    path.write_bytes(binary)
    program = ROOT / "web" / "node_modules" / "binaryen" / "bin" / "wasm-dis"
    command = [node(), program, "--all-features", path]
    text = subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout
    return {word.lstrip("(") for word in text.split() if word.startswith("(") and "." in word}


def loose(found: set[str]) -> set[str]:
    """Those whose result a processor may choose."""
    return {name for name in found if "relaxed" in name or "madd" in name}


def test_no_instruction_leaves_its_result_to_the_processor(tmp_path):
    vectors, plain = (instructions(binary, tmp_path) for binary in binaries().values())
    assert {"f64x2.mul", "f64x2.add", "f64.mul"} <= vectors
    assert loose(vectors) | loose(plain) == set()
    assert not any(name.startswith(("v128", "f64x2", "i64x2")) for name in plain)


Plant = Callable[[str, str, str], Path]


@pytest.fixture
def planted(tmp_path: Path) -> Plant:
    """A copy of the engine in which a piece of text of the arithmetic is another."""

    def plant(file: str, old: str, new: str) -> Path:
        ignored = shutil.ignore_patterns("node_modules", "*.py", "binaries.ts", "__pycache__")
        for folder in ("web", "tests/web"):
            shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignored)
        (tmp_path / "web" / "node_modules").symlink_to(ROOT / "web" / "node_modules")
        path = tmp_path / "web" / "arithmetic" / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return tmp_path

    return plant


def compiled(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [node(), "arithmetic/compile.mjs"],
        cwd=root / "web", capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip


def a_librarys_exp_is_found(planted: Plant) -> None:
    ours = "const x = atMost(real<T>(710.0), atLeast(real<T>(-746.0), given))"
    theirs = "return real<T>(Math.exp(first(given)));\n  const x = given"
    root = planted("elementary.ts", ours, theirs)
    source = root / "web" / "arithmetic" / "elementary.ts"
    text = source.read_text(encoding="utf-8").replace("exponent,", "exponent, first,", 1)
    source.write_text(text, encoding="utf-8")
    assert compiled(root).stderr == ""
    given = words(anywhere(1000))
    (found,) = in_node(BUILDS[1], [("values", {"name": "exp", "x": given})], root)
    with np.errstate(all="ignore"):
        assert found != words(specification.exp(anywhere(1000)))
    assert different(in_node(BUILDS[1], asked_of_vectors(), root)) != []


def a_reordered_sum_is_found(planted: Plant) -> None:
    forwards = "for (let k = 0, a = A, b = B; k < terms; k += 1, a += term, b += width) {"
    last = "let k = <usize>(terms - 1), a = A + term * k, b = B + width * k"
    backwards = f"for ({last}; k + 1 > 0; k -= 1, a -= term, b -= width) {{"
    root = planted("products.ts", forwards, backwards)
    assert compiled(root).stderr == ""
    for build in BUILDS:
        assert different(in_node(build, asked_of_vectors(), root)) != []


# x y + c, rounded once or nearly: by halves of the factors, and by what each sum has lost.
FUSED = """
function fused<T>(x: T, y: T, c: T): T {
  const p = x * y, s = c + p, q = s - c;
  const far = x * real<T>(134217729.0), wide = y * real<T>(134217729.0);
  const x1 = far - (far - x), x2 = x - x1, y1 = wide - (wide - y), y2 = y - y1;
  const lost = ((x1 * y1 - p) + x1 * y2 + x2 * y1) + x2 * y2;
  return s + (((c - (s - q)) + (p - q)) + lost);
}
"""


def a_fused_operation_is_found(planted: Plant) -> None:
    root = planted("products.ts", "c00 = c00 + x0 * u", "c00 = fused(x0, u, c00)")
    source = root / "web" / "arithmetic" / "products.ts"
    text = source.read_text(encoding="utf-8").replace("put, spread", "put, real, spread", 1)
    source.write_text(text + FUSED, encoding="utf-8")
    assert compiled(root).stderr == ""
    for build in BUILDS:
        assert different(in_node(build, asked_of_vectors(), root)) != []


MISTAKES = [a_librarys_exp_is_found, a_reordered_sum_is_found, a_fused_operation_is_found]


@pytest.mark.parametrize("mistake", turn("mistakes of the arithmetic", MISTAKES))
def test_a_planted_mistake_is_found(planted, mistake):
    """One of the three: what finds it is the same comparison."""
    mistake(planted)


def test_the_instruction_that_fuses_does_not_compile_and_would_be_found(planted, tmp_path):
    fused = "c00 = isVector<T>() ? f64x2.relaxed_madd(x0, u, c00) : c00 + x0 * u"
    root = planted("products.ts", "c00 = c00 + x0 * u", fused)
    assert "relaxed-simd" in compiled(root).stderr
    build = root / "web" / "arithmetic" / "compile.mjs"
    text = build.read_text(encoding="utf-8")
    text = text.replace('"simd"]', '"simd", "--enable", "relaxed-simd"]')
    build.write_text(text, encoding="utf-8")
    assert compiled(root).stderr == ""
    assert loose(instructions(binaries(root)[BUILDS[0]], tmp_path)) == {"f64x2.relaxed_madd"}


@pytest.mark.parametrize("where", ["at home", "in CI"])
def test_a_mistake_in_the_arithmetic_is_told_with_its_line(planted, monkeypatch, where):
    if where == "in CI":  # where the compiler writes colours into every stream
        monkeypatch.setenv("CI", "true")
    else:
        monkeypatch.delenv("CI", raising=False)
    root = planted("data.ts", "return abs(x);", "return ab(x);")
    lines = (root / "web" / "arithmetic" / "data.ts").read_text(encoding="utf-8").splitlines()
    place = f"web/arithmetic/data.ts:{lines.index('  return ab(x);') + 1}: "
    assert f"{place}Cannot find name 'ab'" in compiled(root).stderr
