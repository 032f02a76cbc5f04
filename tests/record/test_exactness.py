"""What the machine decides is found in a script wherever run reaches it, and only there."""

from pathlib import Path

import pytest

import dlbook
from dlbook.record.exactness import allowed, uses
from dlbook.record.statements import parse, statements

HEAD = """
import math

import numpy as np
import torch
from decimal import Decimal
from torch.nn import functional as F
from torch.nn.functional import softplus
from dlbook.mathematics import losses, sums
from dlbook.mathematics.elementary import sigmoid
from dlbook.mathematics.nets import differentiable as followed
from dlbook.training import stats

MACHINE = {"exp": "a reason"}

"""


def found(body: str, name: str = "run") -> list[tuple[str, str]]:
    script = statements(parse((HEAD + body).encode(), "a.py"))
    return [(use.name, use.instead.rpartition(".")[2]) for use in uses(script, [name])]


REFUSED = [
    ("torch.linspace(0, 1, 5)", "linspace", "linspace"),
    ("np.logspace(0, 1, 5)", "logspace", "geomspace"),
    ("torch.sigmoid(x)", "sigmoid", "sigmoid"),
    ("x.sigmoid()", "sigmoid", "sigmoid"),
    ("x[:, 0].abs().sqrt()", "sqrt", "sqrt"),
    ("apply(x, torch.tanh)", "tanh", "tanh"),
    ("softplus(x)", "softplus", "softplus"),
    ("F.softplus(x)", "softplus", "softplus"),
    ("torch.special.entr(x)", "entr", "xlogy"),
    ("x @ x", "@", "product"),
    ("torch.einsum('i,i', x, x)", "einsum", "product"),
    ("x.square().mean(-1)", "mean", "mean"),
    ("(x > 0).sum()", "sum", "total"),
    ("losses.all(x).sum()", "sum", "total"),
    ("x.quantile(0.5, 0)", "quantile", "quantile"),
    ("x.norm(dim=1)", "norm", "norm"),
    ("math.log(x)", "log", "log"),
    ("math.log10(x)", "log10", "log, and divide by the logarithm of the base"),
    ("x ** 0.5", "**", "sqrt"),
    ("10.0 ** x", "**", "sqrt"),
    ("x ** -2", "**", "sqrt"),
    ("x ** 4", "**", "sqrt"),
    ("followed(x)", "differentiable", "predict"),
    ("losses.differentiable(x)", "differentiable", "mean_loss"),
    ("Run(precision='float32')", "float32", "float64"),
    ("torch.linalg.pinv(x)", "pinv", "sums and products that are written out"),
]


@pytest.mark.parametrize(("used", "name", "instead"), REFUSED)
def test_it_is_found_with_what_to_use_instead(used, name, instead):
    assert [pair[0] for pair in found(f"def run(x):\n    return {used}\n")] == [name]
    assert found(f"def run(x):\n    return {used}\n")[0][1].endswith(instead)


FREE = [
    "sigmoid(x)", "sums.mean(x)", "stats.mean(x)", "sum(x)", "math.sqrt(x)", "np.sqrt(x)",
    "math.fsum(x)", "x ** 2", "2.0 ** x", "2 ** -x", "Decimal(-x).exp()", "x.cumsum(0)", "x.mean",
    "x.abs().amax()", "x.sort().values", "torch.relu(x)", "Run(precision='float64')", "x.exp",
]  # fmt: skip


@pytest.mark.parametrize("used", FREE)
def test_what_is_exact_or_no_tensors_is_free(used):
    assert found(f"def run(x):\n    return {used}\n") == []


def test_it_is_found_in_what_run_calls_and_not_in_what_draws():
    body = "def helper(x):\n    return x.sum()\n\ndef run(x):\n    return helper(x)\n"
    body += "\ndef draw(x):\n    return torch.exp(x)\n"
    assert found(body) == [("sum", "total")]
    assert found(body, "draw") == [("exp", "exp")]


def test_a_line_is_that_of_the_name_and_reasons_are_read():
    body = "def run(x):\n    return (\n        x\n        .sum()\n    )\n"
    script = statements(parse((HEAD + body).encode(), "a.py"))
    assert [use.line for use in uses(script, ["run"])] == [len(HEAD.splitlines()) + 4]
    assert allowed(script) == {"exp": "a reason"}


FOLDERS = ("arithmetic", "mathematics", "training")
MODULES = [p for f in FOLDERS for p in sorted((Path(dlbook.__file__).parent / f).glob("*.py"))]
DIFFERENTIABLE = {"mean", "sum", "softmax", "logsumexp", "logaddexp", "exp", "log1p", "baddbmm",
                  "sigmoid", "tanh", "sin", "cos"}  # fmt: skip
# What stays torch's, and why.
BOUND = {
    "activations": DIFFERENTIABLE,  # for autograd, and for the stack of matrices
    "affine": {"baddbmm", "bmm", "sum"},  # the stack of matrices
    "losses": DIFFERENTIABLE,
    "backprop": {"differentiable"},  # what autograd follows where layers are linked or normalised
    "by_matrices": {"differentiable"},
    "nets": DIFFERENTIABLE | {"@", "sqrt"},  # the layers that autograd follows
    "sums": {"sum"},  # of whole numbers
    "data": {"solve", "ndtr"},  # the distance of two classes, which no record holds
}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_the_book_computes_by_its_own_arithmetic_but_where_it_says_so(path):
    script = statements(parse(path.read_bytes(), path.name))
    names = {name for statement in script for name in statement.binds}
    assert {use.name for use in uses(script, names)} <= BOUND.get(path.stem, set())
