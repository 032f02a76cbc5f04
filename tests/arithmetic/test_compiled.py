"""Machine code is made once on a machine, by one process, and read from its own file only."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dlbook.arithmetic import compiled
from dlbook.arithmetic.elementwise import elementwise
from tests.arithmetic.points import SPECIAL

# A stand-in for the compiler, which takes ten seconds: it says that it was called, and is slow
# enough for another process to come.
CALL = """
import time, numpy as np
from pathlib import Path
from dlbook.arithmetic import compiled
from dlbook.arithmetic.elementwise import elementwise
def compile_slowly(processor, features):
    print("compiled")
    time.sleep(0.5)
    return Path({kept!r}).read_bytes()
compiled._compile = compile_slowly
print(elementwise("exp", np.zeros(1))[0])
"""


def started(folder: Path, head: str = "") -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", head + CALL.format(kept=str(kept()))],
        env={**os.environ, "DLBOOK_CACHE": str(folder)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def said(process: subprocess.Popen[str]) -> list[str]:
    out, error = process.communicate()
    assert process.returncode == 0, error
    return out.split()


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A folder in which this machine's code was kept."""
    folder = tmp_path_factory.mktemp("cache")
    shutil.copy(kept(), folder)
    return folder


def kept() -> Path:
    compiled.machine_code()
    return compiled.folder() / f"arithmetic-{compiled.source_key(*compiled.target())}.o"


def test_of_two_processes_one_compiles_and_the_other_reads(tmp_path):
    both = [started(tmp_path) for _ in range(2)]
    assert sorted(said(process) for process in both) == [["1.0"], ["compiled", "1.0"]]
    assert len(list(tmp_path.glob("*.o"))) == 1


def test_a_folder_that_cannot_be_written_serves_what_it_holds(filled, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(filled, copy)
    copy.chmod(0o555)
    assert said(started(copy)) == ["1.0"]
    assert list(copy.iterdir()) == [copy / kept().name]


def test_what_nobody_has_used_for_a_month_goes_when_something_new_is_kept(tmp_path):
    now = time.time()
    for name, days in (("a.o", 31), ("a.lock", 31), ("b.o", 29), ("b.lock", 29)):
        old = tmp_path / f"arithmetic-{name}"
        old.touch()
        os.utime(old, (now - 86400 * days,) * 2)
    (tmp_path / "other.o").touch()
    os.utime(tmp_path / "other.o", (0, 0))
    assert said(started(tmp_path)) == ["compiled", "1.0"]
    new = {kept().name, kept().with_suffix(".lock").name}
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"arithmetic-b.o", "arithmetic-b.lock", "other.o", *new}


def test_whoever_reads_what_is_kept_keeps_it(filled, tmp_path):
    copy = Path(shutil.copy(filled / kept().name, tmp_path))
    os.utime(copy, (0, 0))
    assert said(started(tmp_path)) == ["1.0"]
    assert time.time() - copy.stat().st_mtime < 3600


def test_without_a_folder_that_can_be_written_the_code_lives_in_the_process(tmp_path):
    (tmp_path / "file").touch()
    assert said(started(tmp_path / "file" / "below")) == ["compiled", "1.0"]


def test_the_file_is_a_function_of_the_processor_and_its_features(monkeypatch):
    here = compiled.source_key("generic", "")
    assert compiled.source_key("haswell", "") != here != compiled.source_key("generic", "+avx2")
    monkeypatch.setattr(compiled, "version", lambda name: "0")
    assert compiled.source_key("generic", "") != here


@pytest.mark.parametrize("source", compiled.SOURCES, ids=lambda path: path.name)
def test_the_file_is_a_function_of_every_source(source, monkeypatch, tmp_path):
    here = compiled.source_key("generic", "")
    edited = tmp_path / source.name
    edited.write_text(source.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    sources = [edited if each == source else each for each in compiled.SOURCES]
    monkeypatch.setattr(compiled, "SOURCES", sources)
    assert compiled.source_key("generic", "") != here


def test_the_sources_are_all_that_the_kernels_import():
    folder = Path(compiled.__file__).parent
    assert {path for path in folder.rglob("*.py") if "kernels" in path.parts} < set(
        compiled.SOURCES
    )
    text = "".join(path.read_text(encoding="utf-8") for path in compiled.SOURCES)
    imported = {line.split()[1] for line in text.splitlines() if line.startswith("from dlbook")}
    known = {path.relative_to(folder.parents[1]) for path in compiled.SOURCES}
    modules = {".".join(path.with_suffix("").parts) for path in known}
    assert imported - modules == {"dlbook.arithmetic", "dlbook.arithmetic.kernels", "dlbook.base"}


def test_an_unknown_function_is_refused_by_name():
    with pytest.raises(ValueError, match="compiled arithmetic has no 'erf'"):
        elementwise("erf", SPECIAL)


def test_a_process_that_flushes_subnormal_numbers_is_refused():
    process = started(compiled.folder(), "import torch; torch.set_flush_denormal(True)")
    _, error = process.communicate()
    assert process.returncode == 1
    assert "takes numbers below 2^-1022 for 0" in error.splitlines()[-1]


def test_numba_is_not_even_imported_where_the_code_is_kept():
    kept()
    code = "import sys; from dlbook.arithmetic import compiled; compiled.function('exp')"
    code += "; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "llvmlite" in done.stdout.split()
    assert "numba" not in done.stdout.split()
