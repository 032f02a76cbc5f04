"""A figure's key counts the text of what its runs name, and no compiled code that repeats it."""

import ast
from pathlib import Path

import pytest

from dlbook.engine.bindings import BY_TEXT, Bindings
from dlbook.engine.closure import Closure
from dlbook.engine.memo import Memo
from dlbook.engine.modules import PACKAGE, Modules

ADAPTER = (("dlbook.training.by_arithmetic", "fit_by_arithmetic"),)


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    return Bindings(Modules(PACKAGE, Memo(tmp_path_factory.mktemp("memo") / "syntax.json")))


def reached(library, *words):
    found = Closure(library, ADAPTER, words)
    assert not found.dynamic
    return {part.removeprefix("dlbook.") for part in found.parts()}


def test_what_a_run_names_counts_and_what_it_does_not_name_does_not(library):
    parts = reached(library, "tanh", "mean_squared_error")
    assert {
        "arithmetic.one_model.Learner", "arithmetic.one_model.backward",
        "arithmetic.one_model.UNITS['tanh']", "arithmetic.specification.tanh",
        "arithmetic.one_model.LOSSES_OF_SAMPLES['mean_squared_error']",
        "training.batches.Order", "mathematics.rng.philox",
    } <= parts  # fmt: skip
    assert "arithmetic.specification.sin" not in parts
    assert "arithmetic.one_model.UNITS['softplus']" not in parts


def test_another_activation_is_another_part(library):
    parts = reached(library, "sin", "mean_squared_error")
    assert {"arithmetic.one_model.UNITS['sin']", "arithmetic.specification.cos"} <= parts
    assert "arithmetic.one_model.UNITS['tanh']" not in parts


def test_no_compiled_code_counts(library):
    modules = {part.rpartition(".")[0] for part in reached(library, "tanh", "hinge")}
    counted = {name for name in modules if name.startswith("arithmetic")}
    texts = ("batch_norm", "normals", "one_model", "specification", "structure")
    assert counted == {f"arithmetic.{text}" for text in texts}


def test_every_text_exists_and_so_does_what_repeats_it(library):
    for module, texts in BY_TEXT.items():
        path = Path(PACKAGE.parent, *module.split(".")).with_suffix(".py")
        assert texts.keys() <= {getattr(n, "name", "") for n in ast.parse(path.read_text()).body}
        for place in {place for places in texts.values() for place in places}:
            assert [target.kind for target in library.resolve(*place, "")] == ["definition"]
