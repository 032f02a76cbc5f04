"""A name means one thing: no two modules, functions or classes of the package share one.

A function may be called as the module in which it stands, which is about it.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# Names that stand in several modules because they are one idea there.
ONE_IDEA = {
    "main": "what a module does when it is run as a program",
    **dict.fromkeys(
        (
            "exp",
            "log",
            "log1p",
            "sigmoid",
            "tanh",
            "sin",
            "cos",
            "sqrt",
            "elementary",
            "product",
            "matrices",
        ),
        "the function, as the specification's text, compiled, and of tensors, equal to the bit",
    ),
    **dict.fromkeys(
        ("grids", "linspace", "geomspace", "inverse_normal"),
        "the formula, and the same as the streams and tensors take it",
    ),
    "differentiable": "what autograd can follow: the outputs of a net, and a loss of them",
    "claims": "those that a script writes down, read from its syntax; what one is says the module",
    "formulas": "those of a sentence; how one is set says the module",
    "texts": "those beside a script; how they are read says the module",
}
# Names that still have two meanings, and where. Whoever renames one takes it off this list.
STILL_TWO = {
    "Activation": {"mathematics/activations", "mathematics/explicit"},
    "Pair": {"base/language", "record/claims"},
    "Words": {"figures/style", "mathematics/rng"},
    "deep": {"mathematics/folds", "mathematics/squares"},
    "difference": {"mathematics/maxout", "training/stats"},
    "evaluate": {"mathematics/explicit", "mathematics/maxout"},
    "fit": {"training/logistic", "training/train"},
    "interval": {"figures/idioms", "site/pages/interval"},
    "mean": {"mathematics/sums", "training/stats"},
    "pieces": {"mathematics/maxout", "mathematics/measure"},
}
_CLASS = re.compile(r"[A-Z]\w*[a-z]\w*")  # of an alias too: Pair = tuple[str, str]


def defined(path: Path) -> Iterator[str]:
    """The public functions, classes and aliases at the top of a module."""
    for node in ast.parse(path.read_bytes()).body:
        names: list[str] = []
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names = [node.name]
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [ast.unparse(each) for each in targets if _CLASS.fullmatch(ast.unparse(each))]
        yield from (name for name in names if not name.startswith("_"))


def repeated(package: Path) -> dict[str, set[str]]:
    """For each name that stands in several modules, these modules; a module's own name counts."""
    found = defaultdict(set)
    for path in package.rglob("*.py"):
        module = path.relative_to(package).with_suffix("").as_posix()
        for name in (path.stem, *defined(path)):
            found[name].add(module)
    found.pop("__init__", None)
    return {name: modules for name, modules in found.items() if len(modules) > 1}


def test_no_name_has_two_meanings():
    found = repeated(ROOT / "dlbook")
    assert {name: found[name] for name in found.keys() - ONE_IDEA.keys()} == STILL_TWO


def test_what_may_repeat_does():
    assert ONE_IDEA.keys() <= repeated(ROOT / "dlbook").keys()


@pytest.mark.parametrize(
    ("second", "name"),
    [
        ("training/train.py", "train"),
        ("def read():\n    pass\n", "read"),
        ("def train():\n    pass\n", "train"),
        ("async def read():\n    pass\n", "read"),
        ("class Shelf:\n    pass\n", "Shelf"),
        ("Shelf = tuple[str, ...]\n", "Shelf"),
        ("Shelf: type = dict\n", "Shelf"),
    ],
)
def test_a_planted_second_use_of_a_name_is_found(tmp_path, second, name):
    first = tmp_path / "engine" / "train.py"
    other = tmp_path / (second if second.endswith(".py") else "other.py")
    for path, text in ((first, "def read(): ...\n\n\nclass Shelf: ...\n"), (other, second)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("" if text.endswith(".py") else text, encoding="utf-8")
    assert list(repeated(tmp_path)) == [name]


def test_private_names_methods_and_constants_may_repeat(tmp_path):
    text = "KEPT = 4\n_Row = dict\n\n\ndef _read(): ...\n\n\nclass {}:\n    def save(self): ...\n"
    for name in ("One", "Two"):
        (tmp_path / f"{name.lower()}.py").write_text(text.format(name), encoding="utf-8")
    assert repeated(tmp_path) == {}
