"""The keys of the book's own figures: an edit costs what it touches, and none is missed."""

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from dlbook.engine import key
from dlbook.engine.key import Keys, changes
from dlbook.figures import loading
from dlbook.record.records import Project
from tests.engine.conftest import ROOT, Book
from tests.turns import turn

SHARED = ("arithmetic", "base", "figures", "mathematics", "record", "training")
TEXTS = {"grids", "normals", "one_model", "specification", "student"}  # others are compiled
SAMPLE = ("folding_doubles_pieces", "no_line_computes_xor")


@pytest.fixture(scope="module")
def whole_book(tmp_path_factory, remembered):
    """The book's scripts and a copy of what they can know of the package, and all keys."""
    copy = Book(tmp_path_factory.mktemp("book"))
    for folder in SHARED:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "dlbook" / folder, copy.package / folder, ignore=ignored)
    shutil.copy(ROOT / "dlbook" / "__init__.py", copy.package)
    shutil.copytree(ROOT / "figures_src", copy.root / "figures_src")
    copy.project.cache.mkdir(parents=True)
    shutil.copy(remembered, copy.project.cache)
    patch = pytest.MonkeyPatch()
    patch.setattr(key, "PACKAGE", copy.package)
    yield copy, keys_of(copy)
    patch.undo()


def keys_of(book, names=None):
    keys = Keys(book.project)
    found = {name: keys.of(name) for name in names or book.project.scripts()}
    if names is None:
        keys.remember()
    return found


@pytest.fixture
def stale(whole_book):
    """Which figures an edit makes stale, with what is said of it; the edit is taken back."""
    book, before = whole_book

    def after(edits):
        kept = {path: path.read_bytes() for path in edits}
        try:
            for path, change in edits.items():
                path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
            now = keys_of(book)
        finally:
            for path, data in kept.items():
                path.write_bytes(data)
        return {
            name: changes(before[name].run_parts, now[name].run_parts)
            or changes(before[name].draw_parts, now[name].draw_parts)
            for name in before
            if now[name] != before[name]
        }

    return after


def edit(old, new):
    def change(text):
        assert old in text, old
        return text.replace(old, new)

    return change


def test_a_function_that_nobody_uses_in_any_shared_module_makes_nothing_stale(whole_book, stale):
    book, _ = whole_book
    unused = "\n\ndef nobody_uses_it(x):\n    return x\n\n\nUNUSED = {'a': nobody_uses_it}\n"
    modules = sorted(path for folder in SHARED for path in (book.package / folder).rglob("*.py"))
    assert len(modules) > 40
    edited = turn("unused functions", modules, len(modules) // 6)
    assert stale({path: lambda text: text + unused for path in edited}) == {}


SAID = [
    ("mathematics/nets", "give inputs, hidden layers, outputs, all >= 1", "give more"),
    ("training/replay", "take a finite number above 0", "take another"),
    ("mathematics/losses", "there are {', '.join(LOSSES)}", "known: {', '.join(LOSSES)}"),
    ("figures/judging", "not Result", "no Result"),
    ("training/train", "one way for", "a way for"),
]


def test_the_wording_of_errors_and_docstrings_makes_nothing_stale(whole_book, stale):
    package = whole_book[0].package
    assert stale({package / f"{module}.py": edit(old, new) for module, old, new in SAID}) == {}


@pytest.mark.parametrize(
    ("module", "old", "new", "part"),
    turn("changes of the package", [
        ("mathematics/losses", "y * o < 1.0", "y * o < 2.0",
         "dlbook.mathematics.losses._hinge_gradient"),
        ("mathematics/optim", "power1 = power2 = 1.0", "power1 = power2 = 1.5",
         "dlbook.mathematics.optim.Adam"),
        ("training/stats", "_TAIL = 0.025", "_TAIL = 0.05", "dlbook.training.stats._TAIL"),
    ], 2),  # whichever two: one of them is computed with, not drawn with alone
)  # fmt: skip
def test_a_change_makes_its_users_stale_and_names_itself(whole_book, stale, module, old, new, part):
    book, before = whole_book
    found = stale({book.package / f"{module}.py": edit(old, new)})
    users = {name for name, each in before.items() if part in each.run_parts}
    drawn = {name for name, each in before.items() if part in each.draw_parts}
    assert found.keys() >= users | drawn
    assert len(users) < len(before)
    for lines in found.values():
        assert all(line.startswith(f"dlbook.{module.replace('/', '.')}.") for line in lines), lines
    assert all(f"{part} changed" in found[name] for name in users | drawn)


def test_hinge_loss_is_no_part_of_figures_that_do_not_spell_it(whole_book):
    _, before = whole_book
    part = "dlbook.mathematics.losses._hinge_gradient"
    trained = [n for n, each in before.items() if "dlbook.training.train.fit" in each.run_parts]
    assert len(trained) >= 15
    assert [name for name in trained if part in before[name].run_parts] == []


def test_a_module_that_moves_makes_nothing_stale(whole_book):
    book, before = whole_book
    new = book.package / "training" / "sums.py"
    moved = "dlbook.mathematics.sigmoids", "dlbook.training.sums"
    users = [p for p in (book.root / "figures_src").glob("*.py") if moved[0] in p.read_text()]
    assert users
    old = book.package / "mathematics" / "sigmoids.py"
    try:
        old.rename(new)
        for path in users:
            book.edit(path, moved)
        assert {n: k.run for n, k in keys_of(book).items()} == {n: k.run for n, k in before.items()}
        assert {n: k.draw for n, k in keys_of(book).items()} == {
            n: k.draw for n, k in before.items()
        }
    finally:
        new.rename(old)
        for path in users:
            book.edit(path, moved[::-1])


def executed(name):
    """What :func:`traced` finds in a process of its own, where no pool has been before."""
    code = f"import json; from {__name__} import traced; print(json.dumps([*traced({name!r})]))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return {(file, line) for file, line in json.loads(done.stdout.splitlines()[-1])}


def traced(name):
    """The definitions of the package that a figure's small run calls: file, first line, name."""
    script = loading.load(Project(ROOT).script(name))
    package, found = str(ROOT / "dlbook"), set()

    def note(frame, event, _):
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(package):
            found.add((code.co_filename, code.co_firstlineno))

    torch.set_num_threads(1)  # as the engine does
    sys.setprofile(note)
    try:
        script.run(script.SMALL)
    finally:
        sys.setprofile(None)
    return found


@pytest.mark.parametrize("name", SAMPLE)
def test_whatever_a_run_executes_its_key_counts(whole_book, name):
    counted = whole_book[1][name].run_parts
    calls = executed(name)
    assert len(calls) > 10
    for file, line in calls:
        module = ".".join(Path(file).relative_to(ROOT).with_suffix("").parts)
        label = f"{module}.{defined_at(Path(file), line)}"
        if "arithmetic" in Path(file).parts and Path(file).stem not in TEXTS:
            continue
        assert any(part == label or part.startswith(f"{label}[") for part in counted), label


def defined_at(path, line):
    """The name that the statement at the top which holds a line binds."""
    for node in ast.parse(path.read_bytes()).body:
        first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
        if first <= line <= (node.end_lineno or line):
            if isinstance(node, ast.Assign | ast.AnnAssign):
                return ast.unparse(node.targets[0] if isinstance(node, ast.Assign) else node.target)
            return node.name
    raise AssertionError(f"{path}:{line}")
