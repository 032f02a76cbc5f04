"""What a run reads from outside is told with its line; what ships in a package may be read."""

import ast

import pytest

from dlbook.record.foreign_files import foreign_files
from dlbook.record.oversights import oversights
from tests.scripts import ROOT

HEAD = """\
import gzip, io, json, os, pickle, urllib.request
import importlib.resources
import numpy as np, pandas as pd, torch
from importlib.resources import files
from numpy import loadtxt as table
from pathlib import Path
from sklearn import datasets
from sklearn.datasets import fetch_openml, load_digits
"""

READ = r"""
open                                          open('x.txt').read()
open                                          open('x', 'rb')
open                                          list(map(open, names))
io.open                                       io.open('x')
gzip.open                                     gzip.open('x.gz')
read_text                                     Path('x').read_text()
read_bytes                                    (Path(__file__).parent / 'x').read_bytes()
open                                          Path('x').open()
glob                                          sorted(Path('.').glob('*.csv'))
numpy.load                                    np.load('x.npy')
numpy.loadtxt                                 table('x.csv')
numpy.genfromtxt                              np.genfromtxt('x.csv')
torch.load                                    torch.load('x.pt')
json.load                                     json.load(file)
pickle.load                                   pickle.load(file)
pandas.read_csv                               pd.read_csv('x.csv')
numpy.loadtxt                                 __import__('numpy').loadtxt('x')
sklearn.datasets.fetch_california_housing     datasets.fetch_california_housing()
sklearn.datasets.fetch_openml                 fetch_openml('mnist_784')
urllib.request.urlopen                        urllib.request.urlopen('http://x')
""".strip()

LET_BE = [
    "load_digits()",
    "datasets.load_iris(return_X_y=True)",
    "files('sklearn').joinpath('datasets/data/iris.csv').read_text()",
    "(importlib.resources.files('sklearn') / 'x.csv').open()",
    "opened = 3",
    "'np.load(x)'",
    "open = 3\nopen",
    "json.loads('[1]')",
    "result.open",
    "open('x', 'w')",
    "Path('x').open('w')",
    "open('x', mode='ab')",
]


@pytest.mark.parametrize("row", READ.splitlines())
def test_what_reads_from_outside_is_found_with_its_line(row):
    name, code = row.split(maxsplit=1)
    assert foreign_files(ast.parse(HEAD + code)) == [(HEAD.count("\n") + 1, name)]


@pytest.mark.parametrize("code", LET_BE)
def test_what_ships_in_a_package_may_be_read(code):
    assert foreign_files(ast.parse(HEAD + code)) == []


SCRIPT = """\
import torch
from pathlib import Path

NOISE = torch.rand(3)

def numbers(path):
    return Path(path).read_text().split()

def run(cfg):
    {run}

def draw(res, t):
    {draw}
"""


def told(run="return 1", draw="return 2"):
    found = oversights(ast.parse(SCRIPT.format(run=run, draw=draw)))
    return [(line, said.split(";")[0]) for line, said in found]


def test_a_run_is_told_of_what_it_reaches():
    assert told(draw="return torch.rand(3), numbers('x')") == []
    reads = "read_text: what run reads is no part of the figure's key"
    assert told(run="return numbers('x')") == [(7, reads)]
    drawn = "draws chance that no seed decides"
    assert told(run="return NOISE") == [(4, f"torch.rand {drawn}")]
    assert told(run="return torch.randperm(3)") == [(10, f"torch.randperm {drawn}")]


def test_a_run_may_call_a_library_that_draws_inside_itself():
    assert told(run="from sklearn import svm\n    return svm.SVC(probability=True)") == []


def test_no_run_of_the_book_reads_from_outside():
    for path in sorted((ROOT / "figures_src").glob("*.py")):
        assert oversights(ast.parse(path.read_bytes())) == [], path.name
