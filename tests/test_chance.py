"""No test draws chance that no seed decides."""

import ast

import numpy as np
import pytest
import torch

from dlbook.figures import generators
from dlbook.record.chance import unseeded
from tests.scripts import ROOT

FOLDERS = ("tests", "benchmarks", "press", "figures_src", "dlbook/arithmetic", "dlbook/mathematics",
           "dlbook/training",
           "dlbook/record", "dlbook/figures")  # fmt: skip


def test_no_draw_depends_on_a_global_generator():
    found = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for folder in FOLDERS
        for path in sorted((ROOT / folder).rglob("*.py"))
        for line, name in unseeded(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not found, (
        "draws that no seed decides; draw from dlbook.mathematics.rng.stream(seed, ...), or give"
        f" generator=torch.Generator().manual_seed(seed): {found}"
    )


HEAD = """\
import os, random, secrets, uuid
import numpy as np, numpy.random as nr
import torch, torch.nn.functional as F
import hypothesis
import scipy.stats
from numpy.random import default_rng, RandomState as State
from random import Random, shuffle as mixed
from scipy import optimize, stats
from torch import nn, randn
from torch.nn import init as start
from hypothesis import given, seed, settings
"""

PLANTED = [
    ("torch.rand(3)", "torch.rand"),
    ("torch.randint(3, (9,))", "torch.randint"),
    ("torch.randperm(9)", "torch.randperm"),
    ("torch.normal(0.0, x)", "torch.normal"),
    ("torch.rand(3, generator=None)", "torch.rand"),
    ("torch.multinomial(p, 2)", "torch.multinomial"),
    ("torch.randn_like(x)", "torch.randn_like"),
    ("randn(3)", "torch.randn"),
    ("map(randn, shapes)", "torch.randn"),
    ("x.normal_()", ".normal_"),
    ("torch.empty(3).uniform_(-1, 1)", ".uniform_"),
    ("net.layers[0].weight.data.random_(3)", ".random_"),
    ("nn.init.xavier_uniform_(x)", "torch.nn.init.xavier_uniform_"),
    ("start.normal_(x)", "torch.nn.init.normal_"),
    ("start.trunc_normal_(x)", "torch.nn.init.trunc_normal_"),
    ("[nn.init.orthogonal_]", "torch.nn.init.orthogonal_"),
    ("torch.nn.Linear(2, 3)", "torch.nn.Linear"),
    ("nn.Conv2d(2, 3, 1, device='cpu')", "torch.nn.Conv2d"),
    ("F.dropout(x)", "torch.nn.functional.dropout"),
    ("nn.Dropout(0.5)", "torch.nn.Dropout"),
    ("torch.distributions.Normal(0, 1)", "torch.distributions.Normal"),
    ("torch.utils.data.DataLoader(x, shuffle=True)", "torch.utils.data.DataLoader"),
    ("random.random()", "random.random"),
    ("random.seed(1)", "random.seed"),
    ("mixed(x)", "random.shuffle"),
    ("random.Random()", "random.Random"),
    ("random.SystemRandom(3)", "random.SystemRandom"),
    ("np.random.rand(3)", "numpy.random.rand"),
    ("np.random.seed(1)", "numpy.random.seed"),
    ("nr.shuffle(x)", "numpy.random.shuffle"),
    ("np.random.default_rng()", "numpy.random.default_rng"),
    ("default_rng(None)", "numpy.random.default_rng"),
    ("State()", "numpy.random.RandomState"),
    ("stats.norm.rvs(size=3)", "scipy.stats.norm.rvs"),
    ("stats.norm(0, 1).rvs(3)", ".rvs"),
    ("scipy.stats.bootstrap((x,), np.mean)", "scipy.stats.bootstrap"),
    ("optimize.dual_annealing(f, ends)", "scipy.optimize.dual_annealing"),
    ("secrets.token_hex()", "secrets.token_hex"),
    ("os.urandom(3)", "os.urandom"),
    ("uuid.uuid4()", "uuid.uuid4"),
    ("@given(x)\ndef test(x): pass  # here", "hypothesis.given"),
    (
        "@settings(deadline=None)\n@hypothesis.given(x)\ndef test(x): pass  # here",
        "hypothesis.given",
    ),
    ("def f():\n    x = nn.Linear(2, 3)  # here\n    torch.manual_seed(1)", "torch.nn.Linear"),
    ("def f():\n    torch.manual_seed(1)\nnn.Linear(2, 3)  # here", "torch.nn.Linear"),
    ("torch.manual_seed(1)\nnn.Linear(2, 3)  # here", "torch.nn.Linear"),
    ("def f():\n    torch.manual_seed(1)\n    np.random.rand(3)  # here", "numpy.random.rand"),
]

SEEDED = [
    "torch.rand(3, generator=torch.Generator().manual_seed(1))",
    "start.xavier_uniform_(x, generator=g)",
    "start.zeros_(x)",
    "x.normal_(generator=g)",
    "x.zero_()",
    "nn.Linear(2, 3, device='meta')",
    "nn.utils.skip_init(nn.Linear, 2, 3)",
    "isinstance(x, nn.Linear)",
    "random.Random(5).random()",
    "Random(0)",
    "default_rng(0).normal(3)",
    "np.random.Generator(np.random.Philox(key=3))",
    "def f(draw: np.random.Generator): return draw.random()",
    "stats.norm.rvs(size=3, random_state=0)",
    "scipy.stats.bootstrap((x,), np.mean, rng=0)",
    "def f():\n    torch.manual_seed(1)\n    return nn.Linear(2, 3)",
    "@seed(1)\n@given(x)\ndef test(x): pass",
    "@settings(derandomize=True)\n@given(x)\ndef test(x): pass",
    "rng.stream(0, 'x').normal(3)",
    "draw.normal(3)",
    "'torch.rand(3)'",
]


@pytest.mark.parametrize(("code", "name"), PLANTED)
def test_a_draw_without_a_seed_is_found_with_its_line(code, name):
    lines = code.splitlines()
    place = next((n for n, line in enumerate(lines, 1) if line.endswith("# here")), 1)
    assert unseeded(ast.parse(HEAD + code)) == [(HEAD.count("\n") + place, name)]


@pytest.mark.parametrize("code", SEEDED)
def test_a_draw_that_a_seed_decides_is_let_be(code):
    assert unseeded(ast.parse(HEAD + code)) == []


@pytest.mark.parametrize("draw", ["torch.rand(1)", "nn.Linear(1, 1)", "np.random.rand(1)"])
def test_a_draw_inside_a_library_is_noticed_while_a_test_runs(draw):
    scope = {"torch": torch, "nn": torch.nn, "np": np}
    before, ours = generators.global_states(), np.random.get_state()
    with torch.random.fork_rng(devices=[]):
        eval(draw, scope)
        assert generators.global_states() != before
        np.random.set_state(ours)
    assert generators.global_states() == before
