import subprocess
import sys

import pytest

from dlbook.record import page_types
from dlbook.record.typescript import TypeSourceError
from tests.scripts import ROOT

SAW = '''
from typing import TypedDict

from dlbook.training.shared import Shared

class Explorable(TypedDict):
    """What a saw gives."""

    teeth: list[int]
    run: Shared

def explorable(res) -> Explorable:
    return {"teeth": [1], "run": {}}
'''
SHARED = """
from typing import TypedDict

from dlbook.base.deep import Deep

class Idle(TypedDict):
    a: int

class Shared(TypedDict):
    deep: Deep
"""
DEEP = "from typing import TypedDict\n\nclass Deep(TypedDict):\n    a: int\n"


@pytest.fixture
def book(tmp_path):
    """A book of two scripts, one of which gives something to the page."""
    for place, text in {
        "figures_src/part/saw.py": SAW,
        "figures_src/axe.py": "import nothing\n",
        "dlbook/training/shared.py": SHARED,
        "dlbook/base/deep.py": DEEP,
    }.items():
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text(text, encoding="utf-8")
    return tmp_path


def test_every_script_with_an_explorable_has_a_file_and_so_has_what_they_share(book):
    files = page_types.page_types(book)
    assert set(files) == {"saw.ts", "shared.ts", "deep.ts", "index.ts"}
    assert files["saw.ts"] == (
        "// From figures_src/part/saw.py, by python -m dlbook.record.page_types: "
        "what is changed here is lost.\n"
        'import type { Shared } from "./shared.ts";\n\n'
        "/** What a saw gives. */\nexport interface Explorable {\n"
        "  readonly teeth: readonly number[];\n  readonly run: Shared;\n}\n"
    )
    assert 'import type { Deep } from "./deep.ts";' in files["shared.ts"]
    assert "Idle" not in files["shared.ts"]
    assert '  readonly saw: import("./saw.ts").Explorable;\n' in files["index.ts"]
    assert "axe" not in files["index.ts"]


def change(book, place, old, new):
    path = book / place
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("place", "old", "new", "told"),
    [
        ("figures_src/part/saw.py", "-> Explorable", "", "saw.py:12: explorable(res) gives -> Exp"),
        ("figures_src/part/saw.py", "class Explorable(", "class E(", "saw.py:12: the page has no"),
        ("figures_src/part/saw.py", "list[int]", "set[int]", "saw.py:9: the page has no type set"),
        ("figures_src/part/saw.py", "dlbook.training.shared", "dlbook.gone",
         "dlbook/gone.py:1: there is no such file"),
        ("dlbook/training/shared.py", "deep: Deep", "deep: Wide", "training/shared.py:10: the pag"),
        ("dlbook/base/deep.py", "class Deep", "class Wide", "base/deep.py:1: the page has no type"),
        ("figures_src/part/saw.py", "dlbook.training.shared", "dlbook.base.axe", "axe.py:1: there"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_file_and_line(book, place, old, new, told):
    change(book, place, old, new)
    with pytest.raises(TypeSourceError, match=r"^[\w/.]+:\d+: .+$") as refused:
        page_types.page_types(book)
    assert told in str(refused.value)


def test_a_shared_module_with_the_name_of_a_script_is_refused(book):
    (book / "dlbook/training/saw.py").write_text(SHARED, encoding="utf-8")
    change(book, "figures_src/part/saw.py", "training.shared", "training.saw")
    with pytest.raises(TypeSourceError, match=r"dlbook\.training\.saw has the name of another"):
        page_types.page_types(book)


def test_files_are_written_whole_only_where_they_differ_and_strangers_go(book):
    page_types.write_types(book)
    folder = book / page_types.FOLDER
    (folder / "gone.ts").write_text("export {};\n", encoding="utf-8")
    before = (folder / "index.ts").stat().st_ino
    change(book, "figures_src/part/saw.py", "teeth: list[int]", "teeth: list[str]")
    page_types.write_types(book)
    assert {path.name for path in folder.iterdir()} == set(page_types.page_types(book))
    assert (folder / "index.ts").stat().st_ino == before
    assert "readonly string[]" in (folder / "saw.ts").read_text(encoding="utf-8")


def test_the_command_says_in_one_line_what_is_wrong(book):
    def command():
        return subprocess.run(
            [sys.executable, "-m", "dlbook.record.page_types"],
            cwd=book, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
        )  # fmt: skip

    finished = command()
    assert (finished.returncode, finished.stdout, finished.stderr) == (0, "", "")
    change(book, "figures_src/part/saw.py", "list[int]", "set[int]")
    finished = command()
    assert finished.returncode == 1
    assert finished.stderr == "figures_src/part/saw.py:9: the page has no type set[int]\n"
