"""Files are there whole or not at all, and nobody writes one in another way."""

import ast
from pathlib import Path

import pytest

from dlbook.base.whole import create, replacing, write

ROOT = Path(__file__).parents[2]
WRITERS = {"write_text", "write_bytes", "mkstemp", "NamedTemporaryFile", "fdopen"}
COPIERS = {"copy", "copy2", "copyfile", "copytree", "move"}
# Whoever else may: the writer itself, and what writes to no disk.
EXEMPT = {
    "dlbook/arithmetic/compiled.py",  # opens a file to lock it, and writes nothing
    "dlbook/base/whole.py",
    "dlbook/site/building/generate.py",  # open of mkdocs-gen-files: a file of the build
}


def names(tmp_path):
    return sorted(path.name for path in tmp_path.iterdir())


def test_writing_replaces_and_leaves_nothing_beside(tmp_path):
    path = tmp_path / "deep" / "x.json"
    write(path, b"one")
    write(path, b"two")
    assert path.read_bytes() == b"two"
    assert names(path.parent) == ["x.json"]


def test_a_write_that_fails_leaves_what_was_there_and_nothing_beside(tmp_path):
    (tmp_path / "x" / "old").mkdir(parents=True)
    with pytest.raises(OSError, match=r"directory"):
        write(tmp_path / "x", b"new")
    assert names(tmp_path) == ["x"]


def test_readers_see_the_old_file_until_the_new_one_is_whole(tmp_path):
    path = tmp_path / "x"
    write(path, b"old")
    with replacing(path) as mine:
        mine.write_bytes(b"half")
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"half"


def test_what_breaks_off_leaves_the_old_file(tmp_path):
    path = tmp_path / "x"
    write(path, b"old")
    with pytest.raises(KeyboardInterrupt), replacing(path) as mine:  # noqa: PT012
        mine.write_bytes(b"half")
        raise KeyboardInterrupt
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["x"]


def test_creating_takes_no_place_that_is_taken(tmp_path):
    create(tmp_path / "deep" / "x", b"one")
    with pytest.raises(FileExistsError):
        create(tmp_path / "deep" / "x", b"two")
    assert (tmp_path / "deep" / "x").read_bytes() == b"one"
    assert names(tmp_path / "deep") == ["x"]


def written(source):
    """The lines on which a piece of Python writes a file by itself."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and _writes(node)
    ]


def _writes(call):
    called = call.func
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    if name in COPIERS:
        return isinstance(called, ast.Attribute) and ast.unparse(called.value) == "shutil"
    given = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg == "mode")]
    modes = [each.value for each in given if isinstance(each, ast.Constant)]
    opens = name == "open" and any(isinstance(m, str) and set(m) & set("wax+") for m in modes)
    return name in WRITERS or opens


PLANTED = [
    "path.write_text('x')", "Path('a').write_bytes(b'')", "open('a', 'w')", "path.open('ab')",
    "open(path, mode='x')", "path.open(mode='r+')", "shutil.copy(a, b)", "shutil.move(a, b)",
    "tempfile.mkstemp()", "os.fdopen(handle, 'w')",
]  # fmt: skip
HARMLESS = [
    "open(path)", "path.open('rb')", "path.read_bytes()", "site.open(home)",
    "write(path, b'')", "values.copy()", "browser.move(3)",
]  # fmt: skip


@pytest.mark.parametrize("line", PLANTED)
def test_a_planted_write_is_seen(line):
    assert written(f"import os\n{line}") == [2]


@pytest.mark.parametrize("line", HARMLESS)
def test_reading_and_other_things_are_no_writing(line):
    assert written(line) == []


def test_nobody_writes_a_file_in_another_way():
    paths = [path for folder in ("dlbook", "press") for path in (ROOT / folder).rglob("*.py")]
    found = {
        f"{path.relative_to(ROOT).as_posix()}:{line}"
        for path in paths
        for line in written(path.read_text(encoding="utf-8"))
    }
    assert {place.partition(":")[0] for place in found} == EXEMPT, sorted(found)
